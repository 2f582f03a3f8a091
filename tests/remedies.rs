//! Remedies for modules: where the lines stand, and what they can refer to there.

#[path = "support/command.rs"]
#[allow(unreachable_pub)]
mod command;
#[path = "support/tree.rs"]
#[allow(unreachable_pub)]
mod tree;

/// What is said of these files, which hold a server that does not wait for its zone's link; without margins.
fn told(files: &[(&str, String)]) -> String {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, &**text)).collect();
    let tree = tree::project(&files);
    let (_, out, err) = command::azvet(tree.path(), &["check", "--only", "fs-dns-link-order", "."]);
    assert_eq!(err.lines().count(), 1, "{err}");
    let lines: Vec<&str> = out.lines().map(str::trim).collect();
    lines.join("\n")
}

const NETWORK: &str = r#"
resource "azurerm_virtual_network" "net" {
  name                = "net"
  resource_group_name = "rg"
  location            = "westeurope"
  address_space       = ["10.0.0.0/16"]
}
resource "azurerm_subnet" "db" {
  name                 = "db"
  resource_group_name  = "rg"
  virtual_network_name = azurerm_virtual_network.net.name
  address_prefixes     = ["10.0.1.0/24"]
  delegation {
    name = "fs"
    service_delegation {
      name = "Microsoft.DBforMySQL/flexibleServers"
    }
  }
}
resource "azurerm_private_dns_zone" "db" {
  name                = "a.mysql.database.azure.com"
  resource_group_name = "rg"
}
resource "azurerm_private_dns_zone_virtual_network_link" "db" {
  count                 = 1
  name                  = "db"
  resource_group_name   = "rg"
  private_dns_zone_name = azurerm_private_dns_zone.db.name
  virtual_network_id    = azurerm_virtual_network.net.id
}
"#;

const OUTPUTS: &str = r#"
output "subnet" { value = azurerm_subnet.db.id }
output "zone" { value = azurerm_private_dns_zone.db.id }
"#;

fn server(subnet: &str, zone: &str) -> String {
    format!(
        r#"
resource "azurerm_mysql_flexible_server" "db" {{
  name                = "db"
  resource_group_name = "rg"
  location            = "westeurope"
  delegated_subnet_id = {subnet}
  private_dns_zone_id = {zone}
}}
"#
    )
}

const INPUTS: &str = "variable \"subnet\" {}\nvariable \"zone\" {}\n";

fn call(name: &str, inputs: &str) -> String {
    format!("module \"{name}\" {{\n  source = \"./{name}\"\n{inputs}}}\n")
}

#[test]
fn lines_that_wait_stand_where_the_ways_to_both_part() {
    let (of_net, of_module) = (
        ["azurerm_subnet.db.id", "azurerm_private_dns_zone.db.id"],
        ["module.network.subnet", "module.network.zone"],
    );
    let given = |[subnet, zone]: [&str; 2]| format!("  subnet = {subnet}\n  zone = {zone}\n");
    let called = format!("{INPUTS}{}", server("var.subnet", "var.zone"));
    let network = format!("{NETWORK}{OUTPUTS}");
    let outer = format!("{INPUTS}{}", call("db", &given(["var.subnet", "var.zone"])));
    for (files, block, on) in [
        (
            vec![
                (
                    "main.tf",
                    format!("{NETWORK}{}", call("db", &given(of_net))),
                ),
                ("db/main.tf", called.clone()),
            ],
            "module.db",
            "azurerm_private_dns_zone_virtual_network_link.db",
        ),
        (
            vec![
                (
                    "main.tf",
                    format!("{}{}", call("network", ""), call("db", &given(of_module))),
                ),
                ("network/main.tf", network),
                ("db/main.tf", called.clone()),
            ],
            "module.db",
            "module.network",
        ),
        (
            vec![
                (
                    "main.tf",
                    format!("{NETWORK}{}", call("outer", &given(of_net))),
                ),
                ("outer/main.tf", outer),
                ("outer/db/main.tf", called),
            ],
            "module.outer",
            "azurerm_private_dns_zone_virtual_network_link.db",
        ),
    ] {
        let told = told(&files);
        let lines = format!("# in the block of {block}\ndepends_on = [{on}]");
        assert!(told.contains(&lines), "{told}");
    }
}
