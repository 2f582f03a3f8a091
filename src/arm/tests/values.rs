//! Parameters, variables, property copies, and where values come from.

use super::*;

fn shown(text: &str, path: &str) -> String {
    let declarations = template(text);
    assert_eq!(declarations.problems, [], "{text}");
    read(&declarations.resources[0], path).shown()
}

const UNKNOWN: &str = r#""parameters": { "Name": {"type": "string"}, "flag": {"type": "bool"}, "items": {"type": "array"},
    "secret": {"type": "secureString", "defaultValue": "x"}, "plain": {"type": "string", "defaultValue": "[concat('a', 'b')]"} },"#;

#[test]
fn parameters_have_values_from_files_and_defaults_or_none() {
    let main = r#"{ "parameters": { "a": {"type": "string", "defaultValue": "default"},
          "b": {"type": "string", "defaultValue": "[concat(parameters('A'), '-b')]"},
          "c": {"type": "string"}, "key": {"type": "string"}, "n": {"type": "string", "nullable": true} },
        "resources": [ { "type": "Contoso.Net/probes", "name": "p",
          "properties": { "a": "[parameters('a')]", "b": "[parameters('b')]", "c": "[parameters('c')]",
            "key": "[parameters('key')]", "n": "[parameters('n')]", "text": "[concat(parameters('c'), '.x')]" } } ] }"#;
    let params = r#"{ "parameters": { "A": {"value": "[given]"},
        "key": {"reference": {"keyVault": {"id": "x"}, "secretName": "y"}} } }"#;
    let (alone, _) = declare(&[("main.json", main)]);
    let (with, sources) = declare(&[("main.json", main), ("params.json", params)]);
    assert_eq!(
        read(&alone.resources[0], "properties").shown(),
        "{a: default, b: default-b, c: ${parameters('c')}, key: ${parameters('key')}, n: null, text: ${parameters('c')}.x}"
    );
    assert_eq!(
        read(&with.resources[0], "properties").shown(),
        "{a: [given], b: [given]-b, c: ${parameters('c')}, key: (sensitive), n: null, text: ${parameters('c')}.x}"
    );
    let a = read(&with.resources[0], "properties.a");
    assert_eq!(
        places(&sources, &a),
        ["[parameters('a')] reads parameters('a')", "[given]"]
    );
    assert_eq!(
        sources.get(a.origin().unwrap().written_at().file).path,
        "params.json"
    );
}

#[test]
fn unknown_conditions_make_cases_of_the_same_condition() {
    let text = format!(
        r#"{{ {UNKNOWN} "resources": [ {{ "type": "Contoso.Net/probes", "name": "p", "condition": "[parameters('flag')]",
          "properties": {{ "x": "[if(parameters('flag'), 'on', 'off')]",
            "y": "[concat('is-', if(parameters('flag'), 'on', 'off'))]" }} }} ] }}"#
    );
    let declarations = template(&text);
    let resource = &declarations.resources[0];
    assert_eq!(resource.exists.shown(), "${parameters('flag')}");
    let y = read(resource, "properties.y");
    assert_eq!(y.shown(), "is-on or is-off");
    let cond = resource.exists.as_symbol().unwrap();
    assert_eq!(y.restrict(cond, true).shown(), "is-on");
    assert_eq!(
        read(resource, "properties.x").restrict(cond, false).shown(),
        "off"
    );
}

#[test]
fn secrets_stay_secret() {
    for expression in [
        "parameters('secret')",
        "concat('a', parameters('secret'))",
        "string(createObject('a', parameters('secret')))",
        "base64(parameters('secret'))",
        "if(parameters('flag'), parameters('secret'), parameters('secret'))",
        "listKeys('x', '2020')",
        "listKeys('x', '2020').keys[0].value",
    ] {
        assert_eq!(
            evaluated(UNKNOWN, expression),
            "(sensitive)",
            "{expression}"
        );
    }
}

#[test]
fn chains_end_where_the_value_was_written() {
    let main = r#"{ "parameters": { "o": {"type": "object", "defaultValue": {"zone": "z1"}} },
        "variables": { "v": "[parameters('o').zone]" },
        "resources": [ { "type": "Contoso.Net/probes", "name": "p",
          "properties": { "v": "[variables('v')]", "made": "[concat(variables('v'), 'x')]",
            "chosen": "[if(true(), 'a', 'b')]", "first": "[first(createArray(variables('v')))]" } } ] }"#;
    let (declarations, sources) = declare(&[("main.json", main)]);
    assert_eq!(declarations.problems, []);
    let resource = &declarations.resources[0];
    let of = |path: &str| places(&sources, &read(resource, path));
    assert_eq!(
        of("properties.v"),
        [
            "[variables('v')] reads variables('v')",
            "[parameters('o').zone] reads parameters('o').zone",
            "z1"
        ]
    );
    assert_eq!(of("properties.made"), ["[concat(variables('v'), 'x')]"]);
    assert_eq!(of("properties.chosen"), ["'a'"]);
    assert_eq!(
        of("properties.first").last().map(String::as_str),
        Some("z1")
    );
    assert_eq!(of("name"), ["p"]);
}

