//! What a front end understood of one unit: resources as declared, in their own language, with what
//! they depend on. Nothing here knows what a resource type means.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::source::{FileId, Span};
use crate::value::{Cause, Tri, Value};

/// Everything one unit declares.
#[derive(Debug, Default)]
pub struct Declarations {
    /// The resources, in the order written.
    pub resources: Vec<Declared>,
    /// What has to exist before what.
    pub graph: Graph,
    /// Parts of the unit that could not be looked into.
    pub opaque: Vec<Opaque>,
    /// Whether it is what is there, as a state tells: that does not say what its authors wrote.
    pub deployed: bool,
    /// Defaults that stand for inputs which nobody has given: whoever deploys may give other values.
    pub defaults: Vec<Span>,
    /// Those among them that are null or empty, where this is a module by itself: whoever calls it gives what it
    /// needs.
    pub left_out: Vec<Span>,
    /// What could not be read or understood. Any of these ends the run with exit code 2.
    pub problems: Vec<Problem>,
    /// Files that it deploys as parts: they are judged as such, not alone.
    pub called: BTreeSet<FileId>,
    /// Things worth telling that are no failure: a template that is skipped, a file not there.
    pub notices: Vec<Problem>,
}

/// One resource, or one instance of it.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Unique in the unit and stable: `module.db[0].azurerm_subnet.db["a"]`; for ARM the symbolic name
    /// or `type/name` as written, below the deployment's name for nested ones.
    pub address: Arc<str>,
    /// The module or deployment that it is declared in, as addresses start with it: `module.db[0].`,
    /// `deployment/`; empty for the root.
    pub module: Arc<str>,
    /// The type's language and name.
    pub language: Language,
    /// `azurerm_subnet`, or `Microsoft.Network/virtualNetworks/subnets` as written.
    pub type_name: Arc<str>,
    /// The provider version that applies (azurerm), or the API version (ARM, azapi); `None` when unknown.
    pub version: Option<Arc<str>>,
    /// The attributes as written, evaluated. For ARM the resource object with `name` as the full name
    /// (`network/subnet` for a child), `location`, `properties` …; azapi resources are brought to the
    /// same form (`body` merged with `name`, `location`). For azurerm repeated blocks are lists.
    pub body: Value,
    /// Whether it is created: true, by case, or an unknown boolean.
    pub exists: Value,
    /// False for data sources and `existing` resources: they are read, not created.
    pub managed: bool,
    /// ARM: the resource that this one is a child of, by address, when nesting or a `parent` says so.
    pub parent: Option<Arc<str>>,
    /// ARM and azapi: the scope of the id: `/subscriptions/…/resourceGroups/…`, or for azapi children
    /// the parent's id. `None` for azurerm.
    pub scope: Option<Value>,
    /// The place in [`Graph`].
    pub node: NodeId,
    /// What to underline when an attribute is not there: type and name of the block, or the ARM `type`.
    pub header: Span,
    /// The whole block or object; `None` when it is not the user's to change.
    pub block: Option<Span>,
    /// `comments` of an ARM resource: Resource Manager allows them, and suppressions stand there.
    pub comments: Option<Value>,
    /// What a plan does to it; `None` where the input is no plan.
    pub change: Option<Change>,
    /// Arguments that are not changed any more once it is there, whatever becomes of them; `None` where
    /// that is not told.
    pub ignored: Option<Ignored>,
}

/// What Terraform's `ignore_changes` names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignored {
    /// All arguments.
    pub all: bool,
    /// The names of some.
    pub some: Vec<Arc<str>>,
}

/// What a plan does to a resource.
#[derive(Clone, Debug)]
pub struct Change {
    /// How it comes to be as declared.
    pub action: Action,
    /// Its attributes before, in the form of [`Declared::body`]; `None` when it was not there.
    pub before: Option<Value>,
    /// The attributes that can't be changed in place, as paths into the body, when it is replaced.
    pub forced_by: Vec<Vec<Arc<str>>>,
}

/// How a resource comes to be as a plan wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is new.
    Create,
    /// It is changed in place.
    Update,
    /// It is deleted, and created anew.
    Replace,
    /// It stays.
    Keep,
}

