//! Every format of a fixed report, and of what the other commands print.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "support/command.rs"]
#[allow(unreachable_pub)]
mod command;
#[path = "support/schemas.rs"]
mod schemas;
mod support;

use std::path::Path;
use std::sync::Arc;

use azvet::finding::{Report, Severity};
use azvet::report::{self, Format, Paint, View};
use azvet::source::Sources;

fn written(write: impl FnOnce(&View<'_>, &mut Vec<u8>), paint: Paint) -> String {
    let sources = Sources::new(Arc::new(support::files()));
    let report = support::report(&sources);
    let view = View {
        rules: &support::rules(),
        paint,
        width: 80,
        exit_code: 2,
        show_undecided: true,
        ..View::new(&sources, &report)
    };
    let mut out = Vec::new();
    write(&view, &mut out);
    String::from_utf8(out).unwrap()
}

fn format(format: Format, paint: Paint) -> String {
    written(|view, out| format.write(view, out).unwrap(), paint)
}

#[test]
fn text() {
    insta::assert_snapshot!(format(Format::Text, Paint::plain()));
}

#[test]
fn text_in_colour_says_the_same() {
    let colored = format(Format::Text, Paint::new(true));
    insta::assert_snapshot!(
        colored
            .lines()
            .take(12)
            .collect::<Vec<_>>()
            .join("\n")
            .replace('\x1b', "␛")
    );
    assert_eq!(uncolored(&colored), format(Format::Text, Paint::plain()));
}

fn uncolored(text: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split("\x1b[");
    out.push_str(parts.next().unwrap());
    for part in parts {
        out.push_str(part.split_once('m').unwrap().1);
    }
    out
}

#[test]
fn no_format_shows_a_secret() {
    for each in Format::ALL {
        let text = format(*each, Paint::plain());
        assert!(!text.contains("hunter") && !text.contains("Pa$$"), "{text}");
    }
}

#[test]
fn concise() {
    insta::assert_snapshot!(format(Format::Concise, Paint::plain()));
}

#[test]
fn json() {
    let text = format(Format::Json, Paint::plain());
    insta::assert_snapshot!(text);
    schemas::own(&text);
}

#[test]
fn sarif() {
    let text = format(Format::Sarif, Paint::plain());
    insta::assert_snapshot!(text);
    schemas::sarif(&text);
}

#[test]
fn github() {
    insta::assert_snapshot!(format(Format::Github, Paint::plain()));
}

#[test]
fn gitlab() {
    let text = format(Format::Gitlab, Paint::plain());
    insta::assert_snapshot!(text);
    schemas::gitlab(&text);
}

/// The formats that machines read are valid on whole projects, too.
#[test]
fn reports_on_projects_are_valid() {
    let written = |format| {
        let arguments = ["check", "-q", "--show-undecided", "-f", format, "fixtures"];
        command::azvet(Path::new(env!("CARGO_MANIFEST_DIR")), &arguments).1
    };
    schemas::own(&written("json"));
    schemas::sarif(&written("sarif"));
    schemas::gitlab(&written("gitlab"));
    schemas::distinct_fingerprints(&written("gitlab"));
    schemas::junit(&written("junit"));
}

/// GitHub shows ten annotations of a kind for a step; the rest is listed and counted.
#[test]
fn github_is_not_asked_for_more_than_it_shows() {
    let sources = Sources::new(Arc::new(support::files()));
    let mut findings = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let rule = support::rule("r", severity);
        let one = || support::finding(&rule, "m", support::label(&sources, "main.tf", "name", ""));
        findings.extend(std::iter::repeat_with(one).take(12));
    }
    let report = Report {
        findings,
        ..Report::default()
    };
    let mut out = Vec::new();
    Format::Github
        .write(&View::new(&sources, &report), &mut out)
        .unwrap();
    let out = String::from_utf8(out).unwrap();
    for command in ["::error ", "::warning ", "::notice "] {
        let number = out.lines().filter(|line| line.starts_with(command)).count();
        assert_eq!(number, 10, "{out}");
    }
    assert!(out.contains("7 more findings have no annotation"), "{out}");
    assert_eq!(out.lines().count(), 30 + 7);
}

