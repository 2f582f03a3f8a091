//! Examples as tests: a bad one has exactly its finding at the marked value, a good one is silent and
//! decided, an undecided one is silent and not decided.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::declared::Declarations;
use crate::files::Memory;
use crate::model::Model;
use crate::rules::file::{Example, ExampleLanguage};
use crate::rules::{Decision, Library, Rule, check};
use crate::source::Sources;
use crate::{arm, terraform};

/// An example that does not show what it says.
#[derive(Debug)]
pub struct Failure {
    /// The rule.
    pub rule: String,
    /// The number of the example, from 1, and which of its texts.
    pub example: String,
    /// Its index, from 0.
    pub index: usize,
    /// `bad`, `good` or `undecided`.
    pub which: &'static str,
    /// Which bytes of the text are concerned.
    pub at: Option<Range<usize>>,
    /// What is wrong with it.
    pub message: String,
}

/// What is wrong with a text, and which bytes of it.
struct Fault {
    message: String,
    at: Option<Range<usize>>,
}

impl<T: Into<String>> From<T> for Fault {
    fn from(message: T) -> Fault {
        Fault {
            message: message.into(),
            at: None,
        }
    }
}

/// An example that can be checked: a whole text in files of its own.
pub struct Prepared {
    /// The text, without marks.
    pub text: String,
    /// The marked value.
    pub marked: Option<Range<usize>>,
    language: ExampleLanguage,
}

/// An example text as a whole file.
///
/// # Errors
/// When its marks are wrong.
pub fn prepare(text: &str, language: ExampleLanguage) -> Result<Prepared, String> {
    let (text, marked) = unmark(&wrap(text, language))?;
    Ok(Prepared {
        text,
        marked,
        language,
    })
}

impl Prepared {
    /// The same with another text.
    pub fn with(&self, text: String) -> Prepared {
        Prepared {
            text,
            marked: None,
            language: self.language,
        }
    }

    /// Checks it against the rules that `selected` picks, with the problems that the text has.
    pub fn check(
        &self,
        library: &Library,
        selected: &(dyn Fn(&str) -> bool + Sync),
    ) -> (Sources, Decision, Vec<String>) {
        let (sources, mut declarations) = declare(library, &self.text, self.language);
        let problems = std::mem::take(&mut declarations.problems);
        let model = Model::new(&library.kinds, declarations);
        let mut decision = check(library, &model, &sources, selected);
        for finding in &mut decision.findings {
            crate::fix::spell(&model, &sources, finding);
        }
        let problems = problems.into_iter().map(|p| p.message).collect();
        (sources, decision, problems)
    }
}

/// Runs examples of a rule; returns how many texts ran, and those that failed.
pub fn run(library: &Library, rule: &Rule, examples: &[Example]) -> (usize, Vec<Failure>) {
    let mut count = 0;
    let mut failures = Vec::new();
    for (i, example) in examples.iter().enumerate() {
        let texts = [
            ("bad", &example.bad),
            ("good", &example.good),
            ("undecided", &example.undecided),
        ];
        for (which, text) in texts {
            let Some(text) = text else { continue };
            count += 1;
            if let Err(fault) = judge(library, rule, example, which, text) {
                failures.push(Failure {
                    rule: rule.info.slug.clone(),
                    example: format!("{} {which}, {:?}", i + 1, example.language),
                    index: i,
                    which,
                    at: fault.at,
                    message: fault.message,
                });
            }
        }
    }
    (count, failures)
}

fn judge(
    library: &Library,
    rule: &Rule,
    example: &Example,
    which: &str,
    text: &str,
) -> Result<(), Fault> {
    let prepared = prepare(text, example.language)?;
    let (_, decision, problems) = prepared.check(library, &|slug| slug == rule.info.slug);
    if let Some(problem) = problems.first() {
        return Err(format!("it is not understood: {problem}").into());
    }
    let mark = text.find('«');
    // What is found stands behind the opening of the template, and before or behind marks.
    let opening = wrap(text, example.language).find(text).unwrap_or_default();
    let found = decision.findings.first().map(|f| f.primary.span.range());
    let found = found.and_then(|r| Some(r.start.checked_sub(opening)?..r.end - opening));
    let (clean, marked) = (prepared.text, prepared.marked);
    let (judged, at) = match (which, marked) {
        ("bad", Some(marked)) => {
            let length = marked.len();
            let at = mark.map(|m| m + '«'.len_utf8()..m + '«'.len_utf8() + length);
            (bad(&decision, example, &clean, marked), at)
        }
        ("bad", None) => (Err("mark the value at fault with « and »".into()), None),
        (_, Some(_)) => {
            let at = mark.map(|m| m..m + '«'.len_utf8());
            (Err("only bad examples have a marked value".into()), at)
        }
        (_, None) => (silent(&decision, which == "undecided", &clean), found),
    };
    judged.map_err(|message| Fault { message, at })
}

