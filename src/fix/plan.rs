//! From edits in terms of the model to replacements of text, in the language of each resource.

use super::{Change, hcl, json, refer};
use crate::declared::Language;
use crate::finding::{Applicability, Edit, Fix, NewValue, Plan, Replacement};
use crate::looks::{JsonKind, looks};
use crate::model::kinds::{Attribute, Find, Holds, Step};
use crate::model::{Attr, Model, ResourceId};
use crate::rules::as_hcl;
use crate::source::{FileId, Sources, Span};
use crate::value::Value;

/// The fix of a plan. `None` when the place can't be edited with certainty: generated text, a module's
/// input, a reference out of the module.
pub(super) fn fix(model: &Model<'_>, sources: &Sources, plan: &Plan, by_case: bool) -> Option<Fix> {
    let mut speller = Speller {
        model,
        sources,
        replacements: Vec::new(),
        display: by_case,
    };
    for edit in &plan.edits {
        speller.edit(edit)?;
    }
    if speller.replacements.is_empty() {
        return None;
    }
    let (applicability, note) = if speller.display && plan.applicability != Applicability::Display {
        let note = "other places read this value or share this block: decide where to change it";
        (Applicability::Display, Some(note.to_owned()))
    } else {
        (plan.applicability, plan.note.clone())
    };
    Some(Fix {
        applicability,
        note,
        replacements: speller.replacements,
    })
}

pub(super) struct Speller<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) sources: &'a Sources,
    replacements: Vec<Replacement>,
    /// The edit goes to a place that others may read: it is shown, not applied.
    display: bool,
}

/// An edit of the text of a block in its syntax.
pub(super) type Operation<'o> =
    dyn Fn(&str, &std::ops::Range<usize>, Syntax) -> Option<Vec<Change>> + 'o;

/// The syntax that a resource is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    Hcl,
    Json,
}

impl<'a> Speller<'a> {
    fn edit(&mut self, edit: &Edit) -> Option<()> {
        if let Edit::Set(id, ..)
        | Edit::Remove(id, _)
        | Edit::Move(id, ..)
        | Edit::Add(id, ..)
        | Edit::Delete(id) = edit
        {
            self.display |= self.is_shared(*id);
        }
        match edit {
            Edit::Set(id, attribute, to) => self.set(*id, *attribute, to),
            Edit::Remove(id, attribute) => {
                let path = self.path(*id, *attribute)?;
                self.in_block(*id, &|text, block, syntax| match syntax {
                    Syntax::Hcl => hcl::remove(text, block, &path),
                    Syntax::Json => json::remove(text, block, &path),
                })
            }
            Edit::Move(id, from, to) => self.move_to(*id, *from, *to),
            Edit::Reread(id, attribute, read) => self.reread(*id, *attribute, read),
            Edit::Entry(span, member, to) => {
                let source = self.sources.get(span.file);
                let path = [member.as_str()];
                let changes = match self.syntax(span.file)? {
                    Syntax::Hcl => hcl::set(&source.text, &span.range(), &path, &hcl::string(to)),
                    Syntax::Json => {
                        json::set(&source.text, &span.range(), &path, &json::string(to))
                    }
                };
                self.add(span.file, changes?);
                Some(())
            }
            Edit::Add(id, attribute, element) => self.add_element(*id, *attribute, element),
            Edit::Replace(value, to) => self.replace_text(value, to),
            Edit::Insert(new) => self.insert(new),
            Edit::Depend(id, on) => self.depend(*id, *on),
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
        let block = self.model.resource(id).block?;
        let syntax = self.syntax(block.file)?;
        let source = self.sources.get(block.file);
        let changes = change(&source.text, &block.range(), syntax)?;
        self.add(block.file, changes);
        Some(())
    }

    fn add(&mut self, file: FileId, changes: Vec<Change>) {
        self.replacements
            .extend(changes.into_iter().map(|change| Replacement {
                span: Span::new(file, change.range),
                text: change.text,
            }));
    }

    fn attribute(&self, id: ResourceId, number: usize) -> &'a Attribute {
        let model: &'a Model<'a> = self.model;
        &model.kind(id).attributes[number]
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

    /// The path of an attribute that stands at one place.
    fn path(&self, id: ResourceId, number: usize) -> Option<Vec<&'a str>> {
        let steps = self.steps(id, number)?;
        let whole = steps.iter().all(|step| matches!(step, Step::Member(_)));
        whole.then(|| self.members(id, steps))
    }

