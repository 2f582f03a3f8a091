//! A Code Quality report of GitLab, for the artifact `codequality`.
//! What it looks like: docs.gitlab.com, "Code Quality", "Code Quality report format".

use std::io::{self, Write};

use serde::Serialize;

use super::json::write_pretty;
use super::paint::one_line;
use super::{View, concise};
use crate::finding::Severity;
use crate::source::Span;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    /// GitLab drops issues whose fingerprint it has seen.
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let problems = view.report.problems.iter().filter_map(|problem| {
        let span = problem.span?;
        let location = location(view, span);
        Some(Issue {
            description: one_line(&problem.message),
            check_name: "azvet".into(),
            fingerprint: format!("{}:{}", location.path, one_line(&problem.message)),
            severity: "blocker",
            location,
        })
    });
    let findings = view.report.findings.iter().map(|finding| {
        let help = one_line(&finding.help);
        Issue {
            description: format!("{}. {help}", concise::message(finding)),
            check_name: finding.rule.slug.clone(),
            fingerprint: finding.fingerprint.clone(),
            severity: match finding.severity {
                Severity::Error => "critical",
                Severity::Warning => "major",
                Severity::Note => "info",
            },
            location: location(view, finding.primary.span),
        }
    });
    let issues: Vec<Issue> = problems.chain(findings).collect();
    write_pretty(&issues, out)
}

fn location(view: &View<'_>, span: Span) -> Location {
    let source = view.sources.get(span.file);
    Location {
        path: source.path.clone(),
        lines: Lines {
            begin: source.position(span.start).line,
            end: source.position(span.end).line,
        },
    }
}
