//! Whatever the input: an answer, and no panic.

use super::*;

const SAMPLE: &str = r#"{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", // c
  "parameters": { "a": {"type": "array", "defaultValue": ["x\u00e9", "\"y"]}, "u": {"type": "object"} },
  "variables": { "copy": [ {"name": "l", "count": 2, "input": "[copyIndex('l')]"} ], "v": "[concat('a''b', string(variables('l')[0]))]" },
  "resources": [ { "type": "Contoso.Net/networks", "name": "[format('{0}-{1}', variables('v'), copyIndex())]", "copy": {"name": "c", "count": "[length(parameters('a'))]"},
      "condition": "[contains(parameters('u'), 'k')]", "properties": { "x": "[parameters('u').?k[?'z'].y]", "n": -1.5e3, "b": [true, null] } },
    { "type": "Microsoft.Resources/deployments", "name": "dep", "dependsOn": ["c"], "properties": { "expressionEvaluationOptions": {"scope": "inner"},
      "parameters": {"p": {"value": "[reference('c').z]"}}, "template": { "parameters": {"p": {}}, "resources": [ {"type": "Contoso.Net/in", "name": "[parameters('p')]"} ],
        "outputs": {"o": {"type": "string", "value": "[parameters('p')]"}} } } } ],
  "outputs": { "o": {"type": "string", "value": "[reference('dep').outputs.o.value]"} } }"#;

#[test]
fn the_sample_is_good() {
    let declarations = template(SAMPLE);
    assert_eq!(declarations.problems, []);
    assert_eq!(declarations.resources.len(), 3);
}

#[test]
fn a_template_cut_off_anywhere_is_a_problem() {
    for end in (0..SAMPLE.len()).filter(|&i| SAMPLE.is_char_boundary(i)) {
        let declarations = template(&SAMPLE[..end]);
        assert_eq!(declarations.problems.len(), 1, "{end}");
    }
}

#[test]
fn a_parameter_file_that_is_none_is_a_problem() {
    let told = |parameters: &str| {
        let files = [(
            "main.json",
            r#"{ "parameters": {"a": {}}, "resources": [] }"#,
        )];
        let files = [files[0], ("params.json", parameters)];
        let problems = declare(&files).0.problems.into_iter();
        problems.map(|p| p.message).collect::<Vec<_>>()
    };
    for good in [
        r#"{"parameters": {"a": {"value": 1}}}"#,
        r#"{"parameters": {}}"#,
        r#"{"a": {"value": "x"}}"#,
    ] {
        assert!(told(good).is_empty(), "{good}");
    }
    for bad in [
        "[]",
        "{}",
        r#"{"parameters": [1]}"#,
        r#"{"a": 1}"#,
        r#"{"parameters": {},,}"#,
    ] {
        assert_eq!(told(bad).len(), 1, "{bad}");
    }
}

#[test]
fn what_a_second_property_hides_is_told() {
    let text = r#"{ "variables": {"old": 1, "same": 1, "same": 1, "copy": [], "copy": [ ]},
        "resources": [],
        "variables": {"a": "[variables('old')]", "b": "[variables('old')]"},
        "outputs": {"a": {"type": "int", "value": "[variables('a')]"}, "b": {"type": "int", "value": "[variables('b')]"}} }"#;
    let (declarations, sources) = declare(&[("main.json", text)]);
    let [notice] = &*declarations.notices else {
        panic!("{:?}", declarations.notices)
    };
    assert_eq!(
        notice.message,
        "`variables` stands in this object already, at line 1"
    );
    let span = notice.span.unwrap();
    assert_eq!(sources.get(span.file).position(span.start).line, 3);
    // One declaration is missing, whatever needs it.
    let [problem] = &*declarations.problems else {
        panic!("{:?}", declarations.problems)
    };
    assert_eq!(problem.message, "the template declares no variable `old`");
    assert!(
        problem
            .help
            .as_ref()
            .unwrap()
            .ends_with("the same at line 3")
    );
}

