//! Logging commands of Azure Pipelines: issues on the summary of a run.
//! What they look like: the Azure DevOps documents, "Logging commands".

use std::io::{self, Write};

use super::View;
use super::concise;
use super::paint::one_line;
use crate::finding::Severity;
use crate::source::Span;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for problem in &view.report.problems {
        let line = issue(
            view,
            "error",
            problem.span,
            "azvet",
            &one_line(&problem.message),
        );
        writeln!(out, "{line}")?;
    }
    let mut issues = 0;
    for finding in &view.report.findings {
        let kind = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            // There is no issue of this kind; a line of the log will do.
            Severity::Note => {
                writeln!(out, "{}", concise::line(view, finding))?;
                continue;
            }
        };
        issues += 1;
        let message = format!("{}. {}", concise::message(finding), one_line(&finding.help));
        let slug = &finding.rule.slug;
        let line = issue(view, kind, Some(finding.primary.span), slug, &message);
        writeln!(out, "{line}")?;
    }
    if issues > 0 && view.exit_code == 0 {
        writeln!(
            out,
            "##vso[task.complete result=SucceededWithIssues;]azvet found something"
        )?;
    }
    Ok(())
}

fn issue(view: &View<'_>, kind: &str, span: Option<Span>, code: &str, message: &str) -> String {
    let mut properties = format!("type={kind};");
    if let Some(span) = span {
        let source = view.sources.get(span.file);
        let at = source.position(span.start);
        let path = property(&source.path);
        properties += &format!(
            "sourcepath={path};linenumber={};columnnumber={};",
            at.line, at.column
        );
    }
    properties += &format!("code={};", property(code));
    format!("##vso[task.logissue {properties}]{}", data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%AZP25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}
