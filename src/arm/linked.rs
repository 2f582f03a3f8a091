//! Linked templates: the file of the repository that a deployment's `templateLink` means.
//!
//! An address means a file when its path does: the longest end of the path that is a template in the
//! linking file's directory or one above it, and that in exactly one of these. What comes before (a
//! host, a branch, a parameter like `_artifactsLocation`) and after it (a token) may be unknown. Of
//! addresses known in full, more than a file's bare name has to fit.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::evaluator::Evaluator;
use super::json;
use super::lookup::Found;
use super::template::Node;
use crate::looks::{JsonKind, looks};
use crate::source::FileId;
use crate::value::{Cause, CauseKind, Piece, Text};

/// What linked files are, each read once.
pub(super) type Linked = Result<Node, Cause>;

impl Evaluator<'_> {
    /// The template that a link leads to.
    pub(super) fn linked(&self, deployment: &Found, link: &Node) -> Linked {
        let file = self.linked_file(deployment, link)?;
        if deployment.exists.as_bool() != Some(false) {
            self.called.borrow_mut().insert(file);
        }
        if let Some(known) = self.read.borrow().get(&file) {
            return known.clone();
        }
        let source = self.file(file);
        let read = match looks(&source.text) {
            JsonKind::Template => match json::parse(file, &source.text) {
                Ok(template) => {
                    let twice = json::duplicates(&template, &source);
                    self.notices.borrow_mut().extend(twice);
                    Ok(template)
                }
                Err(problem) => {
                    self.problem(problem);
                    let why = "the linked template is not valid JSON";
                    Err(Cause::new(CauseKind::Invalid, why))
                }
            },
            _ => Err(Cause::new(
                CauseKind::Unsupported,
                "the linked file is no template",
            )),
        };
        self.read.borrow_mut().insert(file, read.clone());
        read
    }

    fn linked_file(&self, deployment: &Found, link: &Node) -> Result<FileId, Cause> {
        let outside = |text: &str| Cause::new(CauseKind::Outside, text);
        let from = deployment.node.span.file;
        if let Some(path) = link.get("relativePath") {
            let path = self.node(path, &deployment.env);
            let Some(known) = path.as_str() else {
                return Err(outside("which file the template is in is not known"));
            };
            return self.beside(from, known).map_err(|cause| {
                if path.is_sensitive() {
                    outside("the linked template can't be read")
                } else {
                    cause
                }
            });
        }
        if link.get("id").is_some() {
            return Err(outside(
                "the template is a template spec, which is not read",
            ));
        }
        let address = self.node_or_null(link.get("uri"), &deployment.env);
        let file = address
            .as_text()
            .and_then(|text| self.at_address(from, &text));
        file.ok_or_else(|| outside("the template is linked by address and is not read"))
    }

    /// A file named relative to the template that names it.
    fn beside(&self, from: FileId, path: &str) -> Result<FileId, Cause> {
        let full = self.directory(from).join(path.replace('\\', "/"));
        self.sources
            .load(&full)
            .map_err(|error| Cause::new(CauseKind::Outside, format!("the linked template {error}")))
    }

    fn directory(&self, file: FileId) -> PathBuf {
        let path = PathBuf::from(&self.file(file).path);
        path.parent().unwrap_or(Path::new("")).to_owned()
    }

    /// The file that an address means.
    fn at_address(&self, from: FileId, address: &Text) -> Option<FileId> {
        let Tail { segments, whole } = tail(address)?;
        let directory = self.directory(from);
        for start in 0..segments.len() {
            let end = segments[start..].join("/");
            let bare = start + 1 == segments.len();
            let reach = match (bare, whole) {
                (true, true) => 0,
                (true, false) => 1,
                (false, _) => usize::MAX,
            };
            let mut found: Option<FileId> = None;
            for above in directory.ancestors().take(reach) {
                let file = self.sources.load(&above.join(&end)).ok();
                let Some(file) = file.filter(|&f| f != from && self.is_template(f)) else {
                    continue;
                };
                if found.replace(file).is_some_and(|other| other != file) {
                    return None;
                }
            }
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn is_template(&self, file: FileId) -> bool {
        looks(&self.file(file).text) == JsonKind::Template
    }
}

/// The known end of an address's path.
#[derive(Debug, PartialEq)]
struct Tail {
    segments: Vec<Arc<str>>,
    /// Whether that is the whole path.
    whole: bool,
}

/// The end of the path, up to `.json`, as far back as it is known.
fn tail(address: &Text) -> Option<Tail> {
    const EXTENSION: &str = ".json";
    let pieces: Vec<Piece> = address.pieces().collect();
    // What follows the file's name is a query.
    let (last, end) = pieces.iter().enumerate().find_map(|(i, piece)| {
        let Piece::Lit(text) = piece else { return None };
        let end = text.to_ascii_lowercase().find(EXTENSION)? + EXTENSION.len();
        (matches!(text.as_bytes().get(end), None | Some(b'?' | b'#'))).then_some((i, end))
    })?;
    let Piece::Lit(text) = &pieces[last] else {
        return None;
    };
    let (known, whole) = match text[..end].split_once("://") {
        Some((_, rest)) => (rest.split_once('/')?.1, last == 0),
        None => (&text[..end], false),
    };
    let mut segments: Vec<Arc<str>> = Vec::new();
    for segment in known.split('/').rev() {
        match segment {
            "" | "." if !segments.is_empty() => {}
            "" | ".." => break,
            name => segments.insert(0, name.into()),
        }
    }
    (!segments.is_empty()).then_some(Tail { segments, whole })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Symbol;

    #[test]
    fn the_end_of_an_address_is_known_as_far_as_it_is_written() {
        let unknown = || {
            let cause = Cause::new(CauseKind::Input, "unknown");
            Piece::Sym(Symbol::new("base", "base", cause))
        };
        let lit = |s: &str| Piece::Lit(s.into());
        for (pieces, expected) in [
            (
                vec![lit("https://h.example/o/r/main/nested/x.json")],
                Some(("o/r/main/nested/x.json", true)),
            ),
            (
                vec![unknown(), lit("/nested/x.json?"), unknown()],
                Some(("nested/x.json", false)),
            ),
            (
                vec![unknown(), lit("nested//x.JSON"), unknown()],
                Some(("nested/x.JSON", false)),
            ),
            (
                vec![lit("https://h.example/"), unknown(), lit("/x.json")],
                Some(("x.json", false)),
            ),
            (vec![unknown(), lit("/../x.json")], Some(("x.json", false))),
            (vec![unknown(), lit("/x.jsonc")], None),
            (vec![lit("https://h.example/nested/"), unknown()], None),
            (vec![unknown()], None),
        ] {
            let address = Text::from_pieces(pieces);
            let found = tail(&address).map(|t| (t.segments.join("/"), t.whole));
            let expected = expected.map(|(path, whole)| (path.to_owned(), whole));
            assert_eq!(found, expected, "{}", address.shown());
        }
    }
}
