//! Findings that somebody has accepted, in a remark where they stand: `azvet: ignore[rule] why`.
//!
//! A remark that suppresses nothing, or that can't be read, is a finding of its own.

mod directive;
mod remark;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::finding::{
    Applicability, Finding, Fix, Label, Replacement, Report, RuleInfo, Suppressed, Suppression,
};
use crate::fix::text::{next_line, space_before, starts_line};
use crate::source::{FileId, Sources, Span};
use crate::suggest;
use directive::Directive;
use remark::Remark;

/// The rule that speaks of remarks which suppress nothing.
const UNUSED: &str = "suppression-unused";
/// The rule that speaks of remarks which can't be read, or name no rule.
const INVALID: &str = "suppression-invalid";

/// Takes the findings out of the report that remarks in the files suppress, and adds what is wrong with
/// the remarks. `rules` are those that exist; `applies` tells whether a rule was checked in a file.
pub fn apply(
    report: &mut Report,
    sources: &Sources,
    rules: &[Arc<RuleInfo>],
    applies: &dyn Fn(&str, &str) -> bool,
) {
    let mut remarks = Remarks::read(sources);
    if remarks.0.is_empty() {
        return;
    }
    let (mut kept, mut suppressed) = (Vec::new(), Vec::new());
    for finding in std::mem::take(&mut report.findings) {
        match remarks.on(&finding.rule.slug, finding.primary.span) {
            Some(by) => suppressed.push(Suppressed { finding, by }),
            None => kept.push(finding),
        }
    }
    report.findings = kept;
    report.suppressed.extend(suppressed);
    let named = |slug: &str| rules.iter().find(|rule| rule.slug == slug);
    if let (Some(unused), Some(invalid)) = (named(UNUSED), named(INVALID)) {
        let added = remarks.wrong(report, sources, rules, applies, unused, invalid);
        report.findings.extend(added);
    }
}

/// A remark that could be read, or why it could not.
struct Read {
    file: FileId,
    remark: Remark,
    directive: Result<Directive, String>,
    /// The numbers of its rules that suppressed something.
    used: BTreeSet<usize>,
}

struct Remarks(Vec<Read>);

impl Remarks {
    fn read(sources: &Sources) -> Remarks {
        let mut files: BTreeMap<String, FileId> = BTreeMap::new();
        for path in sources.paths() {
            if let Ok(file) = sources.load(&path) {
                files.insert(sources.get(file).path.clone(), file);
            }
        }
        let mut found = Vec::new();
        for (path, file) in files {
            let source = sources.get(file);
            for remark in remark::remarks(&path, &source.text) {
                let Some(mut directive) = directive::read(&source.text, remark.content.clone())
                else {
                    continue;
                };
                if directive.as_ref().is_ok_and(|d| d.whole_file) && !remark.at_top {
                    directive = Err("`ignore-file` stands at the top of a file".into());
                }
                found.push(Read {
                    file,
                    remark,
                    directive,
                    used: BTreeSet::new(),
                });
            }
        }
        Remarks(found)
    }

    /// The remark that suppresses findings of a rule at a place.
    fn on(&mut self, slug: &str, place: Span) -> Option<Suppression> {
        for read in &mut self.0 {
            let Ok(directive) = &read.directive else {
                continue;
            };
            let covers =
                directive.whole_file || read.remark.covers.contains(&(place.start as usize));
            let named = directive.rules.iter().position(|(name, _)| name == slug);
            if let Some(named) = named.filter(|_| read.file == place.file && covers) {
                read.used.insert(named);
                return Some(Suppression::Remark {
                    at: Span::new(read.file, read.remark.whole.clone()),
                    reason: directive.reason.clone(),
                });
            }
        }
        None
    }

