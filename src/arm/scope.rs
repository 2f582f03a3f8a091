//! The scope of a single resource, and conditions.

use super::evaluator::Evaluator;
use super::frame::Env;
use super::place::{self, Level, MANAGEMENT_GROUPS, Place};
use super::template::Node;
use crate::value::{Data, Symbol, Text, Tri, Value, and, lift};

impl Evaluator<'_> {
    /// Where a resource goes: its deployment's scope, unless `resourceGroup`, `subscriptionId` or
    /// `scope` say otherwise.
    pub(super) fn resource_place(&self, node: &Node, env: &Env, around: &Place) -> Place {
        let mut place = around.clone();
        let group = node.get("resourceGroup");
        if let Some(subscription) = node.get("subscriptionId") {
            place.subscription = self.node(subscription, env);
            place.level = Level::Subscription;
        }
        if let Some(group) = group {
            place.group = self.node(group, env);
            place.level = Level::Group;
        }
        if let Some(scope) = node.get("scope") {
            let scope = self.node(scope, env);
            let secret = |name: Text| Value::from(name).sensitive(scope.is_sensitive());
            if scope.as_str() == Some("/") {
                place.level = Level::Tenant;
            } else if let Some(name) = scope.as_text().and_then(|s| management_group(&s)) {
                place.level = Level::ManagementGroup;
                place.management_group = secret(name);
            } else if let Some((subscription, group)) =
                scope.as_text().and_then(|s| subscription_or_group(&s))
            {
                place.subscription = secret(subscription);
                place.level = Level::Subscription;
                if let Some(group) = group {
                    place.group = secret(group);
                    place.level = Level::Group;
                }
            }
        }
        place
    }

    /// What a resource's id starts with: the place, or the resource that it extends.
    pub(super) fn resource_scope(&self, node: &Node, env: &Env, place: &Place) -> Value {
        let prefix = place.prefix();
        let Some(scope_node) = node.get("scope") else {
            return prefix;
        };
        let scope = self.node(scope_node, env);
        lift(&scope, &mut |scope| {
            let Some(text) = scope.as_text() else {
                return Symbol::derived("scope", self.source(scope_node.span), &[scope]).into();
            };
            let plain = management_group(&text).is_some()
                || subscription_or_group(&text).is_some()
                || text.as_known() == Some("/");
            if plain {
                return place.prefix();
            }
            match text.starts_with("/", false) {
                Tri::False => relative(&prefix, &text),
                Tri::True | Tri::Unknown => scope.clone(),
            }
        })
        .with_origin_of(&scope)
        .sensitive(scope.is_sensitive())
    }

    /// A condition: booleans, and texts that say `true` or `false`.
    pub(super) fn condition(&self, value: &Value) -> Value {
        lift(value, &mut |v| match &v.data {
            Data::Text(text) => match text.as_known() {
                Some(t) if t.eq_ignore_ascii_case("true") => true.into(),
                Some(t) if t.eq_ignore_ascii_case("false") => false.into(),
                _ => Symbol::derived("condition", v.shown(), &[v]).into(),
            },
            Data::Bool(_) | Data::Unknown(_) => v.clone(),
            _ => Symbol::derived("condition", v.shown(), &[v]).into(),
        })
        .sensitive(value.is_sensitive())
    }
}

/// Whether both hold; a condition that remains alone stands for itself.
pub(super) fn both(a: &Value, b: &Value) -> Value {
    let value = match (a.as_bool(), b.as_bool()) {
        (Some(true), _) => b.clone(),
        (_, Some(true)) => a.clone(),
        _ => and(a, b),
    };
    match &value.data {
        Data::Cases(cases)
            if cases.then.as_bool() == Some(true) && cases.otherwise.as_bool() == Some(false) =>
        {
            cases.cond.clone().into()
        }
        _ => value,
    }
}

/// `Namespace/type/name` as the id of a resource in the same place.
fn relative(prefix: &Value, text: &Text) -> Value {
    place::join(
        &place::join(prefix, &"/providers/".into()),
        &text.clone().into(),
    )
}

fn management_group(text: &Text) -> Option<Text> {
    let parts = text.split('/');
    let known = MANAGEMENT_GROUPS.trim_matches('/');
    let known = known.strip_prefix("providers/").unwrap_or(known);
    let is = |parts: &[Text]| {
        let (a, b) = (parts.first()?.as_known()?, parts.get(1)?.as_known()?);
        (parts.len() == 3 && format!("{a}/{b}").eq_ignore_ascii_case(known))
            .then(|| parts[2].clone())
    };
    match parts.first()?.as_known() {
        Some("") if parts.get(1)?.as_known()?.eq_ignore_ascii_case("providers") => is(&parts[2..]),
        _ => is(&parts),
    }
}

/// The names in `/subscriptions/s` or `/subscriptions/s/resourceGroups/g`.
fn subscription_or_group(text: &Text) -> Option<(Text, Option<Text>)> {
    let parts = text.split('/');
    let is = |i: usize, word: &str| {
        parts
            .get(i)
            .and_then(Text::as_known)
            .is_some_and(|p| p.eq_ignore_ascii_case(word))
    };
    if !is(0, "") || !is(1, "subscriptions") {
        return None;
    }
    match parts.len() {
        3 => Some((parts[2].clone(), None)),
        5 if is(3, "resourceGroups") => Some((parts[2].clone(), Some(parts[4].clone()))),
        _ => None,
    }
}
