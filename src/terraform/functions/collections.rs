//! Functions on lists and maps.

use std::sync::Arc;

use super::{first, items, unknown, unknown_or_null};
use crate::terraform::eval::{
    error, get_index, greater_than_zero, is_error, limit, to_number, to_string,
};
use crate::value::{
    Data, List, Rest, Symbol, Value, and, eq, is_null, key_of, length, not, or, select,
};

/// Longer lists are given up.
pub(super) const LONGEST: usize = 100_000;

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    let a = args.first();
    Some(match name {
        "length" => match a.map(|v| &v.data) {
            Some(Data::Null | Data::Bool(_) | Data::Number(_)) | None => {
                error("the length of what is no collection")
            }
            _ => length(&first(args)),
        },
        "element" => element(args),
        "index" => index(args),
        "one" => one(args),
        "coalescelist" => coalescelist(args),
        "concat" => concat(args),
        "flatten" => flatten(&first(args)),
        "contains" => contains(args),
        "compact" => compact(args),
        "reverse" => match items(a) {
            Some(l) => Value::list(l.iter().rev().cloned().collect()),
            None => unknown(name, args),
        },
        "sort" => match strings(a) {
            Some(mut l) => {
                l.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
                Value::list(l)
            }
            None => unknown(name, args),
        },
        "slice" => {
            let int = |i: usize| args.get(i).and_then(to_number).and_then(|n| n.as_int());
            match (items(a), int(1), int(2)) {
                (Some(l), Some(from), Some(to)) => {
                    match (usize::try_from(from), usize::try_from(to)) {
                        (Ok(from), Ok(to)) if from <= to && to <= l.len() => {
                            Value::list(l[from..to].to_vec())
                        }
                        _ => error("a slice beyond the end"),
                    }
                }
                _ => unknown(name, args),
            }
        }
        "chunklist" => {
            let size = args.get(1).and_then(Value::as_int);
            match (items(a), size.map(usize::try_from)) {
                (Some(l), Some(Ok(size))) if size > 0 => {
                    Value::list(l.chunks(size).map(|c| Value::list(c.to_vec())).collect())
                }
                _ => unknown(name, args),
            }
        }
        "alltrue" | "anytrue" => match items(a) {
            Some(l) if l.len() <= 16 => l.iter().fold((name == "alltrue").into(), |acc, v| {
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
pub(super) fn coalesce(args: &[Value]) -> Value {
    if let Some(e) = args.iter().find(|v| is_error(v)) {
        return e.clone();
    }
    let value = crate::value::coalesce(args, true);
    if value.is_null() || (args.len() == 1 && value.as_str() == Some("")) {
        return error("`coalesce` of nothing but null");
    }
    // Where the last one may be null, so may the result; Terraform refuses that case.
    value
}

fn element(args: &[Value]) -> Value {
    let index = args.get(1).and_then(to_number).and_then(|n| n.as_int());
    match (items(args.first()), index) {
        (Some([]), _) => error("an element of an empty list"),
        (Some(l), Some(i)) => l[i.rem_euclid(l.len() as i64) as usize].clone(),
        (Some([only]), None) => only.clone(),
        (None, Some(_)) if args[0].is_null() => error("an element of null"),
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
        return unknown("index", args);
    };
    for (i, item) in list.iter().enumerate() {
        match eq(item, wanted).as_bool() {
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
        Data::Null => Value::null(),
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
        _ => unknown_or_null("one", args),
    }
}

fn coalescelist(args: &[Value]) -> Value {
    let Some((head, tail)) = args.split_first() else {
        return error("`coalescelist` of nothing but empty lists");
    };
    match &head.data {
        Data::Null => coalescelist(tail),
        Data::List(list) if !list.items.is_empty() => head.clone(),
        Data::List(list) if list.rest.is_none() => coalescelist(tail),
        Data::List(_) | Data::Unknown(_) => {
            select(&greater_than_zero(&length(head)), head, &coalescelist(tail))
        }
        _ => error("`coalescelist` of what is no list"),
    }
}

fn concat(args: &[Value]) -> Value {
    let mut out: Vec<Value> = Vec::new();
    let mut rests: Vec<(Symbol, Option<Value>)> = Vec::new();
    for arg in args {
        match &arg.data {
            Data::List(list) => {
                out.extend(list.items.iter().cloned());
                rests.extend(
                    list.rest
                        .iter()
                        .map(|r| (r.symbol.clone(), r.element.clone())),
                );
            }
            Data::Unknown(symbol) => rests.push((symbol.clone(), None)),
            _ => return error("`concat` of what is no list"),
        }
        if out.len() > LONGEST {
            return limit("it is longer than azvet follows");
        }
    }
    Data::List(List {
        items: out.into(),
        rest: joined("concat", rests),
    })
    .into()
}

/// One rest for several; the element is known only when there is one.
fn joined(function: &str, mut rests: Vec<(Symbol, Option<Value>)>) -> Option<Arc<Rest>> {
    match rests.len() {
        0 => None,
        1 => rests
            .pop()
            .map(|(symbol, element)| Arc::new(Rest { symbol, element })),
        _ => {
            let symbols: Vec<Value> = rests.into_iter().map(|(s, _)| s.into()).collect();
            let symbols: Vec<&Value> = symbols.iter().collect();
            Some(Arc::new(Rest {
                symbol: Symbol::derived(function, format!("{function}(…)"), &symbols),
                element: None,
            }))
        }
    }
}

fn flatten(value: &Value) -> Value {
    let mut out = Vec::new();
    let mut rests = Vec::new();
    let mut open = false;
    flatten_into(value, &mut out, &mut rests, &mut open, 0);
    if out.len() > LONGEST {
        return limit("it is longer than azvet follows");
    }
    if open {
        return unknown("flatten", std::slice::from_ref(value));
    }
    Data::List(List {
        items: out.into(),
        rest: joined("flatten", rests),
    })
    .into()
}

fn flatten_into(
    value: &Value,
    out: &mut Vec<Value>,
    rests: &mut Vec<(Symbol, Option<Value>)>,
    open: &mut bool,
    depth: usize,
) {
    if depth > 64 || out.len() > LONGEST {
        *open = true;
        return;
    }
    match &value.data {
        Data::List(list) => {
            for item in list.items.iter() {
                flatten_into(item, out, rests, open, depth + 1);
            }
            if let Some(rest) = &list.rest {
                let (mut inner, mut inner_rests) = (Vec::new(), Vec::new());
                let mut inner_open = false;
                if let Some(element) = &rest.element {
                    flatten_into(
                        element,
                        &mut inner,
                        &mut inner_rests,
                        &mut inner_open,
                        depth + 1,
                    );
                }
                // One shape only: either the element itself or what its own loop gives.
                let element = match (inner.len(), inner_rests.len(), inner_open) {
                    (1, 0, false) => inner.pop(),
                    (0, 1, false) => inner_rests.pop().and_then(|(_, e)| e),
                    _ => None,
                };
                rests.push((rest.symbol.clone().uncounted(), element));
            }
        }
        // May be a list itself.
        Data::Unknown(symbol) if symbol.reference().is_none() && depth > 0 => {
            rests.push((symbol.clone(), None));
        }
        Data::Cases(_) => *open = true,
        Data::Unknown(_) if depth == 0 => *open = true,
        _ => out.push(value.clone()),
    }
}

fn contains(args: &[Value]) -> Value {
    let (Some(list), Some(wanted)) = (args.first().and_then(Value::as_list), args.get(1)) else {
        return unknown("contains", args);
    };
    let answers: Vec<Value> = list.items.iter().map(|item| eq(item, wanted)).collect();
    if answers.iter().any(|a| a.as_bool() == Some(true)) {
        return true.into();
    }
    let open: Vec<&Value> = answers.iter().filter(|a| a.as_bool().is_none()).collect();
    match (open.len(), &list.rest) {
        (0, None) => false.into(),
        (1..=3, None) => open.iter().fold(false.into(), |acc, a| or(&acc, a)),
        _ => unknown("contains", args),
    }
}

fn compact(args: &[Value]) -> Value {
    let Some(list) = items(args.first()) else {
        return unknown("compact", args);
    };
    let mut out = Value::list(Vec::new());
    let mut open = 0;
    for item in list {
        let keep = not(&or(&is_null(item), &eq(item, &"".into())));
        match keep.as_bool() {
            Some(false) => continue,
            Some(true) => {}
            None => open += 1,
        }
        if open > 3 {
            return unknown("compact", args);
        }
        let with = crate::value::lift(&out, &mut |o| {
            let mut items = o.as_list().map(|l| l.items.to_vec()).unwrap_or_default();
            items.push(item.clone());
            Value::list(items)
        });
        out = select(&keep, &with, &out);
    }
    out
}

/// Whether two members are one, by their identity.
pub(super) fn distinct(list: &[Value]) -> Option<Vec<Value>> {
    let mut seen = std::collections::HashSet::new();
    let mut out: Vec<Value> = Vec::new();
    for item in list {
        if seen.insert(key_of(item)) {
            out.push(item.clone());
        }
    }
    let known = out.iter().all(Value::is_fully_known);
    let apart = known
        || (out.len() <= 64
            && out.iter().enumerate().all(|(i, a)| {
                out[i + 1..]
                    .iter()
                    .all(|b| eq(a, b).as_bool() == Some(false))
            }));
    apart.then_some(out)
}