impl Action {
    /// As rules call it.
    pub fn name(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::Replace => "replace",
            Action::Keep => "keep",
        }
    }
}

/// The two ways in which Azure resources are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Types and arguments of Terraform's azurerm provider.
    Azurerm,
    /// Resource Manager's own types and property paths: ARM, Bicep, azapi.
    Arm,
}

/// A part that could not be looked into: a module that is not installed, a linked template.
#[derive(Clone, Debug)]
pub struct Opaque {
    /// `module.network`, or the deployment's name.
    pub address: Arc<str>,
    /// Why.
    pub cause: Cause,
    /// What is handed to it. It may declare anything about resources that these refer to or name.
    pub inputs: Value,
    /// Whether it is created.
    pub exists: Value,
    /// Where it is called.
    pub span: Span,
}

/// Something that could not be read or understood, for a person to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// Where; `None` when there is no such place (a missing directory).
    pub span: Option<Span>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// A problem at a place.
    pub fn at(span: Span, message: impl Into<String>) -> Problem {
        Problem {
            message: message.into(),
            span: Some(span),
            help: None,
        }
    }

    /// A problem with no place in a file.
    pub fn general(message: impl Into<String>) -> Problem {
        Problem {
            message: message.into(),
            span: None,
            help: None,
        }
    }

    /// A problem with a value, where it is written.
    pub fn of(value: &Value, message: impl Into<String>) -> Problem {
        match value.span() {
            Some(span) => Problem::at(span, message),
            None => Problem::general(message),
        }
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    /// With more advice behind what there is.
    #[must_use]
    pub fn more_help(mut self, more: &str) -> Problem {
        self.help = Some(match self.help.take() {
            Some(help) => format!("{help}; {more}"),
            None => more.to_owned(),
        });
        self
    }
}

/// A node of the dependency graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(u32);

/// Who waits for whom. Nodes are resources and whatever stands between them: locals, variables,
/// outputs, and the begin and end of modules and deployments.
#[derive(Debug, Default)]
pub struct Graph {
    edges: Vec<Vec<NodeId>>,
    /// Nodes that may wait for others that are not known.
    obscure: Vec<bool>,
}

impl Graph {
    /// A new node that waits for nothing yet.
    pub fn add(&mut self) -> NodeId {
        self.edges.push(Vec::new());
        self.obscure.push(false);
        NodeId(self.edges.len() as u32 - 1)
    }

    /// `waiting` starts only when `awaited` is done.
    pub fn wait(&mut self, waiting: NodeId, awaited: NodeId) {
        if waiting != awaited {
            let edges = &mut self.edges[waiting.0 as usize];
            if !edges.contains(&awaited) {
                edges.push(awaited);
            }
        }
    }

    /// `node` may wait for others that are not known.
    pub fn obscure(&mut self, node: NodeId) {
        self.obscure[node.0 as usize] = true;
    }

    /// Whether `waiting` waits for `awaited`, directly or through others.
    pub fn waits_for(&self, waiting: NodeId, awaited: NodeId) -> Tri {
        let mut otherwise = Tri::False;
        let mut seen = vec![false; self.edges.len()];
        let mut open = vec![waiting];
        while let Some(node) = open.pop() {
            if node == awaited {
                return Tri::True;
            }
            if !std::mem::replace(&mut seen[node.0 as usize], true) {
                open.extend(&self.edges[node.0 as usize]);
                if self.obscure[node.0 as usize] {
                    otherwise = Tri::Unknown;
                }
            }
        }
        otherwise
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_is_transitive_and_cycles_end() {
        let mut graph = Graph::default();
        let [a, b, c] = [graph.add(), graph.add(), graph.add()];
        graph.wait(a, b);
        graph.wait(b, c);
        graph.wait(c, b);
        assert_eq!(graph.waits_for(a, c), Tri::True);
        assert_eq!(graph.waits_for(c, a), Tri::False);
        graph.obscure(b);
        assert_eq!(graph.waits_for(a, c), Tri::True);
        assert_eq!(graph.waits_for(c, a), Tri::Unknown);
    }
}
