//! Edits of attributes: where one stands in the text, how its value is spelt there.

use super::plan::{Speller, Syntax};
use super::{hcl, json, refer};
use crate::finding::NewValue;
use crate::model::kinds::{Attribute, Find, Holds, Step};
use crate::model::{Attr, Model, ResourceId};
use crate::rules::as_hcl;
use crate::value::Value;

impl<'a> Speller<'a> {
    fn attribute(&self, id: ResourceId, number: usize) -> &'a Attribute {
        let model: &'a Model<'a> = self.model;
        &model.kind(id).attributes[number]
    }

    /// The path of an attribute that stands at one place.
    pub(super) fn path(&self, id: ResourceId, number: usize) -> Option<Vec<&'a str>> {
        self.members_only(id, self.steps(id, number)?)
    }

    /// The path of an attribute that stands at one place, or of all of a list.
    pub(super) fn whole_path(&self, id: ResourceId, number: usize) -> Option<Vec<&'a str>> {
        let steps = self.steps(id, number)?;
        let (last, outer) = steps.split_last()?;
        self.members_only(id, if *last == Step::Each { outer } else { steps })
    }

    /// The members on a way without lists.
    fn members_only(&self, id: ResourceId, steps: &'a [Step]) -> Option<Vec<&'a str>> {
        let whole = steps.iter().all(|step| matches!(step, Step::Member(_)));
        whole.then(|| self.members(id, steps))
    }

    /// The members before the first list on the way to an attribute, and that list.
    fn container(&self, id: ResourceId, number: usize) -> Option<Vec<&'a str>> {
        Some(self.members(id, self.steps(id, number)?))
    }

    fn steps(&self, id: ResourceId, number: usize) -> Option<&'a [Step]> {
        let model: &'a Model<'a> = self.model;
        match &model.spelling(id, number)?.find {
            Find::Path(steps) | Find::ByName { name: steps, .. } => Some(steps),
            Find::Parent | Find::Scope => None,
        }
    }

    /// The members up to the first list; azapi has the properties of a resource in its `body`.
    fn members(&self, id: ResourceId, steps: &'a [Step]) -> Vec<&'a str> {
        let members = steps.iter().map_while(|step| match step {
            Step::Member(name) => Some(name.as_str()),
            Step::Each => None,
        });
        let body = self.is_azapi(id)
            && self.around(id).is_none()
            && steps.first() == Some(&Step::Member("properties".into()));
        body.then_some("body").into_iter().chain(members).collect()
    }

    /// The value that is written for an attribute; of several the first.
    fn written(&self, id: ResourceId, number: usize) -> Option<Value> {
        let value = match self.model.attribute(id, number) {
            Attr::Value(value) => value.clone(),
            Attr::Target(target) => target.value.clone(),
            Attr::Targets(_) => return None,
        };
        let first = value.as_list().and_then(|list| list.items.first()).cloned();
        Some(first.unwrap_or(value)).filter(|v| !v.is_null() && v.span().is_some())
    }

    pub(super) fn set(&mut self, id: ResourceId, number: usize, to: &NewValue) -> Option<()> {
        let block = self.model.resource(id).block?;
        let syntax = self.syntax(block.file)?;
        let value = self.spelt(id, number, to, syntax)?;
        if let Some(written) = self.written(id, number) {
            if self.attribute(id, number).name == "name" {
                let NewValue::Text(new) = to else {
                    return None;
                };
                return self.rename_resource(id, &written, new, syntax);
            }
            return self.replace(&written, &value, syntax, matches!(to, NewValue::Text(_)));
        }
        let azapi = self.is_azapi(id);
        let language = if syntax == Syntax::Hcl && !azapi {
            "azurerm"
        } else {
            "arm"
        };
        let write = &self.attribute(id, number).write;
        let own = match to {
            NewValue::Text(plain) => write.get(&format!("{language} {plain}")),
            _ => None,
        };
        let template = own.or_else(|| write.get(language));
        if let Some(template) = template {
            let NewValue::Text(plain) = to else {
                return None;
            };
            let text = template.replace("{value}", plain);
            let path = self.container(id, number)?;
            let native = if azapi { as_hcl(&text)? } else { String::new() };
            return self.in_block(id, &|source, block, syntax| match syntax {
                Syntax::Hcl if azapi => hcl::set(source, block, &path, native.trim()),
                Syntax::Hcl => hcl::insert_block(source, block, &text),
                Syntax::Json => json::set(source, block, &path, text.trim()),
            });
        }
        let path = self.path(id, number)?;
        self.put_at(id, &path, &value)
    }

    /// Adds an element to a list that is written here, or that is not there at all.
    pub(super) fn add_element(
        &mut self,
        id: ResourceId,
        number: usize,
        element: &str,
    ) -> Option<()> {
        let steps = self.steps(id, number)?;
        let at = steps.iter().position(|step| *step == Step::Each)?;
        let inner: Option<Vec<&str>> = steps[at + 1..].iter().map(Step::member).collect();
        let (inner, path) = (inner?, self.container(id, number)?);
        let azapi = self.is_azapi(id);
        let item = inner
            .iter()
            .rev()
            .fold(json::string(element), |value, name| {
                format!("{{ {}: {value} }}", json::string(name))
            });
        let native = match &inner[..] {
            [] => hcl::string(element),
            _ if azapi => as_hcl(&item)?.trim().to_owned(),
            _ => String::new(),
        };
        let there = self.written(id, number).is_some();
        self.in_block(
            id,
            &|text, block, syntax| match (syntax, &inner[..], &path[..]) {
                (Syntax::Json, _, _) => json::add_to_array(text, block, &path, &item),
                (Syntax::Hcl, _, _) if azapi => hcl::add_to_list(text, block, &path, &native),
                (Syntax::Hcl, [], _) if !there => {
                    hcl::set(text, block, &path, &format!("[{native}]"))
                }
                (Syntax::Hcl, [], [_]) => hcl::add_to_list(text, block, &path, &native),
                (Syntax::Hcl, [member], [name]) => {
                    let new = format!("{name} {{\n  {member} = {}\n}}", hcl::string(element));
                    hcl::insert_block(text, block, &new)
                }
                _ => None,
            },
        )
    }

    /// Puts a text in the place of a value.
    pub(super) fn replace_text(&mut self, value: &Value, to: &str) -> Option<()> {
        let syntax = self.syntax(value.span()?.file)?;
        self.replace(value, &syntax.string(to), syntax, true)
    }

    /// Gives a resource another name, with what goes by the old one in the same file. `None` where it comes from
    /// elsewhere, and where too plain a name is written again: that may mean something else.
    fn rename_resource(
        &mut self,
        id: ResourceId,
        written: &Value,
        new: &str,
        syntax: Syntax,
    ) -> Option<()> {
        if written.origin()?.from.is_some() {
            return None;
        }
        let (span, name) = (written.span()?, written.as_str()?);
        let source = self.sources.get(span.file);
        let own = span.range();
        let text = source.text.get(own.clone())?;
        let nested = syntax == Syntax::Json && self.model.type_of(id).arm.matches('/').count() > 1;
        if nested && let Some((parents, _)) = text.rsplit_once('/') {
            // The names of its parents stand before its own.
            let tail = own.start + parents.len() + 1..own.end;
            return (!text.starts_with('[')).then(|| self.put(span.file, &tail, new.to_owned()))?;
        }
        let elsewhere: Vec<_> = source
            .text
            .match_indices(name)
            .filter(|(at, _)| {
                let before = source.text[..*at].ends_with(['"', '\'']);
                let after = source.text[at + name.len()..].starts_with(['"', '\'', '/']);
                before && after && !(own.start..own.end).contains(at)
            })
            .map(|(at, _)| at..at + name.len())
            .collect();
        if !elsewhere.is_empty() && !name.contains('.') {
            return None;
        }
        for mention in elsewhere {
            self.put(span.file, &mention, new.to_owned())?;
        }
        self.replace(written, &syntax.string(new), syntax, true)
    }

    /// Puts a new value in the place of a written one. `plain`: a literal, as against a reference.
    fn replace(&mut self, written: &Value, value: &str, syntax: Syntax, plain: bool) -> Option<()> {
        let origin = written.origin()?;
        // A literal here, or a reference that a better one replaces: nobody else reads this place.
        let own = origin.reads.is_none() && origin.from.is_none();
        self.display |= !own && plain;
        let span = origin.span;
        let source = self.sources.get(span.file);
        let quoted = syntax == Syntax::Json
            && span.range().start > 0
            && source.text.as_bytes().get(span.range().start - 1) == Some(&b'"');
        // Inside the quotes of a JSON string only the text is replaced.
        let range = if quoted {
            span.range().start - 1..span.range().end + 1
        } else {
            span.range()
        };
        self.put(span.file, &range, value.to_owned())
    }

    /// A value as the language of a resource writes it.
    fn spelt(
        &self,
        id: ResourceId,
        number: usize,
        to: &NewValue,
        syntax: Syntax,
    ) -> Option<String> {
        Some(match to {
            // A name that is not known can't be written down.
            NewValue::Text(text) if text.contains("${") => return None,
            NewValue::Text(text) => {
                let spelling = self.model.spelling(id, number)?;
                let own = spelling
                    .values
                    .iter()
                    .find(|(_, v)| v.as_str() == Some(text));
                let holds = &self.attribute(id, number).holds;
                let bare = matches!(holds, Holds::Bool | Holds::Number);
                // No free number, say.
                if *holds == Holds::Number && text.parse::<f64>().is_err() {
                    return None;
                }
                match own.map(|(key, _)| key.as_str()) {
                    _ if bare => text.clone(),
                    Some(bare @ ("true" | "false")) => bare.to_owned(),
                    own => syntax.string(own.unwrap_or(text)),
                }
            }
            NewValue::Id(to) => self.reference(id, *to, None, syntax)?,
            NewValue::Attribute(of, attribute) => {
                self.reference(id, *of, Some(*attribute), syntax)?
            }
        })
    }

    /// A reference to a resource's id or attribute, as a value.
    fn reference(
        &self,
        from: ResourceId,
        to: ResourceId,
        attribute: Option<usize>,
        syntax: Syntax,
    ) -> Option<String> {
        match syntax {
            Syntax::Hcl => {
                let name = match attribute {
                    None => "id".to_owned(),
                    Some(number) => self.model.spell(to, number),
                };
                refer::hcl(self.model, from, to, &name)
            }
            Syntax::Json if attribute.is_none() => {
                let id = refer::resource_id(self.model, self.sources, from, to)?;
                Some(json::string(&format!("[{id}]")))
            }
            Syntax::Json => None,
        }
    }

    pub(super) fn move_to(&mut self, id: ResourceId, from: usize, to: usize) -> Option<()> {
        let (old, new) = (self.path(id, from)?, self.path(id, to)?);
        let (_, old_parent) = old.split_last()?;
        let (new_name, new_parent) = new.split_last()?;
        if old_parent == new_parent {
            return self.in_block(id, &|text, block, syntax| match syntax {
                Syntax::Hcl => hcl::rename(text, block, &old, new_name),
                Syntax::Json => json::rename(text, block, &old, new_name),
            });
        }
        let span = self.written(id, from)?.span()?;
        let source = self.sources.get(span.file);
        let text = source.text.get(span.range())?;
        let value = match self.syntax(span.file)? {
            Syntax::Json if source.text[..span.range().start].ends_with('"') => {
                format!("\"{text}\"")
            }
            _ => text.to_owned(),
        };
        self.remove(id, &old)?;
        self.put_at(id, &new, &value)
    }

    pub(super) fn reread(&mut self, id: ResourceId, number: usize, read: &str) -> Option<()> {
        let written = self.written(id, number)?;
        let origin = written.origin()?;
        let reference = origin.reads.as_ref()?.reference.as_ref()?;
        let source = self.sources.get(origin.span.file);
        let text = source.text.get(origin.span.range())?;
        let stem = text
            .strip_suffix(&*reference.attribute)?
            .strip_suffix('.')?;
        let text = format!("{stem}.{read}");
        self.put(origin.span.file, &origin.span.range(), text)
    }
}
