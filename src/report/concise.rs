//! One line per finding, as compilers and `grep -n` write it.

use std::io::{self, Write};

use super::View;
use super::paint::{one_line, printable};
use crate::declared::Problem;
use crate::finding::{Finding, Severity};
use crate::source::Span;

pub(super) fn write_findings(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &view.report.findings {
        writeln!(out, "{}", line(view, finding))?;
    }
    Ok(())
}

/// A finding on one line.
pub(super) fn line(view: &View<'_>, finding: &Finding) -> String {
    let place = view.paint.bold(&place(view, finding.primary.span));
    let severity = finding.severity;
    let severity = view.paint.severity(severity, severity.name());
    format!(
        "{place}: {severity}[{}] {}",
        finding.rule.slug,
        message(finding)
    )
}

/// What is wrong, and the case in which it is, on one line.
pub(super) fn message(finding: &Finding) -> String {
    let when = finding.when.as_deref().map(one_line);
    let when = when.map_or(String::new(), |when| format!(" (when {when})"));
    one_line(&finding.message) + &when
}

pub(super) fn write_problems(
    view: &View<'_>,
    problems: &[Problem],
    word: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let severity = match word {
        "error" => Severity::Error,
        _ => Severity::Note,
    };
    let word = view.paint.severity(severity, word);
    for problem in problems {
        if let Some(span) = problem.span {
            write!(out, "{}: ", view.paint.bold(&place(view, span)))?;
        }
        writeln!(out, "{word}: {}", one_line(&problem.message))?;
    }
    Ok(())
}

/// `path:line:column`.
pub(super) fn place(view: &View<'_>, span: Span) -> String {
    let source = view.sources.get(span.file);
    let position = source.position(span.start);
    let path = printable(&source.path);
    format!("{path}:{}:{}", position.line, position.column)
}
