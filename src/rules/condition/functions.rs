//! Functions of values. Arguments are settled; what can't be decided is a symbol, equal for equal
//! arguments, and what makes no sense (null in a comparison, text that is no range) is one with an
//! `Invalid` cause, so that no rule can claim anything of it.

use std::collections::BTreeSet;

use super::code::{Arithmetic, Function, Order};
use super::eval::nullable;
use super::ranges;
use crate::value::{
    self, Assignment, Cause, CauseKind, Data, List, Need, Number, Piece, Symbol, Text, Tri, Value,
};

/// A function of these arguments that can't be computed now, or ever.
fn undecided(name: &str, args: &[&Value]) -> Value {
    let parts: Vec<String> = args.iter().map(|a| quoted(a)).collect();
    let shown = match (&parts[..], name.starts_with(char::is_alphabetic)) {
        ([a, b], false) => format!("{a} {name} {b}"),
        ([a], false) => format!("{name}{a}"),
        _ => format!("{name}({})", parts.join(", ")),
    };
    let symbol = Symbol::derived(name, shown.as_str(), args);
    let symbol = if args.iter().any(|a| a.first_symbol().is_some()) {
        symbol
    } else {
        symbol.because(Cause::new(
            CauseKind::Invalid,
            format!("`{shown}` has no answer"),
        ))
    };
    let sensitive = args.iter().any(|a| a.is_sensitive());
    Value::from(symbol).sensitive(sensitive)
}

fn quoted(value: &Value) -> String {
    match &value.data {
        Data::Text(_) if !value.is_sensitive() => format!("'{}'", value.shown()),
        Data::Unknown(symbol) if !value.is_sensitive() => symbol.shown().to_owned(),
        _ => value.shown(),
    }
}

fn number(value: &Value) -> Option<Number> {
    match value.data {
        Data::Number(n) => Some(n),
        _ => None,
    }
}

/// `a == b`, of settled values.
///
/// # Errors
/// The condition to choose a side of first.
pub(super) fn equal(
    a: &Value,
    b: &Value,
    caseless: bool,
    sides: &Assignment,
) -> Result<Value, Need> {
    let texts = a.as_text().zip(b.as_text()).filter(|_| caseless);
    if let Some((x, y)) = &texts {
        match x.equals(y, true) {
            Tri::True => return Ok(true.into()),
            Tri::False => return Ok(false.into()),
            Tri::Unknown => {}
        }
    }
    let exact = value::eq(a, b);
    let settled = sides.resolve(&exact)?;
    if !caseless || settled.as_bool() == Some(true) {
        return Ok(settled);
    }
    // Where a side says otherwise, it says so of exact equality.
    if let Some((x, y)) = texts {
        let (x, y) = (Value::from(x.lower()), Value::from(y.lower()));
        return Ok(undecided("equal in any case", &[&x, &y]));
    }
    Ok(match (&a.data, &b.data) {
        (Data::List(x), Data::List(y)) if x.rest.is_none() && y.rest.is_none() => {
            if x.items.len() != y.items.len() {
                return Ok(false.into());
            }
            let mut result: Value = true.into();
            for (x, y) in x.items.iter().zip(y.items.iter()) {
                let equal = equal(x, y, true, sides)?;
                match equal.as_bool() {
                    Some(false) => return Ok(false.into()),
                    Some(true) => {}
                    None => result = undecided("equal in any case", &[a, b]),
                }
            }
            result
        }
        (Data::List(_), Data::List(_)) => undecided("equal in any case", &[a, b]),
        _ => exact,
    })
}

/// `a < b` and its like.
pub(super) fn order(order: Order, a: &Value, b: &Value, caseless: bool) -> Value {
    use std::cmp::Ordering;
    let found = match (&a.data, &b.data) {
        (Data::Number(Number::Int(x)), Data::Number(Number::Int(y))) => Some(x.cmp(y)),
        (Data::Number(x), Data::Number(y)) => x.as_f64().partial_cmp(&y.as_f64()),
        _ => match (a.as_str(), b.as_str()) {
            (Some(x), Some(y)) if caseless => Some(x.to_lowercase().cmp(&y.to_lowercase())),
            (Some(x), Some(y)) => Some(x.cmp(y)),
            _ => None,
        },
    };
    let (name, holds): (&str, fn(Ordering) -> bool) = match order {
        Order::Less => ("<", Ordering::is_lt),
        Order::LessEqual => ("<=", Ordering::is_le),
        Order::Greater => (">", Ordering::is_gt),
        Order::GreaterEqual => (">=", Ordering::is_ge),
    };
    match found {
        Some(ordering) => holds(ordering).into(),
        None => undecided(name, &[a, b]),
    }
}

