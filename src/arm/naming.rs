//! Types, names and ids of resources, as texts.

use super::evaluator::Evaluator;
use super::place;
use super::template::Node;
use crate::declared::Problem;
use crate::value::{Cause, CauseKind, Piece, Symbol, Text, Value, key_of, lift, lift2};

impl Evaluator<'_> {
    /// Tells of a name with more or fewer parts than its type asks for (MicrosoftDocs/azure-docs,
    /// articles/azure-resource-manager/troubleshooting/error-invalid-template.md). Unknown parts may hold slashes.
    pub(super) fn check_segments(
        &self,
        node: &Node,
        type_name: &Text,
        name: &Value,
        exists: &Value,
    ) {
        let (Some(ty), Some(text)) = (type_name.as_known(), name.as_text()) else {
            return;
        };
        let (wanted, there) = (ty.matches('/').count(), text.split('/').len());
        let wrong = match text.as_known() {
            Some(_) => there != wanted,
            None => there > wanted,
        };
        // A child in another provider's namespace was taken once: `workspaces/Contoso.Other/solutions`.
        let foreign = ty.split('/').skip(1).any(|segment| segment.contains('.'));
        let unclear = wanted == 0 || foreign || name.is_sensitive();
        if !wrong || unclear || exists.as_bool() == Some(false) {
            return;
        }
        let place = node.property("name").map_or(node.span, |p| p.value.span);
        let parts = |n: usize| {
            if n == 1 {
                "1 part".to_owned()
            } else {
                format!("{n} parts")
            }
        };
        let message = format!(
            "type `{ty}` goes with a name of {}, and `{}` has {}",
            parts(wanted),
            text.shown(),
            there
        );
        let problem = Problem::at(place, message);
        if self.is_certain() {
            self.problem(problem.help(
                "Resource Manager refuses it; the name of a child has the names of its parents before it: `parent/child`",
            ));
        } else if self.is_by_default() {
            self.notices.borrow_mut().push(problem.help(
                "so it is with default values, which Resource Manager refuses; a deployment has to give others",
            ));
        }
    }
}

/// Equal for texts that are equal but for letter case.
pub(super) fn folded(value: &Value) -> String {
    let Some(text) = value.as_text() else {
        return key_of(value);
    };
    let mut out = String::new();
    for piece in text.pieces() {
        match piece {
            Piece::Lit(s) => out.extend(s.chars().flat_map(char::to_lowercase)),
            Piece::Sym(symbol) => {
                out.push_str("${");
                out.push_str(without_case(symbol.key()));
                out.push('}');
            }
        }
    }
    out
}

/// The key of a symbol without changes of letter case around it.
fn without_case(key: &str) -> &str {
    ["lower(", "upper("]
        .iter()
        .find_map(|f| key.strip_prefix(f)?.strip_suffix(')'))
        .map_or(key, without_case)
}

/// Type and name of a nested resource with its parent's, unless it repeats them already.
pub(super) fn joined_names(
    parent_type: &str,
    parent_name: &Value,
    own_type: &Value,
    own_name: &Value,
) -> (Value, Value) {
    let own = own_type.as_str().unwrap_or_default();
    let repeats = own.len() > parent_type.len()
        && own.as_bytes()[parent_type.len()] == b'/'
        && own
            .get(..parent_type.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(parent_type));
    let full = if repeats {
        own_type.clone()
    } else {
        place::joined(&format!("{parent_type}/"), own_type)
    };
    let depth = full
        .as_str()
        .map_or(0, |t| t.split('/').count())
        .saturating_sub(1);
    let name = lift(own_name, &mut |name| {
        let segments = name.as_text().map_or(0, |t| t.split('/').len());
        if segments > 1 && segments == depth {
            name.clone()
        } else {
            place::join(&place::join(parent_name, &"/".into()), name).with_origin_of(name)
        }
    });
    (full, name.with_origin_of(own_name))
}

/// The id, by case; `None` when in no case type and name fit together.
pub(super) fn id_of(scope: &Value, type_name: &Text, name: &Value) -> Option<Value> {
    let mut any = false;
    let id = lift2(scope, name, &mut |scope, name| {
        let id = scope
            .as_text()
            .zip(name.as_text())
            .and_then(|(scope, name)| place::resource_id(&scope, type_name, &name.split('/')));
        match id {
            Some(id) => {
                any = true;
                id.into()
            }
            None => Symbol::derived(
                "id",
                "the resource's id",
                &[scope, &type_name.clone().into(), name],
            )
            .because(Cause::new(
                CauseKind::Unsupported,
                "the resource's name and type do not have the same number of parts",
            ))
            .into(),
        }
    });
    any.then(|| id.sensitive(scope.is_sensitive() || name.is_sensitive()))
}
