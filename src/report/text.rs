//! The report for people: what is wrong, the code with the value at fault, where it came from, what
//! breaks, the remedy, the document.

use std::collections::HashSet;
use std::io::{self, Write};

use super::View;
use super::draw::draw;
use super::edit::write_fix;
use super::frame::frames;
use super::masks::Masks;
use super::paint::{one_line, printable, wrapped};
use crate::declared::Problem;
use crate::finding::{Finding, Label, Severity};
use crate::source::Span;

/// Further addresses that are listed.
const LISTED: usize = 5;

/// What a problem is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Error,
    Notice,
}

pub(super) fn write_findings(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut masks = Masks::default();
    let mut told: HashSet<&str> = HashSet::new();
    for finding in &view.report.findings {
        let first = told.insert(&finding.rule.slug);
        write_finding(view, &mut masks, finding, first, out)?;
    }
    Ok(())
}

/// One finding; what breaks is told in full where a rule is `first` met.
fn write_finding(
    view: &View<'_>,
    masks: &mut Masks,
    finding: &Finding,
    first: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rule = &finding.rule;
    let title = format!("{}[{}]", finding.severity.name(), rule.slug);
    header(view, finding.severity, &title, &finding.message, out)?;

    let labels = labels(finding);
    let shown: Vec<&Label> = labels.iter().collect();
    for frame in frames(view, masks, &shown) {
        out.write_all(draw(&frame, finding.severity, view.paint).as_bytes())?;
    }
    let resource = one_line(&finding.resource);
    match &*also(finding) {
        "" => note(view, "resource", &resource, out)?,
        also => note(view, "resource", &format!("{resource}\nalso: {also}"), out)?,
    }
    if let Some(when) = &finding.when {
        note(view, "when", when, out)?;
    }
    if first {
        note(view, "why", &rule.why, out)?;
    }
    note(view, "help", &finding.help, out)?;
    match &finding.fix {
        Some(fix) => write_fix(view, masks, fix, out)?,
        None => remedy(&finding.remedy, out)?,
    }
    let documents: Vec<String> = rule
        .documents
        .iter()
        .map(|document| format!("{} ({})", document.path, document.date))
        .collect();
    note(view, "docs", &documents.join(", "), out)?;
    writeln!(out)
}

/// All places of a finding, the primary one first.
fn labels(finding: &Finding) -> Vec<Label> {
    let mut labels = vec![finding.primary.clone()];
    labels.extend(finding.origin.iter().chain(&finding.related).cloned());
    labels
}

/// The further addresses, as far as they are listed.
fn also(finding: &Finding) -> String {
    let mut listed: Vec<String> = finding
        .also
        .iter()
        .take(LISTED)
        .map(|address| one_line(address))
        .collect();
    if finding.also.len() > LISTED {
        listed.push(format!("{} more", finding.also.len() - LISTED));
    }
    listed.join(", ")
}

/// Problems and notices, in the style of findings.
pub(super) fn write_problems(
    view: &View<'_>,
    problems: &[Problem],
    sort: Sort,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (severity, title) = match sort {
        Sort::Error => (Severity::Error, "error"),
        Sort::Notice => (Severity::Note, "notice"),
    };
    let mut masks = Masks::default();
    for problem in problems {
        header(view, severity, title, &problem.message, out)?;
        if let Some(span) = problem.span
            && (sort == Sort::Notice || holds_values(view, span))
        {
            // Lines of nothing but values are better not shown: any may be secret.
            let source = view.sources.get(span.file);
            let at = source.position(span.start);
            let place = format!("{}:{}:{}", source.path, at.line, at.column);
            note(view, "at", &place, out)?;
        } else if let Some(span) = problem.span {
            let label = Label {
                span,
                text: String::new(),
            };
            for frame in frames(view, &mut masks, &[&label]) {
                out.write_all(draw(&frame, severity, view.paint).as_bytes())?;
            }
        }
        note(
            view,
            "help",
            problem.help.as_deref().unwrap_or_default(),
            out,
        )?;
        writeln!(out)?;
    }
    Ok(())
}

/// Whether a file assigns values to inputs and holds nothing else.
fn holds_values(view: &View<'_>, span: Span) -> bool {
    let path = view.sources.get(span.file).path.to_lowercase();
    [".tfvars", ".tfvars.json", "parameters.json"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// `error[rule]: message`.
fn header(
    view: &View<'_>,
    severity: Severity,
    title: &str,
    message: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = view.paint.severity(severity, title);
    writeln!(out, "{title}: {}", view.paint.bold(&one_line(message)))
}

/// `  = help: text`, further lines below the text; nothing for no text.
fn note(view: &View<'_>, name: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    if text.trim().is_empty() {
        return Ok(());
    }
    let indent = name.len() + 6;
    let text = printable(text);
    let lines = wrapped(&text, view.width.saturating_sub(indent));
    let name = view.paint.bold(&format!("{name}:"));
    for (i, line) in lines.iter().enumerate() {
        if i == 0 {
            writeln!(out, "  = {name} {line}")?;
        } else {
            writeln!(out, "{:indent$}{line}", "")?;
        }
    }
    Ok(())
}

/// The remedy, to be copied: never wrapped.
fn remedy(text: &str, out: &mut dyn Write) -> io::Result<()> {
    if text.trim().is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    for line in printable(text).trim_matches('\n').lines() {
        writeln!(out, "{}", format!("        {line}").trim_end())?;
    }
    writeln!(out)
}
