//! A fix as the lines it changes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use super::View;
use super::masks::{Hidden, Masks};
use super::paint::printable;
use crate::finding::{Fix, Replacement};

/// Longer lines are no help on a terminal.
const LONGEST_LINE: usize = 300;

/// The lines that a fix takes away and adds, below the name of each file.
pub(super) fn write_fix(
    view: &View<'_>,
    masks: &mut Masks,
    fix: &Fix,
    out: &mut dyn Write,
) -> io::Result<()> {
    let applied = match fix.applicability.name() {
        "safe" => "--fix applies it",
        "unsafe" => "--unsafe-fixes applies it",
        _ => "to be made by hand",
    };
    writeln!(out, "  = fix ({}; {applied}):", fix.applicability.name())?;
    if let Some(note) = &fix.note {
        writeln!(out, "    {}", printable(note))?;
    }
    let mut files: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for replacement in &fix.replacements {
        let source = view.sources.get(replacement.span.file);
        files
            .entry(source.path.clone())
            .or_default()
            .push((source, replacement));
    }
    for (path, replacements) in files {
        let Some((source, _)) = replacements.first() else {
            continue;
        };
        let all: Vec<&Replacement> = replacements.iter().map(|(_, r)| *r).collect();
        let Some(new) = Replacement::apply(&source.text, &all) else {
            continue;
        };
        let old = &source.text;
        let hidden = Hidden::of(masks, all[0].span.file, source, &view.report.secrets);
        writeln!(out, "\n        {path}")?;
        for change in TextDiff::from_lines(old, &new).iter_all_changes() {
            let line = change.value().trim_end_matches(['\r', '\n']);
            let sign = match change.tag() {
                ChangeTag::Equal => continue,
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            if line.len() > LONGEST_LINE {
                writeln!(
                    out,
                    "        {sign} (a line of {} characters; --diff shows it)",
                    line.len()
                )?;
            } else {
                writeln!(out, "        {sign} {}", printable(&hidden.masked(line)))?;
            }
        }
    }
    writeln!(out)
}

/// A unified diff of a file in which what is secret is masked. Such a diff can't be applied; the fix can.
pub fn without_secrets(view: &View<'_>, path: &str, diff: &str) -> String {
    let Ok(file) = view.sources.load(std::path::Path::new(path)) else {
        return diff.to_owned();
    };
    let source = view.sources.get(file);
    Hidden::of(&mut Masks::default(), file, &source, &view.report.secrets).masked(diff)
}
