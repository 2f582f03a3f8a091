//! Base64, data URIs and JSON in texts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Body::ByCase;
use super::arguments::Arguments;
use super::uri::unescaped;
use super::{Function, function};
use crate::value::{Data, Entry, Piece, Symbol, Text, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        "base64",
        1,
        1,
        ByCase(|a| Some(STANDARD.encode(a.known(0)?).into())),
    ),
    function(
        "base64ToString",
        1,
        1,
        ByCase(|a| Some(decoded(a, a.known(0)?)?.into())),
    ),
    function(
        "base64ToJson",
        1,
        1,
        ByCase(|a| parsed(a, &decoded(a, a.known(0)?)?)),
    )
    .or_null(),
    function("json", 1, 1, ByCase(json)).or_null(),
    function("dataUri", 1, 1, ByCase(data_uri)),
    function("dataUriToString", 1, 1, ByCase(data_uri_to_string)),
];

fn decoded(a: &Arguments<'_, '_>, text: &str) -> Option<String> {
    match STANDARD.decode(text.trim()) {
        // Bytes that are no UTF-8 become replacement characters; which, is not documented.
        Ok(bytes) => String::from_utf8(bytes).ok(),
        Err(_) => a.refuse(a.span, "the string is not valid base64"),
    }
}

fn parsed(a: &Arguments<'_, '_>, text: &str) -> Option<Value> {
    match super::super::json::parse_value(text) {
        Some(value) => Some(value),
        None => a.refuse(a.span, "the string is not valid JSON"),
    }
}

/// Unknown pieces inside the strings of the JSON stay pieces: they are taken to hold nothing that JSON
/// escapes, as names and ids don't.
fn json(a: &Arguments<'_, '_>) -> Option<Value> {
    let text = a.text(0)?;
    let symbols: Vec<&Symbol> = text.symbols().collect();
    if symbols.is_empty() {
        return parsed(a, a.known(0)?);
    }
    let mut marked = String::new();
    for piece in text.pieces() {
        match piece {
            Piece::Lit(literal) if literal.contains(MARK) => return None,
            Piece::Lit(literal) => marked.push_str(&literal),
            Piece::Sym(_) => marked.push(MARK),
        }
    }
    let value = super::super::json::parse_value(&marked)?;
    filled(&value, &mut symbols.into_iter())
}

/// Stands for an unknown piece while the text around it is parsed.
const MARK: char = '\u{F8FF}';

/// The value with each mark as the unknown that it stands for, in their order.
fn filled<'s>(value: &Value, symbols: &mut impl Iterator<Item = &'s Symbol>) -> Option<Value> {
    Some(match &value.data {
        Data::Text(text) => {
            let mut pieces = Vec::new();
            for (i, part) in text.as_known()?.split(MARK).enumerate() {
                if i > 0 {
                    pieces.push(Piece::Sym(symbols.next()?.clone()));
                }
                pieces.push(Piece::Lit(part.into()));
            }
            Text::from_pieces(pieces).into()
        }
        Data::List(list) => {
            let items = list.items.iter().map(|item| filled(item, symbols));
            Value::list(items.collect::<Option<_>>()?)
        }
        Data::Object(object) => {
            let entries = object.entries.iter().map(|entry| {
                // Which property an unknown name is can't be told.
                let known = !entry.key.contains(MARK);
                let value = filled(&entry.value, symbols)?;
                known.then(|| Entry::new(&entry.key, value))
            });
            Value::object(entries.collect::<Option<_>>()?)
        }
        _ => value.clone(),
    })
}

fn data_uri(a: &Arguments<'_, '_>) -> Option<Value> {
    let encoded = STANDARD.encode(a.known(0)?);
    Some(format!("data:text/plain;charset=utf-8;base64,{encoded}").into())
}

/// `data:[type][;charset=…][;base64],content`.
fn data_uri_to_string(a: &Arguments<'_, '_>) -> Option<Value> {
    let parts = a
        .known(0)?
        .strip_prefix("data:")
        .and_then(|s| s.split_once(','));
    let Some((kind, content)) = parts else {
        return a.refuse(a.span, "the string is no data URI");
    };
    let kind = kind.to_lowercase();
    let utf8 = kind
        .split(';')
        .filter_map(|part| part.strip_prefix("charset="))
        .all(|charset| matches!(charset, "utf-8" | "utf8" | "us-ascii"));
    if !utf8 {
        return None;
    }
    if kind.ends_with(";base64") {
        Some(decoded(a, content)?.into())
    } else {
        Some(unescaped(content)?.into())
    }
}
