//! Templates: from the parser's elements to parts, with strip markers applied.

use hcl::edit::template::{Directive, Element, Strip, Template};

use super::ast::{Expr, Kind, Part, TemplateFor};
use super::convert::{Converter, composed};
use crate::source::Span;
use crate::value::Value;

impl Converter<'_> {
    /// A template as an expression: one without parts is a plain string, one that is a single
    /// interpolation is the value inside, of whatever type.
    pub(super) fn template(&self, template: &Template, span: Span, by_line: bool) -> Expr {
        let mut parts = self.parts(template, span, [false, false], by_line);
        if let [Part::Value(_)] = &parts[..]
            && let Some(Part::Value(inner)) = parts.pop()
        {
            return Expr { span, ..inner };
        }
        let plain = parts.iter().all(|p| matches!(p, Part::Text(_)));
        let kind = if plain {
            let text: String = parts
                .iter()
                .map(|p| match p {
                    Part::Text(s) => &**s,
                    _ => "",
                })
                .collect();
            Kind::Literal(Value::from(text).at(span))
        } else {
            Kind::Template(parts)
        };
        Expr { kind, span }
    }

    /// The parts of a template between markers that may strip its edges.
    fn parts(
        &self,
        template: &Template,
        span: Span,
        [strip_start, strip_end]: [bool; 2],
        by_line: bool,
    ) -> Vec<Part> {
        let elements: Vec<&Element> = template.iter().collect();
        let mut out = Vec::with_capacity(elements.len());
        for (i, element) in elements.iter().enumerate() {
            match element {
                Element::Literal(text) => {
                    let before = match i.checked_sub(1) {
                        Some(i) => edges(elements[i]).1,
                        None => strip_start,
                    };
                    let after = match elements.get(i + 1) {
                        Some(next) => edges(next).0,
                        None => strip_end,
                    };
                    let mut text: &str = text.as_str();
                    if before {
                        text = strip_start_of(text, by_line);
                    }
                    if after {
                        text = strip_end_of(text, by_line);
                    }
                    if !text.is_empty() {
                        out.push(Part::Text(composed(text).into()));
                    }
                }
                Element::Interpolation(inner) => {
                    out.push(Part::Value(self.expr(&inner.expr, span)));
                }
                Element::Directive(directive) => out.push(self.directive(directive, span, by_line)),
            }
        }
        out
    }

    fn directive(&self, directive: &Directive, span: Span, by_line: bool) -> Part {
        match directive {
            Directive::If(d) => {
                let end = d.endif_expr.strip;
                let next = d.else_expr.as_ref().map_or(end, |e| e.strip);
                let then = self.parts(
                    &d.if_expr.template,
                    span,
                    [strips_end(d.if_expr.strip), strips_start(next)],
                    by_line,
                );
                let otherwise = d.else_expr.as_ref().map_or_else(Vec::new, |e| {
                    self.parts(
                        &e.template,
                        span,
                        [strips_end(e.strip), strips_start(end)],
                        by_line,
                    )
                });
                Part::If(
                    Box::new(self.expr(&d.if_expr.cond_expr, span)),
                    then,
                    otherwise,
                )
            }
            Directive::For(d) => Part::For(Box::new(TemplateFor {
                key: d.for_expr.key_var.as_ref().map(|k| k.as_str().into()),
                value: d.for_expr.value_var.as_str().into(),
                collection: self.expr(&d.for_expr.collection_expr, span),
                body: self.parts(
                    &d.for_expr.template,
                    span,
                    [
                        strips_end(d.for_expr.strip),
                        strips_start(d.endfor_expr.strip),
                    ],
                    by_line,
                ),
            })),
        }
    }
}

/// Of text that is read line by line only the line beside a strip marker is stripped.
fn strip_start_of(text: &str, by_line: bool) -> &str {
    let stripped = text.trim_start();
    let white = &text[..text.len() - stripped.len()];
    match white.find('\n') {
        Some(end) if by_line => &text[end + 1..],
        _ => stripped,
    }
}

fn strip_end_of(text: &str, by_line: bool) -> &str {
    let line = match text.strip_suffix('\n').unwrap_or(text).rfind('\n') {
        Some(end) if by_line => end + 1,
        _ => 0,
    };
    &text[..line + text[line..].trim_end().len()]
}

/// Whether there are directives or strip markers, around which the parser takes away other
/// indentation than Terraform.
pub(super) fn directs(template: &Template) -> bool {
    template
        .iter()
        .any(|e| matches!(e, Element::Directive(_)) || edges(e) != (false, false))
}

/// Whether an element strips the text before and after it.
fn edges(element: &Element) -> (bool, bool) {
    match element {
        Element::Literal(_) => (false, false),
        Element::Interpolation(i) => (strips_start(i.strip), strips_end(i.strip)),
        Element::Directive(d) => match &**d {
            Directive::If(d) => (
                strips_start(d.if_expr.strip),
                strips_end(d.endif_expr.strip),
            ),
            Directive::For(d) => (
                strips_start(d.for_expr.strip),
                strips_end(d.endfor_expr.strip),
            ),
        },
    }
}

fn strips_start(strip: Strip) -> bool {
    matches!(strip, Strip::Start | Strip::Both)
}

fn strips_end(strip: Strip) -> bool {
    matches!(strip, Strip::End | Strip::Both)
}
