//! Tokens of native syntax, no finer than edits need them: a string is one, with all in its
//! interpolations, and so is a heredoc.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line ending.
    Newline,
    /// `#` or `//` up to, not including, the line ending.
    LineComment,
    /// `/* … */`.
    BlockComment,
    /// A string with its quotes.
    Quoted,
    /// From `<<` to the end of its closing line's word.
    Heredoc,
    /// An identifier or number.
    Word,
    /// One byte; operators that contain `=` and others come as `Punct(0)`.
    Punct(u8),
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// The bytes.
    pub range: Range<usize>,
}

/// The token after spaces; `None` at the end and where a string or heredoc is not closed.
pub fn token(text: &str, at: usize) -> Option<Token> {
    let bytes = text.as_bytes();
    let mut start = at;
    while matches!(bytes.get(start), Some(b' ' | b'\t'))
        || (bytes.get(start) == Some(&b'\r') && bytes.get(start + 1) != Some(&b'\n'))
    {
        start += 1;
    }
    let rest = bytes.get(start..)?;
    let (kind, end) = match rest {
        [] => return None,
        [b'\n', ..] => (Kind::Newline, start + 1),
        [b'\r', ..] => (Kind::Newline, start + 2),
        [b'#', ..] | [b'/', b'/', ..] => (Kind::LineComment, line_comment(text, start)),
        [b'/', b'*', ..] => (Kind::BlockComment, block_comment(text, start)?),
        [b'"', ..] => (Kind::Quoted, quoted(text, start)?),
        [b'<', b'<', ..] => (Kind::Heredoc, heredoc(text, start)?),
        [b'=' | b'!' | b'<' | b'>', b'=', ..] | [b'=', b'>', ..] => (Kind::Punct(0), start + 2),
        [b, ..] if is_word(*b) => {
            let length = rest.iter().take_while(|b| is_word(**b) || **b == b'-');
            (Kind::Word, start + length.count())
        }
        [b, ..] => (Kind::Punct(*b), start + 1),
    };
    Some(Token {
        kind,
        range: start..end,
    })
}

fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80
}

fn line_comment(text: &str, at: usize) -> usize {
    let line = text[at..].split('\n').next().unwrap_or_default();
    at + line.strip_suffix('\r').unwrap_or(line).len()
}

fn block_comment(text: &str, at: usize) -> Option<usize> {
    text[at + 2..].find("*/").map(|i| at + 2 + i + 2)
}

/// The end of the quoted template at `at`, with the strings in its interpolations.
fn quoted(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut open = vec![b'"'];
    let mut at = at + 1;
    while let Some(top) = open.last() {
        let rest = bytes.get(at..).filter(|r| !r.is_empty())?;
        at += match (*top == b'"', rest) {
            (true, [b'\\', ..]) => 2,
            (true, [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..]) => 3,
            (true, [b'$' | b'%', b'{', ..]) => {
                open.push(b'{');
                2
            }
            (true, [b'"', ..]) => {
                open.pop();
                1
            }
            (true, [b'\n', ..]) => return None,
            (false, [b'"', ..]) => {
                open.push(b'"');
                1
            }
            (false, [b'{' | b'(' | b'[', ..]) => {
                open.push(b'{');
                1
            }
            (false, [b'}' | b')' | b']', ..]) => {
                open.pop();
                1
            }
            (false, [b'/', b'*', ..]) => block_comment(text, at)? - at,
            (false, [b'#', ..]) => line_comment(text, at) - at,
            _ => 1,
        };
    }
    Some(at)
}

/// The end of the heredoc at `at`: after its closing word.
fn heredoc(text: &str, at: usize) -> Option<usize> {
    let after = &text[at + 2..];
    let after = after.strip_prefix('-').unwrap_or(after);
    let line = after.split_inclusive('\n').next()?;
    let word = line.strip_suffix('\n')?.trim_end();
    if word.is_empty() || !word.bytes().all(|b| is_word(b) || b == b'-') {
        return None;
    }
    let mut at = text.len() - after.len() + line.len();
    for line in text[at..].split_inclusive('\n') {
        if line.trim() == word {
            return Some(at + line.find(word)? + word.len());
        }
        at += line.len();
    }
    None
}
