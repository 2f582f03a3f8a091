//! One rule on one binding: where it applies and holds, case by case.

use super::code::Expr;
use super::eval::{Env, Run, cause_of};
use super::logic::{Truth, is};
use super::types::{Datum, To, World};
use crate::value::{Assignment, Cause, CauseKind, Need, Symbol, Value};

/// Conditions that are split on, at most, for one rule and binding.
pub const MOST_SPLITS: usize = 6;

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
    fn is_like(&self, other: &Outcome) -> bool {
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

/// An outcome, with the further sides taken for it.
type Case = (Vec<(Symbol, bool)>, Outcome);

/// Judges `require` where `applies` holds and all bound resources exist. By-case values are split
/// on, at most `limit` deep; cases that end alike are merged, so that a rule that is violated
/// whatever the conditions gives one outcome without sides.
pub fn decide(
    applies: Option<&Expr>,
    require: &Expr,
    env: &Env,
    world: &dyn World,
    limit: usize,
) -> Vec<(Assignment, Outcome)> {
    let judge = Judge {
        applies,
        require,
        env,
        world,
    };
    let start = Assignment::new();
    judge
        .cases(&start, limit)
        .into_iter()
        .map(|(taken, outcome)| {
            let sides = taken.iter().fold(start.clone(), |sides, (cond, holds)| {
                sides.with(cond, *holds)
            });
            let outcome = match (outcome, taken.last()) {
                // The case may never occur.
                (Outcome::Violated, Some((cond, _))) if sides.entangled() => {
                    Outcome::undecided(cond.clone().into())
                }
                (outcome, _) => outcome,
            };
            (sides, outcome)
        })
        .collect()
}

struct Judge<'a> {
    applies: Option<&'a Expr>,
    require: &'a Expr,
    env: &'a Env,
    world: &'a dyn World,
}

impl Judge<'_> {
    fn cases(&self, sides: &Assignment, splits_left: usize) -> Vec<Case> {
        let cond = match self.outcome(sides) {
            Ok(outcome) => return vec![(Vec::new(), outcome)],
            Err(Need(cond)) => cond,
        };
        if splits_left == 0 {
            let outcome = Outcome::Undecided {
                cause: Cause::new(CauseKind::Limit, "it depends on too many conditions"),
                value: cond.into(),
            };
            return vec![(Vec::new(), outcome)];
        }
        let then = self.cases(&sides.with(&cond, true), splits_left - 1);
        let otherwise = self.cases(&sides.with(&cond, false), splits_left - 1);
        let alike = then.len() == otherwise.len()
            && then
                .iter()
                .zip(&otherwise)
                .all(|((s, a), (t, b))| s == t && a.is_like(b));
        if alike {
            return then;
        }
        let side = |cases: Vec<Case>, holds: bool| {
            let cond = cond.clone();
            cases.into_iter().map(move |(taken, outcome)| {
                let mut sides = vec![(cond.clone(), holds)];
                sides.extend(taken);
                (sides, outcome)
            })
        };
        side(then, true).chain(side(otherwise, false)).collect()
    }

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
