//! Other files with something in place of theirs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Disk, Files, ReadError, normalize};

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

    fn may_read(&self, path: &Path) -> bool {
        self.base.may_read(path)
    }

    fn shown(&self, path: &Path) -> String {
        self.base.shown(path)
    }
}

/// The disk, with standard input in place of one file.
pub struct Piped {
    /// What is below.
    pub disk: Disk,
    /// The path that standard input stands for, normalized.
    pub path: PathBuf,
    /// What was read from it.
    pub bytes: Vec<u8>,
}

impl Piped {
    fn directory(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }
}

impl Files for Piped {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        if path == self.path {
            Ok(self.bytes.clone())
        } else {
            self.disk.read(path)
        }
    }

    fn list(&self, directory: &Path) -> Vec<String> {
        let mut names = self.disk.list(directory);
        if normalize(directory) == self.directory()
            && let Some(name) = self.path.file_name().and_then(|name| name.to_str())
            && let Err(at) = names.binary_search_by(|known| known.as_str().cmp(name))
        {
            names.insert(at, name.to_owned());
        }
        names
    }

    fn directories(&self, directory: &Path) -> Vec<String> {
        self.disk.directories(directory)
    }

    fn is_dir(&self, path: &Path) -> bool {
        normalize(path) == self.directory() || self.disk.is_dir(path)
    }

    fn may_read(&self, path: &Path) -> bool {
        self.disk.may_read(path)
    }

    fn shown(&self, path: &Path) -> String {
        self.disk.shown(path)
    }
}
