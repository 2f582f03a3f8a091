//! Terraform: directories of `.tf` and `.tf.json` files to declared resources.
//!
//! ```text
//! load ──► syntax (text ─► tree) ──► module (what a directory declares)
//!                                        │
//! inputs ──► unit (module instances, values in the order of references) ──► declarations
//!              │ order: what is evaluated first  │ eval, functions: expressions ─► values
//!              │ expand: count, for_each         └ check, form, conditions, refused: what Terraform refuses
//!              └ graph: who waits for whom
//! ```
//!
//! Nothing here fails: what can't be understood is a problem, and the rest is still evaluated.

mod address;
mod admitted;
mod azapi;
mod calls;
mod check;
mod conditions;
mod duplicates;
mod ephemeral;
mod eval;
mod expand;
mod form;
mod functions;
mod graph;
mod inputs;
mod installed;
mod instances;
mod known;
mod limits;
mod load;
mod misfit;
mod module;
mod order;
mod overrides;
pub mod plan;
mod providers;
mod quoted;
mod refs;
mod refused;
mod resource;
mod syntax;
mod templates;
#[cfg(test)]
mod tests;
mod types;
mod unify;
mod unit;
mod versions;
mod world;

pub use inputs::Inputs;
pub use known::{KnownModule, Part};

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::declared::{Declarations, Declared, Language, Opaque, Problem};
use crate::files::normalize;
use crate::source::{FileId, Sources};
use crate::value::{Cause, CauseKind, Value};
use installed::Manifest;
use module::{Module, Resource};
use refs::Mode;
use syntax::ast::{Expr, Name};
use templates::Templates;
use unit::{Called, Instance, ResourceInstance, Unit};

/// Parsed directories, shared by all units.
pub struct Configurations {
    modules: BTreeMap<PathBuf, Arc<Module>>,
    /// What is installed, by root.
    manifests: BTreeMap<PathBuf, Manifest>,
    /// Lists of installed modules that can't be read.
    problems: Vec<Problem>,
    listed: BTreeSet<PathBuf>,
    /// Directories that are called and may not be read.
    outside: BTreeSet<PathBuf>,
    templates: Templates,
}

impl Configurations {
    /// Parses the directories, in parallel, and those that they call, as local or installed modules.
    pub fn load(sources: &Sources, directories: &[PathBuf]) -> Configurations {
        let mut manifests = BTreeMap::new();
        let mut problems = Vec::new();
        for directory in directories {
            match Manifest::read(sources, directory) {
                Ok(Some(manifest)) => {
                    manifests.insert(normalize(directory), manifest);
                }
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
        let installed = manifests.values().flat_map(Manifest::directories);
        let open = directories.iter().chain(installed).cloned();
        let modules = load::load(sources, open.collect());
        let outside = modules
            .values()
            .flat_map(|m| m.calls.iter().map(|c| load::local(&m.directory, c)))
            .flatten()
            .filter(|d| !modules.contains_key(d) && !sources.files().may_read(d))
            .collect();
        Configurations {
            modules,
            manifests,
            problems,
            outside,
            templates: Templates::default(),
            listed: directories.iter().map(|d| normalize(d)).collect(),
        }
    }

    /// With the directories that plans stand in, which are no roots for that.
    #[must_use]
    pub fn with_plans(self, sources: &Sources, plans: &[PathBuf]) -> Configurations {
        let beside = plans.iter().map(|plan| plan::directory(plan));
        let all: Vec<PathBuf> = self.listed.iter().cloned().chain(beside).collect();
        if all.iter().all(|d| self.modules.contains_key(d)) {
            return self;
        }
        Configurations {
            listed: self.listed,
            ..Configurations::load(sources, &all)
        }
    }

    /// The listed directories that no other one calls as a local module, sorted. Of a cycle of modules
    /// one is a root.
    pub fn roots(&self) -> Vec<PathBuf> {
        let called: BTreeSet<PathBuf> = self
            .modules
            .values()
            .flat_map(|m| self.callees(m).filter(|d| *d != m.directory))
            .collect();
        let listed = || self.listed.iter().filter(|d| self.modules.contains_key(*d));
        let mut roots: Vec<PathBuf> = listed().filter(|d| !called.contains(*d)).cloned().collect();
        let mut reached: BTreeSet<PathBuf> = BTreeSet::new();
        // A directory that is not listed may call listed ones; those have a caller, but no unit.
        for root in &roots {
            self.reach(root, &mut reached);
        }
        for directory in listed() {
            if !reached.contains(directory) {
                roots.push(directory.clone());
                self.reach(directory, &mut reached);
            }
        }
        roots.sort();
        roots
    }

    /// The directories of a root and of the local modules that it leads to.
    pub fn directories(&self, root: &Path) -> BTreeSet<PathBuf> {
        let mut reached = BTreeSet::new();
        self.reach(root, &mut reached);
        reached
    }

    /// Files that some directory renders with `templatefile`: in the language of Terraform's templates,
    /// whatever their names say.
    pub fn rendered(&self) -> BTreeSet<PathBuf> {
        self.modules.values().flat_map(|m| m.rendered()).collect()
    }

    fn callees<'m>(&self, module: &'m Module) -> impl Iterator<Item = PathBuf> + use<'m> {
        module
            .calls
            .iter()
            .filter_map(|call| load::local(&module.directory, call))
    }

