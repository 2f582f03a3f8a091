//! Values for the root's variables, in Terraform's order of precedence.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::eval::constant;
use super::known::KnownModule;
use super::module::Module;
use super::syntax::{self, ast::Name};
use super::types::Type;
use crate::declared::Problem;
use crate::source::Sources;
use crate::value::Value;

/// What the user hands to the root module.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// `--var NAME=VALUE`, in order.
    pub vars: Vec<(String, String)>,
    /// `--var-file FILE`, in order.
    pub var_files: Vec<PathBuf>,
    /// `TF_VAR_NAME` of the environment, without the prefix.
    pub environment: Vec<(String, String)>,
    /// The values of all variables, where a plan has recorded them: then nothing else gives any.
    pub recorded: Option<BTreeMap<Name, Value>>,
    /// Versions of providers that azvet knows of, by source (`hashicorp/azurerm`).
    pub known_versions: BTreeMap<String, Vec<String>>,
    /// Nested blocks that a provider never fills in itself, by type of resource, as dotted paths: where a
    /// plan does not know them, they are written.
    pub blocks: Arc<BTreeMap<String, Vec<String>>>,
    /// Modules that are understood without being installed.
    pub known_modules: Arc<[KnownModule]>,
}

/// The given values by variable; later sources win.
pub(super) fn values(
    sources: &Sources,
    root: &Path,
    module: &Module,
    inputs: &Inputs,
    problems: &mut Vec<Problem>,
) -> BTreeMap<Name, Value> {
    if let Some(recorded) = &inputs.recorded {
        return recorded.clone();
    }
    let mut out = BTreeMap::new();
    for (name, text) in &inputs.environment {
        typed(sources, module, "TF_VAR_", name, text, &mut out);
    }
    let names = sources.files().list(root);
    let named = ["terraform.tfvars", "terraform.tfvars.json"]
        .into_iter()
        .filter(|n| names.iter().any(|m| m == n));
    let automatic = names
        .iter()
        .map(String::as_str)
        .filter(|n| n.ends_with(".auto.tfvars") || n.ends_with(".auto.tfvars.json"));
    for name in named.chain(automatic) {
        file(sources, &root.join(name), problems, &mut out);
    }
    for path in &inputs.var_files {
        file(sources, path, problems, &mut out);
    }
    for (name, text) in &inputs.vars {
        typed(sources, module, "--var ", name, text, &mut out);
    }
    out
}

fn file(
    sources: &Sources,
    path: &Path,
    problems: &mut Vec<Problem>,
    out: &mut BTreeMap<Name, Value>,
) {
    let id = match sources.load(path) {
        Ok(id) => id,
        Err(e) => {
            problems.push(Problem::general(e.to_string()).help("its variables have no value"));
            return;
        }
    };
    let source = sources.get(id);
    let parsed = if path.extension().is_some_and(|e| e == "json") {
        syntax::json::parse_values(id, &source.text)
    } else {
        syntax::parse(id, &source.text)
    };
    problems.extend(parsed.problems);
    for a in parsed.body.attributes() {
        out.insert(a.name.clone(), constant(&a.value));
    }
    for b in parsed.body.blocks() {
        problems.push(
            Problem::at(b.header, "a block in a file of variable values")
                .help("such files hold only `name = value`"),
        );
    }
}

/// A value given as text: parsed when the variable's type is complex, else taken as it is.
fn typed(
    sources: &Sources,
    module: &Module,
    origin: &str,
    name: &str,
    text: &str,
    out: &mut BTreeMap<Name, Value>,
) {
    let Some(variable) = module.variables.iter().find(|v| &*v.name == name) else {
        return;
    };
    let file = sources.add(&format!("{origin}{name}"), text.to_owned());
    let whole = crate::source::Span::new(file, 0..text.len());
    let complex = variable
        .ty
        .as_ref()
        .is_some_and(|t: &Type| !t.is_primitive());
    let parsed = complex
        .then(|| syntax::parse_expr(text, file, 0, None))
        .flatten();
    let value = match parsed {
        Some(expr) => constant(&expr),
        None => Value::from(text).at(whole),
    };
    out.insert(name.into(), value);
}
