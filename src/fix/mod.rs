//! Fixes: from edits in terms of the model to text, applied and checked again.

mod apply;
mod attribute;
mod draft;
pub mod hcl;
mod insert;
pub mod json;
mod plan;
mod refer;
mod retype;
pub mod text;
mod wait;
mod write;

use std::ops::Range;

use crate::finding::Finding;
use crate::model::Model;
use crate::source::Sources;

pub use apply::{Changed, Fixed, Run, Texts, rounds};
pub use write::{diff, write};

/// Replace `range` of the text by `text`. The changes of one edit are sorted and do not overlap; an
/// edit without changes means that the text is already as wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Bytes to replace; empty for an insertion.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
}

impl Change {
    /// Text before the byte `at`.
    pub fn insert(at: usize, text: impl Into<String>) -> Change {
        Change::replace(at..at, text)
    }

    /// Other text in place of `range`.
    pub fn replace(range: Range<usize>, text: impl Into<String>) -> Change {
        Change {
            range,
            text: text.into(),
        }
    }

    /// Nothing in place of `range`.
    pub fn delete(range: Range<usize>) -> Change {
        Change::replace(range, "")
    }
}

/// Spells the plan of a finding as text, where that can be done with certainty.
pub fn spell(model: &Model<'_>, sources: &Sources, finding: &mut Finding) {
    if let Some(plan) = finding.plan.take() {
        finding.fix = plan::fix(model, sources, &plan, finding.when.is_some());
    }
}
