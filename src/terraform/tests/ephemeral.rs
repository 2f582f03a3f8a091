//! Ephemeral values: refused where they would be kept, with their place; never shown.

use super::*;

const DECLARED: &str = "variable \"token\" {\n  ephemeral = true\n  default = \"hunter\"\n}\n\
    ephemeral \"example_secret\" \"it\" {\n  name = \"it\"\n}\n\
    locals {\n  token = \"a${var.token}\"\n}\n";

fn told(text: &str) -> Vec<(String, String)> {
    let case = Case::new(&[("main.tf", &format!("{DECLARED}{text}"))]);
    for problem in &case.declarations.problems {
        assert!(problem.help.is_some(), "{} has no help", problem.message);
        assert!(!problem.message.contains("hunter"), "{}", problem.message);
    }
    case.told()
}

#[test]
fn arguments_that_are_kept_take_none() {
    let block = |kind: &str, body: &str| format!("{kind} \"it\" {{\n  {body}\n}}\n");
    for (kind, body, place) in [
        (
            "resource \"terraform_data\"",
            "input = local.token",
            "local.token",
        ),
        (
            "resource \"terraform_data\"",
            "input = { a = [1, ephemeral.example_secret.it.name] }",
            "ephemeral.example_secret.it.name",
        ),
        (
            "data \"example_thing\"",
            "password = var.token",
            "var.token",
        ),
        (
            "resource \"azurerm_example\"",
            "inner {\n    password = var.token\n  }",
            "var.token",
        ),
    ] {
        let found = told(&block(kind, body));
        assert_eq!(found.len(), 1, "{body}: {found:?}");
        assert_eq!(found[0].1, place);
        assert!(found[0].0.ends_with("so it takes no ephemeral value"));
    }
    for (kind, body) in [
        ("resource \"azurerm_example\"", "password_wo = var.token"),
        (
            "resource \"azurerm_example\"",
            "name = ephemeralasnull(local.token)",
        ),
        ("resource \"example_thing\"", "secret = var.token"),
        ("ephemeral \"example_thing\"", "secret = local.token"),
        (
            "resource \"terraform_data\"",
            "connection {\n    password = var.token\n  }",
        ),
    ] {
        assert_eq!(told(&block(kind, body)), [], "{body}");
    }
}

#[test]
fn what_is_ephemeral_is_not_known_and_not_shown() {
    let resource = "resource \"azurerm_example\" \"it\" {\n  password_wo = local.token\n  \
        key_wo = ephemeral.example_secret.it.value\n}\n";
    let read = "output \"whole\" {\n  value = azurerm_example.it\n}\n";
    let case = Case::new(&[("main.tf", &format!("{DECLARED}{resource}{read}"))]);
    assert_eq!(case.problems(), [""; 0]);
    for name in ["password_wo", "key_wo"] {
        assert_eq!(case.attribute("azurerm_example.it", name), "(sensitive)");
    }
    assert_eq!(case.addresses(), ["azurerm_example.it"]);
}

#[test]
fn outputs_of_a_directory_that_nobody_calls_are_only_told() {
    let output = "output \"it\" {\n  value = local.token\n  ephemeral = true\n}\n";
    let case = Case::new(&[("main.tf", &format!("{DECLARED}{output}"))]);
    assert_eq!(case.problems(), [""; 0]);
    assert_eq!(case.declarations.notices.len(), 1);
}
