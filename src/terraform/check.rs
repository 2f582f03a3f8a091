//! References to what is not there: within a module, and across calls.

use super::module::{Module, shown};
use super::refs::{Ref, Target};
use super::syntax::ast::Name;
use super::unit::{Called, Unit};
use crate::declared::Problem;
use crate::source::Span;

impl Module {
    /// All references of the module's declarations.
    fn references(&self) -> impl Iterator<Item = &Ref> {
        let lists = [&self.locals, &self.outputs]
            .into_iter()
            .flatten()
            .flat_map(|n| n.refs.iter().chain(&n.waits));
        let resources = self
            .resources
            .iter()
            .flat_map(|r| r.refs.iter().chain(&r.waits));
        let calls = self.calls.iter().flat_map(|c| {
            c.refs
                .iter()
                .chain(&c.waits)
                .chain(c.inputs.values().flatten())
        });
        lists.chain(resources).chain(calls)
    }

    /// Each reference to something that is not declared, once.
    pub(super) fn check_references(&mut self) {
        let mut missing: Vec<(Target, Span)> = Vec::new();
        for r in self.references() {
            if self.find(&r.target).is_none() && !missing.iter().any(|(t, _)| *t == r.target) {
                missing.push((r.target.clone(), r.span));
            }
        }
        for (target, span) in missing {
            let what = shown(&target);
            let help = match target {
                Target::Variable(name) => format!("declare it: `variable \"{name}\" {{}}`"),
                Target::Local(_) => "declare it in a `locals` block of this directory".into(),
                Target::Module(..) => "declare the module call in this directory".into(),
                Target::Resource(..) => {
                    "declare it in this directory; resources of other modules are reached through outputs"
                        .into()
                }
            };
            self.problems
                .push(Problem::at(span, format!("`{what}` is not declared")).help(help));
        }
    }
}

impl Unit<'_> {
    /// Arguments that a called module does not declare, and outputs that are read of it and not there.
    pub(super) fn check_calls(&mut self) {
        let mut found: Vec<Problem> = Vec::new();
        for at in &self.instances {
            for (called, call) in at.calls.iter().zip(&at.module.calls) {
                let Called::Followed(_, children) = called else {
                    continue;
                };
                let Some(&child) = children.first() else {
                    continue;
                };
                let target = &self.instances[child].module;
                // A directory with errors may lack what a broken block declares.
                if target.known || !target.problems.is_empty() {
                    continue;
                }
                for a in call.block.body.attributes() {
                    let wanted = call.inputs.contains_key(&a.name);
                    if wanted && !target.variables.iter().any(|v| v.name == a.name) {
                        let message =
                            format!("module `{}` has no variable `{}`", call.name, a.name);
                        found
                            .push(Problem::at(a.name_span, message).help(
                                "remove the argument, or declare the variable in the module",
                            ));
                    }
                }
                for (output, span) in reads(&at.module, &call.name) {
                    let missing = !target.outputs.iter().any(|o| o.name == output);
                    if missing {
                        let message = format!("module `{}` has no output `{output}`", call.name);
                        found.push(
                            Problem::at(span, message)
                                .help("declare the output in the module, or read another one"),
                        );
                    }
                }
            }
        }
        for problem in found {
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
    }
}

/// The outputs of a call that its module reads, each with the first place.
fn reads(module: &Module, call: &Name) -> Vec<(Name, Span)> {
    let mut out: Vec<(Name, Span)> = Vec::new();
    for r in module.references() {
        if let Target::Module(name, Some(output)) = &r.target
            && name == call
            && !out.iter().any(|(o, _)| o == output)
        {
            out.push((output.clone(), r.span));
        }
    }
    out
}
