//! The resources of a unit and what refers to what, for pictures.

use std::collections::HashMap;

use crate::finding::{Edge, Node, Topology};
use crate::model::{Attr, Model, ResourceId, Target, Targets, To};

pub(super) fn topology(model: &Model<'_>) -> Topology {
    let declared = model.iter().filter(|(_, resource)| !resource.outside);
    let drawn: Vec<ResourceId> = declared.map(|(id, _)| id).collect();
    let numbers: HashMap<ResourceId, usize> = drawn
        .iter()
        .enumerate()
        .map(|(number, id)| (*id, number))
        .collect();
    let mut nodes = Vec::new();
    let mut edges = Vec::new();
    for (from, id) in drawn.iter().enumerate() {
        let (resource, kind) = (model.resource(*id), model.kind(*id));
        let mut node = Node {
            address: resource.address.clone(),
            title: kind.title.clone(),
            name: match &resource.name {
                name if name.is_null() || name.is_sensitive() => resource.address.to_string(),
                name => name.shown(),
            },
            inside: None,
        };
        for (number, attribute) in kind.attributes.iter().enumerate() {
            let mut targets = Vec::new();
            collect(model.attribute(*id, number), &mut targets);
            for to in targets.iter().filter_map(|id| numbers.get(id)) {
                if kind.inside == Some(number) {
                    node.inside = Some(*to);
                } else if !edges
                    .iter()
                    .rev()
                    .any(|e: &Edge| (e.from, e.to) == (from, *to))
                {
                    edges.push(Edge {
                        from,
                        to: *to,
                        label: attribute.name.replace('_', " "),
                    });
                }
            }
        }
        nodes.push(node);
    }
    Topology {
        unit: "".into(),
        nodes,
        edges,
    }
}

/// The resources that an attribute leads to, in any case.
fn collect(attribute: &Attr, found: &mut Vec<ResourceId>) {
    match attribute {
        Attr::Value(_) => {}
        Attr::Target(target) => leads(target, found),
        Attr::Targets(targets) => all(targets, found),
    }
}

fn all(targets: &Targets, found: &mut Vec<ResourceId>) {
    match targets {
        Targets::List(list, _) => list.iter().for_each(|target| leads(target, found)),
        Targets::Cases(_, then, otherwise) => {
            all(then, found);
            all(otherwise, found);
        }
    }
}

fn leads(target: &Target, found: &mut Vec<ResourceId>) {
    match &target.to {
        To::Resource(id) => found.push(*id),
        To::Cases(cases) => {
            leads(&cases.then, found);
            leads(&cases.otherwise, found);
        }
        To::Null | To::Other(_) | To::Unknown(_) => {}
    }
}
