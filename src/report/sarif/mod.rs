//! SARIF 2.1.0, which code scanning reads.

mod log;

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::json::write_pretty;
use super::masks::Masks;
use super::{View, concise, hide};
use crate::declared::Problem;
use crate::finding::{self, Category, Finding, Label, RuleInfo, Severity, Undecided};
use crate::source::Span;
use log::{
    ArtifactChange, ArtifactLocation, CodeFlow, Configuration, Driver, Fingerprints, Fix,
    Invocation, Location, Log, LogicalLocation, Message, Notification, PhysicalLocation, Region,
    Replacement, Result, Rule, RuleProperties, Run, Suppression, ThreadFlow, ThreadFlowLocation,
    Tool,
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What paths are relative to.
const BASE: &str = "%SRCROOT%";
/// GitHub refuses a file with more results than this.
const MOST_RESULTS: usize = 25_000;

pub(super) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = view.report;
    let mut writer = Writer {
        view,
        masks: Masks::default(),
    };
    let mut notifications: Vec<Notification> = Vec::new();
    notifications.extend(
        report
            .problems
            .iter()
            .map(|p| writer.notification("error", p)),
    );
    notifications.extend(
        report
            .notices
            .iter()
            .map(|p| writer.notification("note", p)),
    );
    let mut results: Vec<Result> = Vec::new();
    for finding in &report.findings {
        results.push(writer.result(finding));
    }
    for suppressed in &report.suppressed {
        let mut result = writer.result(&suppressed.finding);
        result.suppressions.push(writer.suppression(&suppressed.by));
        results.push(result);
    }
    if view.show_undecided {
        results.extend(report.undecided.iter().map(|u| writer.open(u)));
    }
    if results.len() > MOST_RESULTS {
        let over = results.len() - MOST_RESULTS;
        results.truncate(MOST_RESULTS);
        let message =
            format!("{over} more results are left out, because code scanning takes {MOST_RESULTS}");
        notifications.push(writer.notification("warning", &Problem::general(message)));
    }
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "azvet",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: view.rules.iter().map(|rule| descriptor(rule)).collect(),
                },
            },
            invocations: [Invocation {
                exit_code: view.exit_code,
                execution_successful: report.problems.is_empty(),
                tool_execution_notifications: notifications,
            }],
            original_uri_base_ids: serde_json::json!({
                BASE: { "description": { "text": "the directory that azvet ran in" } }
            }),
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    write_pretty(&log, out)
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

fn descriptor(rule: &RuleInfo) -> Rule {
    let exposure = rule.category == Category::Exposure;
    let documents: Vec<String> = rule
        .documents
        .iter()
        .map(|d| format!("- {} ({}): {}", d.path, d.date, d.says))
        .collect();
    let why = rule.why.trim();
    Rule {
        id: rule.slug.clone(),
        short_description: Message::text(&rule.title),
        full_description: Message::text(why),
        help: Message {
            text: why.to_owned(),
            markdown: Some(format!("{why}\n\n{}", documents.join("\n"))),
        },
        default_configuration: Configuration {
            level: level(rule.severity),
        },
        properties: RuleProperties {
            tags: if exposure {
                vec!["exposure", "security"]
            } else {
                vec![rule.category.name()]
            },
            precision: "high",
            security_severity: exposure.then_some(match rule.severity {
                Severity::Error => "8.0",
                Severity::Warning => "5.0",
                Severity::Note => "2.0",
            }),
        },
    }
}

struct Writer<'v, 'a> {
    view: &'v View<'a>,
    masks: Masks,
}

impl Writer<'_, '_> {
    fn result(&mut self, finding: &Finding) -> Result {
        let mut primary = self.location(finding.primary.span, "");
        primary.logical_locations.push(LogicalLocation {
            fully_qualified_name: finding.resource.to_string(),
            kind: "resource",
        });
        let related = finding.related.iter().enumerate().map(|(id, label)| {
            let mut location = self.location(label.span, &label.text);
            location.id = Some(id);
            location
        });
        let related_locations = related.collect();
        let mut text = format!("{}. {}", concise::message(finding), finding.help);
        if !finding.also.is_empty() {
            let also: Vec<&str> = finding.also.iter().map(|a| &**a).collect();
            text += &format!(" Also: {}.", also.join(", "));
        }
        Result {
            rule_id: finding.rule.slug.clone(),
            rule_index: self.rule_index(&finding.rule),
            kind: "fail",
            level: level(finding.severity),
            message: Message::text(text),
            locations: vec![primary],
            related_locations,
            code_flows: self.flow(finding).into_iter().collect(),
            fixes: finding.fix.iter().map(|fix| self.fix(fix)).collect(),
            suppressions: Vec::new(),
            partial_fingerprints: Some(Fingerprints {
                own: finding.fingerprint.clone(),
            }),
        }
    }

