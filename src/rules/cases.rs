//! What a check says, case by case; what cases have in common is said once.

use super::condition::Outcome;
use crate::value::{Assignment, Cause, CauseKind, Need};

/// Conditions that one result may be split on; more leave it undecided.
pub(super) const MOST_CONDITIONS: usize = 6;

/// An outcome, and the sides taken for it.
pub(super) type Case = (Assignment, Outcome);

/// Judges from these sides on, splitting where a side is needed.
pub(super) fn outcomes(
    sides: &Assignment,
    judge: &dyn Fn(&Assignment) -> Result<Outcome, Need>,
) -> Vec<Case> {
    let need = match judge(sides) {
        Ok(outcome) => return vec![(sides.clone(), outcome)],
        Err(need) => need,
    };
    if sides.taken().len() >= MOST_CONDITIONS {
        return vec![(sides.clone(), too_many(&need))];
    }
    [true, false]
        .into_iter()
        .flat_map(|holds| outcomes(&sides.with(&need.0, holds), judge))
        .collect()
}

/// What is said where one more condition would have to be split on.
pub(super) fn too_many(need: &Need) -> Outcome {
    Outcome::Undecided {
        cause: Cause::new(CauseKind::Limit, "it depends on too many conditions"),
        value: need.0.clone().into(),
    }
}

/// What is claimed of a case: nothing that two conditions on the same input may rule out, and nothing of
/// what Azure answers, of which nobody chooses the side.
fn claimed(outcome: Outcome, sides: &Assignment) -> Outcome {
    if let (Outcome::Violated, Some(cond)) = (&outcome, sides.answered()) {
        return Outcome::Undecided {
            cause: cond.cause().clone(),
            value: cond.clone().into(),
        };
    }
    match (outcome, sides.taken().last()) {
        (Outcome::Violated, Some((cond, _))) if sides.entangled() => Outcome::Undecided {
            cause: Cause::new(
                CauseKind::Limit,
                "it depends on conditions that may exclude each other",
            ),
            value: cond.clone().into(),
        },
        (outcome, _) => outcome,
    }
}

/// Joins cases that differ in one condition only and say the same. What would then still need two
/// conditions on the same input is not claimed.
pub(super) fn merge(mut cases: Vec<Case>) -> Vec<Case> {
    loop {
        let found = (0..cases.len()).find_map(|i| {
            (i + 1..cases.len()).find_map(|j| {
                let joined = join(&cases[i].0, &cases[j].0)?;
                cases[i].1.is_like(&cases[j].1).then_some((i, j, joined))
            })
        });
        let Some((i, j, joined)) = found else {
            return cases
                .into_iter()
                .map(|(sides, outcome)| (sides.clone(), claimed(outcome, &sides)))
                .collect();
        };
        cases.remove(j);
        cases[i].0 = joined;
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
