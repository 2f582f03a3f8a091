//! The order of evaluation: an item after everything that it refers to, and what to say of a cycle. The
//! stack is explicit, so that long chains of references cost no depth.

use super::limits;
use super::refs::{Ref, Target};
use super::unit::{Called, Item, State, Unit};
use crate::declared::Problem;

impl Unit<'_> {
    /// Evaluates an item after everything that it refers to.
    pub(super) fn force(&mut self, instance: usize, item: Item) {
        let mut stack = vec![(instance, item)];
        while let Some(&(instance, item)) = stack.last() {
            let slot = self.instances[instance].slot(item);
            match self.instances[instance].states[slot] {
                State::Done(_) => {
                    stack.pop();
                    continue;
                }
                State::New => self.instances[instance].states[slot] = State::Active,
                State::Active => {}
            }
            let before = stack.len();
            for dependency in self.needs(instance, item) {
                let (at, what) = dependency;
                match self.instances[at].states[self.instances[at].slot(what)] {
                    State::New => stack.push(dependency),
                    // Only what is on the stack is active.
                    State::Active => self.cycle(&stack[..before], dependency),
                    State::Done(_) => {}
                }
            }
            if stack.len() > before {
                continue;
            }
            stack.pop();
            let value = self.value(instance, item);
            let value = limits::bounded(value);
            let slot = self.instances[instance].slot(item);
            self.instances[instance].states[slot] = State::Done(value);
        }
    }

    /// What has to be known first.
    pub(super) fn needs(&self, instance: usize, item: Item) -> Vec<(usize, Item)> {
        let at = &self.instances[instance];
        let mut out = Vec::new();
        match item {
            Item::Variable(i) => {
                if let Some(caller) = &at.caller {
                    let parent = &self.instances[caller.instance].module.calls[caller.call];
                    if let Some(refs) = parent.inputs.get(&at.module.variables[i].name) {
                        self.resolve(caller.instance, refs, &mut out);
                    }
                }
            }
            Item::Local(i) => self.resolve(instance, &at.module.locals[i].refs, &mut out),
            Item::Output(i) => self.resolve(instance, &at.module.outputs[i].refs, &mut out),
            Item::Resource(i) => self.resolve(instance, &at.module.resources[i].refs, &mut out),
            Item::Call(i) => {
                let call = &at.module.calls[i];
                self.resolve(instance, &call.refs, &mut out);
                // A module that is not followed is known by what it is given.
                if at.callees[i].is_err() {
                    for refs in call.inputs.values() {
                        self.resolve(instance, refs, &mut out);
                    }
                }
            }
        }
        out
    }

    /// References to the items that give their values.
    pub(super) fn resolve(&self, instance: usize, refs: &[Ref], out: &mut Vec<(usize, Item)>) {
        let at = &self.instances[instance];
        for r in refs {
            let Some(index) = at.module.find(&r.target) else {
                continue;
            };
            match &r.target {
                Target::Variable(_) => out.push((instance, Item::Variable(index))),
                Target::Local(_) => out.push((instance, Item::Local(index))),
                Target::Resource(..) => out.push((instance, Item::Resource(index))),
                Target::Module(_, output) => {
                    out.push((instance, Item::Call(index)));
                    let Called::Followed(_, children) = &at.calls[index] else {
                        continue;
                    };
                    for &child in children {
                        let outputs = &self.instances[child].module.outputs;
                        out.extend(
                            outputs
                                .iter()
                                .enumerate()
                                .filter(|(_, o)| output.as_ref().is_none_or(|name| o.name == *name))
                                .map(|(i, _)| (child, Item::Output(i))),
                        );
                    }
                }
            }
        }
    }

    fn cycle(&mut self, stack: &[(usize, Item)], back: (usize, Item)) {
        let from = stack.iter().rposition(|x| *x == back).unwrap_or(0);
        // What a module that is not there gives may have nothing to do with what it is given.
        let through_unseen = stack[from..].iter().any(|(at, item)| match item {
            Item::Call(i) => self.instances[*at].callees[*i].is_err(),
            _ => false,
        });
        if through_unseen {
            return;
        }
        // What is still new only waits for its turn beside the cycle.
        let mut names: Vec<String> = stack[from..]
            .iter()
            .filter(|(at, item)| {
                let at = &self.instances[*at];
                matches!(at.states[at.slot(*item)], State::Active)
            })
            .map(|x| self.name_of(*x))
            .collect();
        names.push(self.name_of(back));
        if names.len() > 8 {
            names.splice(4..names.len() - 3, ["…".to_owned()]);
        }
        let (instance, item) = back;
        let module = &self.instances[instance].module;
        let span = match item {
            Item::Local(i) => Some(module.locals[i].value.span),
            Item::Output(i) => Some(module.outputs[i].value.span),
            Item::Resource(i) => Some(module.resources[i].block.header),
            Item::Call(i) => Some(module.calls[i].block.header),
            Item::Variable(i) => module.variables[i].default.as_ref().map(|d| d.span),
        };
        let problem = Problem {
            message: format!("a cycle of references: {}", names.join(" → ")),
            span,
            help: Some("Terraform refuses cycles; let one of them not refer to the next".into()),
        };
        self.tell(problem, false);
    }

    fn name_of(&self, (instance, item): (usize, Item)) -> String {
        let at = &self.instances[instance];
        let m = &at.module;
        let name = match item {
            Item::Variable(i) => format!("var.{}", m.variables[i].name),
            Item::Local(i) => format!("local.{}", m.locals[i].name),
            Item::Output(i) => format!("output.{}", m.outputs[i].name),
            Item::Resource(i) => {
                let r = &m.resources[i];
                super::module::shown(&Target::Resource(r.mode, r.kind.clone(), r.name.clone()))
            }
            Item::Call(i) => format!("module.{}", m.calls[i].name),
        };
        format!("{}{name}", at.prefix())
    }
}
