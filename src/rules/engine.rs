//! Checks a model against the rules. Each check runs for every choice of its bindings; conditions that
//! are not known are split on, and what the sides have in common is said once.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use rayon::prelude::*;

use super::compile::{Check, Place, Range, Rule};
use super::condition::{self, Datum, Env, World};
use super::world::View;
use super::Library;
use crate::declared::{Language, Problem};
use crate::finding::{Finding, Label, Undecided};
use crate::model::{Attr, Model, ResourceId, Target, Targets, To};
use crate::source::{Sources, Span};
use crate::value::{Assignment, Cause, CauseKind, Data, Need, Value};

/// Conditions that one result may be split on; more leave it undecided.
const MOST_CONDITIONS: usize = 6;

/// What a check says of one choice of its bindings, in one case.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The check does not apply.
    Silent,
    /// It holds.
    Holds,
    /// It is violated.
    Violated,
    /// It can't be told.
    Undecided(Cause, Option<Span>),
}

/// What the rules say of a model.
#[derive(Debug, Default)]
pub struct Decision {
    /// In the order of the rules and resources.
    pub findings: Vec<Finding>,
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
    let parts: Vec<Decision> = library
        .rules
        .par_iter()
        .filter(|rule| selected(&rule.info.slug))
        .map(|rule| {
            let run = || check_rule(library, model, sources, rule);
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or_else(|_| Decision {
                problems: vec![
                    Problem::general(format!("internal error in rule `{}`; it was not checked", rule.info.slug))
                        .help("please report this with the template that causes it"),
                ],
                ..Decision::default()
            })
        })
        .collect();
    let mut all = Decision::default();
    for part in parts {
        all.findings.extend(part.findings);
        all.undecided.extend(part.undecided);
        all.problems.extend(part.problems);
        all.held += part.held;
    }
    all
}

fn check_rule(library: &Library, model: &Model<'_>, sources: &Sources, rule: &Rule) -> Decision {
    let mut decision = Decision::default();
    let view = View { model, library };
    for (number, check) in rule.checks.iter().enumerate() {
        let mut run = Run {
            check,
            view: &view,
            results: BTreeMap::new(),
        };
        run.explore(&mut Vec::new(), Env::default(), &Assignment::new());
        let results = std::mem::take(&mut run.results);
        for (choice, (env, cases)) in results {
            let about = choice.get(check.resource).copied().unwrap_or(Choice::Value(0));
            let merged = merge(cases);
            if merged.iter().any(|(_, v)| matches!(v, Verdict::Holds)) {
                decision.held += 1;
            }
            for (sides, verdict) in merged {
                match verdict {
                    Verdict::Violated => {
                        let report = Reporter { check, view: &view, env: &env, sides: &sides, about };
                        decision
                            .findings
                            .extend(report.finding(rule, number, sources));
                    }
                    Verdict::Undecided(cause, span) => {
                        let resource = run.resource_of(about, &env);
                        let span = span.or_else(|| resource.and_then(|r| model.resource(r).header));
                        if let (Some(resource), Some(span)) = (resource, span) {
                            decision.undecided.push(Undecided {
                                rule: rule.info.clone(),
                                resource: model.resource(resource).address.clone(),
                                cause,
                                span,
                            });
                        }
                    }
                    Verdict::Silent | Verdict::Holds => {}
                }
            }
        }
    }
    decision
}

/// What a binding stands for: a resource, or a value by its place in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Choice {
    Resource(ResourceId),
    Value(usize),
}

type Case = (Assignment, Verdict);

struct Run<'a> {
    check: &'a Check,
    view: &'a View<'a>,
    results: BTreeMap<Vec<Choice>, (Env, Vec<Case>)>,
}

