//! From edits in terms of the model to replacements of text, in the language of each resource.

use std::collections::BTreeMap;
use std::ops::Range;

use super::draft::Draft;
use super::{Change, hcl, json};
use crate::declared::Language;
use crate::finding::{Applicability, Edit, Fix, Plan, Replacement};
use crate::looks::{JsonKind, looks};
use crate::model::{Model, ResourceId};
use crate::source::{FileId, Sources, Span};

/// The fix of a plan. `None` when the place can't be edited with certainty: generated text, a module's
/// input, a reference out of the module.
pub(super) fn fix(model: &Model<'_>, sources: &Sources, plan: &Plan, by_case: bool) -> Option<Fix> {
    let mut speller = Speller {
        model,
        sources,
        drafts: BTreeMap::new(),
        display: by_case,
        in_module: false,
    };
    for edit in &plan.edits {
        speller.edit(edit)?;
    }
    let (display, in_module) = (speller.display, speller.in_module);
    let replacements = speller.replacements();
    if replacements.is_empty() {
        return None;
    }
    let (applicability, note) = if display && plan.applicability != Applicability::Display {
        let note = "Other places read this value or share this block: decide where to change it.";
        (Applicability::Display, Some(note.to_owned()))
    } else if in_module && plan.applicability == Applicability::Safe {
        let note = "It changes a module, for whoever else calls that too.";
        (Applicability::Unsafe, Some(note.to_owned()))
    } else {
        (plan.applicability, plan.note.clone())
    };
    Some(Fix {
        applicability,
        note,
        replacements,
    })
}

pub(super) struct Speller<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) sources: &'a Sources,
    /// The files that edits went to.
    drafts: BTreeMap<FileId, Draft>,
    /// The edit goes to a place that others may read: it is shown, not applied.
    pub(super) display: bool,
    /// The edit goes to a Terraform module that others may call.
    in_module: bool,
}

/// An edit of the text of a block in its syntax.
pub(super) type Operation<'o> = dyn Fn(&str, &Range<usize>, Syntax) -> Option<Vec<Change>> + 'o;

/// The syntax that a resource is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Hcl,
    Json,
}

impl Syntax {
    /// A text as a literal.
    pub(super) fn string(self, text: &str) -> String {
        match self {
            Syntax::Hcl => hcl::string(text),
            Syntax::Json => json::string(text),
        }
    }

    /// Gives what a path leads to in a block a value, spelt in this syntax.
    fn set(
        self,
        text: &str,
        block: &Range<usize>,
        path: &[&str],
        value: &str,
    ) -> Option<Vec<Change>> {
        match self {
            Syntax::Hcl => hcl::set(text, block, path, value),
            Syntax::Json => json::set(text, block, path, value),
        }
    }
}

impl<'a> Speller<'a> {
    fn edit(&mut self, edit: &Edit) -> Option<()> {
        if let Edit::Set(id, ..)
        | Edit::Remove(id, _)
        | Edit::Move(id, ..)
        | Edit::Add(id, ..)
        | Edit::Retype(id, _)
        | Edit::Version(id, _)
        | Edit::Delete(id) = edit
        {
            self.display |= self.is_shared(*id);
        }
        if let Edit::Set(id, ..) | Edit::Remove(id, _) | Edit::Move(id, ..) | Edit::Add(id, ..) =
            edit
        {
            let resource = self.model.resource(*id);
            let syntax = resource.block.and_then(|block| self.syntax(block.file));
            self.in_module |= !resource.module.is_empty() && syntax == Some(Syntax::Hcl);
        }
        match edit {
            Edit::Set(id, attribute, to) => self.set(*id, *attribute, to),
            Edit::Remove(id, attribute) => {
                let path = self.whole_path(*id, *attribute)?;
                self.remove(*id, &path)
            }
            Edit::Move(id, from, to) => self.move_to(*id, *from, *to),
            Edit::Reread(id, attribute, read) => self.reread(*id, *attribute, read),
            Edit::Entry(span, member, to) => {
                let path = [member.as_str()];
                self.in_span(*span, &|text, entry, syntax| {
                    syntax.set(text, entry, &path, &syntax.string(to))
                })
            }
            Edit::Add(id, attribute, element) => self.add_element(*id, *attribute, element),
            Edit::Replace(value, to) => self.replace_text(value, to),
            Edit::Insert(new) => self.insert(new),
            Edit::Depend(id, on) => self.depend(*id, *on),
            Edit::Retype(id, with) => self.retype(*id, with),
            Edit::Version(id, to) => self.version(*id, to),
            Edit::Delete(id) => {
                // In a loop or a module, others go with it that nothing is wrong with.
                let resource = self.model.resource(*id);
                self.display |= !resource.module.is_empty() || resource.address.contains('[');
                self.in_block(*id, &|text, block, syntax| match syntax {
                    Syntax::Hcl => hcl::remove_block(text, block),
                    Syntax::Json => json::remove_element(text, block),
                })
            }
        }
    }

