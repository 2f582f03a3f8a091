//! Functions that take a lambda.

use std::sync::Arc;

use super::super::expression::{Expr, ExprKind};
use super::Body::Special;
use super::arguments::Unevaluated;
use super::{ANY, Function, function};
use crate::value::{Data, Entry, List, Rest, Symbol, Value, key_of, lift, select};

pub(super) const FUNCTIONS: &[Function] = &[
    // Read by those that take one; it has no value of its own.
    function("lambda", 1, ANY, Special(|_| None)).or_null(),
    function("lambdaVariables", 1, 1, Special(variable)).or_null(),
    function("map", 2, 2, Special(map)),
    function("filter", 2, 2, Special(filter)),
    function("sort", 2, 2, Special(sort)),
    function("reduce", 3, 3, Special(reduce)).or_null(),
    function("toObject", 2, 3, Special(to_object)),
    function("mapValues", 2, 2, Special(map_values)),
    function("groupBy", 2, 3, Special(group_by)),
];

fn variable(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let name = match &it.call.arguments.first()?.kind {
        ExprKind::Text(name) => name.to_lowercase(),
        _ => it.argument(0)?.as_str()?.to_lowercase(),
    };
    let mut at = it.env.locals.as_ref();
    while let Some(local) = at {
        if local.name == name {
            return Some(local.value.clone());
        }
        at = local.outer.as_ref();
    }
    None
}

/// A lambda's parameter names and body.
struct Lambda<'c> {
    names: Vec<String>,
    body: &'c Expr,
}

impl<'c> Lambda<'c> {
    fn of(it: &Unevaluated<'c, '_>, at: usize) -> Option<Lambda<'c>> {
        let ExprKind::Call(call) = &it.call.arguments.get(at)?.kind else {
            return None;
        };
        if &*call.name != "lambda" {
            return None;
        }
        let (body, names) = call.arguments.split_last()?;
        let names: Option<Vec<String>> = names
            .iter()
            .map(|n| Some(it.e.expr(n, it.env).as_str()?.to_owned()))
            .collect();
        Some(Lambda {
            names: names?,
            body,
        })
    }

    fn call(&self, it: &Unevaluated<'_, '_>, values: &[&Value]) -> Value {
        let mut env = it.env.clone();
        for (name, value) in self.names.iter().zip(values) {
            env = env.with_local(name, (*value).clone());
        }
        it.e.expr(self.body, &env)
    }
}

/// Applies `f` to each case of the list that is the first argument.
fn over(
    it: &Unevaluated<'_, '_>,
    f: &mut dyn FnMut(&Value, &List) -> Option<Value>,
) -> Option<Value> {
    let list = it.argument(0)?;
    let mut failed = false;
    let value = lift(&list, &mut |v| {
        let result = match &v.data {
            Data::List(list) => f(v, list),
            Data::Unknown(_) => f(v, &unknown_list(it, v)),
            _ => None,
        };
        result.unwrap_or_else(|| {
            failed = true;
            Value::null()
        })
    });
    (!failed).then(|| it.e.bounded(value, it.span))
}

/// An unknown value as a list of which nothing is known but what each member is called.
fn unknown_list(it: &Unevaluated<'_, '_>, value: &Value) -> List {
    let symbol = value
        .first_symbol()
        .cloned()
        .unwrap_or_else(|| Symbol::derived("list", it.e.source(it.span), &[value]));
    let member = Symbol::new(
        format!("{}[*]", symbol.key()),
        format!("{}[*]", symbol.shown()),
        symbol.cause().clone(),
    );
    List {
        items: Default::default(),
        rest: Some(Arc::new(Rest {
            symbol,
            element: Some(member.into()),
        })),
    }
}

fn rest_of(it: &Unevaluated<'_, '_>, list: &Value, element: Option<Value>) -> Option<Arc<Rest>> {
    Some(Arc::new(Rest {
        symbol: Symbol::derived(&it.call.name, it.e.source(it.span), &[list]),
        element,
    }))
}

fn map(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let lambda = Lambda::of(it, 1)?;
    over(it, &mut |value, list| {
        let mut items = Vec::with_capacity(list.items.len());
        for (i, item) in list.items.iter().enumerate() {
            items.push(lambda.call(it, &[item, &(i as i64).into()]));
        }
        let rest = match &list.rest {
            None => None,
            Some(rest) => {
                let element = rest.element.as_ref();
                let one_name = lambda.names.len() == 1;
                // There may be none.
                let _assuming = it.e.assume();
                let element = element.filter(|_| one_name).map(|e| lambda.call(it, &[e]));
                rest_of(it, value, element)
            }
        };
        let list = List {
            items: items.into(),
            rest,
        };
        Some(Data::List(list).into())
    })
}

