//! One deployment of one template, and what its expressions can see.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::place::{Level, Place};
use super::resources::Resources;
use super::template::Node;
use crate::declared::NodeId;
use crate::source::Span;
use crate::value::Value;

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
    /// Nothing is said about them: who deploys may give any.
    Open,
    /// A parameter file's `parameters`: nothing in it is evaluated.
    Literal(HashMap<String, Node>),
    /// A nested deployment's `parameters`, evaluated where the deployment is written.
    Evaluated(HashMap<String, Node>, Env),
    /// A nested deployment's `parameters` as one expression.
    Value(Value),
}

/// A parameter or variable.
pub(super) struct Slot {
    pub(super) name: Arc<str>,
    pub(super) key_span: Span,
    pub(super) node: Node,
    /// The node is an element of `copy`, not the value.
    pub(super) copied: bool,
    pub(super) state: RefCell<State>,
}

/// How far a parameter or variable is.
pub(super) enum State {
    Open,
    Busy,
    Done {
        value: Value,
        /// Whether it depends on a default value that a deployment may replace.
        by_default: bool,
    },
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
    /// Inside the default value of a parameter.
    pub(super) in_default: bool,
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
            in_default: false,
        }
    }

    /// Of the default values of a frame's parameters.
    pub(super) fn of_defaults(frame: FrameId) -> Env {
        Env {
            in_default: true,
            ..Env::of(frame)
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
