//! Where and when a template is deployed. Reads of the same thing in the same scope are equal.

use std::sync::Arc;

use super::super::expression::ExprKind;
use super::super::names::Sort;
use super::super::place::{self, Place};
use super::Body::{ByCase, Special};
use super::arguments::{Arguments, Unevaluated};
use super::ids::place_of;
use super::{ANY, Function, deeply_sensitive, function};
use crate::declared::Problem;
use crate::value::{
    Cause, CauseKind, Data, Entry, Object, Rest, Symbol, Tri, Value, eq, key_of, lift, member,
    select,
};

pub(super) const FUNCTIONS: &[Function] = &[
    function("parameters", 1, 1, Special(|it| named(it, Sort::Parameter))).or_null(),
    function("variables", 1, 1, Special(|it| named(it, Sort::Variable))).or_null(),
    function("copyIndex", 0, 2, Special(copy_index)),
    function("resourceGroup", 0, 0, Special(resource_group)),
    function("subscription", 0, 0, Special(subscription)),
    function("tenant", 0, 0, Special(|_| Some(tenant()))),
    function("managementGroup", 0, 0, Special(management_group)),
    function("deployment", 0, 0, Special(deployment)),
    function("environment", 0, 0, Special(environment)),
    function(
        "deployer",
        0,
        0,
        Special(|_| Some(open::<&str>(Vec::new(), "deployer()", "deployer()"))),
    ),
    function("newGuid", 0, 0, Special(|it| Some(once(it)))),
    function("utcNow", 0, 1, Special(|it| Some(once(it)))),
    function("externalInput", 1, 2, ByCase(given_from_outside)),
    function("externalInputs", 1, 1, ByCase(given_from_outside)),
    function(
        "getSecret",
        4,
        5,
        ByCase(|a| Some(a.deployed("a key vault holds it").sensitive(true))),
    ),
    function(
        "roleDefinitions",
        1,
        ANY,
        ByCase(|a| Some(a.deployed("Azure answers it"))),
    ),
];

/// A parameter or variable.
fn named(it: &Unevaluated<'_, '_>, sort: Sort) -> Option<Value> {
    let (e, env) = (it.e, it.env);
    if let ExprKind::Text(name) = &it.call.arguments.first()?.kind {
        return Some(e.named(sort, name, env, it.span));
    }
    let name = it.argument(0)?;
    let secret = deeply_sensitive(&name);
    Some(lift(&name, &mut |name| match name.as_str() {
        Some(name) if !secret || e.declares(sort, name, env) => e.named(sort, name, env, it.span),
        _ => Symbol::derived(&it.call.name, e.source(it.span), &[name]).into(),
    }))
}

/// What the tool that deploys puts in.
fn given_from_outside(a: &Arguments<'_, '_>) -> Option<Value> {
    let why = "it is given by the tool that deploys";
    Some(
        a.unknown()
            .because(Cause::new(CauseKind::Input, why))
            .maybe_null()
            .into(),
    )
}

/// An object with these and further entries.
fn open<K: AsRef<str>>(entries: Vec<(K, Value)>, key: &str, shown: &str) -> Value {
    let cause = Cause::new(
        CauseKind::Deployment,
        format!("`{shown}` is known only when deployed"),
    );
    Object {
        entries: entries
            .into_iter()
            .map(|(k, v)| Entry::new(k.as_ref(), v))
            .collect(),
        rest: Some(Arc::new(Rest {
            symbol: Symbol::new(key, shown, cause),
            element: None,
        })),
    }
    .into()
}

/// What is known of the cloud, by case: which one it is, is settled when the template is deployed.
fn environment(it: &Unevaluated<'_, '_>) -> Option<Value> {
    const SHOWN: &str = "environment()";
    let name = member(&open::<&str>(Vec::new(), SHOWN, SHOWN), "name", true);
    let clouds = it.e.known.clouds.iter();
    let clouds: Vec<(Value, Value)> = clouds
        .map(|cloud| (eq(&name, &member(cloud, "name", true)), cloud.clone()))
        .collect();
    let mut known = parts(&clouds, SHOWN);
    known.retain(|(key, _)| key != "name");
    known.push(("name".into(), name));
    Some(open(known, SHOWN, SHOWN))
}

/// The members of an object that is another in each cloud: of each pair, whether it is that cloud, and
/// the object there.
fn parts(clouds: &[(Value, Value)], shown: &str) -> Vec<(String, Value)> {
    let Some(object) = clouds.last().and_then(|(_, last)| last.as_object()) else {
        return Vec::new();
    };
    let of = |key: &str| -> Vec<(Value, Value)> {
        let inside = |(is_it, whole): &(Value, Value)| (is_it.clone(), member(whole, key, true));
        clouds.iter().map(inside).collect()
    };
    let part = |entry: &Entry| {
        let (shown, clouds) = (format!("{shown}.{}", entry.key), of(&entry.key));
        let value = match entry.value.as_object() {
            Some(_) => open(parts(&clouds, &shown), &shown, &shown),
            None => in_cloud(&clouds),
        };
        (entry.key.to_string(), value)
    };
    object.entries.iter().map(part).collect()
}

/// The value of the cloud that it is; the last where it is none of the others.
fn in_cloud(clouds: &[(Value, Value)]) -> Value {
    let mut values = clouds.iter().rev();
    let last = values
        .next()
        .map_or_else(Value::null, |(_, last)| last.clone());
    values.fold(last, |otherwise, (is_it, value)| {
        select(is_it, value, &otherwise)
    })
}

