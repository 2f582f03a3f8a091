//! What Resource Manager says of the values that a deployment gives to parameters, before it
//! deploys anything.

use super::evaluator::Evaluator;
use super::frame::{Env, FrameId};
use super::names::Sort;
use super::template::{Kind, Node, Property};
use super::types::{Types, is_secure};
use crate::declared::Problem;
use crate::source::Span;

impl Evaluator<'_> {
    /// Tells which parameters of a deployment have values that are none of their types.
    pub(super) fn check_parameters(&self, frame: FrameId) {
        let frame = self.frame(frame);
        let types = Types::of(&frame.template);
        let _assuming = self.assume_exists(&frame.exists);
        let declared = frame.template.get("parameters").map(Node::properties);
        for p in declared.unwrap_or_default() {
            self.apart(|| {
                let env = Env::of(frame.id);
                let value = self.named(Sort::Parameter, &p.key, &env, p.key_span);
                let faults = types.faults("parameter", p, &value).into_iter();
                if self.is_certain() {
                    faults.for_each(|fault| self.problem(fault));
                } else if self.is_by_default() && frame.parent.is_none() {
                    let faults = faults.map(|fault| {
                        fault.help("the default value is refused; a deployment has to give another")
                    });
                    self.notices.borrow_mut().extend(faults);
                }
            });
        }
    }
}

/// What Resource Manager refuses of a parameter file, unless it is meant for another template or
/// values are given beside it: its `parameters` are compared with those that the template declares.
pub(super) fn compare(template: &Node, file: &Node) -> Vec<Problem> {
    let section = file.property("parameters");
    let given = section.map_or(file, |p| &p.value);
    let mut told: Vec<Problem> = more(template, given).collect();
    let names: Vec<String> = missing(template, given).map(|n| format!("`{n}`")).collect();
    if !names.is_empty() {
        let place = section.map_or(file.span, |p| p.key_span);
        let message = format!("the file gives no value for {}", names.join(", "));
        told.push(
            Problem::at(place, message)
                .help("without a default value, Resource Manager asks for it; azvet takes any"),
        );
    }
    told
}

/// The nulls of a parameter file that stand for no value: "The value of deployment parameter … is null"
/// (microsoft/VisualStudio2017Launch_KeynoteDemos issue 7). Secrets are left out of files on purpose.
pub(super) fn nulls(template: &Node, file: &Node) -> Option<Problem> {
    let given = file.get("parameters").unwrap_or(file);
    let null = |name: &str| {
        let value = &given.property(name)?.value.property("value")?.value;
        matches!(value.kind, Kind::Null).then_some(value.span)
    };
    let nulls = needed(template).filter_map(|p| Some((null(&p.key)?, format!("`{}`", p.key))));
    let (places, names): (Vec<Span>, Vec<String>) = nulls.unzip();
    let message = format!("the file gives null for {}", names.join(", "));
    Some(Problem::at(*places.iter().min()?, message).help(
        "without a default value, Resource Manager refuses null for a parameter that is not nullable; azvet takes any value",
    ))
}

/// What is wrong with the values that a deployment gives to the template in it.
pub(super) fn nested<'n>(
    template: &'n Node,
    given: &'n Node,
    deployment: &Node,
) -> impl Iterator<Item = Problem> + 'n {
    let place = deployment
        .property("type")
        .map_or(deployment.span, |p| p.value.span);
    let less = missing(template, given).map(move |name| {
        let message = format!("the deployment gives no value for parameter `{name}`");
        Problem::at(place, message)
            .help("Resource Manager refuses it: the parameter has no default value")
    });
    more(template, given).chain(less)
}

/// Values for parameters that are not declared.
fn more<'n>(template: &'n Node, given: &'n Node) -> impl Iterator<Item = Problem> + 'n {
    let declared = template.get("parameters");
    let given = given.properties().iter();
    let undeclared = given.filter(move |p| declared.is_none_or(|d| d.property(&p.key).is_none()));
    undeclared.map(|p| {
        let message = format!("the template declares no parameter `{}`", p.key);
        Problem::at(p.key_span, message)
            .help("Resource Manager refuses values for parameters that are not declared")
    })
}

/// The parameters that need a value and get none.
fn missing<'n>(template: &'n Node, given: &'n Node) -> impl Iterator<Item = &'n str> {
    let missing = needed(template).filter(|p| given.property(&p.key).is_none());
    missing.map(|p| &*p.key)
}

/// The parameters that need a value. Secrets are usually given when it is deployed.
fn needed(template: &Node) -> impl Iterator<Item = &Property> {
    let declared = template.get("parameters").map(Node::properties);
    let types = Types::of(template);
    declared.unwrap_or_default().iter().filter(move |p| {
        p.value.property("defaultValue").is_none()
            && !types.is_nullable(&p.value)
            && p.value.get("$ref").is_none()
            && !is_secure(&p.value)
    })
}

/// Where the defaults of a template's parameters stand.
pub(super) fn defaults(template: &Node) -> Vec<Span> {
    let declared = template.get("parameters").map(Node::properties);
    let defaults = declared.unwrap_or_default().iter();
    let defaults = defaults.filter_map(|p| p.value.get("defaultValue"));
    defaults.map(|default| default.span).collect()
}
