variable "keys" { default = ["a","b"] }
variable "pw" {
  default = "hunter2"
  sensitive = true
}
locals { x = terraform_data.one.id }
resource "terraform_data" "one" { input = "1" }
resource "terraform_data" "each" {
  for_each = toset(var.keys)
  input = { k = each.key, id = terraform_data.one.id, pw = var.pw }
}
resource "terraform_data" "ref" {
  for_each = toset(var.keys)
  input = terraform_data.each[each.key].id
}
resource "terraform_data" "cnt" {
  count = 2
  input = terraform_data.each["a"].id
}
resource "terraform_data" "cnt2" {
  count = 2
  input = terraform_data.cnt[count.index].id
  triggers_replace = [local.x, terraform_data.cnt[0].id]
}
resource "terraform_data" "splat" { input = terraform_data.cnt[*].id }
module "m" {
  source = "./m"
  for_each = toset(var.keys)
  in = terraform_data.each[each.key].id
  list = [terraform_data.one.id]
  obj = { a = terraform_data.one.id, b = terraform_data.each["a"].id }
}
resource "terraform_data" "out" { input = module.m["a"].out }
resource "terraform_data" "out2" {
 for_each = toset(var.keys)
 input = module.m[each.key].out
 depends_on = [module.m]
}
resource "terraform_data" "outmap" { input = module.m["a"].map["k"] }
resource "terraform_data" "str" { input = "${terraform_data.one.id}/x" }
resource "terraform_data" "cond" { input = var.keys[0] == "a" ? terraform_data.one.id : terraform_data.each["b"].id }
data "terraform_remote_state" "r" {
  backend = "local"
  config = { path = "${path.module}/rs.tfstate" }
}
resource "terraform_data" "rs" { input = data.terraform_remote_state.r.outputs }
output "o" { value = module.m["a"].out }
resource "terraform_data" "through" { input = terraform_data.cnt[0].input }
resource "terraform_data" "maybe" {
  for_each = length(var.keys) > 0 ? terraform_data.each : {}
  input = each.value.id
}
resource "terraform_data" "number" {
  for_each = toset(["0", "1"])
  input = terraform_data.cnt[each.key].id
}
module "n" {
  source = "./n"
  ids = { for k, m in module.m : k => m.out if k != "z" }
}
