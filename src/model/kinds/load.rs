//! From kind files to kinds.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::{
    Association, Attribute, Child, Find, Holds, Inverse, Kind, Kinds, Spelling, Step, Type,
};
use crate::declared::Language;
use crate::model::KindId;
use crate::model::kind_file::{AttributeFile, KindFile, OneOrMany, SpellingFile};

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
            required: file.required,
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
