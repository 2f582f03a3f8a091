//! Single expressions: one a line, the answer below it. `⏎` stands for a line break.

use std::path::PathBuf;

use super::answer::{Answer, Verdict};
use super::{compare, data, generate, read, real, updating};
use crate::terraform::tests::Case;

/// An expression and what Terraform says to it.
struct Question {
    text: String,
    answer: Option<Answer>,
}

/// What an answer's line starts with.
const INDENT: &str = "    ";

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(data().join("expressions"))
        .expect("recorded answers")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    files
}

fn questions(text: &str) -> Vec<Question> {
    let mut out: Vec<Question> = Vec::new();
    for line in text.lines().filter(|l| !l.is_empty()) {
        match (line.strip_prefix(INDENT), out.last_mut()) {
            (Some(answer), Some(last)) => last.answer = Some(Answer::parse(answer)),
            _ => out.push(Question {
                text: line.to_owned(),
                answer: None,
            }),
        }
    }
    out
}

fn source(expression: &str) -> String {
    let expression = expression.replace('⏎', "\n");
    format!("output \"it\" {{\n  sensitive = true\n  value = {expression}\n}}\n")
}

/// The files that expressions may refer to, by path.
fn prelude() -> Vec<(String, String)> {
    let root = data().join("prelude");
    [
        "main.tf",
        "files/hello.txt",
        "files/list.tftpl",
        "files/data.json",
        "files/data.yaml",
        "files/table.csv",
        "files/utf8.txt",
    ]
    .iter()
    .map(|name| ((*name).to_owned(), read(&root.join(name))))
    .collect()
}

/// Asks Terraform: all at once, and again without those that it refuses.
fn ask(texts: &[&str]) -> Vec<Answer> {
    let directory = tempfile::tempdir().expect("a directory");
    let at = |path: &str| directory.path().join(path);
    std::fs::create_dir(at("files")).expect("a directory");
    for (path, text) in prelude() {
        std::fs::write(at(&path), text).expect("a file");
    }
    for (i, text) in texts.iter().enumerate() {
        let text = source(text).replace("\"it\"", &format!("\"o{i}\""));
        std::fs::write(at(&format!("o{i}.tf")), text).expect("a file");
    }
    loop {
        match real::plan(directory.path()) {
            Ok(plan) => {
                return (0..texts.len())
                    .map(|i| {
                        let refused = !at(&format!("o{i}.tf")).exists();
                        let answer = plan.outputs.get(&format!("o{i}")).cloned();
                        if refused {
                            Answer::Error
                        } else {
                            answer.unwrap_or(Answer::Null)
                        }
                    })
                    .collect();
            }
            Err(failures) => {
                assert!(!failures.is_empty(), "terraform fails, and says not where");
                for file in failures {
                    assert_ne!(file, "main.tf", "the prelude has errors");
                    std::fs::remove_file(at(&file)).expect("a file");
                }
            }
        }
    }
}

fn written(questions: &[Question]) -> String {
    questions
        .iter()
        .map(|q| {
            let answer = q.answer.as_ref().map_or(String::new(), Answer::line);
            format!("{}\n{INDENT}{answer}\n", q.text)
        })
        .collect()
}

#[test]
fn recorded_answers_are_what_terraform_says() {
    if !real::installed() {
        return;
    }
    if updating() {
        // Other expressions for another seed.
        let seed = std::env::var("SEED").ok().and_then(|s| s.parse().ok());
        let path = data().join("expressions/generated.txt");
        std::fs::write(path, generate::expressions(seed.unwrap_or(1))).expect("a file");
    }
    for file in files() {
        let text = read(&file);
        let mut questions = questions(&text);
        let texts: Vec<&str> = questions.iter().map(|q| &*q.text).collect();
        let answers = ask(&texts);
        for (question, answer) in questions.iter_mut().zip(answers) {
            question.answer = Some(answer);
        }
        let fresh = written(&questions);
        if updating() {
            std::fs::write(&file, fresh).expect("a file");
        } else {
            assert_eq!(text, fresh, "{}: run with UPDATE=1", file.display());
        }
    }
}

/// The value that azvet gives.
fn evaluate(files: &[(String, String)], expression: &str) -> Option<crate::value::Value> {
    let text = source(expression);
    let mut files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (&**p, &**t)).collect();
    files.push(("expression.tf", &text));
    let case = Case::new(&files);
    case.outputs
        .get("it")
        .cloned()
        .filter(|_| case.problems().is_empty())
}

#[test]
fn expressions_have_the_values_that_terraform_gives_them() {
    let prelude = prelude();
    let mut wrong = Vec::new();
    let (mut open, mut unnoticed) = (String::new(), String::new());
    for file in files() {
        for question in questions(&read(&file)) {
            let answer = question.answer.expect("recorded");
            let value = evaluate(&prelude, &question.text);
            let verdict = match &value {
                Some(value) => answer.judge(value),
                None if answer == Answer::Error => Verdict::Same,
                None => Verdict::Wrong,
            };
            match verdict {
                Verdict::Same => {}
                Verdict::Unnoticed => unnoticed += &format!("{}\n", question.text),
                Verdict::Open => open += &format!("{}\n", question.text),
                Verdict::Wrong => {
                    let value = value.map_or("a problem".into(), |v| format!("{:?}", v.data));
                    wrong.push(format!(
                        "{}\n    terraform: {}\n    azvet:     {value}",
                        question.text,
                        answer.line()
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    compare("open.txt", &open);
    compare("unnoticed.txt", &unnoticed);
}
