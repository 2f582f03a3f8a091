//! Parameters, variables and outputs: each evaluated once, and only when asked for.

use std::collections::HashMap;
use std::sync::Arc;

use super::evaluator::Evaluator;
use super::frame::{Env, Frame, Given, Slot, State};
use super::secrets::Secrets;
use super::template::{Kind, Node};
use super::types::Types;
use crate::declared::Problem;
use crate::source::Span;
use crate::value::{
    Cause, CauseKind, Data, Entry, Symbol, Value, eq, is_null, lift, member, select,
};

/// Parameters with more allowed values than this are not looked at value by value: of the six
/// conditions that a check may depend on, others should be left.
const MOST_ALLOWED: usize = 4;

/// The two sorts of named things.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Sort {
    Parameter,
    Variable,
}

impl Evaluator<'_> {
    /// Whether there is a parameter or variable of this name.
    pub(super) fn declares(&self, sort: Sort, name: &str, env: &Env) -> bool {
        let (frame, lower) = (self.frame(env.names), name.to_lowercase());
        match sort {
            Sort::Parameter => frame.parameters.contains_key(&lower),
            Sort::Variable => frame.variables.contains_key(&lower),
        }
    }

    /// `parameters('name')` or `variables('name')`; problems are told at `span`.
    pub(super) fn named(&self, sort: Sort, name: &str, env: &Env, span: Span) -> Value {
        let lower = name.to_lowercase();
        if let Some(arguments) = &env.arguments {
            let found = arguments
                .iter()
                .find(|(n, _)| sort == Sort::Parameter && *n == lower);
            if let Some((_, value)) = found {
                return value.clone();
            }
            if sort == Sort::Parameter {
                let problem = Problem::at(span, format!("the function has no parameter `{name}`"));
                self.problem(
                    problem.help("a function sees its own parameters, not the template's"),
                );
                return self.invalid(span, format!("the function has no parameter `{name}`"));
            }
        }
        let frame = self.frame(env.names);
        let (slots, word) = match sort {
            Sort::Parameter => (&frame.parameters, "parameter"),
            Sort::Variable => (&frame.variables, "variable"),
        };
        let Some(slot) = slots.get(&lower) else {
            // However many places use it, what is missing is one declaration.
            let problem = undeclared(word, name, slots, span);
            self.problem_of(frame.template.span, problem);
            return self.invalid(span, format!("there is no {word} `{name}`"));
        };
        match &*slot.state.borrow() {
            State::Done { value, by_default } => {
                if *by_default {
                    self.read_default();
                }
                return value.clone();
            }
            State::Busy => {
                self.problem(
                    Problem::at(span, format!("{word} `{}` refers to itself", slot.name))
                        .help("Resource Manager refuses circular references; break the circle"),
                );
                return self.invalid(span, format!("{word} `{name}` refers to itself"));
            }
            State::Open => {}
        }
        slot.state.replace(State::Busy);
        let (value, by_default) = self.apart(|| match sort {
            Sort::Parameter => self.parameter(&frame, &lower, slot),
            Sort::Variable if slot.copied => self.copied(&slot.node, &Env::of(frame.id)),
            Sort::Variable => self.node(&slot.node, &Env::of(frame.id)),
        });
        let value = self.bounded(value, slot.node.span);
        let done = value.clone();
        slot.state.replace(State::Done {
            value: done,
            by_default,
        });
        value
    }

    /// The value of an output; `None` when there is no such output, or it depends on itself.
    pub(super) fn output(&self, frame: &Frame, name: &str) -> Option<Value> {
        let slot = frame.outputs.get(&name.to_lowercase())?;
        match &*slot.state.borrow() {
            State::Done { value, by_default } => {
                if *by_default {
                    self.read_default();
                }
                return Some(value.clone());
            }
            State::Busy => return None,
            State::Open => {}
        }
        slot.state.replace(State::Busy);
        let env = frame.env();
        let _assuming = self.assume_exists(&frame.exists);
        let (value, by_default) = self.apart(|| {
            self.waiting(frame.end, || match slot.node.get("copy") {
                Some(copy) => self.copied(copy, &env),
                None => self.node_or_null(slot.node.get("value"), &env),
            })
        });
        let value = self.bounded(value, slot.node.span);
        let value = Secrets::of(frame).mark(value, &slot.node, 0);
        let done = value.clone();
        slot.state.replace(State::Done {
            value: done,
            by_default,
        });
        Some(value)
    }

    /// The names of the outputs, in the order written.
    pub(super) fn output_names(frame: &Frame) -> Vec<Arc<str>> {
        let section = frame.template.get("outputs").map(Node::properties);
        let names = section.unwrap_or_default().iter();
        names.map(|p| p.key.clone()).collect()
    }

    fn parameter(&self, frame: &Frame, lower: &str, slot: &Slot) -> Value {
        let given = self.given(frame, lower);
        let value = match given {
            None => self.default(frame, slot),
            // Null means: as if nothing were given.
            Some(value) => lift(&value, &mut |v| {
                let absent = is_null(v);
                if v.is_null() {
                    return self.default(frame, slot);
                }
                if absent.as_bool() == Some(false) || slot.node.get("defaultValue").is_none() {
                    return v.clone();
                }
                select(&absent, &self.default(frame, slot), v)
            }),
        };
        Secrets::of(frame).mark(value, &slot.node, 0)
    }

    fn given(&self, frame: &Frame, lower: &str) -> Option<Value> {
        match &frame.given {
            Given::Open => None,
            Given::Literal(nodes) => {
                let node = nodes.get(lower)?;
                Some(match node.property("value") {
                    Some(property) => literal(&property.value),
                    None => self.secret(node, lower),
                })
            }
            Given::Evaluated(nodes, env) => {
                let node = nodes.get(lower)?;
                Some(self.waiting(frame.begin, || match node.property("value") {
                    Some(property) => self.node(&property.value, env),
                    None if node.get("reference").is_some() => self.secret(node, lower),
                    None => member(&self.node(node, env), "value", true),
                }))
            }
            Given::Value(all) => {
                let one = member(all, lower, true);
                (!one.is_null()).then(|| member(&one, "value", true))
            }
        }
    }

    /// A value from a key vault: read when deployed, and never shown.
    fn secret(&self, node: &Node, name: &str) -> Value {
        let cause = Cause::new(
            CauseKind::Outside,
            format!("parameter `{name}` is read from a key vault when deployed"),
        );
        let key = format!("secret:{:?}:{}", node.span.file, node.span.start);
        let shown = format!("parameters('{name}')");
        Value::from(Symbol::new(key, shown, cause).never_null())
            .sensitive(true)
            .at(node.span)
    }

    fn default(&self, frame: &Frame, slot: &Slot) -> Value {
        if let Some(default) = slot.node.property("defaultValue") {
            let value = self.node(&default.value, &Env::of_defaults(frame.id));
            // An empty text stands for a value that whoever deploys has to give.
            let kind = slot.node.get("type").and_then(Node::as_str);
            let placeholder = value.as_str() == Some("")
                && kind.is_some_and(|kind| !kind.to_lowercase().ends_with("string"));
            if !placeholder {
                if matches!(frame.given, Given::Open) {
                    self.read_default();
                }
                return value;
            }
        }
        if Types::of(&frame.template).is_nullable(&slot.node) {
            return Value::null().at(slot.key_span);
        }
        let shown = format!("parameters('{}')", slot.name);
        let cause = Cause::new(
            CauseKind::Input,
            format!("parameter `{}` has no value", slot.name),
        );
        let symbol = Symbol::new(format!("{}{shown}", frame.prefix), shown, cause);
        let unknown = Value::from(symbol.never_null()).at(slot.key_span);
        allowed(&slot.node, unknown)
    }
}