    fn reach(&self, from: &Path, reached: &mut BTreeSet<PathBuf>) {
        let mut open = vec![from.to_owned()];
        while let Some(directory) = open.pop() {
            if let Some(module) = self.modules.get(&directory)
                && reached.insert(directory)
            {
                open.extend(self.callees(module));
            }
        }
    }

    /// `--var`s that no root declares. Of several roots each may take some of them.
    fn undeclared(&self, inputs: &Inputs) -> Vec<Problem> {
        let roots: Vec<&Arc<Module>> = self
            .roots()
            .iter()
            .filter_map(|d| self.modules.get(d))
            .collect();
        // What could not be read may declare anything.
        if roots.iter().any(|m| !m.whole) {
            return Vec::new();
        }
        let declared = |name: &str| {
            roots
                .iter()
                .any(|m| m.variables.iter().any(|v| &*v.name == name))
        };
        inputs
            .vars
            .iter()
            .filter(|(name, _)| !declared(name))
            .map(|(name, _)| {
                Problem::general(format!(
                    "`--var {name}=…`: no variable `{name}` is declared"
                ))
                .help(format!(
                    "declare it: `variable \"{name}\" {{}}`, or leave it out"
                ))
            })
            .collect()
    }

    /// The directory that a plan was made from: the one that it stands in, or else a root. `None` where
    /// none declares just what the plan's configuration does.
    pub fn of_plan(&self, sources: &Sources, plan: &Path) -> Option<PathBuf> {
        let beside = plan::directory(plan);
        let candidates: Vec<PathBuf> = std::iter::once(beside).chain(self.roots()).collect();
        let any = candidates.iter().any(|d| self.modules.contains_key(d));
        let outline = plan::outline(sources, sources.load(plan).ok().filter(|_| any)?)?;
        let is_of = |directory: &PathBuf| {
            self.modules
                .get(directory)
                .is_some_and(|m| outline.is_of(m))
        };
        candidates.into_iter().find(is_of)
    }

    /// What a plan leads to. The directory that it was made from lends it places.
    pub fn evaluate_plan(
        &self,
        sources: &Sources,
        plan: FileId,
        root: Option<&Path>,
        inputs: &Inputs,
    ) -> Declarations {
        let configuration = root.and_then(|root| {
            let recorded = plan::outline(sources, plan)?.variables;
            let inputs = Inputs {
                recorded: Some(recorded),
                ..inputs.clone()
            };
            Some(self.evaluate(sources, root, &inputs))
        });
        plan::evaluate(sources, plan, inputs, configuration)
    }

    /// Everything that one root and the modules that it calls declare.
    pub fn evaluate(&self, sources: &Sources, root: &Path, inputs: &Inputs) -> Declarations {
        let root = normalize(root);
        let Some(module) = self.modules.get(&root) else {
            return Declarations::default();
        };
        let mut problems = Vec::new();
        if self.roots().first() == Some(&root) {
            problems.extend(self.problems.iter().cloned());
            problems.extend(self.undeclared(inputs));
        }
        let values = inputs::values(sources, &root, module, inputs, &mut problems);
        let unit = Unit::evaluate(
            self,
            sources,
            module.clone(),
            values,
            &inputs.known_modules,
            problems,
        );
        let version = version(sources, &root, &unit, inputs);
        declarations(unit, version.as_ref())
    }
}

/// The provider whose types have versions.
const AZURERM: &str = "hashicorp/azurerm";

fn is_azurerm(kind: &str) -> bool {
    kind.starts_with("azurerm_")
}

/// The version of the azurerm provider that applies to a unit.
fn version(sources: &Sources, root: &Path, unit: &Unit<'_>, inputs: &Inputs) -> Option<Arc<str>> {
    versions::locked(sources, root, AZURERM).or_else(|| {
        let constraints = unit
            .instances
            .iter()
            .map(|i| &i.module)
            .chain(unit.idle.values().map(|i| &i.module))
            .flat_map(|module| &module.constraints)
            .filter(|(source, _)| source == AZURERM)
            .map(|(_, version)| version.as_str());
        let known = inputs.known_versions.get(AZURERM);
        versions::newest(constraints, known.map_or(&[], Vec::as_slice))
    })
}

