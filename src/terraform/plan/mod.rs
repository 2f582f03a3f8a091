//! Plans and states as `terraform show -json` writes them, to declared resources.
//!
//! ```text
//! json ──► document: what will be there, what happens to it ──► body: values ──► declarations
//!              │                                                  ▲
//!              └ configuration ──► references: what unknown values come from
//!                             └──► order: who waits for whom
//! beside: the .tf files that the plan was made from lend their places, where they are at hand
//! ```
//!
//! The world is the one that the plan leads to: what is deleted or forgotten is not in it.

mod beside;
mod body;
mod document;
mod json;
mod left_out;
mod order;
mod references;
#[cfg(test)]
mod tests;
mod traversal;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::module::Module;
use super::syntax::ast::Name;
use super::{AZURERM, Inputs, azapi, hidden, is_azurerm, module_of, versions};
use crate::declared::{Action, Change, Declarations, Declared, Language, NodeId, Opaque};
use crate::files::normalize;
use crate::source::{FileId, Sources};
use crate::value::Value;
use beside::Place;
use document::{Document, Instance};
use json::Json;
use references::References;

/// The resources of a plan or state. `configuration` is what the plan was made from, evaluated, where
/// that is at hand.
pub fn evaluate(
    sources: &Sources,
    file: FileId,
    inputs: &Inputs,
    configuration: Option<Declarations>,
) -> Declarations {
    let source = sources.get(file);
    let read = json::parse(file, &source.text, |root| {
        let document = Document::read(root)?;
        let version = version(
            sources,
            &directory(Path::new(&source.path)),
            &document,
            inputs,
        );
        let blocks = &inputs.blocks;
        Ok(declarations(
            &document,
            version.as_ref(),
            blocks,
            configuration,
        ))
    });
    match read.flatten() {
        Ok(declarations) => declarations,
        Err(problem) => Declarations {
            problems: vec![problem],
            ..Declarations::default()
        },
    }
}

/// The directory that a plan stands in.
pub(super) fn directory(plan: &Path) -> PathBuf {
    normalize(plan.parent().unwrap_or(Path::new("")))
}

/// What tells whether a plan was made from a directory, and with which variables.
pub struct Outline {
    resources: BTreeSet<String>,
    calls: BTreeSet<String>,
    /// The root's variables.
    pub variables: BTreeMap<Name, Value>,
}

/// The outline of a plan; `None` where it carries no configuration, as a state.
pub fn outline(sources: &Sources, file: FileId) -> Option<Outline> {
    let source = sources.get(file);
    let read = json::parse(file, &source.text, |root| {
        let module = root.path(&["configuration", "root_module"])?;
        let resources = module.get("resources").into_iter().flat_map(Json::items);
        let calls = module
            .get("module_calls")
            .into_iter()
            .flat_map(Json::members);
        let variables = root.get("variables").into_iter().flat_map(Json::members);
        let value = |(name, variable): (&str, Json<'_>)| {
            Some((Name::from(name), variable.get("value")?.value()))
        };
        Some(Outline {
            resources: resources
                .filter_map(|r| Some(r.get("address")?.text()?.to_owned()))
                .collect(),
            calls: calls.map(|(name, _)| name.to_owned()).collect(),
            variables: variables.filter_map(value).collect(),
        })
    });
    read.ok().flatten()
}

impl Outline {
    /// Whether a directory declares just what the plan's configuration does.
    pub(super) fn is_of(&self, module: &Module) -> bool {
        let resources = module.resources.iter().map(|r| r.local_address());
        let calls = module.calls.iter().map(|c| c.name.to_string());
        let something = !self.resources.is_empty() || !self.calls.is_empty();
        something
            && resources.collect::<BTreeSet<_>>() == self.resources
            && calls.collect::<BTreeSet<_>>() == self.calls
    }
}

