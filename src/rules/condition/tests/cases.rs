//! Unknowns, cases, and the driver.

use super::*;
use crate::value::{Data, List, Rest};

/// What the driver says, as text.
fn decided(model: &Model, server: ResourceId, applies: &str, require: &str) -> Vec<String> {
    let scope = server_scope();
    let expr = |s: &str| Expr::condition(s, &scope, &Kinds).unwrap_or_else(|e| panic!("{s}: {e}"));
    let env = Env(vec![server.into()]);
    let (applies, require) = (expr(applies), expr(require));
    let cases = outcomes(&Assignment::new(), &|sides| {
        judge(Some(&applies), &require, &env, model, sides)
    });
    merge(cases)
        .into_iter()
        .map(|(sides, outcome)| {
            let outcome = match outcome {
                Outcome::NotApplicable => "not applicable".to_owned(),
                Outcome::Holds => "holds".into(),
                Outcome::Violated => "violated".into(),
                Outcome::Undecided { cause, .. } => format!("undecided: {}", cause.text),
            };
            match sides.shown() {
                Some(when) => format!("{outcome} when {when}"),
                None => outcome,
            }
        })
        .collect()
}

#[test]
fn unknowns_stay_unknown_and_decided_sides_win() {
    let mut m = Model::default();
    let server = m.add(
        SERVER,
        "main",
        vec![
            ("backup", unknown("b").into()),
            ("sku", unknown("s").into()),
            ("replicas", unknown("n").into()),
            (
                "zone",
                Target {
                    to: To::Unknown(symbol("z")),
                    value: unknown("z"),
                }
                .into(),
            ),
            (
                "subnet",
                to_case("c", To::Null, To::Unknown(symbol("t").never_null())),
            ),
        ],
    );
    let open = "? `b` has no value";
    check(
        &m,
        server,
        &[
            ("server.backup", open),
            ("!server.backup", open),
            ("server.backup && false", "false"),
            ("false && server.backup", "false"),
            ("server.backup || true", "true"),
            ("true || server.backup", "true"),
            ("server.backup && true", open),
            ("server.backup ? 1 : 1", "1"),
            ("server.backup ? 1 : 2", open),
            ("server.backup == server.backup", "true"),
            ("server.sku == null", "? `s` has no value"),
            ("server.sku + '-x' == server.sku + '-X'", "true"),
            ("server.name + server.sku == 'other'", "false"),
            ("server.replicas > 1", "? `n` has no value"),
            ("server.zone == null", "? `z` has no value"),
            ("server.zone == server.zone", "true"),
            ("server.zone.name.endsWith('x')", "? `z` has no value"),
            ("server.zone.links.exists(l, true)", "? `z` has no value"),
            ("server.zone.links.exists(l, false)", "? `z` has no value"),
            ("server.subnet == null", "needs c"),
            ("false && server.subnet == null", "false"),
            ("server.subnet == null && false", "false"),
            ("server.subnet == null || 1 == 1", "true"),
            ("server.subnet == null && server.backup", "needs c"),
            (
                "lookup('suffixes', server.sku) == null",
                "? `s` has no value",
            ),
        ],
    );
    let sides = Assignment::new().with(&symbol("c"), false);
    let env = Env(vec![server.into()]);
    let value = eval(&compiled("server.subnet == null"), &env, &m, &sides);
    assert!(matches!(value, Ok(Datum::Value(v)) if v.as_bool() == Some(false)));
}

#[test]
fn partly_known_text_is_used() {
    let mut m = Model::default();
    let name = |head: &str, tail: &str| {
        use crate::value::{Piece, Text};
        let pieces = [
            Piece::Lit(head.into()),
            Piece::Sym(symbol("x")),
            Piece::Lit(tail.into()),
        ];
        Value::from(Text::from_pieces(pieces))
    };
    let prefixes = Value::list(vec![name("10.", ".0.0/24")]);
    let subnet = m.add(SUBNET, "db", vec![("prefixes", prefixes.into())]);
    let server = m.add(
        SERVER,
        "main",
        vec![
            ("name", name("a", ".example").into()),
            ("subnet", subnet.into()),
        ],
    );
    check(
        &m,
        server,
        &[
            ("server.name.endsWith('.example')", "true"),
            ("server.name.endsWith('.other')", "false"),
            ("server.name.split('.')[0] == 'a'", "? `x` has no value"),
            ("(server.name + '.').endsWith('.example.')", "true"),
            ("prefix_length(server.subnet.prefixes[0])", "24"),
            ("is_ipv4(server.subnet.prefixes[0])", "true"),
            (
                "contains_range('10.0.0.0/8', server.subnet.prefixes[0])",
                "? `x` has no value",
            ),
        ],
    );
}

