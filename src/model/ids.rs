//! Resource ids: what they say, and those that resources have by their scopes and names.

use super::Resource;
use crate::value::{self, Cause, CauseKind, Data, Piece, Symbol, Text, Tri, Value, key_of};

/// Lower-case known pieces, so that ids and names meet whatever their letter case.
pub(super) fn caseless(text: &Text) -> String {
    key_of(&Data::Text(text.map(str::to_lowercase, Symbol::clone)).into())
}

/// The type that a resource id says.
pub fn type_in(id: &Value) -> Option<String> {
    let Data::Text(text) = &id.data else {
        return None;
    };
    let is_id = text.starts_with("/", false) == Tri::True;
    parse_id(text).filter(|_| is_id).map(|(ty, _)| ty)
}

/// The type and the names in a resource id.
pub(super) fn parse_id(text: &Text) -> Option<(String, Vec<Text>)> {
    let parts = text.split('/');
    let providers = parts.iter().rposition(|p| {
        p.as_known()
            .is_some_and(|s| s.eq_ignore_ascii_case("providers"))
    })?;
    let mut rest = parts[providers + 1..].iter();
    let mut ty = rest.next()?.as_known()?.to_owned();
    let mut names = Vec::new();
    while let Some(segment) = rest.next() {
        ty.push('/');
        ty.push_str(segment.as_known()?);
        names.push(rest.next()?.clone());
    }
    (!names.is_empty()).then_some((ty, names))
}

/// The id of the resource that a child id is below; `None` for top-level resources.
pub(super) fn parent_id(text: &Text) -> Option<Text> {
    let (ty, names) = parse_id(text)?;
    if names.len() < 2 || ty.split('/').count() != names.len() + 1 {
        return None;
    }
    let parts = text.split('/');
    let slash = Text::from("/");
    let kept = &parts[..parts.len() - 2];
    let mut pieces = Vec::new();
    for (i, part) in kept.iter().enumerate() {
        if i > 0 {
            pieces.push(&slash);
        }
        pieces.push(part);
    }
    Some(Text::concat(pieces))
}

/// A child's own name: what follows the last slash of the full name.
pub(super) fn last_segment(name: &Value) -> Value {
    value::lift(name, &mut |v| match &v.data {
        Data::Text(text) => match text.split('/').pop() {
            Some(last) if last != *text => Value::from(last)
                .with_origin_of(v)
                .sensitive(v.is_sensitive()),
            _ => v.clone(),
        },
        _ => v.clone(),
    })
}

/// The resource group's name in a scope `/subscriptions/…/resourceGroups/name`.
pub(super) fn group_of(scope: &Value) -> Option<Value> {
    let parts = scope.as_text()?.split('/');
    let at = parts.iter().position(|p| {
        p.as_known()
            .is_some_and(|s| s.eq_ignore_ascii_case("resourceGroups"))
    })?;
    Some(Value::from(parts.get(at + 1)?.clone()).sensitive(scope.is_sensitive()))
}

fn full_id(scope: &Text, arm: &str, names: &[Text]) -> Text {
    let mut segments = arm.split('/');
    let mut pieces: Vec<Piece> = scope.pieces().collect();
    pieces.push(Piece::Lit(
        format!("/providers/{}", segments.next().unwrap_or_default()).into(),
    ));
    for (segment, name) in segments.zip(names) {
        pieces.push(Piece::Lit(format!("/{segment}/").into()));
        pieces.extend(name.pieces());
    }
    Text::from_pieces(pieces)
}

pub(super) fn below(parent: Option<&Text>, name: &Value, arm: &str) -> Option<Text> {
    let segment = arm.rsplit('/').next()?;
    Some(Text::concat([
        parent?,
        &Text::from(format!("/{segment}/").as_str()),
        &name.as_text()?,
    ]))
}

/// The id of a resource below a scope; an azapi child's scope is its parent's id.
pub(super) fn arm_id(scope: &Text, arm: &str, name: &Text) -> Option<Text> {
    let (names, wanted) = (name.split('/'), arm.matches('/').count());
    if names.len() == wanted {
        return Some(full_id(scope, arm, &names));
    }
    below(Some(scope), &names.last()?.clone().into(), arm).filter(|_| wanted > 1)
}

/// The id of the parent of a resource whose name has the names of its parents.
pub(super) fn arm_parent(scope: &Text, arm: &str, name: &Text) -> Option<Text> {
    parent_id(&arm_id(scope, arm, name)?)
}

/// The id that a resource says it has.
pub(super) fn known_id(body: &Value) -> Option<Text> {
    let id = value::member(body, "id", false);
    id.as_str().filter(|id| id.starts_with('/'))?;
    id.as_text()
}

/// What exists has its id; of what does not, all are taken to be in the provider's subscription.
pub(super) fn azurerm_id(resource: &Resource, arm: &str, names: &[String]) -> Option<Text> {
    if let Some(id) = known_id(&resource.body) {
        return Some(id);
    }
    let cause = Cause::new(CauseKind::Deployment, "the subscription is the provider's");
    let subscription = Symbol::new(
        "provider subscription",
        "the provider's subscription",
        cause,
    );
    let group = resource.group.as_ref()?.as_text()?;
    let scope = Text::concat([
        &Text::from("/subscriptions/"),
        &Text::symbol(subscription),
        &Text::from("/resourceGroups/"),
        &group,
    ]);
    let names: Option<Vec<Text>> = names
        .iter()
        .map(|n| value::member(&resource.body, n, false).as_text())
        .collect();
    let names = names?;
    (names.len() == arm.matches('/').count()).then(|| full_id(&scope, arm, &names))
}
