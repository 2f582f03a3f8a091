//! What a run found: findings, results that could not be decided, problems with the input, and the
//! summary. Reports print these; nothing here prints.

use std::sync::Arc;

use crate::declared::Problem;
use crate::model::{KindId, ResourceId};
use crate::source::Span;
use crate::value::{Cause, Value};

/// How bad it is. `Note < Warning < Error`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Advice.
    Note,
    /// Breaks at run time, or exposes.
    Warning,
    /// The deployment is refused, or data is lost.
    Error,
}

impl Severity {
    /// As reports and the command line write it.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What a rule is about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// The deployment fails.
    Deployment,
    /// It deploys and can't be reached.
    Reachability,
    /// It deploys and others can reach it.
    Exposure,
    /// A later change is refused or destroys.
    Change,
    /// The service or feature is gone or going.
    Retirement,
    /// The project's own remarks to azvet are out of order.
    Upkeep,
}

impl Category {
    /// As reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Category::Deployment => "deployment",
            Category::Reachability => "reachability",
            Category::Exposure => "exposure",
            Category::Change => "change",
            Category::Retirement => "retirement",
            Category::Upkeep => "upkeep",
        }
    }
}

/// How a fix may be applied.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Shown only: a person has to supply or decide something.
    Display,
    /// Right in intent, but it replaces a resource, cuts traffic, or needs a look.
    Unsafe,
    /// Exact; no resource is replaced and nobody loses access.
    Safe,
}

impl Applicability {
    /// As reports write it.
    pub fn name(self) -> &'static str {
        match self {
            Applicability::Display => "display",
            Applicability::Unsafe => "unsafe",
            Applicability::Safe => "safe",
        }
    }
}

/// A text edit that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// How it may be applied.
    pub applicability: Applicability,
    /// What has to be looked at first.
    pub note: Option<String>,
    /// The replacements, which belong together; they don't overlap.
    pub replacements: Vec<Replacement>,
}

/// Text that takes the place of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// The new text.
    pub text: String,
}

impl Replacement {
    /// A file's text with replacements made in it. Those at one place come in the order given.
    /// `None` when one lies outside the text.
    pub fn apply(text: &str, replacements: &[&Replacement]) -> Option<String> {
        let mut sorted = replacements.to_vec();
        sorted.sort_by_key(|r| (r.span.start, r.span.end));
        let mut text = text.to_owned();
        for replacement in sorted.into_iter().rev() {
            let range = replacement.span.range();
            text.get(range.clone())?;
            text.replace_range(range, &replacement.text);
        }
        Some(text)
    }
}

/// What mends a finding, in terms of the model; spelt as text by `fix`.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How it may be applied.
    pub applicability: Applicability,
    /// What has to be looked at first.
    pub note: Option<String>,
    /// The edits, all of which belong together.
    pub edits: Vec<Edit>,
}

/// One edit, in terms of the model.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Gives an attribute (by number) of a resource a value.
    Set(ResourceId, usize, NewValue),
    /// Takes an attribute away.
    Remove(ResourceId, usize),
    /// Moves what is written for one attribute to the place of another.
    Move(ResourceId, usize, usize),
    /// Makes a reference to one attribute (`name`) of a resource one to another (`id`).
    Reread(ResourceId, usize, String),
    /// Gives a member of an object at this place a text.
    Entry(Span, String, String),
    /// Adds an element to an attribute (by number) that is a list, unless it is there.
    Add(ResourceId, usize, String),
    /// Puts a text in the place of a value, wherever that is written.
    Replace(Value, String),
    /// Adds a resource.
    Insert(NewResource),
    /// Makes the first wait for the second.
    Depend(ResourceId, ResourceId),
    /// Takes a resource away.
    Delete(ResourceId),
    /// Makes a resource one of another type, which then refers to others.
    Retype(ResourceId, Vec<(String, ResourceId)>),
    /// Gives a resource another API version.
    Version(ResourceId, String),
}

/// A resource that an edit adds.
#[derive(Clone, Debug)]
pub struct NewResource {
    /// Its kind, whose file says how one is written.
    pub kind: KindId,
    /// The resource that it is placed after or, where such a resource is written inside another, that it is
    /// placed inside.
    pub beside: ResourceId,
    /// The resources that it refers to, by the names that the kind file uses.
    pub with: Vec<(String, ResourceId)>,
    /// Settings, by the names that the kind file uses; `label` is what it is called.
    pub values: Vec<(String, String)>,
    /// The attribute (by number) of a resource that is to lead to it.
    pub referred_by: Option<(ResourceId, usize)>,
    /// A resource that has to wait for it, where no reference makes it wait.
    pub awaited_by: Option<ResourceId>,
}

/// The value that an edit gives.
#[derive(Clone, Debug)]
pub enum NewValue {
    /// A scalar as the kind knows it.
    Text(String),
    /// A reference to an attribute (by number) of a resource.
    Attribute(ResourceId, usize),
    /// A reference to a resource's id.
    Id(ResourceId),
}

