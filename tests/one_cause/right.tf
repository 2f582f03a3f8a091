terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "4.81.0"
    }
  }
}

resource "azurerm_resource_group" "app" {
  name     = "app"
  location = "westeurope"
}

resource "azurerm_virtual_network" "app" {
  name                = "app"
  resource_group_name = azurerm_resource_group.app.name
  location            = "westeurope"
  address_space       = ["10.0.0.0/16"]
}

# A MySQL and a PostgreSQL flexible server, injected.

resource "azurerm_subnet" "mysql" {
  name                 = "mysql"
  resource_group_name  = azurerm_resource_group.app.name
  virtual_network_name = azurerm_virtual_network.app.name
  address_prefixes     = ["10.0.1.0/27"]

  delegation {
    name = "mysql"

    service_delegation {
      name = "Microsoft.DBforMySQL/flexibleServers"
    }
  }
}

resource "azurerm_private_dns_zone" "mysql" {
  name                = "app.private.mysql.database.azure.com"
  resource_group_name = azurerm_resource_group.app.name
}

resource "azurerm_private_dns_zone_virtual_network_link" "mysql" {
  name                  = "app"
  resource_group_name   = azurerm_resource_group.app.name
  private_dns_zone_name = azurerm_private_dns_zone.mysql.name
  virtual_network_id    = azurerm_virtual_network.app.id
}

resource "azurerm_mysql_flexible_server" "orders" {
  name                = "orders"
  resource_group_name = azurerm_resource_group.app.name
  location            = "westeurope"
  sku_name            = "GP_Standard_D2ds_v4"
  delegated_subnet_id = azurerm_subnet.mysql.id
  private_dns_zone_id = azurerm_private_dns_zone.mysql.id
  depends_on          = [azurerm_private_dns_zone_virtual_network_link.mysql]
}

resource "azurerm_mysql_flexible_server" "returns" {
  name                = "returns"
  resource_group_name = azurerm_resource_group.app.name
  location            = "westeurope"
  sku_name            = "GP_Standard_D2ds_v4"
  delegated_subnet_id = azurerm_subnet.mysql.id
  private_dns_zone_id = azurerm_private_dns_zone.mysql.id
  depends_on          = [azurerm_private_dns_zone_virtual_network_link.mysql]
}

resource "azurerm_subnet" "postgresql" {
  name                 = "postgresql"
  resource_group_name  = azurerm_resource_group.app.name
  virtual_network_name = azurerm_virtual_network.app.name
  address_prefixes     = ["10.0.2.0/27"]

  delegation {
    name = "postgresql"

    service_delegation {
      name = "Microsoft.DBforPostgreSQL/flexibleServers"
    }
  }
}

resource "azurerm_private_dns_zone" "postgresql" {
  name                = "app.private.postgres.database.azure.com"
  resource_group_name = azurerm_resource_group.app.name
}

resource "azurerm_private_dns_zone_virtual_network_link" "postgresql" {
  name                  = "app"
  resource_group_name   = azurerm_resource_group.app.name
  private_dns_zone_name = azurerm_private_dns_zone.postgresql.name
  virtual_network_id    = azurerm_virtual_network.app.id
}

resource "azurerm_postgresql_flexible_server" "stock" {
  name                          = "stock"
  resource_group_name           = azurerm_resource_group.app.name
  location                      = "westeurope"
  sku_name                      = "GP_Standard_D2ds_v4"
  delegated_subnet_id           = azurerm_subnet.postgresql.id
  private_dns_zone_id           = azurerm_private_dns_zone.postgresql.id
  public_network_access_enabled = false
  depends_on                    = [azurerm_private_dns_zone_virtual_network_link.postgresql]
}

# A PostgreSQL flexible server that some of the internet reaches.

resource "azurerm_postgresql_flexible_server" "public" {
  name                          = "public"
  resource_group_name           = azurerm_resource_group.app.name
  location                      = "westeurope"
  sku_name                      = "GP_Standard_D2ds_v4"
  public_network_access_enabled = true
}

resource "azurerm_postgresql_flexible_server_firewall_rule" "office" {
  name             = "office"
  server_id        = azurerm_postgresql_flexible_server.public.id
  start_ip_address = "203.0.113.1"
  end_ip_address   = "203.0.113.9"
}

# An Azure SQL server behind a private endpoint.

resource "azurerm_subnet" "endpoints" {
  name                 = "endpoints"
  resource_group_name  = azurerm_resource_group.app.name
  virtual_network_name = azurerm_virtual_network.app.name
  address_prefixes     = ["10.0.3.0/27"]
}

resource "azurerm_mssql_server" "sales" {
  name                          = "sales"
  resource_group_name           = azurerm_resource_group.app.name
  location                      = "westeurope"
  version                       = "12.0"
  public_network_access_enabled = false
}

resource "azurerm_private_dns_zone" "sql" {
  name                = "privatelink.database.windows.net"
  resource_group_name = azurerm_resource_group.app.name
}

resource "azurerm_private_dns_zone_virtual_network_link" "sql" {
  name                  = "app"
  resource_group_name   = azurerm_resource_group.app.name
  private_dns_zone_name = azurerm_private_dns_zone.sql.name
  virtual_network_id    = azurerm_virtual_network.app.id
}