#[test]
fn names_have_as_many_parts_as_their_types_ask_for() {
    let messages = |resources: &str| {
        let text = format!(
            r#"{{ "parameters": {{"p": {{"type": "string"}}, "d": {{"type": "string", "defaultValue": "d"}}}}, "resources": [{resources}] }}"#
        );
        let declarations = template(&text);
        let told = |problems: &[crate::declared::Problem]| -> Vec<String> {
            problems.iter().map(|p| p.message.clone()).collect()
        };
        (told(&declarations.problems), told(&declarations.notices))
    };
    let child = |name: &str| format!(r#"{{"type": "Contoso.Net/a/b", "name": "{name}"}}"#);
    let wrong = |name: &str, parts: usize| {
        vec![format!(
            "type `Contoso.Net/a/b` goes with a name of 2 parts, and `{name}` has {parts}"
        )]
    };
    assert_eq!(messages(&child("b")), (wrong("b", 1), vec![]));
    assert_eq!(messages(&child("a/b/c")), (wrong("a/b/c", 3), vec![]));
    assert_eq!(
        messages(&child("[format('{0}/b/c', parameters('p'))]")),
        (wrong("${parameters('p')}/b/c", 3), vec![])
    );
    assert_eq!(
        messages(&child("[parameters('d')]")),
        (vec![], wrong("d", 1))
    );
    for right in [
        child("a/b"),
        child("[parameters('p')]"),
        r#"{"type": "Contoso.Net/a", "name": "a", "resources": [{"type": "b", "name": "b"}, {"type": "Contoso.Net/a/b", "name": "a/b"}]}"#.to_owned(),
        r#"{"type": "Contoso.Net/a/b", "name": "b", "condition": false}"#.to_owned(),
    ] {
        assert_eq!(messages(&right), (vec![], vec![]), "{right}");
    }
}

#[test]
fn counts_that_are_refused_are_problems() {
    let told = |count: &str| {
        let text = format!(
            r#"{{ "variables": {{ "n": {count}, "copy": [ {{ "name": "v", "count": {count}, "input": 1 }} ] }}, "resources": [
                {{ "type": "Contoso.Net/a", "name": "[string(copyIndex())]", "copy": {{ "name": "c", "count": "[variables('n')]" }} }},
                {{ "type": "Contoso.Net/b", "name": "b", "properties": {{ "copy": [ {{ "name": "p", "count": {count}, "input": 1 }} ], "v": "[variables('v')]" }} }} ] }}"#
        );
        let problems = template(&text).problems.into_iter();
        problems.map(|p| p.message).collect::<Vec<_>>()
    };
    for good in ["0", "799", "\"3\""] {
        assert!(told(good).is_empty(), "{good}");
    }
    for bad in [
        "-1", "\"many\"", "1.5", "1e300", "801", "true", "[]", "\"\"",
    ] {
        assert_eq!(told(bad).len(), 3, "{bad} {:?}", told(bad));
    }
    assert_eq!(told("801")[0], "`copy` makes more than 800 copies");
}

#[test]
fn loops_in_loops_end_with_a_problem() {
    let text = r#"{ "resources": [ { "type": "Contoso.Net/a", "name": "[string(copyIndex())]", "copy": {"name": "c", "count": 800},
        "properties": { "copy": [ {"name": "p", "count": 800, "input": {"x": {"y": 1}}} ] } } ] }"#;
    let declarations = template(text);
    assert_eq!(
        declarations.problems.len(),
        1,
        "{:?}",
        declarations.problems
    );
    let message = &declarations.problems[0].message;
    assert!(message.contains("more than 200000 values"), "{message}");
}

