variable "in" {}
variable "list" {}
variable "obj" {}
resource "terraform_data" "in" { input = var.in }
resource "terraform_data" "l" { input = var.list[0] }
resource "terraform_data" "o" { input = var.obj.a }
output "out" { value = terraform_data.in.id }
output "map" { value = { k = terraform_data.in.id } }
