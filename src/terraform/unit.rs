//! One root module with everything that it calls: module instances, and the values of what they
//! declare.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::Configurations;
use super::eval::{self, Evaluator, Scope};
use super::expand::{self, Expansion};
use super::installed::{self, Manifest};
use super::known::{self, KnownModule};
use super::load;
use super::module::Module;
use super::syntax::ast::Name;
use crate::declared::Problem;
use crate::source::{Sources, Span};
use crate::value::{Cause, Value};

/// Modules nested deeper are not followed; a cycle ends here at the latest.
pub(super) const DEEPEST: usize = 32;
/// Module instances of one unit.
pub(super) const MOST_MODULES: usize = 5_000;
/// Resource instances of one unit.
pub(super) const MOST_RESOURCES: usize = 20_000;

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
pub(super) enum State {
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
    pub(super) depth: usize,
    pub(super) states: Vec<State>,
    pub(super) resources: Vec<Vec<ResourceInstance>>,
    pub(super) calls: Vec<Called>,
    /// The modules that its calls lead to, or why there is none.
    pub(super) callees: Vec<Callee>,
    /// The names of the calls that lead here from the root: `db.network`.
    key: String,
}

/// The module that a call leads to; what is wrong, to follow its name, when there is none.
pub(super) type Callee = Result<Arc<Module>, &'static str>;

/// Who calls a module instance.
pub(super) struct Caller {
    pub(super) instance: usize,
    pub(super) call: usize,
    pub(super) repetition: expand::Instance,
}

