//! Terraform itself says what is right. Its answers are recorded under `tests/oracle/terraform`, so
//! that the tests run without it; where it is installed they also check that the recording is what it
//! says. `UPDATE=1` records again. CONTRIBUTING.md tells more.

mod answer;
mod configurations;
mod expressions;
mod generate;
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

/// Compares a list of what is known to be amiss with the recorded one, or records it.
fn compare(name: &str, list: &str) {
    let path = data().join(name);
    if updating() {
        std::fs::write(path, list).expect("a file");
    } else {
        assert_eq!(
            read(&path),
            list,
            "{name} is not true any more: read why, and run with UPDATE=1"
        );
    }
}
