//! Conditions and comparisons.

use std::cmp::Ordering;

use super::super::evaluator::refusal;
use super::Body::{ByCase, Special, Whole};
use super::arguments::{Arguments, Unevaluated};
use super::{ANY, Function, function};
use crate::value::{Data, Number, Value, and, coalesce as first_given, eq, not, or, select};

pub(super) const FUNCTIONS: &[Function] = &[
    function("if", 3, 3, Special(choose)).or_null(),
    function("and", 2, ANY, Special(|it| chain(it, false, and))),
    function("or", 2, ANY, Special(|it| chain(it, true, or))),
    function(
        "not",
        1,
        1,
        Whole(|a| Some(not(&a.e.condition(a.values.first()?)))),
    ),
    function(
        "equals",
        2,
        2,
        Whole(|a| Some(eq(a.values.first()?, a.values.get(1)?))),
    ),
    function("true", 0, 0, Whole(|_| Some(true.into()))),
    function("false", 0, 0, Whole(|_| Some(false.into()))),
    function("null", 0, 0, Whole(|_| Some(Value::null()))),
    function("bool", 1, 1, ByCase(to_bool)),
    function("coalesce", 1, ANY, Special(coalesce)).or_null(),
    function("less", 2, 2, ByCase(|a| compare(a, Ordering::is_lt))),
    function(
        "lessOrEquals",
        2,
        2,
        ByCase(|a| compare(a, Ordering::is_le)),
    ),
    function("greater", 2, 2, ByCase(|a| compare(a, Ordering::is_gt))),
    function(
        "greaterOrEquals",
        2,
        2,
        ByCase(|a| compare(a, Ordering::is_ge)),
    ),
    function("fail", 1, 1, Whole(fail)),
];

/// An argument that has to be a boolean, or a text that says one.
fn condition(it: &Unevaluated<'_, '_>, at: usize) -> Option<Value> {
    let value = it.argument(at)?;
    let result = it.e.condition(&value);
    let settled = value.is_fully_known() && !value.is_null();
    if settled && result.as_bool().is_none() && it.e.is_certain() {
        let name = it.e.source(it.call.name_span);
        let message = format!("`{name}` takes a boolean here");
        let span = it.call.arguments.get(at)?.span;
        it.e.problem(refusal(span, message));
    }
    Some(result)
}

/// Only the side that is taken is evaluated, as in Resource Manager; both when that is open.
fn choose(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let cond = condition(it, 0)?;
    match cond.as_bool() {
        Some(true) => Some(it.branch(1)?.decided_by(&cond)),
        Some(false) => Some(it.branch(2)?.decided_by(&cond)),
        None => {
            let _assuming = it.e.assume();
            Some(select(&cond, &it.branch(1)?, &it.branch(2)?))
        }
    }
}

/// `and` and `or`: what comes after the argument that decides is not evaluated.
fn chain(
    it: &Unevaluated<'_, '_>,
    decisive: bool,
    join: fn(&Value, &Value) -> Value,
) -> Option<Value> {
    let mut result = condition(it, 0)?;
    let mut assuming = None;
    for at in 1..it.call.arguments.len() {
        match result.as_bool() {
            Some(b) if b == decisive => return Some(result),
            Some(_) => {}
            None => assuming = assuming.or_else(|| Some(it.e.assume())),
        }
        result = join(&result, &condition(it, at)?);
    }
    Some(result)
}

/// What comes after the first that is certainly not null is not evaluated.
fn coalesce(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let mut values = Vec::new();
    let mut assuming = None;
    for at in 0..it.call.arguments.len() {
        let value = it.branch(at)?;
        it.decides(&value);
        let absent = crate::value::is_null(&value).as_bool();
        if absent != Some(true) {
            values.push(value);
        }
        match absent {
            Some(false) => break,
            Some(true) => {}
            None => assuming = assuming.or_else(|| Some(it.e.assume())),
        }
    }
    Some(first_given(&values, false))
}

fn fail(a: &Arguments<'_, '_>) -> Option<Value> {
    a.refuse(a.span, "the template fails here on purpose")
}

fn to_bool(a: &Arguments<'_, '_>) -> Option<Value> {
    match &a.values.first()?.data {
        Data::Bool(b) => Some((*b).into()),
        Data::Number(Number::Int(i)) => Some((*i != 0).into()),
        Data::Text(text) => match text.as_known()?.to_lowercase().as_str() {
            "true" => Some(true.into()),
            "false" => Some(false.into()),
            // What of `1` and `0` is not documented.
            other if other.trim().parse::<f64>().is_ok() => None,
            _ => a.refuse(a.span, "`bool` takes no string but `true` and `false`"),
        },
        _ => a.neither(0, "a boolean, a number or a string"),
    }
}

fn compare(a: &Arguments<'_, '_>, holds: fn(Ordering) -> bool) -> Option<Value> {
    let (x, y) = (a.values.first()?, a.values.get(1)?);
    let order = match (&x.data, &y.data) {
        (Data::Number(Number::Int(x)), Data::Number(Number::Int(y))) => x.cmp(y),
        (Data::Text(x), Data::Text(y)) => text_order(x.as_known()?, y.as_known()?)?,
        (Data::Number(_), Data::Unknown(_) | Data::Number(_)) => return None,
        (Data::Number(_), _) => return a.neither(1, "a number as well"),
        (Data::Text(_), Data::Unknown(_)) => return None,
        (Data::Text(_), _) => return a.neither(1, "a string as well"),
        _ => return a.neither(0, "a number or a string"),
    };
    Some(holds(order).into())
}

/// The order of texts in .NET's invariant culture: letters by the alphabet, digits before them, and
/// lower case before upper case only where nothing else differs. `None` where it depends on how
/// other characters rank.
pub(super) fn text_order(x: &str, y: &str) -> Option<Ordering> {
    if x == y {
        return Some(Ordering::Equal);
    }
    let (mut xs, mut ys) = (x.bytes(), y.bytes());
    let mut by_case = Ordering::Equal;
    loop {
        let (x, y) = (xs.next(), ys.next());
        let plain = |b: Option<u8>| b.is_none_or(|b| b.is_ascii_alphanumeric());
        if !plain(x) || !plain(y) {
            return None;
        }
        let (Some(x), Some(y)) = (x, y) else {
            return Some(x.is_some().cmp(&y.is_some()).then(by_case));
        };
        let order = x.to_ascii_lowercase().cmp(&y.to_ascii_lowercase());
        if order.is_ne() {
            return Some(order);
        }
        // ASCII has upper case first.
        by_case = by_case.then(y.cmp(&x));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_ordered_as_words() {
        for (x, y, order) in [
            ("a", "A", Some(Ordering::Less)),
            ("a", "B", Some(Ordering::Less)),
            ("Ab", "aC", Some(Ordering::Less)),
            ("aB", "ab", Some(Ordering::Greater)),
            ("abc", "AB", Some(Ordering::Greater)),
            ("1", "a", Some(Ordering::Less)),
            ("a-b", "a-c", None),
            ("b-", "a", Some(Ordering::Greater)),
            ("é", "é", Some(Ordering::Equal)),
        ] {
            assert_eq!(text_order(x, y), order, "{x} {y}");
            assert_eq!(text_order(y, x), order.map(Ordering::reverse), "{y} {x}");
        }
    }
}
