//! The invariants of ARCHITECTURE.md that can be read off the source.

use std::path::{Path, PathBuf};

/// Every module may use those to its left, and itself.
const LAYERS: &[&[&str]] = &[
    &["files", "looks", "source", "suggest"],
    &["value"],
    &["declared"],
    &["yaml"],
    &["terraform", "arm"],
    &["model", "network"],
    &["finding"],
    &["rules"],
    &["fix", "report"],
    &["config"],
    &["suppress", "baseline"],
    &["settings", "cli", "discover"],
    &["check", "examples", "own_rules"],
];

/// Types of the template language itself: nested deployments are evaluated, not modelled, and ids of a
/// management group's scope start with one.
const ALLOWED_TYPES: &[&str] = &[
    "Microsoft.Resources/deployments",
    "Microsoft.Management/managementGroups",
];

/// Longer files do more than one job.
const MOST_LINES: usize = 600;

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory)
            .expect("src is readable")
            .flatten()
        {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).expect("sources are readable");
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> &Path {
    path.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
        .unwrap_or(path)
}

/// What stands before the tests of a file.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

fn is_test(path: &Path) -> bool {
    relative(path)
        .components()
        .any(|c| c.as_os_str().to_string_lossy().starts_with("tests"))
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

#[test]
fn modules_use_only_what_is_below_them() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = relative(&path)
            .components()
            .next()
            .map(|c| c.as_os_str().to_string_lossy().replace(".rs", ""));
        let Some(own) = own.as_deref().and_then(layer) else {
            continue;
        };
        let text = without_tests(&text);
        for used in text.match_indices("crate::").map(|(at, _)| &text[at + 7..]) {
            let names: Vec<&str> = match used.strip_prefix('{') {
                Some(list) => list
                    .split('}')
                    .next()
                    .unwrap_or("")
                    .split(',')
                    .map(str::trim)
                    .collect(),
                None => vec![used],
            };
            for name in names {
                let module: String = name
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                    .collect();
                if layer(&module).is_some_and(|other| other > own) {
                    wrong.push(format!("{} uses {module}", relative(&path).display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_machine_names_no_azure_type() {
    let mut wrong = Vec::new();
    for (path, text) in sources().iter().filter(|(path, _)| !is_test(path)) {
        for (number, line) in without_tests(text).lines().enumerate() {
            let mut code = line.split("//").next().unwrap_or(line).to_owned();
            for allowed in ALLOWED_TYPES {
                code = code.replace(allowed, "");
            }
            let arm = code.to_lowercase().contains("microsoft.");
            let azurerm = code.contains("\"azurerm_");
            if arm || azurerm && !code.contains("azurerm_versions") {
                wrong.push(format!(
                    "{}:{}: {line}",
                    relative(path).display(),
                    number + 1
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_do_one_job() {
    let long: Vec<String> = sources()
        .iter()
        .map(|(path, text)| (path, without_tests(text).lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| format!("{}: {lines} lines", relative(path).display()))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn the_code_frames_are_drawn_in_one_place() {
    let users: Vec<PathBuf> = sources()
        .into_iter()
        .filter(|(_, text)| text.contains("miette::"))
        .map(|(path, _)| relative(&path).to_owned())
        .collect();
    assert_eq!(
        users,
        [Path::new("report/draw.rs")],
        "miette is used in one file"
    );
}
