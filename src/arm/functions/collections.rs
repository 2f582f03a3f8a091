//! Lists, and what works on lists, objects and texts alike.

use std::sync::Arc;

use super::{Arguments, Function};
use crate::value::{Data, List, Rest, Text, Tri, Value, eq, key_of, length, or};

/// Resource Manager allows 10,000 numbers in a range.
const LONGEST_RANGE: i64 = 10_000;

pub(super) fn find(name: &str) -> Option<Function> {
    use Function::{ByCase, Whole};
    Some(match name {
        "createarray" => Whole(|a| Some(Value::list(a.values.to_vec()))),
        "array" => ByCase(|a| match &a.values.first()?.data {
            Data::List(_) => a.values.first().cloned(),
            Data::Unknown(_) => None,
            _ => Some(Value::list(vec![a.values.first()?.clone()])),
        }),
        "length" => ByCase(|a| known_length(a.values.first()?)),
        "empty" => ByCase(empty),
        "contains" => ByCase(contains),
        "first" => ByCase(|a| end(a, |items| items.first(), |s| s.chars().next())),
        "last" => ByCase(|a| end(a, |items| items.last(), |s| s.chars().last())),
        "take" => ByCase(|a| part(a, |n, of| 0..n.min(of))),
        "skip" => ByCase(|a| part(a, |n, of| n.min(of)..of)),
        "range" => ByCase(range),
        "indexof" => ByCase(|a| index_of(a, false)),
        "lastindexof" => ByCase(|a| index_of(a, true)),
        "indexfromend" => ByCase(|a| from_end(a, false)),
        "tryindexfromend" => ByCase(|a| from_end(a, true)),
        "union" => ByCase(union),
        "intersection" => ByCase(intersection),
        "flatten" => ByCase(flatten),
        _ => return None,
    })
}

/// The members, when all of them are known to be members.
pub(super) fn items(value: &Value) -> Option<&[Value]> {
    let list = value.as_list().filter(|l| l.rest.is_none())?;
    Some(&list.items)
}

fn known_length(value: &Value) -> Option<Value> {
    let result = length(value);
    // The symbol made here is shown as written instead.
    result.as_int().map(|_| result)
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
        _ => None,
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
        Data::Object(object) => match (object.get_caseless(item.as_str()?), &object.rest) {
            (Some(_), _) => Some(true.into()),
            (None, None) => Some(false.into()),
            (None, Some(_)) => None,
        },
        Data::Text(text) => match text.contains(item.as_str()?, false) {
            Tri::True => Some(true.into()),
            Tri::False => Some(false.into()),
            Tri::Unknown => None,
        },
        _ => None,
    }
}

fn end(
    a: &Arguments<'_, '_>,
    of_list: fn(&[Value]) -> Option<&Value>,
    of_text: fn(&str) -> Option<char>,
) -> Option<Value> {
    let value = a.values.first()?;
    match &value.data {
        Data::List(_) => Some(of_list(items(value)?).cloned().unwrap_or_else(Value::null)),
        Data::Text(text) => Some(
            of_text(text.as_known()?)
                .map(String::from)
                .unwrap_or_default()
                .into(),
        ),
        _ => None,
    }
}

fn part(a: &Arguments<'_, '_>, range: fn(usize, usize) -> std::ops::Range<usize>) -> Option<Value> {
    let [value, count] = a.values else {
        return None;
    };
    let count = usize::try_from(count.as_int()?.max(0)).ok()?;
    match &value.data {
        Data::List(_) => {
            let all = items(value)?;
            Some(Value::list(all[range(count, all.len())].to_vec()))
        }
        Data::Text(text) => {
            let all: Vec<char> = text.as_known()?.chars().collect();
            Some(
                all[range(count, all.len())]
                    .iter()
                    .collect::<String>()
                    .into(),
            )
        }
        _ => None,
    }
}

fn range(a: &Arguments<'_, '_>) -> Option<Value> {
    let [start, count] = a.values else {
        return None;
    };
    let (start, count) = (start.as_int()?, count.as_int()?);
    if !(0..=LONGEST_RANGE).contains(&count) {
        return None;
    }
    a.e.work(count as usize);
    let end = start.checked_add(count)?;
    Some(Value::list((start..end).map(Value::from).collect()))
}

fn index_of(a: &Arguments<'_, '_>, last: bool) -> Option<Value> {
    let [container, item] = a.values else {
        return None;
    };
    let found = match &container.data {
        Data::Text(text) => {
            // Letter case plays no part; lower case of equal length keeps positions true.
            let (text, part) = (text.as_known()?.to_ascii_lowercase(), item.as_str()?);
            let part = part.to_ascii_lowercase();
            if !text.is_ascii() {
                return None;
            }
            if last {
                text.rfind(&part)
            } else {
                text.find(&part)
            }
        }
        Data::List(_) => {
            let all = items(container)?;
            if !container.is_fully_known() || !item.is_fully_known() {
                return None;
            }
            let key = key_of(item);
            let mut places = all.iter().enumerate().filter(|(_, v)| key_of(v) == key);
            let place = if last {
                places.next_back()
            } else {
                places.next()
            };
            place.map(|(i, _)| i)
        }
        _ => return None,
    };
    Some(found.map_or(-1, |i| i as i64).into())
}

fn from_end(a: &Arguments<'_, '_>, null_outside: bool) -> Option<Value> {
    let all = items(a.values.first()?)?;
    let back = usize::try_from(a.values.get(1)?.as_int()?).ok()?;
    let place = all.len().checked_sub(back).filter(|_| back > 0);
    match place.and_then(|i| all.get(i)) {
        Some(value) => Some(value.clone()),
        None => null_outside.then(Value::null),
    }
}

fn union(a: &Arguments<'_, '_>) -> Option<Value> {
    if a.values.iter().any(|v| v.as_object().is_some()) {
        return super::objects::merged(a, a.values, true);
    }
    if a.values.iter().any(|v| items(v).is_none()) {
        let lists = a.values.iter().any(|v| v.as_list().is_some());
        return if lists { appended(a) } else { None };
    }
    let mut out: Vec<Value> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for value in a.values {
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
        items: Arc::new(members),
        rest: Some(Arc::new(rest)),
    };
    Some(Data::List(list).into())
}

fn intersection(a: &Arguments<'_, '_>) -> Option<Value> {
    if !a.values.iter().all(Value::is_fully_known) {
        return None;
    }
    let (first, others) = a.values.split_first()?;
    let mut out: Vec<Value> = items(first)?.to_vec();
    for other in others {
        let keys: std::collections::HashSet<String> = items(other)?.iter().map(key_of).collect();
        out.retain(|v| keys.contains(&key_of(v)));
    }
    let mut seen = std::collections::HashSet::new();
    out.retain(|v| seen.insert(key_of(v)));
    Some(Value::list(out))
}

fn flatten(a: &Arguments<'_, '_>) -> Option<Value> {
    let mut out = Vec::new();
    for inner in items(a.values.first()?)? {
        out.extend(items(inner)?.iter().cloned());
    }
    a.e.work(out.len());
    Some(Value::list(out))
}
