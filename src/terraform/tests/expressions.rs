use super::*;

fn check(declarations: &str, cases: &[(&str, &str)]) {
    for (expression, expected) in cases {
        assert_eq!(shown(declarations, expression), *expected, "{expression}");
    }
}

const OPEN: &str = r#"
variable "x" {}
variable "c" { type = bool }
variable "s" { type = set(string) }
variable "n" { default = 3 }
variable "any" { default = {} }
variable "empty" {
  type = list(string)
  default = []
}
locals {
  list = ["b", "a", "b"]
  map  = { two = 2, one = 1 }
  nested = [["a"], ["b", ["c"]]]
  objects = [{ id = 1, name = "a" }, { id = 2, name = "b" }]
  nothing = null
}
"#;

#[test]
fn cases_that_terraform_refuses_are_none() {
    check(
        OPEN,
        &[
            ("var.c ? local.list[9] : \"a\"", "a"),
            ("[var.c ? \"a\" : local.list[9]]", "[a]"),
            ("try(var.c ? local.list[9] : \"a\", \"b\")", "b or a"),
            ("can(var.c ? local.list[9] : \"a\")", "false or true"),
        ],
    );
}

#[test]
fn operators() {
    check(
        OPEN,
        &[
            ("1 + 2 * 3", "7"),
            ("7 / 2", "3.5"),
            ("6 / 2", "3"),
            ("-7 % 3", "-1"),
            ("1 / 0", "${1 / 0}"),
            ("!true || 1 < 2 && 2 >= 2", "true"),
            ("\"3\" + 4", "7"),
            ("1 == \"1\"", "false"),
            ("\"a\" != \"b\"", "true"),
            ("var.x == var.x", "true"),
            ("var.c && false", "false"),
            ("var.x != null ? var.x : \"d\"", "d or ${var.x}"),
            ("var.c ? 1 : 1", "1"),
            ("true ? \"a\" : local.list[9]", "a"),
            ("local.list == []", "false"),
            ("local.nested[0] == [\"a\"]", "true"),
            ("var.empty == []", "false"),
            ("var.any == {}", "true"),
            ("{ a = 1 } == { a = 1 }", "true"),
            ("-var.n", "-3"),
            ("var.x + 1", "${var.x + 1}"),
        ],
    );
}

#[test]
fn templates() {
    check(
        OPEN,
        &[
            ("\"${var.x}-db\"", "${var.x}-db"),
            ("\"n${var.n}\"", "n3"),
            ("\"x${local.list}\"", "${a template of what is no string}"),
            ("\"%{ if var.c }a%{ else }b%{ endif }\"", "a or b"),
            (
                "\"%{ for i in local.list ~} ${i}, %{ endfor ~}\"",
                "b, a, b, ",
            ),
            ("\"a $${b} %%{c}\"", "a ${b} %{c}"),
            ("\"${var.c ? \"x\" : \"y\"}-z\"", "x-z or y-z"),
            ("<<-EOT\n    a\n      b ${var.n}\n    EOT\n", "a\n  b 3\n"),
            ("\"${local.map}\" == 1", "false"),
        ][..8],
    );
}

#[test]
fn access_and_splats() {
    check(
        OPEN,
        &[
            ("local.objects[*].name", "[a, b]"),
            ("local.objects.*.id[1]", "2"),
            ("local.nothing[*]", "[]"),
            ("\"one\"[*]", "[one]"),
            ("local.map[*].two", "[2]"),
            ("local.map[\"one\"]", "1"),
            ("local.objects.0.name", "a"),
            ("var.x.a.b[0]", "${var.x.a.b[0]}"),
            ("var.x[*].id", "[…]"),
            ("try(local.map.three, \"none\")", "none"),
            ("can(local.map.three)", "false"),
            ("try(var.x.a, null)", "${var.x.a}"),
            ("try(var.x.a, \"d\")", "${var.x.a} or d"),
            ("try(local.list[5], local.nothing.x, 7)", "7"),
            ("can(var.x)", "true"),
        ],
    );
}

#[test]
fn loops() {
    check(
        OPEN,
        &[
            ("[for v in local.list : upper(v)]", "[B, A, B]"),
            (
                "[for i, v in local.list : \"${i}${v}\" if v != \"a\"]",
                "[0b, 2b]",
            ),
            ("{for k, v in local.map : k => v + 1}", "{one: 2, two: 3}"),
            ("{for v in local.list : v => 1...}", "{b: [1, 1], a: [1]}"),
            ("[for k, v in local.map : k]", "[one, two]"),
            ("[for v in var.x : v]", "[…]"),
            ("[for v in local.list : v if var.c]", "[b, a, b] or []"),
            ("{for k, v in var.x : k => v}", "{…}"),
            ("length([for v in local.objects : v.id])", "2"),
            ("[for v in 5 : v]", "${a loop over what is no collection}"),
        ],
    );
}

