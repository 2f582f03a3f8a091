//! The configuration file of a run.

use std::io;

use super::terminal::{line_width, wants_color};
use super::{Outcome, Streams, Surroundings, mistake};
use crate::cli::{ColorWhen, InputArgs};
use crate::config::{self, Config, Refused};
use crate::finding::Report;
use crate::report::{self, Paint, View};

/// Why there is no configuration.
pub(super) enum Refusal {
    /// There is no telling which it is.
    Untold(String),
    /// It has mistakes.
    Wrong(Box<Refused>),
}

impl From<Box<Refused>> for Refusal {
    fn from(refused: Box<Refused>) -> Refusal {
        Refusal::Wrong(refused)
    }
}

/// Finds and reads it; an empty one where there is none, or none is wanted.
pub(super) fn of(input: &InputArgs, surroundings: &Surroundings) -> Result<Config, Refusal> {
    let directory = &surroundings.working_directory;
    let stdin = input.stdin_filename.iter();
    let paths = input.paths.iter().filter(|p| p.as_os_str() != "-");
    let paths: Vec<_> = paths.chain(stdin).cloned().collect();
    let found = match &input.config {
        Some(path) => Some(path.clone()),
        None if input.no_config => None,
        None => config::find(directory, &paths).map_err(Refusal::Untold)?,
    };
    let mut config = match found {
        Some(path) => Config::load(directory, &path)?,
        None => Config::default(),
    };
    config.is_chosen = input.no_config || input.config.is_some();
    Ok(config)
}

/// Says what is wrong; nothing is checked with settings that are not understood.
pub(super) fn refuse(
    refusal: Refusal,
    color: ColorWhen,
    surroundings: &Surroundings,
    streams: &mut Streams<'_>,
) -> io::Result<Outcome> {
    let refused = match refusal {
        Refusal::Untold(message) => return mistake(streams, &message),
        Refusal::Wrong(refused) => refused,
    };
    let nothing = Report::default();
    let view = View {
        paint: Paint::new(wants_color(
            color,
            surroundings,
            surroundings.err_is_terminal,
        )),
        width: line_width(surroundings),
        ..View::new(&refused.sources, &nothing)
    };
    report::write_problems(&view, &refused.problems, false, streams.err)?;
    Ok(Outcome::Incomplete)
}
