//! The front end as a whole: texts in, values as shown out.

mod conditions;
mod ephemeral;
mod expressions;
mod faults;
mod form;
mod installed;
mod modules;
mod oracle;
mod refused;
mod repetition;
mod robustness;
mod syntax;
mod trees;

use super::*;
use crate::files::Memory;

/// An evaluated set of files; the root is `.` unless told otherwise.
pub(super) struct Case {
    pub(super) sources: Sources,
    pub(super) declarations: Declarations,
    outputs: BTreeMap<String, crate::value::Value>,
}

impl Case {
    pub(super) fn new(files: &[(&str, &str)]) -> Case {
        Case::with(files, "", &Inputs::default())
    }

    pub(super) fn with(files: &[(&str, &str)], root: &str, inputs: &Inputs) -> Case {
        let memory = Memory::new(files.iter().copied());
        let mut directories: BTreeSet<PathBuf> = BTreeSet::new();
        for path in memory.paths() {
            directories.insert(path.parent().unwrap_or(Path::new("")).to_owned());
        }
        let directories: Vec<PathBuf> = directories.into_iter().collect();
        let sources = Sources::new(Arc::new(memory));
        let configurations = Configurations::load(&sources, &directories);
        let root = normalize(Path::new(root));
        let mut outputs = BTreeMap::new();
        if let Some(module) = configurations.modules.get(&root) {
            let values = inputs::values(&sources, &root, module, inputs, &mut Vec::new());
            let unit = Unit::evaluate(
                &configurations,
                &sources,
                module.clone(),
                values,
                &inputs.known_modules,
                Vec::new(),
            );
            for output in &module.outputs {
                if let Some(value) = unit.output(&output.name) {
                    outputs.insert(output.name.to_string(), value);
                }
            }
        }
        let declarations = configurations.evaluate(&sources, &root, inputs);
        Case {
            sources,
            declarations,
            outputs,
        }
    }

    pub(super) fn output(&self, name: &str) -> &crate::value::Value {
        self.outputs
            .get(name)
            .unwrap_or_else(|| panic!("no output {name}"))
    }

    pub(super) fn resource(&self, address: &str) -> &Declared {
        self.declarations
            .resources
            .iter()
            .find(|r| &*r.address == address)
            .unwrap_or_else(|| panic!("no {address} among {:?}", self.addresses()))
    }

    pub(super) fn addresses(&self) -> Vec<&str> {
        self.declarations
            .resources
            .iter()
            .map(|r| &*r.address)
            .collect()
    }

    /// An attribute of a resource, as shown.
    pub(super) fn attribute(&self, address: &str, name: &str) -> String {
        self.value(address, name).shown()
    }

    pub(super) fn value(&self, address: &str, name: &str) -> crate::value::Value {
        crate::value::member(&self.resource(address).body, name, false)
    }

    pub(super) fn problems(&self) -> Vec<&str> {
        self.declarations
            .problems
            .iter()
            .map(|p| &*p.message)
            .collect()
    }

    /// What is told of problems, with the texts at their places.
    pub(super) fn told(&self) -> Vec<(String, String)> {
        let problems = self.declarations.problems.iter();
        problems
            .map(|p| {
                let place = p.span.map(|s| self.text(s)).unwrap_or_default();
                (p.message.clone(), place)
            })
            .collect()
    }

    /// The text at a place.
    pub(super) fn text(&self, span: crate::source::Span) -> String {
        self.sources.get(span.file).text[span.range()].to_owned()
    }
}

/// Evaluates an expression beside some declarations.
pub(super) fn shown(declarations: &str, expression: &str) -> String {
    let text = format!("{declarations}\noutput \"it\" {{\n  value = {expression}\n}}\n");
    let case = Case::new(&[("main.tf", &text)]);
    let value = case.output("it").shown();
    // What is told of a value is what it is.
    let mut others = case.problems();
    others.retain(|problem| !value.contains(&format!("${{{problem}}}")));
    assert_eq!(others, Vec::<&str>::new(), "{expression}");
    value
}
