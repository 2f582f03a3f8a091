//! Directories to modules: which files count, in parallel, following local module calls.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::address::Address;
use super::module::{Module, ModuleCall};
use super::syntax::{self, ast::Body};
use crate::declared::Problem;
use crate::files::normalize;
use crate::source::Sources;

/// The directory of a local module call.
pub(super) fn local(directory: &Path, call: &ModuleCall) -> Option<PathBuf> {
    match call.address.as_ref()? {
        Address::Local(path) => Some(normalize(&directory.join(path))),
        _ => None,
    }
}

/// Parses the directories and, round by round, the local ones that they call.
pub(super) fn load(sources: &Sources, directories: Vec<PathBuf>) -> BTreeMap<PathBuf, Arc<Module>> {
    let mut modules: BTreeMap<PathBuf, Arc<Module>> = BTreeMap::new();
    let mut tried: BTreeSet<PathBuf> = BTreeSet::new();
    let mut open: Vec<PathBuf> = directories.iter().map(|d| normalize(d)).collect();
    while !open.is_empty() {
        open.sort();
        open.dedup();
        open.retain(|d| tried.insert(d.clone()));
        let loaded: Vec<Module> = open
            .par_iter()
            .filter_map(|d| directory(sources, d))
            .collect();
        open = Vec::new();
        for module in loaded {
            for call in &module.calls {
                open.extend(local(&module.directory, call));
            }
            modules.insert(module.directory.clone(), Arc::new(module));
        }
    }
    modules
}

fn directory(sources: &Sources, directory: &Path) -> Option<Module> {
    let names: Vec<String> = sources
        .files()
        .list(directory)
        .into_iter()
        .filter(|n| is_configuration(n))
        .collect();
    // OpenTofu reads its own file in place of Terraform's of the same name.
    let own: BTreeSet<String> = names.iter().filter_map(|n| tofu(n)).collect();
    let names: Vec<String> = names.into_iter().filter(|n| !own.contains(n)).collect();
    if names.is_empty() {
        return None;
    }
    let parsed: Vec<(bool, Result<syntax::Parsed, Problem>)> = names
        .par_iter()
        .map(|name| (is_override(name), file(sources, &directory.join(name))))
        .collect();
    let (mut files, mut overrides, mut problems): (Vec<Body>, Vec<Body>, Vec<Problem>) =
        Default::default();
    for (is_override, result) in parsed {
        match result {
            Ok(parsed) => {
                problems.extend(parsed.problems);
                if is_override {
                    overrides.push(parsed.body)
                } else {
                    files.push(parsed.body)
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    Some(Module::new(
        directory.to_owned(),
        files,
        overrides,
        problems,
    ))
}

/// Reads and parses one file, in the syntax that its name says.
fn file(sources: &Sources, path: &Path) -> Result<syntax::Parsed, Problem> {
    let id = sources
        .load(path)
        .map_err(|e| Problem::general(e.to_string()).help("the rest of the directory was read"))?;
    let source = sources.get(id);
    Ok(if path.extension().is_some_and(|e| e == "json") {
        syntax::json::parse(id, &source.text)
    } else {
        syntax::parse(id, &source.text)
    })
}

/// How the names of configuration files end.
const ENDINGS: [&str; 4] = [".tf.json", ".tofu.json", ".tf", ".tofu"];

/// Terraform's name for a file of OpenTofu's.
fn tofu(name: &str) -> Option<String> {
    let stem = name.strip_suffix(".json").unwrap_or(name);
    let json = &name[stem.len()..];
    Some(format!("{}.tf{json}", stem.strip_suffix(".tofu")?))
}

/// Whether Terraform reads a file of this name. Backups that editors write begin or end in another way.
fn is_configuration(name: &str) -> bool {
    ENDINGS.iter().any(|ending| name.ends_with(ending)) && !name.starts_with('.')
}

fn is_override(name: &str) -> bool {
    let stem = ENDINGS
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}
