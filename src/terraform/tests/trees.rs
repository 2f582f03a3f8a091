//! Runs over real trees; ignored unless asked for:
//! `AZVET_TREE=/path cargo test --release --lib terraform::tests::trees -- --ignored --nocapture`

use std::time::{Duration, Instant};

use super::*;
use crate::files::Disk;

#[test]
#[ignore = "needs AZVET_TREE"]
#[allow(clippy::print_stdout)]
fn a_real_tree() {
    let Some(tree) = std::env::var_os("AZVET_TREE") else {
        return;
    };
    let tree = PathBuf::from(tree);
    let mut directories = Vec::new();
    let mut open = vec![tree.clone()];
    while let Some(directory) = open.pop() {
        directories.push(directory.clone());
        for entry in std::fs::read_dir(&directory)
            .into_iter()
            .flatten()
            .flatten()
        {
            let kind = entry.file_type();
            if kind.is_ok_and(|k| k.is_dir())
                && !matches!(entry.file_name().to_str(), Some(".git" | ".terraform"))
            {
                open.push(entry.path());
            }
        }
    }
    directories.sort();
    let sources = Sources::new(Arc::new(Disk::new(&tree, std::slice::from_ref(&tree), &[])));
    let start = Instant::now();
    let configurations = Configurations::load(&sources, &directories);
    let loaded = start.elapsed();
    let (mut resources, mut opaque) = (0, 0);
    let mut problems = BTreeSet::new();
    let mut slowest = (Duration::ZERO, PathBuf::new());
    let roots = configurations.roots();
    let mut inputs = Inputs::default();
    inputs
        .var_files
        .extend(std::env::var_os("AZVET_VAR_FILE").map(PathBuf::from));
    for root in &roots {
        let start = Instant::now();
        let declarations = configurations.evaluate(&sources, root, &inputs);
        slowest = slowest.max((start.elapsed(), root.clone()));
        resources += declarations.resources.len();
        if let Ok(wanted) = std::env::var("AZVET_DUMP") {
            println!("## {}", root.display());
            for r in &declarations.resources {
                if wanted.split(',').any(|w| r.type_name.contains(w)) {
                    println!("{} @{:?} exists {}", r.address, r.version, r.exists.shown());
                    for e in r
                        .body
                        .as_object()
                        .map(|o| o.entries.clone())
                        .unwrap_or_default()
                        .iter()
                    {
                        let shown: String = e.value.shown().chars().take(300).collect();
                        println!("    {} = {shown}", e.key);
                    }
                }
            }
            for o in &declarations.opaque {
                println!("opaque {} ({})", o.address, o.cause.text);
            }
        }
        opaque += declarations.opaque.len();
        for p in &declarations.problems {
            let place = p.span.map_or_else(String::new, |s| {
                let source = sources.get(s.file);
                format!("{}:{}", source.path, source.position(s.start).line)
            });
            problems.insert(format!("{place}: {}", p.message));
        }
    }
    let whole = start.elapsed();
    for problem in &problems {
        println!("{problem}");
    }
    let mut bytes = 0;
    for module in configurations.modules.values() {
        for name in sources.files().list(&module.directory) {
            if (name.ends_with(".tf") || name.ends_with(".tf.json"))
                && let Ok(id) = sources.load(&module.directory.join(name))
            {
                bytes += sources.get(id).text.len();
            }
        }
    }
    println!(
        "{} directories, {} roots, {resources} resources, {opaque} opaque, {} problems; {bytes} bytes, load {loaded:?}, all {whole:?}, slowest {:?} {}",
        configurations.modules.len(),
        roots.len(),
        problems.len(),
        slowest.0,
        slowest.1.display(),
    );
}
