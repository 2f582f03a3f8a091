//! What Terraform refuses of a configuration, told once, at its place, with help. The verdicts are those
//! of `terraform validate` 1.11.

use super::*;

/// The messages with the texts at their places.
fn faults(text: &str) -> Vec<(String, String)> {
    let case = Case::new(&[("main.tf", text)]);
    for problem in &case.declarations.problems {
        assert!(problem.help.is_some(), "{} has no help", problem.message);
    }
    case.told()
}

#[test]
fn repetition_that_terraform_refuses() {
    let of = "`for_each` of `terraform_data.a`";
    let (list, strings) = ("is over a list", "is over a set of what is no text");
    for (for_each, expected) in [
        ("[\"x\"]", Some(list)),
        ("local.list", Some(list)),
        ("var.list", Some(list)),
        ("keys({ a = 1 })", Some(list)),
        ("toset([{ a = 1 }])", Some(strings)),
        ("toset([1, 2])", Some(strings)),
        ("toset([true])", Some(strings)),
        ("toset([null])", Some(strings)),
        ("null", Some("is null")),
        ("\"x\"", Some("is no collection")),
        ("toset([\"x\", 1])", None),
        ("toset([])", None),
        ("var.set", None),
        ("false ? toset([\"x\"]) : []", None),
        ("true ? toset(local.list) : []", None),
        ("[]", Some(list)),
        ("{ a = null }", None),
        ("toset(local.list)", None),
    ] {
        let found = faults(&format!(
            "locals {{\n  list = [\"x\"]\n}}\n\
             variable \"list\" {{\n  type = list(string)\n  default = [\"x\"]\n}}\n\
             variable \"set\" {{\n  type = set(string)\n}}\n\
             resource \"terraform_data\" \"a\" {{\n  for_each = {for_each}\n}}\n"
        ));
        let expected: Vec<_> = expected
            .map(|e| (format!("{of} {e}"), for_each.to_owned()))
            .into_iter()
            .collect();
        assert_eq!(found, expected, "{for_each}");
    }
    let both = "resource \"terraform_data\" \"a\" {\n  count = 1\n  for_each = {}\n}\n";
    let message = "`terraform_data.a` has both `count` and `for_each`";
    assert_eq!(faults(both), [(message.into(), "{}".into())]);
}

#[test]
fn repetition_that_terraform_refuses_in_some_cases() {
    for (meta, value, fault) in [
        (
            "count",
            "var.x ? -1 : 1",
            Some("is negative when `var.x` is true"),
        ),
        (
            "count",
            "var.x ? 1 : 1.5",
            Some("is no whole number when `var.x` is false"),
        ),
        (
            "count",
            "var.x ? 1 : null",
            Some("is null when `var.x` is false"),
        ),
        ("count", "var.x ? -1 : -2", Some("is negative")),
        ("count", "var.x ? 1 : 0", None),
        (
            "count",
            "var.n > 0 ? (var.n > 5 ? 1 : 2) : var.n < 0 ? null : 0",
            None,
        ),
        (
            "for_each",
            "var.x ? toset([\"a\"]) : null",
            Some("is null when `var.x` is false"),
        ),
        ("for_each", "var.x ? [\"a\"] : []", Some("is over a list")),
        ("for_each", "var.x ? var.any : []", None),
        ("for_each", "var.x ? { a = 1 } : {}", None),
    ] {
        let found = faults(&format!(
            "variable \"x\" {{\n  type = bool\n}}\nvariable \"n\" {{\n  type = number\n}}\n\
             variable \"any\" {{}}\n\
             resource \"terraform_data\" \"a\" {{\n  {meta} = {value}\n}}\n"
        ));
        let told = |fault| {
            (
                format!("`{meta}` of `terraform_data.a` {fault}"),
                value.to_owned(),
            )
        };
        assert_eq!(found, Vec::from_iter(fault.map(told)), "{value}");
    }
}

