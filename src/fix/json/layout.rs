//! How new members and elements are laid out.

use serde_json::Value as Json;

use super::super::Change;
use super::super::text::{
    indent_unit, indentation, line_ending, line_start, starts_line, white_before,
};
use super::string;
use super::tree::{Member, Value, comma, tail};

/// The style of an object's or array's inside.
#[derive(Clone)]
pub(super) struct Style {
    eol: &'static str,
    unit: &'static str,
    /// Between a key and its value.
    colon: String,
    /// Behind a comma on one line.
    space: &'static str,
    inline: bool,
}

impl Style {
    pub(super) fn of(text: &str, holder: &Value) -> Style {
        let inside = holder.inside.as_ref();
        let members = inside.map(|i| i.members.as_slice()).unwrap_or_default();
        let own = members
            .iter()
            .find(|m| !m.key_range.is_empty())
            .map(|m| &text[m.key_range.end..m.value.range.start]);
        let compact = !text.contains("\": ") && text.contains("\":");
        let colon = own
            .filter(|colon| colon.trim() == ":" && !colon.contains('\n'))
            .unwrap_or(if compact { ":" } else { ": " });
        Style {
            eol: line_ending(text),
            unit: indent_unit(text),
            space: if colon.ends_with(' ') { " " } else { "" },
            colon: colon.to_owned(),
            inline: inside.is_some_and(|i| i.inline),
        }
    }

    /// A value in place of that of a member.
    pub(super) fn value(&self, text: &str, member: &Member, json: &str) -> Option<String> {
        let old = &member.value;
        let filled = old.inside.as_ref().is_some_and(|i| !i.members.is_empty());
        let one_line = filled && !text[old.range.clone()].contains('\n');
        let style = Style {
            inline: self.inline || one_line,
            ..self.clone()
        };
        style.with_indent(indentation(text, member.range().start), json)
    }

    fn with_indent(&self, indent: &str, json: &str) -> Option<String> {
        let value: Json = serde_json::from_str(json).ok()?;
        let mut out = String::new();
        self.print(&value, indent, &mut out);
        Some(out)
    }

    fn print(&self, value: &Json, indent: &str, out: &mut String) {
        let deeper = format!("{indent}{}", self.unit);
        let (open, close, members): (_, _, Vec<(Option<&String>, &Json)>) = match value {
            Json::Object(object) if !object.is_empty() => {
                ('{', '}', object.iter().map(|(k, v)| (Some(k), v)).collect())
            }
            Json::Array(array) if !array.is_empty() => {
                ('[', ']', array.iter().map(|v| (None, v)).collect())
            }
            scalar => return out.push_str(&scalar.to_string()),
        };
        let pad = if open == '{' { self.space } else { "" };
        out.push(open);
        for (i, (key, value)) in members.into_iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            if !self.inline {
                out.push_str(self.eol);
                out.push_str(&deeper);
            } else {
                out.push_str(if i > 0 { self.space } else { pad });
            }
            if let Some(key) = key {
                out.push_str(&string(key));
                out.push_str(&self.colon);
            }
            self.print(value, &deeper, out);
        }
        if self.inline {
            out.push_str(pad);
        } else {
            out.push_str(self.eol);
            out.push_str(indent);
        }
        out.push(close);
    }

    fn member(&self, indent: &str, key: Option<&str>, json: &str) -> Option<String> {
        let value = self.with_indent(indent, json)?;
        Some(match key {
            Some(key) => format!("{}{}{value}", string(key), self.colon),
            None => value,
        })
    }
}

/// Adds a member (with a key) or element (without) at the end.
pub(super) fn append(
    text: &str,
    holder: &Value,
    key: Option<&str>,
    json: &str,
) -> Option<Vec<Change>> {
    let members = &holder.inside.as_ref()?.members;
    if let Some(last) = members.len().checked_sub(1) {
        return insert_behind(text, holder, last, key, json);
    }
    let style = Style::of(text, holder);
    let (open, close) = (holder.range.start + 1, holder.range.end - 1);
    let outer = indentation(text, open);
    let inner = format!("{outer}{}", style.unit);
    let new = style.member(&inner, key, json)?;
    let eol = style.eol;
    let only_space = text[open..close].trim().is_empty();
    if style.inline {
        let pad = if key.is_some() { style.space } else { "" };
        let gap = if only_space {
            open..close
        } else {
            close..close
        };
        return Some(vec![Change::replace(gap, format!("{pad}{new}{pad}"))]);
    }
    if only_space {
        let new = format!("{eol}{inner}{new}{eol}{outer}");
        return Some(vec![Change::replace(open..close, new)]);
    }
    if starts_line(text, close) {
        let at = line_start(text, close);
        return Some(vec![Change::insert(at, format!("{inner}{new}{eol}"))]);
    }
    let at = white_before(text, close);
    let new = format!("{eol}{inner}{new}{eol}{outer}");
    Some(vec![Change::replace(at..close, new)])
}

/// Adds a member or element behind that at `at`.
pub(super) fn insert_behind(
    text: &str,
    holder: &Value,
    at: usize,
    key: Option<&str>,
    json: &str,
) -> Option<Vec<Change>> {
    let inside = holder.inside.as_ref()?;
    let member = inside.members.get(at)?;
    let range = member.range();
    let style = Style::of(text, holder);
    let indent = indentation(text, range.start);
    let new = style.member(indent, key, json)?;
    let own_comma = comma(text, range.end);
    let (end, line_ends) = tail(text, own_comma.unwrap_or(range.end));
    let own_line = !style.inline && starts_line(text, range.start) && line_ends;
    let mut changes = Vec::new();
    if own_comma.is_none() {
        changes.push(Change::insert(range.end, ","));
    }
    let behind = if own_comma.is_some() { "," } else { "" };
    changes.push(if own_line {
        Change::insert(end, format!("{}{indent}{new}{behind}", style.eol))
    } else {
        let at = own_comma.unwrap_or(range.end);
        Change::insert(at, format!("{}{new}{behind}", style.space))
    });
    Some(changes)
}