    /// Findings about the remarks themselves.
    fn wrong(
        &self,
        report: &Report,
        sources: &Sources,
        rules: &[Arc<RuleInfo>],
        applies: &dyn Fn(&str, &str) -> bool,
        unused: &Arc<RuleInfo>,
        invalid: &Arc<RuleInfo>,
    ) -> Vec<Finding> {
        let mut found = Vec::new();
        for read in &self.0 {
            let source = sources.get(read.file);
            let at = |range: &Range<usize>| Span::new(read.file, range.clone());
            let tell = |rule: &Arc<RuleInfo>| applies(&rule.slug, &source.path);
            let directive = match &read.directive {
                Ok(directive) => directive,
                Err(message) => {
                    if tell(invalid) {
                        found.push(finding(
                            invalid,
                            &source.path,
                            at(&read.remark.content),
                            message,
                        ));
                    }
                    continue;
                }
            };
            let mut idle = Vec::new();
            for (i, (name, place)) in directive.rules.iter().enumerate() {
                if !rules.iter().any(|rule| rule.slug == *name) {
                    if tell(invalid) {
                        let known = rules.iter().map(|rule| rule.slug.as_str());
                        let message = suggest::unknown("rule", name, known);
                        found.push(finding(invalid, &source.path, at(place), &message));
                    }
                } else if !read.used.contains(&i)
                    && applies(name, &source.path)
                    && read.is_settled(report, directive, name)
                {
                    idle.push(i);
                }
            }
            if tell(unused) {
                let all = idle.len() == directive.rules.len();
                for &i in &idle {
                    let (name, place) = &directive.rules[i];
                    let message = format!("nothing of `{name}` is found here");
                    let mut told = finding(unused, &source.path, at(place), &message);
                    told.fix =
                        read.without(&source.text, directive, if all { None } else { Some(i) });
                    found.push(told);
                }
            }
        }
        found
    }
}

impl Read {
    /// Whether it is certain that a rule has nothing to say where the remark stands: it was decided, and
    /// all of the file was understood.
    fn is_settled(&self, report: &Report, directive: &Directive, name: &str) -> bool {
        let here = |span: Span| {
            let start = span.start as usize;
            span.file == self.file && (directive.whole_file || self.remark.covers.contains(&start))
        };
        let undecided = report.undecided.iter();
        let open = undecided
            .filter(|u| u.rule.slug == name)
            .any(|u| here(u.span));
        let problems = report.problems.iter();
        let broken = problems
            .filter_map(|p| p.span)
            .any(|span| span.file == self.file);
        !open && !broken
    }

    /// The edit that takes a rule out, or the whole remark.
    fn without(&self, text: &str, directive: &Directive, one: Option<usize>) -> Option<Fix> {
        let range = match one {
            Some(i) => {
                // With the comma before it, or after the first.
                let place = &directive.rules[i].1;
                match i.checked_sub(1) {
                    Some(before) => directive.rules[before].1.end..place.end,
                    None => place.start..directive.rules[1].1.start,
                }
            }
            None => self.removed(text)?,
        };
        Some(Fix {
            applicability: Applicability::Safe,
            note: None,
            replacements: vec![Replacement {
                span: Span::new(self.file, range),
                text: String::new(),
            }],
        })
    }

    /// What goes with the whole remark; `None` for a property that says more, or that can't be cut out.
    fn removed(&self, text: &str) -> Option<Range<usize>> {
        let whole = self.remark.whole.clone();
        if text[whole.clone()].starts_with('"') {
            let object = &self.remark.covers;
            let name = text[whole.clone()].split('"').nth(1)?;
            let changes = crate::fix::json::remove(text, object, &[name])?;
            let [change] = changes.as_slice() else {
                return None;
            };
            return Some(change.range.clone());
        }
        let ends_line = text[whole.end..next_line(text, whole.end)]
            .trim()
            .is_empty();
        Some(if starts_line(text, whole.start) && ends_line {
            space_before(text, whole.start)..next_line(text, whole.end)
        } else {
            space_before(text, whole.start)..whole.end
        })
    }
}

fn finding(rule: &Arc<RuleInfo>, path: &str, place: Span, message: &str) -> Finding {
    Finding {
        rule: rule.clone(),
        severity: rule.severity,
        message: message.to_owned(),
        check: 0,
        unit: path.into(),
        resource: path.into(),
        also: Vec::new(),
        primary: Label {
            span: place,
            text: String::new(),
        },
        origin: Vec::new(),
        related: Vec::new(),
        when: None,
        help: rule.why.clone(),
        remedy: String::new(),
        plan: None,
        fix: None,
        fingerprint: String::new(),
    }
}
