//! Sets, which are lists in the order in which Terraform goes through them.

use std::sync::Arc;

use super::collections::{LONGEST, distinct};
use super::{first, items, unknown};
use crate::terraform::eval::{error, limit};
use crate::value::{Data, List, Rest, Value, key_of};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    Some(match name {
        "toset" => match &first(args).data {
            Data::List(_) => to_set(&first(args)),
            Data::Null => Value::null(),
            Data::Unknown(_) => unknown(name, args),
            _ => error("`toset` of what is no list"),
        },
        "tolist" => to_list(args),
        "distinct" => match items(args.first()).and_then(distinct) {
            Some(list) => Value::list(list),
            None => unknown(name, args),
        },
        "setunion" | "setintersection" | "setsubtract" => combine(name, args),
        "setproduct" => product(args),
        _ => return None,
    })
}

/// A list as a set: without duplicates; strings and numbers in order. Where members are not known
/// they stay as written, and twice only when they may differ.
pub(in crate::terraform) fn to_set(value: &Value) -> Value {
    let Data::List(list) = &value.data else {
        return value.clone();
    };
    let mut seen = std::collections::HashSet::new();
    let mut out: Vec<Value> = list
        .items
        .iter()
        .filter(|v| seen.insert(key_of(v)))
        .cloned()
        .collect();
    if out.iter().all(|v| v.as_str().is_some()) {
        out.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    } else if out.iter().all(|v| v.as_int().is_some()) {
        out.sort_by_key(Value::as_int);
    }
    Value::from(Data::List(List {
        items: out.into(),
        rest: list.rest.as_ref().map(|rest| {
            Arc::new(Rest {
                symbol: rest.symbol.clone().uncounted(),
                element: rest.element.clone(),
            })
        }),
    }))
    .with_origin_of(value)
    .sensitive(value.is_sensitive())
}

fn to_list(args: &[Value]) -> Value {
    let value = first(args);
    match &value.data {
        Data::List(list) => {
            // Blocks of a resource come as a set, whose order is not the one written.
            let blocks = list.items.len() > 1
                && list
                    .items
                    .iter()
                    .any(|v| v.as_object().is_some_and(|o| o.rest.is_some()));
            if blocks {
                unknown("tolist", args)
            } else {
                value
            }
        }
        Data::Null => value,
        Data::Unknown(symbol) if symbol.reference().is_some() => value,
        Data::Unknown(_) => unknown("tolist", args),
        _ => error("`tolist` of what is no list"),
    }
}

fn combine(name: &str, args: &[Value]) -> Value {
    let sets: Option<Vec<&[Value]>> = args.iter().map(|a| items(Some(a))).collect();
    let Some(sets) = sets else {
        return unknown(name, args);
    };
    if !args.iter().all(Value::is_fully_known) {
        return unknown(name, args);
    }
    let Some((head, tail)) = sets.split_first() else {
        return error("a set function without arguments");
    };
    let keys: Vec<std::collections::HashSet<String>> = tail
        .iter()
        .map(|s| s.iter().map(key_of).collect())
        .collect();
    let out: Vec<Value> = match name {
        "setunion" => sets.iter().flat_map(|s| s.iter().cloned()).collect(),
        "setintersection" => head
            .iter()
            .filter(|v| keys.iter().all(|k| k.contains(&key_of(v))))
            .cloned()
            .collect(),
        _ => head
            .iter()
            .filter(|v| !keys.iter().any(|k| k.contains(&key_of(v))))
            .cloned()
            .collect(),
    };
    to_set(&Value::list(out))
}

fn product(args: &[Value]) -> Value {
    let sets: Option<Vec<&[Value]>> = args.iter().map(|a| items(Some(a))).collect();
    let Some(sets) = sets else {
        return unknown("setproduct", args);
    };
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for set in sets {
        if rows.len().saturating_mul(set.len()) > LONGEST / 10 {
            return limit("it is longer than azvet follows");
        }
        rows = rows
            .iter()
            .flat_map(|row| {
                set.iter().map(move |v| {
                    let mut row = row.clone();
                    row.push(v.clone());
                    row
                })
            })
            .collect();
    }
    Value::list(rows.into_iter().map(Value::list).collect())
}
