//! `try` and `can`: the functions that see errors.

use crate::terraform::eval::{Evaluator, Scope, error, is_error, short};
use crate::terraform::syntax::ast::{Expr, Kind, Part};
use crate::value::{Data, Symbol, Value, lift};

/// The first argument that evaluates without an error.
pub(super) fn try_(ev: &Evaluator<'_>, args: &[Expr], scope: &Scope<'_>) -> Value {
    let Some((first, rest)) = args.split_first() else {
        return error("`try` without arguments");
    };
    let value = ev.attempt(first, scope);
    if rest.is_empty() {
        return value;
    }
    if has_error(&value) {
        return try_(ev, rest, scope);
    }
    let mut fallback: Option<Value> = None;
    let mut next = || {
        fallback
            .get_or_insert_with(|| try_(ev, rest, scope))
            .clone()
    };
    lift(&value, &mut |v| {
        if has_error(v) {
            return next();
        }
        let Some(symbol) = open_failure(v, first) else {
            return v.clone();
        };
        let next = next();
        // Absent and null come to the same.
        if next.is_null() && symbol.nullable() {
            return v.clone();
        }
        Value::cases(possible(v), v.clone(), next)
    })
}

/// Whether the argument evaluates without an error.
pub(super) fn can(ev: &Evaluator<'_>, args: &[Expr], scope: &Scope<'_>) -> Value {
    let Some(first) = args.first() else {
        return error("`can` without arguments");
    };
    lift(&ev.attempt(first, scope), &mut |v| {
        if has_error(v) {
            return false.into();
        }
        match open_failure(v, first) {
            Some(_) => possible(v).into(),
            None => true.into(),
        }
    })
}

/// The condition that something unknown can be evaluated at all.
pub(super) fn possible(value: &Value) -> Symbol {
    Symbol::derived("can", format!("can({})", short(value)), &[value])
}

/// The unknown result, when whether it fails is unknown too.
fn open_failure<'v>(value: &'v Value, expr: &Expr) -> Option<&'v Symbol> {
    let symbol = value.as_symbol()?;
    (symbol.reference().is_none() && may_fail(expr)).then_some(symbol)
}

/// Whether an expression can fail at all: it reaches into something, or calls a function.
fn may_fail(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Literal(_) | Kind::Name(_) => false,
        Kind::Traverse(t) => match &t.root.kind {
            Kind::Name(root) => match &**root {
                "var" | "local" | "each" | "count" | "path" => t.steps.len() > 1,
                _ => t.steps.len() > 2,
            },
            _ => true,
        },
        Kind::Template(parts) => parts.iter().any(|p| match p {
            Part::Text(_) => false,
            Part::Value(e) => may_fail(e),
            _ => true,
        }),
        Kind::List(items) => items.iter().any(may_fail),
        Kind::Object(items) => items.iter().any(|i| may_fail(&i.value)),
        Kind::If(parts) => parts.iter().any(may_fail),
        Kind::Call(call) => match &*call.name {
            "lower" | "upper" | "format" | "tostring" | "length" | "join" | "trimspace" => {
                call.args.iter().any(may_fail)
            }
            _ => true,
        },
        Kind::Not(e) | Kind::Negate(e) => may_fail(e),
        Kind::Binary(_, sides) => sides.iter().any(may_fail),
        Kind::For(_) => true,
    }
}

/// Whether the value is an error, or holds one near its top: constructors keep errors inside.
pub(in crate::terraform) fn has_error(value: &Value) -> bool {
    error_in(value).is_some()
}

/// The value itself, or the first that it holds near its top, that is an error.
pub(in crate::terraform) fn error_in(value: &Value) -> Option<&Value> {
    fn within(value: &Value, depth: usize) -> Option<&Value> {
        if is_error(value) {
            return Some(value);
        }
        let depth = depth.checked_sub(1)?;
        match &value.data {
            Data::List(list) => list.items.iter().take(100).find_map(|v| within(v, depth)),
            Data::Object(object) => {
                let mut entries = object.entries.iter().take(100);
                entries.find_map(|e| within(&e.value, depth))
            }
            _ => None,
        }
    }
    within(value, 3)
}
