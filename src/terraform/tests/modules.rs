use super::*;

#[test]
fn resources_refer_to_each_other() {
    let case = Case::new(&[(
        "main.tf",
        r#"
resource "azurerm_example" "net" {
  name = "net"
  space = ["10.0.0.0/16"]
  part {
    name = "p"
  }
}
resource "azurerm_example" "sub" {
  name    = "${azurerm_example.net.name}-sub"
  network = azurerm_example.net.name
  id_of   = azurerm_example.net.id
  part    = azurerm_example.net.part[0].id
}
data "azurerm_example" "out" {
  name = "out"
}
output "other" { value = data.azurerm_example.out.location }
"#,
    )]);
    assert_eq!(case.problems(), Vec::<&str>::new());
    let sub = "azurerm_example.sub";
    assert_eq!(case.attribute(sub, "name"), "net-sub");
    assert_eq!(case.attribute(sub, "network"), "net");
    let reference = |name: &str| {
        let value = case.value(sub, name);
        let found = value
            .as_symbol()
            .and_then(|s| s.reference().cloned())
            .or_else(|| value.origin().and_then(|o| o.references().next().cloned()));
        found.map(|r| format!("{} {}", r.resource, r.attribute))
    };
    assert_eq!(
        reference("network").as_deref(),
        Some("azurerm_example.net name")
    );
    assert_eq!(
        reference("id_of").as_deref(),
        Some("azurerm_example.net id")
    );
    assert_eq!(
        reference("part").as_deref(),
        Some("azurerm_example.net part[0].id")
    );
    assert_eq!(case.attribute("azurerm_example.net", "part"), "[{name: p}]");
    let data = case.resource("data.azurerm_example.out");
    assert!(!data.managed);
    assert_eq!(
        case.output("other").shown(),
        "${data.azurerm_example.out.location}"
    );
    let id = case.value(sub, "id_of");
    assert!(!id.as_symbol().is_none_or(crate::value::Symbol::nullable));
}

#[test]
fn modules_pass_values_both_ways() {
    let files = [
        (
            "main.tf",
            r#"
module "net" {
  source   = "./net"
  for_each = toset(["a", "b"])
  name     = "net-${each.key}"
}
module "maybe" {
  source = "./net"
  count  = var.on ? 1 : 0
  name   = "maybe"
}
variable "on" { type = bool }
output "a" { value = module.net["a"].id }
output "names" { value = values(module.net)[*].name }
output "maybe" { value = one(module.maybe[*].id) }
output "outer" { value = module.reg.vnet_id }
module "reg" {
  source  = "Azure/network/azurerm"
  version = "1.0"
  zone    = module.net["a"].id
}
"#,
        ),
        (
            "net/main.tf",
            "variable \"name\" {\n  type = string\n}\nresource \"azurerm_example\" \"this\" {\n  name = var.name\n}\noutput \"id\" {\n  value = azurerm_example.this.id\n}\noutput \"name\" {\n  value = azurerm_example.this.name\n}\n",
        ),
    ];
    let case = Case::new(&files);
    assert_eq!(case.problems(), Vec::<&str>::new());
    assert_eq!(case.output("a").shown(), "${azurerm_example.this.id}");
    assert_eq!(case.output("names").shown(), "[net-a, net-b]");
    assert_eq!(case.output("outer").shown(), "${module.reg.vnet_id}");
    assert_eq!(
        case.addresses(),
        [
            "module.net[\"a\"].azurerm_example.this",
            "module.net[\"b\"].azurerm_example.this",
            "module.maybe[0].azurerm_example.this",
        ]
    );
    let reference = case
        .output("a")
        .as_symbol()
        .and_then(|s| s.reference())
        .cloned();
    assert_eq!(
        reference.map(|r| r.resource.to_string()).as_deref(),
        Some("module.net[\"a\"].azurerm_example.this")
    );
    assert_eq!(
        case.resource("module.maybe[0].azurerm_example.this")
            .exists
            .shown(),
        "true or false"
    );
    let name = case.value("module.net[\"a\"].azurerm_example.this", "name");
    let chain: Vec<String> = name
        .origin()
        .map(|o| o.chain().map(|l| case.text(l.span)).collect())
        .unwrap_or_default();
    assert_eq!(chain, ["var.name", "\"net-${each.key}\""]);
    assert_eq!(case.declarations.opaque.len(), 1);
    assert_eq!(&*case.declarations.opaque[0].address, "module.reg");
    assert_eq!(
        &*case.declarations.opaque[0].cause.text,
        "module `reg` (source Azure/network/azurerm) is not installed"
    );
    assert_eq!(
        case.declarations.opaque[0].inputs.shown(),
        "{zone: ${azurerm_example.this.id}}"
    );
    // Roots: the called directory is none.
    let sources = Sources::new(Arc::new(Memory::new(files)));
    let configurations = Configurations::load(&sources, &["".into(), "net".into()]);
    assert_eq!(configurations.roots(), [PathBuf::from("")]);
}

