//! One cause, one finding: of two rules that find the same, the one that says it better is heard.
//!
//! A condition can't say so: where the other rule is undecided it would be, too. So it is settled once all rules
//! have spoken, between findings.

use std::collections::HashMap;

use super::compile::Check;
use super::condition::{self, Datum, Env};
use super::describe::bound;
use super::world::View;
use crate::finding::Finding;
use crate::model::{ResourceId, Target, To};
use crate::value::Assignment;

/// A finding, and what tells whether it is heard.
pub(super) struct Found {
    pub(super) finding: Finding,
    /// The case in which it holds.
    sides: Assignment,
    /// The resources that take part in it.
    about: Vec<ResourceId>,
    /// Rules that it yields to, with the resources over which it does.
    to: Vec<(String, Vec<ResourceId>)>,
}

impl Found {
    pub(super) fn new(
        finding: Finding,
        check: &Check,
        env: &Env,
        view: &View<'_>,
        sides: &Assignment,
    ) -> Found {
        let over = |expr| match condition::eval(expr, env, view, sides) {
            Ok(Datum::Resource(Target {
                to: To::Resource(id),
                ..
            })) => vec![id],
            Ok(Datum::Resources(members)) => {
                let when = members.when.iter().map(|(id, _)| *id);
                members.items.iter().copied().chain(when).collect()
            }
            _ => Vec::new(),
        };
        let to = check.yields.iter();
        Found {
            to: to.map(|(slug, expr)| (slug.clone(), over(expr))).collect(),
            about: bound(env).collect(),
            sides: sides.clone(),
            finding,
        }
    }

    /// Whether this other one tells the same, in all cases in which this one holds.
    fn is_told_by(&self, other: &Found) -> bool {
        let (own, told) = (&self.finding, &other.finding);
        let same_check = own.check == told.check && own.rule.slug == told.rule.slug;
        let mut over = self.to.iter().filter(|(slug, _)| *slug == told.rule.slug);
        !same_check
            && over.any(|(_, over)| over.iter().any(|id| other.about.contains(id)))
            && other
                .sides
                .taken()
                .iter()
                .all(|side| self.sides.taken().contains(side))
    }
}

/// Those that are heard, and those that yield to one of these.
pub(super) fn settle(found: Vec<Found>) -> (Vec<Finding>, Vec<Finding>) {
    let mut by_rule: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, one) in found.iter().enumerate() {
        by_rule.entry(&one.finding.rule.slug).or_default().push(i);
    }
    let mut heard = vec![true; found.len()];
    for (i, one) in found.iter().enumerate() {
        let slugs = one
            .to
            .iter()
            .filter_map(|(slug, _)| by_rule.get(slug.as_str()));
        heard[i] = !slugs
            .flatten()
            .any(|&j| heard[j] && one.is_told_by(&found[j]));
    }
    let mut heard = heard.into_iter();
    let (heard, yielded): (Vec<Found>, Vec<Found>) =
        found.into_iter().partition(|_| heard.next() == Some(true));
    let findings = |found: Vec<Found>| found.into_iter().map(|one| one.finding).collect();
    (findings(heard), findings(yielded))
}
