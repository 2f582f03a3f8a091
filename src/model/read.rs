//! Reading attributes: paths into bodies, translations, defaults.

use std::sync::Arc;

use super::kinds::{Attribute, Find, Holds, Spelling, Step, Type};
use crate::declared::Language;
use crate::value::{self, Data, List, Rest, Symbol, Value};

/// The value at a path. A path with `[]` gives a list of all values found, in order.
pub(super) fn at_path(body: &Value, steps: &[Step], language: Language) -> Value {
    let Some((step, rest)) = steps.split_first() else {
        return body.clone();
    };
    match step {
        Step::Member(name) => {
            let member = value::member(body, name, language == Language::Arm);
            if rest.is_empty() || member.is_null() {
                return member;
            }
            at_path(&member, rest, language)
        }
        Step::Each => value::lift(body, &mut |v| match &v.data {
            Data::Null => Value::null(),
            Data::List(list) => each(list, v, rest, language),
            Data::Object(object) if object.rest.is_none() && object.entries.is_empty() => {
                Value::list(vec![])
            }
            Data::Unknown(symbol) => unknown_list(symbol, v),
            // One block or value where several are allowed.
            _ => each(&List::known(vec![v.clone()]), v, rest, language),
        }),
    }
}

fn each(list: &List, whole: &Value, steps: &[Step], language: Language) -> Value {
    let mut items = Vec::new();
    let mut open: Option<Arc<Rest>> = list.rest.clone().map(|rest| {
        let element = rest.element.as_ref().map(|e| at_path(e, steps, language));
        Arc::new(Rest {
            symbol: rest.symbol.clone(),
            element,
        })
    });
    for item in list.items.iter() {
        let found = at_path(item, steps, language);
        match &found.data {
            Data::Null => {}
            Data::List(inner) if steps.contains(&Step::Each) => {
                items.extend(inner.items.iter().cloned());
                open = open.or_else(|| inner.rest.clone());
            }
            _ => items.push(found),
        }
    }
    Value::from(Data::List(List {
        items: items.into(),
        rest: open,
    }))
    .with_origin_of(whole)
}

fn unknown_list(symbol: &Symbol, whole: &Value) -> Value {
    let rest = Rest {
        symbol: symbol.clone(),
        element: None,
    };
    Value::from(Data::List(List {
        items: Default::default(),
        rest: Some(Arc::new(rest)),
    }))
    .with_origin_of(whole)
}

/// A plain attribute's value: what is written, else what holds when nothing is.
///
/// Defaults hold only of what is `managed`, created here.
pub(super) fn plain(
    attribute: &Attribute,
    ty: &Type,
    body: &Value,
    version: Option<&str>,
    managed: bool,
) -> Value {
    if let Some(constant) = ty.sets.get(&attribute.name) {
        return constant.as_str().into();
    }
    let paths = attribute
        .spellings(ty, version)
        .filter_map(|s| match &s.find {
            Find::Path(steps) | Find::ByName { name: steps, .. } => Some((s, steps)),
            Find::Parent | Find::Scope => None,
        });
    if attribute.many {
        return paths.fold(Value::list(vec![]), |all, (_, steps)| {
            let more = at_path(body, steps, ty.language);
            let single = !steps.contains(&Step::Each);
            joined(&all, &normalized(more, &attribute.holds), single)
        });
    }
    let found: Vec<Value> = paths
        .map(|(spelling, steps)| {
            let written = translated(&at_path(body, steps, ty.language), spelling);
            match spelling.default.as_ref().filter(|_| managed) {
                Some(default) => or_else(&written, &translated(&scalar(default), spelling)),
                None => written,
            }
        })
        .map(|v| normalized(v, &attribute.holds))
        .collect();
    let mut found = found.into_iter().rev();
    let last = found.next().unwrap_or_else(Value::null);
    found.fold(last, |next, v| or_else(&v, &next))
}

