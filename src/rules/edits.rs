//! The edits of a rule's fix: compiled, and for a violated check filled with its resources and texts.

use std::collections::BTreeMap;

use super::Library;
use super::compile::Mistake;
use super::condition::{Expr, Scope, Template, Type};
use super::describe::Describe;
use super::file::{EditFile, FixFile};
use crate::finding::{Applicability, Edit, NewResource, NewValue, Plan};
use crate::model::kinds::Holds;
use crate::model::{KindId, ResourceId};
use crate::value::to_text;

#[derive(Debug)]
pub(super) struct FixPlan {
    applicability: Applicability,
    note: Option<String>,
    when: Option<Expr>,
    edits: Vec<EditPlan>,
}

/// An edit whose resources are found when the check is violated.
#[derive(Debug)]
enum EditPlan {
    Set(Member, SetTo),
    Remove(Member),
    Move(Member, usize),
    Reread(Member, String),
    Entry(Expr, String, String),
    Add(Member, Template),
    Replace(Expr, Template, Option<Expr>),
    Insert(Box<InsertPlan>),
    Depend(Expr, Expr),
    Delete(Expr),
    Retype(Expr, Vec<(String, Expr)>),
    Version(Expr, Template),
}

/// A resource to be added.
#[derive(Debug)]
struct InsertPlan {
    kind: KindId,
    beside: Expr,
    with: Vec<(String, Expr)>,
    values: Vec<(String, Expr)>,
    when: Option<Expr>,
    referred_by: Option<Member>,
    awaited_by: Option<Expr>,
}

/// An attribute of the resource that an expression leads to.
#[derive(Debug)]
struct Member {
    owner: Expr,
    attribute: usize,
}

#[derive(Debug)]
enum SetTo {
    Text(Template),
    Attribute(Member),
    Id(Expr),
}

/// Checks a fix against the kinds. Mistakes are told by their way from the fix.
pub(super) fn compile(
    file: &FixFile,
    scope: &Scope,
    library: &Library,
) -> Result<FixPlan, Mistake> {
    if file.applicability != Applicability::Safe && file.note.is_none() {
        return Err(Mistake::new(&[], "say in `note` what has to be looked at"));
    }
    let compiler = Compiler { scope, library };
    let edits = file.edits.iter().enumerate().map(|(i, edit)| {
        let compiled = compiler.edit(edit);
        compiled.map_err(|mistake| mistake.below(&["edits", &i.to_string()]))
    });
    Ok(FixPlan {
        applicability: file.applicability,
        note: file.note.clone(),
        when: compiler.optional(&["when"], file.when.as_deref())?,
        edits: edits.collect::<Result<_, _>>()?,
    })
}

struct Compiler<'a> {
    scope: &'a Scope,
    library: &'a Library,
}