    /// The members before the first list on the way to an attribute, and that list.
    fn container(&self, id: ResourceId, number: usize) -> Option<Vec<&'a str>> {
        Some(self.members(id, self.steps(id, number)?))
    }

    fn steps(&self, id: ResourceId, number: usize) -> Option<&'a [Step]> {
        let model: &'a Model<'a> = self.model;
        match &model.spelling(id, number)?.find {
            Find::Path(steps) | Find::ByName { name: steps, .. } => Some(steps),
            Find::Parent | Find::Scope => None,
        }
    }

    /// The members up to the first list; azapi has the properties of a resource in its `body`.
    fn members(&self, id: ResourceId, steps: &'a [Step]) -> Vec<&'a str> {
        let members = steps.iter().map_while(|step| match step {
            Step::Member(name) => Some(name.as_str()),
            Step::Each => None,
        });
        let body = self.is_azapi(id) && steps.first() == Some(&Step::Member("properties".into()));
        body.then_some("body").into_iter().chain(members).collect()
    }

    /// The value that is written for an attribute; of several the first.
    fn written(&self, id: ResourceId, number: usize) -> Option<Value> {
        let value = match self.model.attribute(id, number) {
            Attr::Value(value) => value.clone(),
            Attr::Target(target) => target.value.clone(),
            Attr::Targets(_) => return None,
        };
        let first = value.as_list().and_then(|list| list.items.first()).cloned();
        Some(first.unwrap_or(value)).filter(|v| !v.is_null() && v.span().is_some())
    }

    fn set(&mut self, id: ResourceId, number: usize, to: &NewValue) -> Option<()> {
        let block = self.model.resource(id).block?;
        let syntax = self.syntax(block.file)?;
        let value = self.spelt(id, number, to, syntax)?;
        if let Some(written) = self.written(id, number) {
            let through = written.origin().is_some_and(|o| o.from.is_some());
            if self.attribute(id, number).name == "name"
                && (through || self.named_elsewhere(&written))
            {
                return None;
            }
            return self.replace(&written, &value, syntax, matches!(to, NewValue::Text(_)));
        }
        let azapi = self.is_azapi(id);
        let language = if syntax == Syntax::Hcl && !azapi {
            "azurerm"
        } else {
            "arm"
        };
        let write = &self.attribute(id, number).write;
        let own = match to {
            NewValue::Text(plain) => write.get(&format!("{language} {plain}")),
            _ => None,
        };
        let template = own.or_else(|| write.get(language));
        if let Some(template) = template {
            let NewValue::Text(plain) = to else {
                return None;
            };
            let text = template.replace("{value}", plain);
            let path = self.container(id, number)?;
            let native = if azapi { as_hcl(&text)? } else { String::new() };
            return self.in_block(id, &|source, block, syntax| match syntax {
                Syntax::Hcl if azapi => hcl::set(source, block, &path, native.trim()),
                Syntax::Hcl => hcl::insert_block(source, block, &text),
                Syntax::Json => json::set(source, block, &path, text.trim()),
            });
        }
        let path = self.path(id, number)?;
        self.in_block(id, &|source, block, syntax| match syntax {
            Syntax::Hcl => hcl::set(source, block, &path, &value),
            Syntax::Json => json::set(source, block, &path, &value),
        })
    }

    /// Adds an element to a list that is written here, or that is not there at all.
    fn add_element(&mut self, id: ResourceId, number: usize, element: &str) -> Option<()> {
        let steps = self.steps(id, number)?;
        let at = steps.iter().position(|step| *step == Step::Each)?;
        let inner: Option<Vec<&str>> = steps[at + 1..].iter().map(Step::member).collect();
        let (inner, path) = (inner?, self.container(id, number)?);
        let azapi = self.is_azapi(id);
        let item = inner
            .iter()
            .rev()
            .fold(json::string(element), |value, name| {
                format!("{{ {}: {value} }}", json::string(name))
            });
        let native = match &inner[..] {
            [] => hcl::string(element),
            _ if azapi => as_hcl(&item)?.trim().to_owned(),
            _ => String::new(),
        };
        let there = self.written(id, number).is_some();
        self.in_block(
            id,
            &|text, block, syntax| match (syntax, &inner[..], &path[..]) {
                (Syntax::Json, _, _) => json::add_to_array(text, block, &path, &item),
                (Syntax::Hcl, _, _) if !there && !native.is_empty() => {
                    hcl::set(text, block, &path, &format!("[{native}]"))
                }
                (Syntax::Hcl, [], [name]) => hcl::add_to_list(text, block, name, &native),
                (Syntax::Hcl, [member], [name]) if !azapi => {
                    let new = format!("{name} {{\n  {member} = {}\n}}", hcl::string(element));
                    hcl::insert_block(text, block, &new)
                }
                _ => None,
            },
        )
    }

    /// Puts a text in the place of a value.
    fn replace_text(&mut self, value: &Value, to: &str) -> Option<()> {
        let syntax = self.syntax(value.span()?.file)?;
        let text = match syntax {
            Syntax::Hcl => hcl::string(to),
            Syntax::Json => json::string(to),
        };
        self.replace(value, &text, syntax, true)
    }

    /// Whether a name is written a second time: whatever uses it there would lose the resource.
    fn named_elsewhere(&self, written: &Value) -> bool {
        let (Some(span), Some(name)) = (written.span(), written.as_str()) else {
            return true;
        };
        let source = self.sources.get(span.file);
        ["\"", "'"].iter().any(|quote| {
            let quoted = format!("{quote}{name}{quote}");
            let own = span.range().start.saturating_sub(1);
            source
                .text
                .match_indices(&quoted)
                .any(|(at, _)| at != own && at != own + 1)
        })
    }

    /// Puts a new value in the place of a written one. `plain`: a literal, as against a reference.
    fn replace(&mut self, written: &Value, value: &str, syntax: Syntax, plain: bool) -> Option<()> {
        let origin = written.origin()?;
        // A literal here, or a reference that a better one replaces: nobody else reads this place.
        let own = origin.reads.is_none() && origin.from.is_none();
        self.display |= !own && plain;
        let span = origin.span;
        let source = self.sources.get(span.file);
        let quoted = syntax == Syntax::Json
            && span.range().start > 0
            && source.text.as_bytes().get(span.range().start - 1) == Some(&b'"');
        // Inside the quotes of a JSON string only the text is replaced.
        let range = if quoted {
            span.range().start - 1..span.range().end + 1
        } else {
            span.range()
        };
        let text = value.to_owned();
        self.add(span.file, vec![Change { range, text }]);
        Some(())
    }

    /// A value as the language of a resource writes it.
    fn spelt(
        &self,
        id: ResourceId,
        number: usize,
        to: &NewValue,
        syntax: Syntax,
    ) -> Option<String> {
        Some(match to {
            // A name that is not known can't be written down.
            NewValue::Text(text) if text.contains("${") => return None,
            NewValue::Text(text) => {
                let spelling = self.model.spelling(id, number)?;
                let own = spelling
                    .values
                    .iter()
                    .find(|(_, v)| v.as_str() == Some(text));
                let holds = &self.attribute(id, number).holds;
                let bare = matches!(holds, Holds::Bool | Holds::Number);
                // No free number, say.
                if *holds == Holds::Number && text.parse::<f64>().is_err() {
                    return None;
                }
                match (own.map(|(key, _)| key.as_str()), syntax) {
                    _ if bare => text.clone(),
                    (Some(bare @ ("true" | "false")), _) => bare.to_owned(),
                    (own, Syntax::Hcl) => hcl::string(own.unwrap_or(text)),
                    (own, Syntax::Json) => json::string(own.unwrap_or(text)),
                }
            }
            NewValue::Id(to) => self.reference(id, *to, None, syntax)?,
            NewValue::Attribute(of, attribute) => {
                self.reference(id, *of, Some(*attribute), syntax)?
            }
        })
    }

    /// A reference to a resource's id or attribute, as a value.
    fn reference(
        &self,
        from: ResourceId,
        to: ResourceId,
        attribute: Option<usize>,
        syntax: Syntax,
    ) -> Option<String> {
        match syntax {
            Syntax::Hcl => {
                let name = match attribute {
                    None => "id".to_owned(),
                    Some(number) => self.model.spell(to, number),
                };
                refer::hcl(self.model, from, to, &name)
            }
            Syntax::Json if attribute.is_none() => {
                let id = refer::resource_id(self.model, self.sources, from, to)?;
                Some(json::string(&format!("[{id}]")))
            }
            Syntax::Json => None,
        }
    }

    fn move_to(&mut self, id: ResourceId, from: usize, to: usize) -> Option<()> {
        let (old, new) = (self.path(id, from)?, self.path(id, to)?);
        let (_, old_parent) = old.split_last()?;
        let (new_name, new_parent) = new.split_last()?;
        if old_parent == new_parent {
            return self.in_block(id, &|text, block, syntax| match syntax {
                Syntax::Hcl => hcl::rename(text, block, &old, new_name),
                Syntax::Json => json::rename(text, block, &old, new_name),
            });
        }
        let span = self.written(id, from)?.span()?;
        let source = self.sources.get(span.file);
        let text = source.text.get(span.range())?;
        let value = match self.syntax(span.file)? {
            Syntax::Json if source.text[..span.range().start].ends_with('"') => {
                format!("\"{text}\"")
            }
            _ => text.to_owned(),
        };
        self.in_block(id, &|text, block, syntax| match syntax {
            Syntax::Hcl => hcl::remove(text, block, &old),
            Syntax::Json => json::remove(text, block, &old),
        })?;
        self.in_block(id, &|text, block, syntax| match syntax {
            Syntax::Hcl => hcl::set(text, block, &new, &value),
            Syntax::Json => json::set(text, block, &new, &value),
        })
    }

    fn depend(&mut self, id: ResourceId, on: ResourceId) -> Option<()> {
        let block = self.model.resource(id).block?;
        match self.syntax(block.file)? {
            Syntax::Hcl => {
                let address = refer::hcl_resource(self.model, id, on)?;
                self.in_block(id, &|text, block, _| {
                    hcl::add_to_list(text, block, "depends_on", &address)
                })
            }
            Syntax::Json => {
                let item = if refer::is_symbolic(self.model, on) {
                    refer::local_name(self.model, on).to_owned()
                } else {
                    format!(
                        "[{}]",
                        refer::resource_id(self.model, self.sources, id, on)?
                    )
                };
                let item = json::string(&item);
                self.in_block(id, &|text, block, _| {
                    json::add_to_array(text, block, &["dependsOn"], &item)
                })
            }
        }
    }

    fn reread(&mut self, id: ResourceId, number: usize, read: &str) -> Option<()> {
        let written = self.written(id, number)?;
        let origin = written.origin()?;
        let reference = origin.reads.as_ref()?.reference.as_ref()?;
        let source = self.sources.get(origin.span.file);
        let text = source.text.get(origin.span.range())?;
        let stem = text
            .strip_suffix(&*reference.attribute)?
            .strip_suffix('.')?;
        let text = format!("{stem}.{read}");
        self.add(
            origin.span.file,
            vec![Change {
                range: origin.span.range(),
                text,
            }],
        );
        Some(())
    }
}
