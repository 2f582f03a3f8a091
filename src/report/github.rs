//! Workflow commands of GitHub Actions, which become annotations on the lines of a pull request.
//! What they look like: docs.github.com, "Workflow commands for GitHub Actions".

use std::io::{self, Write};

use super::View;
use super::concise;
use crate::finding::{Finding, Severity};
use crate::source::Span;

/// GitHub shows this many annotations of a kind for a step, and drops further ones.
const SHOWN: usize = 10;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let problems = view.report.problems.iter();
    let mut errors: Vec<String> = problems
        .map(|problem| {
            let message = [Some(&*problem.message), problem.help.as_deref()];
            let message: Vec<&str> = message.into_iter().flatten().collect();
            command(view, "error", problem.span, "azvet", &message.join("\n"))
        })
        .collect();
    let mut left_over: Vec<&Finding> = Vec::new();
    let (mut warnings, mut notices) = (Vec::new(), Vec::new());
    for finding in &view.report.findings {
        let (name, commands) = match finding.severity {
            Severity::Error => ("error", &mut errors),
            Severity::Warning => ("warning", &mut warnings),
            Severity::Note => ("notice", &mut notices),
        };
        // One notice is kept for the word on what is left over.
        let room = if name == "notice" { SHOWN - 1 } else { SHOWN };
        if commands.len() < room {
            commands.push(annotation(view, name, finding));
        } else {
            left_over.push(finding);
        }
    }
    for command in errors.iter().chain(&warnings).chain(&notices) {
        writeln!(out, "{command}")?;
    }
    if !left_over.is_empty() {
        let message = format!(
            "{} more findings have no annotation, because GitHub shows {SHOWN} of a kind; the log lists them",
            left_over.len()
        );
        writeln!(out, "{}", command(view, "notice", None, "azvet", &message))?;
        for finding in left_over {
            writeln!(out, "{}", concise::line(view, finding))?;
        }
    }
    Ok(())
}

fn annotation(view: &View<'_>, name: &str, finding: &Finding) -> String {
    let message = format!("{}\n{}", concise::message(finding), finding.help);
    command(
        view,
        name,
        Some(finding.primary.span),
        &finding.rule.slug,
        &message,
    )
}

fn command(view: &View<'_>, name: &str, span: Option<Span>, title: &str, message: &str) -> String {
    let mut properties = String::new();
    if let Some(span) = span {
        let source = view.sources.get(span.file);
        let (start, end) = (source.position(span.start), source.position(span.end));
        properties += &format!("file={},line={},", property(&source.path), start.line);
        properties += &format!("endLine={},", end.line);
        // Columns count only within one line.
        if start.line == end.line {
            properties += &format!("col={},endColumn={},", start.column, end.column);
        }
    }
    properties += &format!("title={}", property(title));
    format!("::{name} {properties}::{}", data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
