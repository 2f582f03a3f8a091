//! Unknown never decides wrongly.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;

/// Boolean expressions over three names.
fn any_condition() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        6 => prop::sample::select(vec!["p", "q", "r"]).prop_map(str::to_owned),
        1 => any::<bool>().prop_map(|b| b.to_string()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        let list = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            inner.clone().prop_map(|a| format!("!{a}")),
            two.clone().prop_map(|(a, b)| format!("({a} && {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} || {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} == {b})")),
            two.clone().prop_map(|(a, b)| format!("({a} != {b})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            (inner.clone(), list.clone()).prop_map(|(a, l)| format!("({a} in [{}])", l.join(", "))),
            (list.clone(), inner.clone())
                .prop_map(|(l, a)| format!("[{}].exists(x, x && {a})", l.join(", "))),
            (list.clone(), inner.clone())
                .prop_map(|(l, a)| format!("[{}].all(x, x || {a})", l.join(", "))),
            list.clone()
                .prop_map(|l| format!("[{}].exists_one(x, x)", l.join(", "))),
            (list.clone(), inner.clone())
                .prop_map(|(l, a)| format!("(size([{}].filter(x, x == {a})) > 1)", l.join(", "))),
            (list, inner)
                .prop_map(|(l, a)| format!("[{}].map(x, x ? {a} : !x).exists(y, y)", l.join(", "))),
        ]
    })
}

fn scope() -> Scope {
    let mut scope = Scope::new();
    for name in ["p", "q", "r"] {
        scope.bind(name, Type::Bool);
    }
    scope
}

fn truth(expr: &Expr, values: [Value; 3], sides: &Assignment) -> Option<bool> {
    let env = Env(values.map(Datum::from).to_vec());
    match eval(expr, &env, &Model::default(), sides) {
        Ok(Datum::Value(value)) => value.as_bool(),
        _ => None,
    }
}

const NAMES: [&str; 3] = ["p", "q", "r"];

/// All ways to choose.
fn choices() -> impl Iterator<Item = [bool; 3]> {
    (0..8).map(|i| [i & 1 != 0, i & 2 != 0, i & 4 != 0])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_decision_holds_whatever_the_unknowns_turn_out_to_be(
        source in any_condition(), open in any::<[bool; 3]>(), plain in any::<[bool; 3]>(),
    ) {
        let expr = Expr::condition(&source, &scope(), &Kinds).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let none = Assignment::new();
        let values = |of: [bool; 3]| [0, 1, 2].map(|i| if open[i] { unknown(NAMES[i]) } else { of[i].into() });
        let decision = truth(&expr, values(plain), &none);
        for chosen in choices() {
            let full = [0, 1, 2].map(|i| Value::from(if open[i] { chosen[i] } else { plain[i] }));
            let actual = truth(&expr, full, &none);
            prop_assert!(actual.is_some(), "{} is undecided on known input", source);
            if decision.is_some() {
                prop_assert_eq!(decision, actual, "{}", source);
            }
        }
    }

    #[test]
    fn every_case_of_the_driver_is_right(source in any_condition()) {
        let expr = Expr::condition(&source, &scope(), &Kinds).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let env = Env(NAMES.map(|n| by_case(n, true, false).into()).to_vec());
        let model = Model::default();
        let decided = merge(outcomes(&Assignment::new(), &|sides| judge(None, &expr, &env, &model, sides)));
        for chosen in choices() {
            let actual = truth(&expr, chosen.map(Value::from), &Assignment::new());
            let fitting: Vec<&Outcome> = decided
                .iter()
                .filter(|(sides, _)| sides.taken().iter().all(|(cond, holds)| {
                    NAMES.iter().zip(chosen).any(|(n, c)| *n == cond.key() && c == *holds)
                }))
                .map(|(_, outcome)| outcome)
                .collect();
            prop_assert_eq!(fitting.len(), 1, "{}: {:?}", source, decided);
            let said = match fitting[0] {
                Outcome::Holds => Some(true),
                Outcome::Violated => Some(false),
                _ => None,
            };
            prop_assert_eq!(said, actual, "{}: {:?}", source, decided);
        }
    }

    /// Unknown collections: what is decided without knowing holds for every way they turn out.
    #[test]
    fn members_are_never_guessed(
        sorts in prop::collection::vec((0usize..4, any::<bool>()), 0..4),
        incomplete in any::<bool>(), present in any::<[bool; 4]>(),
        body in prop::sample::select(vec!["l.name == 'yes'", "l.name != 'yes'", "true", "false"]),
        form in prop::sample::select(vec![
            "server.zone.links.exists(l, BODY)", "server.zone.links.all(l, BODY)",
            "server.zone.links.exists_one(l, BODY)", "size(server.zone.links.filter(l, BODY)) < 2",
            "server.zone.links.map(l, l.name).exists(n, n == 'yes')",
            "server.zone.links.filter(l, BODY).all(l, l.name == 'no')",
        ]),
        another in any::<Option<bool>>(),
    ) {
        let mut m = Model::default();
        let mut open = Members::default();
        let mut real = Vec::new();
        let name = |yes: bool| if yes { "yes" } else { "no" };
        let cause = Cause::new(CauseKind::Input, "open");
        for (i, (sort, yes)) in sorts.iter().enumerate() {
            let id = m.add(LINK, name(*yes), vec![]);
            match sort {
                0 => open.items.push(id),
                1 => Arc::make_mut(&mut open.possible).push((id, cause.clone())),
                2 => open.when.push((id, unknown(NAMES[0]))),
                _ => {
                    m.get(id).members.insert("name", unknown("n").into());
                    open.items.push(id);
                }
            }
            match sort {
                0 => real.push(name(*yes)),
                1 if present[i] => real.push(name(*yes)),
                2 if present[3] => real.push(name(*yes)),
                // All the same unknown.
                3 => real.push(name(present[0])),
                _ => {}
            }
        }
        if incomplete {
            open.incomplete = Some(cause);
            real.extend(another.map(name));
        }
        let zone = m.add(ZONE, "z", vec![("links", open.into())]);
        let server = m.add(SERVER, "s", vec![("zone", zone.into())]);
        let real: Vec<ResourceId> = real.into_iter().map(|n| m.add(LINK, n, vec![])).collect();
        let real_zone = m.add(ZONE, "z", vec![("links", Members::known(real).into())]);
        let real_server = m.add(SERVER, "s", vec![("zone", real_zone.into())]);
        let source = form.replace("BODY", body);
        let guess = result(&m, server, &source);
        let actual = result(&m, real_server, &source);
        prop_assert!(actual == "true" || actual == "false");
        if guess == "true" || guess == "false" {
            prop_assert_eq!(guess, actual, "{}", source);
        }
    }
}
