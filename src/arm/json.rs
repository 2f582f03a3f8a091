//! JSON text to a [`Node`] tree. The only file that knows the JSON parser.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use jsonc_parser::ast::{ObjectPropName, StringLit, Value as Json};
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::expression;
use super::limits::{BYTES, is_too_large};
use super::template::{Formula, Kind, Node, Property};
use crate::declared::Problem;
use crate::source::{FileId, Source, Span};
use crate::value::{Entry, Number, Value};

/// What Resource Manager takes beyond plain JSON, as documents tell:
/// - comments and strings over several lines: MicrosoftDocs/azure-docs,
///   articles/azure-resource-manager/templates/syntax.md;
/// - trailing commas: Azure/azure-powershell issue 353, where they are left to the service, which takes them;
/// - strings in single quotes and bare property names: Microsoft's own reader of templates is Json.NET's as it comes
///   (Azure/bicep, src/Bicep.Decompiler/ArmHelpers/JTokenHelpers.cs), which takes them (JamesNK/Newtonsoft.Json, issue 818);
/// - a property that is written twice, of which the last counts, with the same reader; several `copy` in one object all
///   count (microsoft/vscode-azurearmtools issue 646).
///
/// The Azure CLI and the portal refuse some of it before they send it.
fn options() -> ParseOptions {
    ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: true,
        allow_missing_commas: false,
        allow_single_quoted_strings: true,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// The tree of a file's text.
///
/// # Errors
/// The first syntax error, or that there is more than Resource Manager takes.
pub fn parse(file: FileId, text: &str) -> Result<Node, Problem> {
    if is_too_large(text) {
        let message = format!("the file is larger than {} MB", BYTES >> 20);
        return Err(Problem::at(Span::new(file, 0..0), message).help(
            "Resource Manager takes no larger templates and parameter files, and azvet reads none; split it into linked templates",
        ));
    }
    let parsed = parse_to_ast(text, &CollectOptions::default(), &options())
        .map_err(|error| problem(file, &error))?;
    if let Some(at) = text.find('\0') {
        return Err(Problem::at(
            Span::new(file, at..at + 1),
            "this is not valid JSON: a NUL byte",
        )
        .help("Resource Manager refuses the file as well; mend it here"));
    }
    match parsed.value {
        Some(value) => Ok(Reader { file, text }.node(value)),
        None => Err(Problem::at(
            Span::new(file, 0..text.len()),
            "the file holds no JSON value",
        )
        .help("a template is an object: `{ \"$schema\": …, \"resources\": [ … ] }`")),
    }
}

/// Tells of properties that an object has twice with different values: the last counts, and what is
/// written first is lost. Several `copy` all count.
pub fn duplicates(root: &Node, source: &Source) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        open.extend(node.elements());
        open.extend(node.properties().iter().map(|p| &p.value));
        let mut seen: HashMap<&str, &Property> = HashMap::new();
        for property in node.properties() {
            let key = &*property.key;
            let Some(first) = seen.insert(key, property) else {
                continue;
            };
            let written = |p: &Property| source.text.get(p.value.span.range());
            if key.eq_ignore_ascii_case("copy") || written(first) == written(property) {
                continue;
            }
            let line = source.position(first.key_span.start).line;
            let message = format!("`{key}` stands in this object already, at line {line}");
            found.push(Problem::at(property.key_span, message).help(
                "Resource Manager takes the last and drops what is written first; bring them together",
            ));
        }
    }
    found
}

/// A JSON text as a plain value, for the `json` function; it has no places.
pub fn parse_value(text: &str) -> Option<Value> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &options()).ok()?;
    Some(plain(parsed.value?))
}

fn plain(json: Json<'_>) -> Value {
    match json {
        Json::NullKeyword(_) => Value::null(),
        Json::BooleanLit(b) => b.value.into(),
        Json::NumberLit(n) => crate::value::Data::Number(number(n.value)).into(),
        Json::StringLit(s) => Value::from(&*s.value),
        Json::Array(array) => Value::list(array.elements.into_iter().map(plain).collect()),
        Json::Object(object) => Value::object(
            object
                .properties
                .into_iter()
                .map(|p| Entry::new(p.name.as_str(), plain(p.value)))
                .collect(),
        ),
    }
}