pub(super) fn negate(a: &Value) -> Value {
    let result = match number(a) {
        Some(Number::Int(i)) => i.checked_neg().map(Number::Int),
        Some(Number::Float(f)) => Some(Number::Float(-f)),
        None => None,
    };
    match result {
        Some(n) => Data::Number(n).into(),
        None => undecided("-", &[a]),
    }
}

pub(super) fn arithmetic(op: Arithmetic, a: &Value, b: &Value) -> Value {
    let numbers = number(a).zip(number(b));
    if let Some(result) = numbers.and_then(|(x, y)| calculated(op, x, y)) {
        return Data::Number(result).into();
    }
    let name = match op {
        Arithmetic::Add => "+",
        Arithmetic::Subtract => "-",
        Arithmetic::Multiply => "*",
        Arithmetic::Divide => "/",
        Arithmetic::Remainder => "%",
    };
    if op != Arithmetic::Add || numbers.is_some() {
        return undecided(name, &[a, b]);
    }
    let sensitive = a.is_sensitive() || b.is_sensitive();
    match (&a.data, &b.data) {
        (Data::Text(_), Data::Text(_) | Data::Unknown(_)) | (Data::Unknown(_), Data::Text(_)) => {
            match (a.as_text(), b.as_text()) {
                (Some(x), Some(y)) => Value::from(Text::concat([&x, &y])).sensitive(sensitive),
                _ => undecided(name, &[a, b]),
            }
        }
        (Data::List(x), Data::List(y)) if x.rest.is_none() || y.rest.is_none() => {
            let items = x.items.iter().chain(y.items.iter()).cloned().collect();
            let list = List {
                items,
                rest: x.rest.clone().or_else(|| y.rest.clone()),
            };
            Value::from(Data::List(list)).sensitive(sensitive)
        }
        _ => undecided(name, &[a, b]),
    }
}

fn calculated(op: Arithmetic, x: Number, y: Number) -> Option<Number> {
    if let (Number::Int(x), Number::Int(y)) = (x, y) {
        let exact = match op {
            Arithmetic::Add => x.checked_add(y),
            Arithmetic::Subtract => x.checked_sub(y),
            Arithmetic::Multiply => x.checked_mul(y),
            Arithmetic::Divide => x.checked_div(y),
            Arithmetic::Remainder => x.checked_rem(y),
        };
        return exact.map(Number::Int);
    }
    let (x, y) = (x.as_f64(), y.as_f64());
    let result = match op {
        Arithmetic::Add => x + y,
        Arithmetic::Subtract => x - y,
        Arithmetic::Multiply => x * y,
        Arithmetic::Divide => x / y,
        Arithmetic::Remainder => x % y,
    };
    result.is_finite().then(|| Number::from(result))
}

/// A function or method; the receiver comes first.
pub(super) fn call(function: Function, args: &[Value], caseless: bool) -> Value {
    let refs: Vec<&Value> = args.iter().collect();
    let result = match (function, args) {
        (Function::Members, [of]) if of.is_null() => Some(0.into()),
        (Function::Size | Function::Members, [of]) => size(of),
        (Function::StartsWith, [text, affix]) => {
            affixed(text, affix, |t, a| t.starts_with(a, caseless))
        }
        (Function::EndsWith, [text, affix]) => {
            affixed(text, affix, |t, a| t.ends_with(a, caseless))
        }
        (Function::Contains, [text, part]) => affixed(text, part, |t, p| t.contains(p, caseless)),
        (Function::LowerAscii, [text]) => lower(text),
        (Function::Split, [text, separator]) => split(text, separator),
        (Function::PrefixLength, [text]) => text.as_text().and_then(|t| ranges::prefix_length(&t)),
        (Function::IsIpv4, [text]) => text.as_text().and_then(|t| ranges::is_ipv4(&t)),
        (Function::Address, [text]) => text.as_str().map(ranges::address),
        (Function::Literal, [text]) => literal(text),
        (Function::ContainsRange, [outer, inner]) => {
            ranges::contains(outer, inner).map(Value::from)
        }
        (Function::Overlaps, [a, b]) => ranges::overlaps(a, b).map(Value::from),
        (Function::FreeNumber, [taken, near, limit]) => free_number(taken, near, limit),
        (Function::Int, [of]) => int(of),
        (Function::String, [of]) => value::to_text(of).map(Value::from),
        _ => None,
    };
    let sensitive = args.iter().any(Value::is_sensitive);
    match result {
        Some(value) => value.sensitive(sensitive),
        None => {
            let unknown = undecided(function.name(), &refs);
            match function {
                // Of what turns out to be no IPv4 range or address it is null.
                Function::PrefixLength | Function::Address => {
                    Value::from(nullable(&unknown)).sensitive(sensitive)
                }
                _ => unknown,
            }
        }
    }
}

