//! Checks a model against the rules. Each check runs for every choice of its bindings; conditions that
//! are not known are split on, and what the sides have in common is said once.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::Library;
use super::cases::{Case, MOST_CONDITIONS, merge, outcomes, too_many};
use super::compile::{Check, Range, Rule};
use super::condition::{self, Datum, Env, Outcome, World};
use super::describe::{Describe, bound};
use super::world::View;
use super::yields::{self, Found};
use crate::declared::Problem;
use crate::finding::{Finding, Undecided};
use crate::model::{Model, ResourceId, To};
use crate::source::Sources;
use crate::value::{Assignment, Cause, Data, Need, Value};

/// What the rules say of a model.
#[derive(Debug, Default)]
pub struct Decision {
    /// In the order of the rules and resources.
    pub findings: Vec<Finding>,
    /// What others among the findings tell already.
    pub yielded: Vec<Finding>,
    /// Likewise.
    pub undecided: Vec<Undecided>,
    /// Choices of bindings for which a check applies and holds.
    pub held: usize,
    /// Rules that failed in themselves.
    pub problems: Vec<Problem>,
}

/// Checks a model against the rules that `selected` picks, in parallel.
pub fn check(
    library: &Library,
    model: &Model<'_>,
    sources: &Sources,
    selected: &(dyn Fn(&str) -> bool + Sync),
) -> Decision {
    let asked = |rule: &&Rule| selected(&rule.info.slug);
    // What others tell is not repeated, whether or not these are asked for.
    let heard_first: HashSet<&str> = library
        .rules
        .iter()
        .filter(asked)
        .flat_map(Rule::yields_to)
        .collect();
    let parts: Vec<(Vec<Found>, Decision)> = library
        .rules
        .par_iter()
        .filter(|rule| asked(rule) || heard_first.contains(&*rule.info.slug))
        .map(|rule| {
            let run = || check_rule(library, model, sources, rule);
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or_else(|_| {
                let failed = Decision {
                    problems: vec![
                        Problem::general(format!(
                            "internal error in rule `{}`; it was not checked",
                            rule.info.slug
                        ))
                        .help("please report this with the template that causes it"),
                    ],
                    ..Decision::default()
                };
                (Vec::new(), failed)
            })
        })
        .collect();
    let mut all = Decision::default();
    let mut found = Vec::new();
    for (more, part) in parts {
        found.extend(more);
        let undecided = part.undecided.into_iter();
        all.undecided
            .extend(undecided.filter(|open| selected(&open.rule.slug)));
        all.problems.extend(part.problems);
        all.held += part.held;
    }
    (all.findings, all.yielded) = yields::settle(found);
    all.findings.retain(|finding| selected(&finding.rule.slug));
    all
}

fn check_rule(
    library: &Library,
    model: &Model<'_>,
    sources: &Sources,
    rule: &Rule,
) -> (Vec<Found>, Decision) {
    let mut decision = Decision::default();
    let mut found = Vec::new();
    let view = View {
        model,
        library,
        about: None,
        absent: None,
    };
    for (number, check) in rule.checks.iter().enumerate() {
        let mut run = Run {
            check,
            view: &view,
            results: BTreeMap::new(),
        };
        run.explore(&mut Vec::new(), Env::default(), &Assignment::new());
        let results = std::mem::take(&mut run.results);
        for (choice, (env, cases)) in results {
            let about = match choice.get(check.resource) {
                Some(Choice::Resource(id)) => Some(*id),
                _ => bound(&env).next(),
            };
            let Some(about) = about else { continue };
            let view = View {
                about: Some(about),
                ..view
            };
            let merged = merge(cases);
            if merged.iter().any(|(_, v)| matches!(v, Outcome::Holds)) {
                decision.held += 1;
            }
            for (sides, verdict) in merged {
                let violation = Describe {
                    check,
                    view: &view,
                    env: &env,
                    sides: &sides,
                    about,
                };
                let verdict = match verdict {
                    Outcome::Violated => violation.left_open().unwrap_or(verdict),
                    verdict => verdict,
                };
                match verdict {
                    Outcome::Violated => {
                        let finding = violation.finding(rule, number, sources);
                        found.extend(
                            finding.map(|told| Found::new(told, check, &env, &view, &sides)),
                        );
                    }
                    Outcome::Undecided { cause, value } => {
                        let resource = model.resource(about);
                        if let Some(span) = value.span().or(resource.header) {
                            decision.undecided.push(Undecided {
                                rule: rule.info.clone(),
                                resource: resource.address.clone(),
                                cause,
                                span,
                            });
                        }
                    }
                    Outcome::NotApplicable | Outcome::Holds => {}
                }
            }
        }
    }
    (found, decision)
}

/// What a binding stands for: a resource, or a value by its place in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Choice {
    Resource(ResourceId),
    Value(usize),
}

/// How to go on in one case.
type GoOn<'f, R> = dyn FnMut(&mut R, &mut Vec<Choice>, Env, &Assignment) + 'f;

struct Run<'a> {
    check: &'a Check,
    view: &'a View<'a>,
    results: BTreeMap<Vec<Choice>, (Env, Vec<Case>)>,
}

