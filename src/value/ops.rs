//! Three-valued operations. Each accepts values by case and answers by case; what it can't decide is
//! a symbol that is equal for equal operands.

use super::symbol::quoted;
use super::{Data, List, Object, Rest, Symbol, Text, Tri, Value};

/// Values by case nested deeper than this are given up as unknown.
const DEEPEST: usize = 6;

/// Applies `f` in each case of `value`.
pub fn lift(value: &Value, f: &mut dyn FnMut(&Value) -> Value) -> Value {
    lift_in(value, DEEPEST, f)
}

fn lift_in(value: &Value, depth: usize, f: &mut dyn FnMut(&Value) -> Value) -> Value {
    let Data::Cases(cases) = &value.data else {
        return f(value);
    };
    if depth == 0 {
        return too_many(&[value]);
    }
    let then = lift_in(&value.restrict(&cases.cond, true), depth - 1, f);
    let otherwise = lift_in(&value.restrict(&cases.cond, false), depth - 1, f);
    Value::cases(cases.cond.clone(), then, otherwise).with_origin_of(value)
}

/// Applies `f` in each combination of cases; a condition that both share takes the same side in both.
pub fn lift2(a: &Value, b: &Value, f: &mut dyn FnMut(&Value, &Value) -> Value) -> Value {
    lift2_in(a, b, DEEPEST, f)
}

fn lift2_in(
    a: &Value,
    b: &Value,
    depth: usize,
    f: &mut dyn FnMut(&Value, &Value) -> Value,
) -> Value {
    let cond = match (&a.data, &b.data) {
        (Data::Cases(cases), _) | (_, Data::Cases(cases)) => cases.cond.clone(),
        _ => return f(a, b),
    };
    if depth == 0 {
        return too_many(&[a, b]);
    }
    let side = |holds| (a.restrict(&cond, holds), b.restrict(&cond, holds));
    let (ta, tb) = side(true);
    let then = lift2_in(&ta, &tb, depth - 1, f);
    let (oa, ob) = side(false);
    let otherwise = lift2_in(&oa, &ob, depth - 1, f);
    Value::cases(cond, then, otherwise)
}

fn too_many(values: &[&Value]) -> Value {
    use super::{Cause, CauseKind};
    Symbol::derived("cases", "a choice with too many cases", values)
        .because(Cause::new(
            CauseKind::Limit,
            "it depends on too many conditions",
        ))
        .into()
}

/// `a == b`.
pub fn eq(a: &Value, b: &Value) -> Value {
    lift2(a, b, &mut |a, b| match compare(a, b) {
        Tri::True => true.into(),
        Tri::False => false.into(),
        Tri::Unknown => Symbol::equality(a, b).into(),
    })
}

fn compare(a: &Value, b: &Value) -> Tri {
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

/// `value == null`.
pub fn is_null(value: &Value) -> Value {
    eq(value, &Value::null())
}

/// `!value`. Of anything but a boolean: unknown, never a guess.
pub fn not(value: &Value) -> Value {
    lift(value, &mut |v| match &v.data {
        Data::Bool(b) => (!b).into(),
        Data::Unknown(symbol) => Value::cases(symbol.clone(), false.into(), true.into()),
        _ => Symbol::derived("not", format!("!{}", quoted(v)), &[v]).into(),
    })
}

/// `a && b`; false wins over unknown.
pub fn and(a: &Value, b: &Value) -> Value {
    if b.as_bool() == Some(false) {
        return false.into();
    }
    select(a, b, &false.into())
}

/// `a || b`; true wins over unknown.
pub fn or(a: &Value, b: &Value) -> Value {
    if b.as_bool() == Some(true) {
        return true.into();
    }
    select(a, &true.into(), b)
}

/// `cond ? then : otherwise`; by case when the condition is unknown.
pub fn select(cond: &Value, then: &Value, otherwise: &Value) -> Value {
    lift(cond, &mut |c| match &c.data {
        Data::Bool(true) => then.clone(),
        Data::Bool(false) => otherwise.clone(),
        Data::Unknown(symbol) => Value::cases(symbol.clone(), then.clone(), otherwise.clone()),
        _ => Symbol::derived(
            "if",
            "a condition that is no boolean",
            &[c, then, otherwise],
        )
        .into(),
    })
}

/// The first value that is not null (and not empty text, when `skip_empty`).
pub fn coalesce(values: &[Value], skip_empty: bool) -> Value {
    let Some((first, rest)) = values.split_first() else {
        return Value::null();
    };
    if rest.is_empty() {
        return first.clone();
    }
    let mut absent = is_null(first);
    if skip_empty {
        absent = or(&absent, &eq(first, &"".into()));
    }
    if absent.as_bool() == Some(false) {
        return first.clone();
    }
    select(&absent, &coalesce(rest, skip_empty), first)
}

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
                (Some(entry), _) => entry.value.clone().sensitive(v.is_sensitive()),
                (None, None) => Value::null().with_origin_of(v),
                (None, Some(rest)) => member_of_symbol(&rest.symbol, name).with_origin_of(v),
            }
        }
        Data::Unknown(symbol) => member_of_symbol(symbol, name)
            .with_origin_of(v)
            .sensitive(v.is_sensitive()),
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
        index_one(v, k, caseless).sensitive(v.is_sensitive() || k.is_sensitive())
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
            Symbol::derived("index", shown, &[v, k]).into()
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

