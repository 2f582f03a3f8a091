//! Where routes send traffic: the longest prefix wins, and among equals a route of the table over one
//! that the network has by itself.

use ipnet::IpNet;

use super::space::atoms;
use super::tags::{Cover, End, Tags};

/// Where a route sends traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hop {
    /// As written, in lower case.
    To(String),
    /// Not known.
    Unknown,
}

/// A route.
#[derive(Clone, Debug)]
pub struct Route {
    /// It is there for certain.
    pub certain: bool,
    /// What it is for: a range or a tag.
    pub to: End,
    /// Where it sends that.
    pub hop: Hop,
}

/// Every place to which the routes may send some of this destination; what can't be told is among them
/// as [`Hop::Unknown`]. `own`: what the network has by itself, by range; the table's come first.
pub fn hops(table: &[Route], own: &[(IpNet, Hop)], to: &End, tags: &Tags) -> Vec<Hop> {
    let mut found = Vec::new();
    let mut add = |hop: Hop| {
        if !found.contains(&hop) {
            found.push(hop);
        }
    };
    let End::Net(range) = to else {
        tagged(table, to, tags).into_iter().for_each(add);
        return found;
    };
    let ranges: Vec<IpNet> = table
        .iter()
        .filter_map(range_of)
        .chain(own.iter().map(|o| o.0))
        .collect();
    let Some(atoms) = atoms(*range, &ranges, 4096) else {
        return vec![Hop::Unknown];
    };
    for atom in atoms {
        let mut best: Option<(u8, u8, &Hop)> = None;
        for (net, hop) in own.iter().filter(|(net, _)| net.contains(&atom)) {
            best = best.max_by_length(net.prefix_len(), 0, hop);
        }
        for route in table {
            match range_of(route) {
                Some(net) if net.contains(&atom) && route.certain => {
                    best = best.max_by_length(net.prefix_len(), 1, &route.hop);
                }
                Some(net) if !net.contains(&atom) => {}
                // Tags have ranges of any length.
                _ if tags.covered(std::slice::from_ref(&route.to), &End::Net(atom), false)
                    != Cover::None =>
                {
                    add(Hop::Unknown);
                }
                _ => {}
            }
        }
        add(best.map_or(Hop::Unknown, |(_, _, hop)| hop.clone()));
    }
    found
}

/// Of a tag: its own route, else the one for anything. Ranges beside it may be part of the tag.
fn tagged(table: &[Route], to: &End, tags: &Tags) -> Vec<Hop> {
    let mut found = Vec::new();
    let mut default = None;
    let mut own = None;
    for route in table {
        match tags.covered(std::slice::from_ref(&route.to), to, false) {
            Cover::None => {}
            _ if !route.certain => found.push(Hop::Unknown),
            Cover::All if matches!(route.to, End::Any) => default = Some(route.hop.clone()),
            Cover::All if route.to == *to => own = Some(route.hop.clone()),
            _ => found.push(Hop::Unknown),
        }
    }
    found.extend(own.or(default).or(Some(Hop::To("internet".into()))));
    found
}

fn range_of(route: &Route) -> Option<IpNet> {
    match &route.to {
        End::Net(net) => Some(*net),
        End::Any => "0.0.0.0/0".parse().ok(),
        _ => None,
    }
}

trait Longest<'h> {
    fn max_by_length(self, length: u8, rank: u8, hop: &'h Hop) -> Self;
}

impl<'h> Longest<'h> for Option<(u8, u8, &'h Hop)> {
    fn max_by_length(self, length: u8, rank: u8, hop: &'h Hop) -> Self {
        match self {
            Some((l, r, _)) if (l, r) >= (length, rank) => self,
            _ => Some((length, rank, hop)),
        }
    }
}
