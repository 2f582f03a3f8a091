//! A fix as the lines it changes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use super::View;
use super::hide;
use super::masks::Masks;
use super::paint::{printable, wrapped};
use crate::finding::{Fix, Replacement};

/// Longer lines are no help on a terminal.
const LONGEST_LINE: usize = 300;

/// The lines that a fix takes away and adds, below the file and line where they stand.
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
        for line in wrapped(&printable(note), view.width.saturating_sub(4)) {
            writeln!(out, "    {line}")?;
        }
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
        let Some((source, first)) = replacements.first() else {
            continue;
        };
        let all: Vec<&Replacement> = replacements.iter().map(|(_, r)| *r).collect();
        let (file, secrets) = (first.span.file, &view.report.secrets);
        let Some((old, new)) = hide::edited(masks, file, source, secrets, &all) else {
            continue;
        };
        let difference = TextDiff::from_lines(&old, &new);
        for group in difference.grouped_ops(0) {
            let line = group.first().map_or(0, |op| op.old_range().start) + 1;
            writeln!(out, "\n        {path}:{line}")?;
            for change in group.iter().flat_map(|op| difference.iter_changes(op)) {
                write_line(out, change.tag(), change.value())?;
            }
        }
    }
    writeln!(out)
}

fn write_line(out: &mut dyn Write, tag: ChangeTag, line: &str) -> io::Result<()> {
    let line = line.trim_end_matches(['\r', '\n']);
    let sign = match tag {
        ChangeTag::Equal => return Ok(()),
        ChangeTag::Delete => '-',
        ChangeTag::Insert => '+',
    };
    if line.len() > LONGEST_LINE {
        let length = line.chars().count();
        return writeln!(
            out,
            "        {sign} (a line of {length} characters; --diff shows it)"
        );
    }
    let line = format!("        {sign} {}", printable(line));
    writeln!(out, "{}", line.trim_end())
}

/// A file before and after fixes, with what is secret masked. The difference of the two can't be applied where
/// something is; the fixes can.
pub fn without_secrets(view: &View<'_>, path: &str, old: &str) -> Option<(String, String)> {
    let file = view.sources.load(std::path::Path::new(path)).ok()?;
    let (source, secrets) = (view.sources.get(file), &view.report.secrets);
    Some((
        hide::earlier(old, file, &source, secrets),
        hide::whole(&mut Masks::default(), file, &source, secrets),
    ))
}
