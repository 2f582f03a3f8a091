//! References to declared resources that are of no kind here: whatever their ids are known to be, they
//! mean nothing in the model.

use std::collections::HashSet;
use std::sync::Arc;

use super::kinds::Kinds;
use crate::declared::{Declared, Language};
use crate::value::{Symbol, Value};

/// The addresses of what is certainly none of the model's resources.
pub(super) struct Elsewhere(HashSet<Arc<str>>);

impl Elsewhere {
    pub(super) fn new(kinds: &Kinds, declared: &[Declared]) -> Elsewhere {
        let others = declared.iter().filter(|d| match d.language {
            Language::Azurerm => kinds.excludes(&d.type_name),
            // An id of Resource Manager says of which type it is, where that is known.
            Language::Arm => {
                let known = d.type_name.contains('/') && !d.type_name.contains("${");
                known && kinds.of_type(d.language, &d.type_name).is_none()
            }
        });
        Elsewhere(others.map(|d| d.address.clone()).collect())
    }

    /// Whether the value is the id of one of them.
    pub(super) fn holds(&self, value: &Value) -> bool {
        let reference = value.as_symbol().and_then(Symbol::reference);
        reference.is_some_and(|r| &*r.attribute == "id" && self.0.contains(&r.resource))
    }
}
