//! The kind tables: what each kind of resource is called in each language, where its attributes stand,
//! what they refer to. Read from `rules/kinds/*.yaml` and checked against each other when loaded.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::kind_file::{AttributeFile, KindFile, OneOrMany, SpellingFile};
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
    /// Reads the kind files (path and content) and checks them against each other.
    ///
    /// # Errors
    /// Names the file and what is wrong in it.
    pub fn load<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a serde_json::Value)>,
    ) -> Result<Kinds, String> {
        let mut parsed = Vec::new();
        for (path, content) in files {
            let file = KindFile::deserialize(content).map_err(|e| format!("{path}: {e}"))?;
            parsed.push((path, file));
        }
        let mut kinds = Kinds::default();
        for (i, (path, file)) in parsed.iter().enumerate() {
            let id = KindId(i as u16);
            if kinds.by_name.insert(file.kind.clone(), id).is_some() {
                return Err(format!("{path}: kind `{}` exists twice", file.kind));
            }
        }
        for (path, file) in &parsed {
            let kind = kinds.read(file).map_err(|e| format!("{path}: {e}"))?;
            kinds.kinds.push(kind);
        }
        kinds.connect(parsed)?;
        Ok(kinds)
    }

    fn read(&self, file: &KindFile) -> Result<Kind, String> {
        let mut types = Vec::new();
        for (name, sets) in &file.types {
            types.push(read_type(name, sets, &file.types)?);
        }
        let mut attributes = Vec::new();
        let mut by_attribute = HashMap::new();
        for (name, attribute) in &file.attributes {
            let attribute = self
                .read_attribute(name, attribute)
                .map_err(|e| format!("attribute `{name}`: {e}"))?;
            by_attribute.insert(name.clone(), attributes.len());
            attributes.push(attribute);
        }
        let inside = match &file.inside {
            None => None,
            Some(name) => Some(
                *by_attribute
                    .get(name)
                    .ok_or_else(|| format!("`inside` names `{name}`, which is no attribute"))?,
            ),
        };
        Ok(Kind {
            name: file.kind.clone(),
            title: file.title.clone(),
            types,
            attributes,
            by_attribute,
            children: Vec::new(),
            blocks: file.blocks.clone(),
            inverse: Vec::new(),
            create: file.create.clone(),
            retype: file.retype.clone(),
            inside,
        })
    }

    fn read_attribute(&self, name: &str, file: &AttributeFile) -> Result<Attribute, String> {
        let holds = match (&file.holds, &file.refers) {
            (Some(holds), None) => match holds.as_str() {
                "text" => Holds::Text,
                "name" | "enum" => Holds::Name,
                "region" => Holds::Region,
                "bool" => Holds::Bool,
                "number" => Holds::Number,
                "any" => Holds::Any,
                other => return Err(format!("there is no type `{other}`")),
            },
            (None, Some(refers)) => {
                let names = match refers {
                    OneOrMany::One(one) => std::slice::from_ref(one),
                    OneOrMany::Many(many) => many,
                };
                let known = names.iter().filter(|n| *n != "any");
                let ids = known
                    .map(|n| {
                        self.kind_id(n)
                            .ok_or_else(|| format!("there is no kind `{n}`"))
                    })
                    .collect::<Result<Vec<_>, _>>()?;
                Holds::Refers(ids)
            }
            _ => return Err("give either `type` or `refers`".into()),
        };
        Ok(Attribute {
            name: name.to_owned(),
            holds,
            many: file.many,
            arm: read_spellings(file.arm.as_ref())?,
            azurerm: read_spellings(file.azurerm.as_ref())?,
            write: file.write.clone(),
        })
    }

    /// The second pass: everything that names attributes of other kinds.
    fn connect(&mut self, parsed: Vec<(&str, KindFile)>) -> Result<(), String> {
        for (i, (path, file)) in parsed.into_iter().enumerate() {
            let id = KindId(i as u16);
            let fail = |what: String| format!("{path}: {what}");
            for (number, ty) in self.kinds[i].types.iter().enumerate() {
                let key = (ty.language, ty.name.to_lowercase());
                if let Some((other, _)) = self.by_type.insert(key, (id, number)) {
                    let other = &self.kinds[usize::from(other.0)].name;
                    return Err(fail(format!(
                        "type `{}` belongs to kind `{other}` too",
                        ty.name
                    )));
                }
            }
            let mut children = Vec::new();
            for child in file.children {
                let kind = self
                    .kind_id(&child.kind)
                    .ok_or_else(|| fail(format!("children: there is no kind `{}`", child.kind)))?;
                let paths = [
                    (Language::Arm, child.arm),
                    (Language::Azurerm, child.azurerm),
                ];
                let paths = paths
                    .into_iter()
                    .filter_map(|(language, path)| Some((language, steps(&path?))))
                    .collect();
                children.push(Child { kind, paths });
            }
            let mut inverse = Vec::new();
            for (name, file) in file.inverse {
                if self.kinds[i].by_attribute.contains_key(&name) {
                    return Err(fail(format!("inverse `{name}` is an attribute too")));
                }
                let kind = self
                    .kind_id(&file.kind)
                    .ok_or_else(|| fail(format!("inverse: there is no kind `{}`", file.kind)))?;
                let attribute = self
                    .kind(kind)
                    .attribute_number(&file.attribute)
                    .ok_or_else(|| {
                        fail(format!(
                            "inverse: `{}` has no attribute `{}`",
                            file.kind, file.attribute
                        ))
                    })?;
                inverse.push(Inverse {
                    name,
                    kind,
                    attribute,
                });
            }
            for (name, file) in file.associations {
                let mut sets = Vec::new();
                for (attribute, path) in file.sets {
                    let number = self.kinds[i]
                        .attribute_number(&attribute)
                        .ok_or_else(|| fail(format!("associations: no attribute `{attribute}`")))?;
                    sets.push((number, steps(&path)));
                }
                let owner = steps(&file.owner);
                let create = file.create;
                let association = Association {
                    owner,
                    sets,
                    create,
                };
                self.associations.insert(name, (id, association));
            }
            self.kinds[i].children = children;
            self.kinds[i].inverse = inverse;
        }
        Ok(())
    }

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

