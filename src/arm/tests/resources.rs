//! Names, ids, loops, conditions, dependencies.

use super::*;
use crate::value::Tri;

const ID: &str = "/subscriptions/${subscription().subscriptionId}/resourceGroups/${resourceGroup().name}/providers";

#[test]
fn children_have_full_names_however_they_are_written() {
    let declarations = template(
        r#"{ "parameters": {"net": {"type": "string"}}, "resources": [
        { "type": "Contoso.Net/networks", "name": "[parameters('net')]", "apiVersion": "2020-01-01", "location": "west",
          "resources": [ { "type": "parts", "name": "a", "resources": [ { "type": "bits", "name": "b" } ] },
            { "type": "Contoso.Net/networks/parts", "name": "[concat(parameters('net'), '/full')]" } ] },
        { "type": "Contoso.Net/networks/parts", "name": "[format('{0}/c', parameters('net'))]" } ] }"#,
    );
    assert_eq!(
        addresses(&declarations),
        [
            "Contoso.Net/networks/${parameters('net')}",
            "Contoso.Net/networks/parts/${parameters('net')}/a",
            "Contoso.Net/networks/parts/bits/${parameters('net')}/a/b",
            "Contoso.Net/networks/parts/${parameters('net')}/full",
            "Contoso.Net/networks/parts/${parameters('net')}/c",
        ]
    );
    let bits = &declarations.resources[2];
    assert_eq!(&*bits.type_name, "Contoso.Net/networks/parts/bits");
    assert_eq!(read(bits, "name").shown(), "${parameters('net')}/a/b");
    assert_eq!(
        bits.parent.as_deref(),
        Some("Contoso.Net/networks/parts/${parameters('net')}/a")
    );
    assert_eq!(
        declarations.resources[0].version.as_deref(),
        Some("2020-01-01")
    );
    assert_eq!(
        format!(
            "{}/",
            declarations.resources[0].scope.as_ref().unwrap().shown()
        ),
        ID.replace("providers", "")
    );
}

#[test]
fn loops_repeat_resources() {
    let declarations = template(
        r#"{ "parameters": {"n": {"type": "int"}, "big": {"type": "bool"}, "list": {"type": "array"}}, "resources": [
        { "type": "Contoso.Net/a", "name": "[concat('a', copyIndex(1))]", "copy": {"name": "as", "count": 2} },
        { "type": "Contoso.Net/b", "name": "[concat('b', copyIndex('bs'))]", "copy": {"name": "bs", "count": "[length(parameters('list'))]"} },
        { "type": "Contoso.Net/c", "name": "[format('c{0}', copyIndex())]", "copy": {"name": "cs", "count": "[if(parameters('big'), 2, 1)]"} },
        { "type": "Contoso.Net/d", "name": "d", "copy": {"name": "ds", "count": 0} } ] }"#,
    );
    assert_eq!(declarations.problems, []);
    assert_eq!(
        addresses(&declarations),
        [
            "Contoso.Net/a/a1[0]",
            "Contoso.Net/a/a2[1]",
            "Contoso.Net/b/b${copyIndex('bs')}[*] if ${length(parameters('list')) > 0}",
            "Contoso.Net/c/c0[0]",
            "Contoso.Net/c/c1[1] if ${parameters('big')}",
        ]
    );
}

#[test]
fn too_many_copies_are_a_problem() {
    let declarations = template(
        r#"{ "resources": [ { "type": "Contoso.Net/a", "name": "[concat('a', copyIndex())]",
            "copy": {"name": "as", "count": 1000000000} } ] }"#,
    );
    assert_eq!(declarations.resources.len(), 1);
    assert_eq!(
        declarations.problems[0].message,
        "`copy` makes more than 800 copies"
    );
}

#[test]
fn what_is_depended_on_is_found_in_every_form() {
    let declarations = template(
        r#"{ "parameters": {"n": {"type": "string"}}, "resources": [
        { "type": "Contoso.Net/networks", "name": "[parameters('n')]", "resources": [ { "type": "parts", "name": "p" } ] },
        { "type": "Contoso.Net/a", "name": "a", "copy": {"name": "loop", "count": 2}, "dependsOn": ["[resourceId('contoso.net/Networks', parameters('n'))]"] },
        { "type": "Contoso.Net/b", "name": "b", "dependsOn": ["loop", "[concat('Contoso.Net/networks/', parameters('n'), '/parts/p')]"] },
        { "type": "Contoso.Net/c", "name": "c", "dependsOn": ["b"] },
        { "type": "Contoso.Net/d", "name": "d", "properties": {"x": "[reference('c').y]"} },
        { "type": "Contoso.Net/e", "name": "e" } ] }"#,
    );
    let node = |address: &str| at(&declarations, address).node;
    let waits = |a: &str, b: &str| declarations.graph.waits_for(node(a), node(b)) == Tri::True;
    let net = "Contoso.Net/networks/${parameters('n')}";
    assert!(waits("Contoso.Net/a/a[0]", net));
    assert!(waits("Contoso.Net/b/b", "Contoso.Net/a/a[1]"));
    assert!(waits(
        "Contoso.Net/b/b",
        "Contoso.Net/networks/parts/${parameters('n')}/p"
    ));
    assert!(waits("Contoso.Net/d/d", net));
    assert!(!waits("Contoso.Net/e/e", net) && !waits(net, "Contoso.Net/d/d"));
}

