//! String functions.

use unicode_segmentation::UnicodeSegmentation as _;

use super::{items, patterns, text, unknown};
use crate::terraform::eval::{error, limit, to_string};
use crate::value::{Collection, Data, Piece, Symbol, Text, Tri, Value};

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
        "title" => on_known(name, args, title),
        "trimspace" => on_known(name, args, |s| s.trim().to_owned()),
        "chomp" => on_known(name, args, |s| s.trim_end_matches(['\n', '\r']).to_owned()),
        "strrev" => on_known(name, args, |s| graphemes(s).rev().collect()),
        "trim" | "trimprefix" | "trimsuffix" => trim(name, args),
        "replace" => replace(args),
        "substr" => substr(args),
        "startswith" | "endswith" | "strcontains" => test(name, args),
        "join" => join(args),
        "split" => split(args),
        "indent" => indent(args),
        _ => return None,
    })
}

/// Characters as people see them, which Terraform counts.
pub(super) fn graphemes(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.graphemes(true)
}

fn title(text: &str) -> String {
    let mut start = true;
    text.chars()
        .map(|c| {
            let out = if start { upper(c) } else { c };
            start = !c.is_alphanumeric() && c != '_';
            out
        })
        .collect()
}

/// Go maps each letter to one letter.
fn upper(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn split(args: &[Value]) -> Value {
    let (Some(separator), Some(subject)) = (text(args.first()), text(args.get(1))) else {
        return unknown("split", args);
    };
    let parts = match separator {
        "" => subject
            .chars()
            .map(|c| Value::from(c.to_string()))
            .collect(),
        separator => subject.split(separator).map(Value::from).collect(),
    };
    Value::list(parts).of(Collection::List)
}

fn indent(args: &[Value]) -> Value {
    let (Some(spaces), Some(subject)) = (args.first().and_then(Value::as_int), text(args.get(1)))
    else {
        return unknown("indent", args);
    };
    match usize::try_from(spaces) {
        Ok(spaces) if spaces <= 1_000 && subject.matches('\n').count() * spaces <= LONGEST => {
            subject
                .replace('\n', &format!("\n{}", " ".repeat(spaces)))
                .into()
        }
        Ok(_) => limit("it is longer than azvet follows"),
        Err(_) => error("an indentation below zero"),
    }
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
    let pattern = from.strip_prefix('/').and_then(|f| f.strip_suffix('/'));
    if let Some(pattern) = pattern {
        let subject = subject.as_known();
        let replaced = subject.and_then(|subject| patterns::replace(subject, pattern, to));
        return replaced.unwrap_or_else(|| unknown("replace", args));
    }
    if from.is_empty() && subject.as_known().is_none() {
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
    let int = |i: usize| args.get(i).and_then(Value::as_int);
    let (Some(subject), Some(offset), Some(length)) = (text(args.first()), int(1), int(2)) else {
        return unknown("substr", args);
    };
    let count = graphemes(subject).count() as i64;
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
    graphemes(subject)
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
    if args.len() < 2 {
        return error("`join` without lists");
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut first = true;
    for list in &args[1..] {
        let Some(members) = items(Some(list)) else {
            return unknown("join", args);
        };
        for member in members {
            if member.is_null() {
                // Without the separator Terraform does not look at what is joined.
                return match separator.as_known() {
                    Some(_) => error("`join` of null"),
                    None => unknown("join", args),
                };
            }
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

pub(super) fn bounded(text: Text) -> Value {
    if text.as_known().is_some_and(|s| s.len() > LONGEST) {
        return limit("it is longer than azvet follows");
    }
    Data::Text(text).into()
}
