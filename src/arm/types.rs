//! The types that parameters and outputs are declared with, and why a value is none of its type.
//!
//! Resource Manager looks at them before it deploys anything (MicrosoftDocs/azure-docs,
//! articles/azure-resource-manager/templates/definitions.md and syntax.md). Nothing is claimed of what
//! is not known, and secrets are not looked at: usually they are given when it is deployed.

use super::functions::length;
use super::template::{Node, Property};
use crate::declared::Problem;
use crate::source::Span;
use crate::value::{Data, Entry, List, Number, Object, Piece, Value};

/// Types nested or referring deeper than this are not followed.
pub(super) const DEEPEST: usize = 32;

/// The types of a template.
#[derive(Clone, Copy)]
pub(super) struct Types<'t> {
    template: &'t Node,
}

/// Part of the value of a parameter or output: what it is called, and where it stands unless it knows
/// better.
struct Part {
    sort: &'static str,
    name: String,
    place: Span,
    depth: usize,
}

impl Part {
    /// A part of it, called `suffix`.
    fn inner(&self, suffix: &str, value: &Value) -> Part {
        Part {
            sort: self.sort,
            name: format!("{}{suffix}", self.name),
            place: value.span().unwrap_or(self.place),
            depth: self.depth + 1,
        }
    }

    fn refused(&self, what: &str, help: impl Into<String>) -> Problem {
        let message = format!("{} `{}` {what}", self.sort, self.name);
        Problem::at(self.place, message).help(help)
    }
}

impl<'t> Types<'t> {
    pub(super) fn of(template: &'t Node) -> Types<'t> {
        Types { template }
    }

    /// What a `$ref` leads to.
    pub(super) fn target(self, declared: &Node) -> Option<&'t Node> {
        let name = declared.get("$ref")?.as_str()?;
        let name = name.strip_prefix("#/definitions/")?;
        self.template.at_path(&["definitions", name])
    }

    /// Why `value` is none that the parameter or output, as `sort` says, is declared for.
    pub(super) fn faults(
        self,
        sort: &'static str,
        declared: &Property,
        value: &Value,
    ) -> Vec<Problem> {
        let part = Part {
            sort,
            name: declared.key.to_string(),
            place: value.span().unwrap_or(declared.key_span),
            depth: 0,
        };
        let mut out = Vec::new();
        self.check(&declared.value, value, &part, &mut out);
        out
    }

    fn check(self, declared: &Node, value: &Value, part: &Part, out: &mut Vec<Problem>) {
        let open = matches!(value.data, Data::Null | Data::Unknown(_) | Data::Cases(_));
        if open || value.is_sensitive() || is_secure(declared) || part.depth > DEEPEST {
            return;
        }
        if let Some(target) = self.target(declared) {
            let part = part.inner("", value);
            let before = out.len();
            self.check(target, value, &part, out);
            if out.len() > before {
                return;
            }
        }
        let fault = kind(declared, value, part)
            .or_else(|| allowed(declared, value, part))
            .or_else(|| bounds(declared, value, part));
        if fault.is_some() {
            out.extend(fault);
            return;
        }
        // Only templates of a later language look into arrays and objects.
        if self.template.get("languageVersion").is_none() {
            return;
        }
        match &value.data {
            Data::Object(object) => {
                self.variant(declared, object, part, out);
                self.object(declared, object, None, part, out);
            }
            Data::List(list) => self.list(declared, list, part, out),
            _ => {}
        }
    }

    /// The type that the value of one property chooses.
    fn variant(self, declared: &Node, object: &Object, part: &Part, out: &mut Vec<Problem>) {
        let Some(discriminator) = declared.get("discriminator") else {
            return;
        };
        let name = discriminator.get("propertyName").and_then(Node::as_str);
        let (Some(name), Some(mapping)) = (name, discriminator.get("mapping")) else {
            return;
        };
        let known = || {
            let names: Vec<&str> = mapping.properties().iter().map(|p| &*p.key).collect();
            format!("`{name}` says what it is: {}", names.join(", "))
        };
        let Some(chosen) = object.get_caseless(name) else {
            if object.rest.is_none() {
                out.push(part.refused(&format!("has no `{name}`"), known()));
            }
            return;
        };
        let Some(text) = chosen
            .value
            .as_str()
            .filter(|_| !chosen.value.is_sensitive())
        else {
            return;
        };
        match mapping.get(text) {
            Some(variant) => {
                let variant = self.target(variant).unwrap_or(variant);
                self.object(variant, object, Some(name), part, out);
            }
            None => out.push(
                part.inner(&format!(".{name}"), &chosen.value)
                    .refused("does not allow this value", known()),
            ),
        }
    }

