//! URIs.

use super::Body::ByCase;
use super::arguments::Arguments;
use super::{Function, function};
use crate::value::{Piece, Symbol, Text, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("uri", 2, 2, ByCase(uri)),
    function(
        "uriComponent",
        1,
        1,
        ByCase(|a| Some(escaped(a.known(0)?).into())),
    ),
    function(
        "uriComponentToString",
        1,
        1,
        ByCase(|a| Some(unescaped(a.known(0)?)?.into())),
    ),
    // How they spell what is left out is not documented.
    function("buildUri", 1, 1, ByCase(|_| None)),
    function("parseUri", 1, 1, ByCase(|_| None)),
];

/// All but letters, digits and `-_.~` as percent signs and bytes.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// With percent signs and bytes as the characters that they stand for. Percent signs that stand for
/// nothing stay. `None` when the bytes are no UTF-8.
pub(super) fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let pair = after.get(..2).filter(|_| *first == b'%');
        let byte = pair
            .filter(|pair| pair.iter().all(u8::is_ascii_hexdigit))
            .and_then(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).ok()
}

/// `relative` seen from `base`, as RFC 3986 resolves it, where nothing has to be escaped or
/// normalised beyond dots.
fn uri(a: &Arguments<'_, '_>) -> Option<Value> {
    let plain = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.~/".contains(&b))
    };
    let relative = a.text(1)?;
    let Some(base) = a.known(0) else {
        // What follows the last slash of the base is replaced.
        let first = relative.pieces().next()?;
        let below = matches!(&first, Piece::Lit(s) if plain(s) && !s.is_empty() && !s.starts_with(['/', '.']));
        return below.then(|| {
            let base = a.values.first().map(|base| {
                let shown = format!("{}/", base.shown());
                Text::symbol(Symbol::derived("directory", shown, &[base]))
            });
            Value::from(Text::concat(base.iter().chain([&relative])))
        });
    };
    let Some((scheme, after)) = base.split_once("://") else {
        return a.refuse(a.span, "the first argument of `uri` is no absolute URI");
    };
    let (host, path) = match after.find('/') {
        Some(at) => after.split_at(at),
        None => (after, ""),
    };
    let lower = |text: &str| !text.bytes().any(|b| b.is_ascii_uppercase());
    let plain_base = plain(scheme) && plain(host) && plain(path) && lower(scheme) && lower(host);
    if !plain_base || path.contains("/.") {
        return None;
    }
    let start = format!("{scheme}://{host}");
    let directory = &path[..path.rfind('/').map_or(0, |at| at + 1)];
    match relative.as_known() {
        Some("") => Some(base.into()),
        Some(relative) if plain(relative) && !relative.starts_with("//") => {
            let path = match relative.starts_with('/') {
                true => relative.to_owned(),
                false if directory.is_empty() => format!("/{relative}"),
                false => format!("{directory}{relative}"),
            };
            Some(format!("{start}{}", without_dots(&path)).into())
        }
        Some(_) => None,
        // What follows a plain beginning stays what it is.
        None => match relative.pieces().next() {
            Some(Piece::Lit(first)) if plain(&first) && !first.starts_with(['/', '.']) => {
                let directory = if directory.is_empty() { "/" } else { directory };
                let start = Text::from(format!("{start}{directory}").as_str());
                Some(Text::concat([&start, &relative]).into())
            }
            _ => None,
        },
    }
}

/// An absolute path with `.` and `..` taken out.
fn without_dots(path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    out.pop();
                }
                if last {
                    out.push("");
                }
            }
            _ => out.push(segment),
        }
    }
    format!("/{}", out.join("/"))
}
