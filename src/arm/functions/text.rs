//! Texts. Pieces that are not known stay pieces as long as the result is certain.

use super::{Arguments, Function, deeply_sensitive};
use crate::value::{Data, Number, Piece, Text, Tri, Value};

pub(super) fn find(name: &str) -> Option<Function> {
    use Function::ByCase;
    Some(match name {
        "concat" => ByCase(concat),
        "format" => ByCase(format),
        "tolower" => ByCase(|a| Some(a.values.first()?.as_text()?.lower().into())),
        "toupper" => ByCase(|a| Some(a.values.first()?.as_text()?.upper().into())),
        "trim" => ByCase(|a| Some(known(a, 0)?.trim().into())),
        "replace" => ByCase(replace),
        "substring" => ByCase(substring),
        "startswith" => ByCase(|a| affix(a, Text::starts_with)),
        "endswith" => ByCase(|a| affix(a, Text::ends_with)),
        "padleft" => ByCase(pad_left),
        "split" => ByCase(split),
        "join" => ByCase(join),
        "string" => ByCase(to_string),
        "json" => ByCase(|a| super::super::json::parse_value(known(a, 0)?)),
        "uniquestring" => ByCase(|a| Some(a.deployed("`uniqueString` is not computed"))),
        "guid" => ByCase(|a| Some(a.deployed("`guid` is not computed"))),
        "uri" => ByCase(uri),
        "uricomponent"
        | "uricomponenttostring"
        | "base64"
        | "base64tostring"
        | "base64tojson"
        | "datauri"
        | "datauritostring" => ByCase(|a| {
            let secret = a.values.iter().any(deeply_sensitive);
            Some(Value::from(a.unknown()).sensitive(secret))
        }),
        _ => return None,
    })
}

fn known<'a>(a: &'a Arguments<'_, '_>, at: usize) -> Option<&'a str> {
    a.values.get(at)?.as_str()
}

/// A scalar inside a text. How booleans and fractions are spelt is not certain enough to say.
pub(super) fn text_of(value: &Value) -> Option<Text> {
    match &value.data {
        Data::Number(Number::Int(i)) => Some(Text::from(i.to_string().as_str())),
        _ => value.as_text(),
    }
}

fn concat(a: &Arguments<'_, '_>) -> Option<Value> {
    if a.values.iter().any(|v| matches!(v.data, Data::List(_))) {
        return super::collections::appended(a);
    }
    // Of unknowns alone it could be arrays as well.
    let certain = a
        .values
        .iter()
        .any(|v| matches!(v.data, Data::Text(_) | Data::Number(_)));
    if !certain && a.values.len() > 1 {
        return None;
    }
    let texts: Option<Vec<Text>> = a.values.iter().map(text_of).collect();
    Some(Text::concat(&texts?).into())
}

fn format(a: &Arguments<'_, '_>) -> Option<Value> {
    let mut rest = known(a, 0)?;
    let mut pieces: Vec<Piece> = Vec::new();
    while let Some(at) = rest.find(['{', '}']) {
        pieces.push(Piece::Lit(rest[..at].into()));
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            pieces.push(Piece::Lit(brace.into()));
            rest = after;
            continue;
        }
        if brace == "}" {
            return None;
        }
        let (number, after) = rest.split_once('}')?;
        // Alignment and number formats are not applied.
        let index: usize = number.trim().parse().ok()?;
        let value = a.values.get(index + 1)?;
        pieces.extend(text_of(value)?.pieces());
        rest = after;
    }
    pieces.push(Piece::Lit(rest.into()));
    let secret = a.values.iter().any(deeply_sensitive);
    Some(Value::from(Text::from_pieces(pieces)).sensitive(secret))
}

fn replace(a: &Arguments<'_, '_>) -> Option<Value> {
    let (from, to) = (known(a, 1)?, known(a, 2)?);
    let text = a.values.first()?.as_text()?;
    if from.is_empty() {
        return None;
    }
    match text.as_known() {
        Some(known) => Some(known.replace(from, to).into()),
        // One character can't lie across a border; the unknown pieces change in their own way.
        None if from.chars().count() == 1 => Some(
            text.map(
                |literal| literal.replace(from, to),
                |symbol| {
                    let value = symbol.clone().into();
                    let shown = if a.values.iter().any(Value::is_sensitive) {
                        a.e.source(a.span)
                    } else {
                        format!("replace({}, '{from}', '{to}')", symbol.shown())
                    };
                    let all = [&value, &a.values[1], &a.values[2]];
                    crate::value::Symbol::derived("replace", shown, &all)
                },
            )
            .into(),
        ),
        None => None,
    }
}

fn substring(a: &Arguments<'_, '_>) -> Option<Value> {
    let text: Vec<char> = known(a, 0)?.chars().collect();
    let start = usize::try_from(a.values.get(1)?.as_int()?).ok()?;
    let length = match a.values.get(2) {
        Some(length) => usize::try_from(length.as_int()?).ok()?,
        None => text.len().checked_sub(start)?,
    };
    let part = text.get(start..start.checked_add(length)?)?;
    Some(part.iter().collect::<String>().into())
}

