//! What values that are "known after apply" come from: followed through the configuration that the plan
//! carries, from a resource's expressions through module inputs and outputs to another resource.
//!
//! The plan tells which things an expression refers to, not what it does with them. So a value may be any
//! of these things that is itself unknown; that it is one of a certain kind can be told where only one is of
//! that kind. Where something is not in sight, nothing is told.
//!
//! A known value is what one of the things is that its expression refers to, where that has the same value.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use super::document::{Document, Instance};
use super::json::Json;
use super::traversal::{heads, parent, parts};
use crate::terraform::module_of;

/// What a value may be: attributes of resource instances, by address and name. `None` where it may be something
/// that the plan does not show. Of what is not wanted there is nothing.
pub(super) type Sources = Option<BTreeSet<(String, String)>>;

/// More than this is as good as nothing.
const MOST_SOURCES: usize = 16;

fn nothing() -> Sources {
    Some(BTreeSet::new())
}

fn either(a: Sources, b: Sources) -> Sources {
    let mut all = a?;
    all.extend(b?);
    (all.len() <= MOST_SOURCES).then_some(all)
}

/// Attributes whose values are known, or those whose are not.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    Known,
    Unknown,
}

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 'a> {
    /// The module instance, as addresses start with it.
    pub(super) module: &'s str,
    /// The key of the instance that the expression is evaluated for.
    pub(super) key: &'s str,
    /// What its block is repeated for.
    pub(super) for_each: Option<Json<'a>>,
    /// Which of the things that it refers to are asked for.
    pub(super) wanted: Wanted,
}

impl<'s, 'a> Scope<'s, 'a> {
    /// That of the expressions in a resource's block.
    pub(super) fn of(
        instance: &'s Instance<'_>,
        block: Option<Json<'a>>,
        wanted: Wanted,
    ) -> Scope<'s, 'a> {
        Scope {
            module: module_of(instance.address),
            key: instance.key(),
            for_each: block.and_then(|b| b.get("for_each_expression")),
            wanted,
        }
    }
}

/// Longer chains of modules are not followed.
const DEEPEST: usize = 64;

/// Follows references through a plan's configuration.
pub(super) struct References<'d, 'a> {
    document: &'d Document<'a>,
    /// By module address and name. Of what is being followed nothing is told: it leads to itself.
    followed: RefCell<HashMap<String, Sources>>,
    depth: std::cell::Cell<usize>,
}

impl<'d, 'a> References<'d, 'a> {
    pub(super) fn new(document: &'d Document<'a>) -> References<'d, 'a> {
        References {
            document,
            followed: RefCell::default(),
            depth: std::cell::Cell::new(0),
        }
    }

    /// What an expression's value, or parts of it, may be. `tail` is what is read of the value.
    pub(super) fn expression(
        &self,
        expression: Json<'a>,
        scope: Scope<'_, 'a>,
        tail: &[&str],
    ) -> Sources {
        let references = expression
            .get("references")
            .into_iter()
            .flat_map(Json::items);
        let heads = heads(references.filter_map(Json::text));
        // What is read of one of several things can't be told.
        let tail = if heads.len() == 1 { tail } else { &[] };
        // `x[each.key].id` is told as `x` and `each.key`.
        let by_key = heads
            .iter()
            .filter(|h| matches!(**h, "each.key" | "count.index"))
            .count()
            == 1
            && heads.len() == 2;
        let key = if by_key { scope.key } else { "" };
        heads.iter().fold(nothing(), |sources, head| {
            sources.as_ref()?;
            either(sources, self.head(&read(head, tail), scope, key))
        })
    }

    fn head(&self, path: &[&str], scope: Scope<'_, 'a>, key: &str) -> Sources {
        match path {
            ["each", "key", ..] | ["count" | "path" | "terraform" | "self", ..] => nothing(),
            ["each", "value", rest @ ..] => self.each_value(scope, rest),
            ["var", name, rest @ ..] => self.variable(scope, name, rest),
            ["module", name, rest @ ..] => self.module(scope, name, rest, key),
            ["data", kind, name, rest @ ..] => {
                self.resource(scope, &format!("data.{kind}.{name}"), rest, key)
            }
            [
                "local" | "ephemeral" | "each" | "var" | "module" | "data",
                ..,
            ] => None,
            [kind, name, rest @ ..] => self.resource(scope, &format!("{kind}.{name}"), rest, key),
            _ => None,
        }
    }

    /// The value that a block's instance is made for.
    fn each_value(&self, scope: Scope<'_, 'a>, rest: &[&str]) -> Sources {
        let expression = scope.for_each?;
        let own = Scope {
            for_each: None,
            ..scope
        };
        let what = format!(
            "{} {}{} {}",
            expression.span().start,
            scope.module,
            scope.key,
            rest.join(".")
        );
        self.remember(what, scope, || {
            let references = expression
                .get("references")
                .into_iter()
                .flat_map(Json::items);
            match &heads(references.filter_map(Json::text))[..] {
                // Instances made for each of another block's have the keys of those.
                [only] => self.head(&read(only, rest), own, scope.key),
                _ => self.expression(expression, own, rest),
            }
        })
    }

    fn remember(
        &self,
        what: String,
        scope: Scope<'_, 'a>,
        follow: impl FnOnce() -> Sources,
    ) -> Sources {
        let what = format!("{what} {:?}", scope.wanted);
        if let Some(found) = self.followed.borrow().get(&what) {
            return found.clone();
        }
        if self.depth.get() >= DEEPEST {
            return None;
        }
        self.followed.borrow_mut().insert(what.clone(), None);
        self.depth.set(self.depth.get() + 1);
        let found = follow();
        self.depth.set(self.depth.get() - 1);
        self.followed.borrow_mut().insert(what, found.clone());
        found
    }

