//! YAML to and from strings, as Terraform's library has it: 1.2 with some of 1.1.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle, Tag};

use super::json::quoted;
use super::{first, text, unknown, unknown_or_null};
use crate::terraform::eval::error;
use crate::terraform::types::parse_number;
use crate::value::{Data, Entry, Number, Value};

/// Nodes of one document, counted through aliases.
const MOST_NODES: usize = 100_000;
/// Nesting of one document.
const DEEPEST: usize = 100;

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    Some(match name {
        "yamlencode" => encode(&first(args)).map_or_else(|| unknown(name, args), Value::from),
        "yamldecode" => match text(args.first()) {
            Some(yaml) => match decode(yaml) {
                Ok(value) => value,
                Err(Failure::Wrong) => error("`yamldecode` of what is no YAML"),
                Err(Failure::Open) => unknown_or_null(name, args),
            },
            None => unknown_or_null(name, args),
        },
        _ => return None,
    })
}

/// Why there is no value.
enum Failure {
    /// Terraform refuses it too.
    Wrong,
    /// It uses what is not read here.
    Open,
}

fn decode(text: &str) -> Result<Value, Failure> {
    let mut reader = Reader {
        events: Parser::new_from_str(text),
        anchors: HashMap::new(),
        nodes: 0,
    };
    let (mut value, mut documents) = (None, 0);
    loop {
        match reader.next()? {
            Event::StreamEnd => break,
            Event::DocumentStart(..) => {
                documents += 1;
                let event = reader.next()?;
                value = Some(reader.node(event, 0)?);
            }
            _ => {}
        }
    }
    match value {
        Some(value) if documents == 1 => Ok(value),
        _ => Err(Failure::Wrong),
    }
}

struct Reader<'t, I: Iterator<Item = Parsed<'t>>> {
    events: I,
    anchors: HashMap<usize, Value>,
    nodes: usize,
}

type Parsed<'t> = Result<(Event<'t>, granit_parser::Span), granit_parser::ScanError>;

impl<'t, I: Iterator<Item = Parsed<'t>>> Reader<'t, I> {
    fn next(&mut self) -> Result<Event<'t>, Failure> {
        match self.events.next() {
            Some(Ok((event, _))) => Ok(event),
            _ => Err(Failure::Wrong),
        }
    }

    fn node(&mut self, event: Event<'t>, depth: usize) -> Result<Value, Failure> {
        self.nodes += 1;
        if depth > DEEPEST || self.nodes > MOST_NODES {
            return Err(Failure::Open);
        }
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                (scalar(&text, style, tag.as_deref())?, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break,
                        event => items.push(self.node(event, depth + 1)?),
                    }
                }
                if tag.is_some() {
                    return Err(Failure::Open);
                }
                (Value::list(items), anchor)
            }
            Event::MappingStart(_, anchor, tag) => {
                let value = self.mapping(depth)?;
                if tag.is_some() {
                    return Err(Failure::Open);
                }
                (value, anchor)
            }
            // What it stands for may be large, and be repeated: shared, but counted.
            Event::Alias(id) => return self.anchors.get(&id).cloned().ok_or(Failure::Wrong),
            _ => return Err(Failure::Open),
        };
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
        Ok(value)
    }

    fn mapping(&mut self, depth: usize) -> Result<Value, Failure> {
        let mut entries = Vec::new();
        loop {
            let plain = match self.next()? {
                Event::MappingEnd => break,
                // What is merged comes at its place: later entries win. It has to be one mapping.
                Event::Scalar(text, ..) if &*text == "<<" => {
                    let event = self.next()?;
                    match self.node(event, depth + 1)?.data {
                        Data::Object(merged) => entries.extend(merged.entries.iter().cloned()),
                        _ => return Err(Failure::Wrong),
                    }
                    continue;
                }
                event @ Event::Scalar(..) => self.node(event, depth + 1)?,
                Event::SequenceStart(..) | Event::MappingStart(..) => return Err(Failure::Wrong),
                _ => return Err(Failure::Open),
            };
            let key = match &plain.data {
                Data::Null => return Err(Failure::Wrong),
                Data::Text(_) | Data::Bool(_) => plain.shown(),
                Data::Number(number) if number.is_exact() => plain.shown(),
                _ => return Err(Failure::Open),
            };
            let event = self.next()?;
            entries.push(Entry::new(&key, self.node(event, depth + 1)?));
        }
        Ok(Value::object(entries))
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Value, Failure> {
    match tag.map(|t| t.core_suffix()) {
        Some(Some("str")) => return Ok(text.into()),
        Some(_) => return Err(Failure::Open),
        None => {}
    }
    if style != ScalarStyle::Plain {
        return Ok(text.into());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::null()),
        "y" | "Y" | "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => {
            return Ok(true.into());
        }
        "n" | "N" | "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            return Ok(false.into());
        }
        _ => {}
    }
    if ["inf", "nan"].contains(
        &text
            .trim_start_matches(['-', '+', '.'])
            .to_lowercase()
            .as_str(),
    ) {
        return Err(Failure::Open);
    }
    if let Some(number) = integer(text).or_else(|| decimal(text)) {
        return Ok(Data::Number(number).into());
    }
    Ok(timestamp(text).map_or_else(|| text.into(), Value::from))
}