/// As a string: scalars are written out, symbols become a piece. `None` for collections and null.
pub fn to_text(value: &Value) -> Option<Text> {
    match &value.data {
        Data::Text(text) => Some(text.clone()),
        Data::Unknown(symbol) => Some(Text::symbol(symbol.clone())),
        Data::Bool(b) => Some(Text::from(if *b { "true" } else { "false" })),
        Data::Number(n) if n.is_exact() => Some(Text::from(n.to_string().as_str())),
        Data::Number(_) => {
            let symbol = Symbol::derived("tostring", "a number with many digits", &[value]);
            Some(Text::symbol(symbol))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Assignment, Cause, CauseKind, Entry, Reference};
    use super::*;
    use proptest::prelude::*;

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
    fn the_same_condition_takes_the_same_side_everywhere() {
        let subnet = select(&sym("c"), &"id".into(), &Value::null());
        let public = select(&sym("c"), &"Disabled".into(), &"Enabled".into());
        let both = and(&not(&is_null(&subnet)), &eq(&public, &"Enabled".into()));
        assert_eq!(both.as_bool(), Some(false));
        let reverse = select(&sym("c"), &"Enabled".into(), &"Disabled".into());
        let both = and(&not(&is_null(&subnet)), &eq(&reverse, &"Enabled".into()));
        assert_eq!(both.as_bool(), None);
        let Data::Cases(cases) = &both.data else {
            panic!("by case")
        };
        assert_eq!(
            (cases.then.as_bool(), cases.otherwise.as_bool()),
            (Some(true), Some(false))
        );
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

    /// A boolean expression over conditions `a`, `b`, `c`.
    #[derive(Clone, Debug)]
    enum Expr {
        Var(usize),
        Const(bool),
        Not(Box<Expr>),
        And(Box<Expr>, Box<Expr>),
        Or(Box<Expr>, Box<Expr>),
        If(Box<Expr>, Box<Expr>, Box<Expr>),
        Eq(Box<Expr>, Box<Expr>),
    }

    fn any_expr() -> impl Strategy<Value = Expr> {
        let leaf = prop_oneof![
            (0usize..3).prop_map(Expr::Var),
            any::<bool>().prop_map(Expr::Const)
        ];
        leaf.prop_recursive(4, 24, 3, |inner| {
            let two = (inner.clone(), inner.clone());
            prop_oneof![
                inner.clone().prop_map(|a| Expr::Not(a.into())),
                two.clone().prop_map(|(a, b)| Expr::And(a.into(), b.into())),
                two.clone().prop_map(|(a, b)| Expr::Or(a.into(), b.into())),
                two.prop_map(|(a, b)| Expr::Eq(a.into(), b.into())),
                (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| Expr::If(
                    a.into(),
                    b.into(),
                    c.into()
                )),
            ]
        })
    }

    fn evaluate(expr: &Expr, vars: &[Value; 3]) -> Value {
        match expr {
            Expr::Var(i) => vars[*i].clone(),
            Expr::Const(b) => (*b).into(),
            Expr::Not(a) => not(&evaluate(a, vars)),
            Expr::And(a, b) => and(&evaluate(a, vars), &evaluate(b, vars)),
            Expr::Or(a, b) => or(&evaluate(a, vars), &evaluate(b, vars)),
            Expr::If(a, b, c) => select(&evaluate(a, vars), &evaluate(b, vars), &evaluate(c, vars)),
            Expr::Eq(a, b) => eq(&evaluate(a, vars), &evaluate(b, vars)),
        }
    }

    proptest! {
        /// Evaluating with unknowns and then choosing sides gives what evaluating with those sides
        /// gives; a value decided early is right for every choice.
        #[test]
        fn cases_agree_with_plain_evaluation(expr in any_expr(), sides in any::<[bool; 3]>()) {
            let names = ["a", "b", "c"];
            let open = evaluate(&expr, &names.map(sym));
            let plain = evaluate(&expr, &sides.map(Value::from)).as_bool();
            prop_assert!(plain.is_some());
            let mut chosen = open.clone();
            for (name, side) in names.iter().zip(sides) {
                let cond = sym(name);
                let cond = cond.as_symbol().unwrap();
                chosen = chosen.restrict(cond, side);
            }
            if let Some(early) = open.as_bool() {
                prop_assert_eq!(Some(early), plain);
            }
            // Nesting beyond the limit may end undecided, never wrong.
            prop_assert!(chosen.as_bool().is_none() || chosen.as_bool() == plain);
        }
    }
}