/// `value`, or `next` where it is certainly not set. An unknown counts as set: whoever passes a value
/// on means to set it, and a claim about the case in which it is null would help nobody.
fn or_else(value: &Value, next: &Value) -> Value {
    value::lift(value, &mut |v| {
        if v.is_null() { next.clone() } else { v.clone() }
    })
}

/// The list `all` with the members of `more`, or with `more` itself when that is a `single` value.
fn joined(all: &Value, more: &Value, single: bool) -> Value {
    value::lift2(all, more, &mut |a, b| match (&a.data, &b.data) {
        (Data::List(x), Data::List(y)) => {
            let mut items = x.items.to_vec();
            items.extend(y.items.iter().cloned());
            let rest = x.rest.clone().or_else(|| y.rest.clone());
            let joined = Value::from(Data::List(List {
                items: items.into(),
                rest,
            }));
            joined.with_origin_of(if b.origin().is_some() { b } else { a })
        }
        (_, Data::Null) => a.clone(),
        (Data::List(x), _) if single => {
            let mut items = x.items.to_vec();
            items.push(b.clone());
            let rest = x.rest.clone();
            let items = items.into();
            Value::from(Data::List(List { items, rest })).with_origin_of(b)
        }
        _ => b.clone(),
    })
}

fn scalar(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Bool(b) => (*b).into(),
        serde_json::Value::Number(n) => n.as_i64().map_or_else(Value::null, Value::from),
        serde_json::Value::String(s) => s.as_str().into(),
        _ => Value::null(),
    }
}

/// A scalar in the canonical spelling: `true` as `Enabled`. An unknown that would be translated
/// becomes one of the translations, by case when there are two.
fn translated(written: &Value, spelling: &Spelling) -> Value {
    if spelling.values.is_empty() {
        return written.clone();
    }
    value::lift(written, &mut |v| {
        if v.is_null() {
            return v.clone();
        }
        let text = value::to_text(v).and_then(|t| t.as_known().map(str::to_lowercase));
        match (text.and_then(|t| spelling.values.get(&t)), &v.data) {
            (Some(json), _) => scalar(json).with_origin_of(v),
            (None, Data::Unknown(symbol)) => {
                match (spelling.values.get("true"), spelling.values.get("false")) {
                    (Some(yes), Some(no)) if !symbol.nullable() => {
                        Value::cases(symbol.clone(), scalar(yes), scalar(no)).with_origin_of(v)
                    }
                    _ => Value::from(Symbol::derived("translated", symbol.shown(), &[v]))
                        .with_origin_of(v),
                }
            }
            (None, _) => v.clone(),
        }
    })
}

/// Values as their attribute holds them, one or a list: regions in one spelling, numbers where text is
/// meant as such.
fn normalized(written: Value, holds: &Holds) -> Value {
    let plain = |v: &Value| match (&v.data, holds) {
        (Data::Text(text), Holds::Region) => {
            let plain = |s: &str| s.to_lowercase().replace(' ', "");
            Some(Value::from(text.map(plain, Symbol::clone)))
        }
        // Resource Manager and Terraform take the words for it.
        (Data::Text(text), Holds::Bool) => {
            let word = text.as_known().map(str::to_lowercase);
            word.and_then(|word| Some(Value::from(word.parse::<bool>().ok()?)))
        }
        (Data::Number(_), Holds::Text | Holds::Name) => value::to_text(v).map(Value::from),
        _ => None,
    };
    let plain = |v: &Value| match plain(v) {
        Some(plain) => plain.with_origin_of(v).sensitive(v.is_sensitive()),
        None => v.clone(),
    };
    value::lift(&written, &mut |v| match &v.data {
        Data::List(list) => {
            let items = list.items.iter().map(|v| value::lift(v, &mut |v| plain(v)));
            let items = items.collect();
            let rest = list.rest.clone();
            Value::from(Data::List(List { items, rest }))
                .with_origin_of(v)
                .sensitive(v.is_sensitive())
        }
        _ => plain(v),
    })
}
