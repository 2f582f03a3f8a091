//! Everything known.

use super::*;

fn model() -> (Model, ResourceId) {
    let mut m = Model::default();
    let hub = m.add(NETWORK, "hub", vec![]);
    let spoke = m.add(NETWORK, "spoke", vec![]);
    let links = [hub, spoke].map(|network| {
        let to = Target::resource(network);
        m.add(LINK, "link", vec![("network", to.into())])
    });
    let zone = m.add(
        ZONE,
        "zone.mysql.example",
        vec![("links", Members::known(links.to_vec()).into())],
    );
    let prefixes = Value::list(vec!["10.0.1.0/24".into(), "10.0.2.0/27".into()]);
    let subnet = m.add(
        SUBNET,
        "db",
        vec![
            ("network", spoke.into()),
            ("prefixes", prefixes.into()),
            (
                "delegations",
                Value::list(vec!["Some/Service".into()]).into(),
            ),
        ],
    );
    let settings = Value::object(vec![crate::value::Entry::new("Mode", "on".into())]);
    let server = m.add(
        SERVER,
        "main",
        vec![
            ("public_access", Value::from("Disabled").into()),
            ("replicas", Value::from(2).into()),
            ("settings", settings.into()),
            ("subnet", subnet.into()),
            ("zone", zone.into()),
            ("partner", spoke.into()),
        ],
    );
    (m, server)
}

#[test]
fn attributes_and_references_are_followed() {
    let (m, server) = model();
    check(
        &m,
        server,
        &[
            ("server.name", "main"),
            ("server.subnet.network", "spoke"),
            ("server.subnet.network == server.subnet.network", "true"),
            (
                "server.zone.links.exists(l, l.network == server.subnet.network)",
                "true",
            ),
            (
                "server.zone.links.all(l, l.network == server.subnet.network)",
                "false",
            ),
            (
                "server.zone.links.exists_one(l, l.network == server.subnet.network)",
                "true",
            ),
            ("size(server.zone.links)", "2"),
            (
                "size(server.zone.links.filter(l, l.network.name == 'hub'))",
                "1",
            ),
            ("server.zone.links.map(l, l.network.name)", "[hub, spoke]"),
            (
                "server.subnet.network in server.zone.links.map(l, l.network)",
                "true",
            ),
            ("server.subnet.network in [server.subnet.network]", "true"),
            ("kind_is(server.partner, 'network')", "true"),
            (
                "as_kind(server.partner, 'network') == server.subnet.network",
                "true",
            ),
            ("as_kind(server.partner, 'zone') == null", "true"),
            ("server.partner.name", "spoke"),
            ("all_of('network').exists(n, n.name == 'hub')", "true"),
            ("created(server.subnet)", "true"),
            ("waits_for(server, server.subnet)", "true"),
            ("waits_for(server.subnet, server)", "false"),
            ("arm_type(server.subnet)", "Example/subnets"),
            ("arm_type(server.partner) == 'EXAMPLE/networks'", "true"),
            ("server.settings.mode", "on"),
            ("server.settings['mode'] == 'on'", "true"),
        ],
    );
}

#[test]
fn letter_case_is_ignored_where_the_type_says_so() {
    let (m, server) = model();
    check(
        &m,
        server,
        &[
            ("server.public_access == 'disabled'", "true"),
            ("server.public_access != 'disabled'", "false"),
            ("server.public_access in ['enabled', 'disabled']", "true"),
            ("server.public_access.startsWith('dis')", "true"),
            ("'some/service' in server.subnet.delegations", "true"),
            ("server.subnet.delegations == ['SOME/service']", "true"),
            (
                "server.subnet.delegations.exists(d, d == 'some/service')",
                "true",
            ),
            ("server.name == 'MAIN'", "false"),
        ],
    );
}

#[test]
fn absent_attributes_are_null_and_so_is_what_they_hold() {
    let (m, server) = model();
    let mut m = m;
    m.get(server).members.remove("zone");
    check(
        &m,
        server,
        &[
            ("server.zone == null", "true"),
            ("server.zone.name", "null"),
            ("server.zone.links.exists(l, true)", "false"),
            ("size(server.zone.links)", "0"),
            ("has(server.zone)", "false"),
            ("has(server.public_access)", "true"),
            ("server.sku == 'x'", "false"),
            ("server.sku in ['x']", "false"),
            ("server.backup == true", "false"),
            ("server.backup", "null"),
            (
                "!server.backup",
                "? `server.backup` is not set, and so not true or false",
            ),
            ("server.zone.name < 'x'", "? `null < 'x'` has no answer"),
            (
                "server.zone.name.startsWith('x')",
                "? `startsWith(null, 'x')` has no answer",
            ),
            ("server.subnet.prefixes[7]", "null"),
            ("created(server.zone)", "false"),
            ("kind_is(server.zone, 'zone')", "false"),
            ("server.settings.other.deeper", "null"),
            ("server.settings.list.exists(x, true)", "false"),
        ],
    );
}

