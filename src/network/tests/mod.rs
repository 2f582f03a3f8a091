//! Against a slow reference: every unknown is given some concrete meaning, every packet of a small
//! space goes through the rules one by one. Whatever is decided has to hold for every meaning.

use proptest::prelude::*;

mod reference;

use super::*;
use crate::value::Tri;
use reference::{address, known_tags, simulate};

fn net(number: usize, length: u8) -> End {
    let address = address(number).expect("an address");
    End::Net(ipnet::IpNet::new(address, length).expect("a range").trunc())
}

fn range() -> impl Strategy<Value = End> {
    prop_oneof![
        (0usize..29, 24u8..=32).prop_map(|(n, length)| net(n, length)),
        (30usize..46, 112u8..=128).prop_map(|(n, length)| net(n, length)),
        Just(End::Any),
    ]
}

/// A range that has no address beyond those that the simulation looks at.
fn within() -> impl Strategy<Value = End> {
    let v4 = (0usize..28, 0u8..4).prop_map(|(n, more)| {
        let least = match n {
            0..8 => 29,
            8..12 => 30,
            _ => 28,
        };
        net(n, (least + more).min(32))
    });
    let v6 = (30usize..46, 125u8..=128).prop_map(|(n, length)| net(n, length));
    prop_oneof![3 => v4, 1 => v6]
}

fn tag() -> impl Strategy<Value = End> {
    let names = [
        "virtualnetwork",
        "internet",
        "azurecloud",
        "azurecloud.east",
        "storage",
        "storage.east",
        "storage.west",
        "sql",
        "sql.east",
        "entra",
        "gateway",
        "balancer",
        "platformdns",
        "mystery",
    ];
    proptest::sample::select(names.to_vec()).prop_map(|n| End::Tag(n.into()))
}

fn any_end(range: impl Strategy<Value = End> + 'static) -> impl Strategy<Value = End> {
    prop_oneof![4 => range, 5 => tag(), 1 => Just(End::Group), 1 => Just(End::Unknown)]
}

/// The filtered machines' own side of a question.
fn own() -> impl Strategy<Value = Vec<End>> {
    let v4 = || (0usize..8, 29u8..=32).prop_map(|(n, length)| net(n, length));
    let v6 = || (30usize..38, 125u8..=128).prop_map(|(n, length)| net(n, length));
    prop_oneof![
        3 => v4().prop_map(|net| vec![net]),
        1 => v6().prop_map(|net| vec![net]),
        1 => (v4(), v6()).prop_map(|(v4, v6)| vec![v4, v6]),
    ]
}

fn ports() -> impl Strategy<Value = Ports> {
    proptest::sample::select(vec!["*", "1", "2", "1-2", "2-3", "0-65535"])
        .prop_map(|p| Ports::parse(p).expect("ports"))
}

fn protocols() -> impl Strategy<Value = Protocols> {
    proptest::sample::select(vec!["*", "tcp", "udp"])
        .prop_map(|p| Protocols::parse(p).expect("protocol"))
}

fn often<T: Clone + std::fmt::Debug + 'static>(
    known: impl Strategy<Value = T> + 'static,
    unknowns: bool,
) -> BoxedStrategy<Option<T>> {
    if unknowns {
        prop_oneof![8 => known.prop_map(Some), 1 => Just(None)].boxed()
    } else {
        known.prop_map(Some).boxed()
    }
}

fn rules(end: BoxedStrategy<End>, unknowns: bool) -> impl Strategy<Value = Vec<Rule>> {
    let access = || proptest::sample::select(vec![Access::Allow, Access::Deny]);
    let direction = || {
        proptest::sample::select(vec![
            Direction::Inbound,
            Direction::Inbound,
            Direction::Outbound,
        ])
    };
    let certain = if unknowns {
        prop::bool::weighted(0.9).boxed()
    } else {
        Just(true).boxed()
    };
    let rule = (
        certain,
        often(0i64..8, unknowns),
        often(access(), unknowns),
        often(direction(), unknowns),
        often(protocols(), unknowns),
        (often(ports(), unknowns), Just(Some(Ports::all()))),
        prop::collection::vec(end.clone(), 1..3),
        prop::collection::vec(end, 1..3),
    )
        .prop_map(
            |(
                certain,
                priority,
                access,
                direction,
                protocols,
                (ports, source_ports),
                sources,
                destinations,
            )| Rule {
                key: Some(0),
                certain,
                priority,
                access,
                direction,
                protocols,
                source_ports,
                ports,
                sources,
                destinations,
            },
        );
    prop::collection::vec(rule, 0..6).prop_map(|mut rules| {
        for (i, rule) in rules.iter_mut().enumerate() {
            rule.key = Some(i);
        }
        rules
    })
}