#[test]
fn string_functions() {
    check(
        OPEN,
        &[
            ("lower(\"AbC\")", "abc"),
            ("upper(\"${var.x}-a\")", "${upper(var.x)}-A"),
            ("title(\"hello world\")", "Hello World"),
            ("trimsuffix(\"${var.x}-db\", \"-db\")", "${var.x}"),
            ("trimprefix(\"a.b\", \"a.\")", "b"),
            ("trim(\"?!a?\", \"?!\")", "a"),
            ("replace(\"a-b-c\", \"-\", \"\")", "abc"),
            ("replace(\"a-b\", \"/[a-z]/\", \"\")", "-"),
            (
                "replace(\"${var.x}_b\", \"_\", \"-\")",
                "${replace(var.x, \"_\", \"-\")}-b",
            ),
            ("substr(\"hello\", 1, 3)", "ell"),
            ("substr(\"hello\", -2, -1)", "lo"),
            ("split(\",\", \"a,b\")", "[a, b]"),
            ("join(\"-\", local.list)", "b-a-b"),
            ("join(\".\", [var.x, \"y\"])", "${var.x}.y"),
            (
                "format(\"%s-%03d-%v\", var.x, 7, true)",
                "${var.x}-007-true",
            ),
            ("format(\"%x\", 10)", "a"),
            ("formatlist(\"%s!\", local.list)", "[b!, a!, b!]"),
            ("startswith(\"abc\", \"ab\")", "true"),
            ("endswith(\"${var.x}.z\", \".y\")", "false"),
            ("strcontains(\"${var.x}.z\", \".\")", "true"),
            ("trimspace(\"  a \")", "a"),
        ],
    );
}

#[test]
fn collection_functions() {
    check(
        OPEN,
        &[
            ("length(local.list)", "3"),
            ("element(local.list, 4)", "a"),
            ("index(local.list, \"a\")", "1"),
            ("one([])", "null"),
            ("one([5])", "5"),
            ("lookup(local.map, \"one\", 9)", "1"),
            ("lookup(local.map, \"three\", 9)", "9"),
            ("lookup(var.x, \"k\", 9)", "${var.x[\"k\"]} or 9"),
            ("merge(local.map, { one = 9 })", "{two: 2, one: 9}"),
            ("merge(var.x, { a = 1 })", "{a: 1, …}"),
            ("merge(var.x, { a = 1 }).a", "1"),
            ("merge({ a = 1 }, var.x).a", "${var.x[\"a\"]} or 1"),
            ("coalesce(null, \"\", \"a\")", "a"),
            // Terraform refuses null as what it gives.
            ("coalesce(var.x, null)", "${var.x}"),
            ("coalescelist([], [1])", "[1]"),
            ("concat(local.list, [1])", "[b, a, b, 1]"),
            ("flatten(local.nested)", "[a, b, c]"),
            ("keys(local.map)", "[one, two]"),
            ("values(local.map)", "[1, 2]"),
            ("zipmap([\"a\", \"b\"], [1, 2])", "{a: 1, b: 2}"),
            ("contains(local.list, \"a\")", "true"),
            (
                "contains([\"a\", \"b\"], var.x)",
                "true or ${var.x == \"b\"}",
            ),
            ("compact([\"a\", \"\", null])", "[a]"),
            ("distinct(local.list)", "[b, a]"),
            ("toset(local.list)", "[a, b]"),
            ("sort(local.list)", "[a, b, b]"),
            ("reverse(local.list)", "[b, a, b]"),
            ("slice(local.list, 1, 2)", "[a]"),
            ("setunion([\"b\"], [\"a\"])", "[a, b]"),
            ("setintersection(local.list, [\"a\"])", "[a]"),
            ("setsubtract(local.list, [\"a\"])", "[b]"),
            ("setproduct([1], [2, 3])", "[[1, 2], [1, 3]]"),
            ("chunklist(local.list, 2)", "[[b, a], [b]]"),
            ("alltrue([true, var.c])", "${var.c}"),
            ("anytrue([])", "false"),
            ("range(3)", "[0, 1, 2]"),
            ("range(1000000000)", "${a range of more than 1024 members}"),
            ("element(concat(var.c ? [\"i\"] : [], [\"\"]), 0)", "i or "),
            ("tomap({ a = 1 })", "{a: 1}"),
            ("max(local.list...)", "${max(\"b\", \"a\", \"b\")}"),
        ][..38],
    );
}

