//! What a filter makes of some traffic: rules in the order of their priority, the first that matches
//! decides. Traffic is cut into pieces that lie wholly inside or outside each range of each rule; of a
//! piece that a rule may match in part, the rule and what comes after it are weighed against each other.

use ipnet::IpNet;

use super::space::{Family, Ports, Protocols, atoms};
use super::tags::{Cover, End, OPEN, Tags};
use crate::value::Tri;

/// More pieces than this are not looked at.
const MOST_PIECES: usize = 20_000;

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Lets pass.
    Allow,
    /// Drops.
    Deny,
}

/// Which way, seen from the filtered machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To them.
    Inbound,
    /// From them.
    Outbound,
}

/// A rule. `None` in a field: it is not known.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The caller's number for it; `None` for one that is always there.
    pub key: Option<usize>,
    /// It is there for certain.
    pub certain: bool,
    /// Lower numbers come first.
    pub priority: Option<i64>,
    /// What it does.
    pub access: Option<Access>,
    /// Which traffic it is for.
    pub direction: Option<Direction>,
    /// Its protocols.
    pub protocols: Option<Protocols>,
    /// The ports that traffic comes from.
    pub source_ports: Option<Ports>,
    /// The ports that it goes to.
    pub ports: Option<Ports>,
    /// Where it comes from.
    pub sources: Vec<End>,
    /// Where it goes to.
    pub destinations: Vec<End>,
}

/// The traffic that is asked about: everything in these sets.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// Which way.
    pub direction: Direction,
    /// By these protocols.
    pub protocols: Protocols,
    /// From these ports.
    pub source_ports: Ports,
    /// To these ports.
    pub ports: Ports,
    /// From there.
    pub sources: Vec<End>,
    /// To there.
    pub destinations: Vec<End>,
    /// Ranges of the network that the filtered machines are in, as far as they are known.
    pub network: Vec<IpNet>,
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether some of it passes.
    pub allowed: Tri,
    /// Whether some of it is dropped.
    pub denied: Tri,
    /// The rules that drop some of it for certain, in their order; a rule that is always there is no
    /// member.
    pub deniers: Vec<usize>,
    /// The rules because of which it is not decided.
    pub doubts: Vec<usize>,
}

struct Piece {
    protocol: Protocols,
    source_port: (u16, u16),
    port: (u16, u16),
    source: Side,
    destination: Side,
    /// The family of its packets, where a range tells.
    family: Option<Family>,
}

impl Piece {
    /// Whether there are packets of it for certain: what anything but a range has of IPv6 is not known.
    fn exists(&self) -> bool {
        let has = |side: &Side| matches!(side.end, End::Net(_) | End::Any);
        self.family != Some(Family::V6) || has(&self.source) && has(&self.destination)
    }
}

/// One end of a piece, and whether it is a range of the network that the filtered machines are in.
#[derive(Clone)]
struct Side {
    end: End,
    local: bool,
}

/// What the rules make of the traffic.
pub fn decide(rules: &[Rule], traffic: &Traffic, tags: &Tags) -> Decision {
    let mut rules: Vec<&Rule> = rules
        .iter()
        .filter(|r| r.direction.is_none_or(|d| d == traffic.direction))
        .collect();
    // What has no known place may come first; then it is only possible, see `reach`.
    rules.sort_by_key(|r| (r.priority, r.key.is_none()));
    let mut tally = Tally::default();
    match pieces(&rules, traffic, tags) {
        Some(pieces) => {
            for piece in &pieces {
                tally.weigh(&rules, piece, tags);
            }
        }
        None => (tally.may_allow, tally.may_deny) = (true, true),
    }
    tally.decision(&rules)
}

fn pieces(rules: &[&Rule], traffic: &Traffic, tags: &Tags) -> Option<Vec<Piece>> {
    let source_ports = traffic
        .source_ports
        .pieces(rules.iter().filter_map(|r| r.source_ports.as_ref()));
    let ports = traffic
        .ports
        .pieces(rules.iter().filter_map(|r| r.ports.as_ref()));
    let own = match traffic.direction {
        Direction::Inbound => &traffic.destinations,
        Direction::Outbound => &traffic.sources,
    };
    let own = own
        .iter()
        .filter_map(net)
        .chain(traffic.network.iter().copied());
    let own: Vec<IpNet> = own.collect();
    // What is asked of the network's tag is asked of the ranges that it has for certain, too.
    let with_network = |ends: &[End]| {
        let known = traffic.network.iter().copied().map(End::Net);
        let known = known.filter(|_| ends.iter().any(|end| tags.is_local(end)));
        ends.iter().cloned().chain(known).collect::<Vec<End>>()
    };
    let sources = ends(
        &with_network(&traffic.sources),
        &own,
        rules.iter().map(|r| &r.sources),
    )?;
    let destinations = ends(
        &with_network(&traffic.destinations),
        &own,
        rules.iter().map(|r| &r.destinations),
    )?;
    let count = source_ports.len() * ports.len() * sources.len() * destinations.len();
    if count > MOST_PIECES {
        return None;
    }
    let mut all = Vec::new();
    for protocol in traffic.protocols.singles() {
        for source_port in &source_ports {
            for port in &ports {
                for source in &sources {
                    for destination in &destinations {
                        let families = [family(&source.end), family(&destination.end)];
                        if matches!(families, [Some(a), Some(b)] if a != b) {
                            continue;
                        }
                        all.push(Piece {
                            protocol,
                            source_port: *source_port,
                            port: *port,
                            source: source.clone(),
                            destination: destination.clone(),
                            family: families[0].or(families[1]),
                        });
                    }
                }
            }
        }
    }
    Some(all)
}

