//! Objects. Their keys are compared without letter case.

use std::sync::Arc;

use super::Body::{ByCase, Whole};
use super::arguments::Arguments;
use super::{ANY, Function, function};
use crate::value::{Data, Entry, Object, Rest, Symbol, Value, eq, index, length, lift2, member};

pub(super) const FUNCTIONS: &[Function] = &[
    function("createObject", 0, ANY, Whole(create)),
    function(
        "shallowMerge",
        1,
        1,
        ByCase(|a| merged(a, a.items(0)?, false)),
    ),
    function(
        "tryGet",
        2,
        ANY,
        Whole(|a| Some(members(a.values.first()?, &a.values[1..]))),
    )
    .or_null(),
    function("indexFromEnd", 2, 2, ByCase(|a| from_end(a, false))).or_null(),
    function("tryIndexFromEnd", 2, ANY, ByCase(|a| from_end(a, true))).or_null(),
    function("items", 1, 1, ByCase(items)),
    function("objectKeys", 1, 1, ByCase(keys)),
];

fn create(a: &Arguments<'_, '_>) -> Option<Value> {
    let mut entries = Vec::new();
    let mut open = false;
    if !a.values.len().is_multiple_of(2) {
        return a.refuse(a.span, "a name given to `createObject` has no value");
    }
    for pair in a.values.chunks(2) {
        let [key, value] = pair else { return None };
        match key.as_str() {
            Some(name) => entries.push(Entry {
                key: name.into(),
                key_span: key.span(),
                value: value.clone(),
            }),
            None => open = true,
        }
    }
    let mut object = Object::known(entries);
    if open {
        object.rest = Some(Arc::new(Rest {
            symbol: a.unknown(),
            element: None,
        }));
    }
    Some(object.into())
}

/// The entries of all objects; of equal keys the last wins, and nested objects are merged when
/// `deep`. What an unknown object may overwrite is unknown.
pub(super) fn merged(a: &Arguments<'_, '_>, objects: &[Value], deep: bool) -> Option<Value> {
    let mut out = Object::default();
    for value in objects {
        match &value.data {
            Data::Object(object) => out = merge(a, &out, object, deep, 0)?,
            Data::Unknown(_) => {
                out = Object {
                    entries: Default::default(),
                    rest: Some(Arc::new(Rest {
                        symbol: a.unknown(),
                        element: None,
                    })),
                }
            }
            // Null counts as nothing.
            Data::Null => {}
            _ => return None,
        }
    }
    Some(out.into())
}

fn merge(
    a: &Arguments<'_, '_>,
    first: &Object,
    second: &Object,
    deep: bool,
    depth: usize,
) -> Option<Object> {
    if depth > 40 {
        return None;
    }
    a.e.work(first.entries.len() + second.entries.len());
    // Unknown entries of the second may overwrite any of the first.
    let mut entries: Vec<Entry> = match second.rest {
        Some(_) => Vec::new(),
        None => first.entries.to_vec(),
    };
    for entry in second.entries.iter() {
        let place = entries
            .iter()
            .position(|e| e.key.eq_ignore_ascii_case(&entry.key));
        match place {
            Some(i) if deep => {
                let both = |x: &Value, y: &Value| match (&x.data, &y.data) {
                    (Data::Object(x), Data::Object(y)) => {
                        merge(a, x, y, deep, depth + 1).map(Value::from)
                    }
                    (Data::Unknown(_), Data::Object(_)) => None,
                    _ => Some(y.clone()),
                };
                let mut failed = false;
                let value = lift2(&entries[i].value, &entry.value, &mut |x, y| {
                    both(x, y).map_or_else(
                        || {
                            failed = true;
                            Value::null()
                        },
                        |v| match v.origin() {
                            Some(_) => v,
                            None => v.with_origin_of(y),
                        },
                    )
                });
                if failed {
                    return None;
                }
                entries[i].value = value;
            }
            // The name stays as it is written first.
            Some(i) => entries[i].value = entry.value.clone(),
            None if deep && first.rest.is_some() && entry.value.as_object().is_some() => {
                // The first may have more inside an object of this name.
                let mut entry = entry.clone();
                if let Data::Object(object) = &mut entry.value.data
                    && object.rest.is_none()
                {
                    object.rest.clone_from(&first.rest);
                }
                entries.push(entry);
            }
            None => entries.push(entry.clone()),
        }
    }
    let mut out = Object::known(entries);
    if first.rest.is_some() || second.rest.is_some() {
        out.rest = Some(Arc::new(Rest {
            symbol: a.unknown(),
            element: None,
        }));
    }
    Some(out)
}

