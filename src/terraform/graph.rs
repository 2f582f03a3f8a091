//! Who waits for whom, as Terraform orders its work: by references and `depends_on`, not by values.

use super::refs::{Ref, Target};
use super::unit::{Called, Item, Unit};
use crate::declared::{Graph, NodeId};

/// The nodes of a unit.
pub(super) struct Nodes {
    /// By module instance and slot.
    items: Vec<Vec<NodeId>>,
    /// By module instance and call: before anything in the module, and after everything.
    begin: Vec<Vec<NodeId>>,
    end: Vec<Vec<NodeId>>,
}

impl Nodes {
    /// The node of a resource; its instances share it.
    pub(super) fn resource(&self, unit: &Unit<'_>, instance: usize, i: usize) -> NodeId {
        self.items[instance][unit.instances[instance].slot(Item::Resource(i))]
    }
}

/// Builds the graph of an evaluated unit.
pub(super) fn build(unit: &Unit<'_>) -> (Graph, Nodes) {
    let mut graph = Graph::default();
    let mut nodes = Nodes {
        items: Vec::new(),
        begin: Vec::new(),
        end: Vec::new(),
    };
    for at in &unit.instances {
        nodes.items.push(at.items().map(|_| graph.add()).collect());
        nodes
            .begin
            .push(at.calls.iter().map(|_| graph.add()).collect());
        nodes
            .end
            .push(at.calls.iter().map(|_| graph.add()).collect());
    }
    for instance in 0..unit.instances.len() {
        connect(unit, instance, &nodes, &mut graph);
    }
    (graph, nodes)
}

fn connect(unit: &Unit<'_>, instance: usize, nodes: &Nodes, graph: &mut Graph) {
    let at = &unit.instances[instance];
    let begin = at.caller.as_ref().map(|c| nodes.begin[c.instance][c.call]);
    let end = at.caller.as_ref().map(|c| nodes.end[c.instance][c.call]);
    for item in at.items() {
        let node = nodes.items[instance][at.slot(item)];
        if let (Some(begin), Some(end)) = (begin, end) {
            graph.wait(node, begin);
            graph.wait(end, node);
        }
        let wait = |graph: &mut Graph, node: NodeId, refs: &[Ref], of: usize| {
            for r in refs {
                awaited(unit, of, r, nodes, &mut |other| graph.wait(node, other));
            }
        };
        match item {
            Item::Variable(i) => {
                if let Some(caller) = &at.caller {
                    let call = &unit.instances[caller.instance].module.calls[caller.call];
                    if let Some(refs) = call.inputs.get(&at.module.variables[i].name) {
                        wait(graph, node, refs, caller.instance);
                    }
                }
            }
            Item::Local(i) => wait(graph, node, &at.module.locals[i].refs, instance),
            Item::Output(i) => {
                wait(graph, node, &at.module.outputs[i].refs, instance);
                wait(graph, node, &at.module.outputs[i].waits, instance);
            }
            Item::Resource(i) => {
                wait(graph, node, &at.module.resources[i].refs, instance);
                wait(graph, node, &at.module.resources[i].waits, instance);
            }
            Item::Call(i) => {
                let call = &at.module.calls[i];
                let (first, last) = (nodes.begin[instance][i], nodes.end[instance][i]);
                wait(graph, first, &call.refs, instance);
                wait(graph, first, &call.waits, instance);
                if let Some(begin) = begin {
                    graph.wait(first, begin);
                }
                graph.wait(last, first);
                graph.wait(node, last);
                if matches!(at.calls[i], Called::Outside(_)) {
                    // Anything inside may use anything that is handed in.
                    for refs in call.inputs.values() {
                        wait(graph, last, refs, instance);
                    }
                }
            }
        }
    }
}

/// The nodes that a reference waits for.
fn awaited(unit: &Unit<'_>, instance: usize, r: &Ref, nodes: &Nodes, wait: &mut dyn FnMut(NodeId)) {
    let at = &unit.instances[instance];
    let Some(index) = at.module.find(&r.target) else {
        return;
    };
    let item = match &r.target {
        Target::Variable(_) => Item::Variable(index),
        Target::Local(_) => Item::Local(index),
        Target::Resource(..) => Item::Resource(index),
        Target::Module(_, output) => {
            match (output, &at.calls[index]) {
                (Some(output), Called::Followed(_, children)) => {
                    wait(nodes.begin[instance][index]);
                    for &child in children {
                        let inner = &unit.instances[child];
                        let place = inner.module.outputs.iter().position(|o| o.name == *output);
                        if let Some(i) = place {
                            wait(nodes.items[child][inner.slot(Item::Output(i))]);
                        }
                    }
                }
                _ => wait(nodes.end[instance][index]),
            }
            return;
        }
    };
    wait(nodes.items[instance][at.slot(item)]);
}
