//! Types, and what the checker and the evaluator ask of the rest.

use crate::network::{self, Tags};
use crate::value::{Cause, Tri, Value};

pub use crate::model::{KindId, Members, ResourceId, Target, TargetCases, To};

/// The type of an expression. Whatever its type, a value or resource may be null; a collection may not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Only null.
    Null,
    /// True or false.
    Bool,
    /// A number.
    Number,
    /// A text.
    Text {
        /// Comparisons ignore letter case.
        caseless: bool,
    },
    /// A value of any of these types; known when the rule runs.
    Any,
    /// A list of values.
    List(Box<Type>),
    /// A resource of this kind.
    Resource(KindId),
    /// A collection of resources of this kind.
    Resources(KindId),
    /// A resource of any kind.
    AnyResource,
    /// A collection of resources of any kind.
    AnyResources,
}

impl Type {
    /// Text that is compared exactly.
    pub const TEXT: Type = Type::Text { caseless: false };
    /// Text that is compared without regard to letter case.
    pub const CASELESS: Type = Type::Text { caseless: true };

    /// A list of these.
    pub fn list(of: Type) -> Type {
        Type::List(Box::new(of))
    }

    /// Null or a resource.
    pub(super) fn is_resource(&self) -> bool {
        matches!(self, Type::Resource(_) | Type::AnyResource)
    }

    pub(super) fn is_resources(&self) -> bool {
        matches!(self, Type::Resources(_) | Type::AnyResources)
    }

    /// Null, a resource or several, not a value.
    pub(in crate::rules) fn leads_to_resources(&self) -> bool {
        self.is_resource() || self.is_resources()
    }

    /// The type of the members of a list or collection; `None` for what has none.
    pub(super) fn member(&self) -> Option<Type> {
        match self {
            Type::List(of) => Some((**of).clone()),
            Type::Any => Some(Type::Any),
            Type::Resources(kind) => Some(Type::Resource(*kind)),
            Type::AnyResources => Some(Type::AnyResource),
            _ => None,
        }
    }

    /// Neither a resource nor a collection of resources.
    pub(super) fn is_value(&self) -> bool {
        !self.is_resource() && !self.is_resources()
    }

    /// Whether comparisons with it ignore letter case.
    pub(super) fn caseless(&self) -> bool {
        match self {
            Type::Text { caseless } => *caseless,
            Type::List(of) => of.caseless(),
            _ => false,
        }
    }

    /// For error messages: "text", "a list of numbers", "a `subnet`".
    pub(super) fn shown(&self, schema: &dyn Schema) -> String {
        match self {
            Type::Null => "null".into(),
            Type::Bool => "true or false".into(),
            Type::Number => "a number".into(),
            Type::Text { .. } => "text".into(),
            Type::Any => "a value".into(),
            Type::List(of) => match &**of {
                Type::Bool => "a list of true or false".into(),
                Type::Number => "a list of numbers".into(),
                Type::Text { .. } => "a list of text".into(),
                Type::List(_) => "a list of lists".into(),
                _ => "a list".into(),
            },
            Type::Resource(kind) => format!("a `{}`", schema.kind_name(*kind)),
            Type::Resources(kind) => format!("a collection of `{}`", schema.kind_name(*kind)),
            Type::AnyResource => "a resource".into(),
            Type::AnyResources => "a collection of resources".into(),
        }
    }

    /// The type of something that is one or the other; `None` when no expression could use it.
    pub(super) fn join(&self, other: &Type) -> Option<Type> {
        Some(match (self, other) {
            (a, b) if a == b => a.clone(),
            (Type::Null, b) if !b.is_resources() => b.clone(),
            (a, Type::Null) if !a.is_resources() => a.clone(),
            (Type::Text { caseless: a }, Type::Text { caseless: b }) => {
                Type::Text { caseless: *a || *b }
            }
            (Type::List(a), Type::List(b)) => Type::list(a.join(b).unwrap_or(Type::Any)),
            (a, b) if a.is_resource() && b.is_resource() => Type::AnyResource,
            (a, b) if a.is_resources() && b.is_resources() => Type::AnyResources,
            (a, b) if a.is_value() && b.is_value() => Type::Any,
            _ => return None,
        })
    }

    /// Whether the two can ever be equal.
    pub(super) fn comparable(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Resources(_) | Type::AnyResources, _)
            | (_, Type::Resources(_) | Type::AnyResources) => false,
            (Type::Null, _) | (_, Type::Null) => true,
            (Type::Any, b) => b.is_value(),
            (a, Type::Any) => a.is_value(),
            (Type::Text { .. }, Type::Text { .. }) => true,
            (Type::List(a), Type::List(b)) => a.comparable(b),
            (Type::AnyResource, b) => b.is_resource(),
            (a, Type::AnyResource) => a.is_resource(),
            (a, b) => a == b,
        }
    }
}

