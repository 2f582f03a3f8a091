//! Members that all copies of a collection share, with what was once found out about them: functions of
//! large collections that are not known are named again and again.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::depends::Depends;
use super::{Cause, Entry, Value, key};

/// Members; a copy costs nothing.
#[derive(Clone)]
pub struct Shared<T>(Arc<Members<T>>);

struct Members<T> {
    all: Vec<T>,
    summary: OnceLock<Summary>,
}

/// What names a function of a collection.
pub(super) struct Summary {
    /// The identity of all members.
    pub(super) key: String,
    /// The base symbols that they are functions of.
    pub(super) roots: Arc<[u64]>,
    /// Why they are not known.
    pub(super) cause: Option<Cause>,
}

impl Summary {
    fn new(key: String, depends: Depends) -> Summary {
        Summary {
            key,
            roots: depends.roots(),
            cause: depends.cause,
        }
    }
}

impl<T: Clone> Shared<T> {
    /// Adds a member, to this copy alone.
    pub fn push(&mut self, member: T) {
        match Arc::get_mut(&mut self.0) {
            Some(members) => {
                members.all.push(member);
                members.summary = OnceLock::new();
            }
            None => {
                let mut all = self.to_vec();
                all.push(member);
                *self = all.into();
            }
        }
    }
}

impl Shared<Value> {
    pub(super) fn summary(&self) -> &Summary {
        let new = || Summary::new(key::of_items(self), Depends::on(self.iter()));
        self.0.summary.get_or_init(new)
    }
}

impl Shared<Entry> {
    pub(super) fn summary(&self) -> &Summary {
        let values = || Depends::on(self.iter().map(|e| &e.value));
        let new = || Summary::new(key::of_entries(self), values());
        self.0.summary.get_or_init(new)
    }
}

impl<T> From<Vec<T>> for Shared<T> {
    fn from(all: Vec<T>) -> Shared<T> {
        let summary = OnceLock::new();
        Shared(Arc::new(Members { all, summary }))
    }
}

impl<T> FromIterator<T> for Shared<T> {
    fn from_iter<I: IntoIterator<Item = T>>(members: I) -> Shared<T> {
        members.into_iter().collect::<Vec<T>>().into()
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Shared<T> {
        Vec::new().into()
    }
}

impl<T> Deref for Shared<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0.all
    }
}

impl<T: fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.all.fmt(f)
    }
}
