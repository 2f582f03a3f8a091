//! Sets of resources that refer to a resource, with what is not known about them.

use std::collections::HashMap;
use std::sync::Arc;

use super::elsewhere::Elsewhere;
use super::kinds::Kinds;
use super::{Attr, KindId, Members, Resource, ResourceId, Target, Targets, To, outside};
use crate::declared::Opaque;
use crate::value::{self, Cause, Data, Text, Tri, Value, key_of};

/// Fills the inverse sets of all resources.
pub(super) fn connect(
    kinds: &Kinds,
    resources: &mut [Resource],
    opaque: &[Opaque],
    elsewhere: &Elsewhere,
) {
    let mut wanted: Vec<(KindId, usize)> = kinds
        .iter()
        .flat_map(|(_, kind)| kind.inverse.iter().map(|i| (i.kind, i.attribute)))
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut sets: HashMap<(KindId, usize), Edges<'_>> = HashMap::new();
    for (kind, attribute) in wanted {
        let mut edges = Edges::new(elsewhere);
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
                possible: edges.possible(id, resource),
                incomplete,
            });
        }
        resource.inverse = inverse;
    }
}

struct Edges<'e> {
    elsewhere: &'e Elsewhere,
    items: HashMap<ResourceId, Vec<ResourceId>>,
    when: HashMap<ResourceId, Vec<(ResourceId, Value)>>,
    /// What may refer to any resource. Few or many, they are the same for all.
    anything: Arc<Vec<(ResourceId, Cause)>>,
    /// What may refer to the resources that its value does not exclude.
    something: Vec<(ResourceId, Hint, Cause)>,
}

impl<'e> Edges<'e> {
    fn new(elsewhere: &'e Elsewhere) -> Edges<'e> {
        Edges {
            elsewhere,
            items: HashMap::new(),
            when: HashMap::new(),
            anything: Arc::default(),
            something: Vec::new(),
        }
    }

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
            To::Null | To::Other(_) => {}
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
            To::Unknown(_) if self.elsewhere.holds(&target.value) => {}
            To::Unknown(symbol) => self.open(from, Hint::of(&target.value), symbol.cause()),
        }
    }

    fn open(&mut self, from: ResourceId, hint: Option<Hint>, cause: &Cause) {
        match hint {
            None => Arc::make_mut(&mut self.anything).push((from, cause.clone())),
            Some(hint) => self.something.push((from, hint, cause.clone())),
        }
    }

    /// What may refer to a resource; not itself.
    fn possible(&self, id: ResourceId, resource: &Resource) -> Arc<Vec<(ResourceId, Cause)>> {
        let something = self.something.iter();
        let mut hinted = something
            .filter(|(member, hint, _)| *member != id && !hint.excludes(resource))
            .map(|(member, _, cause)| (*member, cause.clone()))
            .peekable();
        let own = self
            .anything
            .binary_search_by_key(&id, |(member, _)| *member);
        if hinted.peek().is_none() && own.is_err() {
            return self.anything.clone();
        }
        let others = self.anything.iter().filter(|(member, _)| *member != id);
        let mut all: Vec<(ResourceId, Cause)> = others.cloned().chain(hinted).collect();
        all.sort_by_key(|(member, _)| *member);
        Arc::new(all)
    }

    fn targets(&mut self, from: ResourceId, targets: &Targets, when: &Value) {
        match targets {
            Targets::List(list, more) => {
                for target in list {
                    self.target(from, target, when);
                }
                if let Some(cause) = more {
                    self.open(from, None, cause);
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

/// What the value of a reference that could not be resolved says of the resource that it means.
pub(super) enum Hint {
    Name(Text),
    Id(Text),
}

impl Hint {
    /// `None` when it may mean any resource.
    pub(super) fn of(value: &Value) -> Option<Hint> {
        let text = value.as_text()?;
        if text.as_known().is_some_and(|s| !s.contains('/')) {
            return Some(Hint::Name(text));
        }
        let is_id = text.starts_with("/", false) == Tri::True;
        is_id.then_some(Hint::Id(text))
    }

    /// Whether it is certainly another one than this.
    pub(super) fn excludes(&self, resource: &Resource) -> bool {
        let (own, meant) = match self {
            Hint::Name(name) => (resource.name.as_text(), name),
            Hint::Id(id) => (resource.id.clone(), id),
        };
        own.is_some_and(|own| own.equals(meant, true) == Tri::False)
    }
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
                    .entry(super::ids::caseless(text))
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
        let by_text = |text: Option<Text>| self.texts.get(&super::ids::caseless(&text?));
        self.addresses
            .get(&*resource.address)
            .or_else(|| by_text(resource.name.as_text()))
            .or_else(|| by_text(resource.id.clone()))
            .cloned()
    }
}