fn number(text: &str) -> Number {
    text.parse().map_or_else(
        |_| Number::from(text.parse::<f64>().unwrap_or(f64::NAN)),
        Number::Int,
    )
}

struct Reader<'t> {
    file: FileId,
    text: &'t str,
}

impl Reader<'_> {
    fn node(&self, json: Json<'_>) -> Node {
        let range = json.range();
        let span = Span::new(self.file, range.start..range.end);
        let kind = match json {
            Json::NullKeyword(_) => Kind::Null,
            Json::BooleanLit(b) => Kind::Bool(b.value),
            Json::NumberLit(n) => Kind::Number(number(n.value)),
            Json::StringLit(s) => return self.string(s),
            Json::Array(array) => {
                Kind::Array(array.elements.into_iter().map(|e| self.node(e)).collect())
            }
            Json::Object(object) => {
                let property = |p: jsonc_parser::ast::ObjectProp<'_>| {
                    let value = self.node(p.value);
                    let (key, node) = match p.name {
                        ObjectPropName::String(s) => ((&*s.value).into(), self.string(s)),
                        ObjectPropName::Word(w) => {
                            let key: Arc<str> = w.value.into();
                            let span = Span::new(self.file, w.range.start..w.range.end);
                            let kind = Kind::Text(key.clone());
                            (key, Node { span, kind })
                        }
                    };
                    Property {
                        key,
                        computed: match node.kind {
                            Kind::Expression(formula) => Some(formula),
                            _ => None,
                        },
                        key_span: node.span,
                        value,
                    }
                };
                Kind::Object(object.properties.into_iter().map(property).collect())
            }
        };
        Node { span, kind }
    }

    /// What is between the quotes.
    fn inside(&self, s: &StringLit<'_>) -> std::ops::Range<usize> {
        let end = s.range.end.saturating_sub(1).max(s.range.start + 1);
        (s.range.start + 1).min(end)..end
    }

    fn string(&self, s: StringLit<'_>) -> Node {
        let range = self.inside(&s);
        let span = Span::new(self.file, range.clone());
        let inner = s
            .value
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let kind = match inner {
            Some(rest) if rest.starts_with('[') => Kind::Text(s.value[1..].into()),
            Some(_) => {
                let offsets = match &s.value {
                    Cow::Borrowed(_) => Offsets::plain(range.start),
                    Cow::Owned(_) => {
                        Offsets::escaped(range.start, self.text.get(range).unwrap_or_default())
                    }
                };
                let text: Arc<str> = s.value.into();
                let expr = expression::parse(&text, span, &offsets);
                Kind::Expression(Arc::new(Formula { text, expr }))
            }
            None => Kind::Text(s.value.into()),
        };
        Node { span, kind }
    }
}

/// Where the bytes of a decoded string stand in the file.
#[derive(Debug)]
pub struct Offsets {
    start: usize,
    /// Decoded position and the file's position from there on, after each escape.
    jumps: Vec<(usize, usize)>,
}

impl Offsets {
    /// A string without escapes, at `start`.
    pub fn plain(start: usize) -> Offsets {
        Offsets {
            start,
            jumps: Vec::new(),
        }
    }

    /// A string at `start` with escapes as in `raw`.
    pub fn escaped(start: usize, raw: &str) -> Offsets {
        let bytes = raw.as_bytes();
        let mut jumps = Vec::new();
        let (mut from, mut to) = (0, 0);
        while from < bytes.len() {
            if bytes[from] != b'\\' {
                from += 1;
                to += 1;
                continue;
            }
            let hex = |at: usize| {
                let digits = raw
                    .get(at + 2..at + 6)
                    .filter(|_| bytes.get(at + 1) == Some(&b'u'));
                digits.and_then(|d| u32::from_str_radix(d, 16).ok())
            };
            let (read, written) = match hex(from) {
                None => (2, 1),
                Some(0xD800..=0xDBFF) if hex(from + 6).is_some() => (12, 4),
                Some(unit) => (6, char::from_u32(unit).map_or(3, char::len_utf8)),
            };
            from += read;
            to += written;
            jumps.push((to, start + from));
        }
        Offsets { start, jumps }
    }

