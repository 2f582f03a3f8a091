//! Expressions that Terraform can't evaluate, told once, at their place. The verdicts are those of
//! `terraform validate` and `terraform plan` 1.11.

use super::*;

const DECLARED: &str = "variable \"given\" {\n  default = {}\n}\n\
    locals {\n  map = { a = 1 }\n  list = [1]\n  null = null\n}\n\
    resource \"terraform_data\" \"one\" {}\n\
    resource \"terraform_data\" \"two\" {\n  count = 2\n}\n\
    resource \"terraform_data\" \"each\" {\n  for_each = { x = 1 }\n}\n";

fn told(text: &str) -> Vec<(String, String)> {
    let case = Case::new(&[("main.tf", &format!("{DECLARED}{text}"))]);
    for problem in &case.declarations.problems {
        assert!(problem.help.is_some(), "{} has no help", problem.message);
    }
    case.told()
}

#[test]
fn errors_are_told_where_they_are_made() {
    for (expression, place, reason) in [
        ("local.map.b", "local.map.b", "there is no attribute `b`"),
        (
            "local.map[\"b\"]",
            "local.map[\"b\"]",
            "there is no key `b`",
        ),
        (
            "[local.list[1]]",
            "local.list[1]",
            "index 1 is beyond the end",
        ),
        (
            "\"x${[]}\"",
            "\"x${[]}\"",
            "a template of what is no string",
        ),
        (
            "\"x${local.null}\"",
            "\"x${local.null}\"",
            "a template of what is no string",
        ),
        ("\"a\" + 1", "\"a\" + 1", "an operator on what is no number"),
        (
            "true ? [] : \"a\"",
            "true ? [] : \"a\"",
            "a conditional with sides of different types",
        ),
        (
            "{ for x in [1, 1] : \"k\" => x }",
            "{ for x in [1, 1] : \"k\" => x }",
            "two members of a loop with the same key",
        ),
        (
            "[for x in \"abc\" : x]",
            "[for x in \"abc\" : x]",
            "a loop over what is no collection",
        ),
        ("nope", "nope", "`nope` stands for nothing"),
        (
            "{ a = [for x in local.list : x.b] }",
            "x.b",
            "attribute `b` of what is no object",
        ),
        (
            "element([], 0)",
            "element([], 0)",
            "an element of an empty list",
        ),
    ] {
        let expected = [(reason.to_owned(), place.to_owned())];
        // Whoever reads it has the same fault, which is told once.
        let output = format!("output \"it\" {{\n  value = {expression}\n}}\n");
        assert_eq!(told(&output), expected, "{expression}");
        let local = format!(
            "locals {{\n  it = {expression}\n}}\noutput \"it\" {{\n  value = local.it\n}}\n\
             resource \"terraform_data\" \"it\" {{\n  input = [local.it]\n}}\n"
        );
        assert_eq!(told(&local), expected, "{expression}");
        // The length of a list is known whatever it holds.
        if expression.starts_with(['[', '{']) {
            continue;
        }
        let count =
            format!("resource \"terraform_data\" \"it\" {{\n  count = length({expression})\n}}\n");
        assert_eq!(told(&count), expected, "{expression}");
    }
}

#[test]
fn what_other_values_or_providers_may_mend_is_not_told() {
    for expression in [
        "var.given.a",
        "[for k, v in var.given : v][0]",
        "try(local.map.b, 1)",
        "can(local.list[1])",
        "false ? local.map.b : 1",
        "terraform_data.one.output.a",
        "true || local.map.b",
        "file(\"gone\")",
    ] {
        let output = format!("output \"it\" {{\n  value = {expression}\n}}\n");
        assert_eq!(told(&output), [], "{expression}");
    }
    let none = "resource \"terraform_data\" \"none\" {\n  count = 0\n  input = local.list[count.index + 1]\n}\n";
    assert_eq!(told(none), []);
}

#[test]
fn conditions_that_can_not_be_evaluated() {
    for (condition, message) in [
        ("local.map.b == 1", "there is no attribute `b`"),
        ("local.null", "output `it`: its condition is null"),
        ("local.map", "output `it`: its condition is no boolean"),
    ] {
        let found = told(&format!(
            "output \"it\" {{\n  value = 1\n  precondition {{\n    condition = {condition}\n    error_message = \"no\"\n  }}\n}}\n"
        ));
        let messages: Vec<&str> = found.iter().map(|(message, _)| &**message).collect();
        assert_eq!(messages, [message]);
    }
}

#[test]
fn instances_are_named_where_there_are_some() {
    for (reference, message) in [
        (
            "terraform_data.two.id",
            "`terraform_data.two` has `count`, and this names none of its instances",
        ),
        (
            "terraform_data.each.id",
            "`terraform_data.each` has `for_each`, and this names none of its instances",
        ),
        (
            "terraform_data.one[0].id",
            "`terraform_data.one` has neither `count` nor `for_each`, so it has no instances",
        ),
    ] {
        for expression in [reference.to_owned(), format!("try({reference}, 1)")] {
            let found = told(&format!("output \"it\" {{\n  value = {expression}\n}}\n"));
            assert_eq!(
                found,
                [(message.to_owned(), reference.to_owned())],
                "{expression}"
            );
        }
    }
    for reference in [
        "terraform_data.two",
        "terraform_data.two[0].id",
        "terraform_data.two[*].id",
        "terraform_data.two.*.id",
        "terraform_data.each[\"x\"].id",
        "terraform_data.one[*].id",
        "terraform_data.one.id",
    ] {
        let output = format!("output \"it\" {{\n  value = {reference}\n}}\n");
        assert_eq!(told(&output), [], "{reference}");
    }
}
