//! Validations, preconditions and postconditions: what they admit, and where they do not hold. The
//! verdicts are those of `terraform plan` 1.11.

use super::*;

fn admitted(ty: &str, condition: &str) -> String {
    let text = format!(
        "variable \"x\" {{\n  type = {ty}\n  validation {{\n    condition = {condition}\n    \
         error_message = \"no\"\n  }}\n}}\noutput \"it\" {{\n  value = var.x\n}}\n"
    );
    Case::new(&[("main.tf", &text)]).output("it").shown()
}

#[test]
fn a_variable_without_a_value_has_the_cases_that_its_validation_lists() {
    for (condition, expected) in [
        ("contains([\"a\", \"b\"], var.x)", "a or b"),
        ("var.x == \"a\" || \"b\" == var.x", "a or b"),
        ("can(regex(\"^(a|b)$\", var.x))", "a or b"),
        ("can(regex(\"^(?:a|b-1)$\", var.x))", "a or b-1"),
        ("can(regex(\"^a$\", var.x))", "a"),
        ("var.x == null || contains([\"a\"], var.x)", "null or a"),
        (
            "contains([\"a\", \"b\", \"cc\"], var.x) && length(var.x) == 1",
            "a or b",
        ),
        ("contains([\"a\", \"b\", \"a\"], var.x)", "a or b"),
        // Not one by one, or too many of them.
        ("can(regex(\"^a|b$\", var.x))", "${var.x}"),
        ("can(regex(\"^(a.|b)$\", var.x))", "${var.x}"),
        (
            "contains([\"a\", \"b\", \"c\", \"d\", \"e\"], var.x)",
            "${var.x}",
        ),
        ("contains([\"a\", \"b\"], lower(var.x))", "${var.x}"),
        ("!contains([\"a\", \"b\"], var.x)", "${var.x}"),
        ("var.x == \"a\" || length(var.x) > 3", "${var.x}"),
    ] {
        assert_eq!(admitted("string", condition), expected, "{condition}");
    }
    // A text is no number, so this admits nothing.
    assert_eq!(admitted("string", "contains([16, 17], var.x)"), "${var.x}");
    assert_eq!(admitted("number", "contains([16, 17], var.x)"), "16 or 17");
}

#[test]
fn a_value_that_is_given_is_that_value() {
    let text = "variable \"x\" {\n  validation {\n    condition = contains([\"a\", \"b\"], var.x)\n    \
                error_message = \"no\"\n  }\n}\noutput \"it\" {\n  value = var.x\n}\n";
    let case = Case::new(&[("main.tf", text), ("terraform.tfvars", "x = \"b\"\n")]);
    assert_eq!(case.output("it").shown(), "b");
    assert!(case.problems().is_empty());
    let case = Case::new(&[("main.tf", text), ("terraform.tfvars", "x = \"c\"\n")]);
    let [problem] = &case.declarations.problems[..] else {
        panic!("{:?}", case.problems());
    };
    assert_eq!(problem.message, "variable `x`: no");
    assert_eq!(problem.span.map(|s| case.text(s)).as_deref(), Some("\"c\""));
}

/// The messages of a module called with `size = …`.
fn called(arguments: &str) -> Vec<(String, String)> {
    let module = r#"
variable "size" {
  type    = number
  default = 0
  validation {
    condition     = var.size > 0
    error_message = "The size has to be positive, not ${var.size}."
  }
}
variable "secret" {
  default   = "short"
  sensitive = true
  validation {
    condition     = length(var.secret) > 2
    error_message = "Too short: ${var.secret}"
  }
}
resource "terraform_data" "x" {
  count = var.size
  lifecycle {
    precondition {
      condition     = count.index < 2
      error_message = "At most two."
    }
    precondition {
      condition     = fileexists("${path.module}/made-before.zip")
      error_message = "not told: it may be made before Terraform runs"
    }
    postcondition {
      condition     = self.output != "x"
      error_message = "not told: known only afterwards"
    }
  }
}
output "size" {
  value = var.size
  precondition {
    condition     = var.size != 2
    error_message = "Not two."
  }
}
check "only_warns" {
  assert {
    condition     = var.size > 100
    error_message = "small"
  }
}
"#;
    let main = format!(
        "variable \"n\" {{\n  default = 0\n}}\nvariable \"m\" {{\n  type = number\n}}\n\
         module \"m\" {{\n  source = \"./m\"\n{arguments}}}\n"
    );
    Case::new(&[("main.tf", &main), ("m/main.tf", module)]).told()
}

