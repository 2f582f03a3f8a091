//! Address ranges as text: `10.0.0.0/24`, or an address alone for a range of one, or, where coverage is asked,
//! `10.0.0.0-10.0.0.9`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::functions::ends;
use crate::network::parse_range as parse;
use crate::value::{Text, Value};

/// The prefix length of an IPv4 range; null for anything else that is known. A text with unknown
/// pieces is taken to be a range when its beginning and end say so: `10.${x}.0.0/16`.
pub(super) fn prefix_length(text: &Text) -> Option<Value> {
    if let Some(known) = text.as_known() {
        return Some(match parse(known) {
            Some(IpNet::V4(net)) => i64::from(net.prefix_len()).into(),
            _ => Value::null(),
        });
    }
    if !begins_as_ipv4(text) {
        return None;
    }
    let (_, tail) = ends(text);
    let (_, length) = tail.as_deref()?.rsplit_once('/')?;
    let length: i64 = length.parse().ok()?;
    (0..=32).contains(&length).then(|| length.into())
}

/// An IPv4 address as a number; null for anything else, ranges and spaces around it included.
pub(super) fn address(text: &str) -> Value {
    match text.parse::<Ipv4Addr>() {
        Ok(address) => i64::from(u32::from(address)).into(),
        Err(_) => Value::null(),
    }
}

/// Whether it is an IPv4 range or address.
pub(super) fn is_ipv4(text: &Text) -> Option<Value> {
    match text.as_known() {
        Some(known) => Some(matches!(parse(known), Some(IpNet::V4(_))).into()),
        None => begins_as_ipv4(text).then(|| true.into()),
    }
}

/// `10.…`: digits and a dot.
fn begins_as_ipv4(text: &Text) -> bool {
    let (Some(head), _) = ends(text) else {
        return false;
    };
    head.split_once('.')
        .is_some_and(|(first, _)| first.parse::<u8>().is_ok())
}

fn both(a: &Value, b: &Value) -> Option<(IpNet, IpNet)> {
    Some((parse(a.as_str()?)?, parse(b.as_str()?)?))
}

/// Whether all of `inner` is in `outer`, or in the ranges of the list `outer` together. `None` where they
/// do not tell; what is no range holds nothing.
pub(super) fn contains(outer: &Value, inner: &Value) -> Option<bool> {
    let Some(outer) = outer.as_list() else {
        let (outer, inner) = both(outer, inner)?;
        return Some(outer.contains(&inner));
    };
    let (first, last) = span(inner.as_str()?)?;
    let mut all_known = outer.rest.is_none();
    let mut spans: Vec<(IpAddr, IpAddr)> = Vec::new();
    for range in outer.items.iter() {
        match range.as_str() {
            Some(known) => spans.extend(span(known)),
            None => all_known &= range.first_symbol().is_none(),
        }
    }
    spans.sort_unstable();
    // The first address that is not known to be in the list; none when that would lie beyond the last of all.
    let mut next = Some(first);
    for (from, to) in spans {
        match next {
            Some(at) if from <= at && at <= to => next = after(to),
            _ => {}
        }
    }
    let within = next.is_none_or(|at| at > last);
    (within || all_known).then_some(within)
}

/// The first and the last address of a range, which may also be written as the two with `-` between them.
fn span(text: &str) -> Option<(IpAddr, IpAddr)> {
    if let Some((first, last)) = text.split_once('-') {
        let ends: (IpAddr, IpAddr) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        let same = ends.0.is_ipv4() == ends.1.is_ipv4();
        return (same && ends.0 <= ends.1).then_some(ends);
    }
    let net = parse(text)?;
    Some((net.network(), net.broadcast()))
}

fn after(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(a) => u32::from(a)
            .checked_add(1)
            .map(|n| Ipv4Addr::from(n).into()),
        IpAddr::V6(a) => u128::from(a)
            .checked_add(1)
            .map(|n| Ipv6Addr::from(n).into()),
    }
}

/// Whether some address is in both. `None` unless both are ranges.
pub(super) fn overlaps(a: &Value, b: &Value) -> Option<bool> {
    let (a, b) = both(a, b)?;
    Some(a.contains(&b) || b.contains(&a))
}