/// A parameter without a value, by case where few values are allowed: each is one that it may have.
fn allowed(parameter: &Node, unknown: Value) -> Value {
    let values = parameter.get("allowedValues").map(Node::elements);
    let values = values.unwrap_or_default();
    let scalar = |n: &Node| matches!(n.kind, Kind::Text(_) | Kind::Bool(_) | Kind::Number(_));
    let few = values.len() <= MOST_ALLOWED && values.iter().all(scalar);
    let [first @ .., last] = values else {
        return unknown;
    };
    if !few {
        return unknown;
    }
    first.iter().rev().fold(literal(last), |otherwise, value| {
        let value = literal(value);
        select(&eq(&unknown, &value), &value, &otherwise)
    })
}

fn undeclared(word: &str, name: &str, slots: &HashMap<String, Slot>, span: Span) -> Problem {
    let problem = Problem::at(span, format!("the template declares no {word} `{name}`"));
    let mut names: Vec<&str> = slots.values().map(|s| &*s.name).collect();
    names.sort_unstable();
    match crate::suggest::nearest(name, &names) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("declare it under `{word}s`")),
    }
}

/// A node as it stands: parameter files hold no expressions.
pub(super) fn literal(node: &Node) -> Value {
    let value = match &node.kind {
        Kind::Null => Value::null(),
        Kind::Bool(b) => (*b).into(),
        Kind::Number(n) => Data::Number(*n).into(),
        Kind::Text(text) => Value::from(text.clone()),
        Kind::Expression(formula) => Value::from(&*formula.text),
        Kind::Array(elements) => Value::list(elements.iter().map(literal).collect()),
        Kind::Object(properties) => Value::object(
            properties
                .iter()
                .map(|p| Entry {
                    key: p.key.clone(),
                    key_span: Some(p.key_span),
                    value: literal(&p.value),
                })
                .collect(),
        ),
    };
    value.at(node.span)
}
