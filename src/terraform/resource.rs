//! A resource's body: arguments, and nested blocks as lists of objects, `dynamic` ones expanded.

use std::sync::Arc;

use super::eval::{Evaluator, Scope, elements, error, is_error};
use super::module::META;
use super::syntax::ast::{Attribute, Block, Body, Item, Kind, Name};
use crate::source::Span;
use crate::value::{Data, Entry, List, Object, Reference, Rest, Symbol, Value, lift, lift2};

/// Arguments that are maps, for JSON syntax, where a block looks like one.
const MAPS: [&str; 6] = [
    "tags",
    "app_settings",
    "metadata",
    "triggers",
    "keepers",
    "parameters",
];

/// Collects the entries of a body; blocks of one kind end in one list.
#[derive(Default)]
struct Collected {
    entries: Vec<Entry>,
}

impl Collected {
    fn append(&mut self, name: &Name, span: Span, list: Value) {
        let earlier = self
            .entries
            .iter_mut()
            .find(|e| e.key == *name)
            .map(|e| &mut e.value);
        match earlier {
            Some(earlier) => *earlier = joined(earlier, &list).with_origin_of(earlier),
            None => self.entries.push(Entry {
                key: name.clone(),
                key_span: Some(span),
                value: list.or_at(span),
            }),
        }
    }
}

fn joined(a: &Value, b: &Value) -> Value {
    lift2(a, b, &mut |a, b| match (&a.data, &b.data) {
        (Data::List(x), Data::List(y)) => Data::List(List {
            items: x
                .items
                .iter()
                .chain(y.items.iter())
                .cloned()
                .collect::<Vec<_>>()
                .into(),
            rest: x.rest.clone().or_else(|| y.rest.clone()),
        })
        .into(),
        (Data::Unknown(_), _) => a.clone(),
        _ => b.clone(),
    })
}

/// Evaluates the body of a resource.
pub(super) fn body(ev: &Evaluator<'_>, scope: &Scope<'_>, block: &Block) -> Value {
    evaluate(ev, scope, &block.body, &META).at(block.span)
}

fn evaluate(ev: &Evaluator<'_>, scope: &Scope<'_>, body: &Body, skip: &[&str]) -> Value {
    let mut out = Collected::default();
    for item in &body.items {
        match item {
            Item::Attribute(a) if skip.contains(&&*a.name) => {}
            Item::Attribute(a) => {
                let value = attribute(ev, scope, a);
                out.entries.push(Entry {
                    key: a.name.clone(),
                    key_span: Some(a.name_span),
                    value,
                });
            }
            Item::Block(b) if skip.contains(&&*b.kind) => {}
            Item::Block(b) if &*b.kind == "dynamic" => dynamic(ev, scope, b, &mut out),
            Item::Block(b) => {
                let object = evaluate(ev, scope, &b.body, &[]).at(b.span);
                out.append(&b.kind, b.header, Value::list(vec![object]).at(b.span));
            }
        }
    }
    Value::object(out.entries)
}

fn attribute(ev: &Evaluator<'_>, scope: &Scope<'_>, a: &Attribute) -> Value {
    let value = ev.eval_whole(&a.value, scope);
    let block = a.json && matches!(a.value.kind, Kind::Object(_)) && !MAPS.contains(&&*a.name);
    if block {
        Value::list(vec![value]).at(a.value.span)
    } else {
        value
    }
}

/// `dynamic "name" { for_each = …  content { … } }`.
fn dynamic(ev: &Evaluator<'_>, scope: &Scope<'_>, block: &Block, out: &mut Collected) {
    let (Some(name), Some(for_each)) = (block.labels.first(), block.body.get("for_each")) else {
        return;
    };
    let iterator = match block.body.get("iterator").map(|e| &e.kind) {
        Some(Kind::Name(name)) => name.clone(),
        Some(Kind::Literal(v)) => v.as_str().unwrap_or(name).into(),
        _ => name.clone(),
    };
    let content = block.body.blocks().find(|b| &*b.kind == "content");
    let span = content.map_or(block.span, |c| c.span);
    let empty = Body::default();
    let content = content.map_or(&empty, |c| &c.body);
    let collection = ev.eval(for_each, scope);
    let mut blocks = |c: &Value| {
        if is_error(c) {
            return c.clone();
        }
        let Some((known, rest)) = elements(c) else {
            return error("a `for_each` over what is no collection");
        };
        let set = c.as_list().is_some();
        let one = |(key, value): (Value, Value)| {
            // In a set of blocks the members are their own keys; of a list, keys are positions.
            let key = if set && value.as_text().is_some() {
                value.clone()
            } else {
                key
            };
            let each = Value::object(vec![Entry::new("key", key), Entry::new("value", value)]);
            scope.with(&iterator, each, |scope| {
                evaluate(ev, scope, content, &[]).at(span)
            })
        };
        Data::List(List {
            rest: rest.map(|pair| {
                Arc::new(Rest {
                    symbol: Symbol::derived("dynamic", format!("dynamic {name}"), &[c]),
                    element: Some(ev.perhaps(|| one(pair))),
                })
            }),
            items: known.into_iter().map(one).collect::<Vec<_>>().into(),
        })
        .into()
    };
    let list = match collection.data {
        Data::Cases(_) => ev.perhaps(|| lift(&collection, &mut blocks)),
        _ => lift(&collection, &mut blocks),
    };
    let list = match is_error(&list) {
        true => list.or_at(for_each.span),
        false => list.at(span).decided_by(&collection),
    };
    out.append(name, block.header, list);
}

/// The value that references to a resource instance read: its attributes, and for all others the
/// symbol that stands for the instance.
pub(super) fn open(body: &Value, symbol: &Symbol) -> Value {
    let Data::Object(object) = &body.data else {
        return symbol.clone().into();
    };
    let entries = object
        .entries
        .iter()
        .map(|e| Entry {
            value: open_blocks(&e.value, &e.key, symbol),
            ..e.clone()
        })
        .collect::<Vec<_>>();
    Object {
        entries: entries.into(),
        rest: Some(Arc::new(Rest {
            symbol: symbol.clone(),
            element: None,
        })),
    }
    .into()
}

/// Blocks have computed attributes too.
fn open_blocks(value: &Value, name: &str, symbol: &Symbol) -> Value {
    let blocks = |list: &List| {
        list.items
            .iter()
            .all(|v| v.as_object().is_some_and(|o| o.rest.is_none()))
    };
    match &value.data {
        Data::List(list) if !list.items.is_empty() && blocks(list) => {
            let items = list
                .items
                .iter()
                .enumerate()
                .map(|(i, item)| {
                    let path = format!("{name}[{i}]");
                    open(item, &inner(symbol, &path)).with_origin_of(item)
                })
                .collect::<Vec<_>>();
            Value::from(Data::List(List {
                items: items.into(),
                rest: list.rest.clone(),
            }))
            .with_origin_of(value)
            .marked(value.marks())
        }
        _ => value.clone(),
    }
}

/// The symbol of something inside what a symbol stands for.
pub(super) fn inner(symbol: &Symbol, path: &str) -> Symbol {
    let new = Symbol::new(
        format!("{}.{path}", symbol.key()),
        format!("{}.{path}", symbol.shown()),
        symbol.cause().clone(),
    );
    match symbol.reference() {
        Some(whole) => {
            let attribute = if whole.attribute.is_empty() {
                path.into()
            } else {
                format!("{}.{path}", whole.attribute).into()
            };
            new.referring(Reference {
                resource: whole.resource.clone(),
                attribute,
            })
        }
        None => new,
    }
}
