//! `azvet.yaml` as it is written. The doc comments are the descriptions in its JSON Schema.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::finding::Severity;
use crate::yaml::{Entries, Spanned};

/// The configuration of azvet for a repository. Paths are relative to the file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "azvet.yaml")]
pub(super) struct ConfigFile {
    /// Check these rules only. `--only` stands in place of it.
    #[schemars(with = "Vec<String>")]
    pub(super) select: Option<Vec<Spanned<String>>>,
    /// Leave these rules out. `--ignore` adds to it.
    #[schemars(with = "Vec<String>")]
    pub(super) ignore: Vec<Spanned<String>>,
    /// Severities of rules, in place of their own.
    #[schemars(with = "std::collections::BTreeMap<String, Severity>")]
    pub(super) severity: Entries<Severity>,
    /// The least severity that fails the run. `--fail-on` stands in place of it.
    pub(super) fail_on: Option<Severity>,
    /// Files and directories that are not checked, as patterns of .gitignore.
    #[schemars(with = "Vec<String>")]
    pub(super) exclude: Vec<Spanned<String>>,
    /// A folder of further rules.
    #[schemars(with = "Option<PathBuf>")]
    pub(super) rules: Option<Spanned<PathBuf>>,
    /// A file of findings that are known. `--baseline` stands in place of it.
    pub(super) baseline: Option<PathBuf>,
    /// What applies to some paths only.
    pub(super) paths: Vec<PathsFile>,
}

/// What applies to some paths only. All entries that match a path apply, in the order written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct PathsFile {
    /// Which: a pattern of .gitignore.
    #[schemars(with = "String")]
    pub(super) path: Spanned<String>,
    /// Rules to leave out there.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) ignore: Vec<Spanned<String>>,
    /// Values of variables of the Terraform roots there, as with `--var`.
    #[serde(default)]
    #[schemars(with = "std::collections::BTreeMap<String, serde_json::Value>")]
    pub(super) variables: Entries<serde_json::Value>,
    /// Files of variable values for the Terraform roots there, as with `--var-file`.
    #[serde(default)]
    pub(super) var_files: Vec<PathBuf>,
    /// Parameter files for the templates there, as with `--parameters`.
    #[serde(default)]
    pub(super) parameters: Vec<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// To accept a new schema, run with `UPDATE=1` and read the difference.
    #[test]
    fn the_schema_that_is_kept_is_the_one_of_the_program() {
        crate::report::schema::<ConfigFile>("azvet-config");
    }
}