    /// The properties of an object but `chooser`, which was looked at.
    fn object(
        self,
        declared: &Node,
        object: &Object,
        chooser: Option<&str>,
        part: &Part,
        out: &mut Vec<Problem>,
    ) {
        let properties = declared.get("properties").map(Node::properties);
        let properties = properties.unwrap_or_default();
        for p in properties {
            let there = object.rest.is_some() || object.get_caseless(&p.key).is_some();
            if !there && !self.may_be_missing(&p.value, 0) {
                out.push(part.refused(
                    &format!("has no `{}`", p.key),
                    "its type asks for it; Resource Manager refuses the value without",
                ));
            }
        }
        let other = declared.get("additionalProperties");
        for Entry {
            key,
            key_span,
            value,
        } in object.entries.iter()
        {
            if chooser.is_some_and(|chooser| key.eq_ignore_ascii_case(chooser)) {
                continue;
            }
            let declared = properties.iter().find(|p| p.key.eq_ignore_ascii_case(key));
            match (declared.map(|p| &p.value).or(other), other) {
                (Some(member), _) if member.is_object() => {
                    self.check(member, value, &part.inner(&format!(".{key}"), value), out);
                }
                (_, Some(other)) if other.as_bool() == Some(false) && declared.is_none() => {
                    let names: Vec<&str> = properties.iter().map(|p| &*p.key).collect();
                    let mut problem = part.refused(
                        &format!("takes no `{key}`"),
                        match crate::suggest::nearest(key, &names) {
                            Some(near) => format!("did you mean `{near}`?"),
                            None => "its type has no other properties than those it names".into(),
                        },
                    );
                    problem.span = key_span.or(problem.span);
                    out.push(problem);
                }
                _ => {}
            }
        }
    }

    fn list(self, declared: &Node, list: &List, part: &Part, out: &mut Vec<Problem>) {
        let first = declared.get("prefixItems").map(Node::elements);
        let first = first.unwrap_or_default();
        let others = declared.get("items");
        // Which members come first is not known where some are unknown.
        if !first.is_empty() && list.rest.is_some() {
            return;
        }
        let needed = first
            .iter()
            .rposition(|item| !self.may_be_missing(item, 0))
            .map_or(0, |last| last + 1);
        let n = list.items.len();
        if n < needed {
            out.push(part.refused(
                &format!("takes {needed} members, and this has {n}"),
                "`prefixItems` of its type lists them",
            ));
        }
        if n > first.len() && others.and_then(Node::as_bool) == Some(false) {
            out.push(part.refused(
                &format!("takes {} members, and this has {n}", first.len()),
                "its type takes no `items` beyond `prefixItems`",
            ));
            return;
        }
        for (i, item) in list.items.iter().enumerate() {
            if let Some(member) = first.get(i).or(others).filter(|m| m.is_object()) {
                self.check(member, item, &part.inner(&format!("[{i}]"), item), out);
            }
        }
    }

    /// Whether null is a value of a type.
    pub(super) fn is_nullable(self, declared: &Node) -> bool {
        let mut types = std::iter::successors(Some(declared), |ty| self.target(ty)).take(DEEPEST);
        types.any(|ty| ty.get("nullable").and_then(Node::as_bool) == Some(true))
    }

    fn may_be_missing(self, declared: &Node, depth: usize) -> bool {
        depth > DEEPEST
            || declared.get("nullable").and_then(Node::as_bool) == Some(true)
            || declared.property("defaultValue").is_some()
            || (declared.get("$ref").is_some()
                && self
                    .target(declared)
                    .is_none_or(|target| self.may_be_missing(target, depth + 1)))
    }
}

/// Whether a type is a secret's.
pub(super) fn is_secure(declared: &Node) -> bool {
    name(declared).starts_with("secure")
}

/// The name of a type, in lower case.
fn name(declared: &Node) -> String {
    let name = declared.get("type").and_then(Node::as_str);
    name.unwrap_or_default().to_lowercase()
}

