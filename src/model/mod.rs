//! One graph of everything a unit declares: resources of known kinds, their attributes as their
//! language, provider version and defaults mean them, and what refers to what.

mod associate;
mod build;
mod elsewhere;
mod ids;
mod inverse;
mod kind_file;
pub mod kinds;
mod prior;
mod read;
mod resolve;
mod version;

use std::collections::HashMap;
use std::sync::Arc;

use crate::declared::{Action, Declarations, Declared, Graph, Ignored, Language, NodeId, Opaque};
use crate::source::Span;
use crate::value::{Cause, CauseKind, Symbol, Text, Tri, Value};
pub use ids::type_in;
use kinds::{Find, Kind, Kinds, Spelling, Step, Type};

/// A kind's number in [`Kinds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindId(pub u16);

/// A resource's number in its [`Model`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(pub u32);

/// What a reference leads to, and the value that refers.
#[derive(Clone, Debug)]
pub struct Target {
    /// Where it leads.
    pub to: To,
    /// The value, with its origin.
    pub value: Value,
}

/// Where a reference leads.
#[derive(Clone, Debug)]
pub enum To {
    /// Nowhere: nothing is set.
    Null,
    /// To a resource, declared here or outside.
    Resource(ResourceId),
    /// To one or the other, by a condition that is not known.
    Cases(Box<TargetCases>),
    /// To something that is of no kind here.
    Other(Symbol),
    /// It can't be told.
    Unknown(Symbol),
}

/// `then` when the condition holds, `otherwise` when it does not.
#[derive(Clone, Debug)]
pub struct TargetCases {
    /// A boolean symbol.
    pub cond: Symbol,
    /// Where it is true.
    pub then: Target,
    /// Where it is false.
    pub otherwise: Target,
}

impl Target {
    /// A resource by itself, not read from an attribute.
    pub fn resource(id: ResourceId) -> Target {
        Target {
            to: To::Resource(id),
            value: Value::null(),
        }
    }

    /// Nothing, with the origin of this value.
    pub fn null(value: Value) -> Target {
        Target {
            to: To::Null,
            value,
        }
    }

    /// `build` for each side of a condition.
    fn cases(cond: &Symbol, value: &Value, mut build: impl FnMut(bool) -> Target) -> Target {
        Target {
            to: To::Cases(Box::new(TargetCases {
                cond: cond.clone(),
                then: build(true),
                otherwise: build(false),
            })),
            value: value.clone(),
        }
    }
}

/// The value of an attribute.
#[derive(Clone, Debug)]
pub enum Attr {
    /// A plain value; for lists a list.
    Value(Value),
    /// A reference.
    Target(Target),
    /// Several references.
    Targets(Targets),
}

/// Several references, possibly by case.
#[derive(Clone, Debug)]
pub enum Targets {
    /// The known ones, and why there may be more.
    List(Vec<Target>, Option<Cause>),
    /// By a condition that is not known.
    Cases(Symbol, Box<Targets>, Box<Targets>),
}

/// A collection of resources. What does not exist is no member.
#[derive(Clone, Debug, Default)]
pub struct Members {
    /// Members for certain, if they exist.
    pub items: Vec<ResourceId>,
    /// Members where this boolean holds, which tells of their existence too.
    pub when: Vec<(ResourceId, Value)>,
    /// Members if something unknown turns out so. Many resources share these.
    pub possible: Arc<Vec<(ResourceId, Cause)>>,
    /// Why there may be further members that are not known.
    pub incomplete: Option<Cause>,
}

impl Members {
    /// These and no others.
    pub fn known(items: Vec<ResourceId>) -> Members {
        Members {
            items,
            ..Members::default()
        }
    }

    /// Nothing is known of them.
    pub fn unknown(cause: Cause) -> Members {
        Members {
            incomplete: Some(cause),
            ..Members::default()
        }
    }
}

/// A resource of a known kind.
#[derive(Debug)]
pub struct Resource {
    /// Its kind.
    pub kind: KindId,
    /// The number of its type in the kind.
    ty: usize,
    /// Unique in the unit.
    pub address: Arc<str>,
    /// The module or deployment that it is in, as addresses start with it.
    pub module: Arc<str>,
    /// The version it is written for.
    pub version: Option<Arc<str>>,
    /// The attributes as written.
    pub body: Value,
    /// Whether it exists.
    pub exists: Value,
    /// Created here; false for what is only read, and for what only an id tells of.
    pub managed: bool,
    /// Not declared at all: only an id or name tells of it.
    pub outside: bool,
    /// The resource that it is a child of.
    pub parent: Option<Target>,
    /// The place in the dependency graph.
    pub node: Option<NodeId>,
    /// What to underline when an attribute is not there.
    pub header: Option<Span>,
    /// The whole block; `None` when there is none that the user may change.
    pub block: Option<Span>,
    /// `comments`, where suppressions stand in JSON.
    pub comments: Option<Value>,
    /// What a plan does to it.
    pub planned: Option<Planned>,
    /// Arguments that are not changed once it is there.
    pub ignored: Option<Ignored>,
    /// The resource id, where type and names are known enough to build it.
    pub id: Option<Text>,
    /// The name (of a child: its own last part).
    pub name: Value,
    /// The resource group's name.
    pub group: Option<Value>,
    /// In ARM, what it is deployed to: a resource group, or the resource that it extends.
    pub scope: Option<Value>,
    /// By attribute number.
    attributes: Vec<Attr>,
    /// By number of the kind's inverse sets.
    inverse: Vec<Members>,
    /// Why there may be children that are not known.
    children_incomplete: Option<Cause>,
}