#[test]
fn references_in_quotes() {
    let quoted = |text: &str| {
        (
            format!("`{text}` in quotes is a text, not a reference"),
            format!("\"{text}\""),
        )
    };
    for (name, value, expected) in [
        (
            "subnet_id",
            "\"azurerm_subnet.a.id\"",
            Some("azurerm_subnet.a.id"),
        ),
        (
            "subnet_ids",
            "[\"data.azurerm_subnet.a.id\"]",
            Some("data.azurerm_subnet.a.id"),
        ),
        (
            "other_name",
            "\"terraform_data.a.input\"",
            Some("terraform_data.a.input"),
        ),
        ("other_name", "\"my_host.example.com\"", None),
        ("host_id", "\"my_host.example.com\"", None),
        ("input", "\"terraform_data.a.id\"", None),
        ("subnet_id", "\"${terraform_data.a.id}\"", None),
    ] {
        let found = faults(&format!(
            "resource \"terraform_data\" \"a\" {{}}\nresource \"null_resource\" \"b\" {{\n  {name} = {value}\n}}\n"
        ));
        let expected: Vec<_> = expected.map(quoted).into_iter().collect();
        assert_eq!(found, expected, "{name} = {value}");
    }
}

#[test]
fn calls_that_terraform_refuses() {
    let told = |text: &str, call: &str| {
        let found = faults(text);
        let expected = ("there is no function `list`".to_owned(), call.to_owned());
        assert_eq!(found, [expected], "{text}");
    };
    for (call, count) in [
        ("upper(\"a\", \"b\")", 2),
        ("timestamp(1)", 1),
        ("join()", 0),
    ] {
        let name = call.split('(').next().unwrap_or_default();
        let expected = format!("`{name}` does not take {count} arguments");
        let found = faults(&format!("locals {{\n  a = {call}\n}}\n"));
        assert_eq!(found, [(expected, call.to_owned())]);
    }
    told("locals {\n  a = [list(1), list(2)]\n}\n", "list(1)");
    told("output \"a\" {\n  value = upper(list(1))\n}\n", "list(1)");
    told(
        "resource \"x\" \"a\" {\n  b = [for v in [] : list(v)]\n}\n",
        "list(v)",
    );
    for value in [
        "provider::x::y(1)",
        "core::upper(\"a\")",
        "try(list(1), 2)",
        "can(list(1))",
        "urldecode(\"a\")",
        "upper([\"a\"]...)",
        "max(1, 2, 3)",
    ] {
        let text = format!("output \"a\" {{\n  value = {value}\n}}\n");
        assert_eq!(faults(&text), [], "{value}");
    }
}

#[test]
fn names_of_repetition_outside_of_it() {
    for (text, name) in [
        ("output \"a\" {\n  value = each.key\n}\n", "each.key"),
        (
            "locals {\n  a = [count.index, count.index]\n}\n",
            "count.index",
        ),
        ("output \"a\" {\n  value = self.id\n}\n", "self.id"),
        (
            "resource \"terraform_data\" \"a\" {\n  for_each = {}\n  input = count.index\n}\n",
            "count.index",
        ),
    ] {
        let root = name.split('.').next().unwrap_or_default();
        let expected = (format!("`{root}` has no meaning here"), name.to_owned());
        assert_eq!(faults(text), [expected], "{text}");
    }
    let right = "resource \"terraform_data\" \"a\" {\n  count = 1\n  input = count.index\n  \
                 provisioner \"local-exec\" {\n    command = self.id\n  }\n}\n";
    assert_eq!(faults(right), []);
}

