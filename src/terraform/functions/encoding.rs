//! JSON to and from strings.

use super::{first, text, unknown_or_null};
use crate::source::Span;
use crate::terraform::eval::{constant, error};
use crate::terraform::syntax::json::parse_plain;
use crate::value::{Data, Entry, Value};

pub(super) fn call(name: &str, args: &[Value], span: Span) -> Option<Value> {
    Some(match name {
        "jsonencode" => {
            let value = first(args);
            if value.is_fully_known() {
                let mut out = String::new();
                write(&value, &mut out, 0);
                out.into()
            } else {
                super::unknown(name, args)
            }
        }
        "jsondecode" => match text(args.first()) {
            Some(json) if json.len() <= 1 << 20 => match parse_plain(span, json) {
                Some(expr) => constant(&expr),
                None => error("`jsondecode` of what is no JSON"),
            },
            _ => unknown_or_null(name, args),
        },
        _ => return None,
    })
}

/// As Terraform writes JSON: keys sorted, no spaces, `<`, `>` and `&` escaped.
fn write(value: &Value, out: &mut String, depth: usize) {
    if depth > 200 {
        return;
    }
    match &value.data {
        Data::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Data::Number(n) => out.push_str(&n.to_string()),
        Data::Text(text) => string(text.as_known().unwrap_or_default(), out),
        Data::List(list) => {
            out.push('[');
            for (i, item) in list.items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write(item, out, depth + 1);
            }
            out.push(']');
        }
        Data::Object(object) => {
            let mut entries: Vec<&Entry> = object.entries.iter().collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            out.push('{');
            for (i, entry) in entries.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                string(&entry.key, out);
                out.push(':');
                write(&entry.value, out, depth + 1);
            }
            out.push('}');
        }
        Data::Null | Data::Cases(_) | Data::Unknown(_) => out.push_str("null"),
    }
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
