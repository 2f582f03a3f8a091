//! What azvet understood of a unit, for `azvet model`.

use super::{Azvet, not_seen};
use crate::declared::Declarations;
use crate::model::{Attr, Model, Resource, ResourceId, Target, Targets, To};
use crate::report::{AttributeDump, ResourceDump, UnitDump};
use crate::value::Value;

impl Azvet<'_> {
    pub(super) fn dump(&self, declarations: Declarations, path: String) -> UnitDump {
        let unknown_kind = declarations
            .resources
            .iter()
            .filter(|d| {
                self.library
                    .kinds
                    .of_type(d.language, &d.type_name)
                    .is_none()
            })
            .map(|d| ResourceDump {
                address: d.address.clone(),
                kind: None,
                type_name: d.type_name.clone(),
                managed: d.managed,
                exists: condition(&d.exists),
                location: d.header,
                attributes: Vec::new(),
            })
            .collect::<Vec<_>>();
        let model = Model::new(&self.library.kinds, declarations);
        let known = model.iter().filter(|(_, r)| !r.outside);
        let mut resources: Vec<ResourceDump> = known
            .filter_map(|(id, r)| resource_dump(&model, id, r))
            .collect();
        resources.extend(unknown_kind);
        UnitDump {
            path,
            resources,
            opaque: model.opaque.iter().map(not_seen).collect(),
        }
    }
}

fn condition(exists: &Value) -> Option<String> {
    match exists.as_bool() {
        Some(true) => None,
        Some(false) => Some("never".into()),
        None => Some(
            exists
                .first_symbol()
                .map_or_else(|| exists.shown(), |s| s.shown().to_owned()),
        ),
    }
}

fn resource_dump(model: &Model<'_>, id: ResourceId, resource: &Resource) -> Option<ResourceDump> {
    let kind = model.kind(id);
    let mut attributes = Vec::new();
    for (number, attribute) in kind.attributes.iter().enumerate() {
        match model.attribute(id, number) {
            Attr::Value(value) if value.is_null() => {}
            Attr::Value(value)
                if value
                    .as_list()
                    .is_some_and(|l| l.items.is_empty() && l.rest.is_none()) => {}
            Attr::Value(value) => attributes.push(AttributeDump::of(&*attribute.name, value)),
            Attr::Target(target) => attributes.extend(target_dump(model, &attribute.name, target)),
            Attr::Targets(Targets::List(list, _)) => {
                let each = list
                    .iter()
                    .filter_map(|t| target_dump(model, &attribute.name, t));
                attributes.extend(each);
            }
            Attr::Targets(Targets::Cases(..)) => {}
        }
    }
    Some(ResourceDump {
        address: resource.address.clone(),
        kind: Some(kind.name.clone()),
        type_name: model.type_of(id).name.as_str().into(),
        managed: resource.managed,
        exists: condition(&resource.exists),
        location: resource.header?,
        attributes,
    })
}

fn target_dump(model: &Model<'_>, name: &str, target: &Target) -> Option<AttributeDump> {
    let mut dump = AttributeDump::of(name, &target.value);
    match &target.to {
        To::Null => return None,
        To::Resource(id) => dump.references = Some(model.resource(*id).address.clone()),
        To::Cases(_) | To::Other(_) | To::Unknown(_) => {}
    }
    Some(dump)
}