/// The pieces of a text that someone writes: all but what Azure chooses or answers.
fn literal(text: &Value) -> Option<Value> {
    let text = text.as_text()?;
    let answered =
        |piece: &Piece| matches!(piece, Piece::Sym(s) if s.cause().kind == CauseKind::Deployment);
    let written = text.pieces().filter(|piece| !answered(piece));
    Some(Text::from_pieces(written).into())
}

/// The number from `near` to `limit`, both included, that is not taken and nearest to `near`, of tens if one
/// is free; null when all are taken.
fn free_number(taken: &Value, near: &Value, limit: &Value) -> Option<Value> {
    let list = taken.as_list().filter(|list| list.rest.is_none())?;
    let mut numbers = BTreeSet::new();
    for item in list.items.iter().filter(|item| !item.is_null()) {
        numbers.insert(int(item)?.as_int()?);
    }
    let (near, limit) = (near.as_int()?, limit.as_int()?);
    let free = |n: &i64| !numbers.contains(n);
    let round = |n: &i64| n % 10 == 0;
    let found = if limit <= near {
        let range = || (limit..=near).rev().filter(free);
        range().find(round).or_else(|| range().next())
    } else {
        let range = || (near..=limit).filter(free);
        range().find(round).or_else(|| range().next())
    };
    Some(found.map_or_else(Value::null, Value::from))
}

fn size(of: &Value) -> Option<Value> {
    match &of.data {
        Data::List(_) | Data::Text(_) | Data::Object(_) => {
            Some(value::length(of)).filter(|n| n.as_int().is_some())
        }
        _ => None,
    }
}

fn affixed(text: &Value, affix: &Value, test: impl Fn(&Text, &str) -> Tri) -> Option<Value> {
    match test(&text.as_text()?, affix.as_str()?) {
        Tri::True => Some(true.into()),
        Tri::False => Some(false.into()),
        Tri::Unknown => None,
    }
}

fn lower(text: &Value) -> Option<Value> {
    let text = text.as_text()?;
    let lowered = text.map(str::to_ascii_lowercase, |symbol| {
        let value = symbol.clone().into();
        Symbol::derived("lower", format!("lower({})", symbol.shown()), &[&value])
    });
    Some(lowered.into())
}

/// Unknown pieces may hold separators, so only a text that is known can be split.
fn split(text: &Value, separator: &Value) -> Option<Value> {
    let (known, separator) = (text.as_str()?, separator.as_str()?);
    let part = |s: &str| Value::from(s).with_origin_of(text);
    Some(Value::list(if separator.is_empty() {
        known
            .chars()
            .map(|c| part(c.encode_utf8(&mut [0; 4])))
            .collect()
    } else {
        known.split(separator).map(part).collect()
    }))
}

fn int(of: &Value) -> Option<Value> {
    match &of.data {
        Data::Number(Number::Int(i)) => Some((*i).into()),
        Data::Number(Number::Float(f)) => match Number::from(f.trunc()) {
            Number::Int(i) => Some(i.into()),
            Number::Float(_) => None,
        },
        Data::Text(text) => Some(text.as_known()?.trim().parse::<i64>().ok()?.into()),
        _ => None,
    }
}

/// The literal pieces at a text's two ends.
pub(super) fn ends(text: &Text) -> (Option<String>, Option<String>) {
    let literal = |piece: Option<Piece>| match piece {
        Some(Piece::Lit(s)) => Some(s.to_string()),
        _ => None,
    };
    (literal(text.pieces().next()), literal(text.pieces().last()))
}
