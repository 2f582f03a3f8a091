//! The rules: as a list, and one of them in full.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use super::json::write_pretty;
use super::paint::{Paint, wrapped};
use crate::finding::{Document, RuleInfo};

/// Lists rules in columns.
///
/// # Errors
/// When `out` can't be written.
pub fn write_text(rules: &[Arc<RuleInfo>], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let widest = rules.iter().map(|rule| rule.slug.len()).max().unwrap_or(0);
    for rule in rules {
        writeln!(
            out,
            "{}  {}  {:13}  {}",
            paint.accent(&format!("{:widest$}", rule.slug)),
            paint.severity(rule.severity, &format!("{:7}", rule.severity.name())),
            rule.category.name(),
            rule.title,
        )?;
    }
    Ok(())
}

#[derive(Serialize)]
struct RuleOut<'a> {
    rule: &'a str,
    title: &'a str,
    severity: &'static str,
    category: &'static str,
    why: &'a str,
    documentation: &'a [Document],
}

/// Lists rules for programs.
///
/// # Errors
/// When `out` can't be written.
pub fn write_json(rules: &[Arc<RuleInfo>], out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<RuleOut<'_>> = rules
        .iter()
        .map(|rule| RuleOut {
            rule: &rule.slug,
            title: &rule.title,
            severity: rule.severity.name(),
            category: rule.category.name(),
            why: &rule.why,
            documentation: &rule.documents,
        })
        .collect();
    write_pretty(&rules, out)
}

/// Prints a rule in full, with its examples.
///
/// # Errors
/// When `out` can't be written.
pub fn write_explanation(
    rule: &RuleInfo,
    examples: &str,
    paint: Paint,
    width: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let title = format!("{}[{}]", rule.severity.name(), rule.slug);
    let title = paint.severity(rule.severity, &title);
    writeln!(out, "{title}: {}", paint.bold(&rule.title))?;
    writeln!(out, "category: {}\n", rule.category.name())?;
    for line in wrapped(&rule.why, width) {
        writeln!(out, "{line}")?;
    }
    if !rule.documents.is_empty() {
        writeln!(out, "\n{}", paint.bold("Documents"))?;
    }
    for document in &rule.documents {
        writeln!(
            out,
            "  {} ({})",
            paint.accent(&document.path),
            document.date
        )?;
        for line in wrapped(&document.says, width.saturating_sub(4)) {
            writeln!(out, "    {line}")?;
        }
    }
    if !examples.trim().is_empty() {
        writeln!(out, "\n{}", paint.bold("Examples"))?;
        for line in examples.trim_matches('\n').lines() {
            writeln!(out, "{}", format!("  {line}").trim_end())?;
        }
    }
    writeln!(out, "\n{}", paint.bold("To accept a finding"))?;
    writeln!(out, "  azvet: ignore[{}] why", rule.slug)?;
    let how = "in a comment at the end of its line or above its block; in JSON, as `comments` of its resource";
    for line in wrapped(how, width.saturating_sub(4)) {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}
