//! Values and the types that parameters are declared with.

use super::*;

/// What is told of a value for a parameter `p` of a declared type: in a parameter file, given to a
/// nested deployment, and as the default that it leaves.
fn told(declared: &str, value: &str) -> Vec<String> {
    let definitions = r##""even": { "type": "int", "allowedValues": [2, 4] }, "tree": { "type": "object",
        "properties": { "n": { "$ref": "#/definitions/even" }, "next": { "$ref": "#/definitions/tree", "nullable": true } },
        "additionalProperties": false }, "maybe": { "type": "string", "nullable": true }, "loop": { "$ref": "#/definitions/loop" },
        "missing": { "$ref": "#/definitions/none" }"##;
    let template = |default: &str| {
        format!(
            r##"{{ "languageVersion": "2.0", "definitions": {{ {definitions} }},
            "parameters": {{ "p": {{ {declared} {default} }} }}, "resources": {{}} }}"##
        )
    };
    let messages = |files: &[(&str, &str)]| -> Vec<String> {
        let problems = declare(files).0.problems.into_iter();
        problems.map(|p| p.message).collect()
    };
    let plain = template("");
    let in_file = messages(&[
        ("main.json", &plain),
        (
            "params.json",
            &format!(r#"{{ "parameters": {{ "p": {{ "value": {value} }} }} }}"#),
        ),
    ]);
    let default = format!(r#", "defaultValue": {value}"#);
    let by_default = messages(&[
        ("main.json", &template(&default)),
        ("params.json", r#"{ "parameters": {} }"#),
    ]);
    let deployed = format!(
        r#"{{ "resources": [ {{ "type": "Microsoft.Resources/deployments", "name": "d", "properties": {{ "template": {plain},
            "expressionEvaluationOptions": {{ "scope": "inner" }}, "parameters": {{ "p": {{ "value": {value} }} }} }} }} ] }}"#
    );
    let nested = messages(&[("main.json", &deployed)]);
    assert_eq!(in_file, by_default, "{declared} {value}");
    assert_eq!(in_file, nested, "{declared} {value}");
    in_file
}

