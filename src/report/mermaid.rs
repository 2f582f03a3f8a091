//! The resources that findings concern, as a Mermaid flowchart: what contains what as boxes, what
//! refers to what as arrows, faults marked.

use std::collections::{BTreeMap, BTreeSet};

use super::paint::one_line;
use crate::finding::{Finding, Severity, Topology};

/// A picture of more is no help.
const MOST_NODES: usize = 60;
/// How far references are followed from a resource at fault.
const FARTHEST: usize = 4;

/// A flowchart of what the findings in one unit concern; `None` when they concern nothing that is
/// drawn.
pub(super) fn flowchart(topology: &Topology, findings: &[&Finding]) -> Option<String> {
    let mut faults: BTreeMap<usize, Severity> = BTreeMap::new();
    for finding in findings {
        let at = |n: &crate::finding::Node| n.address == finding.resource;
        if let Some(node) = topology.nodes.iter().position(at) {
            let worst = faults.entry(node).or_insert(finding.severity);
            *worst = (*worst).max(finding.severity);
        }
    }
    let drawn = concerned(topology, &faults);
    if drawn.len() < 2 {
        return None;
    }
    let chart = Chart {
        topology,
        faults,
        drawn,
    };
    Some(chart.text())
}

/// The resources at fault, what refers to them, what all these refer to, and what joins two of them.
fn concerned(topology: &Topology, faults: &BTreeMap<usize, Severity>) -> BTreeSet<usize> {
    let links = || {
        let inside = topology.nodes.iter().enumerate();
        let inside = inside.filter_map(|(i, node)| Some((i, node.inside?)));
        topology.edges.iter().map(|e| (e.from, e.to)).chain(inside)
    };
    let mut found: BTreeSet<usize> = faults.keys().copied().collect();
    let referring = links().filter(|(_, to)| faults.contains_key(to));
    found.extend(referring.map(|(from, _)| from));
    for _ in 0..FARTHEST {
        let next: Vec<usize> = links()
            .filter(|(from, _)| found.contains(from))
            .map(|l| l.1)
            .collect();
        found.extend(next);
    }
    let mut joins: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (from, to) in links().filter(|(_, to)| found.contains(to)) {
        joins.entry(from).or_default().insert(to);
    }
    found.extend(
        joins
            .into_iter()
            .filter(|(_, to)| to.len() > 1)
            .map(|(from, _)| from),
    );
    // The resources at fault come first where there is no room for all.
    let rest = found.iter().filter(|node| !faults.contains_key(node));
    let kept = faults.keys().chain(rest).take(MOST_NODES);
    kept.copied().collect()
}

struct Chart<'t> {
    topology: &'t Topology,
    faults: BTreeMap<usize, Severity>,
    drawn: BTreeSet<usize>,
}

impl Chart<'_> {
    fn text(&self) -> String {
        let mut lines = vec!["flowchart LR".to_owned()];
        let top = self
            .drawn
            .iter()
            .filter(|node| self.container(**node).is_none());
        for node in top {
            self.node(*node, 1, &mut lines);
        }
        for edge in &self.topology.edges {
            if self.drawn.contains(&edge.from) && self.drawn.contains(&edge.to) {
                let label = escaped(&edge.label);
                lines.push(format!("  n{} -->|\"{label}\"| n{}", edge.from, edge.to));
            }
        }
        for (severity, style) in [
            (Severity::Error, "stroke:#d1242f,stroke-width:3px"),
            (Severity::Warning, "stroke:#bf8700,stroke-width:3px"),
            (Severity::Note, "stroke:#0969da,stroke-width:2px"),
        ] {
            let at_fault = self
                .faults
                .iter()
                .filter(|(n, s)| **s == severity && self.drawn.contains(n));
            let nodes: Vec<String> = at_fault.map(|(node, _)| format!("n{node}")).collect();
            if !nodes.is_empty() {
                lines.push(format!("  classDef {} {style}", severity.name()));
                lines.push(format!("  class {} {}", nodes.join(","), severity.name()));
            }
        }
        lines.join("\n")
    }

    /// What a resource is drawn in.
    fn container(&self, node: usize) -> Option<usize> {
        self.topology.nodes[node]
            .inside
            .filter(|outer| self.drawn.contains(outer))
    }

    fn node(&self, number: usize, depth: usize, lines: &mut Vec<String>) {
        let node = &self.topology.nodes[number];
        let mark = match self.faults.get(&number) {
            Some(Severity::Error) => "✗ ",
            Some(_) => "! ",
            None => "",
        };
        let label = format!("{mark}{}<br/>{}", escaped(&node.name), escaped(&node.title));
        let indent = "  ".repeat(depth);
        let inner = self
            .drawn
            .iter()
            .filter(|n| self.container(**n) == Some(number));
        let inner: Vec<usize> = inner.copied().collect();
        // A cycle of containers can't be drawn; nothing in Azure is one.
        if inner.is_empty() || depth > FARTHEST {
            lines.push(format!("{indent}n{number}[\"{label}\"]"));
            return;
        }
        lines.push(format!("{indent}subgraph n{number}[\"{label}\"]"));
        for node in inner {
            self.node(node, depth + 1, lines);
        }
        lines.push(format!("{indent}end"));
    }
}

/// Text inside quotes. Mermaid knows entity codes with `#` in place of `&`.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text).chars().take(80) {
        match c {
            '"' => out += "#quot;",
            '#' => out += "#35;",
            '<' => out += "#lt;",
            '>' => out += "#gt;",
            '&' => out += "#amp;",
            '`' => out.push('\''),
            c => out.push(c),
        }
    }
    out
}
