//! A resource's attributes as the plan has them, brought to what a configuration's would be: values that
//! know which other resource they come from, unknown ones as symbols, secrets marked, and a place only for
//! what the author wrote.

use std::collections::BTreeSet;

use super::document::Instance;
use super::json::Json;
use super::references::{References, Scope, Sources, Wanted, both};
use crate::value::{Cause, CauseKind, Data, Entry, List, Object, Reads, Reference, Symbol, Value};

/// What the author wrote for a value: expressions, or the members of blocks, of which it may be any one,
/// since blocks of a set come in another order than they were written in. `None` where that can't be
/// told: the configuration of `dynamic` blocks is not in the plan.
type Written<'a> = Option<Vec<Json<'a>>>;

/// The attributes that an instance will have. `block` is its configuration, `blocks` are the nested ones
/// that the provider never fills in.
pub(super) fn after<'a>(
    instance: &Instance<'a>,
    block: Option<Json<'a>>,
    references: &References<'_, 'a>,
    blocks: &[String],
) -> Value {
    let reader = Reader {
        instance,
        references,
        blocks,
        block,
    };
    let expressions = block.and_then(|b| b.get("expressions"));
    let written = |name: &str| Some(parts(expressions?.get(name)?));
    let mut entries: Vec<Entry> = Vec::new();
    for (name, known) in instance.after.into_iter().flat_map(Json::members) {
        let unknown = instance.unknown.and_then(|u| u.get(name));
        let written = written(name);
        if known.is_null() {
            if instance.is_write_only(name) {
                entries.push(Entry::new(name, reader.write_only(&written, name)));
            }
            continue;
        }
        // Without the configuration nothing tells what was written; then all was.
        let own = written.is_some() || block.is_none();
        let value = reader.value(Some(known), unknown, &written, name);
        entries.push(Entry::new(
            name,
            if own { value } else { unwritten(&value) },
        ));
    }
    let unknowns = instance.unknown.into_iter().flat_map(Json::members);
    for (name, unknown) in unknowns.filter(|(_, unknown)| unknown.is(true)) {
        let written = written(name);
        // What nobody wrote is left to Azure, as in a configuration that does not say it.
        if written.is_some() || block.is_none() || reader.dynamic(name) {
            entries.push(Entry::new(
                name,
                reader.value(None, Some(unknown), &written, name),
            ));
        }
    }
    let body = Value::object(entries).at(instance.entry.span());
    secret(&body, instance.sensitive)
}

/// The attributes that an instance had.
pub(super) fn before(change: Json<'_>) -> Option<Value> {
    let before = change.get("before").filter(|b| !b.is_null())?;
    Some(secret(&before.value(), change.get("before_sensitive")))
}

struct Reader<'r, 'd, 'a> {
    instance: &'r Instance<'a>,
    blocks: &'r [String],
    references: &'r References<'d, 'a>,
    block: Option<Json<'a>>,
}

impl<'a> Reader<'_, '_, 'a> {
    /// What is known, with symbols where `unknown` says so. `path` names the value, so that no other is
    /// taken to be equal.
    fn value(
        &self,
        known: Option<Json<'a>>,
        unknown: Option<Json<'a>>,
        written: &Written<'a>,
        path: &str,
    ) -> Value {
        let Some(mask) = unknown.filter(|u| !u.is(false)) else {
            return known.map_or_else(Value::null, |known| self.known(known, written));
        };
        let place = known.unwrap_or(self.instance.entry).span();
        if mask.is(true) {
            let first = written.as_ref().and_then(|w| w.first());
            return self
                .symbol(self.sources(written, Wanted::Unknown), path, AFTER_APPLY)
                .at(first.map_or(place, |w| w.span()));
        }
        if mask.is_array() {
            let known: Vec<_> = known.into_iter().flat_map(Json::items).collect();
            let masks: Vec<_> = mask.items().collect();
            let item = |i: usize| {
                let path = format!("{path}[{i}]");
                self.value(known.get(i).copied(), masks.get(i).copied(), written, &path)
            };
            let items = (0..known.len().max(masks.len())).map(item).collect();
            return Value::list(items).at(place);
        }
        let mut entries = Vec::new();
        for (name, value) in known.into_iter().flat_map(Json::members) {
            let path = format!("{path}.{name}");
            let value = self.value(Some(value), mask.get(name), &member(written, name), &path);
            entries.push(Entry::new(name, value));
        }
        for (name, inner) in mask.members().filter(|(_, inner)| inner.is(true)) {
            let written = member(written, name);
            // In a block too, what nobody wrote is left to Azure.
            let path = format!("{path}.{name}");
            if written.as_ref().is_none_or(|w| !w.is_empty()) || self.dynamic(&path) {
                entries.push(Entry::new(
                    name,
                    self.value(None, Some(inner), &written, &path),
                ));
            }
        }
        Value::object(entries).at(place)
    }

    /// A known value; what was read of another resource tells of which.
    fn known(&self, known: Json<'a>, written: &Written<'a>) -> Value {
        if written.iter().flatten().all(|part| is_constant(*part)) {
            return known.value();
        }
        if known.is_array() {
            let items = known.items().map(|item| self.known(item, written));
            return Value::list(items.collect()).at(known.span());
        }
        if let Some(text) = known.text() {
            return self.read(known, text, written);
        }
        if known.is_object() {
            return known.map(|name, value| self.known(value, &member(written, name)));
        }
        known.value()
    }

