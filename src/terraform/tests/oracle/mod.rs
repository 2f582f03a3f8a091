//! Terraform itself says what is right. Its answers are recorded under `tests/oracle/terraform`, so
//! that the tests run without it; where it is installed they also check that the recording is what it
//! says. `UPDATE=1` records again. CONTRIBUTING.md tells more.

mod answer;
mod configurations;
mod expressions;
mod generate;
mod real;

use std::collections::BTreeMap;
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

/// What a reason's line starts with.
const INDENT: &str = "    ";

/// What stands where nobody has said why yet.
const WHY: &str = "why?";

/// Compares a list of what is known to be amiss with the recorded one, or records it. Below each entry
/// stands why it is so.
fn compare(name: &str, list: &str) {
    let path = data().join(name);
    let recorded = read(&path);
    let mut reasons: BTreeMap<&str, &str> = BTreeMap::new();
    let lines: Vec<&str> = recorded.lines().collect();
    for pair in lines.windows(2) {
        if let Some(reason) = pair[1].strip_prefix(INDENT) {
            reasons.insert(pair[0], reason);
        }
    }
    let entry = |line: &str| {
        let reason = reasons.get(line).unwrap_or(&WHY);
        format!("{line}\n{INDENT}{reason}\n")
    };
    let fresh: String = list.lines().map(entry).collect();
    if updating() {
        std::fs::write(path, fresh).expect("a file");
    } else {
        let open = "is not true any more: run with UPDATE=1, read what changes, and say why";
        assert_eq!(recorded, fresh, "{name} {open}");
        assert!(!recorded.contains(WHY), "{name}: say why");
    }
}
