//! Unknowns and cases.

use std::sync::Arc;

use super::*;
use crate::value::{Data, List, Rest};

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
            ("[1, 2][server.replicas] == null", "? `n` has no value"),
            ("prefix_length(server.sku) == null", "? `s` has no value"),
            ("address(server.sku) == null", "? `s` has no value"),
            ("address(server.sku) <= 5", "? `s` has no value"),
            (
                "prefix_length(server.sku) == prefix_length(server.sku)",
                "true",
            ),
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
            ("arm_type(server.zone)", "Example/zones"),
            ("arm_type(server.partner)", "? z2 is outside"),
            ("arm_type(server.subnet)", "null"),
            ("as_kind(server.partner, 'zone') == null", "? z2 is outside"),
        ],
    );
}

#[test]
fn members_may_be_possible_or_missing_from_sight() {
    let mut m = Model::default();
    let a = m.add(LINK, "a", vec![]);
    let b = m.add(LINK, "b", vec![]);
    let cause = Cause::new(CauseKind::Input, "who knows");
    let server = linked(Members {
        items: vec![a],
        possible: Arc::new(vec![(b, cause.clone())]),
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
            items: vec!["10.0.0.0/24".into()].into(),
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
            ("server.subnet.prefixes[0] == null", open),
            ("prefix_length(server.subnet.prefixes[0]) == null", open),
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