impl Run<'_> {
    /// Binds the next name, or judges when all are bound; splits where a side is needed.
    fn explore(&mut self, chosen: &mut Vec<Choice>, env: Env, sides: &Assignment) {
        if chosen.len() == self.check.bindings.len() {
            let (applies, require) = (self.check.applies.as_ref(), &self.check.require);
            let judge =
                |sides: &Assignment| condition::judge(applies, require, &env, self.view, sides);
            for (sides, outcome) in outcomes(sides, &judge) {
                self.note(chosen, &env, &sides, outcome);
            }
            return;
        }
        // What the names so far rule out is no matter of what the others may be.
        let mut early = self.check.early[chosen.len()].iter();
        if early.any(|part| condition::rules_out(part, &env, self.view, sides)) {
            return;
        }
        let Err(need) = self.bind(chosen, &env, sides) else {
            return;
        };
        self.split(
            chosen,
            &env,
            sides,
            &need,
            &mut |run, chosen, env, sides| {
                run.explore(chosen, env, sides);
            },
        );
    }

    fn split(
        &mut self,
        chosen: &mut Vec<Choice>,
        env: &Env,
        sides: &Assignment,
        need: &Need,
        go_on: &mut GoOn<'_, Self>,
    ) {
        if sides.taken().len() >= MOST_CONDITIONS {
            return self.note(chosen, env, sides, too_many(need));
        }
        for holds in [true, false] {
            go_on(self, chosen, env.clone(), &sides.with(&need.0, holds));
        }
    }

    fn bind(
        &mut self,
        chosen: &mut Vec<Choice>,
        env: &Env,
        sides: &Assignment,
    ) -> Result<(), Need> {
        let mut choices: Vec<(Choice, Datum, Value)> = Vec::new();
        match &self.check.bindings[chosen.len()] {
            Range::Kind(kind) => {
                for id in self.view.model.of_kind(*kind) {
                    if self.view.model.resource(*id).managed {
                        choices.push((Choice::Resource(*id), (*id).into(), self.view.exists(*id)));
                    }
                }
            }
            Range::Over(expr) => match condition::eval(expr, env, self.view, sides)? {
                Datum::Resources(members) => {
                    for id in members.items {
                        choices.push((Choice::Resource(id), id.into(), self.view.exists(id)));
                    }
                    for (id, when) in members.when {
                        choices.push((Choice::Resource(id), id.into(), when));
                    }
                    // Members that may exist leave the question open.
                    let open = members.possible.first().map(|(_, cause)| cause.clone());
                    if let Some(cause) = members.incomplete.or(open) {
                        self.open(chosen, env, sides, cause, &Value::null());
                    }
                }
                Datum::Resource(target) => match target.to {
                    To::Resource(id) => {
                        choices.push((Choice::Resource(id), target.into(), self.view.exists(id)));
                    }
                    To::Unknown(symbol) => {
                        let cause = symbol.cause().clone();
                        self.open(chosen, env, sides, cause, &target.value);
                    }
                    To::Null | To::Other(_) | To::Cases(_) => {}
                },
                Datum::Value(value) => self.values(&value, &mut choices, chosen, env, sides),
            },
        }
        for (choice, datum, exists) in choices {
            self.admit(chosen, choice, &datum, &exists, env, sides);
        }
        Ok(())
    }

    fn values(
        &mut self,
        value: &Value,
        choices: &mut Vec<(Choice, Datum, Value)>,
        chosen: &[Choice],
        env: &Env,
        sides: &Assignment,
    ) {
        let more = match &value.data {
            Data::List(list) => {
                for (i, item) in list.items.iter().enumerate() {
                    choices.push((Choice::Value(i), item.clone().into(), true.into()));
                }
                list.rest.as_ref().map(|rest| rest.symbol.cause().clone())
            }
            _ => value.first_symbol().map(|symbol| symbol.cause().clone()),
        };
        if let Some(cause) = more {
            self.open(chosen, env, sides, cause, value);
        }
    }

    /// Goes on with one more binding where it exists.
    fn admit(
        &mut self,
        chosen: &mut Vec<Choice>,
        choice: Choice,
        datum: &Datum,
        exists: &Value,
        env: &Env,
        sides: &Assignment,
    ) {
        let need = match sides.resolve(exists) {
            Ok(exists) => match &exists.data {
                Data::Bool(true) => {
                    let mut env = env.clone();
                    env.0.push(datum.clone());
                    chosen.push(choice);
                    self.explore(chosen, env, sides);
                    chosen.pop();
                    return;
                }
                Data::Unknown(symbol) => Need(symbol.clone()),
                _ => return,
            },
            Err(need) => need,
        };
        self.split(chosen, env, sides, &need, &mut |run, chosen, env, sides| {
            run.admit(chosen, choice, datum, exists, &env, sides);
        });
    }

    /// Notes that what a binding ranges over is not known.
    fn open(
        &mut self,
        chosen: &[Choice],
        env: &Env,
        sides: &Assignment,
        cause: Cause,
        value: &Value,
    ) {
        let value = value.clone();
        self.note(chosen, env, sides, Outcome::Undecided { cause, value });
    }

    fn note(&mut self, chosen: &[Choice], env: &Env, sides: &Assignment, outcome: Outcome) {
        let entry = self
            .results
            .entry(chosen.to_vec())
            .or_insert_with(|| (env.clone(), Vec::new()));
        entry.1.push((sides.clone(), outcome));
    }
}
