//! `count` and `for_each`: one block, its instances, and the value that references to it read.

use std::sync::Arc;

use super::eval::{
    Evaluator, Scope, elements, error, greater_than_zero, is_error, to_number, to_string,
};
use super::syntax::ast::{Body, Expr};
use crate::declared::Problem;
use crate::value::{
    Cause, CauseKind, Collection, Data, Entry, List, Number, Object, Rest, Symbol, Value, key_of,
    length, lift,
};

/// More instances of one block are not followed one by one.
pub(super) const MOST: usize = 2_000;

/// How a block is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Single,
    Count,
    ForEach,
}

/// A block's instances.
#[derive(Debug)]
pub(super) struct Expansion {
    pub(super) shape: Shape,
    pub(super) instances: Vec<Instance>,
    /// The value of `count` or `for_each`.
    source: Value,
}

/// One instance.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) key: Key,
    pub(super) exists: Value,
    pub(super) each: Option<(Value, Value)>,
    pub(super) count: Option<Value>,
}

/// What tells an instance from its siblings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    None,
    Index(i64),
    Name(Arc<str>),
    /// It stands for any number of instances that are not known one by one.
    Any,
}

impl Expansion {
    fn single() -> Expansion {
        Expansion {
            shape: Shape::Single,
            instances: vec![Instance {
                key: Key::None,
                exists: true.into(),
                each: None,
                count: None,
            }],
            source: Value::null(),
        }
    }

    /// What follows the address of an instance.
    pub(super) fn suffix(&self, instance: &Instance) -> String {
        match (&instance.key, self.shape) {
            (Key::None, _) => String::new(),
            (Key::Index(i), _) => format!("[{i}]"),
            (Key::Name(name), _) => format!("[\"{name}\"]"),
            (Key::Any, Shape::Count) => "[count.index]".into(),
            (Key::Any, _) => "[each.key]".into(),
        }
    }

    /// The identity of an instance among its siblings, for symbols: like the suffix, but the instance
    /// that stands for many is told by its key.
    pub(super) fn identity(&self, instance: &Instance) -> String {
        match (&instance.key, &instance.each, &instance.count) {
            (Key::Any, Some((key, _)), _) => format!("[{}]", key_of(key)),
            (Key::Any, None, Some(index)) => format!("[{}]", key_of(index)),
            _ => self.suffix(instance),
        }
    }

    /// The value that a reference to the block reads. `whole` names the block for members that are
    /// not known one by one.
    pub(super) fn assemble(&self, whole: &Symbol, value_of: impl Fn(usize) -> Value) -> Value {
        if self.shape == Shape::Single {
            return value_of(0);
        }
        let any = self
            .instances
            .iter()
            .position(|i| i.key == Key::Any)
            .map(|i| (whole.clone(), value_of(i)));
        // As many as what they are repeated for: of a chain of blocks all exist or none.
        let rest = |length: Value| {
            any.clone().map(|(symbol, element)| {
                Arc::new(Rest {
                    symbol: symbol.counting(length),
                    element: Some(element),
                })
            })
        };
        lift(&self.source, &mut |source| match self.shape {
            _ if is_error(source) => source.clone(),
            Shape::Count => {
                let known = match source.data {
                    Data::Number(Number::Int(n)) if n <= MOST as i64 => n.max(0) as usize,
                    _ => 0,
                };
                let open = source.as_int().is_none_or(|n| n > MOST as i64);
                Data::List(List {
                    items: self.instances[..known.min(self.instances.len())]
                        .iter()
                        .enumerate()
                        .filter(|(_, i)| i.key != Key::Any)
                        .map(|(i, _)| value_of(i))
                        .collect::<Vec<_>>()
                        .into(),
                    rest: rest(source.clone()).filter(|_| open),
                })
                .into()
            }
            _ => {
                let names = names_of(source);
                let entries = self
                    .instances
                    .iter()
                    .enumerate()
                    .filter_map(|(i, instance)| match &instance.key {
                        Key::Name(name) if names.iter().any(|(n, ..)| n == name) => {
                            Some(Entry::new(name, value_of(i)))
                        }
                        _ => None,
                    })
                    .collect::<Vec<_>>();
                Object {
                    entries: entries.into(),
                    rest: rest(length(source)).filter(|_| is_open(source)),
                }
                .into()
            }
        })
    }
}

