//! Functions that read files, through the one door that keeps them inside the repository. Paths are
//! relative to the root module, where Terraform runs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use globset::GlobBuilder;

use super::{text, unknown};
use crate::files::{Files, normalize};
use crate::terraform::eval::{World, error, missing_file};
use crate::value::{Cause, CauseKind, Collection, Symbol, Value};
use std::path::{Path, PathBuf};

/// Files that a `fileset` looks at.
const MOST_FILES: usize = 10_000;

pub(super) fn call(world: &dyn World, name: &str, args: &[Value]) -> Option<Value> {
    Some(match name {
        "file" => match read(world, name, args).map(String::from_utf8) {
            Ok(Ok(text)) => text.into(),
            Ok(Err(_)) => error("`file` of what is no text"),
            Err(value) => value,
        },
        "filebase64" => match read(world, name, args) {
            Ok(bytes) => STANDARD.encode(bytes).into(),
            Err(value) => value,
        },
        "fileexists" => exists(world, args),
        "fileset" => fileset(world, args),
        "basename" | "dirname" => match text(args.first()) {
            Some(path) if name == "basename" => base(path).into(),
            Some(path) => directory(path).into(),
            None => unknown(name, args),
        },
        "pathexpand" => match text(args.first()) {
            Some(path) if !path.starts_with('~') => path.into(),
            _ => unknown(name, args),
        },
        _ => return None,
    })
}

/// The content of the file that the first argument names.
///
/// # Errors
/// The value to answer with: an error when it is not there, a symbol when it may not be read.
pub(super) fn read(world: &dyn World, name: &str, args: &[Value]) -> Result<Vec<u8>, Value> {
    let (Some(path), Some((files, root))) = (text(args.first()), world.files()) else {
        return Err(unknown(name, args));
    };
    // The home directory of whoever runs Terraform.
    if path.starts_with('~') {
        return Err(unknown(name, args));
    }
    files.read(&normalize(&root.join(path))).map_err(|e| {
        if e.missing {
            let shown = if args[0].hides() { "(sensitive)" } else { path };
            return missing_file(shown);
        }
        let cause = Cause::new(CauseKind::Outside, e.to_string());
        let symbol = Symbol::derived(name, format!("{name}(\"{path}\")"), &[&args[0]]);
        symbol.because(cause).into()
    })
}

fn exists(world: &dyn World, args: &[Value]) -> Value {
    let (Some(path), Some((files, root))) = (text(args.first()), world.files()) else {
        return unknown("fileexists", args);
    };
    let path = normalize(&root.join(path));
    if files.is_dir(&path) {
        return error("`fileexists` of a directory");
    }
    match files.read(&path) {
        Ok(_) => true.into(),
        // What is made before Terraform runs may be there then.
        Err(e) if e.missing => false.into(),
        Err(_) => unknown("fileexists", args),
    }
}

fn fileset(world: &dyn World, args: &[Value]) -> Value {
    let (Some(base), Some(pattern), Some((files, root))) =
        (text(args.first()), text(args.get(1)), world.files())
    else {
        return unknown("fileset", args);
    };
    let base = normalize(&root.join(base));
    if !files.may_read(&base) {
        return unknown("fileset", args);
    }
    let glob = GlobBuilder::new(pattern)
        .literal_separator(true)
        .backslash_escape(true)
        .build();
    let Ok(glob) = glob.map(|g| g.compile_matcher()) else {
        return error("`fileset` with a pattern that is none");
    };
    let Some(found) = below(files, &base) else {
        return unknown("fileset", args);
    };
    let mut names: Vec<String> = found
        .iter()
        .filter_map(|path| path.strip_prefix(&base).ok())
        .filter(|path| glob.is_match(path))
        .map(|path| path.to_string_lossy().replace('\\', "/"))
        .collect();
    names.sort();
    Value::list(names.into_iter().map(Value::from).collect()).of(Collection::Set)
}

/// All files below a directory; `None` when there are too many.
fn below(files: &dyn Files, directory: &Path) -> Option<Vec<PathBuf>> {
    let mut out = Vec::new();
    let mut open = vec![directory.to_owned()];
    while let Some(directory) = open.pop() {
        out.extend(files.list(&directory).iter().map(|n| directory.join(n)));
        open.extend(
            files
                .directories(&directory)
                .iter()
                .map(|n| directory.join(n)),
        );
        if out.len() + open.len() > MOST_FILES {
            return None;
        }
    }
    Some(out)
}

/// As Go's `path.Base` has it.
fn base(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let path = path.trim_end_matches('/');
    if path.is_empty() {
        return "/";
    }
    path.rsplit('/').next().unwrap_or(path)
}

/// As Go's `path.Dir` has it.
fn directory(path: &str) -> String {
    let Some((directory, _)) = path.rsplit_once('/') else {
        return ".".into();
    };
    let rooted = path.starts_with('/');
    let clean = normalize(Path::new(directory));
    match (clean.to_string_lossy().replace('\\', "/"), rooted) {
        (clean, true) if clean.is_empty() => "/".into(),
        (clean, _) if clean.is_empty() => ".".into(),
        (clean, _) => clean,
    }
}
