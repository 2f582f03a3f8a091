//! One deployment of one template: its parameters, variables and functions, each evaluated once and
//! only when asked for.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::evaluator::Evaluator;
use super::place::{Level, Place};
use super::resources::Resources;
use super::template::{Kind, Node};
use crate::declared::{NodeId, Problem};
use crate::source::Span;
use crate::value::{Cause, CauseKind, Data, Entry, Symbol, Value, is_null, lift, member, select};

/// A frame's place in [`Evaluator::frames`].
pub(super) type FrameId = usize;

/// A template being deployed.
pub(super) struct Frame {
    pub(super) id: FrameId,
    /// What addresses of its resources start with: empty, or `deployment/`.
    pub(super) prefix: String,
    pub(super) template: Node,
    pub(super) place: Place,
    /// The deployment around it.
    pub(super) parent: Option<FrameId>,
    /// Where its expressions are evaluated when that is not here: nested templates of outer scope.
    pub(super) outer: Option<Env>,
    pub(super) given: Given,
    pub(super) name: Value,
    pub(super) exists: Value,
    /// Begin and end in the dependency graph.
    pub(super) begin: NodeId,
    pub(super) end: NodeId,
    pub(super) parameters: HashMap<String, Slot>,
    pub(super) variables: HashMap<String, Slot>,
    pub(super) outputs: HashMap<String, Slot>,
    pub(super) functions: HashMap<String, Node>,
    pub(super) resources: OnceCell<Rc<Resources>>,
    pub(super) expanding: Cell<bool>,
}

/// What a deployment's parameters get.
pub(super) enum Given {
    /// A parameter file's `parameters`: nothing in it is evaluated.
    Literal(HashMap<String, Node>),
    /// A nested deployment's `parameters`, evaluated where the deployment is written.
    Evaluated(HashMap<String, Node>, Env),
    /// A nested deployment's `parameters` as one expression.
    Value(Value),
}

/// A parameter or variable.
pub(super) struct Slot {
    name: Arc<str>,
    key_span: Span,
    node: Node,
    /// The node is an element of `copy`, not the value.
    copied: bool,
    state: RefCell<State>,
}

enum State {
    Open,
    Busy,
    Done(Value),
}

/// What an expression can see.
#[derive(Clone)]
pub(super) struct Env {
    /// Whose parameters, variables and scope functions these are.
    pub(super) names: FrameId,
    /// Whose resources are looked up first.
    pub(super) home: FrameId,
    pub(super) loops: Option<Rc<Loop>>,
    pub(super) locals: Option<Rc<Local>>,
    /// Inside a user-defined function: its parameters, and nothing else.
    pub(super) arguments: Option<Rc<Vec<(String, Value)>>>,
}

/// A running `copy`.
pub(super) struct Loop {
    pub(super) name: String,
    pub(super) index: Value,
    /// Of a resource: what `copyIndex()` without a name means.
    pub(super) of_resource: bool,
    pub(super) outer: Option<Rc<Loop>>,
}

/// A lambda's variable.
pub(super) struct Local {
    pub(super) name: String,
    pub(super) value: Value,
    pub(super) outer: Option<Rc<Local>>,
}

impl Env {
    /// Of a frame's own expressions.
    pub(super) fn of(frame: FrameId) -> Env {
        Env {
            names: frame,
            home: frame,
            loops: None,
            locals: None,
            arguments: None,
        }
    }

    /// Inside one more loop.
    pub(super) fn in_loop(&self, name: &str, index: Value, of_resource: bool) -> Env {
        Env {
            loops: Some(Rc::new(Loop {
                name: name.to_lowercase(),
                index,
                of_resource,
                outer: self.loops.clone(),
            })),
            ..self.clone()
        }
    }

    /// With one more lambda variable.
    pub(super) fn with_local(&self, name: &str, value: Value) -> Env {
        Env {
            locals: Some(Rc::new(Local {
                name: name.to_lowercase(),
                value,
                outer: self.locals.clone(),
            })),
            ..self.clone()
        }
    }
}

impl Frame {
    /// The environment of its resources and outputs.
    pub(super) fn env(&self) -> Env {
        match &self.outer {
            None => Env::of(self.id),
            Some(outer) => Env {
                home: self.id,
                ..outer.clone()
            },
        }
    }

    /// The parameters as declared.
    pub(super) fn parameter_slots(template: &Node) -> HashMap<String, Slot> {
        slots(template.get("parameters"))
    }

    /// The variables as declared, those of `copy` among them.
    pub(super) fn variable_slots(template: &Node) -> HashMap<String, Slot> {
        let section = template.get("variables");
        let mut slots = slots(section);
        let copies = section.and_then(|s| s.get("copy")).map(Node::elements);
        for element in copies.unwrap_or_default() {
            if let Some((name, node)) = element
                .get("name")
                .and_then(|name| Some((name.as_str()?, name)))
            {
                slots.insert(
                    name.to_lowercase(),
                    Slot {
                        name: name.into(),
                        key_span: node.span,
                        node: element.clone(),
                        copied: true,
                        state: RefCell::new(State::Open),
                    },
                );
            }
        }
        slots
    }

    /// The outputs as declared.
    pub(super) fn output_slots(template: &Node) -> HashMap<String, Slot> {
        slots(template.get("outputs"))
    }

