//! From a rule file to something that runs: conditions parsed and checked against the kinds.

use std::sync::Arc;

use super::Library;
use super::condition::{Expr, Scope, Template, Type};
use super::file::{CheckFile, EditFile, FixFile, RuleFile};
use crate::finding::{Applicability, RuleInfo, Severity};
use crate::model::KindId;
use crate::model::kinds::Holds;

/// A rule, ready to run.
#[derive(Debug)]
pub struct Rule {
    /// What reports say of it.
    pub info: Arc<RuleInfo>,
    pub(super) checks: Vec<Check>,
}

impl Rule {
    /// Whether it has checks of resources; without, it is the program that speaks under its name.
    pub fn has_checks(&self) -> bool {
        !self.checks.is_empty()
    }

    /// Whether some check of it has a fix.
    pub fn has_fix(&self) -> bool {
        self.checks.iter().any(|check| check.fix.is_some())
    }
}

#[derive(Debug)]
pub(super) struct Check {
    pub(super) bindings: Vec<Range>,
    pub(super) applies: Option<Expr>,
    pub(super) require: Expr,
    /// The number of the binding that findings are about.
    pub(super) resource: usize,
    pub(super) severity: Severity,
    pub(super) at: Vec<Place>,
    pub(super) also: Vec<(Place, Template)>,
    pub(super) message: Template,
    pub(super) help: Template,
    pub(super) azurerm: Option<Template>,
    pub(super) arm: Option<Template>,
    pub(super) fix: Option<FixPlan>,
}

#[derive(Debug)]
pub(super) struct FixPlan {
    pub(super) applicability: Applicability,
    pub(super) note: Option<String>,
    pub(super) edits: Vec<EditPlan>,
}

/// An edit whose resources are found when the check is violated.
#[derive(Debug)]
pub(super) enum EditPlan {
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
}

/// A resource to be added.
#[derive(Debug)]
pub(super) struct InsertPlan {
    pub(super) kind: KindId,
    pub(super) beside: Expr,
    pub(super) with: Vec<(String, Expr)>,
    pub(super) values: Vec<(String, Expr)>,
    pub(super) when: Option<Expr>,
    pub(super) awaited_by: Option<Expr>,
}

/// An attribute of the resource that an expression leads to.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) owner: Expr,
    pub(super) attribute: usize,
}

#[derive(Debug)]
pub(super) enum SetTo {
    Text(Template),
    Attribute(Member),
    Id(Expr),
}

/// What a binding ranges over.
#[derive(Debug)]
pub(super) enum Range {
    /// The resources of a kind that are declared here.
    Kind(KindId),
    /// A collection, a resource or a list of values.
    Over(Expr),
}

/// A place that a check points at.
#[derive(Debug)]
pub(super) enum Place {
    /// Where the value of an attribute is written.
    Written(Expr),
    /// The heading of the resource that an expression leads to.
    Heading(Expr),
}

pub(super) fn rule(file: RuleFile, library: &Library) -> Result<Rule, String> {
    let mut checks = Vec::new();
    for (i, check) in file.checks.iter().enumerate() {
        checks.push(
            compile(check, file.severity, library).map_err(|e| format!("check {}: {e}", i + 1))?,
        );
    }
    if file.documents.is_empty() {
        return Err("a rule needs a document that supports it".into());
    }
    Ok(Rule {
        info: Arc::new(RuleInfo {
            slug: file.rule,
            title: file.title,
            severity: file.severity,
            category: file.category,
            why: file.why.trim().to_owned(),
            documents: file.documents,
        }),
        checks,
    })
}

fn compile(file: &CheckFile, severity: Severity, library: &Library) -> Result<Check, String> {
    let mut scope = Scope::new();
    let mut bindings = Vec::new();
    for (name, range) in &file.bindings {
        let text = range
            .as_str()
            .ok_or_else(|| format!("for `{name}`: give a kind or an expression"))?;
        let (range, ty) =
            compile_range(text, &scope, library).map_err(|e| format!("for `{name}`: {e}"))?;
        bindings.push(range);
        scope.bind(name, ty);
    }
    if bindings.is_empty() {
        return Err("`for` binds nothing".into());
    }
    let condition = |what: &str, text: &str| {
        Expr::condition(text, &scope, library).map_err(|e| format!("{what}: `{text}`: {e}"))
    };
    let template = |what: &str, text: &str| {
        Template::compile(text.trim_end(), &scope, library).map_err(|e| format!("{what}: {e}"))
    };
    let place = |what: &str, text: &str| {
        let inner = text
            .strip_prefix("resource(")
            .and_then(|t| t.strip_suffix(')'));
        let expr = Expr::compile(inner.unwrap_or(text), &scope, library)
            .map_err(|e| format!("{what}: `{text}`: {e}"))?;
        let heading =
            inner.is_some() || !text.contains('.') && matches!(expr.ty(), Type::Resource(_));
        Ok::<_, String>(if heading {
            Place::Heading(expr)
        } else {
            Place::Written(expr)
        })
    };
    let resource = match &file.resource {
        None => 0,
        Some(name) => file
            .bindings
            .keys()
            .position(|k| k == name)
            .ok_or_else(|| format!("resource: there is no binding `{name}`"))?,
    };
    Ok(Check {
        bindings,
        applies: file
            .applies
            .as_deref()
            .map(|t| condition("where", t))
            .transpose()?,
        require: condition("require", &file.require)?,
        resource,
        severity: file.severity.unwrap_or(severity),
        at: file
            .at
            .iter()
            .map(|t| place("at", t))
            .collect::<Result<_, _>>()?,
        also: file
            .also
            .iter()
            .map(|a| Ok((place("also", &a.at)?, template("also", &a.text)?)))
            .collect::<Result<_, String>>()?,
        message: template("message", &file.message)?,
        help: template("help", &file.help)?,
        azurerm: file
            .remedy
            .azurerm
            .as_deref()
            .map(|t| template("remedy", t))
            .transpose()?,
        fix: file
            .fix
            .as_ref()
            .map(|fix| compile_fix(fix, &scope, library).map_err(|e| format!("fix: {e}")))
            .transpose()?,
        arm: file
            .remedy
            .arm
            .as_deref()
            .map(|t| template("remedy", t))
            .transpose()?,
    })
}

