//! The one door to the file system. Everything that azvet reads passes here, so that no file outside
//! the repository of the given paths is opened, and tests run on files in memory.

mod disk;
mod memory;
mod overlay;

use std::fmt;
use std::path::{Component, Path, PathBuf};

pub use disk::{Disk, replace};
pub use memory::Memory;
pub use overlay::{Overlay, Piped};

/// Why a file could not be read. The text is a complete sentence part: "is not text".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The path as reports show it.
    pub path: String,
    /// What is wrong, to follow the path.
    pub reason: String,
    /// The file does not exist (as against: exists and can't be used).
    pub missing: bool,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.reason)
    }
}

/// Reading files and listing directories.
pub trait Files: Send + Sync {
    /// The bytes of a file; `path` is normalized.
    ///
    /// # Errors
    /// When the file is missing, unreadable, too large, or outside the allowed roots.
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError>;
    /// The names of the files in a directory, sorted; empty when it is no directory.
    fn list(&self, directory: &Path) -> Vec<String>;
    /// The names of the directories in a directory, sorted; symbolic links are not followed.
    fn directories(&self, directory: &Path) -> Vec<String>;
    /// Whether `path` is a directory that may be read.
    fn is_dir(&self, path: &Path) -> bool;
    /// Whether `path` lies where reading is allowed.
    fn may_read(&self, _path: &Path) -> bool {
        true
    }
    /// The path as reports show it: relative to the working directory where possible, with `/`.
    fn shown(&self, path: &Path) -> String;
}

/// Removes `.` and resolves `..` by name, without asking the disk. `a/./b/../c` is `a/c`.
pub fn normalize(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match parts.last() {
                Some(Component::Normal(_)) => {
                    parts.pop();
                }
                Some(Component::RootDir) => {}
                _ => parts.push(component),
            },
            other => parts.push(other),
        }
    }
    parts.iter().collect()
}

/// A path as it is seen from a directory, with as many `..` as it takes; both absolute.
pub fn relative(from: &Path, path: &Path) -> PathBuf {
    let from = normalize(from);
    for (steps, ancestor) in from.ancestors().enumerate() {
        if let Ok(below) = path.strip_prefix(ancestor)
            && ancestor.parent().is_some()
        {
            return std::iter::repeat_n("..", steps)
                .collect::<PathBuf>()
                .join(below);
        }
    }
    path.to_owned()
}

/// Bytes to text: UTF-8 with or without byte order mark, UTF-16 with one.
///
/// # Errors
/// When the bytes are no text in either encoding.
pub fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, ReadError> {
    let fail = |reason: String| ReadError {
        path: path.to_string_lossy().into_owned(),
        reason,
        missing: false,
    };
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, odd) = bytes.as_chunks::<2>();
        if !odd.is_empty() {
            return Err(fail("is cut off inside a UTF-16 character".into()));
        }
        char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
            .collect::<Result<String, _>>()
            .map_err(|_| fail("is not valid UTF-16".into()))
    };
    let text = match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec())
            .map_err(|e| fail(invalid(e.utf8_error().valid_up_to() + 3))),
        _ => String::from_utf8(bytes).map_err(|e| fail(invalid(e.utf8_error().valid_up_to()))),
    }?;
    match text.find('\0') {
        Some(at) => Err(fail(format!(
            "is not text: the character at byte {at} is NUL; save it as UTF-8"
        ))),
        None => Ok(text),
    }
}

fn invalid(at: usize) -> String {
    format!("is not text: byte {at} is not valid UTF-8; save it as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalized_by_name() {
        for (path, expected) in [
            ("a/./b/../c", "a/c"),
            ("../x", "../x"),
            ("/../x", "/x"),
            ("./a", "a"),
        ] {
            assert_eq!(normalize(Path::new(path)), Path::new(expected));
        }
    }

    #[test]
    fn utf16_and_marks_are_decoded() {
        let le: Vec<u8> = [0xFEFFu16, 0x61, 0xE9]
            .iter()
            .flat_map(|u| u.to_le_bytes())
            .collect();
        let be: Vec<u8> = [0xFEFFu16, 0x61, 0xE9]
            .iter()
            .flat_map(|u| u.to_be_bytes())
            .collect();
        for bytes in [
            le,
            be,
            "\u{FEFF}aé".as_bytes().to_vec(),
            "aé".as_bytes().to_vec(),
        ] {
            assert_eq!(decode(Path::new("f"), bytes).as_deref(), Ok("aé"));
        }
        assert!(decode(Path::new("f"), vec![0xFF, 0xFE, 0x61]).is_err());
        assert!(decode(Path::new("f"), vec![0x61, 0x80]).is_err());
        assert!(decode(Path::new("f"), vec![0x61, 0]).is_err());
    }
}
