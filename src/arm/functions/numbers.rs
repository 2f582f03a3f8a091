//! Whole numbers of 64 bits. Resource Manager computes with no others.

use super::Body::ByCase;
use super::arguments::Arguments;
use super::{ANY, Function, function};
use crate::value::{Data, Number, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("add", 2, 2, ByCase(|a| two(a, i64::checked_add))),
    function("sub", 2, 2, ByCase(|a| two(a, i64::checked_sub))),
    function("mul", 2, 2, ByCase(|a| two(a, i64::checked_mul))),
    function("div", 2, 2, ByCase(|a| divided(a, i64::checked_div))),
    function("mod", 2, 2, ByCase(|a| divided(a, i64::checked_rem))),
    function(
        "min",
        1,
        ANY,
        ByCase(|a| extreme(a, |all| all.iter().min().copied())),
    ),
    function(
        "max",
        1,
        ANY,
        ByCase(|a| extreme(a, |all| all.iter().max().copied())),
    ),
    function("int", 1, 1, ByCase(to_int)),
    function("float", 1, 1, ByCase(to_float)),
];

fn two(a: &Arguments<'_, '_>, f: fn(i64, i64) -> Option<i64>) -> Option<Value> {
    let (x, y) = (a.int(0), a.int(1));
    match f(x?, y?) {
        Some(result) => Some(result.into()),
        None => a.refuse(a.span, "the result does not fit into 64 bits"),
    }
}

fn divided(a: &Arguments<'_, '_>, f: fn(i64, i64) -> Option<i64>) -> Option<Value> {
    match a.int(1) {
        Some(0) => a.refuse(a.span, "this divides by zero"),
        _ => two(a, f),
    }
}

fn extreme(a: &Arguments<'_, '_>, f: fn(&[i64]) -> Option<i64>) -> Option<Value> {
    let numbers: Option<Vec<i64>> = match a.values {
        [one] if one.as_list().is_some() => a.items(0)?.iter().map(Value::as_int).collect(),
        all => (0..all.len()).map(|at| a.int(at)).collect(),
    };
    match f(&numbers?) {
        Some(number) => Some(number.into()),
        None => a.refuse(a.span, format!("`{}` is given an empty array", a.name())),
    }
}

fn to_int(a: &Arguments<'_, '_>) -> Option<Value> {
    match &a.values.first()?.data {
        Data::Number(Number::Int(i)) => Some((*i).into()),
        // Whether fractions are cut or rounded is not documented.
        Data::Number(Number::Float(_)) => None,
        Data::Text(text) => {
            let text = text.as_known()?.trim();
            match text.parse::<i64>() {
                Ok(number) => Some(number.into()),
                // Other ways to write a number may be taken.
                Err(_) if text.bytes().any(|b| b.is_ascii_digit()) => None,
                Err(_) => a.refuse(a.span, "the string given to `int` is no number"),
            }
        }
        _ => a.neither(0, "a string or a number"),
    }
}

fn to_float(a: &Arguments<'_, '_>) -> Option<Value> {
    match &a.values.first()?.data {
        Data::Number(_) => a.values.first().cloned(),
        Data::Text(text) => match text.as_known()?.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => Some(Data::Number(Number::from(number)).into()),
            _ => None,
        },
        _ => a.neither(0, "a string or a number"),
    }
}