#[test]
fn outside_resources_have_unknown_attributes() {
    let mut m = Model::default();
    let zones = ["z1", "z2"].map(|name| {
        let id = m.add(ZONE, name, vec![]);
        m.get(id).outside = true;
        id
    });
    m.get(zones[1]).kind = None;
    let server = m.add(
        SERVER,
        "main",
        vec![("zone", zones[0].into()), ("partner", zones[1].into())],
    );
    check(
        &m,
        server,
        &[
            ("server.zone.name", "z1"),
            ("server.zone.links.exists(l, true)", "? z1 is outside"),
            ("server.zone == null", "false"),
            ("server.zone == server.partner", "? z1 is outside"),
            ("created(server.zone)", "false"),
            ("waits_for(server, server.zone)", "? z1 is outside"),
            ("kind_is(server.partner, 'zone')", "? z2 is outside"),
            ("as_kind(server.partner, 'zone') == null", "? z2 is outside"),
        ],
    );
}

fn linked(links: Members) -> impl FnOnce(&mut Model) -> ResourceId {
    move |m| {
        let zone = m.add(ZONE, "zone", vec![("links", links.into())]);
        m.add(SERVER, "main", vec![("zone", zone.into())])
    }
}

#[test]
fn members_may_be_possible_or_missing_from_sight() {
    let mut m = Model::default();
    let a = m.add(LINK, "a", vec![]);
    let b = m.add(LINK, "b", vec![]);
    let cause = Cause::new(CauseKind::Input, "who knows");
    let server = linked(Members {
        items: vec![a],
        possible: vec![(b, cause.clone())],
        ..Members::default()
    })(&mut m);
    check(
        &m,
        server,
        &[
            ("server.zone.links.exists(l, l.name == 'a')", "true"),
            ("server.zone.links.exists(l, l.name == 'b')", "? who knows"),
            ("server.zone.links.exists(l, l.name == 'c')", "false"),
            ("server.zone.links.all(l, l.name == 'a')", "? who knows"),
            ("server.zone.links.all(l, l.name != 'c')", "true"),
            ("server.zone.links.all(l, l.name == 'b')", "false"),
            ("server.zone.links.exists_one(l, l.name == 'a')", "true"),
            (
                "server.zone.links.exists_one(l, l.name < 'c')",
                "? who knows",
            ),
            ("size(server.zone.links)", "? who knows"),
            ("size(server.zone.links) > 0", "true"),
            ("size(server.zone.links) == 0", "false"),
            ("0 != size(server.zone.links)", "true"),
            ("3 > size(server.zone.links)", "true"),
            ("size(server.zone.links) <= 1", "? who knows"),
            ("size(server.zone.links) == 3", "false"),
            ("size(server.zone.links) == 2", "? who knows"),
            ("size(server.zone.links.filter(l, l.name == 'a'))", "1"),
            (
                "server.zone.links.map(l, l.name).exists(n, n == 'b')",
                "? who knows",
            ),
        ],
    );
    let server = linked(Members {
        items: vec![a],
        incomplete: Some(cause),
        ..Members::default()
    })(&mut m);
    check(
        &m,
        server,
        &[
            ("server.zone.links.exists(l, l.name == 'a')", "true"),
            ("server.zone.links.exists(l, l.name == 'c')", "? who knows"),
            ("server.zone.links.all(l, l.name == 'c')", "false"),
            ("server.zone.links.all(l, l.name == 'a')", "? who knows"),
        ],
    );
}