/// A value says what decided that it is this one.
#[test]
fn what_decides_is_kept() {
    let text = r#"{
        "parameters": { "tls": { "type": "string", "defaultValue": "Disabled" } },
        "resources": [{ "type": "a/b", "apiVersion": "2020-01-01", "name": "x",
            "properties": { "v": "[if(equals(parameters('tls'), 'Enabled'), 'ON', 'OFF')]", "w": "[if(true(), 1, 2)]" } }]
    }"#;
    let declarations = template(text);
    let decided = |path: &str| {
        let value = read(&declarations.resources[0], path);
        let origin = value.origin()?.clone();
        let mut chain = origin.chain();
        chain.find_map(|link| Some(link.decided.as_ref()?.name.to_string()))
    };
    assert_eq!(
        decided("properties.v").as_deref(),
        Some("parameters('tls')")
    );
    assert_eq!(decided("properties.w"), None);
}

#[test]
fn copies_make_lists() {
    let text = r#"{ "parameters": { "names": {"type": "array", "defaultValue": ["x", "y"]}, "open": {"type": "array"} },
        "variables": { "copy": [ {"name": "list", "count": 2, "input": "[concat('i', copyIndex('list'))]"} ],
          "inner": { "copy": [ {"name": "deep", "count": 2, "input": {"n": "[copyIndex('deep', 1)]"}} ] } },
        "resources": [ { "type": "Contoso.Net/probes", "name": "p", "copy": {"name": "loop", "count": 1},
          "properties": { "list": "[variables('list')]", "deep": "[variables('inner').deep]",
            "copy": [
              {"name": "both", "count": "[length(parameters('names'))]", "input": "[concat(parameters('names')[copyIndex('both')], copyIndex())]"},
              {"name": "unknown", "count": "[length(parameters('open'))]", "input": {"v": "[parameters('open')[copyIndex('unknown')].v]"}}
            ] } } ] }"#;
    assert_eq!(
        shown(text, "properties"),
        "{list: [i0, i1], deep: [{n: 1}, {n: 2}], both: [x0, y0], unknown: […]}"
    );
    let declarations = template(text);
    let list = read(&declarations.resources[0], "properties.unknown");
    let rest = list.as_list().unwrap().rest.clone().unwrap();
    assert!(rest.element.as_ref().unwrap().as_object().is_some());
}

#[test]
fn circles_and_unknown_names_are_problems_at_their_place() {
    for (text, message, at) in [
        (
            r#"{ "variables": {"a": "[variables('b')]", "b": "[variables('A')]"}, "resources": [], "outputs": {"o": {"value": "[variables('a')]"}} }"#,
            "variable `a` refers to itself",
            "[variables('A')]",
        ),
        (
            r#"{ "parameters": {"zone": {}}, "resources": [], "outputs": {"o": {"value": "[concat('x', parameters('zones'))]"}} }"#,
            "the template declares no parameter `zones`",
            "parameters('zones')",
        ),
        (
            r#"{ "resources": [], "outputs": {"o": {"value": "[concat('x',\n \"a\")]"}} }"#,
            "expected a function, a number or a text in single quotes",
            "\\\"",
        ),
        (
            r#"{ "resources": [ { "name": "x" } ] }"#,
            "the resource has no `type`",
            r#"{ "name": "x" }"#,
        ),
    ] {
        let (declarations, sources) = declare(&[("main.json", text)]);
        let problem = declarations.problems.first().expect(text);
        assert_eq!(problem.message, message);
        let span = problem.span.unwrap();
        assert_eq!(&sources.get(span.file).text[span.range()], at);
        assert_eq!(
            declarations.problems.len(),
            1,
            "{:?}",
            declarations.problems
        );
    }
}

#[test]
fn letter_case_comments_and_duplicates_do_not_matter() {
    let text = r#"{ /* c */ "Parameters": { "P": {"TYPE": "string", "DefaultValue": "old", "defaultValue": "new"} },
        "RESOURCES": [ { "Type": "Contoso.Net/probes", "NAME": "[PARAMETERS('p')]", // c
          "Properties": { "line": "a
b" }, } ] }"#;
    assert_eq!(shown(text, "name"), "new");
    assert_eq!(shown(text, "properties.line"), "a\nb");
}

#[test]
fn definitions_make_secrets_too() {
    let text = r##"{ "languageVersion": "2.0", "definitions": {"pw": {"type": "securestring"}},
        "parameters": { "p": {"$ref": "#/definitions/pw", "defaultValue": "x"} },
        "resources": { "r": { "type": "Contoso.Net/probes", "name": "[parameters('p')]" } } }"##;
    assert_eq!(shown(text, "name"), "(sensitive)");
}

#[test]
fn property_names_can_be_expressions() {
    let text = r#"{ "parameters": {"p": {"type": "string"}}, "resources": [ { "type": "Contoso.Net/probes", "name": "p",
        "tags": { "[concat('a', 'b')]": 1 }, "other": { "[parameters('p')]": 1, "x": 2 } } ] }"#;
    assert_eq!(shown(text, "tags"), "{ab: 1}");
    assert_eq!(shown(text, "other"), "{x: 2, …}");
}
