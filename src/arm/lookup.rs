//! Finding declared resources by what expressions and `dependsOn` call them.

use super::evaluator::Evaluator;
use super::frame::FrameId;
use super::resources::{Instance, Resources};
use crate::value::{Data, Text, Tri, Value};
use std::rc::Rc;

/// An instance, with the deployment that holds it.
#[derive(Clone)]
pub(super) struct Found {
    resources: Rc<Resources>,
    index: usize,
}

impl Found {
    pub(super) fn new(resources: Rc<Resources>, index: usize) -> Found {
        Found { resources, index }
    }
}

impl std::ops::Deref for Found {
    type Target = Instance;

    fn deref(&self) -> &Instance {
        &self.resources.list[self.index]
    }
}

impl Evaluator<'_> {
    /// The resource that `reference(id)` means in an expression at home in `frame`.
    pub(super) fn find(&self, frame: FrameId, id: &Value) -> Option<Found> {
        let is_id = starts_with_slash(id);
        let mut at = Some(frame);
        while let Some(id_of_frame) = at {
            let frame = self.frame(id_of_frame);
            if let Some(resources) = self.resources(id_of_frame) {
                let found = if is_id {
                    only(&resources, resources.by_id(id))
                } else {
                    only(&resources, resources.by_symbol(id))
                        .or_else(|| only(&resources, resources.by_name(id)))
                };
                if found.is_some() {
                    return found;
                }
            }
            // Names mean resources of the same template; of outer scope, also the one around.
            if !is_id && frame.outer.is_none() {
                return None;
            }
            at = frame.parent;
        }
        if is_id { self.find_below(0, id) } else { None }
    }

    /// The resource itself where it is created, and what creates it where it is said to exist.
    pub(super) fn created(&self, found: &Found) -> Option<Found> {
        if found.managed {
            return Some(found.clone());
        }
        let created = self.find_below(0, found.id.as_ref()?);
        created.filter(|created| created.managed)
    }

    /// By id, anywhere in the unit.
    fn find_below(&self, frame: FrameId, id: &Value) -> Option<Found> {
        let _level = self.enter()?;
        let resources = self.resources(frame)?;
        let here = only(&resources, resources.by_id(id));
        if here.as_ref().is_some_and(|here| here.managed) {
            return here;
        }
        let below = (0..resources.list.len())
            .filter(|&i| resources.list[i].is_deployment())
            .find_map(|i| {
                let nested = self.nested(&Found::new(resources.clone(), i))?;
                self.find_below(nested, id)
            });
        below.or(here)
    }

    /// All instances with this symbolic name, in order.
    pub(super) fn find_all(&self, frame: FrameId, name: &Value) -> Vec<Found> {
        let Some(resources) = self.resources(frame) else {
            return Vec::new();
        };
        let places = resources.by_symbol(name).iter();
        places.map(|i| Found::new(resources.clone(), *i)).collect()
    }

    /// What an element of `dependsOn` means. Where it is only partly known, all that it may mean: to
    /// think that something is waited for is the lesser error.
    pub(super) fn awaited(&self, frame: FrameId, name: &Value) -> Vec<Found> {
        let Data::Text(text) = &name.data else {
            return match &name.data {
                Data::Unknown(_) => self.awaited_text(frame, &name.as_text()),
                _ => Vec::new(),
            };
        };
        self.awaited_text(frame, &Some(text.clone()))
    }

    fn awaited_text(&self, frame: FrameId, text: &Option<Text>) -> Vec<Found> {
        let Some(text) = text else { return Vec::new() };
        let name = Value::from(text.clone());
        let mut at = Some(frame);
        while let Some(id) = at {
            let Some(resources) = self.resources(id) else {
                return Vec::new();
            };
            let mut places = resources.by_symbol(&name);
            if places.is_empty() {
                places = resources.by_id(&name);
            }
            if places.is_empty() {
                places = resources.by_name(&name);
            }
            if !places.is_empty() {
                let found = |i: &usize| Found::new(resources.clone(), *i);
                return places.iter().map(found).collect();
            }
            if text.as_known().is_none() {
                let may_be: Vec<Found> = (0..resources.list.len())
                    .filter(|&i| may_mean(&resources.list[i], text))
                    .map(|i| Found::new(resources.clone(), i))
                    .collect();
                if !may_be.is_empty() {
                    return may_be;
                }
            }
            let frame = self.frame(id);
            at = frame.outer.is_some().then_some(frame.parent).flatten();
        }
        Vec::new()
    }
}

impl Evaluator<'_> {
    /// Whether something that a `dependsOn` in this frame can see may be called `text`, or some of it
    /// could not be told.
    pub(super) fn may_await(&self, frame: FrameId, text: &Text) -> bool {
        let last = |text: &Text| text.split('/').pop();
        let wanted = last(text);
        let mut at = Some(frame);
        while let Some(id) = at {
            let Some(resources) = self.resources(id) else {
                return true;
            };
            let may_be = |instance: &Instance| {
                let name = instance.name.as_text().and_then(|name| last(&name));
                let both = name.as_ref().zip(wanted.as_ref());
                both.is_none_or(|(name, wanted)| name.equals(wanted, true) != Tri::False)
            };
            if resources.partial || resources.list.iter().any(may_be) {
                return true;
            }
            let frame = self.frame(id);
            at = frame.outer.is_some().then_some(frame.parent).flatten();
        }
        false
    }
}

/// The only one of these places, or the only one that is created.
fn only(resources: &Rc<Resources>, places: &[usize]) -> Option<Found> {
    let mut created = places.iter().filter(|&&i| resources.list[i].managed);
    let place = match (places, created.next(), created.next()) {
        ([one], ..) => *one,
        (_, Some(one), None) => *one,
        // Several that are one after another in a loop can't be told apart by this name.
        _ => return None,
    };
    Some(Found::new(resources.clone(), place))
}

fn starts_with_slash(id: &Value) -> bool {
    id.as_text()
        .is_some_and(|text| text.starts_with("/", false) == Tri::True)
}

fn may_mean(instance: &Instance, text: &Text) -> bool {
    let open = |other: Option<Text>| other.is_some_and(|o| o.equals(text, true) != Tri::False);
    if let Some(symbolic) = &instance.symbolic {
        let one_of = text
            .split('[')
            .first()
            .and_then(Text::as_known)
            .is_some_and(|name| name.eq_ignore_ascii_case(symbolic));
        if one_of {
            return true;
        }
    }
    open(instance.id.as_ref().and_then(Value::as_text)) || open(instance.name.as_text())
}
