//! Lists and objects, of which more may be there than is known.

use std::sync::Arc;

use super::{Shared, Symbol, Value};
use crate::source::Span;

/// Known members, and perhaps more that are not known.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The known members, in order. When `rest` is set, their positions are not known.
    pub items: Shared<Value>,
    /// Further members, of unknown number.
    pub rest: Option<Arc<Rest>>,
}

/// Known entries, and perhaps more that are not known.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// The known entries, in the order written. Keys are unique.
    pub entries: Shared<Entry>,
    /// Further entries, of unknown keys.
    pub rest: Option<Arc<Rest>>,
}

/// One entry of an object.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key, as written.
    pub key: Arc<str>,
    /// Where the key was written.
    pub key_span: Option<Span>,
    /// The value.
    pub value: Value,
}

/// Members of a collection that are not known one by one.
#[derive(Clone, Debug)]
pub struct Rest {
    /// What decides them.
    pub symbol: Symbol,
    /// What each looks like, where that is known.
    pub element: Option<Value>,
}

impl List {
    /// All members known.
    pub fn known(items: Vec<Value>) -> List {
        List {
            items: items.into(),
            rest: None,
        }
    }
}

impl Object {
    /// All entries known. Of equal keys the last wins, as in Terraform and JSON.
    pub fn known(entries: Vec<Entry>) -> Object {
        let mut unique: Vec<Entry> = Vec::with_capacity(entries.len());
        if entries.len() <= 16 {
            for entry in entries {
                match unique.iter_mut().find(|e| e.key == entry.key) {
                    Some(earlier) => *earlier = entry,
                    None => unique.push(entry),
                }
            }
        } else {
            let mut at = std::collections::HashMap::with_capacity(entries.len());
            for entry in entries {
                match at.get(&entry.key) {
                    Some(&i) => unique[i] = entry,
                    None => {
                        at.insert(entry.key.clone(), unique.len());
                        unique.push(entry);
                    }
                }
            }
        }
        Object {
            entries: unique.into(),
            rest: None,
        }
    }

    /// The entry of exactly this key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| &*e.key == key)
    }

    /// The entry of this key in any letter case; an exact match wins.
    pub fn get_caseless(&self, key: &str) -> Option<&Entry> {
        self.get(key).or_else(|| {
            self.entries
                .iter()
                .find(|e| e.key.eq_ignore_ascii_case(key))
        })
    }
}

impl Entry {
    /// An entry whose key has no place of its own.
    pub fn new(key: &str, value: Value) -> Entry {
        Entry {
            key: key.into(),
            key_span: None,
            value,
        }
    }
}
