//! From a rule file to something that runs: conditions parsed and checked against the kinds.

use std::ops::Range as Bytes;
use std::sync::Arc;

use super::Library;
use super::condition::{ConditionError, Expr, Scope, Template, Type};
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
    pub(super) referred_by: Option<Member>,
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

/// What is wrong with a rule file, and where in it.
#[derive(Debug)]
pub struct Mistake {
    /// Keys and indexes that lead to the value at fault; empty for the whole file.
    pub path: Vec<String>,
    /// Which bytes of the text there.
    pub bytes: Option<Bytes<usize>>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Mistake {
    pub(crate) fn new(path: &[&str], message: impl Into<String>) -> Mistake {
        Mistake {
            path: path.iter().map(|step| (*step).to_owned()).collect(),
            bytes: None,
            message: message.into(),
            help: None,
        }
    }

    /// In a text that starts `skipped` bytes into the value.
    fn condition(path: &[&str], skipped: usize, error: ConditionError) -> Mistake {
        Mistake {
            bytes: Some(error.range.start + skipped..error.range.end + skipped),
            help: error.help,
            ..Mistake::new(path, error.message)
        }
    }

    fn below(mut self, path: &[&str]) -> Mistake {
        let steps = path.iter().map(|step| (*step).to_owned());
        self.path = steps.chain(self.path).collect();
        self
    }
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path.join("."), self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

pub(crate) fn rule(file: RuleFile, library: &Library) -> Result<Rule, Mistake> {
    let mut checks = Vec::new();
    for (i, check) in file.checks.iter().enumerate() {
        let compiled = compile(check, file.severity, library);
        checks.push(compiled.map_err(|e| e.below(&["checks", &i.to_string()]))?);
    }
    if file.documents.is_empty() {
        let message = "a rule needs a document that supports it";
        return Err(Mistake::new(&["documents"], message));
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

fn compile(file: &CheckFile, severity: Severity, library: &Library) -> Result<Check, Mistake> {
    let mut scope = Scope::new();
    let mut bindings = Vec::new();
    for (name, range) in &file.bindings {
        let path = ["for", name.as_str()];
        let text = range
            .as_str()
            .ok_or_else(|| Mistake::new(&path, "a kind or an expression is needed here"))?;
        let (range, ty) = compile_range(text, &path, &scope, library)?;
        bindings.push(range);
        scope.bind(name, ty);
    }
    if bindings.is_empty() {
        return Err(Mistake::new(&["for"], "`for` binds nothing"));
    }
    let condition = |key: &str, text: &str| {
        Expr::condition(text, &scope, library).map_err(|e| Mistake::condition(&[key], 0, e))
    };
    let template = |path: &[&str], text: &str| {
        Template::compile(text.trim_end(), &scope, library)
            .map_err(|e| Mistake::condition(path, 0, e))
    };
    let place = |path: &[&str], text: &str| {
        let inner = text
            .strip_prefix("resource(")
            .and_then(|t| t.strip_suffix(')'));
        let skipped = inner.map_or(0, |_| "resource(".len());
        let expr = Expr::compile(inner.unwrap_or(text), &scope, library)
            .map_err(|e| Mistake::condition(path, skipped, e))?;
        let heading =
            inner.is_some() || !text.contains('.') && matches!(expr.ty(), Type::Resource(_));
        Ok::<_, Mistake>(if heading {
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
            .ok_or_else(|| Mistake::new(&["resource"], format!("there is no binding `{name}`")))?,
    };
    let at = file.at.iter().enumerate();
    let also = file.also.iter().enumerate();
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
        at: at
            .map(|(i, t)| place(&["at", &i.to_string()], t))
            .collect::<Result<_, _>>()?,
        also: also
            .map(|(i, a)| {
                let i = i.to_string();
                let text = template(&["also", &i, "text"], &a.text)?;
                Ok((place(&["also", &i, "at"], &a.at)?, text))
            })
            .collect::<Result<_, Mistake>>()?,
        message: template(&["message"], &file.message)?,
        help: template(&["help"], &file.help)?,
        azurerm: file
            .remedy
            .azurerm
            .as_deref()
            .map(|t| template(&["remedy", "azurerm"], t))
            .transpose()?,
        fix: file
            .fix
            .as_ref()
            .map(|fix| compile_fix(fix, &scope, library).map_err(|e| e.below(&["fix"])))
            .transpose()?,
        arm: file
            .remedy
            .arm
            .as_deref()
            .map(|t| template(&["remedy", "arm"], t))
            .transpose()?,
    })
}

fn compile_fix(file: &FixFile, scope: &Scope, library: &Library) -> Result<FixPlan, Mistake> {
    if file.applicability != Applicability::Safe && file.note.is_none() {
        return Err(Mistake::new(&[], "say in `note` what has to be looked at"));
    }
    let edits = file.edits.iter().enumerate().map(|(i, edit)| {
        compile_edit(edit, scope, library)
            .map_err(|message| Mistake::new(&["edits", &i.to_string()], message))
    });
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
            referred_by,
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
                referred_by: match referred_by {
                    Some(path) => Some(member(path)?.0),
                    None => None,
                },
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

fn compile_range(
    text: &str,
    path: &[&str],
    scope: &Scope,
    library: &Library,
) -> Result<(Range, Type), Mistake> {
    if let Some(kind) = library.kinds.kind_id(text) {
        return Ok((Range::Kind(kind), Type::Resource(kind)));
    }
    let expr = Expr::compile(text, scope, library).map_err(|e| Mistake::condition(path, 0, e))?;
    let ty = match expr.ty() {
        Type::Resources(kind) | Type::Resource(kind) => Type::Resource(*kind),
        Type::AnyResources | Type::AnyResource => Type::AnyResource,
        Type::List(of) => (**of).clone(),
        _ => {
            let message = format!("`{text}` is neither a kind nor a collection");
            return Err(Mistake::new(path, message));
        }
    };
    Ok((Range::Over(expr), ty))
}
