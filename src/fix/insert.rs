//! New resources: how they are called, filled in and placed, and who waits for them.

use super::plan::{Speller, Syntax};
use super::{hcl, json, refer};
use crate::model::{ResourceId, To};

impl Speller<'_> {
    /// A text with its placeholders filled: `{label}`, `{name}` the id of a resource, `{name.attribute}`.
    pub(super) fn filled(
        &self,
        template: &str,
        label: &str,
        beside: ResourceId,
        with: &[(String, ResourceId)],
    ) -> Option<String> {
        let syntax = self.syntax(self.model.resource(beside).block?.file)?;
        let mut text = template.replace("{label}", label);
        for (name, id) in with {
            let whole = format!("{{{name}}}");
            if text.contains(&whole) {
                let reference = match syntax {
                    Syntax::Hcl => refer::hcl(self.model, beside, *id, "id")?,
                    Syntax::Json => refer::resource_id(self.model, self.sources, beside, *id)?,
                };
                text = text.replace(&whole, &reference);
            }
            for (number, attribute) in self.model.kind(*id).attributes.iter().enumerate() {
                let part = format!("{{{name}.{}}}", attribute.name);
                if !text.contains(&part) {
                    continue;
                }
                let reference = match syntax {
                    Syntax::Hcl => {
                        let spelt = self.model.spell(*id, number);
                        refer::hcl(self.model, beside, *id, &spelt)?
                    }
                    Syntax::Json if attribute.name == "name" => {
                        refer::name_expression(&self.model.resource(*id).body, self.sources)?
                    }
                    Syntax::Json => return None,
                };
                text = text.replace(&part, &reference);
            }
        }
        Some(text)
    }

    /// What a new resource is called: after the first resource it refers to, and unlike any other.
    pub(super) fn label(&self, with: &[(String, ResourceId)], ty: &str) -> Option<String> {
        let (_, first) = with.first()?;
        let name = refer::local_name(self.model, *first);
        let base = match self.model.resource(*first).name.as_str() {
            _ if declared_in_hcl(name) => name.rsplit('.').next()?,
            Some(known) => known,
            None => "network",
        };
        let plain: String = base
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || "_-".contains(*c))
            .collect();
        let module = &self.model.resource(*first).module;
        let taken = |label: &str| {
            let address = format!("{module}{ty}.{label}");
            self.model.iter().any(|(_, r)| *r.address == address)
        };
        let candidates = [plain.clone(), format!("{plain}_link")];
        candidates.into_iter().find(|label| !taken(label))
    }

    /// Puts a new resource after another; gives its key in a template with symbolic names.
    pub(super) fn insert(&mut self, beside: ResourceId, label: &str, text: &str) -> Option<String> {
        let symbolic = refer::is_symbolic(self.model, beside);
        // A resource inside another's body is no place to put one after.
        let inline = matches!(&self.model.resource(beside).parent, Some(p) if matches!(p.to, To::Resource(_)));
        if inline {
            return None;
        }
        let key: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
        let key = format!("{key}Link");
        self.in_block(beside, &|source, block, syntax| match syntax {
            Syntax::Hcl => hcl::insert_after(source, block, text.trim_end()),
            Syntax::Json if symbolic => {
                json::insert_member_after(source, block, &key, text.trim_end())
            }
            Syntax::Json => json::insert_in_array_after(source, block, text.trim_end()),
        })?;
        Some(key)
    }

    /// Makes a resource wait for one that was just added.
    pub(super) fn wait_for_new(
        &mut self,
        waiting: ResourceId,
        ty: &str,
        declared: &str,
        label: &str,
        key: &str,
        with: &[(String, ResourceId)],
    ) -> Option<()> {
        let block = self.model.resource(waiting).block?;
        match self.syntax(block.file)? {
            Syntax::Hcl => {
                let beside = with.first()?.1;
                if self.model.resource(waiting).module != self.model.resource(beside).module {
                    return None;
                }
                let address = format!("{declared}.{label}");
                self.in_block(waiting, &|text, block, _| {
                    hcl::add_to_list(text, block, "depends_on", &address)
                })
            }
            Syntax::Json => {
                let owner = with.iter().find(|(_, id)| {
                    let own = &self.model.type_of(*id).arm;
                    ty.rsplit_once('/')
                        .is_some_and(|(parent, _)| parent.eq_ignore_ascii_case(own))
                })?;
                let item = if refer::is_symbolic(self.model, owner.1) {
                    key.to_owned()
                } else {
                    let name =
                        refer::name_expression(&self.model.resource(owner.1).body, self.sources)?;
                    format!("[resourceId('{ty}', {name}, '{label}')]")
                };
                let item = json::string(&item);
                self.in_block(waiting, &|text, block, _| {
                    json::add_to_array(text, block, "dependsOn", &item)
                })
            }
        }
    }
}

/// Whether an address is one of Terraform's, `type.name`, as against `type/name`.
fn declared_in_hcl(address: &str) -> bool {
    !address.contains('/') && address.contains('.')
}
