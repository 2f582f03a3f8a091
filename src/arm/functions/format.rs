//! Values as texts: .NET's composite formats, and JSON.

use super::super::evaluator::LONGEST;
use super::Body::ByCase;
use super::arguments::Arguments;
use super::text::{joined, length, spelt, text_of};
use super::{ANY, Function, function};
use crate::value::{Data, Number, Piece, Text, Value};

/// Digits and padding beyond this are nobody's.
const WIDEST: usize = 1_000;

pub(super) const FUNCTIONS: &[Function] = &[
    function("format", 1, ANY, ByCase(format)),
    function("string", 1, 1, ByCase(string)),
];

/// `{index[,alignment][:format]}`; braces that stand for themselves are doubled.
fn format(a: &Arguments<'_, '_>) -> Option<Value> {
    let mut rest = a.known(0)?;
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
        let item = match brace {
            "{" => rest.split_once('}'),
            _ => None,
        };
        let Some((item, after)) = item else {
            return a.refuse(
                a.span,
                "the format has a brace that is not closed or not opened",
            );
        };
        let (place, form) = match item.split_once(':') {
            Some((place, form)) => (place, form),
            None => (item, ""),
        };
        let (index, width) = match place.split_once(',') {
            Some((index, width)) => (index, width.trim().parse::<i64>().ok()),
            None => (place, Some(0)),
        };
        let (Ok(index), Some(width)) = (index.trim().parse::<usize>(), width) else {
            return a.refuse(a.span, "in the format, `{` has to be followed by the number of an argument; a brace that stands for itself is doubled");
        };
        let Some(value) = index.checked_add(1).and_then(|at| a.values.get(at)) else {
            return a.refuse(a.span, "the format asks for an argument that is not given");
        };
        pieces.extend(aligned(&formatted(value, form)?, width)?.pieces());
        rest = after;
    }
    pieces.push(Piece::Lit(rest.into()));
    Some(joined(a, pieces.into_iter()).into())
}

fn formatted(value: &Value, form: &str) -> Option<Text> {
    match &value.data {
        Data::Number(Number::Int(i)) if !form.is_empty() => {
            Some(Text::from(number(*i, form)?.as_str()))
        }
        // Only of numbers the format says anything.
        Data::Bool(_) | Data::Text(_) => text_of(value),
        _ if !form.is_empty() => None,
        Data::List(_) | Data::Object(_) => {
            let mut out = String::new();
            write_json(value, '\'', &mut out)?;
            Some(Text::from(out.as_str()))
        }
        Data::Null => Some(Text::from("")),
        _ => text_of(value),
    }
}

/// Padded with spaces to a width: on the left, or on the right when that is negative.
fn aligned(text: &Text, width: i64) -> Option<Text> {
    if width == 0 {
        return Some(text.clone());
    }
    let known = text.as_known()?;
    let wide = usize::try_from(width.unsigned_abs())
        .ok()
        .filter(|w| *w <= WIDEST)?;
    let spaces = " ".repeat(wide.saturating_sub(length(known)));
    Some(Text::from(
        match width > 0 {
            true => spaces + known,
            false => known.to_owned() + &spaces,
        }
        .as_str(),
    ))
}

/// .NET's standard formats for whole numbers that no culture changes, and those of digits alone.
fn number(value: i64, form: &str) -> Option<String> {
    let sign = if value < 0 { "-" } else { "" };
    let digits = value.unsigned_abs().to_string();
    if form.bytes().all(|b| b"0#,".contains(&b)) {
        return placed(value, form);
    }
    let kind = form.chars().next()?;
    let precision = match &form[kind.len_utf8()..] {
        "" => None,
        given => Some(given.parse::<usize>().ok().filter(|p| *p <= WIDEST)?),
    };
    let fraction = || match precision.unwrap_or(2) {
        0 => String::new(),
        places => format!(".{}", "0".repeat(places)),
    };
    Some(match kind {
        'D' | 'd' => format!("{sign}{digits:0>wide$}", wide = precision.unwrap_or(0)),
        'N' | 'n' => format!("{sign}{}{}", grouped(&digits), fraction()),
        'F' | 'f' => format!("{sign}{digits}{}", fraction()),
        'E' | 'e' => {
            let mantissa = scientific(value, precision.unwrap_or(6));
            // The exponent has a sign and three digits.
            let (mantissa, exponent) = mantissa.split_once('e')?;
            format!("{mantissa}{kind}+{exponent:0>3}")
        }
        // With fewer digits than the number has it is rounded.
        'G' | 'g' if precision.is_none_or(|p| p == 0 || p >= digits.len()) => {
            format!("{sign}{digits}")
        }
        'X' => format!("{value:0>wide$X}", wide = precision.unwrap_or(0)),
        'x' => format!("{value:0>wide$x}", wide = precision.unwrap_or(0)),
        _ => return None,
    })
}

