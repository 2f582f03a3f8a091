//! The slow reference: a small space of addresses of both families, possible worlds, packets one by one.

use std::collections::HashMap;

use crate::network::*;

/// Addresses by number: 0..8 `10.0.0.0/29`, the filtered machines; 8..12 `10.9.0.0/30`, somewhere
/// private; 12..28 `20.0.0.0/28`, public; 28 the host; 29 the platform; 30..38 `fd00::/125`, the filtered
/// machines' second addresses; 38..46 `2a00::/125`, public.
const PUBLIC: std::ops::Range<usize> = 12..28;
const HOST: usize = 28;
const PLATFORM: usize = 29;
const OWN_V6: std::ops::Range<usize> = 30..38;
const PUBLIC_V6: std::ops::Range<usize> = 38..46;
const ALL: std::ops::Range<usize> = 0..46;
type Set = u64;

fn bits(range: impl IntoIterator<Item = usize>) -> Set {
    range.into_iter().fold(0, |set, i| set | 1 << i)
}

pub(super) fn address(number: usize) -> Option<std::net::IpAddr> {
    let text = match number {
        0..8 => format!("10.0.0.{number}"),
        8..12 => format!("10.9.0.{}", number - 8),
        12..28 => format!("20.0.0.{}", number - 12),
        HOST => "168.63.129.16".into(),
        30..38 => format!("fd00::{}", number - OWN_V6.start),
        38..46 => format!("2a00::{}", number - PUBLIC_V6.start),
        _ => return None,
    };
    text.parse().ok()
}

pub(super) fn known_tags() -> Tags {
    let tag = |space, within: &[&str], apart| Tag {
        space,
        within: within.iter().map(|w| (*w).to_owned()).collect(),
        apart,
    };
    [
        ("virtualnetwork", tag(Space::Local, &[], false)),
        ("internet", tag(Space::Internet, &[], false)),
        ("azurecloud", tag(Space::Public, &[], false)),
        ("storage", tag(Space::Public, &["azurecloud"], true)),
        ("sql", tag(Space::Public, &["azurecloud"], true)),
        ("entra", tag(Space::Public, &[], true)),
        ("gateway", tag(Space::Public, &[], false)),
        ("balancer", tag(Space::Host, &[], false)),
        ("platformdns", tag(Space::Platform, &[], false)),
    ]
    .into_iter()
    .map(|(name, tag)| (name.to_owned(), tag))
    .collect()
}

/// All addresses; the platform has none.
fn everything() -> Set {
    bits(ALL) & !bits([PLATFORM])
}

/// Packets go between addresses of one family.
fn meet(a: usize, b: usize) -> bool {
    let is_v6 = |n| n >= OWN_V6.start;
    is_v6(a) == is_v6(b)
}

/// A small generator, so that a meaning is a function of a seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D).rotate_right(16)
    }

    fn some_of(&mut self, set: Set) -> Set {
        set & self.next() as Set
    }
}

/// What the tags stand for in one possible world.
fn meaning(random: &mut Random) -> HashMap<String, Set> {
    let public = |r: std::ops::Range<usize>| bits(r.map(|i| i + PUBLIC.start));
    // Storage 0..4 (east 0..2, west 2..3), sql 4..7 (east 4, west 5), entra 7..9; the cloud has more.
    let storage = public(0..4);
    let sql = public(4..7);
    let entra = public(7..9);
    let cloud = storage | sql | random.some_of(public(7..14));
    let mut tags = HashMap::new();
    let local = bits(0..8)
        | bits(OWN_V6)
        | random.some_of(bits(PUBLIC_V6))
        | random.some_of(bits(8..12))
        | random.some_of(bits(PUBLIC))
        | random.some_of(bits([HOST]));
    tags.insert("virtualnetwork".into(), local);
    tags.insert("internet".into(), bits(PUBLIC) | bits(PUBLIC_V6));
    tags.insert("azurecloud".into(), cloud);
    tags.insert("azurecloud.east".into(), public(0..2) | public(4..5));
    tags.insert("storage".into(), storage);
    tags.insert("storage.east".into(), public(0..2));
    tags.insert("storage.west".into(), public(2..3));
    tags.insert("sql".into(), sql);
    tags.insert("sql.east".into(), public(4..5));
    tags.insert("entra".into(), entra);
    tags.insert(
        "gateway".into(),
        public(15..16) | random.some_of(public(0..15)),
    );
    tags.insert("balancer".into(), bits([HOST]));
    tags.insert("platformdns".into(), bits([PLATFORM]));
    // A tag that nobody knows.
    tags.insert("mystery".into(), random.some_of(everything()));
    tags
}

