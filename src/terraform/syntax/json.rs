//! JSON syntax: objects to blocks and attributes, strings to templates.

use std::cell::RefCell;

use jsonc_parser::ast::{Object, ObjectProp, ObjectPropName, Value as Json};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions};

use super::Parsed;
use super::ast::{Attribute, Block, Body, Expr, Item, Kind, Name, ObjectItem};
use crate::declared::Problem;
use crate::source::{FileId, Span};
use crate::terraform::eval;
use crate::terraform::types::parse_number;
use crate::value::{Data, Value};

/// Parses a `.tf.json` file.
pub(in crate::terraform) fn parse(file: FileId, text: &str) -> Parsed {
    let mut reader = Reader::new(file, text);
    let mut body = Body::default();
    if let Some(Json::Object(top)) = reader.document() {
        for prop in reader.properties(&top) {
            let kind = prop.name.as_str();
            let depth = match kind {
                "resource" | "data" | "ephemeral" => 2,
                "variable" | "output" | "module" | "provider" | "check" => 1,
                _ => 0,
            };
            // Terraform takes strings there as they are.
            reader.templates = !matches!(kind, "variable" | "terraform");
            reader.blocks(
                kind,
                &prop.value,
                depth,
                &mut Vec::new(),
                reader.span_of(prop),
                &mut body,
            );
        }
    }
    Parsed {
        body,
        problems: reader.problems.into_inner(),
    }
}

/// Parses a `.tfvars.json` file: attributes only. Strings there are no templates.
pub(in crate::terraform) fn parse_values(file: FileId, text: &str) -> Parsed {
    let mut reader = Reader::new(file, text);
    reader.templates = false;
    let mut body = Body::default();
    if let Some(Json::Object(top)) = reader.document() {
        body = reader.attributes(&top);
    }
    Parsed {
        body,
        problems: reader.problems.into_inner(),
    }
}

/// A JSON text as an expression without templates, for `jsondecode`. All places are `span`.
pub(in crate::terraform) fn parse_plain(span: Span, text: &str) -> Option<Expr> {
    let mut reader = Reader::new(span.file, text);
    reader.templates = false;
    reader.fixed = Some(span);
    let value = reader.document()?;
    reader
        .problems
        .borrow()
        .is_empty()
        .then(|| reader.expr(&value))
}

struct Reader<'t> {
    file: FileId,
    text: &'t str,
    templates: bool,
    fixed: Option<Span>,
    problems: RefCell<Vec<Problem>>,
}

/// Plain JSON, which is what Terraform takes and writes; the parser's defaults accept more.
pub(in crate::terraform) fn plain() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

impl<'t> Reader<'t> {
    fn new(file: FileId, text: &'t str) -> Reader<'t> {
        Reader {
            file,
            text,
            templates: true,
            fixed: None,
            problems: RefCell::default(),
        }
    }

    fn document(&mut self) -> Option<Json<'t>> {
        match jsonc_parser::parse_to_ast(self.text, &CollectOptions::default(), &plain()) {
            Ok(parsed) => parsed.value,
            Err(error) => {
                let range = error.range();
                let span = Span::new(self.file, range.start..range.end.max(range.start + 1));
                self.problems.borrow_mut().push(
                    Problem::at(span, format!("not valid JSON: {}", error.kind()))
                        .help("files ending in `.json` are read as strict JSON, as Terraform does"),
                );
                None
            }
        }
    }

    fn span(&self, range: jsonc_parser::common::Range) -> Span {
        self.fixed
            .unwrap_or_else(|| Span::new(self.file, range.start..range.end))
    }

    fn span_of(&self, prop: &ObjectProp<'_>) -> Span {
        self.span(prop.name.range())
    }

