//! The values that the validations of a variable admit, where they say them one by one.

use std::path::Path;

use super::conditions::Condition;
use super::eval::{Evaluator, Scope, World};
use super::module::Variable;
use super::refs::Target;
use super::syntax::ast::{Expr, Kind, Name, Op, StepKind};
use crate::files::Files;
use crate::value::{Data, Value, eq, select};

/// Of more values each is not looked at by itself.
const MOST: usize = 4;

/// A variable without a value, by case where few are admitted: each is one that it may have.
pub(super) fn cases(variable: &Variable, unknown: Value) -> Value {
    match values(variable).as_deref() {
        Some([first @ .., last]) if !variable.marks.any() => {
            first.iter().rev().fold(last.clone(), |otherwise, value| {
                select(&eq(&unknown, value), value, &otherwise)
            })
        }
        _ => unknown,
    }
}

/// The values, few and of the variable's type.
fn values(variable: &Variable) -> Option<Vec<Value>> {
    let mut listed = variable
        .validations
        .iter()
        .find_map(|v| listed(&v.holds, &variable.name))?;
    if let Some(ty) = &variable.ty {
        listed = listed.iter().map(|v| ty.convert(v)).collect();
    }
    let mut values: Vec<Value> = Vec::new();
    for value in listed {
        let new = values
            .iter()
            .all(|v| eq(v, &value).as_bool() == Some(false));
        if new && !refused(variable, &value) {
            values.push(value);
        }
    }
    let scalar =
        |v: &Value| v.is_fully_known() && !matches!(v.data, Data::List(_) | Data::Object(_));
    (values.len() <= MOST && values.iter().all(scalar)).then_some(values)
}

/// Whether some validation does not hold for a value.
fn refused(variable: &Variable, value: &Value) -> bool {
    let world = Given {
        name: &variable.name,
        value,
    };
    let fuel = std::cell::Cell::new(10_000);
    let ev = Evaluator::new(&world, &fuel);
    let holds = |v: &Condition| ev.eval(&v.holds, &Scope::default()).as_bool();
    let null = value.is_null() && !variable.nullable;
    null || variable.validations.iter().any(|v| holds(v) == Some(false))
}

/// The values of a variable for which a condition may hold, if it lists them.
fn listed(condition: &Expr, name: &Name) -> Option<Vec<Value>> {
    match &condition.kind {
        Kind::Binary(Op::Or, sides) => {
            let mut values = listed(&sides[0], name)?;
            values.extend(listed(&sides[1], name)?);
            Some(values)
        }
        Kind::Binary(Op::And, sides) => sides.iter().find_map(|side| listed(side, name)),
        Kind::Binary(Op::Eq, sides) => match &**sides {
            [a, b] if is(a, name) => Some(vec![literal(b)?]),
            [a, b] if is(b, name) => Some(vec![literal(a)?]),
            _ => None,
        },
        Kind::Call(call) => match (&*call.name, &call.args[..]) {
            ("contains", [list, member]) if is(member, name) => match &list.kind {
                Kind::List(items) => items.iter().map(literal).collect(),
                _ => None,
            },
            ("can", [inner]) => match &inner.kind {
                Kind::Call(call) if &*call.name == "regex" => match &call.args[..] {
                    [pattern, text] if is(text, name) => alternatives(pattern.as_str()?),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Whether an expression is just the variable.
fn is(expr: &Expr, name: &Name) -> bool {
    let Kind::Traverse(t) = &expr.kind else {
        return false;
    };
    let root = matches!(&t.root.kind, Kind::Name(root) if &**root == "var");
    root && matches!(&t.steps[..], [step] if matches!(&step.kind, StepKind::Attr(n) if n == name))
}

fn literal(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        Kind::Literal(value) => Some(value.clone()),
        _ => None,
    }
}

/// The texts that `^(a|b)$` matches.
fn alternatives(pattern: &str) -> Option<Vec<Value>> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let grouped = inner.strip_prefix('(').and_then(|s| s.strip_suffix(')'));
    let words: Vec<&str> = match grouped {
        Some(group) => group
            .strip_prefix("?:")
            .unwrap_or(group)
            .split('|')
            .collect(),
        None => vec![inner],
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ' ');
    let all = words.iter().all(|w| !w.is_empty() && w.chars().all(plain));
    all.then(|| words.into_iter().map(Value::from).collect())
}

/// A world in which one variable has a value and nothing else is known.
struct Given<'v> {
    name: &'v Name,
    value: &'v Value,
}

impl World for Given<'_> {
    fn lookup(&self, _: usize, target: &Target) -> Option<Value> {
        match target {
            Target::Variable(name) if name == self.name => Some(self.value.clone()),
            _ => None,
        }
    }

    fn ambient(&self, _: usize, _: &str, _: &str) -> Option<Value> {
        None
    }

    fn files(&self) -> Option<(&dyn Files, &Path)> {
        None
    }
}
