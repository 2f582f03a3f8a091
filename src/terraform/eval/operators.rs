//! Operators and the conversions between scalars.

use std::cmp::Ordering;

use super::access::short;
use super::numbers;
use super::{Evaluator, Scope, error, is_error, limit, quiet_error};
use crate::terraform::functions::error_in;
use crate::terraform::syntax::ast::{Expr, Kind, Op};
use crate::terraform::types::{Type, parse_number};
use crate::value::{Data, Members, Number, Symbol, Tri, Value, and, compare, eq, lift, lift2, or};

/// As a string, when it converts: scalars do, unknowns are taken to. Null stays null.
pub(in crate::terraform) fn to_string(value: &Value) -> Option<Value> {
    match &value.data {
        Data::Unknown(_) if Type::of(value).holds_members() => None,
        Data::Null | Data::Text(_) | Data::Unknown(_) => Some(value.clone()),
        Data::Bool(_) | Data::Number(_) => Some(
            Value::from(crate::value::to_text(value)?)
                .with_origin_of(value)
                .marked(value.marks()),
        ),
        Data::Cases(_) => all(value, to_string),
        Data::List(_) | Data::Object(_) => None,
    }
}

/// As a number, when it converts.
pub(in crate::terraform) fn to_number(value: &Value) -> Option<Value> {
    match &value.data {
        Data::Unknown(_) if Type::of(value).holds_members() => None,
        Data::Null | Data::Number(_) | Data::Unknown(_) => Some(value.clone()),
        Data::Text(text) => match text.as_known() {
            Some(text) => Some(
                Value::from(Data::Number(parse_number(text)?))
                    .with_origin_of(value)
                    .marked(value.marks()),
            ),
            None => Some(derived("tonumber", value)),
        },
        Data::Cases(_) => all(value, to_number),
        _ => None,
    }
}

/// As a boolean, when it converts.
pub(in crate::terraform) fn to_bool(value: &Value) -> Option<Value> {
    match &value.data {
        Data::Unknown(_) if Type::of(value).holds_members() => None,
        Data::Null | Data::Bool(_) | Data::Unknown(_) => Some(value.clone()),
        Data::Text(text) => match text.as_known() {
            Some(text @ ("true" | "false" | "1" | "0")) => Some(
                Value::from(matches!(text, "true" | "1"))
                    .with_origin_of(value)
                    .marked(value.marks()),
            ),
            Some(_) => None,
            None => Some(derived("tobool", value)),
        },
        Data::Cases(_) => all(value, to_bool),
        _ => None,
    }
}

/// Converts each case; a case that does not convert is an error value.
fn all(value: &Value, convert: fn(&Value) -> Option<Value>) -> Option<Value> {
    Some(lift(value, &mut |v| {
        convert(v).unwrap_or_else(|| error("a value of the wrong type"))
    }))
}

fn derived(function: &str, value: &Value) -> Value {
    Symbol::derived(function, format!("{function}({})", short(value)), &[value]).into()
}

pub(super) fn not(value: &Value) -> Value {
    lift(value, &mut |v| match to_bool(v) {
        Some(b) if !b.is_null() && !is_error(&b) => crate::value::not(&b),
        Some(e) if is_error(&e) => e,
        _ => error("`!` of what is no boolean"),
    })
}

pub(super) fn negate(value: &Value) -> Value {
    lift(
        value,
        &mut |v| match to_number(v).map(|n| (n.data.clone(), n)) {
            // A zero below zero, which Terraform writes as `-0`.
            Some((Data::Number(Number::Int(0)), _)) => derived("-", v),
            Some((Data::Number(n), _)) => match numbers::negate(n) {
                Some(n) => Data::Number(n).into(),
                None => derived("-", v),
            },
            Some((Data::Unknown(_), n)) if is_error(&n) => n,
            Some((Data::Unknown(_), n)) => derived("-", &n),
            _ => error("`-` of what is no number"),
        },
    )
}

/// `value > 0`, as the operator gives it: equal for equal input.
pub(in crate::terraform) fn greater_than_zero(value: &Value) -> Value {
    lift(value, &mut |v| compute(Op::Greater, v, &0.into()))
}

impl Evaluator<'_> {
    /// A chain of operators costs no depth, however long it is.
    pub(super) fn binary(&self, op: Op, sides: &[Expr; 2], scope: &Scope<'_>) -> Value {
        let mut open = vec![(op, &sides[1])];
        let mut first = &sides[0];
        while let Kind::Binary(op, sides) = &first.kind {
            open.push((*op, &sides[1]));
            first = &sides[0];
        }
        let mut value = self.eval(first, scope);
        let start = first.span;
        while let Some((op, right)) = open.pop() {
            if !self.spend(1) {
                return limit("evaluating it takes more steps than azvet follows");
            }
            let right_value = self.eval(right, scope);
            let result = operate(op, &value, &right_value).or_at(start.to(right.span));
            value = decided(result, [&value, &right_value]);
        }
        value
    }
}

