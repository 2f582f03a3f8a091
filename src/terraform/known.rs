//! Modules that are understood without being installed. Of each there is a form: a configuration in
//! Terraform's language that says, in terms of the module's variables, which resources the module
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
    /// Versions that were published and that some form describes, to know which one a constraint
    /// gets. Without any, every version is like the newest form.
    #[serde(default)]
    pub published: Vec<String>,
    /// What the module is, by version.
    pub forms: Vec<Form>,
}

/// A module as some of its versions are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// A constraint on versions.
    #[serde(default)]
    pub versions: Option<String>,
    /// The configuration.
    pub terraform: String,
}

impl KnownModule {
    /// What is wrong with the data: forms that can't be read, published versions without exactly one.
    pub fn faults(&self) -> Vec<String> {
        let sources = Sources::new(Arc::new(Memory::default()));
        let place = Span::new(sources.add("form", String::new()), 0..0);
        let forms = self.forms.iter().flat_map(|form| {
            let problems = read(form, place).problems;
            problems.into_iter().map(|p| p.message)
        });
        let homeless = self.published.iter().filter(|version| {
            let admits = |form: &&Form| {
                let versions = form.versions.as_deref();
                versions.is_none_or(|c| versions::admits(c, version))
            };
            self.forms.iter().filter(admits).count() != 1
        });
        let homeless = homeless.map(|v| format!("{v} has not exactly one form"));
        forms.chain(homeless).collect()
    }

    /// The form that a call gets.
    fn form(&self, call: &ModuleCall) -> Option<&Form> {
        let address = call.address.as_ref()?;
        let (path, version) = match address {
            Address::Local(_) => return None,
            Address::Registry(path) => (path, call.version.clone()),
            Address::Remote(path, reference) => (path, reference.clone()),
        };
        self.sources
            .iter()
            .map(|s| Address::parse(s))
            .any(|a| matches!(&a, Address::Registry(p) | Address::Remote(p, _) if p == path))
            .then_some(())?;
        let branch = version
            .as_ref()
            .is_none_or(|v| self.branches.iter().any(|b| b == v));
        let version = if branch || self.published.is_empty() {
            None
        } else {
            let wanted = version?;
            let wanted = wanted.strip_prefix('v').unwrap_or(&wanted);
            Some(versions::newest_published(wanted, &self.published)?)
        };
        match version {
            None => self.forms.last(),
            Some(version) => self.forms.iter().find(|form| {
                let versions = form.versions.as_deref();
                versions.is_none_or(|c| versions::admits(c, version))
            }),
        }
    }
}

/// The module that a call leads to, if it is a known one. All that it declares stands at the call.
pub(super) fn find(known: &[KnownModule], call: &ModuleCall) -> Option<Arc<Module>> {
    let (module, form) = known.iter().find_map(|m| Some((m, m.form(call)?)))?;
    let mut out = read(form, call.block.header);
    // No directory of a configuration has such a name.
    out.directory = PathBuf::from(format!("<{}>", module.module));
    out.known = true;
    Some(Arc::new(out))
}

fn read(form: &Form, place: Span) -> Module {
    let parsed = syntax::parse_at(&form.terraform, place);
    Module::new(
        PathBuf::new(),
        vec![parsed.body],
        Vec::new(),
        parsed.problems,
    )
}
