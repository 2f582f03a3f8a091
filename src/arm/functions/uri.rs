//! URIs.

use super::Body::ByCase;
use super::arguments::Arguments;
use super::{Function, function};
use crate::value::{Entry, Piece, Symbol, Text, Value, member};

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
    function("buildUri", 1, 1, ByCase(build)),
    function("parseUri", 1, 1, ByCase(parse)),
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

/// Whether nothing has to be escaped.
fn plain(text: &str) -> bool {
    text.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"-_.~/".contains(&b))
}

/// Whether a scheme or host is spelt as it always is.
fn is_plain_host(text: &str) -> bool {
    plain(text) && !text.bytes().any(|b| b.is_ascii_uppercase() || b == b'/')
}

/// Whether a path is empty or stays what it is.
fn is_plain_path(path: &str) -> bool {
    plain(path) && !path.contains("/.")
}

/// `relative` seen from `base`, as RFC 3986 resolves it, where nothing has to be escaped or
/// normalised beyond dots.
fn uri(a: &Arguments<'_, '_>) -> Option<Value> {
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
    if !is_plain_host(scheme) || !is_plain_host(host) || !is_plain_path(path) {
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

/// Scheme, host, port, path and query, as Bicep declares them (Azure/bicep, SystemNamespaceType.cs).
/// How what is left out is spelt, and whether a query keeps its question mark, is not documented.
fn parse(a: &Arguments<'_, '_>) -> Option<Value> {
    let (scheme, rest) = a.known(0)?.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(i64::from(port.parse::<u16>().ok()?))),
        None => (authority, None),
    };
    if !is_plain_host(scheme) || !is_plain_host(host) || host.is_empty() {
        return None;
    }
    let path = &rest[..rest.find(['?', '#']).unwrap_or(rest.len())];
    let path = Some(path).filter(|path| !path.is_empty() && is_plain_path(path));
    let all = Value::from(a.unknown());
    let part = |name: &str, known: Option<Value>| {
        Entry::new(name, known.unwrap_or_else(|| member(&all, name, true)))
    };
    Some(Value::object(vec![
        part("scheme", Some(scheme.into())),
        part("host", Some(host.into())),
        part("port", port.map(Value::from)),
        part("path", path.map(Value::from)),
        part("query", None),
    ]))
}

/// The other way, where every part is plain and stands where it has to.
fn build(a: &Arguments<'_, '_>) -> Option<Value> {
    let all = a.values.first()?;
    let Some(parts) = all.as_object() else {
        return a.neither(0, "an object");
    };
    if parts.rest.is_some() {
        return None;
    }
    let part = |name: &str| {
        let entry = parts.get_caseless(name);
        entry.map(|e| &e.value).filter(|value| !value.is_null())
    };
    let (scheme, host) = (part("scheme")?.as_str()?, part("host")?.as_str()?);
    let path = part("path")?.as_str()?;
    let plain = is_plain_host(scheme) && is_plain_host(host) && is_plain_path(path);
    if !plain || !path.starts_with('/') || part("query").is_some() {
        return None;
    }
    let port = match part("port") {
        None => String::new(),
        // Those that a scheme has by default may be left out.
        Some(port) => match port.as_int()? {
            80 | 443 => return None,
            port => format!(":{port}"),
        },
    };
    Some(format!("{scheme}://{host}{port}{path}").into())
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
