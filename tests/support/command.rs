//! Runs `azvet` with its built-in rules, without a process.

use std::ffi::OsString;
use std::path::Path;

use azvet::check::Azvet;
use azvet::cli::{self, Outcome, Surroundings};
use azvet::rules;

/// What `azvet` makes of these arguments in `directory`: how it ended, findings, everything else.
pub fn azvet(directory: &Path, arguments: &[&str]) -> (Outcome, String, String) {
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
    (outcome, text(out), text(err))
}
