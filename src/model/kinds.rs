//! The kind tables: what each kind of resource is called in each language, where its attributes stand,
//! what they refer to. Read from `rules/kinds/*.yaml` and checked against each other when loaded.

mod load;

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::{KindId, version};
use crate::declared::Language;

/// All kinds, with look-ups.
#[derive(Debug, Default)]
pub struct Kinds {
    kinds: Vec<Kind>,
    by_name: HashMap<String, KindId>,
    /// By language and type name in lower case.
    by_type: HashMap<(Language, String), (KindId, usize)>,
    /// Association resources, by type name.
    pub(super) associations: HashMap<String, (KindId, Association)>,
}

/// One kind of resource.
#[derive(Debug)]
pub struct Kind {
    /// `flexible_server`.
    pub name: String,
    /// For people: "flexible server".
    pub title: String,
    /// Its types in both languages.
    pub types: Vec<Type>,
    /// Its attributes; their order is their number.
    pub attributes: Vec<Attribute>,
    by_attribute: HashMap<String, usize>,
    /// Resources written inside resources of this kind.
    pub children: Vec<Child>,
    /// Nested blocks of its azurerm types that the provider never fills in itself, by dotted path.
    pub blocks: Vec<String>,
    /// Sets of resources that refer here.
    pub inverse: Vec<Inverse>,
    /// How a new resource is written, best first.
    pub create: Vec<Written>,
    /// The types that resources of this kind were meant to be of.
    pub retype: Vec<Retype>,
    /// The attribute that leads to what pictures draw it in.
    pub inside: Option<usize>,
}

/// Text in a language, with `{placeholders}`, for some versions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// The type that is written.
    #[serde(rename = "type")]
    pub ty: String,
    /// Written in HCL, as an azapi resource, though the type is ARM's.
    #[serde(default)]
    pub azapi: bool,
    /// Written in JSON among the properties of what it belongs to, without a type of its own.
    #[serde(default)]
    pub inline: bool,
    since: Option<String>,
    until: Option<String>,
    /// The text.
    pub text: String,
}

impl Written {
    /// Whether it is written so in a version.
    pub fn applies(&self, version: Option<&str>) -> bool {
        version::within(version, self.since.as_deref(), self.until.as_deref())
    }
}

/// From one type of resource to another, argument by argument.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retype {
    /// The type that is written.
    pub from: String,
    /// The type that it becomes.
    pub to: String,
    /// ARM: an API version of that.
    pub version: Option<String>,
    /// azurerm: the arguments that the new type does not have.
    #[serde(default)]
    pub remove: Vec<String>,
    /// azurerm: the arguments that take the id of another resource, by the name that rules give it.
    #[serde(default)]
    pub refer: BTreeMap<String, String>,
}

/// A resource type.
#[derive(Debug)]
pub struct Type {
    /// As declared: `azurerm_subnet`, or the ARM type.
    pub name: String,
    /// The language it belongs to.
    pub language: Language,
    /// The ARM type that it is.
    pub arm: String,
    /// Constant attributes.
    pub sets: BTreeMap<String, String>,
    /// azurerm: the arguments whose values are the names in the resource's id, outermost first.
    pub names: Vec<String>,
}

/// An attribute of a kind.
#[derive(Debug)]
pub struct Attribute {
    /// Its name in rules.
    pub name: String,
    /// What it holds.
    pub holds: Holds,
    /// Whether it is a list.
    pub many: bool,
    /// Whether it is always set: a reference that can't lead to anything here leads elsewhere.
    pub required: bool,
    arm: Vec<Spelling>,
    azurerm: Vec<Spelling>,
    /// How the attribute is written where nothing of it is there yet, when a path alone does not say it:
    /// by language, or language and value, a nested block or an object member with `{value}`.
    pub write: BTreeMap<String, String>,
}

