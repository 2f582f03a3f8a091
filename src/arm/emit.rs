//! From instances to what rules see: bodies, existence, and who waits for whom.

use super::evaluator::Evaluator;
use super::frame::{Frame, FrameId};
use super::lookup::Found;
use super::resources::Instance;
use super::template::Node;
use super::types::Types;
use crate::declared::{Declared, Ignored, Language, Problem};
use crate::value::{Data, Entry, Object, Value, lift};

/// What of a resource object is about its deployment, not about the resource.
const OF_THE_TEMPLATE: &[&str] = &[
    "type",
    "apiVersion",
    "copy",
    "condition",
    "dependsOn",
    "resources",
    "comments",
    "existing",
    "scope",
    "resourceGroup",
    "subscriptionId",
    "metadata",
    "name",
];

impl Evaluator<'_> {
    /// All resources of a frame and of the deployments in it, in the order written.
    pub(super) fn emit(&self, frame: FrameId, out: &mut Vec<Declared>) {
        let Some(resources) = self.resources(frame) else {
            return;
        };
        self.check_size(frame);
        let begin = self.frame(frame).begin;
        let end = self.frame(frame).end;
        for index in 0..resources.list.len() {
            let found = Found::new(resources.clone(), index);
            {
                let mut graph = self.graph.borrow_mut();
                graph.wait(found.start, begin);
                graph.wait(end, found.done);
            }
            self.depend(&found);
            if !found.is_deployment() {
                out.push(self.declared(&found, |i| resources.list[i].address.clone()));
            } else if let Some(nested) = self.nested(&found)
                && let Some(_level) = self.enter()
            {
                self.emit(nested, out);
                // Of a linked one it is not certain that it is the file of this very version.
                if found.node.at_path(&["properties", "template"]).is_some() {
                    self.check_parameters(nested);
                }
            }
        }
        let frame = self.frame(frame);
        self.check_outputs(&frame);
    }

    /// Evaluates all outputs, and tells which are none of their types.
    fn check_outputs(&self, frame: &Frame) {
        let outputs = frame.template.get("outputs").map(Node::properties);
        let _assuming = self.assume_exists(&frame.exists);
        for p in outputs.unwrap_or_default() {
            self.apart(|| {
                let value = self.output(frame, &p.key);
                let always = p.value.get("condition").is_none();
                if let Some(value) = value.filter(|_| always && self.is_certain()) {
                    let faults = Types::of(&frame.template).faults("output", p, &value);
                    faults.into_iter().for_each(|fault| self.problem(fault));
                }
            });
        }
    }

    fn depend(&self, instance: &Found) {
        let Some(depends) = instance.node.get("dependsOn") else {
            return;
        };
        let _assuming = self.assume_exists(&instance.exists);
        let (names, _) = self.apart(|| self.node(depends, &instance.env));
        let cases = |v: &Value| matches!(v.data, Data::Cases(_));
        let _open = self.assume_if(cases(&names));
        lift(&names, &mut |names| {
            let items = names.as_list().map(|l| l.items.clone()).unwrap_or_default();
            for item in items.iter() {
                let _open = self.assume_if(cases(item));
                lift(item, &mut |name| {
                    let awaited = self.awaited(instance.frame, name);
                    if awaited.is_empty() {
                        self.nothing_awaited(instance, depends, name);
                    }
                    let mut graph = self.graph.borrow_mut();
                    for awaited in awaited {
                        graph.wait(instance.start, awaited.done);
                    }
                    Value::null()
                });
            }
            Value::null()
        });
    }

    /// Tells of an element of `dependsOn` that certainly names nothing in the template.
    fn nothing_awaited(&self, instance: &Found, depends: &Node, name: &Value) {
        let Some(text) = name.as_text() else { return };
        let certain = self.is_certain() && !name.is_sensitive() && !text.shown().is_empty();
        if !certain || self.may_await(instance.frame, &text) {
            return;
        }
        let place = name.origin().map_or(depends.span, |origin| origin.span);
        let shown = text.shown();
        let short = shown.rsplit("/providers/").next().unwrap_or(&shown);
        let message = format!("the template deploys no `{short}` to wait for");
        self.problem(Problem::at(place, message).help(
            "Resource Manager refuses `dependsOn` with what is not in the same template; leave it out, or name what is meant as it is named there",
        ));
    }

    /// The evaluated resource object; `None` while it is being evaluated.
    pub(super) fn body(&self, instance: &Instance) -> Option<Value> {
        if let Some(done) = instance.body.get() {
            return Some(done.clone());
        }
        if instance.busy.replace(true) {
            return None;
        }
        let node = &instance.node;
        let _assuming = self.assume_exists(&instance.exists);
        let value = self.waiting(instance.start, || {
            let rest = self.object(node, &instance.env, OF_THE_TEMPLATE);
            let mut entries = Vec::new();
            if let Some(name) = node.property("name") {
                entries.push(Entry {
                    key: "name".into(),
                    key_span: Some(name.key_span),
                    value: instance.name.clone().or_at(name.value.span),
                });
            }
            if let Some(object) = rest.as_object() {
                entries.extend(object.entries.iter().cloned());
            }
            Value::from(Object::known(entries)).at(node.span)
        });
        instance.busy.set(false);
        Some(instance.body.get_or_init(|| value).clone())
    }

    fn declared(
        &self,
        instance: &Found,
        address: impl Fn(usize) -> std::sync::Arc<str>,
    ) -> Declared {
        let node = &instance.node;
        let _assuming = self.assume_exists(&instance.exists);
        let text = |name: &str| self.node_or_null(node.get(name), &instance.env);
        let version = text("apiVersion");
        let comments = node.property("comments");
        Declared {
            address: instance.address.clone(),
            module: instance.module.clone(),
            language: Language::Arm,
            type_name: instance.type_name.clone(),
            version: version
                .as_str()
                .filter(|_| !version.is_sensitive())
                .map(Into::into),
            body: self.body(instance).unwrap_or_else(Value::null),
            exists: instance.exists.clone(),
            managed: instance.managed,
            parent: instance.parent.map(address),
            scope: Some(instance.scope.clone()),
            node: instance.done,
            header: node
                .property("type")
                .map_or(node.span, |p: &super::template::Property| p.value.span),
            block: Some(node.span),
            comments: comments.map(|p| self.node(&p.value, &instance.env)),
            change: None,
            ignored: Some(Ignored::default()),
        }
    }

    /// Whether a value is an object or may be one.
    pub(super) fn is_open(value: &Value) -> bool {
        matches!(value.data, Data::Unknown(_) | Data::Object(_))
    }

    /// The frame that a whole unit starts with.
    pub(super) fn root(&self, template: Node, given: super::frame::Given) -> FrameId {
        let (begin, end) = {
            let mut graph = self.graph.borrow_mut();
            (graph.add(), graph.add())
        };
        let id = self.next_frame();
        let level = Frame::level(&template);
        let frame = self.new_frame(
            id,
            template,
            super::nested::FrameSetting {
                prefix: String::new(),
                place: super::place::Place::root(level),
                parent: None,
                outer: None,
                given,
                name: super::place::chosen("deployment().name", "the deployment's name"),
                exists: true.into(),
                begin,
                end,
            },
        );
        self.add_frame(frame)
    }
}
