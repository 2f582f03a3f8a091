//! What values depend on: the base symbols that they are functions of.

use std::collections::HashSet;
use std::sync::Arc;

use super::shared::Summary;
use super::symbol::{Cause, CauseKind};
use super::{Data, Symbol, Value};

/// The base symbols of values, and why they are not known.
#[derive(Default)]
pub(super) struct Depends {
    /// Lists of roots, each but once: large values hold few different ones.
    lists: Vec<Arc<[u64]>>,
    seen: HashSet<*const u64>,
    /// What tells best why the values are not known: the first cause that is not just that something
    /// comes with the deployment, which parts of most ids do.
    pub(super) cause: Option<Cause>,
}

impl Depends {
    /// What all of the members depend on.
    pub(super) fn on<'v>(members: impl Iterator<Item = &'v Value>) -> Depends {
        let mut out = Depends::default();
        members.for_each(|v| out.look(v));
        out
    }

    /// A value by itself; what was once found out about a collection is not looked for again.
    pub(super) fn add(&mut self, value: &Value) {
        match &value.data {
            Data::List(list) => {
                list.rest.iter().for_each(|rest| self.symbol(&rest.symbol));
                self.join(list.items.summary());
            }
            Data::Object(object) => {
                let rest = object.rest.iter();
                rest.for_each(|rest| self.symbol(&rest.symbol));
                self.join(object.entries.summary());
            }
            _ => self.look(value),
        }
    }

    /// A symbol.
    pub(super) fn symbol(&mut self, symbol: &Symbol) {
        self.roots_of(symbol.roots());
        self.because(symbol.cause());
    }

    fn look(&mut self, value: &Value) {
        match &value.data {
            Data::Null | Data::Bool(_) | Data::Number(_) => {}
            Data::Text(text) => text.symbols().for_each(|s| self.symbol(s)),
            Data::Unknown(symbol) => self.symbol(symbol),
            Data::List(list) => {
                list.rest.iter().for_each(|rest| self.symbol(&rest.symbol));
                list.items.iter().for_each(|v| self.look(v));
            }
            Data::Object(object) => {
                let rest = object.rest.iter();
                rest.for_each(|rest| self.symbol(&rest.symbol));
                object.entries.iter().for_each(|e| self.look(&e.value));
            }
            Data::Cases(cases) => {
                self.symbol(&cases.cond);
                self.look(&cases.then);
                self.look(&cases.otherwise);
            }
        }
    }

    fn join(&mut self, members: &Summary) {
        self.roots_of(&members.roots);
        members.cause.iter().for_each(|cause| self.because(cause));
    }

    /// Roots of something.
    pub(super) fn roots_of(&mut self, roots: &Arc<[u64]>) {
        if self.seen.insert(roots.as_ptr()) {
            self.lists.push(roots.clone());
        }
    }

    fn because(&mut self, cause: &Cause) {
        let weak = |cause: &Cause| cause.kind == CauseKind::Deployment;
        let better = |known: &Cause| weak(known) && !weak(cause);
        if self.cause.as_ref().is_none_or(better) {
            self.cause = Some(cause.clone());
        }
    }

    /// The roots, sorted.
    pub(super) fn roots(&self) -> Arc<[u64]> {
        if let [only] = &self.lists[..] {
            return only.clone();
        }
        let mut all: Vec<u64> = self.lists.iter().flat_map(|l| l.iter()).copied().collect();
        all.sort_unstable();
        all.dedup();
        let same = |list: &&Arc<[u64]>| list.len() == all.len();
        match self.lists.iter().find(same) {
            Some(list) => list.clone(),
            None => all.into(),
        }
    }
}
