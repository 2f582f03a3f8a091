//! Texts. Pieces that are not known stay pieces as long as the result is certain.

use std::ops::Range;
use std::sync::Arc;

use super::super::evaluator::LONGEST;
use super::Body::ByCase;
use super::arguments::Arguments;
use super::{ANY, Function, function};
use crate::value::{Data, Number, Piece, Text, Tri, Value};

/// Texts are not padded to more than this.
const WIDEST: usize = 10_000;

pub(super) const FUNCTIONS: &[Function] = &[
    function("concat", 1, ANY, ByCase(concat)),
    function("toLower", 1, 1, ByCase(|a| Some(a.text(0)?.lower().into()))),
    function("toUpper", 1, 1, ByCase(|a| Some(a.text(0)?.upper().into()))),
    function("trim", 1, 1, ByCase(|a| Some(a.known(0)?.trim().into()))),
    function("replace", 3, 3, ByCase(replace)),
    function("substring", 2, 3, ByCase(substring)),
    function("startsWith", 2, 2, ByCase(|a| affix(a, Text::starts_with))),
    function("endsWith", 2, 2, ByCase(|a| affix(a, Text::ends_with))),
    function("like", 2, 2, ByCase(like)),
    function("padLeft", 2, 3, ByCase(pad_left)),
    function("split", 2, 2, ByCase(split)),
    function("join", 2, 2, ByCase(join)),
];

/// The length as .NET counts it, in UTF-16 units.
pub(in crate::arm) fn length(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(char::len_utf16).sum()
}

/// A part by UTF-16 units; `None` when it is not there or would cut a character in two.
pub(super) fn cut(text: &str, range: Range<usize>) -> Option<String> {
    if text.is_ascii() {
        return text.get(range).map(str::to_owned);
    }
    let units: Vec<u16> = text.encode_utf16().collect();
    String::from_utf16(units.get(range)?).ok()
}

/// The characters that a text starts with for certain.
fn beginning(text: &Text) -> Arc<str> {
    match text.pieces().next() {
        Some(Piece::Lit(known)) => known,
        _ => "".into(),
    }
}

/// The first `n` units, where they are known.
pub(super) fn first(text: &Text, n: usize) -> Option<String> {
    match text.as_known() {
        Some(known) => cut(known, 0..n.min(length(known))),
        None => cut(&beginning(text), 0..n),
    }
}

/// What follows the first `n` units, where they are known.
pub(super) fn after(text: &Text, n: usize) -> Option<Text> {
    let known = beginning(text);
    let all = length(&known);
    if text.as_known().is_none() && n > all {
        return None;
    }
    let rest = Piece::Lit(cut(&known, n.min(all)..all)?.into());
    Some(Text::from_pieces(
        std::iter::once(rest).chain(text.pieces().skip(1)),
    ))
}

/// A scalar inside a text.
pub(super) fn text_of(value: &Value) -> Option<Text> {
    let spelt = match &value.data {
        Data::Bool(true) => "True".into(),
        Data::Bool(false) => "False".into(),
        Data::Number(number) => spelt(*number)?,
        _ => return value.as_text(),
    };
    Some(Text::from(spelt.as_str()))
}

