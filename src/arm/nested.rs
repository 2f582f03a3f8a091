//! Deployments within a deployment: inline templates of either scope, linked ones that are files of
//! this repository (`linked`), and all others, which stay closed.

use super::evaluator::Evaluator;
use super::frame::{Env, Frame, FrameId, Given};
use super::lookup::Found;
use super::parameters;
use super::template::{Kind, Node};
use crate::declared::{Opaque, Problem};
use crate::value::{Cause, CauseKind, Entry, Symbol, Value};
use std::collections::HashMap;

/// Deployments within deployments. Linked templates may include themselves.
const DEEPEST: usize = 12;

impl Evaluator<'_> {
    /// The frame of a deployment's template; `None` when it can't be looked into.
    pub(super) fn nested(&self, deployment: &Found) -> Option<FrameId> {
        if let Some(done) = deployment.nested.get() {
            return *done;
        }
        // Evaluating what the template is may ask for this deployment again.
        if deployment.busy.replace(true) {
            return None;
        }
        let made = match self.template_of(deployment) {
            Ok((template, inner)) => Some(self.nested_frame(deployment, template, inner)),
            Err(cause) => {
                self.closed(deployment, cause);
                None
            }
        };
        deployment.busy.set(false);
        *deployment.nested.get_or_init(|| made)
    }

    fn nested_frame(&self, deployment: &Found, template: Node, inner: bool) -> FrameId {
        let given = match deployment.node.at_path(&["properties", "parameters"]) {
            Some(node) => match &node.kind {
                Kind::Object(_) => {
                    // Of a linked one it is not certain that it is the file of this very version.
                    let written = deployment.node.at_path(&["properties", "template"]);
                    if written.is_some() && deployment.exists.as_bool() != Some(false) {
                        for problem in parameters::nested(&template, node, &deployment.node) {
                            self.problem(problem);
                        }
                    }
                    Given::Evaluated(by_name(node), deployment.env.clone())
                }
                _ => Given::Value(
                    self.waiting(deployment.start, || self.node(node, &deployment.env)),
                ),
            },
            None => match deployment.node.at_path(&["properties", "parametersLink"]) {
                Some(link) => {
                    let key = format!("parametersLink:{}", deployment.address);
                    let cause = Cause::new(
                        CauseKind::Outside,
                        "the parameters are in a file that is linked by address",
                    );
                    let unknown: Value = Symbol::new(key, "parametersLink", cause).into();
                    Given::Value(unknown.at(link.span))
                }
                None => Given::Literal(HashMap::new()),
            },
        };
        // Only now: what was evaluated above may have added frames.
        let id = self.next_frame();
        let frame = self.new_frame(
            id,
            template,
            FrameSetting {
                prefix: format!("{}/", deployment.address),
                place: deployment.place.clone(),
                parent: Some(deployment.frame),
                outer: (!inner).then(|| deployment.env.clone()),
                given,
                name: deployment.name.clone(),
                exists: deployment.exists.clone(),
                begin: deployment.start,
                end: deployment.done,
            },
        );
        self.add_frame(frame)
    }

    /// The template and whether it has its own scope.
    fn template_of(&self, deployment: &Found) -> Result<(Node, bool), Cause> {
        let unsupported = |text: &str| Cause::new(CauseKind::Unsupported, text);
        let depth = std::iter::successors(Some(deployment.frame), |f| self.frame(*f).parent);
        if depth.count() > DEEPEST {
            let span = deployment
                .node
                .property("type")
                .map_or(deployment.node.span, |p| p.value.span);
            let message = format!("deployments are nested more than {DEEPEST} deep");
            if deployment.exists.as_bool() != Some(false) {
                self.problem(
                    Problem::at(span, message)
                        .help("azvet does not look at what this one and those in it deploy"),
                );
            }
            return Err(Cause::new(
                CauseKind::Limit,
                "deployments are nested deeper than azvet follows",
            ));
        }
        let Some(properties) = deployment.node.get("properties") else {
            return Err(unsupported("the deployment has no `properties`"));
        };
        if let Some(template) = properties.get("template") {
            if !template.is_object() {
                return Err(unsupported("the nested template is an expression"));
            }
            let scope = properties.at_path(&["expressionEvaluationOptions", "scope"]);
            let inner = scope
                .and_then(Node::as_str)
                .is_some_and(|s| s.eq_ignore_ascii_case("inner"));
            return Ok((template.clone(), inner));
        }
        let Some(link) = properties.get("templateLink") else {
            return Err(unsupported("the deployment has no template"));
        };
        Ok((self.linked(deployment, link)?, true))
    }

    /// Notes a deployment that can't be looked into.
    fn closed(&self, deployment: &Found, cause: Cause) {
        let parameters = deployment.node.at_path(&["properties", "parameters"]);
        let inputs = self.waiting(deployment.start, || match parameters {
            Some(node) => Value::object(
                node.properties()
                    .iter()
                    .filter_map(|p| {
                        let value = self.node(p.value.get("value")?, &deployment.env);
                        Some(Entry {
                            key: p.key.clone(),
                            key_span: Some(p.key_span),
                            value,
                        })
                    })
                    .collect(),
            )
            .at(node.span),
            None => Value::object(Vec::new()),
        });
        self.opaque.borrow_mut().push(Opaque {
            address: deployment.address.clone(),
            cause,
            inputs,
            exists: deployment.exists.clone(),
            span: deployment
                .node
                .property("type")
                .map_or(deployment.node.span, |p| p.value.span),
        });
    }

    /// A frame with its sections read.
    pub(super) fn new_frame(&self, id: FrameId, template: Node, setting: FrameSetting) -> Frame {
        Frame {
            id,
            prefix: setting.prefix,
            place: setting.place,
            parent: setting.parent,
            outer: setting.outer,
            given: setting.given,
            name: setting.name,
            exists: setting.exists,
            begin: setting.begin,
            end: setting.end,
            parameters: Frame::parameter_slots(&template),
            variables: Frame::variable_slots(&template),
            outputs: Frame::output_slots(&template),
            functions: Frame::function_table(&template),
            template,
            resources: std::cell::OnceCell::new(),
            expanding: std::cell::Cell::new(false),
        }
    }
}

/// What a frame is made of beside its template.
pub(super) struct FrameSetting {
    pub(super) prefix: String,
    pub(super) place: super::place::Place,
    pub(super) parent: Option<FrameId>,
    pub(super) outer: Option<Env>,
    pub(super) given: Given,
    pub(super) name: Value,
    pub(super) exists: Value,
    pub(super) begin: crate::declared::NodeId,
    pub(super) end: crate::declared::NodeId,
}

/// The properties of an object by name in lower case.
pub(super) fn by_name(node: &Node) -> HashMap<String, Node> {
    node.properties()
        .iter()
        .map(|p| (p.key.to_lowercase(), p.value.clone()))
        .collect()
}
