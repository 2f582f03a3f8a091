//! References to declared resources that are of no kind here: whatever their ids are known to be, they
//! mean nothing in the model.

use std::collections::HashMap;
use std::sync::Arc;

use super::kinds::Kinds;
use crate::declared::{Declared, Language};
use crate::value::{Symbol, Value};

/// The addresses of what is certainly none of the model's resources, and whether it is created here.
pub(super) struct Elsewhere(HashMap<Arc<str>, bool>);

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
        Elsewhere(others.map(|d| (d.address.clone(), d.managed)).collect())
    }

    /// Whether the value is the id of one of them.
    pub(super) fn holds(&self, value: &Value) -> bool {
        self.find(value).is_some()
    }

    /// Whether it is the id of one that is created here. What is only read may be something that others are
    /// in, a subscription.
    pub(super) fn creates(&self, value: &Value) -> bool {
        self.find(value) == Some(true)
    }

    fn find(&self, value: &Value) -> Option<bool> {
        let reference = value.as_symbol().and_then(Symbol::reference)?;
        let created = self.0.get(&reference.resource).copied();
        created.filter(|_| &*reference.attribute == "id")
    }
}