fn traffic(
    own: impl Strategy<Value = Vec<End>>,
    end: BoxedStrategy<End>,
) -> impl Strategy<Value = Traffic> {
    (
        prop::bool::ANY,
        protocols(),
        ports(),
        own,
        prop::collection::vec(end, 1..3),
        proptest::sample::subsequence(vec!["10.0.0.0/29", "10.9.0.0/30", "20.0.0.12/31"], 0..3),
    )
        .prop_map(|(inbound, protocols, ports, own, other, network)| {
            let network = network.iter().map(|range| range.parse().expect("a range"));
            let network = network.collect();
            let (direction, sources, destinations) = if inbound {
                (Direction::Inbound, other, own)
            } else {
                (Direction::Outbound, own, other)
            };
            Traffic {
                direction,
                protocols,
                source_ports: Ports::all(),
                ports,
                sources,
                destinations,
                network,
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_decided_holds_in_every_world(
        rules in rules(any_end(range()).boxed(), true),
        traffic in traffic(
            prop_oneof![4 => own(), 1 => Just(vec![End::Group])],
            prop_oneof![8 => any_end(within()), 1 => Just(End::Any)].boxed(),
        ),
        seeds in prop::collection::vec(any::<u64>(), 12),
    ) {
        let decision = decide(&rules, &traffic, &known_tags());
        for seed in seeds {
            // A query about something that may be empty says nothing.
            let bounded = Traffic { ports: Ports::parse("0-4").expect("ports"), ..traffic.clone() };
            let small = if traffic.ports.contains((0, 9)) { &bounded } else { &traffic };
            let (allowed, denied) = simulate(&rules, small, seed);
            if !allowed && !denied {
                continue;
            }
            for (tri, found) in [(decision.allowed, allowed), (decision.denied, denied)] {
                match tri {
                    Tri::True => prop_assert!(found, "{decision:?} {seed}"),
                    Tri::False => prop_assert!(!found, "{decision:?} {seed}"),
                    Tri::Unknown => {}
                }
            }
        }
    }

    #[test]
    fn ranges_that_are_known_are_decided(
        mut rules in rules(range().boxed(), false),
        traffic in traffic(own(), within().boxed()),
        seed in any::<u64>(),
    ) {
        // No two rules of one priority; and no port beyond those that the simulation looks at.
        for (i, rule) in rules.iter_mut().enumerate() {
            rule.priority = Some(i as i64);
        }
        let bounded = Traffic { ports: Ports::parse("0-4").expect("ports"), ..traffic.clone() };
        let traffic = if traffic.ports.contains((0, 9)) { bounded } else { traffic };
        let decision = decide(&rules, &traffic, &known_tags());
        let (allowed, denied) = simulate(&rules, &traffic, seed);
        if !allowed && !denied {
            return Ok(());
        }
        prop_assert_eq!(decision.allowed, Tri::from(allowed));
        prop_assert_eq!(decision.denied, Tri::from(denied));
        prop_assert_eq!(denied, !decision.deniers.is_empty());
    }
}

/// Every pair of rules about tags before one about anything, every question about a tag.
#[test]
fn tags_are_decided_as_in_every_world() {
    let names = [
        "virtualnetwork",
        "internet",
        "azurecloud",
        "azurecloud.east",
        "storage",
        "storage.east",
        "sql",
        "entra",
        "gateway",
        "mystery",
    ];
    let outbound = |key: usize, access, certain, to: &str| Rule {
        direction: Some(Direction::Outbound),
        certain,
        ..rule(key, key as i64, access, "1", "*", to)
    };
    let mut firsts = Vec::new();
    for name in names {
        for access in [Access::Allow, Access::Deny] {
            firsts.extend([true, false].map(|certain| (name, access, certain)));
        }
    }
    let (tags, mut decided) = (known_tags(), 0);
    for asked in [
        "storage",
        "storage.east",
        "azurecloud",
        "internet",
        "entra",
        "virtualnetwork",
    ] {
        let traffic = Traffic {
            direction: Direction::Outbound,
            sources: vec![End::parse("10.0.0.0/32")],
            destinations: vec![End::parse(asked)],
            ..clients("1")
        };
        for (a, b) in firsts
            .iter()
            .flat_map(|a| firsts.iter().map(move |b| (a, b)))
        {
            for last in [Access::Allow, Access::Deny] {
                let rules = [
                    outbound(0, a.1, a.2, a.0),
                    outbound(1, b.1, b.2, b.0),
                    outbound(2, last, true, "*"),
                ];
                let decision = decide(&rules, &traffic, &tags);
                if decision.allowed == Tri::Unknown && decision.denied == Tri::Unknown {
                    continue;
                }
                decided += 1;
                for seed in (1..13).map(|s| 0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(s)) {
                    let (allowed, denied) = simulate(&rules, &traffic, seed);
                    let told = format!("{asked}: {rules:?} {decision:?}");
                    assert!(decision.allowed != Tri::True || allowed, "{told}");
                    assert!(decision.allowed != Tri::False || !allowed, "{told}");
                    assert!(decision.denied != Tri::True || denied, "{told}");
                    assert!(decision.denied != Tri::False || !denied, "{told}");
                }
            }
        }
    }
    assert!(decided > 5000, "{decided}");
}

fn rule(key: usize, priority: i64, access: Access, port: &str, from: &str, to: &str) -> Rule {
    Rule {
        key: Some(key),
        certain: true,
        priority: Some(priority),
        access: Some(access),
        direction: Some(Direction::Inbound),
        protocols: Protocols::parse("tcp"),
        source_ports: Some(Ports::all()),
        ports: Ports::parse(port),
        sources: vec![End::parse(from)],
        destinations: vec![End::parse(to)],
    }
}

fn clients(port: &str) -> Traffic {
    Traffic {
        direction: Direction::Inbound,
        protocols: Protocols::parse("Tcp").expect("a protocol"),
        source_ports: Ports::all(),
        ports: Ports::parse(port).expect("a port"),
        sources: vec![End::parse("VirtualNetwork")],
        destinations: vec![End::parse("10.0.0.0/29")],
        network: Vec::new(),
    }
}

#[test]
fn ranges_of_the_network_are_part_of_its_tag() {
    let known = Traffic {
        network: vec!["10.0.0.0/16".parse().expect("a range")],
        ..clients("5432")
    };
    let denied = rule(1, 200, Access::Deny, "*", "*", "*");
    for (from, near, far) in [
        ("10.0.2.0/24", Tri::True, Tri::Unknown),
        ("10.1.2.0/24", Tri::Unknown, Tri::Unknown),
        ("203.0.113.0/24", Tri::Unknown, Tri::Unknown),
        ("VirtualNetwork", Tri::True, Tri::True),
        ("Internet", Tri::Unknown, Tri::Unknown),
    ] {
        let rules = [
            rule(0, 100, Access::Allow, "5432", from, "*"),
            denied.clone(),
        ];
        let of = |traffic: &Traffic| decide(&rules, traffic, &known_tags()).allowed;
        assert_eq!((of(&known), of(&clients("5432"))), (near, far), "{from}");
    }
    let nobody = [rule(0, 100, Access::Deny, "*", "VirtualNetwork", "*")];
    assert_eq!(decide(&nobody, &known, &known_tags()).allowed, Tri::False);
}

#[test]
fn the_deciding_rule_is_named() {
    let allow = rule(0, 300, Access::Allow, "5432", "10.1.0.0/16", "*");
    let deny = rule(1, 200, Access::Deny, "1-65535", "*", "*");
    let late = decide(
        &[allow.clone(), deny.clone()],
        &clients("5432"),
        &known_tags(),
    );
    assert_eq!(
        (late.allowed, late.denied, late.deniers),
        (Tri::False, Tri::True, vec![1])
    );
    let early = Rule {
        priority: Some(100),
        ..allow
    };
    let decision = decide(&[early, deny], &clients("5432"), &known_tags());
    // The network may not reach as far as the range that is let in.
    assert_eq!(
        (decision.allowed, decision.doubts),
        (Tri::Unknown, vec![0, 1])
    );
}

#[test]
fn the_platform_passes_unless_it_is_named() {
    let mut query = clients("53");
    query.direction = Direction::Outbound;
    query.sources = vec![End::parse("10.0.0.0/29")];
    query.destinations = vec![End::parse("PlatformDns")];
    let mut all = rule(0, 100, Access::Deny, "*", "*", "*");
    all.direction = Some(Direction::Outbound);
    assert_eq!(
        decide(std::slice::from_ref(&all), &query, &known_tags()).denied,
        Tri::False
    );
    all.destinations = vec![End::parse("PLATFORMDNS")];
    assert_eq!(decide(&[all], &query, &known_tags()).denied, Tri::True);
}
