//! Values that stand for what can't be evaluated.

use crate::value::{Cause, CauseKind, Symbol, Value};

/// An error value.
pub(in crate::terraform) fn error(reason: &str) -> Value {
    failure(CauseKind::Invalid, "", reason)
}

/// The error value of a name that one of Terraform's own objects does not have, such as `each`.
pub(in crate::terraform) fn no_member(root: &str, name: &str) -> Value {
    error(&format!("`{root}.{name}`, which there is not"))
}

/// The error value of a file that is not there; it may be made before Terraform runs.
pub(in crate::terraform) fn missing_file(path: &str) -> Value {
    let reason = format!("there is no file `{path}`");
    failure(CauseKind::Outside, QUIET, &reason)
}

/// An error value that says nothing of its own: what is wrong is told elsewhere, or may be right where
/// Terraform runs.
pub(in crate::terraform) fn quiet_error(reason: &str) -> Value {
    failure(CauseKind::Invalid, QUIET, reason)
}

const QUIET: &str = "quiet: ";

fn failure(kind: CauseKind, prefix: &str, reason: &str) -> Value {
    let cause = Cause::new(kind, reason);
    Symbol::new(format!("error({prefix}{reason})"), reason, cause).into()
}

/// Why something can't be evaluated, where that is to be told.
pub(in crate::terraform) fn reason(error: &Value) -> Option<&str> {
    let symbol = error.as_symbol()?;
    let reason = symbol.key().strip_prefix("error(")?.strip_suffix(')')?;
    (!reason.starts_with(QUIET)).then_some(reason)
}

/// Whether it is an error value.
pub(in crate::terraform) fn is_error(value: &Value) -> bool {
    value
        .as_symbol()
        .is_some_and(|s| s.key().starts_with("error("))
}

/// Beyond a limit.
pub(in crate::terraform) fn limit(reason: &str) -> Value {
    Symbol::new(
        format!("limit({reason})"),
        reason,
        Cause::new(CauseKind::Limit, reason),
    )
    .into()
}
