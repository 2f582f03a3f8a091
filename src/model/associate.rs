//! Resources that only add attributes to others, folded into those.

use super::elsewhere::Elsewhere;
use super::inverse::{Hint, Mentions};
use super::kinds::{Holds, Kinds};
use super::{Attr, KindId, Resource, Target, To};
use crate::declared::{Language, Opaque};
use crate::value::{self, Cause, CauseKind, Data, Symbol, Value};

/// What a resource adds to another.
pub(super) struct Association {
    /// The kind of the other.
    pub(super) kind: KindId,
    /// The other.
    pub(super) owner: Target,
    /// The number of its attribute.
    pub(super) attribute: usize,
    /// What that is then.
    pub(super) added: Attr,
    /// Whether the association is there.
    pub(super) exists: Value,
}

/// Folds associations into their owners. Where one may belong to a resource, or a part that could not
/// be looked into was told of it, a reference that is not set is not known.
pub(super) fn fold(
    kinds: &Kinds,
    resources: &mut [Resource],
    associations: Vec<Association>,
    opaque: &[Opaque],
    elsewhere: &Elsewhere,
) {
    for association in &associations {
        apply(
            resources,
            association,
            &association.owner,
            &association.exists,
            elsewhere,
        );
    }
    let mentions = Mentions::new(opaque);
    for resource in resources.iter_mut().filter(|r| r.managed) {
        let kind = kinds.kind(resource.kind);
        if kind.types[resource.ty].language != Language::Azurerm {
            continue;
        }
        if let Some(cause) = mentions.of(resource) {
            for number in associated(kinds, resource.kind) {
                if matches!(kind.attributes[number].holds, Holds::Refers(_)) {
                    open(resource, number, &cause);
                }
            }
        }
    }
}

/// The numbers of the attributes that associations set in resources of a kind.
fn associated(kinds: &Kinds, kind: KindId) -> impl Iterator<Item = usize> {
    let of_kind = kinds
        .associations
        .values()
        .filter(move |(id, _)| *id == kind);
    of_kind.flat_map(|(_, association)| association.sets.iter().map(|(number, _)| *number))
}

fn apply(
    resources: &mut [Resource],
    association: &Association,
    owner: &Target,
    exists: &Value,
    elsewhere: &Elsewhere,
) {
    match &owner.to {
        _ if exists.as_bool() == Some(false) => {}
        To::Null | To::Other(_) => {}
        To::Resource(id) => {
            let own = resources[id.0 as usize]
                .attributes
                .get_mut(association.attribute);
            match (own, &association.added) {
                (Some(Attr::Value(own)), Attr::Value(added)) => {
                    *own = value::select(exists, added, own);
                }
                (Some(Attr::Target(own)), Attr::Target(added)) => {
                    *own = select(exists, added, own);
                }
                _ => {}
            }
        }
        To::Cases(cases) => {
            let cond: Value = cases.cond.clone().into();
            apply(
                resources,
                association,
                &cases.then,
                &value::and(exists, &cond),
                elsewhere,
            );
            let otherwise = value::and(exists, &value::not(&cond));
            apply(
                resources,
                association,
                &cases.otherwise,
                &otherwise,
                elsewhere,
            );
        }
        To::Unknown(_) if elsewhere.holds(&owner.value) => {}
        To::Unknown(symbol) => {
            let hint = Hint::of(&owner.value);
            for resource in resources.iter_mut() {
                if resource.kind == association.kind
                    && resource.managed
                    && !hint.as_ref().is_some_and(|hint| hint.excludes(resource))
                {
                    open(resource, association.attribute, symbol.cause());
                }
            }
        }
    }
}

/// A reference that is not set may be set elsewhere.
fn open(resource: &mut Resource, number: usize, cause: &Cause) {
    let address = resource.address.clone();
    if let Some(Attr::Target(own)) = resource.attributes.get_mut(number)
        && matches!(own.to, To::Null)
    {
        let key = format!("association {address} {number}");
        let symbol = Symbol::new(key, &*address, cause.clone());
        *own = Target {
            value: symbol.clone().into(),
            to: To::Unknown(symbol),
        };
    }
}

/// One or the other, by a condition.
fn select(cond: &Value, then: &Target, otherwise: &Target) -> Target {
    match &cond.data {
        Data::Bool(true) => then.clone(),
        Data::Bool(false) => otherwise.clone(),
        Data::Unknown(symbol) => Target::cases(symbol, &then.value, |holds| {
            if holds {
                then.clone()
            } else {
                otherwise.clone()
            }
        }),
        Data::Cases(cases) => Target::cases(&cases.cond, &then.value, |holds| {
            select(&cond.restrict(&cases.cond, holds), then, otherwise)
        }),
        _ => {
            let cause = Cause::new(CauseKind::Invalid, "a condition that is no boolean");
            let symbol = Symbol::new("association", "an association", cause);
            Target {
                value: symbol.clone().into(),
                to: To::Unknown(symbol),
            }
        }
    }
}
