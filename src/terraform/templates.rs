//! Template files that were parsed: one is often rendered for many members of a loop, and by every
//! root that calls a module.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::syntax::ast::Expr;
use super::syntax::parse_text_template;
use crate::source::Span;

/// By text and the place that stands for all of it.
#[derive(Default)]
pub(super) struct Templates(Mutex<HashMap<Key, Option<Arc<Expr>>>>);

type Key = (Box<str>, Span);

impl Templates {
    /// The template, parsed; `None` when it can't be.
    pub(super) fn read(&self, text: &str, span: Span) -> Option<Arc<Expr>> {
        let key = (Box::from(text), span);
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(template) = known().get(&key) {
            return template.clone();
        }
        let template = parse_text_template(text, span).map(Arc::new);
        known().insert(key, template.clone());
        template
    }
}