fn bad(
    decision: &Decision,
    example: &Example,
    text: &str,
    marked: Range<usize>,
) -> Result<(), String> {
    let [finding] = decision.findings.as_slice() else {
        return Err(not_one(decision, text));
    };
    let at = finding.primary.span.range();
    if at != marked {
        return Err(format!(
            "the finding is at `{}`, not at `{}`",
            text.get(at).unwrap_or_default(),
            text.get(marked).unwrap_or_default()
        ));
    }
    if finding.when != example.when {
        let case = |when: &Option<String>| when.clone().unwrap_or_else(|| "always".to_owned());
        let (found, expected) = (case(&finding.when), case(&example.when));
        return Err(format!(
            "the finding holds when {found}, and `when` says {expected}"
        ));
    }
    Ok(())
}

/// Why a bad example does not have exactly one finding.
fn not_one(decision: &Decision, text: &str) -> String {
    let all: Vec<String> = decision.findings.iter().map(|f| shown(f, text)).collect();
    match (&all[..], decision.undecided.first()) {
        ([], Some(open)) => format!("no finding, but undecided: {}", open.cause.text),
        ([], None) => "no finding: `where` does not apply here, or `require` holds".to_owned(),
        (all, _) => format!("{} findings instead of one: {}", all.len(), all.join("; ")),
    }
}

fn silent(decision: &Decision, undecided: bool, text: &str) -> Result<(), String> {
    if let Some(finding) = decision.findings.first() {
        return Err(format!("there is a finding: {}", shown(finding, text)));
    }
    match (decision.undecided.first(), undecided) {
        (None, true) => Err("nothing is undecided".into()),
        (Some(open), false) => Err(format!("it is not decided: {}", open.cause.text)),
        _ => Ok(()),
    }
}

fn shown(finding: &crate::finding::Finding, text: &str) -> String {
    let at = finding.primary.span.range();
    format!(
        "{} at `{}`",
        finding.message,
        text.get(at).unwrap_or_default()
    )
}

/// Evaluates a single text.
fn declare(library: &Library, text: &str, language: ExampleLanguage) -> (Sources, Declarations) {
    let name = match language {
        ExampleLanguage::Azurerm | ExampleLanguage::Azapi => "main.tf",
        ExampleLanguage::Arm | ExampleLanguage::Symbolic | ExampleLanguage::Plan => "main.json",
    };
    let sources = Sources::new(Arc::new(Memory::new([(name, text)])));
    let declarations = match language {
        ExampleLanguage::Azurerm | ExampleLanguage::Azapi => {
            let root = PathBuf::new();
            let configurations =
                terraform::Configurations::load(&sources, std::slice::from_ref(&root));
            configurations.evaluate(&sources, &root, &library.terraform_inputs())
        }
        ExampleLanguage::Arm | ExampleLanguage::Symbolic => match sources.load(Path::new(name)) {
            Ok(file) => arm::evaluate(&sources, &library.arm_known, file, None),
            Err(_) => Declarations::default(),
        },
        ExampleLanguage::Plan => match sources.load(Path::new(name)) {
            Ok(file) => {
                let inputs = library.terraform_inputs();
                terraform::plan::evaluate(&sources, file, &inputs, None)
            }
            Err(_) => Declarations::default(),
        },
    };
    (sources, declarations)
}

/// A whole template around the resources of an example.
fn wrap(text: &str, language: ExampleLanguage) -> String {
    let (version, open, close) = match language {
        ExampleLanguage::Azurerm | ExampleLanguage::Azapi | ExampleLanguage::Plan => {
            return text.to_owned();
        }
        _ if text.contains("\"$schema\"") => return text.to_owned(),
        ExampleLanguage::Arm => ("", '[', ']'),
        ExampleLanguage::Symbolic => (r#""languageVersion": "2.0", "#, '{', '}'),
    };
    let parameters: Vec<String> = ('a'..='z')
        .map(|p| format!(r#""{p}": {{"type": "string"}}"#))
        .collect();
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", {version}"contentVersion": "1.0.0.0", "parameters": {{{}}}, "resources": {open}{text}{close}}}"#,
        parameters.join(", ")
    )
}

/// The text without its marks, and the range between them.
fn unmark(text: &str) -> Result<(String, Option<Range<usize>>), String> {
    let Some((before, rest)) = text.split_once('«') else {
        return Ok((text.to_owned(), None));
    };
    let Some((marked, after)) = rest.split_once('»') else {
        return Err("« without »".into());
    };
    if after.contains('«') {
        return Err("more than one value is marked".into());
    }
    let start = before.len();
    Ok((
        format!("{before}{marked}{after}"),
        Some(start..start + marked.len()),
    ))
}
