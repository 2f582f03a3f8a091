//! The JSON of a plan as it stands in the file, and its parts as values with their places.

use std::sync::Arc;

use jsonc_parser::ast::{ObjectProp, ObjectPropName, StringLit, Value as Ast};
use jsonc_parser::common::{Range, Ranged as _};
use jsonc_parser::{CollectOptions, parse_to_ast};

use crate::declared::Problem;
use crate::source::{FileId, Span};
use crate::terraform::syntax::json::plain;
use crate::value::{Data, Entry, Number, Object, Value};

/// A part of a document.
#[derive(Clone, Copy)]
pub(super) struct Json<'a> {
    file: FileId,
    ast: &'a Ast<'a>,
}

/// Parses strict JSON and hands it to `read`.
///
/// # Errors
/// The first syntax error.
pub(super) fn parse<R>(
    file: FileId,
    text: &str,
    read: impl FnOnce(Json<'_>) -> R,
) -> Result<R, Problem> {
    const AGAIN: &str = "write the file again: `terraform show -json FILE > plan.json`";
    let parsed = parse_to_ast(text, &CollectOptions::default(), &plain()).map_err(|error| {
        let range = error.range();
        let span = Span::new(file, range.start..range.end.max(range.start));
        Problem::at(span, format!("not valid JSON: {}", error.kind())).help(AGAIN)
    })?;
    match &parsed.value {
        Some(ast) => Ok(read(Json { file, ast })),
        None => Err(Problem::at(Span::new(file, 0..0), "the file is empty").help(AGAIN)),
    }
}

impl<'a> Json<'a> {
    fn at(self, range: Range) -> Span {
        Span::new(self.file, range.start..range.end)
    }

    /// Between the quotes.
    fn inside(self, literal: &StringLit<'_>) -> Span {
        let end = literal.range.end.saturating_sub(1);
        let start = (literal.range.start + 1).min(end);
        Span::new(self.file, start..end)
    }

    /// Where it stands; of a string what is between the quotes.
    pub(super) fn span(self) -> Span {
        match self.ast {
            Ast::StringLit(literal) => self.inside(literal),
            other => self.at(other.range()),
        }
    }

    /// The member of this name. Of several the last counts, as for Terraform's own reader.
    pub(super) fn get(self, name: &str) -> Option<Json<'a>> {
        self.members()
            .rfind(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// The member at the end of a path of members.
    pub(super) fn path(self, names: &[&str]) -> Option<Json<'a>> {
        names.iter().try_fold(self, |json, name| json.get(name))
    }

    /// The members of an object; none of anything else.
    pub(super) fn members(self) -> impl DoubleEndedIterator<Item = (&'a str, Json<'a>)> {
        let properties = match self.ast {
            Ast::Object(object) => &object.properties[..],
            _ => &[],
        };
        properties.iter().map(move |p| {
            (
                p.name.as_str(),
                Json {
                    file: self.file,
                    ast: &p.value,
                },
            )
        })
    }

    /// The items of an array; none of anything else.
    pub(super) fn items(self) -> impl ExactSizeIterator<Item = Json<'a>> {
        let items = match self.ast {
            Ast::Array(array) => &array.elements[..],
            _ => &[],
        };
        items.iter().map(move |ast| Json {
            file: self.file,
            ast,
        })
    }

    /// Of an array.
    pub(super) fn is_array(self) -> bool {
        matches!(self.ast, Ast::Array(_))
    }

    /// Of an object.
    pub(super) fn is_object(self) -> bool {
        matches!(self.ast, Ast::Object(_))
    }

    /// The string.
    pub(super) fn text(self) -> Option<&'a str> {
        match self.ast {
            Ast::StringLit(literal) => Some(&literal.value),
            _ => None,
        }
    }

    /// Exactly this boolean.
    pub(super) fn is(self, wanted: bool) -> bool {
        matches!(self.ast, Ast::BooleanLit(found) if found.value == wanted)
    }

    /// `null`.
    pub(super) fn is_null(self) -> bool {
        matches!(self.ast, Ast::NullKeyword(_))
    }

    /// All of it as a value; every part knows its place.
    pub(super) fn value(self) -> Value {
        let value: Value = match self.ast {
            Ast::NullKeyword(_) => Value::null(),
            Ast::BooleanLit(found) => found.value.into(),
            Ast::NumberLit(number) => Data::Number(number_of(number.value)).into(),
            Ast::StringLit(literal) => Value::from(&*literal.value),
            Ast::Array(_) => Value::list(self.items().map(Json::value).collect()),
            Ast::Object(_) => return self.map(|_, member| member.value()),
        };
        value.at(self.span())
    }

    /// An object with `of` each member; an empty one where it is no object.
    pub(super) fn map(self, of: impl Fn(&'a str, Json<'a>) -> Value) -> Value {
        let properties = match self.ast {
            Ast::Object(object) => &object.properties[..],
            _ => &[],
        };
        let entry = |p: &'a ObjectProp<'a>| {
            let member = Json {
                ast: &p.value,
                ..self
            };
            self.entry(&p.name, of(p.name.as_str(), member))
        };
        let object = Object::known(properties.iter().map(entry).collect());
        Value::from(object).at(self.span())
    }

    fn entry(self, name: &ObjectPropName<'_>, value: Value) -> Entry {
        let key_span = match name {
            ObjectPropName::String(literal) => self.inside(literal),
            ObjectPropName::Word(word) => self.at(word.range),
        };
        Entry {
            key: Arc::from(name.as_str()),
            key_span: Some(key_span),
            value,
        }
    }
}

fn number_of(text: &str) -> Number {
    text.parse().map_or_else(
        |_| Number::from(text.parse::<f64>().unwrap_or(f64::NAN)),
        Number::Int,
    )
}
