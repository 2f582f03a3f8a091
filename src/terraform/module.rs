//! One directory's configuration: what its files declare, with overrides merged.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use super::address::Address;
use super::conditions::Condition;
use super::duplicates;
use super::eval;
use super::form;
use super::misfit::misfit;
use super::overrides;
use super::refs::{Collector, Follows, Mode, Ref, Target};
use super::syntax::ast::{Attribute, Block, Body, Expr, Item, Kind, Name};
use super::types::Type;
use crate::declared::{Ignored, Problem};
use crate::source::Span;
use crate::value::Marks;

/// A parsed directory.
#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) directory: PathBuf,
    pub(super) variables: Vec<Variable>,
    pub(super) locals: Vec<Named>,
    pub(super) outputs: Vec<Named>,
    pub(super) resources: Vec<Resource>,
    pub(super) calls: Vec<ModuleCall>,
    /// Constraints on the version of a provider, by its source.
    pub(super) constraints: Vec<(String, String)>,
    /// Configurations of providers beside the default ones: `azurerm.hub`.
    pub(super) aliases: BTreeSet<String>,
    pub(super) problems: Vec<Problem>,
    /// It says how it is deployed: with a provider's configuration or a backend.
    pub(super) deployable: bool,
    /// All of its files could be read; what a broken block would have declared is not missing.
    pub(super) whole: bool,
    /// References of conditions and settings that give no values: of checks, validations, providers.
    pub(super) other_refs: Vec<Ref>,
    /// It stands for a published module that is not there: it has only the variables and outputs that
    /// matter, and its text is no text of the user's.
    pub(super) known: bool,
    names: HashMap<Target, usize>,
}

/// A `variable` block.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: Name,
    pub(super) ty: Option<Type>,
    pub(super) default: Option<Expr>,
    pub(super) nullable: bool,
    pub(super) marks: Marks,
    pub(super) validations: Vec<Condition>,
}

/// A local or an output.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) name: Name,
    pub(super) value: Expr,
    pub(super) marks: Marks,
    pub(super) refs: Vec<Ref>,
    /// References of `depends_on`.
    pub(super) waits: Vec<Ref>,
    /// Preconditions.
    pub(super) conditions: Vec<Condition>,
}

/// A resource or data source.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) mode: Mode,
    pub(super) kind: Name,
    pub(super) name: Name,
    pub(super) block: Block,
    /// What its value needs.
    pub(super) refs: Vec<Ref>,
    /// What else it waits for: `depends_on`, provisioners, lifecycle.
    pub(super) waits: Vec<Ref>,
    /// Preconditions and postconditions.
    pub(super) conditions: Vec<Condition>,
    /// `ignore_changes`.
    pub(super) ignored: Ignored,
}

impl Resource {
    /// Its address in its module.
    pub(super) fn local_address(&self) -> String {
        shown(&Target::Resource(
            self.mode,
            self.kind.clone(),
            self.name.clone(),
        ))
    }
}

/// A `module` block.
#[derive(Debug)]
pub(super) struct ModuleCall {
    pub(super) name: Name,
    pub(super) block: Block,
    /// `None` when it is not a plain string.
    pub(super) source: Option<(String, Span)>,
    /// What `source` names.
    pub(super) address: Option<Address>,
    /// The constraint on versions.
    pub(super) version: Option<String>,
    /// What its expansion needs.
    pub(super) refs: Vec<Ref>,
    pub(super) waits: Vec<Ref>,
    /// By argument.
    pub(super) inputs: BTreeMap<Name, Vec<Ref>>,
}

/// Arguments that Terraform itself reads; the rest goes to the provider or module.
pub(super) const META: [&str; 9] = [
    "count",
    "for_each",
    "provider",
    "providers",
    "depends_on",
    "lifecycle",
    "provisioner",
    "connection",
    "action_trigger",
];

impl Module {
    /// Gathers what the files of a directory declare.
    pub(super) fn new(
        directory: PathBuf,
        files: Vec<Body>,
        overrides: Vec<Body>,
        problems: Vec<Problem>,
    ) -> Module {
        let mut blocks = Vec::new();
        let mut module = Module {
            directory,
            problems,
            ..Module::default()
        };
        for file in files {
            for item in file.items {
                match item {
                    Item::Block(block) => blocks.push(block),
                    Item::Attribute(a) => module.problems.push(
                        Problem::at(a.name_span, format!("`{}` stands outside any block", a.name))
                            .help("put it into a block; values for variables belong into a `.tfvars` file"),
                    ),
                }
            }
        }
        let mut faults = duplicates::of_directory(&blocks);
        for block in overrides.into_iter().flat_map(|b| b.items) {
            if let Item::Block(block) = block {
                overrides::merge(&mut blocks, block);
            }
        }
        module.whole = module.problems.is_empty();
        for block in blocks {
            faults.extend(form::faults(&block));
            module.declare(block);
        }
        module.problems.extend(faults);
        if module.whole {
            module.check_references();
            module.check_instances();
            module.check_repetition();
            module.check_waiting();
            module.check_quoted();
            module.check_providers();
        }
        module
    }