resource "azurerm_private_endpoint" "sales" {
  name                = "sales"
  resource_group_name = azurerm_resource_group.app.name
  location            = "westeurope"
  subnet_id           = azurerm_subnet.endpoints.id

  private_service_connection {
    name                           = "sales"
    private_connection_resource_id = azurerm_mssql_server.sales.id
    subresource_names              = ["sqlServer"]
    is_manual_connection           = false
  }

  private_dns_zone_group {
    name                 = "default"
    private_dns_zone_ids = [azurerm_private_dns_zone.sql.id]
  }
}

# An Azure SQL server that a subnet reaches by its service endpoint.

resource "azurerm_subnet" "jobs" {
  name                 = "jobs"
  resource_group_name  = azurerm_resource_group.app.name
  virtual_network_name = azurerm_virtual_network.app.name
  address_prefixes     = ["10.0.4.0/27"]
  service_endpoints    = ["Microsoft.Sql"]
}

resource "azurerm_mssql_server" "reports" {
  name                = "reports"
  resource_group_name = azurerm_resource_group.app.name
  location            = "westeurope"
  version             = "12.0"
}

resource "azurerm_mssql_virtual_network_rule" "jobs" {
  name      = "jobs"
  server_id = azurerm_mssql_server.reports.id
  subnet_id = azurerm_subnet.jobs.id
}

# Two managed instances in one subnet.

resource "azurerm_subnet" "instances" {
  name                 = "instances"
  resource_group_name  = azurerm_resource_group.app.name
  virtual_network_name = azurerm_virtual_network.app.name
  address_prefixes     = ["10.0.5.0/26"]

  delegation {
    name = "instances"

    service_delegation {
      name = "Microsoft.Sql/managedInstances"
    }
  }
}

resource "azurerm_network_security_group" "instances" {
  name                = "instances"
  resource_group_name = azurerm_resource_group.app.name
  location            = "westeurope"
}

resource "azurerm_subnet_network_security_group_association" "instances" {
  subnet_id                 = azurerm_subnet.instances.id
  network_security_group_id = azurerm_network_security_group.instances.id
}

resource "azurerm_route_table" "instances" {
  name                = "instances"
  resource_group_name = azurerm_resource_group.app.name
  location            = "westeurope"
}

resource "azurerm_subnet_route_table_association" "instances" {
  subnet_id      = azurerm_subnet.instances.id
  route_table_id = azurerm_route_table.instances.id
}

resource "azurerm_mssql_managed_instance" "first" {
  name                = "first"
  resource_group_name = azurerm_resource_group.app.name
  location            = "westeurope"
  sku_name            = "GP_Gen5"
  subnet_id           = azurerm_subnet.instances.id
  depends_on = [
    azurerm_subnet_network_security_group_association.instances,
    azurerm_subnet_route_table_association.instances,
  ]
}

resource "azurerm_mssql_managed_instance" "second" {
  name                = "second"
  resource_group_name = azurerm_resource_group.app.name
  location            = "westeurope"
  sku_name            = "GP_Gen5"
  subnet_id           = azurerm_subnet.instances.id
  depends_on = [
    azurerm_subnet_network_security_group_association.instances,
    azurerm_subnet_route_table_association.instances,
  ]
}

# A peered network with clients of the MySQL servers.

resource "azurerm_virtual_network" "web" {
  name                = "web"
  resource_group_name = azurerm_resource_group.app.name
  location            = "westeurope"
  address_space       = ["10.1.0.0/16"]
}

resource "azurerm_subnet" "web" {
  name                 = "web"
  resource_group_name  = azurerm_resource_group.app.name
  virtual_network_name = azurerm_virtual_network.web.name
  address_prefixes     = ["10.1.0.0/24"]
}

resource "azurerm_network_interface" "web" {
  name                = "web"
  resource_group_name = azurerm_resource_group.app.name
  location            = "westeurope"

  ip_configuration {
    name                          = "web"
    subnet_id                     = azurerm_subnet.web.id
    private_ip_address_allocation = "Dynamic"
  }
}

resource "azurerm_virtual_network_peering" "to_web" {
  name                      = "to-web"
  resource_group_name       = azurerm_resource_group.app.name
  virtual_network_name      = azurerm_virtual_network.app.name
  remote_virtual_network_id = azurerm_virtual_network.web.id
}

resource "azurerm_virtual_network_peering" "to_app" {
  name                      = "to-app"
  resource_group_name       = azurerm_resource_group.app.name
  virtual_network_name      = azurerm_virtual_network.web.name
  remote_virtual_network_id = azurerm_virtual_network.app.id
}

resource "azurerm_private_dns_zone_virtual_network_link" "mysql_web" {
  name                  = "web"
  resource_group_name   = azurerm_resource_group.app.name
  private_dns_zone_name = azurerm_private_dns_zone.mysql.name
  virtual_network_id    = azurerm_virtual_network.web.id
}

resource "azurerm_private_dns_zone_virtual_network_link" "postgresql_web" {
  name                  = "web"
  resource_group_name   = azurerm_resource_group.app.name
  private_dns_zone_name = azurerm_private_dns_zone.postgresql.name
  virtual_network_id    = azurerm_virtual_network.web.id
}
