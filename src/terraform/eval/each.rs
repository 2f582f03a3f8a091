//! Going through collections: for expressions, and the instances of `for_each`.

use std::sync::Arc;

use super::access::{get_index, short};
use super::operators::{to_bool, to_string};
use super::{Evaluator, Scope, error, is_error, keyed, limit, only_keys};
use crate::terraform::syntax::ast::{For, Name};
use crate::terraform::types::Type;
use crate::value::{
    Collection, Data, Entry, List, Marks, Object, Rest, Symbol, Value, length, lift, select,
};

/// Lists built by loops end here.
pub(in crate::terraform) const LONGEST: usize = 100_000;
/// Rounds of a loop and of all loops inside it.
pub(super) const MOST_ROUNDS: usize = 200_000;
/// Conditions of a loop that stay open before the result is given up.
const OPEN_CONDITIONS: usize = 4;

/// A key and its value.
pub(in crate::terraform) type Pair = (Value, Value);

/// The members of a collection that is not by case.
pub(super) struct Cursor {
    pub(super) known: Vec<(Value, Value)>,
    /// A member that stands for those not known one by one.
    pub(super) rest: Option<(Value, Value)>,
    /// It is no collection.
    pub(super) invalid: bool,
}

/// The members of a collection, and one for those that are not known.
pub(in crate::terraform) fn elements(collection: &Value) -> Option<(Vec<Pair>, Option<Pair>)> {
    let cursor = Cursor::over(collection);
    (!cursor.invalid).then_some((cursor.known, cursor.rest))
}

impl Cursor {
    pub(super) fn over(collection: &Value) -> Cursor {
        let mut cursor = Cursor {
            known: Vec::new(),
            rest: None,
            invalid: false,
        };
        let marks = collection.marks();
        match &collection.data {
            Data::List(list) => {
                // A set's members are their own keys.
                let set = collection.collection() == Collection::Set;
                cursor.known = list
                    .items
                    .iter()
                    .enumerate()
                    .map(|(i, v)| {
                        let value = v.clone().marked(marks);
                        let key = if set {
                            value.clone()
                        } else {
                            (i as i64).into()
                        };
                        (key, value)
                    })
                    .collect();
                if let Some(rest) = &list.rest {
                    // Positions are not known either, once there are members of unknown number.
                    for (key, _) in cursor.known.iter_mut().filter(|_| !set) {
                        *key = Symbol::derived("index", "the index", &[collection, key]).into();
                    }
                    let (key, value) = cursor_rest(collection, rest.element.as_ref(), "index");
                    cursor.rest = Some((if set { value.clone() } else { key }, value));
                }
            }
            Data::Object(object) => {
                // Terraform goes through maps in the order of their keys.
                let mut entries: Vec<&Entry> = object.entries.iter().collect();
                entries.sort_by(|a, b| a.key.cmp(&b.key));
                cursor.known = entries
                    .into_iter()
                    .map(|e| {
                        let mut key = Value::from(&*e.key);
                        if let Some(span) = e.key_span {
                            key = key.at(span);
                        }
                        (key.marked(marks), e.value.clone().marked(marks))
                    })
                    .collect();
                if let Some(rest) = &object.rest {
                    if only_keys(rest) {
                        for (key, _) in &mut cursor.known {
                            if key.as_str().is_some_and(|k| k.contains("${")) {
                                *key = Symbol::derived(
                                    "key",
                                    key.shown(),
                                    &[key, &rest.symbol.clone().into()],
                                )
                                .into();
                            }
                        }
                    } else {
                        cursor.rest = Some(cursor_rest(collection, rest.element.as_ref(), "key"));
                    }
                }
            }
            Data::Unknown(_) if is_error(collection) || Type::of(collection).is_primitive() => {
                cursor.invalid = true;
            }
            Data::Unknown(symbol) => {
                let key: Value =
                    Symbol::derived("key", format!("a key of {}", symbol.shown()), &[collection])
                        .into();
                // A set's members are their own keys.
                let value = if symbol.key().starts_with("toset(") {
                    key.clone()
                } else {
                    get_index(collection, &key)
                };
                cursor.rest = Some((key, value));
            }
            _ => cursor.invalid = true,
        }
        if let Some((key, value)) = cursor.rest.take() {
            cursor.rest = Some((key.marked(marks), value.marked(marks)));
        }
        cursor
    }