    /// A text that is read of the one attribute of another resource that it can be.
    fn read(&self, known: Json<'a>, text: &str, written: &Written<'a>) -> Value {
        let sources = self.sources(written, Wanted::Known);
        let mut same = sources.into_iter().flatten().filter_map(|source| {
            let found = self.references.value(&source)?;
            (found.text() == Some(text)).then_some((source, found))
        });
        match (same.next(), same.next()) {
            (Some(((resource, attribute), found)), None) => {
                let reads = Reads {
                    name: format!("{resource}.{attribute}").into(),
                    reference: Some(reference((resource, attribute))),
                };
                let value = Value::from(text).at(found.span());
                value.through(known.span(), reads)
            }
            _ => known.value(),
        }
    }

    /// What was written for an argument that a plan or state never tells the value of.
    fn write_only(&self, written: &Written<'a>, name: &str) -> Value {
        const CAUSE: &str = "is write-only: plans and states do not tell its value";
        let place = written.as_ref().and_then(|w| w.first());
        let place = place.copied().unwrap_or(self.instance.entry).span();
        if let Some([only]) = written.as_deref()
            && let Some(constant) = only.get("constant_value")
        {
            return constant.value();
        }
        let [unknown, known] =
            [Wanted::Unknown, Wanted::Known].map(|wanted| self.sources(written, wanted));
        self.symbol(both(unknown, known), name, CAUSE).at(place)
    }

    /// Whether what is not known at a path comes from a `dynamic` block, which plans do not show.
    fn dynamic(&self, path: &str) -> bool {
        let names: Vec<&str> = path
            .split('.')
            .filter_map(|name| name.split('[').next())
            .collect();
        self.blocks.contains(&names.join("."))
    }

    fn sources(&self, written: &Written<'a>, wanted: Wanted) -> Sources {
        let written = written.as_deref().filter(|written| !written.is_empty())?;
        let scope = Scope::of(self.instance, self.block, wanted);
        written
            .iter()
            .try_fold(BTreeSet::new(), |mut sources, expression| {
                sources.extend(self.references.expression(*expression, scope, &[])?);
                Some(sources)
            })
    }

    /// A value that may be one of `sources`, and why it is not known.
    fn symbol(&self, sources: Sources, path: &str, cause: &str) -> Value {
        let references: Vec<Reference> = sources.into_iter().flatten().map(reference).collect();
        let key = format!("{}.{path}", self.instance.address);
        let cause = Cause::new(CauseKind::Deployment, format!("`{key}` {cause}"));
        let symbol = match &references[..] {
            [one] => {
                let shown = match &*one.attribute {
                    "" => one.resource.to_string(),
                    attribute => format!("{}.{attribute}", one.resource),
                };
                let symbol = Symbol::new(key, shown, cause).never_null();
                symbol.referring(one.clone())
            }
            _ => Symbol::new(key.clone(), key, cause).perhaps_referring(references),
        };
        symbol.into()
    }
}

const AFTER_APPLY: &str = "is known only after apply";

fn reference((resource, attribute): (String, String)) -> Reference {
    Reference {
        resource: resource.into(),
        attribute: attribute.into(),
    }
}

fn is_constant(expression: Json<'_>) -> bool {
    expression.get("constant_value").is_some()
}

/// The blocks of a kind, or the one expression.
fn parts(written: Json<'_>) -> Vec<Json<'_>> {
    if written.is_array() {
        written.items().collect()
    } else {
        vec![written]
    }
}

/// What is written for a member: of an expression for the whole, that; of blocks, what they say.
fn member<'a>(written: &Written<'a>, name: &str) -> Written<'a> {
    let of = |part: &Json<'a>| {
        let is_expression =
            part.get("references").is_some_and(Json::is_array) || is_constant(*part);
        if is_expression {
            return vec![*part];
        }
        part.get(name).map(parts).unwrap_or_default()
    };
    Some(written.as_ref()?.iter().flat_map(of).collect())
}

/// The same value, which nobody wrote.
pub(super) fn unwritten(value: &Value) -> Value {
    let data = match &value.data {
        Data::List(list) => Data::List(List::known(list.items.iter().map(unwritten).collect())),
        Data::Object(object) => Data::Object(Object::known(
            object
                .entries
                .iter()
                .map(|e| Entry::new(&e.key, unwritten(&e.value)))
                .collect(),
        )),
        other => other.clone(),
    };
    Value::from(data).marked(value.marks())
}

/// The value with its secrets marked: `true` in the places of secret values.
fn secret(value: &Value, mask: Option<Json<'_>>) -> Value {
    let Some(mask) = mask.filter(|m| !m.is(false)) else {
        return value.clone();
    };
    if mask.is(true) {
        return value.clone().sensitive(true);
    }
    let data = match &value.data {
        Data::List(list) => {
            let masks: Vec<_> = mask.items().collect();
            let items = list.items.iter().enumerate();
            let items = items.map(|(i, v)| secret(v, masks.get(i).copied()));
            Data::List(List::known(items.collect()))
        }
        Data::Object(object) => Data::Object(Object::known(
            object
                .entries
                .iter()
                .map(|e| Entry {
                    value: secret(&e.value, mask.get(&e.key)),
                    ..e.clone()
                })
                .collect(),
        )),
        _ => return value.clone(),
    };
    Value::from(data)
        .with_origin_of(value)
        .marked(value.marks())
}
