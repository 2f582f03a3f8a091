//! Functions on numbers.

use std::cmp::Ordering;

use super::{first, items, text, unknown};
use crate::terraform::eval::{error, limit, numbers, to_number};
use crate::value::{Collection, Data, Number, Value};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    Some(match name {
        "min" => extreme(name, args, Ordering::Less),
        "max" => extreme(name, args, Ordering::Greater),
        "sum" => sum(args),
        "abs" => on_number(name, args, |n| match n.as_f64() < 0.0 {
            true => numbers::negate(n),
            false => Some(n),
        }),
        "ceil" => on_number(name, args, |n| numbers::round(n, f64::ceil)),
        "floor" => on_number(name, args, |n| numbers::round(n, f64::floor)),
        "signum" => signum(args),
        "log" => floats(args, |x, base| x.ln() / base.ln()),
        "pow" => floats(args, f64::powf),
        "parseint" => parse_int(args),
        "range" => range(args),
        _ => return None,
    })
}

fn on_number(name: &str, args: &[Value], f: impl Fn(Number) -> Option<Number>) -> Value {
    match first(args).data {
        Data::Number(n) => f(n).map_or_else(|| unknown(name, args), |n| Data::Number(n).into()),
        _ => unknown(name, args),
    }
}

/// Terraform takes the sign of whole numbers only.
fn signum(args: &[Value]) -> Value {
    match first(args).data {
        Data::Number(Number::Int(i)) => i.signum().into(),
        Data::Number(Number::Float(f)) if f.fract() != 0.0 => {
            error("`signum` of what is no whole number")
        }
        _ => unknown("signum", args),
    }
}

/// Of two floats, where the result is a whole number: others differ in their last digits.
fn floats(args: &[Value], f: impl Fn(f64, f64) -> f64) -> Value {
    let name = "a function of floats";
    let [Data::Number(x), Data::Number(y)] = [&first(args).data, &first(&args[1..]).data] else {
        return unknown(name, args);
    };
    let result = f(x.as_f64(), y.as_f64());
    if !result.is_finite() {
        return error("a number that is not finite");
    }
    match Number::from(result) {
        int @ Number::Int(_) => Data::Number(int).into(),
        half @ Number::Float(_) if half.is_exact() && (result * 1024.0).fract() == 0.0 => {
            Data::Number(half).into()
        }
        Number::Float(_) => unknown(name, args),
    }
}

fn extreme(name: &str, args: &[Value], wanted: Ordering) -> Value {
    let mut best: Option<&Value> = None;
    for arg in args {
        let Data::Number(n) = arg.data else {
            return unknown(name, args);
        };
        let order = match best.map(|b| &b.data) {
            Some(Data::Number(b)) => n.compare(*b),
            _ => Some(wanted),
        };
        match order {
            Some(order) if order == wanted => best = Some(arg),
            Some(_) => {}
            None => return unknown(name, args),
        }
    }
    best.cloned()
        .unwrap_or_else(|| error("an extreme of nothing"))
}

fn sum(args: &[Value]) -> Value {
    let value = first(args);
    let list = match (&value.data, items(args.first())) {
        (_, Some([])) => return error("a sum of nothing"),
        (_, Some(list)) => list,
        (Data::List(_) | Data::Unknown(_), None) => return unknown("sum", args),
        _ => return error("a sum of what is no list"),
    };
    let mut total = Some(Number::Int(0));
    for item in list {
        match to_number(item).map(|n| n.data) {
            Some(Data::Number(n)) => total = total.and_then(|t| numbers::add(t, n)),
            Some(Data::Unknown(_)) => total = None,
            _ => return error("a sum of what is no number"),
        }
    }
    match total {
        Some(total) => Data::Number(total).into(),
        None => unknown("sum", args),
    }
}

fn parse_int(args: &[Value]) -> Value {
    let (value, base) = (first(args), args.get(1).and_then(Value::as_int));
    let Some(s) = text(args.first()) else {
        return match value.data {
            Data::Text(_) | Data::Unknown(_) => unknown("parseint", args),
            _ => error("`parseint` of what is no string"),
        };
    };
    let Some(base) = base else {
        return unknown("parseint", args);
    };
    if !(2..=62).contains(&base) {
        return error("`parseint` with a base that is not from 2 to 62");
    }
    let digit = |c: char| {
        let value = match c {
            '0'..='9' => i64::from(u32::from(c) - u32::from('0')),
            'a'..='z' => i64::from(u32::from(c) - u32::from('a')) + 10,
            // Above 36, letter case counts.
            'A'..='Z' if base <= 36 => i64::from(u32::from(c) - u32::from('A')) + 10,
            'A'..='Z' => i64::from(u32::from(c) - u32::from('A')) + 36,
            _ => return None,
        };
        (value < base).then_some(value)
    };
    let (negative, digits) = match s.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, s.strip_prefix('+').unwrap_or(s)),
    };
    let values: Option<Vec<i64>> = digits.chars().map(digit).collect();
    match values {
        Some(values) if !values.is_empty() => {
            let number = values.into_iter().try_fold(0i64, |n, d| {
                n.checked_mul(base)?
                    .checked_add(if negative { -d } else { d })
            });
            number.map_or_else(|| unknown("parseint", args), Value::from)
        }
        _ => error("`parseint` of what is no number"),
    }
}

/// Terraform refuses longer ranges.
const LONGEST_RANGE: usize = 1024;

fn range(args: &[Value]) -> Value {
    let numbers: Option<Vec<Number>> = args
        .iter()
        .map(|a| match a.data {
            Data::Number(n) => Some(n),
            _ => None,
        })
        .collect();
    let zero = Number::Int(0);
    let step_to = |from: Number, to: Number| match to.compare(from) {
        Some(Ordering::Less) => Number::Int(-1),
        _ => Number::Int(1),
    };
    let (from, to, step) = match numbers.as_deref() {
        Some([to]) => (zero, *to, step_to(zero, *to)),
        Some([from, to]) => (*from, *to, step_to(*from, *to)),
        Some([from, to, step]) => (*from, *to, *step),
        Some(_) => return error("`range` with the wrong number of arguments"),
        None => return unknown("range", args),
    };
    let up = step.as_f64() > 0.0;
    let order = to.compare(from);
    if step == zero
        || (up && order == Some(Ordering::Less))
        || (!up && order == Some(Ordering::Greater))
    {
        return error("a range with a step in the wrong direction");
    }
    let mut out = Vec::new();
    let mut at = from;
    loop {
        match at.compare(to) {
            None => return unknown("range", args),
            Some(Ordering::Less) if up => {}
            Some(Ordering::Greater) if !up => {}
            Some(_) => break,
        }
        if out.len() >= LONGEST_RANGE {
            return error("a range of more than 1024 members");
        }
        out.push(Value::from(Data::Number(at)));
        match numbers::add(at, step) {
            Some(next) => at = next,
            None => return limit("the range has more digits than azvet keeps"),
        }
    }
    Value::list(out).of(Collection::List)
}