/// What an attribute holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Case-sensitive text.
    Text,
    /// Text whose letter case Azure ignores.
    Name,
    /// A region; spelt in lower case without spaces.
    Region,
    /// A boolean.
    Bool,
    /// A number.
    Number,
    /// Anything.
    Any,
    /// A resource of one of these kinds; none: of any kind.
    Refers(Vec<KindId>),
}

/// One place where an attribute may stand.
#[derive(Clone, Debug)]
pub struct Spelling {
    /// How the value is found.
    pub find: Find,
    only: Vec<String>,
    since: Option<String>,
    until: Option<String>,
    /// Translation of scalars, by their text.
    pub values: BTreeMap<String, serde_json::Value>,
    /// What holds when nothing is written.
    pub default: Option<serde_json::Value>,
}

/// How an attribute's value is found.
#[derive(Clone, Debug)]
pub enum Find {
    /// At a path below the resource.
    Path(Vec<Step>),
    /// It is the enclosing resource.
    Parent,
    /// It is what the resource extends.
    Scope,
    /// By name and, when given, resource group.
    ByName {
        /// Where the name stands.
        name: Vec<Step>,
        /// Where the resource group's name stands.
        group: Option<Vec<Step>>,
    },
}

impl Find {
    /// The names on the way to the value.
    pub(super) fn members(&self) -> Option<Vec<&str>> {
        let steps = match self {
            Find::Path(steps) | Find::ByName { name: steps, .. } => steps,
            Find::Parent | Find::Scope => return None,
        };
        let names = steps.iter().filter_map(|step| match step {
            Step::Member(name) => Some(name.as_str()),
            Step::Each => None,
        });
        Some(names.collect())
    }
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The member of this name.
    Member(String),
    /// Each member of a list.
    Each,
}

impl Step {
    /// The name of a member.
    pub fn member(&self) -> Option<&str> {
        match self {
            Step::Member(name) => Some(name),
            Step::Each => None,
        }
    }
}

/// Resources written inside another's body.
#[derive(Debug)]
pub struct Child {
    /// Their kind.
    pub kind: KindId,
    /// Where they stand, by language.
    pub paths: Vec<(Language, Vec<Step>)>,
}

/// The resources whose attribute refers to a resource of this kind.
#[derive(Debug)]
pub struct Inverse {
    /// Its name in rules.
    pub name: String,
    /// Their kind.
    pub kind: KindId,
    /// The number of their attribute.
    pub attribute: usize,
}

/// A resource that only adds attributes to another.
#[derive(Clone, Debug)]
pub struct Association {
    /// Where the other's id stands.
    pub owner: Vec<Step>,
    /// Attribute number, and where its value stands.
    pub sets: Vec<(usize, Vec<Step>)>,
    /// How one is written, with `{label}`, `{owner}` and `{added}`, the ids of the two.
    pub create: Option<String>,
}

impl Kinds {
    /// A kind by number.
    pub fn kind(&self, id: KindId) -> &Kind {
        &self.kinds[usize::from(id.0)]
    }

    /// A kind's number by name.
    pub fn kind_id(&self, name: &str) -> Option<KindId> {
        self.by_name.get(name).copied()
    }

