//! Patterns of .gitignore, as settings use them.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::Base;
use crate::files::normalize;

/// A pattern, which knows whether it ever matched.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    text: String,
    place: Range<usize>,
    matcher: Gitignore,
    /// The directory that the pattern starts in, absolute.
    root: PathBuf,
    working_directory: PathBuf,
    met: Arc<AtomicBool>,
}

impl Pattern {
    /// Compiles a pattern that stands at `place` of the configuration file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn new(text: &str, place: Range<usize>, base: &Base) -> Result<Pattern, String> {
        // What `./` says goes without saying; .gitignore does not know it.
        let written = text.strip_prefix("./").map(|rest| format!("/{rest}"));
        let written = written.as_deref().unwrap_or(text);
        if written.trim().is_empty() || written.starts_with('#') {
            return Err("a pattern is missing".into());
        }
        if written.starts_with('!') {
            return Err("a pattern can't start with `!` here".into());
        }
        if Path::new(written)
            .components()
            .any(|c| c.as_os_str() == "..")
        {
            return Err("a pattern can't lead out of the directory of the configuration".into());
        }
        let root = normalize(&base.working_directory.join(&base.directory));
        let mut builder = GitignoreBuilder::new(&root);
        let built = builder
            .add_line(None, if written == "." { "*" } else { written })
            .and_then(|builder| builder.build());
        Ok(Pattern {
            text: text.to_owned(),
            place,
            matcher: built.map_err(|error| format!("`{text}` is no pattern: {error}"))?,
            root,
            working_directory: base.working_directory.clone(),
            met: Arc::default(),
        })
    }

    /// Whether it matches a path (as the working directory sees it) or a directory above it.
    pub(super) fn matches(&self, path: &Path, is_directory: bool) -> bool {
        let full = normalize(&self.working_directory.join(path));
        let Ok(below) = full.strip_prefix(&self.root) else {
            return false;
        };
        // The root itself is matched by what matches everything in it.
        let below = if below.as_os_str().is_empty() {
            Path::new("_")
        } else {
            below
        };
        let matched = self
            .matcher
            .matched_path_or_any_parents(below, is_directory)
            .is_ignore();
        if matched {
            self.met.store(true, Ordering::Relaxed);
        }
        matched
    }

    pub(super) fn is_met(&self) -> bool {
        self.met.load(Ordering::Relaxed)
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn place(&self) -> Range<usize> {
        self.place.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Result<Pattern, String> {
        let base = Base {
            working_directory: "/repo/infra".into(),
            directory: "..".into(),
        };
        Pattern::new(text, 0..0, &base)
    }

    #[test]
    fn patterns_are_those_of_gitignore_from_the_directory_of_the_file() {
        for (text, path, is_directory, expected) in [
            ("infra", "main.tf", false, true),
            ("infra/", ".", true, true),
            ("./infra", "prod/main.tf", false, true),
            ("/prod", "prod", true, false),
            ("prod", "prod/main.tf", false, true),
            ("**/examples/", "a/examples/x/main.tf", false, true),
            ("*.json", "../app/main.json", false, true),
            ("*.json", "../../other/main.json", false, false),
            (".", "..", true, true),
            (".", "main.tf", false, true),
        ] {
            let pattern = pattern(text).unwrap();
            assert_eq!(
                pattern.matches(Path::new(path), is_directory),
                expected,
                "{text} {path}"
            );
            assert_eq!(pattern.is_met(), expected);
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["", "#x", "!x", "../x", "a[z-a]"] {
            assert!(pattern(text).is_err(), "{text}");
        }
    }
}