/// The entries that all objects have with equal values; all objects are known.
pub(super) fn common(a: &Arguments<'_, '_>) -> Option<Value> {
    let first = a.values.first()?.as_object()?;
    let mut entries = first.entries.to_vec();
    for value in &a.values[1..] {
        let other = value.as_object()?;
        let mut kept = Vec::new();
        for entry in entries {
            let Some(twin) = other.get_caseless(&entry.key) else {
                continue;
            };
            if eq(&entry.value, &twin.value).as_bool() == Some(true) {
                kept.push(entry);
            } else if entry.value.as_object().is_some() && twin.value.as_object().is_some() {
                // Whether what they have in common would stay is not documented.
                return None;
            }
        }
        entries = kept;
    }
    Some(Value::object(entries))
}

/// Members in turn; null as soon as one is not there.
fn members(first: &Value, keys: &[Value]) -> Value {
    keys.iter().fold(first.clone(), |value, key| {
        lift2(&value, key, &mut |v, k| match (&v.data, &k.data) {
            (Data::Object(_) | Data::Unknown(_), Data::Text(text)) => match text.as_known() {
                Some(name) => member(v, name, true),
                None => perhaps(index(v, k, true)),
            },
            (Data::Null, _) => Value::null().with_origin_of(v),
            (_, Data::Object(object)) => placed(v, object),
            _ => perhaps(index(v, k, true)),
        })
    })
}

/// A member that may be missing where it is not known which it is.
fn perhaps(member: Value) -> Value {
    match &member.data {
        Data::Unknown(symbol) => Value::from(symbol.clone().maybe_null())
            .with_origin_of(&member)
            .sensitive(member.is_sensitive()),
        _ => member,
    }
}

/// The member at a place as Bicep writes it: `{ value: 2, fromEnd: true }`.
fn placed(value: &Value, place: &Object) -> Value {
    let part = |name: &str| place.get_caseless(name).map(|e| e.value.clone());
    let Some(at) = part("value") else {
        return Value::null();
    };
    if part("fromEnd").and_then(|v| v.as_bool()) != Some(true) {
        return members(value, &[at]);
    }
    match (length(value).as_int(), at.as_int()) {
        (Some(length), Some(back)) if back > 0 => {
            index(value, &length.saturating_sub(back).into(), true)
        }
        (Some(_), Some(_)) => Value::null(),
        _ => Symbol::derived("indexFromEnd", value.shown(), &[value, &at])
            .maybe_null()
            .into(),
    }
}

/// `array[^n]`, and for the one that tries further members.
fn from_end(a: &Arguments<'_, '_>, tries: bool) -> Option<Value> {
    let all = a.items(0)?;
    let back = usize::try_from(a.int(1)?).ok()?;
    let place = all.len().checked_sub(back).filter(|_| back > 0);
    match place.and_then(|i| all.get(i)) {
        Some(value) => Some(members(value, &a.values[2..])),
        None if tries => Some(Value::null()),
        None => a.refuse(a.span, "the array has fewer members"),
    }
}

fn keys(a: &Arguments<'_, '_>) -> Option<Value> {
    let names = sorted(a)?.into_iter().map(|e| Value::from(&*e.key));
    Some(Value::list(names.collect()))
}

/// The entries by name.
fn sorted(a: &Arguments<'_, '_>) -> Option<Vec<Entry>> {
    let Data::Object(object) = &a.values.first()?.data else {
        return a.neither(0, "an object");
    };
    if object.rest.is_some() {
        return None;
    }
    a.e.work(object.entries.len());
    let mut entries = object.entries.to_vec();
    entries.sort_by_key(|e| e.key.to_lowercase());
    Some(entries)
}

fn items(a: &Arguments<'_, '_>) -> Option<Value> {
    let entries = sorted(a)?;
    let pairs = entries.into_iter().map(|e| {
        let key = Value::from(&*e.key);
        let key = match e.key_span {
            Some(span) => key.at(span),
            None => key,
        };
        Value::object(vec![Entry::new("key", key), Entry::new("value", e.value)])
    });
    Some(Value::list(pairs.collect()))
}
