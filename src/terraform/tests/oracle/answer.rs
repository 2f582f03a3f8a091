//! What Terraform makes of an expression, as it is recorded, and whether a value agrees with it.

use std::collections::BTreeMap;

use jsonc_parser::JsonValue;

use crate::terraform::eval::is_error;
use crate::value::{Data, Value};

/// How an unknown is written: as Terraform does in its plans.
const UNKNOWN: &str = "(known after apply)";

/// What Terraform says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    Null,
    Bool(bool),
    /// In full: Terraform's JSON has all digits.
    Number(String),
    Text(String),
    List(Vec<Answer>),
    Object(BTreeMap<String, Answer>),
    Unknown,
    Error,
}

/// How a value relates to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Same,
    /// Terraform knows, azvet does not.
    Open,
    /// Terraform refuses it, azvet has a value.
    Unnoticed,
    Wrong,
}

impl Answer {
    /// Reads a recorded line.
    pub(super) fn parse(line: &str) -> Answer {
        if line == "error" {
            return Answer::Error;
        }
        match jsonc_parser::parse_to_value(line, &Default::default()) {
            Ok(Some(value)) => Answer::from_json(value),
            other => panic!("no answer: {line}: {other:?}"),
        }
    }

    /// As [`Answer::parse`] reads it.
    pub(super) fn line(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        match self {
            Answer::Null => "null".into(),
            Answer::Bool(b) => b.to_string(),
            Answer::Number(n) => n.clone(),
            Answer::Text(text) => quoted(text),
            Answer::List(items) => {
                let items: Vec<String> = items.iter().map(Answer::line).collect();
                format!("[{}]", items.join(", "))
            }
            Answer::Object(entries) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(k, v)| format!("{}: {}", quoted(k), v.line()))
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
            Answer::Unknown => quoted(UNKNOWN),
            Answer::Error => "error".into(),
        }
    }

    pub(super) fn from_json(value: JsonValue<'_>) -> Answer {
        match value {
            JsonValue::Null => Answer::Null,
            JsonValue::Boolean(b) => Answer::Bool(b),
            JsonValue::Number(n) => Answer::Number(n.to_owned()),
            JsonValue::String(s) if s == UNKNOWN => Answer::Unknown,
            JsonValue::String(s) => Answer::Text(s.into_owned()),
            JsonValue::Array(items) => Answer::List(
                items
                    .take_inner()
                    .into_iter()
                    .map(Answer::from_json)
                    .collect(),
            ),
            JsonValue::Object(entries) => Answer::Object(
                entries
                    .take_inner()
                    .into_iter()
                    .map(|(k, v)| (k.into_owned(), Answer::from_json(v)))
                    .collect(),
            ),
        }
    }

    /// The entry of an object.
    pub(super) fn get(&self, key: &str) -> Option<&Answer> {
        match self {
            Answer::Object(entries) => entries.get(key),
            _ => None,
        }
    }

    /// Puts in what a plan lists beside its values: `true` where they are not known.
    pub(super) fn overlay(self, unknown: &serde_json::Value) -> Answer {
        match (self, unknown) {
            (_, serde_json::Value::Bool(true)) => Answer::Unknown,
            (Answer::List(mut items), serde_json::Value::Array(unknown)) => {
                items.resize(items.len().max(unknown.len()), Answer::Null);
                for (item, unknown) in items.iter_mut().zip(unknown) {
                    *item = std::mem::replace(item, Answer::Null).overlay(unknown);
                }
                Answer::List(items)
            }
            (Answer::Object(mut entries), serde_json::Value::Object(unknown)) => {
                for (key, unknown) in unknown {
                    let known = entries.remove(key).unwrap_or(Answer::Null);
                    let nothing = known == Answer::Null && *unknown == false;
                    if !nothing {
                        entries.insert(key.clone(), known.overlay(unknown));
                    }
                }
                Answer::Object(entries)
            }
            (answer, _) => answer,
        }
    }

    /// Whether the value is what Terraform says. What Terraform does not know may be anything.
    pub(super) fn judge(&self, value: &Value) -> Verdict {
        let all = |parts: &mut dyn Iterator<Item = Verdict>| parts.max().unwrap_or(Verdict::Same);
        match (self, &value.data) {
            (Answer::Unknown, _) => Verdict::Same,
            (Answer::Error, _) => {
                if holds_error(value) {
                    Verdict::Same
                } else if value.is_fully_known() {
                    Verdict::Unnoticed
                } else {
                    Verdict::Open
                }
            }
            (_, Data::Unknown(_)) if is_error(value) => Verdict::Wrong,
            (_, Data::Unknown(_)) => Verdict::Open,
            (_, Data::Cases(cases)) => {
                let sides = [self.judge(&cases.then), self.judge(&cases.otherwise)];
                match sides.iter().min() {
                    Some(Verdict::Wrong) => Verdict::Wrong,
                    _ => Verdict::Open,
                }
            }
            (Answer::Null, Data::Null) => Verdict::Same,
            (Answer::Bool(a), Data::Bool(b)) if a == b => Verdict::Same,
            (Answer::Number(_), Data::Number(b)) if !b.is_exact() => Verdict::Open,
            (Answer::Number(a), Data::Number(b)) if *a == b.to_string() => Verdict::Same,
            (Answer::Text(a), Data::Text(b)) => match b.as_known() {
                Some(b) if a == b => Verdict::Same,
                None => Verdict::Open,
                _ => Verdict::Wrong,
            },
            (Answer::List(a), Data::List(b)) => match &b.rest {
                Some(_) => Verdict::Open,
                None if a.len() != b.items.len() => Verdict::Wrong,
                None => {
                    let in_order = all(&mut a.iter().zip(b.items.iter()).map(|(a, b)| a.judge(b)));
                    match a.contains(&Answer::Unknown) {
                        true => in_order.min(any_order(a, &b.items)),
                        false => in_order,
                    }
                }
            },
            (Answer::Object(a), Data::Object(b)) => {
                let same = a.len() == b.entries.len();
                if b.rest.is_none() && !same {
                    return Verdict::Wrong;
                }
                all(&mut a.iter().map(|(key, a)| match b.get(key) {
                    Some(b) => a.judge(&b.value),
                    None if b.rest.is_some() => Verdict::Open,
                    None => Verdict::Wrong,
                }))
            }
            _ => Verdict::Wrong,
        }
    }
}

/// The same without regard to places: in a plan the unknown members of a set come last.
fn any_order(answers: &[Answer], values: &[Value]) -> Verdict {
    let mut left: Vec<&Value> = values.iter().collect();
    let mut known = answers.iter().filter(|a| **a != Answer::Unknown);
    let found = known.all(|answer| {
        let place = left.iter().position(|v| answer.judge(v) == Verdict::Same);
        place.map(|i| left.remove(i)).is_some()
    });
    match found {
        true => Verdict::Same,
        false => Verdict::Wrong,
    }
}

fn holds_error(value: &Value) -> bool {
    match &value.data {
        Data::List(list) => list.items.iter().any(holds_error),
        Data::Object(object) => object.entries.iter().any(|e| holds_error(&e.value)),
        _ => is_error(value),
    }
}