    /// What the rule could not decide: neither passed nor failed.
    fn open(&self, undecided: &Undecided) -> Result {
        Result {
            rule_id: undecided.rule.slug.clone(),
            rule_index: self.rule_index(&undecided.rule),
            kind: "open",
            level: "none",
            message: Message::text(format!("{}: {}", undecided.resource, undecided.cause.text)),
            locations: vec![self.location(undecided.span, "")],
            related_locations: Vec::new(),
            code_flows: Vec::new(),
            fixes: Vec::new(),
            suppressions: Vec::new(),
            partial_fingerprints: None,
        }
    }

    fn rule_index(&self, rule: &RuleInfo) -> Option<usize> {
        self.view.rules.iter().position(|r| r.slug == rule.slug)
    }

    /// From where the value was written to where it is at fault.
    fn flow(&self, finding: &Finding) -> Option<CodeFlow> {
        let label = |label: &Label| ThreadFlowLocation {
            location: self.location(label.span, &label.text),
        };
        let mut locations: Vec<_> = finding.origin.iter().rev().map(label).collect();
        if locations.is_empty() {
            return None;
        }
        locations.push(ThreadFlowLocation {
            location: self.location(finding.primary.span, &finding.message),
        });
        Some(CodeFlow {
            thread_flows: [ThreadFlow { locations }],
        })
    }

    fn fix(&mut self, fix: &finding::Fix) -> Fix {
        let mut changes: BTreeMap<String, Vec<Replacement>> = BTreeMap::new();
        for replacement in &fix.replacements {
            let file = replacement.span.file;
            let source = self.view.sources.get(file);
            let secrets = &self.view.report.secrets;
            let text = hide::inserted(&mut self.masks, file, &source, secrets, replacement);
            changes
                .entry(source.path.clone())
                .or_default()
                .push(Replacement {
                    deleted_region: self.region(replacement.span),
                    inserted_content: Message::text(text),
                });
        }
        let how = fix.applicability.name();
        let note = fix.note.as_deref().map(|note| format!(": {note}"));
        Fix {
            description: Message::text(format!("{how}{}", note.unwrap_or_default())),
            artifact_changes: changes
                .into_iter()
                .map(|(path, replacements)| ArtifactChange {
                    artifact_location: artifact(&path),
                    replacements,
                })
                .collect(),
        }
    }

    fn suppression(&self, by: &finding::Suppression) -> Suppression {
        match by {
            finding::Suppression::Remark { at, reason } => Suppression {
                kind: "inSource",
                justification: (!reason.is_empty()).then(|| reason.clone()),
                location: Some(self.location(*at, "")),
            },
            finding::Suppression::Baseline => Suppression {
                kind: "external",
                justification: Some("known to the baseline".into()),
                location: None,
            },
        }
    }

    fn notification(&self, level: &'static str, problem: &Problem) -> Notification {
        let help = problem.help.as_deref().map(|help| format!("; {help}"));
        Notification {
            level,
            message: Message::text(problem.message.clone() + &help.unwrap_or_default()),
            locations: problem
                .span
                .iter()
                .map(|span| self.location(*span, ""))
                .collect(),
        }
    }

    fn location(&self, span: Span, message: &str) -> Location {
        Location {
            id: None,
            physical_location: PhysicalLocation {
                artifact_location: artifact(&self.view.sources.get(span.file).path),
                region: self.region(span),
            },
            logical_locations: Vec::new(),
            message: (!message.is_empty()).then(|| Message::text(message)),
        }
    }

    fn region(&self, span: Span) -> Region {
        let source = self.view.sources.get(span.file);
        let (start, end) = (source.position(span.start), source.position(span.end));
        Region {
            start_line: start.line,
            start_column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation {
        uri: encoded(path),
        uri_base_id: BASE,
    }
}

/// A path as a relative reference of RFC 3986.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out += &format!("%{byte:02X}"),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_are_encoded() {
        assert_eq!(super::encoded("a b/ö:1.tf"), "a%20b/%C3%B6%3A1.tf");
    }
}
