//! Sets, which are lists in the order in which Terraform goes through them.

use std::cmp::Ordering;
use std::sync::Arc;

use super::collections::LONGEST;
use super::lists::distinct;
use super::{items, unknown};
use crate::terraform::eval::{error, is_error, limit};
use crate::terraform::types::Type;
use crate::terraform::unify::unify;
use crate::value::{Collection, Data, List, Rest, Value, key_of};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    Some(match name {
        "distinct" => match items(args.first()).and_then(distinct) {
            Some(list) => Value::list(list).of(Collection::List),
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
    if out.iter().all(Value::is_fully_known) {
        out.sort_by(order);
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
    .of(Collection::Set)
    .with_origin_of(value)
    .marked(value.marks())
}

/// The order in which Terraform goes through a set: null comes last, what is no scalar by its text.
fn order(a: &Value, b: &Value) -> Ordering {
    match (&a.data, &b.data) {
        (Data::Text(a), Data::Text(b)) => a.as_known().cmp(&b.as_known()),
        (Data::Number(a), Data::Number(b)) => a.as_f64().total_cmp(&b.as_f64()),
        (Data::Bool(a), Data::Bool(b)) => a.cmp(b),
        _ => a
            .is_null()
            .cmp(&b.is_null())
            .then_with(|| key_of(a).cmp(&key_of(b))),
    }
}

fn combine(name: &str, args: &[Value]) -> Value {
    if !args.iter().all(Value::is_fully_known) {
        return unknown(name, args);
    }
    // All of one type.
    let types: Vec<Type> = args.iter().map(Type::of).collect();
    let Some(ty) = unify(&types) else {
        return error("a set function on sets of different types");
    };
    let converted: Vec<Value> = args.iter().map(|a| ty.convert(a)).collect();
    let sets: Vec<&[Value]> = converted.iter().filter_map(|a| items(Some(a))).collect();
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
    if args.len() < 2 {
        return error("`setproduct` of fewer than two");
    }
    // Of lists a list in their order, with a set among them a set; members of each have one type.
    let set = args.iter().any(|a| a.collection() == Collection::Set);
    let list = Type::List(Box::new(Type::Any));
    let converted: Vec<Value> = args.iter().map(|a| list.convert(a)).collect();
    if let Some(error) = converted.iter().find(|v| is_error(v)) {
        return error.clone();
    }
    let sets: Option<Vec<&[Value]>> = converted.iter().map(|a| items(Some(a))).collect();
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
    let collection = if set {
        Collection::Set
    } else {
        Collection::List
    };
    Value::list(rows.into_iter().map(Value::list).collect()).of(collection)
}
