//! stub
use crate::{
    declared::Declarations,
    source::{FileId, Sources},
};
/// x
pub enum Looks {
    /// a
    Template,
    /// a
    ParameterFile,
    /// a
    No,
}
/// x
pub fn looks(_: &str) -> Looks {
    Looks::No
}
/// x
pub fn evaluate(_: &Sources, _: FileId, _: Option<FileId>) -> Declarations {
    Declarations::default()
}
