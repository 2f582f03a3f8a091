//! Equal-length repair. The parser stops at its first error and refuses some forms that Terraform
//! accepts. Offending bytes are rewritten in a copy, at the same length, and parsed again: every span
//! stays true.

use std::collections::BTreeMap;

use hcl::edit::parser::parse_body;
use hcl::edit::structure::Body;

use super::chain::Chain;
use super::scan::{Event, Open, walk};

/// Parsing again costs the length of the text; a piece is given up beyond this many bytes.
const BUDGET: usize = 4 << 20;

/// What stands in the text in place of what was parsed, by offset.
#[derive(Default)]
pub(super) struct Rewritten {
    /// Keys: what they really are; `None` for attributes to drop.
    pub(super) keys: BTreeMap<usize, Option<String>>,
    /// Chains of operators that are too long for the parser, which saw `null`.
    pub(super) chains: BTreeMap<usize, Chain>,
}

/// A piece of a file, repaired as far as possible.
#[derive(Default)]
pub(super) struct Repaired {
    /// The parser's tree, unless there was no help.
    pub(super) body: Option<Body>,
    /// What was rewritten.
    pub(super) rewritten: Rewritten,
    /// Real errors: offset and message.
    pub(super) errors: Vec<(usize, String)>,
}

/// Parses `text`, rewriting what can be rewritten.
pub(super) fn parse(text: &str) -> Repaired {
    let mut out = Repaired::default();
    let mut copy = text.to_owned();
    let mut spent = 0;
    let mut joined = false;
    for round in 0.. {
        let error = match parse_body(&copy) {
            Ok(body) => {
                out.body = Some(body);
                return out;
            }
            Err(error) => error,
        };
        spent += copy.len();
        let at = floor(text, error.location().offset());
        let message = error.message();
        let may_repeat = round < 3 || spent < BUDGET;
        if may_repeat && message.contains("redefined object key") {
            if unwrap_key(&mut copy, at) {
                continue;
            }
            if let Some(original) = rename(&mut copy, at, round) {
                out.rewritten.keys.entry(at).or_insert(Some(original));
                continue;
            }
        } else if may_repeat && message.contains("redefined attribute") {
            if let Some(original) = rename(&mut copy, at, round) {
                if out.rewritten.keys.insert(at, None).is_none() {
                    out.errors
                        .push((at, format!("`{original}` is set twice in one block")));
                }
                continue;
            }
        } else if may_repeat && message.contains("chained binary operators") {
            if let Some(chain) = Chain::around(text, at) {
                let hidden = format!("{:1$}", "null", chain.range.len());
                copy.replace_range(chain.range.clone(), &hidden);
                out.rewritten.chains.insert(chain.range.start, chain);
                continue;
            }
        } else if !joined {
            joined = true;
            if let Some(better) = join_lines(&copy) {
                copy = better;
                continue;
            }
        }
        out.errors.push((at, plain(message)));
        return out;
    }
    out
}

/// Rewrites the key `"${expression}"` at `at` to `(  expression )`, which is the same key and not equal to it
/// for the parser.
fn unwrap_key(copy: &mut String, at: usize) -> bool {
    let inner = copy[at..].strip_prefix("\"${").and_then(|rest| {
        let inner = &rest[..rest.find(['"', '{', '}'])?];
        rest[inner.len()..].starts_with("}\"").then_some(inner)
    });
    let Some(inner) = inner.map(str::to_owned) else {
        return false;
    };
    let end = at + inner.len() + 5;
    copy.replace_range(at..end, &format!("(  {inner} )"));
    true
}

/// Rewrites the identifier or quoted string at `at` to another of the same length, and returns what
/// stood there. Later calls for the same place give other words.
fn rename(copy: &mut String, at: usize, round: usize) -> Option<String> {
    let rest = &copy[at..];
    let (start, end) = if let Some(quoted) = rest.strip_prefix('"') {
        let end = quoted.find('"')?;
        if quoted[..end].contains(['\\', '$', '%']) {
            return None;
        }
        (at + 1, at + 1 + end)
    } else {
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
            .unwrap_or(rest.len());
        (at, at + end)
    };
    let original = copy[start..end].to_owned();
    if original.is_empty() {
        return None;
    }
    // Words in base 26, lower case for the last byte upwards; `Q`s in front make a clash with a real
    // key unlikely, and a clash only costs another round.
    let mut word = vec![b'Q'; original.len()];
    let mut n = round;
    for byte in word.iter_mut().rev() {
        *byte = b'a' + (n % 26) as u8;
        n /= 26;
        if n == 0 {
            break;
        }
    }
    if n > 0 {
        return None;
    }
    copy.replace_range(start..end, std::str::from_utf8(&word).ok()?);
    Some(original)
}

/// Newlines and comments inside parentheses, brackets and for objects become spaces: there they
/// separate nothing. `None` when there were none.
pub(super) fn join_lines(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let mut changed = false;
    walk(text, &mut |event, open| {
        if !matches!(open, Some(Open::For | Open::Other)) {
            return;
        }
        changed = true;
        match event {
            Event::Newline(at) => {
                bytes[at] = b' ';
                if at > 0 && bytes[at - 1] == b'\r' {
                    bytes[at - 1] = b' ';
                }
            }
            Event::Comment(range) => bytes[range].fill(b' '),
        }
    });
    if changed {
        String::from_utf8(bytes).ok()
    } else {
        None
    }
}

/// The nearest character boundary at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The message for nesting beyond the parser's limit.
pub(super) const DEEP: &str = "nested more than 64 levels deep, which azvet does not follow";

/// The parser's message in our words.
pub(super) fn plain(message: &str) -> String {
    if message.contains("nested levels") {
        return DEEP.into();
    }
    if message.contains("chained binary operators") {
        return "more operators in one expression than azvet follows".into();
    }
    format!("syntax error: {message}")
}
