//! Rule files as they are written.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::finding::{Applicability, Category, Document, Severity};

/// A rule file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// The slug.
    pub rule: String,
    /// One line.
    pub title: String,
    /// The severity unless a check or the settings say otherwise.
    pub severity: Severity,
    /// What it is about.
    pub category: Category,
    /// What breaks, and what Azure answers.
    pub why: String,
    /// What supports it.
    pub documents: Vec<Document>,
    /// The checks.
    pub checks: Vec<CheckFile>,
    /// The examples; those of the built-in rules are kept apart.
    #[serde(default)]
    pub examples: Vec<Example>,
}

/// One check of a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckFile {
    /// Bindings, in order: a kind, or an expression over earlier ones.
    #[serde(rename = "for")]
    pub bindings: serde_json::Map<String, serde_json::Value>,
    /// Names for expressions over the bindings and the names before; they stand for them in all that follows.
    #[serde(rename = "let", default)]
    pub aliases: serde_json::Map<String, serde_json::Value>,
    /// When the check applies; always, unless said.
    #[serde(rename = "where", default)]
    pub applies: Option<String>,
    /// What has to hold.
    pub require: String,
    /// The binding that the finding is about; the first unless said.
    pub resource: Option<String>,
    /// Other than the rule's.
    pub severity: Option<Severity>,
    /// The value at fault: the first of these that is written.
    #[serde(default)]
    pub at: Vec<String>,
    /// Further places.
    #[serde(default)]
    pub also: Vec<AlsoFile>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// What to write.
    #[serde(default)]
    pub remedy: RemedyFile,
    /// Rules that tell the same cause.
    #[serde(default)]
    pub yields: Vec<YieldFile>,
    /// The edit that mends it, when one does.
    pub fix: Option<FixFile>,
}

/// A rule before which a check is silent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct YieldFile {
    /// The rule; the check's own stands for its other checks.
    pub to: String,
    /// A resource or a collection: the other finding has to be about one of these.
    pub over: String,
}

/// A fix: edits in terms of the model.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixFile {
    /// How it may be applied.
    pub applicability: Applicability,
    /// What has to be looked at first; required unless the fix is safe.
    pub note: Option<String>,
    /// A condition without which there is no fix.
    pub when: Option<String>,
    /// The edits, all of which belong together.
    pub edits: Vec<EditFile>,
}

/// One edit.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum EditFile {
    /// Gives an attribute a value.
    Set {
        /// The attribute, as a member path.
        attribute: String,
        /// The value as the kind knows it, a text with interpolations.
        to: Option<String>,
        /// The value is a reference to this: an attribute as a member path, or a resource (its id).
        refer: Option<String>,
    },
    /// Takes an attribute away.
    Remove {
        /// The attribute, as a member path.
        attribute: String,
    },
    /// Moves what is written for one attribute to the place of another of the same resource.
    Move {
        /// The attribute, as a member path.
        attribute: String,
        /// The name of the other attribute.
        to: String,
    },
    /// Adds an element to an attribute that is a list.
    Add {
        /// The attribute, as a member path.
        attribute: String,
        /// The element, a text with interpolations.
        element: String,
    },
    /// Puts another text in the place of a value.
    Replace {
        /// The value, such as a binding over a list.
        value: String,
        /// The text, with interpolations.
        to: String,
        /// A condition without which this edit is not needed.
        when: Option<String>,
    },
    /// Adds a resource.
    Insert {
        /// Its kind; the kind file says how one is written.
        kind: String,
        /// The resource that it is placed after; one that is written inside others goes into the same or into this.
        beside: String,
        /// The resources that it refers to, by the names that the kind file uses.
        #[serde(default)]
        with: BTreeMap<String, String>,
        /// Settings by the names that the kind file uses, as conditions; `label` is what it is called.
        #[serde(default)]
        values: BTreeMap<String, String>,
        /// A condition without which this edit is not needed.
        when: Option<String>,
        /// The attribute that is to lead to it, as a member path.
        referred_by: Option<String>,
        /// A resource that has to wait for it, where no reference makes it wait.
        awaited_by: Option<String>,
    },
    /// Makes a reference to one attribute of a resource one to another: `.name` to `.id`.
    Reread {
        /// The attribute, as a member path.
        attribute: String,
        /// What is to be read.
        read: String,
    },
    /// Gives a member of an entry of a list a text.
    Entry {
        /// The entry.
        of: String,
        /// The member's name.
        member: String,
        /// The text.
        to: String,
    },
    /// Makes a resource wait for another.
    Depend {
        /// The one that waits.
        resource: String,
        /// The one it waits for.
        on: String,
    },
    /// Takes a resource away.
    Delete {
        /// The resource.
        resource: String,
    },
    /// Makes a resource one of another type; the kind file says which, and what becomes of its arguments.
    Retype {
        /// The resource.
        resource: String,
        /// The resources that it refers to then, by the names that the kind file uses.
        #[serde(default)]
        with: BTreeMap<String, String>,
    },
    /// Gives a resource another API version.
    Version {
        /// The resource.
        resource: String,
        /// The version, a text with interpolations.
        to: String,
    },
}

/// A further place with a text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlsoFile {
    /// The place.
    pub at: String,
    /// What is there.
    pub text: String,
}

/// What to write, by language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemedyFile {
    /// In HCL for azurerm.
    pub azurerm: Option<String>,
    /// In JSON.
    pub arm: Option<String>,
}

/// An example, with at least one of the three.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// In which language it is written.
    pub language: ExampleLanguage,
    /// What it shows, when the rule's own text does not say it.
    pub about: Option<String>,
    /// Has exactly one finding, at the marked value.
    pub bad: Option<String>,
    /// The case in which the bad one is bad, as reports write it.
    pub when: Option<String>,
    /// Has no finding, and nothing that this rule could not decide.
    pub good: Option<String>,
    /// Has no finding, and something that this rule could not decide.
    pub undecided: Option<String>,
}

/// How an example is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum ExampleLanguage {
    /// `main.tf` with azurerm resources.
    Azurerm,
    /// `main.tf` with azapi resources.
    Azapi,
    /// The `resources` array of a template.
    Arm,
    /// The `resources` object of a template of language version 2.0.
    Symbolic,
    /// A plan, as `terraform show -json` writes it.
    Plan,
}