/// What the checker needs to know of kinds.
pub trait Schema {
    /// The kind of this name.
    fn kind(&self, name: &str) -> Option<KindId>;
    /// The name of a kind.
    fn kind_name(&self, kind: KindId) -> &str;
    /// All kind names, to suggest one for a misspelt name.
    fn kinds(&self) -> Vec<String> {
        Vec::new()
    }
    /// The type of an attribute.
    fn member(&self, kind: KindId, name: &str) -> Option<Type>;
    /// The type of an attribute that resources of every kind have, such as a name.
    fn common_member(&self, name: &str) -> Option<Type> {
        _ = name;
        None
    }
    /// All attributes of a kind, to suggest one for a misspelt name.
    fn members(&self, kind: KindId) -> Vec<String>;
    /// Whether `lookup` knows this table.
    fn table(&self, name: &str) -> bool;
}

/// What questions about traffic need to know beside the resources.
#[derive(Debug, Default)]
pub struct Knowledge {
    /// The service tags.
    pub tags: Tags,
    /// The rules that every filter has.
    pub always: Vec<network::Rule>,
}

/// What the evaluator needs to know of the model.
pub trait World {
    /// An attribute. `None`: not known, for the reason that [`World::cause`] gives.
    fn member(&self, resource: ResourceId, name: &str) -> Option<Datum>;
    /// Whether the resource exists: a boolean, known, by case or unknown.
    fn exists(&self, resource: ResourceId) -> Value;
    /// Whether both are the same thing.
    fn same(&self, a: ResourceId, b: ResourceId) -> Tri;
    /// Declared and managed in this unit.
    fn created(&self, resource: ResourceId) -> bool;
    /// Whether `a` is deployed after `b`.
    fn waits_for(&self, a: ResourceId, b: ResourceId) -> Tri;
    /// The resource as it was before the plan; `None` where it was not there, or there is no plan.
    fn prior(&self, _resource: ResourceId) -> Option<ResourceId> {
        None
    }
    /// Whether this is what is there, which does not tell what its authors wrote.
    fn deployed(&self) -> bool {
        false
    }
    /// What the plan does to it: `create`, `update`, `replace` or `keep`; `None` where there is no plan.
    fn planned(&self, _resource: ResourceId) -> Option<&'static str> {
        None
    }
    /// Whether the plan replaces it because of this attribute.
    fn forces_replacement(&self, _resource: ResourceId, _attribute: &str) -> bool {
        false
    }
    /// Whether an attribute or set is left as it is once the resource is there.
    fn is_ignored(&self, _resource: ResourceId, _member: &str) -> Tri {
        Tri::False
    }
    /// The kind; `None` where it is outside and its kind not known.
    fn kind(&self, resource: ResourceId) -> Option<KindId>;
    /// Its type as ARM calls it; `None` where that is not known.
    fn arm_type(&self, resource: ResourceId) -> Option<String>;
    /// All resources of a kind.
    fn all(&self, kind: KindId) -> Members;
    /// What messages call it.
    fn name(&self, resource: ResourceId) -> String;
    /// An attribute as the resource's language writes it, for messages.
    fn spell(&self, resource: ResourceId, member: &str) -> String;
    /// What Terraform code beside the resource at fault calls a resource.
    fn address(&self, resource: ResourceId) -> String {
        self.name(resource)
    }
    /// The lines of Terraform code that make the resource at fault wait for a resource.
    fn wait_for(&self, resource: ResourceId) -> String {
        format!("depends_on = [{}]", self.address(resource))
    }
    /// An entry of a data table.
    fn lookup(&self, table: &str, key: &str) -> Option<Value>;
    /// What is known of service tags and filters; without it nothing is decided of traffic.
    fn traffic(&self) -> Option<&Knowledge> {
        None
    }
    /// Why attributes of this resource are not known: it is outside the analysed set.
    fn cause(&self, resource: ResourceId) -> Option<Cause>;
}

/// What an expression gives.
#[derive(Clone, Debug)]
pub enum Datum {
    /// A value.
    Value(Value),
    /// A resource, or null.
    Resource(Target),
    /// A collection of resources.
    Resources(Members),
}

impl From<Value> for Datum {
    fn from(value: Value) -> Datum {
        Datum::Value(value)
    }
}

impl From<Target> for Datum {
    fn from(target: Target) -> Datum {
        Datum::Resource(target)
    }
}

impl From<Members> for Datum {
    fn from(members: Members) -> Datum {
        Datum::Resources(members)
    }
}

impl From<ResourceId> for Datum {
    fn from(id: ResourceId) -> Datum {
        Datum::Resource(Target::resource(id))
    }
}
