//! Address ranges as text: `10.0.0.0/24`, or an address alone for a range of one.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::functions::ends;
use crate::value::{Text, Value};

fn parse(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let net = text.parse::<IpNet>().ok();
    let net = net.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    net.map(|n| n.trunc())
}

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

/// Whether all of `inner` is in `outer`. `None` unless both are ranges.
pub(super) fn contains(outer: &Value, inner: &Value) -> Option<bool> {
    let (outer, inner) = both(outer, inner)?;
    Some(outer.contains(&inner))
}

/// Whether some address is in both. `None` unless both are ranges.
pub(super) fn overlaps(a: &Value, b: &Value) -> Option<bool> {
    let (a, b) = both(a, b)?;
    Some(a.contains(&b) || b.contains(&a))
}