impl Compiler<'_> {
    fn edit(&self, file: &EditFile) -> Result<EditPlan, Mistake> {
        Ok(match file {
            EditFile::Set {
                attribute,
                to,
                refer,
            } => {
                let to = match (to, refer) {
                    (Some(text), None) => SetTo::Text(self.template(&["set", "to"], text)?),
                    (None, Some(path)) => self.reference(&["set", "refer"], path)?,
                    _ => return Err(Mistake::new(&["set"], "give one of `to` and `refer`")),
                };
                EditPlan::Set(self.member(&["set", "attribute"], attribute)?.0, to)
            }
            EditFile::Remove { attribute } => {
                EditPlan::Remove(self.member(&["remove", "attribute"], attribute)?.0)
            }
            EditFile::Add { attribute, element } => EditPlan::Add(
                self.member(&["add", "attribute"], attribute)?.0,
                self.template(&["add", "element"], element)?,
            ),
            EditFile::Replace { value, to, when } => EditPlan::Replace(
                self.expr(&["replace", "value"], value)?,
                self.template(&["replace", "to"], to)?,
                self.optional(&["replace", "when"], when.as_deref())?,
            ),
            EditFile::Move { attribute, to } => {
                let (member, kind) = self.member(&["move", "attribute"], attribute)?;
                EditPlan::Move(member, self.attribute(&["move", "to"], kind, to)?)
            }
            EditFile::Reread { attribute, read } => EditPlan::Reread(
                self.member(&["reread", "attribute"], attribute)?.0,
                read.clone(),
            ),
            EditFile::Entry { of, member, to } => {
                EditPlan::Entry(self.expr(&["entry", "of"], of)?, member.clone(), to.clone())
            }
            EditFile::Insert {
                kind,
                beside,
                with,
                values,
                when,
                referred_by,
                awaited_by,
            } => {
                let number = self.library.kinds.kind_id(kind).ok_or_else(|| {
                    Mistake::new(&["insert", "kind"], format!("there is no kind `{kind}`"))
                })?;
                let referred_by = referred_by.as_deref();
                EditPlan::Insert(Box::new(InsertPlan {
                    kind: number,
                    beside: self.expr(&["insert", "beside"], beside)?,
                    with: self.each(&["insert", "with"], with)?,
                    values: self.each(&["insert", "values"], values)?,
                    when: self.optional(&["insert", "when"], when.as_deref())?,
                    referred_by: referred_by
                        .map(|path| self.member(&["insert", "referred_by"], path))
                        .transpose()?
                        .map(|(member, _)| member),
                    awaited_by: self.optional(&["insert", "awaited_by"], awaited_by.as_deref())?,
                }))
            }
            EditFile::Depend { resource, on } => EditPlan::Depend(
                self.expr(&["depend", "resource"], resource)?,
                self.expr(&["depend", "on"], on)?,
            ),
            EditFile::Delete { resource } => {
                EditPlan::Delete(self.expr(&["delete", "resource"], resource)?)
            }
            EditFile::Retype { resource, with } => EditPlan::Retype(
                self.expr(&["retype", "resource"], resource)?,
                self.each(&["retype", "with"], with)?,
            ),
            EditFile::Version { resource, to } => EditPlan::Version(
                self.expr(&["version", "resource"], resource)?,
                self.template(&["version", "to"], to)?,
            ),
        })
    }

    fn expr(&self, path: &[&str], text: &str) -> Result<Expr, Mistake> {
        Expr::compile(text, self.scope, self.library).map_err(|e| Mistake::condition(path, 0, e))
    }

    fn optional(&self, path: &[&str], text: Option<&str>) -> Result<Option<Expr>, Mistake> {
        text.map(|text| self.expr(path, text)).transpose()
    }

    fn template(&self, path: &[&str], text: &str) -> Result<Template, Mistake> {
        Template::compile(text, self.scope, self.library)
            .map_err(|e| Mistake::condition(path, 0, e))
    }

    fn each(
        &self,
        path: &[&str],
        texts: &BTreeMap<String, String>,
    ) -> Result<Vec<(String, Expr)>, Mistake> {
        let compiled = texts.iter().map(|(name, text)| {
            let path: Vec<&str> = path.iter().copied().chain([name.as_str()]).collect();
            Ok((name.clone(), self.expr(&path, text)?))
        });
        compiled.collect()
    }

    /// An attribute as a member path, and the kind that has it.
    fn member(&self, at: &[&str], path: &str) -> Result<(Member, KindId), Mistake> {
        let no_attribute = || {
            let message = format!("`{path}` is no attribute of a resource of a known kind");
            Mistake::new(at, message)
        };
        let (owner, name) = path.rsplit_once('.').ok_or_else(no_attribute)?;
        let owner = self.expr(at, owner)?;
        let Type::Resource(kind) = *owner.ty() else {
            return Err(no_attribute());
        };
        let attribute = self.attribute(at, kind, name)?;
        Ok((Member { owner, attribute }, kind))
    }

    fn attribute(&self, at: &[&str], kind: KindId, name: &str) -> Result<usize, Mistake> {
        let number = self.library.kinds.kind(kind).attribute_number(name);
        number.ok_or_else(|| Mistake::new(at, format!("there is no attribute `{name}`")))
    }

    /// What a reference leads to: an attribute that holds a value, or a resource.
    fn reference(&self, at: &[&str], path: &str) -> Result<SetTo, Mistake> {
        if let Ok((member, kind)) = self.member(at, path) {
            let attribute = &self.library.kinds.kind(kind).attributes[member.attribute];
            if !matches!(attribute.holds, Holds::Refers(_)) {
                return Ok(SetTo::Attribute(member));
            }
        }
        Ok(SetTo::Id(self.expr(at, path)?))
    }
}

impl FixPlan {
    /// Whether there is a fix wherever there is a finding, unless a place can't be edited.
    pub(super) fn is_unconditional(&self) -> bool {
        let optional = |edit: &EditPlan| matches!(edit, EditPlan::Replace(_, _, Some(_)));
        self.when.is_none() && !self.edits.iter().all(optional)
    }

