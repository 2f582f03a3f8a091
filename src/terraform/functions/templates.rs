//! `templatefile` and `templatestring`: templates with variables of their own.

use super::{files, text, unknown, unknown_or_null};
use crate::source::Span;
use crate::terraform::eval::{Evaluator, Scope, error};
use crate::value::{Data, Value};

pub(super) fn call(ev: &Evaluator<'_>, name: &str, args: &[Value], span: Span) -> Option<Value> {
    if !matches!(name, "templatefile" | "templatestring") {
        return None;
    }
    let variables = match &args[1].data {
        Data::Object(object) if object.rest.is_none() => object,
        Data::Object(_) | Data::Unknown(_) => return Some(unknown_or_null(name, args)),
        _ => return Some(error("a template with variables that are no object")),
    };
    let source = if name == "templatefile" {
        match files::read(ev.world, name, args).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => return Some(error("a template that is no text")),
            Err(value) => return Some(value),
        }
    } else {
        match text(args.first()) {
            Some(text) => text.to_owned(),
            None => return Some(unknown(name, args)),
        }
    };
    let Some(template) = ev.world.template(&source, span) else {
        return Some(error("a template that can't be read"));
    };
    // Nothing else can be named in it.
    let scope = Scope::default();
    let names: Vec<(&str, &Value)> = variables
        .entries
        .iter()
        .map(|e| (&*e.key, &e.value))
        .collect();
    Some(bind(&scope, &names, &mut |scope| ev.eval(&template, scope)))
}

fn bind(
    scope: &Scope<'_>,
    names: &[(&str, &Value)],
    run: &mut dyn FnMut(&Scope<'_>) -> Value,
) -> Value {
    match names.split_first() {
        Some(((name, value), rest)) => {
            scope.with(name, (*value).clone(), |scope| bind(scope, rest, run))
        }
        None => run(scope),
    }
}
