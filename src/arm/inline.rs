//! Resources that are written among another's properties. Read back they have what Resource Manager
//! gives to every resource: an id and a type.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::evaluator::Evaluator;
use super::lookup::Found;
use super::naming::folded;
use super::place::join;
use crate::value::{Entry, List, Object, Rest, Symbol, Value, lift};

/// Where resources of some types hold others: by type in lower case, the paths of arrays in their
/// bodies. The last name of a path is that of the inner type: `properties`, `subnets`.
pub type InlineChildren = BTreeMap<String, Vec<Vec<String>>>;

impl Evaluator<'_> {
    /// The body of a declared resource with ids and types for the resources in it. `make` is what
    /// stands for what is not known of it.
    pub(super) fn with_children(
        &self,
        found: &Found,
        body: Value,
        make: &dyn Fn(&str, &str) -> Symbol,
    ) -> Value {
        let (ty, id) = (&found.type_name, found.id.as_ref());
        let paths = self.known.children.get(&ty.to_lowercase());
        let Some((paths, id)) = paths.zip(id) else {
            return body;
        };
        paths.iter().fold(body, |body, path| {
            let Some(segment) = path.last() else {
                return body;
            };
            let inner = Inner {
                ty: format!("{ty}/{segment}"),
                ids: join(id, &format!("/{segment}/").as_str().into()),
            };
            let mut own = Vec::new();
            let identified = at(&body, path, &mut |list| {
                inner
                    .identify(list, &mut own)
                    .unwrap_or_else(|| list.clone())
            });
            if !self.has_others(found, &inner, &own) {
                return identified;
            }
            at(&identified, path, &mut |list| {
                opened(list, &|| make(&folded(&inner.ids), segment))
            })
        })
    }

    /// Whether the template declares more such resources by themselves.
    fn has_others(&self, found: &Found, inner: &Inner, own: &[String]) -> bool {
        let Some(resources) = self.resources(found.frame) else {
            return true;
        };
        let below = folded(&inner.ids);
        resources.list.iter().any(|other| {
            other.managed
                && other.type_name.eq_ignore_ascii_case(&inner.ty)
                && other.id.as_ref().is_none_or(|id| {
                    let id = folded(id);
                    id.starts_with(&below) && !own.contains(&id)
                })
        })
    }
}

/// The resources of one array.
struct Inner {
    ty: String,
    /// What their ids start with.
    ids: Value,
}

impl Inner {
    /// The array with what each member has beside what is declared; `None` for anything else. Adds
    /// the ids of the members to `own`.
    fn identify(&self, list: &Value, own: &mut Vec<String>) -> Option<Value> {
        let array = list.as_list()?;
        let mut identified = |item: &Value| {
            lift(item, &mut |item| {
                self.member(item, own).unwrap_or_else(|| item.clone())
            })
        };
        let items = array.items.iter().map(&mut identified).collect();
        let rest = array.rest.as_ref().map(|rest| {
            Arc::new(Rest {
                symbol: rest.symbol.clone(),
                element: rest.element.as_ref().map(&mut identified),
            })
        });
        let identified = crate::value::Data::List(List { items, rest }).into();
        Some(keeping(identified, list))
    }

    fn member(&self, item: &Value, own: &mut Vec<String>) -> Option<Value> {
        let object = item.as_object()?;
        let id = join(&self.ids, &object.get_caseless("name")?.value);
        own.push(folded(&id));
        let mut entries = object.entries.to_vec();
        for (key, value) in [("id", id), ("type", self.ty.as_str().into())] {
            if object.get_caseless(key).is_none() {
                entries.push(Entry::new(key, value));
            }
        }
        let entries = entries.into();
        let rest = object.rest.clone();
        Some(keeping(Object { entries, rest }.into(), item))
    }
}

/// The array with further members that are not known.
fn opened(list: &Value, symbol: &dyn Fn() -> Symbol) -> Value {
    let Some(array) = list.as_list().filter(|array| array.rest.is_none()) else {
        return list.clone();
    };
    let items = array.items.clone();
    let (symbol, element) = (symbol(), None);
    let rest = Some(Arc::new(Rest { symbol, element }));
    keeping(crate::value::Data::List(List { items, rest }).into(), list)
}

/// The value with what is at the path changed by `f`, where it is there.
fn at(value: &Value, path: &[String], f: &mut dyn FnMut(&Value) -> Value) -> Value {
    lift(value, &mut |value| {
        let Some((name, rest)) = path.split_first() else {
            return f(value);
        };
        let Some(object) = value.as_object() else {
            return value.clone();
        };
        let mut entries = object.entries.to_vec();
        if let Some(entry) = entries
            .iter_mut()
            .find(|e| e.key.eq_ignore_ascii_case(name))
        {
            entry.value = at(&entry.value, rest, f);
        }
        let entries = entries.into();
        let rest = object.rest.clone();
        keeping(Object { entries, rest }.into(), value)
    })
}

fn keeping(changed: Value, of: &Value) -> Value {
    changed.with_origin_of(of).sensitive(of.is_sensitive())
}
