//! Looking through all that a value holds.

use std::sync::Arc;

use super::{CauseKind, Data, Rest, Symbol, Value};

impl Value {
    /// No part of it is unknown or by case.
    pub fn is_fully_known(&self) -> bool {
        match &self.data {
            Data::Null | Data::Bool(_) | Data::Number(_) => true,
            Data::Text(text) => text.as_known().is_some(),
            Data::List(list) => list.rest.is_none() && list.items.iter().all(Value::is_fully_known),
            Data::Object(object) => {
                object.rest.is_none() && object.entries.iter().all(|e| e.value.is_fully_known())
            }
            Data::Cases(_) | Data::Unknown(_) => false,
        }
    }

    /// The unknown inside that tells best why something was not decided: the first whose cause is not
    /// just that it comes with the deployment, which parts of most ids do.
    pub fn first_symbol(&self) -> Option<&Symbol> {
        self.find_symbol(&|symbol| symbol.cause().kind != CauseKind::Deployment)
            .or_else(|| self.find_symbol(&|_| true))
    }

    fn find_symbol(&self, wanted: &impl Fn(&Symbol) -> bool) -> Option<&Symbol> {
        match &self.data {
            Data::Null | Data::Bool(_) | Data::Number(_) => None,
            Data::Text(text) => text.symbols().find(|s| wanted(s)),
            Data::List(list) => {
                let mut items = list.items.iter();
                let found = items.find_map(|item| item.find_symbol(wanted));
                found.or_else(|| symbol_of(&list.rest).filter(|s| wanted(s)))
            }
            Data::Object(object) => {
                let mut entries = object.entries.iter();
                let found = entries.find_map(|entry| entry.value.find_symbol(wanted));
                found.or_else(|| symbol_of(&object.rest).filter(|s| wanted(s)))
            }
            Data::Cases(cases) => Some(&cases.cond).filter(|s| wanted(s)),
            Data::Unknown(symbol) => Some(symbol).filter(|s| wanted(s)),
        }
    }

    /// For people: `"text"`, `${var.x}-db`, `[a, b]`; secrets are not shown.
    pub fn shown(&self) -> String {
        if self.is_sensitive() {
            return "(sensitive)".into();
        }
        match &self.data {
            Data::Null => "null".into(),
            Data::Bool(b) => b.to_string(),
            Data::Number(n) => n.to_string(),
            Data::Text(text) => text.shown(),
            Data::List(list) => {
                let mut parts: Vec<String> = list.items.iter().map(Value::shown).collect();
                parts.extend(list.rest.iter().map(|_| "…".to_owned()));
                format!("[{}]", parts.join(", "))
            }
            Data::Object(object) => {
                let mut parts: Vec<String> = object
                    .entries
                    .iter()
                    .map(|e| format!("{}: {}", e.key, e.value.shown()))
                    .collect();
                parts.extend(object.rest.iter().map(|_| "…".to_owned()));
                format!("{{{}}}", parts.join(", "))
            }
            Data::Cases(cases) => format!("{} or {}", cases.then.shown(), cases.otherwise.shown()),
            Data::Unknown(symbol) => format!("${{{}}}", symbol.shown()),
        }
    }
}

/// What decides the members that are not known one by one.
fn symbol_of(rest: &Option<Arc<Rest>>) -> Option<&Symbol> {
    rest.as_ref().map(|rest| &rest.symbol)
}
