//! What a check says, case by case; what cases have in common is said once.

use super::compile::Check;
use super::condition::{self, Datum, Env, World};
use crate::source::Span;
use crate::value::{Assignment, Cause, CauseKind, Need, Value};

/// What a check says of one choice of its bindings, in one case.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    /// The check does not apply.
    Silent,
    /// It holds.
    Holds,
    /// It is violated.
    Violated,
    /// It can't be told.
    Undecided(Cause, Option<Span>),
}

/// A verdict, and the sides taken for it.
pub(super) type Case = (Assignment, Verdict);

/// Judges a check where all its names are bound.
///
/// # Errors
/// The condition to choose a side of first.
pub(super) fn judge(
    check: &Check,
    env: &Env,
    world: &dyn World,
    sides: &Assignment,
) -> Result<Verdict, Need> {
    let applies = match &check.applies {
        None => Ok(true),
        Some(applies) => truth(condition::eval(applies, env, world, sides)?),
    };
    if matches!(applies, Ok(false)) {
        return Ok(Verdict::Silent);
    }
    let holds = truth(condition::eval(&check.require, env, world, sides)?);
    Ok(match (applies, holds) {
        (Ok(_), Ok(true)) => Verdict::Holds,
        // Whether it applies or not.
        (Err(_), Ok(true)) => Verdict::Silent,
        (Err(value), _) | (_, Err(value)) => undecided(&value),
        (Ok(_), Ok(false)) if sides.entangled() => Verdict::Undecided(
            Cause::new(
                CauseKind::Limit,
                "it depends on conditions that may exclude each other",
            ),
            None,
        ),
        (Ok(_), Ok(false)) => Verdict::Violated,
    })
}

fn truth(datum: Datum) -> Result<bool, Value> {
    match datum {
        Datum::Value(value) => value.as_bool().ok_or(value),
        _ => Err(Value::null()),
    }
}

fn undecided(value: &Value) -> Verdict {
    let cause = value.first_symbol().map_or_else(
        || {
            Cause::new(
                CauseKind::Invalid,
                "it is not of the type that the rule needs",
            )
        },
        |symbol| symbol.cause().clone(),
    );
    Verdict::Undecided(cause, value.span())
}

/// Joins cases that differ in one condition only and say the same.
pub(super) fn merge(mut cases: Vec<Case>) -> Vec<Case> {
    loop {
        let found = (0..cases.len()).find_map(|i| {
            (i + 1..cases.len()).find_map(|j| {
                let joined = join(&cases[i].0, &cases[j].0)?;
                alike(&cases[i].1, &cases[j].1).then_some((i, j, joined))
            })
        });
        let Some((i, j, joined)) = found else {
            return cases;
        };
        cases.remove(j);
        cases[i].0 = joined;
    }
}

fn alike(a: &Verdict, b: &Verdict) -> bool {
    match (a, b) {
        (Verdict::Undecided(x, _), Verdict::Undecided(y, _)) => x == y,
        _ => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

/// What two assignments have in common when they differ in the side of one condition only.
fn join(a: &Assignment, b: &Assignment) -> Option<Assignment> {
    let (a, b) = (a.taken(), b.taken());
    if a.len() != b.len() {
        return None;
    }
    let mut joined = Assignment::new();
    let mut differ = 0;
    for (cond, holds) in a {
        let (_, other) = b.iter().find(|(c, _)| c == cond)?;
        if holds == other {
            joined = joined.with(cond, *holds);
        } else {
            differ += 1;
        }
    }
    (differ <= 1).then_some(joined)
}
