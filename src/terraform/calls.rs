//! Module calls: variables from arguments, instances of local modules, and what stands for modules
//! that are not there.

use std::sync::Arc;

use super::address::without_user;
use super::admitted;
use super::ephemeral;
use super::eval;
use super::expand::{self, Expansion, Told};
use super::installed;
use super::load::local;
use super::misfit::misfit;
use super::module::ModuleCall;
use super::syntax::ast::Name;
use super::unit::{
    Called, Callee, Caller, DEEPEST, Instance, Item, MOST_MODULES, OutsideCall, State, Unit,
    repeated,
};
use crate::declared::Problem;
use crate::source::Span;
use crate::value::{Cause, CauseKind, Entry, Object, Rest, Symbol, Value, and};

impl Unit<'_> {
    pub(super) fn variable(&mut self, instance: usize, i: usize) -> Value {
        let at = &self.instances[instance];
        let module = at.module.clone();
        let variable = &module.variables[i];
        let given = match &at.caller {
            None => self.inputs.get(&variable.name).cloned(),
            Some(caller) => {
                let parent = self.instances[caller.instance].module.clone();
                let argument = parent.calls[caller.call].block.body.get(&variable.name);
                argument.map(|e| self.with_caller(caller, |ev, scope| ev.eval_whole(e, scope)))
            }
        };
        if let Some(given) = given.as_ref().filter(|_| !module.known) {
            let problem = ephemeral::argument(variable, given);
            problem.into_iter().for_each(|p| self.tell(p, false));
            if let Some(why) = variable.ty.as_ref().and_then(|ty| misfit(ty, given)) {
                self.tell_misfit(instance, &variable.name, given, &why);
            }
        }
        let default = || variable.default.as_ref().map(eval::constant);
        let value = match given {
            // With `nullable = false` null means the default.
            Some(value) if !variable.nullable => match default() {
                Some(default) => crate::value::coalesce(&[value, default], false),
                None => value,
            },
            Some(value) => value,
            None => match default() {
                Some(value) => value,
                None => {
                    let unknown = self.missing(instance, &variable.name, variable.nullable);
                    match &self.instances[instance].caller {
                        None => admitted::cases(variable, unknown),
                        Some(_) => unknown,
                    }
                }
            },
        };
        let value = match &variable.ty {
            Some(ty) => ty.convert(&value),
            None => value,
        };
        value.marked(variable.marks)
    }

    /// A value that is not of its variable's type. One that rests on a default of the root is no problem.
    fn tell_misfit(&mut self, instance: usize, name: &Name, value: &Value, why: &str) {
        let by_default = self.instances[instance]
            .caller
            .as_ref()
            .is_some_and(|caller| {
                let call = &self.instances[caller.instance].module.calls[caller.call];
                let refs = call.inputs.get(name);
                refs.is_some_and(|refs| self.sources(caller.instance, refs).default)
            });
        let message = format!("this value of `{name}` is not of the variable's type: {why}");
        let help = "Terraform refuses it; give a value of the type that the variable declares";
        self.tell(Problem::of(value, message).help(help), by_default);
    }

    /// A variable without a value: an open input of a root, a fault of a caller that is told there.
    fn missing(&self, instance: usize, name: &Name, nullable: bool) -> Value {
        let at = &self.instances[instance];
        let cause = match &at.caller {
            None => Cause::new(CauseKind::Input, format!("variable `{name}` has no value")),
            Some(_) => Cause::new(CauseKind::Invalid, format!("argument `{name}` is missing")),
        };
        let symbol = Symbol::new(
            format!("{}var.{name}", at.prefix()),
            format!("var.{name}"),
            cause,
        );
        if nullable {
            symbol
        } else {
            symbol.never_null()
        }
        .into()
    }

    pub(super) fn call(&mut self, instance: usize, i: usize) -> Value {
        let at = &self.instances[instance];
        let module = at.module.clone();
        let call = &module.calls[i];
        let depth = at.depth;
        let exists = at.exists.clone();
        let local_name = format!("module.{}", call.name);
        let address = format!("{}{local_name}", at.prefix());
        let target = at.callees[i].clone();
        let refused = self.refuse(instance, i, &target);
        let mut told = Told::default();
        let expansion = self.with_evaluator(instance, |ev, scope| {
            expand::expand(ev, scope, &call.block.body, &address, &mut told)
        });
        self.tell_repetition(instance, &call.block.body, told);
        if let Some(problem) = refused.1 {
            self.tell(problem, false);
        }
        if let (Ok(target), None) = (target, &refused.0) {
            if expansion.instances.is_empty() {
                self.pass(instance, i);
            }
            let children = expansion
                .instances
                .iter()
                .map(|repetition| {
                    let path = format!("{address}{}", expansion.suffix(repetition));
                    let caller = Caller {
                        instance,
                        call: i,
                        repetition: repetition.clone(),
                    };
                    let exists = and(&exists, &repetition.exists);
                    self.enter(path.into(), target.clone(), Some(caller), exists, depth + 1)
                })
                .collect();
            self.instances[instance].calls[i] = Called::Followed(expansion, children);
            return Value::null();
        }
        let cause = refused
            .0
            .unwrap_or_else(|| Cause::new(CauseKind::Outside, "the module is not there"));
        let outside: Vec<OutsideCall> = self.with_evaluator(instance, |ev, scope| {
            expansion
                .instances
                .iter()
                .map(|repetition| {
                    let scope = repeated(scope, repetition);
                    let entries = call
                        .block
                        .body
                        .attributes()
                        .filter(|a| call.inputs.contains_key(&a.name))
                        .map(|a| Entry {
                            key: a.name.clone(),
                            key_span: Some(a.name_span),
                            value: ev.eval_whole(&a.value, &scope),
                        })
                        .collect();
                    OutsideCall {
                        address: format!("{address}{}", expansion.suffix(repetition)).into(),
                        cause: cause.clone(),
                        inputs: Value::object(entries).at(call.block.span),
                        exists: and(&exists, &repetition.exists),
                    }
                })
                .collect()
        });
        let symbol = |suffix: &str| {
            Symbol::new(
                format!("{address}{suffix}"),
                format!("{local_name}{suffix}"),
                cause.clone(),
            )
        };
        let value = expansion.assemble(&symbol(""), |i| {
            symbol(&expansion.identity(&expansion.instances[i]))
                .never_null()
                .into()
        });
        self.instances[instance].calls[i] = Called::Outside(outside);
        value
    }

    /// Why a call is not followed, and whether that is a fault to report.
    fn refuse(
        &self,
        instance: usize,
        i: usize,
        target: &Callee,
    ) -> (Option<Cause>, Option<Problem>) {
        let at = &self.instances[instance];
        let call = &at.module.calls[i];
        let name = &call.name;
        let Some((source, span)) = &call.source else {
            let (span, text) = match call.block.body.get("source") {
                Some(source) => (
                    source.span,
                    format!("the source of module `{name}` is no plain string"),
                ),
                None => (call.block.header, format!("module `{name}` has no source")),
            };
            let problem =
                Problem::at(span, text.clone()).help("write `source = \"…\"`, without references");
            return (Some(Cause::new(CauseKind::Invalid, text)), Some(problem));
        };
        let target = match target {
            Ok(target) => target,
            Err(why) => return self.not_there(at, call, (&without_user(source), *span), why),
        };
        let mut up = Some(instance);
        while let Some(index) = up {
            let above = &self.instances[index];
            if above.module.directory == target.directory {
                let problem = Problem::at(
                    *span,
                    format!("module `{name}` calls itself, directly or through others"),
                )
                .help("Terraform can't install a cycle of modules; remove this call");
                let cause = Cause::new(
                    CauseKind::Invalid,
                    format!("module `{name}` is part of a cycle"),
                );
                return (Some(cause), Some(problem));
            }
            up = above.caller.as_ref().map(|c| c.instance);
        }
        let deep = at.depth >= DEEPEST;
        if deep || self.instances.len() >= MOST_MODULES {
            let text = if deep {
                format!(
                    "modules are nested more than {DEEPEST} levels deep, which azvet does not follow"
                )
            } else {
                format!(
                    "there are more than {MOST_MODULES} module instances, which is as many as azvet follows"
                )
            };
            let problem =
                Problem::at(call.block.header, text.clone()).help("check the module by itself");
            return (Some(Cause::new(CauseKind::Limit, text)), Some(problem));
        }
        (None, None)
    }

    /// A call that leads to no module: the cause, and the problem when the fault is in the files.
    fn not_there(
        &self,
        at: &Instance,
        call: &ModuleCall,
        (source, span): (&str, Span),
        why: &str,
    ) -> (Option<Cause>, Option<Problem>) {
        let name = &call.name;
        let Some(directory) = local(&at.module.directory, call) else {
            let text = format!("module `{name}` (source {source}) {why}");
            return (Some(Cause::new(CauseKind::Outside, text)), None);
        };
        if self.configurations.outside.contains(&directory) {
            let text = format!(
                "module `{name}`: `{source}` lies outside the repository of the given paths and is not read"
            );
            let problem = Problem::at(span, text.clone()).help("check a directory that holds both");
            return (Some(Cause::new(CauseKind::Outside, text)), Some(problem));
        }
        let text = format!("module `{name}` (source {source}) {why}");
        // Inside of what another module's installation brings.
        if installed::holds(&directory) {
            return (Some(Cause::new(CauseKind::Outside, text)), None);
        }
        let problem = Problem::at(
            span,
            format!("module `{name}`: there is no configuration in `{source}`"),
        )
        .help("the path is taken from the directory of this file");
        (Some(Cause::new(CauseKind::Invalid, text)), Some(problem))
    }

    /// What a reference to a module reads: an object of its outputs, or of the one asked for.
    pub(super) fn module_value(
        &self,
        instance: usize,
        call: usize,
        expansion: &Expansion,
        children: &[usize],
        output: Option<&Name>,
    ) -> Value {
        let at = &self.instances[instance];
        let name = format!("module.{}", at.module.calls[call].name);
        let cause = eval::deployed(&name);
        let whole = Symbol::new(format!("{}{name}", at.prefix()), name.clone(), cause);
        expansion.assemble(&whole, |i| {
            let child = &self.instances[children[i]];
            let entries = child
                .module
                .outputs
                .iter()
                .enumerate()
                .filter(|(_, o)| output.is_none_or(|name| o.name == *name))
                .filter_map(|(i, o)| match &child.states[child.slot(Item::Output(i))] {
                    State::Done(value) => Some(Entry::new(&o.name, value.clone())),
                    _ => None,
                })
                .collect::<Vec<_>>();
            // A known module has only the outputs that matter.
            let rest = child.module.known.then(|| {
                let text = format!("{name} is not installed, and azvet does not know this output");
                let cause = Cause::new(CauseKind::Outside, text);
                let symbol = Symbol::new(child.path.to_string(), child.path.to_string(), cause);
                Arc::new(Rest {
                    symbol,
                    element: None,
                })
            });
            Object {
                entries: entries.into(),
                rest,
            }
            .into()
        })
    }
}