impl Run<'_> {
    /// Binds the next name, or judges when all are bound; splits where a side is needed.
    fn explore(&mut self, chosen: &mut Vec<Choice>, env: Env, sides: &Assignment) {
        let need = if chosen.len() == self.check.bindings.len() {
            match self.judge(&env, sides) {
                Ok(verdict) => return self.note(chosen, env, sides, verdict),
                Err(need) => need,
            }
        } else {
            match self.bind(chosen, &env, sides) {
                Ok(()) => return,
                Err(need) => need,
            }
        };
        self.split(chosen, &env, sides, &need, &mut |run, chosen, env, sides| {
            run.explore(chosen, env, sides);
        });
    }

    fn split(
        &mut self,
        chosen: &mut Vec<Choice>,
        env: &Env,
        sides: &Assignment,
        need: &Need,
        go_on: &mut dyn FnMut(&mut Self, &mut Vec<Choice>, Env, &Assignment),
    ) {
        if sides.taken().len() >= MOST_CONDITIONS {
            let cause = Cause::new(CauseKind::Limit, "it depends on too many conditions");
            return self.note(chosen, env.clone(), sides, Verdict::Undecided(cause, None));
        }
        for holds in [true, false] {
            go_on(self, chosen, env.clone(), &sides.with(&need.0, holds));
        }
    }

    fn bind(&mut self, chosen: &mut Vec<Choice>, env: &Env, sides: &Assignment) -> Result<(), Need> {
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
                    let open = members.possible.into_iter().map(|(_, cause)| cause).next();
                    if let Some(cause) = members.incomplete.or(open) {
                        self.note(chosen, env.clone(), sides, Verdict::Undecided(cause, None));
                    }
                }
                Datum::Resource(target) => match target.to {
                    To::Resource(id) => {
                        choices.push((Choice::Resource(id), target.into(), self.view.exists(id)));
                    }
                    To::Unknown(symbol) => {
                        let span = target.value.span();
                        let verdict = Verdict::Undecided(symbol.cause().clone(), span);
                        self.note(chosen, env.clone(), sides, verdict);
                    }
                    To::Null | To::Cases(_) => {}
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
            self.note(chosen, env.clone(), sides, Verdict::Undecided(cause, value.span()));
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

    fn judge(&self, env: &Env, sides: &Assignment) -> Result<Verdict, Need> {
        if let Some(applies) = &self.check.applies {
            match truth(condition::eval(applies, env, self.view, sides)?) {
                Ok(true) => {}
                Ok(false) => return Ok(Verdict::Silent),
                Err(value) => return Ok(undecided(&value)),
            }
        }
        Ok(match truth(condition::eval(&self.check.require, env, self.view, sides)?) {
            Ok(true) => Verdict::Holds,
            Ok(false) if sides.entangled() => Verdict::Undecided(
                Cause::new(CauseKind::Limit, "it depends on conditions that may exclude each other"),
                None,
            ),
            Ok(false) => Verdict::Violated,
            Err(value) => undecided(&value),
        })
    }

    fn note(&mut self, chosen: &[Choice], env: Env, sides: &Assignment, verdict: Verdict) {
        let entry = self.results.entry(chosen.to_vec()).or_insert_with(|| (env, Vec::new()));
        entry.1.push((sides.clone(), verdict));
    }

    fn resource_of(&self, about: Choice, env: &Env) -> Option<ResourceId> {
        match about {
            Choice::Resource(id) => Some(id),
            Choice::Value(_) => env.0.iter().find_map(|d| match d {
                Datum::Resource(Target { to: To::Resource(id), .. }) => Some(*id),
                _ => None,
            }),
        }
    }
}

fn truth(datum: Datum) -> Result<bool, Value> {
    match datum {
        Datum::Value(value) => value.as_bool().ok_or(value),
        _ => Err(Value::null()),
    }
}

fn undecided(value: &Value) -> Verdict {
    let cause = value.first_symbol().map_or_else(
        || Cause::new(CauseKind::Invalid, "it is not of the type that the rule needs"),
        |symbol| symbol.cause().clone(),
    );
    Verdict::Undecided(cause, value.span())
}

/// Joins cases that differ in one condition only and say the same.
fn merge(mut cases: Vec<Case>) -> Vec<Case> {
    loop {
        let found = (0..cases.len()).find_map(|i| {
            (i + 1..cases.len()).find_map(|j| {
                let joined = join(&cases[i].0, &cases[j].0)?;
                alike(&cases[i].1, &cases[j].1).then_some((i, j, joined))
            })
        });
        let Some((i, j, joined)) = found else {
            return cases;
        };
        cases.remove(j);
        cases[i].0 = joined;
    }
}

