//! References: from a value to the resource it names, by resource id, by name and group, or by the
//! language's own reference.

mod by_case;
mod by_name;
mod existing;
mod outside;

use std::collections::HashMap;
use std::sync::Arc;

use super::elsewhere::Elsewhere;
use super::ids::{caseless, parse_id};
use super::kinds::{Find, Holds, Kinds};
use super::{KindId, Resource, ResourceId, Target, Targets, To, outside as made_elsewhere};
use crate::declared::Language;
use crate::value::{self, Cause, CauseKind, Data, Piece, Reference, Symbol, Text, Tri, Value};

/// Looks resources up while the model is built; adds outside ones as references lead to them.
pub(super) struct Resolver<'k> {
    pub(super) kinds: &'k Kinds,
    pub(super) resources: Vec<Resource>,
    pub(super) by_address: HashMap<Arc<str>, ResourceId>,
    /// Declared resources by kind and lower-case id.
    by_id: HashMap<(KindId, String), ResourceId>,
    /// The ids of declared resources that have another in each case; never text.
    pub(super) by_case: HashMap<ResourceId, Value>,
    /// Declared resources of a kind whose id is partly known or not known.
    open_ids: HashMap<KindId, Vec<ResourceId>>,
    by_name: HashMap<(KindId, String), Vec<ResourceId>>,
    open_names: HashMap<KindId, Vec<ResourceId>>,
    outside: HashMap<(KindId, String), ResourceId>,
    pub(super) elsewhere: Elsewhere,
}

