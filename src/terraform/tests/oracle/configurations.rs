//! Whole configurations: files under `-- path --`, and the answers under `-- answers --`, a line for
//! each output and each `terraform_data`, which holds its `input`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use super::answer::{Answer, Verdict};
use super::{compare, data, read, real, updating};
use crate::terraform::tests::Case;
use crate::value::member;

/// The section of the answers.
const ANSWERS: &str = "answers";

/// What Terraform says of a configuration: by `output name` and address, or nothing but an error.
type Answers = Option<BTreeMap<String, Answer>>;

fn cases() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(data().join("configurations"))
        .expect("recorded answers")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
}

/// The sections of a case by path.
fn sections(text: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let heading = line.strip_prefix("-- ").and_then(|l| l.strip_suffix(" --"));
        match (heading, out.last_mut()) {
            (Some(path), _) => out.push((path.to_owned(), String::new())),
            (None, Some((_, text))) => _ = writeln!(text, "{line}"),
            (None, None) => panic!("a line before the first section: {line}"),
        }
    }
    out
}

fn recorded(text: &str) -> Answers {
    if text.trim() == "error" {
        return None;
    }
    let lines = text.lines().map(|line| {
        let (name, answer) = line.split_once(" = ").expect("name = answer");
        (name.to_owned(), Answer::parse(answer))
    });
    Some(lines.collect())
}

fn written(answers: &Answers) -> String {
    match answers {
        None => "error\n".into(),
        Some(answers) => answers
            .iter()
            .map(|(name, answer)| format!("{name} = {}\n", answer.line()))
            .collect(),
    }
}

fn ask(files: &[(String, String)]) -> Answers {
    let directory = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }
    let plan = real::init(directory.path())
        .then(|| real::plan(directory.path()).ok())
        .flatten()?;
    let outputs = plan.outputs.into_iter();
    let outputs = outputs.map(|(name, answer)| (format!("output {name}"), answer));
    Some(outputs.chain(plan.resources).collect())
}

#[test]
fn recorded_answers_are_what_terraform_says() {
    if !real::installed() {
        return;
    }
    for file in cases() {
        let text = read(&file);
        let mut files = sections(&text);
        files.retain(|(path, _)| path != ANSWERS);
        let answers = ask(&files);
        files.push((ANSWERS.into(), written(&answers)));
        let fresh: String = files
            .iter()
            .map(|(path, text)| format!("-- {path} --\n{text}"))
            .collect();
        if updating() {
            std::fs::write(&file, fresh).expect("a file");
        } else {
            assert_eq!(text, fresh, "{}: run with UPDATE=1", file.display());
        }
    }
}

/// What azvet makes of a configuration that Terraform plans.
fn judge(case: &Case, answers: &BTreeMap<String, Answer>, wrong: &mut Vec<String>) {
    if !case.problems().is_empty() {
        wrong.push(format!("problems: {:?}", case.problems()));
    }
    for (name, answer) in answers {
        let value = match name.strip_prefix("output ") {
            Some(output) => case.outputs.get(output).cloned(),
            None => {
                let mut resources = case.declarations.resources.iter();
                let found = resources.find(|r| *r.address == **name);
                found.map(|r| member(&r.body, "input", false))
            }
        };
        match value {
            None => wrong.push(format!("{name} is not there")),
            Some(value) if answer.judge(&value) == Verdict::Wrong => wrong.push(format!(
                "{name}\n    terraform: {}\n    azvet:     {:?}",
                answer.line(),
                value.data
            )),
            Some(_) => {}
        }
    }
    for resource in &case.declarations.resources {
        let there = resource.exists.as_bool() == Some(true);
        if there && !answers.contains_key(&*resource.address) {
            wrong.push(format!("{} is not planned", resource.address));
        }
    }
}

/// Whether azvet says that something is wrong, or leaves something open.
fn doubts(case: &Case) -> bool {
    let outputs = case.outputs.values();
    let resources = case.declarations.resources.iter();
    let resources = resources.flat_map(|r| [&r.body, &r.exists]);
    let told = [&case.declarations.problems, &case.declarations.notices];
    told.iter().any(|list| !list.is_empty())
        || outputs.chain(resources).any(|v| !v.is_fully_known())
}

#[test]
fn configurations_have_the_values_that_terraform_gives_them() {
    let mut wrong = Vec::new();
    let mut unnoticed = String::new();
    for file in cases() {
        let name = file
            .file_stem()
            .map_or(String::new(), |n| n.to_string_lossy().into_owned());
        let mut files = sections(&read(&file));
        let (_, answers) = files
            .pop()
            .filter(|(path, _)| path == ANSWERS)
            .expect("answers");
        let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (&**p, &**t)).collect();
        let case = Case::new(&files);
        let mut found = Vec::new();
        match recorded(&answers) {
            Some(answers) => judge(&case, &answers, &mut found),
            None if doubts(&case) => {}
            None => unnoticed += &format!("{name}\n"),
        }
        wrong.extend(found.into_iter().map(|w| format!("{name}: {w}")));
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    compare("unnoticed-configurations.txt", &unnoticed);
}