#[test]
fn azure_pipelines() {
    insta::assert_snapshot!(format(Format::AzurePipelines, Paint::plain()));
}

#[test]
fn junit() {
    let text = format(Format::Junit, Paint::plain());
    insta::assert_snapshot!(text);
    schemas::junit(&text);
}

#[test]
fn markdown() {
    insta::assert_snapshot!(format(Format::Markdown, Paint::plain()));
}

#[test]
fn everything_else() {
    insta::assert_snapshot!(written(
        |view, out| {
            report::write_undecided(view, out).unwrap();
            report::write_notices(view, &view.report.notices, false, out).unwrap();
            report::write_problems(view, &view.report.problems, false, out).unwrap();
            report::write_notices(view, &view.report.notices, true, out).unwrap();
            report::write_problems(view, &view.report.problems, true, out).unwrap();
            report::write_summary(view, true, false, out).unwrap();
        },
        Paint::plain()
    ));
}

#[test]
fn model_text() {
    insta::assert_snapshot!(written(
        |view, out| report::write_model_text(view, &support::model(view.sources), out).unwrap(),
        Paint::plain()
    ));
}

#[test]
fn model_json() {
    insta::assert_snapshot!(written(
        |view, out| report::write_model_json(view, &support::model(view.sources), out).unwrap(),
        Paint::plain()
    ));
}

#[test]
fn rules() {
    let mut out = Vec::new();
    let rules = support::rules();
    report::write_rules_text(&rules, Paint::plain(), &mut out).unwrap();
    report::write_rules_json(&rules[..1], &mut out).unwrap();
    report::write_explanation(&rules[1], "good:\n  x = 1\n", Paint::plain(), 80, &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

/// Only what is near a label is looked at, however long the line and the list. Not timed, but it takes
/// minutes when each finding costs the whole file.
#[test]
fn many_findings_in_a_minified_file() {
    let text = support::one_line().repeat(10);
    let sources = Sources::new(Arc::new(support::files()));
    let file = sources.add("big.json", text.clone());
    let rule = support::rule("r", Severity::Error);
    let findings: Vec<_> = text
        .match_indices("filler")
        .step_by(20)
        .map(|(at, word)| {
            let label = azvet::finding::Label {
                span: azvet::source::Span::new(file, at..at + word.len()),
                text: "here".into(),
            };
            support::finding(&rule, "m", label)
        })
        .collect();
    let report = Report {
        findings,
        ..Report::default()
    };
    let view = View {
        width: 80,
        ..View::new(&sources, &report)
    };
    let mut out = Vec::new();
    Format::Text.write(&view, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.lines().all(|line| line.chars().count() <= 100));
    assert!(!out.contains("hunter"));
}

/// Labels anywhere in odd texts are drawn, and nothing panics.
#[test]
fn any_place_can_be_drawn() {
    let long = "é\t数".repeat(400);
    for text in [
        "",
        "\n",
        "a",
        "a\r\n\r\nb",
        "\t\tx = \"y\"",
        "\u{1b}[0m",
        "\"unclosed",
        "<<EOT\nx",
        &long,
    ] {
        let sources = Sources::new(Arc::new(support::files()));
        let file = sources.add("odd.tf", text.into());
        let rule = support::rule("r", Severity::Error);
        let places: Vec<usize> = (0..=text.len() + 1).step_by(text.len() / 40 + 1).collect();
        for &start in &places {
            for &end in places.iter().filter(|end| **end >= start) {
                let label = |range| azvet::finding::Label {
                    span: azvet::source::Span::new(file, range),
                    text: "here".into(),
                };
                let mut finding = support::finding(&rule, "m", label(start..end));
                finding.related = vec![label(0..1), label(end..end)];
                let report = Report {
                    findings: vec![finding],
                    ..Report::default()
                };
                let view = View {
                    width: 80,
                    ..View::new(&sources, &report)
                };
                for format in Format::ALL {
                    let mut out = Vec::new();
                    format.write(&view, &mut out).unwrap();
                    let out = String::from_utf8(out).unwrap();
                    assert!(out.contains("odd.tf"), "{text:?} {start} {end}\n{out}");
                    assert!(!out.contains("Failed"), "{text:?} {start} {end}\n{out}");
                }
            }
        }
    }
}
