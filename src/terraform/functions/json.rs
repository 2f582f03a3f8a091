//! JSON to and from strings.

use super::{first, text, unknown, unknown_or_null};
use crate::source::Span;
use crate::terraform::eval::{constant, error};
use crate::terraform::syntax::json::parse_plain;
use crate::value::{Data, Entry, Value};

pub(super) fn call(name: &str, args: &[Value], span: Span) -> Option<Value> {
    Some(match name {
        "jsonencode" => match encode(&first(args)) {
            Some(text) => text.into(),
            None => unknown(name, args),
        },
        "jsondecode" => match text(args.first()) {
            Some(json) if json.len() <= 1 << 20 => match parse_plain(span, json) {
                Some(expr) => constant(&expr),
                // Half a character is read as one that stands for it.
                None if json.contains("\\ud") => unknown_or_null(name, args),
                None => error("`jsondecode` of what is no JSON"),
            },
            _ => unknown_or_null(name, args),
        },
        _ => return None,
    })
}

/// As Terraform writes JSON: keys sorted, no spaces, `<`, `>` and `&` escaped. `None` when not all of
/// it is known.
pub(super) fn encode(value: &Value) -> Option<String> {
    let mut out = String::new();
    write(value, &mut out, 0)?;
    Some(out)
}

fn write(value: &Value, out: &mut String, depth: usize) -> Option<()> {
    if depth > 200 {
        return None;
    }
    match &value.data {
        Data::Null => out.push_str("null"),
        Data::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Data::Number(n) if n.is_exact() => out.push_str(&n.to_string()),
        Data::Text(text) => string(text.as_known()?, true, out),
        Data::List(list) if list.rest.is_none() => {
            out.push('[');
            for (i, item) in list.items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out, depth + 1)?;
            }
            out.push(']');
        }
        Data::Object(object) if object.rest.is_none() => {
            let mut entries: Vec<&Entry> = object.entries.iter().collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            out.push('{');
            for (i, entry) in entries.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                string(&entry.key, true, out);
                out.push(':');
                write(&entry.value, out, depth + 1)?;
            }
            out.push('}');
        }
        _ => return None,
    }
    Some(())
}

/// A string in quotes, for other formats that take JSON's escapes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::new();
    string(text, false, &mut out);
    out
}

fn string(text: &str, html: bool, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' if html => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            '\u{2028}' | '\u{2029}' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
