//! The functions of the expression language, one file per family. To add one: write it in its
//! family's file and list it in that file's `FUNCTIONS`.
//!
//! A function answers `None` when it can't tell, which makes an unknown value that is equal for equal
//! arguments. What Resource Manager would refuse it tells through [`Arguments::refuse`].

mod arguments;
mod collections;
mod dates;
mod deployment;
mod encoding;
mod format;
mod hash;
mod ids;
mod lambda;
mod logic;
mod network;
mod numbers;
mod objects;
pub(super) mod reference;
mod text;
mod uri;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::evaluator::{Evaluator, refusal};
use super::expression::Call;
use super::frame::Env;
use super::template::Node;
use crate::declared::Problem;
use crate::source::Span;
use crate::value::{Cause, CauseKind, Data, Rest, Symbol, Value};
use arguments::{Arguments, Unevaluated};
pub(super) use text::length;

/// Conditions that one call's arguments are split by.
const MOST_CONDITIONS: usize = 6;

/// A function of the language.
pub(super) struct Function {
    /// As documents spell it; letter case plays no part.
    name: &'static str,
    /// The fewest and the most arguments.
    takes: (usize, usize),
    body: Body,
    /// Whether the result may be null.
    or_null: bool,
}

impl Function {
    /// The same function, whose result may be null.
    const fn or_null(self) -> Function {
        Function {
            or_null: true,
            ..self
        }
    }

    /// What stands for a result that can't be told.
    fn untold(&self, symbol: Symbol) -> Symbol {
        if self.or_null {
            symbol.maybe_null()
        } else {
            symbol
        }
    }
}

/// What a function does.
enum Body {
    /// Called once for each case of its arguments.
    ByCase(Plain),
    /// Takes arguments by case as they are.
    Whole(Plain),
    /// Evaluates its arguments itself.
    Special(fn(&Unevaluated<'_, '_>) -> Option<Value>),
}

/// A function of evaluated arguments.
type Plain = fn(&Arguments<'_, '_>) -> Option<Value>;

/// As many arguments as there are.
const ANY: usize = usize::MAX;

/// An entry of a family's table.
const fn function(name: &'static str, least: usize, most: usize, body: Body) -> Function {
    Function {
        name,
        takes: (least, most),
        body,
        or_null: false,
    }
}

const FAMILIES: &[&[Function]] = &[
    collections::FUNCTIONS,
    dates::FUNCTIONS,
    deployment::FUNCTIONS,
    encoding::FUNCTIONS,
    format::FUNCTIONS,
    hash::FUNCTIONS,
    ids::FUNCTIONS,
    lambda::FUNCTIONS,
    logic::FUNCTIONS,
    network::FUNCTIONS,
    numbers::FUNCTIONS,
    objects::FUNCTIONS,
    reference::FUNCTIONS,
    text::FUNCTIONS,
    uri::FUNCTIONS,
];

/// By name in lower case.
static FUNCTIONS: LazyLock<HashMap<String, &'static Function>> = LazyLock::new(|| {
    let all = FAMILIES.iter().copied().flatten();
    all.map(|f| (f.name.to_lowercase(), f)).collect()
});

/// Whether the language has a function of this name.
pub(crate) fn is_function(name: &str) -> bool {
    find(&name.to_lowercase()).is_some()
}

fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.get(name).copied().or_else(|| {
        // Every type of resource may have some: listKeys, listSas, listSecrets …
        (name.starts_with("list") && !name.contains('.')).then_some(&reference::LIST)
    })
}

/// The value of a call.
pub(super) fn call(e: &Evaluator<'_>, call: &Call, span: Span, env: &Env) -> Value {
    let Some(function) = find(&call.name) else {
        let frame = e.frame(env.names);
        return match frame.functions.get(&*call.name) {
            Some(function) => user_defined(e, function, call, env, span),
            None => no_such(e, call, span, env, frame.functions.keys()),
        };
    };
    let (least, most) = function.takes;
    if !(least..=most).contains(&call.arguments.len()) {
        return wrong_count(e, call, span, env, least, most);
    }
    let values = || -> Vec<Value> { call.arguments.iter().map(|a| e.expr(a, env)).collect() };
    let apply = |values: &[Value], f: Plain| {
        let it = Arguments::new(e, env, call, span, values);
        f(&it).unwrap_or_else(|| function.untold(it.unknown()).into())
    };
    let (value, secret) = match function.body {
        Body::Special(f) => {
            let it = Unevaluated::new(e, env, call, span);
            let value = f(&it).unwrap_or_else(|| {
                let (symbol, secret) = unknown(e, call, span, env);
                Value::from(function.untold(symbol)).sensitive(secret)
            });
            return value.sensitive(it.secret());
        }
        // Conservative: of a secret, whatever is made of it is one as well.
        Body::ByCase(f) => {
            let values = values();
            let value = by_case(e, &values, MOST_CONDITIONS, &|values| apply(values, f));
            (
                decided(value, &values, span),
                values.iter().any(deeply_sensitive),
            )
        }
        Body::Whole(f) => {
            let values = values();
            let value = decided(apply(&values, f), &values, span);
            (value, values.iter().any(deeply_sensitive))
        }
    };
    e.bounded(value, span).sensitive(secret)
}

/// A condition, with the argument that decides it.
fn decided(value: Value, arguments: &[Value], span: Span) -> Value {
    if value.as_bool().is_none() {
        return value;
    }
    let value = value.or_at(span);
    arguments.iter().fold(value, Value::decided_by)
}