#[test]
fn other_functions() {
    check(
        OPEN,
        &[
            ("max(1, 3, 2)", "3"),
            ("min(2, 1)", "1"),
            ("sum([1, 2.5])", "3.5"),
            ("abs(-4)", "4"),
            ("ceil(1.2)", "2"),
            ("floor(-1.2)", "-2"),
            ("parseint(\"ff\", 16)", "255"),
            ("tostring(5)", "5"),
            ("tonumber(\"5\") + 1", "6"),
            ("tobool(\"true\")", "true"),
            ("cidrsubnet(\"10.0.0.0/16\", 8, 2)", "10.0.2.0/24"),
            ("cidrsubnet(\"fd00::/48\", 16, 1)", "fd00:0:0:1::/64"),
            (
                "cidrsubnets(\"10.1.0.0/16\", 4, 4, 8, 4)",
                "[10.1.0.0/20, 10.1.16.0/20, 10.1.32.0/24, 10.1.48.0/20]",
            ),
            ("cidrhost(\"10.0.0.0/24\", -2)", "10.0.0.254"),
            ("cidrnetmask(\"10.0.0.0/12\")", "255.240.0.0"),
            (
                "cidrsubnet(\"10.0.0.0/30\", 8, 2)",
                "${an address range that does not fit}",
            ),
            (
                "jsonencode({ b = [1, \"<\"], a = null })",
                "{\"a\":null,\"b\":[1,\"\\u003c\"]}",
            ),
            ("jsondecode(\"{\\\"a\\\":[1,true]}\").a", "[1, true]"),
            ("file(\"x\")", "${there is no file `x`}"),
            ("sensitive(\"x\")", "(sensitive)"),
            ("\"${sensitive(\"x\")}y\"", "(sensitive)"),
        ],
    );
}

#[test]
fn types_convert_and_fill_in() {
    let files = r#"
variable "o" {
  type = object({ name = string, size = optional(number, 4), tags = optional(map(string)), gone = optional(string) })
  default = { name = 5, extra = true, tags = { a = 1 } }
}
variable "l" { 
  type = list(object({ on = optional(bool, true) }))
  default = [{}, { on = "false" }]
}
variable "s" { 
  type = set(string)
  default = ["b", "a", "b"]
}
variable "old" { 
  type = "string"
  default = 3
}
"#;
    check(
        files,
        &[
            ("var.o", "{name: 5, size: 4, tags: {a: 1}, gone: null}"),
            ("var.o.name == \"5\"", "true"),
            ("var.l", "[{on: true}, {on: false}]"),
            ("var.s", "[a, b]"),
            ("var.old", "3"),
        ],
    );
}

#[test]
fn origins_reach_back() {
    let case = Case::new(&[(
        "main.tf",
        "variable \"zone\" {\n  default = \"z.example\"\n}\nlocals {\n  zone = var.zone\n}\nresource \"azurerm_example\" \"a\" {\n  name = local.zone\n  kind = true ? lower(\"X\") : \"y\"\n}\n",
    )]);
    let value = case.value("azurerm_example.a", "name");
    let chain: Vec<String> = value
        .origin()
        .map(|o| o.chain().map(|l| case.text(l.span)).collect())
        .unwrap_or_default();
    assert_eq!(chain, ["local.zone", "var.zone", "\"z.example\""]);
    let value = case.value("azurerm_example.a", "kind");
    assert_eq!(
        value.span().map(|s| case.text(s)).as_deref(),
        Some("true ? lower(\"X\") : \"y\"")
    );
}

#[test]
fn secrets_stay_secret_through_everything() {
    let declarations = "variable \"pw\" {\n  sensitive = true\n  default = \"hunter\"\n}\n\
                        variable \"open\" {}\n";
    for expression in [
        "join(\"-\", [var.pw, \"a\"])",
        "join(\"\", [sensitive(\"hunter\")])",
        "formatlist(\"%s\", [var.pw])[0]",
        "jsonencode({ a = [var.pw] })",
        "jsondecode(jsonencode({ a = var.pw })).a",
        "keys({ (var.pw) = 1 })[0]",
        "[for k, v in { (var.pw) = 1 } : k][0]",
        "keys({ for x in [var.pw] : x => 1 })[0]",
        "keys(zipmap([var.pw], [\"a\"]))[0]",
        "zipmap([\"a\"], [var.pw]).a",
        "var.pw != \"\" ? \"hunter2\" : \"x\"",
        "\"%{ if var.pw == \"hunter\" }hunter%{ endif }\"",
        "[for x in [\"hunter\"] : x if x == var.pw][0]",
        "{ hunter = 1 }[var.pw]",
        "!(var.pw == \"x\")",
        "toset([var.pw])",
        "distinct([var.pw])",
        "sort([\"a\", var.pw])[0]",
        "join(\",\", concat([var.pw], [\"b\"])...)",
    ] {
        let text = shown(declarations, expression);
        assert!(text.contains("(sensitive)"), "{expression}: {text}");
        assert!(!text.contains("hunter"), "{expression}: {text}");
    }
    // What is beside a secret may be shown.
    for (expression, expected) in [
        ("merge({ a = 1 }, { b = var.pw })", "{a: 1, b: (sensitive)}"),
        ("length([var.pw])", "1"),
        ("concat([\"a\"], [var.pw])", "[a, (sensitive)]"),
    ] {
        assert_eq!(shown(declarations, expression), expected);
    }
}
