//! Where remarks stand, and what each is about: its line, or the statement that follows.

use std::ops::Range;
use std::path::Path;

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use super::directive::MARK;
use crate::fix::hcl::{Kind, statement, token};
use crate::fix::text::{line_start, next_line, starts_line};

/// A comment, or a property that serves as one.
#[derive(Debug)]
pub(super) struct Remark {
    /// What is said, without the marks of the comment.
    pub(super) content: Range<usize>,
    /// What to take away with it.
    pub(super) whole: Range<usize>,
    /// What it is about; empty where nothing follows.
    pub(super) covers: Range<usize>,
    /// It stands where remarks on the whole file do.
    pub(super) at_top: bool,
}

/// Properties that serve as comments: Resource Manager's, and that of Terraform's JSON syntax.
const PROPERTIES: [&str; 2] = ["comments", "//"];

/// The remarks in a file.
pub(super) fn remarks(path: &str, text: &str) -> Vec<Remark> {
    if !text.contains(MARK) {
        return Vec::new();
    }
    let extension = Path::new(path).extension().and_then(|e| e.to_str());
    match extension {
        Some("json" | "jsonc") => json(text),
        _ => hcl(text),
    }
}

fn hcl(text: &str) -> Vec<Remark> {
    let mut found = Vec::new();
    let (mut at, mut at_top) = (0, true);
    while let Some(next) = token(text, at) {
        at = next.range.end;
        let content = match next.kind {
            Kind::LineComment => {
                let marker = if text[next.range.clone()].starts_with('#') {
                    1
                } else {
                    2
                };
                next.range.start + marker..next.range.end
            }
            Kind::BlockComment => next.range.start + 2..next.range.end - 2,
            Kind::Newline => continue,
            _ => {
                at_top = false;
                continue;
            }
        };
        let alone = starts_line(text, next.range.start);
        found.push(Remark {
            content,
            covers: if alone {
                following(text, at)
            } else {
                line(text, next.range.start)
            },
            whole: next.range,
            at_top,
        });
    }
    found
}

/// The statement after byte `at`; else what stands on its line.
fn following(text: &str, mut at: usize) -> Range<usize> {
    while let Some(next) = token(text, at) {
        match next.kind {
            Kind::Newline | Kind::LineComment | Kind::BlockComment => at = next.range.end,
            Kind::Punct(b'}' | b']' | b')') => break,
            _ => {
                let start = next.range.start;
                return statement(text, start).unwrap_or_else(|| start..next_line(text, start));
            }
        }
    }
    at..at
}

fn line(text: &str, at: usize) -> Range<usize> {
    line_start(text, at)..next_line(text, at)
}

fn json(text: &str) -> Vec<Remark> {
    let collect = CollectOptions {
        comments: CommentCollectionStrategy::Separate,
        tokens: false,
    };
    let Ok(parsed) = parse_to_ast(text, &collect, &ParseOptions::default()) else {
        return Vec::new();
    };
    let Some(root) = parsed.value else {
        return Vec::new();
    };
    let mut comments: Vec<Range<usize>> = parsed
        .comments
        .iter()
        .flat_map(|map| map.values())
        .flat_map(|comments| comments.iter().map(|c| c.range().start..c.range().end))
        .collect();
    comments.sort_by_key(|range| range.start);
    comments.dedup();
    let mut found: Vec<Remark> = comments
        .into_iter()
        .map(|whole| {
            let block = text[whole.clone()].starts_with("/*");
            let alone = starts_line(text, whole.start);
            let content = whole.start + 2..whole.end - if block { 2 } else { 0 };
            Remark {
                content,
                covers: if alone {
                    member_after(&root, whole.end).unwrap_or(whole.end..whole.end)
                } else {
                    line(text, whole.start)
                },
                at_top: whole.end <= root.range().start,
                whole,
            }
        })
        .collect();
    properties(&root, 0, &mut found);
    found
}

/// The first member that follows byte `at` in what holds it.
fn member_after(value: &Value<'_>, at: usize) -> Option<Range<usize>> {
    let members: Vec<(Range<usize>, &Value<'_>)> = match value {
        Value::Object(object) => {
            let of = |p: &jsonc_parser::ast::ObjectProp<'_>| p.range().start..p.range().end;
            object
                .properties
                .iter()
                .map(|p| (of(p), &p.value))
                .collect()
        }
        Value::Array(array) => {
            let of = |v: &Value<'_>| v.range().start..v.range().end;
            array.elements.iter().map(|v| (of(v), v)).collect()
        }
        _ => return None,
    };
    match members.iter().find(|(range, _)| range.contains(&at)) {
        Some((_, inner)) => member_after(inner, at),
        None => members.into_iter().map(|(r, _)| r).find(|r| r.start >= at),
    }
}

/// Properties that serve as comments are about the object that they stand in; those of the template's
/// `metadata` may be about the file.
fn properties(value: &Value<'_>, depth: usize, found: &mut Vec<Remark>) {
    match value {
        Value::Array(array) => array
            .elements
            .iter()
            .for_each(|v| properties(v, depth + 1, found)),
        Value::Object(object) => {
            for property in &object.properties {
                let name = match &property.name {
                    ObjectPropName::String(s) => s.value.as_ref(),
                    ObjectPropName::Word(w) => w.value,
                };
                if let Value::StringLit(text) = &property.value
                    && PROPERTIES.contains(&name)
                {
                    let (inner, outer) = (text.range(), object.range());
                    found.push(Remark {
                        content: inner.start + 1..inner.end - 1,
                        whole: property.range().start..property.range().end,
                        covers: outer.start..outer.end,
                        at_top: depth <= 1,
                    });
                }
                properties(&property.value, depth + 1, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each remark of ours in a text is about.
    fn covered(path: &str, text: &str) -> Vec<String> {
        remarks(path, text)
            .iter()
            .filter(|r| text[r.content.clone()].trim_start().starts_with(MARK))
            .map(|r| text[r.covers.clone()].trim_end().to_owned())
            .collect()
    }

    #[test]
    fn in_terraform_a_remark_is_about_its_line_or_the_next_statement() {
        let text = "# azvet: a\n\n// other\nresource \"a\" \"b\" {\n  x = 1 # azvet: b\n  /* azvet: c */\n  list = [\n    # azvet: d\n    \"e\",\n    # azvet: f\n  ]\n  y = \"# azvet: no\"\n  # azvet: g\n}\n";
        assert_eq!(
            covered("main.tf", text),
            [
                text[text.find("resource").unwrap()..].trim_end(),
                "  x = 1 # azvet: b",
                text[text.find("list").unwrap()..text.find("  y").unwrap()].trim_end(),
                "\"e\",",
                "",
                "",
            ]
        );
    }

    #[test]
    fn in_json_comments_and_properties_are_remarks() {
        let text = "{\n  // azvet: a\n  \"x\": {\n    \"y\": 1, // azvet: b\n    /* azvet: c */\n    \"z\": [1]\n    // azvet: d\n  },\n  \"r\": [\n    { \"comments\": \"azvet: e\", \"n\": 1 },\n    // azvet: f\n    2\n  ]\n}";
        assert_eq!(
            covered("main.json", text),
            [
                &text[text.find("\"x\"").unwrap()..text.find(",\n  \"r\"").unwrap()],
                "    \"y\": 1, // azvet: b",
                "\"z\": [1]",
                "",
                "2",
                "{ \"comments\": \"azvet: e\", \"n\": 1 }",
            ]
        );
    }
}
