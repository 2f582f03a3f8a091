//! Lists, and what works on lists, objects and texts alike.

use std::collections::HashSet;
use std::sync::Arc;

use super::Body::{ByCase, Whole};
use super::arguments::Arguments;
use super::text::{self, cut};
use super::{ANY, Function, function};
use crate::value::{Data, List, Rest, Text, Tri, Value, eq, key_of, length, or};

/// Resource Manager allows 10,000 numbers in a range.
const LONGEST_RANGE: i64 = 10_000;
/// What the numbers in a range have to stay below.
const RANGE_END: i64 = 2_147_483_647;

/// What most of these work on.
const ARRAY_OR_TEXT: &str = "an array or a string";

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "createArray",
        0,
        ANY,
        Whole(|a| Some(Value::list(a.values.to_vec()))),
    ),
    function("array", 1, 1, ByCase(array)),
    function("length", 1, 1, ByCase(known_length)),
    function("empty", 1, 1, ByCase(empty)),
    function("contains", 2, 2, ByCase(contains)),
    function("first", 1, 1, ByCase(first)).or_null(),
    function("last", 1, 1, ByCase(last)).or_null(),
    function("take", 2, 2, ByCase(take)),
    function("skip", 2, 2, ByCase(skip)),
    function("range", 2, 2, ByCase(range)),
    function("indexOf", 2, 2, ByCase(|a| index_of(a, false))),
    function("lastIndexOf", 2, 2, ByCase(|a| index_of(a, true))),
    function("union", 1, ANY, ByCase(union)),
    function("intersection", 1, ANY, ByCase(intersection)),
    function("distinct", 1, 1, ByCase(|a| unique(a, a.values))),
    function("flatten", 1, 1, ByCase(flatten)),
];

/// The members, when all of them are known to be members.
pub(super) fn items(value: &Value) -> Option<&[Value]> {
    let list = value.as_list().filter(|l| l.rest.is_none())?;
    Some(&list.items)
}

fn array(a: &Arguments<'_, '_>) -> Option<Value> {
    let value = a.values.first()?;
    match &value.data {
        Data::List(_) => Some(value.clone()),
        Data::Unknown(_) => None,
        _ => Some(Value::list(vec![value.clone()])),
    }
}

fn known_length(a: &Arguments<'_, '_>) -> Option<Value> {
    let value = a.values.first()?;
    match &value.data {
        Data::Text(text) => Some((text::length(text.as_known()?) as i64).into()),
        Data::List(_) | Data::Object(_) => {
            let result = length(value);
            // The symbol made there is shown as written instead.
            result.as_int().map(|_| result)
        }
        _ => a.neither(0, "an array, an object or a string"),
    }
}

fn empty(a: &Arguments<'_, '_>) -> Option<Value> {
    let value = a.values.first()?;
    match &value.data {
        Data::Null => Some(true.into()),
        Data::List(list) => match (&list.rest, list.items.is_empty()) {
            (_, false) => Some(false.into()),
            (None, true) => Some(true.into()),
            _ => None,
        },
        Data::Object(object) => match (&object.rest, object.entries.is_empty()) {
            (_, false) => Some(false.into()),
            (None, true) => Some(true.into()),
            _ => None,
        },
        Data::Text(text) => match text.equals(&Text::from(""), false) {
            Tri::True => Some(true.into()),
            Tri::False => Some(false.into()),
            Tri::Unknown => None,
        },
        _ => a.neither(0, "an array, an object or a string"),
    }
}

fn contains(a: &Arguments<'_, '_>) -> Option<Value> {
    let [container, item] = a.values else {
        return None;
    };
    match &container.data {
        Data::List(list) => {
            let mut found = Value::from(false);
            a.e.work(list.items.len());
            for member in list.items.iter() {
                found = or(&found, &eq(member, item));
                if found.as_bool() == Some(true) {
                    return Some(found);
                }
            }
            list.rest.is_none().then_some(found)
        }
        Data::Object(object) => match (object.get_caseless(a.known(1)?), &object.rest) {
            (Some(_), _) => Some(true.into()),
            (None, None) => Some(false.into()),
            (None, Some(_)) => None,
        },
        Data::Text(text) => match text.contains(a.known(1)?, false) {
            Tri::True => Some(true.into()),
            Tri::False => Some(false.into()),
            Tri::Unknown => None,
        },
        _ => a.neither(0, "an array, an object or a string"),
    }
}

fn first(a: &Arguments<'_, '_>) -> Option<Value> {
    match &a.values.first()?.data {
        Data::List(_) => Some(a.items(0)?.first().cloned().unwrap_or_else(Value::null)),
        Data::Text(text) => Some(text::first(text, 1)?.into()),
        _ => a.neither(0, ARRAY_OR_TEXT),
    }
}

fn last(a: &Arguments<'_, '_>) -> Option<Value> {
    match &a.values.first()?.data {
        Data::List(_) => Some(a.items(0)?.last().cloned().unwrap_or_else(Value::null)),
        Data::Text(text) => {
            let text = text.as_known()?;
            let all = text::length(text);
            Some(cut(text, all.saturating_sub(1)..all)?.into())
        }
        _ => a.neither(0, ARRAY_OR_TEXT),
    }
}

/// How many to take or skip: fewer than none are none.
fn count(a: &Arguments<'_, '_>) -> Option<usize> {
    usize::try_from(a.int(1)?.max(0)).ok()
}

fn take(a: &Arguments<'_, '_>) -> Option<Value> {
    let count = count(a)?;
    match &a.values.first()?.data {
        Data::List(_) => {
            let all = a.items(0)?;
            Some(Value::list(all[..count.min(all.len())].to_vec()))
        }
        Data::Text(text) => Some(text::first(text, count)?.into()),
        _ => a.neither(0, ARRAY_OR_TEXT),
    }
}

