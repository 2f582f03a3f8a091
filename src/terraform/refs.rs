//! What an expression refers to, found without evaluating it: for the order of evaluation and for the
//! dependency graph.

use std::path::PathBuf;

use super::functions;
use super::syntax::ast::{Body, Expr, Item, Kind, Name, Part, Step, StepKind};
use crate::source::Span;

/// Kinds of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Mode {
    Managed,
    Data,
    Ephemeral,
}

/// Something declared in a module.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Target {
    Variable(Name),
    Local(Name),
    Resource(Mode, Name, Name),
    /// A module call, and the one output that is read of it.
    Module(Name, Option<Name>),
}

/// A reference and its place.
#[derive(Clone, Debug)]
pub(super) struct Ref {
    pub(super) target: Target,
    pub(super) span: Span,
    /// An output that is not there is no error: `try` and `can` see that, and `depends_on` waits for
    /// the whole module.
    pub(super) may_lack: bool,
    /// It is in a `dynamic` block, which Terraform looks into only where it makes blocks.
    pub(super) dynamic: bool,
    pub(super) follows: Follows,
}

/// What is written behind the name of what is referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    Attribute,
    /// The key of one instance, as a literal.
    Key,
    Other,
}

impl Follows {
    fn of(step: Option<&Step>) -> Follows {
        match step.map(|s| &s.kind) {
            Some(StepKind::Attr(_)) => Follows::Attribute,
            Some(StepKind::Index(e)) if matches!(e.kind, Kind::Literal(_)) => Follows::Key,
            _ => Follows::Other,
        }
    }
}

/// What a traversal from a root name refers to, and how many steps say so.
pub(super) fn target(root: &str, steps: &[Step]) -> Option<(Target, usize)> {
    let attr = |i: usize| match &steps.get(i)?.kind {
        StepKind::Attr(name) => Some(name.clone()),
        _ => None,
    };
    let resource = |mode| Some((Target::Resource(mode, attr(0)?, attr(1)?), 2));
    match root {
        "var" => Some((Target::Variable(attr(0)?), 1)),
        "local" => Some((Target::Local(attr(0)?), 1)),
        "module" => {
            let output = steps[1..].iter().find_map(|s| match &s.kind {
                StepKind::Attr(name) => Some(name.clone()),
                _ => None,
            });
            Some((Target::Module(attr(0)?, output), 1))
        }
        "data" => resource(Mode::Data),
        "ephemeral" => resource(Mode::Ephemeral),
        "resource" => resource(Mode::Managed),
        "each" | "count" | "path" | "terraform" | "self" | "action" => None,
        kind => Some((Target::Resource(Mode::Managed, kind.into(), attr(0)?), 1)),
    }
}

/// Collects references; names bound by loops hide roots of the same name.
#[derive(Default)]
pub(super) struct Collector {
    pub(super) refs: Vec<Ref>,
    /// `each`, `count` and `self`, which mean something only inside what is repeated.
    pub(super) repeated: Vec<(Name, Span)>,
    /// Whether a function looks at files, which may be made just before Terraform runs.
    pub(super) files: bool,
    /// Paths of files that `templatefile` renders, where they are written out; from the module's directory.
    pub(super) rendered: Vec<PathBuf>,
    /// Whether it reads paths, or what Terraform says of itself.
    ambient: bool,
    /// Calls that Terraform refuses whatever their arguments are: what to say, and where.
    pub(super) no_calls: Vec<(String, Span)>,
    bound: Vec<Name>,
    /// An error of what is looked at is seen by a function around it.
    attempted: bool,
    in_dynamic: bool,
}

impl Collector {
    /// All references of an expression.
    pub(super) fn of(expr: &Expr) -> Vec<Ref> {
        let mut collector = Collector::default();
        collector.expr(expr);
        collector.refs
    }

    /// Whether anything outside of the expression is read.
    pub(super) fn reads_anything(&self) -> bool {
        self.ambient || !(self.refs.is_empty() && self.repeated.is_empty())
    }

