//! Where a report goes: findings to standard output and files, everything else to standard error.

use std::io::{self, Write};
use std::sync::Arc;

use super::{Outcome, Streams};
use crate::declared::Problem;
use crate::files;
use crate::finding::{Report, RuleInfo};
use crate::report::{self, Paint, View};
use crate::settings::{Settings, Verbosity};
use crate::source::Sources;

/// Writes everything, and tells how the run ends.
///
/// # Errors
/// When a stream can't be written; a file that can't be is one more problem.
pub(super) fn write(
    settings: &Settings,
    sources: &Sources,
    rules: &[Arc<RuleInfo>],
    report: &mut Report,
    streams: &mut Streams<'_>,
) -> io::Result<Outcome> {
    let unwritten = to_files(&view(settings, sources, rules, report), settings)?;
    report.problems.extend(unwritten);
    let view = view(settings, sources, rules, report);
    for output in settings.outputs.iter().filter(|o| o.file.is_none()) {
        let view = View {
            paint: Paint::new(settings.color_out),
            ..view
        };
        output.format.write(&view, streams.out)?;
    }
    streams.out.flush()?;
    rest(&view, settings, streams.err)?;
    Ok(outcome(settings, report))
}

fn view<'a>(
    settings: &Settings,
    sources: &'a Sources,
    rules: &'a [Arc<RuleInfo>],
    report: &'a Report,
) -> View<'a> {
    View {
        rules,
        width: settings.width,
        fail_on: settings.fail_on,
        exit_code: outcome(settings, report).code(),
        show_undecided: settings.show_undecided,
        ..View::new(sources, report)
    }
}

/// What could not be written.
fn to_files(view: &View<'_>, settings: &Settings) -> io::Result<Vec<Problem>> {
    let mut unwritten = Vec::new();
    for output in &settings.outputs {
        let Some(file) = &output.file else { continue };
        let mut text = Vec::new();
        output.format.write(view, &mut text)?;
        if let Err(why) = files::replace(&settings.working_directory.join(file), &text) {
            let message = format!("{} {why}", file.display());
            unwritten.push(Problem::general(message));
        }
    }
    Ok(unwritten)
}

/// Undecided results when asked for, notices, problems and the summary.
fn rest(view: &View<'_>, settings: &Settings, err: &mut dyn Write) -> io::Result<()> {
    let view = View {
        paint: Paint::new(settings.color_err),
        elapsed: settings.started.map(|started| started.elapsed()),
        ..*view
    };
    let (report, brief) = (view.report, settings.brief());
    if settings.show_undecided {
        report::write_undecided(&view, err)?;
    }
    report::write_notices(&view, &report.notices, brief, err)?;
    report::write_problems(&view, &report.problems, brief, err)?;
    let concerned = !settings.changed || report.summary.units > 0;
    if settings.verbosity != Verbosity::Quiet && concerned {
        let verbose = settings.verbosity == Verbosity::Verbose;
        report::write_summary(&view, verbose, settings.show_undecided, err)?;
    }
    err.flush()
}

fn outcome(settings: &Settings, report: &Report) -> Outcome {
    let fails = |finding: &crate::finding::Finding| finding.severity >= settings.fail_on;
    if !report.problems.is_empty() {
        Outcome::Incomplete
    } else if !settings.exit_zero && report.findings.iter().any(fails) {
        Outcome::Findings
    } else {
        Outcome::Clean
    }
}
