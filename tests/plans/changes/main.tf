variable "step" { default = 1 }
variable "secret" {
  default   = "hunter2"
  sensitive = true
}
resource "terraform_data" "replaced" {
  input            = var.step
  triggers_replace = var.step
}
resource "terraform_data" "updated" { input = var.step }
resource "terraform_data" "kept" { input = "same" }
resource "terraform_data" "moved_to" { input = "same" }
moved {
  from = terraform_data.moved_from
  to   = terraform_data.moved_to
}
resource "terraform_data" "secret" { input = { plain = var.step, secret = var.secret } }
resource "terraform_data" "counted" {
  count = 2
  input = count.index
}
module "m" { source = "./m" }
removed {
  from = terraform_data.forgotten
  lifecycle { destroy = false }
}
