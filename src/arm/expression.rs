//! The expression language inside `"[…]"`: its tree and its parser.

use std::borrow::Cow;
use std::sync::Arc;

use super::json::Offsets;
use super::limits::EXPRESSION;
use crate::declared::Problem;
use crate::source::Span;
use crate::value::Number;

/// An expression and where it stands.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Its place; of the outermost one the whole string with its brackets.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `'text'`.
    Text(Arc<str>),
    /// `42`.
    Number(Number),
    /// A function's result.
    Call(Call),
    /// Members of something: `x.a[0].?b`.
    Path {
        /// What they are members of.
        root: Box<Expr>,
        /// The members in turn; never empty.
        steps: Vec<Step>,
    },
}

/// `namespace.name(arguments)`.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function in lower case: letter case plays no part. User-defined ones with their namespace.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Span,
    /// The arguments.
    pub arguments: Vec<Expr>,
}

/// One member.
#[derive(Clone, Debug)]
pub struct Step {
    /// By name or by expression.
    pub key: Key,
    /// `.?` or `[?…]`: null when it is not there, and so all that follows.
    pub safe: bool,
    /// From the root's start to this member's end.
    pub span: Span,
}

/// How a member is chosen.
#[derive(Clone, Debug)]
pub enum Key {
    /// `.name`.
    Name(Arc<str>),
    /// `[expression]`.
    Index(Expr),
}

/// Calls and indexes nested deeper than this are refused.
const DEEPEST: usize = 96;

/// Parses a string with its brackets.
///
/// # Errors
/// What is wrong with it, at the place inside the string.
pub fn parse(text: &str, span: Span, offsets: &Offsets) -> Result<Expr, Problem> {
    if text.len() > EXPRESSION && text.chars().count() > EXPRESSION {
        let message = format!("the expression has more than {EXPRESSION} characters");
        return Err(Problem::at(span, message).help(
            "Resource Manager refuses it, and documents allow 24,576; keep long texts in variables or files",
        ));
    }
    let mut parser = Parser {
        text,
        at: 1,
        end: text.len().saturating_sub(1),
        span,
        offsets,
        depth: 0,
    };
    let expr = parser.expression()?;
    parser.space();
    if parser.at < parser.end {
        return Err(parser
            .wrong("unexpected text after the expression")
            .help("an expression is one function call; join texts with `concat` or `format`"));
    }
    Ok(Expr { span, ..expr })
}

