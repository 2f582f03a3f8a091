//! One rule on one binding: whether it applies and holds, in one case.

use super::code::Expr;
use super::eval::{Env, Run, cause_of};
use super::logic::{Truth, is};
use super::types::{Datum, To, World};
use crate::value::{Assignment, Cause, Need, Value};

/// What a rule says of a binding, in one case.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It does not apply.
    NotApplicable,
    /// It applies and holds, or holds whether it applies or not.
    Holds,
    /// It applies and does not hold.
    Violated,
    /// Something that matters is not known.
    Undecided {
        /// Why.
        cause: Cause,
        /// What.
        value: Value,
    },
}

impl Outcome {
    /// Equal but for what exactly is unknown.
    pub(in crate::rules) fn is_like(&self, other: &Outcome) -> bool {
        match (self, other) {
            (Outcome::NotApplicable, Outcome::NotApplicable)
            | (Outcome::Holds, Outcome::Holds)
            | (Outcome::Violated, Outcome::Violated) => true,
            (Outcome::Undecided { cause: a, .. }, Outcome::Undecided { cause: b, .. }) => a == b,
            _ => false,
        }
    }

    fn undecided(value: Value) -> Outcome {
        Outcome::Undecided {
            cause: cause_of(&value),
            value,
        }
    }
}

/// Judges `require` where `applies` holds and all bound resources exist, under these sides.
///
/// # Errors
/// The condition to choose a side of first.
pub fn judge(
    applies: Option<&Expr>,
    require: &Expr,
    env: &Env,
    world: &dyn World,
    sides: &Assignment,
) -> Result<Outcome, Need> {
    let judge = Judge {
        applies,
        require,
        env,
        world,
    };
    judge.outcome(sides)
}

/// Whether a part of a condition makes all of it false.
pub fn rules_out(part: &Expr, env: &Env, world: &dyn World, sides: &Assignment) -> bool {
    is(
        &Run::new(&part.source, env, world, sides).truth(&part.code),
        false,
    )
}

struct Judge<'a> {
    applies: Option<&'a Expr>,
    require: &'a Expr,
    env: &'a Env,
    world: &'a dyn World,
}

impl Judge<'_> {
    fn outcome(&self, sides: &Assignment) -> Result<Outcome, Need> {
        let mut need = None;
        for datum in &self.env.0 {
            match self.is_there(datum, sides) {
                Ok(true) => {}
                Ok(false) => return Ok(Outcome::NotApplicable),
                Err(cond) => _ = need.get_or_insert(cond),
            }
        }
        let applies = match self.applies {
            Some(expr) => self.truth(expr, sides),
            None => Ok(Truth::True),
        };
        if is(&applies, false) {
            return Ok(Outcome::NotApplicable);
        }
        if let Some(need) = need {
            return Err(need);
        }
        let applies = applies?;
        let holds = self.truth(self.require, sides);
        Ok(match applies {
            // It may not apply, but if it does, it holds.
            Truth::Unknown(_) if is(&holds, true) => Outcome::Holds,
            // A side of what it needs may decide whether it applies, too.
            Truth::Unknown(value) => holds.map(|_| Outcome::undecided(value))?,
            Truth::True | Truth::False => match holds? {
                Truth::True => Outcome::Holds,
                Truth::False => Outcome::Violated,
                Truth::Unknown(value) => Outcome::undecided(value),
            },
        })
    }

    fn truth(&self, expr: &Expr, sides: &Assignment) -> Result<Truth, Need> {
        Run::new(&expr.source, self.env, self.world, sides).truth(&expr.code)
    }

    /// Whether a bound resource exists.
    fn is_there(&self, datum: &Datum, sides: &Assignment) -> Result<bool, Need> {
        let run = Run::new("", &Env::default(), self.world, sides);
        let Datum::Resource(target) = datum else {
            return Ok(true);
        };
        match run.settle_target(target.clone())?.to {
            To::Resource(id) => run.exists(id),
            _ => Ok(true),
        }
    }
}
