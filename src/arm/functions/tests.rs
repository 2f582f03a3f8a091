//! Functions, on what is known, partly known and not known.

use crate::arm::tests::evaluated;

const SECTIONS: &str = r#""parameters": { "s": {"type": "string"}, "b": {"type": "bool"}, "a": {"type": "array"}, "o": {"type": "object"},
    "list": {"type": "array", "defaultValue": ["x", "y", "z"]}, "object": {"type": "object", "defaultValue": {"b": 1, "a": {"c": true}}} },"#;

fn check(table: &[(&str, &str)]) {
    for (expression, expected) in table {
        assert_eq!(evaluated(SECTIONS, expression), *expected, "{expression}");
    }
}

#[test]
fn texts() {
    check(&[
        ("concat('a', 1, parameters('s'))", "a1${parameters('s')}"),
        (
            "concat(parameters('list'), createArray('w'))",
            "[x, y, z, w]",
        ),
        (
            "concat(parameters('list'), parameters('a'))",
            "[x, y, z, …]",
        ),
        (
            "format('{0}/{1}-{{x}}', 'a', parameters('s'))",
            "a/${parameters('s')}-{x}",
        ),
        ("format('{0:N2}', 1)", "1.00"),
        ("format('{0:D3}|{1:000}|{2:X}', 7, -7, 255)", "007|-007|FF"),
        ("format('{0,4}|{1,-3}|', 1, 'b')", "   1|b  |"),
        ("format('{0:P}', 1)", "${format('{0:P}', 1)}"),
        (
            "format('{0', 1)",
            "problem: the format has a brace that is not closed or not opened",
        ),
        ("toLower('AbC')", "abc"),
        (
            "toUpper(concat('a', if(parameters('b'), 'x', 'y')))",
            "AX or AY",
        ),
        ("trim(' a ')", "a"),
        ("replace('a.b', '.', '-')", "a-b"),
        ("replace('a.b', 'x', parameters('s'))", "a.b"),
        (
            "replace('a.b..c', '.', parameters('s'))",
            "a${parameters('s')}b${parameters('s')}${parameters('s')}c",
        ),
        (
            "replace(concat('a.', parameters('s')), '.', '')",
            "a${replace(parameters('s'), '.', '')}",
        ),
        ("substring('abcdef', 2, 3)", "cde"),
        (
            "substring('abc', 2, 3)",
            "problem: `substring` reads beyond the end of the string",
        ),
        (
            "if(parameters('b'), substring('abc', 2, 3), 'x')",
            "${substring('abc', 2, 3)} or x",
        ),
        ("substring('a😀b', 3, 1)", "b"),
        ("substring('a😀b', 1, 1)", "${substring('a😀b', 1, 1)}"),
        ("length('a😀')", "3"),
        ("take(concat('ab', parameters('s')), 1)", "a"),
        ("first(concat('ab', parameters('s')))", "a"),
        (
            "skip(concat('ab', parameters('s')), 1)",
            "b${parameters('s')}",
        ),
        ("substring(concat('abc', parameters('s')), 1, 2)", "bc"),
        (
            "substring(concat('abc', parameters('s')), 1)",
            "bc${parameters('s')}",
        ),
        (
            "take(concat('ab', parameters('s')), 3)",
            "${take(concat('ab', parameters('s')), 3)}",
        ),
        ("indexOf('aBc', 'b')", "1"),
        ("lastIndexOf('abab', 'ab')", "2"),
        ("startsWith(concat('Ab', parameters('s')), 'a')", "true"),
        ("endsWith('abc', 'x')", "false"),
        ("padLeft(7, 3, '0')", "007"),
        ("split('a,b;c', createArray(',', ';'))", "[a, b, c]"),
        (
            "split(parameters('s'), '/')[2]",
            "${split(parameters('s'), '/')[2]}",
        ),
        (
            "join(createArray('a', parameters('s')), '-')",
            "a-${parameters('s')}",
        ),
        (
            "string(createObject('a', createArray(1, true(), null())))",
            r#"{"a":[1,true,null]}"#,
        ),
        ("json('{\\\"a\\\": [1, null]}').a", "[1, null]"),
        (
            "json(concat('{\\\"a\\\": [1, \\\"x-', parameters('s'), '-', parameters('s'), '\\\"]}')).a",
            "[1, x-${parameters('s')}-${parameters('s')}]",
        ),
        (
            "equals(json(concat('{\\\"', parameters('s'), '\\\": 1}')), 1)",
            "${json(concat('{\\\"', parameters('s'), '\\\": 1}')) == 1}",
        ),
        (
            "empty(json(concat('[', parameters('s'), ']')))",
            "${empty(json(concat('[', parameters('s'), ']')))}",
        ),
        (
            "equals(uniqueString('a', parameters('s')), uniqueString('a', parameters('s')))",
            "true",
        ),
        ("uri('https://x/y/', 'z.json')", "https://x/y/z.json"),
        ("uri('https://x/y/w', 'z.json')", "https://x/y/z.json"),
        ("split(null(), '/')", "${split(null(), '/')}"),
        ("nosuch('a')", "problem: there is no function `nosuch`"),
        ("trim('a', 'b')", "problem: `trim` takes 1 argument, not 2"),
        (
            "trim(1)",
            "problem: `trim` takes a string here, not a number",
        ),
        ("split('a--b-c', createArray('--', '-'))", "[a, b, c]"),
        ("like('Contoso.example', '*.EX*ple')", "true"),
        ("like('Contoso.example', 'example*')", "false"),
        ("uri('https://x/y/', '../z')", "https://x/z"),
        ("concat('a', true())", "aTrue"),
        (
            "join(parameters('list'), 1)",
            "problem: `join` takes a string here, not a number",
        ),
        (
            "listKeys('x', '1', 'y', 'z', 'w')",
            "problem: `listKeys` takes 1 to 4 arguments, not 5",
        ),
    ]);
}

