//! Who waits for whom.

use super::insert::Added;
use super::plan::{Speller, Syntax};
use super::{hcl, json, refer};
use crate::model::ResourceId;

impl Speller<'_> {
    /// Makes one resource wait for another.
    pub(super) fn depend(&mut self, id: ResourceId, on: ResourceId) -> Option<()> {
        let block = self.model.resource(id).block?;
        match self.syntax(block.file)? {
            Syntax::Hcl => {
                let address = refer::hcl_resource(self.model, id, on)?;
                self.in_block(id, &|text, block, _| {
                    hcl::add_to_list(text, block, &["depends_on"], &address)
                })
            }
            Syntax::Json => {
                let item = if refer::is_symbolic(self.model, on) {
                    refer::local_name(self.model, on).to_owned()
                } else {
                    format!(
                        "[{}]",
                        refer::resource_id(self.model, self.sources, id, on)?
                    )
                };
                let item = json::string(&item);
                self.in_block(id, &|text, block, _| {
                    json::add_to_array(text, block, &["dependsOn"], &item)
                })
            }
        }
    }

    /// Makes a resource wait for one that was just added.
    pub(super) fn wait_for_new(&mut self, waiting: ResourceId, added: &Added<'_>) -> Option<()> {
        let block = self.model.resource(waiting).block?;
        if self.model.resource(waiting).module != self.model.resource(added.new.beside).module {
            return None;
        }
        match self.syntax(block.file)? {
            Syntax::Hcl => {
                let address = format!("{}.{}", added.declared, added.label);
                self.in_block(waiting, &|text, block, _| {
                    hcl::add_to_list(text, block, &["depends_on"], &address)
                })
            }
            Syntax::Json => {
                let beside = self.around(added.new.beside).unwrap_or(added.new.beside);
                let item = if refer::is_symbolic(self.model, beside) {
                    added.key.clone()
                } else {
                    format!("[{}]", self.new_id(added)?)
                };
                let item = json::string(&item);
                self.in_block(waiting, &|text, block, _| {
                    json::add_to_array(text, block, &["dependsOn"], &item)
                })
            }
        }
    }

    /// The expression that gives the id of a resource of a template that was just added.
    pub(super) fn new_id(&self, added: &Added<'_>) -> Option<String> {
        let (ty, label) = (added.ty, &added.label);
        let (parent, _) = ty.rsplit_once('/')?;
        if !parent.contains('/') {
            return Some(format!("resourceId('{ty}', '{label}')"));
        }
        let (_, owner) = added.new.with.iter().find(|(_, id)| {
            let own = &self.model.type_of(*id).arm;
            parent.eq_ignore_ascii_case(own)
        })?;
        let name = refer::expression(&self.model.resource(*owner).body, &["name"], self.sources)?;
        Some(format!("resourceId('{ty}', {name}, '{label}')"))
    }
}
