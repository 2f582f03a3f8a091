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

use super::document::{Document, Instance, repeats};
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

/// What is of one or the other, however much that is.
pub(super) fn both(a: Sources, b: Sources) -> Sources {
    let mut all = a?;
    all.extend(b?);
    Some(all)
}

fn either(a: Sources, b: Sources) -> Sources {
    both(a, b).filter(|all| all.len() <= MOST_SOURCES)
}

/// Attributes whose values are known, or those whose are not.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    Known,
    Unknown,
}

/// What any of `things` may be.
fn any<T>(things: impl IntoIterator<Item = T>, of: impl Fn(T) -> Sources) -> Sources {
    let mut things = things.into_iter();
    things.try_fold(BTreeSet::new(), |sources, thing| {
        either(Some(sources), of(thing))
    })
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
        any(heads, |head| self.element(head, key, tail, scope))
    }

    /// What is read of a thing, or of its member of a key, where that is not empty.
    fn element(&self, head: &str, key: &str, rest: &[&str], scope: Scope<'_, 'a>) -> Sources {
        let names: Vec<&str> = parts(head).filter(|part| !part.starts_with('[')).collect();
        match names.as_slice() {
            // Not instances of a block, but members of a value.
            ["var", ..] | ["module", _, _, ..] if !key.is_empty() => {
                let rest = [&[key], rest].concat();
                self.head(&read(head, &rest), scope, "")
            }
            _ => self.head(&read(head, rest), scope, key),
        }
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
            // Instances made for each of another block's, or for the members of a map, have the keys of those.
            let of = |head: &str, rest| self.element(head, scope.key, rest, own);
            match &heads(references.filter_map(Json::text))[..] {
                [only] => of(only, rest),
                // Or the member is made of what is read of these.
                all => any(all.iter().copied(), |head| {
                    either(of(head, rest), of(head, &[]))
                }),
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

    /// What is read of a module.
    fn module(&self, scope: Scope<'_, 'a>, name: &str, rest: &[&str], key: &str) -> Sources {
        let from = scope.module;
        let calls = self.document.configuration(from)?.get("module_calls")?;
        let call = calls.get(name)?;
        let repeated = repeats(call);
        let (key, rest) = match rest {
            [literal, rest @ ..] if literal.starts_with('[') => (*literal, rest),
            _ if repeated => (key, rest),
            _ => ("", rest),
        };
        let of = |key: &str| self.outputs(scope, &format!("{from}module.{name}{key}."), call, rest);
        if !repeated {
            return of("");
        }
        let keys = self.document.keys(&format!("{from}module.{name}"));
        match keys.iter().find(|own| plain(own) == plain(key)) {
            Some(own) => of(own),
            None if !key.is_empty() => of(key),
            None if keys.is_empty() => None,
            // Any of them, where the plan does not tell which.
            None => any(keys, of),
        }
    }

    /// An output of a module instance; all of them where the plan does not tell which.
    fn outputs(
        &self,
        scope: Scope<'_, 'a>,
        module: &str,
        call: Json<'a>,
        rest: &[&str],
    ) -> Sources {
        let scope = Scope {
            module,
            key: "",
            for_each: None,
            ..scope
        };
        let outputs = call.path(&["module", "outputs"])?;
        let one = |output: Json<'a>, rest: &[&str]| match output.get("expression") {
            Some(expression) => self.expression(expression, scope, rest),
            None => nothing(),
        };
        let what = format!("{module} {}", rest.join("."));
        self.remember(what, scope, || match rest {
            [name, rest @ ..] => outputs.get(name).and_then(|output| one(output, rest)),
            [] => any(outputs.members(), |(_, output)| one(output, &[])),
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
        let all = instances.clone();
        match instances.find(|i| !key.is_empty() && plain(i.key()) == plain(key)) {
            Some(instance) => read(instance, rest),
            // Any of them, where the plan does not tell which.
            None => any(all, |instance| read(instance, rest)),
        }
    }

    /// What is read of an instance.
    fn attribute(&self, instance: &Instance<'a>, rest: &[&str], wanted: Wanted) -> Sources {
        let own = |name: &str| (instance.address.to_owned(), name.to_owned());
        let is_wanted = |name: &str| match wanted {
            Wanted::Known => !instance.is_unknown(name),
            Wanted::Unknown => instance.is_unknown(name),
        };
        match (rest, wanted) {
            ([], Wanted::Unknown) if !instance.has_unknowns() => nothing(),
            // Where the plan does not tell what is read, it is taken to be what others refer by.
            ([], Wanted::Known) => Some(["id", "name"].map(own).into()),
            ([], Wanted::Unknown) => match (is_wanted("id"), is_wanted("name")) {
                (true, true) => Some([own("")].into()),
                (true, false) => Some([own("id")].into()),
                (false, true) => Some([own("name")].into()),
                (false, false) => None,
            },
            ([first, ..], _) if !is_wanted(first) => nothing(),
            ([name], _) => {
                let written = self.written(instance, name, wanted);
                written.or_else(|| Some([own(name)].into()))
            }
            (_, Wanted::Known) => nothing(),
            (path, Wanted::Unknown) => Some([own(&path.join(".").replace(".[", "["))].into()),
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

/// A key without its brackets, and without quotes: `x["0"]` is `x[0]`, too.
fn plain(key: &str) -> &str {
    let inner = key.trim_start_matches('[').trim_end_matches(']');
    inner.trim_matches('"')
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