    /// Whether there are members that are not known one by one, or none can be named.
    pub(super) fn open(&self) -> bool {
        self.rest.is_some() || self.invalid
    }
}

fn cursor_rest(collection: &Value, element: Option<&Value>, what: &str) -> (Value, Value) {
    let shown = format!("a {what} of {}", short(collection));
    let key: Value = Symbol::derived(what, shown, &[collection]).into();
    let value = match element {
        Some(element) => element.clone(),
        None => Symbol::derived(
            "member",
            format!("a member of {}", short(collection)),
            &[collection],
        )
        .maybe_null()
        .into(),
    };
    (key, value)
}

/// Runs with the loop's variables bound.
pub(super) fn bind<R>(
    scope: &Scope<'_>,
    key_var: Option<&Name>,
    value_var: &Name,
    key: Value,
    value: Value,
    run: impl FnOnce(&Scope<'_>) -> R,
) -> R {
    scope.with(value_var, value, |scope| match key_var {
        Some(key_var) => scope.with(key_var, key, run),
        None => run(scope),
    })
}

/// What one round of a loop gives.
struct Round {
    key: Option<Value>,
    value: Value,
    /// Whether it is kept: true, or not decided.
    keep: Value,
}

impl Evaluator<'_> {
    pub(super) fn for_expr(&self, f: &For, scope: &Scope<'_>) -> Value {
        let collection = self.eval(&f.collection, scope);
        let marks = collection.marks();
        lift(&collection, &mut |c| self.for_one(f, c, scope)).marked(marks)
    }

    fn for_one(&self, f: &For, collection: &Value, scope: &Scope<'_>) -> Value {
        let cursor = Cursor::over(collection);
        if cursor.invalid {
            return if is_error(collection) {
                collection.clone()
            } else {
                error("a loop over what is no collection")
            };
        }
        // What is left out tells of the condition, and keys are members of the whole.
        let mut marks = Marks::default();
        let mut rounds = Vec::with_capacity(cursor.known.len());
        for (k, v) in cursor.known {
            let (open, total) = self.loops.get();
            self.loops.set((open, total + 1));
            if !self.spend(1) || rounds.len() >= LONGEST || total >= MOST_ROUNDS {
                return limit("the loop is longer than azvet follows");
            }
            let round = self.round(f, k, v, scope);
            marks |= round.keep.all_marks();
            if is_error(&round.keep) {
                return round.keep;
            }
            if round.keep.as_bool() != Some(false) {
                rounds.push(round);
            }
        }
        let rest = cursor
            .rest
            .map(|(k, v)| self.round(f, k, v, scope))
            .filter(|r| r.keep.as_bool() != Some(false));
        for round in rounds.iter().chain(&rest) {
            marks |= round.keep.all_marks();
            marks |= round.key.iter().map(Value::all_marks).collect();
        }
        let open: Vec<&Value> = rounds
            .iter()
            .map(|r| &r.keep)
            .filter(|k| k.as_bool().is_none())
            .collect();
        let given_up = open.len() > OPEN_CONDITIONS;
        let conditions: Vec<Value> = open.into_iter().cloned().collect();
        if given_up {
            let mut arguments = vec![collection];
            arguments.extend(&conditions);
            let symbol = Symbol::derived("for", "a loop with many open conditions", &arguments);
            return Value::from(symbol).marked(marks);
        }
        self.collect(f, collection, rounds, rest).marked(marks)
    }

    fn round(&self, f: &For, k: Value, v: Value, scope: &Scope<'_>) -> Round {
        bind(scope, f.key_var.as_ref(), &f.value_var, k, v, |scope| {
            let keep = match &f.cond {
                None => true.into(),
                Some(cond) => lift(&self.eval(cond, scope), &mut |c| {
                    to_bool(c)
                        .filter(|b| !b.is_null())
                        .unwrap_or_else(|| error("a condition that is no boolean"))
                }),
            };
            if keep.as_bool() == Some(false) || is_error(&keep) {
                return Round {
                    key: None,
                    value: Value::null(),
                    keep,
                };
            }
            Round {
                key: f.key.as_ref().map(|key| self.eval(key, scope)),
                value: self.eval_whole(&f.value, scope),
                keep,
            }
        })
    }

    /// Builds the result; each round that may or may not be kept splits it by case.
    fn collect(
        &self,
        f: &For,
        collection: &Value,
        rounds: Vec<Round>,
        rest: Option<Round>,
    ) -> Value {
        let open = rounds.iter().position(|r| r.keep.as_bool().is_none());
        if let Some(i) = open {
            let keep = rounds[i].keep.clone();
            let without: Vec<Round> = rounds
                .iter()
                .enumerate()
                .filter(|(j, _)| *j != i)
                .map(|(_, r)| r.copy(&r.keep))
                .collect();
            let with: Vec<Round> = rounds
                .iter()
                .enumerate()
                .map(|(j, r)| {
                    if j == i {
                        r.copy(&true.into())
                    } else {
                        r.copy(&r.keep)
                    }
                })
                .collect();
            let rest_copy = rest.as_ref().map(|r| r.copy(&r.keep));
            let a = self.collect(f, collection, with, rest);
            let b = self.collect(f, collection, without, rest_copy);
            return select(&keep, &a, &b);
        }
        if f.key.is_some() {
            build_object(f.grouping, collection, rounds, rest)
        } else {
            let rest = rest.map(|r| rest_of(collection, r));
            Data::List(List {
                items: rounds
                    .into_iter()
                    .map(|r| r.value)
                    .collect::<Vec<_>>()
                    .into(),
                rest,
            })
            .into()
        }
    }
}