    /// The place in the file of decoded byte `at`.
    pub fn source(&self, at: usize) -> usize {
        let after = self.jumps.partition_point(|(decoded, _)| *decoded <= at);
        match after.checked_sub(1).map(|i| self.jumps[i]) {
            Some((decoded, source)) => source + (at - decoded),
            None => self.start + at,
        }
    }
}

fn problem(file: FileId, error: &ParseError) -> Problem {
    let range = error.range();
    let span = Span::new(file, range.start..range.end.max(range.start));
    let (message, help) = match error.kind() {
        ParseErrorKind::NestingDepthExceeded => (
            "values are nested deeper than 512 levels".to_owned(),
            "no template needs that; azvet does not read further",
        ),
        ParseErrorKind::UnterminatedObject | ParseErrorKind::UnterminatedArray => (
            format!("this is not valid JSON: {}", lower(error)),
            "the file seems to be cut off, or a closing brace or bracket is missing",
        ),
        _ => (
            format!("this is not valid JSON: {}", lower(error)),
            "Resource Manager refuses the file as well; mend it here",
        ),
    };
    Problem::at(span, message).help(help)
}

fn lower(error: &ParseError) -> String {
    let text = error.kind().to_string();
    let mut chars = text.chars();
    let first: String = chars
        .next()
        .map(|c| c.to_lowercase().collect())
        .unwrap_or_default();
    (first + chars.as_str()).trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_bytes_are_refused() {
        let (_, sources) = crate::arm::tests::declare(&[("main.json", "{}")]);
        let file = sources.load(std::path::Path::new("main.json")).unwrap();
        let problem = parse(file, "{ \"a\": \"b\0\" }").unwrap_err();
        assert!(problem.message.contains("NUL"));
        assert!(parse(file, "{ \"a\": \"b\\u0000\" }").is_ok());
    }

    #[test]
    fn what_resource_manager_takes_is_taken() {
        let (_, sources) = crate::arm::tests::declare(&[("main.json", "{}")]);
        let file = sources.load(std::path::Path::new("main.json")).unwrap();
        let text = "{ // c\n /* c */ 'a': 'it\\'s \"x\"', $b_1: \"two\nlines\", \"a\": [1, 2,], }";
        let node = parse(file, text).unwrap();
        let keys: Vec<&str> = node.properties().iter().map(|p| &*p.key).collect();
        assert_eq!(keys, ["a", "$b_1", "a"]);
        let [first, second, _] = node.properties() else {
            unreachable!("there are three")
        };
        assert_eq!(first.value.as_str(), Some("it's \"x\""));
        assert_eq!(&text[second.key_span.range()], "$b_1");
        assert_eq!(second.value.as_str(), Some("two\nlines"));
        assert_eq!(node.get("A").map(|a| a.elements().len()), Some(2));
        for refused in [
            "{ \"a\": 1 \"b\": 2 }",
            "{ \"a\": [1, , 2] }",
            "{ \"a\": 1,, }",
            "{ \"a\": +1 }",
            "{ \"a\": 0x1 }",
            "{ \"a\": NaN }",
            "{ \"a\": \"\\q\" }",
            "{ \"a\": b }",
            "{ \"a\": 'b\" }",
        ] {
            assert!(parse(file, refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn escapes_are_mapped_back_to_the_file() {
        // decoded: a"bé😀c
        let raw = r#"a\"b\u00e9\ud83d\ude00c"#;
        let offsets = Offsets::escaped(10, raw);
        let decoded = "a\"bé😀c";
        for (what, at_raw) in [
            ("a", 0),
            ("\"", 1),
            ("b", 3),
            ("é", 4),
            ("😀", 10),
            ("c", 22),
        ] {
            let at = decoded.find(what).unwrap();
            assert_eq!(offsets.source(at), 10 + at_raw, "{what}");
        }
    }
}
