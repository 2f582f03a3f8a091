//! Functions on numbers.

use super::collections::LONGEST;
use super::{items, text, unknown};
use crate::terraform::eval::{error, limit, to_number};
use crate::value::{Data, Number, Value};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    Some(match name {
        "min" | "max" => extreme(name, args),
        "sum" => match items(args.first()) {
            Some([]) => error("a sum of nothing"),
            Some(list) => sum(list).unwrap_or_else(|| unknown(name, args)),
            None => unknown(name, args),
        },
        "abs" => on_number(name, args, |n| match n {
            Number::Int(i) => Value::from(i.saturating_abs()),
            Number::Float(f) => Data::Number(Number::from(f.abs())).into(),
        }),
        "ceil" => on_number(name, args, |n| {
            Data::Number(Number::from(n.as_f64().ceil())).into()
        }),
        "floor" => on_number(name, args, |n| {
            Data::Number(Number::from(n.as_f64().floor())).into()
        }),
        "signum" => on_number(name, args, |n| {
            let f = n.as_f64();
            Value::from(i64::from(f > 0.0) - i64::from(f < 0.0))
        }),
        "parseint" => match (text(args.first()), args.get(1).and_then(Value::as_int)) {
            (Some(s), Some(base @ 2..=36)) => match i64::from_str_radix(s, base as u32) {
                Ok(i) => i.into(),
                Err(_) => error("`parseint` of what is no number"),
            },
            _ => unknown(name, args),
        },
        "range" => range(args),
        _ => return None,
    })
}

fn on_number(name: &str, args: &[Value], f: impl Fn(Number) -> Value) -> Value {
    match args.first().and_then(to_number).map(|n| n.data) {
        Some(Data::Number(n)) => f(n),
        Some(Data::Unknown(_)) => unknown(name, args),
        _ => error("a number function on what is no number"),
    }
}

fn extreme(name: &str, args: &[Value]) -> Value {
    let mut best: Option<Number> = None;
    for arg in args {
        let Some(Data::Number(n)) = to_number(arg).map(|n| n.data) else {
            return unknown(name, args);
        };
        let better = best.is_none_or(|b| {
            if name == "min" {
                n.as_f64() < b.as_f64()
            } else {
                n.as_f64() > b.as_f64()
            }
        });
        if better {
            best = Some(n);
        }
    }
    best.map_or_else(
        || error("an extreme of nothing"),
        |n| Data::Number(n).into(),
    )
}

fn sum(list: &[Value]) -> Option<Value> {
    let mut total = Number::Int(0);
    for item in list {
        let Data::Number(n) = to_number(item)?.data else {
            return None;
        };
        total = match (total, n) {
            (Number::Int(a), Number::Int(b)) => a
                .checked_add(b)
                .map_or(Number::Float(a as f64 + b as f64), Number::Int),
            (a, b) => Number::from(a.as_f64() + b.as_f64()),
        };
    }
    Some(Data::Number(total).into())
}

fn range(args: &[Value]) -> Value {
    let numbers: Option<Vec<i64>> = args
        .iter()
        .map(|a| to_number(a).and_then(|n| n.as_int()))
        .collect();
    let (from, to, step) = match numbers.as_deref() {
        Some([to]) => (0, *to, if *to < 0 { -1 } else { 1 }),
        Some([from, to]) => (*from, *to, if to < from { -1 } else { 1 }),
        Some([from, to, step]) => (*from, *to, *step),
        _ => return unknown("range", args),
    };
    if step == 0 || (step > 0 && to < from) || (step < 0 && to > from) {
        return error("a range with a step in the wrong direction");
    }
    let count =
        (i128::from(to) - i128::from(from)).unsigned_abs() / u128::from(step.unsigned_abs());
    // Terraform itself refuses more than 1024.
    if count >= LONGEST as u128 {
        return limit("the range is longer than azvet follows");
    }
    let mut out = Vec::new();
    let mut at = from;
    while (step > 0 && at < to) || (step < 0 && at > to) {
        out.push(Value::from(at));
        at = match at.checked_add(step) {
            Some(next) => next,
            None => break,
        };
    }
    Value::list(out)
}