#[test]
fn cycles_are_problems_and_end() {
    let case = Case::new(&[(
        "main.tf",
        "locals {\n  a = local.b\n  b = local.a\n  c = local.a\n}\noutput \"c\" {\n  value = local.c\n}\n",
    )]);
    assert_eq!(
        case.problems(),
        ["a cycle of references: local.a → local.b → local.a"]
    );
    let files = [
        ("a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n"),
        ("b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n"),
    ];
    let case = Case::with(&files, "a", &Inputs::default());
    assert_eq!(
        case.problems(),
        ["module `a` calls itself, directly or through others"]
    );
    let sources = Sources::new(Arc::new(Memory::new(files)));
    let configurations = Configurations::load(&sources, &["a".into(), "b".into()]);
    assert_eq!(configurations.roots(), [PathBuf::from("a")]);
}

#[test]
fn faults_are_located() {
    let case = Case::new(&[
        (
            "main.tf",
            "resource \"azurerm_example\" \"a\" {\n  x = var.gone\n  y = var.gone\n  z = azurerm_other.b.id\n}\nmodule \"m\" {\n  source = \"./missing\"\n}\nmodule \"n\" {\n  source = \"./n\"\n}\n",
        ),
        ("n/main.tf", "variable \"need\" {}\n"),
    ]);
    assert_eq!(
        case.problems(),
        [
            "`var.gone` is not declared",
            "`azurerm_other.b` is not declared",
            "module `m`: there is no configuration in `./missing`",
            "module `n` is called without its argument `need`",
        ]
    );
    assert_eq!(
        case.declarations.problems[0]
            .span
            .map(|s| case.text(s))
            .as_deref(),
        Some("var.gone")
    );
}

#[test]
fn the_graph_follows_references_and_depends_on() {
    let case = Case::new(&[
        (
            "main.tf",
            r#"
resource "azurerm_example" "first" {}
resource "azurerm_example" "second" {
  x = azurerm_example.first.id
}
resource "azurerm_example" "third" {
  depends_on = [azurerm_example.second]
}
module "m" {
  source     = "./m"
  input      = azurerm_example.first.id
  depends_on = [azurerm_example.third]
}
module "n" {
  source = "./m"
  input  = azurerm_example.first.id
}
resource "azurerm_example" "after" {
  x = module.n.plain
}
resource "azurerm_example" "end" {
  depends_on = [module.n]
}
"#,
        ),
        (
            "m/main.tf",
            "variable \"input\" {}\nresource \"azurerm_example\" \"in\" {\n  x = var.input\n}\nresource \"azurerm_example\" \"free\" {}\noutput \"plain\" {\n  value = azurerm_example.free.id\n}\n",
        ),
    ]);
    let node = |address: &str| case.resource(address).node;
    let graph = &case.declarations.graph;
    let waits = |a: &str, b: &str| graph.waits_for(node(a), node(b)) == crate::value::Tri::True;
    assert!(waits("azurerm_example.second", "azurerm_example.first"));
    assert!(waits("azurerm_example.third", "azurerm_example.first"));
    assert!(!waits("azurerm_example.first", "azurerm_example.second"));
    assert!(waits(
        "module.m.azurerm_example.free",
        "azurerm_example.third"
    ));
    assert!(waits(
        "module.n.azurerm_example.in",
        "azurerm_example.first"
    ));
    assert!(!waits(
        "module.n.azurerm_example.free",
        "azurerm_example.first"
    ));
    assert!(waits(
        "azurerm_example.after",
        "module.n.azurerm_example.free"
    ));
    assert!(!waits(
        "azurerm_example.after",
        "module.n.azurerm_example.in"
    ));
    assert!(waits("azurerm_example.end", "module.n.azurerm_example.in"));
}

#[test]
fn inputs_have_terraforms_precedence() {
    let files = [
        (
            "main.tf",
            "variable \"a\" {}\nvariable \"b\" {}\nvariable \"c\" {}\nvariable \"d\" {}\nvariable \"e\" {\n  type = list(string)\n}\nvariable \"f\" {\n  type = string\n}\noutput \"it\" {\n  value = [var.a, var.b, var.c, var.d, var.e, var.f]\n}\n",
        ),
        ("terraform.tfvars", "a = \"tfvars\"\nb = \"tfvars\"\n"),
        ("x.auto.tfvars", "b = \"auto\"\nc = \"auto\"\n"),
        (
            "y.auto.tfvars.json",
            "{\"c\": \"json ${x}\", \"d\": \"json\"}",
        ),
        ("extra.tfvars", "d = \"file\"\n"),
    ];
    let inputs = Inputs {
        vars: vec![
            ("e".into(), "[\"x\", \"y\"]".into()),
            ("f".into(), "[1]".into()),
        ],
        var_files: vec!["extra.tfvars".into()],
        environment: vec![("a".into(), "env".into()), ("d".into(), "env".into())],
        ..Inputs::default()
    };
    let case = Case::with(&files, "", &inputs);
    assert_eq!(
        case.output("it").shown(),
        "[tfvars, auto, json ${x}, file, [x, y], [1]]"
    );
}

