//! Users' own rules: used, tested, and pointed at where they are wrong.

#[path = "support/command.rs"]
#[allow(unreachable_pub)]
mod command;

use azvet::cli::Outcome::{Clean, Findings, Incomplete};
use command::azvet;

const RULE: &str = r#"rule: house-name
title: servers are called after the house
severity: warning
category: deployment
why: Our dashboards look for the prefix.
documents:
  - { path: handbook.md, date: 2026-01-01, says: names start with acme- }
checks:
  - for: { server: flexible_server }
    require: >-
      server.name != null &&
      server.name.startsWith('acme-')
    at: [server.name]
    message: "`{server.name}` does not start with acme-"
    help: "Call it acme-{server.name}."
examples:
  - language: azurerm
    bad: |
      resource "azurerm_mysql_flexible_server" "db" {
        name = «"orders"»
      }
    good: |
      resource "azurerm_mysql_flexible_server" "db" {
        name = "acme-orders"
      }
"#;

const SERVER: &str =
    "resource \"azurerm_mysql_flexible_server\" \"db\" {\n  name = \"orders\"\n}\n";

fn folder(rule: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    write("rules/house-name.yaml", rule);
    write("main.tf", SERVER);
    directory
}

#[test]
fn they_have_the_powers_of_those_that_are_built_in() {
    let directory = folder(RULE);
    let tested = azvet(directory.path(), &["rules", "test", "rules"]);
    assert_eq!(
        (tested.0, tested.2.trim()),
        (Clean, "1 rule, 2 examples, 0 failed"),
        "{}",
        tested.1
    );
    let arguments = [
        "check",
        "--rules",
        "rules",
        "--only",
        "house-name",
        "-f",
        "concise",
        "-q",
    ];
    let (outcome, out, err) = azvet(directory.path(), &arguments);
    assert_eq!(outcome, Findings, "{out}{err}");
    assert!(out.starts_with("main.tf:2:10"), "{out}");
    let (outcome, out, err) = azvet(
        directory.path(),
        &["explain", "house-name", "--rules", "rules"],
    );
    assert_eq!(outcome, Clean, "{err}");
    assert!(
        out.contains("Our dashboards") && out.contains("acme-orders"),
        "{out}"
    );
}

#[test]
fn a_broken_rule_is_pointed_at_where_it_is_wrong() {
    let place = |old: &str, new: &str| {
        assert!(RULE.contains(old), "{old}");
        let rule = RULE.replacen(old, new, 1);
        let directory = folder(&rule);
        let (outcome, out, err) = azvet(directory.path(), &["rules", "test", "rules"]);
        let told = format!("{out}{err}");
        let at = told.split("house-name.yaml:").nth(1).unwrap_or(&told);
        let end = at
            .find(|c: char| !c.is_ascii_digit() && c != ':')
            .unwrap_or(at.len());
        (outcome, at[..end].to_owned(), told)
    };
    for (old, new, outcome, at) in [
        // An attribute that no kind has, in the second line of a folded text.
        (
            "      server.name.startsWith",
            "      server.nmae.startsWith",
            Incomplete,
            "12:14",
        ),
        ("{server.name}.\"", "{server.nam}.\"", Incomplete, "15:33"),
        ("[server.name]", "[server.nam]", Incomplete, "13:17"),
        ("flexible_server }", "flexible_serve }", Incomplete, "9:20"),
        ("title:", "titel:", Incomplete, "2:1"),
        (
            "    message:",
            "    yields: [{ to: no-such-rule, over: server }]\n    message:",
            Incomplete,
            "14:20",
        ),
        (
            "    message:",
            "    yields: [{ to: fs-vnet-region, over: server.name }]\n    message:",
            Incomplete,
            "14:42",
        ),
        ("rule: house-name", "rule: other-name", Incomplete, "1:7"),
        // A bad example that does not fail, and a good one that does.
        ("«\"orders\"»", "«\"acme-orders\"»", Findings, "20:17"),
        (
            "name = \"acme-orders\"",
            "name = \"orders\"",
            Findings,
            "24:16",
        ),
    ] {
        let (found, place, told) = place(old, new);
        assert_eq!((found, place.as_str()), (outcome, at), "{new}: {told}");
    }
    let directory = folder(&RULE.replace("startsWith(", "startWith("));
    let (outcome, _, err) = azvet(directory.path(), &["check", "--rules", "rules"]);
    assert_eq!(outcome, Incomplete);
    assert!(err.contains("house-name.yaml:12:19"), "{err}");
}
