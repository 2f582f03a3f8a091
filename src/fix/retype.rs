//! Resources of another type or API version.

use std::path::Path;

use super::plan::{Speller, Syntax};
use super::{hcl, refer};
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
            return self.azapi_type(id, &new.to, new.version.as_deref()?);
        }
        let syntax = self.syntax(self.model.resource(id).block?.file)?;
        if syntax == Syntax::Json {
            self.put_at(id, &["type"], &syntax.string(&new.to))?;
            return self.version(id, new.version.as_deref()?);
        }
        self.in_block(id, &|text, block, _| {
            hcl::block_label_rename(text, block, 0, &new.to)
        })?;
        for argument in &new.remove {
            self.remove(id, &[argument])?;
        }
        for (argument, name) in &new.refer {
            let (_, to) = with.iter().find(|(own, _)| own == name)?;
            let reference = refer::hcl(self.model, id, *to, "id")?;
            self.put_at(id, &[argument], &reference)?;
        }
        Some(())
    }

    /// Gives a resource another API version.
    pub(super) fn version(&mut self, id: ResourceId, version: &str) -> Option<()> {
        if self.is_azapi(id) {
            return self.azapi_type(id, &self.model.type_of(id).arm, version);
        }
        let syntax = self.syntax(self.model.resource(id).block?.file)?;
        // What azurerm sends is azurerm's to say.
        (syntax == Syntax::Json)
            .then(|| self.put_at(id, &["apiVersion"], &syntax.string(version)))?
    }

    fn azapi_type(&mut self, id: ResourceId, ty: &str, version: &str) -> Option<()> {
        let ty = hcl::string(&format!("{ty}@{version}"));
        self.put_at(id, &["type"], &ty)
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