#[test]
fn existence_and_membership_by_case_are_split_on() {
    let mut m = Model::default();
    let a = m.add(LINK, "a", vec![]);
    let b = m.add(LINK, "b", vec![]);
    m.get(a).exists = by_case("e", true, false);
    m.get(b).exists = unknown("f");
    let server = linked(Members::known(vec![a, b]))(&mut m);
    check(
        &m,
        server,
        &[
            ("server.zone.links.exists(l, l.name == 'a')", "needs e"),
            ("server.zone.links.exists(l, l.name == 'b')", "needs f"),
            ("server.zone.links.exists(l, l.name == 'c')", "false"),
            ("size(server.zone.links)", "needs e"),
        ],
    );
    let rule = "server.zone.links.exists(l, l.name == 'a')";
    assert_eq!(
        decided(&m, server, "true", rule),
        ["holds when `e` is true", "violated when `e` is false"]
    );
    let server = linked(Members {
        when: vec![(b, by_case("g", true, false))],
        ..Members::default()
    })(&mut m);
    assert_eq!(
        decided(
            &m,
            server,
            "true",
            "server.zone.links.exists(l, l.name == 'b')"
        ),
        [
            "holds when `g` is true and `f` is true",
            "violated when `g` is true and `f` is false",
            "violated when `g` is false"
        ]
    );
}

#[test]
fn a_list_with_unknown_members() {
    let mut m = Model::default();
    let list = |element: Option<Value>| {
        Value::from(Data::List(List {
            items: std::sync::Arc::new(vec!["10.0.0.0/24".into()]),
            rest: Some(std::sync::Arc::new(Rest {
                symbol: symbol("r"),
                element,
            })),
        }))
    };
    let subnets = [list(None), list(Some("10.1.0.0/24".into()))].map(|prefixes| {
        let subnet = m.add(SUBNET, "s", vec![("prefixes", prefixes.into())]);
        m.add(SERVER, "main", vec![("subnet", subnet.into())])
    });
    let open = "? `r` has no value";
    check(
        &m,
        subnets[0],
        &[
            (
                "server.subnet.prefixes.exists(p, prefix_length(p) == 24)",
                "true",
            ),
            (
                "server.subnet.prefixes.all(p, prefix_length(p) == 24)",
                open,
            ),
            (
                "server.subnet.prefixes.all(p, prefix_length(p) == 25)",
                "false",
            ),
            ("'x' in server.subnet.prefixes", open),
            ("size(server.subnet.prefixes)", open),
            ("size(server.subnet.prefixes) >= 1", "true"),
            ("server.subnet.prefixes.size() < 9", open),
            ("server.subnet.prefixes.exists_one(p, p == 'x')", open),
        ],
    );
    check(
        &m,
        subnets[1],
        &[
            (
                "server.subnet.prefixes.all(p, prefix_length(p) == 24)",
                "true",
            ),
            ("server.subnet.prefixes.exists(p, p == '10.1.0.0/24')", open),
            (
                "server.subnet.prefixes.exists(p, prefix_length(p) == 25)",
                "false",
            ),
        ],
    );
}

#[test]
fn the_driver_tells_the_cases_apart_and_merges_the_others() {
    let mut m = Model::default();
    let subnet = m.add(SUBNET, "db", vec![]);
    let server = m.add(
        SERVER,
        "main",
        vec![
            ("subnet", to_case("private", To::Resource(subnet), To::Null)),
            (
                "public_access",
                by_case("private", "Enabled", "Enabled").into(),
            ),
            ("sku", by_case("private", "A", "B").into()),
            ("replicas", by_case("many", 2, 1).into()),
            ("backup", unknown("b").into()),
        ],
    );
    let say = |applies, require| decided(&m, server, applies, require);
    assert_eq!(
        say("true", "server.public_access == 'disabled'"),
        ["violated"]
    );
    assert_eq!(
        say(
            "server.subnet != null",
            "server.public_access == 'disabled'"
        ),
        [
            "violated when `private` is true",
            "not applicable when `private` is false"
        ]
    );
    assert_eq!(
        say("server.subnet != null", "server.sku == 'a'"),
        [
            "holds when `private` is true",
            "not applicable when `private` is false"
        ]
    );
    assert_eq!(say("server.backup", "true"), ["holds"]);
    assert_eq!(
        say("server.backup", "false"),
        ["undecided: `b` has no value"]
    );
    assert_eq!(say("false", "server.backup"), ["not applicable"]);
    // Both conditions are met on the way, neither matters.
    assert_eq!(
        say(
            "true",
            "(server.sku == 'a' ? server.replicas > 5 : server.replicas > 4)"
        ),
        ["violated"]
    );
    // Only one matters.
    assert_eq!(
        say("server.sku != 'c'", "server.replicas > 1"),
        ["holds when `many` is true", "violated when `many` is false"]
    );
}