/// A module that is called and has no instances. Terraform reads and checks it all the same.
pub(super) struct Idle {
    pub(super) module: Arc<Module>,
    pub(super) callees: Vec<Callee>,
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
    pub(super) configurations: &'c Configurations,
    /// For functions that read files.
    pub(super) sources: &'c Sources,
    pub(super) instances: Vec<Instance>,
    /// By directory, those that have no instances here; others may have some elsewhere.
    pub(super) idle: BTreeMap<PathBuf, Idle>,
    pub(super) inputs: BTreeMap<Name, Value>,
    manifest: Option<&'c Manifest>,
    known: &'c [KnownModule],
    /// Known modules, by the directory and place of their call.
    standing_in: BTreeMap<(PathBuf, usize), Option<Arc<Module>>>,
    fuel: Cell<u64>,
    /// Loops that were given up.
    endless: RefCell<Vec<Span>>,
    pub(super) resource_count: usize,
    pub(super) problems: Vec<Problem>,
    /// What is worth telling and no problem.
    pub(super) notices: Vec<Problem>,
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
        sources: &'c Sources,
        root: Arc<Module>,
        inputs: BTreeMap<Name, Value>,
        known: &'c [KnownModule],
        problems: Vec<Problem>,
    ) -> Unit<'c> {
        let mut unit = Unit {
            configurations,
            sources,
            instances: Vec::new(),
            idle: BTreeMap::new(),
            inputs,
            manifest: configurations.manifests.get(&root.directory),
            known,
            standing_in: BTreeMap::new(),
            fuel: Cell::new(eval::FUEL),
            endless: RefCell::default(),
            resource_count: 0,
            problems,
            notices: Vec::new(),
        };
        unit.enter("".into(), root, None, true.into(), 0);
        let mut at = 0;
        while at < unit.instances.len() {
            for item in unit.instances[at].items() {
                unit.force(at, item);
            }
            at += 1;
        }
        unit.check_calls();
        unit.check_conditions();
        unit.check_values();
        for span in unit.endless.take() {
            let problem = Problem::at(span, "this loop takes more rounds than azvet follows")
                .help("what it gives counts as unknown");
            unit.tell(problem, false);
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

    pub(super) fn enter(
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
        let key = caller.as_ref().map_or_else(String::new, |caller| {
            let above = &self.instances[caller.instance];
            joined(&above.key, &above.module.calls[caller.call].name)
        });
        let callees = self.callees(&module, &key);
        self.instances.push(Instance {
            callees,
            key,
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

    /// Tells it once.
    pub(super) fn tell(&mut self, problem: Problem, as_notice: bool) {
        let told = match as_notice {
            true => &mut self.notices,
            false => &mut self.problems,
        };
        if !told.contains(&problem) {
            told.push(problem);
        }
    }

    /// Takes note of a module that a call leads to without instances, and of those that it calls.
    pub(super) fn pass(&mut self, instance: usize, call: usize) {
        let at = &self.instances[instance];
        let name = &at.module.calls[call].name;
        let mut open = vec![(joined(&at.key, name), at.callees[call].clone())];
        while let Some((key, callee)) = open.pop() {
            let Some(module) = callee.ok().filter(|m| !m.known) else {
                continue;
            };
            if self.idle.contains_key(&module.directory) {
                continue;
            }
            let callees = self.callees(&module, &key);
            let names = module.calls.iter().map(|c| joined(&key, &c.name));
            open.extend(names.zip(callees.iter().cloned()));
            let directory = module.directory.clone();
            self.idle.insert(directory, Idle { module, callees });
        }
    }

    fn callees(&mut self, module: &Arc<Module>, key: &str) -> Vec<Callee> {
        let calls = 0..module.calls.len();
        calls.map(|i| self.callee(module, key, i)).collect()
    }

    fn callee(&mut self, module: &Arc<Module>, key: &str, i: usize) -> Callee {
        let call = &module.calls[i];
        let modules = &self.configurations.modules;
        if let Some(directory) = load::local(&module.directory, call) {
            let why = match installed::holds(&directory) {
                true => "is not installed",
                false => "is not there",
            };
            return modules.get(&directory).cloned().ok_or(why);
        }
        let installed = self.manifest.map_or(Err("is not installed"), |manifest| {
            let directory = manifest.find(&joined(key, &call.name), call)?;
            modules
                .get(directory)
                .cloned()
                .ok_or("is installed in a directory that is not there")
        });
        installed.or_else(|why| {
            let standing_in = self
                .standing_in
                .entry((module.directory.clone(), i))
                .or_insert_with(|| known::find(self.known, call));
            standing_in.clone().ok_or(match why {
                "is not installed" if known::has_versions_of(self.known, call) => {
                    "is not installed, and azvet does not know this version of it"
                }
                why => why,
            })
        })
    }

    pub(super) fn value(&mut self, instance: usize, item: Item) -> Value {
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
                let value =
                    self.with_evaluator(instance, |ev, scope| ev.eval_whole(&output.value, scope));
                self.check_output(instance, output, &value);
                value.marked(output.marks)
            }
            Item::Resource(i) => self.resource(instance, i),
            Item::Call(i) => self.call(instance, i),
        }
    }

    pub(super) fn with_evaluator<R>(
        &self,
        instance: usize,
        run: impl FnOnce(&Evaluator<'_>, &Scope<'_>) -> R,
    ) -> R {
        let ev = Evaluator::new(self, &self.fuel);
        let scope = Scope::of(instance);
        let out = run(&ev, &scope);
        self.endless.borrow_mut().extend(ev.endless.take());
        out
    }

    /// Evaluates what a module call hands to its instance.
    pub(super) fn with_caller<R>(
        &self,
        caller: &Caller,
        run: impl FnOnce(&Evaluator<'_>, &Scope<'_>) -> R,
    ) -> R {
        self.with_evaluator(caller.instance, |ev, scope| {
            run(ev, &repeated(scope, &caller.repetition))
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

pub(super) fn repeated<'s>(scope: &Scope<'s>, repetition: &'s expand::Instance) -> Scope<'s> {
    let each = repetition.each.as_ref().map(|(k, v)| (k, v));
    scope.repeated(each, repetition.count.as_ref())
}

/// The names of the calls that lead from the root to a call.
fn joined(key: &str, name: &str) -> String {
    match key {
        "" => name.to_owned(),
        key => format!("{key}.{name}"),
    }
}