fn compile_fix(file: &FixFile, scope: &Scope, library: &Library) -> Result<FixPlan, String> {
    if file.applicability != Applicability::Safe && file.note.is_none() {
        return Err("say in `note` what has to be looked at".into());
    }
    let edits = file.edits.iter().map(|e| compile_edit(e, scope, library));
    Ok(FixPlan {
        applicability: file.applicability,
        note: file.note.clone(),
        edits: edits.collect::<Result<_, _>>()?,
    })
}

fn compile_edit(file: &EditFile, scope: &Scope, library: &Library) -> Result<EditPlan, String> {
    let expr =
        |text: &str| Expr::compile(text, scope, library).map_err(|e| format!("`{text}`: {e}"));
    let template =
        |text: &str| Template::compile(text, scope, library).map_err(|e| format!("`{text}`: {e}"));
    let member = |path: &str| {
        let (owner, name) = path
            .rsplit_once('.')
            .ok_or_else(|| format!("`{path}` is no attribute of a resource"))?;
        let owner = expr(owner)?;
        let Type::Resource(kind) = *owner.ty() else {
            return Err(format!(
                "`{path}` is no attribute of a resource of a known kind"
            ));
        };
        let attribute = library.kinds.kind(kind).attribute_number(name);
        let attribute = attribute.ok_or_else(|| format!("there is no attribute `{name}`"))?;
        Ok((Member { owner, attribute }, kind))
    };
    Ok(match file {
        EditFile::Set {
            attribute,
            to,
            refer,
        } => {
            let to = match (to, refer) {
                (Some(text), None) => SetTo::Text(template(text)?),
                (None, Some(refer)) => match member(refer) {
                    Ok((member, kind)) if !is_reference(library, kind, &member) => {
                        SetTo::Attribute(member)
                    }
                    _ => SetTo::Id(expr(refer)?),
                },
                _ => return Err("give one of `to` and `refer`".into()),
            };
            EditPlan::Set(member(attribute)?.0, to)
        }
        EditFile::Remove { attribute } => EditPlan::Remove(member(attribute)?.0),
        EditFile::Add { attribute, element } => {
            EditPlan::Add(member(attribute)?.0, template(element)?)
        }
        EditFile::Replace { value, to, when } => EditPlan::Replace(
            expr(value)?,
            template(to)?,
            when.as_deref().map(expr).transpose()?,
        ),
        EditFile::Move { attribute, to } => {
            let (member, kind) = member(attribute)?;
            let to_number = library.kinds.kind(kind).attribute_number(to);
            EditPlan::Move(
                member,
                to_number.ok_or_else(|| format!("there is no attribute `{to}`"))?,
            )
        }
        EditFile::Reread { attribute, read } => {
            EditPlan::Reread(member(attribute)?.0, read.clone())
        }
        EditFile::Entry { of, member, to } => {
            EditPlan::Entry(expr(of)?, member.clone(), to.clone())
        }
        EditFile::Insert {
            kind,
            beside,
            with,
            values,
            when,
            awaited_by,
        } => {
            let kind = library
                .kinds
                .kind_id(kind)
                .ok_or_else(|| format!("there is no kind `{kind}`"))?;
            let each = |texts: &std::collections::BTreeMap<String, String>| {
                let compiled = texts
                    .iter()
                    .map(|(name, text)| Ok((name.clone(), expr(text)?)));
                compiled.collect::<Result<Vec<_>, String>>()
            };
            EditPlan::Insert(Box::new(InsertPlan {
                kind,
                beside: expr(beside)?,
                with: each(with)?,
                values: each(values)?,
                when: when.as_deref().map(expr).transpose()?,
                awaited_by: awaited_by.as_deref().map(expr).transpose()?,
            }))
        }
        EditFile::Depend { resource, on } => EditPlan::Depend(expr(resource)?, expr(on)?),
        EditFile::Delete { resource } => EditPlan::Delete(expr(resource)?),
    })
}

fn is_reference(library: &Library, kind: KindId, member: &Member) -> bool {
    let attribute = &library.kinds.kind(kind).attributes[member.attribute];
    matches!(attribute.holds, Holds::Refers(_))
}

fn compile_range(text: &str, scope: &Scope, library: &Library) -> Result<(Range, Type), String> {
    if let Some(kind) = library.kinds.kind_id(text) {
        return Ok((Range::Kind(kind), Type::Resource(kind)));
    }
    let expr = Expr::compile(text, scope, library).map_err(|e| format!("`{text}`: {e}"))?;
    let ty = match expr.ty() {
        Type::Resources(kind) | Type::Resource(kind) => Type::Resource(*kind),
        Type::AnyResources | Type::AnyResource => Type::AnyResource,
        Type::List(of) => (**of).clone(),
        _ => return Err(format!("`{text}` is neither a kind nor a collection")),
    };
    Ok((Range::Over(expr), ty))
}
