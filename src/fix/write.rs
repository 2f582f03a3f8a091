//! Replacing files: whole or not at all, and only if nobody changed them meanwhile.

use std::path::Path;

use super::apply::Changed;
use crate::files;

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Puts the new text in the place of a file, which is at any moment either old or new. Its mode and byte order mark stay; a symbolic link stays and leads to the
/// changed file.
///
/// # Errors
/// Why the file is left as it is.
pub fn write(working_directory: &Path, change: &Changed) -> Result<(), String> {
    let named = working_directory.join(&change.path);
    let path = named
        .canonicalize()
        .map_err(|e| format!("it can't be found any more: {e}"))?;
    let metadata = std::fs::metadata(&path).map_err(|e| format!("it can't be read: {e}"))?;
    if metadata.permissions().readonly() {
        return Err("it is read-only".into());
    }
    let bytes = std::fs::read(&path).map_err(|e| format!("it can't be read: {e}"))?;
    let (mark, text) = match bytes.strip_prefix(MARK) {
        Some(text) => (MARK, text),
        None => (&b""[..], bytes.as_slice()),
    };
    if matches!(text, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]) {
        return Err("it is UTF-16; save it as UTF-8 first".into());
    }
    if text != change.old.as_bytes() {
        return Err("it changed meanwhile; check again".into());
    }
    let new = [mark, change.new.as_bytes()].concat();
    files::replace(&path, &new).map_err(|why| format!("it {why}"))
}

/// A unified diff that `patch -p1` and `git apply` take.
pub fn diff(path: &str, old: &str, new: &str) -> String {
    similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(CONTEXT)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string()
}

/// Lines around a change. None: a line beside it may hold a secret.
const CONTEXT: usize = 0;
