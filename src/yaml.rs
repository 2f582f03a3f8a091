//! YAML files of users: their values with the places where they stand, their mistakes as problems.

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
