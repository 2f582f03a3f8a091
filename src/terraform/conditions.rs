//! Conditions that Terraform checks before it plans: `validation` of variables, `precondition` and
//! `postcondition`. One that is certainly false for the values given is a problem. `check` blocks only
//! warn, so they say nothing here.

use super::eval::{is_error, to_bool};
use super::expand::{self, Told};
use super::refs::Collector;
use super::refused;
use super::syntax::ast::{Body, Expr};
use super::unit::{Item, State, Unit, repeated};
use crate::declared::Problem;
use crate::source::Span;
use crate::value::Value;

/// A condition and what Terraform says when it does not hold.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub(super) holds: Expr,
    message: Option<Expr>,
}

impl Condition {
    /// The conditions among the blocks of a body.
    pub(super) fn all(body: &Body, kinds: &[&str]) -> Vec<Condition> {
        let blocks = body.blocks().filter(|b| kinds.contains(&&*b.kind));
        let read = |body: &Body| {
            Some(Condition {
                holds: body.get("condition")?.clone(),
                message: body.get("error_message").cloned(),
            })
        };
        blocks.filter_map(|b| read(&b.body)).collect()
    }
}

/// A condition to check, and where.
struct Checked<'c> {
    condition: &'c Condition,
    /// The block that it belongs to, as people know it.
    of: String,
    /// The value at fault; the condition itself, unless said.
    at: Option<Span>,
}

/// A condition that does not hold.
struct Broken {
    problem: Problem,
    /// A root's variable has only its default.
    by_default: bool,
}

impl Unit<'_> {
    /// Conditions that are false in what certainly exists. A root is often checked without the values
    /// that it is planned with, so what rests on the default of a root's variable is no problem: like
    /// `terraform validate`, which says nothing of it, but told.
    pub(super) fn check_conditions(&mut self) {
        let mut found: Vec<Broken> = Vec::new();
        for (instance, at) in self.instances.iter().enumerate() {
            if at.module.known || at.exists.as_bool() != Some(true) {
                continue;
            }
            for (i, variable) in at.module.variables.iter().enumerate() {
                let value = &at.states[at.slot(Item::Variable(i))];
                let State::Done(value) = value else { continue };
                for condition in &variable.validations {
                    let checked = Checked {
                        condition,
                        of: format!("variable `{}`", variable.name),
                        at: value.span(),
                    };
                    found.extend(self.broken(instance, &checked, None));
                }
            }
            for output in &at.module.outputs {
                for condition in &output.conditions {
                    let checked = Checked {
                        condition,
                        of: format!("output `{}`", output.name),
                        at: None,
                    };
                    found.extend(self.broken(instance, &checked, None));
                }
            }
            self.check_resources(instance, &mut found);
        }
        for Broken {
            problem,
            by_default,
        } in found
        {
            self.tell(problem, by_default);
        }
    }

    /// What is to be told of a `count` or `for_each`. A value that Terraform refuses is likewise no problem
    /// where it rests on a default of the root.
    pub(super) fn tell_repetition(&mut self, instance: usize, body: &Body, told: Told) {
        if !(told.of_value.is_empty() && told.errors.is_empty()) {
            let mut read = Collector::default();
            body.repetition().for_each(|(_, expr)| read.expr(expr));
            let sources = self.sources(instance, &read.refs);
            let errors = told.errors.into_iter().filter(|_| sources.certain());
            for problem in told.of_value.into_iter().chain(errors) {
                self.tell(problem, sources.default);
            }
        }
        for problem in told.problems {
            self.tell(problem, false);
        }
    }

    fn check_resources(&self, instance: usize, found: &mut Vec<Broken>) {
        let at = &self.instances[instance];
        for resource in &at.module.resources {
            if resource.conditions.is_empty() {
                continue;
            }
            let body = &resource.block.body;
            let address = format!("{}{}", at.prefix(), resource.local_address());
            // What is wrong with the repetition was told when the resource was evaluated.
            let expansion = self.with_evaluator(instance, |ev, scope| {
                expand::expand(ev, scope, body, &address, &mut Told::default())
            });
            let certain = expansion.instances.iter();
            for repetition in certain.filter(|i| i.exists.as_bool() == Some(true)) {
                for condition in &resource.conditions {
                    let checked = Checked {
                        condition,
                        of: format!("`{address}{}`", expansion.suffix(repetition)),
                        at: None,
                    };
                    found.extend(self.broken(instance, &checked, Some((repetition, body))));
                }
            }
        }
    }

    /// What to say, where the condition is certainly false.
    fn broken(
        &self,
        instance: usize,
        checked: &Checked<'_>,
        repetition: Option<(&expand::Instance, &Body)>,
    ) -> Option<Broken> {
        let Condition { holds, message } = checked.condition;
        let eval = |expr: &Expr| -> Value {
            self.with_evaluator(instance, |ev, scope| match repetition {
                Some((repetition, _)) => ev.eval(expr, &repeated(scope, repetition)),
                None => ev.eval(expr, scope),
            })
        };
        let value = eval(holds);
        let refused = |what| Problem::at(holds.span, format!("{}: {what}", checked.of));
        let refused = match to_bool(&value) {
            _ if is_error(&value) => Some(refused::problem(&value)?),
            None => Some(refused("its condition is no boolean").help("write a comparison")),
            Some(b) if b.is_null() => Some(refused("its condition is null").help("compare it")),
            Some(b) if b.as_bool() == Some(false) => None,
            _ => return None,
        };
        let mut read = Collector::default();
        read.expr(holds);
        if let Some((_, body)) = repetition {
            body.repetition().for_each(|(_, expr)| read.expr(expr));
        }
        if read.files {
            return None;
        }
        let sources = self.sources(instance, &read.refs);
        let by_default = sources.default;
        if let Some(problem) = refused {
            return sources.certain().then_some(Broken {
                problem,
                by_default,
            });
        }
        let message = message.as_ref().map(eval);
        let message = message.filter(|m| !m.hides());
        let message = message.as_ref().and_then(Value::as_str);
        let message = message.unwrap_or("its condition does not hold");
        let message = message.trim().trim_end_matches('.');
        let at = checked.at.unwrap_or(holds.span);
        let help = match by_default {
            true => {
                "Terraform refuses the plan unless other values are given; this rests on a default"
            }
            false => "Terraform refuses the plan while the condition does not hold",
        };
        let problem = Problem::at(at, format!("{}: {message}", checked.of)).help(help);
        Some(Broken {
            problem,
            by_default,
        })
    }
}
