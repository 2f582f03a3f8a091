//! Says once what several instances, callers and parameter files have in common, and sorts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::declared::{Declarations, Problem};
use crate::finding::{Finding, NotSeen, Report, Topology, Undecided};
use crate::source::{FileId, Sources, Span};
use crate::value::{Data, Value};

/// What one unit has to say.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) findings: Vec<Finding>,
    pub(super) yielded: Vec<Finding>,
    pub(super) undecided: Vec<Undecided>,
    pub(super) problems: Vec<Problem>,
    pub(super) notices: Vec<Problem>,
    pub(super) secrets: Vec<Span>,
    pub(super) topology: Option<Topology>,
    pub(super) resources: usize,
    pub(super) modelled: usize,
    pub(super) opaque: Vec<NotSeen>,
    pub(super) held: usize,
    pub(super) called: BTreeSet<FileId>,
}

impl Report {
    pub(super) fn add(&mut self, checked: Checked, unit: &str) {
        self.summary.resources += checked.resources;
        self.summary.modelled += checked.modelled;
        self.opaque.extend(checked.opaque);
        self.summary.held += checked.held;
        self.problems.extend(checked.problems);
        self.notices.extend(checked.notices);
        self.secrets.extend(checked.secrets);
        self.undecided.extend(checked.undecided);
        self.topologies
            .extend(checked.topology.map(|topology| Topology {
                unit: unit.into(),
                ..topology
            }));
        let of_unit = |mut finding: Finding| {
            finding.unit = unit.into();
            finding
        };
        self.findings
            .extend(checked.findings.into_iter().map(of_unit));
        self.yielded
            .extend(checked.yielded.into_iter().map(of_unit));
    }

    /// Sorts findings by place.
    pub(super) fn sort(&mut self, sources: &Sources) {
        let key = |f: &Finding| {
            let place = sources.order(f.primary.span);
            (place, f.rule.slug.clone(), f.check, f.resource.clone())
        };
        self.findings.sort_by_cached_key(key);
        self.suppressed.sort_by_cached_key(|s| key(&s.finding));
    }

    /// Joins what is one fault or one problem, and sorts what can't be decided and the problems.
    pub(super) fn settle(&mut self, sources: &Sources) {
        let mut joined: Vec<Finding> = Vec::new();
        let mut seen: HashMap<(String, Span, usize, String), usize> = HashMap::new();
        for finding in std::mem::take(&mut self.findings) {
            let key = (
                finding.rule.slug.clone(),
                finding.primary.span,
                finding.check,
                without_names(&finding.help),
            );
            match seen.get(&key) {
                Some(&i) => joined[i].absorb(finding),
                None => {
                    seen.insert(key, joined.len());
                    joined.push(finding);
                }
            }
        }
        self.findings = joined;
        let mut undecided: BTreeMap<_, Undecided> = BTreeMap::new();
        for open in std::mem::take(&mut self.undecided) {
            let key = (
                sources.order(open.span),
                open.rule.slug.clone(),
                open.resource.clone(),
                open.cause.clone(),
            );
            undecided.entry(key).or_insert(open);
        }
        self.undecided = undecided.into_values().collect();
        let place = |part: &NotSeen| (sources.order(part.span), part.address.clone());
        self.opaque.sort_by_cached_key(place);
        self.opaque.dedup_by_key(|part| place(part));
        self.secrets.sort_unstable();
        self.secrets.dedup();
        settle_problems(&mut self.problems, sources);
        settle_problems(&mut self.notices, sources);
    }
}

/// A text without the names in it: what is to be done, whatever it is done to.
fn without_names(text: &str) -> String {
    text.split('`').step_by(2).collect()
}

/// Where sensitive values were written.
pub(super) fn secrets(declarations: &Declarations) -> Vec<Span> {
    let mut found = Vec::new();
    for resource in &declarations.resources {
        collect_secrets(&resource.body, &mut found);
        let before = resource.change.as_ref().and_then(|c| c.before.as_ref());
        before
            .into_iter()
            .for_each(|b| collect_secrets(b, &mut found));
    }
    for part in &declarations.opaque {
        collect_secrets(&part.inputs, &mut found);
    }
    found
}

fn collect_secrets(value: &Value, found: &mut Vec<Span>) {
    if value.is_sensitive() {
        found.extend(value.origin().map(|origin| origin.written_at()));
    }
    match &value.data {
        Data::List(list) => list.items.iter().for_each(|v| collect_secrets(v, found)),
        Data::Object(object) => object
            .entries
            .iter()
            .for_each(|e| collect_secrets(&e.value, found)),
        Data::Cases(cases) => {
            collect_secrets(&cases.then, found);
            collect_secrets(&cases.otherwise, found);
        }
        _ => {}
    }
}

pub(super) fn settle_problems(problems: &mut Vec<Problem>, sources: &Sources) {
    problems.sort_by_cached_key(|p| (p.span.map(|s| sources.order(s)), p.message.clone()));
    problems.dedup();
    few_alike(problems, sources);
}

/// Problems of one message in one file that are told.
const MOST_ALIKE: usize = 20;

/// Of many problems of one message in one file tells the first, and how many more there are.
fn few_alike(problems: &mut Vec<Problem>, sources: &Sources) {
    let mut counts: HashMap<(FileId, String), usize> = HashMap::new();
    for problem in problems.iter() {
        if let Some(span) = problem.span {
            *counts
                .entry((span.file, problem.message.clone()))
                .or_default() += 1;
        }
    }
    counts.retain(|_, count| *count > MOST_ALIKE);
    if counts.is_empty() {
        return;
    }
    let mut told: HashMap<(FileId, String), usize> = HashMap::new();
    problems.retain_mut(|problem| {
        let Some(span) = problem.span else {
            return true;
        };
        let key = (span.file, problem.message.clone());
        let Some(count) = counts.get(&key) else {
            return true;
        };
        let so_far = told.entry(key).or_default();
        *so_far += 1;
        if *so_far == MOST_ALIKE {
            let path = &sources.get(span.file).path;
            let more = format!("and {} more like it in {path}", count - MOST_ALIKE);
            *problem = problem.clone().more_help(&more);
        }
        *so_far <= MOST_ALIKE
    });
}

impl Finding {
    /// Takes in the same fault of another instance, or seen through another caller.
    fn absorb(&mut self, other: Finding) {
        // What holds always is more than what holds in a case.
        if other.when.is_none() {
            self.when = None;
        }
        let address = if other.unit == self.unit {
            if other.resource == self.resource {
                return;
            }
            other.resource
        } else {
            format!("{}: {}", other.unit, other.resource).into()
        };
        if !self.also.contains(&address) {
            self.also.push(address);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::files::Memory;

    #[test]
    fn many_problems_alike_are_told_twenty_times() {
        let sources = Sources::new(Arc::new(Memory::new([("a.json", "{}")])));
        let file = sources
            .load(Path::new("a.json"))
            .unwrap_or_else(|e| panic!("{e}"));
        let at = |i: usize, message: &str| Problem::at(Span::new(file, i..i), message);
        let mut problems: Vec<Problem> = (0..500).map(|i| at(i, "wrong").help("mend it")).collect();
        problems.push(at(600, "other"));
        settle_problems(&mut problems, &sources);
        assert_eq!(problems.len(), 21);
        assert_eq!(problems[18].help.as_deref(), Some("mend it"));
        assert_eq!(
            problems[19].help.as_deref(),
            Some("mend it; and 480 more like it in a.json")
        );
        assert_eq!(problems[20].help, None);
    }
}