fn family(end: &End) -> Option<Family> {
    net(end).map(|net| Family::of(&net))
}

fn net(end: &End) -> Option<IpNet> {
    match end {
        End::Net(net) => Some(*net),
        _ => None,
    }
}

fn ends<'r>(
    of: &[End],
    own: &[IpNet],
    rules: impl Iterator<Item = &'r Vec<End>>,
) -> Option<Vec<Side>> {
    let ranges: Vec<IpNet> = rules
        .flatten()
        .filter_map(net)
        .chain(own.iter().copied())
        .collect();
    let mut all = Vec::new();
    for end in of {
        match end {
            End::Net(net) => {
                let atoms = atoms(*net, &ranges, MOST_PIECES)?;
                all.extend(atoms.into_iter().map(|atom| Side {
                    end: End::Net(atom),
                    local: own.iter().any(|o| o.contains(&atom)),
                }));
            }
            other => all.push(Side {
                end: other.clone(),
                local: false,
            }),
        }
    }
    Some(all)
}

/// How much of a piece a rule decides, if nothing before it does.
fn reach(rule: &Rule, others: &[&Rule], piece: &Piece, tags: &Tags) -> Cover {
    let known = |cover: Option<bool>| match cover {
        Some(true) => Cover::All,
        Some(false) => Cover::None,
        None => OPEN,
    };
    let side = |ends: &[End], side: &Side| tags.covered(ends, &side.end, side.local, piece.family);
    let cover = known(rule.protocols.map(|p| p.contains(piece.protocol)))
        .and(known(
            rule.source_ports
                .as_ref()
                .map(|p| p.contains(piece.source_port)),
        ))
        .and(known(rule.ports.as_ref().map(|p| p.contains(piece.port))))
        .and(side(&rule.sources, &piece.source))
        .and(side(&rule.destinations, &piece.destination));
    let placed = rule.certain
        && rule.direction.is_some()
        && rule.priority.is_some()
        && !others
            .iter()
            .any(|o| o.priority == rule.priority && o.access != rule.access);
    match cover {
        Cover::None => Cover::None,
        _ if !placed => OPEN,
        cover => cover,
    }
}

#[derive(Default)]
struct Tally {
    allows: bool,
    denies: bool,
    may_allow: bool,
    may_deny: bool,
    deniers: Vec<usize>,
    doubts: Vec<usize>,
}

/// A rule that may decide a part of the piece.
struct Claim<'r> {
    rule: &'r Rule,
    some: bool,
    all: bool,
}

impl Tally {
    fn weigh(&mut self, rules: &[&Rule], piece: &Piece, tags: &Tags) {
        let mut claims: Vec<Claim<'_>> = Vec::new();
        let mut last = None;
        for rule in rules {
            match reach(rule, rules, piece, tags) {
                Cover::None => {}
                Cover::Perhaps { some, all } => claims.push(Claim { rule, some, all }),
                Cover::All => {
                    last = Some(*rule);
                    break;
                }
            }
        }
        for (i, claim) in claims.iter().enumerate() {
            let access = claim.rule.access;
            let first = claims[..i].iter().all(|c| c.rule.access == access);
            self.note(
                access,
                claim.rule.key,
                claim.some && first && access.is_some() && piece.exists(),
            );
        }
        // What no rule is for passes: traffic of the platform that nobody named.
        let (access, key) = last.map_or((Some(Access::Allow), None), |r| (r.access, r.key));
        let against: Vec<&Claim<'_>> = claims.iter().filter(|c| c.rule.access != access).collect();
        // One rule that leaves something leaves it to this one.
        let certain = match against[..] {
            [] => true,
            [one] => !one.all,
            _ => false,
        };
        self.note(access, key, certain && access.is_some() && piece.exists());
    }

    fn note(&mut self, access: Option<Access>, key: Option<usize>, certain: bool) {
        if access != Some(Access::Deny) {
            self.may_allow = true;
            self.allows |= certain;
        }
        if access != Some(Access::Allow) {
            self.may_deny = true;
            self.denies |= certain;
        }
        let list = match (certain, access) {
            (true, Some(Access::Deny)) => &mut self.deniers,
            (true, _) => return,
            (false, _) => &mut self.doubts,
        };
        if let Some(key) = key.filter(|k| !list.contains(k)) {
            list.push(key);
        }
    }

    fn decision(mut self, rules: &[&Rule]) -> Decision {
        let tri = |is: bool, may: bool| match (is, may) {
            (true, _) => Tri::True,
            (false, true) => Tri::Unknown,
            (false, false) => Tri::False,
        };
        let place = |key: &usize| rules.iter().position(|r| r.key == Some(*key));
        self.deniers.sort_by_key(place);
        self.doubts.sort_by_key(place);
        Decision {
            allowed: tri(self.allows, self.may_allow),
            denied: tri(self.denies, self.may_deny),
            deniers: self.deniers,
            doubts: self.doubts,
        }
    }
}
