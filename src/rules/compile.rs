//! From a rule file to something that runs: conditions parsed and checked against the kinds.

use std::sync::Arc;

use super::Library;
use super::condition::{Expr, Scope, Template, Type};
use super::file::{CheckFile, RuleFile};
use crate::finding::{RuleInfo, Severity};
use crate::model::KindId;

/// A rule, ready to run.
#[derive(Debug)]
pub struct Rule {
    /// What reports say of it.
    pub info: Arc<RuleInfo>,
    pub(super) checks: Vec<Check>,
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
        arm: file
            .remedy
            .arm
            .as_deref()
            .map(|t| template("remedy", t))
            .transpose()?,
    })
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
