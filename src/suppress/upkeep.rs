//! What is wrong with the remarks themselves, as findings.

use std::ops::Range;
use std::sync::Arc;

use super::Read;
use super::directive::Directive;
use crate::finding::{Applicability, Finding, Fix, Label, Replacement, Report, RuleInfo};
use crate::fix::json;
use crate::fix::text::{next_line, space_before, starts_line};
use crate::source::{Source, Sources, Span};
use crate::suggest;

/// The rule that speaks of remarks which suppress nothing.
const UNUSED: &str = "suppression-unused";
/// The rule that speaks of remarks which can't be read, or name no rule.
const INVALID: &str = "suppression-invalid";

/// Findings about the remarks, after `report` was freed of what they suppress.
pub(super) fn findings(
    remarks: &[Read],
    report: &Report,
    sources: &Sources,
    rules: &[Arc<RuleInfo>],
    applies: &dyn Fn(&str, &str) -> bool,
) -> Vec<Finding> {
    let mut found = Vec::new();
    for read in remarks {
        let source = sources.get(read.file);
        let rule = |slug: &str| {
            let known = rules.iter().find(|rule| rule.slug == slug);
            known.filter(|_| applies(slug, &source.path))
        };
        if let Some(rule) = rule(INVALID) {
            for (place, name, message) in invalid(read, rules) {
                let help = "Mend the remark: `azvet: ignore[rule, rule] why`.";
                found.push(finding(rule, &source, read.at(&place), name, message, help));
            }
        }
        if let (Some(rule), Ok(directive)) = (rule(UNUSED), &read.directive) {
            let checked = |name: &str| {
                rules.iter().any(|rule| rule.slug == name) && applies(name, &source.path)
            };
            let idle = idle(read, directive, report, &checked);
            let all = idle.len() == directive.rules.len();
            for i in idle {
                let (name, place) = &directive.rules[i];
                let message = format!("nothing of `{name}` is found here");
                let help = "Take the rule out of the remark, or the remark away.";
                let mut told = finding(rule, &source, read.at(place), name, message, help);
                let cut = if all {
                    whole(read, &source.text)
                } else {
                    Some(name_of(directive, i))
                };
                told.fix = cut.map(|range| Fix {
                    applicability: Applicability::Safe,
                    note: None,
                    replacements: vec![Replacement {
                        span: read.at(&range),
                        text: String::new(),
                    }],
                });
                found.push(told);
            }
        }
    }
    found
}

/// What can't be read in a remark: where, the rule that is named there, and why.
fn invalid<'r>(read: &'r Read, rules: &[Arc<RuleInfo>]) -> Vec<(Range<usize>, &'r str, String)> {
    let directive = match &read.directive {
        Ok(directive) => directive,
        Err(message) => return vec![(read.remark.content.clone(), "", message.clone())],
    };
    let unknown = directive
        .rules
        .iter()
        .filter(|(name, _)| !rules.iter().any(|r| r.slug == *name));
    unknown
        .map(|(name, place)| {
            let known = rules.iter().map(|rule| rule.slug.as_str());
            (
                place.clone(),
                name.as_str(),
                suggest::unknown("rule", name, known),
            )
        })
        .collect()
}

/// The numbers of the rules that certainly have nothing to say where the remark stands: they were
/// checked and decided there, and all of the file was understood.
fn idle(
    read: &Read,
    directive: &Directive,
    report: &Report,
    checked: &dyn Fn(&str) -> bool,
) -> Vec<usize> {
    let mut problems = report.problems.iter().filter_map(|problem| problem.span);
    if problems.any(|span| span.file == read.file) {
        return Vec::new();
    }
    let open = |name: &str| {
        let mut undecided = report.undecided.iter().filter(|u| u.rule.slug == name);
        undecided.any(|u| read.covers(directive, u.span))
    };
    (0..directive.rules.len())
        .filter(|i| {
            let name = directive.rules[*i].0.as_str();
            !read.used.contains(i) && checked(name) && !open(name)
        })
        .collect()
}

/// A name in a list of several, with the comma before it, or after the first.
fn name_of(directive: &Directive, i: usize) -> Range<usize> {
    let place = |i: usize| &directive.rules[i].1;
    match i.checked_sub(1) {
        Some(before) => place(before).end..place(i).end,
        None => place(0).start..place(1).start,
    }
}

/// What goes with a whole remark; `None` for a property that can't be cut out by itself.
fn whole(read: &Read, text: &str) -> Option<Range<usize>> {
    let whole = read.remark.whole.clone();
    if text[whole.clone()].starts_with('"') {
        let name = text[whole].split('"').nth(1)?;
        let changes = json::remove(text, &read.remark.covers, &[name])?;
        return match changes.as_slice() {
            [change] if change.text.is_empty() => Some(change.range.clone()),
            _ => None,
        };
    }
    let line_end = next_line(text, whole.end);
    let is_line = starts_line(text, whole.start) && text[whole.end..line_end].trim().is_empty();
    let start = space_before(text, whole.start);
    Some(start..if is_line { line_end } else { whole.end })
}

fn finding(
    rule: &Arc<RuleInfo>,
    source: &Source,
    place: Span,
    name: &str,
    message: String,
    help: &str,
) -> Finding {
    Finding {
        rule: rule.clone(),
        severity: rule.severity,
        message,
        check: 0,
        unit: source.path.as_str().into(),
        resource: format!("{}: ignore[{name}]", source.path).into(),
        also: Vec::new(),
        primary: Label {
            span: place,
            text: String::new(),
        },
        origin: Vec::new(),
        related: Vec::new(),
        when: None,
        help: help.into(),
        remedy: String::new(),
        plan: None,
        fix: None,
        fingerprint: String::new(),
    }
}