fn affix(a: &Arguments<'_, '_>, test: fn(&Text, &str, bool) -> Tri) -> Option<Value> {
    let text = a.values.first()?.as_text()?;
    // Letter case plays no part in these two.
    match test(&text, known(a, 1)?, true) {
        Tri::True => Some(true.into()),
        Tri::False => Some(false.into()),
        Tri::Unknown => None,
    }
}

fn pad_left(a: &Arguments<'_, '_>) -> Option<Value> {
    let text = text_of(a.values.first()?)?;
    let text = text.as_known()?;
    let length = usize::try_from(a.values.get(1)?.as_int()?).ok()?;
    let with = match a.values.get(2) {
        Some(with) => with.as_str()?,
        None => " ",
    };
    if with.chars().count() != 1 || length > 10_000 {
        return None;
    }
    let missing = length.saturating_sub(text.chars().count());
    Some((with.repeat(missing) + text).into())
}

fn split(a: &Arguments<'_, '_>) -> Option<Value> {
    let text = match &a.values.first()?.data {
        Data::Text(text) => text.clone(),
        _ => return None,
    };
    let separators: Vec<char> = match &a.values.get(1)?.data {
        Data::Text(one) => one_char(one.as_known()?).into_iter().collect(),
        Data::List(list) if list.rest.is_none() => {
            let all: Option<Vec<char>> = list.items.iter().map(|v| one_char(v.as_str()?)).collect();
            all?
        }
        _ => return None,
    };
    if separators.is_empty() {
        return None;
    }
    let parts: Vec<Value> = match text.as_known() {
        Some(known) => known.split(&separators[..]).map(Value::from).collect(),
        // The unknown names in an id hold no slashes; of other texts nothing is known.
        None if separators == ['/'] && is_id(&text) => {
            text.split('/').into_iter().map(Value::from).collect()
        }
        None => return None,
    };
    a.e.work(parts.len());
    Some(Value::list(parts))
}

fn is_id(text: &Text) -> bool {
    matches!(text.pieces().next(), Some(Piece::Lit(s))
        if s.get(..15).is_some_and(|s| s.eq_ignore_ascii_case("/subscriptions/")))
}

fn one_char(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn join(a: &Arguments<'_, '_>) -> Option<Value> {
    let list = a.values.first()?.as_list().filter(|l| l.rest.is_none())?;
    let separator = a.values.get(1)?.as_text()?;
    let mut pieces: Vec<Piece> = Vec::new();
    for (i, item) in list.items.iter().enumerate() {
        if i > 0 {
            pieces.extend(separator.pieces());
        }
        pieces.extend(text_of(item)?.pieces());
    }
    let secret = list.items.iter().any(deeply_sensitive);
    Some(Value::from(Text::from_pieces(pieces)).sensitive(secret))
}

fn to_string(a: &Arguments<'_, '_>) -> Option<Value> {
    let value = a.values.first()?;
    let secret = deeply_sensitive(value);
    let text = match &value.data {
        Data::List(_) | Data::Object(_) => {
            let mut out = String::new();
            write_json(value, &mut out)?;
            Text::from(out.as_str())
        }
        _ => text_of(value)?,
    };
    Some(Value::from(text).sensitive(secret))
}

/// As JSON without spaces; `None` when something in it is not known.
fn write_json(value: &Value, out: &mut String) -> Option<()> {
    if out.len() > 1 << 18 {
        return None;
    }
    match &value.data {
        Data::Null => out.push_str("null"),
        Data::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Data::Number(Number::Int(i)) => out.push_str(&i.to_string()),
        Data::Text(text) => out.push_str(&serde_json::to_string(text.as_known()?).ok()?),
        Data::List(list) if list.rest.is_none() => {
            out.push('[');
            for (i, item) in list.items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_json(item, out)?;
            }
            out.push(']');
        }
        Data::Object(object) if object.rest.is_none() => {
            out.push('{');
            for (i, entry) in object.entries.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                out.push_str(&serde_json::to_string(&*entry.key).ok()?);
                out.push(':');
                write_json(&entry.value, out)?;
            }
            out.push('}');
        }
        _ => return None,
    }
    Some(())
}

/// A relative path after the last slash of a base. All else needs an URI parser.
fn uri(a: &Arguments<'_, '_>) -> Option<Value> {
    let (base, path) = (known(a, 0)?, a.values.get(1)?.as_text()?);
    let relative = match path.pieces().next() {
        Some(Piece::Lit(s)) => !s.starts_with(['/', '.', '?', '#']) && !s.contains(':'),
        _ => false,
    };
    let host = base.find("://")? + 3;
    let slash = base[host..].rfind('/')? + host;
    let plain = !base.contains(['?', '#']) && !base[host..].contains("/.");
    (plain && relative).then(|| Text::concat([&Text::from(&base[..=slash]), &path]).into())
}
