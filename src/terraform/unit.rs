//! One root module with everything that it calls: module instances, and the values of what they
//! declare. Values are found in the order of their references with an explicit stack, so that long
//! chains cost no depth, and a cycle is seen as one.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::Configurations;
use super::eval::{self, Evaluator, Scope, World};
use super::expand::{self, Expansion};
use super::load::local;
use super::module::{Module, Resource};
use super::refs::{Mode, Ref, Target};
use super::syntax::ast::Name;
use super::{azapi, resource};
use crate::declared::Problem;
use crate::value::{Cause, CauseKind, Data, Entry, Reference, Symbol, Value, and};

/// Modules nested deeper are not followed; a cycle ends here at the latest.
const DEEPEST: usize = 32;
/// Module instances of one unit.
const MOST_MODULES: usize = 5_000;
/// Resource instances of one unit.
const MOST_RESOURCES: usize = 20_000;
/// Members of one value, counted through all levels.
const LARGEST: usize = 200_000;

/// Something declared, by its place in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Variable(usize),
    Local(usize),
    Output(usize),
    Resource(usize),
    Call(usize),
}

/// How far an item is.
#[derive(Clone, Debug, Default)]
enum State {
    #[default]
    New,
    Active,
    Done(Value),
}

/// A module as one caller sees it.
pub(super) struct Instance {
    /// `module.db[0]`, empty for the root.
    pub(super) path: Arc<str>,
    pub(super) module: Arc<Module>,
    pub(super) caller: Option<Caller>,
    /// Whether the call that made it exists.
    pub(super) exists: Value,
    depth: usize,
    states: Vec<State>,
    pub(super) resources: Vec<Vec<ResourceInstance>>,
    pub(super) calls: Vec<Called>,
}

/// Who calls a module instance.
pub(super) struct Caller {
    pub(super) instance: usize,
    pub(super) call: usize,
    repetition: expand::Instance,
}

/// What a module call led to.
#[derive(Default)]
pub(super) enum Called {
    #[default]
    Open,
    /// The instances, in the order of the expansion.
    Followed(Expansion, Vec<usize>),
    /// Not there, or not local.
    Outside(Vec<OutsideCall>),
}

/// One instance of a call that is not followed.
pub(super) struct OutsideCall {
    pub(super) address: Arc<str>,
    pub(super) cause: Cause,
    pub(super) inputs: Value,
    pub(super) exists: Value,
}

/// One instance of a resource.
pub(super) struct ResourceInstance {
    pub(super) address: Arc<str>,
    pub(super) exists: Value,
    pub(super) body: Value,
    /// `body = jsonencode(…)` of azapi, with its structure.
    pub(super) encoded: Option<Value>,
}

/// The unit while it is evaluated, and after.
pub(super) struct Unit<'c> {
    configurations: &'c Configurations,
    pub(super) instances: Vec<Instance>,
    inputs: BTreeMap<Name, Value>,
    fuel: Cell<u64>,
    resource_count: usize,
    pub(super) problems: Vec<Problem>,
}

impl World for Unit<'_> {
    fn lookup(&self, instance: usize, target: &Target) -> Option<Value> {
        let at = &self.instances[instance];
        let index = at.module.find(target)?;
        if let Target::Module(_, Some(output)) = target
            && let Called::Followed(expansion, children) = &at.calls[index]
        {
            return Some(self.module_value(instance, index, expansion, children, Some(output)));
        }
        let item = match target {
            Target::Variable(_) => Item::Variable(index),
            Target::Local(_) => Item::Local(index),
            Target::Resource(..) => Item::Resource(index),
            Target::Module(_, None) => {
                if let Called::Followed(expansion, children) = &at.calls[index] {
                    return Some(self.module_value(instance, index, expansion, children, None));
                }
                Item::Call(index)
            }
            Target::Module(..) => Item::Call(index),
        };
        Some(match &at.states[at.slot(item)] {
            State::Done(value) => value.clone(),
            State::New | State::Active => {
                let what = super::module::shown(target);
                let cause = Cause::new(CauseKind::Invalid, format!("`{what}` depends on itself"));
                Symbol::new(format!("{}{what}", at.prefix()), what, cause).into()
            }
        })
    }

    fn ambient(&self, instance: usize, root: &str, name: &str) -> Option<Value> {
        let at = &self.instances[instance];
        Some(match (root, name) {
            ("path", "module") if at.caller.is_none() => ".".into(),
            ("path", "root") => ".".into(),
            _ => {
                let shown = format!("{root}.{name}");
                let key = if root == "path" && name == "module" {
                    format!("{}{shown}", at.prefix())
                } else {
                    shown.clone()
                };
                let cause = Cause::new(CauseKind::Input, "known only where Terraform runs");
                Symbol::new(key, shown, cause).never_null().into()
            }
        })
    }
}

