//! New resources: how they are called, filled in and placed, and who waits for them.

use super::plan::{Speller, Syntax};
use super::{hcl, json, refer};
use crate::declared::Language;
use crate::finding::NewResource;
use crate::model::kinds::Written;
use crate::model::{Model, ResourceId, To};
use crate::rules::as_hcl;

/// The resource by which Terraform writes any ARM type.
const AZAPI: &str = "azapi_resource";

/// A resource that is being added.
pub(super) struct Added<'n> {
    /// Its type.
    pub(super) ty: &'n str,
    /// What Terraform calls the type.
    pub(super) declared: &'n str,
    /// What it is called.
    pub(super) label: String,
    /// Its key in a template with symbolic names.
    pub(super) key: String,
    /// What was asked for.
    pub(super) new: &'n NewResource,
}

impl Added<'_> {
    /// What Terraform calls it.
    pub(super) fn address(&self) -> String {
        format!("{}.{}", self.declared, self.label)
    }
}

impl<'a> Speller<'a> {
    /// Adds a resource, in the form of the one that it is placed beside.
    pub(super) fn insert(&mut self, new: &NewResource) -> Option<()> {
        let written = self.form(new)?;
        let ty = written.ty.as_str();
        let azapi = self.is_azapi(new.beside);
        let declared = if azapi { AZAPI } else { ty };
        let label = self.label(new, declared)?;
        let mut text = self.filled(&written.text, &label, new)?;
        if azapi && written.inline {
            text = as_hcl(&text)?;
        }
        let mut added = Added {
            ty,
            declared,
            key: key(&label, new),
            label,
            new,
        };
        let association = self.association(new);
        if let Some((_, template)) = association {
            text = format!(
                "{}\n\n{}",
                text.trim_end(),
                self.associated(template, &added)?
            );
        }
        self.place(&added, written.inline, &text)?;
        match (new.referred_by, association, new.awaited_by) {
            (Some((id, number)), None, _) => self.lead_to_new(id, number, &added),
            (_, association, Some(waiting)) => {
                if let Some((ty, _)) = association {
                    added.declared = ty;
                }
                self.wait_for_new(waiting, &added)
            }
            (_, _, None) => Some(()),
        }
    }

    /// The resource by which azurerm says what an attribute elsewhere says: its type, and how it is written.
    fn association(&self, new: &NewResource) -> Option<(&'a str, &'a str)> {
        let model: &'a Model<'a> = self.model;
        let (id, number) = new.referred_by?;
        let separate =
            model.language(id) == Language::Azurerm && !model.type_of(id).name.contains('.');
        let kind = model.resource(id).kind;
        separate.then(|| model.kinds().setter(kind, number))?
    }

    fn associated(&self, template: &str, added: &Added<'_>) -> Option<String> {
        let (owner, _) = added.new.referred_by?;
        let own = format!("{}.id", added.address());
        let owner = refer::hcl(self.model, added.new.beside, owner, "id")?;
        let text = template.replace("{label}", &added.label);
        Some(text.replace("{owner}", &owner).replace("{added}", &own))
    }