    /// The properties of an object; `"//"` is a comment.
    fn properties<'o>(&self, object: &'o Object<'t>) -> Vec<&'o ObjectProp<'t>> {
        object
            .properties
            .iter()
            .filter(|p| p.name.as_str() != "//")
            .collect()
    }

    /// Blocks of one kind: `depth` levels of labels below it.
    fn blocks(
        &self,
        kind: &str,
        value: &Json<'t>,
        depth: usize,
        labels: &mut Vec<Name>,
        header: Span,
        out: &mut Body,
    ) {
        match value {
            Json::Array(array) => {
                for element in &array.elements {
                    self.blocks(kind, element, depth, labels, header, out);
                }
            }
            Json::Object(object) if depth == 0 => out.items.push(Item::Block(Block {
                kind: kind.into(),
                labels: labels.clone(),
                body: self.block_body(kind, object),
                header,
                span: header.to(self.span(object.range)),
            })),
            Json::Object(object) => {
                for prop in self.properties(object) {
                    labels.push(prop.name.as_str().into());
                    self.blocks(
                        kind,
                        &prop.value,
                        depth - 1,
                        labels,
                        self.span_of(prop),
                        out,
                    );
                    labels.pop();
                }
            }
            _ => {}
        }
    }

    /// The body of a block: a few members are blocks for certain, the rest are attributes, or blocks
    /// that look like them.
    fn block_body(&self, kind: &str, object: &Object<'t>) -> Body {
        let mut body = Body::default();
        for prop in self.properties(object) {
            let name = prop.name.as_str();
            let depth = match (kind, name) {
                ("resource" | "data" | "dynamic" | "content", "dynamic") => 1,
                ("resource", "provisioner") => 1,
                ("resource" | "data", "lifecycle" | "connection") => 0,
                ("terraform", "required_providers" | "cloud") => 0,
                ("terraform", "backend") => 1,
                ("dynamic", "content") => 0,
                ("variable", "validation") => 0,
                _ => {
                    body.items.push(Item::Attribute(self.attribute(prop)));
                    continue;
                }
            };
            self.blocks(
                name,
                &prop.value,
                depth,
                &mut Vec::new(),
                self.span_of(prop),
                &mut body,
            );
        }
        body
    }

    fn attributes(&self, object: &Object<'t>) -> Body {
        let items = self
            .properties(object)
            .into_iter()
            .map(|prop| Item::Attribute(self.attribute(prop)))
            .collect();
        Body { items }
    }

    fn attribute(&self, prop: &ObjectProp<'t>) -> Attribute {
        Attribute {
            name: prop.name.as_str().into(),
            name_span: self.span_of(prop),
            value: self.expr(&prop.value),
            json: true,
        }
    }

    fn expr(&self, value: &Json<'t>) -> Expr {
        let span = self.span(value.range());
        let literal = |value: Value| Kind::Literal(value.at(span));
        let kind = match value {
            Json::NullKeyword(_) => literal(Value::null()),
            Json::BooleanLit(b) => literal(b.value.into()),
            Json::NumberLit(n) => literal(number(n.value)),
            Json::StringLit(s) => return self.string(&s.value, span),
            Json::Array(a) => Kind::List(a.elements.iter().map(|e| self.expr(e)).collect()),
            Json::Object(o) => Kind::Object(
                self.properties(o)
                    .into_iter()
                    .map(|prop| ObjectItem {
                        key: match &prop.name {
                            ObjectPropName::String(s) => self.string(&s.value, self.span_of(prop)),
                            ObjectPropName::Word(w) => self.string(w.value, self.span_of(prop)),
                        },
                        value: self.expr(&prop.value),
                    })
                    .collect(),
            ),
        };
        Expr { kind, span }
    }

    fn string(&self, text: &str, span: Span) -> Expr {
        if self.templates && (text.contains("${") || text.contains("%{")) {
            // Without escapes the offsets inside the string are those of the file.
            let inside = span.range().start + 1;
            let fixed = (self.text.get(inside..inside + text.len()) != Some(text)).then_some(span);
            match super::parse_template(text, self.file, inside, fixed, span) {
                Ok(expr) => return expr,
                // The parser refuses keys that repeat; for Terraform the last one counts.
                Err((_, message)) if message.contains("redefined") => {}
                Err((at, message)) => {
                    let at = inside + super::repair::floor(text, at);
                    let place = match fixed {
                        Some(span) => span,
                        None => Span::new(self.file, at..(inside + text.len()).max(at + 1)),
                    };
                    self.problems.borrow_mut().push(
                        Problem::at(place, message).help(
                            "a string in this file is a template; write `$${` for a plain `${`",
                        ),
                    );
                    return Expr {
                        kind: Kind::Literal(eval::quiet_error("a broken template").at(span)),
                        span,
                    };
                }
            }
        }
        Expr {
            kind: Kind::Literal(Value::from(text).at(span)),
            span,
        }
    }
}

fn number(text: &str) -> Value {
    match parse_number(text) {
        Some(n) => Data::Number(n).into(),
        None => eval::limit("the number has more digits than azvet keeps"),
    }
}
