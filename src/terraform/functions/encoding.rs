//! Strings in other spellings: base64, character sets, URLs, CSV.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{text, unknown};
use crate::terraform::eval::error;
use crate::value::{Collection, Entry, Value};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    let convert: fn(&str) -> Option<Value> = match name {
        "base64encode" => |s| Some(STANDARD.encode(s).into()),
        "base64decode" => |s| String::from_utf8(decode(s)?).ok().map(Value::from),
        "urlencode" => |s| Some(urlencode(s).into()),
        "csvdecode" => csv,
        "textencodebase64" | "textdecodebase64" => return Some(character_set(name, args)),
        _ => return None,
    };
    Some(match text(args.first()) {
        Some(s) => convert(s).unwrap_or_else(|| error("a text that can't be converted")),
        None => unknown(name, args),
    })
}

/// Go's decoder skips line breaks.
fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.replace(['\n', '\r'], "")).ok()
}

/// The character sets that matter; Terraform knows all of IANA's.
fn character_set(name: &str, args: &[Value]) -> Value {
    let (Some(subject), Some(set)) = (text(args.first()), text(args.get(1))) else {
        return unknown(name, args);
    };
    let converted = match (name, set.to_ascii_uppercase().as_str()) {
        ("textencodebase64", "UTF-8") => Some(subject.as_bytes().to_vec()),
        ("textencodebase64", "UTF-16LE") => {
            Some(subject.encode_utf16().flat_map(u16::to_le_bytes).collect())
        }
        ("textencodebase64", "UTF-16BE") => {
            Some(subject.encode_utf16().flat_map(u16::to_be_bytes).collect())
        }
        ("textencodebase64", "ISO-8859-1") => {
            subject.chars().map(|c| u8::try_from(c).ok()).collect()
        }
        ("textdecodebase64", "UTF-8" | "UTF-16LE" | "UTF-16BE" | "ISO-8859-1") => decode(subject),
        _ => return unknown(name, args),
    };
    let Some(bytes) = converted else {
        return error("a text that is not of its character set");
    };
    if name == "textencodebase64" {
        return STANDARD.encode(bytes).into();
    }
    let units = |join: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|c| join([c[0], c[1]])).collect();
        String::from_utf16(&units)
            .ok()
            .filter(|_| bytes.len() % 2 == 0)
    };
    let decoded = match set.to_ascii_uppercase().as_str() {
        "UTF-16LE" => units(u16::from_le_bytes),
        "UTF-16BE" => units(u16::from_be_bytes),
        "UTF-8" => String::from_utf8(bytes).ok(),
        _ => Some(bytes.iter().map(|b| char::from(*b)).collect()),
    };
    decoded.map_or_else(|| unknown(name, args), Value::from)
}

fn urlencode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// A list of objects, by the names in the first line.
fn csv(text: &str) -> Option<Value> {
    // The crate takes quotes in the middle of a field, Go does not.
    let stray = |field: &str| field.contains('"') && !text.contains(&field.replace('"', "\"\""));
    let mut reader = ::csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let names = reader.headers().ok()?.clone();
    let unique: std::collections::BTreeSet<&str> = names.iter().collect();
    if names.is_empty() || unique.len() != names.len() {
        return None;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.ok()?;
        if record.iter().any(stray) {
            return None;
        }
        let fields = names.iter().zip(&record);
        rows.push(Value::object(
            fields
                .map(|(name, field)| Entry::new(name, field.into()))
                .collect(),
        ));
    }
    Some(Value::list(rows).of(Collection::List))
}
