//! The real `terraform`, where it is installed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use super::answer::Answer;

/// The version whose answers are recorded.
const VERSION: &str = "1.11.";

/// What a plan says of root outputs and of the inputs of resources.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) outputs: BTreeMap<String, Answer>,
    /// `terraform_data` by address: its `input`.
    pub(super) resources: BTreeMap<String, Answer>,
}

/// Whether the version that the recording is of can be run.
pub(super) fn installed() -> bool {
    let Ok(out) = command(Path::new(".")).arg("version").output() else {
        return false;
    };
    String::from_utf8_lossy(&out.stdout).contains(&format!("Terraform v{VERSION}"))
}

fn command(directory: &Path) -> Command {
    let mut command = Command::new("terraform");
    command
        .current_dir(directory)
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_CLI_CONFIG_FILE", "")
        .env_remove("TF_LOG");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TF_VAR_")) {
        command.env_remove(name);
    }
    command
}

/// Prepares a directory, which installs the modules that it calls; false when Terraform refuses.
pub(super) fn init(directory: &Path) -> bool {
    let out = command(directory)
        .args(["init", "-input=false", "-no-color"])
        .output()
        .expect("terraform runs");
    out.status.success()
}

/// Plans a directory.
///
/// # Errors
/// The names of the files in which Terraform found errors.
pub(super) fn plan(directory: &Path) -> Result<Plan, BTreeSet<String>> {
    let out = command(directory)
        .args(["plan", "-input=false", "-json", "-out=plan.bin"])
        .output()
        .expect("terraform runs");
    if !out.status.success() {
        let log = String::from_utf8_lossy(&out.stdout);
        return Err(failures(&log));
    }
    let shown = command(directory)
        .args(["show", "-json", "plan.bin"])
        .output()
        .expect("terraform runs");
    Ok(read(&String::from_utf8_lossy(&shown.stdout)))
}

fn failures(log: &str) -> BTreeSet<String> {
    log.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|entry| entry["diagnostic"]["severity"] == "error")
        .filter_map(|entry| {
            let diagnostic = &entry["diagnostic"];
            if let Some(file) = diagnostic["range"]["filename"].as_str() {
                return Some(file.to_owned());
            }
            // Infinity can't be written into a plan.
            let output = diagnostic["detail"].as_str()?.split('"').nth(1)?;
            Some(format!("{output}.tf"))
        })
        .collect()
}

fn read(text: &str) -> Plan {
    let exact = match jsonc_parser::parse_to_value(text, &Default::default()) {
        Ok(Some(json)) => Answer::from_json(json),
        other => panic!("no plan: {other:?}"),
    };
    let plain: serde_json::Value = serde_json::from_str(text).expect("a plan");
    let mut plan = Plan::default();
    for (name, change) in entries(exact.get("output_changes")) {
        let after = change.get("after").cloned().unwrap_or(Answer::Null);
        let unknown = &plain["output_changes"][&name]["after_unknown"];
        plan.outputs.insert(name, after.overlay(unknown));
    }
    let Some(Answer::List(changes)) = exact.get("resource_changes") else {
        return plan;
    };
    for (i, change) in changes.iter().enumerate() {
        let plain = &plain["resource_changes"][i];
        let Some(Answer::Object(after)) = change.get("change").and_then(|c| c.get("after")) else {
            continue;
        };
        let input = after.get("input").cloned().unwrap_or(Answer::Null);
        let unknown = &plain["change"]["after_unknown"]["input"];
        let address = plain["address"].as_str().unwrap_or_default().to_owned();
        plan.resources.insert(address, input.overlay(unknown));
    }
    plan
}

fn entries(answer: Option<&Answer>) -> BTreeMap<String, Answer> {
    match answer {
        Some(Answer::Object(entries)) => entries.clone(),
        _ => BTreeMap::new(),
    }
}
