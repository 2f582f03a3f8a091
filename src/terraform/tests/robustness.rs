use super::*;

const SAMPLE: &str = r#"# A sample with a bit of everything.
terraform {
  required_providers {
    azurerm = { source = "hashicorp/azurerm", version = "~> 3.0" }
  }
}
variable "x" {
  type = object({ a = optional(string, "d"), b = list(string) })
}
locals {
  a = { for k, v in var.x : k => v... if v != null }
  b = "${var.x.a}-%{ if true }y%{ else }n%{ endif ~} z"
  c = <<-EOT
    line ${local.b}
    %{ for i in [1, 2] ~}
    item ${i}
    %{ endfor ~}
  EOT
}
resource "azurerm_example" "a" {
  count    = var.x.a == "d" ? 1 : 0
  name     = join("-", [local.b, "é", lookup(var.x, "b", null)[0]])
  /* a block comment */
  tags     = merge(local.a, { "k" : 1, (local.b) = 2 })
  dynamic "rule" {
    for_each = try(var.x.b, [])
    content {
      name = rule.value // a comment
    }
  }
  depends_on = [module.m]
}
module "m" {
  source = "./m"
  v      = azurerm_example.a[0].id
}
output "o" {
  value = azurerm_example.a[*].tags["k"]
}
"#;

#[test]
fn every_truncation_ends() {
    let m = ("m/main.tf", "variable \"v\" {}\n");
    for end in (0..SAMPLE.len()).filter(|i| SAMPLE.is_char_boundary(*i)) {
        Case::new(&[("main.tf", &SAMPLE[..end]), m]);
    }
    let case = Case::new(&[("main.tf", SAMPLE), m]);
    assert_eq!(
        case.problems(),
        ["a cycle of references: azurerm_example.a → module.m → azurerm_example.a"][..0].to_vec()
    );
}

#[test]
fn each_byte_may_be_wrong() {
    let m = ("m/main.tf", "variable \"v\" {}\n");
    for (i, junk) in (0..SAMPLE.len()).zip(b"\"{}()[]$%\n=.<\0#".iter().cycle()) {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        bytes[i] = *junk;
        if let Ok(text) = String::from_utf8(bytes) {
            Case::new(&[("main.tf", &text), m]);
        }
    }
}

#[test]
fn several_bad_blocks_are_each_reported() {
    let text = "resource \"azurerm_example\" \"a\" {\n  x = \n}\n\nresource \"azurerm_example\" \"b\" {\n  x = 1\n}\n\nresource \"azurerm_example\" \"c\" {\n  y = [1, 2\n}\n\nvariable \"d\" {\n  type = string\n  type = string\n}\nlocals {\n  e = \"${\n}\nresource \"azurerm_example\" \"f\" {}\n";
    let case = Case::new(&[("main.tf", text)]);
    assert_eq!(case.addresses(), ["azurerm_example.b", "azurerm_example.f"]);
    let lines: Vec<usize> = case
        .declarations
        .problems
        .iter()
        .filter_map(|p| p.span)
        .map(|s| case.sources.get(s.file).position(s.start).line)
        .collect();
    assert_eq!(lines.len(), 4, "{:?}", case.problems());
    assert!(lines.contains(&15), "{lines:?}");
}

#[test]
fn what_terraform_accepts_is_read() {
    let text = "locals {\n  dup = { x = 1, y = 2, x = 3, \"x\" = 4 }\n  nl = { for k, v in { a = 1 } :\n    k => # why\n    v\n    if v > 0 &&\n    true\n  }\n  paren = (1 +\n    2)\n}\nresource \"azurerm_example\" \"a\" {\n  dup = local.dup\n  nl = local.nl\n  p = local.paren\n}\n";
    for text in [
        text.to_owned(),
        text.replace('\n', "\r\n"),
        format!("\u{feff}{text}"),
    ] {
        let case = Case::new(&[("main.tf", &text)]);
        assert_eq!(case.problems(), Vec::<&str>::new());
        let a = "azurerm_example.a";
        assert_eq!(case.attribute(a, "dup"), "{x: 4, y: 2}");
        assert_eq!(case.attribute(a, "nl"), "{a: 1}");
        assert_eq!(case.attribute(a, "p"), "3");
    }
}

#[test]
fn deep_and_long_inputs_end_on_a_small_stack() {
    let run = || {
        let n = 10_000;
        let mut texts = vec![
            format!("locals {{\n  a = {}1{}\n}}\n", "[".repeat(n), "]".repeat(n)),
            format!("locals {{\n  a = {}\n}}\n", "(".repeat(n)),
            format!("locals {{\n  a = {}true\n}}\n", "!".repeat(n)),
            format!("locals {{\n  a = {}\n}}\n", "{a=".repeat(n)),
            format!("locals {{\n  a = {}\n}}\n", "\"${".repeat(n)),
            "a {\n".repeat(n),
            format!("locals {{\n  a = 1{}\n}}\n", " + 1".repeat(n)),
            format!("locals {{\n  a = {}1\n}}\n", "true ? 1 : ".repeat(n)),
            format!("locals {{\n  a = x{}\n}}\n", ".y".repeat(n)),
            format!("locals {{\n  a = x{}\n}}\n", "[0".repeat(n)),
            format!("locals {{\n  a = {}\n}}\n", "%{if ".repeat(n)),
        ];
        // A long chain of locals, doubling at each step.
        let mut chain = String::from("locals {\n  a0 = \"xx\"\n  b0 = [1, 2]\n");
        for i in 1..3000 {
            chain.push_str(&format!(
                "  a{i} = \"${{local.a{}}}${{local.a{}}}\"\n",
                i - 1,
                i - 1
            ));
            chain.push_str(&format!("  b{i} = [local.b{}, local.b{}]\n", i - 1, i - 1));
        }
        chain.push_str("}\noutput \"o\" {\n  value = [local.a2999, flatten(local.b2999)]\n}\n");
        texts.push(chain);
        let mut cases = String::from("variable \"v\" {}\nlocals {\n  a0 = 1\n");
        for i in 1..60 {
            cases.push_str(&format!(
                "  a{i} = var.v == {i} ? [local.a{}, 1] : [local.a{}]\n",
                i - 1,
                i - 1
            ));
        }
        cases.push_str("}\noutput \"o\" {\n  value = join(\"\", flatten(local.a59))\n}\n");
        texts.push(cases);
        for text in &texts {
            Case::new(&[("main.tf", text)]);
        }
        let json = format!(
            "{{\"locals\": {{\"a\": {}1{}}}}}",
            "[".repeat(500),
            "]".repeat(500)
        );
        Case::new(&[("main.tf.json", &json)]);
        let json = format!(
            "{{\"locals\": {{\"a\": {}1{}}}}}",
            "[".repeat(n),
            "]".repeat(n)
        );
        Case::new(&[("main.tf.json", &json)]);
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run);
    assert!(thread.is_ok_and(|t| t.join().is_ok()));
}

