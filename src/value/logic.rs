//! Conditions and choices. Each operation accepts values by case and answers by case; what it can't
//! decide is a symbol that is equal for equal operands.

use super::symbol::quoted;
use super::{Cause, CauseKind, Data, Symbol, Value, eq, is_null};

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
    Symbol::derived("cases", "a choice with too many cases", values)
        .because(Cause::new(
            CauseKind::Limit,
            "it depends on too many conditions",
        ))
        .into()
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sym(name: &str) -> Value {
        Symbol::new(name, name, Cause::new(CauseKind::Input, "no value")).into()
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
