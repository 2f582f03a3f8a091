//! The functions of the expression language, one file per family. To add one: write it in its
//! family's file and name it in that file's `find`. What no family knows is an unknown value.

mod collections;
mod deployment;
mod ids;
mod lambda;
mod logic;
mod network;
mod numbers;
mod objects;
pub(super) mod reference;
mod text;

use std::cell::Cell;

use super::evaluator::Evaluator;
use super::expression::Call;
use super::frame::Env;
use super::names::Sort;
use crate::source::Span;
use crate::value::{Cause, CauseKind, Data, Rest, Symbol, Value};

/// Conditions that one call's arguments are split by.
const MOST_CONDITIONS: usize = 6;

/// The arguments of a call, and what is needed beside them.
pub(super) struct Arguments<'c, 's> {
    pub(super) e: &'c Evaluator<'s>,
    pub(super) env: &'c Env,
    pub(super) call: &'c Call,
    pub(super) span: Span,
    pub(super) values: &'c [Value],
}

/// A function of evaluated arguments; `None` when it can't tell, which makes an unknown value.
pub(super) enum Function {
    /// Called once for each case of its arguments.
    ByCase(fn(&Arguments<'_, '_>) -> Option<Value>),
    /// Takes arguments by case as they are.
    Whole(fn(&Arguments<'_, '_>) -> Option<Value>),
    /// Evaluates its arguments itself.
    Special(fn(&Unevaluated<'_, '_>) -> Option<Value>),
}

/// A call whose arguments are not evaluated yet.
pub(super) struct Unevaluated<'c, 's> {
    pub(super) e: &'c Evaluator<'s>,
    pub(super) env: &'c Env,
    pub(super) call: &'c Call,
    pub(super) span: Span,
    /// Whether anything that decides the result is secret.
    secret: Cell<bool>,
}

impl Unevaluated<'_, '_> {
    /// The value of the argument at `at`; the result is secret when any part of it is.
    pub(super) fn argument(&self, at: usize) -> Option<Value> {
        let value = self.branch(at)?;
        self.decides(&value);
        Some(value)
    }

    /// The value of an argument that is all of the result, if any of it.
    pub(super) fn branch(&self, at: usize) -> Option<Value> {
        let argument = self.call.arguments.get(at)?;
        Some(self.e.expr(argument, self.env))
    }

    /// Notes that the result says something of `value`.
    pub(super) fn decides(&self, value: &Value) {
        self.secret
            .set(self.secret.get() || deeply_sensitive(value));
    }
}

impl Arguments<'_, '_> {
    /// An unknown that is the same for the same arguments, shown as the template writes it.
    pub(super) fn unknown(&self) -> Symbol {
        let all: Vec<&Value> = self.values.iter().collect();
        let symbol = Symbol::derived(&self.call.name, self.e.source(self.span), &all);
        if self.values.iter().any(Value::is_null) {
            let why = format!("`{}` is given null", self.call.name);
            return symbol.because(Cause::new(CauseKind::Invalid, why));
        }
        symbol
    }

    /// The same because of something that is settled only when deployed.
    pub(super) fn deployed(&self, why: &str) -> Value {
        let symbol = self.unknown();
        if self.values.iter().any(|v| v.first_symbol().is_some()) {
            return symbol.into();
        }
        symbol
            .because(Cause::new(CauseKind::Deployment, why))
            .into()
    }
}

fn find(name: &str) -> Option<Function> {
    logic::find(name)
        .or_else(|| text::find(name))
        .or_else(|| collections::find(name))
        .or_else(|| objects::find(name))
        .or_else(|| ids::find(name))
        .or_else(|| numbers::find(name))
        .or_else(|| deployment::find(name))
        .or_else(|| reference::find(name))
        .or_else(|| lambda::find(name))
        .or_else(|| network::find(name))
}

