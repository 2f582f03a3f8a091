//! Where a deployment goes: the scope that its resources' ids start with.

use super::template::Node;
use crate::value::{Cause, CauseKind, Piece, Symbol, Text, Value, key_of, lift2};

/// The type of the scope above subscriptions. Part of the template language: ids of that scope are
/// spelt with it.
pub(super) const MANAGEMENT_GROUPS: &str = "/providers/Microsoft.Management/managementGroups/";

/// The kinds of scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Tenant,
    ManagementGroup,
    Subscription,
    Group,
}

/// A scope, with the names that are part of its id.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) level: Level,
    pub(super) subscription: Value,
    pub(super) group: Value,
    pub(super) management_group: Value,
}

impl Level {
    /// The scope that a template's `$schema` is for.
    pub(super) fn of(template: &Node) -> Option<Level> {
        let schema = template.get("$schema")?.as_str()?.to_lowercase();
        let name = schema.rsplit('/').next()?.to_owned();
        Some(match name.split("deploymenttemplate").next()? {
            "subscription" => Level::Subscription,
            "managementgroup" => Level::ManagementGroup,
            "tenant" => Level::Tenant,
            _ => Level::Group,
        })
    }
}

/// Something that is settled when the deployment starts.
pub(super) fn chosen(name: &str, what: &str) -> Value {
    let cause = Cause::new(
        CauseKind::Deployment,
        format!("{what} is chosen when the template is deployed"),
    );
    Symbol::new(name, name, cause).never_null().into()
}

impl Place {
    /// Where a template goes that nothing is known about but its `$schema`.
    pub(super) fn root(level: Level) -> Place {
        Place {
            level,
            subscription: chosen("subscription().subscriptionId", "the subscription"),
            group: chosen("resourceGroup().name", "the resource group"),
            management_group: chosen("managementGroup().name", "the management group"),
        }
    }

    /// What ids of resources here start with.
    pub(super) fn prefix(&self) -> Value {
        match self.level {
            Level::Tenant => "".into(),
            Level::ManagementGroup => joined(MANAGEMENT_GROUPS, &self.management_group),
            Level::Subscription => joined("/subscriptions/", &self.subscription),
            Level::Group => join(
                &joined("/subscriptions/", &self.subscription),
                &joined("/resourceGroups/", &self.group),
            ),
        }
    }

    /// Identifies the scope in keys of symbols.
    pub(super) fn key(&self) -> String {
        let prefix = self.prefix();
        if key_of(&prefix) == key_of(&Place::root(self.level).prefix()) {
            String::new()
        } else {
            key_of(&prefix)
        }
    }
}

/// A text before a value.
pub(super) fn joined(text: &str, value: &Value) -> Value {
    join(&text.into(), value)
}

/// Two texts, by case where either is.
pub(super) fn join(a: &Value, b: &Value) -> Value {
    lift2(a, b, &mut |a, b| match (a.as_text(), b.as_text()) {
        (Some(a), Some(b)) => Value::from(Text::concat([&a, &b])),
        _ => Symbol::derived("join", format!("{}{}", a.shown(), b.shown()), &[a, b]).into(),
    })
    .sensitive(a.is_sensitive() || b.is_sensitive())
}

/// The id of a resource of this full type and name below `scope`, when type and name have as many
/// segments as each other needs.
pub(super) fn resource_id(scope: &Text, type_name: &Text, names: &[Text]) -> Option<Text> {
    let segments = type_name.split('/');
    if segments.len() < 2 || segments.len() - 1 != names.len() || names.is_empty() {
        return None;
    }
    let mut pieces: Vec<Piece> = scope.pieces().collect();
    pieces.push(Piece::Lit("/providers/".into()));
    pieces.extend(relative_id(&segments, names).pieces());
    Some(Text::from_pieces(pieces))
}

/// `Namespace/type/name/subtype/name`.
pub(super) fn relative_id(segments: &[Text], names: &[Text]) -> Text {
    let slash = || Piece::Lit("/".into());
    let mut pieces: Vec<Piece> = segments
        .first()
        .into_iter()
        .flat_map(Text::pieces)
        .collect();
    for (segment, name) in segments.iter().skip(1).zip(names) {
        pieces.push(slash());
        pieces.extend(segment.pieces());
        pieces.push(slash());
        pieces.extend(name.pieces());
    }
    Text::from_pieces(pieces)
}
