//! The report for programs, version 1. Fields are added, never renamed or removed, within a version.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::View;
use super::summary::{SEVERITIES, by_cause, of_severity};
use crate::declared::Problem;
use crate::finding::{Document, Finding, Label, Undecided};
use crate::source::Span;

const VERSION: u32 = 1;

#[derive(Serialize)]
struct Output<'a> {
    version: u32,
    findings: Vec<FindingOut<'a>>,
    undecided: Vec<UndecidedOut<'a>>,
    errors: Vec<ProblemOut<'a>>,
    notices: Vec<ProblemOut<'a>>,
    summary: SummaryOut,
}

#[derive(Serialize)]
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

#[derive(Serialize)]
struct FixOut<'a> {
    applicability: &'static str,
    note: Option<&'a str>,
    replacements: Vec<ReplacementOut<'a>>,
}

#[derive(Serialize)]
struct ReplacementOut<'a> {
    location: Location,
    text: &'a str,
}

#[derive(Serialize)]
struct UndecidedOut<'a> {
    rule: &'a str,
    resource: &'a str,
    cause: &'a str,
    kind: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct ProblemOut<'a> {
    message: &'a str,
    location: Option<Location>,
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    location: Location,
}

/// A range of a file; lines and columns from 1, columns count characters.
#[derive(Serialize)]
pub(super) struct Location {
    path: String,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
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
    errors: usize,
}

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = view.report;
    let summary = &report.summary;
    let output = Output {
        version: VERSION,
        findings: report.findings.iter().map(|f| finding(view, f)).collect(),
        undecided: report
            .undecided
            .iter()
            .map(|u| undecided(view, u))
            .collect(),
        errors: report.problems.iter().map(|p| problem(view, p)).collect(),
        notices: report.notices.iter().map(|p| problem(view, p)).collect(),
        summary: SummaryOut {
            files: summary.files,
            skipped: summary.skipped,
            units: summary.units,
            resources: summary.resources,
            modelled: summary.modelled,
            opaque: summary.opaque,
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

fn undecided<'a>(view: &View<'_>, undecided: &'a Undecided) -> UndecidedOut<'a> {
    UndecidedOut {
        rule: &undecided.rule.slug,
        resource: &undecided.resource,
        cause: &undecided.cause.text,
        kind: undecided.cause.kind.name(),
        location: location(view, undecided.span),
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
