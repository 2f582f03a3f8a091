//! Resources that a name means, in a group or in any.

use super::{Resolver, symbol_of};
use crate::declared::Language;
use crate::model::ids::caseless;
use crate::model::{KindId, ResourceId, Target, To};
use crate::value::{Data, Tri, Value, key_of};

impl Resolver<'_> {
    /// The resource of this name in this group; `None` for the group means any.
    pub(in crate::model) fn by_name(
        &mut self,
        name: &Value,
        group: Option<&Value>,
        kind: KindId,
        from: Language,
    ) -> Target {
        let to = match &name.data {
            Data::Null => To::Null,
            Data::Cases(cases) => {
                return Target::cases(&cases.cond, name, |holds| {
                    let group = group.map(|g| g.restrict(&cases.cond, holds));
                    self.by_name(
                        &name.restrict(&cases.cond, holds),
                        group.as_ref(),
                        kind,
                        from,
                    )
                });
            }
            _ => self.named_leaf(name, group, kind, from),
        };
        Target {
            to,
            value: name.clone(),
        }
    }

    fn named_leaf(
        &mut self,
        name: &Value,
        group: Option<&Value>,
        kind: KindId,
        from: Language,
    ) -> To {
        if let Some(id) = self.referenced(name, "name", &[kind]) {
            return To::Resource(id);
        }
        let Some(text) = name.as_text() else {
            return To::Unknown(symbol_of(name));
        };
        let exact = self
            .by_name
            .get(&(kind, caseless(&text)))
            .cloned()
            .unwrap_or_default();
        let mut undecided = false;
        for candidate in &exact {
            match self.same_group(*candidate, group) {
                Tri::True => return To::Resource(*candidate),
                Tri::False => {}
                Tri::Unknown => undecided = true,
            }
        }
        // One resource of that very name and nothing against it: it is meant.
        if let ([only], true) = (exact.as_slice(), undecided) {
            return To::Resource(*only);
        }
        let open = if text.as_known().is_some() {
            self.open_names.get(&kind)
        } else {
            None
        };
        let others: Vec<ResourceId> = match open {
            Some(open) => open.clone(),
            None if text.as_known().is_some() => Vec::new(),
            None => {
                let all = self.resources.iter().enumerate();
                all.filter(|(_, r)| r.kind == kind && !r.outside)
                    .map(|(i, _)| ResourceId(i as u32))
                    .collect()
            }
        };
        for candidate in others {
            let named = self
                .get(candidate)
                .name
                .as_text()
                .map_or(Tri::Unknown, |own| own.equals(&text, true));
            undecided |= named != Tri::False && self.same_group(candidate, group) != Tri::False;
        }
        if undecided {
            return To::Unknown(symbol_of(name));
        }
        let Some(ty) = self
            .kinds
            .kind(kind)
            .types
            .iter()
            .find(|t| t.language == from)
            .map(|t| t.arm.clone())
        else {
            return To::Unknown(symbol_of(name));
        };
        let key = format!(
            "{}|{}",
            caseless(&text),
            group.map(key_of).unwrap_or_default()
        );
        To::Resource(self.add_outside(kind, &ty, None, name.clone(), key))
    }

    fn same_group(&self, candidate: ResourceId, group: Option<&Value>) -> Tri {
        let (Some(group), Some(own)) = (group, &self.get(candidate).group) else {
            return Tri::Unknown;
        };
        match (group.as_text(), own.as_text()) {
            (Some(a), Some(b)) => a.equals(&b, true),
            _ => Tri::Unknown,
        }
    }
}
