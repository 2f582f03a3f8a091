//! What was checked, what could not be decided: never silent about what azvet does not know.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::View;
use super::concise::place;
use super::paint::{count, one_line};
use crate::finding::{Severity, Suppression, Undecided};
use crate::value::CauseKind;

/// Severities, the worst first.
pub(super) const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Note];

/// How many undecided results there are of each kind of cause.
pub(super) fn by_cause(undecided: &[Undecided]) -> BTreeMap<CauseKind, usize> {
    let mut counts = BTreeMap::new();
    for result in undecided {
        *counts.entry(result.cause.kind).or_default() += 1;
    }
    counts
}

/// The findings of a severity.
pub(super) fn of_severity(view: &View<'_>, severity: Severity) -> usize {
    let findings = view.report.findings.iter();
    findings.filter(|f| f.severity == severity).count()
}

/// What a cause kind means, for people.
fn meaning(kind: CauseKind) -> &'static str {
    match kind {
        CauseKind::Input => "for an input without a value",
        CauseKind::Outside => "for things outside the checked files",
        CauseKind::Deployment => "known only when deployed",
        CauseKind::Unsupported => "not evaluated by azvet",
        CauseKind::Limit => "for too many cases",
        CauseKind::Invalid => "where the template is invalid",
    }
}

/// Writes the summary; when not `listed`, it tells how to list undecided results.
///
/// # Errors
/// When `out` can't be written.
pub fn write_summary(
    view: &View<'_>,
    verbose: bool,
    listed: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let report = view.report;
    let summary = &report.summary;
    let found: Vec<String> = SEVERITIES
        .into_iter()
        .map(|severity| (severity, of_severity(view, severity)))
        .filter(|(_, number)| *number > 0)
        .map(|(severity, number)| {
            view.paint
                .severity(severity, &count(number, severity.name()))
        })
        .collect();
    let found = if found.is_empty() && !view.report.problems.is_empty() {
        "nothing found in what could be read".to_owned()
    } else if found.is_empty() {
        "nothing found".to_owned()
    } else {
        format!("found {}", found.join(", "))
    };
    let took = view
        .elapsed
        .map(|time| format!(", {:.2} s", time.as_secs_f64()));
    let took = took.unwrap_or_default();
    writeln!(
        out,
        "{found} ({} in {}, {} of {} modelled, {}{took})",
        count(summary.units, "unit"),
        count(summary.files, "file"),
        summary.modelled,
        count(summary.resources, "resource"),
        count(summary.rules, "rule"),
    )?;
    let hint = if listed {
        ""
    } else {
        "; --show-undecided lists them"
    };
    if !report.undecided.is_empty() {
        let causes: Vec<String> = by_cause(&report.undecided)
            .into_iter()
            .map(|(kind, number)| format!("{number} {}", meaning(kind)))
            .collect();
        let number = report.undecided.len();
        writeln!(out, "undecided {number}: {}{hint}", causes.join(", "))?;
    }
    if !report.suppressed.is_empty() {
        let known = report.suppressed.iter();
        let known = known.filter(|s| s.by == Suppression::Baseline).count();
        let ways = [
            (report.suppressed.len() - known, "by remarks"),
            (known, "by the baseline"),
        ];
        let ways: Vec<String> = ways
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, way)| format!("{number} {way}"))
            .collect();
        writeln!(out, "suppressed {}", ways.join(", "))?;
    }
    if !report.opaque.is_empty() {
        let example = if report.opaque.len() == 1 {
            "a module"
        } else {
            "modules"
        };
        let parts = count(report.opaque.len(), "part");
        writeln!(out, "not looked into: {parts}, such as {example}{hint}")?;
    }
    if !report.problems.is_empty() {
        let errors = count(report.problems.len(), "problem");
        let text = format!("{errors} above: the check is not complete");
        writeln!(out, "{}", view.paint.severity(Severity::Error, &text))?;
    }
    if verbose {
        writeln!(
            out,
            "{} held, {} passed over, {}",
            count(summary.held, "check"),
            count(summary.skipped, "file"),
            count(report.notices.len(), "notice"),
        )?;
        for suppressed in &report.suppressed {
            let finding = &suppressed.finding;
            let why = match &suppressed.by {
                Suppression::Baseline => "known to the baseline",
                Suppression::Remark { reason, .. } if reason.is_empty() => "no reason given",
                Suppression::Remark { reason, .. } => reason,
            };
            let at = place(view, finding.primary.span);
            let why = one_line(why);
            writeln!(
                out,
                "{at}: suppressed[{}] {}: {why}",
                finding.rule.slug,
                one_line(&finding.resource)
            )?;
        }
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        for result in &report.undecided {
            *rules.entry(&result.rule.slug).or_default() += 1;
        }
        for (rule, number) in rules {
            writeln!(out, "undecided {number}: {rule}")?;
        }
    }
    Ok(())
}

/// Lists each undecided result, and what could not be looked into.
///
/// # Errors
/// When `out` can't be written.
pub fn write_undecided(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for result in &view.report.undecided {
        writeln!(
            out,
            "{}: undecided[{}] {}: {}",
            view.paint.bold(&place(view, result.span)),
            result.rule.slug,
            one_line(&result.resource),
            one_line(&result.cause.text),
        )?;
    }
    for part in &view.report.opaque {
        writeln!(
            out,
            "{}: not looked into: {}: {}",
            view.paint.bold(&place(view, part.span)),
            one_line(&part.address),
            one_line(&part.cause.text),
        )?;
    }
    Ok(())
}