    /// The edits for a violated check; `None` where one of them does not know its resource or its text.
    pub(super) fn resolve(&self, check: &Describe<'_>) -> Option<Plan> {
        if !needed(check, self.when.as_ref())? {
            return None;
        }
        let edits: Option<Vec<_>> = self.edits.iter().map(|edit| edit.resolve(check)).collect();
        Some(Plan {
            applicability: self.applicability,
            note: self.note.clone(),
            edits: edits?.into_iter().flatten().collect(),
        })
    }
}

impl EditPlan {
    /// An edit, `Some(None)` where it is not needed.
    fn resolve(&self, check: &Describe<'_>) -> Option<Option<Edit>> {
        let format = |text: &Template| text.format(check.env, check.view, check.sides);
        let of = |member: &Member| Some((check.leads_to(&member.owner)?, member.attribute));
        Some(Some(match self {
            EditPlan::Set(member, to) => {
                let to = match to {
                    SetTo::Text(text) => NewValue::Text(format(text)),
                    SetTo::Attribute(member) => {
                        let (id, attribute) = of(member)?;
                        NewValue::Attribute(id, attribute)
                    }
                    SetTo::Id(resource) => NewValue::Id(check.leads_to(resource)?),
                };
                let (id, attribute) = of(member)?;
                Edit::Set(id, attribute, to)
            }
            EditPlan::Remove(member) => {
                let (id, attribute) = of(member)?;
                Edit::Remove(id, attribute)
            }
            EditPlan::Move(member, to) => {
                let (id, attribute) = of(member)?;
                Edit::Move(id, attribute, *to)
            }
            EditPlan::Reread(member, read) => {
                let (id, attribute) = of(member)?;
                Edit::Reread(id, attribute, read.clone())
            }
            EditPlan::Entry(entry, member, to) => {
                Edit::Entry(check.value(entry)?.span()?, member.clone(), to.clone())
            }
            EditPlan::Add(member, element) => {
                let (id, attribute) = of(member)?;
                Edit::Add(id, attribute, format(element))
            }
            EditPlan::Replace(value, to, when) => {
                if !needed(check, when.as_ref())? {
                    return Some(None);
                }
                Edit::Replace(check.value(value)?, format(to))
            }
            EditPlan::Insert(plan) => {
                if !needed(check, plan.when.as_ref())? {
                    return Some(None);
                }
                let text = |expr: &Expr| {
                    let value = Some(check.value(expr)?).filter(|v| !v.is_null())?;
                    Some(to_text(&value)?.as_known()?.to_owned())
                };
                let values = plan.values.iter();
                let values = values.map(|(name, expr)| Some((name.clone(), text(expr)?)));
                Edit::Insert(NewResource {
                    kind: plan.kind,
                    beside: check.leads_to(&plan.beside)?,
                    with: resources(check, &plan.with)?,
                    values: values.collect::<Option<_>>()?,
                    referred_by: match &plan.referred_by {
                        Some(member) => Some(of(member)?),
                        None => None,
                    },
                    awaited_by: match &plan.awaited_by {
                        Some(expr) => Some(check.leads_to(expr)?),
                        None => None,
                    },
                })
            }
            EditPlan::Depend(resource, on) => {
                Edit::Depend(check.leads_to(resource)?, check.leads_to(on)?)
            }
            EditPlan::Delete(resource) => Edit::Delete(check.leads_to(resource)?),
            EditPlan::Retype(resource, with) => {
                Edit::Retype(check.leads_to(resource)?, resources(check, with)?)
            }
            EditPlan::Version(resource, to) => Edit::Version(check.leads_to(resource)?, format(to)),
        }))
    }
}

/// The resources that expressions lead to, by their names.
fn resources(check: &Describe<'_>, with: &[(String, Expr)]) -> Option<Vec<(String, ResourceId)>> {
    let found = with
        .iter()
        .map(|(name, expr)| Some((name.clone(), check.leads_to(expr)?)));
    found.collect()
}

/// Whether a condition of an edit holds; `None` when that can't be told.
fn needed(check: &Describe<'_>, when: Option<&Expr>) -> Option<bool> {
    when.map_or(Some(true), |when| check.value(when)?.as_bool())
}