/// A number as .NET spells it; `None` where it would need an exponent.
pub(super) fn spelt(number: Number) -> Option<String> {
    match number {
        Number::Int(i) => Some(i.to_string()),
        Number::Float(f) => (1e-4..1e15).contains(&f.abs()).then(|| f.to_string()),
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
    let texts: Vec<Text> = a.values.iter().map(text_of).collect::<Option<_>>()?;
    Some(joined(a, texts.iter().flat_map(Text::pieces)).into())
}

/// Pieces as one text. What is longer than texts may be is cut somewhere beyond that: the evaluator
/// does not go on with it.
pub(super) fn joined(a: &Arguments<'_, '_>, pieces: impl Iterator<Item = Piece>) -> Text {
    let mut length = 0;
    Text::from_pieces(pieces.take_while(|piece| {
        a.e.work(1);
        let fits = length <= LONGEST;
        length += match piece {
            Piece::Lit(literal) => literal.len(),
            Piece::Sym(_) => 1,
        };
        fits
    }))
}

fn replace(a: &Arguments<'_, '_>) -> Option<Value> {
    let (text, from, to) = (a.text(0)?, a.known(1)?, a.text(2)?);
    if from.is_empty() {
        return a.refuse(a.span, "`replace` is given an empty string to replace");
    }
    match (text.as_known(), to.as_known()) {
        (Some(known), _) => {
            let parts = known.split(from).enumerate().flat_map(|(i, part)| {
                let before = to.pieces().filter(move |_| i > 0);
                before.chain([Piece::Lit(part.into())])
            });
            Some(joined(a, parts).into())
        }
        // One character can't lie across a border; the unknown pieces change in their own way.
        (None, Some(to)) if from.chars().count() == 1 => Some(
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
        (None, _) => None,
    }
}

fn substring(a: &Arguments<'_, '_>) -> Option<Value> {
    let text = a.text(0)?;
    let start = usize::try_from(a.int(1)?).ok();
    let count = match a.values.len() {
        2 => None,
        _ => Some(usize::try_from(a.int(2)?).ok()),
    };
    let end = match count {
        None => start,
        Some(count) => start
            .zip(count)
            .and_then(|(start, count)| start.checked_add(count)),
    };
    let fits = |end: &usize| text.as_known().is_none_or(|known| *end <= length(known));
    let Some((start, end)) = start.zip(end.filter(fits)) else {
        return a.refuse(a.span, "`substring` reads beyond the end of the string");
    };
    match count {
        None => Some(after(&text, start)?.into()),
        Some(_) => Some(cut(&first(&text, end)?, start..end)?.into()),
    }
}

fn affix(a: &Arguments<'_, '_>, test: fn(&Text, &str, bool) -> Tri) -> Option<Value> {
    // Letter case plays no part in these two.
    match test(&a.text(0)?, a.known(1)?, true) {
        Tri::True => Some(true.into()),
        Tri::False => Some(false.into()),
        Tri::Unknown => None,
    }
}

/// `*` stands for any characters, and letter case plays no part.
fn like(a: &Arguments<'_, '_>) -> Option<Value> {
    let (text, pattern) = (a.known(0)?.to_lowercase(), a.known(1)?.to_lowercase());
    if pattern.contains('?') {
        return None;
    }
    let mut parts = pattern.split('*');
    let first = parts.next()?;
    let Some(mut rest) = text.strip_prefix(first) else {
        return Some(false.into());
    };
    let Some(last) = parts.next_back() else {
        return Some(rest.is_empty().into());
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return Some(false.into()),
        }
    }
    Some(rest.ends_with(last).into())
}

fn pad_left(a: &Arguments<'_, '_>) -> Option<Value> {
    let text = match &a.values.first()?.data {
        Data::Number(Number::Int(i)) => i.to_string(),
        _ => a.known(0)?.to_owned(),
    };
    let with = match a.values.len() {
        2 => " ",
        _ => a.known(2)?,
    };
    let Ok(total) = usize::try_from(a.int(1)?) else {
        return a.refuse(a.span, "the length given to `padLeft` is negative");
    };
    if length(with) != 1 {
        return a.refuse(a.span, "`padLeft` pads with one character");
    }
    if total > WIDEST {
        return None;
    }
    Some((with.repeat(total.saturating_sub(length(&text))) + &text).into())
}

fn split(a: &Arguments<'_, '_>) -> Option<Value> {
    let text = match &a.values.first()?.data {
        Data::Text(text) => text.clone(),
        _ => return a.known(0).map(Value::from),
    };
    let separators: Vec<&str> = match &a.values.get(1)?.data {
        Data::List(_) => a
            .items(1)?
            .iter()
            .map(Value::as_str)
            .collect::<Option<_>>()?,
        _ => vec![a.known(1)?],
    };
    // What an empty one does is not documented.
    if separators.is_empty() || separators.contains(&"") {
        return None;
    }
    let parts: Vec<Value> = match text.as_known() {
        Some(known) => split_at(known, &separators),
        None => {
            let parts = split_id(&text, &separators)?;
            parts.into_iter().map(Value::from).collect()
        }
    };
    a.e.work(parts.len());
    Some(Value::list(parts))
}

/// Of separators that start at the same place the first wins.
fn split_at(text: &str, separators: &[&str]) -> Vec<Value> {
    if let [one] = separators {
        return text.split(one).map(Value::from).collect();
    }
    let (mut parts, mut from, mut at) = (Vec::new(), 0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(found) = separators.iter().find(|s| rest.starts_with(**s)) {
            parts.push(Value::from(&text[from..at]));
            at += found.len();
            from = at;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    parts.push(Value::from(&text[from..]));
    parts
}

/// The parts of an id between slashes, or between whole segments like `/subnets/`: the unknown names in
/// it hold no slashes and are not called like a segment. Of other texts nothing is known.
fn split_id(text: &Text, separators: &[&str]) -> Option<Vec<Text>> {
    let &[separator] = separators else {
        return None;
    };
    let segment = separator.starts_with('/') && separator.ends_with('/');
    let is_id = matches!(text.pieces().next(), Some(Piece::Lit(s))
        if s.get(..15).is_some_and(|s| s.eq_ignore_ascii_case("/subscriptions/")));
    (segment && is_id).then(|| text.split_by(separator))
}

fn join(a: &Arguments<'_, '_>) -> Option<Value> {
    let (items, separator) = (a.items(0)?, a.text(1)?);
    let texts: Vec<Text> = items.iter().map(text_of).collect::<Option<_>>()?;
    let pieces = texts.iter().enumerate().flat_map(|(i, text)| {
        let before = separator.pieces().filter(move |_| i > 0);
        before.chain(text.pieces())
    });
    Some(joined(a, pieces).into())
}
