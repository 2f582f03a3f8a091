//! `reference` and its kin. Of resources that the template declares they read what it declares; what
//! the service adds is known only when deployed.

use std::sync::Arc;

use super::super::eval::opened;
use super::super::evaluator::{Evaluator, refusal};
use super::super::expression::{Call, Key, Step};
use super::super::frame::Env;
use super::super::lookup::Found;
use super::super::naming::{folded, id_of};
use super::super::template::Node;
use super::Body::ByCase;
use super::arguments::Arguments;
use super::{Function, function};
use crate::source::Span;
use crate::value::{
    Cause, CauseKind, Entry, Object, Piece, Reads, Reference, Rest, Symbol, Text, Value,
};

pub(super) const FUNCTIONS: &[Function] = &[
    function("reference", 1, 3, ByCase(reference)),
    function("references", 1, 2, ByCase(references)),
    function("resourceInfo", 1, 1, ByCase(resource_info)),
    function("providers", 1, 2, ByCase(answered)),
    function("pickZones", 3, 5, ByCase(answered)),
    function("toLogicalZone", 3, 3, ByCase(answered)),
    function("toLogicalZones", 3, 3, ByCase(answered)),
    function("toPhysicalZone", 3, 3, ByCase(answered)),
    function("toPhysicalZones", 3, 3, ByCase(answered)),
];

/// `listKeys`, `listSas`, …: each type of resource has its own.
pub(super) const LIST: Function = function("list", 1, 4, ByCase(list));

fn answered(a: &Arguments<'_, '_>) -> Option<Value> {
    Some(a.deployed("Azure answers it"))
}

fn list(a: &Arguments<'_, '_>) -> Option<Value> {
    if let Some(found) = a.values.first().and_then(|id| a.e.find(a.env.home, id)) {
        a.e.reads(found.done);
    }
    let cause = Cause::new(
        CauseKind::Deployment,
        format!("`{}` is known only when deployed", a.e.source(a.span)),
    );
    let symbol = a.unknown().because(cause);
    Some(Value::from(symbol).sensitive(true))
}

fn is_full(value: Option<&Value>) -> bool {
    value
        .and_then(Value::as_str)
        .is_some_and(|s| s.eq_ignore_ascii_case("full"))
}

fn reference(a: &Arguments<'_, '_>) -> Option<Value> {
    let id = a.values.first()?;
    let full = is_full(a.values.get(2));
    Some(match a.e.find(a.env.home, id) {
        Some(found) => {
            a.e.reads(found.done);
            state(a.e, &found, full)
        }
        None => {
            if let Some(wrong) = no_round(a, id) {
                return Some(wrong);
            }
            let round = round(a, id);
            outside(a.e, a.span, round.as_ref().unwrap_or(id), full)
        }
    })
}

/// What stands for `name[n]` of a loop that has fewer rounds, which Resource Manager refuses.
fn no_round(a: &Arguments<'_, '_>, name: &Value) -> Option<Value> {
    let (symbolic, number) = name.as_str()?.strip_suffix(']')?.split_once('[')?;
    number.parse::<usize>().ok()?;
    let all = a.e.find_all(a.env.home, &symbolic.into());
    let first = all.first()?;
    if all.iter().any(|round| round.address.ends_with("[*]")) {
        return None;
    }
    let message = format!(
        "`{symbolic}` has no round {number}: the loop makes {}",
        all.len()
    );
    if a.e.is_certain() {
        a.e.problem_of(first.node.span, refusal(a.span, message.as_str()));
    }
    Some(a.e.invalid(a.span, message))
}

/// The id of a round of a loop, `name[n]`, where it is not known which: that of the resource with this
/// number as its index.
fn round(a: &Arguments<'_, '_>, name: &Value) -> Option<Value> {
    let pieces: Vec<Piece> = name.as_text()?.pieces().collect();
    let [Piece::Lit(start), Piece::Sym(index), Piece::Lit(end)] = pieces.as_slice() else {
        return None;
    };
    let symbolic = start.strip_suffix('[').filter(|_| &**end == "]")?;
    let all = a.e.find_all(a.env.home, &symbolic.into());
    let any = all.first()?;
    let copy = any.node.get("copy")?;
    let called = copy.get("name").and_then(Node::as_str).unwrap_or_default();
    let around = a.e.frame(any.frame).env();
    let env = around.in_loop(called, Value::from(index.clone()), true);
    let own = a.e.node_or_null(any.node.get("name"), &env);
    id_of(&any.scope, &Text::from(&*any.type_name), &own)
}

