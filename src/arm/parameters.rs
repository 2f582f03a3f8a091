//! What Resource Manager says of the values that a deployment gives to parameters, before it
//! deploys anything. Secret values are not looked at.

use super::template::{Kind, Node, Property};
use crate::declared::Problem;
use crate::value::Number;

/// What is wrong with the values of a parameter file.
#[derive(Default)]
pub(super) struct Told {
    /// Refused whatever else is given.
    pub(super) problems: Vec<Problem>,
    /// Refused unless the file is meant for another template, or values are given beside it.
    pub(super) notices: Vec<Problem>,
}

/// Compares the `parameters` of a parameter file with those that a template declares.
pub(super) fn compare(template: &Node, file: &Node) -> Told {
    let mut told = Told::default();
    let section = file.property("parameters");
    let given = section.map_or(file, |p| &p.value);
    let declared = template.get("parameters");
    for p in given.properties() {
        match declared.and_then(|d| d.property(&p.key)) {
            None => told.notices.push(undeclared(p)),
            Some(parameter) => {
                let value = p.value.get("value");
                told.problems
                    .extend(value.and_then(|v| wrong(template, parameter, v)));
            }
        }
    }
    let names: Vec<String> = missing(template, given).map(|n| format!("`{n}`")).collect();
    if !names.is_empty() {
        let place = section.map_or(file.span, |p| p.key_span);
        let message = format!("the file gives no value for {}", names.join(", "));
        told.notices.push(
            Problem::at(place, message)
                .help("without a default value, Resource Manager asks for it; azvet takes any"),
        );
    }
    told
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
    let declared = template.get("parameters");
    let more = given
        .properties()
        .iter()
        .filter(move |p| declared.is_none_or(|d| d.property(&p.key).is_none()))
        .map(undeclared);
    let less = missing(template, given).map(move |name| {
        let message = format!("the deployment gives no value for parameter `{name}`");
        Problem::at(place, message)
            .help("Resource Manager refuses it: the parameter has no default value")
    });
    more.chain(less)
}

fn undeclared(given: &Property) -> Problem {
    let message = format!("the template declares no parameter `{}`", given.key);
    Problem::at(given.key_span, message)
        .help("Resource Manager refuses values for parameters that are not declared")
}

/// The parameters that need a value and get none. Secrets are usually given when it is deployed.
fn missing<'n>(template: &'n Node, given: &'n Node) -> impl Iterator<Item = &'n str> {
    let declared = template.get("parameters").map(Node::properties);
    let needed = declared.unwrap_or_default().iter().filter(move |p| {
        p.value.property("defaultValue").is_none()
            && p.value.get("nullable").and_then(Node::as_bool) != Some(true)
            && p.value.get("$ref").is_none()
            && !type_of(&p.value).starts_with("secure")
            && given.property(&p.key).is_none()
    });
    needed.map(|p| &*p.key)
}

fn type_of(parameter: &Node) -> String {
    let name = parameter.get("type").and_then(Node::as_str);
    name.unwrap_or_default().to_lowercase()
}

/// Why a value is none that the parameter takes.
fn wrong(template: &Node, parameter: &Property, value: &Node) -> Option<Problem> {
    let name = &parameter.key;
    let declared = match parameter.value.get("$ref").and_then(Node::as_str) {
        Some(target) => {
            let target = target.strip_prefix("#/definitions/")?;
            template.at_path(&["definitions", target])?
        }
        None => &parameter.value,
    };
    let wanted = type_of(declared);
    let fits = match wanted.as_str() {
        "string" => matches!(value.kind, Kind::Text(_) | Kind::Expression(_)),
        "int" => matches!(value.kind, Kind::Number(Number::Int(_))),
        "bool" => value.as_bool().is_some(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => return None,
    };
    if !fits {
        let is = match value.kind {
            Kind::Null => return None,
            Kind::Bool(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::Text(_) | Kind::Expression(_) => "a string",
            Kind::Array(_) => "an array",
            Kind::Object(_) => "an object",
        };
        let message = format!("parameter `{name}` is of type {wanted}, and this is {is}");
        let help = "Resource Manager converts no values; write one of the declared type";
        return Some(Problem::at(value.span, message).help(help));
    }
    let allowed = parameter
        .value
        .get("allowedValues")
        .map(Node::elements)
        .unwrap_or_default();
    if !allowed.is_empty() && !value.is_array() && !allowed.iter().any(|a| same(a, value)) {
        let shown: Vec<&str> = allowed.iter().filter_map(Node::as_str).collect();
        let message = format!("parameter `{name}` does not allow this value");
        let help = match shown.len() {
            0 => "its `allowedValues` lists those that it takes".to_owned(),
            _ => format!("it takes {}", shown.join(", ")),
        };
        return Some(Problem::at(value.span, message).help(help));
    }
    None
}

/// Whether two scalars are the same; of what is none of these, nothing is claimed.
fn same(allowed: &Node, value: &Node) -> bool {
    match (&allowed.kind, &value.kind) {
        (Kind::Text(a), Kind::Text(b)) => a.eq_ignore_ascii_case(b),
        (Kind::Bool(a), Kind::Bool(b)) => a == b,
        (Kind::Number(a), Kind::Number(b)) => a == b,
        _ => true,
    }
}
