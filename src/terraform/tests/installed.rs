//! Modules that are installed, and modules that are known without being.

use super::*;

const CALL: &str = r#"
module "db" {
  source  = "Example/db/azurerm"
  version = "~> 1.2"
  name    = "orders"
}
output "name" { value = module.db.name }
output "part" { value = module.db.part }
"#;

fn manifest(records: &str) -> String {
    format!(r#"{{"Modules":[{{"Key":"","Source":"","Dir":"."}},{records}]}}"#)
}

const RECORD: &str = r#"{"Key":"db","Source":"registry.terraform.io/Example/db/azurerm",
    "Version":"1.4.0","Dir":".terraform/modules/db"}"#;

/// The module, which calls another installed one and a local one of its own.
const MODULE: &str = r#"
variable "name" { type = string }
module "inner" {
  source = "git::https://example.com/inner.git?ref=v2"
  name   = var.name
}
module "local" {
  source = "./parts"
}
resource "azurerm_example" "it" { name = module.inner.name }
output "name" { value = azurerm_example.it.name }
output "part" { value = module.local.part }
"#;

fn installed(records: &str) -> Case {
    let manifest = manifest(records);
    let files = [
        ("main.tf", CALL),
        (".terraform/modules/modules.json", &*manifest),
        (".terraform/modules/db/main.tf", MODULE),
        (
            ".terraform/modules/db/parts/main.tf",
            "output \"part\" { value = 7 }",
        ),
        (
            ".terraform/modules/db.inner/main.tf",
            "variable \"name\" {}\noutput \"name\" { value = \"${var.name}-db\" }",
        ),
    ];
    Case::new(&files)
}

const INNER: &str = r#",{"Key":"db.inner","Source":"git::https://example.com/inner.git?ref=v2",
    "Dir":".terraform\\modules\\db.inner"},
    {"Key":"db.local","Source":"./parts","Dir":".terraform/modules/db/parts"}"#;

#[test]
fn installed_modules_are_followed() {
    let case = installed(&format!("{RECORD}{INNER}"));
    assert_eq!(case.problems(), Vec::<&str>::new());
    assert_eq!(case.output("name").shown(), "orders-db");
    assert_eq!(case.output("part").shown(), "7");
    assert!(case.declarations.opaque.is_empty());
    let resource = case.resource("module.db.azurerm_example.it");
    assert_eq!(
        resource.block, None,
        "nothing that was installed is changed"
    );
}

#[test]
fn what_is_not_installed_as_asked_is_told() {
    let why = |records: &str| {
        let case = installed(records);
        assert_eq!(case.problems(), Vec::<&str>::new());
        let opaque: Vec<&str> = case
            .declarations
            .opaque
            .iter()
            .map(|o| &*o.cause.text)
            .collect();
        opaque.join("; ")
    };
    let call = "module `db` (source Example/db/azurerm)";
    assert_eq!(
        why(&RECORD.replace("1.4.0", "2.0.0")),
        format!("{call} is installed from another source or version")
    );
    assert_eq!(
        why(&RECORD.replace("Example/", "Other/")),
        format!("{call} is installed from another source or version")
    );
    assert_eq!(
        why(&RECORD.replace("modules/db", "modules/gone")),
        format!("{call} is installed in a directory that is not there")
    );
    assert_eq!(
        why(RECORD),
        "module `inner` (source git::https://example.com/inner.git?ref=v2) is not installed"
    );
    assert_eq!(
        why(&RECORD.replace("\"db\"", "\"other\"")),
        format!("{call} is not installed")
    );
}

#[test]
fn a_broken_list_of_modules_is_a_problem() {
    let case = Case::new(&[
        ("main.tf", CALL),
        (".terraform/modules/modules.json", "{\"Modules\": ["),
    ]);
    assert_eq!(case.problems().len(), 1);
    assert!(case.problems()[0].starts_with(".terraform/modules/modules.json is no list"));
}

/// A known module with two forms, and a version that is not understood.
fn known() -> Inputs {
    let part = |versions: &str, terraform: &str| Part {
        versions: Some(versions.into()),
        terraform: terraform.into(),
    };
    let shared = "variable \"name\" { type = string }\n\
                  resource \"azurerm_example\" \"it\" { name = var.name }\n";
    Inputs {
        known_modules: [KnownModule {
            module: "db".into(),
            sources: vec!["Example/db/azurerm".into(), "github.com/example/db".into()],
            branches: vec!["main".into()],
            published: ["1.2.0", "1.9.1", "1.8.0", "2.0.0", "0.1.0"]
                .map(str::to_owned)
                .to_vec(),
            understood: Some(">= 1.0".into()),
            parts: vec![
                Part {
                    versions: None,
                    terraform: shared.into(),
                },
                part("< 2.0", "output \"name\" { value = \"old\" }\n"),
                part(">= 2.0", "output \"name\" { value = \"new\" }\n"),
            ],
        }]
        .into(),
        ..Inputs::default()
    }
}

