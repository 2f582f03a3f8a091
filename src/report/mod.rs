//! What a run found, for people and for machines: one file per format, and one table of them.
//!
//! Lines and columns exist only here and in `source`.

mod azure_pipelines;
mod concise;
mod draw;
mod edit;
mod frame;
mod github;
mod gitlab;
mod hide;
mod json;
mod junit;
mod markdown;
mod masks;
mod mermaid;
mod model;
mod paint;
mod rules;
mod sarif;
mod secrets;
mod summary;
mod text;

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use crate::declared::Problem;
use crate::finding::{Report, RuleInfo, Severity};
use crate::source::Sources;

pub use edit::without_secrets;
pub use model::{
    AttributeDump, ModelDump, ResourceDump, UnitDump, value_json, write_json as write_model_json,
    write_text as write_model_text,
};
pub use paint::Paint;
pub(crate) use paint::count;
pub use rules::{
    write_explanation, write_json as write_rules_json, write_text as write_rules_text,
};
pub use summary::{write_summary, write_undecided};

/// What a report is written from, and how.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The files that spans point into.
    pub sources: &'a Sources,
    /// What was found.
    pub report: &'a Report,
    /// The rules there are, sorted by name.
    pub rules: &'a [Arc<RuleInfo>],
    /// Colours, or none.
    pub paint: Paint,
    /// Columns of text output.
    pub width: usize,
    /// The least severity that fails the run.
    pub fail_on: Severity,
    /// The code that the run ends with.
    pub exit_code: u8,
    /// What could not be decided is listed.
    pub show_undecided: bool,
    /// How long it took, where that is told.
    pub elapsed: Option<Duration>,
}

impl<'a> View<'a> {
    /// Plain, in lines of 100 columns, of a run that ends well.
    pub fn new(sources: &'a Sources, report: &'a Report) -> View<'a> {
        View {
            sources,
            report,
            rules: &[],
            paint: Paint::plain(),
            width: 100,
            fail_on: Severity::Warning,
            exit_code: 0,
            show_undecided: false,
            elapsed: None,
        }
    }
}

/// How findings are written. A new one is a file here and a line in each of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Code frames for people.
    Text,
    /// A line per finding.
    Concise,
    /// For programs; the contract is versioned.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands of GitHub Actions: annotations on a pull request.
    Github,
    /// A Code Quality report of GitLab.
    Gitlab,
    /// Logging commands of Azure Pipelines.
    AzurePipelines,
    /// JUnit XML, for test dashboards.
    Junit,
    /// A pull-request comment or job summary.
    Markdown,
}

impl Format {
    /// All of them.
    pub const ALL: &[Format] = &[
        Format::Text,
        Format::Concise,
        Format::Json,
        Format::Sarif,
        Format::Github,
        Format::Gitlab,
        Format::AzurePipelines,
        Format::Junit,
        Format::Markdown,
    ];

    /// As the command line writes it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Concise => "concise",
            Format::Json => "json",
            Format::Sarif => "sarif",
            Format::Github => "github",
            Format::Gitlab => "gitlab",
            Format::AzurePipelines => "azure-pipelines",
            Format::Junit => "junit",
            Format::Markdown => "markdown",
        }
    }

    /// Whether it draws the resources concerned.
    pub fn draws(self) -> bool {
        self == Format::Markdown
    }

    /// The format of this name.
    pub fn named(name: &str) -> Option<Format> {
        Format::ALL.iter().copied().find(|f| f.name() == name)
    }

    /// Writes the findings.
    ///
    /// # Errors
    /// When `out` can't be written.
    pub fn write(self, view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Text => text::write_findings(view, out),
            Format::Concise => concise::write_findings(view, out),
            Format::Json => json::write(view, out),
            Format::Sarif => sarif::write(view, out),
            Format::Github => github::write(view, out),
            Format::Gitlab => gitlab::write(view, out),
            Format::AzurePipelines => azure_pipelines::write(view, out),
            Format::Junit => junit::write(view, out),
            Format::Markdown => markdown::write(view, out),
        }
    }
}

/// Compares the schema of a type with the one that is kept, or writes it anew with `UPDATE=1`.
#[cfg(test)]
pub(crate) fn schema<T: schemars::JsonSchema>(name: &str) {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema");
    let path = format!("{directory}/{name}.schema.json");
    let text = serde_json::to_string_pretty(&schemars::schema_for!(T)).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), text);
}

/// Writes what could not be read or understood; `brief` on one line each.
///
/// # Errors
/// When `out` can't be written.
pub fn write_problems(
    view: &View<'_>,
    problems: &[Problem],
    brief: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    if brief {
        concise::write_problems(view, problems, "error", out)
    } else {
        text::write_problems(view, problems, text::Sort::Error, out)
    }
}

/// Writes what is worth telling but no failure; `brief` on one line each.
///
/// # Errors
/// When `out` can't be written.
pub fn write_notices(
    view: &View<'_>,
    notices: &[Problem],
    brief: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    if brief {
        concise::write_problems(view, notices, "notice", out)
    } else {
        text::write_problems(view, notices, text::Sort::Notice, out)
    }
}