impl Round {
    fn copy(&self, keep: &Value) -> Round {
        Round {
            key: self.key.clone(),
            value: self.value.clone(),
            keep: keep.clone(),
        }
    }
}

fn rest_of(collection: &Value, round: Round) -> Arc<Rest> {
    let shown = format!("a loop over {}", short(collection));
    let mut symbol = Symbol::derived("for", shown, &[collection, &round.value]);
    if round.keep.as_bool() == Some(true) {
        symbol = symbol.counting(length(collection));
    }
    Arc::new(Rest {
        symbol,
        element: Some(round.value),
    })
}

fn build_object(
    grouping: bool,
    collection: &Value,
    rounds: Vec<Round>,
    rest: Option<Round>,
) -> Value {
    let mut entries: Vec<Entry> = Vec::with_capacity(rounds.len());
    let mut uncertain = Vec::new();
    let mut groups: std::collections::HashMap<Name, usize> = std::collections::HashMap::new();
    for round in rounds {
        let Some(key) = round.key else { continue };
        let key_span = key.span();
        let Some(text) = to_string(&key).filter(|k| !k.is_null() && !is_error(k)) else {
            return error("a key that is no string");
        };
        let name: Name = match text.as_str() {
            Some(name) => name.into(),
            None => {
                uncertain.push(text.clone());
                text.shown().into()
            }
        };
        if let Some(&i) = groups.get(&name) {
            if !grouping {
                return error("two members of a loop with the same key");
            }
            if let Data::List(list) = &mut entries[i].value.data {
                list.items.push(round.value);
            }
            continue;
        }
        groups.insert(name.clone(), entries.len());
        let value = if grouping {
            Value::list(vec![round.value])
        } else {
            round.value
        };
        entries.push(Entry {
            key: name,
            key_span,
            value,
        });
    }
    if grouping && (!uncertain.is_empty() || rest.is_some()) {
        // Which members share a key is not known.
        let values: Vec<&Value> = std::iter::once(collection).chain(&uncertain).collect();
        return Symbol::derived("group", "a grouping by unknown keys", &values).into();
    }
    let rest = rest.map(|r| rest_of(collection, r));
    match rest {
        Some(rest) => Object {
            entries: entries.into(),
            rest: Some(rest),
        }
        .into(),
        None => keyed(entries, &uncertain),
    }
}
