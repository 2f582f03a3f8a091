//! `format` and `formatlist`, with the verbs of Terraform.

use super::strings::{bounded, graphemes};
use super::{items, json, text, unknown};
use crate::terraform::eval::{error, to_bool, to_number};
use crate::value::{Collection, Data, Number, Piece, Text, Value, to_text};

/// Wider fields are given up.
const WIDEST: usize = 1_000;

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    Some(match name {
        "format" => format(args),
        "formatlist" => formatlist(args),
        _ => return None,
    })
}

/// One `%…` of a format.
struct Verb {
    /// `#`, `0`, `-`, `+`, space.
    flags: String,
    width: Option<usize>,
    precision: Option<usize>,
    /// The argument, counted from one, when it is named.
    argument: Option<usize>,
    letter: char,
}

/// How a verb ends.
enum Made {
    Text(Text),
    /// It depends on what is not known.
    Open,
    /// The argument does not fit the verb.
    Unfit,
}

fn format(args: &[Value]) -> Value {
    let Some(spec) = text(args.first()) else {
        return unknown("format", args);
    };
    let values = &args[1..];
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut next, mut highest) = (0, 0);
    let mut rest = spec;
    while let Some(at) = rest.find('%') {
        pieces.push(Piece::Lit(rest[..at].into()));
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            pieces.push(Piece::Lit("%".into()));
            rest = after;
            continue;
        }
        let Some((verb, after)) = verb(rest) else {
            return error("a format that Terraform does not know");
        };
        rest = after;
        let index = verb.argument.unwrap_or(next + 1);
        next = index;
        highest = highest.max(index);
        let Some(value) = index.checked_sub(1).and_then(|i| values.get(i)) else {
            return error("a format with more verbs than arguments");
        };
        match made(&verb, value) {
            Made::Text(text) => pieces.extend(text.pieces()),
            Made::Open => return unknown("format", args),
            // Terraform looks at them once all are known.
            Made::Unfit if !values.iter().all(Value::is_fully_known) => {
                return unknown("format", args);
            }
            Made::Unfit => return error("an argument that does not fit its verb"),
        }
    }
    if highest < values.len() {
        return error("a format with fewer verbs than arguments");
    }
    pieces.push(Piece::Lit(rest.into()));
    bounded(Text::from_pieces(pieces))
}

/// Reads a verb after its `%`, and what follows it.
fn verb(text: &str) -> Option<(Verb, &str)> {
    let flags = text.len() - text.trim_start_matches(['#', '0', '-', '+', ' ']).len();
    let (flags, text) = text.split_at(flags);
    let (width, text) = digits(text);
    let (precision, text) = match text.strip_prefix('.') {
        Some(text) => {
            let (precision, text) = digits(text);
            (precision.or(Some(0)), text)
        }
        None => (None, text),
    };
    let (argument, text) = match text.strip_prefix('[') {
        Some(text) => {
            let (argument, text) = digits(text);
            (Some(argument?), text.strip_prefix(']')?)
        }
        None => (None, text),
    };
    let letter = text.chars().next()?;
    let verb = Verb {
        flags: flags.to_owned(),
        width,
        precision,
        argument,
        letter,
    };
    Some((verb, &text[letter.len_utf8()..]))
}

fn digits(text: &str) -> (Option<usize>, &str) {
    let end = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (text[..end].parse().ok(), &text[end..])
}

fn made(verb: &Verb, value: &Value) -> Made {
    let wide = [verb.width, verb.precision];
    if wide.into_iter().flatten().any(|n| n > WIDEST) || value.is_null() {
        return Made::Open;
    }
    let plain = verb.width.is_none() && verb.precision.is_none();
    let out = match verb.letter {
        'v' if verb.flags.contains('#') => return encoded(verb, value),
        's' | 'v' => match (&value.data, to_text(value)) {
            (Data::List(_) | Data::Object(_), _) if verb.letter == 'v' => {
                return encoded(verb, value);
            }
            (_, Some(text)) => match text.as_known() {
                Some(text) => truncated(verb, text),
                None if plain => return Made::Text(text),
                None => return Made::Open,
            },
            (_, None) => return Made::Unfit,
        },
        'q' => match to_text(value) {
            Some(text) => match text.as_known() {
                Some(text) => json::quoted(text),
                None => return Made::Open,
            },
            None => return Made::Unfit,
        },
        't' => match to_bool(value).map(|b| b.data) {
            Some(Data::Bool(b)) => b.to_string(),
            Some(Data::Unknown(_)) => return Made::Open,
            _ => return Made::Unfit,
        },
        'b' | 'd' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'g' | 'G' => {
            match to_number(value).map(|n| n.data) {
                Some(Data::Number(n)) => return number(verb, n),
                Some(Data::Unknown(_)) if plain && verb.letter == 'd' && verb.flags.is_empty() => {
                    return to_text(value).map_or(Made::Open, Made::Text);
                }
                Some(Data::Unknown(_)) => return Made::Open,
                _ => return Made::Unfit,
            }
        }
        _ => return Made::Unfit,
    };
    Made::Text(Text::from(&*padded(verb, out)))
}

