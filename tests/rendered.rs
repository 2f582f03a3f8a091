//! JSON that Terraform renders is no ARM template by itself, whatever its `$schema` says.

#[path = "support/command.rs"]
#[allow(unreachable_pub)]
mod command;
#[path = "support/tree.rs"]
#[allow(unreachable_pub)]
mod tree;

use azvet::cli::Outcome;

/// A module that renders one file and reads another, which is deployed as it stands.
const MAIN: &str = r#"
locals {
  rendered = templatefile("${path.module}/rendered.json", { address = "0.0.0.0", n = 1 })
  whole    = file("${path.module}/whole.json")
}
"#;

fn template(address: &str, n: &str) -> String {
    format!(
        r#"{{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "variables": {{ "n": {n} }},
  "resources": [{{
    "type": "Microsoft.Sql/servers/firewallRules", "apiVersion": "2023-08-01", "name": "x/r",
    "properties": {{ "startIpAddress": "{address}", "endIpAddress": "255.255.255.255" }}
  }}]
}}"#
    )
}

#[test]
fn what_terraform_renders_is_passed_over_unless_it_is_named() {
    let tree = tree::project(&[
        ("module/main.tf", MAIN),
        ("module/rendered.json", &template("${address}", "${n}")),
        ("module/whole.json", &template("0.0.0.0", "1")),
    ]);
    let azvet = |path: &str| command::azvet(tree.path(), &["check", "-f", "concise", path]);

    let (outcome, out, err) = azvet(".");
    assert_eq!(outcome, Outcome::Findings, "{err}");
    assert!(out.starts_with("module/whole.json:7:"), "{out}");
    assert_eq!(out.lines().count(), 1, "{out}");
    assert!(
        err.contains("module/rendered.json is rendered by Terraform"),
        "{err}"
    );

    let (outcome, _, err) = azvet("module/rendered.json");
    assert_eq!(outcome, Outcome::Incomplete, "{err}");
    assert!(err.contains("module/rendered.json:4:"), "{err}");
}