/// In lower case; a word that is so already is not copied.
fn lower(word: &str) -> Cow<'_, str> {
    let changes = |b: u8| b.is_ascii_uppercase() || !b.is_ascii();
    match word.bytes().any(changes) {
        true => word.to_lowercase().into(),
        false => word.into(),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    span: Span,
    offsets: &'t Offsets,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn expression(&mut self) -> Result<Expr, Problem> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong("the expression is nested too deeply"));
        }
        self.space();
        let start = self.at;
        let root = self.primary()?;
        let mut steps = Vec::new();
        loop {
            self.space();
            let key = match self.peek() {
                Some(b'.') => {
                    self.at += 1;
                    let safe = self.eat(b'?');
                    self.space();
                    (Key::Name(self.word("a property name")?.into()), safe)
                }
                Some(b'[') => {
                    self.at += 1;
                    let safe = self.eat(b'?');
                    let index = self.expression()?;
                    self.space();
                    if !self.eat(b']') {
                        return Err(self.wrong("expected `]`"));
                    }
                    (Key::Index(index), safe)
                }
                _ => break,
            };
            steps.push(Step {
                key: key.0,
                safe: key.1,
                span: self.span_from(start),
            });
        }
        self.depth -= 1;
        Ok(match steps.last().map(|step| step.span) {
            None => root,
            Some(span) => Expr {
                span,
                kind: ExprKind::Path {
                    root: Box::new(root),
                    steps,
                },
            },
        })
    }

    fn primary(&mut self) -> Result<Expr, Problem> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'\'') => ExprKind::Text(self.string()?),
            Some(b'-' | b'+' | b'0'..=b'9') => ExprKind::Number(self.number()?),
            None => {
                return Err(self
                    .wrong("expected an expression")
                    .help("text in brackets that is no expression starts with `[[`"));
            }
            _ => ExprKind::Call(self.call()?),
        };
        Ok(Expr {
            span: self.span_from(start),
            kind,
        })
    }

    fn call(&mut self) -> Result<Call, Problem> {
        let start = self.at;
        let mut name = lower(self.word("a function, a number or a text in single quotes")?);
        let mut name_span = self.span_from(start);
        let before = self.at;
        if self.eat(b'.')
            && let Ok(member) = self.word("")
        {
            let member = lower(member);
            self.space();
            if self.peek() == Some(b'(') {
                // The namespace of the built-in functions says nothing.
                name = if name == "sys" {
                    member
                } else {
                    format!("{name}.{member}").into()
                };
                name_span = self.span_from(start);
            } else {
                self.at = before;
            }
        }
        self.space();
        if !self.eat(b'(') {
            let word = &self.text[start..self.at];
            return Err(Problem::at(
                name_span,
                format!("expected `(` after `{}`", word.trim_end()),
            )
            .help("in an expression a text stands in single quotes, and `true`, `false` and `null` are functions: `true()`"));
        }
        let mut arguments = Vec::new();
        self.space();
        if !self.eat(b')') {
            loop {
                arguments.push(self.expression()?);
                self.space();
                if self.eat(b')') {
                    break;
                }
                if !self.eat(b',') {
                    return Err(self.wrong("expected `,` or `)`").help(format!(
                        "the arguments of `{name}` are separated by commas and end with `)`"
                    )));
                }
            }
        }
        Ok(Call {
            name: name.into(),
            name_span,
            arguments,
        })
    }

    fn string(&mut self) -> Result<Arc<str>, Problem> {
        let start = self.at;
        self.at += 1;
        // What stands before a quote that is written twice.
        let mut before = String::new();
        loop {
            let rest = &self.text[self.at..self.end];
            let Some(quote) = rest.find('\'') else {
                let span = self.span_between(start, self.end);
                return Err(Problem::at(span, "the text has no closing quote")
                    .help("a quote inside a text is written twice: `''`"));
            };
            let part = &rest[..quote];
            self.at += quote + 1;
            match self.eat(b'\'') {
                true => {
                    before.push_str(part);
                    before.push('\'');
                }
                false if before.is_empty() => return Ok(part.into()),
                false => return Ok((before + part).into()),
            }
        }
    }

    fn number(&mut self) -> Result<Number, Problem> {
        let start = self.at;
        self.at += 1;
        while self.peek().is_some_and(|b| b.is_ascii_digit() || b == b'.') {
            self.at += 1;
        }
        let text = self.text[start..self.at].trim_start_matches('+');
        match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(int), _) => Ok(Number::Int(int)),
            (_, Ok(float)) if text.contains('.') => Ok(Number::from(float)),
            _ => Err(Problem::at(
                self.span_from(start),
                format!("`{text}` is no number"),
            )),
        }
    }

    fn word(&mut self, expected: &str) -> Result<&'t str, Problem> {
        let (text, start) = (self.text, self.at);
        let rest = &text[self.at..self.end];
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
            .unwrap_or(rest.len());
        if length == 0 {
            return Err(self.wrong(&format!("expected {expected}")));
        }
        self.at += length;
        Ok(&text[start..self.at])
    }

    fn space(&mut self) {
        // No-break spaces occur in real templates, pasted from documents.
        let rest = &self.text[self.at..self.end];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes()[..self.end].get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// A problem at the character that is next.
    fn wrong(&self, message: &str) -> Problem {
        let next = self.text[self.at..]
            .chars()
            .next()
            .map_or(1, char::len_utf8);
        Problem::at(self.span_between(self.at, self.at + next), message)
    }

    fn span_from(&self, start: usize) -> Span {
        self.span_between(start, self.at)
    }

    fn span_between(&self, start: usize, end: usize) -> Span {
        let range = self.offsets.source(start)..self.offsets.source(end);
        Span::new(self.span.file, range)
    }
}

#[cfg(test)]
#[path = "expression_tests.rs"]
mod tests;
