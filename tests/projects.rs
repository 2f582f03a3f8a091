//! Every project under `fixtures/` gives the output that stands beside it in `expected.txt`. To accept
//! new output, run with `UPDATE=1` and read the difference.

#[path = "support/command.rs"]
#[allow(unreachable_pub)]
mod command;

use std::path::Path;

/// What `azvet` prints in `directory`: findings, then everything else, then the outcome.
fn azvet(directory: &Path, arguments: &[&str]) -> String {
    let (outcome, out, err) = command::azvet(directory, arguments);
    format!("{out}\n---\n{err}\n---\n{outcome:?}\n")
}

#[test]
fn projects_give_what_stands_beside_them() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut projects: Vec<_> = std::fs::read_dir(&fixtures)
        .expect("fixtures are readable")
        .flatten()
        .filter(|entry| entry.path().is_dir())
        .collect();
    projects.sort_by_key(std::fs::DirEntry::file_name);
    assert!(!projects.is_empty());
    for project in projects {
        let path = project.path();
        let name = project.file_name();
        let output = azvet(
            &fixtures,
            &["check", "--show-undecided", &name.to_string_lossy()],
        );
        let expected = path.join("expected.txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, &output).expect("fixtures are writable");
        }
        let text = std::fs::read_to_string(&expected).unwrap_or_default();
        assert_eq!(output, text, "{}", path.display());
    }
}

#[test]
fn output_is_the_same_for_any_number_of_threads() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let with = |threads| azvet(&fixtures, &["check", "--format", "json", "-j", threads]);
    assert_eq!(with("1"), with("2"));
}
