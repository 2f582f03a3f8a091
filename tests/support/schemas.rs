//! Reports against what their readers say of them.
#![allow(missing_docs, unreachable_pub, dead_code, clippy::unwrap_used)]

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::Command;

/// A SARIF log: valid by the official schema, and read by another library.
pub fn sarif(text: &str) {
    let log: serde_json::Value = serde_json::from_str(text).unwrap();
    valid(&schema_of_sarif(), &log);
    let _: serde_sarif::sarif::Sarif = serde_json::from_str(text).unwrap();
}

/// The official schema, as the crate `serde-sarif` carries it.
fn schema_of_sarif() -> serde_json::Value {
    let run = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        command.output().unwrap().stdout
    };
    // Packages of other platforms may not be there.
    let version = String::from_utf8(run("rustc", &["-vV"])).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let arguments = "metadata --format-version 1 --locked --offline --filter-platform";
    let arguments: Vec<&str> = arguments.split(' ').chain(host).collect();
    let metadata: serde_json::Value = serde_json::from_slice(&run(&cargo, &arguments)).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages
        .iter()
        .find(|p| p["name"] == "serde-sarif")
        .unwrap();
    let manifest = PathBuf::from(package["manifest_path"].as_str().unwrap());
    let path = manifest.with_file_name("src").join("schema.json");
    // A bracket in the pattern of languages is not escaped, which strict readers of patterns refuse.
    let text = std::fs::read_to_string(path)
        .unwrap()
        .replace("{2}]?$", "{2}\\\\]?$");
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        schema["title"],
        "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"
    );
    schema
}

/// Our own report, by the schema that is kept beside it.
pub fn own(text: &str) {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/docs/schema/azvet-report.schema.json"
    );
    let schema = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    valid(&schema, &serde_json::from_str(text).unwrap());
}

/// Code Quality, as docs.gitlab.com describes the fields.
pub fn gitlab(text: &str) {
    let text_field = serde_json::json!({ "type": "string", "minLength": 1 });
    let line = serde_json::json!({ "type": "integer", "minimum": 1 });
    let schema = serde_json::json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": text_field,
                "check_name": text_field,
                "fingerprint": text_field,
                "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": { "type": "string", "pattern": "^[^./]" },
                        "lines": {
                            "type": "object",
                            "required": ["begin"],
                            "properties": { "begin": line, "end": line }
                        }
                    }
                }
            }
        }
    });
    let report: serde_json::Value = serde_json::from_str(text).unwrap();
    valid(&schema, &report);
}

/// Code Quality drops an issue whose fingerprint it has seen.
pub fn distinct_fingerprints(text: &str) {
    let report: serde_json::Value = serde_json::from_str(text).unwrap();
    let mut seen = HashSet::new();
    for issue in report.as_array().unwrap() {
        assert!(seen.insert(issue["fingerprint"].to_string()), "{issue}");
    }
}

/// JUnit, read back; the counts are those of the cases.
pub fn junit(text: &str) {
    let report = quick_junit::Report::deserialize_from_str(text).unwrap();
    let cases = report
        .test_suites
        .iter()
        .map(|suite| suite.test_cases.len());
    assert_eq!(report.tests, cases.sum::<usize>());
}

fn valid(schema: &serde_json::Value, instance: &serde_json::Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
