//! Findings that were there when azvet came: a file of their fingerprints, so that only new ones count.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::declared::Problem;
use crate::files::{normalize, relative};
use crate::finding::{Finding, Report, Suppressed, Suppression};
use crate::source::{FileId, Sources, Span};

/// The form of the file.
const VERSION: u32 = 1;

/// A baseline as it is written.
#[derive(Debug, Serialize, Deserialize)]
struct BaselineFile {
    version: u32,
    findings: Vec<Known>,
}

/// A finding that is known. Only the fingerprint counts; the rest is for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    /// From the directory of the baseline.
    path: String,
    rule: String,
    resource: String,
    fingerprint: String,
}

/// Takes the findings out of the report that the baseline at `path` holds, each as often as it holds it. Entries that
/// match nothing any more become notices, as far as this run looked at what they are about: `applies`
/// tells whether a rule was checked in a file.
pub fn apply(
    report: &mut Report,
    sources: &Sources,
    working_directory: &Path,
    path: &Path,
    applies: &dyn Fn(&str, &str) -> bool,
) {
    let absolute = |path: &Path| normalize(&working_directory.join(path));
    let seen: Vec<PathBuf> = sources.paths().iter().map(|path| absolute(path)).collect();
    let (file, baseline) = match read(sources, path) {
        Ok(read) => read,
        Err(problem) => {
            report.problems.push(problem);
            return;
        }
    };
    let mut left: BTreeMap<String, Vec<Known>> = BTreeMap::new();
    for known in baseline.findings.into_iter().rev() {
        left.entry(known.fingerprint.clone())
            .or_default()
            .push(known);
    }
    let mut kept = Vec::new();
    for finding in std::mem::take(&mut report.findings) {
        match left.get_mut(&finding.fingerprint).and_then(Vec::pop) {
            Some(_) => report.suppressed.push(Suppressed {
                finding,
                by: Suppression::Baseline,
            }),
            None => kept.push(finding),
        }
    }
    report.findings = kept;
    let text = &sources.get(file).text;
    let home = path.parent().unwrap_or(Path::new(""));
    let looked_at = |known: &Known| {
        let path = absolute(&home.join(&known.path));
        let shown = sources.files().shown(&path);
        let is_gone = || sources.load(&path).is_err_and(|error| error.missing);
        applies(&known.rule, &shown) && (seen.contains(&path) || is_gone())
    };
    for known in left.into_values().flatten().filter(looked_at) {
        let shown = sources.files().shown(&absolute(&home.join(&known.path)));
        let message = format!("`{}` of {} in {shown} is gone", known.rule, known.resource);
        let at = text.find(&known.fingerprint).unwrap_or_default();
        let span = Span::new(file, at..(at + known.fingerprint.len()).min(text.len()));
        report
            .notices
            .push(Problem::at(span, message).help("write the baseline again: --write-baseline"));
    }
}

fn read(sources: &Sources, path: &Path) -> Result<(FileId, BaselineFile), Problem> {
    let file = sources.load(path).map_err(|error| {
        Problem::general(format!("the baseline {error}"))
            .help("write one with --write-baseline FILE")
    })?;
    let source = sources.get(file);
    let wrong = |at: usize, message: String| {
        Problem::at(Span::new(file, at..at), message)
            .help("write the baseline again: --write-baseline")
    };
    let baseline: BaselineFile = serde_json::from_str(&source.text).map_err(|error| {
        let line = error.line().saturating_sub(1);
        let starts = source.line_starts();
        let at = starts.get(line).map_or(0, |start| *start as usize);
        wrong(at, format!("this is no baseline: {error}"))
    })?;
    if baseline.version != VERSION {
        let message = format!(
            "the baseline has version {}, not {VERSION}",
            baseline.version
        );
        return Err(wrong(0, message));
    }
    Ok((file, baseline))
}

/// The baseline that holds these findings, one on each line, to be written to `path`.
pub fn written(
    findings: &[Finding],
    sources: &Sources,
    working_directory: &Path,
    path: &Path,
) -> String {
    let absolute = |path: &Path| normalize(&working_directory.join(path));
    let home = absolute(path.parent().unwrap_or(Path::new("")));
    let mut known: Vec<Known> = findings
        .iter()
        .map(|finding| {
            let path = &sources.get(finding.primary.span.file).path;
            let path = relative(&home, &absolute(Path::new(path)));
            Known {
                path: path.to_string_lossy().replace('\\', "/"),
                rule: finding.rule.slug.clone(),
                resource: finding.resource.to_string(),
                fingerprint: finding.fingerprint.clone(),
            }
        })
        .collect();
    known.sort();
    let lines: Vec<String> = known
        .iter()
        .map(|known| format!("    {}", serde_json::json!(known)))
        .collect();
    let lines = if lines.is_empty() {
        String::new()
    } else {
        format!("\n{}\n  ", lines.join(",\n"))
    };
    format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{lines}]\n}}\n")
}
