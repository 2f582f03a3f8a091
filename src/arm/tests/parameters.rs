//! Values of parameters: from files, from allowed ones, from defaults that may be replaced.

use super::*;

fn told(template: &str, parameters: &str) -> (Vec<String>, Vec<String>) {
    let (declarations, _) = declare(&[("main.json", template), ("params.json", parameters)]);
    let messages = |problems: &[crate::declared::Problem]| {
        problems.iter().map(|p| p.message.clone()).collect()
    };
    (
        messages(&declarations.problems),
        messages(&declarations.notices),
    )
}

#[test]
fn files_are_compared_with_what_the_template_declares() {
    let template = r##"{ "definitions": {"size": {"type": "int"}}, "parameters": {
        "name": {"type": "string"}, "secret": {"type": "securestring"}, "maybe": {"type": "string", "nullable": true},
        "n": {"type": "int"}, "size": {"$ref": "#/definitions/size"}, "flag": {"type": "Bool", "defaultValue": true},
        "access": {"type": "string", "allowedValues": ["Enabled", "Disabled"]}, "list": {"type": "array", "allowedValues": [["a"]]} },
        "resources": [] }"##;
    let (problems, notices) = told(
        template,
        r#"{ "parameters": { "N": {"value": "3"}, "size": {"value": true}, "flag": {"value": null}, "access": {"value": "On"},
            "list": {"value": ["b"]}, "more": {"value": 1} } }"#,
    );
    assert_eq!(
        problems,
        [
            "parameter `n` is of type int, and this is a string",
            "parameter `size` is of type int, and this is a boolean",
            "parameter `access` does not allow this value",
        ]
    );
    assert_eq!(
        notices,
        [
            "the template declares no parameter `more`",
            "the file gives no value for `name`"
        ]
    );
    let (problems, notices) = told(
        template,
        r#"{ "parameters": { "name": {"value": "x"}, "n": {"value": 3}, "size": {"value": 1}, "access": {"value": "enabled"}, "list": {"value": []} } }"#,
    );
    assert_eq!((problems, notices), (vec![], vec![]));
}

#[test]
fn null_is_a_value_only_where_it_is_allowed() {
    let template = r##"{ "definitions": {"maybe": {"type": "string", "nullable": true}}, "parameters": {
        "name": {"type": "string"}, "secret": {"type": "securestring"}, "maybe": {"type": "string", "nullable": true},
        "other": {"$ref": "#/definitions/maybe"}, "flag": {"type": "bool", "defaultValue": true} },
        "resources": [ {"type": "Contoso.Net/a", "name": "[parameters('name')]",
            "properties": {"m": "[parameters('maybe')]", "o": "[parameters('other')]", "f": "[parameters('flag')]"}} ] }"##;
    let null = r#"{"value": null}"#;
    let parameters = format!(
        r#"{{ "parameters": {{ "name": {null}, "secret": {null}, "maybe": {null}, "other": {null}, "flag": {null} }} }}"#
    );
    let files = [("main.json", template), ("params.json", &*parameters)];
    let (declarations, sources) = declare(&files);
    let [problem] = &*declarations.problems else {
        panic!("{:?}", declarations.problems)
    };
    assert_eq!(problem.message, "the file gives null for `name`");
    let span = problem.span.unwrap();
    assert_eq!(sources.get(span.file).path, "params.json");
    assert_eq!(&parameters[span.range()], "null");
    let [resource] = &*declarations.resources else {
        panic!("one is declared")
    };
    assert_eq!(read(resource, "name").shown(), "${parameters('name')}");
    assert_eq!(
        read(resource, "properties").shown(),
        "{m: null, o: null, f: true}"
    );
}

#[test]
fn deployments_have_to_give_what_their_template_asks_for() {
    let declarations = template(
        r#"{ "resources": [ { "type": "Microsoft.Resources/deployments", "name": "dep", "properties": {
            "expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"more": {"value": 1}},
            "template": { "parameters": {"name": {"type": "string"}, "other": {"type": "string", "defaultValue": ""}}, "resources": [] } } } ] }"#,
    );
    let messages: Vec<&str> = declarations
        .problems
        .iter()
        .map(|p| p.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "the template declares no parameter `more`",
            "the deployment gives no value for parameter `name`"
        ]
    );
}

#[test]
fn few_allowed_values_are_cases() {
    let parameters = |allowed: &str| {
        format!(r#""parameters": {{"p": {{"type": "string", "allowedValues": [{allowed}]}}}},"#)
    };
    for (allowed, expression, expected) in [
        ("'a'", "parameters('p')", "a"),
        ("'a', 'b'", "parameters('p')", "a or b"),
        ("'a', 'b'", "equals(parameters('p'), 'a')", "true or false"),
        ("'a', 'b'", "equals(parameters('p'), 'c')", "false"),
        ("'a', 'b'", "contains('abc', parameters('p'))", "true"),
        (
            "'a', 'b', 'c', 'd', 'e'",
            "parameters('p')",
            "${parameters('p')}",
        ),
    ] {
        let sections = parameters(&allowed.replace('\'', "\""));
        assert_eq!(evaluated(&sections, expression), expected, "{expression}");
    }
}

#[test]
fn what_is_wrong_by_default_alone_is_not_told() {
    let text = r#"{ "parameters": {"subnet": {"type": "string", "defaultValue": "name"}},
        "variables": {"parts": "[split(parameters('subnet'), '/')]", "none": []},
        "resources": [ {"type": "Contoso.Net/a", "name": "a", "tags": {"second": "[variables('parts')[1]]"}} ] }"#;
    let open = template(text);
    assert_eq!(open.problems, []);
    let second = read(&open.resources[0], "tags.second");
    assert_eq!(
        &*second.as_symbol().unwrap().cause().text,
        "there is no member 1: the array has one, with default values"
    );
    // With a parameter file the defaults of all others are what is deployed.
    let (problems, _) = told(text, r#"{ "parameters": {} }"#);
    assert_eq!(problems, ["there is no member 1: the array has one"]);
    // A default read elsewhere excuses nothing.
    let beside = text.replace(
        "[variables('parts')[1]]",
        "[concat(variables('parts')[0], variables('none')[0])]",
    );
    assert_eq!(template(&beside).problems.len(), 1);
}
