//! Terraform itself says what is right. Its answers are recorded under `tests/oracle/terraform`, so
//! that the tests run without it; where it is installed they also check that the recording is what it
//! says. `UPDATE=1` records again. CONTRIBUTING.md tells more.

mod answer;
mod expressions;
mod real;

use std::path::PathBuf;

/// Where the recorded answers are.
fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/terraform")
}

/// Whether to record.
fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn read(path: &std::path::Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