    /// Whether one block stands for other resources too, of a loop or of further calls of its module, that
    /// may be right as they are.
    fn is_shared(&self, id: ResourceId) -> bool {
        let own = self.model.resource(id);
        self.model.iter().any(|(other, resource)| {
            other != id && resource.kind == own.kind && resource.block == own.block
        })
    }

    pub(super) fn syntax(&self, file: FileId) -> Option<Syntax> {
        let source = self.sources.get(file);
        // Terraform overwrites what it installs.
        if source.path.split('/').any(|part| part == ".terraform") {
            return None;
        }
        if source.path.ends_with(".tf") || source.path.ends_with(".tofu") {
            Some(Syntax::Hcl)
        } else {
            // Terraform's JSON syntax, and its plans, are written by programs; what these read is the
            // place to change.
            let written = source.path.ends_with(".tf.json")
                || source.path.ends_with(".tofu.json")
                || matches!(looks(&source.text), JsonKind::Plan | JsonKind::State);
            (!written).then_some(Syntax::Json)
        }
    }

    /// Applies a text operation to the block of a resource.
    pub(super) fn in_block(&mut self, id: ResourceId, change: &Operation<'_>) -> Option<()> {
        self.in_span(self.model.resource(id).block?, change)
    }

    /// Gives what a path leads to in a resource a value, spelt in its syntax.
    pub(super) fn put_at(&mut self, id: ResourceId, path: &[&str], value: &str) -> Option<()> {
        self.in_block(id, &|text, block, syntax| {
            syntax.set(text, block, path, value)
        })
    }

    /// Takes away what a path leads to in a resource.
    pub(super) fn remove(&mut self, id: ResourceId, path: &[&str]) -> Option<()> {
        self.in_block(id, &|text, block, syntax| match syntax {
            Syntax::Hcl => hcl::remove(text, block, path),
            Syntax::Json => json::remove(text, block, path),
        })
    }

    /// Applies a text operation to what stands at a place, as earlier edits left it.
    fn in_span(&mut self, span: Span, change: &Operation<'_>) -> Option<()> {
        let syntax = self.syntax(span.file)?;
        let draft = self.draft(span.file);
        let now = draft.now(&span.range())?;
        let changes = change(draft.text(), &now, syntax)?;
        draft.make(changes);
        Some(())
    }

    fn draft(&mut self, file: FileId) -> &mut Draft {
        let sources = self.sources;
        self.drafts
            .entry(file)
            .or_insert_with(|| Draft::new(&sources.get(file).text))
    }

    /// Puts a text in the place of a part of a file as it was.
    pub(super) fn put(&mut self, file: FileId, range: &Range<usize>, text: String) -> Option<()> {
        let draft = self.draft(file);
        let now = draft.now(range)?;
        draft.make(vec![Change::replace(now, text)]);
        Some(())
    }

    /// What all edits come to.
    fn replacements(self) -> Vec<Replacement> {
        let of_file = |(file, draft): (FileId, Draft)| {
            draft.changes().into_iter().map(move |change| Replacement {
                span: Span::new(file, change.range),
                text: change.text,
            })
        };
        self.drafts.into_iter().flat_map(of_file).collect()
    }

    /// Whether a resource is written in HCL though its type is ARM's.
    pub(super) fn is_azapi(&self, id: ResourceId) -> bool {
        let hcl = self
            .model
            .resource(id)
            .block
            .and_then(|b| self.syntax(b.file))
            == Some(Syntax::Hcl);
        hcl && self.model.language(id) == Language::Arm
    }
}
