//! Real trees, when they are there:
//! `AZVET_CORPUS=DIRECTORY cargo test --release --lib arm::tests::corpus -- --ignored --nocapture`.

#![expect(clippy::print_stdout, reason = "run by hand, to be read")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::*;
use crate::files::Disk;
use crate::looks::{JsonKind, looks};
use crate::value::{CauseKind, Data};

fn json_files(directory: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.is_symlink() {
            json_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "json") {
            out.push(path);
        }
    }
}

/// Causes that are about azvet or about wrong templates, with how often they occur.
fn unsupported(value: &Value, out: &mut BTreeMap<String, usize>) {
    let mut add = |symbol: &crate::value::Symbol| {
        let kind = symbol.cause().kind;
        if matches!(
            kind,
            CauseKind::Unsupported | CauseKind::Limit | CauseKind::Invalid
        ) {
            *out.entry(symbol.cause().text.to_string()).or_default() += 1;
            if std::env::var("AZVET_SHOW").is_ok_and(|w| symbol.cause().text.contains(&w)) {
                println!("? {}   {}", symbol.shown(), symbol.key());
            }
        }
    };
    match &value.data {
        Data::Text(text) => text.symbols().for_each(add),
        Data::Unknown(symbol) => add(symbol),
        Data::List(list) => list.items.iter().for_each(|v| unsupported(v, out)),
        Data::Object(object) => object
            .entries
            .iter()
            .for_each(|e| unsupported(&e.value, out)),
        Data::Cases(cases) => {
            unsupported(&cases.then, out);
            unsupported(&cases.otherwise, out);
        }
        _ => {}
    }
}

#[test]
#[ignore = "needs real templates in AZVET_CORPUS"]
fn real_templates_are_understood() {
    let Ok(root) = std::env::var("AZVET_CORPUS").map(PathBuf::from) else {
        return;
    };
    let mut files = Vec::new();
    json_files(&root, &mut files);
    let sources = Sources::new(Arc::new(Disk::new(&root, std::slice::from_ref(&root), &[])));
    let mut functions = BTreeMap::new();
    let (mut templates, mut resources, mut opaque, mut bytes) = (0, 0, 0, 0);
    let [mut looking, mut parsing, mut evaluating] = [Duration::ZERO; 3];
    let (mut all_bytes, mut slow) = (0, Vec::new());
    for path in &files {
        let Ok(file) = sources.load(path) else {
            continue;
        };
        let source = sources.get(file);
        let start = Instant::now();
        let sort = looks(&source.text);
        looking += start.elapsed();
        all_bytes += source.text.len();
        if sort != JsonKind::Template {
            continue;
        }
        let start = Instant::now();
        let parsed = crate::arm::json::parse(file, &source.text);
        parsing += start.elapsed();
        drop(parsed);
        let start = Instant::now();
        let found = evaluate(&sources, &Known::default(), file, None);
        let took = start.elapsed();
        evaluating += took;
        if took > Duration::from_millis(200) {
            slow.push((took, source.path.clone(), source.text.len()));
        }
        templates += 1;
        bytes += source.text.len();
        resources += found.resources.len();
        opaque += found.opaque.len();
        for problem in &found.problems {
            let place = problem.span.map(|span| {
                let source = sources.get(span.file);
                format!("{}:{}", source.path, source.position(span.start).line)
            });
            println!("{}: {}", place.unwrap_or_default(), problem.message);
        }
        for resource in &found.resources {
            unsupported(&resource.body, &mut functions);
        }
    }
    let mut functions: Vec<_> = functions.into_iter().collect();
    functions.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (name, count) in functions.iter().take(40) {
        println!("{count:6} {name}");
    }
    slow.sort();
    for (took, path, length) in slow.iter().rev().take(15) {
        println!("slow: {took:?} {path} ({length} bytes)");
    }
    let rate = |bytes: usize, time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    println!(
        "{} files, {templates} templates, {resources} resources, {opaque} opaque; looks {:.0} MB/s of {} MB; of {} MB parsing {:.0}, parsing and evaluation {:.0} MB/s",
        files.len(),
        rate(all_bytes, looking),
        all_bytes / 1_000_000,
        bytes / 1_000_000,
        rate(bytes, parsing),
        rate(bytes, evaluating),
    );
}

