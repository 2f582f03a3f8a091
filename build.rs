//! Turns the YAML files under `rules/` into JSON that the binary carries: parsing that costs start-up
//! far less than parsing YAML would. Examples, the bulk of it, go into a text of their own.

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    let mut files = Vec::new();
    collect(Path::new("rules"), &mut files);
    files.sort();
    let mut rules = serde_json::Map::new();
    let mut examples = serde_json::Map::new();
    for path in files {
        println!("cargo::rerun-if-changed={}", path.display());
        let text = std::fs::read_to_string(&path).expect("rule files are readable");
        let mut value: serde_json::Value = match serde_saphyr::from_str(&text) {
            Ok(value) => value,
            Err(error) => panic!("{}: {error}", path.display()),
        };
        let name = path.to_string_lossy().replace('\\', "/");
        if let Some(shown) = value
            .as_object_mut()
            .and_then(|rule| rule.remove("examples"))
        {
            examples.insert(name.clone(), shown);
        }
        rules.insert(name, value);
    }
    let target = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    for (name, content) in [("rules.json", rules), ("examples.json", examples)] {
        let json = serde_json::to_string(&content).expect("plain data is JSON");
        std::fs::write(target.join(name), json).expect("OUT_DIR is writable");
    }
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(directory).expect("rules/ is readable");
    for path in entries.map(|entry| entry.expect("rules/ is readable").path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "yaml") {
            files.push(path);
        }
    }
}