#[test]
fn collections() {
    check(&[
        ("length(parameters('list'))", "3"),
        ("length(parameters('a'))", "${length(parameters('a'))}"),
        ("empty(createArray())", "true"),
        ("empty(concat('a', parameters('s')))", "false"),
        ("empty(parameters('s'))", "${empty(parameters('s'))}"),
        ("contains(parameters('list'), 'y')", "true"),
        ("contains(parameters('object'), 'B')", "true"),
        ("contains('abc', 'B')", "false"),
        ("contains(parameters('list'), 'w')", "false"),
        ("first(parameters('list'))", "x"),
        ("last('abc')", "c"),
        ("take(parameters('list'), 2)", "[x, y]"),
        ("skip(parameters('list'), 5)", "[]"),
        ("range(2, 3)", "[2, 3, 4]"),
        ("tryIndexFromEnd(parameters('list'), 1)", "z"),
        (
            "union(createArray('a', 'b'), createArray('b', 'c'))",
            "[a, b, c]",
        ),
        (
            "union(parameters('object'), createObject('A', createObject('d', 2)))",
            "{b: 1, a: {c: true, d: 2}}",
        ),
        ("union(parameters('o'), createObject('a', 1)).a", "1"),
        (
            "union(createObject('a', 1), parameters('o')).a",
            "${union(createObject('a', 1), parameters('o')).a}",
        ),
        (
            "intersection(createArray('a', 'b'), createArray('b'))",
            "[b]",
        ),
        (
            "flatten(createArray(createArray(1), createArray(2)))",
            "[1, 2]",
        ),
        ("items(parameters('object'))[0].key", "a"),
        ("objectKeys(createObject('a', 1, 'b', 2))", "[a, b]"),
        ("tryGet(parameters('object'), 'a', 'c')", "true"),
        ("tryGet(parameters('object'), 'x', 'c')", "null"),
        ("coalesce(tryGet(parameters('object'), 'x'), 'd')", "d"),
        ("parameters('object').?x.y", "null"),
        (
            "parameters('object').x",
            "problem: there is no `x` in what is read here",
        ),
        (
            "if(parameters('b'), parameters('object'), createObject()).b",
            "1 or ${if(parameters('b'), parameters('object'), createObject()).b}",
        ),
        (
            "createObject().x",
            "problem: there is no `x`: the object is empty",
        ),
        (
            "parameters('a')[length(parameters('list'))].x",
            "${parameters('a')[3].x}",
        ),
        (
            "parameters('a')[length(parameters('a'))].x",
            "${parameters('a')[length(parameters('a'))].x}",
        ),
        (
            "parameters('list')[length(parameters('a'))]",
            "${parameters('list')[length(parameters('a'))]}",
        ),
        (
            "concat('x', parameters('list')[7])",
            "problem: there is no member 7: the array has 3",
        ),
        (
            "resourceId('a.b/c', parameters('list')[7])",
            "problem: there is no member 7: the array has 3",
        ),
        (
            "parameters('list')[7]",
            "problem: there is no member 7: the array has 3",
        ),
        (
            "shallowMerge(createArray(createObject('a', 1), createObject('a', 2)))",
            "{a: 2}",
        ),
    ]);
}

