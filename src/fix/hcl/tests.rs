//! Tables of texts before and after, and what holds after any edit.

mod properties;
mod tables;

use std::ops::Range;

use hcl::edit::Span as _;
use hcl::edit::structure::{Body, Structure};

use super::super::Change;
use super::super::text::apply;

/// The first top-level block of a text, as the front end finds it.
fn first_block(text: &str) -> Range<usize> {
    let body = parse(text);
    let block = body.blocks().next().expect("the text has a block");
    block.span().expect("parsed blocks have spans")
}

fn parse(text: &str) -> Body {
    hcl::edit::parser::parse_body(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn edited(text: &str, changes: Option<Vec<Change>>) -> Option<String> {
    let after = apply(text, &changes?).expect("changes are sorted and do not overlap");
    parse(&after);
    Some(after)
}

/// Every attribute with its path and value as written.
fn attributes(text: &str) -> Vec<(String, String)> {
    fn walk(text: &str, body: &Body, path: &str, out: &mut Vec<(String, String)>) {
        for item in body {
            match item {
                Structure::Attribute(a) => {
                    let value = a.value.span().map_or("", |span| &text[span]);
                    out.push((format!("{path}/{}", a.key.as_str()), value.to_owned()));
                }
                Structure::Block(b) => {
                    let path = format!("{path}/{}", b.ident.as_str());
                    walk(text, &b.body, &path, out);
                }
            }
        }
    }
    let mut out = Vec::new();
    walk(text, &parse(text), "", &mut out);
    out
}

/// Checks the scanner against the parser.
fn compare(text: &str, parsed: &hcl::edit::structure::Block, found: &super::scan::Block) {
    use super::scan::Item;
    assert_eq!(parsed.ident.as_str(), &text[found.name.clone()]);
    assert_eq!(parsed.labels.len(), found.labels.len());
    assert_eq!(parsed.body.len(), found.items.len(), "{text}");
    for (parsed, found) in parsed.body.iter().zip(&found.items) {
        match (parsed, found) {
            (Structure::Attribute(parsed), Item::Attribute(found)) => {
                assert_eq!(parsed.key.as_str(), &text[found.name.clone()]);
                assert_eq!(parsed.value.span(), Some(found.value.clone()), "{text}");
            }
            (Structure::Block(parsed), Item::Block(found)) => {
                assert_eq!(parsed.span(), Some(found.range.clone()));
                compare(text, parsed, found);
            }
            _ => panic!("an attribute against a block in\n{text}"),
        }
    }
}