#[test]
fn references_in_conditions_have_to_be_declared() {
    let condition = "condition = local.gone\n    error_message = \"no\"\n";
    for text in [
        format!("check \"c\" {{\n  assert {{\n    {condition}  }}\n}}\n"),
        format!("variable \"v\" {{\n  validation {{\n    {condition}  }}\n}}\n")
            .replace("local.gone", "var.v == local.gone"),
        format!("output \"o\" {{\n  value = 1\n  precondition {{\n    {condition}  }}\n}}\n"),
    ] {
        let expected = ("`local.gone` is not declared".into(), "local.gone".into());
        assert_eq!(faults(&text), [expected], "{text}");
    }
}

#[test]
fn cycles_of_waiting_are_told_once() {
    let text = |a: &str, b: &str| {
        format!(
            "resource \"terraform_data\" \"a\" {{\n{a}\n}}\n\
             resource \"terraform_data\" \"b\" {{\n{b}\n}}\n"
        )
    };
    let waits = |on: &str| format!("  depends_on = [terraform_data.{on}]");
    let reads = |of: &str| format!("  input = terraform_data.{of}.id");
    let triggers = "  lifecycle {\n    replace_triggered_by = [terraform_data.b]\n  }";
    let cycle = "a cycle of dependencies: terraform_data.a → terraform_data.b → terraform_data.a";
    for (a, b) in [
        (waits("b"), waits("a")),
        (waits("b"), reads("a")),
        (triggers.to_owned(), reads("a")),
    ] {
        let found = faults(&text(&a, &b));
        let place = "resource \"terraform_data\" \"a\"";
        assert_eq!(found, [(cycle.into(), place.into())]);
    }
    assert_eq!(faults(&text(&waits("b"), "")), []);
}

#[test]
fn blocks_that_are_none() {
    let found = faults("output \"o\" {}\n\nresorce \"terraform_data\" \"a\" {}\n");
    let expected = [
        ("output `o` has no value", "output \"o\""),
        (
            "`resorce` is no block of a configuration",
            "resorce \"terraform_data\" \"a\"",
        ),
    ];
    assert_eq!(found, expected.map(|(m, p)| (m.to_owned(), p.to_owned())));
    let other = "moved {\n  from = a.b\n  to = a.c\n}\n\
                 removed {\n  from = a.d\n  lifecycle {\n    destroy = false\n  }\n}\n\
                 import {\n  to = terraform_data.x\n  id = \"x\"\n}\n\
                 action \"a_b\" \"c\" {\n  config {}\n}\n";
    assert_eq!(faults(other), []);
}

#[test]
fn three_broken_blocks_are_three_faults_and_the_rest_is_read() {
    let text = "locals {\n  a = [1\n}\n\n\
                output \"b\" {\n  value = = 1\n}\n\n\
                resource \"terraform_data\" \"whole\" {\n  input = 1\n}\n\n\
                variable \"c\" {\n  default = }\n}\n";
    let case = Case::new(&[("main.tf", text)]);
    assert_eq!(case.problems().len(), 3, "{:?}", case.problems());
    assert_eq!(case.addresses(), ["terraform_data.whole"]);
}