fn filter(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let lambda = Lambda::of(it, 1)?;
    over(it, &mut |value, list| {
        let mut out = Value::list(Vec::new());
        let mut open = 0;
        for (i, item) in list.items.iter().enumerate() {
            let keep = lambda.call(it, &[item, &(i as i64).into()]);
            it.decides(&keep);
            let keep = it.e.condition(&keep);
            let with = lift(&out, &mut |so_far| {
                let mut items = so_far
                    .as_list()
                    .map(|l| l.items.to_vec())
                    .unwrap_or_default();
                items.push(item.clone());
                Value::list(items)
            });
            it.e.work(i);
            match keep.as_bool() {
                Some(true) => out = with,
                Some(false) => {}
                None => {
                    open += 1;
                    out = select(&keep, &with, &out);
                }
            }
            // More cases than these tell nobody anything.
            if open > 4 {
                return None;
            }
        }
        match &list.rest {
            None => Some(out),
            Some(rest) if open == 0 => {
                let items = out.as_list().map(|l| l.items.clone()).unwrap_or_default();
                let rest = rest_of(it, value, rest.element.clone());
                Some(Data::List(List { items, rest }).into())
            }
            Some(_) => None,
        }
    })
}

/// The lambda says whether its first argument comes before its second; equal ones keep their order.
fn sort(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let lambda = Lambda::of(it, 1)?;
    over(it, &mut |_, list| {
        if list.rest.is_some() {
            return None;
        }
        let mut order: Vec<usize> = Vec::with_capacity(list.items.len());
        for new in 0..list.items.len() {
            // Behind all that the new one does not come before.
            let (mut from, mut to) = (0, order.len());
            while from < to {
                let middle = (from + to) / 2;
                let before = lambda.call(it, &[&list.items[new], &list.items[order[middle]]]);
                it.decides(&before);
                match it.e.condition(&before).as_bool()? {
                    true => to = middle,
                    false => from = middle + 1,
                }
            }
            order.insert(from, new);
        }
        let items = order.into_iter().map(|i| list.items[i].clone());
        Some(Value::list(items.collect()))
    })
}

fn reduce(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let lambda = Lambda::of(it, 2)?;
    let start = it.argument(1)?;
    over(it, &mut |_, list| {
        if list.rest.is_some() {
            return None;
        }
        let mut sum = start.clone();
        for (i, item) in list.items.iter().enumerate() {
            sum = lambda.call(it, &[&sum, item, &(i as i64).into()]);
            sum = it.e.bounded(sum, it.span);
        }
        Some(sum)
    })
}

fn to_object(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let key = Lambda::of(it, 1)?;
    let value_of = Lambda::of(it, 2);
    over(it, &mut |_, list| {
        let mut entries = Vec::new();
        if list.rest.is_some() {
            return None;
        }
        for item in list.items.iter() {
            let name = key.call(it, &[item]);
            it.decides(&name);
            let value = match &value_of {
                Some(lambda) => lambda.call(it, &[item]),
                None => item.clone(),
            };
            entries.push(Entry::new(name.as_str()?, value));
        }
        Some(Value::object(entries))
    })
}

fn map_values(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let lambda = Lambda::of(it, 1)?;
    let object = it.argument(0)?;
    let object = object.as_object().filter(|o| o.rest.is_none())?;
    let entries = object.entries.iter().map(|e| Entry {
        key: e.key.clone(),
        key_span: e.key_span,
        value: lambda.call(it, &[&e.value]),
    });
    Some(Value::object(entries.collect()))
}

fn group_by(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let lambda = Lambda::of(it, 1)?;
    let value_of = Lambda::of(it, 2);
    over(it, &mut |_, list| {
        let mut groups: Vec<(String, String, Vec<Value>)> = Vec::new();
        if list.rest.is_some() {
            return None;
        }
        for item in list.items.iter() {
            let name = lambda.call(it, &[item]);
            it.decides(&name);
            let key = key_of(&name);
            let name = name.as_str()?.to_owned();
            let value = match &value_of {
                Some(lambda) => lambda.call(it, &[item]),
                None => item.clone(),
            };
            it.e.work(groups.len());
            match groups.iter_mut().find(|(k, _, _)| *k == key) {
                Some((_, _, members)) => members.push(value),
                None => groups.push((key, name, vec![value])),
            }
        }
        let entries = groups.into_iter();
        let entries = entries.map(|(_, name, members)| Entry::new(&name, Value::list(members)));
        Some(Value::object(entries.collect()))
    })
}
