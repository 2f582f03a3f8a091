//! Deployments in deployments.

use super::*;
use crate::value::Tri;

fn nested(extra: &str, parameters: &str, inner: &str) -> String {
    format!(
        r#"{{ "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "dep", {extra}
        "properties": {{ {parameters} "template": {{ {inner} }} }} }}"#
    )
}

const INNER: &str = r#""expressionEvaluationOptions": {"scope": "inner"},"#;

#[test]
fn inner_scope_has_its_own_names() {
    let dep = nested(
        r#""condition": "[parameters('flag')]", "dependsOn": ["first"],"#,
        &format!(
            r#"{INNER} "parameters": {{ "zone": {{"value": "[parameters('zone')]"}}, "none": {{"value": null}} }},"#
        ),
        r#""parameters": {"zone": {"type": "string"}, "none": {"type": "string", "defaultValue": "d"}}, "variables": {"v": "[parameters('zone')]"},
           "resources": [ {"type": "Contoso.Net/in", "name": "[variables('v')]", "tags": {"t": "[parameters('none')]"}} ],
           "outputs": {"zone": {"type": "string", "value": "[reference('z').x]"}, "name": {"type": "string", "value": "[concat(variables('v'), '-out')]"}}"#,
    );
    let text = format!(
        r#"{{ "parameters": {{"flag": {{"type": "bool"}}, "zone": {{"type": "string", "defaultValue": "z"}}}}, "variables": {{"v": "outer"}},
        "resources": [ {{"type": "Contoso.Net/first", "name": "first"}}, {dep},
          {{"type": "Contoso.Net/last", "name": "last", "tags": {{"t": "[reference('dep').outputs.name.value]"}}}} ] }}"#
    );
    let (declarations, sources) = declare(&[("main.json", &text)]);
    assert_eq!(declarations.problems, []);
    let inner_address = "dep/Contoso.Net/in/z";
    assert_eq!(
        addresses(&declarations),
        [
            "Contoso.Net/first/first",
            &format!("{inner_address} if ${{parameters('flag')}}"),
            "Contoso.Net/last/last"
        ]
    );
    let inner = at(&declarations, inner_address);
    assert_eq!(read(inner, "tags.t").shown(), "d");
    assert_eq!(
        places(&sources, &read(inner, "name")),
        [
            "[variables('v')] reads variables('v')",
            "[parameters('zone')] reads parameters('zone')",
            "[parameters('zone')] reads parameters('zone')",
            "z"
        ]
    );
    let graph = &declarations.graph;
    let first = declarations.resources[0].node;
    assert_eq!(graph.waits_for(inner.node, first), Tri::True);
    let last = &declarations.resources[2];
    assert_eq!(read(last, "tags.t").shown(), "z-out");
    assert_eq!(graph.waits_for(last.node, inner.node), Tri::True);
}

#[test]
fn outer_scope_is_the_default() {
    let dep = nested(
        r#""resourceGroup": "other", "copy": {"name": "loop", "count": 2},"#,
        "",
        r#""variables": {"v": "inner"}, "resources": [ {"type": "Contoso.Net/in", "name": "[concat(variables('v'), copyIndex())]",
            "properties": {"group": "[resourceGroup().name]"}} ]"#,
    );
    let text = format!(r#"{{ "variables": {{"v": "outer"}}, "resources": [ {dep} ] }}"#);
    let declarations = template(&text);
    assert_eq!(declarations.problems, []);
    let first = &declarations.resources[0];
    assert_eq!(&*first.address, "dep[0]/Contoso.Net/in/outer0");
    assert!(
        first
            .scope
            .as_ref()
            .unwrap()
            .shown()
            .ends_with("/resourceGroups/other")
    );
    assert_eq!(
        read(first, "properties.group").shown(),
        "${resourceGroup().name}"
    );
    assert_eq!(declarations.resources.len(), 2);
}

