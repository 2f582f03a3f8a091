//! Terraform's functions, one file per family. What is not known stays unknown: a wrong value is
//! worse. A function that azvet does not know gives a symbol that says so.

mod attempt;
mod collections;
mod conversion;
mod dates;
mod encoding;
mod files;
mod format;
mod hashes;
mod json;
mod lists;
mod maps;
mod network;
mod numbers;
mod patterns;
mod sets;
mod signatures;
mod strings;
mod templates;
mod yaml;

pub(super) use attempt::{error_in, has_error};
pub(super) use sets::to_set;
pub(super) use signatures::{fault, result};

use super::ephemeral;
use super::eval::{Evaluator, Scope, error, is_error, short};
use super::syntax::ast::{Call, Expr, Kind};
use super::types::Type;
use crate::source::Span;
use crate::value::{Cause, CauseKind, Collection, Data, Marks, Symbol, Value};

/// Arguments by case nested deeper than this are given up.
const DEEPEST: usize = 6;

/// Evaluates a function call.
pub(super) fn call(ev: &Evaluator<'_>, call: &Call, span: Span, scope: &Scope<'_>) -> Value {
    let name = call.name.strip_prefix("core::").unwrap_or(&call.name);
    match name {
        "try" => return attempt::try_(ev, &call.args, scope),
        "can" => return attempt::can(ev, &call.args, scope),
        "templatestring" if !call.args.first().is_some_and(is_reference) => {
            return error("`templatestring` of what is no reference");
        }
        _ => {}
    }
    let mut args: Vec<Value> = call.args.iter().map(|a| ev.eval(a, scope)).collect();
    if call.expand
        && let Some(last) = args.pop()
    {
        // By case when the list is.
        return crate::value::lift(&last, &mut |last| match &last.data {
            _ if is_error(last) => last.clone(),
            Data::Unknown(_) if Type::of(last).is_primitive() => {
                error("arguments from what is no list")
            }
            Data::List(list) if list.rest.is_none() => {
                let mut args = args.clone();
                args.extend(list.items.iter().cloned());
                apply(ev, name, &args, span)
            }
            Data::List(_) | Data::Unknown(_) if name == "merge" => {
                // An unknown number of objects: what they hold is unknown, what comes before may be
                // overridden.
                let mut args = args.clone();
                args.push(unknown("merge", std::slice::from_ref(last)));
                apply(ev, name, &args, span)
            }
            Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) => {
                error("arguments from what is no list")
            }
            _ => {
                let mut args = args.clone();
                args.push(last.clone());
                unknown(name, &args)
            }
        })
        .marked(match name {
            "merge" => last.marks(),
            _ => last.all_marks(),
        });
    }
    apply(ev, name, &args, span)
}

/// Whether an expression only names something.
fn is_reference(expr: &Expr) -> bool {
    matches!(expr.kind, Kind::Name(_) | Kind::Traverse(_))
}

fn apply(ev: &Evaluator<'_>, name: &str, args: &[Value], span: Span) -> Value {
    // These hand on members as they are, each with its own mark; what others give may tell of any
    // part of their arguments.
    let marks: Marks = match name {
        "chunklist" | "coalescelist" | "concat" | "element" | "flatten" | "keys" | "length"
        | "lookup" | "merge" | "one" | "reverse" | "slice" | "tolist" | "tomap" | "values"
        | "zipmap" => args.iter().map(Value::marks).collect(),
        _ => args.iter().map(Value::all_marks).collect(),
    };
    match name {
        "sensitive" => return first(args).sensitive(true),
        "nonsensitive" => return declassified(&first(args)),
        "ephemeralasnull" => return ephemeral::lasting(&first(args)),
        "issensitive" if args.len() == 1 => {
            return match (args[0].marks().sensitive, args[0].as_symbol()) {
                (false, Some(_)) => unknown(name, args),
                (marked, _) => marked.into(),
            };
        }
        _ => {}
    }
    let mut run = |args: &[Value]| -> Value {
        ev.spend(args.len() as u64);
        let args = match signatures::arguments(name, args) {
            Ok(args) => args,
            Err(error) => return error,
        };
        let args = &args[..];
        // These make one thing of all members; others may hand on those that are no errors.
        let whole = matches!(
            name,
            "contains" | "format" | "index" | "join" | "keys" | "setproduct" | "sum"
        );
        if whole && let Some(error) = error_in_any(args) {
            return error;
        }
        let result = strings::call(name, args)
            .or_else(|| collections::call(name, args))
            .or_else(|| maps::call(name, args))
            .or_else(|| sets::call(name, args))
            .or_else(|| numbers::call(name, args))
            .or_else(|| network::call(name, args))
            .or_else(|| conversion::call(name, args))
            .or_else(|| format::call(name, args))
            .or_else(|| json::call(name, args, span))
            .or_else(|| encoding::call(name, args))
            .or_else(|| yaml::call(name, args))
            .or_else(|| patterns::call(name, args))
            .or_else(|| dates::call(name, args))
            .or_else(|| hashes::call(ev.world, name, args))
            .or_else(|| files::call(ev.world, name, args))
            .or_else(|| templates::call(ev, name, args, span))
            .map(|result| signatures::typed(name, args, result))
            .unwrap_or_else(|| unsupported(name, args, span));
        // Terraform runs a function once it knows what it is given.
        match is_error(&result) && !args.iter().all(Value::is_fully_known) {
            true => error_in_any(args).unwrap_or_else(|| unknown_or_null(name, args)),
            false => result,
        }
    };
    lift_all(args, DEEPEST, &mut run).marked(marks)
}

