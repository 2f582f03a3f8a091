//! `count`: as many instances as a number says.

use super::{Expansion, Instance, Key, MOST, Shape, Told, cause_of, fault, leaves, too_many};
use crate::declared::Problem;
use crate::terraform::eval::{Evaluator, Scope, error, greater_than_zero, is_error, to_number};
use crate::terraform::refused;
use crate::terraform::syntax::ast::Expr;
use crate::value::{Data, Number, Symbol, Value, lift};

/// The instances of a block with `count`.
pub(super) fn instances(
    ev: &Evaluator<'_>,
    scope: &Scope<'_>,
    expr: &Expr,
    address: &str,
    told: &mut Told,
) -> Expansion {
    let given = ev.eval_whole(expr, scope);
    if given.all_marks().ephemeral {
        told.problems.push(
            Problem::at(expr.span, format!("`count` of `{address}` is ephemeral"))
                .help("a count is kept: use a value that is not ephemeral"),
        );
    } else if let Some(fault) = fault(&given, &count_fault) {
        told.of_value.push(
            Problem::at(expr.span, format!("`count` of `{address}` {fault}"))
                .help("it takes a whole number that is not negative"),
        );
    }
    told.errors.extend(refused::problem(&given));
    let source = lift(&given, &mut |c| {
        to_number(c)
            .filter(|n| !n.is_null())
            .unwrap_or_else(|| error("a count that is no number"))
    });
    let mut cases = Vec::new();
    leaves(&source, &mut cases);
    let most = cases.iter().filter_map(|c| c.as_int()).max().unwrap_or(0);
    if most > MOST as i64 {
        told.problems.push(too_many(expr, address, most));
    }
    let known = cases
        .iter()
        .filter_map(|c| c.as_int())
        .filter(|n| *n <= MOST as i64)
        .max()
        .unwrap_or(0);
    let mut instances: Vec<Instance> = (0..known)
        .map(|i| Instance {
            key: Key::Index(i),
            exists: lift(&source, &mut |c| match c.as_int() {
                Some(n) => (n > i && n <= MOST as i64).into(),
                None => false.into(),
            }),
            each: None,
            count: Some(Value::from(i).at(expr.span)),
        })
        .collect();
    let open = |c: &Value| c.as_int().is_none_or(|n| n > MOST as i64);
    if cases.iter().any(|c| open(c)) {
        let index = Symbol::derived(
            "count.index",
            "count.index",
            &[&source, &Value::from(address)],
        );
        let index = index.because(cause_of(&source));
        instances.push(Instance {
            key: Key::Any,
            exists: lift(&source, &mut |c| {
                if c.as_symbol().is_some() && !is_error(c) {
                    greater_than_zero(c)
                } else if is_error(c) {
                    c.clone()
                } else {
                    open(c).into()
                }
            }),
            each: None,
            count: Some(index.into()),
        });
    }
    Expansion {
        shape: Shape::Count,
        instances,
        source,
    }
}

/// What Terraform refuses of a count.
fn count_fault(given: &Value) -> Option<&'static str> {
    if given.is_null() {
        return Some("is null");
    }
    let Some(number) = to_number(given) else {
        return Some("is no number");
    };
    match number.data {
        Data::Number(Number::Int(n)) if n < 0 => Some("is negative"),
        Data::Number(Number::Float(_)) => Some("is no whole number"),
        _ => None,
    }
}
