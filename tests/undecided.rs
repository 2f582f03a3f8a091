//! Why something is not decided: the cause names what the check needed, not what stands beside it.

#[path = "support/command.rs"]
#[allow(unreachable_pub)]
mod command;

/// The causes that `azvet` tells of a template with these resources, without repetitions.
fn causes(resources: &str) -> Vec<String> {
    let directory = tempfile::tempdir().expect("a directory can be made");
    let template = format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
            "parameters": {{ "group": {{ "type": "string" }}, "prefix": {{ "type": "string" }} }},
            "resources": [ {resources}, {NETWORK} ] }}"#
    );
    std::fs::write(directory.path().join("main.json"), template).expect("it can be written");
    let (_, out, _) = command::azvet(
        directory.path(),
        &["check", "--format", "json", "--show-undecided"],
    );
    let report: serde_json::Value = serde_json::from_str(&out).expect("the report is JSON");
    let mut causes: Vec<String> = report["undecided"]
        .as_array()
        .expect("undecided results are listed")
        .iter()
        .map(|one| one["cause"].as_str().unwrap_or_default().to_owned())
        .collect();
    causes.sort();
    causes.dedup();
    causes
}

const NETWORK: &str = r#"{ "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2024-05-01", "name": "net", "location": "westeurope",
    "properties": { "addressSpace": { "addressPrefixes": ["10.0.0.0/16"] },
      "subnets": [ { "name": "a", "properties": { "addressPrefix": "10.0.0.0/24" } } ] } },
    { "type": "Microsoft.DBforMySQL/flexibleServers", "apiVersion": "2023-12-30", "name": "orders", "location": "westeurope", "properties": {} }"#;

fn nic(subnet: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.Network/networkInterfaces", "apiVersion": "2024-05-01", "name": "nic", "location": "westeurope",
            "properties": {{ "ipConfigurations": [ {{ "name": "one", "properties": {{ "subnet": {subnet} }} }} ] }} }}"#
    )
}

#[test]
fn the_cause_is_the_part_of_an_id_that_may_differ() {
    for (subnet, expected) in [
        (
            "resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', 'a')",
            None,
        ),
        (
            "resourceId(parameters('group'), 'Microsoft.Network/virtualNetworks/subnets', 'net', 'a')",
            Some("parameter `group` has no value"),
        ),
        (
            "resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', concat(parameters('prefix'), 'a'))",
            Some("parameter `prefix` has no value"),
        ),
        (
            "resourceGroup().id",
            Some(
                "`/subscriptions/${subscription().subscriptionId}/resourceGroups/${resourceGroup().name}` is no id of a resource that azvet knows",
            ),
        ),
        (
            "resourceId('Microsoft.Storage/storageAccounts', 'a')",
            Some(
                "it is the id of a `Microsoft.Storage/storageAccounts`, which azvet does not look at here",
            ),
        ),
    ] {
        let found = causes(&nic(&format!(r#"{{ "id": "[{subnet}]" }}"#)));
        assert_eq!(found, Vec::from_iter(expected), "{subnet}");
    }
}

#[test]
fn ids_inside_the_text_of_json_are_read() {
    let id = "resourceId('Microsoft.Network/virtualNetworks/subnets', 'net', 'a')";
    let json = format!(r#""[json(concat('{{\"id\": \"', {id}, '\"}}'))]""#);
    assert_eq!(causes(&nic(&json)), [""; 0]);
}

/// A module that leaves the zone to its callers, and a subnet's delegation.
const MODULE: &str = r#"
variable "name" {}
variable "zone" { default = null }
variable "delegations" { default = [] }
resource "azurerm_subnet" "db" {
  name                 = "db"
  resource_group_name  = "rg"
  virtual_network_name = "net"
  address_prefixes     = ["10.0.1.0/24"]
  dynamic "delegation" {
    for_each = var.delegations
    content {
      name = "fs"
      service_delegation {
        name = delegation.value
      }
    }
  }
}
resource "azurerm_mysql_flexible_server" "db" {
  name                = var.name
  resource_group_name = "rg"
  location            = "westeurope"
  delegated_subnet_id = azurerm_subnet.db.id
  private_dns_zone_id = var.zone
}
"#;

#[test]
fn what_a_module_by_itself_leaves_out_is_no_fault() {
    let both = &["fs-dns-zone-required", "fs-subnet-delegation"][..];
    for (beside, found) in [
        ("", &[][..]),
        ("provider \"azurerm\" {\n  features {}\n}\n", both),
        ("terraform {\n  backend \"azurerm\" {}\n}\n", both),
        (
            "module \"m\" {\n  source = \"./m\"\n  name = \"a\"\n}\n",
            both,
        ),
    ] {
        let directory = tempfile::tempdir().expect("a directory can be made");
        let called = beside.starts_with("module");
        let module = directory.path().join(if called { "m" } else { "." });
        std::fs::create_dir_all(&module).expect("it can be made");
        std::fs::write(module.join("main.tf"), MODULE).expect("it can be written");
        std::fs::write(directory.path().join("other.tf"), beside).expect("it can be written");
        let (_, out, _) = command::azvet(directory.path(), &["check", "-f", "json", "."]);
        let report: serde_json::Value = serde_json::from_str(&out).expect("the report is JSON");
        let rules = |what: &str| -> Vec<String> {
            let all = report[what].as_array().expect("it is a list").iter();
            let mut rules: Vec<String> = all
                .map(|one| one["rule"].as_str().unwrap_or_default().to_owned())
                .filter(|rule| both.contains(&&**rule))
                .collect();
            rules.sort();
            rules
        };
        assert_eq!(rules("findings"), found, "{beside}");
        let open = if found.is_empty() { both } else { &[] };
        assert_eq!(rules("undecided"), open, "{beside}");
    }
}