/// The keys of one case of `for_each` with their key and value, in order.
fn names_of(collection: &Value) -> Vec<(Arc<str>, Value, Value)> {
    let Some((known, _)) = elements(collection) else {
        return Vec::new();
    };
    let set = collection.as_list().is_some();
    if known.len() > MOST {
        return Vec::new();
    }
    known
        .into_iter()
        .filter_map(|(k, v)| {
            let key = if set { to_string(&v)? } else { k };
            let value = if set { key.clone() } else { v };
            let name = match key.as_str() {
                Some(name) => name.into(),
                None => key.shown().into(),
            };
            Some((name, key, value))
        })
        .collect()
}

/// Whether a case of `for_each` has members that are not known one by one.
fn is_open(collection: &Value) -> bool {
    elements(collection).is_none_or(|(known, rest)| rest.is_some() || known.len() > MOST)
}

/// Expands a block.
pub(super) fn expand(
    ev: &Evaluator<'_>,
    scope: &Scope<'_>,
    body: &Body,
    address: &str,
    problems: &mut Vec<Problem>,
) -> Expansion {
    if let Some(count) = body.get("count") {
        return by_count(ev, scope, count, address, problems);
    }
    if let Some(for_each) = body.get("for_each") {
        return by_key(ev, scope, for_each, address, problems);
    }
    Expansion::single()
}

fn leaves<'v>(value: &'v Value, out: &mut Vec<&'v Value>) {
    match &value.data {
        Data::Cases(cases) if out.len() < 64 => {
            leaves(&cases.then, out);
            leaves(&cases.otherwise, out);
        }
        _ => out.push(value),
    }
}

fn too_many(expr: &Expr, address: &str, n: impl std::fmt::Display) -> Problem {
    Problem::at(
        expr.span,
        format!("`{address}` expands to {n} instances; azvet follows at most {MOST} of one block"),
    )
    .help("they are treated as one; use fewer instances if each has to be checked")
}

fn by_count(
    ev: &Evaluator<'_>,
    scope: &Scope<'_>,
    expr: &Expr,
    address: &str,
    problems: &mut Vec<Problem>,
) -> Expansion {
    let given = ev.eval_whole(expr, scope);
    if let Some(fault) = count_fault(&given) {
        problems.push(
            Problem::at(expr.span, format!("`count` of `{address}` {fault}"))
                .help("it takes a whole number that is not negative"),
        );
    }
    let source = lift(&given, &mut |c| {
        to_number(c)
            .filter(|n| !n.is_null())
            .unwrap_or_else(|| error("a count that is no number"))
    });
    let mut cases = Vec::new();
    leaves(&source, &mut cases);
    let most = cases.iter().filter_map(|c| c.as_int()).max().unwrap_or(0);
    if most > MOST as i64 {
        problems.push(too_many(expr, address, most));
    }
    let known = cases
        .iter()
        .filter_map(|c| c.as_int())
        .filter(|n| *n <= MOST as i64)
        .max()
        .unwrap_or(0);
    let mut instances: Vec<Instance> = (0..known)
        .map(|i| Instance {
            key: Key::Index(i),
            exists: lift(&source, &mut |c| match c.as_int() {
                Some(n) => (n > i && n <= MOST as i64).into(),
                None => false.into(),
            }),
            each: None,
            count: Some(Value::from(i).at(expr.span)),
        })
        .collect();
    let open = |c: &Value| c.as_int().is_none_or(|n| n > MOST as i64);
    if cases.iter().any(|c| open(c)) {
        let index = Symbol::derived(
            "count.index",
            "count.index",
            &[&source, &Value::from(address)],
        );
        let index = index.because(cause_of(&source));
        instances.push(Instance {
            key: Key::Any,
            exists: lift(&source, &mut |c| {
                if c.as_symbol().is_some() && !is_error(c) {
                    greater_than_zero(c)
                } else if is_error(c) {
                    c.clone()
                } else {
                    open(c).into()
                }
            }),
            each: None,
            count: Some(index.into()),
        });
    }
    Expansion {
        shape: Shape::Count,
        instances,
        source,
    }
}

/// What Terraform refuses of a count.
fn count_fault(given: &Value) -> Option<&'static str> {
    if given.is_null() {
        return Some("is null");
    }
    let Some(number) = to_number(given) else {
        return Some("is no number");
    };
    match number.data {
        Data::Number(Number::Int(n)) if n < 0 => Some("is negative"),
        Data::Number(Number::Float(_)) => Some("is no whole number"),
        _ => None,
    }
}

