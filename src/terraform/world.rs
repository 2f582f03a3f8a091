//! What references mean while a unit is evaluated.

use std::path::Path;
use std::sync::Arc;

use super::eval::{self, World};
use super::refs::Target;
use super::syntax::ast::Expr;
use super::unit::{Called, Item, State, Unit};
use crate::files::Files;
use crate::source::Span;
use crate::value::{Cause, CauseKind, Symbol, Value};

impl World for Unit<'_> {
    fn lookup(&self, instance: usize, target: &Target) -> Option<Value> {
        let at = &self.instances[instance];
        let index = at.module.find(target)?;
        if let Target::Module(_, Some(output)) = target
            && let Called::Followed(expansion, children) = &at.calls[index]
        {
            return Some(self.module_value(instance, index, expansion, children, Some(output)));
        }
        let item = match target {
            Target::Variable(_) => Item::Variable(index),
            Target::Local(_) => Item::Local(index),
            Target::Resource(..) => Item::Resource(index),
            Target::Module(_, None) => {
                if let Called::Followed(expansion, children) = &at.calls[index] {
                    return Some(self.module_value(instance, index, expansion, children, None));
                }
                Item::Call(index)
            }
            Target::Module(..) => Item::Call(index),
        };
        Some(match &at.states[at.slot(item)] {
            State::Done(value) => value.clone(),
            State::New | State::Active => {
                let what = super::module::shown(target);
                let cause = Cause::new(CauseKind::Invalid, format!("`{what}` depends on itself"));
                Symbol::new(format!("{}{what}", at.prefix()), what, cause).into()
            }
        })
    }

    fn files(&self) -> Option<(&dyn Files, &Path)> {
        let root = self.instances.first()?;
        Some((self.sources.files(), &root.module.directory))
    }

    fn template(&self, text: &str, span: Span) -> Option<Arc<Expr>> {
        self.configurations.templates.read(text, span)
    }

    fn ambient(&self, instance: usize, root: &str, name: &str) -> Option<Value> {
        let at = &self.instances[instance];
        Some(match (root, name) {
            ("path", "module") if at.caller.is_none() => ".".into(),
            ("path", "root") => ".".into(),
            ("path", "module") => {
                relative(&self.instances[0].module.directory, &at.module.directory).into()
            }
            ("terraform", "applying") => {
                let cause =
                    Cause::new(CauseKind::Input, "it differs between planning and applying");
                let symbol = Symbol::new("terraform.applying", "terraform.applying", cause);
                Value::from(symbol.never_null()).ephemeral(true)
            }
            ("path", "cwd") | ("terraform", "workspace") => {
                let shown = format!("{root}.{name}");
                let cause = Cause::new(CauseKind::Input, "known only where Terraform runs");
                Symbol::new(shown.clone(), shown, cause).never_null().into()
            }
            _ => eval::no_member(root, name),
        })
    }
}

/// The way from one directory to another, as Terraform writes the path of a called module.
fn relative(from: &Path, to: &Path) -> String {
    let common = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = from.components().skip(common).map(|_| "..".to_owned());
    let down = to.components().skip(common);
    let down = down.map(|c| c.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    if parts.is_empty() {
        ".".into()
    } else {
        parts.join("/")
    }
}