fn kind(declared: &Node, value: &Value, part: &Part) -> Option<Problem> {
    let (is, fits) = match value.data {
        Data::Bool(_) => ("a boolean", "bool"),
        Data::Number(Number::Int(_)) => ("a number", "int"),
        Data::Number(Number::Float(_)) => ("a number with a fraction", ""),
        Data::Text(_) => ("a string", "string"),
        Data::List(_) => ("an array", "array"),
        Data::Object(_) => ("an object", "object"),
        Data::Null | Data::Cases(_) | Data::Unknown(_) => return None,
    };
    let wanted = name(declared);
    let known = ["bool", "int", "string", "array", "object"].contains(&&*wanted);
    (known && wanted != fits).then(|| {
        part.refused(
            &format!("is of type {wanted}, and this is {is}"),
            "Resource Manager converts no values; write one of the declared type",
        )
    })
}

/// Of an array each member has to be allowed, unless whole arrays are.
fn allowed(declared: &Node, value: &Value, part: &Part) -> Option<Problem> {
    let allowed = declared.get("allowedValues").map(Node::elements);
    let allowed = allowed.filter(|allowed| !allowed.is_empty())?;
    let fits = |value: &Value| value.is_sensitive() || allowed.iter().any(|a| may_be(a, value));
    let refused = |part: &Part| {
        let shown: Vec<&str> = allowed.iter().filter_map(Node::as_str).collect();
        let help = match shown.len() {
            0 => "its `allowedValues` lists those that it takes".to_owned(),
            _ => format!("it takes {}", shown.join(", ")),
        };
        part.refused("does not allow this value", help)
    };
    match &value.data {
        Data::List(list) if !allowed.iter().any(Node::is_array) => {
            let mut items = list.items.iter().enumerate();
            let (i, item) = items.find(|(_, item)| !fits(item))?;
            Some(refused(&part.inner(&format!("[{i}]"), item)))
        }
        _ => (!fits(value)).then(|| refused(part)),
    }
}

/// Whether a value may be this one; of what is no scalar nothing is claimed.
fn may_be(allowed: &Node, value: &Value) -> bool {
    use super::template::Kind;
    match (&allowed.kind, &value.data) {
        (Kind::Text(a), Data::Text(b)) => b.as_known().is_none_or(|b| a.eq_ignore_ascii_case(b)),
        (Kind::Bool(a), Data::Bool(b)) => a == b,
        (Kind::Number(a), Data::Number(b)) => a == b,
        _ => true,
    }
}

/// Lengths of texts and arrays, and whole numbers.
fn bounds(declared: &Node, value: &Value, part: &Part) -> Option<Problem> {
    let limit = |name: &str| declared.get(name).and_then(Node::as_int);
    let (n, certain, unit, names) = match &value.data {
        Data::Number(Number::Int(n)) => (*n, true, None, ["minValue", "maxValue"]),
        Data::Text(text) => {
            let known = text.pieces().map(|piece| match piece {
                Piece::Lit(literal) => length(&literal),
                Piece::Sym(_) => 0,
            });
            let n = i64::try_from(known.sum::<usize>()).ok()?;
            (
                n,
                text.as_known().is_some(),
                Some("character"),
                ["minLength", "maxLength"],
            )
        }
        Data::List(list) => {
            let n = i64::try_from(list.items.len()).ok()?;
            (
                n,
                list.rest.is_none(),
                Some("member"),
                ["minLength", "maxLength"],
            )
        }
        _ => return None,
    };
    let [least, most] = names;
    let (bound, word) = match (limit(least), limit(most)) {
        (Some(least), _) if certain && n < least => (least, "at least"),
        (_, Some(most)) if n > most => (most, "at most"),
        _ => return None,
    };
    let amount = |n: i64| match (unit, n) {
        (None, n) => n.to_string(),
        (Some(unit), 1) => format!("1 {unit}"),
        (Some(unit), n) => format!("{n} {unit}s"),
    };
    let verb = if unit.is_some() { "takes" } else { "is" };
    let has = match unit {
        None => format!("this is {n}"),
        Some(_) if certain => format!("this has {n}"),
        Some(_) => format!("this has {n} or more"),
    };
    Some(part.refused(
        &format!("{verb} {word} {}, and {has}", amount(bound)),
        format!("Resource Manager refuses what breaks `{least}` or `{most}`"),
    ))
}
