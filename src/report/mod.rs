//! What a run found, for people and for machines: one file per format, and one table of them.
//!
//! Lines and columns exist only here and in `source`.

mod concise;
mod draw;
mod edit;
mod frame;
mod json;
mod masks;
mod model;
mod paint;
mod rules;
mod secrets;
mod summary;
mod text;

use std::io::{self, Write};

use crate::declared::Problem;
use crate::finding::Report;
use crate::source::Sources;

pub use edit::without_secrets;
pub use model::{
    AttributeDump, ModelDump, OpaqueDump, ResourceDump, UnitDump, value_json,
    write_json as write_model_json, write_text as write_model_text,
};
pub use paint::Paint;
pub use rules::{
    write_explanation, write_json as write_rules_json, write_text as write_rules_text,
};
pub use summary::{write_summary, write_undecided};

/// What a report is written from, and how.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The files that spans point into.
    pub sources: &'a Sources,
    /// What was found.
    pub report: &'a Report,
    /// Colours, or none.
    pub paint: Paint,
    /// Columns of text output.
    pub width: usize,
}

/// How findings are written. A new one is a file here and a line in each of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Code frames for people.
    Text,
    /// A line per finding.
    Concise,
    /// For programs; the contract is versioned.
    Json,
}

impl Format {
    /// All of them.
    pub const ALL: &[Format] = &[Format::Text, Format::Concise, Format::Json];

    /// As the command line writes it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Concise => "concise",
            Format::Json => "json",
        }
    }

    /// The format of this name.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.iter().copied().find(|f| f.name() == name)
    }

    /// Writes the findings.
    ///
    /// # Errors
    /// When `out` can't be written.
    pub fn write(self, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Text => text::write_findings(view, out),
            Format::Concise => concise::write_findings(view, out),
            Format::Json => json::write(view, out),
        }
    }
}

/// Writes what could not be read or understood; `brief` on one line each.
///
/// # Errors
/// When `out` can't be written.
pub fn write_problems(
    view: &View<'_>,
    problems: &[Problem],
    brief: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    if brief {
        concise::write_problems(view, problems, "error", out)
    } else {
        text::write_problems(view, problems, text::Sort::Error, out)
    }
}

/// Writes what is worth telling but no failure; `brief` on one line each.
///
/// # Errors
/// When `out` can't be written.
pub fn write_notices(
    view: &View<'_>,
    notices: &[Problem],
    brief: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    if brief {
        concise::write_problems(view, notices, "notice", out)
    } else {
        text::write_problems(view, notices, text::Sort::Notice, out)
    }
}
