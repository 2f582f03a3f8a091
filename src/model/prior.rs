//! Resources as they were before a plan: read like all others, but found by no look-up and in no set.

use std::sync::Arc;

use super::ids::known_id;
use super::kinds::Kind;
use super::resolve::Resolver;
use super::{Planned, Resource, ResourceId, Target, To, read};
use crate::declared::{Change, Declared, Language};
use crate::value::{self, Value};

/// Adds what was there to what a plan declares, for resources and for those written inside others.
pub(super) fn add(resolver: &mut Resolver<'_>, declared: &[Declared]) {
    let changes: Vec<(ResourceId, &Change)> = declared
        .iter()
        .filter_map(|d| Some((*resolver.by_address.get(&d.address)?, d.change.as_ref()?)))
        .collect();
    for (id, change) in changes {
        plan(resolver, id, change, change.before.clone());
        let Some(before) = &change.before else {
            continue;
        };
        for (child, body) in children(resolver, id, before) {
            plan(resolver, child, change, body);
        }
    }
}

fn plan(resolver: &mut Resolver<'_>, id: ResourceId, change: &Change, before: Option<Value>) {
    let prior = before.map(|body| {
        let prior = as_it_was(resolver, resolver.get(id), body);
        resolver.resources.push(prior);
        ResourceId(resolver.resources.len() as u32 - 1)
    });
    resolver.resources[id.0 as usize].planned = Some(Planned {
        action: change.action,
        prior,
        forced_by: change.forced_by.clone(),
    });
}

/// The resources written inside another one, each with what was there of it: the one of its name.
fn children(
    resolver: &Resolver<'_>,
    parent: ResourceId,
    before: &Value,
) -> Vec<(ResourceId, Option<Value>)> {
    let owner = resolver.get(parent);
    let kind: &Kind = resolver.kinds.kind(owner.kind);
    if kind.children.is_empty() {
        return Vec::new();
    }
    let language = kind.types[owner.ty].language;
    let inside = format!("{}.", owner.address);
    let written = resolver.resources.iter().enumerate().filter(|(_, r)| {
        matches!(&r.parent, Some(Target { to: To::Resource(p), .. }) if *p == parent)
            && r.address.starts_with(&inside)
    });
    let was = |child: &Resource| {
        let paths = kind.children.iter().filter(|c| c.kind == child.kind);
        let paths = paths.flat_map(|c| &c.paths).filter(|(l, _)| *l == language);
        let found: Vec<Value> = paths
            .filter_map(|(_, steps)| read::at_path(before, steps, language).as_list().cloned())
            .flat_map(|list| list.items.to_vec())
            .collect();
        found.into_iter().find(|body| {
            let name = value::member(body, "name", language == Language::Arm);
            value::eq(&name, &child.name).as_bool() == Some(true)
        })
    };
    written
        .map(|(i, child)| (ResourceId(i as u32), was(child)))
        .collect()
}

fn as_it_was(resolver: &Resolver<'_>, now: &Resource, body: Value) -> Resource {
    let language = resolver.kinds.kind(now.kind).types[now.ty].language;
    let member = |name: &str| value::member(&body, name, language == Language::Arm);
    Resource {
        kind: now.kind,
        ty: now.ty,
        address: now.address.clone(),
        module: Arc::clone(&now.module),
        version: now.version.clone(),
        exists: true.into(),
        managed: false,
        outside: true,
        parent: now.parent.clone(),
        node: None,
        header: None,
        block: None,
        comments: None,
        planned: None,
        ignored: now.ignored.clone(),
        id: known_id(&body),
        name: member("name"),
        group: Some(member("resource_group_name")).filter(|g| !g.is_null()),
        scope: now.scope.clone(),
        attributes: Vec::new(),
        inverse: Vec::new(),
        children_incomplete: None,
        body,
    }
}