fn alike(a: &Verdict, b: &Verdict) -> bool {
    match (a, b) {
        (Verdict::Undecided(x, _), Verdict::Undecided(y, _)) => x == y,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// What two assignments have in common when they differ in the side of one condition only.
fn join(a: &Assignment, b: &Assignment) -> Option<Assignment> {
    let (a, b) = (a.taken(), b.taken());
    if a.len() != b.len() {
        return None;
    }
    let mut joined = Assignment::new();
    let mut differ = 0;
    for (cond, holds) in a {
        let (_, other) = b.iter().find(|(c, _)| c == cond)?;
        if holds == other {
            joined = joined.with(cond, *holds);
        } else {
            differ += 1;
        }
    }
    (differ <= 1).then_some(joined)
}

struct Reporter<'a> {
    check: &'a Check,
    view: &'a View<'a>,
    env: &'a Env,
    sides: &'a Assignment,
    about: Choice,
}

impl Reporter<'_> {
    fn finding(&self, rule: &Rule, number: usize, sources: &Sources) -> Option<Finding> {
        let model = self.view.model;
        let first = self.env.0.iter().find_map(|d| match d {
            Datum::Resource(Target { to: To::Resource(id), .. }) => Some(*id),
            _ => None,
        });
        let id = match self.about {
            Choice::Resource(id) => id,
            Choice::Value(_) => first?,
        };
        let resource = model.resource(id);
        let written = self.check.at.iter().find_map(|place| self.place(place));
        let (span, origin) = match written {
            Some((span, origin)) => (span, origin),
            None => (resource.header.or_else(|| model.resource(first?).header)?, Vec::new()),
        };
        let format = |t: &condition::Template| t.format(self.env, self.view, self.sides);
        let message = format(&self.check.message);
        let remedy = match model.language(id) {
            Language::Azurerm => &self.check.azurerm,
            Language::Arm => &self.check.arm,
        };
        let related = self
            .check
            .also
            .iter()
            .filter_map(|(place, text)| {
                let (span, _) = self.place(place)?;
                Some(Label { span, text: format(text) })
            })
            .filter(|label| label.span != span)
            .collect();
        Some(Finding {
            rule: rule.info.clone(),
            severity: self.check.severity,
            fingerprint: fingerprint(&rule.info.slug, &sources.get(span.file).path, &resource.address, &message),
            message,
            check: number,
            unit: "".into(),
            resource: resource.address.clone(),
            also: Vec::new(),
            primary: Label { span, text: String::new() },
            origin,
            related,
            when: self.sides.shown(),
            help: format(&self.check.help),
            remedy: remedy.as_ref().map(format).unwrap_or_default(),
        })
    }

    /// A place, and where the value that stands there came from.
    fn place(&self, place: &Place) -> Option<(Span, Vec<Label>)> {
        match place {
            Place::Heading(expr) => {
                let datum = condition::eval(expr, self.env, self.view, self.sides).ok()?;
                let Datum::Resource(Target { to: To::Resource(id), .. }) = datum else {
                    return None;
                };
                Some((self.view.model.resource(id).header?, Vec::new()))
            }
            Place::Written(expr) => {
                let datum = condition::eval(expr, self.env, self.view, self.sides).ok()?;
                let value = match datum {
                    Datum::Value(value) => value,
                    Datum::Resource(target) => target.value,
                    Datum::Resources(_) => self.leading_here(expr)?,
                };
                // A list is where its first member is.
                let inner = value.as_list().and_then(|l| l.items.first()).cloned();
                let value = inner.filter(|v| v.span().is_some()).unwrap_or(value);
                let origin = value.origin()?;
                let labels = origin
                    .chain()
                    .zip(origin.chain().skip(1))
                    .map(|(link, next)| Label {
                        span: next.span,
                        text: link.reads.as_ref().map_or_else(String::new, |r| format!("`{}` comes from here", r.name)),
                    })
                    .filter(|label| label.span != origin.span)
                    .collect();
                Some((origin.span, labels))
            }
        }
    }

    /// Of an attribute with several references, the one that leads to a resource that is bound.
    fn leading_here(&self, expr: &condition::Expr) -> Option<Value> {
        let (owner, name) = expr.source().rsplit_once('.')?;
        let bound: Vec<ResourceId> = self
            .env
            .0
            .iter()
            .filter_map(|d| match d {
                Datum::Resource(Target { to: To::Resource(id), .. }) => Some(*id),
                _ => None,
            })
            .collect();
        _ = owner;
        bound.iter().find_map(|id| {
            let number = self.view.model.kind(*id).attribute_number(name)?;
            match self.view.model.attribute(*id, number) {
                Attr::Targets(targets) => self.find_target(targets, &bound),
                _ => None,
            }
        })
    }

    fn find_target(&self, targets: &Targets, bound: &[ResourceId]) -> Option<Value> {
        match targets {
            Targets::List(list, _) => list.iter().find_map(|t| self.leads(t, bound)),
            Targets::Cases(_, then, otherwise) => {
                self.find_target(then, bound).or_else(|| self.find_target(otherwise, bound))
            }
        }
    }

    fn leads(&self, target: &Target, bound: &[ResourceId]) -> Option<Value> {
        match &target.to {
            To::Resource(id) => bound.contains(id).then(|| target.value.clone()),
            To::Cases(cases) => self.leads(&cases.then, bound).or_else(|| self.leads(&cases.otherwise, bound)),
            To::Null | To::Unknown(_) => None,
        }
    }
}

/// The same for the same fault after lines moved.
fn fingerprint(rule: &str, path: &str, resource: &Arc<str>, message: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (rule, path, resource, message).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
