//! Fixes: from edits in terms of the model to text, applied and checked again.

mod apply;
mod attribute;
mod draft;
pub mod hcl;
mod insert;
pub mod json;
mod plan;
mod refer;
mod retype;
pub mod text;
mod wait;
mod write;

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::files::normalize;
use crate::finding::{Applicability, Finding, Replacement};
use crate::model::Model;
use crate::source::Sources;

pub use apply::{Changed, Fixed, Run, Texts, rounds};
pub use write::{diff, write};

/// Replace `range` of the text by `text`. The changes of one edit are sorted and do not overlap; an
/// edit without changes means that the text is already as wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Bytes to replace; empty for an insertion.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
}

impl Change {
    /// Text before the byte `at`.
    pub fn insert(at: usize, text: impl Into<String>) -> Change {
        Change::replace(at..at, text)
    }

    /// Other text in place of `range`.
    pub fn replace(range: Range<usize>, text: impl Into<String>) -> Change {
        Change {
            range,
            text: text.into(),
        }
    }

    /// Nothing in place of `range`.
    pub fn delete(range: Range<usize>) -> Change {
        Change::replace(range, "")
    }
}

/// Fixes that go to files outside the given paths are only shown: who else uses those was not looked at. A named
/// file stands for its directory.
pub fn keep_within(run: &mut Run, directory: &Path, paths: &[PathBuf]) {
    if run.report.findings.iter().all(|f| f.fix.is_none()) {
        return;
    }
    let read = run.sources.paths();
    let given = |path: &PathBuf| {
        let mut path = normalize(&directory.join(path));
        if read.contains(&path) {
            path.pop();
        }
        path
    };
    let given: Vec<PathBuf> = paths.iter().map(given).collect();
    let sources = &run.sources;
    let is_outside = |replacement: &Replacement| {
        let path = directory.join(&sources.get(replacement.span.file).path);
        let path = normalize(&path);
        !given.iter().any(|given| path.starts_with(given))
    };
    for fix in run
        .report
        .findings
        .iter_mut()
        .filter_map(|f| f.fix.as_mut())
    {
        if fix.replacements.iter().any(is_outside) {
            fix.applicability = Applicability::Display;
            let note =
                "It goes outside the paths that were checked: check what else uses that file too.";
            fix.note = Some(note.to_owned());
        }
    }
}

/// Where only the expression can be edited that reads a value, the place of the value itself may be the better one.
fn say_where_it_is_written(sources: &Sources, finding: &mut Finding) {
    let (Some(fix), Some(origin)) = (&mut finding.fix, finding.origin.last()) else {
        return;
    };
    let at = finding.primary.span;
    let edited = |r: &Replacement| at.is_within(r.span) && !r.text.is_empty();
    if fix.applicability == Applicability::Display && fix.replacements.iter().any(edited) {
        let source = sources.get(origin.span.file);
        let line = source.position(origin.span.start).line;
        let place = match source.path.starts_with("--") {
            // An option of the command line.
            true => format!("It comes from {}.", source.path),
            false => format!("It comes from {}:{line}.", source.path),
        };
        let note = fix.note.take().map(|note| format!("{note} {place}"));
        fix.note = Some(note.unwrap_or(place));
    }
}

/// Spells the plan of a finding as text, where that can be done with certainty.
pub fn spell(model: &Model<'_>, sources: &Sources, finding: &mut Finding) {
    if let Some(plan) = finding.plan.take() {
        finding.fix = plan::fix(model, sources, &plan, finding.when.is_some());
        say_where_it_is_written(sources, finding);
    }
}
