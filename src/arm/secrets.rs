//! What of a parameter or output is secret by its declared type.

use std::sync::Arc;

use super::frame::Frame;
use super::template::Node;
use super::types::{DEEPEST, Types, is_secure};
use crate::value::{Data, Entry, List, Object, Rest, Value};

/// The secrets among the types of a template. What is nested or refers deeper than types are followed
/// is taken to be one.
pub(super) struct Secrets<'f> {
    types: Types<'f>,
}

impl Secrets<'_> {
    pub(super) fn of(frame: &Frame) -> Secrets<'_> {
        Secrets {
            types: Types::of(&frame.template),
        }
    }

    /// The value with what its declared type makes a secret marked.
    pub(super) fn mark(&self, value: Value, node: &Node, depth: usize) -> Value {
        if !self.holds_any(node, 0, &mut Vec::new()) {
            return value;
        }
        let secret = |value: Value| value.sensitive(true);
        if depth >= DEEPEST || is_secure(node) {
            return secret(value);
        }
        if let Some(target) = self.types.target(node) {
            return self.mark(value, target, depth + 1);
        }
        let (origin, sensitive) = (value.clone(), value.is_sensitive());
        let marked: Value = match &value.data {
            Data::Object(object) if node.get("discriminator").is_none() => {
                let other = node.get("additionalProperties");
                let entries = object.entries.iter().map(|e| {
                    let member = node.at_path(&["properties", &e.key]).or(other);
                    Entry {
                        key: e.key.clone(),
                        key_span: e.key_span,
                        value: match member {
                            Some(member) => self.mark(e.value.clone(), member, depth + 1),
                            None => e.value.clone(),
                        },
                    }
                });
                let entries = entries.collect();
                let rest = object.rest.as_deref().map(secret_rest);
                Object { entries, rest }.into()
            }
            Data::List(list) => {
                let first = node.get("prefixItems").map(Node::elements).unwrap_or(&[]);
                let items = list.items.iter().enumerate().map(|(i, item)| {
                    match first.get(i).or_else(|| node.get("items")) {
                        Some(member) => self.mark(item.clone(), member, depth + 1),
                        None => item.clone(),
                    }
                });
                let items = items.collect();
                let rest = list.rest.as_deref().map(secret_rest);
                Data::List(List { items, rest }).into()
            }
            Data::Cases(cases) => Value::cases(
                cases.cond.clone(),
                self.mark(cases.then.clone(), node, depth + 1),
                self.mark(cases.otherwise.clone(), node, depth + 1),
            ),
            Data::Null => return value,
            // Which part of it is secret can't be told.
            _ => return secret(value),
        };
        marked.with_origin_of(&origin).sensitive(sensitive)
    }

    /// Whether a type or any part of it is a secret.
    fn holds_any<'n>(&'n self, node: &'n Node, depth: usize, seen: &mut Vec<&'n str>) -> bool {
        if depth >= 2 * DEEPEST || is_secure(node) {
            return true;
        }
        let target = node.get("$ref").and_then(Node::as_str);
        if let (Some(name), Some(target)) = (target, self.types.target(node))
            && !seen.contains(&name)
        {
            seen.push(name);
            if self.holds_any(target, depth + 1, seen) {
                return true;
            }
        }
        let named = ["properties", "mapping"].into_iter().flat_map(|name| {
            let part = match name {
                "mapping" => node.at_path(&["discriminator", name]),
                _ => node.get(name),
            };
            part.map(Node::properties).unwrap_or(&[])
        });
        let single = ["additionalProperties", "items"].into_iter();
        let first = node.get("prefixItems").map(Node::elements).unwrap_or(&[]);
        named
            .map(|p| &p.value)
            .chain(single.filter_map(|name| node.get(name)))
            .chain(first)
            .any(|part| self.holds_any(part, depth + 1, seen))
    }
}

fn secret_rest(rest: &Rest) -> Arc<Rest> {
    Arc::new(Rest {
        symbol: rest.symbol.clone(),
        element: rest.element.clone().map(|e| e.sensitive(true)),
    })
}
