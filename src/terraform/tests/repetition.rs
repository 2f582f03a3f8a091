//! `count`, `for_each` and `dynamic` blocks.

use super::*;

#[test]
fn count_and_for_each() {
    let case = Case::new(&[(
        "main.tf",
        r#"
variable "on" { type = bool }
variable "many" { type = map(string) }
resource "azurerm_example" "two" {
  count = 2
  name  = "n${count.index}"
}
resource "azurerm_example" "none" {
  count = 0
}
resource "azurerm_example" "maybe" {
  count = var.on ? 1 : 0
  name  = "maybe"
}
resource "azurerm_example" "map" {
  for_each = { a = "x", b = "y" }
  name     = "${each.key}-${each.value}"
}
resource "azurerm_example" "set" {
  for_each = toset(["q", "p"])
  name     = each.value
}
resource "azurerm_example" "open" {
  for_each = var.many
  name     = each.key
  value    = each.value
}
resource "azurerm_example" "chained" {
  for_each = azurerm_example.map
  from     = each.value.id
}
resource "azurerm_example" "by_case" {
  for_each = var.on ? { a = 1 } : {}
}
output "two" { value = azurerm_example.two[*].name }
output "maybe" { value = one(azurerm_example.maybe[*].id) }
output "tried" { value = try(azurerm_example.maybe[0].id, null) }
output "old" { value = element(concat(azurerm_example.maybe.*.id, [""]), 0) }
output "map" { value = azurerm_example.map["b"].name }
output "all" { value = { for k, v in azurerm_example.map : k => v.id } }
output "open" { value = azurerm_example.open["k"].id }
output "none" { value = azurerm_example.none[*].id }
"#,
    )]);
    assert_eq!(case.problems(), Vec::<&str>::new());
    assert_eq!(
        case.addresses(),
        [
            "azurerm_example.two[0]",
            "azurerm_example.two[1]",
            "azurerm_example.maybe[0]",
            "azurerm_example.map[\"a\"]",
            "azurerm_example.map[\"b\"]",
            "azurerm_example.set[\"p\"]",
            "azurerm_example.set[\"q\"]",
            "azurerm_example.open[each.key]",
            "azurerm_example.chained[\"a\"]",
            "azurerm_example.chained[\"b\"]",
            "azurerm_example.by_case[\"a\"]",
        ]
    );
    for (output, expected) in [
        ("two", "[n0, n1]"),
        ("maybe", "${azurerm_example.maybe[0].id} or null"),
        ("tried", "${azurerm_example.maybe[0].id} or null"),
        ("old", "${azurerm_example.maybe[0].id} or "),
        ("map", "b-y"),
        (
            "all",
            "{a: ${azurerm_example.map[\"a\"].id}, b: ${azurerm_example.map[\"b\"].id}}",
        ),
        ("open", "${azurerm_example.open[\"k\"].id}"),
        ("none", "[]"),
    ] {
        assert_eq!(case.output(output).shown(), expected, "{output}");
    }
    assert_eq!(case.attribute("azurerm_example.two[1]", "name"), "n1");
    assert_eq!(case.attribute("azurerm_example.map[\"a\"]", "name"), "a-x");
    assert_eq!(
        case.resource("azurerm_example.maybe[0]").exists.shown(),
        "true or false"
    );
    let open = &case.resource("azurerm_example.open[each.key]").exists;
    assert!(
        open.as_symbol()
            .is_some_and(|s| s.shown() == "length(var.many) > 0"),
        "{}",
        open.shown()
    );
    let chained = case.value("azurerm_example.chained[\"a\"]", "from");
    let reference = chained.as_symbol().and_then(|s| s.reference());
    assert_eq!(
        reference.map(|r| &*r.resource),
        Some("azurerm_example.map[\"a\"]")
    );
}

#[test]
fn too_many_instances_are_a_problem() {
    for text in [
        "resource \"azurerm_example\" \"a\" {\n  count = 1000000000\n}\n",
        "resource \"azurerm_example\" \"a\" {\n  for_each = toset(flatten([for i in range(5) : [for j in range(1000) : \"${i}-${j}\"]]))\n}\n",
    ] {
        let case = Case::new(&[("main.tf", text)]);
        assert_eq!(case.addresses().len(), 1);
        assert!(
            case.problems()[0].contains("azvet follows at most 2000"),
            "{:?}",
            case.problems()
        );
    }
}

#[test]
fn dynamic_blocks() {
    let case = Case::new(&[(
        "main.tf",
        r#"
variable "rules" { default = [{ name = "a", ports = [1, 2] }, { name = "b", ports = [] }] }
variable "on" {}
variable "list" {}
resource "azurerm_example" "a" {
  dynamic "rule" {
    for_each = var.rules
    content {
      name = rule.value.name
      dynamic "port" {
        for_each = rule.value.ports
        iterator = it
        content {
          number = it.value
          at     = it.key
          of     = rule.key
        }
      }
    }
  }
  rule {
    name = "last"
  }
  dynamic "maybe" {
    for_each = var.on ? [1] : []
    content { x = 1 }
  }
  dynamic "open" {
    for_each = var.list
    content { x = open.value.y }
  }
  lifecycle { ignore_changes = [tags] }
}
"#,
    )]);
    assert_eq!(case.problems(), Vec::<&str>::new());
    let address = "azurerm_example.a";
    assert_eq!(
        case.attribute(address, "rule"),
        "[{name: a, port: [{number: 1, at: 0, of: 0}, {number: 2, at: 1, of: 0}]}, {name: b, port: []}, {name: last}]"
    );
    assert_eq!(case.attribute(address, "maybe"), "[{x: 1}] or []");
    assert_eq!(case.attribute(address, "open"), "[…]");
    assert!(case.value(address, "lifecycle").is_null());
}

#[test]
fn blocks_chained_by_for_each_exist_together() {
    let case = Case::new(&[(
        "main.tf",
        "variable \"all\" {}\nresource \"example_a\" \"a\" {\n  for_each = var.all\n}\n\
         resource \"example_b\" \"b\" {\n  for_each = example_a.a\n}\n\
         resource \"example_c\" \"c\" {\n  for_each = { for k, v in example_b.b : k => v.id }\n}\n\
         resource \"example_d\" \"d\" {\n  count = length(example_c.c)\n}\n\
         resource \"example_e\" \"e\" {\n  count = length(example_d.d)\n}\n",
    )]);
    let exists = |address: &str| case.resource(address).exists.shown();
    for address in [
        "example_a.a[each.key]",
        "example_b.b[each.key]",
        "example_c.c[each.key]",
        "example_d.d[count.index]",
        "example_e.e[count.index]",
    ] {
        assert_eq!(exists(address), "${length(var.all) > 0}", "{address}");
    }
}
