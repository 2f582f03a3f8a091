//! Attributes, indexes and splats. Objects that stand for a resource answer for attributes that the
//! configuration does not set: with a symbol that refers to the resource.

use std::sync::Arc;

use super::operators::to_string;
use super::{Evaluator, Scope, deployed, error, is_error, only_keys};
use crate::source::Span;
use crate::terraform::syntax::ast::{Step, StepKind};
use crate::terraform::types::Type;
use crate::value::{
    CauseKind, Collection, Data, List, Number, Object, Reads, Reference, Rest, Symbol, Value, lift,
    lift2,
};

impl Evaluator<'_> {
    /// Applies steps to a value. `span` is the whole expression.
    pub(super) fn steps(
        &self,
        mut value: Value,
        steps: &[Step],
        span: Span,
        scope: &Scope<'_>,
    ) -> Value {
        let mut rest = steps;
        while let [step, tail @ ..] = rest {
            rest = tail;
            value = match &step.kind {
                StepKind::Attr(name) => attr_at(&value, name, Some(span)),
                StepKind::Index(e) => get_index(&value, &self.eval(e, scope)),
                StepKind::Splat => {
                    return lift(&value, &mut |v| self.splat(v, tail, span, scope));
                }
                StepKind::AttrSplat => {
                    let attrs = tail
                        .iter()
                        .take_while(|s| matches!(s.kind, StepKind::Attr(_)))
                        .count();
                    rest = &tail[attrs..];
                    lift(&value, &mut |v| self.splat(v, &tail[..attrs], span, scope))
                }
            };
        }
        value
    }

    fn splat(&self, value: &Value, steps: &[Step], span: Span, scope: &Scope<'_>) -> Value {
        let each = |v: &Value| self.steps(v.clone(), steps, span, scope);
        match &value.data {
            _ if is_error(value) => value.clone(),
            Data::Null => Value::list(Vec::new()),
            Data::List(list) => Value::from(Data::List(List {
                items: list.items.iter().map(each).collect::<Vec<_>>().into(),
                rest: list.rest.as_ref().map(|rest| {
                    Arc::new(Rest {
                        symbol: rest.symbol.clone(),
                        element: rest.element.as_ref().map(each),
                    })
                }),
            }))
            .of(match value.collection() {
                Collection::List | Collection::Set => Collection::List,
                other => other,
            }),
            Data::Unknown(symbol) if !Type::of(value).is_primitive() => {
                let element = member(symbol, "[*]", "[*]");
                Data::List(List {
                    items: Default::default(),
                    rest: Some(Arc::new(Rest {
                        symbol: symbol.clone(),
                        element: Some(each(&element)),
                    })),
                })
                .into()
            }
            _ => Value::list(vec![each(value)]),
        }
        .marked(value.marks())
    }
}

/// The attribute `name` of a value.
pub(in crate::terraform) fn get_attr(value: &Value, name: &str) -> Value {
    attr_at(value, name, None)
}

fn attr_at(value: &Value, name: &str, span: Option<Span>) -> Value {
    lift(value, &mut |v| {
        let found = match &v.data {
            _ if is_error(v) => return v.clone(),
            Data::Object(object) => attr_of_object(object, v, name, span),
            Data::Unknown(_) if Type::of(v).is_primitive() => {
                error(&format!("attribute `{name}` of what is no object"))
            }
            Data::Unknown(symbol) => member(symbol, &format!(".{name}"), name).with_origin_of(v),
            Data::Null => error(&format!("attribute `{name}` of null")),
            Data::List(_) => error(&format!(
                "attribute `{name}` of a list; a member has one, as in `[0].{name}`"
            )),
            _ => error(&format!("attribute `{name}` of what is no object")),
        };
        found.marked(v.marks())
    })
}