#[test]
fn scopes_of_deployments_reach_ids_and_functions() {
    let dep = nested(
        r#""resourceGroup": "[parameters('rg')]", "dependsOn": [],"#,
        INNER,
        r#""resources": [ {"type": "Contoso.Net/in", "name": "x", "location": "[resourceGroup().location]", "properties": {
            "id": "[resourceId('Contoso.Net/in', 'x')]", "name": "[resourceGroup().name]"}} ]"#,
    );
    let text = format!(
        r#"{{ "$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#",
        "parameters": {{"rg": {{"type": "string"}}}},
        "resources": [ {{"type": "Contoso.Resources/resourceGroups", "name": "[parameters('rg')]", "location": "west"}}, {dep} ] }}"#
    );
    let declarations = template(&text);
    assert_eq!(declarations.problems, []);
    assert_eq!(
        declarations.resources[0].scope.as_ref().unwrap().shown(),
        "/subscriptions/${subscription().subscriptionId}"
    );
    let inner = &declarations.resources[1];
    assert_eq!(
        read(inner, "properties.id").shown(),
        "/subscriptions/${subscription().subscriptionId}/resourceGroups/${parameters('rg')}/providers/Contoso.Net/in/x"
    );
    assert_eq!(read(inner, "location").shown(), "west");
}

#[test]
fn linked_templates_are_read_when_they_are_files() {
    let main = r#"{ "resources": [
      { "type": "Microsoft.Resources/deployments", "name": "here", "properties": { "templateLink": {"relativePath": "sub/linked.json"}, "parameters": {"n": {"value": "x"}} } },
      { "type": "Microsoft.Resources/deployments", "name": "gone", "properties": { "templateLink": {"relativePath": "gone.json"}, "parameters": {"n": {"value": "y"}} } },
      { "type": "Microsoft.Resources/deployments", "name": "away", "properties": { "templateLink": {"uri": "https://example.com/a.json"}, "parameters": {"n": {"value": "z"}} } },
      { "type": "Contoso.Net/user", "name": "u", "dependsOn": ["here"], "properties": {"v": "[reference('here').outputs.n.value]", "w": "[reference('away').outputs.n.value]"} } ] }"#;
    let linked = r#"{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "parameters": {"n": {"type": "string"}},
      "resources": [ {"type": "Contoso.Net/in", "name": "[parameters('n')]"},
        { "type": "Microsoft.Resources/deployments", "name": "self", "properties": { "templateLink": {"relativePath": "linked.json"}, "parameters": {"n": {"value": "s"}} } } ],
      "outputs": {"n": {"type": "string", "value": "[parameters('n')]"}} }"#;
    let (declarations, _) = declare(&[("main.json", main), ("sub/linked.json", linked)]);
    // It includes itself.
    assert_eq!(declarations.problems.len(), 1);
    assert!(
        declarations.problems[0]
            .message
            .contains("nested more than")
    );
    let user = declarations.resources.last().unwrap();
    assert_eq!(
        read(user, "properties").shown(),
        "{v: x, w: ${reference('away').outputs.n.value}}"
    );
    let first = declarations.resources[0].node;
    assert_eq!(declarations.graph.waits_for(user.node, first), Tri::True);
    let opaque: Vec<String> = declarations
        .opaque
        .iter()
        .map(|o| {
            format!(
                "{}: {} {}",
                o.address.rsplit('/').next().unwrap(),
                o.cause.text,
                o.inputs.shown()
            )
        })
        .collect();
    assert_eq!(
        opaque,
        [
            "self: deployments are nested deeper than azvet follows {n: s}",
            "gone: the linked template gone.json can't be read: no such file {n: y}",
            "away: the template is linked by address and is not read {n: z}",
        ]
    );
}

