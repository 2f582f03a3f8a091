//! Findings that somebody has accepted, in a remark where they stand: `azvet: ignore[rule] why`.
//!
//! A remark that suppresses nothing, or that can't be read, is a finding of its own.

mod directive;
mod remark;
mod upkeep;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::finding::{Report, RuleInfo, Suppressed, Suppression};
use crate::source::{FileId, Sources, Span};
use directive::Directive;
use remark::Remark;

/// Takes the findings out of the report that remarks in the files suppress, and adds what is wrong with
/// the remarks. `rules` are those that exist; `applies` tells whether a rule was checked in a file.
pub fn apply(
    report: &mut Report,
    sources: &Sources,
    rules: &[Arc<RuleInfo>],
    applies: &dyn Fn(&str, &str) -> bool,
) {
    let mut remarks = read(sources);
    if remarks.is_empty() {
        return;
    }
    let (mut kept, mut suppressed) = (Vec::new(), Vec::new());
    for finding in std::mem::take(&mut report.findings) {
        match suppression(&mut remarks, &finding.rule.slug, finding.primary.span) {
            Some(by) => suppressed.push(Suppressed { finding, by }),
            None => kept.push(finding),
        }
    }
    report.findings = kept;
    report.suppressed.extend(suppressed);
    let added = upkeep::findings(&remarks, report, sources, rules, applies);
    report.findings.extend(added);
}

/// A remark that could be read, or why it could not.
struct Read {
    file: FileId,
    remark: Remark,
    directive: Result<Directive, String>,
    /// The numbers of its rules that suppressed something.
    used: BTreeSet<usize>,
}

impl Read {
    fn at(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, range.clone())
    }

    /// Whether the remark is about what starts at a place.
    fn covers(&self, directive: &Directive, place: Span) -> bool {
        let start = place.start as usize;
        let here = directive.whole_file || self.remark.covers.contains(&start);
        place.file == self.file && here
    }
}

/// The remarks in all files that were read, sorted.
fn read(sources: &Sources) -> Vec<Read> {
    let loaded = sources.paths().into_iter();
    let files: BTreeMap<String, FileId> = loaded
        .filter_map(|path| sources.load(&path).ok())
        .map(|file| (sources.get(file).path.clone(), file))
        .collect();
    let mut found = Vec::new();
    for (path, file) in files {
        let source = sources.get(file);
        for remark in remark::remarks(&path, &source.text) {
            let read = directive::read(&source.text, remark.content.clone());
            let Some(mut directive) = read else {
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
    found
}

/// The first remark that suppresses findings of a rule at a place; all that do count as used.
fn suppression(remarks: &mut [Read], slug: &str, place: Span) -> Option<Suppression> {
    let mut first = None;
    for read in remarks {
        let Ok(directive) = &read.directive else {
            continue;
        };
        let named = directive.rules.iter().position(|(name, _)| name == slug);
        if let Some(named) = named.filter(|_| read.covers(directive, place)) {
            read.used.insert(named);
            first.get_or_insert_with(|| Suppression::Remark {
                at: read.at(&read.remark.whole),
                reason: directive.reason.clone(),
            });
        }
    }
    first
}