/// What Terraform refuses of a for_each. What providers make of a list is not known here.
fn for_each_fault(source: &Value) -> Option<&'static str> {
    match &source.data {
        Data::Null => Some("is null"),
        Data::Bool(_) | Data::Number(_) | Data::Text(_) => Some("is no collection"),
        Data::List(_) if source.collection() != Collection::Set => {
            let provided = source
                .origin()
                .is_some_and(|o| o.references().next().is_some());
            (!provided).then_some("is over a list")
        }
        Data::List(list) => {
            let text =
                |v: &Value| matches!(v.data, Data::Text(_) | Data::Unknown(_) | Data::Cases(_));
            (!list.items.iter().all(text)).then_some("is over a set of what is no text")
        }
        _ => None,
    }
}

fn cause_of(source: &Value) -> Cause {
    source.first_symbol().map_or_else(
        || {
            Cause::new(
                CauseKind::Limit,
                "there are more instances than azvet follows",
            )
        },
        |s| s.cause().clone(),
    )
}

fn by_key(
    ev: &Evaluator<'_>,
    scope: &Scope<'_>,
    expr: &Expr,
    address: &str,
    problems: &mut Vec<Problem>,
) -> Expansion {
    let mut source = ev.eval_whole(expr, scope);
    let hidden = source.is_sensitive()
        || source
            .as_list()
            .is_some_and(|l| l.items.iter().any(Value::is_sensitive));
    let fault = if hidden {
        Some("is over secrets, which would show in addresses")
    } else {
        for_each_fault(&source)
    };
    if let Some(fault) = fault {
        problems.push(
            Problem::at(expr.span, format!("`for_each` of `{address}` {fault}"))
                .help("it takes a map, or a set of strings: `toset([…])`"),
        );
    }
    if hidden {
        source = error("a `for_each` over secrets").with_origin_of(&source);
    }
    let endless = |s: &Symbol| {
        s.cause().kind == CauseKind::Limit && s.cause().text.ends_with("than azvet follows")
    };
    let open = match &source.data {
        Data::List(list) => list.rest.as_ref().map(|rest| &rest.symbol),
        Data::Object(object) => object.rest.as_ref().map(|rest| &rest.symbol),
        _ => source.as_symbol(),
    };
    if open.is_some_and(endless) {
        problems.push(too_many(expr, address, "very many"));
    }
    let mut cases = Vec::new();
    leaves(&source, &mut cases);
    let certain = cases.len() == 1;
    let mut instances: Vec<Instance> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for case in &cases {
        if let Some((known, _)) = elements(case)
            && known.len() > MOST
        {
            problems.push(too_many(expr, address, known.len()));
        }
        for (name, key, value) in names_of(case) {
            if !seen.insert(name.clone()) {
                continue;
            }
            let (exists, value) = if certain {
                (true.into(), value)
            } else {
                by_case(&source, &name)
            };
            instances.push(Instance {
                key: Key::Name(name),
                exists,
                each: Some((key, value)),
                count: None,
            });
        }
    }
    if let Some(open) = cases.iter().find(|c| is_open(c)) {
        let (key, value) = match elements(open).and_then(|(_, rest)| rest) {
            // A set's members are their own keys.
            Some((_, v)) if open.as_list().is_some() => (v.clone(), v),
            Some(pair) => pair,
            None => {
                let key = Symbol::derived("key", "each.key", &[open]).because(cause_of(open));
                let value = Symbol::derived("member", "each.value", &[open])
                    .because(cause_of(open))
                    .maybe_null();
                (key.into(), value.into())
            }
        };
        instances.push(Instance {
            key: Key::Any,
            exists: lift(&source, &mut any_exists),
            each: Some((key, value)),
            count: None,
        });
    }
    Expansion {
        shape: Shape::ForEach,
        instances,
        source,
    }
}

fn any_exists(case: &Value) -> Value {
    if is_error(case) {
        return case.clone();
    }
    match elements(case) {
        Some((known, Some(_))) if known.is_empty() => greater_than_zero(&length(case)),
        Some((_, Some(_))) => Symbol::derived("more", "there are more members", &[case]).into(),
        Some((known, None)) => (known.len() > MOST).into(),
        None => error("a `for_each` over what is no collection"),
    }
}

/// Whether a key is there, and its value, by case.
fn by_case(source: &Value, name: &Arc<str>) -> (Value, Value) {
    let find = |c: &Value| names_of(c).into_iter().find(|(n, ..)| n == name);
    let exists = lift(source, &mut |c| find(c).is_some().into());
    let value = lift(source, &mut |c| {
        find(c).map_or_else(Value::null, |(_, _, v)| v)
    });
    (exists, value)
}
