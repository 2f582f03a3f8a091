//! Results of template functions that others state: documents with their outputs, and tests that run
//! Microsoft's own evaluator. The tables are in `tests/oracle/arm`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use azvet::arm;
use azvet::declared::Declarations;
use azvet::files::Memory;
use azvet::source::Sources;
use azvet::value::{Data, Number, Value, member};
use serde::Deserialize;
use serde_json::{Value as Json, json};

/// Results from one place, with what their expressions read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    /// Where the results are stated.
    from: String,
    /// Default values.
    #[serde(default)]
    parameters: BTreeMap<String, Json>,
    #[serde(default)]
    variables: BTreeMap<String, Json>,
    #[serde(default)]
    functions: Vec<Json>,
    /// Expressions with their values.
    #[serde(default)]
    results: BTreeMap<String, Json>,
    /// Expressions that Resource Manager refuses.
    #[serde(default)]
    refused: Vec<String>,
}

impl Group {
    fn declare(&self, expression: &str) -> Declarations {
        let parameters = self.parameters.iter().map(|(name, value)| {
            let kind = match value {
                Json::Null | Json::Object(_) => "object",
                Json::Bool(_) => "bool",
                Json::Number(_) => "int",
                Json::String(_) => "string",
                Json::Array(_) => "array",
            };
            (name.clone(), json!({ "type": kind, "defaultValue": value }))
        });
        let template = json!({
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "parameters": parameters.collect::<serde_json::Map<_, _>>(),
            "variables": self.variables,
            "functions": self.functions,
            "resources": [{
                "type": "Contoso.Net/probes", "name": "probe", "apiVersion": "1",
                "properties": { "value": format!("[{expression}]") }
            }]
        });
        // With a parameter file default values are what is deployed.
        let given = json!({ "parameters": {} });
        let files = [
            ("main.json", template.to_string()),
            ("given.json", given.to_string()),
        ];
        let files = files.iter().map(|(name, text)| (*name, text.as_str()));
        let sources = Sources::new(Arc::new(Memory::new(files)));
        let load = |name: &str| sources.load(Path::new(name)).expect("it is there");
        let known = arm::Known::default();
        arm::evaluate(
            &sources,
            &known,
            load("main.json"),
            Some(load("given.json")),
        )
    }
}

fn groups() -> Vec<Group> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/arm");
    let mut paths: Vec<_> = std::fs::read_dir(directory)
        .expect("the tables are there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    let read = |path: &Path| -> Vec<Group> {
        let text = std::fs::read_to_string(path).expect("readable");
        serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    };
    paths.iter().flat_map(|path| read(path)).collect()
}

/// A value as JSON; what is not known as it is shown.
fn as_json(value: &Value) -> Json {
    match &value.data {
        Data::Null => Json::Null,
        Data::Bool(b) => json!(b),
        Data::Number(Number::Int(i)) => json!(i),
        Data::Number(Number::Float(f)) => json!(f),
        Data::List(list) if list.rest.is_none() => list.items.iter().map(as_json).collect(),
        Data::Object(object) if object.rest.is_none() => {
            let entries = object.entries.iter();
            entries
                .map(|e| (e.key.to_string(), as_json(&e.value)))
                .collect()
        }
        _ => json!(value.shown()),
    }
}

#[test]
fn results_are_those_that_are_stated() {
    let (mut right, mut wrong) = (0, Vec::new());
    for group in groups() {
        for (expression, expected) in &group.results {
            let declared = group.declare(expression);
            let problems = declared.problems.iter().map(|p| p.message.clone());
            let problems: Vec<String> = problems.collect();
            let value = declared.resources.first().map(|r| {
                let properties = member(&r.body, "properties", true);
                as_json(&member(&properties, "value", true))
            });
            if value.as_ref() == Some(expected) && problems.is_empty() {
                right += 1;
            } else {
                let value = value.unwrap_or_default();
                wrong.push(format!(
                    "{expression}\n  is    {value} {problems:?}\n  not   {expected}\n  as in {}",
                    group.from
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{right} right, {} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(right >= 200, "only {right} results are stated");
}

#[test]
fn what_is_refused_is_a_problem_inside_the_expression() {
    for group in groups() {
        for expression in &group.refused {
            let problems = group.declare(expression).problems;
            assert_eq!(problems.len(), 1, "{expression} {problems:?}");
            assert!(problems[0].span.is_some(), "{expression}");
        }
    }
}
