//! One line per finding, as compilers and `grep -n` write it.

use std::io::{self, Write};

use super::View;
use super::paint::{one_line, printable};
use crate::declared::Problem;
use crate::finding::Severity;
use crate::source::Span;

pub(super) fn write_findings(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &view.report.findings {
        let place = view.paint.bold(&place(view, finding.primary.span));
        let severity = view
            .paint
            .severity(finding.severity, finding.severity.name());
        let message = one_line(&finding.message);
        let when = finding.when.as_deref().map(one_line);
        let when = when.map_or(String::new(), |when| format!(" (when {when})"));
        let slug = &finding.rule.slug;
        writeln!(out, "{place}: {severity}[{slug}] {message}{when}")?;
    }
    Ok(())
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