#[test]
fn junk_is_a_problem() {
    let case = Case::new(&[("main.tf", "\u{0}\u{1}garbage }}}} \"\n")]);
    assert_eq!(case.problems().len(), 1);
    let case = Case::new(&[("main.tf.json", "{\"a\": 'x'}")]);
    assert!(
        case.problems()[0].starts_with("not valid JSON"),
        "{:?}",
        case.problems()
    );
}

fn problems_of(name: &str, text: &str) -> Vec<String> {
    let case = Case::new(&[(name, text)]);
    case.problems().iter().map(|p| (*p).to_owned()).collect()
}

#[test]
fn broken_templates_in_json_are_problems() {
    for value in [
        r#"${cidrsubnet(\"10.0.0.0/16\", 14, }"#,
        "${var.x",
        &format!("${{{}1{}}}", "(".repeat(200), ")".repeat(200)),
    ] {
        let text = format!(r#"{{"locals": {{"a": "{value}"}}}}"#);
        let case = Case::new(&[("main.tf.json", &text)]);
        assert_eq!(case.problems().len(), 1, "{value}");
        assert!(case.declarations.problems[0].span.is_some(), "{value}");
    }
    let fine =
        r#"{"variable": {"a": {"description": "as ${this"}}, "locals": {"b": "${[\n1\n]}"}}"#;
    assert_eq!(problems_of("main.tf.json", fine), Vec::<String>::new());
}

#[test]
fn what_nothing_can_be_repeated_by_is_a_problem() {
    let resource = |line: &str| {
        let variable = "variable \"s\" {\n  sensitive = true\n  default = [\"hunter\"]\n}\n";
        let text = format!("{variable}resource \"example\" \"a\" {{\n  {line}\n}}\n");
        problems_of("main.tf", &text)
    };
    for (line, expected) in [
        ("count = -5", "`count` of `example.a` is negative"),
        ("count = 1.5", "`count` of `example.a` is no whole number"),
        ("count = \"abc\"", "`count` of `example.a` is no number"),
        ("count = null", "`count` of `example.a` is null"),
        (
            "for_each = [\"a\"]",
            "`for_each` of `example.a` is over a list",
        ),
        ("for_each = null", "`for_each` of `example.a` is null"),
        (
            "for_each = \"a\"",
            "`for_each` of `example.a` is no collection",
        ),
        (
            "for_each = toset(var.s)",
            "`for_each` of `example.a` is over secrets, which would show in addresses",
        ),
        (
            "for_each = toset(flatten([for i in range(5) : [for j in range(1000) : \"${i}-${j}\"]]))",
            "`example.a` expands to 5000 instances; azvet follows at most 2000 of one block",
        ),
    ] {
        assert_eq!(resource(line), [expected], "{line}");
    }
    for line in [
        "count = \"2\"",
        "for_each = toset([\"a\"])",
        "for_each = {}",
    ] {
        assert_eq!(resource(line), Vec::<String>::new(), "{line}");
    }
}

#[test]
fn values_for_undeclared_variables_are_refused() {
    let given = |name: &str| {
        let inputs = Inputs {
            vars: vec![(name.into(), "1".into())],
            ..Inputs::default()
        };
        let case = Case::with(&[("main.tf", "variable \"a\" {}\n")], "", &inputs);
        case.problems().len()
    };
    assert_eq!((given("a"), given("b")), (0, 1));
}

#[test]
fn many_faults_of_one_sort_are_few_problems() {
    let deep = "nested more than 64 levels deep, which azvet does not follow";
    assert_eq!(problems_of("main.tf", &"a {\n".repeat(100)), [deep]);
    let broken = problems_of("main.tf", &"a {\n  b = = 1\n}\n".repeat(30));
    assert_eq!(broken.len(), 20);
    assert!(
        broken[19].ends_with(", and 10 more in this file"),
        "{broken:?}"
    );
    let open = "locals {\n  a = 1\n}\n/* never closed\n";
    assert_eq!(problems_of("main.tf", open), ["this comment is not closed"]);
}

#[test]
fn loops_in_loops_end_early_and_where_they_stand() {
    let text = "locals {\n  a = [for a in range(1000) : [for b in range(1000) : \
                [for c in range(1000) : a]]]\n}\n";
    let case = Case::new(&[("main.tf", text)]);
    assert_eq!(
        case.problems(),
        ["this loop takes more rounds than azvet follows"]
    );
    let span = case.declarations.problems[0].span;
    assert!(span.is_some_and(|s| case.text(s).starts_with("[for a in")));
}
