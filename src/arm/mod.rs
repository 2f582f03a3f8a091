//! ARM templates: JSON to a tree, expressions to values, declarations to resources.
//!
//! `json` reads text to the spanned tree of `template`; `expression` parses what stands in brackets;
//! all else evaluates that tree and knows no JSON. `frame` is one deployment of one template,
//! `resources` its instances, `nested` the deployments in it, `functions` one file per family.
//! `parameters`, `types` and `limits` tell what Resource Manager refuses before it deploys.

mod copy;
mod emit;
mod eval;
mod evaluator;
pub mod expression;
mod frame;
mod functions;
mod inline;
pub mod json;
mod limits;
mod linked;
mod lookup;
mod names;
mod naming;
mod nested;
mod parameters;
mod place;
mod resources;
mod scope;
mod secrets;
pub mod template;
mod types;

#[cfg(test)]
mod tests;

use crate::declared::{Declarations, Problem};
use crate::source::{FileId, Sources};
use crate::value::Value;
use evaluator::Evaluator;
use frame::Given;
pub(crate) use functions::is_function;
pub use inline::InlineChildren;
use template::Node;

/// What azvet knows beside what templates say.
#[derive(Debug, Default)]
pub struct Known {
    /// Where resources of some types hold others.
    pub children: InlineChildren,
    /// What `environment()` answers in the clouds that a template may be deployed to: objects with a `name`.
    pub clouds: Vec<Value>,
}

/// What a template declares, with the values of a parameter file where one is given. Parameters
/// without a value are unknown. Never fails: what is wrong is told in the result.
pub fn evaluate(
    sources: &Sources,
    known: &Known,
    template: FileId,
    parameters: Option<FileId>,
) -> Declarations {
    let (mut problems, mut wrong, mut notices) = (Vec::new(), Vec::new(), Vec::new());
    let mut read = |file: FileId| {
        let source = sources.get(file);
        let parsed = json::parse(file, &source.text);
        let parsed = parsed.map_err(|problem| problems.push(problem)).ok()?;
        notices.extend(json::duplicates(&parsed, &source));
        Some(parsed)
    };
    let parameters = parameters.and_then(&mut read);
    let parameters = parameters.filter(|file| {
        let good = is_parameter_file(file);
        if !good {
            wrong.push(
                Problem::at(file.span, "this is no parameter file").help(
                    "a parameter file is an object with `parameters`, which gives each parameter a `value`",
                ),
            );
        }
        good
    });
    let template = read(template);
    let mut out = match template {
        Some(template) => evaluate_tree(sources, known, template, parameters.as_ref()),
        None => Declarations::default(),
    };
    problems.append(&mut wrong);
    problems.append(&mut out.problems);
    out.problems = problems;
    out.notices.extend(notices);
    out
}

/// Whether a file has `parameters`, or is what stands there: the Azure CLI takes both.
fn is_parameter_file(file: &Node) -> bool {
    let given = |p: &template::Property| {
        p.value.get("reference").is_some() || p.value.property("value").is_some()
    };
    match file.property("parameters") {
        Some(section) => section.value.is_object(),
        None => !file.properties().is_empty() && file.properties().iter().all(given),
    }
}

/// The same for a template that is a tree already; `parameters` is a whole parameter file.
pub fn evaluate_tree(
    sources: &Sources,
    known: &Known,
    template: Node,
    parameters: Option<&Node>,
) -> Declarations {
    let mut out = Declarations::default();
    if !template.is_object() {
        out.problems
            .push(Problem::at(template.span, "a template has to be an object"));
        return out;
    }
    let given = parameters.map(|file| {
        let section = file.get("parameters").unwrap_or(file);
        nested::by_name(section)
    });
    let evaluator = Evaluator::new(sources, known);
    if let Some(file) = parameters {
        out.notices = parameters::compare(&template, file);
        if let Some(problem) = parameters::nulls(&template, file) {
            evaluator.problem(problem);
        }
    } else {
        out.defaults = parameters::defaults(&template);
    }
    let root = evaluator.root(template, given.map_or(Given::Open, Given::Literal));
    evaluator.emit(root, &mut out.resources);
    evaluator.check_parameters(root);
    out.notices.extend(evaluator.notices.take());
    out.problems = evaluator.take_problems();
    out.graph = evaluator.graph.take();
    out.opaque = evaluator.opaque.take();
    out.called = evaluator.called.take();
    out
}
