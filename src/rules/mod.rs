//! The rules: loading and compiling rule files, and checking a model against them.

mod cases;
pub(crate) mod compile;
pub mod condition;
mod describe;
mod edits;
mod engine;
pub mod file;
mod traffic;
mod world;
mod yields;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use crate::declared::Language;
use crate::finding::RuleInfo;
use crate::model::kinds::Kinds;
use crate::terraform::KnownModule;
use crate::value::{Data, Entry, List, Number, Object, Value};
pub use compile::{Mistake, Rule};
pub(crate) use describe::as_hcl;
pub use engine::{Decision, check};
use file::{Example, RuleFile};

/// The rules that apply, with the kind and data tables they use.
#[derive(Debug)]
pub struct Library {
    /// The kind tables.
    pub kinds: Kinds,
    /// The rules, by slug.
    pub rules: Vec<Rule>,
    /// The examples of users' own rules, by slug; [`built_in_examples`] has the others.
    pub own_examples: BTreeMap<String, Vec<Example>>,
    tables: HashMap<String, Value>,
    azurerm_versions: Vec<String>,
    known_modules: Arc<[KnownModule]>,
    traffic: condition::Knowledge,
    /// What ARM templates are evaluated with.
    pub arm_known: crate::arm::Known,
}

/// What `rules/` holds, put into the binary by the build script.
const BUILT_IN: &str = include_str!(concat!(env!("OUT_DIR"), "/rules.json"));

/// The examples of the built-in rules, by file.
const EXAMPLES: &str = include_str!(concat!(env!("OUT_DIR"), "/examples.json"));

/// The table of provider versions, newest per minor release.
const AZURERM_VERSIONS: &str = "azurerm_versions";

/// The table of what templates can read of the cloud that they are deployed to.
const CLOUDS: &str = "clouds";

impl Library {
    /// The built-in rules. They are part of the program: a mistake in them fails the tests.
    ///
    /// # Errors
    /// The first mistake in a file, with its name.
    pub fn built_in() -> Result<Library, String> {
        let files: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(BUILT_IN).map_err(|e| format!("rules: {e}"))?;
        Library::load(&files)
    }

    /// Compiles rule, kind and data files, given by path.
    ///
    /// # Errors
    /// The first mistake in a file, with its name.
    pub fn load(files: &serde_json::Map<String, serde_json::Value>) -> Result<Library, String> {
        let below = |folder: &'static str| {
            files
                .iter()
                .filter(move |(path, _)| path.starts_with(folder))
                .map(|(path, content)| (path.as_str(), content))
        };
        let kinds = Kinds::load(below("rules/kinds/"))?;
        let mut tables = HashMap::new();
        for (path, content) in below("rules/data/") {
            tables.insert(stem(path).to_owned(), from_json(content));
        }
        let azurerm_versions = match tables.get(AZURERM_VERSIONS).and_then(Value::as_list) {
            Some(list) => list
                .items
                .iter()
                .filter_map(|v| Some(v.as_str()?.to_owned()))
                .collect(),
            None => Vec::new(),
        };
        let mut known_modules = Vec::new();
        for (path, content) in below("rules/modules/") {
            let known = KnownModule::deserialize(content).map_err(|e| format!("{path}: {e}"))?;
            known_modules.push(known);
        }
        let traffic = traffic::knowledge(&tables);
        let clouds = tables.get(CLOUDS).and_then(Value::as_list);
        let arm_known = crate::arm::Known {
            children: kinds.inline_children(),
            clouds: clouds.map(|list| list.items.to_vec()).unwrap_or_default(),
        };
        let mut library = Library {
            kinds,
            rules: Vec::new(),
            own_examples: BTreeMap::new(),
            tables,
            azurerm_versions,
            known_modules: known_modules.into(),
            traffic,
            arm_known,
        };
        for (path, content) in files {
            if ["rules/kinds/", "rules/data/", "rules/modules/"]
                .iter()
                .any(|folder| path.starts_with(folder))
            {
                continue;
            }
            let file = RuleFile::deserialize(content).map_err(|e| format!("{path}: {e}"))?;
            if file.rule != stem(path) {
                return Err(format!(
                    "{path}: the rule is called `{}`, unlike its file",
                    file.rule
                ));
            }
            let rule = compile::rule(file, &library).map_err(|e| format!("{path}: {e}"))?;
            library.rules.push(rule);
        }
        library.rules.sort_by(|a, b| a.info.slug.cmp(&b.info.slug));
        for rule in &library.rules {
            if let Some(mistake) = library.yields_to_none(rule) {
                return Err(format!("{}: {mistake}", rule.info.slug));
            }
        }
        Ok(library)
    }

    /// What is wrong with a rule that yields to another, which is none of these.
    pub(crate) fn yields_to_none(&self, rule: &Rule) -> Option<Mistake> {
        let slugs = || self.rules.iter().map(|rule| &rule.info.slug);
        rule.yields_to_none(|to| slugs().any(|slug| slug == to))
    }

    /// A data table.
    pub fn table(&self, name: &str) -> Option<&Value> {
        self.tables.get(name)
    }

    /// What reports say of the rules.
    pub fn infos(&self) -> impl Iterator<Item = Arc<RuleInfo>> {
        self.rules.iter().map(|r| r.info.clone())
    }

    /// What Terraform configurations are evaluated with, but for the user's own values.
    pub fn terraform_inputs(&self) -> crate::terraform::Inputs {
        let known = (
            "hashicorp/azurerm".to_owned(),
            self.azurerm_versions.clone(),
        );
        let mut blocks = BTreeMap::new();
        for (_, kind) in self.kinds.iter() {
            let azurerm = kind
                .types
                .iter()
                .filter(|t| t.language == Language::Azurerm);
            blocks.extend(azurerm.map(|t| (t.name.clone(), kind.blocks.clone())));
        }
        crate::terraform::Inputs {
            blocks: Arc::new(blocks),
            known_versions: [known].into(),
            known_modules: self.known_modules.clone(),
            ..crate::terraform::Inputs::default()
        }
    }
}

/// The built-in library, compiled once per process.
///
/// # Errors
/// As [`Library::built_in`].
pub fn built_in() -> Result<&'static Library, String> {
    static LIBRARY: OnceLock<Result<Library, String>> = OnceLock::new();
    LIBRARY
        .get_or_init(Library::built_in)
        .as_ref()
        .map_err(Clone::clone)
}

/// The examples of the built-in rules, by slug. They are read only on demand.
///
/// # Errors
/// The first mistake in them.
pub fn built_in_examples() -> Result<BTreeMap<String, Vec<Example>>, String> {
    let files: BTreeMap<String, Vec<Example>> =
        serde_json::from_str(EXAMPLES).map_err(|e| format!("examples: {e}"))?;
    let by_slug = files
        .into_iter()
        .map(|(path, examples)| (stem(&path).to_owned(), examples));
    Ok(by_slug.collect())
}

pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".yaml").unwrap_or(name)
}

fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::null(),
        serde_json::Value::Bool(b) => (*b).into(),
        serde_json::Value::Number(n) => match (n.as_i64(), n.as_f64()) {
            (Some(i), _) => i.into(),
            (None, Some(f)) => Data::Number(Number::from(f)).into(),
            (None, None) => Value::null(),
        },
        serde_json::Value::String(s) => s.as_str().into(),
        serde_json::Value::Array(items) => {
            Data::List(List::known(items.iter().map(from_json).collect())).into()
        }
        serde_json::Value::Object(map) => {
            let entries = map.iter().map(|(k, v)| Entry::new(k, from_json(v)));
            Object::known(entries.collect()).into()
        }
    }
}
