//! Who waits for whom, from the references that a plan's configuration lists, or from what a state says
//! that each resource was made after. All instances of a block share a node.

use std::collections::HashMap;

use super::document::Document;
use super::json::Json;
use super::traversal::{heads, parts, without_keys};
use crate::declared::{Graph, NodeId};

/// The nodes of a plan by address without keys: `module.db.azurerm_subnet.db`.
#[derive(Default)]
pub(super) struct Order {
    pub(super) graph: Graph,
    nodes: HashMap<String, NodeId>,
}

/// What stands for the begin of a module, and for its end.
const BEGIN: &str = "<begin>";
const END: &str = "<end>";

/// The order of a whole plan.
pub(super) fn order(document: &Document<'_>) -> Order {
    let mut order = Order::default();
    if document.is_state() {
        order.state(document);
    }
    let mut open: Vec<(String, Json<'_>)> = Vec::new();
    if let Some(root) = document.configuration("") {
        open.push((String::new(), root));
    }
    while let Some((module, configuration)) = open.pop() {
        order.module(&module, configuration);
        let calls = configuration
            .get("module_calls")
            .into_iter()
            .flat_map(Json::members);
        for (name, call) in calls {
            if let Some(inner) = call.get("module") {
                open.push((format!("{module}module.{name}."), inner));
            }
        }
    }
    order
}

impl Order {
    /// The node of an address without keys. One that the configuration says nothing of waits for who
    /// knows what.
    pub(super) fn of(&mut self, address: &str) -> NodeId {
        if let Some(node) = self.nodes.get(address) {
            return *node;
        }
        let node = self.node(address);
        self.graph.obscure(node);
        node
    }

    fn node(&mut self, address: &str) -> NodeId {
        if let Some(node) = self.nodes.get(address) {
            return *node;
        }
        let node = self.graph.add();
        self.nodes.insert(address.to_owned(), node);
        node
    }

    /// In a state all that a resource was made after is listed with it, in full addresses.
    fn state(&mut self, document: &Document<'_>) {
        for instance in &document.instances {
            let node = self.node(&without_keys(instance.address));
            let awaited = instance.entry.get("depends_on");
            for address in awaited.into_iter().flat_map(Json::items) {
                let address = address.text().unwrap_or_default();
                let awaited = self.node(&without_keys(address));
                self.graph.wait(node, awaited);
            }
        }
    }

    fn module(&mut self, module: &str, configuration: Json<'_>) {
        let (begin, end) = (
            self.node(&format!("{module}{BEGIN}")),
            self.node(&format!("{module}{END}")),
        );
        self.graph.wait(end, begin);
        for resource in configuration
            .get("resources")
            .into_iter()
            .flat_map(Json::items)
        {
            let Some(address) = resource.get("address").and_then(Json::text) else {
                continue;
            };
            let node = self.node(&format!("{module}{address}"));
            self.graph.wait(node, begin);
            self.graph.wait(end, node);
            self.all(node, module, resource);
        }
        for (name, output) in configuration
            .get("outputs")
            .into_iter()
            .flat_map(Json::members)
        {
            let node = self.node(&format!("{module}output.{name}"));
            self.graph.wait(node, begin);
            self.graph.wait(end, node);
            self.all(node, module, output);
        }
        for (name, call) in configuration
            .get("module_calls")
            .into_iter()
            .flat_map(Json::members)
        {
            let inner = format!("{module}module.{name}.");
            let first = self.node(&format!("{inner}{BEGIN}"));
            let last = self.node(&format!("{inner}{END}"));
            self.graph.wait(first, begin);
            self.graph.wait(end, last);
            for part in ["count_expression", "for_each_expression"]
                .into_iter()
                .filter_map(|p| call.get(p))
            {
                self.all(first, module, part);
            }
            self.depends(first, module, call);
            for (input, expression) in call.get("expressions").into_iter().flat_map(Json::members) {
                let node = self.node(&format!("{inner}var.{input}"));
                self.all(node, module, expression);
            }
        }
    }

    /// Waits for all that is referred to anywhere in a part of the configuration.
    fn all(&mut self, node: NodeId, module: &str, part: Json<'_>) {
        let mut open = vec![part];
        while let Some(part) = open.pop() {
            if let Some(references) = part.get("references").filter(|r| r.is_array()) {
                for head in heads(references.items().filter_map(Json::text)) {
                    self.wait(node, module, head);
                }
            }
            let inner = part
                .members()
                .filter(|(name, _)| !matches!(*name, "constant_value" | "references"));
            open.extend(inner.map(|(_, inner)| inner));
            open.extend(part.items());
        }
        self.depends(node, module, part);
    }

    fn depends(&mut self, node: NodeId, module: &str, part: Json<'_>) {
        let explicit = part.get("depends_on").into_iter().flat_map(Json::items);
        for reference in explicit.filter_map(Json::text) {
            self.wait(node, module, reference);
        }
    }

    fn wait(&mut self, node: NodeId, module: &str, reference: &str) {
        let path: Vec<&str> = parts(reference).filter(|p| !p.starts_with('[')).collect();
        let awaited = match path.as_slice() {
            ["each" | "count" | "path" | "terraform" | "self", ..] => return,
            ["var", name, ..] => format!("{module}var.{name}"),
            // What a local reads is not in the plan.
            ["local", ..] => return self.graph.obscure(node),
            ["module", name, output, ..] => format!("{module}module.{name}.output.{output}"),
            ["module", name] => format!("{module}module.{name}.{END}"),
            ["data", kind, name, ..] => format!("{module}data.{kind}.{name}"),
            [kind, name, ..] => format!("{module}{kind}.{name}"),
            _ => return,
        };
        let awaited = self.node(&awaited);
        self.graph.wait(node, awaited);
    }
}
