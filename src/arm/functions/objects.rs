//! Objects. Their keys are compared without letter case.

use std::sync::Arc;

use super::{Arguments, Function};
use crate::value::{Data, Entry, Object, Rest, Value, index, lift2, member};

pub(super) fn find(name: &str) -> Option<Function> {
    use Function::{ByCase, Whole};
    Some(match name {
        "createobject" => Whole(create),
        "shallowmerge" => ByCase(|a| {
            let objects = super::collections::items(a.values.first()?)?;
            merged(a, objects, false)
        }),
        "tryget" => Whole(try_get),
        "items" => ByCase(items),
        "objectkeys" => ByCase(|a| {
            let object = a.values.first()?.as_object()?;
            let entries = sorted(a.values.first()?)?;
            // Whether the order is the written or the sorted one is not documented.
            let same = entries
                .iter()
                .zip(object.entries.iter())
                .all(|(x, y)| x.key == y.key);
            same.then(|| Value::list(entries.iter().map(|e| (&*e.key).into()).collect()))
        }),
        _ => return None,
    })
}

fn create(a: &Arguments<'_, '_>) -> Option<Value> {
    let mut entries = Vec::new();
    let mut open = false;
    if !a.values.len().is_multiple_of(2) {
        return None;
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
                    entries: Arc::default(),
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
            Some(i) => entries[i] = entry.clone(),
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

/// Members in turn; null as soon as one is not there.
fn try_get(a: &Arguments<'_, '_>) -> Option<Value> {
    let (first, keys) = a.values.split_first()?;
    let mut value = first.clone();
    for key in keys {
        value = lift2(&value, key, &mut |v, k| match (&v.data, &k.data) {
            (Data::Object(_) | Data::Unknown(_), Data::Text(text)) => match text.as_known() {
                Some(name) => member(v, name, true),
                None => index(v, k, true),
            },
            (Data::Null, _) => Value::null().with_origin_of(v),
            _ => index(v, k, true),
        });
    }
    Some(value)
}

/// The entries in the order of `items`, by name.
fn sorted(value: &Value) -> Option<Vec<Entry>> {
    let object = value.as_object().filter(|o| o.rest.is_none())?;
    let mut entries = object.entries.to_vec();
    entries.sort_by_key(|e| e.key.to_lowercase());
    Some(entries)
}

fn items(a: &Arguments<'_, '_>) -> Option<Value> {
    let entries = sorted(a.values.first()?)?;
    a.e.work(entries.len());
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
