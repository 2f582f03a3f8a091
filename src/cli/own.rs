//! Users' own rules, on the command line.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::RulesTestArgs;
use super::config::Refusal;
use super::terminal::{line_width, wants_color};
use super::{ColorWhen, Engine, Outcome, Streams, Surroundings};
use crate::config::Refused;
use crate::files::Disk;
use crate::finding::Report;
use crate::report::{self, Paint, View};
use crate::source::Sources;

/// The engine with the rules of a folder, too; `None` when there is no folder.
pub(super) fn engine(
    folder: Option<&Path>,
    surroundings: &Surroundings,
    engine: &dyn Engine,
) -> Result<Option<Box<dyn Engine>>, Refusal> {
    let Some(folder) = folder else {
        return Ok(None);
    };
    let sources = sources(&[folder.to_owned()], surroundings);
    match engine.with_rules(&sources, folder) {
        Ok(extended) => Ok(Some(extended)),
        Err(problems) => Err(Box::new(Refused { sources, problems }).into()),
    }
}

fn sources(paths: &[PathBuf], surroundings: &Surroundings) -> Sources {
    let disk = Disk::new(&surroundings.working_directory, paths, paths);
    Sources::new(Arc::new(disk))
}

/// `azvet rules test`.
pub(super) fn test(
    arguments: &RulesTestArgs,
    surroundings: &Surroundings,
    streams: &mut Streams<'_>,
    engine: &dyn Engine,
) -> io::Result<Outcome> {
    let sources = sources(&arguments.paths, surroundings);
    let tested = engine.test_rules(&sources, &arguments.paths);
    let nothing = Report::default();
    let view = |color: ColorWhen, terminal| View {
        paint: Paint::new(wants_color(color, surroundings, terminal)),
        width: line_width(surroundings),
        ..View::new(&sources, &nothing)
    };
    let out = view(arguments.color, surroundings.out_is_terminal);
    report::write_problems(&out, &tested.failures, false, streams.out)?;
    let err = view(arguments.color, surroundings.err_is_terminal);
    report::write_problems(&err, &tested.problems, false, streams.err)?;
    writeln!(
        streams.err,
        "{}, {}, {} failed",
        report::count(tested.rules, "rule"),
        report::count(tested.examples, "example"),
        tested.failures.len()
    )?;
    Ok(
        match (tested.problems.is_empty(), tested.failures.is_empty()) {
            (false, _) => Outcome::Incomplete,
            (true, false) => Outcome::Findings,
            (true, true) => Outcome::Clean,
        },
    )
}
