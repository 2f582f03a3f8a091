//! Values that Terraform refuses: an attribute that an object lacks, an index beyond the end, text that
//! can't be converted. Each is told once, where it is written.

use std::collections::BTreeSet;

use super::eval::is_error;
use super::refs::Ref;
use super::unit::{Called, Instance, Item, State, Unit};
use crate::declared::Problem;
use crate::source::Span;
use crate::value::{CauseKind, Data, Origin, Value};

/// Faults by place, each with what is wrong.
type Found = BTreeSet<(Span, String)>;

impl Unit<'_> {
    /// Faults of expressions in what certainly exists. One that rests on a default of the root is none for
    /// whoever gives another value, nor is a file that may be made before Terraform runs: what depends on
    /// those is undecided, and no more is said.
    pub(super) fn check_values(&mut self) {
        // What a broken block declares is not missing.
        if self
            .instances
            .iter()
            .any(|at| !at.module.problems.is_empty())
        {
            return;
        }
        let mut found = Found::new();
        let certain = |at: &Instance| at.exists.as_bool() == Some(true);
        for (instance, at) in self.instances.iter().enumerate() {
            if at.module.known || !certain(at) {
                continue;
            }
            let locals = at.module.locals.iter().enumerate();
            let locals = locals.map(|(i, local)| (Item::Local(i), local));
            let outputs = at.module.outputs.iter().enumerate();
            let outputs = outputs.map(|(i, output)| (Item::Output(i), output));
            for (item, named) in locals.chain(outputs) {
                if let State::Done(value) = &at.states[at.slot(item)] {
                    self.refused(value, instance, &named.refs, &mut found);
                }
            }
            for (instances, declared) in at.resources.iter().zip(&at.module.resources) {
                let certain = instances.iter();
                for one in certain.filter(|i| i.exists.as_bool() == Some(true)) {
                    self.refused(&one.body, instance, &declared.refs, &mut found);
                }
            }
            for (called, call) in at.calls.iter().zip(&at.module.calls) {
                let refs: Vec<Ref> = call.inputs.values().flatten().cloned().collect();
                let inputs: Vec<&Value> = match called {
                    Called::Open => Vec::new(),
                    Called::Followed(_, children) => children
                        .iter()
                        .map(|child| &self.instances[*child])
                        .filter(|child| certain(child))
                        .flat_map(Instance::inputs)
                        .collect(),
                    Called::Outside(calls) => calls
                        .iter()
                        .filter(|one| one.exists.as_bool() == Some(true))
                        .map(|one| &one.inputs)
                        .collect(),
                };
                for value in inputs {
                    self.refused(value, instance, &refs, &mut found);
                }
            }
        }
        let places = self.problems.iter().filter_map(|p| p.span);
        found.retain(|(span, _)| !places.clone().any(|place| span.is_within(place)));
        for (span, message) in found {
            let help = "Terraform refuses this, and what depends on it is undecided";
            self.tell(Problem::at(span, message).help(help), false);
        }
    }

    /// The faults in a value that reads `refs`. What a name stands for is looked at where that is declared.
    fn refused(&self, value: &Value, instance: usize, refs: &[Ref], found: &mut Found) {
        let named = |origin: &Origin| origin.chain().any(|link| link.reads.is_some());
        match &value.data {
            Data::List(_) | Data::Object(_) if value.origin().is_some_and(|o| named(o)) => {}
            Data::List(list) => {
                for item in list.items.iter() {
                    self.refused(item, instance, refs, found);
                }
            }
            Data::Object(object) => {
                for entry in object.entries.iter() {
                    self.refused(&entry.value, instance, refs, found);
                }
            }
            Data::Unknown(symbol) if is_error(value) => {
                let cause = symbol.cause();
                if let Some(origin) = value.origin()
                    && cause.kind == CauseKind::Invalid
                    && !self.rests_on_default(instance, refs)
                {
                    found.insert((origin.written_at(), cause.text.to_string()));
                }
            }
            _ => {}
        }
    }
}

impl Instance {
    /// The values of its variables.
    fn inputs(&self) -> impl Iterator<Item = &Value> {
        let variables = 0..self.module.variables.len();
        variables.filter_map(|i| match &self.states[self.slot(Item::Variable(i))] {
            State::Done(value) => Some(value),
            _ => None,
        })
    }
}