#[test]
fn what_is_depended_on_has_to_be_in_the_template() {
    let messages = |resources: &str| {
        let declarations = template(&format!(
            r#"{{ "parameters": {{"n": {{"type": "string"}}, "big": {{"type": "bool"}}}}, "resources": [ {resources} ] }}"#
        ));
        let problems = declarations.problems.iter();
        problems.map(|p| p.message.clone()).collect::<Vec<_>>()
    };
    let waits = |on: &str| {
        messages(&format!(
            r#"{{ "type": "Contoso.Net/a", "name": "a" }}, {{ "type": "Contoso.Net/b", "name": "b", "dependsOn": [{on}] }}"#
        ))
    };
    assert_eq!(
        waits(r#""a", "gone""#),
        ["the template deploys no `gone` to wait for"]
    );
    assert_eq!(
        waits(r#""[resourceId('Contoso.Net/a', 'gone')]""#),
        ["the template deploys no `Contoso.Net/a/gone` to wait for"]
    );
    // What may be there, or may not be waited for, is not told of.
    for on in [
        r#""[parameters('n')]""#,
        r#""[if(parameters('big'), 'gone', 'a')]""#,
        r#""[resourceId('other', 'Contoso.Net/a', 'a')]""#,
    ] {
        assert_eq!(waits(on), Vec::<String>::new(), "{on}");
    }
    let empty_loop = r#"{ "type": "Contoso.Net/a", "name": "[concat('a', copyIndex())]", "copy": {"name": "as", "count": 0} },
        { "type": "Contoso.Net/b", "name": "b", "dependsOn": ["as", "[resourceId('Contoso.Net/a', 'a0')]"] }"#;
    assert_eq!(messages(empty_loop), Vec::<String>::new());
}

#[test]
fn references_read_what_is_declared_and_no_more() {
    let (declarations, sources) = declare(&[(
        "main.json",
        r#"{ "resources": [
        { "type": "Contoso.Net/a", "name": "a", "sku": {"name": "s"}, "properties": {"known": "k", "deep": {"x": 1}} },
        { "type": "Contoso.Net/b", "name": "b", "properties": {
          "known": "[reference(resourceId('Contoso.Net/a', 'a'), '2020').known]", "other": "[reference('a').other]",
          "deep": "[reference('a').deep.y]", "sku": "[reference('a', '2020', 'Full').sku.name]",
          "same": "[equals(reference('a').other, reference(resourceId('Contoso.Net/a', 'a')).other)]",
          "outside": "[reference('elsewhere').x]" } } ] }"#,
    )]);
    assert_eq!(declarations.problems, []);
    let b = &declarations.resources[1];
    assert_eq!(
        read(b, "properties").shown(),
        "{known: k, other: ${reference('a').other}, deep: ${reference('a').deep.y}, sku: s, same: true, outside: ${reference('elsewhere').x}}"
    );
    let known = read(b, "properties.known");
    let reference = known.origin().unwrap().references().next().unwrap().clone();
    assert_eq!(
        (&*reference.resource, &*reference.attribute),
        ("Contoso.Net/a/a", "properties.known")
    );
    assert_eq!(places(&sources, &known).last().unwrap(), "k");
    let other = read(b, "properties.other");
    assert_eq!(
        &*other.as_symbol().unwrap().reference().unwrap().attribute,
        "properties.other"
    );
}