fn attr_of_object(object: &Object, v: &Value, name: &str, span: Option<Span>) -> Value {
    let reference = object
        .rest
        .as_ref()
        .and_then(|rest| Some((rest, rest.symbol.reference()?)));
    let Some((rest, whole)) = reference else {
        return match (object.get(name), &object.rest) {
            (Some(entry), _) => entry.value.clone(),
            (None, Some(rest)) if !only_keys(rest) => {
                member(&rest.symbol, &format!(".{name}"), name).with_origin_of(v)
            }
            (None, Some(rest)) => uncertain_entry(object, rest, &name.into()),
            (None, None) => error(&format!("there is no attribute `{name}`")),
        };
    };
    // A resource: what the configuration leaves out or sets to null is decided by the provider.
    let computed = Value::from(computed(&rest.symbol, name));
    let value = match object.get(name) {
        Some(entry) => lift(&entry.value, &mut |x| {
            if x.is_null() {
                computed.clone()
            } else {
                x.clone()
            }
        }),
        None => computed,
    };
    let Some(span) = span else { return value };
    let reference = attribute_of(whole, name);
    let reads = Reads {
        name: format!("{}.{}", reference.resource, reference.attribute).into(),
        reference: Some(reference),
    };
    value.through(span, reads)
}

/// The attribute of a resource that is known only when deployed. Identifiers are never null.
fn computed(resource: &Symbol, name: &str) -> Symbol {
    let shown = format!("{}.{name}", resource.shown());
    let cause = match resource.cause() {
        cause if cause.kind == CauseKind::Deployment => deployed(&shown),
        cause => cause.clone(),
    };
    let symbol = Symbol::new(format!("{}.{name}", resource.key()), shown, cause);
    let symbol = if name == "id" || name == "name" {
        symbol.never_null()
    } else {
        symbol
    };
    match resource.reference() {
        Some(whole) => symbol.referring(attribute_of(whole, name)),
        None => symbol,
    }
}

fn attribute_of(whole: &Reference, name: &str) -> Reference {
    let attribute = match &*whole.attribute {
        "" => name.into(),
        outer if name.starts_with('[') => format!("{outer}{name}").into(),
        outer => format!("{outer}.{name}").into(),
    };
    Reference {
        resource: whole.resource.clone(),
        attribute,
    }
}

/// A member of an unknown value; `suffix` is how it is written.
fn member(symbol: &Symbol, suffix: &str, name: &str) -> Value {
    let new = Symbol::new(
        format!("{}{suffix}", symbol.key()),
        format!("{}{suffix}", symbol.shown()),
        symbol.cause().clone(),
    );
    match symbol.reference() {
        Some(whole) => new.referring(attribute_of(whole, name)),
        None => new,
    }
    .into()
}

/// The member of a collection.
pub(in crate::terraform) fn get_index(value: &Value, key: &Value) -> Value {
    lift2(value, key, &mut |v, k| {
        if is_error(v) {
            return v.clone();
        }
        if is_error(k) {
            return k.clone();
        }
        index_one(v, k).marked(v.marks() | k.marks())
    })
}

fn index_one(v: &Value, k: &Value) -> Value {
    match &v.data {
        Data::List(_) if v.collection() == Collection::Set => error("an index into a set"),
        Data::List(list) => match super::operators::to_number(k).map(|n| n.data) {
            Some(Data::Number(Number::Int(i))) => index_list(list, v, i),
            Some(Data::Unknown(_)) => unknown_index(v, k),
            _ => error("an index that is no whole number"),
        },
        Data::Object(object) => match to_string(k) {
            Some(text) => match (text.as_str(), &object.rest) {
                (Some(name), Some(rest)) if object.get(name).is_none() => {
                    entry_of_rest(object, rest, &text)
                }
                (Some(name), _) => match object.get(name) {
                    Some(entry) => entry.value.clone(),
                    None if k.is_sensitive() => error("a key that is not there"),
                    None => error(&format!("there is no key `{name}`")),
                },
                (None, Some(rest)) => entry_of_rest(object, rest, &text),
                (None, None) => unknown_index(v, k),
            },
            None => error("a key that is no string"),
        },
        Data::Unknown(symbol) => {
            let shown = match &k.data {
                Data::Text(text) if text.as_known().is_some() && !k.is_sensitive() => {
                    format!("[\"{}\"]", text.shown())
                }
                Data::Unknown(s) => format!("[{}]", s.shown()),
                _ => format!("[{}]", k.shown()),
            };
            let key = format!("[{}]", crate::value::key_of(k));
            let new = Symbol::new(
                format!("{}{key}", symbol.key()),
                format!("{}{shown}", symbol.shown()),
                symbol.cause().clone(),
            );
            match symbol.reference() {
                Some(whole) => new.referring(attribute_of(whole, &shown)),
                None => new,
            }
            .into()
        }
        Data::Null => error("an index into null"),
        _ => error("an index into what is no collection"),
    }
}

