//! Functions on lists and maps.

use super::lists::{coalescelist, compact, concat, flatten};
use super::strings::graphemes;
use super::{first, items, unknown, unknown_or_null};
use crate::terraform::eval::{
    alike, equal, error, get_index, greater_than_zero, is_error, to_string,
};
use crate::terraform::types::Type;
use crate::terraform::unify::unify;
use crate::value::{Collection, Data, Number, Tri, Value, and, key_of, length, or, select};

/// Longer lists are given up.
pub(super) const LONGEST: usize = 100_000;

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    let a = args.first();
    Some(match name {
        "length" => match a.map(|v| &v.data) {
            Some(Data::Null | Data::Bool(_) | Data::Number(_)) | None => {
                error("the length of what is no collection")
            }
            Some(Data::Text(text)) => match text.as_known() {
                Some(text) => (graphemes(text).count() as i64).into(),
                None => length(&first(args)),
            },
            _ => length(&first(args)),
        },
        "element" => element(args),
        "index" => index(args),
        "one" => one(args),
        "coalesce" => coalesce(args),
        "coalescelist" => coalescelist(args),
        "concat" => concat(args),
        "flatten" => flatten(&first(args)),
        "contains" => contains(args),
        "compact" => compact(args),
        "reverse" => match (items(a), a) {
            (Some(l), Some(list)) => {
                Value::list(l.iter().rev().cloned().collect()).of(in_order(list.collection()))
            }
            _ => no_list(name, args),
        },
        "sort" => match strings(a) {
            Some(mut l) => {
                l.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                Value::list(l).of(Collection::List)
            }
            None if items(a).is_some_and(|l| l.iter().any(Value::is_null)) => {
                error("`sort` of null")
            }
            None => unknown(name, args),
        },
        "matchkeys" => matchkeys(args),
        "slice" => {
            let collection = first(args).collection();
            match (items(a), whole(args, 1), whole(args, 2)) {
                (Some(_), ..) if collection == Collection::Set => error("a slice of a set"),
                (Some(l), Ok(Some(from)), Ok(Some(to))) => {
                    match (usize::try_from(from), usize::try_from(to)) {
                        (Ok(from), Ok(to)) if from <= to && to <= l.len() => {
                            Value::list(l[from..to].to_vec()).of(collection)
                        }
                        _ => error("a slice beyond the end"),
                    }
                }
                (_, Err(e), _) | (_, _, Err(e)) => e,
                _ => no_list(name, args),
            }
        }
        "chunklist" => {
            let list = |items: Vec<Value>| Value::list(items).of(Collection::List);
            match (items(a), whole(args, 1).map(|n| n.map(usize::try_from))) {
                (Some(l), Ok(Some(Ok(0)))) => list(vec![list(l.to_vec())]),
                (Some(l), Ok(Some(Ok(size)))) => {
                    list(l.chunks(size).map(|c| list(c.to_vec())).collect())
                }
                (_, Ok(Some(Err(_)))) => error("`chunklist` with a size below zero"),
                (_, Err(e)) => e,
                _ => unknown(name, args),
            }
        }
        "alltrue" | "anytrue" => match items(a) {
            Some(l) if l.len() <= 16 => l.iter().fold((name == "alltrue").into(), |acc, v| {
                // Null is not true.
                let v = &if v.is_null() { false.into() } else { v.clone() };
                if name == "alltrue" {
                    and(&acc, v)
                } else {
                    or(&acc, v)
                }
            }),
            _ => unknown(name, args),
        },
        _ => return None,
    })
}

/// The members as known strings.
pub(super) fn strings(value: Option<&Value>) -> Option<Vec<Value>> {
    let list = items(value)?;
    let out: Option<Vec<Value>> = list.iter().map(to_string).collect();
    out.filter(|l| l.iter().all(|v| v.as_str().is_some()))
}

/// The first argument that is neither null nor empty.
fn coalesce(args: &[Value]) -> Value {
    if let Some(e) = args.iter().find(|v| is_error(v)) {
        return e.clone();
    }
    let types: Vec<Type> = args.iter().map(Type::of).collect();
    let ty = match unify(&types) {
        Some(ty) => ty,
        // With null among them Terraform leaves them as they are.
        None if types.contains(&Type::Null) => Type::Any,
        None => return error("`coalesce` of values of different types"),
    };
    let args: Vec<Value> = args.iter().map(|v| ty.convert(v)).collect();
    // Terraform refuses a result of null, so what may be one is none where only nulls follow.
    let last = args
        .iter()
        .rposition(|v| !v.is_null() && v.as_str() != Some(""));
    match last {
        Some(last) => crate::value::coalesce(&args[..=last], true),
        None => error("`coalesce` of nothing but null"),
    }
}