    /// All kinds with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (KindId, &Kind)> {
        self.kinds
            .iter()
            .enumerate()
            .map(|(i, k)| (KindId(i as u16), k))
    }

    /// The kind and type of a declared resource. ARM types are compared in any letter case.
    pub fn of_type(&self, language: Language, type_name: &str) -> Option<(KindId, &Type)> {
        let (id, number) = self.by_type.get(&(language, type_name.to_lowercase()))?;
        Some((*id, &self.kind(*id).types[*number]))
    }

    /// Whether nothing of this azurerm type has the id of a resource of these kinds. Types of other
    /// providers may act on anything, and what is named after a type may have its id:
    /// an association of a subnet has the subnet's.
    pub fn excludes(&self, type_name: &str) -> bool {
        let of_azurerm = |(language, _): &&(Language, String)| *language == Language::Azurerm;
        let mut known = self.by_type.keys().filter(of_azurerm).map(|(_, ty)| ty);
        let mut others = known.clone();
        known.any(|ty| ty.split('_').next() == type_name.split('_').next())
            && others.all(|ty| {
                let rest = type_name.strip_prefix(&**ty);
                rest.is_none_or(|rest| !rest.is_empty() && !rest.starts_with('_'))
            })
    }

    /// Where bodies of ARM resources hold resources of their own.
    pub fn inline_children(&self) -> crate::arm::InlineChildren {
        let mut found = crate::arm::InlineChildren::new();
        for kind in &self.kinds {
            let paths = kind.children.iter().flat_map(|child| &child.paths);
            let paths = paths.filter(|(language, _)| *language == Language::Arm);
            for (_, steps) in paths {
                let names: Vec<String> = steps
                    .iter()
                    .filter_map(Step::member)
                    .map(str::to_owned)
                    .collect();
                let segment = names.last().map_or("", String::as_str);
                for ty in &kind.types {
                    let inner = format!("{}/{segment}", ty.name);
                    if self.of_type(Language::Arm, &inner).is_some() {
                        let paths = found.entry(ty.name.to_lowercase()).or_default();
                        paths.push(names.clone());
                    }
                }
            }
        }
        found
    }

    /// The type of resource that sets an attribute of a kind beside it, with how one is written.
    pub fn setter(&self, kind: KindId, attribute: usize) -> Option<(&str, &str)> {
        let setters = self.associations.iter().filter(|(_, (id, association))| {
            *id == kind && association.sets.iter().any(|(n, _)| *n == attribute)
        });
        let mut written = setters.filter_map(|(ty, (_, a))| Some((&**ty, a.create.as_deref()?)));
        written.next()
    }

    /// The association that a resource type is, if it is one.
    pub fn association(&self, type_name: &str) -> Option<(KindId, &Association)> {
        self.associations.get(type_name).map(|(id, a)| (*id, a))
    }
}

impl Kind {
    /// An attribute's number.
    pub fn attribute_number(&self, name: &str) -> Option<usize> {
        self.by_attribute.get(name).copied()
    }

    /// An inverse set's number.
    pub fn inverse_number(&self, name: &str) -> Option<usize> {
        self.inverse.iter().position(|i| i.name == name)
    }
}

impl Attribute {
    /// Where the attribute may stand in a resource of this type and version, best first.
    /// With no version, spellings limited to some versions apply when they reach the newest
    /// (`newest`: what stands for no version; `None` keeps them all).
    pub fn spellings<'a, 'v>(
        &'a self,
        ty: &'a Type,
        version: Option<&'v str>,
    ) -> impl Iterator<Item = &'a Spelling> + use<'a, 'v> {
        let all = match ty.language {
            Language::Arm => &self.arm,
            Language::Azurerm => &self.azurerm,
        };
        all.iter().filter(move |s| s.applies(ty, version))
    }
}

impl Spelling {
    fn applies(&self, ty: &Type, version: Option<&str>) -> bool {
        let only = self.only.is_empty()
            || self.only.iter().any(|o| {
                o.eq_ignore_ascii_case(&ty.name)
                    || o.eq_ignore_ascii_case(&ty.arm)
                    || ty.sets.values().any(|v| v == o)
            });
        only && version::within(version, self.since.as_deref(), self.until.as_deref())
    }

    /// Whether it holds for some versions only.
    pub fn is_limited(&self) -> bool {
        self.since.is_some() || self.until.is_some()
    }

    /// As the language writes it: the path without list markers.
    pub fn shown(&self) -> String {
        let steps = match &self.find {
            Find::Path(steps) | Find::ByName { name: steps, .. } => steps,
            Find::Parent => return "parent".into(),
            Find::Scope => return "scope".into(),
        };
        let members: Vec<&str> = steps
            .iter()
            .filter_map(|s| match s {
                Step::Member(m) => Some(m.as_str()),
                Step::Each => None,
            })
            .collect();
        members.join(".")
    }
}