fn index_list(list: &List, v: &Value, i: i64) -> Value {
    match &list.rest {
        None => match usize::try_from(i).ok().and_then(|i| list.items.get(i)) {
            Some(item) => item.clone(),
            None => error(&format!("index {i} is beyond the end")),
        },
        Some(rest) => match instance_at(rest, &i.to_string()) {
            Some(instance) => instance,
            None => unknown_index(v, &i.into()),
        },
    }
}

fn entry_of_rest(object: &Object, rest: &Rest, key: &Value) -> Value {
    if only_keys(rest) {
        return uncertain_entry(object, rest, key);
    }
    // The element of a loop over an unknown collection, by the loop's own key: that very element.
    if let Some(element) = &rest.element
        && let Some(inner) = element.as_object().and_then(|o| o.rest.as_ref())
        && let Some(symbol) = key.as_symbol()
        && inner.symbol.key() == format!("{}[{}]", rest.symbol.key(), symbol.key())
    {
        return element.clone();
    }
    let shown = match key.as_str() {
        Some(s) if !key.is_sensitive() => format!("\"{s}\""),
        _ => key.shown(),
    };
    instance_at(rest, &shown).unwrap_or_else(|| {
        let v = Value::from(object.clone());
        unknown_index(&v, key)
    })
}

/// An entry of an object whose keys are not all known: by a key that reads the same.
fn uncertain_entry(object: &Object, _rest: &Rest, key: &Value) -> Value {
    match object.get(&key.shown()) {
        Some(entry) => entry.value.clone(),
        None => unknown_index(&object.clone().into(), key),
    }
}

/// One instance of a resource with an unknown number of them. Which attributes it shares with the
/// others is not known, but which resource it is.
fn instance_at(rest: &Rest, key: &str) -> Option<Value> {
    let whole = rest.symbol.reference()?;
    let shown = format!("{}[{key}]", rest.symbol.shown());
    let cause = deployed(&shown);
    let symbol =
        Symbol::new(format!("{}[{key}]", rest.symbol.key()), shown, cause).referring(whole.clone());
    Some(
        Object {
            entries: Default::default(),
            rest: Some(Arc::new(Rest {
                symbol,
                element: None,
            })),
        }
        .into(),
    )
}

fn unknown_index(v: &Value, k: &Value) -> Value {
    let shown = format!("{}[{}]", short(v), short(k));
    Symbol::derived("[]", shown, &[v, k]).maybe_null().into()
}

/// A value in few words.
pub(in crate::terraform) fn short(value: &Value) -> String {
    if value.is_sensitive() {
        return "(sensitive)".into();
    }
    match &value.data {
        Data::List(list) if list.items.len() + usize::from(list.rest.is_some()) > 2 => "[…]".into(),
        Data::Object(o) if o.entries.len() + usize::from(o.rest.is_some()) > 1 => "{…}".into(),
        Data::Unknown(symbol) => symbol.shown().to_owned(),
        Data::Cases(cases) => format!("({} ? … : …)", cases.cond.shown()),
        Data::Text(text) => {
            let text = text.shown();
            match text.char_indices().nth(60) {
                Some((i, _)) => format!("\"{}…\"", &text[..i]),
                None => format!("\"{text}\""),
            }
        }
        Data::List(list) => {
            let mut parts: Vec<String> = list.items.iter().map(short).collect();
            parts.extend(list.rest.iter().map(|_| "…".to_owned()));
            format!("[{}]", parts.join(", "))
        }
        Data::Object(_) => "{…}".into(),
        _ => value.shown(),
    }
}
