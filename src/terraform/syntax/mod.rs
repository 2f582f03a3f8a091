//! Text to tree: native syntax through `hcl::edit`, JSON syntax through `jsonc-parser`.

pub(super) mod ast;
mod chain;
mod convert;
mod heredoc;
pub(super) mod json;
mod repair;
mod scan;
mod template;

use ast::{Body, Expr};
use convert::Converter;
use repair::Rewritten;

use crate::declared::Problem;
use crate::source::{FileId, Span};

/// A file's content, as far as it could be understood.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) body: Body,
    pub(super) problems: Vec<Problem>,
}

/// More problems with the syntax of one file are only counted.
const MOST_PROBLEMS: usize = 20;

/// Parses a file in native syntax. Each broken top-level block is a problem of its own; the others
/// are still read.
pub(super) fn parse(file: FileId, text: &str) -> Parsed {
    let none = Rewritten::default();
    let whole = Span::new(file, 0..text.len());
    let whole_error = match hcl::edit::parser::parse_body(text) {
        Ok(body) => {
            let converter = Converter {
                file,
                base: 0,
                fixed: None,
                text,
                rewritten: &none,
            };
            return Parsed {
                body: converter.body(&body, whole),
                problems: Vec::new(),
            };
        }
        Err(error) => error,
    };
    let mut out = Parsed::default();
    let mut text = text;
    if let Some(at) = scan::unclosed_comment(text) {
        let problem = Problem::at(Span::new(file, at..at + 2), "this comment is not closed")
            .help("close it with `*/`; what stands before it was read");
        out.problems.push(problem);
        text = &text[..at];
    }
    let mut deep = false;
    for piece in scan::pieces(text) {
        let part = &text[piece.clone()];
        let repaired = repair::parse(part);
        for (at, message) in repaired.errors {
            deep |= message == repair::DEEP;
            let at = piece.start + at;
            let line_end = text[at..].find('\n').map_or(text.len(), |i| at + i);
            let end = line_end.max(at + 1).min(text.len()).max(at);
            let help = if message.contains("set twice") {
                "remove one of them"
            } else {
                "mend it, or run `terraform validate` for Terraform's own account; the rest of the \
                 file was read"
            };
            out.problems
                .push(Problem::at(Span::new(file, at..end), message).help(help));
        }
        if let Some(body) = &repaired.body {
            let converter = Converter {
                file,
                base: piece.start,
                fixed: None,
                text: &text[piece.clone()],
                rewritten: &repaired.rewritten,
            };
            out.body.items.extend(converter.body(body, whole).items);
        }
    }
    // Blocks in blocks may look like one after the other.
    if !deep && repair::plain(whole_error.message()) == repair::DEEP {
        let at = repair::floor(text, whole_error.location().offset());
        let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
        out.problems = vec![
            Problem::at(Span::new(file, at..end.max(at)), repair::DEEP)
                .help("take it apart; the file was read only in part"),
        ];
    }
    if out.problems.len() > MOST_PROBLEMS {
        let more = out.problems.len() - MOST_PROBLEMS;
        out.problems.truncate(MOST_PROBLEMS);
        if let Some(last) = out.problems.last_mut() {
            last.message
                .push_str(&format!(", and {more} more in this file"));
        }
    }
    out
}

/// Parses a text that is in no file of the user's; everything in it stands at `place`.
pub(super) fn parse_at(text: &str, place: Span) -> Parsed {
    let rewritten = Rewritten::default();
    let converter = Converter {
        file: place.file,
        base: 0,
        fixed: Some(place),
        text,
        rewritten: &rewritten,
    };
    match hcl::edit::parser::parse_body(text) {
        Ok(body) => Parsed {
            body: converter.body(&body, place),
            problems: Vec::new(),
        },
        Err(error) => Parsed {
            body: Body::default(),
            problems: vec![Problem::at(place, repair::plain(error.message()))],
        },
    }
}

/// Parses an expression that is not part of a native file (a `--var`, a JSON string). `base` is its
/// offset in `file`; with `fixed` all of it is there.
pub(super) fn parse_expr(
    text: &str,
    file: FileId,
    base: usize,
    fixed: Option<Span>,
) -> Option<Expr> {
    let rewritten = Rewritten::default();
    let parsed = hcl::edit::parser::parse_expr(text).ok()?;
    let converter = Converter {
        file,
        base,
        fixed,
        text,
        rewritten: &rewritten,
    };
    let whole = fixed.unwrap_or_else(|| Span::new(file, base..base + text.len()));
    Some(converter.expr(&parsed, whole))
}

/// Parses the text of a template file. All places are `span`.
pub(super) fn parse_text_template(text: &str, span: Span) -> Option<Expr> {
    parse_template(text, span.file, 0, Some(span), span).ok()
}

/// Parses the content of a JSON string as a template.
fn parse_template(
    text: &str,
    file: FileId,
    base: usize,
    fixed: Option<Span>,
    whole: Span,
) -> Result<Expr, (usize, String)> {
    let rewritten = Rewritten::default();
    let parsed = hcl::edit::parser::parse_template(text)
        .or_else(|error| {
            // The parser refuses line breaks where Terraform does not.
            hcl::edit::parser::parse_template(&text.replace(['\n', '\r'], " ")).map_err(|_| error)
        })
        .map_err(|e| (e.location().offset(), repair::plain(e.message())))?;
    let converter = Converter {
        file,
        base,
        fixed,
        text,
        rewritten: &rewritten,
    };
    Ok(converter.template(&parsed, whole, true))
}
