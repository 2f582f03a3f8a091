//! Values by case; which side each unknown condition takes, and the request to choose one more.

use std::sync::Arc;

use super::{Cases, CauseKind, Collection, Data, Marks, Members, Origin, Symbol, Value};

impl Value {
    /// By case; equal to `then` alone when both sides are the same scalar. Nested cases of the
    /// same condition are resolved.
    pub fn cases(cond: Symbol, then: Value, otherwise: Value) -> Value {
        let then = then.restrict(&cond, true);
        let otherwise = otherwise.restrict(&cond, false);
        match (&then.data, &otherwise.data) {
            // One side may stand where the other may not.
            _ if then.marks.ephemeral != otherwise.marks.ephemeral => {}
            (Data::Null, Data::Null) => return then.marked(otherwise.marks),
            (Data::Bool(a), Data::Bool(b)) if a == b => return then.marked(otherwise.marks),
            (Data::Number(a), Data::Number(b)) if a == b => {
                return then.marked(otherwise.marks);
            }
            (Data::Text(a), Data::Text(b)) if a == b => {
                return then.marked(otherwise.marks);
            }
            (Data::Unknown(a), Data::Unknown(b)) if a == b => {
                return then.marked(otherwise.marks);
            }
            _ => {}
        }
        let marks = Marks {
            sensitive: then.marks.sensitive && otherwise.marks.sensitive,
            ephemeral: then.marks.ephemeral && otherwise.marks.ephemeral,
        };
        Value {
            data: Data::Cases(Arc::new(Cases {
                cond,
                then,
                otherwise,
            })),
            origin: None,
            marks,
            collection: Collection::No,
            members: Members::Unsaid,
        }
    }

    /// What remains of by-case values of this condition when it is known.
    pub fn restrict(&self, cond: &Symbol, holds: bool) -> Value {
        match &self.data {
            Data::Cases(cases) => {
                if cases.cond == *cond {
                    let side = if holds { &cases.then } else { &cases.otherwise };
                    return self.carry(side.restrict(cond, holds));
                }
                let then = cases.then.restrict(cond, holds);
                let otherwise = cases.otherwise.restrict(cond, holds);
                self.carry(
                    Data::Cases(Arc::new(Cases {
                        cond: cases.cond.clone(),
                        then,
                        otherwise,
                    }))
                    .into(),
                )
            }
            Data::Unknown(symbol) if symbol == cond => self.carry(holds.into()),
            _ => self.clone(),
        }
    }

    /// A case of `self`: it keeps its own origin, or takes this one's when it has none, and the
    /// longer chain when this value read it through something.
    fn carry(&self, mut case: Value) -> Value {
        case.marks |= self.marks;
        if let Some(outer) = &self.origin {
            case.origin = Some(match &case.origin {
                Some(inner) => Origin::prefixed(outer, inner),
                None => outer.clone(),
            });
        }
        case
    }
}

/// Sides taken. The same condition takes the same side everywhere.
#[derive(Clone, Debug, Default)]
pub struct Assignment {
    taken: Vec<(Symbol, bool)>,
}

/// Evaluation can't go on before this condition has a side.
#[derive(Clone, Debug)]
pub struct Need(pub Symbol);

impl Assignment {
    /// No side taken.
    pub fn new() -> Assignment {
        Assignment::default()
    }

    /// With one more side taken.
    pub fn with(&self, cond: &Symbol, holds: bool) -> Assignment {
        let mut taken = self.taken.clone();
        taken.push((cond.clone(), holds));
        Assignment { taken }
    }

    /// The sides, in the order taken.
    pub fn taken(&self) -> &[(Symbol, bool)] {
        &self.taken
    }

    /// The side of a condition: taken itself, or settled by another. A value that equals `"a"` does
    /// not equal `"b"`, and what is not null where it equals something that is not.
    pub fn side(&self, cond: &Symbol) -> Option<bool> {
        if let Some((_, holds)) = self.taken.iter().find(|(c, _)| c == cond) {
            return Some(*holds);
        }
        let (subject, other) = cond.equals()?;
        self.taken.iter().find_map(|(c, holds)| {
            let (s, o) = c.equals()?;
            (*holds && s == subject && o != other).then_some(false)
        })
    }

    /// Whether the sides may depend on each other in ways that [`Assignment::side`] does not see: two
    /// conditions on the same input. Such a case may never occur, so nothing is claimed of it.
    pub fn entangled(&self) -> bool {
        self.taken.iter().enumerate().any(|(i, (a, _))| {
            self.taken[i + 1..].iter().any(|(b, _)| {
                let exclusive =
                    matches!((a.equals(), b.equals()), (Some((s, _)), Some((t, _))) if s == t);
                !exclusive && a.shares_input(b)
            })
        })
    }

    /// A condition that Azure settles when it is deployed. Which of several known values something has is
    /// none: that is chosen with the place where it is deployed.
    pub fn answered(&self) -> Option<&Symbol> {
        let answered =
            |cond: &Symbol| cond.cause().kind == CauseKind::Deployment && cond.equals().is_none();
        let mut conditions = self.taken.iter().map(|(cond, _)| cond);
        conditions.find(|cond| answered(cond))
    }

    /// The case of a value that these sides select.
    ///
    /// # Errors
    /// The condition to decide first, when one is open.
    pub fn resolve(&self, value: &Value) -> Result<Value, Need> {
        let mut value = value.clone();
        loop {
            let cond = match &value.data {
                Data::Cases(cases) => cases.cond.clone(),
                Data::Unknown(symbol) => {
                    return Ok(match self.side(symbol) {
                        Some(holds) => value.restrict(&symbol.clone(), holds),
                        None => value,
                    });
                }
                _ => return Ok(value),
            };
            match self.side(&cond) {
                Some(holds) => value = value.restrict(&cond, holds),
                None => return Err(Need(cond)),
            }
        }
    }

    /// For people: "when `var.private` is false and `var.x == "a"`".
    pub fn shown(&self) -> Option<String> {
        let settled = |cond: &Symbol| {
            let subject = cond.equals().map(|(subject, _)| subject);
            self.taken.iter().any(|(c, holds)| {
                *holds && c != cond && subject.is_some() && c.equals().map(|(s, _)| s) == subject
            })
        };
        let parts: Vec<String> = self
            .taken
            .iter()
            // That it is one value says already that it is no other.
            .filter(|(cond, holds)| *holds || !settled(cond))
            .map(|(cond, holds)| match (cond.equals(), holds) {
                (Some(_), true) => format!("`{}`", cond.shown()),
                (Some(_), false) => format!("`{}`", cond.shown().replacen(" == ", " != ", 1)),
                (None, holds) => format!("`{}` is {holds}", cond.shown()),
            })
            .collect();
        (!parts.is_empty()).then(|| parts.join(" and "))
    }
}
