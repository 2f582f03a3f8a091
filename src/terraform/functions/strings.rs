//! String functions.

use super::{items, text, unknown};
use crate::terraform::eval::{error, limit, to_number, to_string};
use crate::value::{Data, Number, Piece, Symbol, Text, Tri, Value};

/// Longer results are given up.
const LONGEST: usize = 1 << 20;

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    let a = args.first();
    Some(match name {
        "lower" | "upper" => match a.and_then(as_text) {
            Some(t) if name == "lower" => t.lower().into(),
            Some(t) => t.upper().into(),
            None => error("a string function on what is no string"),
        },
        "title" => on_known(name, args, |s| {
            let mut start = true;
            s.chars()
                .map(|c| {
                    let out = if start { c.to_ascii_uppercase() } else { c };
                    start = !c.is_alphanumeric() && c != '\'' && c != '_';
                    out
                })
                .collect()
        }),
        "trimspace" => on_known(name, args, |s| s.trim().to_owned()),
        "chomp" => on_known(name, args, |s| s.trim_end_matches(['\n', '\r']).to_owned()),
        "strrev" => on_known(name, args, |s| s.chars().rev().collect()),
        "trim" | "trimprefix" | "trimsuffix" => trim(name, args),
        "replace" => replace(args),
        "substr" => substr(args),
        "startswith" | "endswith" | "strcontains" => test(name, args),
        "join" => join(args),
        "split" => match (text(a), text(args.get(1))) {
            (Some(""), Some(s)) => {
                Value::list(s.chars().map(|c| Value::from(c.to_string())).collect())
            }
            (Some(sep), Some(s)) => Value::list(s.split(sep).map(Value::from).collect()),
            _ => unknown(name, args),
        },
        "format" => format(args),
        "formatlist" => formatlist(args),
        _ => return None,
    })
}

fn as_text(value: &Value) -> Option<Text> {
    to_string(value)?.as_text()
}

fn on_known(name: &str, args: &[Value], f: impl Fn(&str) -> String) -> Value {
    match args.first().and_then(to_string) {
        Some(v) => match v.as_str() {
            Some(s) => f(s).into(),
            None if v.is_null() => error("a string function on null"),
            None => unknown(name, args),
        },
        None => error("a string function on what is no string"),
    }
}

fn trim(name: &str, args: &[Value]) -> Value {
    let (Some(subject), Some(affix)) = (args.first().and_then(as_text), text(args.get(1))) else {
        return unknown(name, args);
    };
    if let Some(s) = subject.as_known() {
        return match name {
            "trimprefix" => s.strip_prefix(affix).unwrap_or(s).into(),
            "trimsuffix" => s.strip_suffix(affix).unwrap_or(s).into(),
            _ => s.trim_matches(|c| affix.contains(c)).into(),
        };
    }
    // Partly known: only where the edge decides.
    let decided = match name {
        "trimprefix" => subject.starts_with(affix, false),
        "trimsuffix" => subject.ends_with(affix, false),
        _ => Tri::Unknown,
    };
    let mut pieces: Vec<Piece> = subject.pieces().collect();
    let edge = if name == "trimprefix" {
        pieces.first_mut()
    } else {
        pieces.last_mut()
    };
    match (decided, edge) {
        (Tri::False, _) => subject.into(),
        (Tri::True, Some(Piece::Lit(lit))) => {
            let cut = if name == "trimprefix" {
                lit.strip_prefix(affix)
            } else {
                lit.strip_suffix(affix)
            };
            match cut.map(std::sync::Arc::from) {
                Some(cut) => {
                    *lit = cut;
                    Text::from_pieces(
                        pieces
                            .into_iter()
                            .filter(|p| !matches!(p, Piece::Lit(s) if s.is_empty())),
                    )
                    .into()
                }
                None => unknown(name, args),
            }
        }
        _ => unknown(name, args),
    }
}

fn replace(args: &[Value]) -> Value {
    let (Some(subject), Some(from), Some(to)) = (
        args.first().and_then(as_text),
        text(args.get(1)),
        text(args.get(2)),
    ) else {
        return unknown("replace", args);
    };
    let regex = from.len() > 1 && from.starts_with('/') && from.ends_with('/');
    if regex || from.is_empty() {
        return unknown("replace", args);
    }
    if let Some(s) = subject.as_known() {
        let out = s.replace(from, to);
        return if out.len() > LONGEST {
            limit("it is longer than azvet follows")
        } else {
            out.into()
        };
    }
    if from.chars().count() == 1 {
        // One character never spans two pieces, so each is treated by itself.
        let (from_value, to_value) = (Value::from(from), Value::from(to));
        return subject
            .map(
                |lit| lit.replace(from, to),
                |s| {
                    let shown = format!("replace({}, \"{from}\", \"{to}\")", s.shown());
                    let inner = Value::from(s.clone());
                    Symbol::derived("replace", shown, &[&inner, &from_value, &to_value])
                },
            )
            .into();
    }
    unknown("replace", args)
}

