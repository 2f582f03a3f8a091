//! What is known stays known: fingerprints, and the file that holds them.

#[path = "support/command.rs"]
#[allow(unreachable_pub)]
mod command;

use std::path::Path;

use azvet::cli::Outcome;

const SERVERS: &str = r#"
resource "azurerm_mssql_firewall_rule" "a" {
  name             = "a"
  server_id        = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Sql/servers/x"
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}
resource "azurerm_mssql_firewall_rule" "b" {
  count            = 2
  name             = "b${count.index}"
  server_id        = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Sql/servers/x"
  start_ip_address = "0.0.0.0"
  end_ip_address   = count.index == 0 ? "255.255.255.255" : "255.255.255.254"
}
"#;

fn write(directory: &Path, path: &str, text: &str) {
    let path = directory.join(path);
    std::fs::create_dir_all(path.parent().expect("files are in directories"))
        .and_then(|()| std::fs::write(path, text))
        .expect("the directory is writable");
}

/// The fingerprints of what is found, sorted.
fn fingerprints(directory: &Path, arguments: &[&str]) -> Vec<String> {
    let all = [&["check", "-f", "json"], arguments].concat();
    let (_, out, err) = command::azvet(directory, &all);
    let report: serde_json::Value = serde_json::from_str(&out).expect("the report is JSON");
    let findings = report["findings"].as_array().expect("findings are a list");
    let print = |finding: &serde_json::Value| finding["fingerprint"].to_string();
    let mut prints: Vec<String> = findings.iter().map(print).collect();
    assert!(!prints.is_empty(), "{err}");
    prints.sort();
    prints
}

#[test]
fn fingerprints_survive_moved_lines_renamed_files_and_other_directories() {
    let tree = tempfile::tempdir().expect("there is room for a directory");
    write(tree.path(), ".git/HEAD", "");
    write(tree.path(), "infra/main.tf", SERVERS);
    let before = fingerprints(tree.path(), &[]);
    let mut distinct = before.clone();
    distinct.dedup();
    assert_eq!(distinct, before);

    assert_eq!(fingerprints(&tree.path().join("infra"), &[]), before);
    write(
        tree.path(),
        "infra/main.tf",
        &format!("# one\n\n# two\n{SERVERS}"),
    );
    assert_eq!(fingerprints(tree.path(), &["infra/main.tf"]), before);
    std::fs::rename(
        tree.path().join("infra/main.tf"),
        tree.path().join("infra/rules.tf"),
    )
    .expect("the file can be renamed");
    assert_eq!(fingerprints(tree.path(), &[]), before);
    std::fs::rename(tree.path().join("infra"), tree.path().join("other"))
        .expect("the directory can be renamed");
    assert_ne!(fingerprints(tree.path(), &[]), before);
}

#[test]
fn only_what_is_new_counts() {
    let tree = tempfile::tempdir().expect("there is room for a directory");
    let check = |arguments: &[&str]| {
        command::azvet(
            tree.path(),
            &[&["check", "-f", "concise"], arguments].concat(),
        )
    };
    write(tree.path(), ".git/HEAD", "");
    write(tree.path(), "infra/main.tf", SERVERS);
    let (outcome, _, err) = check(&["--write-baseline", "known/base.json"]);
    let expected = "error: known/base.json can't be written: there is no such directory\n";
    assert_eq!(outcome, Outcome::Incomplete);
    assert!(err.starts_with(expected), "{err}");
    write(tree.path(), "known/README", "");
    let (outcome, out, err) = check(&["--write-baseline", "known/base.json"]);
    assert_eq!((outcome, out.as_str()), (Outcome::Clean, ""), "{err}");
    assert!(
        err.starts_with("wrote 2 findings to known/base.json"),
        "{err}"
    );

    let (outcome, out, err) = check(&["--baseline", "known/base.json"]);
    assert_eq!((outcome, out.as_str()), (Outcome::Clean, ""), "{err}");
    let more = SERVERS.replace("\"a\"", "\"c\"");
    write(
        tree.path(),
        "infra/more.tf",
        &more[..more
            .find("resource \"azurerm_mssql_firewall_rule\" \"b\"")
            .expect("b is there")],
    );
    let (outcome, out, _) = check(&["--baseline", "known/base.json"]);
    assert_eq!(
        (outcome, out.lines().count()),
        (Outcome::Findings, 1),
        "{out}"
    );
    assert!(out.starts_with("infra/more.tf:"), "{out}");

    // What is gone is told, from wherever the run was started, and only where it looked.
    std::fs::rename(
        tree.path().join("infra/more.tf"),
        tree.path().join("infra/main.tf"),
    )
    .expect("the file can be replaced");
    for (directory, arguments) in [("", "known/base.json"), ("infra", "../known/base.json")] {
        let arguments = ["check", "-f", "concise", "--baseline", arguments];
        let (_, _, err) = command::azvet(&tree.path().join(directory), &arguments);
        assert_eq!(err.matches("is gone").count(), 2, "{err}");
    }
    write(tree.path(), "app/main.tf", SERVERS);
    let (_, _, err) = check(&["--baseline", "known/base.json", "app"]);
    assert_eq!(err.matches("is gone").count(), 0, "{err}");
}

#[test]
fn a_baseline_that_cannot_be_used_ends_with_two() {
    let tree = tempfile::tempdir().expect("there is room for a directory");
    write(tree.path(), "main.tf", SERVERS);
    for (text, expected) in [
        (None, "the baseline base.json can't be read"),
        (Some("{"), "base.json:1:1: error: this is no baseline"),
        (
            Some("{\"version\":2,\"findings\":[]}"),
            "the baseline has version 2, not 1",
        ),
    ] {
        if let Some(text) = text {
            write(tree.path(), "base.json", text);
        }
        let arguments = ["check", "-f", "concise", "--baseline", "base.json"];
        let (outcome, out, err) = command::azvet(tree.path(), &arguments);
        assert_eq!(
            (outcome, out.lines().count()),
            (Outcome::Incomplete, 2),
            "{err}"
        );
        assert!(err.contains(expected), "{err}");
    }
}