/// The examples of azure-docs' articles/azure-resource-manager/templates/definitions.md, and some more.
#[test]
fn values_are_taken_or_refused_as_documented() {
    let tuple = r#""type": "array", "prefixItems": [ {"type": "int"}, {"type": "bool"} ]"#;
    let tuple_of = |items: &str| format!(r#"{tuple}, "items": {items}"#);
    let members = r#""type": "object", "properties": { "foo": {"type": "string", "minLength": 3}, "bar": {"type": "int", "minValue": 0} }"#;
    let members_and = |other: &str| format!(r#"{members}, "additionalProperties": {other}"#);
    let tagged = r##""type": "object", "discriminator": { "propertyName": "type", "mapping": {
        "ints": {"type": "object", "additionalProperties": {"type": "int"}}, "strings": {"type": "object", "additionalProperties": {"type": "string"}},
        "tree": {"$ref": "#/definitions/tree"} } }"##;
    let name = r#""type": "string", "minLength": 3, "maxLength": 4"#;
    let month = r#""type": "int", "minValue": 1, "maxValue": 12"#;
    let list = r#""type": "array", "minLength": 1, "maxLength": 2"#;
    let reference = |name: &str| format!(r##""$ref": "#/definitions/{name}""##);
    let good: &[(&str, &str)] = &[
        (name, r#""abc""#),
        (name, r#""äöüß""#),
        (month, "12"),
        (list, "[1, null]"),
        (members, r#"{"foo": "string", "bar": 1, "more": []}"#),
        (members, r#"{"FOO": "string", "bar": 1}"#),
        (&members_and("false"), r#"{"foo": "string", "bar": 1}"#),
        (
            &members_and("true"),
            r#"{"foo": "string", "bar": 1, "fizz": 1}"#,
        ),
        (
            &members_and(r#"{"type": "string"}"#),
            r#"{"foo": "string", "bar": 1, "fizz": ""}"#,
        ),
        (tagged, r#"{"type": "ints", "foo": 1, "bar": 2}"#),
        (
            tagged,
            r#"{"type": "strings", "fizz": "buzz", "the": "weasel"}"#,
        ),
        (tuple, "[1, true]"),
        (&tuple_of("true"), r#"[1, true, false, "foo"]"#),
        (&tuple_of("false"), "[1, true]"),
        (&tuple_of(r#"{"type": "int"}"#), "[1, true, 1, 1]"),
        (r#""type": "array", "items": {"type": "int"}"#, "[1, 2]"),
        (
            r##""type": "array", "items": {"$ref": "#/definitions/even"}"##,
            "[2, 4]",
        ),
        (&reference("tree"), r#"{"n": 2, "next": {"n": 4}}"#),
        (
            r##""type": "object", "properties": {"a": {"$ref": "#/definitions/maybe"}}"##,
            "{}",
        ),
        (
            r#""type": "object", "properties": {"a": {"type": "securestring", "minLength": 9}}"#,
            r#"{"a": "x"}"#,
        ),
        (r#""type": "securestring", "minLength": 9"#, r#""x""#),
        (
            r#""type": "array", "allowedValues": ["a", "b"]"#,
            r#"["B", "a", "a"]"#,
        ),
        (
            r#""type": "array", "allowedValues": [["a", "b"]]"#,
            r#"["c"]"#,
        ),
        (
            r#""type": "array", "allowedValues": ["a", {"b": 1}]"#,
            r#"["c"]"#,
        ),
        (r#""type": "unheard-of""#, "1"),
        (&reference("loop"), "1"),
        (&reference("missing"), "1"),
    ];
    for (declared, value) in good {
        assert_eq!(told(declared, value), [""; 0], "{declared} {value}");
    }
    let bad: &[(&str, &str, &str)] = &[
        (
            name,
            r#""ab""#,
            "`p` takes at least 3 characters, and this has 2",
        ),
        (
            name,
            r#""abcde""#,
            "`p` takes at most 4 characters, and this has 5",
        ),
        (month, "0", "`p` is at least 1, and this is 0"),
        (month, "13", "`p` is at most 12, and this is 13"),
        (list, "[]", "`p` takes at least 1 member, and this has 0"),
        (
            members,
            r#"{"foo": "string", "bar": -1}"#,
            "`p.bar` is at least 0, and this is -1",
        ),
        (
            members,
            r#"{"foo": "", "bar": 1}"#,
            "`p.foo` takes at least 3 characters, and this has 0",
        ),
        (members, r#"{"foo": "string"}"#, "`p` has no `bar`"),
        (
            &members_and("false"),
            r#"{"foo": "string", "bar": 1, "fizz": "buzz"}"#,
            "`p` takes no `fizz`",
        ),
        (
            &members_and(r#"{"type": "string"}"#),
            r#"{"foo": "abc", "bar": 1, "x": 1}"#,
            "`p.x` is of type string, and this is a number",
        ),
        (
            tagged,
            r#"{"type": "ints", "fizz": "buzz"}"#,
            "`p.fizz` is of type int, and this is a string",
        ),
        (
            tagged,
            r#"{"type": "floats"}"#,
            "`p.type` does not allow this value",
        ),
        (
            tagged,
            r#"{"type": "tree", "n": 3}"#,
            "`p.n` does not allow this value",
        ),
        (tagged, "{}", "`p` has no `type`"),
        (
            tuple,
            r#"[1, "string"]"#,
            "`p[1]` is of type bool, and this is a string",
        ),
        (tuple, "[1]", "`p` takes 2 members, and this has 1"),
        (
            &tuple_of("false"),
            "[1, true, 1]",
            "`p` takes 2 members, and this has 3",
        ),
        (
            &tuple_of(r#"{"type": "int"}"#),
            r#"[1, true, "foo"]"#,
            "`p[2]` is of type int, and this is a string",
        ),
        (
            r##""type": "array", "items": {"$ref": "#/definitions/even"}"##,
            "[2, 3]",
            "`p[1]` does not allow this value",
        ),
        (
            &reference("tree"),
            r#"{"n": 2, "next": {"n": 2, "next": {"m": 1, "n": 2}}}"#,
            "`p.next.next` takes no `m`",
        ),
        (
            &reference("even"),
            "1.5",
            "`p` is of type int, and this is a number with a fraction",
        ),
        (
            r#""type": "array", "allowedValues": ["a", "b"]"#,
            r#"["a", "c"]"#,
            "`p[1]` does not allow this value",
        ),
    ];
    for (declared, value, expected) in bad {
        let told = told(declared, value);
        assert_eq!(
            told,
            [format!("parameter {expected}")],
            "{declared} {value}"
        );
    }
}

#[test]
fn only_later_templates_look_into_objects() {
    let text = r#"{ "parameters": { "p": { "type": "object", "properties": { "a": { "type": "int" } } } }, "resources": [] }"#;
    let given = r#"{ "parameters": { "p": { "value": { "a": "x" } } } }"#;
    let told = declare(&[("main.json", text), ("params.json", given)]).0;
    assert_eq!(told.problems, []);
}

#[test]
fn of_what_is_partly_known_what_is_known_counts() {
    let told = |value: &str| {
        let inner = r#"{ "parameters": { "p": { "type": "string", "minLength": 3, "maxLength": 4 } }, "resources": [] }"#;
        let text = format!(
            r#"{{ "parameters": {{ "a": {{ "type": "string" }}, "d": {{ "type": "string", "defaultValue": "x" }} }}, "resources": [
                {{ "type": "Microsoft.Resources/deployments", "name": "d", "properties": {{ "template": {inner},
                    "expressionEvaluationOptions": {{ "scope": "inner" }}, "parameters": {{ "p": {{ "value": "[{value}]" }} }} }} }} ] }}"#
        );
        let problems = template(&text).problems.into_iter();
        problems.map(|p| p.message).collect::<Vec<_>>()
    };
    for open in [
        "parameters('a')",
        "concat(parameters('a'), 'x')",
        "concat(parameters('a'), 'four')",
        "if(equals(parameters('a'), 'b'), '', 'abc')",
        // A deployment may replace the default.
        "parameters('d')",
    ] {
        assert_eq!(told(open), [""; 0], "{open}");
    }
    assert_eq!(
        told("concat(parameters('a'), '-five')"),
        ["parameter `p` takes at most 4 characters, and this has 5 or more"]
    );
}

#[test]
fn outputs_have_types_too() {
    let text = r##"{ "languageVersion": "2.0", "definitions": { "month": { "type": "int", "minValue": 1 } },
        "parameters": { "s": { "type": "string" }, "d": { "type": "string", "defaultValue": "x" } }, "resources": {},
        "outputs": { "default": { "type": "int", "value": "[parameters('d')]" }, "open": { "type": "int", "value": "[parameters('s')]" },
          "sometimes": { "type": "int", "condition": "[empty(parameters('s'))]", "value": "x" }, "good": { "type": "String", "value": "x" },
          "bad": { "type": "int", "value": "x" }, "month": { "$ref": "#/definitions/month", "value": "[sub(1, 1)]" },
          "list": { "type": "array", "copy": { "count": 2, "input": "x" } }, "secret": { "type": "securestring", "value": 1 } } }"##;
    let problems = template(text).problems.into_iter();
    assert_eq!(
        problems.map(|p| p.message).collect::<Vec<_>>(),
        [
            "output `bad` is of type int, and this is a string",
            "output `month` is at least 1, and this is 0"
        ]
    );
}

#[test]
fn a_default_excuses_only_what_reads_it() {
    let inner =
        r#"{ "parameters": { "p": { "type": "int" }, "q": { "type": "int" } }, "resources": [] }"#;
    let text = format!(
        r#"{{ "parameters": {{ "d": {{ "type": "string", "defaultValue": "x" }} }}, "resources": [
            {{ "type": "Microsoft.Resources/deployments", "name": "[parameters('d')]", "properties": {{ "template": {inner},
                "expressionEvaluationOptions": {{ "scope": "inner" }},
                "parameters": {{ "p": {{ "value": "[parameters('d')]" }}, "q": {{ "value": "x" }} }} }} }} ] }}"#
    );
    let problems = template(&text).problems.into_iter();
    assert_eq!(
        problems.map(|p| p.message).collect::<Vec<_>>(),
        ["parameter `q` is of type int, and this is a string"]
    );
}

#[test]
fn defaults_that_are_refused_are_noticed() {
    let text = r#"{ "parameters": { "p": { "type": "int", "minValue": 1, "defaultValue": 0 },
        "q": { "type": "array", "minLength": 1, "defaultValue": "" } }, "resources": [] }"#;
    let told = template(text);
    assert_eq!(told.problems, []);
    let notices: Vec<&str> = told.notices.iter().map(|n| n.message.as_str()).collect();
    assert_eq!(notices, ["parameter `p` is at least 1, and this is 0"]);
}
