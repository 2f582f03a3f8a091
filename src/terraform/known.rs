//! Modules that are understood without being installed. Of each version there is a form: a configuration
//! in Terraform's language that says, in terms of the module's variables, which resources the module
//! declares and what its outputs read. The data stand in `rules/modules`.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;

use super::address::Address;
use super::module::{Module, ModuleCall};
use super::{syntax, versions};
use crate::files::Memory;
use crate::source::{Sources, Span};

/// A published module, as `rules/modules` has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownModule {
    /// The file's name.
    pub module: String,
    /// Addresses in registries, and repositories as `host/path`.
    pub sources: Vec<String>,
    /// Branches that stand for the newest version.
    #[serde(default)]
    pub branches: Vec<String>,
    /// All versions that were published, to know which one a constraint gets. Without any, the
    /// module is the same in all, or in its branches if it has some.
    #[serde(default)]
    pub published: Vec<String>,
    /// A constraint on those that are understood; all of them unless said.
    #[serde(default)]
    pub understood: Option<String>,
    /// Its form: what the parts for a version say together, as the files of a directory do.
    pub parts: Vec<Part>,
}

/// What is the same in some versions of a module.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// A constraint on versions; all of them unless said.
    #[serde(default)]
    pub versions: Option<String>,
    /// A configuration.
    pub terraform: String,
}

impl KnownModule {
    /// What is wrong with the data: versions of which the parts are no configuration, parts for no
    /// version, a newest version that is not understood.
    pub fn faults(&self) -> Vec<String> {
        let sources = Sources::new(Arc::new(Memory::default()));
        let place = Span::new(sources.add("form", String::new()), 0..0);
        if self.published.is_empty() {
            let problems = read(&self.parts_of(None), place).problems;
            return problems.into_iter().map(|p| p.message).collect();
        }
        let understood: Vec<&String> = self
            .published
            .iter()
            .filter(|v| self.is_understood(v))
            .collect();
        let mut faults = Vec::new();
        for version in &understood {
            let problems = read(&self.parts_of(Some(version)), place).problems;
            let told = problems.into_iter();
            faults.extend(told.map(|p| format!("{version}: {}", p.message)));
        }
        let idle = self.parts.iter().filter_map(|part| part.versions.as_ref());
        let idle = idle.filter(|c| !understood.iter().any(|v| versions::admits(c, v)));
        faults.extend(idle.map(|c| format!("no version that is understood is {c}")));
        let newest = versions::newest_published(ANY, &self.published);
        if !newest.is_some_and(|v| self.is_understood(v)) {
            faults.push("the newest version is not understood".into());
        }
        faults
    }

    fn is_understood(&self, version: &str) -> bool {
        let understood = self.understood.as_deref();
        understood.is_none_or(|c| versions::admits(c, version))
    }

    /// Whether a call is one of this module, in whatever version.
    fn is_called(&self, call: &ModuleCall) -> bool {
        let path = |address: &Address| match address {
            Address::Local(_) => None,
            Address::Registry(path) | Address::Remote(path, _) => Some(path.clone()),
        };
        let called = call.address.as_ref().and_then(path);
        let mut sources = self.sources.iter().map(|s| path(&Address::parse(s)));
        called.is_some() && sources.any(|source| source == called)
    }

    /// The parts that a call gets; none if it does not lead here, or to no version that is understood.
    fn form(&self, call: &ModuleCall) -> Option<Vec<&Part>> {
        if !self.is_called(call) {
            return None;
        }
        let version = match call.address.as_ref()? {
            Address::Remote(_, reference) => reference,
            _ => &call.version,
        };
        let wanted = version.as_ref().filter(|v| !self.branches.contains(v));
        let version = match wanted {
            _ if !self.published.is_empty() => {
                let wanted = wanted.map_or(ANY, |v| v.strip_prefix('v').unwrap_or(v));
                let newest = versions::newest_published(wanted, &self.published);
                Some(newest.filter(|v| self.is_understood(v))?)
            }
            Some(_) if !self.branches.is_empty() => return None,
            _ => None,
        };
        Some(self.parts_of(version))
    }

    fn parts_of(&self, version: Option<&str>) -> Vec<&Part> {
        let admits = |part: &&Part| match (&part.versions, version) {
            (Some(constraint), Some(version)) => versions::admits(constraint, version),
            _ => true,
        };
        self.parts.iter().filter(admits).collect()
    }
}

/// A constraint that admits every version.
const ANY: &str = ">= 0";

/// Whether a call is one of a known module, if in a version that is not understood.
pub(super) fn has_versions_of(known: &[KnownModule], call: &ModuleCall) -> bool {
    known.iter().any(|module| module.is_called(call))
}

/// The module that a call leads to, if it is a known one. All that it declares stands at the call.
pub(super) fn find(known: &[KnownModule], call: &ModuleCall) -> Option<Arc<Module>> {
    let (module, parts) = known.iter().find_map(|m| Some((m, m.form(call)?)))?;
    let mut out = read(&parts, call.block.header);
    // No directory of a configuration has such a name.
    out.directory = PathBuf::from(format!("<{}>", module.module));
    out.known = true;
    Some(Arc::new(out))
}

fn read(parts: &[&Part], place: Span) -> Module {
    let (bodies, problems): (Vec<_>, Vec<_>) = parts
        .iter()
        .map(|part| syntax::parse_at(&part.terraform, place))
        .map(|parsed| (parsed.body, parsed.problems))
        .unzip();
    Module::new(PathBuf::new(), bodies, Vec::new(), problems.concat())
}
