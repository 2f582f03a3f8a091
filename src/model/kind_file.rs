//! Kind files as they are written.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::kinds::{Retype, Written};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindFile {
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) types: BTreeMap<String, BTreeMap<String, serde_json::Value>>,
    pub(super) attributes: BTreeMap<String, AttributeFile>,
    #[serde(default)]
    pub(super) children: Vec<ChildFile>,
    #[serde(default)]
    pub(super) blocks: Vec<String>,
    #[serde(default)]
    pub(super) inverse: BTreeMap<String, InverseFile>,
    #[serde(default)]
    pub(super) associations: BTreeMap<String, AssociationFile>,
    #[serde(default)]
    pub(super) retype: Vec<Retype>,
    #[serde(default)]
    pub(super) create: Vec<Written>,
    pub(super) inside: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AttributeFile {
    #[serde(default)]
    pub(super) write: BTreeMap<String, String>,
    #[serde(rename = "type")]
    pub(super) holds: Option<String>,
    pub(super) refers: Option<OneOrMany<String>>,
    #[serde(default)]
    pub(super) many: bool,
    #[serde(default)]
    pub(super) required: bool,
    pub(super) arm: Option<OneOrMany<SpellingFile>>,
    pub(super) azurerm: Option<OneOrMany<SpellingFile>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum SpellingFile {
    Path(String),
    Full(Box<FullSpelling>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FullSpelling {
    pub(super) path: Option<String>,
    #[serde(default)]
    pub(super) parent: bool,
    #[serde(default)]
    pub(super) scope: bool,
    pub(super) by_name: Option<String>,
    pub(super) group: Option<String>,
    pub(super) only: Option<OneOrMany<String>>,
    pub(super) since: Option<String>,
    pub(super) until: Option<String>,
    #[serde(default)]
    pub(super) values: BTreeMap<String, serde_json::Value>,
    pub(super) default: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChildFile {
    pub(super) kind: String,
    pub(super) arm: Option<String>,
    pub(super) azurerm: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InverseFile {
    pub(super) kind: String,
    pub(super) attribute: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AssociationFile {
    pub(super) owner: String,
    pub(super) sets: BTreeMap<String, String>,
    pub(super) create: Option<String>,
}