fn declarations(unit: Unit<'_>, version: Option<&Arc<str>>) -> Declarations {
    let (graph, nodes) = graph::build(&unit);
    let mut out = Declarations {
        graph,
        ..Declarations::default()
    };
    let mut reported = BTreeSet::new();
    for (index, at) in unit.instances.iter().enumerate() {
        if at.caller.is_none() {
            let variables = at.module.variables.iter();
            let open = variables.filter(|v| !unit.inputs.contains_key(&v.name));
            let defaults: Vec<&Expr> = open.filter_map(|v| v.default.as_ref()).collect();
            out.defaults.extend(defaults.iter().map(|d| d.span));
            if is_called_elsewhere(&at.module, &unit.inputs) {
                let left_out = defaults.iter().filter(|d| eval::constant(d).is_absent());
                out.left_out.extend(left_out.map(|d| d.span));
            }
        }
        if reported.insert(at.module.directory.clone()) {
            out.problems.extend(at.module.problems.iter().cloned());
        }
        let own = !at.module.known && !installed::holds(&at.module.directory);
        for (i, declared) in at.module.resources.iter().enumerate() {
            if declared.mode == Mode::Ephemeral {
                continue;
            }
            let node = nodes.resource(&unit, index, i);
            for instance in &at.resources[i] {
                if instance.exists.as_bool() == Some(false) {
                    continue;
                }
                match hidden(&declared.kind, &instance.address) {
                    Some(cause) => out.opaque.push(Opaque {
                        address: instance.address.clone(),
                        cause,
                        inputs: instance.body.clone(),
                        exists: instance.exists.clone(),
                        span: declared.block.header,
                    }),
                    None => out
                        .resources
                        .push(resource(declared, instance, node, version, own)),
                }
            }
        }
        out.opaque.extend(outside(at));
    }
    for (directory, idle) in &unit.idle {
        if !reported.contains(directory) {
            out.problems.extend(idle.module.problems.iter().cloned());
        }
    }
    out.problems.extend(unit.problems);
    out.notices.extend(unit.notices);
    out
}

/// Whether a root is a module for others: it does not say how it is deployed, and nobody gives what it needs.
fn is_called_elsewhere(root: &Module, inputs: &BTreeMap<Name, Value>) -> bool {
    let lacks_some = root.variables.iter().any(|v| v.default.is_none());
    !root.deployable && inputs.is_empty() && lacks_some
}

/// The module calls of an instance that were not followed.
fn outside(at: &Instance) -> impl Iterator<Item = Opaque> {
    at.calls.iter().enumerate().flat_map(move |(i, called)| {
        let calls = match called {
            Called::Outside(calls) => &calls[..],
            _ => &[],
        };
        calls.iter().map(move |call| Opaque {
            address: call.address.clone(),
            cause: call.cause.clone(),
            inputs: call.inputs.clone(),
            exists: call.exists.clone(),
            span: at.module.calls[i].block.header,
        })
    })
}

/// Why what a resource does can't be looked into, if so.
fn hidden(kind: &str, address: &str) -> Option<Cause> {
    let does = match kind {
        _ if azapi::changes_others(kind) => "changes another resource",
        _ if kind.ends_with("_template_deployment") => "deploys a template of its own",
        _ => return None,
    };
    let text = format!("`{address}` {does}");
    Some(Cause::new(CauseKind::Unsupported, text))
}

fn resource(
    declared: &Resource,
    instance: &ResourceInstance,
    node: crate::declared::NodeId,
    version: Option<&Arc<str>>,
    own: bool,
) -> Declared {
    let mut out = Declared {
        address: instance.address.clone(),
        module: module_of(&instance.address).into(),
        language: Language::Azurerm,
        type_name: declared.kind.clone(),
        version: version.filter(|_| is_azurerm(&declared.kind)).cloned(),
        body: instance.body.clone(),
        exists: instance.exists.clone(),
        managed: declared.mode == Mode::Managed,
        parent: None,
        scope: None,
        node,
        header: declared.block.header,
        block: own.then_some(declared.block.span),
        comments: None,
        change: None,
        ignored: Some(declared.ignored.clone()),
    };
    azapi::in_its_terms(&mut out, instance.encoded.clone());
    out
}

/// `module.db[0].` of `module.db[0].azurerm_example.x`. Keys in brackets may hold dots.
fn module_of(address: &str) -> &str {
    let mut end = 0;
    while let Some(rest) = address[end..].strip_prefix("module.") {
        let mut quoted = false;
        let dot = rest.find(|c| {
            quoted ^= c == '"';
            c == '.' && !quoted
        });
        let Some(dot) = dot else { break };
        end += "module.".len() + dot + 1;
    }
    &address[..end]
}

impl std::fmt::Debug for Configurations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Configurations")
            .field("directories", &self.modules.keys())
            .finish()
    }
}
