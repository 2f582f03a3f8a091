//! The one door to the file system. Everything that azvet reads passes here, so that no file outside
//! the repository of the given paths is opened, and tests run on files in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

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

/// Larger files are no infrastructure code; reading them would only cost memory.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The disk, limited to some roots.
#[derive(Debug)]
pub struct Disk {
    working_directory: PathBuf,
    roots: Vec<PathBuf>,
    /// The roots with symbolic links resolved, once: asking the disk for each file is slow.
    real_roots: Vec<PathBuf>,
    named: BTreeSet<PathBuf>,
    /// Directories that were listed: each root that calls a module asks again.
    listings: Mutex<HashMap<PathBuf, Arc<Listing>>>,
}

/// What is in a directory, sorted.
#[derive(Debug, Default)]
struct Listing {
    files: Vec<String>,
    directories: Vec<String>,
}

impl Listing {
    fn read(directory: &Path) -> Listing {
        let mut out = Listing::default();
        let entries = std::fs::read_dir(directory).into_iter().flatten();
        for entry in entries.flatten() {
            let kind = entry.file_type();
            let is_dir = match &kind {
                Ok(kind) if !kind.is_symlink() => kind.is_dir(),
                _ => entry.path().is_dir(),
            };
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            if !is_dir {
                out.files.push(name);
            } else if kind.is_ok_and(|kind| kind.is_dir()) {
                // Links to directories may go in circles.
                out.directories.push(name);
            }
        }
        out.files.sort();
        out.directories.sort();
        out
    }
}

impl Disk {
    /// Reading is allowed below `roots` and of the files in `named`. Relative paths are taken from
    /// `working_directory`.
    pub fn new(working_directory: &Path, roots: &[PathBuf], named: &[PathBuf]) -> Disk {
        let absolute = |path: &PathBuf| normalize(&working_directory.join(path));
        let roots: Vec<PathBuf> = roots.iter().map(absolute).collect();
        Disk {
            working_directory: normalize(working_directory),
            real_roots: roots.iter().filter_map(|r| r.canonicalize().ok()).collect(),
            roots,
            named: named.iter().map(absolute).collect(),
            listings: Mutex::default(),
        }
    }

    fn listing(&self, directory: &Path) -> Arc<Listing> {
        let known = || self.listings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listing) = known().get(directory) {
            return listing.clone();
        }
        let listing = Arc::new(match self.allowed(directory) {
            true => Listing::read(&self.working_directory.join(directory)),
            false => Listing::default(),
        });
        known().insert(directory.to_owned(), listing.clone());
        listing
    }

    fn allowed(&self, path: &Path) -> bool {
        let absolute = normalize(&self.working_directory.join(path));
        if self.named.contains(&absolute) {
            return true;
        }
        if !self.roots.iter().any(|root| absolute.starts_with(root)) {
            return false;
        }
        // A symbolic link may lead out of the roots though its name does not.
        match absolute.canonicalize() {
            Ok(real) => self.real_roots.iter().any(|root| real.starts_with(root)),
            Err(_) => true,
        }
    }
}

impl Files for Disk {
    fn may_read(&self, path: &Path) -> bool {
        self.allowed(path)
    }

    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let fail = |reason: String, missing: bool| ReadError {
            path: self.shown(path),
            reason,
            missing,
        };
        if !self.allowed(path) {
            return Err(fail(
                "lies outside the repository of the given paths and is not read".into(),
                false,
            ));
        }
        let full = self.working_directory.join(path);
        let metadata = std::fs::metadata(&full).map_err(|e| {
            fail(
                format!("can't be read: {}", plain(&e)),
                e.kind() == std::io::ErrorKind::NotFound,
            )
        })?;
        if metadata.is_dir() {
            return Err(fail("is a directory".into(), false));
        }
        if !metadata.is_file() {
            return Err(fail("is not a regular file".into(), false));
        }
        if metadata.len() > LARGEST {
            return Err(fail("is larger than 64 MiB and is not read".into(), false));
        }
        std::fs::read(&full).map_err(|e| fail(format!("can't be read: {}", plain(&e)), false))
    }

    fn list(&self, directory: &Path) -> Vec<String> {
        self.listing(directory).files.clone()
    }

    fn directories(&self, directory: &Path) -> Vec<String> {
        self.listing(directory).directories.clone()
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.allowed(path) && self.working_directory.join(path).is_dir()
    }

    fn shown(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.working_directory).unwrap_or(path);
        let text = relative.to_string_lossy().replace('\\', "/");
        if text.is_empty() { ".".into() } else { text }
    }
}

