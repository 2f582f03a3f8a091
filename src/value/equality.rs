//! Whether values are equal: a value again, since of unknowns it may be open.

use super::{Data, Object, Symbol, Tri, Value, lift2};

/// `value == null`.
pub fn is_null(value: &Value) -> Value {
    eq(value, &Value::null())
}

/// `a == b`.
pub fn eq(a: &Value, b: &Value) -> Value {
    lift2(a, b, &mut |a, b| match compare(a, b) {
        Tri::True => true.into(),
        Tri::False => false.into(),
        Tri::Unknown => Symbol::equality(a, b).into(),
    })
}

/// `a == b` as far as it is certain for the values as they are; what is by case is not split.
pub fn compare(a: &Value, b: &Value) -> Tri {
    match (&a.data, &b.data) {
        (Data::Cases(_), _) | (_, Data::Cases(_)) => {
            // Inside collections: equal only when built alike.
            if super::key_of(a) == super::key_of(b) {
                Tri::True
            } else {
                Tri::Unknown
            }
        }
        (Data::Unknown(x), Data::Unknown(y)) if x == y => Tri::True,
        (Data::Unknown(x), Data::Null) | (Data::Null, Data::Unknown(x)) => {
            if x.nullable() {
                Tri::Unknown
            } else {
                Tri::False
            }
        }
        (Data::Unknown(x), Data::Text(text)) | (Data::Text(text), Data::Unknown(x))
            if text.as_known() == Some("") && is_id(x) =>
        {
            Tri::False
        }
        (Data::Unknown(_), Data::Text(_)) | (Data::Text(_), Data::Unknown(_)) => {
            match (a.as_text(), b.as_text()) {
                (Some(x), Some(y)) => x.equals(&y, false),
                _ => Tri::Unknown,
            }
        }
        (Data::Unknown(_), _) | (_, Data::Unknown(_)) => Tri::Unknown,
        (Data::Null, Data::Null) => Tri::True,
        (Data::Bool(x), Data::Bool(y)) => (x == y).into(),
        (Data::Number(x), Data::Number(y)) if x.is_exact() && y.is_exact() => (x == y).into(),
        (Data::Number(x), Data::Number(y)) => match x.compare(*y) {
            Some(_) => Tri::False,
            None => Tri::Unknown,
        },
        (Data::Text(x), Data::Text(y)) => x.equals(y, false),
        (Data::List(x), Data::List(y)) => {
            if x.rest.is_some() || y.rest.is_some() {
                let same = super::key_of(a) == super::key_of(b);
                return if same { Tri::True } else { Tri::Unknown };
            }
            if x.items.len() != y.items.len() {
                return Tri::False;
            }
            all(x
                .items
                .iter()
                .zip(y.items.iter())
                .map(|(x, y)| compare(x, y)))
        }
        (Data::Object(x), Data::Object(y)) => {
            compare_objects(x, y, || super::key_of(a) == super::key_of(b))
        }
        _ => Tri::False,
    }
}

/// The id of a resource, which is never empty: `var.partner_id == "" ? null : var.partner_id`.
fn is_id(symbol: &Symbol) -> bool {
    symbol.reference().is_some_and(|r| &*r.attribute == "id")
}

fn compare_objects(x: &Object, y: &Object, alike: impl Fn() -> bool) -> Tri {
    if x.rest.is_some() || y.rest.is_some() {
        return if alike() { Tri::True } else { Tri::Unknown };
    }
    if x.entries.len() != y.entries.len() {
        return Tri::False;
    }
    all(x.entries.iter().map(|e| match y.get(&e.key) {
        Some(other) => compare(&e.value, &other.value),
        None => Tri::False,
    }))
}

fn all(parts: impl Iterator<Item = Tri>) -> Tri {
    let mut result = Tri::True;
    for part in parts {
        match part {
            Tri::False => return Tri::False,
            Tri::Unknown => result = Tri::Unknown,
            Tri::True => {}
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::super::{Assignment, Cause, CauseKind, Reference, not};
    use super::*;

    fn sym(name: &str) -> Value {
        Symbol::new(name, name, Cause::new(CauseKind::Input, "no value")).into()
    }

    #[test]
    fn equal_symbols_are_equal_and_others_are_open() {
        assert_eq!(eq(&sym("a"), &sym("a")).as_bool(), Some(true));
        assert_eq!(eq(&sym("a"), &sym("b")).as_bool(), None);
        assert_eq!(not(&eq(&sym("a"), &Value::null())).as_bool(), None);
    }

    #[test]
    fn ids_are_never_empty() {
        let reads = |attribute: &str| -> Value {
            let symbol = sym("x").as_symbol().cloned().unwrap();
            let (resource, attribute) = ("a.b".into(), attribute.into());
            symbol
                .referring(Reference {
                    resource,
                    attribute,
                })
                .into()
        };
        assert_eq!(eq(&reads("id"), &"".into()).as_bool(), Some(false));
        assert_eq!(eq(&"".into(), &reads("id")).as_bool(), Some(false));
        assert_eq!(eq(&reads("id"), &"/subscriptions".into()).as_bool(), None);
        assert_eq!(eq(&reads("name"), &"".into()).as_bool(), None);
    }

    #[test]
    fn one_equality_settles_others_of_the_same_subject() {
        let is = |s: &str| match eq(&sym("mode"), &s.into()).data {
            Data::Unknown(symbol) => symbol,
            other => panic!("{other:?}"),
        };
        let sides = Assignment::new().with(&is("a"), true);
        assert_eq!(sides.side(&is("b")), Some(false));
        assert_eq!(sides.side(&is("a")), Some(true));
        assert_eq!(Assignment::new().with(&is("a"), false).side(&is("b")), None);
        assert_eq!(sides.shown().as_deref(), Some("`mode == \"a\"`"));
    }
}
