variable "ids" {}
resource "terraform_data" "each" {
  for_each = var.ids
  input = each.value
}
