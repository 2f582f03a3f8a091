//! Templates in memory, and what they declare.

mod bad_input;
mod corpus;
mod deployments;
mod parameters;
mod resources;
mod secrets;
mod types;
mod values;

use std::path::Path;
use std::sync::Arc;

use super::{Known, evaluate};
use crate::declared::{Declarations, Declared};
use crate::files::Memory;
use crate::source::Sources;
use crate::value::{Entry, Value, member};

/// What `main.json` among these files declares; `params.json` is its parameter file, if there.
pub(super) fn declare(files: &[(&str, &str)]) -> (Declarations, Sources) {
    let sources = Sources::new(Arc::new(Memory::new(files.iter().copied())));
    let main = sources.load(Path::new("main.json")).unwrap();
    let params = sources.load(Path::new("params.json")).ok();
    let declarations = evaluate(&sources, &known(), main, params);
    (declarations, sources)
}

/// In these tests some types hold others in their properties, and there are two clouds.
pub(super) fn known() -> Known {
    let path = ["properties", "parts"].map(str::to_owned).to_vec();
    let cloud = |name: &str, suffix: &str| {
        let suffixes = Value::object(vec![Entry::new("host", suffix.into())]);
        Value::object(vec![
            Entry::new("name", name.into()),
            Entry::new("suffixes", suffixes),
        ])
    };
    Known {
        children: [("contoso.net/wholes".to_owned(), vec![path])].into(),
        clouds: vec![cloud("White", ".white"), cloud("Grey", ".grey")],
    }
}

/// What one template declares.
pub(super) fn template(text: &str) -> Declarations {
    declare(&[("main.json", text)]).0
}

/// `address` or `address when condition` of all resources.
pub(super) fn addresses(declarations: &Declarations) -> Vec<String> {
    let shown = |r: &Declared| match r.exists.as_bool() {
        Some(true) => r.address.to_string(),
        _ => format!("{} if {}", r.address, r.exists.shown()),
    };
    declarations.resources.iter().map(shown).collect()
}

/// The resource at an address.
pub(super) fn at<'d>(declarations: &'d Declarations, address: &str) -> &'d Declared {
    let found = declarations
        .resources
        .iter()
        .find(|r| &*r.address == address);
    found.unwrap_or_else(|| panic!("{address} not among {:?}", addresses(declarations)))
}

/// The value at a path in a body.
pub(super) fn read(resource: &Declared, path: &str) -> Value {
    path.split('.').fold(resource.body.clone(), |value, name| {
        member(&value, name, true)
    })
}

/// The text that a value's origin chain stands on, nearest first.
pub(super) fn places(sources: &Sources, value: &Value) -> Vec<String> {
    let Some(origin) = value.origin() else {
        return Vec::new();
    };
    let text = |o: &crate::value::Origin| {
        let text = sources.get(o.span.file).text[o.span.range()].to_owned();
        match &o.reads {
            Some(reads) => format!("{text} reads {}", reads.name),
            None => text,
        }
    };
    origin.chain().map(text).collect()
}

/// Evaluates one expression with these sections of a template, whose default values apply, and shows
/// the value.
pub(super) fn evaluated(sections: &str, expression: &str) -> String {
    let text = format!(
        r#"{{ {sections} "resources": [ {{ "type": "Contoso.Net/probes", "name": "probe", "apiVersion": "1",
            "properties": {{ "value": "[{expression}]" }} }} ] }}"#
    );
    let given = r#"{ "parameters": {} }"#;
    let (declarations, _) = declare(&[("main.json", &text), ("params.json", given)]);
    if let Some(problem) = declarations.problems.first() {
        return format!("problem: {}", problem.message);
    }
    read(&declarations.resources[0], "properties.value").shown()
}
