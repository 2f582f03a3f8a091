//! Resource ids, put together exactly as Resource Manager does.

use super::super::frame::Env;
use super::super::place::{self, Level, MANAGEMENT_GROUPS, Place};
use super::Body::ByCase;
use super::arguments::Arguments;
use super::{ANY, Function, function};
use crate::value::{CauseKind, Text, Tri, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("resourceId", 2, ANY, ByCase(resource_id)),
    function(
        "subscriptionResourceId",
        2,
        ANY,
        ByCase(subscription_resource_id),
    ),
    function(
        "tenantResourceId",
        2,
        ANY,
        ByCase(|a| below(a, 0, Text::from(""))),
    ),
    function(
        "managementGroupResourceId",
        2,
        ANY,
        ByCase(management_group_resource_id),
    ),
    function(
        "extensionResourceId",
        3,
        ANY,
        ByCase(|a| below(a, 1, a.text(0)?)),
    ),
];

/// The scope that functions without a scope argument mean.
pub(super) fn place(a: &Arguments<'_, '_>) -> Place {
    place_of(a.e, a.env)
}

pub(super) fn place_of(e: &super::Evaluator<'_>, env: &Env) -> Place {
    e.frame(env.names).place.clone()
}

/// The id of type and names from argument `at` on.
fn below(a: &Arguments<'_, '_>, at: usize, scope: Text) -> Option<Value> {
    // A slash after the type is often left over from older forms, and ignored.
    let type_name = trimmed(&a.text(at)?);
    let mut names = Vec::new();
    // Of a name that the template gets wrong, the other parts say nothing either.
    if a.values.iter().any(is_wrong) {
        return None;
    }
    for name in at + 1..a.values.len() {
        // A name may hold several parts: `parent/child`.
        names.extend(a.text(name)?.split('/'));
    }
    let Some(id) = place::resource_id(&trimmed(&scope), &type_name, &names) else {
        return unfit(a, &type_name, &names);
    };
    // The scope of the deployment may be secret where no argument is.
    Some(Value::from(id).sensitive(at < 2 && place(a).prefix().is_sensitive()))
}

/// Type and names do not go together. An unknown part may hold slashes.
fn unfit(a: &Arguments<'_, '_>, type_name: &Text, names: &[Text]) -> Option<Value> {
    let known = type_name.as_known()?;
    if names.iter().any(|name| name.as_known().is_none()) || a.secret() {
        return None;
    }
    let wanted = known.split('/').count().saturating_sub(1);
    let message = match wanted {
        0 => format!("`{known}` is no resource type: there is no slash in it"),
        _ => format!(
            "type `{known}` goes with {wanted} names, not {}",
            names.len()
        ),
    };
    a.refuse(a.span, message)
}

fn is_wrong(value: &Value) -> bool {
    value
        .first_symbol()
        .is_some_and(|s| s.cause().kind == CauseKind::Invalid)
}

/// Scopes and types are sometimes written with a slash at the end.
fn trimmed(scope: &Text) -> Text {
    match scope.as_known() {
        Some(known) => Text::from(known.trim_end_matches('/')),
        None => scope.clone(),
    }
}

/// Where the type is: the first argument that holds a slash.
fn type_at(a: &Arguments<'_, '_>, most: usize) -> Option<usize> {
    let holds = |v: &Value| {
        v.as_text()
            .is_some_and(|t| t.contains("/", false) == Tri::True)
    };
    let at = a.values.iter().take(most + 1).position(holds);
    if at.is_none() && a.values.iter().all(|v| v.as_str().is_some()) {
        let message = format!("`{}` is given no resource type: `Namespace/type`", a.name());
        return a.refuse(a.span, message);
    }
    at
}

fn resource_id(a: &Arguments<'_, '_>) -> Option<Value> {
    let at = type_at(a, 2)?;
    let mut place = place(a);
    match at {
        0 => {}
        1 if place.level == Level::Subscription && is_guid(&a.values[0]) => {
            place.subscription = a.values[0].clone();
        }
        1 => {
            place.level = Level::Group;
            place.group = a.values[0].clone();
        }
        _ => {
            place.level = Level::Group;
            place.subscription = a.values[0].clone();
            place.group = a.values[1].clone();
        }
    }
    below(a, at, place.prefix().as_text()?)
}

fn is_guid(value: &Value) -> bool {
    let known = value.as_str().unwrap_or_default();
    let symbol = value
        .as_symbol()
        .is_some_and(|s| s.key().contains("subscriptionId"));
    symbol || (known.len() == 36 && known.bytes().filter(|b| *b == b'-').count() == 4)
}

fn subscription_resource_id(a: &Arguments<'_, '_>) -> Option<Value> {
    let at = type_at(a, 1)?;
    let mut place = place(a);
    place.level = Level::Subscription;
    if at == 1 {
        place.subscription = a.values[0].clone();
    }
    below(a, at, place.prefix().as_text()?)
}

fn management_group_resource_id(a: &Arguments<'_, '_>) -> Option<Value> {
    let at = type_at(a, 1)?;
    let group = match at {
        0 => place(a).management_group,
        _ => a.values[0].clone(),
    };
    below(a, at, place::joined(MANAGEMENT_GROUPS, &group).as_text()?)
}
