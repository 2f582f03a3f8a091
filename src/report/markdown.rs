//! A pull-request comment or job summary: a table of what was found, a picture of the resources
//! concerned, and each finding to unfold.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::edit::write_fix;
use super::masks::Masks;
use super::mermaid::flowchart;
use super::paint::{count, one_line};
use super::summary::{SEVERITIES, of_severity, write_summary};
use super::{View, concise};
use crate::finding::{Finding, Severity};

/// A comment on GitHub holds 65,536 characters; the rest is room for what is put around it.
const LONGEST: usize = 60_000;
/// Pictures of more units are no help.
const MOST_PICTURES: usize = 5;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = view.report;
    let mut text = format!("## azvet: {}\n\n", verdict(view));
    for problem in &report.problems {
        let at = problem
            .span
            .map(|span| format!("`{}`: ", concise::place(view, span)));
        text += &format!(
            "- ❗ {}{}\n",
            at.unwrap_or_default(),
            escaped(&one_line(&problem.message))
        );
    }
    if !report.problems.is_empty() {
        text += "\nThe check is not complete.\n\n";
    }
    if !report.findings.is_empty() {
        text += &pictures(view);
        text += "| | where | rule | what |\n| --- | --- | --- | --- |\n";
    }
    let mut details = String::new();
    let mut masks = Masks::default();
    let mut left_out = 0;
    for finding in &report.findings {
        let row = row(view, finding);
        let detail = detail(view, &mut masks, finding)?;
        if left_out > 0 || text.len() + details.len() + row.len() + detail.len() > LONGEST {
            left_out += 1;
            continue;
        }
        text += &row;
        details += &detail;
    }
    if left_out > 0 {
        let more = count(left_out, "more finding");
        text += &format!("\n{more} left out here for want of room; the log has all of them.\n");
    }
    text += "\n";
    text += &details;
    let mut summary = Vec::new();
    write_summary(view, false, true, &mut summary)?;
    let summary = String::from_utf8_lossy(&summary);
    text += &format!(
        "<sub>{}</sub>\n",
        escaped(summary.trim_end()).replace('\n', "<br/>")
    );
    out.write_all(text.as_bytes())
}

fn verdict(view: &View<'_>) -> String {
    let found: Vec<String> = SEVERITIES
        .into_iter()
        .map(|severity| (severity, of_severity(view, severity)))
        .filter(|(_, number)| *number > 0)
        .map(|(severity, number)| count(number, severity.name()))
        .collect();
    if found.is_empty() {
        "nothing found".into()
    } else {
        found.join(", ")
    }
}

fn icon(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "❌",
        Severity::Warning => "⚠️",
        Severity::Note => "ℹ️",
    }
}

fn row(view: &View<'_>, finding: &Finding) -> String {
    format!(
        "| {} | {} | `{}` | {} |\n",
        icon(finding.severity),
        code(&concise::place(view, finding.primary.span)),
        finding.rule.slug,
        escaped(&concise::message(finding)),
    )
}

fn detail(view: &View<'_>, masks: &mut Masks, finding: &Finding) -> io::Result<String> {
    let place = concise::place(view, finding.primary.span);
    let mut text = format!(
        "<details><summary>{} <code>{}</code> {}</summary>\n\n",
        icon(finding.severity),
        finding.rule.slug,
        escaped(&place),
    );
    text += &format!("{}\n\n", escaped(&concise::message(finding)));
    text += &format!("**Resource:** {}\n\n", code(&finding.resource));
    text += &format!("**Why:** {}\n\n", escaped(&one_line(&finding.rule.why)));
    for label in finding.origin.iter().chain(&finding.related) {
        let place = code(&concise::place(view, label.span));
        text += &format!("- {place}: {}\n", escaped(&one_line(&label.text)));
    }
    text += &format!(
        "\n**What to do:** {}\n\n",
        escaped(&one_line(&finding.help))
    );
    match &finding.fix {
        Some(fix) => {
            let mut diff = Vec::new();
            write_fix(view, masks, fix, &mut diff)?;
            let diff = String::from_utf8_lossy(&diff);
            // What the text report indents below its heading.
            let lines: Vec<&str> = diff
                .lines()
                .filter_map(|l| l.strip_prefix("        "))
                .collect();
            text += &fenced("diff", &lines.join("\n"));
        }
        None if finding.remedy.trim().is_empty() => {}
        None => text += &fenced("", finding.remedy.trim()),
    }
    for document in &finding.rule.documents {
        text += &format!("- {} ({})\n", escaped(&document.path), document.date);
    }
    text += "\n</details>\n\n";
    Ok(text)
}

fn pictures(view: &View<'_>) -> String {
    let mut text = String::new();
    let units: BTreeSet<&str> = view.report.findings.iter().map(|f| &*f.unit).collect();
    let topologies: BTreeMap<&str, _> = view
        .report
        .topologies
        .iter()
        .map(|t| (&*t.unit, t))
        .collect();
    let pictures = units.into_iter().filter_map(|unit| {
        let findings = view.report.findings.iter().filter(|f| &*f.unit == unit);
        let findings: Vec<&Finding> = findings.collect();
        Some((unit, flowchart(topologies.get(unit)?, &findings)?))
    });
    let pictures: Vec<(&str, String)> = pictures.take(MOST_PICTURES).collect();
    for (unit, picture) in &pictures {
        if pictures.len() > 1 {
            text += &format!("{}\n\n", code(unit));
        }
        text += &fenced("mermaid", picture);
    }
    text
}

/// A block of code, with a fence that nothing in it closes.
fn fenced(language: &str, text: &str) -> String {
    let mut fence = "```".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    format!("{fence}{language}\n{text}\n{fence}\n\n")
}

/// Code in a line. A backtick in it can't be escaped there.
fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'").replace('|', "\\|"))
}

/// Text from templates, without what Markdown or HTML would take for marks. What stands between
/// backticks is code and stays.
fn escaped(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let mut out = String::with_capacity(text.len());
    for (i, part) in parts.iter().enumerate() {
        let opened = i % 2 == 1;
        if opened && i + 1 < parts.len() {
            out += &format!("`{}`", part.replace('|', "\\|"));
            continue;
        }
        if opened {
            out += "\\`";
        }
        for c in part.chars() {
            match c {
                '<' => out += "&lt;",
                '>' => out += "&gt;",
                '&' => out += "&amp;",
                // Nobody is called by a name in a template.
                '@' => out += "&#64;",
                '|' | '*' | '_' | '[' | ']' | '\\' | '~' | '#' => {
                    out.push('\\');
                    out.push(c);
                }
                c => out.push(c),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_markdown_are_escaped() {
        for (text, expected) in [
            ("a_b *c* <d> @e", "a\\_b \\*c\\* &lt;d&gt; &#64;e"),
            ("of `a_<b>|c` and `d`, e_f", "of `a_<b>\\|c` and `d`, e\\_f"),
            ("one ` left", "one \\` left"),
        ] {
            assert_eq!(escaped(text), expected);
        }
        assert_eq!(fenced("", "```"), "````\n```\n````\n\n");
    }
}
