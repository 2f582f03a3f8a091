//! Files as text, and places in them. Everything below the reports speaks of byte spans; lines and
//! columns are computed here, late, from the line index.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, RwLock, RwLockReadGuard};

use crate::files::{Files, ReadError};

/// A loaded file. Numbers depend on loading order, so output is never sorted by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// A byte range `start..end` of a file's decoded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span over `range` of `file`. Offsets beyond 4 GiB are clamped; no such file is ever read.
    pub fn new(file: FileId, range: std::ops::Range<usize>) -> Span {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span {
            file,
            start: clamp(range.start),
            end: clamp(range.end.max(range.start)),
        }
    }

    /// The byte range.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether it lies in `other`, or is it.
    pub fn is_within(self, other: Span) -> bool {
        self.file == other.file && other.start <= self.start && self.end <= other.end
    }

    /// The same span, reaching to the end of `other` when both are in one file.
    pub fn to(self, other: Span) -> Span {
        if self.file == other.file {
            Span {
                end: self.end.max(other.end),
                ..self
            }
        } else {
            self
        }
    }
}

/// A place for people: both numbers are 1-based, columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One file's decoded text (without byte order mark).
#[derive(Debug)]
pub struct Source {
    /// The path as reports show it: relative to the working directory where possible, with `/`.
    pub path: String,
    /// The text.
    pub text: String,
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    fn new(path: String, text: String) -> Source {
        Source {
            path,
            text,
            lines: OnceLock::new(),
        }
    }

    /// Byte offsets at which lines start.
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let mut starts = vec![0];
            for (at, byte) in self.text.bytes().enumerate() {
                if byte == b'\n' {
                    starts.push(at as u32 + 1);
                }
            }
            starts
        })
    }

    /// The line (from 0) that holds byte `offset`.
    pub fn line_of(&self, offset: u32) -> usize {
        self.line_starts()
            .partition_point(|&start| start <= offset)
            .saturating_sub(1)
    }

    /// Where byte `offset` is; past the end means the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.text.len());
        let line = self.line_of(offset as u32);
        let start = self.line_starts()[line] as usize;
        let column = self
            .text
            .get(start..offset)
            .map_or(offset - start, |s| s.chars().count());
        Position {
            line: line + 1,
            column: column + 1,
        }
    }
}

/// All files read in one run, shared by all threads. Each path is read once.
pub struct Sources {
    files: Arc<dyn Files>,
    loaded: RwLock<Loaded>,
}

#[derive(Default)]
struct Loaded {
    sources: Vec<Arc<Source>>,
    by_path: HashMap<PathBuf, Result<FileId, ReadError>>,
}

impl Sources {
    /// No file loaded yet; reading goes through `files`.
    pub fn new(files: Arc<dyn Files>) -> Sources {
        Sources {
            files,
            loaded: RwLock::default(),
        }
    }

    /// The door to the file system, for directory listings.
    pub fn files(&self) -> &dyn Files {
        &*self.files
    }

    /// Reads and decodes a file, once; a second call answers from memory.
    ///
    /// # Errors
    /// When the file can't be read, lies outside the allowed roots, or is not text.
    pub fn load(&self, path: &Path) -> Result<FileId, ReadError> {
        let key = crate::files::normalize(path);
        if let Ok(loaded) = self.loaded.read()
            && let Some(known) = loaded.by_path.get(&key)
        {
            return known.clone();
        }
        let read = self
            .files
            .read(&key)
            .and_then(|bytes| crate::files::decode(&key, bytes));
        let mut loaded = self
            .loaded
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = loaded.by_path.get(&key) {
            return known.clone();
        }
        let result = read.map(|text| loaded.add(self.files.shown(&key), text));
        loaded.by_path.insert(key, result.clone());
        result
    }

    /// Adds text that is not a file on disk (standard input, an example in a rule).
    pub fn add(&self, path: &str, text: String) -> FileId {
        let mut loaded = self
            .loaded
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let id = loaded.add(path.to_owned(), text);
        loaded.by_path.insert(PathBuf::from(path), Ok(id));
        id
    }

    /// The file's text and path.
    pub fn get(&self, id: FileId) -> Arc<Source> {
        let loaded = self
            .loaded
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        loaded.sources[id.0 as usize].clone()
    }

    /// The paths of the files that were loaded.
    pub fn paths(&self) -> Vec<PathBuf> {
        let loaded = self.loaded.read();
        let known = |loaded: RwLockReadGuard<'_, Loaded>| loaded.by_path.keys().cloned().collect();
        loaded.map(known).unwrap_or_default()
    }

    /// How many files were loaded.
    pub fn count(&self) -> usize {
        self.loaded.read().map_or(0, |loaded| loaded.sources.len())
    }

    /// A key to sort places by: path, start, end. Independent of loading order.
    pub fn order(&self, span: Span) -> (String, u32, u32) {
        (self.get(span.file).path.clone(), span.start, span.end)
    }
}

impl Loaded {
    fn add(&mut self, path: String, text: String) -> FileId {
        let id = FileId(self.sources.len() as u32);
        self.sources.push(Arc::new(Source::new(path, text)));
        id
    }
}
