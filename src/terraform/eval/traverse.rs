//! References: what a name with attributes and indexes behind it stands for.

use super::{Evaluator, Scope, deployed, error, no_member, quiet_error};
use crate::terraform::module;
use crate::terraform::refs::target;
use crate::terraform::syntax::ast::{Expr, Kind, StepKind, Traverse};
use crate::value::{Cause, CauseKind, Reads, Symbol, Value};

impl Evaluator<'_> {
    pub(super) fn traverse(&self, t: &Traverse, expr: &Expr, scope: &Scope<'_>) -> Value {
        let span = expr.span;
        let reads = || Reads::named(t.shown.clone());
        let Kind::Name(root) = &t.root.kind else {
            let root = self.eval(&t.root, scope);
            return self.steps(root, &t.steps, span, scope);
        };
        if let Some(value) = scope.get(root) {
            return self
                .steps(value.clone(), &t.steps, span, scope)
                .through(span, reads());
        }
        if let Some(value) = self.special(root, t, scope) {
            return self
                .steps(value, &t.steps[1..], span, scope)
                .through(span, reads());
        }
        let Some((target, used)) = target(root, &t.steps) else {
            let reason = format!("`{}` stands for nothing", t.shown);
            return match &**root {
                // Told where the module was read.
                "each" | "count" | "self" => quiet_error(&reason),
                _ => error(&reason),
            }
            .at(span);
        };
        let Some(value) = self.world.lookup(scope.instance, &target) else {
            // Reported where the module was read, or where a `dynamic` block makes a block of it.
            let what = module::shown(&target);
            let cause = Cause::new(CauseKind::Invalid, format!("`{what}` is not declared"));
            self.undeclared.borrow_mut().push((target, span));
            return Value::from(Symbol::new(t.shown.clone(), t.shown.clone(), cause))
                .through(span, reads());
        };
        let value = self.steps(value, &t.steps[used..], span, scope);
        // Reading a resource's attribute has left its own link, which names the instance.
        let linked = value.origin().is_some_and(|o| {
            o.span == span && o.reads.as_ref().is_some_and(|r| r.reference.is_some())
        });
        if linked {
            return value;
        }
        value.through(span, reads())
    }

    /// `each`, `count`, `path`, `terraform`.
    fn special(&self, root: &str, t: &Traverse, scope: &Scope<'_>) -> Option<Value> {
        let Some(StepKind::Attr(name)) = t.steps.first().map(|s| &s.kind) else {
            return None;
        };
        match (root, &**name) {
            ("each", "key") => scope.each.map(|(k, _)| k.clone()),
            ("each", "value") => scope.each.map(|(_, v)| v.clone()),
            ("count", "index") => scope.count.cloned(),
            ("each" | "count", name) => Some(no_member(root, name)),
            ("path" | "terraform", name) => self.world.ambient(scope.instance, root, name),
            ("self", name) => {
                let name = format!("self.{name}");
                Some(Symbol::new(name.clone(), name.as_str(), deployed(&name)).into())
            }
            _ => None,
        }
    }
}