fn addresses(end: &End, tags: &HashMap<String, Set>, random: &mut Random) -> Set {
    match end {
        End::Any => everything(),
        End::Net(net) => {
            let set = bits(ALL.filter(|n| address(*n).is_some_and(|a| net.contains(&a))));
            // Whether an address names the platform is not known.
            let single = net.prefix_len() == 32 && set == bits([HOST]);
            if single {
                set | random.some_of(bits([PLATFORM]))
            } else {
                set
            }
        }
        End::Tag(tag) => tags[&**tag],
        End::Group => {
            // No machine has its second address alone.
            let machines = random.some_of(bits(0..8));
            machines | random.some_of(machines) << OWN_V6.start
        }
        End::Unknown => random.some_of(bits(ALL)),
    }
}

fn all_of(ends: &[End], tags: &HashMap<String, Set>, random: &mut Random) -> Set {
    ends.iter()
        .fold(0, |set, end| set | addresses(end, tags, random))
}

/// A rule with every unknown given a meaning.
struct Concrete {
    order: (i64, u64),
    access: Access,
    protocols: Protocols,
    ports: Ports,
    source_ports: Ports,
    sources: Set,
    destinations: Set,
}

fn concrete(
    rule: &Rule,
    tags: &HashMap<String, Set>,
    r: &mut Random,
) -> Option<(Direction, Concrete)> {
    if !rule.certain && r.next().is_multiple_of(2) {
        return None;
    }
    let pick = |r: &mut Random| r.next().is_multiple_of(2);
    let ports = |p: &Option<Ports>, r: &mut Random| match p {
        Some(p) => p.clone(),
        None => Ports::parse(["*", "1", "2", "1-2"][(r.next() % 4) as usize]).expect("ports"),
    };
    let direction = rule.direction.unwrap_or(if pick(r) {
        Direction::Inbound
    } else {
        Direction::Outbound
    });
    Some((
        direction,
        Concrete {
            order: (rule.priority.unwrap_or((r.next() % 8) as i64), r.next()),
            access: rule
                .access
                .unwrap_or(if pick(r) { Access::Allow } else { Access::Deny }),
            protocols: rule.protocols.unwrap_or_else(|| {
                Protocols::parse(["*", "tcp", "udp"][(r.next() % 3) as usize]).expect("protocol")
            }),
            ports: ports(&rule.ports, r),
            source_ports: ports(&rule.source_ports, r),
            sources: all_of(&rule.sources, tags, r),
            destinations: all_of(&rule.destinations, tags, r),
        },
    ))
}

/// Whether some packet passes, and whether some is dropped, in one possible world.
pub(super) fn simulate(rules: &[Rule], traffic: &Traffic, seed: u64) -> (bool, bool) {
    let mut random = Random(seed | 1);
    let mut tags = meaning(&mut random);
    let inside = |n: usize| {
        let address = address(n);
        let mut ranges = traffic.network.iter();
        address.is_some_and(|a| ranges.any(|range| range.contains(&a)))
    };
    let network = bits(ALL.filter(|n| inside(*n)));
    for (name, set) in &mut tags {
        // No other tag has addresses of the network.
        *set = match name.as_str() {
            "virtualnetwork" => *set | network,
            _ => *set & !network,
        };
    }
    let mut concretes: Vec<Concrete> = rules
        .iter()
        .filter_map(|r| concrete(r, &tags, &mut random))
        .filter(|(direction, _)| *direction == traffic.direction)
        .map(|(_, c)| c)
        .collect();
    concretes.sort_by_key(|c| c.order);
    let sources = all_of(&traffic.sources, &tags, &mut random);
    let destinations = all_of(&traffic.destinations, &tags, &mut random);
    let (mut allowed, mut denied) = (false, false);
    for protocol in traffic.protocols.singles() {
        for port in (0..5u16).filter(|p| traffic.ports.contains((*p, *p))) {
            for source in ALL.filter(|s| sources & (1 << s) != 0) {
                let reached = ALL.filter(|d| destinations & (1 << d) != 0 && meet(source, *d));
                for destination in reached {
                    let decides = concretes.iter().find(|c| {
                        c.protocols.contains(protocol)
                            && c.ports.contains((port, port))
                            && c.source_ports.contains((3, 3))
                            && c.sources & (1 << source) != 0
                            && c.destinations & (1 << destination) != 0
                    });
                    match decides.map_or(Access::Allow, |c| c.access) {
                        Access::Allow => allowed = true,
                        Access::Deny => denied = true,
                    }
                }
            }
        }
    }
    (allowed, denied)
}
