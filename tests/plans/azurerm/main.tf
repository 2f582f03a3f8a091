# What plans and states tell in their own way: arguments that are read of other arguments, write-only ones,
# what is computed once a server is there, what is ignored, and an order that is not the author's.
terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 5.2"
    }
  }
}

resource "azurerm_resource_group" "orders" {
  name     = "rg-orders"
  location = "West Europe"
}

resource "azurerm_virtual_network" "orders" {
  name                = "vnet-orders"
  resource_group_name = azurerm_resource_group.orders.name
  location            = azurerm_resource_group.orders.location
  address_space       = ["10.30.0.0/16"]
}

resource "azurerm_virtual_network" "hub" {
  name                = "vnet-hub"
  resource_group_name = azurerm_resource_group.orders.name
  location            = azurerm_resource_group.orders.location
  address_space       = ["10.30.128.0/20"]
}

# The networks overlap: told of the one that comes second here.
resource "azurerm_virtual_network_peering" "to_hub" {
  name                      = "to-hub"
  resource_group_name       = azurerm_resource_group.orders.name
  virtual_network_name      = azurerm_virtual_network.orders.name
  remote_virtual_network_id = azurerm_virtual_network.hub.id
}

resource "azurerm_virtual_network_peering" "back" {
  name                      = "back"
  resource_group_name       = azurerm_resource_group.orders.name
  virtual_network_name      = azurerm_virtual_network.hub.name
  remote_virtual_network_id = azurerm_virtual_network.orders.id
}

resource "azurerm_network_security_group" "database" {
  name                = "nsg-database"
  resource_group_name = azurerm_resource_group.orders.name
  location            = azurerm_resource_group.orders.location

  security_rule {
    name                       = "nothing"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Deny"
    protocol                   = "*"
    source_port_range          = "*"
    source_address_prefix      = "*"
    destination_port_range     = "*"
    destination_address_prefix = "*"
  }
}

# Write-only: neither plans nor states tell which group it is.
resource "azurerm_subnet" "database" {
  name                                 = "snet-database"
  resource_group_name                  = azurerm_resource_group.orders.name
  virtual_network_name                 = azurerm_virtual_network.orders.name
  address_prefixes                     = ["10.30.1.0/28"]
  network_security_group_id_wo         = azurerm_network_security_group.database.id
  network_security_group_id_wo_version = 1

  delegation {
    name = "flexible-server"
    service_delegation {
      name = "Microsoft.DBforMySQL/flexibleServers"
    }
  }
}

resource "azurerm_private_dns_zone" "orders" {
  name                = "orders.mysql.azure.com"
  resource_group_name = azurerm_resource_group.orders.name
}

resource "azurerm_private_dns_zone_virtual_network_link" "orders" {
  name                = "orders"
  private_dns_zone_id = azurerm_private_dns_zone.orders.id
  virtual_network_id  = azurerm_virtual_network.orders.id
}

# The zone is read of its link.
resource "azurerm_mysql_flexible_server" "orders" {
  name                   = "orders"
  resource_group_name    = azurerm_resource_group.orders.name
  location               = azurerm_resource_group.orders.location
  sku_name               = "GP_Standard_D2ds_v4"
  administrator_login    = "dba"
  administrator_password = var.password
  delegated_subnet_id    = azurerm_subnet.database.id
  private_dns_zone_id    = azurerm_private_dns_zone_virtual_network_link.orders.private_dns_zone_id
}

# Whether it is public is computed, and told once it is there.
resource "azurerm_mysql_flexible_server" "reports" {
  name                   = "reports"
  resource_group_name    = azurerm_resource_group.orders.name
  location               = azurerm_resource_group.orders.location
  sku_name               = "GP_Standard_D2ds_v4"
  administrator_login    = "dba"
  administrator_password = var.password
}

resource "azurerm_mysql_flexible_server_firewall_rule" "reports" {
  name                = "all"
  resource_group_name = azurerm_resource_group.orders.name
  server_name         = azurerm_mysql_flexible_server.reports.name
  start_ip_address    = "0.0.0.0"
  end_ip_address      = "255.255.255.255"
}

resource "azurerm_subnet" "endpoints" {
  name                 = "snet-endpoints"
  resource_group_name  = azurerm_resource_group.orders.name
  virtual_network_name = azurerm_virtual_network.orders.name
  address_prefixes     = ["10.30.2.0/27"]
}

resource "azurerm_private_dns_zone" "endpoints" {
  name                = "privatelink.mysql.database.azure.com"
  resource_group_name = azurerm_resource_group.orders.name
}

# A policy adds the zone: the configuration says so, plans and states do not.
resource "azurerm_private_endpoint" "reports" {
  name                = "pe-reports"
  resource_group_name = azurerm_resource_group.orders.name
  location            = azurerm_resource_group.orders.location
  subnet_id           = azurerm_subnet.endpoints.id

  private_service_connection {
    name                           = "reports"
    private_connection_resource_id = azurerm_mysql_flexible_server.reports.id
    subresource_names              = ["mysqlServer"]
    is_manual_connection           = false
  }

  lifecycle {
    ignore_changes = [private_dns_zone_group]
  }
}

variable "password" {
  type      = string
  sensitive = true
}
