//! Address ranges.

use ipnet::IpNet;

use super::{Arguments, Function};
use crate::value::{Entry, Value};

pub(super) fn find(name: &str) -> Option<Function> {
    use Function::ByCase;
    Some(match name {
        "cidrsubnet" => ByCase(subnet),
        "cidrhost" => ByCase(host),
        "parsecidr" => ByCase(parse),
        _ => return None,
    })
}

fn range(a: &Arguments<'_, '_>) -> Option<IpNet> {
    a.values.first()?.as_str()?.trim().parse().ok()
}

fn bits(net: &IpNet) -> (u128, u8) {
    match net {
        IpNet::V4(net) => (u32::from(net.network()).into(), 32),
        IpNet::V6(net) => (net.network().into(), 128),
    }
}

fn address(net: &IpNet, bits: u128) -> Option<String> {
    match net {
        IpNet::V4(_) => Some(std::net::Ipv4Addr::from(u32::try_from(bits).ok()?).to_string()),
        IpNet::V6(_) => Some(std::net::Ipv6Addr::from(bits).to_string()),
    }
}

fn subnet(a: &Arguments<'_, '_>) -> Option<Value> {
    let net = range(a)?;
    let length = u8::try_from(a.values.get(1)?.as_int()?).ok()?;
    let index = u128::try_from(a.values.get(2)?.as_int()?).ok()?;
    let (start, width) = bits(&net);
    let more = length.checked_sub(net.prefix_len())?;
    if length > width || (more < 64 && index >> more != 0) {
        return None;
    }
    let offset = match width - length {
        128 => 0,
        shift => index.checked_shl(shift.into())?,
    };
    let first = address(&net, start.checked_add(offset)?)?;
    Some(format!("{first}/{length}").into())
}

/// The `index`-th usable address; the network's own does not count.
fn host(a: &Arguments<'_, '_>) -> Option<Value> {
    let net = range(a)?;
    let index = u128::try_from(a.values.get(1)?.as_int()?).ok()?;
    let (start, width) = bits(&net);
    let free = width - net.prefix_len();
    let at = index.checked_add(1)?;
    if free < 64 && at >> free != 0 {
        return None;
    }
    Some(address(&net, start.checked_add(at)?)?.into())
}

fn parse(a: &Arguments<'_, '_>) -> Option<Value> {
    let IpNet::V4(net) = range(a)? else {
        return None;
    };
    // Whether smaller networks have usable addresses is a matter of opinion.
    if net.prefix_len() > 30 {
        return None;
    }
    let first = u32::from(net.network()) + 1;
    let last = u32::from(net.broadcast()) - 1;
    let text = |bits: u32| Value::from(std::net::Ipv4Addr::from(bits).to_string());
    Some(Value::object(vec![
        Entry::new("network", net.network().to_string().into()),
        Entry::new("netmask", net.netmask().to_string().into()),
        Entry::new("broadcast", net.broadcast().to_string().into()),
        Entry::new("firstUsable", text(first)),
        Entry::new("lastUsable", text(last)),
        Entry::new("cidr", i64::from(net.prefix_len()).into()),
    ]))
}