/// A symbol's key without what depends on places in the file: those of loops, the byte where a default
/// value asks for the time or a new id, and hashes of long keys, in which there may be such places.
fn key(symbol: &crate::value::Symbol) -> String {
    // What is wrong is told; the forms call it by different names.
    if symbol.cause().kind == CauseKind::Invalid {
        return "(wrong)".into();
    }
    let mut key = symbol.key();
    let mut out = String::from("${");
    let places = ["FileId(", "utcnow@", "newguid@", "#"];
    while let Some(at) = places.iter().filter_map(|place| key.find(place)).min() {
        out.push_str(&key[..at]);
        out.push('…');
        let place = &key[at..];
        let end = match place.starts_with("FileId(") {
            true => place.match_indices(':').nth(1).map(|(end, _)| end),
            false => place.find([')', '}', ',', '"']),
        };
        key = &place[end.unwrap_or(place.len())..];
    }
    out.push_str(key);
    out.push('}');
    out
}

/// A value with the keys of its symbols, without what depends on places in the file.
fn spelt(value: &Value, out: &mut String) {
    match &value.data {
        _ if value.is_sensitive() => out.push_str("(sensitive)"),
        Data::Text(text) => {
            for piece in text.pieces() {
                match piece {
                    crate::value::Piece::Lit(s) => out.push_str(&s),
                    crate::value::Piece::Sym(s) => out.push_str(&key(&s)),
                }
            }
        }
        Data::Unknown(symbol) => out.push_str(&key(symbol)),
        Data::List(list) => {
            for item in list.items.iter() {
                spelt(item, out);
                out.push_str(", ");
            }
            out.push_str(if list.rest.is_some() { "…" } else { "" });
        }
        Data::Object(object) => {
            for entry in object.entries.iter() {
                out.push_str(&entry.key);
                out.push('=');
                spelt(&entry.value, out);
                out.push_str("; ");
            }
        }
        Data::Cases(cases) => {
            out.push_str(&key(&cases.cond));
            out.push('?');
            spelt(&cases.then, out);
            out.push(':');
            spelt(&cases.otherwise, out);
        }
        _ => out.push_str(&value.shown()),
    }
}

/// The compiled samples of Bicep come in two forms of the same source.
#[test]
#[ignore = "needs Bicep's samples below AZVET_CORPUS"]
fn both_compiled_forms_are_the_same() {
    let Ok(root) = std::env::var("AZVET_CORPUS").map(PathBuf::from) else {
        return;
    };
    let mut files = Vec::new();
    json_files(&root, &mut files);
    let (mut same, mut different) = (0, 0);
    for path in files
        .iter()
        .filter(|p| p.ends_with("main.symbolicnames.json"))
    {
        let plain = path.with_file_name("main.json");
        let sources = Sources::new(Arc::new(Disk::new(&root, std::slice::from_ref(&root), &[])));
        let (Ok(a), Ok(b)) = (sources.load(&plain), sources.load(path)) else {
            continue;
        };
        let of = |file| {
            let found = evaluate(&sources, &Known::default(), file, None);
            let mut lines: Vec<String> = found
                .resources
                .iter()
                .filter(|r| r.managed)
                .map(|r| {
                    let mut line = format!("{} ", r.type_name);
                    spelt(&r.exists, &mut line);
                    line.push(' ');
                    spelt(&r.body, &mut line);
                    line
                })
                .collect();
            lines.sort();
            lines
        };
        let (a, b) = (of(a), of(b));
        let mut other = b.iter();
        let differs = a.len() != b.len() || a.iter().any(|x| Some(x) != other.next());
        if differs {
            different += 1;
            println!(
                "== {} ({} and {} resources)",
                plain.display(),
                a.len(),
                b.len()
            );
            for line in a.iter().filter(|l| !b.contains(l)).take(3) {
                println!("- {}", &line.chars().take(600).collect::<String>());
            }
            for line in b.iter().filter(|l| !a.contains(l)).take(3) {
                println!("+ {}", &line.chars().take(600).collect::<String>());
            }
        } else {
            same += 1;
        }
    }
    println!("{same} the same, {different} different");
    assert_eq!(different, 0);
    assert!(same > 0, "no samples below AZVET_CORPUS");
}
