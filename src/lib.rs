//! azvet vets Azure database networking before it is deployed.

pub mod arm;
pub mod declared;
pub mod files;
pub mod finding;
pub mod source;
pub mod value;
