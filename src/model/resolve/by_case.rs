//! Ids that are another in each case of a condition.

use crate::model::{ResourceId, Target, TargetCases, To};
use crate::value::{Data, Symbol, Text, Tri, Value};

/// The resource with this id by case, in the cases in which it is this one; `other` stands for what it
/// is in the others.
pub(super) fn is_it(id: &Value, text: &Text, found: ResourceId, other: &Symbol) -> Option<To> {
    let Data::Cases(cases) = &id.data else {
        let same = id.as_text()?.equals(text, true) == Tri::True;
        return same.then_some(To::Resource(found));
    };
    let side = |id: &Value| is_it(id, text, found, other);
    let (then, otherwise) = (side(&cases.then), side(&cases.otherwise));
    if then.is_none() && otherwise.is_none() {
        return None;
    }
    let target = |to: Option<To>| Target {
        to: to.unwrap_or_else(|| To::Unknown(other.clone())),
        value: text.clone().into(),
    };
    Some(To::Cases(Box::new(TargetCases {
        cond: cases.cond.clone(),
        then: target(then),
        otherwise: target(otherwise),
    })))
}

/// Whether an id by case is certainly another one in every case.
pub(super) fn excluded(id: &Value, text: &Text) -> bool {
    match &id.data {
        Data::Cases(cases) => excluded(&cases.then, text) && excluded(&cases.otherwise, text),
        Data::Null => true,
        _ => id
            .as_text()
            .is_some_and(|id| id.equals(text, true) == Tri::False),
    }
}
