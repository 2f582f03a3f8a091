//! Resources of another type or API version.

use std::path::Path;

use super::plan::{Speller, Syntax};
use super::{hcl, json, refer};
use crate::model::ResourceId;

impl Speller<'_> {
    /// Makes a resource one of another type, as its kind says.
    pub(super) fn retype(&mut self, id: ResourceId, with: &[(String, ResourceId)]) -> Option<()> {
        let own = &self.model.type_of(id).name;
        let kinds = &self.model.kind(id).retype;
        let new = kinds.iter().find(|r| r.from.eq_ignore_ascii_case(own))?;
        // Whatever names it by its old type would lose it.
        if self.is_mentioned(id) {
            return None;
        }
        if self.is_azapi(id) {
            let version = new.version.as_deref()?;
            let ty = hcl::string(&format!("{}@{version}", new.to));
            return self.in_block(id, &|text, block, _| hcl::set(text, block, &["type"], &ty));
        }
        if self.syntax(self.model.resource(id).block?.file)? == Syntax::Json {
            let ty = json::string(&new.to);
            self.in_block(id, &|text, block, _| json::set(text, block, &["type"], &ty))?;
            return self.version(id, new.version.as_deref()?);
        }
        self.in_block(id, &|text, block, _| {
            hcl::block_label_rename(text, block, 0, &new.to)
        })?;
        for argument in &new.remove {
            self.in_block(id, &|text, block, _| hcl::remove(text, block, &[argument]))?;
        }
        for (argument, name) in &new.refer {
            let (_, to) = with.iter().find(|(own, _)| own == name)?;
            let reference = refer::hcl(self.model, id, *to, "id")?;
            self.in_block(id, &|text, block, _| {
                hcl::set(text, block, &[argument], &reference)
            })?;
        }
        Some(())
    }

    /// Gives a resource another API version.
    pub(super) fn version(&mut self, id: ResourceId, version: &str) -> Option<()> {
        if self.is_azapi(id) {
            let ty = hcl::string(&format!("{}@{version}", self.model.type_of(id).arm));
            return self.in_block(id, &|text, block, _| hcl::set(text, block, &["type"], &ty));
        }
        let version = json::string(version);
        self.in_block(id, &|text, block, syntax| match syntax {
            Syntax::Hcl => None,
            Syntax::Json => json::set(text, block, &["apiVersion"], &version),
        })
    }

    /// Whether code in the directory or template of a resource names it by its type.
    fn is_mentioned(&self, id: ResourceId) -> bool {
        let resource = self.model.resource(id);
        let Some(block) = resource.block else {
            return true;
        };
        let own = self.sources.get(block.file);
        if self.syntax(block.file) != Some(Syntax::Hcl) {
            let ty = format!("'{}'", self.model.type_of(id).arm);
            return own.text.contains(&ty);
        }
        let name = refer::local_name(self.model, id);
        let folder = |path: &str| Path::new(path).parent().map(Path::to_owned);
        let mut files = self.sources.paths().into_iter();
        files.any(|path| {
            // What could not be read says nothing.
            let Ok(file) = self.sources.load(&path) else {
                return false;
            };
            let file = self.sources.get(file);
            folder(&file.path) == folder(&own.path) && file.text.contains(name)
        })
    }
}