/// `0x1f` and `0o17`, which have no sign.
fn integer(text: &str) -> Option<Number> {
    let (digits, base) = match (text.strip_prefix("0x"), text.strip_prefix("0o")) {
        (Some(digits), _) => (digits, 16),
        (_, Some(digits)) => (digits, 8),
        _ => return None,
    };
    let plain = digits.starts_with(|c: char| c.is_ascii_alphanumeric());
    let number = i64::from_str_radix(digits, base).ok().filter(|_| plain)?;
    Some(Number::Int(number))
}

/// Digits may stand on one side of the point only, and begin with zeros.
fn decimal(text: &str) -> Option<Number> {
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) if text.starts_with('-') => ("-", digits),
        Some(digits) => ("", digits),
        None => ("", text),
    };
    let (digits, exponent) = match digits.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, Some(exponent)),
        None => (digits, None),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let power = exponent.map(|e| e.strip_prefix(['-', '+']).unwrap_or(e));
    if !(all_digits(whole) && all_digits(fraction))
        || (whole.is_empty() && fraction.is_empty())
        || power.is_some_and(|p| p.is_empty() || !all_digits(p))
    {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let mut plain = format!("{sign}{whole}");
    if !fraction.is_empty() {
        plain += &format!(".{fraction}");
    }
    if let Some(exponent) = exponent {
        plain += &format!("e{exponent}");
    }
    parse_number(&plain)
}

/// A point in time, which Terraform writes as RFC 3339 has it, in whole seconds. Days and months may have
/// one digit; a time without a zone is one of UTC.
fn timestamp(text: &str) -> Option<String> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = parts.next().filter(|y| y.len() == 4)?;
    let (month, day) = (parts.next()?, parts.next()?);
    let mut clock = time.unwrap_or("0:0:0");
    let mut zone = "Z";
    if time.is_some() && !text.contains(' ') {
        let at = clock.find(['Z', '+', '-'])?;
        (clock, zone) = clock.split_at(at);
    }
    let clock = match clock.split_once('.') {
        Some((clock, fraction)) if fraction.bytes().all(|b| b.is_ascii_digit()) => clock,
        Some(_) => return None,
        None => clock,
    };
    let mut parts_of_day = clock.split(':');
    let (hour, minute, second) = (
        parts_of_day.next()?,
        parts_of_day.next()?,
        parts_of_day.next()?,
    );
    if parts.next().is_some() || parts_of_day.next().is_some() {
        return None;
    }
    let pair = |text: &str| {
        let digits = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| format!("{text:0>2}"))
    };
    let (month, day) = (pair(month)?, pair(day)?);
    let (hour, minute, second) = (pair(hour)?, pair(minute)?, pair(second)?);
    let out = format!("{year}-{month}-{day}T{hour}:{minute}:{second}{zone}");
    // Whether there is such a time.
    super::dates::point(&out).map(|_| out)
}