fn read_type(
    name: &str,
    sets: &BTreeMap<String, serde_json::Value>,
    all: &BTreeMap<String, BTreeMap<String, serde_json::Value>>,
) -> Result<Type, String> {
    let mut ty = Type {
        name: name.to_owned(),
        language: if name.contains('/') {
            Language::Arm
        } else {
            Language::Azurerm
        },
        arm: name.to_owned(),
        sets: BTreeMap::new(),
        names: vec!["name".to_owned()],
    };
    if let Some(arm) = sets.get("is").and_then(|v| v.as_str()) {
        ty.arm = arm.to_owned();
        let inherited = all
            .get(arm)
            .ok_or_else(|| format!("type `{name}` is `{arm}`, which is not among the types"))?;
        for (key, value) in inherited {
            if let Some(text) = value.as_str() {
                ty.sets.insert(key.clone(), text.to_owned());
            }
        }
    }
    for (key, value) in sets {
        match (key.as_str(), value) {
            ("is", _) => {}
            ("names", serde_json::Value::Array(names)) => {
                ty.names = names
                    .iter()
                    .filter_map(|n| Some(n.as_str()?.to_owned()))
                    .collect();
            }
            (_, serde_json::Value::String(text)) => {
                ty.sets.insert(key.clone(), text.clone());
            }
            _ => return Err(format!("type `{name}`: `{key}` must be text")),
        }
    }
    Ok(ty)
}

fn read_spellings(file: Option<&OneOrMany<SpellingFile>>) -> Result<Vec<Spelling>, String> {
    let spellings = match file {
        None => &[][..],
        Some(OneOrMany::One(one)) => std::slice::from_ref(one),
        Some(OneOrMany::Many(many)) => many,
    };
    spellings.iter().map(read_spelling).collect()
}

fn read_spelling(file: &SpellingFile) -> Result<Spelling, String> {
    let full = match file {
        SpellingFile::Path(path) => {
            return Ok(Spelling {
                find: Find::Path(steps(path)),
                only: Vec::new(),
                since: None,
                until: None,
                values: BTreeMap::new(),
                default: None,
            });
        }
        SpellingFile::Full(full) => full,
    };
    let find = match (&full.path, full.parent, full.scope, &full.by_name) {
        (Some(path), false, false, None) => Find::Path(steps(path)),
        (None, true, false, None) => Find::Parent,
        (None, false, true, None) => Find::Scope,
        (None, false, false, Some(name)) => Find::ByName {
            name: steps(name),
            group: full.group.as_deref().map(steps),
        },
        _ => return Err("give one of `path`, `parent`, `scope`, `by_name`".into()),
    };
    let only = match &full.only {
        None => Vec::new(),
        Some(OneOrMany::One(one)) => vec![one.clone()],
        Some(OneOrMany::Many(many)) => many.clone(),
    };
    Ok(Spelling {
        find,
        only,
        since: full.since.clone(),
        until: full.until.clone(),
        values: full.values.clone(),
        default: full.default.clone(),
    })
}

/// `a[].b` as steps.
fn steps(path: &str) -> Vec<Step> {
    let mut out = Vec::new();
    for part in path.split('.') {
        let (name, each) = match part.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (part, false),
        };
        out.push(Step::Member(name.to_owned()));
        if each {
            out.push(Step::Each);
        }
    }
    out
}
