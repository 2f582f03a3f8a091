//! Every project under `fixtures/` gives the output that stands beside it in `expected.txt`. To accept
//! new output, run with `UPDATE=1` and read the difference.

#[path = "support/command.rs"]
#[allow(unreachable_pub)]
mod command;

use std::path::Path;

/// What `azvet` prints in `directory`: findings, then everything else, then the outcome.
fn azvet(directory: &Path, arguments: &[&str]) -> String {
    let (outcome, out, err) = command::azvet(directory, arguments);
    // How many rules there are is no matter of a project: a new one changes only what it finds.
    let library = azvet::rules::built_in().expect("the built-in rules compile");
    let err = err.replace(&format!(", {} rules", library.rules.len()), ", all rules");
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

/// What else can't be read takes no findings away.
#[test]
fn a_template_is_checked_without_a_parameter_file_that_is_missing() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let arguments = ["check", "--parameters", "gone.json", "inventory-arm"];
    let output = azvet(&fixtures, &arguments);
    assert!(
        output.contains("gone.json can't be read: no such file"),
        "{output}"
    );
    assert!(
        output.contains("error[fs-public-access-conflict]"),
        "{output}"
    );
    assert!(output.ends_with("Incomplete\n"), "{output}");
}

/// A cut-off file is told from one that is none of ours.
#[test]
fn a_named_file_of_broken_json_is_told_where_it_breaks() {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    std::fs::write(directory.path().join("plan.json"), "{\"a\":").expect("it is writable");
    let output = azvet(directory.path(), &["check", "-f", "concise", "plan.json"]);
    assert!(
        output.contains("plan.json:1:6: error: this is not valid JSON"),
        "{output}"
    );
}
