//! Expressions that Terraform can't evaluate, in what certainly exists: told where they stand, once.

use std::collections::BTreeSet;

use super::eval::{self, is_error};
use super::refs::Ref;
use super::types::MISFIT;
use super::unit::{Called, Item, State, Unit};
use crate::declared::Problem;
use crate::value::{Data, Value};

/// What values are made of, directly or not.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sources {
    /// The default of a root's variable, which other values may replace.
    pub(super) default: bool,
    /// A resource or data source. What its provider makes of what is written is not known here.
    pub(super) resource: bool,
}

impl Sources {
    /// Whether other inputs and providers can't make something else of it.
    pub(super) fn certain(self) -> bool {
        !(self.default || self.resource)
    }
}

/// What to say of an error value; nothing of other values.
pub(super) fn problem(error: &Value) -> Option<Problem> {
    let reason = eval::reason(error)?;
    let span = error.origin()?.written_at();
    let problem = Problem::at(span, reason);
    Some(problem.help("Terraform refuses this, and what depends on it is undecided"))
}

/// The errors that a value certainly holds.
fn errors<'v>(value: &'v Value, out: &mut Vec<&'v Value>) {
    match &value.data {
        Data::List(list) => list.items.iter().for_each(|v| errors(v, out)),
        Data::Object(object) => object.entries.iter().for_each(|e| errors(&e.value, out)),
        _ if is_error(value) => out.push(value),
        _ => {}
    }
}

fn is_true(value: &Value) -> bool {
    value.as_bool() == Some(true)
}

impl Unit<'_> {
    /// Errors in the values of what is declared.
    pub(super) fn check_values(&mut self) {
        // What a broken block declares is not missing.
        if !self.instances.iter().all(|at| at.module.whole) {
            return;
        }
        let mut found: Vec<Problem> = Vec::new();
        for (instance, at) in self.instances.iter().enumerate() {
            if at.module.known || !is_true(&at.exists) {
                continue;
            }
            for item in at.items() {
                let mut values: Vec<&Value> = Vec::new();
                match (item, &at.states[at.slot(item)]) {
                    (Item::Resource(i), _) => {
                        let instances = at.resources[i].iter().filter(|r| is_true(&r.exists));
                        values.extend(instances.map(|r| &r.body));
                    }
                    (Item::Call(i), _) => {
                        if let Called::Outside(calls) = &at.calls[i] {
                            let calls = calls.iter().filter(|c| is_true(&c.exists));
                            values.extend(calls.map(|c| &c.inputs));
                        }
                    }
                    (_, State::Done(value)) => values.push(value),
                    _ => {}
                }
                let mut held = Vec::new();
                values.iter().for_each(|v| errors(v, &mut held));
                // What is not of the type of its variable was told.
                let variable = matches!(item, Item::Variable(_));
                held.retain(|e| !variable || eval::reason(e) != Some(MISFIT));
                let problems: Vec<Problem> = held.into_iter().filter_map(problem).collect();
                let certain = || {
                    self.sources_of(self.needs(instance, item), instance)
                        .certain()
                };
                if !problems.is_empty() && certain() {
                    found.extend(problems);
                }
            }
        }
        for problem in found {
            let modules = self.instances.iter().flat_map(|at| &at.module.problems);
            let mut told = modules.chain(&self.problems);
            // Of one place the first says it best.
            let place = problem.span;
            if !told.any(|p| place.is_some_and(|s| p.span.is_some_and(|p| s.is_within(p)))) {
                self.tell(problem, false);
            }
        }
    }

    /// What references lead to.
    pub(super) fn sources(&self, instance: usize, refs: &[Ref]) -> Sources {
        let mut open = Vec::new();
        self.resolve(instance, refs, &mut open);
        self.sources_of(open, instance)
    }

    /// What these items, and the calls that lead to the instance, are made of.
    fn sources_of(&self, mut open: Vec<(usize, Item)>, instance: usize) -> Sources {
        let calls = |instance: usize| {
            let caller = self.instances[instance].caller.as_ref();
            caller.map(|c| (c.instance, Item::Call(c.call)))
        };
        open.extend(calls(instance));
        let mut out = Sources::default();
        let mut seen = BTreeSet::new();
        while let Some((instance, item)) = open.pop() {
            let at = &self.instances[instance];
            if !seen.insert((instance, at.slot(item))) {
                continue;
            }
            match item {
                Item::Variable(i) => {
                    let variable = &at.module.variables[i];
                    let given = at.caller.is_some() || self.inputs.contains_key(&variable.name);
                    out.default |= variable.default.is_some() && !given;
                }
                Item::Resource(_) => out.resource = true,
                _ => {}
            }
            open.extend(self.needs(instance, item));
            open.extend(calls(instance));
        }
        out
    }
}
