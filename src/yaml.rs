//! YAML files of users: their values with the places where they stand, their mistakes as problems.

use std::ops::Range;

use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_saphyr::{Error, Location};

use crate::declared::Problem;
use crate::source::{FileId, Span};
use crate::suggest;

pub(crate) use serde_saphyr::Spanned;

/// Reads a YAML document. An empty one is an empty mapping.
///
/// # Errors
/// The first mistake, at its place, with the nearest name where one is misspelt.
pub(crate) fn parse<T: DeserializeOwned>(file: FileId, text: &str) -> Result<T, Problem> {
    let nothing = text.lines().all(|line| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line == "---"
    });
    let text = if nothing { "{}" } else { text };
    serde_saphyr::from_str(text).map_err(|error| problem(file, text, &error))
}

fn problem(file: FileId, text: &str, error: &Error) -> Problem {
    let error = error.without_snippet();
    let message = match error {
        Error::SerdeUnknownField {
            field, expected, ..
        } => suggest::unknown("key", field, expected.iter().copied()),
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => suggest::unknown("value", variant, expected.iter().copied()),
        Error::SerdeMissingField { field, .. } => format!("the key `{field}` is missing"),
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("the key `{key}` is there twice")
        }
        Error::Unexpected { expected, .. } if expected.starts_with("sequence") => {
            "a list is needed here".to_owned()
        }
        Error::Unexpected { expected, .. } if expected.starts_with("mapping") => {
            "a mapping is needed here".to_owned()
        }
        other => other
            .to_string()
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned(),
    };
    match error.location() {
        Some(location) => Problem::at(span(file, text, location), message),
        None => Problem::at(Span::new(file, 0..0), message),
    }
}

/// The bytes at a location; to the end of its line when the library does not know its length.
pub(crate) fn span(file: FileId, text: &str, location: Location) -> Span {
    let found = location.span();
    let start = found
        .byte_offset()
        .map_or(text.len(), |at| (at as usize).min(text.len()));
    let length = found.byte_len().filter(|length| *length > 0);
    let end = match length {
        Some(length) => (start + length as usize).min(text.len()),
        None => text[start..].find('\n').map_or(text.len(), |at| start + at),
    };
    let written = text.get(start..end).unwrap_or_default().trim_end();
    Span::new(file, start..start + written.len())
}

/// A mapping in the order written, with the places of its keys.
#[derive(Clone, Debug)]
pub(crate) struct Entries<V>(pub Vec<(Spanned<String>, V)>);

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Entries(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect<V>(std::marker::PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Collect<V> {
            type Value = Entries<V>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a mapping")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<V>, A::Error> {
                let mut entries: Vec<(Spanned<String>, V)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<Spanned<String>, V>()? {
                    if entries.iter().any(|(known, _)| known.value == key.value) {
                        let twice = format!("the key `{}` is there twice", key.value);
                        return Err(de::Error::custom(twice));
                    }
                    entries.push((key, value));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Collect(std::marker::PhantomData))
    }
}

/// Any document, with the place of each value.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    /// A text; others than texts are empty.
    Scalar(String),
    List(Vec<Spanned<Tree>>),
    Mapping(Vec<(String, Spanned<Tree>)>),
}

impl Tree {
    /// The value that keys and indexes lead to; as far as they do.
    pub(crate) fn find(&self, path: &[String]) -> Option<&Spanned<Tree>> {
        let (first, rest) = path.split_first()?;
        let next = match self {
            Tree::Scalar(_) => None,
            Tree::List(items) => items.get(first.parse::<usize>().ok()?),
            Tree::Mapping(entries) => entries.iter().find(|(key, _)| key == first).map(|e| &e.1),
        }?;
        Some(next.value.find(rest).unwrap_or(next))
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Tree;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a value")
            }

            fn visit_bool<E>(self, _: bool) -> Result<Tree, E> {
                Ok(Tree::Scalar(String::new()))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Tree, E> {
                Ok(Tree::Scalar(String::new()))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Tree, E> {
                Ok(Tree::Scalar(String::new()))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Tree, E> {
                Ok(Tree::Scalar(String::new()))
            }

            fn visit_unit<E>(self) -> Result<Tree, E> {
                Ok(Tree::Scalar(String::new()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
                Ok(Tree::Scalar(text.to_owned()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Tree::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Tree::Mapping(entries))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Where some bytes of a scalar stand in the text, whatever its style: quoted, plain over several lines, a
/// block. `start`: where the scalar starts. `None` where an escape stands in the way.
pub(crate) fn written_range(
    text: &str,
    start: usize,
    decoded: &str,
    bytes: &Range<usize>,
) -> Option<Range<usize>> {
    let mut at = start;
    match text[start..].chars().next()? {
        // What follows the sign of a block is its header.
        '|' | '>' => at += text[start..].find('\n')? + 1,
        '"' | '\'' => at += 1,
        _ => {}
    }
    let mut from = None;
    // Up to the last byte: what follows a range at the end of a line is not its own.
    let last = bytes.end.max(bytes.start + 1);
    for (offset, wanted) in decoded.char_indices().take_while(|(o, _)| *o < last) {
        if offset <= bytes.start {
            from = Some(at);
        }
        let mut rest = text[at..].chars();
        if wanted.is_whitespace() {
            // One that is written as it is, or the end of a line with what surrounds it.
            let next = rest.clone().nth(1);
            let exact = text[at..].starts_with(wanted) && wanted != '\n' && next != Some('\n');
            let blanks = rest.by_ref().take_while(|c| c.is_whitespace());
            at += match exact {
                true => wanted.len_utf8(),
                false => blanks.map(char::len_utf8).sum(),
            };
            continue;
        }
        let indent = rest.clone().take_while(|c| c.is_whitespace());
        at += indent.map(char::len_utf8).sum::<usize>();
        if offset <= bytes.start {
            from = Some(at);
        }
        if !text[at..].starts_with(wanted) {
            // `''` and `\"`
            at += 1;
        }
        if !text.get(at..)?.starts_with(wanted) {
            return None;
        }
        at += wanted.len_utf8();
    }
    Some(from?..at)
}
