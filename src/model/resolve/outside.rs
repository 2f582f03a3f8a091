//! Resources that are made elsewhere: only references tell of them.

use super::Resolver;
use crate::declared::Ignored;
use crate::model::ids::parent_id;
use crate::model::{KindId, Resource, ResourceId, Target, To, outside};
use crate::value::{Symbol, Text, Value, key_of};

impl Resolver<'_> {
    /// A resource of which only a reference tells. Where its name is secret, so is its id.
    pub(super) fn add_outside(
        &mut self,
        kind: KindId,
        arm: &str,
        id: Option<Text>,
        name: Value,
        key: String,
    ) -> ResourceId {
        if let Some(known) = self.outside.get(&(kind, key.clone())) {
            return *known;
        }
        let ty = self
            .kinds
            .kind(kind)
            .types
            .iter()
            .position(|t| t.name.eq_ignore_ascii_case(arm))
            .unwrap_or(0);
        let secret = name.is_sensitive();
        let number = ResourceId(self.resources.len() as u32);
        self.resources.push(Resource {
            kind,
            ty,
            address: match &id {
                Some(id) if !name.is_sensitive() => id.shown().into(),
                _ => name.shown().into(),
            },
            module: "".into(),
            version: None,
            body: Symbol::new(format!("outside {key}"), name.shown(), outside(&name)).into(),
            exists: true.into(),
            managed: false,
            outside: true,
            parent: None,
            node: None,
            header: None,
            block: None,
            comments: None,
            planned: None,
            ignored: Some(Ignored::default()),
            id: id.clone(),
            name,
            group: None,
            scope: None,
            attributes: Vec::new(),
            inverse: Vec::new(),
            children_incomplete: None,
        });
        self.outside.insert((kind, key), number);
        if let Some(parent) = id.as_ref().and_then(parent_id) {
            let target = self.by_id(&Value::from(parent).sensitive(secret), &[]);
            self.resources[number.0 as usize].parent = Some(target);
        }
        number
    }

    /// A reference of which it is not known where it leads: elsewhere, where nothing that it may lead to is here.
    pub(super) fn or_elsewhere(&mut self, target: Target, kinds: &[KindId]) -> Target {
        let here = |r: &Resource| kinds.contains(&r.kind) && r.managed;
        let Some(kind) = kinds.first().filter(|_| !self.resources.iter().any(here)) else {
            return target;
        };
        let Some(ty) = self.kinds.kind(*kind).types.first().map(|t| t.arm.clone()) else {
            return target;
        };
        let value = target.value;
        let id = self.add_outside(*kind, &ty, None, value.clone(), key_of(&value));
        Target {
            to: To::Resource(id),
            value,
        }
    }
}
