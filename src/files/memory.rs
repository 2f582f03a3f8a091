//! Files in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Files, ReadError, normalize};

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
