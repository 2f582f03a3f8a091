//! Limits on values.

use super::eval;
use crate::value::{Data, Value};

/// Members of one value, counted through all levels.
const LARGEST: usize = 200_000;

/// The value, unless it is larger than anything real. Values share their parts, so repeated doubling
/// costs nothing until somebody looks at all of it.
pub(super) fn bounded(value: Value) -> Value {
    fn count(value: &Value, left: &mut usize) -> bool {
        let Some(rest) = left.checked_sub(1) else {
            return false;
        };
        *left = rest;
        match &value.data {
            Data::List(list) => {
                list.items.iter().all(|v| count(v, left))
                    && list
                        .rest
                        .iter()
                        .all(|r| r.element.iter().all(|v| count(v, left)))
            }
            Data::Object(object) => {
                object.entries.iter().all(|e| count(&e.value, left))
                    && object
                        .rest
                        .iter()
                        .all(|r| r.element.iter().all(|v| count(v, left)))
            }
            Data::Cases(cases) => count(&cases.then, left) && count(&cases.otherwise, left),
            _ => true,
        }
    }
    let mut left = LARGEST;
    if count(&value, &mut left) {
        return value;
    }
    eval::limit("it is larger than azvet follows").with_origin_of(&value)
}