    /// The place of something declared in its list.
    pub(super) fn find(&self, target: &Target) -> Option<usize> {
        match target {
            Target::Module(name, Some(_)) => {
                self.names.get(&Target::Module(name.clone(), None)).copied()
            }
            other => self.names.get(other).copied(),
        }
    }

    fn name(&mut self, target: Target, index: usize, span: Span) -> bool {
        if self.names.contains_key(&target) {
            let what = shown(&target);
            self.problems.push(
                Problem::at(
                    span,
                    format!("`{what}` is declared twice in this directory"),
                )
                .help("all files of a directory form one module; remove or rename one of them"),
            );
            return false;
        }
        self.names.insert(target, index);
        true
    }

    fn declare(&mut self, block: Block) {
        let label = |i: usize| block.labels.get(i).cloned();
        match (&*block.kind, label(0), label(1)) {
            ("variable", Some(name), _) => self.variable(name, &block),
            ("locals", _, _) => {
                for a in block.body.attributes() {
                    self.local(a);
                }
            }
            ("output", Some(name), _) => self.output(name, &block),
            ("resource", Some(kind), Some(name)) => self.resource(Mode::Managed, kind, name, block),
            ("data", Some(kind), Some(name)) => self.resource(Mode::Data, kind, name, block),
            ("ephemeral", Some(kind), Some(name)) => {
                self.resource(Mode::Ephemeral, kind, name, block);
            }
            ("module", Some(name), _) => self.call(name, block),
            ("terraform", _, _) => {
                let mut kinds = block.body.blocks().map(|b| &*b.kind);
                self.deployable |= kinds.any(|kind| matches!(kind, "backend" | "cloud"));
                self.required(&block);
            }
            ("provider", Some(name), _) => {
                self.deployable = true;
                self.mention(&block.body, &["alias", "version"]);
                self.provider(&name, &block);
            }
            ("check", Some(_), _) => {
                for inner in block.body.blocks() {
                    if &*inner.kind == "assert" {
                        self.mention(&inner.body, &[]);
                    }
                    if let ("data", [kind, name]) = (&*inner.kind, &inner.labels[..]) {
                        let (kind, name) = (kind.clone(), name.clone());
                        self.resource(Mode::Data, kind, name, inner.clone());
                    }
                }
            }
            (
                "resource" | "data" | "ephemeral" | "variable" | "output" | "module" | "provider"
                | "check",
                _,
                _,
            ) => {
                self.problems.push(
                    Problem::at(
                        block.header,
                        format!("this `{}` block lacks a label", block.kind),
                    )
                    .help("resources and data sources have a type and a name, others a name"),
                );
            }
            ("moved" | "import" | "removed" | "action" | "language", _, _) => {}
            (kind, _, _) => self.problems.push(
                Problem::at(
                    block.header,
                    format!("`{kind}` is no block of a configuration"),
                )
                .help("what it says was not read; remove it, or mend its name"),
            ),
        }
    }

    /// References that have to be declared, though no value needs them.
    fn mention(&mut self, body: &Body, skip: &[&str]) {
        let mut collector = Collector::default();
        collector.body(body, skip);
        self.other_refs.extend(collector.refs);
    }

    fn variable(&mut self, name: Name, block: &Block) {
        if self.name(
            Target::Variable(name.clone()),
            self.variables.len(),
            block.header,
        ) {
            let flag = |key: &str| block.body.get(key).and_then(Expr::as_bool);
            for validation in block.body.blocks() {
                self.mention(&validation.body, &[]);
            }
            let ty = block.body.get("type").map(Type::read);
            let default = block.body.get("default");
            let nullable = flag("nullable").unwrap_or(true);
            if let Some(default) = default {
                let value = eval::constant(default);
                let why = match &ty {
                    _ if value.is_null() && !nullable => Some("it must not be null".to_owned()),
                    Some(ty) => misfit(ty, &value),
                    None => None,
                };
                if let Some(why) = why {
                    let message =
                        format!("the default of variable `{name}` is not of its type: {why}");
                    self.problems.push(
                        Problem::at(default.span, message)
                            .help("Terraform refuses it; mend the default or the type"),
                    );
                }
            }
            self.variables.push(Variable {
                name,
                ty,
                default: default.cloned(),
                nullable,
                marks: marks(&block.body),
                validations: Condition::all(&block.body, &["validation"]),
            });
        }
    }

    fn local(&mut self, a: &Attribute) {
        if self.name(
            Target::Local(a.name.clone()),
            self.locals.len(),
            a.name_span,
        ) {
            self.locals.push(Named {
                name: a.name.clone(),
                refs: Collector::of(&a.value),
                value: a.value.clone(),
                marks: Marks::default(),
                waits: Vec::new(),
                conditions: Vec::new(),
            });
        }
    }

