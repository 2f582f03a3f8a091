//! Blocks that Terraform does not take: what is there twice, names, what a block may hold. The verdicts are
//! those of `terraform init` and `terraform validate` 1.11.

use super::*;

fn told(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let case = Case::new(files);
    for problem in &case.declarations.problems {
        assert!(problem.help.is_some(), "{} has no help", problem.message);
    }
    case.told()
}

/// The one message with the text at its place.
fn one(text: &str, message: &str, place: &str) {
    let expected = [(message.to_owned(), place.to_owned())];
    assert_eq!(told(&[("main.tf", text)]), expected, "{text}");
}

#[test]
fn what_is_there_twice() {
    for (block, what, place) in [
        (
            "provider \"a\" {}\n",
            "provider `a` is there twice",
            "provider \"a\"",
        ),
        (
            "provider \"a\" {\n  alias = \"b\"\n}\n",
            "provider `a.b` is there twice",
            "provider \"a\"",
        ),
        (
            "terraform {\n  required_providers {}\n}\n",
            "`required_providers` is there twice",
            "required_providers",
        ),
        (
            "terraform {\n  backend \"local\" {}\n}\n",
            "the `backend` or `cloud` is there twice",
            "backend \"local\"",
        ),
        (
            "import {\n  to = a_b.c\n  id = \"x\"\n}\n",
            "the import of `a_b.c` is there twice",
            "import",
        ),
    ] {
        let expected = [(what.to_owned(), place.to_owned())];
        assert_eq!(told(&[("a.tf", block), ("b.tf", block)]), expected);
        assert_eq!(told(&[("a.tf", block), ("b_override.tf", block)]), []);
        assert_eq!(told(&[("a.tf", block)]), []);
    }
    let several =
        "provider \"a\" {}\nprovider \"a\" {\n  alias = \"b\"\n}\nterraform {}\nterraform {}\n";
    assert_eq!(told(&[("a.tf", several)]), []);
    one(
        "resource \"terraform_data\" \"a\" {\n  lifecycle {}\n  lifecycle {}\n}\n",
        "`lifecycle` of one block is there twice",
        "lifecycle",
    );
}

#[test]
fn overrides_replace_the_provider_of_their_alias() {
    let case = Case::new(&[
        (
            "main.tf",
            "provider \"a\" {\n  alias = \"one\"\n}\nprovider \"a\" {\n  alias = \"two\"\n}\n\
             resource \"a_b\" \"c\" {\n  provider = a.one\n}\nresource \"a_b\" \"d\" {\n  provider = a.two\n}\n",
        ),
        ("x_override.tf", "provider \"a\" {\n  alias = \"two\"\n}\n"),
    ]);
    assert_eq!(case.problems(), [""; 0]);
}

#[test]
fn names_and_contents_of_blocks() {
    for (text, message, place) in [
        (
            "variable \"source\" {}\n",
            "a variable can't be called `source`",
            "variable \"source\"",
        ),
        (
            "output \"a.b\" {\n  value = 1\n}\n",
            "`a.b` is no name",
            "output \"a.b\"",
        ),
        (
            "variable \"a\" \"b\" {}\n",
            "`b` is one label too many for a `variable` block",
            "variable \"a\" \"b\"",
        ),
        (
            "provider {}\n",
            "this `provider` block lacks a label",
            "provider",
        ),
        (
            "variable \"a\" {\n  defualt = 1\n}\n",
            "a `variable` block has no `defualt`",
            "defualt",
        ),
        (
            "output \"a\" {\n  value = 1\n  nope = 1\n}\n",
            "a `output` block has no `nope`",
            "nope",
        ),
        ("locals {\n  a {}\n}\n", "a `locals` block has no `a`", "a"),
        (
            "variable \"a\" {\n  type = strin\n}\n",
            "this is no type",
            "strin",
        ),
        (
            "variable \"a\" {\n  type = map(object({ b = list() }))\n}\n",
            "this is no type",
            "list()",
        ),
        (
            "variable \"a\" {\n  default = path.module\n}\n",
            "a default can't refer to anything",
            "path.module",
        ),
        (
            "moved {\n  from = a_b.c\n}\n",
            "this `moved` lacks `to`",
            "moved",
        ),
        (
            "resource \"terraform_data\" \"a\" {\n  lifecycle {\n    prevent_destruction = true\n  }\n}\n",
            "a `lifecycle` block has no `prevent_destruction`",
            "prevent_destruction",
        ),
        (
            "ephemeral \"a_b\" \"c\" {\n  lifecycle {\n    ignore_changes = [d]\n  }\n}\n",
            "`ignore_changes` is for resources, not for `ephemeral` blocks",
            "ignore_changes",
        ),
        (
            "check \"a\" {}\n",
            "this `check` asserts nothing",
            "check \"a\"",
        ),
    ] {
        one(text, message, place);
    }
    for fine in [
        "resource \"terraform_data\" \"a-b_1\" {}\n",
        "output \"é\" {\n  value = 1\n}\n",
        "variable \"a\" {\n  type = object({ b = optional(list(any), []), c = tuple([string]) })\n}\n",
        "variable \"a\" {\n  type = list\n}\n",
        "variable \"a\" {\n  type = string\n  deprecated = \"soon\"\n}\n",
    ] {
        assert_eq!(told(&[("main.tf", fine)]), [], "{fine}");
    }
}