#[test]
fn known_modules_are_understood_by_version() {
    let name = |source: &str| {
        let text = format!(
            "module \"db\" {{\n  source = {source}\n  name = \"orders\"\n  tags = {{}}\n}}\n\
             output \"name\" {{ value = module.db.name }}\n\
             output \"other\" {{ value = module.db.other }}\n"
        );
        let case = Case::with(&[("main.tf", &text)], "", &known());
        assert_eq!(case.problems(), Vec::<&str>::new(), "{source}");
        let known = case.declarations.opaque.is_empty();
        if known {
            let address = "module.db.azurerm_example.it";
            assert_eq!(case.attribute(address, "name"), "orders");
            assert_eq!(case.text(case.resource(address).header), "module \"db\"");
            assert_eq!(case.resource(address).block, None);
            let other = case
                .output("other")
                .first_symbol()
                .expect("is unknown")
                .cause()
                .clone();
            assert_eq!(
                &*other.text,
                "module.db is not installed, and azvet does not know this output"
            );
        }
        known.then(|| case.output("name").shown())
    };
    let registry =
        |version: &str| name(&format!("\"Example/db/azurerm\"\nversion = \"{version}\""));
    assert_eq!(registry("~> 1.2").as_deref(), Some("old"));
    assert_eq!(registry(">= 1.0").as_deref(), Some("new"));
    assert_eq!(registry("2.0.0").as_deref(), Some("new"));
    assert_eq!(registry("3.0.0"), None);
    assert_eq!(registry("< 1.0"), None);
    assert_eq!(registry("> 2.0"), None);
    assert_eq!(name("\"Example/db/azurerm\"").as_deref(), Some("new"));
    let git = "git::https://github.com/Example/db.git";
    assert_eq!(
        name(&format!("\"{git}?ref=v1.2.0\"")).as_deref(),
        Some("old")
    );
    assert_eq!(name(&format!("\"{git}?ref=main\"")).as_deref(), Some("new"));
    assert_eq!(name(&format!("\"{git}?ref=a-branch\"")), None);
    assert_eq!(name(&format!("\"{git}//sub\"")), None);
}

#[test]
fn a_version_that_is_not_described_is_told() {
    for (version, source, ending) in [
        (
            "3.0.0",
            "Example/db/azurerm",
            "is not installed, and azvet does not know this version of it",
        ),
        ("3.0.0", "Example/net/azurerm", "is not installed"),
    ] {
        let text =
            format!("module \"m\" {{\n  source = \"{source}\"\n  version = \"{version}\"\n}}\n");
        let case = Case::with(&[("main.tf", &text)], "", &known());
        let cause = &case.declarations.opaque[0].cause.text;
        assert_eq!(**cause, format!("module `m` (source {source}) {ending}"));
    }
}

#[test]
fn a_known_module_needs_its_arguments() {
    let case = Case::with(
        &[(
            "main.tf",
            "module \"db\" {\n  source = \"Example/db/azurerm\"\n}\n",
        )],
        "",
        &known(),
    );
    assert_eq!(
        case.problems(),
        ["module `db` is called without its argument `name`"]
    );
}

#[test]
fn paths_into_what_is_not_installed() {
    let case = Case::new(&[(
        "main.tf",
        "module \"all\" {\n  source = \"git::https://example.com/all.git?ref=v2\"\n}\n\
         module \"db\" {\n  source = \"./.terraform/modules/all/db\"\n}\n\
         module \"no\" {\n  source = \"./modules/all/db\"\n}\n",
    )]);
    let message = "module `no`: there is no configuration in `./modules/all/db`";
    assert_eq!(case.problems(), [message]);
    let outside = case.declarations.opaque.iter();
    let causes: Vec<String> = outside.map(|o| o.cause.text.to_string()).collect();
    assert_eq!(
        causes,
        [
            "module `all` (source git::https://example.com/all.git?ref=v2) is not installed",
            "module `db` (source ./.terraform/modules/all/db) is not installed",
            "module `no` (source ./modules/all/db) is not there",
        ]
    );
}