    /// Makes an attribute lead to a resource that was just added, and its resource wait for it.
    fn lead_to_new(&mut self, id: ResourceId, number: usize, added: &Added<'_>) -> Option<()> {
        let path = self.path(id, number)?;
        match self.syntax(self.model.resource(id).block?.file)? {
            Syntax::Hcl => self.put_at(id, &path, &format!("{}.id", added.address())),
            Syntax::Json => {
                let reference = json::string(&format!("[{}]", self.new_id(added)?));
                self.put_at(id, &path, &reference)?;
                self.wait_for_new(self.around(id).unwrap_or(id), added)
            }
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
                // What is written inline in a body is no resource of azapi's.
                let inline = sibling && inline && !typed;
                written.ty.contains('/')
                    && written.inline == inline
                    && (inline || written.azapi == azapi)
            } else {
                !written.ty.contains('/') && (!sibling || written.ty == *own)
            };
            fits && (is_arm || written.applies(beside.version.as_deref()))
        })
    }

    /// The resource in whose text another one is written.
    pub(super) fn around(&self, id: ResourceId) -> Option<ResourceId> {
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

    /// A text with its placeholders filled: `{label}`, `{setting}`, `{name}` the id of a resource,
    /// `{name.attribute}`.
    fn filled(&self, template: &str, label: &str, new: &NewResource) -> Option<String> {
        let mut template = template.to_owned();
        for (name, id) in &new.with {
            // Among dependencies, alone on its line, a resource with a symbolic name goes by that.
            if refer::is_symbolic(self.model, *id) {
                let own = refer::local_name(self.model, *id);
                let whole = format!("\n    \"[{{{name}}}]\"");
                template = template.replace(&whole, &format!("\n    \"{own}\""));
            }
        }
        let mut text = String::with_capacity(template.len());
        let mut rest = template.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            text += before;
            let filling = match behind.split_once('}') {
                Some((inner, after)) if is_placeholder(inner) => Some((inner, after)),
                _ => None,
            };
            let Some((inner, after)) = filling else {
                text.push('{');
                rest = behind;
                continue;
            };
            let value = self.filling(inner, label, new)?;
            match literal(&value).filter(|_| text.ends_with("\"[") && after.starts_with("]\"")) {
                // An expression that is a text alone is written without brackets.
                Some(plain) => {
                    text.pop();
                    text += plain;
                    rest = &after[1..];
                }
                None => {
                    text += &value;
                    rest = after;
                }
            }
        }
        Some(text + rest)
    }

    /// What stands in the place of a placeholder.
    fn filling(&self, placeholder: &str, label: &str, new: &NewResource) -> Option<String> {
        if placeholder == "label" {
            return Some(label.to_owned());
        }
        if let Some((_, value)) = new.values.iter().find(|(name, _)| name == placeholder) {
            return Some(value.clone());
        }
        let (name, attribute) = match placeholder.split_once('.') {
            Some((name, attribute)) => (name, Some(attribute)),
            None => (placeholder, None),
        };
        let (_, id) = new.with.iter().find(|(own, _)| own == name)?;
        let number = attribute.and_then(|a| self.model.kind(*id).attribute_number(a));
        match self.syntax(self.model.resource(new.beside).block?.file)? {
            Syntax::Hcl => {
                let spelt = number.map(|number| self.model.spell(*id, number));
                let spelt = spelt.as_deref().or(attribute).unwrap_or("id");
                refer::hcl(self.model, new.beside, *id, spelt)
            }
            Syntax::Json if attribute.is_none() => {
                refer::resource_id(self.model, self.sources, new.beside, *id)
            }
            Syntax::Json => {
                let path = self.path(*id, number?)?;
                refer::expression(&self.model.resource(*id).body, &path, self.sources)
            }
        }
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

    /// Puts a new resource where it belongs.
    fn place(&mut self, added: &Added<'_>, inline: bool, text: &str) -> Option<()> {
        let (text, beside) = (text.trim_end(), added.new.beside);
        let around = self.around(beside);
        if let Some((outer, _)) = added.ty.split_once('.')
            && !added.ty.contains('/')
        {
            let own = self.model.type_of(beside).name == outer;
            let outer = if own { beside } else { around? };
            return self.in_block(outer, &|source, block, _| {
                hcl::insert_block(source, block, text)
            });
        }
        // A whole resource has no place inside another's body, but after that.
        let beside = around.filter(|_| !inline).unwrap_or(beside);
        let symbolic = !inline && refer::is_symbolic(self.model, beside);
        self.in_block(beside, &|source, block, syntax| match syntax {
            Syntax::Hcl if inline => hcl::insert_element_after(source, block, text),
            Syntax::Hcl => hcl::insert_after(source, block, text),
            Syntax::Json if symbolic => json::insert_member_after(source, block, &added.key, text),
            Syntax::Json => json::insert_in_array_after(source, block, text),
        })
    }
}

/// The key of a new resource in a template with symbolic names.
fn key(label: &str, new: &NewResource) -> String {
    let mut key: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
    if new.values.is_empty() {
        key += "Link";
    }
    key
}

/// Whether braces hold a placeholder, as against code.
fn is_placeholder(inner: &str) -> bool {
    !inner.is_empty()
        && inner
            .chars()
            .all(|c| c.is_ascii_lowercase() || "_.".contains(c))
}

/// The text of an expression that is one literal.
fn literal(expression: &str) -> Option<&str> {
    let inner = expression.strip_prefix('\'')?.strip_suffix('\'')?;
    (!inner.contains(['\'', '"', '\\']) && !inner.starts_with('[')).then_some(inner)
}

/// Whether an address is one of Terraform's, `type.name`, as against `type/name`.
fn declared_in_hcl(address: &str) -> bool {
    !address.contains('/') && address.contains('.')
}
