//! Chains of more binary operators than the parser takes: found in the text, and taken apart into
//! operands, which are parsed one by one.

use std::ops::Range;

use hcl::edit::expr::Expression;

use super::ast::Op;
use super::repair::join_lines;
use super::scan::{Open, heredoc};

/// Longer chains are not read.
const MOST: usize = 1_000;

/// `a || b || c`.
pub(super) struct Chain {
    /// The operands, each with its offset in the text.
    pub(super) operands: Vec<(usize, Expression)>,
    /// The operators between them.
    pub(super) operators: Vec<Op>,
    /// Where all of it stands.
    pub(super) range: Range<usize>,
}

impl Chain {
    /// The chain that the operator at `at` belongs to; `None` when it can't be read.
    pub(super) fn around(text: &str, at: usize) -> Option<Chain> {
        let found = find(text, at)?;
        if found.operators.len() > MOST {
            return None;
        }
        let first = found.start?;
        let starts = std::iter::once(first).chain(found.operators.iter().map(|o| o.0.end));
        let ends = found.operators.iter().map(|o| o.0.start);
        let ends = ends.chain(std::iter::once(found.end));
        let operand = |(start, end): (usize, usize)| {
            // Between brackets line breaks and comments separate nothing.
            let enclosed = format!("({})", &text[start..end]);
            let joined = join_lines(&enclosed).unwrap_or(enclosed);
            let inner = joined.get(1..joined.len() - 1)?;
            let indent = inner.len() - inner.trim_start().len();
            let parsed = hcl::edit::parser::parse_expr(inner.trim()).ok()?;
            Some((start + indent, parsed))
        };
        Some(Chain {
            operands: starts.zip(ends).map(operand).collect::<Option<_>>()?,
            operators: found.operators.iter().map(|o| o.1).collect(),
            range: first..found.end,
        })
    }
}

/// What is known of the expression at one level of brackets.
struct Level {
    open: Option<Open>,
    start: Option<usize>,
    end: usize,
    /// An operand has just ended: what follows goes on with it or is an operator.
    operand: bool,
    operators: Vec<(Range<usize>, Op)>,
}

impl Level {
    fn new(open: Option<Open>) -> Level {
        Level {
            open,
            start: None,
            end: 0,
            operand: false,
            operators: Vec::new(),
        }
    }

    /// Whether the expression so far holds the operator at `at`. The next one starts anew.
    fn finish(&mut self, at: usize) -> Option<Level> {
        let open = self.open;
        let done = std::mem::replace(self, Level::new(open));
        let holds = done.operators.iter().any(|(range, _)| range.contains(&at));
        holds.then_some(done)
    }

    /// An operand begins, unless it has already: with a sign, or before the dot of a traversal.
    fn begin(&mut self, at: usize) {
        self.start = self.start.or(Some(at));
    }

    fn ends(&mut self, at: usize) {
        self.operand = true;
        self.end = at;
    }
}

/// Goes through the text up to the end of the expression that holds the operator at `at`.
fn find(text: &str, at: usize) -> Option<Level> {
    let bytes = text.as_bytes();
    let mut levels = vec![Level::new(None)];
    let mut i = 0;
    while i < bytes.len() {
        let rest = &bytes[i..];
        let level = levels.last_mut()?;
        let mut done = None;
        let mut opened = None;
        let mut closed = false;
        let length = match rest {
            [b'\\', _, ..] if level.open == Some(Open::Quote) => 2,
            [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => 3,
            [b'$' | b'%', b'{', ..] => {
                opened = Some(Open::Other);
                2
            }
            [b'"' | b'\n', ..] if level.open == Some(Open::Quote) => {
                closed = true;
                1
            }
            _ if level.open == Some(Open::Quote) => 1,
            [b'#', ..] | [b'/', b'/', ..] => {
                rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len())
            }
            [b'/', b'*', tail @ ..] => {
                let end = tail.windows(2).position(|w| w == b"*/");
                end.map_or(rest.len(), |n| n + 4)
            }
            [b'\n', ..] if level.open.is_some_and(|o| o != Open::Brace) => 1,
            [b'\n' | b',' | b':' | b'?', ..] => {
                done = level.finish(at);
                1
            }
            [b, ..] if b.is_ascii_whitespace() => 1,
            [b'=', second, ..] if *second != b'=' => {
                done = level.finish(at);
                1
            }
            [b'.', b'*', ..] => 2,
            [b'.', ..] => {
                level.operand = false;
                1
            }
            [b'<', b'<', ..] if heredoc(&text[i..]).is_some() => {
                let length = heredoc(&text[i..])?;
                level.begin(i);
                level.ends(i + length);
                length
            }
            [b'(' | b'[', ..] if level.operand => {
                opened = Some(Open::Other);
                1
            }
            [first @ (b'"' | b'(' | b'[' | b'{'), ..] => {
                if level.operand {
                    done = level.finish(at);
                }
                level.begin(i);
                opened = Some(match first {
                    b'"' => Open::Quote,
                    b'{' => Open::Brace,
                    _ => Open::Other,
                });
                1
            }
            [b')' | b']' | b'}', ..] => {
                done = level.finish(at);
                closed = true;
                1
            }
            _ => match operator(rest).filter(|_| level.operand) {
                Some((op, length)) => {
                    level.operators.push((i..i + length, op));
                    level.operand = false;
                    length
                }
                // A sign or a negation.
                None if matches!(rest[0], b'-' | b'!') => {
                    level.begin(i);
                    1
                }
                None => {
                    // Two words in a row: `for x in …`.
                    if level.operand {
                        done = level.finish(at);
                    }
                    let length = word(&text[i..]);
                    level.begin(i);
                    level.ends(i + length);
                    length
                }
            },
        };
        if done.is_some() {
            return done;
        }
        i += length;
        if closed {
            levels.pop();
            levels.last_mut()?.ends(i);
        }
        levels.extend(opened.map(|open| Level::new(Some(open))));
    }
    levels.iter_mut().find_map(|level| level.finish(at))
}

/// The length of a name or number.
fn word(text: &str) -> usize {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
    // `1-x` is a difference; `a-b` is a name.
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    match (digits, end.unwrap_or(text.len())) {
        (0, 0) => text.chars().next().map_or(1, char::len_utf8),
        (0, end) => end,
        (digits, end) => {
            let exponent = text[digits..].strip_prefix(['e', 'E']);
            let signed = exponent.and_then(|e| e.strip_prefix(['+', '-']).or(Some(e)));
            match signed {
                Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => end.max(digits),
                _ => digits,
            }
        }
    }
}

fn operator(rest: &[u8]) -> Option<(Op, usize)> {
    Some(match rest {
        [b'=', b'=', ..] => (Op::Eq, 2),
        [b'!', b'=', ..] => (Op::NotEq, 2),
        [b'<', b'=', ..] => (Op::LessEq, 2),
        [b'>', b'=', ..] => (Op::GreaterEq, 2),
        [b'&', b'&', ..] => (Op::And, 2),
        [b'|', b'|', ..] => (Op::Or, 2),
        [b'<', ..] => (Op::Less, 1),
        [b'>', ..] => (Op::Greater, 1),
        [b'+', ..] => (Op::Plus, 1),
        [b'-', ..] => (Op::Minus, 1),
        [b'*', ..] => (Op::Mul, 1),
        [b'/', ..] => (Op::Div, 1),
        [b'%', ..] => (Op::Mod, 1),
        _ => return None,
    })
}