impl<'k> Resolver<'k> {
    pub(super) fn new(kinds: &'k Kinds, elsewhere: Elsewhere) -> Resolver<'k> {
        Resolver {
            kinds,
            elsewhere,
            resources: Vec::new(),
            by_address: HashMap::new(),
            by_id: HashMap::new(),
            by_case: HashMap::new(),
            open_ids: HashMap::new(),
            by_name: HashMap::new(),
            open_names: HashMap::new(),
            outside: HashMap::new(),
        }
    }

    pub(super) fn get(&self, id: ResourceId) -> &Resource {
        &self.resources[id.0 as usize]
    }

    /// Makes a declared resource findable by id and name.
    pub(super) fn index(&mut self, id: ResourceId) {
        let resource = self.get(id);
        let kind = resource.kind;
        match &resource.id {
            Some(text) => {
                let key = (kind, caseless(text));
                let open = text.as_known().is_none();
                // An own declaration comes after the inline one of the same child, and wins.
                self.by_id.insert(key, id);
                if open {
                    self.open_ids.entry(kind).or_default().push(id);
                }
            }
            None => self.open_ids.entry(kind).or_default().push(id),
        }
        match self.get(id).name.as_text() {
            Some(name) => {
                let open = name.as_known().is_none();
                self.by_name
                    .entry((kind, caseless(&name)))
                    .or_default()
                    .push(id);
                if open {
                    self.open_names.entry(kind).or_default().push(id);
                }
            }
            None => self.open_names.entry(kind).or_default().push(id),
        }
    }

    /// The resource that an id value names, of one of the kinds (none: of any).
    pub(super) fn by_id(&mut self, value: &Value, kinds: &[KindId]) -> Target {
        let to = match &value.data {
            Data::Null => To::Null,
            // Often written for none.
            Data::Text(text) if text.as_known() == Some("") => To::Null,
            Data::Cases(cases) => {
                return Target::cases(&cases.cond, value, |holds| {
                    self.by_id(&value.restrict(&cases.cond, holds), kinds)
                });
            }
            _ => self.leaf(value, kinds),
        };
        Target {
            to,
            value: value.clone(),
        }
    }

    fn leaf(&mut self, value: &Value, kinds: &[KindId]) -> To {
        if let Some(id) = self.referenced(value, "id", kinds) {
            return To::Resource(id);
        }
        match &value.data {
            Data::Text(text) => self.by_id_text(text, value, kinds),
            // Where any kind will do, it is none of them.
            _ if kinds.is_empty() && self.elsewhere.creates(value) => To::Other(symbol_of(value)),
            _ => To::Unknown(symbol_of(value)),
        }
    }

    /// The resource whose `attribute` the value is, as the language's references tell.
    fn referenced(&self, value: &Value, attribute: &str, kinds: &[KindId]) -> Option<ResourceId> {
        let read = |r: &Reference| {
            let id = self.by_address.get(&r.resource).copied();
            // The whole of it stands for what others refer by.
            id.filter(|_| &*r.attribute == attribute || r.attribute.is_empty())
        };
        let wanted = |id: &ResourceId| kinds.is_empty() || kinds.contains(&self.get(*id).kind);
        let chain = value.origin().map(|o| o.references());
        let own = value.as_symbol().and_then(Symbol::reference);
        let mut sure = chain.into_iter().flatten().chain(own).filter_map(read);
        sure.find(wanted).or_else(|| {
            // Of several things the only one of the right kind.
            let several = value.as_symbol().map_or(&[][..], Symbol::may_refer);
            let mut fitting = several.iter().filter_map(read).filter(wanted);
            fitting
                .next()
                .filter(|_| fitting.next().is_none() && !kinds.is_empty())
        })
    }

    fn by_id_text(&mut self, text: &Text, value: &Value, kinds: &[KindId]) -> To {
        let unknown = || To::Unknown(symbol_of(value));
        let because = |cause: Cause| To::Unknown(symbol_of(value).because(cause));
        if let Some(target) = self.below_reference(text, value.is_sensitive(), kinds) {
            return target;
        }
        let Some((ty, names)) = parse_id(text) else {
            // What it is an id of is known where it starts with a slash, unless an input says how it goes on.
            let whole = text.starts_with("/", false) == Tri::True;
            let given = |s: &Symbol| s.cause().kind != CauseKind::Deployment;
            return match whole && !value.is_sensitive() && !text.symbols().any(given) {
                true => because(no_id(value)),
                false => unknown(),
            };
        };
        let kind = self.kinds.of_type(Language::Arm, &ty).map(|(kind, _)| kind);
        let wanted = |kind: &KindId| kinds.is_empty() || kinds.contains(kind);
        let Some(kind) = kind.filter(wanted) else {
            if kinds.is_empty() {
                return To::Other(symbol_of(value));
            }
            let text = format!("it is the id of a `{ty}`, which azvet does not look at here");
            return match value.is_sensitive() {
                true => unknown(),
                false => because(Cause::new(CauseKind::Outside, text)),
            };
        };
        if let Some(id) = self.by_id.get(&(kind, caseless(text))) {
            return To::Resource(*id);
        }
        let candidates: Vec<ResourceId> = if text.as_known().is_some() {
            self.open_ids.get(&kind).cloned().unwrap_or_default()
        } else {
            let of_kind = |(i, r): (usize, &Resource)| {
                (r.kind == kind && !r.outside).then_some(ResourceId(i as u32))
            };
            self.resources
                .iter()
                .enumerate()
                .filter_map(of_kind)
                .collect()
        };
        let mut doubt = None;
        for candidate in candidates {
            if let Some(id) = self.by_case.get(&candidate) {
                let name = Value::from(names.last().cloned().unwrap_or_else(|| Text::from("")));
                let symbol = symbol_of(value).because(made_elsewhere(&name));
                match by_case::is_it(id, text, candidate, &symbol) {
                    Some(to) => return to,
                    None if by_case::excluded(id, text) => continue,
                    None => {}
                }
            }
            match self
                .get(candidate)
                .id
                .as_ref()
                .map(|id| id.equals(text, true))
            {
                Some(Tri::True) => return To::Resource(candidate),
                Some(Tri::False) => {}
                // Without an id the name may still exclude it.
                None | Some(Tri::Unknown) if self.may_be_named(candidate, names.last()) => {
                    doubt.get_or_insert_with(|| self.doubt(candidate, text));
                }
                None | Some(Tri::Unknown) => {}
            }
        }
        if let Some(doubt) = doubt {
            return doubt.map_or_else(unknown, because);
        }
        let name = names.last().cloned().unwrap_or_else(|| Text::from(""));
        // A part of a secret is one.
        let name = Value::from(name).sensitive(value.is_sensitive());
        To::Resource(self.add_outside(kind, &ty, Some(text.clone()), name, caseless(text)))
    }

    /// Why it is not known whether a resource has this id: the first part in which they may differ.
    fn doubt(&self, candidate: ResourceId, text: &Text) -> Option<Cause> {
        let candidate = self.get(candidate);
        let symbol = match &candidate.id {
            Some(own) => {
                let parts = text.split('/').into_iter().zip(own.split('/'));
                let mut open = parts.filter(|(part, own)| part.equals(own, true) == Tri::Unknown);
                let (part, own) = open.next()?;
                part.symbols().chain(own.symbols()).next()?.clone()
            }
            None => candidate.name.first_symbol()?.clone(),
        };
        Some(symbol.cause().clone())
    }

    fn may_be_named(&self, candidate: ResourceId, name: Option<&Text>) -> bool {
        match (self.get(candidate).name.as_text(), name) {
            (Some(own), Some(name)) => own.equals(name, true) != Tri::False,
            _ => true,
        }
    }

    /// `"${network.id}/subnets/name"`: a child of what a reference leads to.
    fn below_reference(&mut self, text: &Text, secret: bool, kinds: &[KindId]) -> Option<To> {
        let pieces: Vec<Piece> = text.pieces().collect();
        let (Some(Piece::Sym(symbol)), rest) = (pieces.first()?.clone().into(), &pieces[1..])
        else {
            return None;
        };
        let reference = symbol.reference().filter(|r| &*r.attribute == "id")?;
        let base = *self.by_address.get(&reference.resource)?;
        let parts = Text::from_pieces(rest.iter().cloned()).split('/');
        let [before, segment, name] = parts.as_slice() else {
            return None;
        };
        if before.as_known() != Some("") {
            return None;
        }
        let parent_type = self.type_name(base);
        let ty = format!("{parent_type}/{}", segment.as_known()?);
        let (kind, _) = self.kinds.of_type(Language::Arm, &ty)?;
        if !kinds.is_empty() && !kinds.contains(&kind) {
            return None;
        }
        let mut undecided = false;
        for (i, candidate) in self.resources.iter().enumerate() {
            if candidate.kind != kind || candidate.outside {
                continue;
            }
            let own = candidate.name.as_text().map(|own| own.equals(name, true));
            let below = match &candidate.parent {
                Some(Target {
                    to: To::Resource(parent),
                    ..
                }) => Tri::from(*parent == base),
                _ => Tri::Unknown,
            };
            match (own, below) {
                (Some(Tri::True), Tri::True) => return Some(To::Resource(ResourceId(i as u32))),
                (Some(Tri::False), _) | (_, Tri::False) => {}
                _ => undecided = true,
            }
        }
        if undecided {
            return None;
        }
        let key = caseless(text);
        let name = Value::from(name.clone()).sensitive(secret);
        let id = self.add_outside(kind, &ty, Some(text.clone()), name, key);
        Some(To::Resource(id))
    }

    fn type_name(&self, id: ResourceId) -> String {
        let resource = self.get(id);
        self.kinds.kind(resource.kind).types[resource.ty]
            .arm
            .clone()
    }

    /// The targets of a list of id values.
    pub(super) fn all_by_id(&mut self, list: &Value, kinds: &[KindId]) -> Targets {
        match &list.data {
            Data::List(items) => {
                let targets = items.items.iter().map(|v| self.by_id(v, kinds)).collect();
                Targets::List(
                    targets,
                    items.rest.as_ref().map(|r| r.symbol.cause().clone()),
                )
            }
            Data::Cases(cases) => Targets::Cases(
                cases.cond.clone(),
                Box::new(self.all_by_id(&list.restrict(&cases.cond, true), kinds)),
                Box::new(self.all_by_id(&list.restrict(&cases.cond, false), kinds)),
            ),
            Data::Unknown(symbol) => Targets::List(Vec::new(), Some(symbol.cause().clone())),
            _ => Targets::List(Vec::new(), None),
        }
    }

    /// The target of a reference attribute of a resource.
    pub(super) fn attribute(&mut self, id: ResourceId, number: usize) -> Target {
        let resource = self.get(id);
        let kind = self.kinds.kind(resource.kind);
        let ty = &kind.types[resource.ty];
        let attribute = &kind.attributes[number];
        let Holds::Refers(kinds) = &attribute.holds else {
            return Target::null(Value::null());
        };
        let (body, version) = (resource.body.clone(), resource.version.clone());
        // Of what is outside only an id tells, unless a plan tells how it was.
        let untold = resource.outside && body.as_symbol().is_some();
        let spellings: Vec<_> = attribute
            .spellings(ty, version.as_deref())
            .cloned()
            .collect();
        let mut unknown = None;
        for spelling in spellings {
            let target = match &spelling.find {
                Find::Parent => match &self.get(id).parent {
                    Some(parent) => parent.clone(),
                    None => continue,
                },
                Find::Scope => match self.get(id).scope.clone() {
                    Some(scope) => self.by_id(&scope, kinds),
                    None => continue,
                },
                _ if untold => {
                    let value = value::member(&body, &attribute.name, false);
                    self.by_id(&value, kinds)
                }
                Find::Path(steps) => {
                    let value = super::read::at_path(&body, steps, ty.language);
                    self.by_id(&value, kinds)
                }
                Find::ByName { name, group } => {
                    let name = super::read::at_path(&body, name, ty.language);
                    let group = group
                        .as_ref()
                        .map(|g| super::read::at_path(&body, g, ty.language));
                    match kinds.first() {
                        Some(kind) => self.by_name(&name, group.as_ref(), *kind, ty.language),
                        None => continue,
                    }
                }
            };
            match &target.to {
                To::Null => unknown = unknown.or(Some(target)),
                To::Unknown(_) if attribute.required => return self.or_elsewhere(target, kinds),
                _ => return target,
            }
        }
        unknown.unwrap_or_else(|| Target::null(Value::null()))
    }
}

fn symbol_of(value: &Value) -> Symbol {
    match (&value.data, value.first_symbol()) {
        (Data::Unknown(symbol), _) => symbol.clone(),
        (_, Some(inner)) => {
            Symbol::derived("reference", value.shown(), &[value]).because(inner.cause().clone())
        }
        (_, None) => Symbol::derived("reference", value.shown(), &[value]).because(no_id(value)),
    }
}

fn no_id(value: &Value) -> Cause {
    let text = format!(
        "`{}` is no id of a resource that azvet knows",
        value.shown()
    );
    Cause::new(CauseKind::Outside, text)
}