#[test]
fn ids_are_spelt_exactly() {
    for (expression, expected) in [
        (
            "resourceId('Contoso.Net/networks/parts', 'n', 'p')",
            &*format!("{ID}/Contoso.Net/networks/n/parts/p"),
        ),
        (
            "resourceId('g', 'Contoso.Net/a', 'n')",
            "/subscriptions/${subscription().subscriptionId}/resourceGroups/g/providers/Contoso.Net/a/n",
        ),
        (
            "resourceId('s', 'g', 'Contoso.Net/a', 'n')",
            "/subscriptions/s/resourceGroups/g/providers/Contoso.Net/a/n",
        ),
        (
            "subscriptionResourceId('Contoso.Net/a', 'n')",
            "/subscriptions/${subscription().subscriptionId}/providers/Contoso.Net/a/n",
        ),
        (
            "tenantResourceId('Contoso.Net/a', 'n')",
            "/providers/Contoso.Net/a/n",
        ),
        (
            "extensionResourceId('/x', 'Contoso.Net/a', 'n')",
            "/x/providers/Contoso.Net/a/n",
        ),
        (
            "resourceId(parameters('g'), 'Contoso.Net/a', 'n')",
            "/subscriptions/${subscription().subscriptionId}/resourceGroups/${parameters('g')}/providers/Contoso.Net/a/n",
        ),
        (
            "split(resourceId('Contoso.Net/a', parameters('g')), '/')[8]",
            "${parameters('g')}",
        ),
        (
            "resourceId('Contoso.Net/a/b', 'n')",
            "problem: type `Contoso.Net/a/b` goes with 2 names, not 1",
        ),
        (
            "resourceGroup().id",
            "/subscriptions/${subscription().subscriptionId}/resourceGroups/${resourceGroup().name}",
        ),
        (
            "concat(resourceGroup().location, '-', subscription().tenantId)",
            "${resourceGroup().location}-${tenant().tenantId}",
        ),
        ("equals(resourceGroup().name, resourceGroup().name)", "true"),
    ] {
        assert_eq!(
            evaluated(r#""parameters": {"g": {"type": "string"}},"#, expression),
            expected,
            "{expression}"
        );
    }
}

#[test]
fn symbolic_names_name_resources() {
    let declarations = template(
        r#"{ "languageVersion": "2.0", "resources": {
        "net": { "existing": true, "type": "Contoso.Net/networks", "name": "n", "resourceGroup": "other" },
        "part": { "type": "Contoso.Net/networks/parts", "name": "n/p", "properties": {"range": "10.0.0.0/8"} },
        "uses": { "type": "Contoso.Net/users", "name": "[format('u{0}', copyIndex())]", "copy": {"name": "uses", "count": 2},
          "properties": { "range": "[reference('part').range]", "net": "[reference('net').x]", "id": "[resourceInfo('part').id]" }, "dependsOn": ["part"] },
        "last": { "type": "Contoso.Net/users", "name": "last", "dependsOn": ["uses"],
          "properties": { "one": "[reference('uses[1]').range]", "all": "[map(references('uses', 'full'), lambda('u', lambdaVariables('u').properties.range))]" } },
        "ext": { "import": "other", "type": "Other", "properties": {} } } }"#,
    );
    assert_eq!(declarations.problems, []);
    assert_eq!(
        addresses(&declarations),
        ["net", "part", "uses[0]", "uses[1]", "last"]
    );
    assert_eq!(
        declarations.notices[0].message,
        "resources of extension `other` are not looked at"
    );
    let net = at(&declarations, "net");
    assert!(!net.managed);
    assert!(
        net.scope
            .as_ref()
            .unwrap()
            .shown()
            .ends_with("/resourceGroups/other")
    );
    assert_eq!(
        read(at(&declarations, "uses[0]"), "properties").shown(),
        format!(
            "{{range: 10.0.0.0/8, net: ${{reference('net').x}}, id: {ID}/Contoso.Net/networks/n/parts/p}}"
        )
    );
    assert_eq!(
        read(at(&declarations, "last"), "properties").shown(),
        "{one: 10.0.0.0/8, all: [10.0.0.0/8, 10.0.0.0/8]}"
    );
    let node = |a: &str| at(&declarations, a).node;
    assert_eq!(
        declarations.graph.waits_for(node("last"), node("part")),
        Tri::True
    );
}

