//! What a commit hook asks for: the changed files, and all that they belong to.

#[path = "support/command.rs"]
#[allow(unreachable_pub)]
mod command;

use std::path::Path;

use azvet::cli::Outcome;

fn changed(directory: &Path, files: &[&str]) -> (Outcome, String, String) {
    command::azvet(
        directory,
        &[&["check", "--changed", "-f", "concise"], files].concat(),
    )
}

/// A root that hands a module a range, another root, and a template with its parameters.
fn repository() -> tempfile::TempDir {
    let rule = |end: &str| {
        format!(
            "resource \"azurerm_mssql_firewall_rule\" \"r\" {{\n  name = \"r\"\n  server_id = \"/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/x\"\n  start_ip_address = \"0.0.0.0\"\n  end_ip_address = {end}\n}}\n"
        )
    };
    let module = format!("variable \"end\" {{}}\n{}", rule("var.end"));
    let other = format!(
        "{} # azvet: ignore[pg-tls]\n",
        rule("\"255.255.255.255\"").trim_end()
    );
    let template = r#"{
      "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
      "contentVersion": "1.0.0.0",
      "parameters": { "end": { "type": "string" } },
      "resources": [{
        "type": "Microsoft.Sql/servers/firewallRules", "apiVersion": "2023-08-01", "name": "x/r",
        "properties": { "startIpAddress": "0.0.0.0", "endIpAddress": "[parameters('end')]" }
      }]
    }"#;
    let parameters = r#"{
      "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
      "contentVersion": "1.0.0.0",
      "parameters": { "end": { "value": "255.255.255.255" } }
    }"#;
    let tree = tempfile::tempdir().expect("there is room for a directory");
    for (path, text) in [
        (".git/HEAD", ""),
        (
            "app/main.tf",
            "module \"m\" {\n  source = \"../modules/m\"\n  end    = \"255.255.255.255\"\n}\n",
        ),
        ("modules/m/main.tf", &module),
        ("other/main.tf", &other),
        ("arm/main.json", template),
        ("arm/main.parameters.json", parameters),
        ("arm/lonely.parameters.json", parameters),
        ("web/package.json", "{}"),
        ("README.md", ""),
    ] {
        let path = tree.path().join(path);
        std::fs::create_dir_all(path.parent().expect("files are in directories"))
            .and_then(|()| std::fs::write(path, text))
            .expect("the directory is writable");
    }
    tree
}

#[test]
fn all_that_changed_files_belong_to_is_checked_and_nothing_else() {
    let tree = repository();
    for (from, files, at) in [
        // A module is judged by its callers.
        (
            "",
            &["modules/m/main.tf"][..],
            "modules/m/main.tf:5:22: error[fw-open-world]",
        ),
        (
            "modules/m",
            &["main.tf"],
            "../../modules/m/main.tf:5:22: error[fw-open-world]",
        ),
        (
            "app",
            &["main.tf", "gone.tf"],
            "../modules/m/main.tf:5:22: error[fw-open-world]",
        ),
        (
            "",
            &["arm/main.parameters.json"],
            "arm/main.json:7:44: error[fw-open-world]",
        ),
    ] {
        let (outcome, out, err) = changed(&tree.path().join(from), files);
        assert_eq!(outcome, Outcome::Findings, "{from} {files:?} {err}");
        assert!(
            out.starts_with(at) && out.lines().count() == 1,
            "{from} {files:?} {out}"
        );
    }
}

#[test]
fn nothing_is_said_where_nothing_of_ours_changed() {
    let tree = repository();
    let files = [
        "web/package.json",
        "README.md",
        "gone.tf",
        "arm/lonely.parameters.json",
    ];
    assert_eq!(
        changed(tree.path(), &files),
        (Outcome::Clean, String::new(), String::new())
    );
}

#[test]
fn a_directory_is_no_changed_file() {
    let tree = repository();
    for files in [&[][..], &["app"]] {
        let (outcome, out, err) = changed(tree.path(), files);
        assert_eq!((outcome, out.as_str()), (Outcome::Incomplete, ""));
        assert!(err.contains("is a directory"), "{err}");
    }
}
