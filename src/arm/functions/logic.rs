//! Conditions and comparisons.

use super::{Arguments, Function, Unevaluated};
use crate::value::{Data, Number, Value, and, coalesce, eq, not, or, select};

pub(super) fn find(name: &str) -> Option<Function> {
    use Function::{ByCase, Special, Whole};
    Some(match name {
        "if" => Special(choose),
        "and" => Whole(all),
        "or" => Whole(any),
        "not" => Whole(|a| Some(not(&a.e.condition(a.values.first()?)))),
        "equals" => Whole(|a| match a.values {
            // With letter case.
            [x, y] => Some(eq(x, y)),
            _ => None,
        }),
        "true" => Whole(|_| Some(true.into())),
        "false" => Whole(|_| Some(false.into())),
        "null" => Whole(|_| Some(Value::null())),
        "bool" => ByCase(to_bool),
        "coalesce" => Whole(|a| Some(coalesce(a.values, false))),
        "less" => ByCase(|a| compare(a, |x, y| x < y)),
        "lessorequals" => ByCase(|a| compare(a, |x, y| x <= y)),
        "greater" => ByCase(|a| compare(a, |x, y| x > y)),
        "greaterorequals" => ByCase(|a| compare(a, |x, y| x >= y)),
        _ => return None,
    })
}

/// Only the side that is taken is evaluated, as in Resource Manager; both when that is open.
fn choose(it: &Unevaluated<'_, '_>) -> Option<Value> {
    if it.call.arguments.len() != 3 {
        return None;
    }
    let cond = it.e.condition(&it.argument(0)?);
    match cond.as_bool() {
        Some(true) => it.branch(1),
        Some(false) => it.branch(2),
        None => Some(select(&cond, &it.branch(1)?, &it.branch(2)?)),
    }
}

fn all(a: &Arguments<'_, '_>) -> Option<Value> {
    let mut values = a.values.iter().map(|v| a.e.condition(v));
    let first = values.next()?;
    Some(values.fold(first, |x, y| and(&x, &y)))
}

fn any(a: &Arguments<'_, '_>) -> Option<Value> {
    let mut values = a.values.iter().map(|v| a.e.condition(v));
    let first = values.next()?;
    Some(values.fold(first, |x, y| or(&x, &y)))
}

fn to_bool(a: &Arguments<'_, '_>) -> Option<Value> {
    let value = a.values.first()?;
    match &value.data {
        Data::Bool(b) => Some((*b).into()),
        Data::Number(Number::Int(i)) => Some((*i != 0).into()),
        Data::Text(text) => match text.as_known()?.to_lowercase().as_str() {
            "true" => Some(true.into()),
            "false" => Some(false.into()),
            _ => None,
        },
        _ => None,
    }
}

/// Numbers only: how Resource Manager orders texts depends on its culture.
fn compare(a: &Arguments<'_, '_>, holds: fn(i64, i64) -> bool) -> Option<Value> {
    match a.values {
        [x, y] => Some(holds(x.as_int()?, y.as_int()?).into()),
        _ => None,
    }
}