/// The value of a call.
pub(super) fn call(e: &Evaluator<'_>, call: &Call, span: Span, env: &Env) -> Value {
    let sort = match &*call.name {
        "parameters" => Some(Sort::Parameter),
        "variables" => Some(Sort::Variable),
        _ => None,
    };
    if let (Some(sort), [argument]) = (sort, &call.arguments[..]) {
        let name = e.expr(argument, env);
        let secret = deeply_sensitive(&name);
        return crate::value::lift(&name, &mut |name| match name.as_str() {
            Some(name) if !secret || e.declares(sort, name, env) => e.named(sort, name, env, span),
            _ => Symbol::derived(&call.name, e.source(span), &[name]).into(),
        })
        .sensitive(secret);
    }
    let function = find(&call.name);
    if let Some(Function::Special(f)) = function {
        let it = Unevaluated {
            e,
            env,
            call,
            span,
            secret: Cell::new(false),
        };
        let value = f(&it).unwrap_or_else(|| unknown(e, call, span, env));
        return value.sensitive(it.secret.get());
    }
    let values: Vec<Value> = call.arguments.iter().map(|a| e.expr(a, env)).collect();
    // Conservative: of a secret, whatever is made of it is one as well.
    let secret = values.iter().any(deeply_sensitive);
    let arguments = |values: &[Value], f: fn(&Arguments<'_, '_>) -> Option<Value>| {
        let it = Arguments {
            e,
            env,
            call,
            span,
            values,
        };
        f(&it).unwrap_or_else(|| it.unknown().into())
    };
    let value = match function {
        Some(Function::ByCase(f)) => {
            let value = by_case(&values, MOST_CONDITIONS, &|values| arguments(values, f));
            e.bounded(value, span)
        }
        Some(Function::Whole(f)) => e.bounded(arguments(&values, f), span),
        _ => match e.frame(env.names).functions.get(&*call.name) {
            Some(function) => user_defined(e, function, &values, env, span),
            None => {
                let all: Vec<&Value> = values.iter().collect();
                let symbol = Symbol::derived(&call.name, e.source(span), &all);
                let why = format!("`{}` is not evaluated", call.name);
                symbol
                    .because(Cause::new(CauseKind::Unsupported, why))
                    .into()
            }
        },
    };
    value.sensitive(secret)
}

/// What stands for a call that could not be told, arguments evaluated.
fn unknown(e: &Evaluator<'_>, call: &Call, span: Span, env: &Env) -> Value {
    let values: Vec<Value> = call.arguments.iter().map(|a| e.expr(a, env)).collect();
    let all: Vec<&Value> = values.iter().collect();
    Value::from(Symbol::derived(&call.name, e.source(span), &all))
        .sensitive(values.iter().any(deeply_sensitive))
}

/// Applies `f` in each combination of the arguments' cases.
fn by_case(values: &[Value], left: usize, f: &dyn Fn(&[Value]) -> Value) -> Value {
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
    let side = |holds: bool| {
        let values: Vec<Value> = values.iter().map(|v| v.restrict(&cond, holds)).collect();
        by_case(&values, left - 1, f)
    };
    let (then, otherwise) = (side(true), side(false));
    Value::cases(cond, then, otherwise)
}

/// Calls a function that the template defines: it sees its parameters and nothing else.
fn user_defined(
    e: &Evaluator<'_>,
    function: &super::template::Node,
    values: &[Value],
    env: &Env,
    span: Span,
) -> Value {
    use super::template::Node;
    let Some(_level) = e.enter() else {
        return e.limit(span);
    };
    let names = function.get("parameters").map(Node::elements);
    let names = names.unwrap_or_default().iter();
    let arguments = names
        .zip(values)
        .filter_map(|(p, v)| Some((p.get("name")?.as_str()?.to_lowercase(), v.clone())))
        .collect();
    let inside = Env {
        arguments: Some(std::rc::Rc::new(arguments)),
        loops: None,
        locals: None,
        ..env.clone()
    };
    match function.at_path(&["output", "value"]) {
        Some(value) => e.node(value, &inside),
        None => Value::null(),
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
mod tests;