fn error_in_any(args: &[Value]) -> Option<Value> {
    args.iter().find_map(error_in).cloned()
}

/// Without the mark of the whole. Members keep theirs, but for those of a set, which has all of them.
fn declassified(value: &Value) -> Value {
    crate::value::lift(value, &mut |v| {
        let mut out = v.clone();
        if let (Data::List(list), Collection::Set) = (&mut out.data, v.collection()) {
            list.items = list
                .items
                .iter()
                .map(|i| i.clone().nonsensitive())
                .collect();
        }
        out.nonsensitive()
    })
}

fn first(args: &[Value]) -> Value {
    args.first()
        .cloned()
        .unwrap_or_else(|| error("a function without its argument"))
}

/// Applies `f` in each combination of the arguments' cases. Errors are handed on.
fn lift_all(args: &[Value], depth: usize, f: &mut dyn FnMut(&[Value]) -> Value) -> Value {
    let cond = args.iter().find_map(|v| match &v.data {
        Data::Cases(cases) => Some(cases.cond.clone()),
        _ => None,
    });
    let Some(cond) = cond else {
        return match args.iter().find(|v| is_error(v)) {
            Some(error) => error.clone(),
            None => f(args),
        };
    };
    if depth == 0 {
        return super::eval::limit("it depends on too many conditions");
    }
    let side = |holds| -> Vec<Value> { args.iter().map(|v| v.restrict(&cond, holds)).collect() };
    let then = lift_all(&side(true), depth - 1, f);
    let otherwise = lift_all(&side(false), depth - 1, f);
    Value::cases(cond, then, otherwise)
}

/// A function of something unknown.
fn unknown(name: &str, args: &[Value]) -> Value {
    Symbol::derived(
        name,
        described(name, args),
        &args.iter().collect::<Vec<_>>(),
    )
    .into()
}

/// The same, and the result may be null.
fn unknown_or_null(name: &str, args: &[Value]) -> Value {
    Symbol::derived(
        name,
        described(name, args),
        &args.iter().collect::<Vec<_>>(),
    )
    .maybe_null()
    .into()
}

fn described(name: &str, args: &[Value]) -> String {
    let args: Vec<String> = args.iter().take(3).map(short).collect();
    format!("{name}({})", args.join(", "))
}

fn unsupported(name: &str, args: &[Value], span: Span) -> Value {
    let args_ref: Vec<&Value> = args.iter().collect();
    let shown = described(name, args);
    // Each call of these gives another result.
    let function = match name {
        "uuid" | "timestamp" | "bcrypt" | "plantimestamp" => {
            format!("{name}@{:?}", (span.file, span.start))
        }
        _ => name.to_owned(),
    };
    let cause = Cause::new(
        CauseKind::Unsupported,
        format!("function `{name}` is not evaluated"),
    );
    let symbol = Symbol::derived(&function, shown, &args_ref).because(cause);
    match name {
        // Anything may come out of these.
        "jsondecode" | "yamldecode" | "csvdecode" | "templatefile" | "regex" => symbol.maybe_null(),
        _ => symbol,
    }
    .into()
}

/// The string, when wholly known.
fn text(value: Option<&Value>) -> Option<&str> {
    value?.as_str()
}

/// The members, when all are known one by one.
fn items(value: Option<&Value>) -> Option<&[Value]> {
    let list = value?.as_list()?;
    list.rest.is_none().then_some(&list.items[..])
}
