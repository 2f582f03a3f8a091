resource "terraform_data" "one" { input = "1" }
resource "terraform_data" "two" { input = terraform_data.one.id }
resource "terraform_data" "three" { input = terraform_data.two.id }
