//! Address ranges.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::Body::ByCase;
use super::arguments::Arguments;
use super::{Function, function};
use crate::value::{Entry, Value, member};

pub(super) const FUNCTIONS: &[Function] = &[
    function("parseCidr", 1, 1, ByCase(parse)),
    function("cidrSubnet", 3, 3, ByCase(subnet)),
    function("cidrHost", 2, 2, ByCase(host)),
];

fn range(a: &Arguments<'_, '_>) -> Option<IpNet> {
    let text = a.known(0)?.trim();
    if let Ok(range) = text.parse() {
        return Some(range);
    }
    // Whether masks may be written out, or left out, is not documented.
    let (address, mask) = text.split_once(['/', ' ']).unwrap_or((text, ""));
    if address.parse::<IpAddr>().is_ok() && mask.parse::<u32>().is_err() {
        return None;
    }
    a.refuse(
        a.span,
        format!("the string given to `{}` is no address range", a.name()),
    )
}

fn bits(net: &IpNet) -> (u128, u8) {
    match net {
        IpNet::V4(net) => (u32::from(net.network()).into(), 32),
        IpNet::V6(net) => (net.network().into(), 128),
    }
}

fn address(net: &IpNet, bits: u128) -> Option<String> {
    match net {
        IpNet::V4(_) => Some(Ipv4Addr::from(u32::try_from(bits).ok()?).to_string()),
        IpNet::V6(_) => Some(Ipv6Addr::from(bits).to_string()),
    }
}

fn subnet(a: &Arguments<'_, '_>) -> Option<Value> {
    let (net, length, index) = (range(a)?, a.int(1)?, a.int(2)?);
    let (start, width) = bits(&net);
    let fits = |length: &u8| (net.prefix_len()..=width).contains(length);
    let Some(length) = u8::try_from(length).ok().filter(fits) else {
        return a.refuse(
            a.span,
            "the new prefix length is shorter than the range's own, or too long",
        );
    };
    let more = length - net.prefix_len();
    let index = u128::try_from(index)
        .ok()
        .filter(|i| more >= 64 || i >> more == 0);
    let Some(index) = index else {
        return a.refuse(a.span, "the range has no subnet of this number");
    };
    let offset = match width - length {
        128 => 0,
        shift => index.checked_shl(shift.into())?,
    };
    let first = address(&net, start.checked_add(offset)?)?;
    Some(format!("{first}/{length}").into())
}

/// The `index`-th usable address; the network's own does not count.
fn host(a: &Arguments<'_, '_>) -> Option<Value> {
    let (net, index) = (range(a)?, a.int(1)?);
    let (start, width) = bits(&net);
    let free = width - net.prefix_len();
    // Whether smaller networks have usable addresses, and whether the last counts, is not documented.
    if free < 2 {
        return None;
    }
    let at = u128::try_from(index).ok().map(|index| index + 1);
    let at = at.filter(|at| free >= 64 || at >> free == 0);
    match at {
        Some(at) if free < 64 && at == (1 << free) - 1 => None,
        Some(at) => Some(address(&net, start.checked_add(at)?)?.into()),
        None => a.refuse(a.span, "the range has no address of this number"),
    }
}

fn parse(a: &Arguments<'_, '_>) -> Option<Value> {
    let text = |name: &str, address: String| Entry::new(name, address.into());
    let net = range(a)?;
    let length = Entry::new("cidr", i64::from(net.prefix_len()).into());
    Some(Value::object(match net {
        IpNet::V4(net) => {
            let (first, last) = (net.network(), net.broadcast());
            // Bicep's notices name the library that Resource Manager's evaluator reads ranges with,
            // lduchosal/ipnetwork. Its versions differ in the last address of a network of two.
            let (first_usable, last_usable) = match 32 - net.prefix_len() {
                0 => (first, Some(last)),
                1 => (first, None),
                _ => (neighbour(first, 1), Some(neighbour(last, -1))),
            };
            let last_usable = match last_usable {
                Some(last) => last.to_string().into(),
                None => member(&a.unknown().into(), "lastUsable", true),
            };
            vec![
                text("network", first.to_string()),
                text("netmask", net.netmask().to_string()),
                text("broadcast", last.to_string()),
                text("firstUsable", first_usable.to_string()),
                Entry::new("lastUsable", last_usable),
                length,
            ]
        }
        IpNet::V6(net) => vec![
            text("network", net.network().to_string()),
            text("netmask", net.netmask().to_string()),
            text("firstUsable", net.network().to_string()),
            text("lastUsable", net.broadcast().to_string()),
            length,
        ],
    }))
}

fn neighbour(address: Ipv4Addr, step: i32) -> Ipv4Addr {
    u32::from(address).wrapping_add_signed(step).into()
}
