//! Members of lists and objects, and how many there are.

use super::symbol::quoted;
use super::{Data, List, Object, Rest, Symbol, Value, lift, lift2};

/// The attribute `name` of an object: its value, null when it has none for certain, a symbol when the
/// object is unknown or has unknown entries.
pub fn member(value: &Value, name: &str, caseless: bool) -> Value {
    lift(value, &mut |v| match &v.data {
        Data::Object(object) => {
            let entry = if caseless {
                object.get_caseless(name)
            } else {
                object.get(name)
            };
            match (entry, &object.rest) {
                (Some(entry), _) => entry.value.clone().marked(v.marks()),
                (None, None) => Value::null().with_origin_of(v),
                (None, Some(rest)) => member_of_symbol(&rest.symbol, name).with_origin_of(v),
            }
        }
        Data::Unknown(symbol) => member_of_symbol(symbol, name)
            .with_origin_of(v)
            .marked(v.marks()),
        _ => Value::null().with_origin_of(v),
    })
}

fn member_of_symbol(symbol: &Symbol, name: &str) -> Value {
    Symbol::new(
        format!("{}.{name}", symbol.key()),
        format!("{}.{name}", symbol.shown()),
        symbol.cause().clone(),
    )
    .into()
}

/// The member of a list by number or of an object by key; null when there is none for certain.
pub fn index(value: &Value, key: &Value, caseless: bool) -> Value {
    lift2(value, key, &mut |v, k| {
        index_one(v, k, caseless).marked(v.marks() | k.marks())
    })
}

fn index_one(v: &Value, k: &Value, caseless: bool) -> Value {
    match (&v.data, &k.data) {
        (Data::List(list), Data::Number(super::Number::Int(i))) if list.rest.is_none() => {
            match usize::try_from(*i).ok().and_then(|i| list.items.get(i)) {
                Some(item) => item.clone(),
                None => Value::null().with_origin_of(v),
            }
        }
        (Data::Object(_) | Data::Unknown(_), Data::Text(text)) if text.as_known().is_some() => {
            member(v, text.as_known().unwrap_or_default(), caseless)
        }
        (Data::Unknown(symbol), Data::Number(n)) => Symbol::new(
            format!("{}[{n}]", symbol.key()),
            format!("{}[{n}]", symbol.shown()),
            symbol.cause().clone(),
        )
        .into(),
        (Data::Null, _) => Value::null().with_origin_of(v),
        _ => {
            let shown = format!("{}[{}]", quoted(v), quoted(k));
            Symbol::derived("[]", shown, &[v, k]).into()
        }
    }
}

/// The number of members, or of characters of a string.
pub fn length(value: &Value) -> Value {
    lift(value, &mut |v| match &v.data {
        Data::List(list) if list.rest.is_none() => (list.items.len() as i64).into(),
        Data::Object(object) if object.rest.is_none() => (object.entries.len() as i64).into(),
        Data::Text(text) if text.as_known().is_some() => {
            (text.as_known().map_or(0, |s| s.chars().count()) as i64).into()
        }
        Data::List(List {
            items,
            rest: Some(rest),
        }) if items.is_empty() && rest.symbol.counts().is_some() => counted(rest),
        Data::Object(Object {
            entries,
            rest: Some(rest),
        }) if entries.is_empty() && rest.symbol.counts().is_some() => counted(rest),
        _ => Symbol::derived("length", format!("length({})", quoted(v)), &[v]).into(),
    })
}

fn counted(rest: &Rest) -> Value {
    let counts = rest.symbol.counts().cloned();
    counts.unwrap_or_else(|| rest.symbol.clone().into())
}

#[cfg(test)]
mod tests {
    use super::super::{Cause, CauseKind, Entry};
    use super::*;

    fn sym(name: &str) -> Value {
        Symbol::new(name, name, Cause::new(CauseKind::Input, "no value")).into()
    }

    #[test]
    fn unknown_entries_leave_a_member_open() {
        let open = Object {
            rest: Some(std::sync::Arc::new(super::super::Rest {
                symbol: sym("x").as_symbol().cloned().unwrap(),
                element: None,
            })),
            ..Object::known(vec![Entry::new("a", 1.into())])
        };
        let value = Value::from(open);
        assert_eq!(member(&value, "a", false).as_int(), Some(1));
        assert!(member(&value, "b", false).as_symbol().is_some());
        assert!(member(&Value::object(vec![]), "b", false).is_null());
    }
}