fn substr(args: &[Value]) -> Value {
    let int = |i: usize| args.get(i).and_then(to_number).and_then(|n| n.as_int());
    let (Some(subject), Some(offset), Some(length)) =
        (args.first().and_then(to_string), int(1), int(2))
    else {
        return unknown("substr", args);
    };
    let Some(s) = subject.as_str() else {
        return unknown("substr", args);
    };
    let count = s.chars().count() as i64;
    let start = if offset < 0 {
        (count + offset).max(0)
    } else {
        offset.min(count)
    };
    let take = if length < 0 {
        count - start
    } else {
        length.min(count - start)
    };
    s.chars()
        .skip(start as usize)
        .take(take as usize)
        .collect::<String>()
        .into()
}

fn test(name: &str, args: &[Value]) -> Value {
    let (Some(subject), Some(part)) = (args.first().and_then(as_text), text(args.get(1))) else {
        return unknown(name, args);
    };
    let answer = match name {
        "startswith" => subject.starts_with(part, false),
        "endswith" => subject.ends_with(part, false),
        _ => subject.contains(part, false),
    };
    match answer {
        Tri::True => true.into(),
        Tri::False => false.into(),
        Tri::Unknown => unknown(name, args),
    }
}

fn join(args: &[Value]) -> Value {
    let Some(separator) = args.first().and_then(as_text) else {
        return unknown("join", args);
    };
    let mut pieces: Vec<Piece> = Vec::new();
    let mut first = true;
    for list in &args[1..] {
        let Some(members) = items(Some(list)) else {
            return unknown("join", args);
        };
        for member in members {
            let Some(text) = as_text(member) else {
                return unknown("join", args);
            };
            if !first {
                pieces.extend(separator.pieces());
            }
            first = false;
            pieces.extend(text.pieces());
        }
    }
    bounded(Text::from_pieces(pieces))
}

fn bounded(text: Text) -> Value {
    if text.as_known().is_some_and(|s| s.len() > LONGEST) {
        return limit("it is longer than azvet follows");
    }
    Data::Text(text).into()
}

/// `format`: `%s`, `%v`, `%d`, `%q` and their widths; anything else is left unknown.
fn format(args: &[Value]) -> Value {
    let Some(spec) = text(args.first()) else {
        return unknown("format", args);
    };
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = args[1..].iter();
    let mut chars = spec.chars().peekable();
    let mut literal = String::new();
    while let Some(c) = chars.next() {
        if c != '%' {
            literal.push(c);
            continue;
        }
        let mut flags = String::new();
        while let Some(c) = chars.next_if(|c| c.is_ascii_digit() || "+-# .".contains(*c)) {
            flags.push(c);
        }
        let verb = chars.next();
        if verb == Some('%') && flags.is_empty() {
            literal.push('%');
            continue;
        }
        let (Some(verb), Some(arg)) = (verb, rest.next()) else {
            return error("a format that does not fit its arguments");
        };
        match formatted(verb, &flags, arg) {
            Some(text) => {
                pieces.push(Piece::Lit(std::mem::take(&mut literal).into()));
                pieces.extend(text.pieces());
            }
            None => return unknown("format", args),
        }
    }
    pieces.push(Piece::Lit(literal.into()));
    bounded(Text::from_pieces(pieces))
}

fn formatted(verb: char, flags: &str, arg: &Value) -> Option<Text> {
    match (verb, flags) {
        ('s' | 'v', "") => as_text(arg),
        ('q', "") => arg.as_str().map(|s| Text::from(format!("{s:?}").as_str())),
        ('d', _) => {
            let number = to_number(arg)?;
            let Data::Number(Number::Int(i)) = number.data else {
                return (flags.is_empty()).then(|| as_text(&number)).flatten();
            };
            let zeros = flags.starts_with('0');
            let width: usize = flags.parse().ok().or(flags.is_empty().then_some(0))?;
            if width > 100 {
                return None;
            }
            let out = if zeros {
                format!("{i:0width$}")
            } else {
                format!("{i:width$}")
            };
            Some(Text::from(out.as_str()))
        }
        ('s', _) => {
            let s = arg.as_str()?;
            let (left, digits) = match flags.strip_prefix('-') {
                Some(digits) => (true, digits),
                None => (false, flags),
            };
            let width: usize = digits.parse().ok().filter(|w| *w <= 100)?;
            if digits.starts_with('0') {
                return None;
            }
            let out = if left {
                format!("{s:<width$}")
            } else {
                format!("{s:>width$}")
            };
            Some(Text::from(out.as_str()))
        }
        _ => None,
    }
}

fn formatlist(args: &[Value]) -> Value {
    let mut length = None;
    for arg in &args[1.min(args.len())..] {
        match &arg.data {
            Data::List(list) if list.rest.is_none() => {
                if length.is_some_and(|n| n != list.items.len()) {
                    return error("lists of different lengths");
                }
                length = Some(list.items.len());
            }
            Data::List(_) | Data::Unknown(_) | Data::Object(_) => {
                return unknown("formatlist", args);
            }
            _ => {}
        }
    }
    let rows = (0..length.unwrap_or(1))
        .map(|i| {
            let row: Vec<Value> = args
                .iter()
                .map(|a| items(Some(a)).and_then(|l| l.get(i)).unwrap_or(a).clone())
                .collect();
            format(&row)
        })
        .collect();
    Value::list(rows)
}
