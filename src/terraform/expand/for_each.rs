//! `for_each`: an instance for each key.

use std::sync::Arc;

use super::{
    Expansion, Fault, Instance, Key, MOST, Shape, Told, cause_of, fault, is_open, leaves, names_of,
    too_many,
};
use crate::declared::Problem;
use crate::terraform::eval::{Evaluator, Scope, elements, error, greater_than_zero, is_error};
use crate::terraform::refused;
use crate::terraform::syntax::ast::{Expr, Kind};
use crate::value::{CauseKind, Collection, Data, Marks, Symbol, Value, length, lift};

/// The one fault that is of the value and not of its type.
const NULL: &str = "is null";

/// The instances of a block with `for_each`.
pub(super) fn instances(
    ev: &Evaluator<'_>,
    scope: &Scope<'_>,
    expr: &Expr,
    address: &str,
    told: &mut Told,
) -> Expansion {
    let mut source = ev.eval_whole(expr, scope);
    let marks = marks_of_keys(&source);
    let hidden = marks.ephemeral || (marks.sensitive && !is_declassified(expr));
    let certain = |what| Some(Fault { what, when: None });
    let fault = if marks.ephemeral {
        certain("is over ephemeral values, which no address keeps")
    } else if hidden {
        certain("is over secrets, which would show in addresses")
    } else {
        fault(&source, &for_each_fault)
    };
    if let Some(fault) = fault {
        let list = match fault.what {
            NULL => &mut told.of_value,
            _ => &mut told.problems,
        };
        list.push(
            Problem::at(expr.span, format!("`for_each` of `{address}` {fault}"))
                .help("it takes a map, or a set of strings: `toset([…])`"),
        );
    }
    told.errors.extend(refused::problem(&source));
    if hidden {
        source = error("a `for_each` over secrets").with_origin_of(&source);
    }
    let endless = |s: &Symbol| {
        s.cause().kind == CauseKind::Limit && s.cause().text.ends_with("than azvet follows")
    };
    let open = match &source.data {
        Data::List(list) => list.rest.as_ref().map(|rest| &rest.symbol),
        Data::Object(object) => object.rest.as_ref().map(|rest| &rest.symbol),
        _ => source.as_symbol(),
    };
    if open.is_some_and(endless) {
        told.problems.push(too_many(expr, address, "very many"));
    }
    let mut cases = Vec::new();
    leaves(&source, &mut cases);
    let certain = cases.len() == 1;
    let mut instances: Vec<Instance> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for case in &cases {
        if let Some((known, _)) = elements(case)
            && known.len() > MOST
        {
            told.problems.push(too_many(expr, address, known.len()));
        }
        for (name, key, value) in names_of(case) {
            if !seen.insert(name.clone()) {
                continue;
            }
            let (exists, value) = if certain {
                (true.into(), value)
            } else {
                by_case(&source, &name)
            };
            instances.push(Instance {
                key: Key::Name(name),
                exists,
                each: Some((key, value)),
                count: None,
            });
        }
    }
    if let Some(open) = cases.iter().find(|c| is_open(c)) {
        let (key, value) = match elements(open).and_then(|(_, rest)| rest) {
            // A set's members are their own keys.
            Some((_, v)) if open.as_list().is_some() => (v.clone(), v),
            Some(pair) => pair,
            None => {
                let key = Symbol::derived("key", "each.key", &[open]).because(cause_of(open));
                let value = Symbol::derived("member", "each.value", &[open])
                    .because(cause_of(open))
                    .maybe_null();
                (key.into(), value.into())
            }
        };
        instances.push(Instance {
            key: Key::Any,
            exists: lift(&source, &mut any_exists),
            each: Some((key, value)),
            count: None,
        });
    }
    Expansion {
        shape: Shape::ForEach,
        instances,
        source,
    }
}

/// The marks that the keys have, in any case.
fn marks_of_keys(source: &Value) -> Marks {
    let inside = match &source.data {
        Data::List(list) => list.items.iter().map(Value::marks).collect(),
        Data::Cases(cases) => marks_of_keys(&cases.then) | marks_of_keys(&cases.otherwise),
        _ => Marks::default(),
    };
    source.marks() | inside
}

/// Whether the keys may show in addresses whatever they were made of: `nonsensitive` stands outermost,
/// or only conversions around it.
fn is_declassified(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Call(call) => match (&*call.name, &call.args[..]) {
            ("nonsensitive", _) => true,
            ("toset" | "tomap", [arg]) => is_declassified(arg),
            _ => false,
        },
        _ => false,
    }
}

/// What Terraform refuses of a for_each. What providers make of a list is not known here.
fn for_each_fault(source: &Value) -> Option<&'static str> {
    match &source.data {
        Data::Null => Some(NULL),
        Data::Bool(_) | Data::Number(_) | Data::Text(_) => Some("is no collection"),
        Data::List(_) if source.collection() != Collection::Set => {
            let provided = source
                .origin()
                .is_some_and(|o| o.references().next().is_some());
            (!provided).then_some("is over a list")
        }
        Data::List(list) => {
            let text =
                |v: &Value| matches!(v.data, Data::Text(_) | Data::Unknown(_) | Data::Cases(_));
            (!list.items.iter().all(text)).then_some("is over a set of what is no text")
        }
        _ => None,
    }
}

fn any_exists(case: &Value) -> Value {
    if is_error(case) {
        return case.clone();
    }
    match elements(case) {
        Some((known, Some(_))) if known.is_empty() => greater_than_zero(&length(case)),
        Some((_, Some(_))) => Symbol::derived("more", "there are more members", &[case]).into(),
        Some((known, None)) => (known.len() > MOST).into(),
        None => error("a `for_each` over what is no collection"),
    }
}

/// Whether a key is there, and its value, by case.
fn by_case(source: &Value, name: &Arc<str>) -> (Value, Value) {
    let find = |c: &Value| names_of(c).into_iter().find(|(n, ..)| n == name);
    let exists = lift(source, &mut |c| find(c).is_some().into());
    let value = lift(source, &mut |c| {
        find(c).map_or_else(Value::null, |(_, _, v)| v)
    });
    (exists, value)
}