/// A document that supports a rule.
#[derive(
    Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize, schemars::JsonSchema,
)]
pub struct Document {
    /// Repository and path, or the address, of the document.
    pub path: String,
    /// The date of the edition that was read, as YYYY-MM-DD, or a version.
    pub date: String,
    /// What it says, in our words.
    pub says: String,
}

/// What reports need to know of a rule.
#[derive(Clone, Debug)]
pub struct RuleInfo {
    /// The name: `fs-subnet-delegation`.
    pub slug: String,
    /// One line: what the constraint is.
    pub title: String,
    /// Severity unless settings say otherwise.
    pub severity: Severity,
    /// What it is about.
    pub category: Category,
    /// What breaks, and what Azure answers; some sentences.
    pub why: String,
    /// The supporting documents.
    pub documents: Vec<Document>,
}

/// A place with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there; may be empty for the primary label.
    pub text: String,
}

/// One fault.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// The severity that applies in this run.
    pub severity: Severity,
    /// What is wrong, with the names concerned.
    pub message: String,
    /// The number of the check in its rule, from 0: one rule may find several things at one place.
    pub check: usize,
    /// The unit in which it was found: a directory, or a template and its parameter file.
    pub unit: Arc<str>,
    /// The address of the resource at fault.
    pub resource: Arc<str>,
    /// Addresses of further instances, or the same seen through other callers or parameter files.
    pub also: Vec<Arc<str>>,
    /// The value at fault.
    pub primary: Label,
    /// Where that value came from, nearest first; empty when it stands at the primary label.
    pub origin: Vec<Label>,
    /// Other places that matter, possibly in other files.
    pub related: Vec<Label>,
    /// The case in which it holds: "`var.private` is false"; `None` when it always does.
    pub when: Option<String>,
    /// What to do, one or two sentences.
    pub help: String,
    /// The remedy as text in the language of the template; may be empty, may have several lines.
    pub remedy: String,
    /// What mends it, in terms of the model.
    pub plan: Option<Plan>,
    /// The edit that mends it.
    pub fix: Option<Fix>,
    /// Tells it from other findings in every run that has it; see `check/fingerprint.rs`.
    pub fingerprint: String,
}

/// A finding that somebody has accepted.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// How it was accepted.
    pub by: Suppression,
}

/// How a finding was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Suppression {
    /// By a remark in the file.
    Remark {
        /// All of the remark.
        at: Span,
        /// Why; may be empty.
        reason: String,
    },
    /// By the baseline.
    Baseline,
}

/// A rule that could not be decided for a resource.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// The address of the resource.
    pub resource: Arc<str>,
    /// Why.
    pub cause: Cause,
    /// Where the undecided value, or the resource, stands.
    pub span: Span,
}

/// A part, such as a module, that could not be looked into: what it declares is not known.
#[derive(Clone, Debug)]
pub struct NotSeen {
    /// `module.network`, or the deployment's name.
    pub address: Arc<str>,
    /// Why.
    pub cause: Cause,
    /// Where it is called.
    pub span: Span,
}

/// What contains and refers to what in a unit, for pictures.
#[derive(Clone, Debug)]
pub struct Topology {
    /// The unit, as its findings name it.
    pub unit: Arc<str>,
    /// The resources.
    pub nodes: Vec<Node>,
    /// What refers to what, but for what contains it.
    pub edges: Vec<Edge>,
}

/// A resource in a picture.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its address.
    pub address: Arc<str>,
    /// What it is: "flexible server".
    pub title: String,
    /// Its name in Azure, or its address where that is not known.
    pub name: String,
    /// The number of the resource that contains it.
    pub inside: Option<usize>,
}

/// A reference in a picture, by the numbers of two resources.
#[derive(Clone, Debug)]
pub struct Edge {
    /// What refers.
    pub from: usize,
    /// What it refers to.
    pub to: usize,
    /// As what: "private dns zone".
    pub label: String,
}

/// Everything one run has to say.
#[derive(Debug, Default)]
pub struct Report {
    /// Sorted by path, place, rule.
    pub findings: Vec<Finding>,
    /// What others among the findings tell already: no report prints it.
    pub yielded: Vec<Finding>,
    /// Those that were accepted.
    pub suppressed: Vec<Suppressed>,
    /// Sorted likewise.
    pub undecided: Vec<Undecided>,
    /// What could not be read or understood; any makes the exit code 2.
    pub problems: Vec<Problem>,
    /// Worth telling, but no failure.
    pub notices: Vec<Problem>,
    /// Modules and deployments that could not be looked into.
    pub opaque: Vec<NotSeen>,
    /// Pictures of the units with findings; only where a format draws them.
    pub topologies: Vec<Topology>,
    /// Where values stand that nothing may print.
    pub secrets: Vec<Span>,
    /// What was checked.
    pub summary: Summary,
}

/// What was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files read.
    pub files: usize,
    /// Files passed over because they hold no templates.
    pub skipped: usize,
    /// Units checked: Terraform directories, ARM templates.
    pub units: usize,
    /// Resources declared, of every type.
    pub resources: usize,
    /// Those of a kind that some rule knows.
    pub modelled: usize,
    /// Rules applied.
    pub rules: usize,
    /// Rule and resource pairs that hold.
    pub held: usize,
}
