//! The identity of a value as text: equal keys, equal values. Used to name functions of unknowns.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::{Data, Entry, Piece, Rest, Value};

/// Keys above this many bytes are replaced by a hash.
const LONGEST: usize = 400;

/// The key of a value. Origins play no part.
pub fn key_of(value: &Value) -> String {
    let (key, rest) = match &value.data {
        Data::List(list) => (&list.items.summary().key, &list.rest),
        Data::Object(object) => (&object.entries.summary().key, &object.rest),
        _ => {
            let mut out = String::new();
            write_key(value, &mut out);
            return bounded(out);
        }
    };
    match rest {
        Some(rest) => bounded(format!("{key}…{}", rest.symbol.key())),
        None => key.clone(),
    }
}

/// The key of a list's members.
pub(super) fn of_items(items: &[Value]) -> String {
    let mut out = String::new();
    write_items(items, &mut out);
    bounded(out)
}

/// The key of an object's entries.
pub(super) fn of_entries(entries: &[Entry]) -> String {
    let mut out = String::new();
    write_entries(entries, &mut out);
    bounded(out)
}

/// A key of limited length, equal for equal input.
pub(super) fn bounded(key: String) -> String {
    if key.len() <= LONGEST {
        return key;
    }
    format!("#{:016x}:{}", hash(&key), key.len())
}

/// The same for equal keys, in every run.
pub(super) fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Text that escapes would leave as it is, and that can't be taken for a symbol.
fn plain(text: &str) -> bool {
    text.bytes()
        .all(|b| (b.is_ascii_graphic() || b == b' ') && !matches!(b, b'"' | b'\'' | b'\\' | b'$'))
}

fn write_key(value: &Value, out: &mut String) {
    // Writing to a string never fails.
    match &value.data {
        Data::Null => out.push_str("null"),
        Data::Bool(b) => _ = write!(out, "{b}"),
        Data::Number(n) => _ = write!(out, "{n}"),
        Data::Text(text) => {
            out.push('"');
            for piece in text.pieces() {
                match piece {
                    // Most text needs no escape, and keys of large values are long.
                    Piece::Lit(s) if plain(&s) => out.push_str(&s),
                    Piece::Lit(s) => _ = write!(out, "{}", s.escape_debug()),
                    Piece::Sym(s) => _ = write!(out, "${{{}}}", s.key()),
                }
            }
            out.push('"');
        }
        Data::List(list) => {
            write_items(&list.items, out);
            write_rest(&list.rest, out);
        }
        Data::Object(object) => {
            write_entries(&object.entries, out);
            write_rest(&object.rest, out);
        }
        Data::Cases(cases) => {
            _ = write!(out, "if({},", cases.cond.key());
            write_key(&cases.then, out);
            out.push(',');
            write_key(&cases.otherwise, out);
            out.push(')');
        }
        Data::Unknown(symbol) => out.push_str(symbol.key()),
    }
}

fn write_items(items: &[Value], out: &mut String) {
    out.push('[');
    for item in items {
        write_key(item, out);
        out.push(',');
    }
    out.push(']');
}

fn write_entries(entries: &[Entry], out: &mut String) {
    let mut entries: Vec<&Entry> = entries.iter().collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    out.push('{');
    for entry in entries {
        if plain(&entry.key) {
            out.push('"');
            out.push_str(&entry.key);
            out.push_str("\":");
        } else {
            _ = write!(out, "{:?}:", entry.key);
        }
        write_key(&entry.value, out);
        out.push(',');
    }
    out.push('}');
}

fn write_rest(rest: &Option<Arc<Rest>>, out: &mut String) {
    if let Some(rest) = rest {
        _ = write!(out, "…{}", rest.symbol.key());
    }
}
