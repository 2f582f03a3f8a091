//! The model and the kind tables as conditions see them.

use std::cell::RefCell;

use super::Library;
use super::condition::{Datum, Knowledge, Schema, Type, World};
use crate::model::kinds::{Attribute, Holds};
use crate::model::{Attr, KindId, Members, Model, ResourceId, Targets, To};
use crate::value::{self, Cause, Tri, Value};

impl Schema for Library {
    fn kind(&self, name: &str) -> Option<KindId> {
        self.kinds.kind_id(name)
    }

    fn kind_name(&self, kind: KindId) -> &str {
        &self.kinds.kind(kind).name
    }

    fn kinds(&self) -> Vec<String> {
        self.kinds.iter().map(|(_, k)| k.name.clone()).collect()
    }

    fn member(&self, kind: KindId, name: &str) -> Option<Type> {
        let kind = self.kinds.kind(kind);
        if let Some(number) = kind.attribute_number(name) {
            return Some(type_of(&kind.attributes[number]));
        }
        let number = kind.inverse_number(name)?;
        Some(Type::Resources(kind.inverse[number].kind))
    }

    fn common_member(&self, name: &str) -> Option<Type> {
        (name == "name").then_some(Type::CASELESS)
    }

    fn members(&self, kind: KindId) -> Vec<String> {
        let kind = self.kinds.kind(kind);
        let attributes = kind.attributes.iter().map(|a| a.name.clone());
        attributes
            .chain(kind.inverse.iter().map(|i| i.name.clone()))
            .collect()
    }

    fn table(&self, name: &str) -> bool {
        Library::table(self, name).is_some()
    }
}

fn type_of(attribute: &Attribute) -> Type {
    let one = match &attribute.holds {
        Holds::Text => Type::TEXT,
        Holds::Name | Holds::Region => Type::CASELESS,
        Holds::Bool => Type::Bool,
        Holds::Number => Type::Number,
        Holds::Any => Type::Any,
        Holds::Refers(kinds) => {
            return match (kinds.as_slice(), attribute.many) {
                ([kind], false) => Type::Resource(*kind),
                ([kind], true) => Type::Resources(*kind),
                (_, false) => Type::AnyResource,
                (_, true) => Type::AnyResources,
            };
        }
    };
    if attribute.many { Type::list(one) } else { one }
}

/// A model, with the tables for look-ups.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) model: &'a Model<'a>,
    pub(super) library: &'a Library,
    /// The resource at fault, where a finding is told.
    pub(super) about: Option<ResourceId>,
    /// Keeps what is read and is null or empty.
    pub(super) absent: Option<&'a RefCell<Vec<Value>>>,
}

impl View<'_> {
    fn note(&self, value: &Value) {
        if let Some(absent) = self.absent.filter(|_| value.is_absent()) {
            absent.borrow_mut().push(value.clone());
        }
    }
}

impl World for View<'_> {
    fn member(&self, resource: ResourceId, name: &str) -> Option<Datum> {
        let kind = self.model.kind(resource);
        if let Some(number) = kind.attribute_number(name) {
            return Some(match self.model.attribute(resource, number) {
                Attr::Value(value) => {
                    self.note(value);
                    Datum::Value(value.clone())
                }
                Attr::Target(target) => {
                    self.note(&target.value);
                    Datum::Resource(target.clone())
                }
                Attr::Targets(targets) => {
                    let mut members = Members::default();
                    collect(targets, &true.into(), &mut members);
                    Datum::Resources(members)
                }
            });
        }
        let number = kind.inverse_number(name)?;
        Some(Datum::Resources(
            self.model.inverse(resource, number).clone(),
        ))
    }

    fn exists(&self, resource: ResourceId) -> Value {
        self.model.resource(resource).exists.clone()
    }

    fn same(&self, a: ResourceId, b: ResourceId) -> Tri {
        self.model.same(a, b)
    }

    fn created(&self, resource: ResourceId) -> bool {
        self.model.resource(resource).managed
    }

    fn waits_for(&self, a: ResourceId, b: ResourceId) -> Tri {
        self.model.waits_for(a, b)
    }

    fn prior(&self, resource: ResourceId) -> Option<ResourceId> {
        self.model.resource(resource).planned.as_ref()?.prior
    }

    fn deployed(&self) -> bool {
        self.model.deployed
    }

    fn planned(&self, resource: ResourceId) -> Option<&'static str> {
        let planned = self.model.resource(resource).planned.as_ref()?;
        Some(planned.action.name())
    }

    fn forces_replacement(&self, resource: ResourceId, attribute: &str) -> bool {
        let number = self.model.kind(resource).attribute_number(attribute);
        number.is_some_and(|number| self.model.forces_replacement(resource, number))
    }

    fn is_ignored(&self, resource: ResourceId, member: &str) -> Tri {
        self.model.is_ignored(resource, member)
    }

    fn kind(&self, resource: ResourceId) -> Option<KindId> {
        Some(self.model.resource(resource).kind)
    }

    fn arm_type(&self, resource: ResourceId) -> Option<String> {
        Some(self.model.type_of(resource).arm.clone())
    }

    fn all(&self, kind: KindId) -> Members {
        Members::known(self.model.of_kind(kind).to_vec())
    }

    fn name(&self, resource: ResourceId) -> String {
        self.model.shown(resource)
    }

    fn spell(&self, resource: ResourceId, member: &str) -> String {
        match self.model.kind(resource).attribute_number(member) {
            Some(number) => self.model.spell(resource, number),
            None => member.to_owned(),
        }
    }

    fn address(&self, resource: ResourceId) -> String {
        self.model.local_address(resource, self.about)
    }

    fn wait_for(&self, resource: ResourceId) -> String {
        self.model.wait_for(resource, self.about)
    }

    fn lookup(&self, table: &str, key: &str) -> Option<Value> {
        let table = self.library.table(table)?.as_object()?;
        table.get_caseless(key).map(|entry| entry.value.clone())
    }

    fn traffic(&self) -> Option<&Knowledge> {
        Some(&self.library.traffic)
    }

    fn cause(&self, resource: ResourceId) -> Option<Cause> {
        self.model.outside_cause(resource)
    }
}

/// The resources that several references lead to.
fn collect(targets: &Targets, when: &Value, out: &mut Members) {
    match targets {
        Targets::List(list, more) => {
            for target in list {
                reach(target, when, out);
            }
            out.incomplete = out.incomplete.take().or_else(|| more.clone());
        }
        Targets::Cases(cond, then, otherwise) => {
            let cond: Value = cond.clone().into();
            collect(then, &value::and(when, &cond), out);
            collect(otherwise, &value::and(when, &value::not(&cond)), out);
        }
    }
}

fn reach(target: &crate::model::Target, when: &Value, out: &mut Members) {
    match &target.to {
        To::Null | To::Other(_) => {}
        To::Resource(id) if when.as_bool() == Some(true) => out.items.push(*id),
        To::Resource(id) => out.when.push((*id, when.clone())),
        To::Cases(cases) => {
            let cond: Value = cases.cond.clone().into();
            reach(&cases.then, &value::and(when, &cond), out);
            reach(&cases.otherwise, &value::and(when, &value::not(&cond)), out);
        }
        To::Unknown(symbol) => {
            out.incomplete = out
                .incomplete
                .take()
                .or_else(|| Some(symbol.cause().clone()))
        }
    }
}