#[test]
fn a_server_that_exists_in_a_case_is_judged_there() {
    let mut m = Model::default();
    let server = m.add(SERVER, "main", vec![]);
    m.get(server).exists = unknown("create");
    assert_eq!(
        decided(&m, server, "true", "false"),
        [
            "violated when `create` is true",
            "not applicable when `create` is false"
        ]
    );
    assert_eq!(decided(&m, server, "false", "false"), ["not applicable"]);
    assert_eq!(decided(&m, server, "true", "true").len(), 2);
}

#[test]
fn a_side_that_settles_the_requirement_may_settle_the_rest() {
    let mut m = Model::default();
    let subnet = m.add(SUBNET, "db", vec![]);
    let server = m.add(
        SERVER,
        "main",
        vec![
            ("backup", unknown("b").into()),
            ("subnet", to_case("b", To::Resource(subnet), To::Null)),
        ],
    );
    assert_eq!(
        decided(&m, server, "server.backup", "server.subnet == null"),
        [
            "violated when `b` is true",
            "not applicable when `b` is false"
        ]
    );
}

#[test]
fn conditions_on_the_same_input_are_seen_in_any_letter_case() {
    let mut m = Model::default();
    let premium = crate::value::eq(&unknown("sku"), &"Premium".into());
    let premium = premium.as_symbol().cloned().unwrap();
    let server = m.add(
        SERVER,
        "main",
        vec![
            ("sku", unknown("sku").into()),
            ("replicas", Value::cases(premium, 2.into(), 1.into()).into()),
        ],
    );
    assert_eq!(
        decided(&m, server, "server.replicas > 1", "server.sku != 'Premium'"),
        [
            "violated when `sku == \"Premium\"`",
            "not applicable when `sku != \"Premium\"`"
        ]
    );
}

#[test]
fn too_many_conditions_are_given_up() {
    let mut m = Model::default();
    let links: Vec<ResourceId> = (0..8)
        .map(|i| {
            let id = m.add(LINK, "l", vec![]);
            m.get(id).exists = unknown(&format!("e{i}"));
            id
        })
        .collect();
    let server = linked(Members::known(links))(&mut m);
    let outcomes = decided(&m, server, "true", "size(server.zone.links) < 8");
    assert_eq!(outcomes, ["undecided: it depends on too many conditions"]);
}

#[test]
fn cases_that_may_never_occur_are_not_claimed() {
    let mut m = Model::default();
    let is = |s: &str| {
        let equal = crate::value::eq(
            &(unknown("env").as_text().map_or_else(Value::null, |t| {
                use crate::value::Text;
                Text::concat([&Text::from("x-"), &t]).into()
            })),
            &s.into(),
        );
        equal.as_symbol().cloned().unwrap_or_else(|| symbol("?"))
    };
    let (prod, live) = (is("x-prod"), is("x-live"));
    let server = m.add(
        SERVER,
        "main",
        vec![
            ("sku", Value::cases(prod, "A".into(), "B".into()).into()),
            ("replicas", Value::cases(live, 1.into(), 2.into()).into()),
        ],
    );
    let outcomes = decided(&m, server, "server.sku == 'a'", "server.replicas > 1");
    assert!(
        outcomes.iter().all(|o| !o.starts_with("violated")),
        "{outcomes:?}"
    );
    assert!(
        outcomes.iter().any(|o| o.starts_with("undecided")),
        "{outcomes:?}"
    );
}