#[test]
fn resources_in_others_have_ids_and_types_when_they_are_read() {
    let whole = |more: &str| {
        template(&format!(
            r#"{{ "parameters": {{"p": {{"type": "string"}}}}, "resources": [
            {{ "type": "Contoso.Net/wholes", "name": "w", "location": "west", "properties": {{"parts": [ {{"name": "a", "properties": {{"x": 1}}}},
                {{"name": "[parameters('p')]"}} ]}} }}, {more}
            {{ "type": "Contoso.Net/users", "name": "u", "properties": {{
                "first": "[reference(resourceId('Contoso.Net/wholes', 'w')).parts[0].id]",
                "second": "[reference('w', '1', 'Full').properties.parts[1].id]",
                "type": "[first(reference('w').parts).type]",
                "found": "[first(filter(reference('w').parts, lambda('s', equals(lambdaVariables('s').name, 'a')))).id]",
                "where": "[reference(split(reference('w').parts[0].id, '/parts/')[0], '1', 'full').location]" }} }} ] }}"#
        ))
    };
    let read_all = |declarations: &Declarations| -> Vec<String> {
        let user = at(declarations, "Contoso.Net/users/u");
        let names = ["first", "second", "type", "found", "where"];
        names
            .map(|name| read(user, &format!("properties.{name}")).shown())
            .to_vec()
    };
    let declarations = whole("");
    assert_eq!(declarations.problems, []);
    assert_eq!(
        read_all(&declarations),
        [
            format!("{ID}/Contoso.Net/wholes/w/parts/a"),
            format!("{ID}/Contoso.Net/wholes/w/parts/${{parameters('p')}}"),
            "Contoso.Net/wholes/parts".to_owned(),
            // The other may be called so as well, but comes later.
            format!("{ID}/Contoso.Net/wholes/w/parts/a"),
            "west".to_owned(),
        ]
    );
    // With others declared by themselves, which of them is where is not known.
    let more = whole(r#"{ "type": "Contoso.Net/wholes/parts", "name": "w/c" },"#);
    assert!(
        read_all(&more)[0].starts_with("${"),
        "{:?}",
        read_all(&more)
    );
    // The same one declared once more is no other.
    let same = whole(r#"{ "type": "Contoso.Net/wholes/parts", "name": "w/a" },"#);
    assert_eq!(read_all(&same)[0], read_all(&declarations)[0]);
}

#[test]
fn what_a_cloud_answers_is_known_by_case() {
    for (expression, expected) in [
        ("environment().suffixes.host", ".white or .grey"),
        (
            "concat('db', environment().suffixes.HOST)",
            "db.white or db.grey",
        ),
        ("environment().name", "${environment().name}"),
        // The name and what goes with it are one choice.
        (
            "if(equals(environment().name, 'White'), environment().suffixes.host, 'other')",
            ".white or other",
        ),
        (
            "environment().suffixes.more",
            "${environment().suffixes.more}",
        ),
        ("environment().portal", "${environment().portal}"),
    ] {
        assert_eq!(evaluated("", expression), expected, "{expression}");
    }
}

#[test]
fn what_is_said_to_exist_is_read_where_it_is_created() {
    let declarations = template(
        r#"{ "languageVersion": "2.0", "resources": {
        "whole": { "type": "Contoso.Net/wholes", "name": "w", "properties": {"parts": [{"name": "a"}]} },
        "inner": { "type": "Microsoft.Resources/deployments", "name": "inner", "properties": { "expressionEvaluationOptions": {"scope": "inner"},
          "template": { "languageVersion": "2.0", "resources": {
            "there": { "existing": true, "type": "Contoso.Net/wholes", "name": "w" },
            "user": { "type": "Contoso.Net/users", "name": "u", "properties": {"id": "[reference('there').parts[0].id]"} } } } } } } }"#,
    );
    let user = at(&declarations, "inner/user");
    assert_eq!(
        read(user, "properties.id").shown(),
        format!("{ID}/Contoso.Net/wholes/w/parts/a")
    );
    // To say that it exists waits for nothing.
    let whole = at(&declarations, "whole").node;
    assert_eq!(declarations.graph.waits_for(user.node, whole), Tri::False);
}

#[test]
fn rounds_are_read_by_their_ids() {
    let declarations = template(
        r#"{ "languageVersion": "2.0", "parameters": {"n": {"type": "int"}}, "resources": {
        "many": { "type": "Contoso.Net/many", "name": "[format('m{0}', copyIndex())]", "copy": {"name": "many", "count": 2} },
        "by": { "type": "Contoso.Net/users", "name": "by", "properties": {
            "name": "[reference(format('many[{0}]', parameters('n'))).x]",
            "id": "[reference(resourceId('Contoso.Net/many', format('m{0}', parameters('n')))).x]",
            "none": "[reference('many[2]').x]" } } } }"#,
    );
    let by = at(&declarations, "by");
    let part = |name: &str| read(by, &format!("properties.{name}"));
    assert_eq!(
        crate::value::eq(&part("name"), &part("id")).as_bool(),
        Some(true)
    );
    let [problem] = &*declarations.problems else {
        panic!("{:?}", declarations.problems)
    };
    assert_eq!(problem.message, "`many` has no round 2: the loop makes 2");
}

#[test]
fn extension_resources_take_the_scope_they_extend() {
    let declarations = template(
        r#"{ "resources": [ { "type": "Contoso.Net/locks", "name": "l", "scope": "[resourceId('Contoso.Net/a', 'a')]" },
        { "type": "Contoso.Net/locks", "name": "m", "scope": "Contoso.Net/a/a" } ] }"#,
    );
    for resource in &declarations.resources {
        assert_eq!(
            resource.scope.as_ref().unwrap().shown(),
            format!("{ID}/Contoso.Net/a/a")
        );
    }
}
