//! What comes from a secret is one.

use super::*;

const SECTIONS: &str = r##"
  "definitions": {
    "s": { "type": "securestring" },
    "t": { "type": "object", "properties": { "a": { "$ref": "#/definitions/s" }, "open": { "type": "string" },
      "next": { "$ref": "#/definitions/t", "nullable": true } } } },
  "parameters": {
    "pw": { "type": "securestring", "defaultValue": "sekret" },
    "t": { "$ref": "#/definitions/t", "defaultValue": { "a": "sekret", "open": "plain", "next": { "a": "sekret" } } },
    "inline": { "type": "object", "properties": { "a": { "type": "secureObject" } }, "defaultValue": { "a": { "b": "sekret" } } },
    "list": { "type": "array", "items": { "$ref": "#/definitions/t" }, "defaultValue": [ { "a": "sekret" } ] },
    "more": { "type": "object", "additionalProperties": { "type": "securestring" }, "defaultValue": { "x": "sekret" } },
    "open": { "type": "string", "defaultValue": "plain" } },"##;

#[test]
fn what_comes_from_a_secret_is_not_shown() {
    for expression in [
        "parameters('t').a",
        "parameters('t')['a']",
        "parameters('t').next.a",
        "parameters('inline').a.b",
        "parameters('list')[0].a",
        "parameters('more').x",
        "string(parameters('t'))",
        "objectKeys(createObject(parameters('pw'), 1))[0]",
        "items(createObject(parameters('pw'), 1))[0].key",
        "objectKeys(toObject(createArray(parameters('pw')), lambda('x', lambdaVariables('x'))))[0]",
        "if(equals(parameters('pw'), 'sekret'), 'sekret', 'no')",
        "resourceId('Contoso.Net/a', parameters('pw'))",
        "uri('http://a/', parameters('pw'))",
        "concat('a', parameters('pw'))",
        "coalesce(null(), parameters('pw'))",
        "createArray(parameters('pw'))[0]",
        "length(createArray(parameters('pw')))",
        "createObject('sekret', 1)[parameters('pw')]",
        "parameters('t')[parameters('pw')]",
        "parameters(parameters('pw'))",
        "format('{0}', createObject('a', parameters('pw')))",
        "base64(string(createArray(parameters('pw'))))",
        "guid(parameters('pw'))",
    ] {
        let shown = evaluated(SECTIONS, expression);
        assert_eq!(shown, "(sensitive)", "{expression}");
    }
    for expression in ["parameters('t').open", "concat(parameters('open'))"] {
        assert_eq!(evaluated(SECTIONS, expression), "plain", "{expression}");
    }
}

#[test]
fn ids_and_scopes_of_secret_names_are_secret() {
    let text = format!(
        r#"{{ {SECTIONS} "resources": [ {{ "type": "Contoso.Net/probes", "name": "[parameters('pw')]", "apiVersion": "1",
            "scope": "[concat('/subscriptions/', parameters('pw'))]",
            "resources": [ {{ "type": "kids", "name": "kid", "apiVersion": "1" }} ] }} ] }}"#
    );
    let declarations = template(&text);
    assert_eq!(declarations.resources.len(), 2);
    for resource in &declarations.resources {
        assert!(!resource.address.contains("sekret"), "{}", resource.address);
        assert!(read(resource, "name").is_sensitive());
    }
    let scope = declarations.resources[0].scope.as_ref().unwrap();
    assert!(scope.is_sensitive(), "{}", scope.shown());
}
