//! `azvet.yaml`: which one applies, what is refused in it, and what `azvet init` writes.

#[path = "support/command.rs"]
#[allow(unreachable_pub)]
mod command;
#[path = "support/tree.rs"]
#[allow(unreachable_pub)]
mod tree;

use std::path::Path;

use azvet::cli::Outcome;
use tree::project;

const OPEN: &str = r#"
resource "azurerm_mssql_firewall_rule" "everybody" {
  name             = "everybody"
  server_id        = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Sql/servers/old"
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}
"#;

fn check(directory: &Path, arguments: &[&str]) -> (Outcome, String, String) {
    command::azvet(
        directory,
        &[&["check", "-q", "-f", "concise"], arguments].concat(),
    )
}

#[test]
fn the_nearest_file_upwards_from_the_paths_applies() {
    let tree = project(&[
        (".git/HEAD", ""),
        ("azvet.yaml", "ignore: [fw-open-world]"),
        ("a/main.tf", OPEN),
        ("b/azvet.yaml", "{}"),
        ("b/main.tf", OPEN),
    ]);
    for (from, arguments, findings) in [
        ("", &["a"][..], 0),
        ("a", &[], 0),
        ("a", &["--no-config"], 1),
        ("a", &["--config", "../b/azvet.yaml"], 1),
        ("", &["b"], 1),
        ("", &["b/main.tf"], 1),
        // What both have in common is the root.
        ("", &["a", "b"], 0),
        ("", &["a", "b", "--only", "fw-open-world"], 0),
    ] {
        let (_, out, err) = check(&tree.path().join(from), arguments);
        assert_eq!(
            out.lines().count(),
            findings,
            "{from} {arguments:?} {out}{err}"
        );
    }
    let (_, _, err) = check(tree.path(), &["."]);
    assert!(err.contains("b/azvet.yaml is not used"), "{err}");
}

#[test]
fn two_files_and_nearly_right_names_are_refused() {
    for (name, expected) in [
        (
            ".azvet.yaml",
            "both azvet.yaml and .azvet.yaml are there; keep one",
        ),
        (
            "sub/azvet.yml",
            "sub/azvet.yml is not read; call it azvet.yaml",
        ),
    ] {
        let tree = project(&[("azvet.yaml", ""), (name, ""), ("sub/main.tf", OPEN)]);
        let (outcome, _, err) = check(tree.path(), &["sub"]);
        assert!(err.contains(expected), "{name}: {err}");
        assert_eq!(outcome, Outcome::Incomplete);
    }
}

#[test]
fn mistakes_are_shown_where_they_stand() {
    let mut shown = String::new();
    for text in [
        "severty: {}",
        "select: [fs-dns-zone-lnk]",
        "paths:\n  - path: a\n    ignore: [fw-open-word]",
        "severity:\n  fw-open-world: eror",
        "severity:\n  fw-open-wrld: note",
        "fail-on: always",
        "ignore: fw-open-world",
        "ignore: []\nignore: []",
        "exclude: [\"[z-a]\", \"!x\"]",
        "paths: [{ ignore: [] }]",
        "ignore: [\n",
    ] {
        let tree = project(&[("azvet.yaml", text), ("main.tf", OPEN)]);
        let (outcome, out, err) = check(tree.path(), &[]);
        assert_eq!((outcome, out.as_str()), (Outcome::Incomplete, ""), "{text}");
        shown += &format!("{text}\n{err}\n");
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn what_init_writes_is_valid_and_written_once() {
    let tree = project(&[
        ("a/main.tf", OPEN),
        ("a/prod.tfvars", ""),
        ("b/main.tf", OPEN),
        ("b/dev.tfvars", ""),
        ("b/prod.tfvars", ""),
        ("b/terraform.tfvars", ""),
    ]);
    let (outcome, _, err) = command::azvet(tree.path(), &["init"]);
    assert_eq!(outcome, Outcome::Clean, "{err}");
    let text = std::fs::read_to_string(tree.path().join("azvet.yaml")).expect("it was written");
    insta::assert_snapshot!(text);
    let (outcome, out, _) = check(tree.path(), &[]);
    assert_eq!((outcome, out.lines().count()), (Outcome::Findings, 2));
    let (outcome, _, err) = command::azvet(tree.path(), &["init"]);
    assert_eq!(outcome, Outcome::Incomplete);
    assert_eq!(err, "error: azvet.yaml is there already\n");
}