#[test]
fn conditions_that_check_nothing() {
    let condition =
        |text: &str| format!("{{\n    condition = {text}\n    error_message = \"no\"\n  }}");
    let message = "this condition checks nothing";
    for (text, nothing) in [
        ("true", true),
        ("alltrue([for a in [1] : a == 1])", true),
        ("path.module == \".\"", false),
    ] {
        let output = format!(
            "output \"a\" {{\n  value = 1\n  precondition {}\n}}\n",
            condition(text)
        );
        match nothing {
            true => one(&output, message, text),
            false => assert_eq!(told(&[("main.tf", &output)]), []),
        }
    }
    let validation = |text: &str| {
        format!(
            "variable \"b\" {{\n  default = 1\n}}\nvariable \"a\" {{\n  default = 1\n  validation {}\n}}\n",
            condition(text)
        )
    };
    one(&validation("var.b == 1"), message, "var.b == 1");
    assert_eq!(told(&[("main.tf", &validation("var.b == var.a"))]), []);
}

#[test]
fn modules_without_instances_are_read_all_the_same() {
    let call = "module \"m\" {\n  source = \"./m\"\n  count = 0\n  extra = 1\n}\noutput \"o\" {\n  value = module.m[*].gone\n}\n";
    let fault = "resource \"terraform_data\" \"a\" {\n  input = local.gone\n}\n";
    let found = told(&[
        ("main.tf", call),
        (
            "m/main.tf",
            "variable \"needed\" {}\nmodule \"n\" {\n  source = \"../n\"\n}\n",
        ),
        ("n/main.tf", fault),
    ]);
    let expected = [
        ("`local.gone` is not declared", "local.gone"),
        (
            "module `m` is called without its argument `needed`",
            "module \"m\"",
        ),
        ("module `m` has no variable `extra`", "extra"),
        ("module `m` has no output `gone`", "module.m[*].gone"),
    ];
    assert_eq!(found, expected.map(|(m, p)| (m.to_owned(), p.to_owned())));
}

#[test]
fn modules_without_instances_say_which_providers_they_need() {
    let needs = |version: &str| {
        format!(
            "terraform {{\n  required_providers {{\n    azurerm = {{\n      source = \"hashicorp/azurerm\"\n      version = \"{version}\"\n    }}\n  }}\n}}\n"
        )
    };
    let main = format!(
        "{}resource \"azurerm_example\" \"a\" {{}}\nmodule \"m\" {{\n  source = \"./m\"\n  count = 0\n}}\n",
        needs(">= 3.0")
    );
    let inputs = Inputs {
        known_versions: BTreeMap::from([(
            AZURERM.to_owned(),
            vec!["3.9.0".to_owned(), "4.1.0".to_owned()],
        )]),
        ..Inputs::default()
    };
    let files = [("main.tf", &*main), ("m/main.tf", &*needs("< 4.0"))];
    let case = Case::with(&files, "", &inputs);
    assert_eq!(
        case.resource("azurerm_example.a").version.as_deref(),
        Some("3.9.0")
    );
}
