//! The driver: which cases it tells apart.

use super::*;

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