#[test]
fn json_syntax_and_overrides() {
    let case = Case::new(&[
        (
            "main.tf.json",
            r#"{
  "//": "a comment",
  "variable": { "x": { "default": "v" } },
  "locals": { "y": "${var.x}-y" },
  "resource": {
    "azurerm_example": {
      "a": [{ "name": "${local.y}", "size": 3, "tags": { "k": "t" }, "delegation": { "name": "d" },
              "list": ["${var.x}"], "escaped": "a\n${var.x}" }]
    }
  },
  "output": { "o": { "value": "${azurerm_example.a.name}" } }
}"#,
        ),
        (
            "main_override.tf.json",
            "{\"resource\": {\"azurerm_example\": {\"a\": {\"size\": 4}}}}",
        ),
        ("override.tf", "locals {\n  y = \"over-${var.x}\"\n}\n"),
    ]);
    assert_eq!(case.problems(), Vec::<&str>::new());
    let a = "azurerm_example.a";
    assert_eq!(case.attribute(a, "name"), "over-v");
    assert_eq!(case.attribute(a, "size"), "4");
    assert_eq!(case.attribute(a, "tags"), "{k: t}");
    assert_eq!(case.attribute(a, "delegation"), "[{name: d}]");
    assert_eq!(case.attribute(a, "list"), "[v]");
    assert_eq!(case.attribute(a, "escaped"), "a\nv");
    assert_eq!(case.output("o").shown(), "over-v");
}

#[test]
fn azapi_resources_are_resource_managers() {
    let case = Case::new(&[(
        "main.tf",
        r#"
variable "rg" {}
resource "azapi_resource" "a" {
  type      = "Example.Provider/things@2023-01-01"
  name      = "thing"
  parent_id = var.rg
  location  = "westeurope"
  body = jsonencode({
    properties = { network = { id = azapi_resource.b.id } }
    sku        = { name = "S" }
  })
}
resource "azapi_resource" "b" {
  type = "Example.Provider/things@2023-01-01"
  name = "b"
  body = { properties = { on = true } }
  response_export_values = { called = "name", id = "id", state = "properties.state" }
}
output "called" { value = azapi_resource.b.output.called }
output "id" { value = azapi_resource.b.output.id }
output "state" { value = azapi_resource.b.output.state }
resource "azapi_update_resource" "u" {
  type        = "Example.Provider/things@2023-01-01"
  resource_id = azapi_resource.b.id
}
resource "example_group_template_deployment" "t" {
  template_content = file("${path.module}/later.json")
}
"#,
    )]);
    let a = case.resource("azapi_resource.a");
    assert_eq!(a.language, Language::Arm);
    assert_eq!(&*a.type_name, "Example.Provider/things");
    assert_eq!(a.version.as_deref(), Some("2023-01-01"));
    assert_eq!(
        a.body.shown(),
        "{name: thing, location: westeurope, properties: {network: {id: ${azapi_resource.b.id}}}, sku: {name: S}}"
    );
    assert_eq!(
        a.scope.as_ref().map(crate::value::Value::shown).as_deref(),
        Some("${var.rg}")
    );
    assert_eq!(
        case.resource("azapi_resource.b").body.shown(),
        "{name: b, properties: {on: true}}"
    );
    assert_eq!(case.output("called").shown(), "b");
    assert_eq!(case.output("id").shown(), "${azapi_resource.b.id}");
    assert_eq!(
        case.output("state").shown(),
        "${azapi_resource.b.output.state}"
    );
    let opaque = case.declarations.opaque.iter().map(|part| &*part.address);
    assert_eq!(
        Vec::from_iter(opaque),
        [
            "azapi_update_resource.u",
            "example_group_template_deployment.t"
        ]
    );
}

#[test]
fn the_provider_version_is_found() {
    let required = "terraform {\n  required_providers {\n    azurerm = {\n      source  = \"hashicorp/azurerm\"\n      version = \"~> 3.100\"\n    }\n  }\n}\nresource \"azurerm_example\" \"a\" {}\n";
    let inputs = Inputs {
        known_versions: [(
            "hashicorp/azurerm".to_owned(),
            vec!["3.99.0".into(), "3.110.0".into(), "4.0.0".into()],
        )]
        .into(),
        ..Inputs::default()
    };
    let version = |files: &[(&str, &str)]| {
        let case = Case::with(files, "", &inputs);
        case.resource("azurerm_example.a")
            .version
            .as_ref()
            .map(|v| v.to_string())
    };
    assert_eq!(
        version(&[("main.tf", required)]).as_deref(),
        Some("3.110.0")
    );
    let lock =
        "provider \"registry.terraform.io/hashicorp/azurerm\" {\n  version = \"3.101.0\"\n}\n";
    assert_eq!(
        version(&[("main.tf", required), (".terraform.lock.hcl", lock)]).as_deref(),
        Some("3.101.0")
    );
    assert_eq!(
        version(&[("main.tf", "resource \"azurerm_example\" \"a\" {}\n")]),
        None
    );
    let old = "provider \"azurerm\" {\n  version = \"~> 2.40\"\n}\nresource \"azurerm_example\" \"a\" {}\n";
    assert_eq!(version(&[("main.tf", old)]).as_deref(), Some("2.40.0"));
}
