//! azvet vets Azure database networking before it is deployed.
//!
//! ```text
//! paths, settings ─► discover ─► terraform │ arm ─► declared ─► model ─► rules ─► report
//! ```
//!
//! `use` goes one way, from the right end of that line to the left; `tests/architecture.rs` looks.

pub mod arm;
pub mod baseline;
pub mod check;
pub mod cli;
pub mod config;
pub mod declared;
pub mod discover;
pub mod examples;
pub mod files;
pub mod finding;
pub mod fix;
pub mod looks;
pub mod model;
pub mod network;
mod own_rules;
pub mod report;
pub mod rules;
pub mod settings;
pub mod source;
mod suggest;
pub mod suppress;
pub mod terraform;
pub mod value;
mod yaml;
