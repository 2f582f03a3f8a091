//! Lists made of lists: put together, flattened, thinned out.

use std::sync::Arc;

use super::collections::LONGEST;
use super::{items, unknown};
use crate::terraform::eval::{error, greater_than_zero, limit};
use crate::terraform::types::Type;
use crate::terraform::unify::unify;
use crate::value::{
    Collection, Data, List, Rest, Symbol, Value, eq, is_null, key_of, length, not, or, select,
};

pub(super) fn coalescelist(args: &[Value]) -> Value {
    let Some((head, tail)) = args.split_first() else {
        return error("`coalescelist` of nothing but empty lists");
    };
    if std::iter::once(head)
        .chain(tail)
        .any(|a| a.collection() == Collection::Set)
    {
        return error("`coalescelist` of a set");
    }
    match &head.data {
        Data::List(list) if !list.items.is_empty() => head.clone(),
        Data::List(list) if list.rest.is_none() => coalescelist(tail),
        Data::List(_) | Data::Unknown(_) => {
            select(&greater_than_zero(&length(head)), head, &coalescelist(tail))
        }
        _ => error("`coalescelist` of what is no list"),
    }
}

pub(super) fn concat(args: &[Value]) -> Value {
    if args.is_empty() {
        return error("`concat` of nothing");
    }
    if args.iter().any(|a| a.collection() == Collection::Set) {
        return error("`concat` of a set");
    }
    // Of lists only it is a list, whose members have one type.
    let lists = args.iter().all(|a| a.collection() == Collection::List);
    let converted: Vec<Value>;
    let (args, collection) = match unify(&args.iter().map(Type::of).collect::<Vec<_>>()) {
        Some(ty @ Type::List(_)) if lists => {
            converted = args.iter().map(|a| ty.convert(a)).collect();
            (&converted[..], Collection::List)
        }
        None if lists => return error("`concat` of lists of different types"),
        _ if lists => (args, Collection::List),
        _ => (args, Collection::No),
    };
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
    Value::from(Data::List(List {
        items: out.into(),
        rest: joined("concat", rests),
    }))
    .of(collection)
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

pub(super) fn flatten(value: &Value) -> Value {
    if !matches!(value.data, Data::List(_) | Data::Unknown(_)) {
        return error("`flatten` of what is no list");
    }
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
        Data::Unknown(_) if depth > 0 && Type::of(value).is_primitive() => out.push(value.clone()),
        // May be a list itself.
        Data::Unknown(symbol) if symbol.reference().is_none() && depth > 0 => {
            rests.push((symbol.clone(), None));
        }
        Data::Cases(_) => *open = true,
        Data::Unknown(_) if depth == 0 => *open = true,
        _ => out.push(value.clone()),
    }
}

pub(super) fn compact(args: &[Value]) -> Value {
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
    crate::value::lift(&out, &mut |o| o.clone().of(Collection::List))
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
