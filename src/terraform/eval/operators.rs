//! Operators and the conversions between scalars.

use super::access::short;
use super::{Evaluator, Scope, Typing, error, is_error};
use crate::terraform::syntax::ast::{Expr, Kind, Op, StepKind};
use crate::terraform::types::parse_number;
use crate::value::{Data, Number, Symbol, Value, and, eq, lift, lift2, or};

/// As a string, when it converts: scalars do, unknowns are taken to. Null stays null.
pub(in crate::terraform) fn to_string(value: &Value) -> Option<Value> {
    match &value.data {
        Data::Null | Data::Text(_) | Data::Unknown(_) => Some(value.clone()),
        Data::Bool(_) | Data::Number(_) => Some(
            Value::from(crate::value::to_text(value)?)
                .with_origin_of(value)
                .sensitive(value.is_sensitive()),
        ),
        Data::Cases(_) => all(value, to_string),
        Data::List(_) | Data::Object(_) => None,
    }
}

/// As a number, when it converts.
pub(in crate::terraform) fn to_number(value: &Value) -> Option<Value> {
    match &value.data {
        Data::Null | Data::Number(_) | Data::Unknown(_) => Some(value.clone()),
        Data::Text(text) => match text.as_known() {
            Some(text) => Some(
                Value::from(Data::Number(parse_number(text)?))
                    .with_origin_of(value)
                    .sensitive(value.is_sensitive()),
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
        Data::Null | Data::Bool(_) | Data::Unknown(_) => Some(value.clone()),
        Data::Text(text) => match text.as_known() {
            Some(text @ ("true" | "false")) => Some(
                Value::from(text == "true")
                    .with_origin_of(value)
                    .sensitive(value.is_sensitive()),
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
            Some((Data::Number(Number::Int(i)), _)) => match i.checked_neg() {
                Some(i) => i.into(),
                None => float(-(i as f64)),
            },
            Some((Data::Number(Number::Float(f)), _)) => float(-f),
            Some((Data::Unknown(_), n)) if is_error(&n) => n,
            Some((Data::Unknown(_), n)) => derived("-", &n),
            _ => error("`-` of what is no number"),
        },
    )
}

fn float(f: f64) -> Value {
    Data::Number(Number::from(f)).into()
}

/// `value > 0`, as the operator gives it: equal for equal input.
pub(in crate::terraform) fn greater_than_zero(value: &Value) -> Value {
    lift(value, &mut |v| compute(Op::Greater, v, &0.into()))
}

impl Evaluator<'_> {
    pub(super) fn binary(&self, op: Op, [left, right]: &[Expr; 2], scope: &Scope<'_>) -> Value {
        let a = self.eval(left, scope);
        let b = self.eval(right, scope);
        let value = match op {
            Op::And | Op::Or => logical(op, &a, &b),
            Op::Eq | Op::NotEq => {
                let typing = self.typing(left, right, scope);
                let same = equal(&a, &b, typing);
                if op == Op::Eq { same } else { not(&same) }
            }
            _ => lift2(&a, &b, &mut |a, b| compute(op, a, b)),
        };
        value.sensitive(a.hides() || b.hides())
    }

    /// How the types of two sides relate.
    fn typing(&self, left: &Expr, right: &Expr, scope: &Scope<'_>) -> Typing {
        let other = match (constructs(left), constructs(right)) {
            (false, true) => left,
            (true, false) => right,
            _ => return Typing::Constructed,
        };
        if let Kind::Traverse(t) = &other.kind
            && let (Kind::Name(root), [only]) = (&t.root.kind, &t.steps[..])
            && let StepKind::Attr(name) = &only.kind
            && &**root == "var"
        {
            return self.world.typing(scope.instance, name);
        }
        Typing::Unknown
    }
}

fn logical(op: Op, a: &Value, b: &Value) -> Value {
    let convert = |v: &Value| {
        lift(v, &mut |v| match to_bool(v) {
            Some(b) if !b.is_null() => b,
            _ => error("a logical operator on what is no boolean"),
        })
    };
    let (a, b) = (convert(a), convert(b));
    let deciding = op == Op::Or;
    if is_error(&a) && b.as_bool() != Some(deciding) {
        return a;
    }
    if is_error(&b) && a.as_bool() != Some(deciding) {
        return b;
    }
    if deciding { or(&a, &b) } else { and(&a, &b) }
}

/// Whether an expression builds a tuple or object: those have types of their own, and `var.list == []`
/// is false for every list.
fn constructs(e: &Expr) -> bool {
    matches!(e.kind, Kind::List(_) | Kind::Object(_) | Kind::For(_))
}

fn equal(a: &Value, b: &Value, typing: Typing) -> Value {
    lift2(a, b, &mut |a, b| {
        if is_error(a) {
            return a.clone();
        }
        if is_error(b) {
            return b.clone();
        }
        let collections = matches!(a.data, Data::List(_) | Data::Object(_))
            && matches!(b.data, Data::List(_) | Data::Object(_));
        let same = eq(a, b);
        if collections && typing == Typing::Collection {
            return false.into();
        }
        if typing == Typing::Unknown && collections && same.as_bool() != Some(false) {
            return Symbol::derived("==", format!("{} == {}", short(a), short(b)), &[a, b]).into();
        }
        same
    })
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
    arithmetic(op, *x, *y)
}

fn arithmetic(op: Op, x: Number, y: Number) -> Value {
    let (fx, fy) = (x.as_f64(), y.as_f64());
    let exact = |f: fn(i64, i64) -> Option<i64>, g: f64| match (x, y) {
        (Number::Int(i), Number::Int(j)) => f(i, j).map_or_else(|| float(g), Value::from),
        _ => float(g),
    };
    match op {
        Op::Plus => exact(i64::checked_add, fx + fy),
        Op::Minus => exact(i64::checked_sub, fx - fy),
        Op::Mul => exact(i64::checked_mul, fx * fy),
        Op::Div | Op::Mod if fy == 0.0 => error("a division by zero"),
        Op::Div => match (x, y) {
            (Number::Int(i), Number::Int(j)) if i.checked_rem(j) == Some(0) => (i / j).into(),
            _ => float(fx / fy),
        },
        Op::Mod => exact(i64::checked_rem, fx % fy),
        Op::Less => (fx < fy).into(),
        Op::LessEq => (fx <= fy).into(),
        Op::Greater => (fx > fy).into(),
        Op::GreaterEq => (fx >= fy).into(),
        Op::Eq | Op::NotEq | Op::And | Op::Or => error("an operator out of place"),
    }
}
