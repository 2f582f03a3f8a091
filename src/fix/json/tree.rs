//! Where the values of a JSON text stand, and what stands between them.

use std::ops::Range;

use jsonc_parser::ast::{self, ObjectPropName};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::super::text::starts_line;

/// A value.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// All of it, strings with their quotes.
    pub(super) range: Range<usize>,
    /// Members or elements; `None` for scalars.
    pub(super) inside: Option<Inside>,
}

/// What an object or array holds.
#[derive(Clone, Debug)]
pub(super) struct Inside {
    pub(super) is_object: bool,
    pub(super) members: Vec<Member>,
    /// Whether all of it belongs on one line because what it stands in does.
    pub(super) inline: bool,
}

/// A member of an object or an element of an array.
#[derive(Clone, Debug)]
pub(super) struct Member {
    /// Without escapes; empty for elements.
    pub(super) key: String,
    /// The key with its quotes; empty for elements.
    pub(super) key_range: Range<usize>,
    pub(super) value: Value,
}

impl Member {
    /// Key and value.
    pub(super) fn range(&self) -> Range<usize> {
        self.key_range.start..self.value.range.end
    }
}

impl Value {
    /// The object's last member of a name, in any letter case.
    pub(super) fn member(&self, name: &str) -> Option<&Member> {
        let inside = self.inside.as_ref().filter(|inside| inside.is_object)?;
        let named = |member: &&Member| member.key.eq_ignore_ascii_case(name);
        inside.members.iter().rev().find(named)
    }

    /// The innermost object or array for which `wanted` holds of it and one of its members' places.
    pub(super) fn holder(&self, wanted: &dyn Fn(&Member) -> bool) -> Option<(&Value, usize)> {
        let members = &self.inside.as_ref()?.members;
        let deeper = members.iter().find_map(|m| m.value.holder(wanted));
        let here = || members.iter().position(wanted).map(|i| (self, i));
        deeper.or_else(here)
    }

    /// The object that is exactly `range`.
    pub(super) fn object(&self, range: &Range<usize>) -> Option<&Value> {
        let inside = self.inside.as_ref()?;
        if self.range == *range {
            return Some(self).filter(|_| inside.is_object);
        }
        inside
            .members
            .iter()
            .filter(|m| m.value.range.start <= range.start && range.end <= m.value.range.end)
            .find_map(|m| m.value.object(range))
    }
}

/// The value of a text.
pub(super) fn parse(text: &str) -> Option<Value> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).ok()?;
    Some(convert(text, parsed.value?, false))
}

fn convert(text: &str, value: ast::Value<'_>, inline: bool) -> Value {
    let range = value.range();
    let range = range.start..range.end;
    let inside = match value {
        ast::Value::Object(object) => {
            let members = object.properties.into_iter().map(|p| {
                let at = p.name.range();
                let key = match &p.name {
                    ObjectPropName::String(s) => s.value.to_string(),
                    ObjectPropName::Word(w) => w.value.to_owned(),
                };
                Member {
                    key,
                    key_range: at.start..at.end,
                    value: convert(text, p.value, !starts_line(text, at.start)),
                }
            });
            Some((true, members.collect::<Vec<_>>()))
        }
        ast::Value::Array(array) => {
            let elements = array.elements.into_iter().map(|e| {
                let at = e.range().start;
                Member {
                    key: String::new(),
                    key_range: at..at,
                    value: convert(text, e, !starts_line(text, at)),
                }
            });
            Some((false, elements.collect()))
        }
        _ => None,
    };
    let one_line = !text[range.clone()].contains('\n');
    let inside = inside.map(|(is_object, members)| Inside {
        inline: one_line && (inline || !members.is_empty() || !text.trim().contains('\n')),
        is_object,
        members,
    });
    Value { range, inside }
}

/// Where the comma behind byte `at` ends, if one is next but for comments.
pub(super) fn comma(text: &str, at: usize) -> Option<usize> {
    let at = skip(text, at, true);
    text[at..].starts_with(',').then_some(at + 1)
}

/// The end of the comments that follow byte `at` on its line, and whether the line ends there.
pub(super) fn tail(text: &str, at: usize) -> (usize, bool) {
    let end = skip(text, at, false);
    let rest = text[end..].trim_start_matches([' ', '\t', '\r']);
    (end, rest.is_empty() || rest.starts_with('\n'))
}

/// The place after comments, and after white space before them; line endings only if `lines`.
fn skip(text: &str, at: usize, lines: bool) -> usize {
    let mut end = at;
    loop {
        let rest = &text[end..];
        let trimmed = if lines {
            rest.trim_start()
        } else {
            rest.trim_start_matches([' ', '\t'])
        };
        let start = text.len() - trimmed.len();
        let length = if let Some(body) = trimmed.strip_prefix("/*") {
            body.find("*/").map_or(trimmed.len(), |i| i + 4)
        } else if trimmed.starts_with("//") {
            let line = trimmed.split('\n').next().unwrap_or_default();
            line.trim_end_matches('\r').len()
        } else if lines {
            return start;
        } else {
            return end;
        };
        end = start + length;
    }
}