/// Operating system errors in words without the code.
fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

/// Other files, with some texts in place of theirs: what fixes would make of them.
pub struct Overlay {
    /// What is below.
    pub base: Arc<dyn Files>,
    /// The texts that stand in place of files, by the path that reports show.
    pub texts: BTreeMap<String, String>,
}

impl Files for Overlay {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        match self.texts.get(&self.base.shown(path)) {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => self.base.read(path),
        }
    }

    fn list(&self, directory: &Path) -> Vec<String> {
        self.base.list(directory)
    }

    fn directories(&self, directory: &Path) -> Vec<String> {
        self.base.directories(directory)
    }

    fn is_dir(&self, path: &Path) -> bool {
        self.base.is_dir(path)
    }

    fn shown(&self, path: &Path) -> String {
        self.base.shown(path)
    }
}

/// Files in memory.
#[derive(Debug, Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Memory {
    /// The given files, by path.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Memory {
        Memory {
            files: files
                .into_iter()
                .map(|(path, text)| (normalize(Path::new(path)), text.as_bytes().to_vec()))
                .collect(),
        }
    }

    /// All paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.keys().map(PathBuf::as_path)
    }
}

impl Files for Memory {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        self.files.get(path).cloned().ok_or_else(|| ReadError {
            path: self.shown(path),
            reason: "can't be read: no such file".into(),
            missing: true,
        })
    }

    fn list(&self, directory: &Path) -> Vec<String> {
        let directory = normalize(directory);
        self.files
            .keys()
            .filter(|path| path.parent().unwrap_or(Path::new("")) == directory)
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
            .collect()
    }

    fn directories(&self, directory: &Path) -> Vec<String> {
        let directory = normalize(directory);
        let names: BTreeSet<String> = self
            .files
            .keys()
            .filter_map(|path| path.strip_prefix(&directory).ok())
            .filter(|inner| inner.components().count() > 1)
            .filter_map(|inner| Some(inner.iter().next()?.to_str()?.to_owned()))
            .collect();
        names.into_iter().collect()
    }

    fn is_dir(&self, path: &Path) -> bool {
        let path = normalize(path);
        self.files
            .keys()
            .any(|file| file.starts_with(&path) && *file != path)
    }

    fn shown(&self, path: &Path) -> String {
        path.to_string_lossy().into_owned()
    }
}

/// Puts bytes in the place of a file, whole or not at all; what is there and no file (a pipe, a
/// terminal) is written to.
///
/// # Errors
/// Why it can't be written.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let failed = |error: io::Error| format!("can't be written: {}", plain(&error));
    let known = std::fs::metadata(path);
    if known.as_ref().is_ok_and(|known| !known.is_file()) {
        return std::fs::write(path, bytes).map_err(failed);
    }
    // A symbolic link stays, and leads to the new file.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    if !directory.is_dir() {
        return Err("can't be written: there is no such directory".into());
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".azvet-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let write = || {
        let mut file = builder.tempfile_in(directory)?;
        file.write_all(bytes)?;
        if let Ok(known) = known {
            file.as_file().set_permissions(known.permissions())?;
        }
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)
    };
    write().map(drop).map_err(failed)
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
