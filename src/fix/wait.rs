//! Who waits for whom.

use super::insert::Added;
use super::plan::{Speller, Syntax};
use super::{hcl, json, refer};
use crate::model::ResourceId;

impl Speller<'_> {
    /// Makes one resource wait for another.
    pub(super) fn depend(&mut self, id: ResourceId, on: ResourceId) -> Option<()> {
        let block = self.model.resource(id).block?;
        let item = match self.syntax(block.file)? {
            Syntax::Hcl => refer::hcl_resource(self.model, id, on)?,
            Syntax::Json if refer::is_symbolic(self.model, on) => {
                refer::local_name(self.model, on).to_owned()
            }
            Syntax::Json => format!(
                "[{}]",
                refer::resource_id(self.model, self.sources, id, on)?
            ),
        };
        self.wait_for(id, &item)
    }

    /// Adds to what a resource waits for: an address in Terraform, in a template a symbolic name or an expression.
    fn wait_for(&mut self, id: ResourceId, item: &str) -> Option<()> {
        self.in_block(id, &|text, block, syntax| match syntax {
            Syntax::Hcl => hcl::add_to_list(text, block, &["depends_on"], item),
            Syntax::Json => json::add_to_array(text, block, &["dependsOn"], &json::string(item)),
        })
    }

    /// Makes a resource wait for one that was just added.
    pub(super) fn wait_for_new(&mut self, waiting: ResourceId, added: &Added<'_>) -> Option<()> {
        let block = self.model.resource(waiting).block?;
        if self.model.resource(waiting).module != self.model.resource(added.new.beside).module {
            return None;
        }
        let item = match self.syntax(block.file)? {
            Syntax::Hcl => added.address(),
            Syntax::Json => {
                let beside = self.around(added.new.beside).unwrap_or(added.new.beside);
                match refer::is_symbolic(self.model, beside) {
                    true => added.key.clone(),
                    false => format!("[{}]", self.new_id(added)?),
                }
            }
        };
        self.wait_for(waiting, &item)
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