impl Instance {
    /// What precedes addresses of what it declares.
    pub(super) fn prefix(&self) -> String {
        if self.path.is_empty() {
            String::new()
        } else {
            format!("{}.", self.path)
        }
    }

    pub(super) fn slot(&self, item: Item) -> usize {
        let m = &self.module;
        let locals = m.variables.len();
        let outputs = locals + m.locals.len();
        let resources = outputs + m.outputs.len();
        let calls = resources + m.resources.len();
        match item {
            Item::Variable(i) => i,
            Item::Local(i) => locals + i,
            Item::Output(i) => outputs + i,
            Item::Resource(i) => resources + i,
            Item::Call(i) => calls + i,
        }
    }

    /// Everything that it declares.
    pub(super) fn items(&self) -> impl Iterator<Item = Item> + use<> {
        let m = &self.module;
        (0..m.variables.len())
            .map(Item::Variable)
            .chain((0..m.locals.len()).map(Item::Local))
            .chain((0..m.outputs.len()).map(Item::Output))
            .chain((0..m.resources.len()).map(Item::Resource))
            .chain((0..m.calls.len()).map(Item::Call))
    }
}

impl<'c> Unit<'c> {
    /// Evaluates everything that the root declares and calls.
    pub(super) fn evaluate(
        configurations: &'c Configurations,
        root: Arc<Module>,
        inputs: BTreeMap<Name, Value>,
        problems: Vec<Problem>,
    ) -> Unit<'c> {
        let mut unit = Unit {
            configurations,
            instances: Vec::new(),
            inputs,
            fuel: Cell::new(eval::FUEL),
            resource_count: 0,
            problems,
        };
        unit.enter("".into(), root, None, true.into(), 0);
        let mut at = 0;
        while at < unit.instances.len() {
            for item in unit.instances[at].items() {
                unit.force(at, item);
            }
            at += 1;
        }
        if unit.fuel.get() == 0 {
            unit.problems.push(
                Problem::general(
                    "evaluating this configuration takes more steps than azvet follows",
                )
                .help("what was not evaluated counts as unknown"),
            );
        }
        unit
    }

    fn enter(
        &mut self,
        path: Arc<str>,
        module: Arc<Module>,
        caller: Option<Caller>,
        exists: Value,
        depth: usize,
    ) -> usize {
        let slots = module.variables.len()
            + module.locals.len()
            + module.outputs.len()
            + module.resources.len()
            + module.calls.len();
        self.instances.push(Instance {
            path,
            caller,
            exists,
            depth,
            states: vec![State::New; slots],
            resources: module.resources.iter().map(|_| Vec::new()).collect(),
            calls: module.calls.iter().map(|_| Called::Open).collect(),
            module,
        });
        self.instances.len() - 1
    }

    /// Evaluates an item after everything that it refers to.
    fn force(&mut self, instance: usize, item: Item) {
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
                    State::Active
                        if dependency == (instance, item)
                            || stack[..before].contains(&dependency) =>
                    {
                        self.cycle(&stack[..before], dependency);
                    }
                    State::Active | State::Done(_) => {}
                }
            }
            if stack.len() > before {
                continue;
            }
            stack.pop();
            let value = self.value(instance, item);
            let value = bounded(value);
            let slot = self.instances[instance].slot(item);
            self.instances[instance].states[slot] = State::Done(value);
        }
    }

    /// What has to be known first.
    fn needs(&self, instance: usize, item: Item) -> Vec<(usize, Item)> {
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
                if self.module_of(at, i).is_none() {
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
        let from = stack.iter().position(|x| *x == back).unwrap_or(0);
        let mut names: Vec<String> = stack[from..].iter().map(|x| self.name_of(*x)).collect();
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
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
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

    fn value(&mut self, instance: usize, item: Item) -> Value {
        match item {
            Item::Variable(i) => self.variable(instance, i),
            Item::Local(i) => {
                let module = self.instances[instance].module.clone();
                self.with_evaluator(instance, |ev, scope| {
                    ev.eval_whole(&module.locals[i].value, scope)
                })
            }
            Item::Output(i) => {
                let module = self.instances[instance].module.clone();
                let output = &module.outputs[i];
                self.with_evaluator(instance, |ev, scope| ev.eval_whole(&output.value, scope))
                    .sensitive(output.sensitive)
            }
            Item::Resource(i) => self.resource(instance, i),
            Item::Call(i) => self.call(instance, i),
        }
    }

    fn with_evaluator<R>(
        &self,
        instance: usize,
        run: impl FnOnce(&Evaluator<'_>, &Scope<'_>) -> R,
    ) -> R {
        let ev = Evaluator::new(self, &self.fuel);
        let scope = Scope::of(instance);
        run(&ev, &scope)
    }

    /// Evaluates what a module call hands to its instance.
    fn with_caller<R>(
        &self,
        caller: &Caller,
        run: impl FnOnce(&Evaluator<'_>, &Scope<'_>) -> R,
    ) -> R {
        self.with_evaluator(caller.instance, |ev, scope| {
            run(ev, &repeated(scope, &caller.repetition))
        })
    }

    fn variable(&mut self, instance: usize, i: usize) -> Value {
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
                None => self.missing(instance, &variable.name, variable.nullable),
            },
        };
        let value = match &variable.ty {
            Some(ty) => ty.convert(&value),
            None => value,
        };
        value.sensitive(variable.sensitive)
    }

    /// A variable without a value: an open input of a root, a fault of a caller.
    fn missing(&mut self, instance: usize, name: &Name, nullable: bool) -> Value {
        let at = &self.instances[instance];
        let cause = match &at.caller {
            None => Cause::new(CauseKind::Input, format!("variable `{name}` has no value")),
            Some(caller) => {
                let call = &self.instances[caller.instance].module.calls[caller.call];
                let problem = Problem::at(
                    call.block.header,
                    format!(
                        "module `{}` is called without its argument `{name}`",
                        call.name
                    ),
                )
                .help(format!("add `{name} = …`, or give the variable a default"));
                let text = format!("argument `{name}` is missing");
                if !self.problems.contains(&problem) {
                    self.problems.push(problem);
                }
                Cause::new(CauseKind::Invalid, text)
            }
        };
        let at = &self.instances[instance];
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

    fn resource(&mut self, instance: usize, i: usize) -> Value {
        let at = &self.instances[instance];
        let module = at.module.clone();
        let declared = &module.resources[i];
        let target = Target::Resource(declared.mode, declared.kind.clone(), declared.name.clone());
        let local_name = super::module::shown(&target);
        let prefix = at.prefix();
        let exists = at.exists.clone();
        let address = format!("{prefix}{local_name}");
        let mut problems = Vec::new();
        let (expansion, instances) = self.with_evaluator(instance, |ev, scope| {
            let expansion =
                expand::expand(ev, scope, &declared.block.body, &address, &mut problems);
            let instances: Vec<ResourceInstance> = expansion
                .instances
                .iter()
                .take(MOST_RESOURCES.saturating_sub(self.resource_count))
                .map(|repetition| {
                    let scope = repeated(scope, repetition);
                    let encoded = (&*declared.kind == azapi::RESOURCE)
                        .then(|| azapi::encoded_body(ev, &scope, &declared.block))
                        .flatten();
                    ResourceInstance {
                        address: format!("{address}{}", expansion.suffix(repetition)).into(),
                        exists: and(&exists, &repetition.exists),
                        body: resource::body(ev, &scope, &declared.block),
                        encoded,
                    }
                })
                .collect();
            (expansion, instances)
        });
        self.resource_count += instances.len();
        if instances.len() < expansion.instances.len() {
            problems.push(
                Problem::at(
                    declared.block.header,
                    format!("this configuration expands to more than {MOST_RESOURCES} resource instances, which is as many as azvet follows"),
                )
                .help("check parts of it by themselves"),
            );
        }
        for problem in problems {
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
        let value = assemble(declared, &expansion, &instances, &address, &local_name);
        self.instances[instance].resources[i] = instances;
        value
    }

    /// The local module that a call leads to.
    fn module_of(&self, at: &Instance, call: usize) -> Option<&Arc<Module>> {
        let directory = local(&at.module.directory, &at.module.calls[call])?;
        self.configurations.modules.get(&directory)
    }

    fn call(&mut self, instance: usize, i: usize) -> Value {
        let at = &self.instances[instance];
        let module = at.module.clone();
        let call = &module.calls[i];
        let depth = at.depth;
        let exists = at.exists.clone();
        let local_name = format!("module.{}", call.name);
        let address = format!("{}{local_name}", at.prefix());
        let target = self.module_of(at, i).cloned();
        let refused = self.refuse(instance, i, target.as_ref());
        let mut problems = Vec::new();
        let expansion = self.with_evaluator(instance, |ev, scope| {
            expand::expand(ev, scope, &call.block.body, &address, &mut problems)
        });
        for problem in problems.into_iter().chain(refused.1) {
            if !self.problems.contains(&problem) {
                self.problems.push(problem);
            }
        }
        if let (Some(target), None) = (target, &refused.0) {
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
        target: Option<&Arc<Module>>,
    ) -> (Option<Cause>, Option<Problem>) {
        let at = &self.instances[instance];
        let call = &at.module.calls[i];
        let name = &call.name;
        let Some((source, span)) = &call.source else {
            let problem = Problem::at(call.block.header, format!("module `{name}` has no source"))
                .help("add `source = \"…\"`, a plain string");
            let cause = Cause::new(CauseKind::Invalid, format!("module `{name}` has no source"));
            return (Some(cause), Some(problem));
        };
        let Some(target) = target else {
            if local(&at.module.directory, call).is_some() {
                let problem = Problem::at(
                    *span,
                    format!("module `{name}`: there is no configuration in `{source}`"),
                )
                .help("the path is taken from the directory of this file");
                let cause = Cause::new(
                    CauseKind::Invalid,
                    format!("module `{name}` (source {source}) is not there"),
                );
                return (Some(cause), Some(problem));
            }
            let text = format!("module `{name}` (source {source}) is not installed");
            return (Some(Cause::new(CauseKind::Outside, text)), None);
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

    /// What a reference to a module reads: an object of its outputs, or of the one asked for.
    fn module_value(
        &self,
        instance: usize,
        call: usize,
        expansion: &Expansion,
        children: &[usize],
        output: Option<&Name>,
    ) -> Value {
        let at = &self.instances[instance];
        let name = format!("module.{}", at.module.calls[call].name);
        let cause = Cause::new(CauseKind::Deployment, "known only when deployed");
        let whole = Symbol::new(format!("{}{name}", at.prefix()), name, cause);
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
                .collect();
            Value::object(entries)
        })
    }

    /// The value of an output of the root.
    #[cfg(test)]
    pub(super) fn output(&self, name: &str) -> Option<Value> {
        let root = self.instances.first()?;
        let i = root.module.outputs.iter().position(|o| &*o.name == name)?;
        match &root.states[root.slot(Item::Output(i))] {
            State::Done(value) => Some(value.clone()),
            _ => None,
        }
    }
}

fn repeated<'s>(scope: &Scope<'s>, repetition: &'s expand::Instance) -> Scope<'s> {
    let each = repetition.each.as_ref().map(|(k, v)| (k, v));
    scope.repeated(each, repetition.count.as_ref())
}

/// The value that references to a resource read.
fn assemble(
    declared: &Resource,
    expansion: &Expansion,
    instances: &[ResourceInstance],
    address: &str,
    local_name: &str,
) -> Value {
    let cause = match declared.mode {
        Mode::Managed => Cause::new(CauseKind::Deployment, "known only when deployed"),
        _ => Cause::new(
            CauseKind::Outside,
            format!("`{local_name}` is read from outside"),
        ),
    };
    let symbol = |suffix: &str, resource: &Arc<str>| {
        Symbol::new(
            format!("{address}{suffix}"),
            format!("{local_name}{suffix}"),
            cause.clone(),
        )
        .never_null()
        .referring(Reference {
            resource: resource.clone(),
            attribute: "".into(),
        })
    };
    let any = expansion
        .instances
        .iter()
        .position(|i| i.key == expand::Key::Any)
        .and_then(|i| instances.get(i))
        .map_or_else(|| address.into(), |i| i.address.clone());
    expansion.assemble(&symbol("", &any), |i| match instances.get(i) {
        Some(instance) => {
            let suffix = expansion.identity(&expansion.instances[i]);
            resource::open(&instance.body, &symbol(&suffix, &instance.address))
        }
        None => eval::limit("there are more instances than azvet follows"),
    })
}

/// The value, unless it is larger than anything real. Values share their parts, so repeated doubling
/// costs nothing until somebody looks at all of it.
fn bounded(value: Value) -> Value {
    fn count(value: &Value, left: &mut usize) -> bool {
        let Some(rest) = left.checked_sub(1) else {
            return false;
        };
        *left = rest;
        match &value.data {
            Data::List(list) => {
                list.items.iter().all(|v| count(v, left))
                    && list
                        .rest
                        .iter()
                        .all(|r| r.element.iter().all(|v| count(v, left)))
            }
            Data::Object(object) => {
                object.entries.iter().all(|e| count(&e.value, left))
                    && object
                        .rest
                        .iter()
                        .all(|r| r.element.iter().all(|v| count(v, left)))
            }
            Data::Cases(cases) => count(&cases.then, left) && count(&cases.otherwise, left),
            _ => true,
        }
    }
    let mut left = LARGEST;
    if count(&value, &mut left) {
        return value;
    }
    eval::limit("it is larger than azvet follows").with_origin_of(&value)
}