    /// User-defined functions by `namespace.name` in lower case.
    pub(super) fn function_table(template: &Node) -> HashMap<String, Node> {
        let mut table = HashMap::new();
        for space in template
            .get("functions")
            .map(Node::elements)
            .unwrap_or_default()
        {
            let Some(namespace) = space.get("namespace").and_then(Node::as_str) else {
                continue;
            };
            let members = space.get("members").map(Node::properties);
            for member in members.unwrap_or_default() {
                let name = format!("{namespace}.{}", member.key).to_lowercase();
                table.insert(name, member.value.clone());
            }
        }
        table
    }

    /// The level that a template without a known place is deployed at.
    pub(super) fn level(template: &Node) -> Level {
        Level::of(template).unwrap_or(Level::Group)
    }
}

fn slots(section: Option<&Node>) -> HashMap<String, Slot> {
    let properties = section.map(Node::properties).unwrap_or_default();
    properties
        .iter()
        .map(|property| {
            let slot = Slot {
                name: property.key.clone(),
                key_span: property.key_span,
                node: property.value.clone(),
                copied: false,
                state: RefCell::new(State::Open),
            };
            (property.key.to_lowercase(), slot)
        })
        .collect()
}

/// The two sorts of named things.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Sort {
    Parameter,
    Variable,
}

impl Evaluator<'_> {
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
        }
        let frame = self.frame(env.names);
        let (slots, word) = match sort {
            Sort::Parameter => (&frame.parameters, "parameter"),
            Sort::Variable => (&frame.variables, "variable"),
        };
        let Some(slot) = slots.get(&lower) else {
            self.problem(undeclared(word, name, slots, span));
            return self.invalid(span, format!("there is no {word} `{name}`"));
        };
        match &*slot.state.borrow() {
            State::Done(value) => return value.clone(),
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
        let value = match sort {
            Sort::Parameter => self.parameter(&frame, &lower, slot),
            Sort::Variable if slot.copied => self.copied(&slot.node, &Env::of(frame.id)),
            Sort::Variable => self.node(&slot.node, &Env::of(frame.id)),
        };
        let value = self.bounded(value, slot.node.span);
        slot.state.replace(State::Done(value.clone()));
        value
    }

    /// The value of an output; `None` when there is no such output, or it depends on itself.
    pub(super) fn output(&self, frame: &Frame, name: &str) -> Option<Value> {
        let slot = frame.outputs.get(&name.to_lowercase())?;
        match &*slot.state.borrow() {
            State::Done(value) => return Some(value.clone()),
            State::Busy => return None,
            State::Open => {}
        }
        slot.state.replace(State::Busy);
        let env = frame.env();
        let value = self.waiting(frame.end, || match slot.node.get("copy") {
            Some(copy) => self.copied(copy, &env),
            None => self.node_or_null(slot.node.get("value"), &env),
        });
        let value = self
            .bounded(value, slot.node.span)
            .sensitive(secret(frame, &slot.node, 0));
        slot.state.replace(State::Done(value.clone()));
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
                if absent.as_bool() == Some(false) || slot.node.get("defaultValue").is_none() {
                    return v.clone();
                }
                if v.is_null() {
                    return self.default(frame, slot);
                }
                select(&absent, &self.default(frame, slot), v)
            }),
        };
        value.sensitive(secret(frame, &slot.node, 0))
    }

    fn given(&self, frame: &Frame, lower: &str) -> Option<Value> {
        match &frame.given {
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
        let nullable = slot.node.get("nullable").and_then(Node::as_bool) == Some(true);
        if let Some(default) = slot.node.property("defaultValue") {
            return self.node(&default.value, &Env::of(frame.id));
        }
        if nullable {
            return Value::null().at(slot.key_span);
        }
        let shown = format!("parameters('{}')", slot.name);
        let cause = Cause::new(
            CauseKind::Input,
            format!("parameter `{}` has no value", slot.name),
        );
        let symbol = Symbol::new(format!("{}{shown}", frame.prefix), shown, cause);
        Value::from(symbol.never_null()).at(slot.key_span)
    }
}

/// Whether a declaration's type, or the one it refers to, is a secret.
fn secret(frame: &Frame, node: &Node, depth: usize) -> bool {
    let kind = node.get("type").and_then(Node::as_str).unwrap_or_default();
    if kind.eq_ignore_ascii_case("securestring") || kind.eq_ignore_ascii_case("secureobject") {
        return true;
    }
    let target = node
        .get("$ref")
        .and_then(Node::as_str)
        .and_then(|r| r.strip_prefix("#/definitions/"));
    target.filter(|_| depth < 8).is_some_and(|name| {
        frame
            .template
            .at_path(&["definitions", name])
            .is_some_and(|definition| secret(frame, definition, depth + 1))
    })
}

fn undeclared(word: &str, name: &str, slots: &HashMap<String, Slot>, span: Span) -> Problem {
    let problem = Problem::at(span, format!("the template declares no {word} `{name}`"));
    let lower = name.to_lowercase();
    let near = |other: &&Slot| {
        let other = other.name.to_lowercase();
        other.len().abs_diff(lower.len()) <= 2
            && (other.contains(&lower)
                || lower.contains(&other)
                || other
                    .bytes()
                    .zip(lower.bytes())
                    .filter(|(a, b)| a != b)
                    .count()
                    <= 2)
    };
    let mut names: Vec<_> = slots
        .values()
        .filter(near)
        .map(|s| s.name.clone())
        .collect();
    names.sort();
    match names.first() {
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
        Kind::Text(text) => Value::from(&**text),
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
