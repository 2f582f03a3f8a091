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
                // Merged mappings, and keys that Terraform converts in ways of its own.
                Event::Scalar(text, ScalarStyle::Plain, ..) if &*text == "<<" => {
                    return Err(Failure::Open);
                }
                event @ Event::Scalar(..) => self.node(event, depth + 1)?,
                _ => return Err(Failure::Open),
            };
            let key = match &plain.data {
                Data::Text(_) | Data::Bool(_) | Data::Number(Number::Int(_)) => plain.shown(),
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
    let numeric = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    if !numeric {
        return Ok(text.into());
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let decimal = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.matches('.').count() <= 1;
    // Octal and hexadecimal numbers, infinity, and what looks like a date.
    if decimal && (digits == "0" || !digits.starts_with('0') || digits.starts_with("0.")) {
        return parse_number(text)
            .map(|n| Data::Number(n).into())
            .ok_or(Failure::Open);
    }
    let date = digits.len() >= 8 && digits.bytes().take(4).all(|b| b.is_ascii_digit());
    if text.starts_with('.') && !text[1..].starts_with(|c: char| c.is_ascii_digit()) {
        let special = ["inf", "nan"].contains(&text[1..].to_lowercase().as_str());
        return if special {
            Err(Failure::Open)
        } else {
            Ok(text.into())
        };
    }
    let word = digits.contains(|c: char| !c.is_ascii_hexdigit() && !"xobB._+:-TZ ".contains(c));
    let address = digits.matches('.').count() > 1 && !digits.contains(':');
    if (word && !date) || address {
        return Ok(text.into());
    }
    Err(Failure::Open)
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