/// As Terraform writes it: strings in quotes, keys sorted. `None` when not all of it is known, or the
/// text would be written in a form that is not written here.
fn encode(value: &Value) -> Option<String> {
    let mut out = String::new();
    match &value.data {
        Data::List(list) if !list.items.is_empty() => block(value, 0, &mut out)?,
        Data::Object(object) if !object.entries.is_empty() => block(value, 0, &mut out)?,
        _ => {
            inline(value, 0, &mut out)?;
            if !out.ends_with('\n') {
                out.push('\n');
            }
            // Plain scalars end the document.
            if matches!(value.data, Data::Null | Data::Bool(_) | Data::Number(_)) {
                out.push_str("...\n");
            }
        }
    }
    Some(out)
}

/// A list or mapping over several lines, at an indentation.
fn block(value: &Value, indent: usize, out: &mut String) -> Option<()> {
    let margin = " ".repeat(indent);
    match &value.data {
        Data::List(list) if list.rest.is_none() => {
            for item in list.items.iter() {
                out.push_str(&margin);
                out.push_str("- ");
                if nested(item) {
                    // The first line of what is inside stands behind the dash.
                    let mut inner = String::new();
                    block(item, indent + 2, &mut inner)?;
                    out.push_str(inner.trim_start_matches(' '));
                } else {
                    line(item, indent, out)?;
                }
            }
        }
        Data::Object(object) if object.rest.is_none() => {
            let mut entries: Vec<&Entry> = object.entries.iter().collect();
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            for entry in entries {
                out.push_str(&margin);
                out.push_str(&quoted(&entry.key));
                out.push(':');
                if nested(&entry.value) {
                    out.push('\n');
                    // Lists are not indented below their key.
                    let list = entry.value.as_list().is_some();
                    block(&entry.value, if list { indent } else { indent + 2 }, out)?;
                } else {
                    out.push(' ');
                    line(&entry.value, indent, out)?;
                }
            }
        }
        _ => return None,
    }
    Some(())
}

fn nested(value: &Value) -> bool {
    match &value.data {
        Data::List(list) => !list.items.is_empty(),
        Data::Object(object) => !object.entries.is_empty(),
        _ => false,
    }
}

fn line(value: &Value, indent: usize, out: &mut String) -> Option<()> {
    inline(value, indent, out)?;
    if !out.ends_with('\n') {
        out.push('\n');
    }
    Some(())
}

fn inline(value: &Value, indent: usize, out: &mut String) -> Option<()> {
    match &value.data {
        Data::Null => out.push_str("null"),
        Data::Bool(b) => out.push_str(&b.to_string()),
        Data::Number(n) if n.is_exact() => out.push_str(&n.to_string()),
        Data::Text(text) => {
            let text = text.as_known()?;
            if !text.contains('\n') {
                let plain = text.chars().all(|c| !c.is_control() && c != '\u{feff}');
                return plain.then(|| out.push_str(&quoted(text)));
            }
            // Several lines are written as such, unless their spaces would be lost.
            let simple = text.ends_with('\n')
                && !text.ends_with("\n\n")
                && !text.starts_with([' ', '\n'])
                && text.lines().all(|l| !l.ends_with(' '))
                && text.chars().all(|c| c == '\n' || !c.is_control());
            if !simple {
                return None;
            }
            out.push_str("|\n");
            for line in text.lines() {
                if !line.is_empty() {
                    out.push_str(&" ".repeat(indent + 2));
                    out.push_str(line);
                }
                out.push('\n');
            }
        }
        Data::List(list) if list.rest.is_none() => out.push_str("[]"),
        Data::Object(object) if object.rest.is_none() => out.push_str("{}"),
        _ => return None,
    }
    Some(())
}
