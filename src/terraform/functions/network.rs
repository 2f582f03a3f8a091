//! Address arithmetic, for both families on one 128-bit number.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{text, unknown};
use crate::terraform::eval::error;
use crate::value::{Collection, Data, Number, Value};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    if !matches!(
        name,
        "cidrsubnet" | "cidrsubnets" | "cidrhost" | "cidrnetmask"
    ) {
        return None;
    }
    let fraction = |a: &Value| matches!(a.data, Data::Number(Number::Float(_)));
    if args[1..].iter().any(fraction) {
        return Some(error("a number that is not whole"));
    }
    let ints: Option<Vec<i64>> = args[1..].iter().map(Value::as_int).collect();
    let (Some(prefix), Some(ints)) = (text(args.first()), ints) else {
        return Some(unknown(name, args));
    };
    // What Terraform makes of these is of no use to anybody, and not followed.
    let odd = name == "cidrsubnet" && ints.iter().any(|i| *i < 0);
    let odd = odd || (name == "cidrsubnets" && prefix.ends_with("/0"));
    if odd || (prefix.contains(':') && prefix.contains('.')) {
        return Some(unknown(name, args));
    }
    let result = Block::parse(prefix).and_then(|block| {
        match (name, &ints[..]) {
            ("cidrsubnet", [bits, number]) => block
                .child(*bits)
                .and_then(|b| b.nth(u128::try_from(*number).ok()?))
                .map(|b| b.shown()),
            ("cidrsubnets", bits) => {
                return block.children(bits);
            }
            ("cidrhost", [number]) => block.host(*number),
            ("cidrnetmask", []) if block.width == 32 => Some(address(block.mask(), 32)),
            _ => None,
        }
        .map(Value::from)
    });
    Some(result.unwrap_or_else(|| error("an address range that does not fit")))
}

/// A network: its address as a number, its prefix length, and 32 or 128.
#[derive(Clone, Copy)]
struct Block {
    base: u128,
    prefix: u32,
    width: u32,
    /// The width of the parent's prefix, which numbers count from.
    parent: u32,
}

impl Block {
    fn parse(text: &str) -> Option<Block> {
        let (ip, prefix) = text.split_once('/')?;
        // Terraform takes zeros before a number, and means decimal.
        let trimmed = |part: &str| match part.trim_start_matches('0') {
            "" if !part.is_empty() => "0".to_owned(),
            digits => digits.to_owned(),
        };
        let ip = match ip.contains(':') {
            true => ip.to_owned(),
            false => ip.split('.').map(trimmed).collect::<Vec<_>>().join("."),
        };
        let (base, width) = match ip.parse().ok()? {
            IpAddr::V4(ip) => (u128::from(u32::from(ip)), 32),
            IpAddr::V6(ip) => (u128::from(ip), 128),
        };
        let prefix = prefix.parse().ok().filter(|p| *p <= width)?;
        let mut block = Block {
            base,
            prefix,
            width,
            parent: prefix,
        };
        block.base &= block.mask();
        Some(block)
    }

    fn mask(&self) -> u128 {
        let all = if self.width == 32 {
            u128::from(u32::MAX)
        } else {
            u128::MAX
        };
        let host = self.width - self.prefix;
        if host >= 128 { 0 } else { all >> host << host }
    }

    fn child(self, bits: i64) -> Option<Block> {
        let prefix = self.prefix + u32::try_from(bits).ok().filter(|b| *b <= 128)?;
        (prefix <= self.width).then_some(Block { prefix, ..self })
    }

    fn nth(self, number: u128) -> Option<Block> {
        let bits = self.prefix - self.parent;
        if bits < 128 && number >> bits != 0 {
            return None;
        }
        let shift = self.width - self.prefix;
        let offset = if shift >= 128 { 0 } else { number << shift };
        Some(Block {
            base: self.base | offset,
            ..self
        })
    }

    /// Consecutive ranges of the given sizes.
    fn children(self, bits: &[i64]) -> Option<Value> {
        let end = self.base.checked_add(self.last_offset())?;
        let mut at = self.base;
        let mut out = Vec::new();
        for bit in bits {
            // Terraform adds from 1 to 32 bits at a time.
            let child = self.child(*bit).filter(|_| (1..=32).contains(bit))?;
            let size = child.last_offset().checked_add(1)?;
            // Each starts at a multiple of its size.
            let start = at.checked_add(size - 1)? / size * size;
            let last = start.checked_add(size - 1)?;
            if last > end {
                return None;
            }
            out.push(Value::from(
                Block {
                    base: start,
                    ..child
                }
                .shown(),
            ));
            at = last.checked_add(1)?;
        }
        Some(Value::list(out).of(Collection::List))
    }

    /// The distance from the first address to the last.
    fn last_offset(&self) -> u128 {
        match self.width - self.prefix {
            128 => u128::MAX,
            bits => (1 << bits) - 1,
        }
    }

    fn host(&self, number: i64) -> Option<String> {
        let last = self.last_offset();
        let offset = u128::from(number.unsigned_abs());
        let offset = match number {
            // From the end: -1 is the last one.
            ..0 => last.checked_sub(offset - 1)?,
            _ => offset,
        };
        (offset <= last).then(|| address(self.base + offset, self.width))
    }

    fn shown(&self) -> String {
        format!("{}/{}", address(self.base, self.width), self.prefix)
    }
}

fn address(number: u128, width: u32) -> String {
    if width == 32 {
        Ipv4Addr::from(number as u32).to_string()
    } else {
        Ipv6Addr::from(number).to_string()
    }
}