/// A whole number, when it is known; an error when it is none.
fn whole(args: &[Value], i: usize) -> Result<Option<i64>, Value> {
    match args.get(i).map(|v| &v.data) {
        Some(Data::Number(Number::Int(i))) => Ok(Some(*i)),
        Some(Data::Number(Number::Float(_))) => Err(error("a number that is not whole")),
        _ => Ok(None),
    }
}

/// What to answer of something that is no list whose members are known.
fn no_list(name: &str, args: &[Value]) -> Value {
    match first(args).data {
        Data::List(_) | Data::Unknown(_) => unknown(name, args),
        _ => error("a function of lists on what is no list"),
    }
}

/// What has an order once it is gone through: of a set, a list.
fn in_order(collection: Collection) -> Collection {
    match collection {
        Collection::Set => Collection::List,
        other => other,
    }
}

fn matchkeys(args: &[Value]) -> Value {
    let lists = [items(args.first()), items(args.get(1)), items(args.get(2))];
    let [Some(values), Some(keys), Some(wanted)] = lists else {
        return unknown("matchkeys", args);
    };
    if values.len() != keys.len() {
        return error("`matchkeys` of lists of different lengths");
    }
    if !keys.iter().chain(wanted).all(Value::is_fully_known) {
        return unknown("matchkeys", args);
    }
    // Numbers and strings are compared as what both convert to.
    let types: Vec<Type> = keys.iter().chain(wanted).map(Type::of).collect();
    let Some(ty) = unify(&types) else {
        return error("`matchkeys` of keys of different types");
    };
    let wanted: Vec<String> = wanted.iter().map(|v| key_of(&ty.convert(v))).collect();
    let found = values.iter().zip(keys);
    let found = found.filter(|(_, key)| wanted.contains(&key_of(&ty.convert(key))));
    Value::list(found.map(|(value, _)| value.clone()).collect()).of(Collection::List)
}

fn element(args: &[Value]) -> Value {
    let index = match whole(args, 1) {
        Ok(index) => index,
        Err(e) => return e,
    };
    match (items(args.first()), index) {
        (Some(_), _) if args[0].collection() == Collection::Set => error("an element of a set"),
        (Some([]), _) => error("an element of an empty list"),
        (_, Some(i)) if i < 0 => error("an element before the first"),
        (Some(l), Some(i)) => l[(i % l.len() as i64) as usize].clone(),
        (Some([only]), None) => only.clone(),
        (None, _) if !matches!(args[0].data, Data::List(_) | Data::Unknown(_)) => {
            error("an element of what is no list")
        }
        (None, Some(i)) if i >= 0 && args[0].as_list().is_some() => {
            // A list of instances keeps what each of them is.
            match get_index(&args[0], &i.into()) {
                v if v.as_object().is_some() => v,
                _ => unknown_or_null("element", args),
            }
        }
        _ => unknown_or_null("element", args),
    }
}

fn index(args: &[Value]) -> Value {
    let (Some(list), Some(wanted)) = (items(args.first()), args.get(1)) else {
        return no_list("index", args);
    };
    for (i, item) in list.iter().enumerate() {
        match equal(item, wanted).as_bool() {
            Some(true) => return (i as i64).into(),
            Some(false) => {}
            None => return unknown("index", args),
        }
    }
    error("an index of what is not in the list")
}

fn one(args: &[Value]) -> Value {
    let value = first(args);
    match &value.data {
        Data::List(list) => match (&list.items[..], &list.rest) {
            ([], None) => Value::null().with_origin_of(&value),
            ([only], None) => only.clone(),
            (_, None) => error("`one` of more than one"),
            ([], Some(rest)) => match &rest.element {
                // At most one, so the element that stands for all of them is it.
                Some(element) => {
                    select(&greater_than_zero(&length(&value)), element, &Value::null())
                }
                None => unknown_or_null("one", args),
            },
            _ => unknown_or_null("one", args),
        },
        Data::Unknown(_) => unknown_or_null("one", args),
        _ => error("`one` of what is no list"),
    }
}

fn contains(args: &[Value]) -> Value {
    // Terraform looks at nothing before all is known.
    if let [collection, wanted] = args
        && collection.as_list().is_none()
        && !wanted.is_fully_known()
    {
        return unknown("contains", args);
    }
    let (Some(list), Some(wanted)) = (args.first().and_then(Value::as_list), args.get(1)) else {
        return no_list("contains", args);
    };
    let mut open = Vec::new();
    for item in list.items.iter() {
        match alike(item, wanted) {
            Tri::True => return true.into(),
            Tri::False => {}
            Tri::Unknown => open.push(item),
        }
    }
    match (open.len(), &list.rest) {
        (0, None) => false.into(),
        (1..=3, None) => open
            .into_iter()
            .fold(false.into(), |found, item| or(&found, &equal(item, wanted))),
        _ => unknown("contains", args),
    }
}