#[test]
fn what_a_caller_gives_wrong_is_told_once_with_its_place() {
    let main = r#"{ "resources": [
      { "type": "Microsoft.Resources/deployments", "name": "d", "properties": { "templateLink": {"relativePath": "linked.json"},
        "parameters": {"base": {"value": "no address"}} } } ] }"#;
    let linked = r#"{ "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "parameters": {"base": {"type": "string"}},
      "variables": {"a": "[uri(parameters('base'), 'a')]", "b": "[uri(parameters('base'), 'b')]"},
      "resources": [ {"type": "Contoso.Net/in", "name": "n", "properties": {"a": "[variables('a')]", "b": "[variables('b')]"}} ] }"#;
    let (declarations, _) = declare(&[("main.json", main), ("linked.json", linked)]);
    let [problem] = &*declarations.problems else {
        panic!("{:?}", declarations.problems)
    };
    let help = problem.help.as_ref().unwrap();
    assert!(
        help.ends_with("the value comes from main.json:3; the same at line 2"),
        "{help}"
    );
}

#[test]
fn addresses_mean_files_where_their_path_is_one() {
    let main = r#"{ "parameters": {"base": {"type": "string"}, "token": {"type": "securestring"}},
      "variables": {"beside": "[uri(deployment().properties.templateLink.uri, concat('parts/x.json', parameters('token')))]"}, "resources": [
      { "type": "Microsoft.Resources/deployments", "name": "base", "properties": { "templateLink": {"uri": "[concat(parameters('base'), '/parts/x.json?', parameters('token'))]"} } },
      { "type": "Microsoft.Resources/deployments", "name": "beside", "properties": { "templateLink": {"uri": "[variables('beside')]"} } },
      { "type": "Microsoft.Resources/deployments", "name": "whole", "properties": { "templateLink": {"uri": "https://h.example/owner/repo/main/parts/x.json"} } },
      { "type": "Microsoft.Resources/deployments", "name": "bare", "properties": { "templateLink": {"uri": "https://h.example/elsewhere/y.json"} } },
      { "type": "Microsoft.Resources/deployments", "name": "none", "properties": { "templateLink": {"uri": "[concat(parameters('base'), '/parts/gone.json')]"} } },
      { "type": "Microsoft.Resources/deployments", "name": "spec", "properties": { "templateLink": {"id": "/subscriptions/s"} } } ] }"#;
    let schema = r#""$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","#;
    let part =
        format!(r#"{{ {schema} "resources": [ {{"type": "Contoso.Net/in", "name": "x"}} ] }}"#);
    let files = [
        ("main.json", main),
        ("parts/x.json", &part),
        ("y.json", &part),
    ];
    let (declarations, sources) = declare(&files);
    assert_eq!(
        addresses(&declarations),
        [
            "base/Contoso.Net/in/x",
            "beside/Contoso.Net/in/x",
            "whole/Contoso.Net/in/x"
        ]
    );
    let closed: Vec<&str> = declarations.opaque.iter().map(|o| &*o.address).collect();
    assert_eq!(closed, ["bare", "none", "spec"]);
    let called: Vec<String> = declarations
        .called
        .iter()
        .map(|file| sources.get(*file).path.clone())
        .collect();
    assert_eq!(called, ["parts/x.json"]);
}

#[test]
fn user_defined_functions_are_called() {
    let functions = r#""functions": [ {"namespace": "__my", "members": { "twice": { "parameters": [{"name": "x", "type": "string"}],
        "output": {"type": "string", "value": "[concat(parameters('x'), parameters('X'))]"} } }} ],"#;
    assert_eq!(evaluated(functions, "__my.TWICE('a')"), "aa");
    assert_eq!(
        evaluated(functions, "__my.gone('a')"),
        "problem: there is no function `__my.gone`"
    );
    assert_eq!(
        evaluated(functions, "__my.twice()"),
        "problem: `__my.twice` takes 1 argument, not 0"
    );
    let sections = r#""parameters": {"outside": {"type": "string"}}, "functions": [ {"namespace": "a", "members": {
        "endless": { "parameters": [{"name": "x", "type": "string"}], "output": {"value": "[concat(a.endless(parameters('x')), a.endless(parameters('x')))]"} },
        "reads": { "parameters": [], "output": {"value": "[parameters('outside')]"} } }} ],"#;
    assert_eq!(
        evaluated(sections, "a.reads()"),
        "problem: the function has no parameter `outside`"
    );
    assert_eq!(
        evaluated(sections, "a.endless('x')"),
        "problem: function `a.endless` calls itself"
    );
}
