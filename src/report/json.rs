//! The report for programs, version 1. Fields are added, never renamed or removed, within a version.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::View;
use super::summary::{SEVERITIES, by_cause, of_severity};
use crate::declared::Problem;
use crate::finding::{Document, Finding, Label, NotSeen, Suppressed, Suppression, Undecided};
use crate::source::Span;

const VERSION: u32 = 1;

#[derive(Serialize, JsonSchema)]
#[schemars(title = "azvet report", rename = "Report")]
struct Output<'a> {
    /// Fields are added, never renamed or removed, within a version.
    version: u32,
    /// What was found, by path and place.
    findings: Vec<FindingOut<'a>>,
    /// What was found and accepted, by a remark in the file or by the baseline.
    suppressed: Vec<SuppressedOut<'a>>,
    /// What could not be decided.
    undecided: Vec<UndecidedOut<'a>>,
    /// What could not be read or understood; any makes the exit code 2.
    errors: Vec<ProblemOut<'a>>,
    /// Worth telling, but no failure.
    notices: Vec<ProblemOut<'a>>,
    /// Modules and deployments that could not be looked into.
    opaque: Vec<NotSeenOut<'a>>,
    /// What was checked.
    summary: SummaryOut,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Suppressed")]
struct SuppressedOut<'a> {
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    resource: &'a str,
    location: Location,
    fingerprint: &'a str,
    /// `remark` or `baseline`.
    by: &'static str,
    /// What the remark says; null where it says nothing.
    reason: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
struct FindingOut<'a> {
    rule: &'a str,
    severity: &'static str,
    category: &'static str,
    message: &'a str,
    resource: &'a str,
    also: Vec<&'a str>,
    location: Location,
    related: Vec<Related<'a>>,
    when: Option<&'a str>,
    help: &'a str,
    remedy: Option<&'a str>,
    documentation: &'a [Document],
    /// The edit that mends it, when there is one.
    fix: Option<FixOut<'a>>,
    fingerprint: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
struct FixOut<'a> {
    applicability: &'static str,
    note: Option<&'a str>,
    replacements: Vec<ReplacementOut<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Replacement")]
struct ReplacementOut<'a> {
    location: Location,
    text: &'a str,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Undecided")]
struct UndecidedOut<'a> {
    rule: &'a str,
    resource: &'a str,
    cause: &'a str,
    kind: &'static str,
    location: Location,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Opaque")]
pub(super) struct NotSeenOut<'a> {
    address: &'a str,
    cause: &'a str,
    location: Location,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
struct ProblemOut<'a> {
    message: &'a str,
    location: Option<Location>,
    help: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
struct Related<'a> {
    message: &'a str,
    location: Location,
}

/// A range of a file; lines and columns from 1, columns count characters.
#[derive(Serialize, JsonSchema)]
pub(super) struct Location {
    path: String,
    start: Point,
    end: Point,
}

#[derive(Serialize, JsonSchema)]
struct Point {
    line: usize,
    column: usize,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Summary")]
struct SummaryOut {
    files: usize,
    skipped: usize,
    units: usize,
    resources: usize,
    modelled: usize,
    opaque: usize,
    rules: usize,
    held: usize,
    findings: BTreeMap<&'static str, usize>,
    undecided: BTreeMap<&'static str, usize>,
    suppressed: usize,
    errors: usize,
}

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = view.report;
    let summary = &report.summary;
    let output = Output {
        version: VERSION,
        findings: report.findings.iter().map(|f| finding(view, f)).collect(),
        suppressed: report
            .suppressed
            .iter()
            .map(|s| suppressed(view, s))
            .collect(),
        undecided: report
            .undecided
            .iter()
            .map(|u| undecided(view, u))
            .collect(),
        errors: report.problems.iter().map(|p| problem(view, p)).collect(),
        notices: report.notices.iter().map(|p| problem(view, p)).collect(),
        opaque: report
            .opaque
            .iter()
            .map(|part| not_seen(view, part))
            .collect(),
        summary: SummaryOut {
            files: summary.files,
            skipped: summary.skipped,
            units: summary.units,
            resources: summary.resources,
            modelled: summary.modelled,
            opaque: report.opaque.len(),
            rules: summary.rules,
            held: summary.held,
            findings: SEVERITIES
                .into_iter()
                .map(|severity| (severity.name(), of_severity(view, severity)))
                .collect(),
            undecided: by_cause(&report.undecided)
                .into_iter()
                .map(|(kind, number)| (kind.name(), number))
                .collect(),
            suppressed: report.suppressed.len(),
            errors: report.problems.len(),
        },
    };
    write_pretty(&output, out)
}