#[test]
fn ranges_are_understood() {
    let (m, server) = model();
    check(
        &m,
        server,
        &[
            ("prefix_length(server.subnet.prefixes[1])", "27"),
            (
                "server.subnet.prefixes.all(p, prefix_length(p) <= 27)",
                "true",
            ),
            ("prefix_length('fd00::/64')", "null"),
            ("prefix_length('nonsense')", "null"),
            ("prefix_length('10.0.0.4')", "32"),
            ("address('0.0.1.2')", "258"),
            ("address('255.255.255.255')", "4294967295"),
            ("address('10.0.0.0/24')", "null"),
            ("address(' 10.0.0.4')", "null"),
            ("address('::1')", "null"),
            ("address('10.0.0.4') < address('10.0.0.5')", "true"),
            ("is_ipv4('10.0.0.4')", "true"),
            ("is_ipv4('Internet')", "false"),
            (
                "contains_range('10.0.0.0/16', server.subnet.prefixes[0])",
                "true",
            ),
            (
                "contains_range(server.subnet.prefixes[0], '10.0.0.0/16')",
                "false",
            ),
            ("overlaps('10.0.0.0/16', '10.0.255.0/24')", "true"),
            ("overlaps('10.0.0.0/16', 'fd00::/8')", "false"),
            (
                "overlaps('10.0.0.0/16', '*')",
                "? `overlaps('10.0.0.0/16', '*')` has no answer",
            ),
        ],
    );
}

#[test]
fn ranges_of_a_list_count_together() {
    let mut m = Model::default();
    let server = m.add(SERVER, "main", vec![("backup", unknown("b").into())]);
    check(
        &m,
        server,
        &[
            (
                "contains_range(['10.0.0.0/25', '10.0.0.128/25'], '10.0.0.0/24')",
                "true",
            ),
            (
                "contains_range(['10.0.0.128/25', '10.0.0.0/25'], '10.0.0.0/24')",
                "true",
            ),
            (
                "contains_range(['10.0.0.0/25', '10.0.0.129/32'], '10.0.0.0/24')",
                "false",
            ),
            ("contains_range([], '10.0.0.0/24')", "false"),
            (
                "contains_range(['10.0.0.0-10.0.0.9', '10.0.0.10 - 10.0.0.19'], '10.0.0.5-10.0.0.15')",
                "true",
            ),
            (
                "contains_range(['10.0.0.0-10.0.0.9', '10.0.0.11-10.0.0.19'], '10.0.0.5-10.0.0.15')",
                "false",
            ),
            ("contains_range(['10.0.0.9-10.0.0.0'], '10.0.0.5')", "false"),
            (
                "contains_range(['0.0.0.0-255.255.255.255'], '0.0.0.0/0')",
                "true",
            ),
            ("contains_range(['::/1', '8000::/1'], '::/0')", "true"),
            ("contains_range(['::/0'], '10.0.0.0/24')", "false"),
            (
                "contains_range(['nonsense', '10.0.0.0/8'], '10.0.0.0/24')",
                "true",
            ),
            (
                "contains_range(['10.0.0.0/8'], 'nonsense')",
                "? `contains_range([10.0.0.0/8], 'nonsense')` has no answer",
            ),
            // What is unknown matters only where the rest does not do.
            (
                "contains_range(['10.0.0.0/8', server.backup], '10.0.0.0/24')",
                "true",
            ),
            (
                "contains_range(['10.0.0.0/25', server.backup], '10.0.0.0/24')",
                "? `b` has no value",
            ),
        ],
    );
}

#[test]
fn free_numbers() {
    let (m, server) = model();
    check(
        &m,
        server,
        &[
            ("free_number([400], 400, 100)", "390"),
            ("free_number([400, 390], 400, 100)", "380"),
            ("free_number([100, '110'], 100, 4096)", "120"),
            ("free_number([105, 100], 105, 100)", "104"),
            ("free_number([100], 100, 100)", "null"),
            ("free_number([null], 7, 9)", "7"),
            (
                "free_number(['x'], 100, 200)",
                "? `free_number([x], 100, 200)` has no answer",
            ),
        ],
    );
}

#[test]
fn text_and_numbers() {
    let (m, server) = model();
    check(
        &m,
        server,
        &[
            ("lookup('suffixes', 'mysql')", "mysql.example"),
            ("lookup('suffixes', 'other')", "null"),
            (
                "server.zone.name.endsWith('.' + lookup('suffixes', 'mysql'))",
                "true",
            ),
            ("'a.b.c'.split('.')[1]", "b"),
            ("'AbC'.lowerAscii()", "abc"),
            ("'tab\\t\\x41\\u00e4\\101'", "tab\tAäA"),
            ("r'raw\\t'", "raw\\t"),
            ("7 / 2 + 7 % 2 * 10", "13"),
            ("-7 / 2", "-3"),
            ("0x10 - 1.5", "14.5"),
            ("9223372036854775807 == 9223372036854775806", "false"),
            (
                "9223372036854775807 + 1 > 0",
                "? `9223372036854775807 + 1` has no answer",
            ),
            ("1 / 0", "? `1 / 0` has no answer"),
            ("int('12') + 1", "13"),
            ("string(12) + 'a'", "12a"),
            ("[1, 2] + [3]", "[1, 2, 3]"),
            ("size('äöü')", "3"),
            ("server.replicas > 1 ? 'many' : 'one'", "many"),
            ("1 + 2 * 3 == 7 && !(1 > 2) || false // said so", "true"),
            ("[1, 2, 3].filter(x, x > 1).map(x, x * 2)", "[4, 6]"),
            ("[1, 2].exists(x, [3].exists(y, x + 1 == y))", "true"),
        ],
    );
}