/// All copies of a resource with a symbolic name.
fn references(a: &Arguments<'_, '_>) -> Option<Value> {
    let full = is_full(a.values.get(1));
    let all = a.e.find_all(a.env.home, a.values.first()?);
    let known = all
        .iter()
        .all(|f| f.address.ends_with(']') && !f.address.ends_with("[*]"));
    if all.is_empty() || !known {
        return None;
    }
    let values = all.iter().map(|found| {
        a.e.reads(found.done);
        state(a.e, found, full)
    });
    Some(Value::list(values.collect()))
}

/// `resourceInfo('sym')`: what is certain before deployment.
fn resource_info(a: &Arguments<'_, '_>) -> Option<Value> {
    let found = a.e.find(a.env.home, a.values.first()?)?;
    let mut entries = vec![
        Entry::new("name", found.name.clone()),
        Entry::new("type", (&*found.type_name).into()),
    ];
    if let Some(id) = &found.id {
        entries.push(Entry::new("id", id.clone()));
    }
    Some(with_rest(entries, a.unknown()))
}

fn with_rest(entries: Vec<Entry>, symbol: Symbol) -> Value {
    Object {
        entries: entries.into(),
        rest: Some(Arc::new(Rest {
            symbol,
            element: None,
        })),
    }
    .into()
}

/// The state of something that this unit does not declare.
fn outside(e: &Evaluator<'_>, span: Span, id: &Value, full: bool) -> Value {
    let shown = e.source(span);
    let wrong = id.first_symbol().map(Symbol::cause);
    let cause = match wrong.filter(|cause| cause.kind == CauseKind::Invalid) {
        Some(wrong) => wrong.clone(),
        None => Cause::new(
            CauseKind::Deployment,
            format!("`{shown}` is known only when deployed"),
        ),
    };
    let symbol = |key: &str, shown: &str| Symbol::new(key, shown, cause.clone()).never_null();
    let key = format!("reference({})", folded(id));
    if full {
        let properties = symbol(&key, &format!("{shown}.properties")).into();
        let whole = symbol(&format!("resource({})", folded(id)), &shown);
        with_rest(vec![Entry::new("properties", properties)], whole)
    } else {
        symbol(&key, &shown).into()
    }
}

/// The state of a declared resource: what is declared, open for more.
fn state(e: &Evaluator<'_>, found: &Found, full: bool) -> Value {
    let id = found.id.as_ref().unwrap_or(&found.name);
    let key = format!("reference({})", folded(id));
    let shown = match &found.symbolic {
        Some(symbolic) => format!("reference('{symbolic}')"),
        None => format!("reference('{}')", found.name.shown()),
    };
    let what = found
        .symbolic
        .clone()
        .unwrap_or_else(|| found.address.clone());
    let cause = if found.managed {
        Cause::new(
            CauseKind::Deployment,
            format!("`{what}` has it only when deployed"),
        )
    } else {
        Cause::new(
            CauseKind::Outside,
            format!("`{what}` exists already and is not in the template"),
        )
    };
    let make = |key: &str, shown: &str| Symbol::new(key, shown, cause.clone()).never_null();
    let whole_key = format!("resource({})", folded(id));
    // A deployment's body holds its template, which is not evaluated here.
    let created = e.created(found).filter(|created| !created.is_deployment());
    let body = created.and_then(|created| {
        let body = e.body(&created)?;
        Some(e.with_children(&created, body, &make))
    });
    let declared = body.as_ref().and_then(Value::as_object);
    let properties = if found.is_deployment() {
        deployment_state(e, found, make(&key, &shown))
    } else {
        match declared.and_then(|body| body.get_caseless("properties")) {
            Some(entry) if entry.value.as_object().is_some() => {
                opened(&entry.value, &key, &shown, &make)
            }
            Some(entry) if Evaluator::is_open(&entry.value) => entry.value.clone(),
            _ => make(&key, &shown).into(),
        }
    };
    if !full {
        return properties;
    }
    let mut entries: Vec<Entry> = declared.map(|o| o.entries.to_vec()).unwrap_or_default();
    entries.retain(|e| {
        !e.key.eq_ignore_ascii_case("properties") && !e.key.eq_ignore_ascii_case("name")
    });
    for entry in &mut entries {
        entry.value = opened(
            &entry.value,
            &format!("{whole_key}.{}", entry.key.to_lowercase()),
            &format!("{shown}.{}", entry.key),
            &make,
        );
    }
    entries.push(Entry::new("properties", properties));
    if let Some(id) = &found.id {
        entries.push(Entry::new("resourceId", id.clone()));
    }
    entries.push(Entry::new(
        "subscriptionId",
        found.place.subscription.clone(),
    ));
    entries.push(Entry::new("resourceGroupName", found.place.group.clone()));
    with_rest(entries, make(&whole_key, &shown))
}

