//! `uniqueString` and `guid`: hashes of their arguments, put together with hyphens. Of arguments that
//! are not known they are unknown, and equal for equal ones.
//!
//! The algorithms are not documented; `tests/oracle/arm/hash.yaml` has results of the real ones. Of
//! `uniqueString`, which hashes up to seven last bytes apart, it has results for 0, 2, 3, 4 and 5 of
//! them. None is known for an empty text or for characters other than ASCII, taken to be UTF-8.

use uuid::Uuid;

use super::Body::ByCase;
use super::arguments::Arguments;
use super::text::text_of;
use super::{ANY, Function, function};

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "uniqueString",
        1,
        ANY,
        ByCase(|a| Some(unique_string(&joined(a)?).into())),
    ),
    function("guid", 1, ANY, ByCase(|a| Some(guid(&joined(a)?).into()))),
];

/// The namespace of the name-based (version 5) ids that `guid` makes.
const NAMESPACE: Uuid = Uuid::from_u128(0x11fb06fb_712d_4ddd_98c7_e71bbd588830);

fn guid(text: &str) -> String {
    Uuid::new_v5(&NAMESPACE, text.as_bytes()).to_string()
}

fn joined(a: &Arguments<'_, '_>) -> Option<String> {
    let mut out = String::new();
    for (at, value) in a.values.iter().enumerate() {
        if at > 0 {
            out.push('-');
        }
        match text_of(value) {
            Some(text) => out.push_str(text.as_known()?),
            None => return a.neither(at, "a string"),
        }
    }
    Some(out)
}

/// Thirteen characters of the 64 bits, highest first.
fn unique_string(text: &str) -> String {
    const CHARACTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut bits = hash(text.as_bytes());
    (0..13)
        .map(|_| {
            let character = CHARACTERS[(bits >> 59) as usize];
            bits <<= 5;
            char::from(character)
        })
        .collect()
}

const C1: u32 = 0x239b_961b;
const C2: u32 = 0xab0e_9789;

/// A Murmur hash of two lanes of 32 bits; the second lane is the higher half.
fn hash(bytes: &[u8]) -> u64 {
    let mix1 = |k: u32| k.wrapping_mul(C1).rotate_left(15).wrapping_mul(C2);
    let mix2 = |k: u32| k.wrapping_mul(C2).rotate_left(17).wrapping_mul(C1);
    let (mut low, mut high) = (0u32, 0u32);
    let mut blocks = bytes.chunks_exact(8);
    for block in &mut blocks {
        low = (low ^ mix1(little_endian(&block[..4])))
            .rotate_left(19)
            .wrapping_add(high);
        low = low.wrapping_mul(5).wrapping_add(0x561c_cd1b);
        high = (high ^ mix2(little_endian(&block[4..])))
            .rotate_left(13)
            .wrapping_add(low);
        high = high.wrapping_mul(5).wrapping_add(0x0bca_a747);
    }
    let rest = blocks.remainder();
    low ^= mix1(little_endian(&rest[..rest.len().min(4)]));
    high ^= mix2(little_endian(rest.get(4..).unwrap_or_default()));
    let length = bytes.len() as u32;
    (low, high) = together(low ^ length, high ^ length);
    (low, high) = together(finish(low), finish(high));
    u64::from(high) << 32 | u64::from(low)
}

fn together(low: u32, high: u32) -> (u32, u32) {
    let low = low.wrapping_add(high);
    (low, high.wrapping_add(low))
}

/// Up to four bytes as a number; of none, 0.
fn little_endian(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |n, b| n << 8 | u32::from(*b))
}

fn finish(mut k: u32) -> u32 {
    k = (k ^ k >> 16).wrapping_mul(0x85eb_ca6b);
    k = (k ^ k >> 13).wrapping_mul(0xc2b2_ae35);
    k ^ k >> 16
}
