//! Sets of resources that refer to a resource, with what is not known about them.

use std::collections::HashMap;

use super::kinds::Kinds;
use super::{Attr, KindId, Members, Resource, ResourceId, Target, Targets, To, outside};
use crate::declared::Opaque;
use crate::value::{self, Cause, Data, Text, Tri, Value, key_of};

/// Fills the inverse sets of all resources.
pub(super) fn connect(kinds: &Kinds, resources: &mut [Resource], opaque: &[Opaque]) {
    let mut wanted: Vec<(KindId, usize)> = kinds
        .iter()
        .flat_map(|(_, kind)| kind.inverse.iter().map(|i| (i.kind, i.attribute)))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut sets: HashMap<(KindId, usize), Edges> = HashMap::new();
    for (kind, attribute) in wanted {
        let mut edges = Edges::default();
        for (i, resource) in resources.iter().enumerate() {
            // What is only read counts: a link that exists already is a link.
            if resource.kind == kind && !resource.outside {
                edges.read(
                    ResourceId(i as u32),
                    &resource.attributes[attribute],
                    &resource.exists,
                );
            }
        }
        sets.insert((kind, attribute), edges);
    }
    let mentions = Mentions::new(opaque);
    for (i, resource) in resources.iter_mut().enumerate() {
        let kind = kinds.kind(resource.kind);
        let id = ResourceId(i as u32);
        let mut inverse = Vec::with_capacity(kind.inverse.len());
        for set in &kind.inverse {
            let edges = &sets[&(set.kind, set.attribute)];
            let incomplete = if resource.managed {
                resource
                    .children_incomplete
                    .clone()
                    .or_else(|| mentions.of(resource))
            } else {
                Some(outside(&resource.name))
            };
            inverse.push(Members {
                items: edges.items.get(&id).cloned().unwrap_or_default(),
                when: edges.when.get(&id).cloned().unwrap_or_default(),
                possible: edges
                    .open
                    .iter()
                    .filter(|(member, value, _)| *member != id && may_mean(value, resource))
                    .map(|(member, _, cause)| (*member, cause.clone()))
                    .collect(),
                incomplete,
            });
        }
        resource.inverse = inverse;
    }
}

#[derive(Default)]
struct Edges {
    items: HashMap<ResourceId, Vec<ResourceId>>,
    when: HashMap<ResourceId, Vec<(ResourceId, Value)>>,
    open: Vec<(ResourceId, Value, Cause)>,
}

impl Edges {
    fn read(&mut self, from: ResourceId, attribute: &Attr, exists: &Value) {
        match attribute {
            Attr::Value(_) => {}
            Attr::Target(target) => self.target(from, target, exists),
            Attr::Targets(targets) => self.targets(from, targets, exists),
        }
    }

    fn target(&mut self, from: ResourceId, target: &Target, when: &Value) {
        match &target.to {
            // What it would refer to in a case in which it does not exist means nothing.
            _ if when.as_bool() == Some(false) => {}
            To::Null => {}
            To::Resource(to) if when.as_bool() == Some(true) => {
                self.items.entry(*to).or_default().push(from);
            }
            To::Resource(to) => self.when.entry(*to).or_default().push((from, when.clone())),
            To::Cases(cases) => {
                let cond: Value = cases.cond.clone().into();
                self.target(from, &cases.then, &value::and(when, &cond));
                self.target(
                    from,
                    &cases.otherwise,
                    &value::and(when, &value::not(&cond)),
                );
            }
            To::Unknown(symbol) => {
                self.open
                    .push((from, target.value.clone(), symbol.cause().clone()))
            }
        }
    }

    fn targets(&mut self, from: ResourceId, targets: &Targets, when: &Value) {
        match targets {
            Targets::List(list, more) => {
                for target in list {
                    self.target(from, target, when);
                }
                if let Some(cause) = more {
                    self.open.push((from, Value::null(), cause.clone()));
                }
            }
            Targets::Cases(cond, then, otherwise) => {
                let cond: Value = cond.clone().into();
                self.targets(from, then, &value::and(when, &cond));
                self.targets(from, otherwise, &value::and(when, &value::not(&cond)));
            }
        }
    }
}

/// Whether an id or name that could not be resolved may be this resource's.
pub(super) fn may_mean(value: &Value, resource: &Resource) -> bool {
    let Some(text) = value.as_text() else {
        return true;
    };
    let excluded = |own: &Option<Text>| {
        own.as_ref()
            .is_some_and(|own| own.equals(&text, true) == Tri::False)
    };
    if text.as_known().is_some_and(|s| !s.contains('/')) {
        return !excluded(&resource.name.as_text());
    }
    let is_id = text.starts_with("/", false) == Tri::True;
    !(is_id && excluded(&resource.id))
}

/// What the parts that could not be looked into were told about: resources that they may add to.
pub(super) struct Mentions {
    addresses: HashMap<String, Cause>,
    texts: HashMap<String, Cause>,
}

impl Mentions {
    pub(super) fn new(opaque: &[Opaque]) -> Mentions {
        let mut mentions = Mentions {
            addresses: HashMap::new(),
            texts: HashMap::new(),
        };
        for part in opaque {
            if part.exists.as_bool() != Some(false) {
                mentions.read(&part.inputs, &part.cause);
            }
        }
        mentions
    }

    fn read(&mut self, value: &Value, cause: &Cause) {
        let chain = value.origin().map(|o| o.references());
        let own = value.as_symbol().and_then(crate::value::Symbol::reference);
        for reference in chain.into_iter().flatten().chain(own) {
            self.addresses
                .entry(reference.resource.to_string())
                .or_insert_with(|| cause.clone());
        }
        match &value.data {
            Data::Text(text) => {
                for symbol in text.symbols() {
                    self.read(&symbol.clone().into(), cause);
                }
                self.texts
                    .entry(super::resolve::caseless(text))
                    .or_insert_with(|| cause.clone());
            }
            Data::Unknown(_) => {
                self.texts
                    .entry(key_of(value))
                    .or_insert_with(|| cause.clone());
            }
            Data::List(list) => list.items.iter().for_each(|v| self.read(v, cause)),
            Data::Object(object) => object
                .entries
                .iter()
                .for_each(|e| self.read(&e.value, cause)),
            Data::Cases(cases) => {
                self.read(&cases.then, cause);
                self.read(&cases.otherwise, cause);
            }
            Data::Null | Data::Bool(_) | Data::Number(_) => {}
        }
    }

    pub(super) fn of(&self, resource: &Resource) -> Option<Cause> {
        let by_text = |text: Option<Text>| self.texts.get(&super::resolve::caseless(&text?));
        self.addresses
            .get(&*resource.address)
            .or_else(|| by_text(resource.name.as_text()))
            .or_else(|| by_text(resource.id.clone()))
            .cloned()
    }
}