fn resource_group(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let place = place_of(it.e, it.env);
    let scope = place.key();
    let key = match scope.as_str() {
        "" => "resourceGroup()".to_owned(),
        scope => format!("resourceGroup({scope})"),
    };
    let location = declared_location(it, &place).unwrap_or_else(|| {
        let cause = Cause::new(
            CauseKind::Deployment,
            "the resource group is chosen when the template is deployed",
        );
        let symbol = Symbol::new(format!("{key}.location"), "resourceGroup().location", cause);
        symbol.never_null().into()
    });
    let entries = vec![
        ("id", place.prefix()),
        ("name", place.group.clone()),
        ("location", location),
    ];
    Some(open(entries, &key, "resourceGroup()"))
}

/// The location of a resource group that this template makes.
fn declared_location(it: &Unevaluated<'_, '_>, place: &Place) -> Option<Value> {
    let mut at = it.e.frame(it.env.names).parent;
    while let Some(id) = at {
        let frame = it.e.frame(id);
        let group = frame.place.level == place::Level::Subscription
            && key_of(&frame.place.subscription) == key_of(&place.subscription);
        if group {
            let resources = it.e.resources(id)?;
            let wanted = place.group.as_text()?;
            let mut named = resources.list.iter().filter(|r| {
                let mut segments = r.type_name.split('/');
                r.managed
                    && segments
                        .nth(1)
                        .is_some_and(|s| s.eq_ignore_ascii_case("resourceGroups"))
                    && segments.next().is_none()
                    && r.name
                        .as_text()
                        .is_some_and(|n| n.equals(&wanted, true) == Tri::True)
            });
            if let Some(found) = named.next() {
                let location = member(&it.e.body(found)?, "location", true);
                return (!location.is_null()).then_some(location);
            }
        }
        at = frame.parent;
    }
    None
}

fn subscription(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let place = place_of(it.e, it.env);
    let mut whole = place.clone();
    whole.level = place::Level::Subscription;
    let scope = whole.key();
    let key = match scope.as_str() {
        "" => "subscription()".to_owned(),
        scope => format!("subscription({scope})"),
    };
    let entries = vec![
        ("id", whole.prefix()),
        ("subscriptionId", place.subscription.clone()),
        ("tenantId", tenant_id()),
    ];
    Some(open(entries, &key, "subscription()"))
}

fn tenant_id() -> Value {
    place::chosen("tenant().tenantId", "the tenant")
}

fn tenant() -> Value {
    open(vec![("tenantId", tenant_id())], "tenant()", "tenant()")
}

fn management_group(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let place = place_of(it.e, it.env);
    let mut whole = place.clone();
    whole.level = place::Level::ManagementGroup;
    let key = match whole.key().as_str() {
        "" => "managementGroup()".to_owned(),
        scope => format!("managementGroup({scope})"),
    };
    let entries = vec![
        ("id", whole.prefix()),
        ("name", place.management_group.clone()),
    ];
    Some(open(entries, &key, "managementGroup()"))
}

fn deployment(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let frame = it.e.frame(it.env.names);
    let key = match frame.parent {
        None => "deployment()".to_owned(),
        Some(_) => format!("deployment({})", frame.prefix),
    };
    let entries = vec![("name", frame.name.clone())];
    Some(open(entries, &key, "deployment()"))
}

/// `newGuid()` and `utcNow()`: another value at each place, the same wherever that place is read.
fn once(it: &Unevaluated<'_, '_>) -> Value {
    let frame = it.e.frame(it.env.names);
    let shown = it.e.source(it.span);
    if !it.env.in_default {
        let message = format!("`{shown}` is allowed only in the default value of a parameter");
        it.e.problem(Problem::at(it.span, message).help(
            "give a parameter this default value, and read the parameter here: Resource Manager refuses it elsewhere",
        ));
    }
    let key = format!("{}@{}{}", it.call.name, frame.prefix, it.span.start);
    let cause = Cause::new(
        CauseKind::Deployment,
        format!("`{shown}` is another one at every deployment"),
    );
    Symbol::new(key, shown, cause).never_null().into()
}

/// `copyIndex()`, `copyIndex(1)`, `copyIndex('loop')`, `copyIndex('loop', 1)`.
fn copy_index(it: &Unevaluated<'_, '_>) -> Option<Value> {
    let mut name = None;
    let mut offset = 0;
    for at in 0..it.call.arguments.len() {
        let value = it.argument(at)?;
        match &value.data {
            Data::Text(text) => name = Some(text.as_known()?.to_lowercase()),
            _ => offset = value.as_int()?,
        }
    }
    let mut at = it.env.loops.as_ref();
    let mut innermost = None;
    while let Some(a_loop) = at {
        let meant = match &name {
            Some(name) => a_loop.name == *name,
            None => a_loop.of_resource,
        };
        if meant {
            innermost = Some(a_loop);
            break;
        }
        at = a_loop.outer.as_ref();
    }
    let innermost = match (&name, innermost) {
        (_, Some(found)) => Some(found),
        (None, None) => it.env.loops.as_ref(),
        (Some(_), None) => None,
    };
    let Some(innermost) = innermost else {
        let message = match name {
            Some(_) if it.secret() => "there is no loop of this name here".to_owned(),
            Some(name) => format!("there is no loop `{name}` here"),
            None => "`copyIndex()` is not inside a loop".to_owned(),
        };
        it.e.problem(
            Problem::at(it.span, message)
                .help("a loop is a `copy` around the resource, property, variable or output"),
        );
        return None;
    };
    match (&innermost.index, offset) {
        (index, 0) => Some(index.clone()),
        (index, offset) => match index.as_int() {
            Some(i) => Some(i.checked_add(offset)?.into()),
            None => {
                let by = Value::from(offset);
                Some(Symbol::derived("add", it.e.source(it.span), &[index, &by]).into())
            }
        },
    }
}
