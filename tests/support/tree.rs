//! Directories on disk to run in.

/// A directory with these files, by their paths in it.
pub fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("there is room for a directory");
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().expect("files are in directories"))
            .and_then(|()| std::fs::write(path, text))
            .expect("the directory is writable");
    }
    directory
}