fn encoded(verb: &Verb, value: &Value) -> Made {
    match json::encode(value) {
        Some(text) => Made::Text(Text::from(&*padded(verb, text))),
        None => Made::Open,
    }
}

fn truncated(verb: &Verb, text: &str) -> String {
    match verb.precision {
        Some(most) => graphemes(text).take(most).collect(),
        None => text.to_owned(),
    }
}

fn padded(verb: &Verb, text: String) -> String {
    let missing = verb
        .width
        .unwrap_or(0)
        .saturating_sub(graphemes(&text).count());
    match (verb.flags.contains('-'), verb.flags.contains('0')) {
        (true, _) => text + &" ".repeat(missing),
        (false, true) => match text.strip_prefix(['-', '+']) {
            // Zeros stand between a sign and the digits.
            Some(digits) if !"svq".contains(verb.letter) => {
                format!("{}{}{digits}", &text[..1], "0".repeat(missing))
            }
            _ => "0".repeat(missing) + &text,
        },
        (false, false) => " ".repeat(missing) + &text,
    }
}

fn number(verb: &Verb, n: Number) -> Made {
    let negative = n.as_f64() < 0.0;
    let digits = match (verb.letter, n) {
        ('b' | 'd' | 'o' | 'x' | 'X', Number::Int(i)) if verb.precision.is_none() => {
            let i = i.unsigned_abs();
            let prefix = |with: &'static str| if verb.flags.contains('#') { with } else { "" };
            match verb.letter {
                'b' => format!("{}{i:b}", prefix("0b")),
                'o' => format!("{}{i:o}", prefix("0")),
                'x' => format!("{}{i:x}", prefix("0x")),
                'X' => format!("{}{i:X}", prefix("0X")),
                _ => i.to_string(),
            }
        }
        ('b' | 'd' | 'o' | 'x' | 'X', Number::Float(f)) if f.fract() != 0.0 => return Made::Unfit,
        ('f' | 'e' | 'E' | 'g' | 'G', n) if n.is_exact() && !verb.flags.contains('#') => {
            match float(verb, n.as_f64().abs()) {
                Some(text) => text,
                None => return Made::Open,
            }
        }
        _ => return Made::Open,
    };
    let sign = match negative {
        true => "-",
        false if verb.flags.contains('+') => "+",
        false if verb.flags.contains(' ') => " ",
        false => "",
    };
    Made::Text(Text::from(&*padded(verb, format!("{sign}{digits}"))))
}

/// A number that is not negative. `None` where the last digit is a matter of rounding, which differs
/// between a float and Terraform's numbers.
fn float(verb: &Verb, f: f64) -> Option<String> {
    let text = match verb.letter {
        'f' => {
            let precision = verb.precision.unwrap_or(6);
            decided(f, precision)?;
            format!("{f:.precision$}")
        }
        'e' | 'E' => {
            let precision = verb.precision.unwrap_or(6);
            let exponent = if f == 0.0 { 0.0 } else { f.log10().floor() };
            decided(f / 10f64.powf(exponent), precision)?;
            exponential(&format!("{f:.precision$e}"))
        }
        _ => {
            if verb.precision.is_some() {
                return None;
            }
            // Shortest, with an exponent where that is small or large.
            let short = format!("{f:e}");
            let exponent: i32 = short.split_once('e')?.1.parse().ok()?;
            if !(-4..21).contains(&exponent) {
                exponential(&short)
            } else {
                f.to_string()
            }
        }
    };
    Some(if verb.letter.is_ascii_uppercase() {
        text.to_uppercase()
    } else {
        text
    })
}

/// Whether rounding to so many digits is clear: not half way, or half way exactly.
fn decided(f: f64, precision: usize) -> Option<()> {
    let scaled = f * 10f64.powi(i32::try_from(precision).ok()?);
    let half_way = (scaled.fract() - 0.5).abs() < 1e-6;
    let dyadic = (f * 1024.0).fract() == 0.0;
    (!half_way || dyadic).then_some(())
}

/// Go writes exponents with a sign and two digits.
fn exponential(text: &str) -> String {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}

fn formatlist(args: &[Value]) -> Value {
    let mut length = None;
    for arg in &args[1..] {
        match &arg.data {
            Data::List(list) if list.rest.is_none() => {
                if length.is_some_and(|n| n != list.items.len()) {
                    return error("lists of different lengths");
                }
                if list.items.iter().any(Value::is_null) {
                    return error("`formatlist` of null");
                }
                length = Some(list.items.len());
            }
            Data::List(_) | Data::Unknown(_) | Data::Null => return unknown("formatlist", args),
            _ => {}
        }
    }
    let rows: Vec<Value> = (0..length.unwrap_or(1))
        .map(|i| {
            let row: Vec<Value> = args
                .iter()
                .map(|a| items(Some(a)).and_then(|l| l.get(i)).unwrap_or(a).clone())
                .collect();
            format(&row)
        })
        .collect();
    Value::list(rows).of(Collection::List)
}