/// What a plan does to a resource.
#[derive(Clone, Debug)]
pub struct Planned {
    /// How it comes to be as declared.
    pub action: Action,
    /// The resource as it was; `None` when it was not there.
    pub prior: Option<ResourceId>,
    /// The attributes that can't be changed in place, as paths into the body.
    forced_by: Vec<Vec<Arc<str>>>,
}

/// All resources of known kinds in a unit.
#[derive(Debug)]
pub struct Model<'k> {
    kinds: &'k Kinds,
    resources: Vec<Resource>,
    by_kind: HashMap<KindId, Vec<ResourceId>>,
    graph: Graph,
    /// Parts that could not be looked into.
    pub opaque: Vec<Opaque>,
    /// Whether it is what is there, whatever its authors wrote.
    pub deployed: bool,
    /// Defaults of inputs that whoever deploys may replace.
    pub defaults: Vec<Span>,
    /// Those among them that are null or empty, where whoever calls this gives what it needs.
    pub left_out: Vec<Span>,
}

impl<'k> Model<'k> {
    /// Builds the model of what a unit declares.
    pub fn new(kinds: &'k Kinds, declarations: Declarations) -> Model<'k> {
        build::build(kinds, declarations)
    }

    /// The kind tables.
    pub fn kinds(&self) -> &'k Kinds {
        self.kinds
    }

    /// A resource.
    pub fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id.0 as usize]
    }

    /// A resource's kind.
    pub fn kind(&self, id: ResourceId) -> &'k Kind {
        self.kinds.kind(self.resource(id).kind)
    }

    /// A resource's type.
    pub fn type_of(&self, id: ResourceId) -> &'k Type {
        &self.kind(id).types[self.resource(id).ty]
    }

    /// All resources, outside ones included.
    pub fn iter(&self) -> impl Iterator<Item = (ResourceId, &Resource)> {
        self.resources
            .iter()
            .enumerate()
            .map(|(i, r)| (ResourceId(i as u32), r))
    }

    /// The declared resources of a kind.
    pub fn of_kind(&self, kind: KindId) -> &[ResourceId] {
        self.by_kind.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// An attribute by number.
    pub fn attribute(&self, id: ResourceId, number: usize) -> &Attr {
        &self.resource(id).attributes[number]
    }

    /// An inverse set by number.
    pub fn inverse(&self, id: ResourceId, number: usize) -> &Members {
        &self.resource(id).inverse[number]
    }

    /// Whether two resources are one and the same in Azure.
    pub fn same(&self, a: ResourceId, b: ResourceId) -> Tri {
        if a == b {
            return Tri::True;
        }
        let (x, y) = (self.resource(a), self.resource(b));
        if x.kind != y.kind {
            return Tri::False;
        }
        match (&x.id, &y.id) {
            (Some(p), Some(q)) => match p.equals(q, true) {
                Tri::Unknown if x.managed && y.managed => Tri::False,
                decided => decided,
            },
            _ if x.managed && y.managed => Tri::False,
            _ => Tri::Unknown,
        }
    }

    /// Whether `a` is created only after `b`.
    pub fn waits_for(&self, a: ResourceId, b: ResourceId) -> Tri {
        match (self.resource(a).node, self.resource(b).node) {
            (Some(a), Some(b)) => self.graph.waits_for(a, b),
            _ => Tri::Unknown,
        }
    }

    /// Whether an attribute, or the children that a set holds, are left as they are once the resource is there,
    /// whatever is written: `member` is the name of one or the other.
    pub fn is_ignored(&self, id: ResourceId, member: &str) -> Tri {
        let resource = self.resource(id);
        let Some(ignored) = &resource.ignored else {
            return Tri::Unknown;
        };
        let (kind, ty) = (self.kind(id), self.type_of(id));
        let named = |step: Option<&str>| {
            step.is_some_and(|step| ignored.some.iter().any(|name| &**name == step))
        };
        let attribute = kind.attribute_number(member).is_some_and(|number| {
            let attribute = &kind.attributes[number];
            let mut spellings = attribute.spellings(ty, resource.version.as_deref());
            spellings.any(|s| named(s.find.members().and_then(|path| path.first().copied())))
        });
        let children = kind.inverse_number(member).is_some_and(|number| {
            let of = kind.inverse[number].kind;
            let mut children = kind.children.iter().filter(|child| child.kind == of);
            children.any(|child| {
                let mut paths = child.paths.iter().filter(|(l, _)| *l == ty.language);
                paths.any(|(_, steps)| match steps.first() {
                    Some(Step::Member(name)) => named(Some(name)),
                    _ => false,
                })
            })
        });
        (ignored.all || attribute || children).into()
    }

    /// Whether a plan replaces a resource because of this attribute, written in any of its ways.
    pub fn forces_replacement(&self, id: ResourceId, attribute: usize) -> bool {
        let resource = self.resource(id);
        let Some(planned) = &resource.planned else {
            return false;
        };
        let attribute = &self.kind(id).attributes[attribute];
        let spellings = attribute.spellings(self.type_of(id), resource.version.as_deref());
        let paths: Vec<Vec<&str>> = spellings.filter_map(|s| s.find.members()).collect();
        planned.forced_by.iter().any(|forced| {
            paths.iter().any(|path| {
                // A path that ends early means all that is below it.
                let forced = forced.iter().map(|step| &**step);
                forced.zip(path).all(|(forced, own)| forced == *own)
            })
        })
    }

    /// Why attributes of a resource that is not created here are not known.
    pub fn outside_cause(&self, id: ResourceId) -> Option<Cause> {
        let resource = self.resource(id);
        (!resource.managed).then(|| outside(&resource.name))
    }

    /// How the language of a resource writes an attribute: as it is written there, else as it would be.
    pub fn spelling(&self, id: ResourceId, attribute: usize) -> Option<&'k Spelling> {
        let resource = self.resource(id);
        let ty = self.type_of(id);
        let attribute = &self.kind(id).attributes[attribute];
        let mut all = attribute.spellings(ty, resource.version.as_deref());
        let first = all.next()?;
        let is_there = |spelling: &&Spelling| match &spelling.find {
            Find::Path(steps) | Find::ByName { name: steps, .. } => {
                !read::at_path(&resource.body, steps, ty.language).is_null()
            }
            Find::Parent | Find::Scope => false,
        };
        Some(
            std::iter::once(first)
                .chain(all)
                .find(is_there)
                .unwrap_or(first),
        )
    }

    /// [`Model::spelling`] as a path.
    pub fn spell(&self, id: ResourceId, attribute: usize) -> String {
        self.spelling(id, attribute).map_or_else(
            || self.kind(id).attributes[attribute].name.clone(),
            Spelling::shown,
        )
    }

    /// The language in which a resource is written.
    pub fn language(&self, id: ResourceId) -> Language {
        self.type_of(id).language
    }

    /// The name for messages: the name where known, else the address.
    pub fn shown(&self, id: ResourceId) -> String {
        let resource = self.resource(id);
        match &resource.name.data {
            crate::value::Data::Text(text) if !resource.name.is_sensitive() => text.shown(),
            crate::value::Data::Unknown(_) if resource.outside => resource.name.shown(),
            _ => resource.address.to_string(),
        }
    }
}

