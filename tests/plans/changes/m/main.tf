resource "terraform_data" "new" { input = 1 }