/// The result of a comparison, with the side that decides: of `&&` and `||` the one that the result is.
fn decided(result: Value, sides: [&Value; 2]) -> Value {
    let Some(is) = result.as_bool() else {
        return result;
    };
    let decisive = sides.iter().find(|side| side.as_bool() == Some(is));
    decisive
        .into_iter()
        .chain(&sides)
        .fold(result, |result, side| result.decided_by(side))
}

fn operate(op: Op, a: &Value, b: &Value) -> Value {
    let value = match op {
        Op::And | Op::Or => logical(op, a, b),
        Op::Eq | Op::NotEq => {
            let same = equal(a, b);
            if op == Op::Eq { same } else { not(&same) }
        }
        _ => lift2(a, b, &mut |a, b| compute(op, a, b)),
    };
    value.marked(a.all_marks() | b.all_marks())
}

fn logical(op: Op, a: &Value, b: &Value) -> Value {
    let convert = |v: &Value| {
        lift(v, &mut |v| match to_bool(v) {
            Some(b) if !b.is_null() => b,
            _ => error("a logical operator on what is no boolean"),
        })
    };
    let (a, b) = (convert(a), convert(b));
    // Terraform evaluates both sides; since 1.12 a left one that decides is enough.
    if a.as_bool() == Some(op == Op::Or) && is_error(&b) {
        return quiet_error("an error that Terraform minds before 1.12");
    }
    match [&a, &b].into_iter().find(|v| is_error(v)) {
        Some(error) => error.clone(),
        None if op == Op::Or => or(&a, &b),
        None => and(&a, &b),
    }
}

/// Terraform compares types first: `[]` is a tuple and equals no list, empty or not.
pub(in crate::terraform) fn equal(a: &Value, b: &Value) -> Value {
    lift2(a, b, &mut |a, b| {
        if let Some(error) = [a, b].into_iter().find_map(error_in) {
            return error.clone();
        }
        let collections = matches!(a.data, Data::List(_) | Data::Object(_))
            && matches!(b.data, Data::List(_) | Data::Object(_));
        if !collections {
            return match Type::of(a).differs(&Type::of(b)) {
                true => false.into(),
                false => eq(a, b),
            };
        }
        // What providers make of a list that is written is not known here.
        let provided = |v: &Value| v.origin().is_some_and(|o| o.references().next().is_some());
        if provided(a) || provided(b) {
            return Symbol::derived("==", format!("{} == {}", short(a), short(b)), &[a, b]).into();
        }
        let types = [Type::of(a), Type::of(b)];
        if types[0].differs(&types[1]) {
            return false.into();
        }
        let same = eq(a, b);
        // Two empty lists may be of different types.
        let said = [a, b].map(Value::members);
        if a.is_empty() && b.is_empty() && !said.contains(&Members::Unsaid) {
            return (said[0] == said[1]).into();
        }
        if same.as_bool() == Some(true) && !types.iter().all(Type::is_definite) {
            return Symbol::derived("==", format!("{} == {}", short(a), short(b)), &[a, b]).into();
        }
        same
    })
}

/// What [`equal`] says for certain, without a symbol for what it leaves open.
pub(in crate::terraform) fn alike(a: &Value, b: &Value) -> Tri {
    let scalar = |v: &Value| {
        !matches!(v.data, Data::List(_) | Data::Object(_) | Data::Cases(_)) && !is_error(v)
    };
    if scalar(a) && scalar(b) {
        return compare(a, b);
    }
    equal(a, b).as_bool().map_or(Tri::Unknown, Tri::from)
}

/// Arithmetic and comparison of values that are not by case.
fn compute(op: Op, a: &Value, b: &Value) -> Value {
    if is_error(a) {
        return a.clone();
    }
    if is_error(b) {
        return b.clone();
    }
    let (Some(x), Some(y)) = (to_number(a), to_number(b)) else {
        return error("an operator on what is no number");
    };
    let (Data::Number(x), Data::Number(y)) = (&x.data, &y.data) else {
        if x.is_null() || y.is_null() {
            return error("an operator on null");
        }
        let shown = format!("{} {} {}", short(a), op.sign(), short(b));
        return Symbol::derived(op.sign(), shown, &[a, b]).into();
    };
    let number = |n: Option<Number>| n.map(|n| Value::from(Data::Number(n)));
    let ordered = |is: fn(Ordering) -> bool| x.compare(*y).map(|o| Value::from(is(o)));
    let result = match op {
        Op::Plus => number(numbers::add(*x, *y)),
        Op::Minus => number(numbers::negate(*y).and_then(|y| numbers::add(*x, y))),
        Op::Mul => number(numbers::multiply(*x, *y)),
        Op::Div => number(numbers::divide(*x, *y)),
        Op::Mod => number(numbers::remainder(*x, *y)),
        Op::Less => ordered(Ordering::is_lt),
        Op::LessEq => ordered(Ordering::is_le),
        Op::Greater => ordered(Ordering::is_gt),
        Op::GreaterEq => ordered(Ordering::is_ge),
        Op::Eq | Op::NotEq | Op::And | Op::Or => None,
    };
    result.unwrap_or_else(|| {
        let shown = format!("{} {} {}", short(a), op.sign(), short(b));
        Symbol::derived(op.sign(), shown, &[a, b]).into()
    })
}