#[test]
fn opentofu_reads_its_own_files_first() {
    let case = Case::new(&[
        ("a.tf", "output \"a\" { value = \"terraform\" }"),
        ("a.tofu", "output \"a\" { value = \"tofu\" }"),
        ("b.tofu", "output \"b\" { value = 1 }"),
        ("c.tf.json", r#"{"output":{"c":{"value":"terraform"}}}"#),
        ("c.tofu.json", r#"{"output":{"c":{"value":"tofu"}}}"#),
    ]);
    assert_eq!(case.problems(), Vec::<&str>::new());
    assert_eq!(case.output("a").shown(), "tofu");
    assert_eq!(case.output("b").shown(), "1");
    assert_eq!(case.output("c").shown(), "tofu");
}

/// What a module gives may have nothing to do with what it is given: only its own text tells.
#[test]
fn no_cycle_is_claimed_through_a_module_that_is_not_there() {
    let calls = "module \"a\" {\n  source = \"example/a/azurerm\"\n  id = module.b.id\n}\n\
                 module \"b\" {\n  source = \"example/b/azurerm\"\n  id = module.a.id\n}\n\
                 output \"o\" {\n  value = module.a.id\n}\n";
    assert_eq!(faults(calls), []);
}

#[test]
fn providers_that_are_not_configured() {
    let message = "provider `terraform.hub` is not configured here";
    let chosen = "resource \"terraform_data\" \"a\" {\n  provider = terraform.hub\n}\n";
    let handed = "module \"m\" {\n  source = \"./m\"\n  providers = {\n    terraform = terraform.hub\n  }\n}\n";
    let found = vec![(message.to_owned(), "terraform.hub".to_owned())];
    assert_eq!(faults(chosen), found);
    let case = Case::new(&[("main.tf", handed), ("m/main.tf", "locals {}\n")]);
    assert_eq!(case.problems(), [message]);
    let alias = "provider \"terraform\" {\n  alias = \"hub\"\n}\n";
    assert_eq!(faults(&format!("{alias}{chosen}")), []);
    // A module that gets it from its caller.
    let required = "terraform {\n  required_providers {\n    terraform = {\n      source = \"terraform.io/builtin/terraform\"\n      \
                    configuration_aliases = [terraform.hub]\n    }\n  }\n}\n";
    assert_eq!(faults(&format!("{required}{chosen}")), []);
    assert_eq!(faults(&chosen.replace(".hub", "")), []);
}

#[test]
fn versions_that_can_not_be_read() {
    let message = "this is no constraint on versions";
    for (constraint, fine) in [
        ("abc", false),
        ("", false),
        (">= 1.0,", false),
        ("> = 1.0", false),
        ("1.x", false),
        ("=> 1.0", false),
        (">=1.0 <2.0", false),
        ("1..2", false),
        ("~>v1.0", true),
        ("v1.11.4", true),
        (">= 1, < 2", true),
    ] {
        let quoted = format!("\"{constraint}\"");
        // `terraform init` takes no `v` in constraints on providers.
        let of_provider = fine && !constraint.contains('v');
        for (text, fine) in [
            (
                format!("terraform {{\n  required_version = {quoted}\n}}\n"),
                fine,
            ),
            (
                format!("terraform {{\n  required_providers {{\n    a = {quoted}\n  }}\n}}\n"),
                of_provider,
            ),
            (
                format!(
                    "terraform {{\n  required_providers {{\n    a = {{\n      version = {quoted}\n    }}\n  }}\n}}\n"
                ),
                of_provider,
            ),
        ] {
            let told = (!fine).then(|| (message.to_owned(), quoted.clone()));
            assert_eq!(faults(&text), Vec::from_iter(told), "{text}");
        }
    }
}

#[test]
fn values_that_are_not_of_the_type_of_their_variable() {
    for (ty, value, why) in [
        ("number", "\"abc\"", "it has to be a number"),
        ("number", "\"12\"", ""),
        ("list(string)", "\"a\"", "it has to be a list"),
        ("object({ a = string })", "{}", "`a` is missing"),
        (
            "object({ a = string })",
            "{ a = [] }",
            "`a` has to be a string",
        ),
        ("object({ a = optional(string) })", "{ b = [] }", ""),
        ("bool", "\"yes\"", "it has to be true or false"),
        ("map(number)", "{ a = \"x\" }", "`a` has to be a number"),
        (
            "map(object({ from = string, to = string }))",
            "{ a = { from = \"x\" } }",
            "`a.to` is missing",
        ),
        (
            "list(object({ n = optional(number) }))",
            "[{}, { n = \"x\" }]",
            "`[1].n` has to be a number",
        ),
        (
            "map(any)",
            "{ a = 1, b = [] }",
            "it has to be a map of values of one type",
        ),
        ("list(number)", "[1, \"x\"]", "`[1]` has to be a number"),
        ("list(number)", "[1, \"2\"]", ""),
        ("string", "[]", "it has to be a string"),
        ("set(string)", "{}", "it has to be a set, written as a list"),
        ("tuple([string])", "[]", "it has to be a list of 1"),
        ("any", "{ a = [] }", ""),
        ("string", "null", ""),
    ] {
        let place = value.to_owned();
        let told = |message: &str| match why {
            "" => Vec::new(),
            why => vec![(format!("{message}: {why}"), place.clone())],
        };
        let variable = format!("variable \"x\" {{\n  type = {ty}\n  default = {value}\n}}\n");
        let message = "the default of variable `x` is not of its type";
        assert_eq!(faults(&variable), told(message), "{ty} {value}");

        let module = format!("variable \"x\" {{\n  type = {ty}\n}}\n");
        let main = format!("module \"m\" {{\n  source = \"./m\"\n  x = {value}\n}}\n");
        let case = Case::new(&[("main.tf", &main), ("m/main.tf", &module)]);
        let message = "this value of `x` is not of the variable's type";
        assert_eq!(case.told(), told(message), "{ty} {value}");
    }
    let not_null = "variable \"x\" {\n  nullable = false\n  default = null\n}\n";
    assert_eq!(faults(not_null).len(), 1);
}

#[test]
fn outputs_that_try_can_and_depends_on_may_lack() {
    let with = |line: &str| {
        let text = format!(
            "module \"m\" {{\n  source = \"./m\"\n}}\nresource \"terraform_data\" \"a\" {{\n  {line}\n}}\n"
        );
        let case = Case::new(&[("main.tf", &text), ("m/main.tf", "")]);
        let problems = case.declarations.problems.iter();
        problems.map(|p| p.message.clone()).collect::<Vec<_>>()
    };
    for line in [
        "depends_on = [module.m.nope]",
        "input = try(module.m.nope, 3)",
        "input = try(3, module.m.nope)",
        "input = can(module.m.nope)",
    ] {
        assert_eq!(with(line), Vec::<String>::new(), "{line}");
    }
    for line in [
        "input = module.m.nope",
        "input = lookup(module.m.nope, \"a\", 3)",
    ] {
        let expected = "module `m` has no output `nope`";
        assert_eq!(with(line), [expected], "{line}");
    }
    assert_eq!(
        with("input = try(module.n.nope, 3)"),
        ["`module.n` is not declared"]
    );
}

#[test]
fn secrets_that_are_none_may_be_keys() {
    let of = "`for_each` of `terraform_data.a` is over secrets, which would show in addresses";
    let objects = "{ for e in var.s : e.name => e }";
    for (for_each, refused) in [
        (objects.to_owned(), true),
        (format!("nonsensitive({objects})"), false),
        ("toset(nonsensitive(var.names))".to_owned(), false),
        ("toset(var.names)".to_owned(), true),
        ("local.open".to_owned(), false),
        ("local.names".to_owned(), false),
        ("local.closed".to_owned(), true),
        (format!("merge(nonsensitive({objects}), var.s)"), true),
    ] {
        let found = faults(&format!(
            "variable \"s\" {{\n  type = set(object({{ name = string }}))\n  sensitive = true\n  default = [{{ name = \"a\" }}]\n}}\n\
             variable \"names\" {{\n  type = list(string)\n  sensitive = true\n  default = [\"a\"]\n}}\n\
             locals {{\n  closed = {objects}\n  open = nonsensitive(local.closed)\n  \
             names = nonsensitive(toset([for n in var.names : n]))\n}}\n\
             resource \"terraform_data\" \"a\" {{\n  for_each = {for_each}\n}}\n"
        ));
        let found: Vec<&str> = found.iter().map(|(message, _)| &**message).collect();
        let expected: Vec<&str> = refused.then_some(of).into_iter().collect();
        assert_eq!(found, expected, "{for_each}");
    }
}

#[test]
fn dynamic_blocks_that_make_no_block_may_refer_to_anything() {
    for (for_each, looked_at) in [
        ("[]", false),
        ("try(var.rules.a, {})", false),
        ("var.unknown", false),
        ("var.flag ? [1] : []", false),
        ("[1]", true),
        ("var.rules.b", true),
    ] {
        let found = faults(&format!(
            "variable \"rules\" {{\n  default = {{ b = [1] }}\n}}\n\
             variable \"unknown\" {{}}\n\
             variable \"flag\" {{\n  type = bool\n}}\n\
             resource \"example\" \"a\" {{\n  dynamic \"rule\" {{\n    for_each = {for_each}\n    \
             content {{\n      name = gone.value.name\n    }}\n  }}\n}}\n"
        ));
        let expected: Vec<_> = looked_at
            .then(|| {
                (
                    "`gone.value` is not declared".into(),
                    "gone.value.name".into(),
                )
            })
            .into_iter()
            .collect();
        assert_eq!(found, expected, "{for_each}");
    }
}

#[test]
fn values_that_terraform_refuses() {
    let beside = "variable \"given\" {\n  type = object({ a = string })\n}\n\
                  variable \"kept\" {\n  default = { a = 1 }\n}\n\
                  locals {\n  o = { a = 1 }\n  n = null\n  l = [1]\n}\n\
                  resource \"terraform_data\" \"many\" {\n  count = 1\n}\n";
    for (value, expected) in [
        ("local.o.b", Some("there is no attribute `b`")),
        ("local.o[\"b\"]", Some("there is no key `b`")),
        ("local.n.b", Some("attribute `b` of null")),
        ("local.l[1]", Some("index 1 is beyond the end")),
        (
            "cidrsubnet(\"10.0.0.0/28\", 8, 1)",
            Some("an address range that does not fit"),
        ),
        // Seen by what is around it, or in a case that is never taken.
        ("try(local.o.b, 1)", None),
        ("can(local.o.b)", None),
        ("lookup(local.o, \"b\", 1)", None),
        ("true ? 1 : local.o.b", None),
        ("var.given.a == \"x\" ? 1 : local.o.b", None),
        // Whoever calls gives other values; files may yet be made.
        ("var.kept.b", None),
        ("file(\"later.txt\")", None),
        ("file(\"~/.ssh/id_rsa.pub\")", None),
        ("terraform_data.many[0].output.b", None),
    ] {
        let refused = |text: String| {
            let found = faults(&format!("{beside}{text}"));
            let expected = expected.map(|e| (e.to_owned(), value.to_owned()));
            assert_eq!(found, Vec::from_iter(expected), "{text}");
        };
        refused(format!("output \"x\" {{\n  value = {value}\n}}\n"));
        refused(format!(
            "locals {{\n  x = {{ inner = [{value}] }}\n}}\noutput \"x\" {{\n  value = local.x\n}}\n"
        ));
        refused(format!(
            "resource \"terraform_data\" \"x\" {{\n  input = {value}\n}}\n"
        ));
        refused(format!(
            "module \"m\" {{\n  source = \"example/x/y\"\n  x = {value}\n}}\n"
        ));
        let perhaps =
            "resource \"terraform_data\" \"x\" {\n  count = var.given.a == \"x\" ? 1 : 0\n";
        let found = faults(&format!("{beside}{perhaps}  input = {value}\n}}\n"));
        assert_eq!(found, [], "{value}");
    }
}

#[test]
fn a_default_of_the_root_that_a_module_does_not_take() {
    let case = Case::new(&[
        (
            "main.tf",
            "variable \"tags\" {\n  default = \"\"\n}\nmodule \"m\" {\n  source = \"./m\"\n  tags = var.tags\n}\n",
        ),
        (
            "m/main.tf",
            "variable \"tags\" {\n  type = map(string)\n}\n",
        ),
    ]);
    assert_eq!(case.problems(), Vec::<&str>::new());
    assert_eq!(case.declarations.notices.len(), 1);
}