/// The version of the azurerm provider: the one locked beside the plan, else the newest that the
/// constraints in it admit.
fn version(
    sources: &Sources,
    directory: &Path,
    document: &Document<'_>,
    inputs: &Inputs,
) -> Option<Arc<str>> {
    versions::locked(sources, directory, AZURERM).or_else(|| {
        let providers = document.root.path(&["configuration", "provider_config"]);
        let constraints =
            providers
                .into_iter()
                .flat_map(Json::members)
                .filter_map(|(_, provider)| {
                    let name = provider
                        .get("full_name")
                        .or_else(|| provider.get("name"))?
                        .text()?;
                    let ours = name.ends_with(AZURERM) || name == AZURERM.rsplit('/').next()?;
                    provider.get("version_constraint")?.text().filter(|_| ours)
                });
        let known = inputs.known_versions.get(AZURERM);
        versions::newest(constraints, known.map_or(&[], Vec::as_slice))
    })
}

fn declarations(
    document: &Document<'_>,
    version: Option<&Arc<str>>,
    blocks: &BTreeMap<String, Vec<String>>,
    configuration: Option<Declarations>,
) -> Declarations {
    let references = References::new(document);
    let mut order = order::order(document);
    let mut out = Declarations {
        problems: document.problems.clone(),
        notices: document.notices.clone(),
        deployed: document.is_state(),
        ..Declarations::default()
    };
    let written = configuration.as_ref().map(beside::Configuration::new);
    let mut places = Vec::new();
    for instance in &document.instances {
        let block = document.block(instance);
        let node = order.of(&traversal::without_keys(instance.address));
        let blocks = blocks.get(instance.kind).map_or(&[][..], Vec::as_slice);
        let body = body::after(instance, block, &references, blocks);
        if let Some(cause) = hidden(instance.kind, instance.address) {
            out.opaque.push(Opaque {
                address: instance.address.into(),
                cause,
                inputs: body,
                exists: true.into(),
                span: instance.entry.span(),
            });
            continue;
        }
        let mut declared = declared(instance, body, node, version);
        places.push(written.as_ref().and_then(|w| w.lay_under(&mut declared)));
        out.resources.push(declared);
    }
    out.opaque.extend(left_out::left_out(document, &references));
    out.graph = order.graph;
    // The configuration's order is more exact, since it knows what locals read; but it knows nothing of
    // modules that are not installed.
    let places: Option<Vec<Place>> = places.into_iter().collect();
    if let (Some(places), Some(configuration)) = (places, configuration) {
        let mut placed: Vec<_> = places.into_iter().zip(out.resources).collect();
        placed.sort_by_key(|(place, _)| place.index);
        let in_order = placed.into_iter().map(|(place, declared)| Declared {
            node: place.node,
            ..declared
        });
        out.resources = in_order.collect();
        out.graph = configuration.graph;
    }
    out
}

fn declared(
    instance: &Instance<'_>,
    body: Value,
    node: NodeId,
    version: Option<&Arc<str>>,
) -> Declared {
    let address = instance.entry.get("address");
    let mut out = Declared {
        address: instance.address.into(),
        module: module_of(instance.address).into(),
        language: Language::Azurerm,
        type_name: instance.kind.into(),
        version: version.filter(|_| is_azurerm(instance.kind)).cloned(),
        body,
        exists: true.into(),
        managed: instance.managed,
        parent: None,
        scope: None,
        node,
        header: address.unwrap_or(instance.entry).span(),
        block: Some(instance.entry.span()),
        comments: None,
        change: instance.change.filter(|_| instance.managed).map(change),
        ignored: None,
    };
    azapi::in_its_terms(&mut out, None);
    out
}

/// What the plan does to a resource.
fn change(change: Json<'_>) -> Change {
    let actions: Vec<&str> = change
        .get("actions")
        .into_iter()
        .flat_map(Json::items)
        .filter_map(Json::text)
        .collect();
    let step = |step: Json<'_>| step.text().map(Arc::from);
    let paths = change
        .get("replace_paths")
        .into_iter()
        .flat_map(Json::items);
    Change {
        action: match actions.as_slice() {
            ["create"] => Action::Create,
            ["update"] => Action::Update,
            ["create", _] | [_, "create"] => Action::Replace,
            _ => Action::Keep,
        },
        before: body::before(change),
        forced_by: paths
            .map(|path| path.items().filter_map(step).collect())
            .collect(),
    }
}