#[test]
fn what_is_too_much_for_resource_manager_is_a_problem() {
    let named = |n: usize, value: &str| {
        let members: Vec<String> = (0..n).map(|i| format!(r#""m{i}": {value}"#)).collect();
        format!("{{ {} }}", members.join(","))
    };
    let told = |more: usize| {
        let one =
            r#"{ "type": "Contoso.Net/a", "name": "a", "copy": {"name": "c", "count": 400} }"#;
        let conditional =
            r#"{ "type": "Contoso.Net/b", "name": "b", "condition": "[parameters('m0')]" }"#;
        let mut resources = vec![one, one, conditional];
        resources.extend(vec![r#"{ "type": "Contoso.Net/c", "name": "c" }"#; more]);
        let text = format!(
            r#"{{ "parameters": {}, "variables": {}, "outputs": {}, "resources": [ {} ] }}"#,
            named(256 + more, r#"{"type": "bool"}"#),
            named(512 + more, "1"),
            named(64 + more, r#"{"type": "int", "value": 1}"#),
            resources.join(",")
        );
        let problems = template(&text).problems.into_iter();
        problems.map(|p| p.message).collect::<Vec<_>>()
    };
    assert_eq!(told(0), [""; 0]);
    assert_eq!(
        told(1),
        [
            "the template has 257 parameters, more than 256",
            "the template has 513 variables, more than 512",
            "the template has 801 resources, more than 800",
            "the template has 65 outputs, more than 64"
        ]
    );
}

#[test]
fn what_is_too_long_for_resource_manager_is_a_problem() {
    let told = |text: &str| {
        let problems = template(text).problems.into_iter();
        problems.map(|p| p.message).collect::<Vec<_>>()
    };
    let expression = |n: usize| {
        let long = "ä".repeat(n - "[concat('')]".len());
        told(&format!(
            r#"{{ "resources": [], "outputs": {{ "o": {{ "value": "[concat('{long}')]" }} }} }}"#
        ))
    };
    assert_eq!(expression(131_072), [""; 0]);
    assert_eq!(
        expression(131_073),
        ["the expression has more than 131072 characters"]
    );
    let file = |n: usize, of: &str| {
        told(&format!(
            r#"{{"resources":[],"metadata":"{}"}}"#,
            of.repeat(n)
        ))
    };
    assert_eq!(file(4 << 20, " "), [""; 0]);
    assert_eq!(file(4 << 20, "x"), ["the file is larger than 4 MB"]);
}

#[test]
fn more_resources_than_azvet_looks_at_are_a_problem() {
    let one = r#"{ "type": "Contoso.Net/a", "name": "a" }"#;
    let text = format!(r#"{{ "resources": [ {} ] }}"#, vec![one; 20_050].join(","));
    let declarations = template(&text);
    assert_eq!(declarations.resources.len(), 20_000);
    let messages: Vec<&str> = declarations.problems.iter().map(|p| &*p.message).collect();
    assert_eq!(
        messages,
        [
            "the template deploys more than 20000 resources",
            "the template has 20000 resources, more than 800"
        ]
    );
}

#[test]
fn deployments_nested_too_deep_are_a_problem() {
    let nest = |deep: usize| {
        (0..deep).fold(
            r#"{ "type": "Contoso.Net/a", "name": "a" }"#.to_owned(),
            |inner, i| {
                format!(
                    r#"{{ "type": "Microsoft.Resources/deployments", "name": "d{i}", "properties": {{ "template": {{ "resources": [ {inner} ] }} }} }}"#
                )
            },
        )
    };
    let at = |deep| template(&format!(r#"{{ "resources": [ {} ] }}"#, nest(deep)));
    let fine = at(12);
    assert_eq!((fine.problems.len(), fine.resources.len()), (0, 1));
    let deep = at(13);
    assert_eq!(deep.problems.len(), 1, "{:?}", deep.problems);
    assert!(deep.problems[0].message.contains("more than 12 deep"));
    assert_eq!((deep.opaque.len(), deep.resources.len()), (1, 0));
}

#[test]
fn expressions_with_anything_missing_end() {
    for drop in (0..SAMPLE.len()).filter(|&i| SAMPLE.is_char_boundary(i)) {
        let mut text = SAMPLE.to_owned();
        text.remove(drop);
        template(&text);
    }
}

#[test]
fn deep_nesting_ends() {
    let deep = 10_000;
    let value = |inner: &str| {
        format!(r#"{{ "resources": [], "outputs": {{"o": {{"value": {inner} }}}} }}"#)
    };
    let many = |open: &str, close: &str| format!("{}{}", open.repeat(deep), close.repeat(deep));
    for text in [
        value(&many("[", "]")),
        value(&many("{\"a\":", "}")),
        value(&format!("\"[{}]\"", many("concat(", ")"))),
        value(&format!("\"[concat('a'){}]\"", ".a".repeat(deep))),
        value(&format!("\"[concat('a'){}]\"", "['a']".repeat(deep))),
        value(&format!("\"[{}]\"", many("a()[", "]"))),
        format!(
            r#"{{ "resources": {} }}"#,
            many(r#"[{"type": "a/b", "resources": "#, "}]")
        ),
    ] {
        template(&text);
    }
    // As deep as the JSON parser allows, and chains of variables.
    let value_500 = format!("{}{}", "[".repeat(500), "]".repeat(500));
    template(&value(&value_500));
    let variables: Vec<String> = (0..deep)
        .map(|i| format!(r#""v{i}": "[concat(variables('v{}'), 'x')]""#, i + 1))
        .collect();
    let chain = format!(
        r#"{{ "variables": {{ {} , "v{deep}": "end" }}, "resources": [], "outputs": {{"o": {{"value": "[variables('v0')]"}}}} }}"#,
        variables.join(",")
    );
    template(&chain);
    let resources: Vec<String> = (0..deep)
        .map(|i| format!(r#"{{"type": "a.b/c", "name": "r{i}", "properties": {{"x": "[reference('r{}').x]"}}}}"#, i + 1))
        .collect();
    template(&format!(
        r#"{{ "resources": [ {} ] }}"#,
        resources.join(",")
    ));
}

#[test]
fn growth_ends() {
    let doubling = |seed: &str, twice: &str| {
        let variables: Vec<String> = (1..60)
            .map(|i| {
                format!(
                    r#""v{i}": "[{}]""#,
                    twice.replace('@', &format!("variables('v{}')", i - 1))
                )
            })
            .collect();
        format!(
            r#"{{ "parameters": {{"p": {{"type": "bool"}}, "a": {{"type": "array"}}}}, "variables": {{ "v0": {seed}, {} }}, "resources": [], "outputs": {{"o": {{"value": "[variables('v59')]"}}}} }}"#,
            variables.join(",")
        )
    };
    for text in [
        doubling("\"x\"", "concat(@, @)"),
        doubling("[1]", "createArray(@, @)"),
        doubling("[1]", "concat(@, @)"),
        doubling(
            "\"[parameters('p')]\"",
            "if(equals(@, parameters('p')), @, createArray(@, @))",
        ),
        doubling("\"[parameters('a')]\"", "concat(@, @, 'x')"),
        doubling("\"xxxx\"", "replace(@, 'x', @)"),
        doubling("\"xxxx\"", "replace(@, 'x', concat(@, parameters('p')))"),
        doubling("\"xxxx\"", "join(map(range(0, 10000), lambda('i', @)), @)"),
        doubling(
            "\"xxxx\"",
            &format!("format('{}', @)", "{0}".repeat(10_000)),
        ),
        doubling("\"xxxx\"", &format!("concat({}@)", "@, ".repeat(1_000))),
        doubling("{\"a\": 1}", "createObject('a', @, 'b', @)"),
        doubling("[1, 2]", "map(@, lambda('x', @))"),
        doubling(
            "1",
            "reduce(range(0, 10000), createArray(), lambda('a', 'b', createArray(lambdaVariables('a'), lambdaVariables('a'))))",
        ),
        doubling(
            "1",
            "map(range(0, 10000), lambda('a', map(range(0, 10000), lambda('b', 1))))",
        ),
    ] {
        let start = std::time::Instant::now();
        template(&text);
        assert!(start.elapsed().as_secs() < 60, "{}", &text[..300]);
    }
}

#[test]
fn other_json_is_no_template() {
    for text in [
        "",
        "[]",
        "1",
        "null",
        "\"x\"",
        "{} {}",
        "{\"resources\": 1}",
        "{\"resources\": [1, null]}",
        "\u{1}\u{1}",
        "{\"a\": NaN}",
    ] {
        template(text);
    }
}
