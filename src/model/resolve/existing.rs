//! Resources that are created at one place and said to exist at another.

use std::collections::HashMap;

use super::Resolver;
use crate::model::ids::caseless;
use crate::model::{ResourceId, To};

impl Resolver<'_> {
    /// What is said to exist and is created here too is the created one, wherever it is referred to. Where that is
    /// created in some cases only, the other stands for the rest of them.
    pub(in crate::model) fn merge_existing(&mut self) {
        for (number, resource) in self.resources.iter().enumerate() {
            let certain = resource.managed && resource.exists.as_bool() == Some(true);
            if let Some(text) = resource.id.as_ref().filter(|_| certain) {
                let key = (resource.kind, caseless(text));
                let found = self.by_id.entry(key).or_insert(ResourceId(number as u32));
                // Of two that are created, the one that `index` chose stays.
                if !self.resources[found.0 as usize].managed {
                    *found = ResourceId(number as u32);
                }
            }
        }
        let existing = self.resources.iter().enumerate();
        let same: HashMap<ResourceId, ResourceId> = existing
            .filter(|(_, resource)| !resource.managed)
            .filter_map(|(number, resource)| {
                let key = (resource.kind, caseless(resource.id.as_ref()?));
                let created = *self.by_id.get(&key)?;
                let other = self.get(created);
                (other.managed && other.exists.as_bool() == Some(true))
                    .then_some((ResourceId(number as u32), created))
            })
            .collect();
        if same.is_empty() {
            return;
        }
        for id in self.by_address.values_mut() {
            *id = *same.get(id).unwrap_or(id);
        }
        let lists = self
            .by_name
            .values_mut()
            .chain(self.open_names.values_mut());
        for list in lists.chain(self.open_ids.values_mut()) {
            list.retain(|id| !same.contains_key(id));
        }
        for resource in &mut self.resources {
            if let Some(parent) = &mut resource.parent
                && let To::Resource(id) = &mut parent.to
            {
                *id = *same.get(id).unwrap_or(id);
            }
        }
    }
}