#[test]
fn lambdas() {
    check(&[
        (
            "map(parameters('list'), lambda('i', concat('n-', lambdaVariables('i'))))",
            "[n-x, n-y, n-z]",
        ),
        (
            "map(parameters('list'), lambda('v', 'i', lambdaVariables('i')))",
            "[0, 1, 2]",
        ),
        (
            "filter(parameters('list'), lambda('i', not(equals(lambdaVariables('i'), 'y'))))",
            "[x, z]",
        ),
        (
            "filter(createArray(parameters('s'), 'y'), lambda('i', equals(lambdaVariables('i'), 'y')))",
            "[${parameters('s')}, y] or [y]",
        ),
        (
            "reduce(range(0, 4), 0, lambda('a', 'b', add(lambdaVariables('a'), lambdaVariables('b'))))",
            "6",
        ),
        (
            "toObject(parameters('list'), lambda('i', lambdaVariables('i')), lambda('i', 1))",
            "{x: 1, y: 1, z: 1}",
        ),
        (
            "sort(createArray('b', parameters('s')), lambda('x', 'y', less(lambdaVariables('x'), 'c')))",
            "${sort(createArray('b', parameters('s')), lambda('x', 'y', less(lambdaVariables('x'), 'c')))}",
        ),
        (
            "map(parameters('a'), lambda('i', substring('a', 2)))",
            "[…]",
        ),
        (
            "map(parameters('a'), lambda('i', lambdaVariables('i').name))",
            "[…]",
        ),
    ]);
}

#[test]
fn logic_and_numbers() {
    check(&[
        ("if(equals(1, 1), 'y', variables('nosuch'))", "y"),
        ("and(true(), parameters('b'))", "${parameters('b')}"),
        ("or(true(), parameters('b'))", "true"),
        ("not(parameters('b'))", "false or true"),
        ("greater(length(parameters('list')), 2)", "true"),
        (
            "less(length(parameters('a')), 2)",
            "${less(length(parameters('a')), 2)}",
        ),
        ("bool('True')", "true"),
        ("add(mul(2, 3), mod(7, 4))", "9"),
        ("div(1, 0)", "problem: this divides by zero"),
        ("copyIndex()", "problem: `copyIndex()` is not inside a loop"),
        ("copyIndex('l')", "problem: there is no loop `l` here"),
        (
            "mul(9223372036854775807, 2)",
            "problem: the result does not fit into 64 bits",
        ),
        ("or(parameters('b'), fail('x'))", "true or ${fail('x')}"),
        ("and(false(), fail('x'))", "false"),
        ("coalesce('a', fail('x'))", "a"),
        (
            "bool('maybe')",
            "problem: `bool` takes no string but `true` and `false`",
        ),
        ("less('a-b', 'a-c')", "${less('a-b', 'a-c')}"),
        ("min(createArray(3, 1))", "1"),
        ("int('12')", "12"),
        (
            "if(greater(length(parameters('a')), 0), length(parameters('a')), 1)",
            "${length(parameters('a'))} or 1",
        ),
        (
            "coalesce(parameters('o').?x, 'd')",
            "d or ${parameters('o').x}",
        ),
    ]);
}

#[test]
fn times_and_chance_are_for_defaults() {
    let sections = r#""parameters": { "t": {"type": "string", "defaultValue": "[utcNow('u')]"}, "g": {"type": "string", "defaultValue": "[newGuid()]"} },"#;
    assert_eq!(evaluated(sections, "parameters('t')"), "${utcNow('u')}");
    assert_eq!(
        evaluated(
            sections,
            "equals(uniqueString(parameters('g')), uniqueString(parameters('g')))"
        ),
        "true"
    );
    assert_eq!(
        evaluated("", "utcNow('u')"),
        "problem: `utcNow('u')` is allowed only in the default value of a parameter"
    );
}

#[test]
fn networks() {
    check(&[
        ("cidrSubnet('10.0.0.0/16', 24, 2)", "10.0.2.0/24"),
        (
            "cidrSubnet('10.0.0.0/16', 24, 256)",
            "problem: the range has no subnet of this number",
        ),
        ("cidrHost('10.0.0.0/24', 3)", "10.0.0.4"),
        (
            "cidrHost('10.0.0.0/24', 254)",
            "${cidrHost('10.0.0.0/24', 254)}",
        ),
        (
            "cidrHost('10.0.0.0/24', 255)",
            "problem: the range has no address of this number",
        ),
        ("parseCidr('10.0.1.0/24').lastUsable", "10.0.1.254"),
        ("cidrSubnet('fd00::/48', 64, 5)", "fd00:0:0:5::/64"),
    ]);
}
