# What the expressions beside this directory may refer to.

resource "terraform_data" "it" {
  input = { name = "known", id = 7 }
}

resource "terraform_data" "text" {
  input = terraform_data.it.id
}

variable "secret" {
  default   = "hidden"
  sensitive = true
}

variable "names" {
  type    = list(string)
  default = ["b", "a", "c"]
}

variable "empty" {
  type    = list(string)
  default = []
}

variable "set" {
  type    = set(string)
  default = ["b", "a", "b"]
}

variable "map" {
  type    = map(number)
  default = { one = 1, two = 2 }
}

variable "object" {
  type = object({
    name = string
    size = optional(number, 4)
    tags = optional(map(string), {})
    gone = optional(string)
  })
  default = { name = "o" }
}

variable "nothing" {
  type    = string
  default = null
}

variable "token" {
  type      = string
  default   = "t"
  ephemeral = true
}

variable "tokens" {
  type      = map(string)
  default   = { a = "1", b = "2" }
  ephemeral = true
}

locals {
  # Known only after apply; a text that may be empty, other than an id.
  unknown = trimspace(terraform_data.text.output)
  words   = ["gamma", "alpha", "beta"]
  nested  = { a = { b = [1, { c = "deep" }] } }
  people = [
    { name = "ann", team = "red", age = 30 },
    { name = "bob", team = "blue", age = 25 },
    { name = "cid", team = "red", age = 41 },
  ]
}
