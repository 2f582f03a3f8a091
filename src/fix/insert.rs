//! New resources: how they are called, filled in and placed, and who waits for them.

use super::plan::{Speller, Syntax};
use super::{hcl, json, refer};
use crate::declared::Language;
use crate::finding::NewResource;
use crate::model::kinds::Written;
use crate::model::{Model, ResourceId, To};

/// The resource by which Terraform writes any ARM type.
const AZAPI: &str = "azapi_resource";

impl<'a> Speller<'a> {
    /// Adds a resource, in the form of the one that it is placed beside.
    pub(super) fn insert(&mut self, new: &NewResource) -> Option<()> {
        let written = self.form(new)?;
        let azapi = self.is_azapi(new.beside);
        let declared = if azapi { AZAPI } else { &written.ty };
        let label = self.label(new, declared)?;
        let text = self.filled(&written.text, &label, new)?;
        let key = self.place(new, written, &label, &text)?;
        match new.awaited_by {
            Some(waiting) => {
                self.wait_for_new(waiting, &written.ty, declared, &label, &key, &new.with)
            }
            None => Some(()),
        }
    }

    /// How such a resource is written there.
    fn form(&self, new: &NewResource) -> Option<&'a Written> {
        let model: &'a Model<'a> = self.model;
        let beside = model.resource(new.beside);
        let is_arm = model.language(new.beside) == Language::Arm;
        let azapi = self.is_azapi(new.beside);
        let sibling = beside.kind == new.kind;
        let own = &model.type_of(new.beside).name;
        let typed = !crate::value::member(&beside.body, "type", true).is_null();
        let inline = self.around(new.beside).is_some();
        model.kinds().kind(new.kind).create.iter().find(|written| {
            let fits = if is_arm {
                written.ty.contains('/')
                    && written.azapi == azapi
                    && written.inline == (sibling && inline && !typed)
            } else {
                !written.ty.contains('/') && (!sibling || written.ty == *own)
            };
            fits && (is_arm || written.applies(beside.version.as_deref()))
        })
    }

    /// The resource in whose text another one is written.
    fn around(&self, id: ResourceId) -> Option<ResourceId> {
        let To::Resource(parent) = self.model.resource(id).parent.as_ref()?.to else {
            return None;
        };
        let (outer, inner) = (
            self.model.resource(parent).block?,
            self.model.resource(id).block?,
        );
        let (own, other) = (outer.range(), inner.range());
        let within = outer.file == inner.file && own.start < other.start && other.end < own.end;
        within.then_some(parent)
    }

    /// A text with its placeholders filled: `{label}`, `{name}` the id of a resource, `{name.attribute}`.
    fn filled(&self, template: &str, label: &str, new: &NewResource) -> Option<String> {
        let beside = new.beside;
        let syntax = self.syntax(self.model.resource(beside).block?.file)?;
        let mut text = template.replace("{label}", label);
        for (name, value) in &new.values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        for (name, id) in &new.with {
            // Among dependencies, alone on its line, a resource with a symbolic name goes by that.
            if refer::is_symbolic(self.model, *id) {
                let (id, own) = (
                    format!("\n    \"[{{{name}}}]\""),
                    refer::local_name(self.model, *id),
                );
                text = text.replace(&id, &format!("\n    \"{own}\""));
            }
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

    /// What a new resource is called: as the rule says, else after the first resource it refers to, and unlike
    /// any other.
    fn label(&self, new: &NewResource, ty: &str) -> Option<String> {
        let given = new.values.iter().find(|(name, _)| name == "label");
        let (base, further) = match given {
            Some((_, label)) => (label.as_str(), "-2"),
            None => (self.named_after(new.with.first()?.1)?, "_link"),
        };
        let plain: String = base
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || "_-".contains(*c))
            .collect();
        let module = &self.model.resource(new.beside).module;
        let taken = |label: &str| {
            let address = format!("{module}{ty}.{label}");
            self.model.iter().any(|(_, r)| {
                let same_name = given.is_some() && r.kind == new.kind;
                *r.address == address || same_name && r.name.as_str() == Some(label)
            })
        };
        let candidates = [plain.clone(), format!("{plain}{further}")];
        candidates.into_iter().find(|label| !taken(label))
    }

    /// What is called after a resource: by its own label, else its name.
    fn named_after(&self, id: ResourceId) -> Option<&str> {
        let name = refer::local_name(self.model, id);
        Some(match self.model.resource(id).name.as_str() {
            _ if declared_in_hcl(name) => name.rsplit('.').next()?,
            Some(known) => known,
            None => "network",
        })
    }

    /// Puts a new resource where it belongs; gives its key in a template with symbolic names.
    fn place(
        &mut self,
        new: &NewResource,
        written: &Written,
        label: &str,
        text: &str,
    ) -> Option<String> {
        let text = text.trim_end();
        let around = self.around(new.beside);
        if let Some((outer, _)) = written.ty.split_once('.')
            && !written.ty.contains('/')
        {
            let own = self.model.type_of(new.beside).name == outer;
            let outer = if own { new.beside } else { around? };
            self.in_block(outer, &|source, block, _| {
                hcl::insert_block(source, block, text)
            })?;
            return Some(String::new());
        }
        // A whole resource inside another's body is no place to put one after.
        if around.is_some() && !written.inline {
            return None;
        }
        let symbolic = !written.inline && refer::is_symbolic(self.model, new.beside);
        let key: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
        let key = if new.values.is_empty() {
            format!("{key}Link")
        } else {
            key
        };
        self.in_block(new.beside, &|source, block, syntax| match syntax {
            Syntax::Hcl => hcl::insert_after(source, block, text),
            Syntax::Json if symbolic => json::insert_member_after(source, block, &key, text),
            Syntax::Json => json::insert_in_array_after(source, block, text),
        })?;
        Some(key)
    }

    /// Makes a resource wait for one that was just added.
    fn wait_for_new(
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
                    json::add_to_array(text, block, &["dependsOn"], &item)
                })
            }
        }
    }
}

/// Whether an address is one of Terraform's, `type.name`, as against `type/name`.
fn declared_in_hcl(address: &str) -> bool {
    !address.contains('/') && address.contains('.')
}