    /// All references of a resource's body, but for what `skip` names at its top.
    pub(super) fn body(&mut self, body: &Body, skip: &[&str]) {
        for item in &body.items {
            match item {
                Item::Attribute(a) if skip.contains(&&*a.name) => {}
                Item::Attribute(a) => self.expr(&a.value),
                Item::Block(b) if skip.contains(&&*b.kind) => {}
                Item::Block(b) if &*b.kind == "dynamic" => {
                    let mut skipped = vec!["iterator"];
                    if let Some(e) = b.body.get("for_each") {
                        self.expr(e);
                        skipped.push("for_each");
                    }
                    let label = b.labels.first().cloned();
                    let iterator = match b.body.get("iterator").map(|e| &e.kind) {
                        Some(Kind::Name(name)) => Some(name.clone()),
                        Some(Kind::Literal(v)) => v.as_str().map(Into::into),
                        _ => label,
                    };
                    let depth = self.bound.len();
                    self.bound.extend(iterator);
                    let outer = std::mem::replace(&mut self.in_dynamic, true);
                    self.body(&b.body, &skipped);
                    self.in_dynamic = outer;
                    self.bound.truncate(depth);
                }
                Item::Block(b) => self.body(&b.body, &[]),
            }
        }
    }

    /// All references of an expression.
    pub(super) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            Kind::Literal(_) | Kind::Name(_) => {}
            Kind::Template(parts) => self.parts(parts),
            Kind::List(items) => items.iter().for_each(|e| self.expr(e)),
            Kind::Object(items) => {
                for item in items {
                    self.expr(&item.key);
                    self.expr(&item.value);
                }
            }
            Kind::Traverse(t) => {
                for step in &t.steps {
                    if let StepKind::Index(e) = &step.kind {
                        self.expr(e);
                    }
                }
                match &t.root.kind {
                    Kind::Name(name) if self.bound.contains(name) => {}
                    Kind::Name(name) => {
                        if let Some((target, used)) = target(name, &t.steps) {
                            self.refs.push(Ref {
                                target,
                                follows: Follows::of(t.steps.get(used)),
                                span: expr.span,
                                may_lack: self.attempted,
                                dynamic: self.in_dynamic,
                            });
                        } else if matches!(&**name, "each" | "count" | "self") {
                            self.repeated.push((name.clone(), expr.span));
                        } else {
                            self.ambient = true;
                        }
                    }
                    _ => self.expr(&t.root),
                }
            }
            Kind::If(parts) => parts.iter().for_each(|e| self.expr(e)),
            Kind::Call(call) => {
                self.files |= call.name.starts_with("file") || &*call.name == "templatefile";
                if let ("templatefile", Some(path)) = (&*call.name, call.args.first()) {
                    self.rendered.extend(written_out(path));
                }
                let count = (!call.expand).then_some(call.args.len());
                if let Some(fault) = functions::fault(&call.name, count)
                    && !(self.attempted || self.in_dynamic)
                {
                    self.no_calls.push((fault, expr.span));
                }
                let outer = self.attempted;
                self.attempted |= matches!(&*call.name, "try" | "can");
                call.args.iter().for_each(|e| self.expr(e));
                self.attempted = outer;
            }
            Kind::Not(e) | Kind::Negate(e) => self.expr(e),
            Kind::Binary(_, sides) => sides.iter().for_each(|e| self.expr(e)),
            Kind::For(f) => {
                self.expr(&f.collection);
                let depth = self.bound.len();
                self.bound.extend(f.key_var.clone());
                self.bound.push(f.value_var.clone());
                f.key.iter().for_each(|e| self.expr(e));
                self.expr(&f.value);
                f.cond.iter().for_each(|e| self.expr(e));
                self.bound.truncate(depth);
            }
        }
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            match part {
                Part::Text(_) => {}
                Part::Value(e) => self.expr(e),
                Part::If(cond, then, otherwise) => {
                    self.expr(cond);
                    self.parts(then);
                    self.parts(otherwise);
                }
                Part::For(f) => {
                    self.expr(&f.collection);
                    let depth = self.bound.len();
                    self.bound.extend(f.key.clone());
                    self.bound.push(f.value.clone());
                    self.parts(&f.body);
                    self.bound.truncate(depth);
                }
            }
        }
    }
}

/// The path that an expression gives, where that is a plain string or one after `path.module`.
fn written_out(expr: &Expr) -> Option<PathBuf> {
    match &expr.kind {
        Kind::Literal(value) => Some(value.as_str()?.into()),
        Kind::Template(parts) => match &parts[..] {
            [
                Part::Value(Expr {
                    kind: Kind::Traverse(t),
                    ..
                }),
                Part::Text(rest),
            ] if t.shown.starts_with("path.") => Some(rest.trim_start_matches('/').into()),
            _ => None,
        },
        _ => None,
    }
}
