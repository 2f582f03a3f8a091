//! What is wrong with a condition, and where.

use std::ops::Range;

/// An error in a condition or a message template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes of the source text.
    pub range: Range<usize>,
    /// What to do about it.
    pub help: Option<String>,
}

impl ConditionError {
    pub(super) fn new(message: impl Into<String>, range: Range<usize>) -> ConditionError {
        ConditionError {
            message: message.into(),
            range,
            help: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> ConditionError {
        self.help = Some(help.into());
        self
    }
}

impl std::fmt::Display for ConditionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ConditionError {}
