//! The disk.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Files, ReadError, normalize};

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
