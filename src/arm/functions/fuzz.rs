//! Whatever the expression: an answer in bounded time, and never a wrong one.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::FUNCTIONS;
use crate::arm::tests::{read, template};
use crate::value::{Value, eq};

/// Values of the parameters `s`, `n`, `l` and `o`; what is left out is not known.
#[derive(Clone, Copy)]
struct Given<'g>(Option<[&'g str; 4]>);

impl Given<'_> {
    fn evaluate(self, expression: &str) -> Option<Value> {
        let kinds = ["string", "int", "array", "object"];
        let declared = ["s", "n", "l", "o"].iter().zip(kinds).enumerate();
        let parameters = declared.map(|(i, (name, kind))| match self.0 {
            None => format!(r#""{name}": {{"type": "{kind}"}}"#),
            Some(values) => {
                format!(
                    r#""{name}": {{"type": "{kind}", "defaultValue": {}}}"#,
                    values[i]
                )
            }
        });
        let parameters: Vec<String> = parameters.collect();
        let text = serde_json::to_string(&format!("[{expression}]")).ok()?;
        let declarations = template(&format!(
            r#"{{ "parameters": {{ {} }}, "resources": [ {{ "type": "Contoso.Net/probes", "name": "p", "properties": {{ "value": {text} }} }} ] }}"#,
            parameters.join(", ")
        ));
        let known = declarations.problems.is_empty();
        let value = read(declarations.resources.first()?, "properties.value");
        known.then_some(value)
    }
}

/// Expressions over the parameters and all functions, right and wrong ones.
fn any_expression() -> impl Strategy<Value = String> {
    let mut functions: Vec<(&str, usize, usize)> = FUNCTIONS
        .values()
        .map(|f| (f.name, f.takes.0, f.takes.1.min(f.takes.0 + 2)))
        .collect();
    functions.sort_unstable();
    // What is made of time and chance differs from one evaluation to the next.
    functions.retain(|(name, ..)| !matches!(*name, "newGuid" | "utcNow"));
    let leaf = prop_oneof![
        Just("parameters('s')".to_owned()),
        Just("parameters('n')".to_owned()),
        Just("parameters('l')".to_owned()),
        Just("parameters('o')".to_owned()),
        Just("lambdaVariables('x')".to_owned()),
        "'[ab/{}0:,*😀é.-]{0,6}'",
        prop::sample::select(vec![
            "0",
            "1",
            "2",
            "-1",
            "7",
            "9223372036854775807",
            "-9223372036854775808",
            "true()",
            "false()",
            "null()",
            "createArray()",
            "createObject()",
            "'Contoso.Net/a'",
            "'10.0.0.0/24'",
            "'2024-02-29T00:00:00Z'",
            "'P1D'",
            "'{0}'",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let call = (
            prop::sample::select(functions.clone()),
            prop::collection::vec(inner.clone(), 6),
            0..3usize,
        );
        prop_oneof![
            6 => call.prop_map(|((name, least, most), arguments, more)| {
                let count = (least + more).min(most);
                format!("{name}({})", arguments[..count].join(", "))
            }),
            1 => (
                prop::sample::select(vec!["map", "filter", "sort", "toObject", "groupBy", "mapValues"]),
                inner.clone(),
                inner.clone(),
            )
                .prop_map(|(name, list, body)| {
                    let second = if name == "sort" { "'y', " } else { "" };
                    format!("{name}({list}, lambda('x', {second}{body}))")
                }),
            1 => (inner.clone(), inner.clone())
                .prop_map(|(list, body)| format!("reduce({list}, 0, lambda('x', 'y', {body}))")),
            1 => (inner.clone(), inner).prop_map(|(value, key)| format!("createArray({value})[{key}]")),
        ]
    })
}

fn any_values() -> impl Strategy<Value = [&'static str; 4]> {
    (
        prop::sample::select(vec![
            r#""""#,
            r#""ab""#,
            r#""a/b""#,
            r#""A😀""#,
            r#""true""#,
            r#""7""#,
        ]),
        prop::sample::select(vec!["0", "1", "-3", "10000"]),
        prop::sample::select(vec!["[]", r#"["a", "b"]"#, "[1, 2]", r#"[{"a": 1}, null]"#]),
        prop::sample::select(vec!["{}", r#"{"a": "ab"}"#, r#"{"b": {"c": [1]}}"#]),
    )
        .prop_map(|(s, n, l, o)| [s, n, l, o])
}

proptest! {
    // The same expressions at every run.
    #![proptest_config(ProptestConfig { cases: 1_000, rng_seed: RngSeed::Fixed(6), failure_persistence: None, ..ProptestConfig::default() })]

    /// What is said without the parameters' values holds for all of them.
    #[test]
    fn what_is_known_early_stays_so(expression in any_expression(), values in any_values()) {
        let early = Given(None).evaluate(&expression);
        let late = Given(Some(values)).evaluate(&expression);
        if let (Some(early), Some(late)) = (early, late) {
            let differ = eq(&early, &late).as_bool() == Some(false);
            prop_assert!(!differ, "{} and {}", early.shown(), late.shown());
        }
    }
}
