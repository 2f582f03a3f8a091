//! Networks as pure functions: address ranges, ports, what service tags stand for, and which rule of a
//! filter decides what becomes of some traffic.
//!
//! Nothing here knows templates. What a caller does not know it says so ([`End::Unknown`], `None` in a
//! field of a [`Rule`], [`Rule::certain`]), and then no answer rests on it.

mod filter;
mod space;
mod tags;

pub use filter::{Access, Decision, Direction, Rule, Traffic, decide};
pub use space::{Family, Ports, Protocols, atoms, is_private, parse_range};
pub use tags::{Cover, End, Space, Tag, Tags};

#[cfg(test)]
mod tests;
