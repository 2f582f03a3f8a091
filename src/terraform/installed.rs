//! What `terraform init` installed: `.terraform/modules/modules.json` beside the root.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::address::Address;
use super::module::ModuleCall;
use super::versions;
use crate::declared::Problem;
use crate::files::normalize;
use crate::source::Sources;

/// The installed modules of a root, by the names of the calls that lead to them: `db`, `db.network`.
#[derive(Debug, Default)]
pub(super) struct Manifest(HashMap<String, Installed>);

#[derive(Debug)]
struct Installed {
    address: Address,
    version: Option<String>,
    directory: PathBuf,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    #[serde(default)]
    modules: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    key: String,
    source: String,
    #[serde(default)]
    version: Option<String>,
    dir: String,
}

/// Whether a directory is one that Terraform installs into.
pub(super) fn holds(directory: &Path) -> bool {
    directory.iter().any(|part| part == ".terraform")
}

impl Manifest {
    /// Reads the manifest of a root directory; `None` where Terraform was not initialised.
    ///
    /// # Errors
    /// When there is one and it can't be read.
    pub(super) fn read(sources: &Sources, root: &Path) -> Result<Option<Manifest>, Problem> {
        let path = root.join(".terraform/modules/modules.json");
        let bytes = match sources.files().read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.missing => return Ok(None),
            Err(error) => return Err(Problem::general(error.to_string())),
        };
        let document: Document = serde_json::from_slice(&bytes).map_err(|error| {
            let shown = sources.files().shown(&path);
            Problem::general(format!("{shown} is no list of installed modules: {error}"))
                .help("run `terraform init` again")
        })?;
        let modules = document.modules.into_iter().map(|record| {
            let installed = Installed {
                address: Address::parse(&record.source),
                version: record.version.filter(|v| !v.is_empty()),
                directory: normalize(&root.join(record.dir.replace('\\', "/"))),
            };
            (record.key, installed)
        });
        Ok(Some(Manifest(modules.collect())))
    }

    /// The directories of modules that were fetched.
    pub(super) fn directories(&self) -> impl Iterator<Item = &PathBuf> {
        self.0
            .values()
            .filter(|i| !matches!(i.address, Address::Local(_)))
            .map(|i| &i.directory)
    }

    /// The directory that a call leads to. `key` names the call from the root on.
    ///
    /// # Errors
    /// Why what is installed is not what the call asks for.
    pub(super) fn find(&self, key: &str, call: &ModuleCall) -> Result<&Path, &'static str> {
        let Some(installed) = self.0.get(key) else {
            return Err("is not installed");
        };
        let same = call.address.as_ref() == Some(&installed.address);
        let admitted = match (&call.version, &installed.version) {
            (Some(wanted), Some(version)) => versions::admits(wanted, version),
            (Some(_), None) => false,
            (None, _) => true,
        };
        if same && admitted {
            Ok(&installed.directory)
        } else {
            Err("is installed from another source or version")
        }
    }
}
