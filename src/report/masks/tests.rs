use super::*;

/// In each text exactly what contains `hunter` is a secret.
#[test]
fn secrets_are_found_and_nothing_else() {
    let hcl = [
        r#"administrator_password = "hunter" # name = "x""#,
        r#"password = var.x ? "hunter" : "hunter2""#,
        r#"password = coalesce("", "hunter") "#,
        r#"a = merge({ db_password = "hunter" }, { name = "x" })"#,
        r#"passwords = ["hunter", "hunter2"]"#,
        r#"secrets = { a = "hunter", name = "x" }"#,
        "password = <<-EOT\n  hunter\n  EOT\nname = \"x\"",
        "x = <<EOT\npassword: \"hunter\"\nEOT\nname = \"x\"",
        "# token = \"hunter\"\nname = \"x\"",
        "/* token = \"hunter\" */ name = \"x\"",
        r#"variable "db_password" { default = "hunter" }"#,
        "variable \"x\" {\n  default = \"hunter\"\n  sensitive = true\n}",
        "variable \"x\" {\n  default = \"x\"\n  sensitive = false\n}",
        r#"name = "${var.password}-${lookup(var.x, "a")}-x" "#,
        r#"password = var.password"#,
        r#"password = "${var.password}""#,
        r#"password = "hunter-${lookup({ a = "}" }, "a")}" "#,
        r#"url = "postgres://u:hunter@host/db""#,
        r#"url = "https://host/db?sig=hunter""#,
        r#"tags = { "api-key" = "hunter", (local.x) = "y" }"#,
        r#"password_auth = "Disabled""#,
        "password = \"hunter\nname = \"x\"",
        "}}]) token = \"hunter\"",
    ];
    let json = [
        r#"{"adminPassword": {"value": "hunter"}, "a": "x"}"#,
        r#"{"x": {"type": "secureString", "defaultValue": "hunter"}, "a": "x"}"#,
        r#"{"x": {"defaultValue": {"k": "hunter"}, "type": "SecureObject"}, "a": "x"}"#,
        r#"{"x": {"defaultValue": "x", "type": "string"}}"#,
        r#"{"adminPassword": "[parameters('adminPassword')]"}"#,
        r#"{"adminPassword": "[concat('hunter', parameters('x'))]"}"#,
        r#"{"secrets": [{"name": "x", "value": "hunter"}]}"#,
        r#"{"text": "{\"password\": \"hunter\"}"}"#,
        r#"{"connectionString": "hunter"} // {"token": "hunter"}"#,
        r#"{"passwordAuth": "Disabled", "unclosed": "x"#,
    ];
    let all = hcl
        .iter()
        .map(|t| (t, false))
        .chain(json.iter().map(|t| (t, true)));
    for (text, is_json) in all {
        let mut rest = (*text).to_owned();
        for range in secrets(text, is_json, 0).into_iter().rev() {
            assert!(
                text[range.clone()].contains("hunter"),
                "{text}: {:?}",
                &text[range]
            );
            rest.replace_range(range, "");
        }
        assert!(!rest.contains("hunter"), "{text}: {rest}");
    }
}

#[test]
fn of_a_sensitive_value_only_what_holds_it_is_masked() {
    for (text, masked) in [
        ("var.password", &[][..]),
        ("\"hunter\"", &["hunter"]),
        ("1234", &["1234"]),
        ("1234.5", &["1234.5"]),
        ("sensitive(\"hunter\")", &["sensitive(\"hunter\")"]),
        ("\"[concat(parameters('a'), 'hunter')]\"", &["hunter"]),
        ("\"[hunter]\"", &["[hunter]"]),
        ("\"[Hun(ter]\"", &["[Hun(ter]"]),
    ] {
        let found = of_value(text, 0..text.len());
        let found: Vec<&str> = found.into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, masked, "{text}");
    }
}

#[test]
fn any_text_ends() {
    for text in [
        "\"",
        "<<",
        "<<E",
        "\"${",
        "\\",
        "\"\\",
        "/*",
        "//",
        "é\"é",
        "{[(\"",
        "\"数${\"数",
    ] {
        for is_json in [true, false] {
            secrets(text, is_json, 0);
            secrets(&text.repeat(3000), is_json, 0);
        }
    }
}