/// What stands for a call that could not be told, arguments evaluated, and whether it is secret.
fn unknown(e: &Evaluator<'_>, call: &Call, span: Span, env: &Env) -> (Symbol, bool) {
    let values: Vec<Value> = call.arguments.iter().map(|a| e.expr(a, env)).collect();
    let all: Vec<&Value> = values.iter().collect();
    let symbol = Symbol::derived(&call.name, e.source(span), &all);
    (symbol, values.iter().any(deeply_sensitive))
}

/// The same for a call that is wrong whatever its arguments are.
fn invalid(e: &Evaluator<'_>, call: &Call, span: Span, env: &Env, problem: Problem) -> Value {
    let cause = Cause::new(CauseKind::Invalid, problem.message.as_str());
    e.problem(problem);
    let (symbol, secret) = unknown(e, call, span, env);
    Value::from(symbol.because(cause)).sensitive(secret)
}

fn no_such<'n>(
    e: &Evaluator<'_>,
    call: &Call,
    span: Span,
    env: &Env,
    own: impl Iterator<Item = &'n String>,
) -> Value {
    let all = FUNCTIONS.values().map(|f| f.name);
    let mut names: Vec<&str> = all.chain(own.map(String::as_str)).collect();
    names.sort_unstable();
    let name = e.source(call.name_span);
    let problem = Problem::at(call.name_span, format!("there is no function `{name}`"));
    let problem = match crate::suggest::nearest(&name, &names) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(
            "Resource Manager refuses functions that it does not know; if it does know this one, azvet does not yet",
        ),
    };
    invalid(e, call, span, env, problem)
}

fn wrong_count(
    e: &Evaluator<'_>,
    call: &Call,
    span: Span,
    env: &Env,
    least: usize,
    most: usize,
) -> Value {
    let plural = |n: usize| if n == 1 { "argument" } else { "arguments" };
    let takes = match (least, most) {
        (0, 0) => "no arguments".to_owned(),
        (least, ANY) => format!("at least {least} {}", plural(least)),
        (least, most) if least == most => format!("{least} {}", plural(least)),
        (least, most) => format!("{least} to {most} arguments"),
    };
    let (name, given) = (e.source(call.name_span), call.arguments.len());
    let problem = refusal(span, format!("`{name}` takes {takes}, not {given}"));
    invalid(e, call, span, env, problem)
}

/// Applies `f` in each combination of the arguments' cases.
fn by_case(
    e: &Evaluator<'_>,
    values: &[Value],
    left: usize,
    f: &dyn Fn(&[Value]) -> Value,
) -> Value {
    let cond = values.iter().find_map(|v| match &v.data {
        Data::Cases(cases) => Some(cases.cond.clone()),
        _ => None,
    });
    let Some(cond) = cond else { return f(values) };
    if left == 0 {
        let all: Vec<&Value> = values.iter().collect();
        return Symbol::derived("cases", "a choice with too many cases", &all)
            .because(Cause::new(
                CauseKind::Limit,
                "it depends on too many conditions",
            ))
            .into();
    }
    let _assuming = e.assume();
    let side = |holds: bool| {
        let values: Vec<Value> = values.iter().map(|v| v.restrict(&cond, holds)).collect();
        by_case(e, &values, left - 1, f)
    };
    let (then, otherwise) = (side(true), side(false));
    Value::cases(cond, then, otherwise)
}

/// Calls a function that the template defines: it sees its parameters and the template's variables.
fn user_defined(e: &Evaluator<'_>, function: &Node, call: &Call, env: &Env, span: Span) -> Value {
    let names = function.get("parameters").map(Node::elements);
    let names = names.unwrap_or_default();
    if names.len() != call.arguments.len() {
        return wrong_count(e, call, span, env, names.len(), names.len());
    }
    let Some(_level) = e.enter() else {
        return e.limit(span);
    };
    let values: Vec<Value> = call.arguments.iter().map(|a| e.expr(a, env)).collect();
    let secret = values.iter().any(deeply_sensitive);
    let arguments = names
        .iter()
        .zip(values)
        .filter_map(|(p, v)| Some((p.get("name")?.as_str()?.to_lowercase(), v)))
        .collect();
    let inside = Env {
        arguments: Some(std::rc::Rc::new(arguments)),
        loops: None,
        locals: None,
        ..env.clone()
    };
    let output = function.at_path(&["output", "value"]);
    match e.calling(env.names, &call.name, || e.node_or_null(output, &inside)) {
        Some(value) => value.sensitive(secret),
        None => {
            let name = e.source(call.name_span);
            let problem = Problem::at(call.name_span, format!("function `{name}` calls itself"));
            let problem =
                problem.help("Resource Manager refuses circular references; break the circle");
            invalid(e, call, span, env, problem)
        }
    }
}

/// Whether a value or any part of it is secret.
pub(super) fn deeply_sensitive(value: &Value) -> bool {
    value.is_sensitive()
        || match &value.data {
            Data::List(list) => {
                list.items.iter().any(deeply_sensitive) || secret_rest(list.rest.as_deref())
            }
            Data::Object(object) => {
                object.entries.iter().any(|e| deeply_sensitive(&e.value))
                    || secret_rest(object.rest.as_deref())
            }
            Data::Cases(cases) => {
                deeply_sensitive(&cases.then) || deeply_sensitive(&cases.otherwise)
            }
            _ => false,
        }
}

fn secret_rest(rest: Option<&Rest>) -> bool {
    rest.and_then(|rest| rest.element.as_ref())
        .is_some_and(deeply_sensitive)
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod tests;
