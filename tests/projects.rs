//! Every project under `fixtures/` gives the output that stands beside it in `expected.txt`. To accept
//! new output, run with `UPDATE=1` and read the difference.

use std::ffi::OsString;
use std::path::Path;

use azvet::check::Azvet;
use azvet::cli::{self, Surroundings};
use azvet::rules;

/// What `azvet` prints in `directory`: findings, then everything else, then the outcome.
fn azvet(directory: &Path, arguments: &[&str]) -> String {
    let library = rules::built_in().expect("the built-in rules compile");
    let surroundings = Surroundings {
        working_directory: directory.to_owned(),
        ..Surroundings::default()
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let arguments = ["azvet"].iter().chain(arguments).map(OsString::from);
    let engine = Azvet { library };
    let outcome = cli::run(
        arguments,
        &surroundings,
        &mut std::io::empty(),
        &mut out,
        &mut err,
        &engine,
    )
    .expect("memory can be written");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
    format!("{}\n---\n{}\n---\n{outcome:?}\n", text(out), text(err))
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
