//! The command line as scripts see it: exit codes, streams, mistakes in usage.
#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use std::path::Path;

use azvet::cli::Outcome::{self, Clean, Findings, Incomplete};
use support::run;

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

fn outcome(directory: &Path, arguments: &[&str]) -> Outcome {
    run(directory, arguments, &[], "").0
}

#[test]
fn outcomes_follow_severity_and_threshold() {
    let warning = project(&[("main.tf", "x = BAD\n")]);
    let note = project(&[("main.tf", "x = odd\n")]);
    let both = project(&[("main.tf", "x = BAD\n"), ("junk/a.tf", "")]);
    std::fs::write(both.path().join("junk/b.tf"), [0xFF, 0x00, 0x80]).unwrap();
    for (directory, arguments, expected) in [
        (&warning, &["check"][..], Findings),
        (&warning, &["check", "--fail-on", "error"], Clean),
        (&warning, &["check", "--fail-on=note"], Findings),
        (&warning, &["check", "--exit-zero"], Clean),
        (&warning, &["check", "--ignore", "fs-dns-zone-link"], Clean),
        (&warning, &["check", "--only", "fs-subnet-style"], Clean),
        (
            &warning,
            &["check", "--only", "fs-subnet-style,fs-dns-zone-link"],
            Findings,
        ),
        (&warning, &["check", "-f", "json"], Findings),
        (&warning, &["check", "-f", "concise", "-j", "2"], Findings),
        (&warning, &["check", "main.tf"], Findings),
        (&warning, &["check", ".", "gone"], Incomplete),
        (&warning, &["check", "gone", "--exit-zero"], Incomplete),
        (&note, &["check"], Clean),
        (&note, &["check", "--fail-on", "note"], Findings),
        (&both, &["check"], Incomplete),
        (&note, &["model"], Clean),
        (&note, &["model", "gone"], Incomplete),
        (&note, &["rules"], Clean),
        (&note, &["explain", "fs-dns-zone-link"], Clean),
        (&note, &["--help"], Clean),
        (&note, &["--version"], Clean),
    ] {
        assert_eq!(
            outcome(directory.path(), arguments),
            expected,
            "{arguments:?}"
        );
    }
}

#[test]
fn mistakes_are_told_and_end_with_two() {
    let directory = project(&[("main.tf", "")]);
    let mut all = String::new();
    for arguments in [
        &[][..],
        &["chekc"],
        &["check", "--fail-on", "info"],
        &["check", "--format", "jsn"],
        &["check", "--format", "json="],
        &["check", "-f", "json", "-f", "text"],
        &["check", "--only", "fs-subnet-delegaton"],
        &["check", "--ignore", "nonsense"],
        &["check", "--var", "name"],
        &["check", "-"],
        &["check", "--stdin-filename", "main.tf"],
        &["check", "-q", "-v"],
        &["check", "-j", "0"],
        &["explain", "dns-zone-link"],
    ] {
        let (outcome, out, err) = run(directory.path(), arguments, &[], "");
        assert_eq!((outcome, out.as_str()), (Incomplete, ""), "{arguments:?}");
        all.push_str(&format!("$ azvet {}\n{err}\n", arguments.join(" ")));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn help() {
    let directory = project(&[]);
    let mut all = String::new();
    for command in ["check", "model", "explain", "rules"] {
        all.push_str(&run(directory.path(), &[command, "-h"], &[], "").1);
        all.push('\n');
    }
    insta::assert_snapshot!(all);
}

#[test]
fn findings_and_the_rest_go_to_different_streams() {
    let directory = project(&[("main.tf", "x = BAD\n"), ("a.bicep", "")]);
    let (_, out, err) = run(directory.path(), &["check", ".", "gone"], &[], "");
    insta::assert_snapshot!(format!("{out}--- stderr\n{err}"));
    let (_, quiet, err) = run(directory.path(), &["check", "-q"], &[], "");
    assert_eq!(quiet, out);
    assert!(!err.contains("found"), "{err}");
}

#[test]
fn several_formats_in_one_run() {
    let directory = project(&[("main.tf", "x = BAD\n")]);
    let arguments = [
        "check",
        "-f",
        "json=out.json",
        "-f",
        "concise",
        "-f",
        "text=out.txt",
    ];
    let forced = [("FORCE_COLOR", "1")];
    let (outcome, out, _) = run(directory.path(), &arguments, &forced, "");
    assert_eq!(outcome, Findings);
    assert!(out.starts_with("\u{1b}[1mmain.tf:1:5\u{1b}[0m: "), "{out}");
    let read = |name| std::fs::read_to_string(directory.path().join(name)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&read("out.json")).unwrap();
    assert_eq!(json["findings"][0]["location"]["start"]["column"], 5);
    assert!(!read("out.txt").contains('\u{1b}'));

    let arguments = ["check", "-f", "json=gone/out.json"];
    let (outcome, out, err) = run(directory.path(), &arguments, &[], "");
    assert_eq!((outcome, out.as_str()), (Incomplete, ""));
    assert!(err.contains("gone/out.json can't be written"), "{err}");
}

#[test]
fn standard_input_stands_for_a_file() {
    let directory = project(&[("main.tf", "x = 1\n"), ("other.tf", "")]);
    for (name, expected) in [("main.tf", "main.tf:1:5"), ("new/x.json", "new/x.json:1:5")] {
        let arguments = ["check", "-", "--stdin-filename", name, "-f", "concise"];
        let (outcome, out, err) = run(directory.path(), &arguments, &[], "y = BAD\n");
        assert_eq!(outcome, Findings, "{err}");
        assert!(out.starts_with(expected), "{out}");
    }
}

#[test]
fn inputs_come_from_flags_and_environment() {
    let directory = project(&[("main.tf", "")]);
    let arguments = [
        "check", "--var", "b=2=3", "--var", "a=1", "-q", "-f", "concise",
    ];
    let variables = [("TF_VAR_z", "9"), ("TF_VAR_c", "3"), ("PATH", "/bin")];
    let (_, _, err) = run(directory.path(), &arguments, &variables, "");
    assert_eq!(
        err,
        "notice: b is 2=3\nnotice: a is 1\nnotice: c is 3\nnotice: z is 9\n"
    );
}
