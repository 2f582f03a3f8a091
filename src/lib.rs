//! azvet vets Azure database networking before it is deployed.

pub mod cli;
pub mod declared;
pub mod discover;
pub mod files;
pub mod finding;
pub mod report;
pub mod settings;
pub mod source;
pub mod value;
