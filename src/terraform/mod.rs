//! stub
use crate::{declared::Declarations, source::Sources};
use std::{collections::BTreeMap, path::*};
/// x
#[derive(Default)]
pub struct Inputs {
    /// a
    pub vars: Vec<(String, String)>,
    /// a
    pub var_files: Vec<PathBuf>,
    /// a
    pub environment: Vec<(String, String)>,
    /// a
    pub known_versions: BTreeMap<String, Vec<String>>,
}
/// x
pub struct Configurations;
impl Configurations {
    /// x
    pub fn load(_: &Sources, _: &[PathBuf]) -> Configurations {
        Configurations
    }
    /// x
    pub fn roots(&self) -> Vec<PathBuf> {
        vec![]
    }
    /// x
    pub fn evaluate(&self, _: &Path, _: &Inputs) -> Declarations {
        Declarations::default()
    }
}
