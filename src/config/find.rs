//! Which configuration file applies: the nearest one upwards from what the paths have in common.

use std::path::{Path, PathBuf};

use crate::files::{normalize, relative};

/// The names that a configuration file may have.
const NAMES: [&str; 2] = ["azvet.yaml", ".azvet.yaml"];
/// Names that look as if they were.
const NEARLY: [&str; 4] = ["azvet.yml", ".azvet.yml", "azvet.json", "azvet.toml"];

/// The configuration file in the nearest directory that has one, from the deepest directory that holds
/// all `paths` up to the repository's root, or the root of the file system where there is no
/// repository. The answer is as the working directory sees it.
///
/// # Errors
/// A directory with two such files, or with one of nearly the right name.
pub fn find(working_directory: &Path, paths: &[PathBuf]) -> Result<Option<PathBuf>, String> {
    let start = common(working_directory, paths);
    for directory in start.ancestors() {
        let held: Vec<&str> = NAMES
            .into_iter()
            .filter(|name| directory.join(name).is_file())
            .collect();
        let shown = |name: &str| relative(working_directory, &directory.join(name));
        match held[..] {
            [name] => return Ok(Some(shown(name))),
            [a, b] => {
                let (a, b) = (shown(a), shown(b));
                return Err(format!(
                    "both {} and {} are there; keep one",
                    a.display(),
                    b.display()
                ));
            }
            _ => {}
        }
        if let Some(name) = NEARLY.into_iter().find(|n| directory.join(n).is_file()) {
            return Err(format!(
                "{} is not read; call it {}",
                shown(name).display(),
                NAMES[0]
            ));
        }
        if directory.join(".git").exists() {
            break;
        }
    }
    Ok(None)
}

/// Whether a file has the name of a configuration.
pub(crate) fn is_config(path: &Path) -> bool {
    NAMES
        .iter()
        .any(|name| path.file_name().is_some_and(|n| n == *name))
}

/// The deepest directory that holds all paths, absolute.
fn common(working_directory: &Path, paths: &[PathBuf]) -> PathBuf {
    let mut directories = paths.iter().map(|path| {
        let full = normalize(&working_directory.join(path));
        match full.parent() {
            Some(parent) if !full.is_dir() => parent.to_owned(),
            _ => full,
        }
    });
    let Some(mut common) = directories.next() else {
        return normalize(working_directory);
    };
    for directory in directories {
        while !directory.starts_with(&common) && common.pop() {}
    }
    common
}
