//! From a rule file to something that runs: conditions parsed and checked against the kinds.

use std::ops::Range as Bytes;
use std::sync::Arc;

use super::Library;
use super::condition::{ConditionError, Expr, Scope, Template, Type};
use super::edits::{self, FixPlan};
use super::file::{CheckFile, RuleFile};
use crate::finding::{RuleInfo, Severity};
use crate::model::KindId;
use crate::suggest::nearest;

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

    /// Whether each of its checks has a fix without conditions.
    pub fn is_always_fixable(&self) -> bool {
        let always = |check: &Check| check.fix.as_ref().is_some_and(FixPlan::is_unconditional);
        self.has_checks() && self.checks.iter().all(always)
    }

    /// The rules that its checks yield to.
    pub(super) fn yields_to(&self) -> impl Iterator<Item = &str> {
        let yields = self.checks.iter().flat_map(|check| &check.yields);
        yields.map(|(to, _)| to.as_str())
    }

    /// A rule that does not exist and is yielded to.
    pub(crate) fn yields_to_none(&self, exists: impl Fn(&str) -> bool) -> Option<Mistake> {
        self.checks.iter().enumerate().find_map(|(i, check)| {
            let number = check.yields.iter().position(|(to, _)| !exists(to))?;
            let path = [
                "checks",
                &i.to_string(),
                "yields",
                &number.to_string(),
                "to",
            ];
            let message = format!("there is no rule `{}`", check.yields[number].0);
            Some(Mistake::new(&path, message))
        })
    }

    /// Whether some check of it has a fix.
    pub fn has_fix(&self) -> bool {
        self.checks.iter().any(|check| check.fix.is_some())
    }
}

#[derive(Debug)]
pub(super) struct Check {
    pub(super) bindings: Vec<Range>,
    /// By the number of names that are bound: what of `applies` can be asked then.
    pub(super) early: Vec<Vec<Expr>>,
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
    /// Rules that tell the same cause, and the resources over which they do.
    pub(super) yields: Vec<(String, Expr)>,
    pub(super) fix: Option<FixPlan>,
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

    /// With advice.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Mistake {
        self.help = Some(help.into());
        self
    }

    /// In a text that starts `skipped` bytes into the value.
    pub(super) fn condition(path: &[&str], skipped: usize, error: ConditionError) -> Mistake {
        Mistake {
            bytes: Some(error.range.start + skipped..error.range.end + skipped),
            help: error.help,
            ..Mistake::new(path, error.message)
        }
    }

    pub(super) fn below(mut self, path: &[&str]) -> Mistake {
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
    let mut early = Vec::new();
    for (name, range) in &file.bindings {
        let path = ["for", name.as_str()];
        let text = range
            .as_str()
            .ok_or_else(|| Mistake::new(&path, "a kind or an expression is needed here"))?;
        let parts = file.applies.as_deref().map(|applies| {
            Expr::parts(applies, &scope, library).map_err(|e| Mistake::condition(&["where"], 0, e))
        });
        early.push(parts.transpose()?.unwrap_or_default());
        let (range, ty) = compile_range(text, &path, &scope, library)?;
        bindings.push(range);
        scope.bind(name, ty);
    }
    if bindings.is_empty() {
        return Err(Mistake::new(&["for"], "`for` binds nothing"));
    }
    for (name, text) in &file.aliases {
        let path = ["let", name.as_str()];
        let text = text
            .as_str()
            .ok_or_else(|| Mistake::new(&path, "an expression is needed here"))?;
        if file.bindings.contains_key(name) {
            return Err(Mistake::new(&path, format!("`for` binds `{name}` already")));
        }
        scope
            .alias(name, text, library)
            .map_err(|e| Mistake::condition(&path, 0, e))?;
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
            inner.is_some() || expr.is_binding() && matches!(expr.ty(), Type::Resource(_));
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
    let yields = file.yields.iter().enumerate();
    Ok(Check {
        bindings,
        early,
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
        yields: yields
            .map(|(i, to)| {
                let path = ["yields", &i.to_string(), "over"];
                let expr = Expr::compile(&to.over, &scope, library)
                    .map_err(|e| Mistake::condition(&path, 0, e))?;
                match expr.ty().leads_to_resources() {
                    true => Ok((to.to.clone(), expr)),
                    false => Err(Mistake::new(&path, format!("`{}` is no resource", to.over))),
                }
            })
            .collect::<Result<_, Mistake>>()?,
        fix: file
            .fix
            .as_ref()
            .map(|fix| edits::compile(fix, &scope, library).map_err(|e| e.below(&["fix"])))
            .transpose()?,
        arm: file
            .remedy
            .arm
            .as_deref()
            .map(|t| template(&["remedy", "arm"], t))
            .transpose()?,
    })
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
    let expr = Expr::compile(text, scope, library).map_err(|error| {
        let kinds = library.kinds.iter().map(|(_, kind)| kind.name.as_str());
        let near = nearest(text, &kinds.collect::<Vec<_>>()).map(str::to_owned);
        let mistake = Mistake::condition(path, 0, error);
        match near {
            Some(near) => mistake.help(format!("did you mean the kind `{near}`?")),
            None => mistake,
        }
    })?;
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