impl Model<'_> {
    /// What Terraform code in the module of `from` calls a resource: `azurerm_subnet.db`, or an example of such an
    /// address where it can't refer to the resource.
    pub fn local_address(&self, id: ResourceId, from: Option<ResourceId>) -> String {
        let resource = self.resource(id);
        let near = from.is_none_or(|from| self.resource(from).module == resource.module);
        let local = resource.address.strip_prefix(&*resource.module);
        let type_name = &self.type_of(id).name;
        match local {
            Some(local) if near && !resource.outside && local.contains(type_name.as_str()) => {
                local.to_owned()
            }
            _ => format!("{type_name}.example"),
        }
    }

    /// The lines of Terraform code that make `waiter` wait for a resource. They stand in the module where the ways
    /// to the two part, so what waits there, and what is waited for, may be modules.
    pub fn wait_for(&self, id: ResourceId, waiter: Option<ResourceId>) -> String {
        let whole = |id| self.local_address(id, Some(id));
        let Some(waiter) = waiter else {
            return format!("depends_on = [{}]", whole(id));
        };
        let [from, to] = [waiter, id].map(|id| calls(&self.resource(id).module));
        let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let block = match from.get(common) {
            Some(call) => format!("module.{}", without_key(call)),
            None => whole(waiter),
        };
        let on = match to.get(common) {
            Some(call) => format!("module.{}", without_key(call)),
            None => without_key(&whole(id)).to_owned(),
        };
        format!(
            "# in the block of {}\ndepends_on = [{on}]",
            without_key(&block)
        )
    }
}

/// The calls in the address of a module: `db[0]` and `network` of `module.db[0].module.network.`.
fn calls(module: &str) -> Vec<&str> {
    let mut quoted = false;
    let between = |c| {
        quoted ^= c == '"';
        c == '.' && !quoted
    };
    module.split(between).skip(1).step_by(2).collect()
}

/// An address without the key of one of several: a dependency is on all of them.
fn without_key(address: &str) -> &str {
    address.split('[').next().unwrap_or(address)
}

fn outside(name: &Value) -> Cause {
    Cause::new(
        CauseKind::Outside,
        format!("`{}` is not created in what was analysed", name.shown()),
    )
}

/// What resources are made from while the model is built.
struct Draft<'d> {
    declared: &'d Declared,
    body: Value,
    exists: Value,
    parent: Option<ResourceId>,
    address: Arc<str>,
    type_name: Arc<str>,
    inline: bool,
}