/// A deployment's outputs.
fn deployment_state(e: &Evaluator<'_>, found: &Found, symbol: Symbol) -> Value {
    let Some(nested) = e.nested(found) else {
        let closed = e.opaque.borrow();
        let closed = closed.iter().find(|o| o.address == found.address);
        return match closed {
            Some(closed) => symbol.because(closed.cause.clone()).into(),
            None => symbol.into(),
        };
    };
    let frame = e.frame(nested);
    let outputs = Evaluator::output_names(&frame)
        .into_iter()
        .filter_map(|name| {
            let value = e.output(&frame, &name)?;
            Some(Entry::new(
                &name,
                Value::object(vec![Entry::new("value", value)]),
            ))
        })
        .collect();
    with_rest(vec![Entry::new("outputs", Value::object(outputs))], symbol)
}

/// Reads `reference(…).a.b` at once where it means one declared thing: only the output that is
/// asked for is evaluated, and the value knows which resource it came from. Answers with the value
/// and how many members were read.
pub(in super::super) fn read(
    e: &Evaluator<'_>,
    call: &Call,
    span: Span,
    steps: &[Step],
    env: &Env,
) -> Option<(Value, usize)> {
    if &*call.name != "reference" {
        return None;
    }
    let id = e.expr(call.arguments.first()?, env);
    let full = is_full(call.arguments.get(2).map(|a| e.expr(a, env)).as_ref());
    let found = e.find(env.home, &id)?;
    e.reads(found.done);
    if found.is_deployment() {
        return read_output(e, &found, steps, env, full);
    }
    let mut value = state(e, &found, full);
    let mut attribute = String::from(if full { "" } else { "properties" });
    let mut safe = false;
    for step in steps {
        safe |= step.safe;
        let key = match &step.key {
            Key::Name(name) => Value::from(&**name),
            Key::Index(index) => e.expr(index, env),
        };
        match key.as_int() {
            Some(i) => attribute.push_str(&format!("[{i}]")),
            None => {
                if !attribute.is_empty() {
                    attribute.push('.');
                }
                attribute.push_str(&key.shown());
            }
        }
        value = e.item(&value, &key, safe, step);
    }
    let reference = Reference {
        resource: found.address.clone(),
        attribute: attribute.into(),
    };
    if let Some(symbol) = value.as_symbol() {
        let referring = symbol.clone().referring(reference.clone());
        value = Value::from(referring)
            .sensitive(value.is_sensitive())
            .with_origin_of(&value);
    }
    let whole = steps.last().map_or(span, |step| step.span);
    let reads = Reads {
        name: e.source(whole).into(),
        reference: Some(reference),
    };
    Some((value.through(whole, reads), steps.len()))
}

fn read_output(
    e: &Evaluator<'_>,
    found: &Found,
    steps: &[Step],
    env: &Env,
    full: bool,
) -> Option<(Value, usize)> {
    let name = |at: usize| -> Option<String> {
        match &steps.get(at)?.key {
            Key::Name(name) => Some(name.to_string()),
            Key::Index(index) => e.expr(index, env).as_str().map(str::to_owned),
        }
    };
    let first = usize::from(full);
    if full && !name(0)?.eq_ignore_ascii_case("properties") {
        return None;
    }
    if !name(first)?.eq_ignore_ascii_case("outputs") {
        return None;
    }
    let output = name(first + 1)?;
    if !name(first + 2)?.eq_ignore_ascii_case("value") {
        return None;
    }
    let frame = e.frame(e.nested(found)?);
    let value = e.output(&frame, &output)?;
    Some((value, first + 3))
}
