//! `count` and `for_each`: one block, its instances, and the value that references to it read.

mod count;
mod for_each;

use std::sync::Arc;

use super::eval::{Evaluator, Scope, elements, is_error, to_string};
use super::syntax::ast::{Body, Expr};
use crate::declared::Problem;
use crate::value::{
    Assignment, Cause, CauseKind, Data, Entry, List, Number, Object, Rest, Symbol, Value, key_of,
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

/// What is to be told of a `count` or `for_each`.
#[derive(Default)]
pub(super) struct Told {
    /// Terraform refuses this value; another would do.
    pub(super) of_value: Vec<Problem>,
    /// It can't be evaluated.
    pub(super) errors: Vec<Problem>,
    /// Terraform refuses it whatever the value, or there are more instances than azvet follows.
    pub(super) problems: Vec<Problem>,
}

/// Expands a block.
pub(super) fn expand(
    ev: &Evaluator<'_>,
    scope: &Scope<'_>,
    body: &Body,
    address: &str,
    told: &mut Told,
) -> Expansion {
    if let Some(count) = body.get("count") {
        return count::instances(ev, scope, count, address, told);
    }
    if let Some(for_each) = body.get("for_each") {
        return for_each::instances(ev, scope, for_each, address, told);
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

/// What is wrong with a `count` or `for_each`, shown as the end of a sentence.
struct Fault {
    what: &'static str,
    /// In which case, where it is not always so.
    when: Option<String>,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.what)?;
        match &self.when {
            Some(when) => write!(f, " when {when}"),
            None => Ok(()),
        }
    }
}

/// The fault of a `count` or `for_each`, in all cases or in some. Where it is so in some only, the
/// others may give lists and texts another type, so just nulls and numbers are looked at; and a case
/// that may never occur says nothing.
fn fault(value: &Value, of: &impl Fn(&Value) -> Option<&'static str>) -> Option<Fault> {
    let mut cases = Vec::new();
    taken(value, Assignment::new(), &mut cases);
    let mut faults = cases.iter().map(|(_, case)| of(case));
    if let Some(Some(what)) = faults.clone().next()
        && faults.all(|f| f.is_some())
    {
        return Some(Fault { what, when: None });
    }
    let plain = |case: &Value| matches!(case.data, Data::Null | Data::Number(_));
    let mut wrong = cases
        .iter()
        .filter(|(sides, case)| plain(case) && !sides.entangled());
    wrong.find_map(|(sides, case)| {
        Some(Fault {
            what: of(case)?,
            when: Some(sides.shown()?),
        })
    })
}

/// The cases of a value, and the sides that each takes.
fn taken(value: &Value, sides: Assignment, out: &mut Vec<(Assignment, Value)>) {
    match &value.data {
        Data::Cases(cases) if out.len() < 64 => {
            for holds in [true, false] {
                let sides = sides.with(&cases.cond, holds);
                taken(&value.restrict(&cases.cond, holds), sides, out);
            }
        }
        _ => out.push((sides, value.clone())),
    }
}

fn too_many(expr: &Expr, address: &str, n: impl std::fmt::Display) -> Problem {
    Problem::at(
        expr.span,
        format!("`{address}` expands to {n} instances; azvet follows at most {MOST} of one block"),
    )
    .help("they are treated as one; use fewer instances if each has to be checked")
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
