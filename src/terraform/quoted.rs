//! References between quotes: texts, though whoever wrote them meant what they name.

use super::module::Module;
use super::refs::{Mode, Target};
use super::syntax::ast::{Body, Expr, Item, Kind};
use crate::declared::Problem;

impl Module {
    /// Ids and names of resources that are given as a quoted reference.
    pub(super) fn check_quoted(&mut self) {
        let mut found = Vec::new();
        for resource in &self.resources {
            self.quoted_in(&resource.block.body, &mut found);
        }
        for call in &self.calls {
            self.quoted_in(&call.block.body, &mut found);
        }
        self.problems.extend(found);
    }

    fn quoted_in(&self, body: &Body, found: &mut Vec<Problem>) {
        for item in &body.items {
            match item {
                Item::Block(block) => self.quoted_in(&block.body, found),
                Item::Attribute(attribute) => {
                    let values = match &attribute.value.kind {
                        Kind::List(members) => &members[..],
                        _ => std::slice::from_ref(&attribute.value),
                    };
                    let names = ["_id", "_ids", "_name"];
                    if names.iter().any(|end| attribute.name.ends_with(end)) {
                        found.extend(values.iter().filter_map(|value| self.quoted(value)));
                    }
                }
            }
        }
    }

    /// An id is never written like this; a name could be, so the resource has to be there.
    fn quoted(&self, value: &Expr) -> Option<Problem> {
        let text = value.as_str()?;
        let (mode, rest) = match text.strip_prefix("data.") {
            Some(rest) => (Mode::Data, rest),
            None => (Mode::Managed, text),
        };
        let [kind, name, attribute] = rest.split('.').collect::<Vec<_>>()[..] else {
            return None;
        };
        let is_identifier = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
                && part
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
        };
        let reads = kind.contains('_') && [kind, name, attribute].into_iter().all(is_identifier);
        let target = Target::Resource(mode, kind.into(), name.into());
        if !reads || (attribute != "id" && self.find(&target).is_none()) {
            return None;
        }
        let message = format!("`{text}` in quotes is a text, not a reference");
        Some(Problem::at(value.span, message).help("leave the quotes out"))
    }
}