/// Indented JSON with a newline at its end.
pub(super) fn write_pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

fn finding<'a>(view: &View<'_>, finding: &'a Finding) -> FindingOut<'a> {
    let related = |label: &'a Label| Related {
        message: &label.text,
        location: location(view, label.span),
    };
    FindingOut {
        rule: &finding.rule.slug,
        severity: finding.severity.name(),
        category: finding.rule.category.name(),
        message: &finding.message,
        resource: &finding.resource,
        also: finding.also.iter().map(|address| &**address).collect(),
        location: location(view, finding.primary.span),
        related: finding
            .origin
            .iter()
            .chain(&finding.related)
            .map(related)
            .collect(),
        when: finding.when.as_deref(),
        help: &finding.help,
        remedy: (!finding.remedy.is_empty()).then_some(&*finding.remedy),
        documentation: &finding.rule.documents,
        fix: finding.fix.as_ref().map(|fix| FixOut {
            applicability: fix.applicability.name(),
            note: fix.note.as_deref(),
            replacements: fix
                .replacements
                .iter()
                .map(|replacement| ReplacementOut {
                    location: location(view, replacement.span),
                    text: &replacement.text,
                })
                .collect(),
        }),
        fingerprint: &finding.fingerprint,
    }
}

fn suppressed<'a>(view: &View<'_>, suppressed: &'a Suppressed) -> SuppressedOut<'a> {
    let finding = &suppressed.finding;
    let (by, reason) = match &suppressed.by {
        Suppression::Remark { reason, .. } => ("remark", Some(&**reason)),
        Suppression::Baseline => ("baseline", None),
    };
    SuppressedOut {
        rule: &finding.rule.slug,
        severity: finding.severity.name(),
        message: &finding.message,
        resource: &finding.resource,
        location: location(view, finding.primary.span),
        fingerprint: &finding.fingerprint,
        by,
        reason: reason.filter(|reason| !reason.is_empty()),
    }
}

fn undecided<'a>(view: &View<'_>, undecided: &'a Undecided) -> UndecidedOut<'a> {
    UndecidedOut {
        rule: &undecided.rule.slug,
        resource: &undecided.resource,
        cause: &undecided.cause.text,
        kind: undecided.cause.kind.name(),
        location: location(view, undecided.span),
    }
}

/// A part that was not looked into, for programs.
pub(super) fn not_seen<'a>(view: &View<'_>, part: &'a NotSeen) -> NotSeenOut<'a> {
    NotSeenOut {
        address: &part.address,
        cause: &part.cause.text,
        location: location(view, part.span),
    }
}

fn problem<'a>(view: &View<'_>, problem: &'a Problem) -> ProblemOut<'a> {
    ProblemOut {
        message: &problem.message,
        location: problem.span.map(|span| location(view, span)),
        help: problem.help.as_deref(),
    }
}

/// Where a span is, for programs.
pub(super) fn location(view: &View<'_>, span: Span) -> Location {
    let source = view.sources.get(span.file);
    let point = |offset| {
        let position = source.position(offset);
        Point {
            line: position.line,
            column: position.column,
        }
    };
    Location {
        path: source.path.clone(),
        start: point(span.start),
        end: point(span.end),
    }
}

#[cfg(test)]
mod tests {
    use super::Output;

    /// To accept a new schema, run with `UPDATE=1` and read the difference.
    #[test]
    fn the_schema_that_is_kept_is_the_one_of_the_program() {
        crate::report::schema::<Output<'_>>("azvet-report");
    }
}
