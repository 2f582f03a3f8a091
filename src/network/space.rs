//! Ports, protocols and address ranges as sets.

use std::net::IpAddr;

use ipnet::IpNet;

/// A set of ports: ranges with both ends, sorted, apart from each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports(Vec<(u16, u16)>);

impl Ports {
    /// Every port.
    pub fn all() -> Ports {
        Ports(vec![(0, u16::MAX)])
    }

    /// No port.
    pub fn none() -> Ports {
        Ports(Vec::new())
    }

    /// `*`, `5432` or `1024-65535`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Ports> {
        let text = text.trim();
        if text == "*" {
            return Some(Ports::all());
        }
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let (from, to) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        (from <= to).then(|| Ports(vec![(from, to)]))
    }

    /// With the ports of another set.
    #[must_use]
    pub fn union(&self, other: &Ports) -> Ports {
        let mut all: Vec<(u16, u16)> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_unstable();
        let mut joined: Vec<(u16, u16)> = Vec::new();
        for (from, to) in all {
            match joined.last_mut() {
                Some(last) if u32::from(from) <= u32::from(last.1) + 1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        Ports(joined)
    }

    /// Its ranges.
    pub fn ranges(&self) -> &[(u16, u16)] {
        &self.0
    }

    /// Whether all of a range is in it.
    pub fn contains(&self, range: (u16, u16)) -> bool {
        self.0.iter().any(|(a, b)| *a <= range.0 && range.1 <= *b)
    }

    /// Its ranges cut at the ends of others, so that each piece is wholly inside or outside each of them.
    pub(super) fn pieces<'p>(&self, others: impl Iterator<Item = &'p Ports>) -> Vec<(u16, u16)> {
        let mut starts: Vec<u32> = vec![0];
        for (from, to) in others.flat_map(|p| p.0.iter()) {
            starts.extend([u32::from(*from), u32::from(*to) + 1]);
        }
        starts.sort_unstable();
        starts.dedup();
        let mut pieces = Vec::new();
        for (from, to) in &self.0 {
            let mut at = u32::from(*from);
            let end = u32::from(*to);
            let first = at;
            for cut in starts.iter().filter(|c| **c > first && **c <= end) {
                pieces.push((at as u16, (cut - 1) as u16));
                at = *cut;
            }
            pieces.push((at as u16, end as u16));
        }
        pieces
    }
}

/// A set of protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protocols(u8);

const NAMES: [&str; 6] = ["tcp", "udp", "icmp", "esp", "ah", "other"];

impl Protocols {
    /// `*`, `Any` or the name of one, in any letter case; `None` for anything else.
    pub fn parse(text: &str) -> Option<Protocols> {
        let name = text.trim().to_ascii_lowercase();
        if name == "*" || name == "any" {
            return Some(Protocols((1 << NAMES.len()) - 1));
        }
        let at = NAMES.iter().take(5).position(|n| *n == name)?;
        Some(Protocols(1 << at))
    }

    /// Each by itself.
    pub(super) fn singles(self) -> impl Iterator<Item = Protocols> {
        (0..NAMES.len())
            .map(|bit| Protocols(1 << bit))
            .filter(move |p| self.contains(*p))
    }

    /// Whether all of `other` is in it.
    pub fn contains(self, other: Protocols) -> bool {
        self.0 & other.0 == other.0
    }
}

/// `10.0.0.0/24`, or an address alone for a range of one; `None` for anything else.
pub fn parse_range(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let net = text.parse::<IpNet>().ok();
    let net = net.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    net.map(|n| n.trunc())
}

/// A family of addresses; packets go between addresses of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Of 32 bits.
    V4,
    /// Of 128 bits.
    V6,
}

impl Family {
    /// That of a range.
    pub fn of(range: &IpNet) -> Family {
        match range {
            IpNet::V4(_) => Family::V4,
            IpNet::V6(_) => Family::V6,
        }
    }
}

/// The range in pieces of which each is wholly inside or outside each of the others. `None` when there
/// would be more than `most`.
pub fn atoms(range: IpNet, others: &[IpNet], most: usize) -> Option<Vec<IpNet>> {
    let mut done = Vec::new();
    let mut open = vec![range];
    while let Some(next) = open.pop() {
        let splits = others.iter().any(|o| next.contains(o) && *o != next);
        match next.subnets(next.prefix_len() + 1) {
            Ok(halves) if splits => open.extend(halves),
            _ => done.push(next),
        }
        if done.len() + open.len() > most {
            return None;
        }
    }
    done.sort();
    Some(done)
}

/// Whether no address of the range can be reached over the public internet: the private ranges.
pub fn is_private(range: &IpNet) -> bool {
    const PRIVATE: [&str; 4] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];
    PRIVATE
        .iter()
        .filter_map(|p| p.parse::<IpNet>().ok())
        .any(|p| p.contains(range))
}