#[test]
fn what_certainly_does_not_hold_is_a_problem() {
    let positive = "variable `size`: The size has to be positive, not";
    let two = "At most two";
    for (arguments, expected) in [
        ("size = 1\n", vec![]),
        ("size = -1 + 1\n", vec![(format!("{positive} 0"), "-1 + 1")]),
        ("", vec![(format!("{positive} 0"), "0")]),
        (
            "size = 2\n",
            vec![("output `size`: Not two".into(), "var.size != 2")],
        ),
        (
            "size = 3\n",
            vec![(
                format!("`module.m.terraform_data.x[2]`: {two}"),
                "count.index < 2",
            )],
        ),
        // Secrets are not shown.
        (
            "size = 1\nsecret = \"ab\"\n",
            vec![(
                "variable `secret`: its condition does not hold".into(),
                "\"ab\"",
            )],
        ),
        // What a root gets is not known here, nor what its default is replaced with.
        ("size = var.m\n", vec![]),
        ("size = var.n\n", vec![]),
        ("count = 0\nsize = 0\n", vec![]),
        ("count = var.m\nsize = 0\n", vec![]),
        (
            "for_each = toset(var.n == 0 ? [\"a\"] : [])\nsize = 0\n",
            vec![],
        ),
    ] {
        let expected: Vec<(String, String)> = expected
            .into_iter()
            .map(|(m, at): (String, &str)| (m, at.to_owned()))
            .collect();
        assert_eq!(called(arguments), expected, "{arguments}");
    }
}

#[test]
fn what_rests_on_a_default_of_the_root_is_told_and_no_problem() {
    let variable = "variable \"mode\" {\n  default = \"b\"\n  validation {\n    \
                    condition = var.mode == \"a\"\n    error_message = \"mode is a\"\n  }\n}\n";
    let case = Case::new(&[("main.tf", variable)]);
    assert_eq!(case.problems(), Vec::<&str>::new());
    let [notice] = &case.declarations.notices[..] else {
        panic!("{:?}", case.declarations.notices);
    };
    assert_eq!(notice.message, "variable `mode`: mode is a");
    assert_eq!(notice.span.map(|s| case.text(s)).as_deref(), Some("\"b\""));
    let given = Case::new(&[
        ("main.tf", variable),
        ("terraform.tfvars", "mode = \"a\"\n"),
    ]);
    assert!(given.problems().is_empty() && given.declarations.notices.is_empty());
    // A module is called as it stands.
    let called = Case::new(&[
        ("main.tf", "module \"m\" {\n  source = \"./m\"\n}\n"),
        ("m/main.tf", variable),
    ]);
    assert_eq!(called.problems(), ["variable `mode`: mode is a"]);
    assert!(called.declarations.notices.is_empty());
}

#[test]
fn a_count_that_rests_on_a_default_of_the_root_is_told_and_no_problem() {
    let variable = "variable \"many\" {\n  type = map(string)\n  default = null\n}\n\
                    resource \"terraform_data\" \"a\" {\n  for_each = var.many\n}\n\
                    resource \"terraform_data\" \"b\" {\n  count = var.many == null ? \"give many\" : 1\n}\n";
    let case = Case::new(&[("main.tf", variable)]);
    assert_eq!(case.problems(), Vec::<&str>::new());
    let notices = case.declarations.notices.iter();
    let messages: Vec<&str> = notices.map(|n| n.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`for_each` of `terraform_data.a` is null",
            "`count` of `terraform_data.b` is no number"
        ]
    );
    let called = Case::new(&[
        ("main.tf", "module \"m\" {\n  source = \"./m\"\n}\n"),
        ("m/main.tf", variable),
    ]);
    assert_eq!(called.problems().len(), 2);
    assert!(called.declarations.notices.is_empty());
}

/// A value says what decided that it is this one.
#[test]
fn what_decides_is_kept() {
    let variables = "variable \"x\" {\n  default = true\n}\nvariable \"y\" {\n  default = false\n}\n\
                     locals {\n  z = var.y\n}\n";
    for (value, name) in [
        ("var.x ? \"a\" : \"b\"", Some("var.x")),
        ("!var.y", Some("var.y")),
        ("var.y || var.x", Some("var.x")),
        ("var.y == false", Some("var.y")),
        ("!local.z ? 1 : 2", Some("var.y")),
        ("var.x && var.y ? 1 : 2", Some("var.y")),
        ("true ? 1 : 2", None),
        ("\"a\"", None),
    ] {
        let text = format!("{variables}output \"o\" {{\n  value = {value}\n}}\n");
        let case = Case::new(&[("main.tf", &text)]);
        let decided = case.output("o").origin().and_then(|origin| {
            let mut chain = origin.chain();
            chain.find_map(|link| Some(link.decided.as_ref()?.name.to_string()))
        });
        assert_eq!(decided.as_deref(), name, "{text}");
    }
}
