//! Message templates and places.

use super::*;
use crate::source::{FileId, Span};

fn said(model: &Model, server: ResourceId, template: &str) -> String {
    match Template::compile(template, &server_scope(), &Kinds) {
        Ok(t) => t.format(&Env(vec![server.into()]), model, &Assignment::new()),
        Err(error) => panic!("{template}: {error}"),
    }
}

fn span(start: usize) -> Span {
    Span::new(file(), start..start + 1)
}

fn file() -> FileId {
    let files = std::sync::Arc::new(crate::files::Memory::default());
    crate::source::Sources::new(files).add("main", String::new())
}

#[test]
fn messages_show_what_there_is() {
    let mut m = Model::default();
    let network = m.add(NETWORK, "hub", vec![]);
    let subnet = m.add(SUBNET, "db", vec![("network", network.into())]);
    let links = ["l1", "l2"].map(|n| m.add(LINK, n, vec![]));
    let zone = m.add(
        ZONE,
        "zone",
        vec![("links", Members::known(links.to_vec()).into())],
    );
    let server = m.add(
        SERVER,
        "main",
        vec![
            ("subnet", subnet.into()),
            ("zone", zone.into()),
            ("sku", unknown("var.sku").into()),
            ("replicas", by_case("c", 1, 2).into()),
            (
                "public_access",
                Value::from("hunter2").sensitive(true).into(),
            ),
        ],
    );
    let cases = [
        (
            "server {server.name} in {server.subnet}",
            "server main in db",
        ),
        ("{server.subnet.network.name}{server.name}", "hubmain"),
        ("links: {server.zone.links}", "links: l1, l2"),
        ("sku {server.sku}-x", "sku ${var.sku}-x"),
        ("{server.sku + '-x'}", "${var.sku}-x"),
        ("{server.replicas} replicas", "1 or 2 replicas"),
        (
            "{server.partner} and {server.backup}",
            "nothing and nothing",
        ),
        (
            "{server.public_access} {server.public_access + 'x'}",
            "(sensitive) (sensitive)",
        ),
        ("{{braces}} {'}' + '{'}", "{braces} }{"),
        (
            "set {spell(server.sku)} of {spell(server.partner.name)}",
            "set sku_in_their_words of name",
        ),
        ("", ""),
    ];
    for (template, expected) in cases {
        assert_eq!(said(&m, server, template), expected, "{template}");
    }
}

#[test]
fn errors_point_into_the_message() {
    let cases = [
        (
            "the {server.nmae} is",
            12..16,
            "`server` has no attribute `nmae`; did you mean `name`?",
        ),
        ("a } b", 2..3, "a `}` that closes nothing"),
        (
            "a {server.name b",
            15..16,
            "expected an operator or `}`, found `b`",
        ),
        (
            "a {server.name",
            14..14,
            "expected an operator or `}`, found the end",
        ),
        ("a {}", 3..4, "expected a value, found `}`"),
        (
            "{spell(server)}",
            7..13,
            "`spell` needs one attribute of a resource",
        ),
    ];
    for (template, range, message) in cases {
        let error = Template::compile(template, &server_scope(), &Kinds).unwrap_err();
        assert_eq!(
            (error.range, error.message.as_str()),
            (range, message),
            "{template}"
        );
    }
}

#[test]
fn places_are_those_of_values() {
    let mut m = Model::default();
    let delegations = Value::list(vec![Value::from("a").at(span(3))]).at(span(2));
    let subnet = m.add(SUBNET, "db", vec![("delegations", delegations.into())]);
    let reference = |to, at: usize| Target {
        to,
        value: Value::from("id").at(span(at)),
    };
    let by_case = Target {
        to: To::Cases(Box::new(TargetCases {
            cond: symbol("c"),
            then: Target::null(Value::null()),
            otherwise: reference(To::Resource(subnet), 6),
        })),
        value: Value::null(),
    };
    let server = m.add(
        SERVER,
        "main",
        vec![
            ("subnet", reference(To::Resource(subnet), 1).into()),
            ("sku", Value::from("x").at(span(4)).into()),
            ("partner", by_case.into()),
        ],
    );
    let cases = [
        ("server.sku", Some(span(4)), Some(server)),
        ("server.subnet", Some(span(1)), Some(server)),
        ("server.subnet.delegations", Some(span(2)), Some(subnet)),
        ("server.subnet.delegations[0]", Some(span(3)), Some(subnet)),
        ("server.zone", None, Some(server)),
        ("server.zone.name", None, Some(server)),
        ("server", None, Some(server)),
        ("server.partner", Some(span(6)), Some(server)),
    ];
    for (source, span, resource) in cases {
        let found = place(
            &compiled(source),
            &Env(vec![server.into()]),
            &m,
            &Assignment::new(),
        );
        assert_eq!(found, Place { span, resource }, "{source}");
    }
}
