//! A plan laid over the configuration that it was made from: the plan tells what will be, the
//! configuration where it is written, and what comes from where more exactly than the plan can.

use std::collections::HashMap;

use super::traversal::without_keys;
use crate::declared::{Declarations, Declared, NodeId};
use crate::value::{Data, Entry, List, Object, Value};

/// A configuration's resources by address.
pub(super) struct Configuration<'c> {
    resources: &'c [Declared],
    /// Indexes.
    exact: HashMap<&'c str, usize>,
    blocks: HashMap<String, usize>,
}

/// Where a planned resource stands in its configuration.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The how manieth it is.
    pub(super) index: usize,
    pub(super) node: NodeId,
}

impl<'c> Configuration<'c> {
    pub(super) fn new(declarations: &'c Declarations) -> Configuration<'c> {
        let mut blocks = HashMap::new();
        let resources = &declarations.resources[..];
        for (i, declared) in resources.iter().enumerate() {
            blocks.entry(without_keys(&declared.address)).or_insert(i);
        }
        let by_address = resources.iter().enumerate().map(|(i, d)| (&*d.address, i));
        Configuration {
            resources,
            exact: by_address.collect(),
            blocks,
        }
    }

    /// Gives a planned resource the places of its configuration, if that is there.
    pub(super) fn lay_under(&self, planned: &mut Declared) -> Option<Place> {
        let exact = self.exact.get(&*planned.address).copied();
        let block = || self.blocks.get(&without_keys(&planned.address)).copied();
        let index = exact.or_else(block)?;
        let written = &self.resources[index];
        planned.body = laid(&planned.body, &written.body, exact.is_some());
        planned.header = written.header;
        planned.block = written.block;
        planned.ignored.clone_from(&written.ignored);
        if planned.version.is_none() {
            planned.version.clone_from(&written.version);
        }
        if let (Some(scope), Some(own)) = (&mut planned.scope, &written.scope) {
            *scope = laid(scope, own, exact.is_some());
        }
        Some(Place {
            index,
            node: written.node,
        })
    }
}

/// The planned value with the places of the written one. `exact`: it was evaluated for this very
/// instance, so what the plan does not know may be taken from it.
fn laid(planned: &Value, written: &Value, exact: bool) -> Value {
    let data = match (&planned.data, &written.data) {
        (Data::Unknown(own), _) => {
            let related = own.reference().is_some() || !own.may_refer().is_empty();
            let tells = match &written.data {
                Data::Unknown(symbol) => symbol.reference().is_some() || !related,
                _ => written.first_symbol().is_some(),
            };
            // A value that the configuration knows and the plan does not is not the one planned.
            if exact && tells {
                return written.clone().marked(planned.marks());
            }
            planned.data.clone()
        }
        (Data::Object(a), Data::Object(b)) => Data::Object(object(a, b, exact)),
        (Data::List(a), Data::List(b)) => Data::List(list(a, b, exact)),
        (Data::List(a), _) => Data::List(List::known(a.items.iter().map(unplaced).collect())),
        (Data::Object(a), _) => Data::Object(object(a, &Object::default(), exact)),
        (other, _) => (*other).clone(),
    };
    Value::from(data)
        .with_origin_of(written)
        .marked(planned.marks() | written.marks())
}

fn object(planned: &Object, written: &Object, exact: bool) -> Object {
    let entry = |e: &Entry| match written.get(&e.key) {
        Some(own) => Entry {
            key: e.key.clone(),
            key_span: own.key_span,
            value: laid(&e.value, &own.value, exact),
        },
        None => Entry::new(&e.key, unplaced(&e.value)),
    };
    Object::known(planned.entries.iter().map(entry).collect())
}

/// Members of sets come in another order than they were written in.
fn list(planned: &List, written: &List, exact: bool) -> List {
    let mut left: Vec<&Value> = written.items.iter().collect();
    let element = written.rest.as_ref().and_then(|rest| rest.element.as_ref());
    let items =
        planned
            .items
            .iter()
            .map(|item| match left.iter().position(|own| agree(item, own)) {
                Some(at) => laid(item, left.remove(at), exact),
                None => match element {
                    Some(element) => laid(item, element, false),
                    None => unplaced(item),
                },
            });
    List::known(items.collect())
}

/// Whether nothing that both values know speaks against their being the same.
fn agree(planned: &Value, written: &Value) -> bool {
    match (&planned.data, &written.data) {
        (Data::Object(a), Data::Object(b)) => b
            .entries
            .iter()
            .all(|e| a.get(&e.key).is_none_or(|own| agree(&own.value, &e.value))),
        (Data::List(a), Data::List(b)) => a.items.len() == b.items.len() || b.rest.is_some(),
        (Data::Unknown(_) | Data::Cases(_), _) | (_, Data::Unknown(_) | Data::Cases(_)) => true,
        _ => crate::value::eq(planned, written).as_bool() != Some(false),
    }
}

/// The value with no place: nobody wrote it.
fn unplaced(value: &Value) -> Value {
    super::body::unwritten(value)
}
