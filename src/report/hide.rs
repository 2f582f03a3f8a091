//! Texts as they may be printed: what is secret is masked, in a file and in what an edit makes of it.

use std::ops::Range;

use super::masks::{MASK, Masks, is_json, secrets};
use crate::finding::Replacement;
use crate::source::{FileId, Source, Span};

/// Texts of a single letter or two stand in many places that are not secret.
const SHORTEST: usize = 3;

/// A file before and after replacements, with what is secret masked in both. `None` when one lies outside of it.
pub(super) fn edited(
    masks: &mut Masks,
    file: FileId,
    source: &Source,
    sensitive: &[Span],
    replacements: &[&Replacement],
) -> Option<(String, String)> {
    let old = source.text.as_str();
    let hidden = masks.of(file, source, sensitive).to_vec();
    let mut sorted = replacements.to_vec();
    sorted.sort_by_key(|r| (r.span.start, r.span.end));
    let mut new = String::with_capacity(old.len());
    let mut at = 0;
    for replacement in sorted {
        let range = replacement.span.range();
        new += &masked(old, at..range.start, &hidden)?;
        new += &inserted(masks, file, source, sensitive, replacement);
        at = range.end;
    }
    new += &masked(old, at..old.len(), &hidden)?;
    Some((masked(old, 0..old.len(), &hidden)?, new))
}

/// The text of a replacement, with what is secret in it masked: what looks like it, and what is secret in the file.
pub(super) fn inserted(
    masks: &mut Masks,
    file: FileId,
    source: &Source,
    sensitive: &[Span],
    replacement: &Replacement,
) -> String {
    let text = replacement.text.as_str();
    let hidden = masks.of(file, source, sensitive);
    let place = replacement.span.range();
    if hidden
        .iter()
        .any(|secret| secret.start < place.start && place.end < secret.end)
    {
        return MASK.into();
    }
    let mut found = secrets(text, is_json(&source.path), 0);
    let known = hidden
        .iter()
        .filter_map(|range| source.text.get(range.clone()));
    found.extend(known.flat_map(|secret| occurrences(text, secret)));
    masked(text, 0..text.len(), &sorted(found)).unwrap_or_default()
}

/// What a file was before it became `source`, with what is secret masked.
pub(super) fn earlier(old: &str, file: FileId, source: &Source, sensitive: &[Span]) -> String {
    let mut found = secrets(old, is_json(&source.path), 0);
    let own = sensitive.iter().filter(|span| span.file == file);
    let known = own.filter_map(|span| source.text.get(span.range()));
    found.extend(known.flat_map(|secret| occurrences(old, secret.trim_matches('"'))));
    masked(old, 0..old.len(), &sorted(found)).unwrap_or_default()
}

/// A file, with what is secret masked.
pub(super) fn whole(
    masks: &mut Masks,
    file: FileId,
    source: &Source,
    sensitive: &[Span],
) -> String {
    let hidden = masks.of(file, source, sensitive);
    masked(&source.text, 0..source.text.len(), hidden).unwrap_or_default()
}

fn sorted(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    ranges
}

/// Part of a text, with the sorted ranges masked. Lines stay lines. `None` when there is no such part.
fn masked(text: &str, part: Range<usize>, hidden: &[Range<usize>]) -> Option<String> {
    text.get(part.clone())?;
    let mut out = String::with_capacity(part.len());
    let mut at = part.start;
    for secret in hidden {
        let (start, end) = (secret.start.max(at), secret.end.min(part.end));
        if start >= end {
            continue;
        }
        out += text.get(at..start)?;
        out += MASK;
        out.extend(text.get(start..end)?.chars().filter(|c| *c == '\n'));
        at = end;
    }
    out += text.get(at..part.end)?;
    Some(out)
}

/// Where a secret stands in a text by itself, not as a part of a word.
fn occurrences<'t>(text: &'t str, secret: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let found = text.match_indices(secret);
    found
        .filter(move |_| secret.len() >= SHORTEST)
        .map(|(at, found)| at..at + found.len())
        .filter(move |range| {
            let before = text[..range.start].chars().next_back();
            let after = text[range.end..].chars().next();
            !before.is_some_and(part_of_word) && !after.is_some_and(part_of_word)
        })
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::files::Memory;
    use crate::source::Sources;

    #[test]
    fn words_that_are_secret_elsewhere_are_shown() {
        let text = "password = x == \"Default\" ? \"hunter\" : null\nmode = \"Default\"\nend = 1\n";
        let sources = Sources::new(Arc::new(Memory::new([("Default.tf", text)])));
        let file = sources.load(Path::new("Default.tf")).unwrap();
        let source = sources.get(file);
        let at = text.find("end").unwrap();
        let replacement = Replacement {
            span: Span::new(file, at..at + 7),
            text: "mode = \"DefaultZone\"\npassword = \"fisher\"\nname = \"my-hunter\"".into(),
        };
        let (old, new) =
            edited(&mut Masks::default(), file, &source, &[], &[&replacement]).unwrap();
        assert_eq!(
            old,
            "password = x == \"••••\" ? \"••••\" : null\nmode = \"Default\"\nend = 1\n"
        );
        assert_eq!(
            new,
            "password = x == \"••••\" ? \"••••\" : null\nmode = \"Default\"\nmode = \"DefaultZone\"\npassword = \"••••\"\nname = \"my-••••\"\n"
        );
    }
}
