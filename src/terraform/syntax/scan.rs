//! A small scanner over native syntax that tells strings, comments and heredocs from code. It serves
//! repair, so it accepts anything and never looks back.

use std::ops::Range;

/// What is open around a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// `{` of a block or object constructor: newlines matter.
    Brace,
    /// `{` of a for expression: they don't.
    For,
    /// `(`, `[` and `${`: they don't.
    Other,
    Quote,
}

/// Something met in code.
pub(super) enum Event {
    Newline(usize),
    Comment(Range<usize>),
}

/// Calls `visit` for each newline and comment in code, with what is open there.
pub(super) fn walk(text: &str, visit: &mut dyn FnMut(Event, Option<Open>)) {
    let bytes = text.as_bytes();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if open.last() == Some(&Open::Quote) {
            at += match rest {
                [b'\\', _, ..] => 2,
                [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => 3,
                [b'$' | b'%', b'{', ..] => {
                    open.push(Open::Other);
                    2
                }
                [b'"' | b'\n', ..] => {
                    open.pop();
                    1
                }
                _ => 1,
            };
            continue;
        }
        at += match rest {
            [b'#', ..] | [b'/', b'/', ..] => {
                let end = rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
                visit(Event::Comment(at..at + end), open.last().copied());
                end
            }
            [b'/', b'*', tail @ ..] => {
                let end = tail
                    .windows(2)
                    .position(|w| w == b"*/")
                    .map_or(rest.len(), |i| i + 4);
                visit(Event::Comment(at..at + end), open.last().copied());
                end
            }
            [b'\n', ..] => {
                visit(Event::Newline(at), open.last().copied());
                1
            }
            [b'"', ..] => {
                open.push(Open::Quote);
                1
            }
            [b'(' | b'[', ..] => {
                open.push(Open::Other);
                1
            }
            [b'{', tail @ ..] => {
                open.push(if starts_for(tail) {
                    Open::For
                } else {
                    Open::Brace
                });
                1
            }
            [b')' | b']' | b'}', ..] => {
                open.pop();
                1
            }
            [b'<', b'<', ..] => heredoc(&text[at..]).unwrap_or(2),
            _ => 1,
        };
    }
}

fn starts_for(tail: &[u8]) -> bool {
    let tail = tail.trim_ascii_start();
    tail.starts_with(b"for") && tail.get(3).is_some_and(u8::is_ascii_whitespace)
}

/// The length of the heredoc that starts here, up to its closing word; `None` when it is none.
pub(super) fn heredoc(text: &str) -> Option<usize> {
    let after = text[2..].strip_prefix('-').unwrap_or(&text[2..]);
    let line_end = after.find('\n')?;
    let word = after[..line_end].trim();
    if word.is_empty()
        || !word
            .chars()
            .all(|c| c.is_alphanumeric() || "_-".contains(c))
    {
        return None;
    }
    let mut at = text.len() - after.len() + line_end + 1;
    for line in text[at..].split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed == word
            || trimmed
                .strip_prefix(word)
                .is_some_and(|r| r.starts_with([',', ')', ']']))
        {
            return Some(at + line.find(word)? + word.len());
        }
        at += line.len();
    }
    None
}

/// Where top-level blocks start, by their look: a line at column 0 that begins with a word and opens
/// a brace, outside heredocs and comments. The first piece starts at 0.
pub(super) fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut starts = vec![0];
    let mut at = 0;
    let mut skip_until = 0;
    for line in text.split_inclusive('\n') {
        let here = at;
        at += line.len();
        if here < skip_until {
            continue;
        }
        if let Some(i) = line.find("<<")
            && let Some(length) = heredoc(&text[here + i..])
        {
            skip_until = here + i + length;
        } else if let Some(i) = line.find("/*")
            && !line[..i].contains(['"', '#'])
            && !line[i..].contains("*/")
        {
            skip_until = text[here..].find("*/").map_or(text.len(), |e| here + e);
        }
        if here > 0 && opens_block(line) {
            starts.push(here);
        }
    }
    starts.push(text.len());
    starts.windows(2).map(|w| w[0]..w[1]).collect()
}

fn opens_block(line: &str) -> bool {
    let word = line
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
        .unwrap_or(0);
    let rest = line[word..].trim_start();
    word > 0
        && line.starts_with(|c: char| c.is_ascii_alphabetic())
        && (rest.starts_with('{') || (rest.starts_with('"') && rest.contains('{')))
}

/// Where a `/*` starts that nothing closes.
pub(super) fn unclosed_comment(text: &str) -> Option<usize> {
    let mut found = None;
    walk(text, &mut |event, _| {
        if let Event::Comment(range) = event {
            let comment = text.as_bytes().get(range.start..).unwrap_or_default();
            if comment.starts_with(b"/*") && !comment[2..].windows(2).any(|w| w == b"*/") {
                found = Some(range.start);
            }
        }
    });
    found
}
