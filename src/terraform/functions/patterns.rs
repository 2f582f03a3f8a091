//! Regular expressions. The `regex` crate follows RE2, as Go's package does, but knows Unicode classes
//! where Go's `\d`, `\w`, `\s` and `\b` are those of ASCII.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use regex::{Captures, Regex, RegexBuilder};

use super::strings::bounded;
use super::{text, unknown_or_null};
use crate::terraform::eval::error;
use crate::value::{Collection, Entry, Text, Value};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    if !matches!(name, "regex" | "regexall") {
        return None;
    }
    let (Some(pattern), Some(subject)) = (text(args.first()), text(args.get(1))) else {
        return Some(unknown_or_null(name, args));
    };
    let regex = match compile(pattern) {
        Ok(regex) => regex,
        Err(Refused::Invalid) => {
            return Some(error("a regular expression that Terraform does not accept"));
        }
        Err(Refused::Large) => return Some(unknown_or_null(name, args)),
    };
    let named = regex.capture_names().flatten().count();
    if named > 0 && named + 1 < regex.captures_len() {
        return Some(error("a regular expression with named and unnamed groups"));
    }
    let mut found = regex.captures_iter(subject).map(|c| matched(&regex, &c));
    Some(if name == "regex" {
        found
            .next()
            .unwrap_or_else(|| error("a regular expression that does not match"))
    } else {
        Value::list(found.collect()).of(Collection::List)
    })
}

/// What one match gives: the text, or its groups.
fn matched(regex: &Regex, captures: &Captures<'_>) -> Value {
    let group = |i: usize| {
        captures
            .get(i)
            .map_or_else(Value::null, |m| m.as_str().into())
    };
    match regex.capture_names().flatten().next() {
        Some(_) => Value::object(
            regex
                .capture_names()
                .enumerate()
                .filter_map(|(i, name)| Some(Entry::new(name?, group(i))))
                .collect(),
        ),
        None if captures.len() == 1 => group(0),
        None => Value::list((1..captures.len()).map(group).collect()),
    }
}

/// `replace` with a pattern between slashes; `None` when it is not known what that gives.
pub(super) fn replace(subject: &str, pattern: &str, replacement: &str) -> Option<Value> {
    match compile(pattern) {
        Ok(regex) => Some(bounded(Text::from(
            &*regex.replace_all(subject, replacement),
        ))),
        Err(Refused::Invalid) => Some(error("a regular expression that Terraform does not accept")),
        Err(Refused::Large) => None,
    }
}

/// A larger compiled expression is not followed.
const LARGEST: usize = 1 << 20;

/// As many are kept; loops use the same few again and again.
const MOST_KEPT: usize = 100;

type Compiled = Result<Rc<Regex>, Refused>;

thread_local! {
    static COMPILED: RefCell<HashMap<Box<str>, Compiled>> = RefCell::default();
}

#[derive(Clone, Copy)]
enum Refused {
    /// Terraform does not accept it either.
    Invalid,
    /// Larger than azvet follows.
    Large,
}

fn compile(pattern: &str) -> Compiled {
    COMPILED.with_borrow_mut(|kept| {
        if let Some(known) = kept.get(pattern) {
            return known.clone();
        }
        let new = compile_anew(pattern).map(Rc::new);
        if kept.len() == MOST_KEPT {
            kept.clear();
        }
        kept.insert(pattern.into(), new.clone());
        new
    })
}

fn compile_anew(pattern: &str) -> Result<Regex, Refused> {
    let pattern = ascii_classes(pattern).ok_or(Refused::Invalid)?;
    let built = RegexBuilder::new(&pattern).size_limit(LARGEST).build();
    built.map_err(|e| match e {
        regex::Error::CompiledTooBig(_) => Refused::Large,
        _ => Refused::Invalid,
    })
}

/// The same pattern for the crate: Perl classes as ASCII, literal text between `\Q` and `\E` escaped.
/// `None` for what Go does not accept and the crate does.
fn ascii_classes(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    let mut class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                'd' => out.push_str(if class { "0-9" } else { "[0-9]" }),
                'D' => out.push_str("[^0-9]"),
                'w' => out.push_str(if class { "0-9A-Za-z_" } else { "[0-9A-Za-z_]" }),
                'W' => out.push_str("[^0-9A-Za-z_]"),
                's' => out.push_str(if class {
                    "\\t\\n\\f\\r "
                } else {
                    "[\\t\\n\\f\\r ]"
                }),
                'S' => out.push_str("[^\\t\\n\\f\\r ]"),
                'b' if !class => out.push_str("(?-u:\\b)"),
                'Q' if !class => {
                    let rest: String = chars.by_ref().collect();
                    let (literal, after) = rest.split_once("\\E").unwrap_or((&rest, ""));
                    out.push_str(&regex::escape(literal));
                    return Some(out + &ascii_classes(after)?);
                }
                'C' | 'u' | 'U' => return None,
                // To the crate these are ends of words.
                angle @ ('<' | '>') => out.push(angle),
                other => {
                    out.push('\\');
                    out.push(other);
                    if matches!(other, 'p' | 'P' | 'x') && chars.peek() == Some(&'{') {
                        for c in chars.by_ref() {
                            out.push(c);
                            if c == '}' {
                                break;
                            }
                        }
                    }
                }
            },
            // A brace that begins no repetition is one.
            '{' if !class && !begins_repetition(chars.clone()) => out.push_str("\\{"),
            '[' if !class => {
                class = true;
                out.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                if chars.next_if_eq(&']').is_some() {
                    out.push_str("\\]");
                }
            }
            // The crate knows classes in classes, and operators between them.
            '[' if chars.peek() != Some(&':') => out.push_str("\\["),
            '[' => {
                out.push('[');
                for c in chars.by_ref() {
                    out.push(c);
                    if c == ']' {
                        break;
                    }
                }
            }
            ']' if class => {
                class = false;
                out.push(']');
            }
            '&' | '~' if class => {
                out.push('\\');
                out.push(c);
            }
            // A range from or to the dash itself.
            '-' if class && chars.next_if_eq(&'-').is_some() => {
                out.push_str(if out.ends_with(['[', '^']) {
                    "\\--"
                } else {
                    "-\\-"
                });
            }
            other => out.push(other),
        }
    }
    Some(out)
}

/// Whether what follows a brace is a repetition: `3}`, `3,}` or `3,5}`.
fn begins_repetition(rest: impl Iterator<Item = char>) -> bool {
    let inside: String = rest.take_while(|c| *c != '}').collect();
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match inside.split_once(',') {
        Some((least, most)) => !least.is_empty() && digits(least) && digits(most),
        None => !inside.is_empty() && digits(&inside),
    }
}