fn skip(a: &Arguments<'_, '_>) -> Option<Value> {
    let count = count(a)?;
    match &a.values.first()?.data {
        Data::List(_) => {
            let all = a.items(0)?;
            Some(Value::list(all[count.min(all.len())..].to_vec()))
        }
        Data::Text(text) => Some(text::after(text, count)?.into()),
        _ => a.neither(0, ARRAY_OR_TEXT),
    }
}

fn range(a: &Arguments<'_, '_>) -> Option<Value> {
    let (start, count) = (a.int(0)?, a.int(1)?);
    if !(0..=LONGEST_RANGE).contains(&count) {
        let message =
            format!("`range` makes 0 to {LONGEST_RANGE} numbers, and no other number of them");
        return a.refuse(a.span, message);
    }
    let end = start.saturating_add(count);
    if end > RANGE_END {
        return a.refuse(
            a.span,
            format!("the numbers of `range` reach beyond {RANGE_END}"),
        );
    }
    a.e.work(count as usize);
    Some(Value::list((start..end).map(Value::from).collect()))
}

fn index_of(a: &Arguments<'_, '_>, last: bool) -> Option<Value> {
    let [container, item] = a.values else {
        return None;
    };
    let found = match &container.data {
        Data::Text(text) => {
            let (text, part) = (text.as_known()?, a.known(1)?);
            // Letter case plays no part, and in other scripts changes lengths.
            if !text.is_ascii() || part.is_empty() {
                return None;
            }
            let (text, part) = (text.to_ascii_lowercase(), part.to_ascii_lowercase());
            if last {
                text.rfind(&part)
            } else {
                text.find(&part)
            }
        }
        Data::List(_) => {
            let all = a.items(0)?;
            if !container.is_fully_known() || !item.is_fully_known() {
                return None;
            }
            let key = key_of(item);
            let is = |v: &Value| key_of(v) == key;
            a.e.work(all.len());
            if last {
                all.iter().rposition(is)
            } else {
                all.iter().position(is)
            }
        }
        _ => return a.neither(0, ARRAY_OR_TEXT),
    };
    Some(found.map_or(-1, |i| i as i64).into())
}

fn union(a: &Arguments<'_, '_>) -> Option<Value> {
    if a.values.iter().any(|v| v.as_object().is_some()) {
        return super::objects::merged(a, a.values, true);
    }
    if a.values.iter().any(|v| items(v).is_none()) {
        let lists = a.values.iter().any(|v| v.as_list().is_some());
        return if lists { appended(a) } else { None };
    }
    unique(a, a.values)
}

/// The members of all lists, each once.
fn unique(a: &Arguments<'_, '_>, lists: &[Value]) -> Option<Value> {
    let mut out: Vec<Value> = Vec::new();
    let mut seen = HashSet::new();
    for value in lists {
        for item in items(value)? {
            // Unknown members may be equal to others: how many there are is then open.
            if !item.is_fully_known() {
                return distinct(a);
            }
            if seen.insert(key_of(item)) {
                out.push(item.clone());
            }
        }
    }
    a.e.work(out.len());
    Some(Value::list(out))
}

/// Members that are certainly different from each other make a list of all of them.
fn distinct(a: &Arguments<'_, '_>) -> Option<Value> {
    let mut all: Vec<Value> = Vec::new();
    for value in a.values {
        for item in items(value)? {
            a.e.work(all.len());
            let mut known_twin = false;
            for other in &all {
                match eq(other, item).as_bool() {
                    Some(true) => known_twin = true,
                    Some(false) => {}
                    None => return None,
                }
            }
            if !known_twin {
                all.push(item.clone());
            }
            if all.len() > 500 {
                return None;
            }
        }
    }
    Some(Data::List(List::known(all)).into())
}

/// Lists one after the other. Unknown ones leave open what else there is, and where.
pub(super) fn appended(a: &Arguments<'_, '_>) -> Option<Value> {
    let mut members = Vec::new();
    let mut rests: Vec<Option<Arc<Rest>>> = Vec::new();
    for value in a.values {
        match &value.data {
            Data::List(list) => {
                members.extend(list.items.iter().cloned());
                rests.extend(list.rest.clone().map(Some));
            }
            Data::Unknown(_) => rests.push(None),
            _ => return None,
        }
    }
    a.e.work(members.len());
    let element = match &rests[..] {
        [] => return Some(Value::list(members)),
        [Some(one)] => one.element.clone(),
        _ => None,
    };
    let rest = Rest {
        symbol: a.unknown(),
        element,
    };
    let list = List {
        items: members.into(),
        rest: Some(Arc::new(rest)),
    };
    Some(Data::List(list).into())
}

fn intersection(a: &Arguments<'_, '_>) -> Option<Value> {
    if !a.values.iter().all(Value::is_fully_known) {
        return None;
    }
    if a.values.iter().any(|v| v.as_object().is_some()) {
        return super::objects::common(a);
    }
    let mut out: Vec<Value> = a.items(0)?.to_vec();
    for at in 1..a.values.len() {
        let keys: HashSet<String> = a.items(at)?.iter().map(key_of).collect();
        out.retain(|v| keys.contains(&key_of(v)));
    }
    let mut seen = HashSet::new();
    out.retain(|v| seen.insert(key_of(v)));
    Some(Value::list(out))
}

fn flatten(a: &Arguments<'_, '_>) -> Option<Value> {
    let mut out = Vec::new();
    for inner in a.items(0)? {
        out.extend(items(inner)?.iter().cloned());
    }
    a.e.work(out.len());
    Some(Value::list(out))
}
