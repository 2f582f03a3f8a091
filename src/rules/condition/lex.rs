//! Tokens, one at a time, from any place of a text.

use std::ops::Range;

use super::error::ConditionError;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'s> {
    Name(&'s str),
    Int(i64),
    Decimal(f64),
    Text(String),
    /// An operator or bracket.
    Mark(&'static str),
    End,
}

impl Token<'_> {
    /// For error messages.
    pub(super) fn shown(&self) -> String {
        match self {
            Token::Name(name) => format!("`{name}`"),
            Token::Int(i) => format!("`{i}`"),
            Token::Decimal(d) => format!("`{d}`"),
            Token::Text(_) => "a text".into(),
            Token::Mark(mark) => format!("`{mark}`"),
            Token::End => "the end".into(),
        }
    }
}

/// Longer marks first.
const MARKS: &[&str] = &[
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",",
    "(", ")", "[", "]", "{", "}",
];

pub(super) struct Lexer<'s> {
    pub(super) source: &'s str,
    pub(super) at: usize,
}

type Lexed<'s> = Result<(Token<'s>, Range<usize>), ConditionError>;

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    /// The next token. At the end it is `End`, again and again.
    pub(super) fn next(&mut self) -> Lexed<'s> {
        self.skip_blank();
        let start = self.at;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok((Token::End, start..start));
        };
        if first.is_ascii_digit() {
            return self.number();
        }
        if first == '\'' || first == '"' {
            return self.text(start, false);
        }
        if first == '_' || first.is_ascii_alphabetic() {
            let len = rest
                .find(|c: char| c != '_' && !c.is_ascii_alphanumeric())
                .unwrap_or(rest.len());
            let name = &rest[..len];
            self.at += len;
            let quoted = self.rest().starts_with(['\'', '"']);
            if quoted && matches!(name, "r" | "R") {
                return self.text(start, true);
            }
            return Ok((Token::Name(name), start..self.at));
        }
        if let Some(mark) = MARKS.iter().find(|m| rest.starts_with(**m)) {
            self.at += mark.len();
            return Ok((Token::Mark(mark), start..self.at));
        }
        let range = start..start + first.len_utf8();
        let error = ConditionError::new(
            format!("`{}` means nothing here", first.escape_debug()),
            range,
        );
        Err(match first {
            '=' => error.help("to compare, write `==`"),
            '&' => error.help("for \"and\", write `&&`"),
            '|' => error.help("for \"or\", write `||`"),
            _ => error,
        })
    }

    /// Blanks, and comments from `//` to the line's end.
    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n', '\u{c}']);
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with("//") {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn number(&mut self) -> Lexed<'s> {
        let start = self.at;
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let digits = |from: usize| {
            from + bytes[from..]
                .iter()
                .take_while(|b| b.is_ascii_digit())
                .count()
        };
        let hex = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X"));
        let (len, token) = if let Some(hex) = hex {
            let len = hex
                .find(|c: char| !c.is_ascii_hexdigit())
                .unwrap_or(hex.len());
            let parsed = i64::from_str_radix(&hex[..len], 16).ok();
            (len + 2, parsed.map(Token::Int))
        } else {
            let mut len = digits(0);
            let mut decimal = false;
            if bytes.get(len) == Some(&b'.') && bytes.get(len + 1).is_some_and(u8::is_ascii_digit) {
                decimal = true;
                len = digits(len + 1);
            }
            if matches!(bytes.get(len), Some(b'e' | b'E')) {
                let sign = usize::from(matches!(bytes.get(len + 1), Some(b'+' | b'-')));
                let end = digits(len + 1 + sign);
                if end > len + 1 + sign {
                    decimal = true;
                    len = end;
                }
            }
            let text = &rest[..len];
            let token = if decimal {
                let parsed = text.parse::<f64>().ok().filter(|f| f.is_finite());
                parsed.map(Token::Decimal)
            } else {
                text.parse().ok().map(Token::Int)
            };
            (len, token)
        };
        self.at += len;
        let range = start..self.at;
        let token = token.ok_or_else(|| {
            ConditionError::new(
                format!("`{}` is out of the range of numbers", &rest[..len]),
                range.clone(),
            )
        })?;
        if self
            .rest()
            .starts_with(|c: char| c == '_' || c.is_ascii_alphanumeric())
        {
            let end = self.at + 1;
            return Err(
                ConditionError::new("a number can't be followed by a letter", start..end).help(
                    "numbers are written `16`, `0x10` or `1.5`; for the text, put it in quotes",
                ),
            );
        }
        Ok((token, range))
    }

    /// A quoted text that starts at the cursor; `start` is where its token began.
    fn text(&mut self, start: usize, raw: bool) -> Lexed<'s> {
        let mut out = String::new();
        let mut chars = self.rest().char_indices();
        let base = self.at;
        let quote = chars.next().map_or('"', |(_, c)| c);
        while let Some((i, c)) = chars.next() {
            match c {
                c if c == quote => {
                    self.at = base + i + c.len_utf8();
                    return Ok((Token::Text(out), start..self.at));
                }
                '\n' => break,
                '\\' if !raw => {
                    let Some((_, kind)) = chars.next() else { break };
                    let tail = chars.as_str();
                    let (len, decoded) = escape(kind, tail);
                    let from = base + i;
                    match decoded {
                        Some(c) => out.push(c),
                        None => {
                            let end = from + 1 + kind.len_utf8();
                            return Err(ConditionError::new(
                                "an escape that is unknown",
                                from..end,
                            )
                            .help("a backslash itself is written `\\\\`"));
                        }
                    }
                    for _ in 0..len {
                        chars.next();
                    }
                }
                c => out.push(c),
            }
        }
        let end = self.source[base..]
            .find('\n')
            .map_or(self.source.len(), |n| base + n);
        Err(ConditionError::new("a text that is not closed", start..end)
            .help(format!("it has to end with {quote}")))
    }
}

/// What follows a backslash: how many characters after `kind` belong to it, and what it means.
fn escape(kind: char, tail: &str) -> (usize, Option<char>) {
    let simple = match kind {
        '\\' | '\'' | '"' | '`' | '?' => Some(kind),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'a' => Some('\u{7}'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'v' => Some('\u{b}'),
        _ => None,
    };
    if simple.is_some() {
        return (0, simple);
    }
    let coded = |len: usize, radix: u32, lead: &str| {
        let digits = tail.get(..len)?;
        if !digits.chars().all(|c| c.is_digit(radix)) {
            return None;
        }
        let code = u32::from_str_radix(&format!("{lead}{digits}"), radix).ok()?;
        char::from_u32(code)
    };
    match kind {
        'x' | 'X' => (2, coded(2, 16, "")),
        'u' => (4, coded(4, 16, "")),
        'U' => (8, coded(8, 16, "")),
        '0'..='3' => (2, coded(2, 8, &kind.to_string())),
        _ => (0, None),
    }
}