/// A format of `0`, which is always written, `#`, which is not where the number has no digit, and commas
/// between them, which ask for some between thousands.
fn placed(value: i64, form: &str) -> Option<String> {
    let places: String = form.chars().filter(|c| *c != ',').collect();
    // Commas at the end divide.
    if places.is_empty() || form.ends_with(',') || places.len() > WIDEST {
        return None;
    }
    let least = places.find('0').map_or(0, |at| places.len() - at);
    let digits = match value {
        0 => String::new(),
        _ => value.unsigned_abs().to_string(),
    };
    let digits = format!("{digits:0>least$}");
    let sign = if value < 0 { "-" } else { "" };
    let inside = form.trim_start_matches(',').contains(',');
    Some(match inside {
        true => format!("{sign}{}", grouped(&digits)),
        false => format!("{sign}{digits}"),
    })
}

/// With one digit before the point; what is cut off rounds away from zero from a half on.
fn scientific(value: i64, places: usize) -> String {
    let digits = value.unsigned_abs().to_string();
    let kept = places + 1;
    let (digits, exponent) = match digits.get(..kept) {
        Some(first) if digits.len() > kept => {
            let up = digits.as_bytes()[kept] >= b'5';
            let first = first.parse::<u64>().unwrap_or_default() + u64::from(up);
            let first = first.to_string();
            let carried = first.len() - kept;
            (first[..kept].to_owned(), digits.len() - 1 + carried)
        }
        _ => (format!("{digits:0<kept$}"), digits.len() - 1),
    };
    let point = if places == 0 { "" } else { "." };
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}{point}{}e{exponent}", &digits[..1], &digits[1..])
}

/// With commas between thousands.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn string(a: &Arguments<'_, '_>) -> Option<Value> {
    let value = a.values.first()?;
    let text = match &value.data {
        Data::List(_) | Data::Object(_) => {
            let mut out = String::new();
            write_json(value, '"', &mut out)?;
            Text::from(out.as_str())
        }
        _ => text_of(value)?,
    };
    Some(text.into())
}

/// As JSON without spaces; `None` when something in it is not known.
fn write_json(value: &Value, quote: char, out: &mut String) -> Option<()> {
    if out.len() > LONGEST {
        return None;
    }
    match &value.data {
        Data::Null => out.push_str("null"),
        Data::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Data::Number(number) => out.push_str(&spelt(*number)?),
        Data::Text(text) => write_text(text.as_known()?, quote, out)?,
        Data::List(list) if list.rest.is_none() => {
            out.push('[');
            for (i, item) in list.items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_json(item, quote, out)?;
            }
            out.push(']');
        }
        Data::Object(object) if object.rest.is_none() => {
            out.push('{');
            for (i, entry) in object.entries.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_text(&entry.key, quote, out)?;
                out.push(':');
                write_json(&entry.value, quote, out)?;
            }
            out.push('}');
        }
        _ => return None,
    }
    Some(())
}

fn write_text(text: &str, quote: char, out: &mut String) -> Option<()> {
    // Line ends that JSON has no need to escape are escaped by some versions.
    if text.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
        return None;
    }
    let quoted = serde_json::to_string(text).ok()?;
    if quote == '"' {
        out.push_str(&quoted);
    } else if text.contains(['\'', '"']) {
        return None;
    } else {
        out.push(quote);
        out.push_str(&quoted[1..quoted.len() - 1]);
        out.push(quote);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_with_exponents() {
        for (value, form, expected) in [
            (1052, "E", "1.052000E+003"),
            (-1052, "e2", "-1.05e+003"),
            (9999, "E1", "1.0E+004"),
            (15, "E0", "2E+001"),
            (0, "E2", "0.00E+000"),
            (i64::MIN, "E3", "-9.223E+018"),
        ] {
            assert_eq!(number(value, form).as_deref(), Some(expected), "{form}");
        }
    }
}
