//! Functions on maps and objects.

use std::sync::Arc;

use super::collections::{LONGEST, strings};
use super::{first, items, text, unknown};
use crate::terraform::eval::{error, get_index, is_error, limit, only_keys};
use crate::terraform::types::Type;
use crate::value::{Collection, Data, Entry, List, Object, Rest, Symbol, Value};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    Some(match name {
        "lookup" => lookup(args),
        "merge" => merge(args),
        "keys" | "values" => keys_or_values(name, args),
        "zipmap" => zipmap(args),
        "transpose" => transpose(args),
        _ => return None,
    })
}

fn lookup(args: &[Value]) -> Value {
    let (Some(map), Some(key)) = (args.first(), args.get(1)) else {
        return error("`lookup` without its arguments");
    };
    if !matches!(map.data, Data::Object(_) | Data::Unknown(_)) {
        return error("`lookup` in what is no map");
    }
    let found = get_index(map, key);
    let Some(default) = args.get(2) else {
        return found;
    };
    // In a map the default has the type of the members.
    let converted = match Type::of(map) {
        Type::Map(ty) => ty.convert(default),
        _ => default.clone(),
    };
    if is_error(&converted) {
        return converted;
    }
    let default = &converted;
    if is_error(&found) {
        return if map.as_object().is_some() {
            default.clone()
        } else {
            found
        };
    }
    let certain = map
        .as_object()
        .is_some_and(|o| text(args.get(1)).is_some_and(|k| o.get(k).is_some()));
    if certain {
        return found;
    }
    if default.is_null() && found.as_symbol().is_some_and(Symbol::nullable) {
        return found;
    }
    Value::cases(super::attempt::possible(&found), found, default.clone())
}

fn merge(args: &[Value]) -> Value {
    let mut entries: Vec<Entry> = Vec::new();
    let mut rests: Vec<Arc<Rest>> = Vec::new();
    let mut place: std::collections::HashMap<Arc<str>, usize> = std::collections::HashMap::new();
    for arg in args {
        let open = match &arg.data {
            Data::Null => continue,
            Data::Object(object) => object.rest.clone(),
            Data::Unknown(symbol) => Some(Arc::new(Rest {
                symbol: symbol.clone(),
                element: None,
            })),
            _ => return error("`merge` of what is no object"),
        };
        if let Some(rest) = open {
            // What came before may be overridden by what is not known.
            for entry in &mut entries {
                let symbol = Value::from(rest.symbol.clone());
                let over = get_index(&symbol, &Value::from(&*entry.key));
                let cond = super::attempt::possible(&over);
                entry.value = Value::cases(cond, over, entry.value.clone());
            }
            rests.push(rest);
        }
        let own = arg
            .as_object()
            .map(|o| o.entries.clone())
            .unwrap_or_default();
        for entry in own.iter() {
            match place.get(&entry.key) {
                Some(&i) => entries[i] = entry.clone(),
                None => {
                    place.insert(entry.key.clone(), entries.len());
                    entries.push(entry.clone());
                }
            }
        }
        if entries.len() > LONGEST {
            return limit("it is larger than azvet follows");
        }
    }
    let rest = match rests.len() {
        0 => None,
        1 if entries.is_empty() || rests[0].symbol.reference().is_none() => rests.pop(),
        _ => {
            let symbols: Vec<Value> = rests.iter().map(|r| r.symbol.clone().into()).collect();
            let symbols: Vec<&Value> = symbols.iter().collect();
            Some(Arc::new(Rest {
                symbol: Symbol::derived("merge", "a merge of what is not known", &symbols),
                element: None,
            }))
        }
    };
    if entries.is_empty()
        && let [only] = args
    {
        return only.clone();
    }
    let merged = Value::from(Object {
        entries: entries.into(),
        rest,
    });
    // Of maps of one type it is a map, of others an object.
    let given = args.iter().filter(|a| !a.is_null());
    let mut types = given.map(Type::of);
    match types.next() {
        Some(first @ Type::Map(_)) if types.all(|t| !t.differs(&first)) => {
            merged.of(Collection::Map)
        }
        _ => merged,
    }
}

/// From lists by key to keys by member.
fn transpose(args: &[Value]) -> Value {
    let value = first(args);
    let Some(object) = value.as_object().filter(|_| value.is_fully_known()) else {
        return unknown("transpose", args);
    };
    let mut keys: std::collections::BTreeMap<&str, Vec<&str>> = Default::default();
    for entry in object.entries.iter() {
        for member in items(Some(&entry.value)).unwrap_or_default() {
            match member.as_str() {
                Some(member) => keys.entry(member).or_default().push(&entry.key),
                None => return error("`transpose` of null"),
            }
        }
    }
    let entries = keys.into_iter().map(|(member, mut keys)| {
        keys.sort_unstable();
        let list = keys.into_iter().map(Value::from).collect();
        Entry::new(member, Value::list(list).of(Collection::List))
    });
    Value::object(entries.collect()).of(Collection::Map)
}

fn keys_or_values(name: &str, args: &[Value]) -> Value {
    let value = first(args);
    let Some(object) = value.as_object() else {
        return if value.as_symbol().is_some() {
            unknown(name, args)
        } else {
            error("`keys` or `values` of what is no object")
        };
    };
    let mut entries: Vec<&Entry> = object.entries.iter().collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    let keys = name == "keys";
    if keys && object.rest.as_ref().is_some_and(|r| only_keys(r)) {
        return unknown(name, args);
    }
    let out = entries
        .into_iter()
        .map(|e| {
            if !keys {
                return e.value.clone();
            }
            let key = Value::from(&*e.key);
            match e.key_span {
                Some(span) => key.at(span),
                None => key,
            }
        })
        .collect::<Vec<_>>();
    let rest = object.rest.as_ref().map(|rest| {
        Arc::new(Rest {
            symbol: rest.symbol.clone(),
            element: if keys { None } else { rest.element.clone() },
        })
    });
    // Those of an object are a tuple.
    let collection = match value.collection() {
        Collection::No => Collection::No,
        _ => Collection::List,
    };
    Value::from(Data::List(List {
        items: out.into(),
        rest,
    }))
    .of(collection)
}

fn zipmap(args: &[Value]) -> Value {
    match (strings(args.first()), items(args.get(1))) {
        (Some(keys), Some(values)) if keys.len() == values.len() => Value::object(
            keys.iter()
                .zip(values)
                .map(|(k, v)| Entry {
                    key: k.as_str().unwrap_or_default().into(),
                    key_span: k.span(),
                    value: v.clone(),
                })
                .collect(),
        )
        .marked(keys.iter().map(Value::marks).collect()),
        (Some(_), Some(_)) => error("`zipmap` of lists of different lengths"),
        (None, _) if items(args.first()).is_some_and(|l| l.iter().any(Value::is_null)) => {
            error("`zipmap` with a key that is null")
        }
        _ => unknown("zipmap", args),
    }
}