    /// A module's input. Those of the root are known whenever something is planned.
    fn variable(&self, scope: Scope<'_, 'a>, name: &str, rest: &[&str]) -> Sources {
        let module = scope.module;
        let Some((caller, _, key)) = parent(module) else {
            return nothing();
        };
        let call = self.document.call(module)?;
        let Some(expression) = call.path(&["expressions", name]) else {
            return nothing();
        };
        let scope = Scope {
            module: caller,
            key,
            for_each: call.get("for_each_expression"),
            ..scope
        };
        let what = format!("{module}var.{name} {}", rest.join("."));
        self.remember(what, scope, || self.expression(expression, scope, rest))
    }

    /// An output of a module; all of them where the plan does not tell which.
    fn module(&self, scope: Scope<'_, 'a>, name: &str, rest: &[&str], key: &str) -> Sources {
        let from = scope.module;
        let call = self
            .document
            .configuration(from)
            .and_then(|c| c.get("module_calls")?.get(name));
        let call = call?;
        let repeated = call
            .get("for_each_expression")
            .or_else(|| call.get("count_expression"))
            .is_some();
        let (key, rest) = match rest {
            [literal, rest @ ..] if literal.starts_with('[') => (*literal, rest),
            _ if repeated && key.is_empty() => return None,
            _ if repeated => (key, rest),
            _ => ("", rest),
        };
        let module = format!("{from}module.{name}{key}.");
        let scope = Scope {
            module: &module,
            key: "",
            for_each: None,
            ..scope
        };
        let outputs = call.path(&["module", "outputs"]);
        let one = |output: Json<'a>, rest: &[&str]| match output.get("expression") {
            Some(expression) => self.expression(expression, scope, rest),
            None => nothing(),
        };
        let what = format!("{module} {}", rest.join("."));
        self.remember(what, scope, || match (outputs, rest) {
            (Some(outputs), [name, rest @ ..]) => {
                outputs.get(name).and_then(|output| one(output, rest))
            }
            (Some(outputs), []) => outputs.members().fold(nothing(), |sources, (_, output)| {
                either(sources, one(output, &[]))
            }),
            (None, _) => None,
        })
    }

    /// An attribute of a resource, by the address of its block in the module.
    fn resource(&self, scope: Scope<'_, 'a>, block: &str, rest: &[&str], key: &str) -> Sources {
        let block = format!("{}{block}", scope.module);
        let read = |instance, rest| self.attribute(instance, rest, scope.wanted);
        let mut instances = self.document.of_block(&block);
        if let [literal, rest @ ..] = rest
            && literal.starts_with('[')
        {
            // Of an instance that is not there nothing is read.
            let instance = instances.find(|i| i.key() == *literal);
            return instance.map_or_else(nothing, |instance| read(instance, rest));
        }
        let mut all = instances.clone();
        match instances.find(|i| !key.is_empty() && i.key() == key) {
            Some(instance) => read(instance, rest),
            // Any of them, where the plan does not tell which.
            None => all.try_fold(BTreeSet::new(), |sources, instance| {
                either(Some(sources), read(instance, rest))
            }),
        }
    }

    /// What is read of an instance. Where the plan does not tell what is read, it is taken to be the id
    /// that is not known.
    fn attribute(&self, instance: &Instance<'a>, rest: &[&str], wanted: Wanted) -> Sources {
        let own = |name: &str| Some([(instance.address.to_owned(), name.to_owned())].into());
        match (wanted, rest) {
            (Wanted::Known, [name]) if !instance.is_unknown(name) => {
                self.written(instance, name, wanted).or_else(|| own(name))
            }
            (Wanted::Known, _) => nothing(),
            (Wanted::Unknown, []) if !instance.has_unknowns() => nothing(),
            (Wanted::Unknown, []) if instance.is_unknown("id") => own("id"),
            (Wanted::Unknown, []) => None,
            (Wanted::Unknown, [first, ..]) if !instance.is_unknown(first) => nothing(),
            (Wanted::Unknown, [name]) => self.written(instance, name, wanted).or_else(|| own(name)),
            (Wanted::Unknown, path) => own(&path.join(".").replace(".[", "[")),
        }
    }

    /// What an argument of an instance was read from, where the configuration tells that.
    fn written(&self, instance: &Instance<'a>, name: &str, wanted: Wanted) -> Sources {
        let block = self.document.block(instance);
        let expression = block?.path(&["expressions", name])?;
        let scope = Scope::of(instance, block, wanted);
        let what = format!("{}.{name}", instance.address);
        let sources = self.remember(what, scope, || self.expression(expression, scope, &[]));
        sources.filter(|sources| !sources.is_empty())
    }

    /// The value of an attribute, where that is known.
    pub(super) fn value(&self, (address, attribute): &(String, String)) -> Option<Json<'a>> {
        self.document.instance(address)?.after?.get(attribute)
    }
}

/// The path of a reference with what is read of it. Where an attribute of a resource is referred to,
/// the rest is about what it was put into.
fn read<'t>(head: &'t str, tail: &[&'t str]) -> Vec<&'t str> {
    let mut path: Vec<&str> = parts(head).collect();
    let names = path.iter().filter(|part| !part.starts_with('[')).count();
    let attribute = match path.first() {
        Some(&("var" | "module" | "each")) => false,
        Some(&"data") => names > 3,
        _ => names > 2,
    };
    if !attribute {
        path.extend(tail);
    }
    path
}