    fn output(&mut self, name: Name, block: &Block) {
        for condition in block.body.blocks() {
            self.mention(&condition.body, &[]);
        }
        let Some(value) = block.body.get("value") else {
            self.problems.push(
                Problem::at(block.header, format!("output `{name}` has no value"))
                    .help("add `value = …`"),
            );
            return;
        };
        // Outputs are read from outside only, so they share no name space with references.
        if self.outputs.iter().any(|o| o.name == name) {
            self.problems.push(
                Problem::at(block.header, format!("output `{name}` is declared twice"))
                    .help("all files of a directory form one module; remove or rename one of them"),
            );
            return;
        }
        self.outputs.push(Named {
            name,
            refs: Collector::of(value),
            value: value.clone(),
            marks: marks(&block.body),
            waits: waits(&block.body),
            conditions: Condition::all(&block.body, &["precondition"]),
        });
    }

    fn resource(&mut self, mode: Mode, kind: Name, name: Name, block: Block) {
        let target = Target::Resource(mode, kind.clone(), name.clone());
        if !self.name(target, self.resources.len(), block.header) {
            return;
        }
        let mut needed = Collector::default();
        needed.body(&block.body, &META[2..]);
        let mut waiting = Collector::default();
        for inner in block.body.blocks() {
            if matches!(&*inner.kind, "lifecycle" | "provisioner" | "connection") {
                waiting.body(&inner.body, &["ignore_changes"]);
            }
        }
        let mut all = waits(&block.body);
        all.extend(waiting.refs);
        let lifecycle = || block.body.blocks_of("lifecycle");
        let ignored = ignored(lifecycle());
        let conditions = lifecycle()
            .flat_map(|b| Condition::all(&b.body, &["precondition", "postcondition"]))
            .collect();
        self.resources.push(Resource {
            mode,
            kind,
            name,
            refs: needed.refs,
            waits: all,
            conditions,
            ignored,
            block,
        });
    }

    fn call(&mut self, name: Name, block: Block) {
        let target = Target::Module(name.clone(), None);
        if !self.name(target, self.calls.len(), block.header) {
            return;
        }
        let source = block
            .body
            .get("source")
            .and_then(|e| Some((e.as_str()?.to_owned(), e.span)));
        let address = source.as_ref().map(|(text, _)| Address::parse(text));
        let version = block.body.get("version").and_then(Expr::as_str);
        let version = version.map(str::to_owned);
        let mut refs = Vec::new();
        let mut inputs = BTreeMap::new();
        for a in block.body.attributes() {
            match &*a.name {
                "count" | "for_each" => refs.extend(Collector::of(&a.value)),
                "source" | "version" | "providers" | "depends_on" => {}
                _ => {
                    inputs.insert(a.name.clone(), Collector::of(&a.value));
                }
            }
        }
        self.calls.push(ModuleCall {
            name,
            source,
            address,
            version,
            refs,
            waits: waits(&block.body),
            inputs,
            block,
        });
    }
}

/// The arguments that `ignore_changes` names, each by its first part.
fn ignored<'b>(lifecycle: impl Iterator<Item = &'b Block>) -> Ignored {
    let mut out = Ignored::default();
    for named in lifecycle.filter_map(|block| block.body.get("ignore_changes")) {
        let items = match &named.kind {
            Kind::List(items) => items.as_slice(),
            Kind::Name(name) if &**name == "all" => {
                out.all = true;
                continue;
            }
            _ => continue,
        };
        for item in items {
            // Old files and JSON quote the argument.
            let text = match &item.kind {
                Kind::Name(name) => Some(&**name),
                Kind::Traverse(path) => Some(&*path.shown),
                _ => item.as_str(),
            };
            let first = text.and_then(|text| text.split(['.', '[']).next());
            out.some.extend(first.map(Name::from));
        }
    }
    out
}

/// How a variable or output marks its value.
fn marks(body: &Body) -> Marks {
    let flag = |name| body.get(name).and_then(Expr::as_bool) == Some(true);
    Marks {
        sensitive: flag("sensitive"),
        ephemeral: flag("ephemeral"),
    }
}

/// The references of `depends_on`.
fn waits(body: &Body) -> Vec<Ref> {
    let Some(Expr {
        kind: Kind::List(items),
        ..
    }) = body.get("depends_on")
    else {
        return Vec::new();
    };
    items
        .iter()
        .flat_map(|item| match item.as_str() {
            // Old files and JSON quote the address.
            Some(text) => super::syntax::parse_expr(text, item.span.file, 0, Some(item.span))
                .map_or_else(Vec::new, |e| Collector::of(&e)),
            None => Collector::of(item),
        })
        .map(|r| Ref {
            may_lack: true,
            // Told by what it waits for, in whole.
            follows: match r.follows {
                Follows::Attribute => Follows::Other,
                other => other,
            },
            ..r
        })
        .collect()
}

/// As the language writes it.
pub(super) fn shown(target: &Target) -> String {
    match target {
        Target::Variable(name) => format!("var.{name}"),
        Target::Local(name) => format!("local.{name}"),
        Target::Module(name, _) => format!("module.{name}"),
        Target::Resource(Mode::Managed, kind, name) => format!("{kind}.{name}"),
        Target::Resource(Mode::Data, kind, name) => format!("data.{kind}.{name}"),
        Target::Resource(Mode::Ephemeral, kind, name) => format!("ephemeral.{kind}.{name}"),
    }
}
