//! Truth in three values. What decides wins over what is unknown, and over conditions that are open.

use super::code::{Ask, Code, Each, OnChange, Op};
use super::eval::{Run, cause_of};
use super::functions;
use super::types::{Datum, To};
use crate::value::{self, Cause, CauseKind, Data, Need, Tri, Value};

/// A decided boolean, or the unknown that stands for it.
#[derive(Clone, Debug)]
pub(super) enum Truth {
    True,
    False,
    Unknown(Value),
}

impl From<bool> for Truth {
    fn from(b: bool) -> Truth {
        if b { Truth::True } else { Truth::False }
    }
}

impl From<Truth> for Value {
    fn from(truth: Truth) -> Value {
        match truth {
            Truth::True => true.into(),
            Truth::False => false.into(),
            Truth::Unknown(value) => value,
        }
    }
}

pub(super) type Judged = Result<Truth, Need>;

impl<'a> Run<'a> {
    /// An expression of boolean type.
    pub(super) fn truth(&mut self, code: &Code) -> Judged {
        match &code.op {
            Op::Not(inner) => {
                let inner = self.truth(inner)?;
                Ok(self.negated(code, inner, true))
            }
            Op::And(sides) => self.either(code, sides, false),
            Op::Or(sides) => self.either(code, sides, true),
            Op::Equal {
                sides,
                caseless,
                negated,
            } => {
                let (a, b) = (self.value(&sides[0])?, self.value(&sides[1])?);
                let mut equal = self.equal(&a, &b, *caseless)?;
                if matches!(equal, Truth::Unknown(_)) {
                    // Not equal, if the least and the most are on the same side of it.
                    let below = |a: i64, b: i64| (a < b).into();
                    let above = |a: i64, b: i64| (a > b).into();
                    for side in [&below as &dyn Fn(i64, i64) -> Value, &above] {
                        let decided = self.by_size(sides, [&a, &b], side)?;
                        if decided.and_then(|d| d.as_bool()) == Some(true) {
                            equal = Truth::False;
                        }
                    }
                }
                Ok(self.negated(code, equal, *negated))
            }
            Op::Same { sides, negated } => {
                let (a, b) = (self.target(&sides[0])?, self.target(&sides[1])?);
                let same = self.same(code, &a.to, &b.to)?;
                Ok(self.negated(code, same, *negated))
            }
            Op::IsNull { of, negated } => {
                let null = self.is_null(code, of)?;
                Ok(self.negated(code, null, *negated))
            }
            Op::Order {
                order,
                sides,
                caseless,
            } => {
                let (a, b) = (self.value(&sides[0])?, self.value(&sides[1])?);
                let mut value = functions::order(*order, &a, &b, *caseless);
                if value.as_bool().is_none() {
                    let order =
                        |a: i64, b: i64| functions::order(*order, &a.into(), &b.into(), false);
                    if let Some(decided) = self.by_size(sides, [&a, &b], &order)? {
                        value = decided;
                    }
                }
                self.judge(code, value)
            }
            Op::In { sides, caseless } => {
                let item = self.value(&sides[0])?;
                self.quantified(code, &sides[1], true, &mut |run, member| match member {
                    Datum::Value(member) => run.equal(&item, &member, *caseless),
                    _ => Ok(Truth::False),
                })
            }
            Op::InResources(sides) => {
                let item = self.target(&sides[0])?;
                self.quantified(code, &sides[1], true, &mut |run, member| match member {
                    Datum::Resource(member) => run.same(code, &item.to, &member.to),
                    _ => Ok(Truth::False),
                })
            }
            Op::Each {
                each: each @ (Each::Exists | Each::All),
                over,
                slot,
                body,
            } => {
                let find = *each == Each::Exists;
                self.quantified(code, over, find, &mut |run, member| {
                    run.with_slot(*slot, member, |run| run.truth(body))
                })
            }
            Op::Each {
                each: Each::ExistsOne,
                over,
                slot,
                body,
            } => self.exactly_one(code, over, *slot, body),
            Op::KindIs { of, kind } => {
                let target = self.target(of)?;
                self.kind_is(code, &target, *kind)
            }
            Op::Created(of) => match self.target(of)?.to {
                To::Resource(id) => Ok(self.world.created(id).into()),
                To::Unknown(symbol) => self.open(code, symbol.cause().clone()),
                _ => Ok(Truth::False),
            },
            Op::Written(of) => {
                let value = self.source_value(of)?;
                if !value.is_null() && self.world.deployed() {
                    const CAUSE: &str = "a state does not tell what its configuration says";
                    return self.open(code, Cause::new(CauseKind::Outside, CAUSE));
                }
                Ok((!value.is_null() && value.span().is_some()).into())
            }
            Op::OnChange { does, of, name } => match self.target(of)?.to {
                To::Resource(id) => match does {
                    OnChange::Replaces => Ok(self.world.forces_replacement(id, name).into()),
                    OnChange::Nothing => match self.world.is_ignored(id, name) {
                        Tri::Unknown => {
                            const CAUSE: &str =
                                "plans and states do not tell what `ignore_changes` names";
                            self.open(code, Cause::new(CauseKind::Outside, CAUSE))
                        }
                        ignored => Ok((ignored == Tri::True).into()),
                    },
                },
                To::Unknown(symbol) => self.open(code, symbol.cause().clone()),
                _ => Ok(Truth::False),
            },
            Op::WaitsFor(sides) => self.waits_for(code, sides),
            Op::ComesBefore(sides) => {
                let (a, b) = (self.target(&sides[0])?, self.target(&sides[1])?);
                match (a.to, b.to) {
                    (To::Resource(a), To::Resource(b)) => Ok((a < b).into()),
                    (To::Unknown(symbol), _) | (_, To::Unknown(symbol)) => {
                        self.open(code, symbol.cause().clone())
                    }
                    _ => Ok(Truth::False),
                }
            }
            Op::Traffic { ask, of } if *ask != Ask::Rule => self.traffic_truth(code, *ask, of),
            _ => {
                let value = self.value(code)?;
                self.judge(code, value)
            }
        }
    }

    /// A value where true or false is needed.
    pub(super) fn judge(&mut self, code: &Code, value: Value) -> Judged {
        let value = self.settle(value)?;
        Ok(match &value.data {
            Data::Bool(b) => (*b).into(),
            Data::Unknown(_) => Truth::Unknown(value),
            Data::Null => {
                Truth::Unknown(self.invalid(code, "is not set, and so not true or false"))
            }
            _ => Truth::Unknown(self.invalid(code, "is not true or false")),
        })
    }

    pub(super) fn negated(&mut self, code: &Code, truth: Truth, negated: bool) -> Truth {
        match truth {
            truth if !negated => truth,
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown(value) => {
                let cause = cause_of(&value);
                Truth::Unknown(self.unknown(code, cause))
            }
        }
    }

    /// `&&` and `||`: `wins` decides from either side, over unknowns and over open conditions.
    pub(super) fn either(&mut self, code: &Code, sides: &[Code; 2], wins: bool) -> Judged {
        let left = self.truth(&sides[0]);
        if is(&left, wins) {
            return left;
        }
        let right = self.truth(&sides[1]);
        if is(&right, wins) {
            return right;
        }
        Ok(match (left?, right?) {
            (Truth::Unknown(a), Truth::Unknown(_)) => {
                let cause = cause_of(&a);
                Truth::Unknown(self.unknown(code, cause))
            }
            (unknown @ Truth::Unknown(_), _) | (_, unknown) => unknown,
        })
    }

    pub(super) fn is_null(&mut self, code: &Code, of: &Code) -> Judged {
        if of.ty.is_resource() {
            return match self.target(of)?.to {
                To::Resource(_) | To::Other(_) => Ok(Truth::False),
                To::Unknown(symbol) if symbol.nullable() => self.open(code, symbol.cause().clone()),
                To::Unknown(_) => Ok(Truth::False),
                To::Null | To::Cases(_) => Ok(Truth::True),
            };
        }
        let value = self.value(of)?;
        let null = value::is_null(&value);
        self.judge(code, null)
    }

    /// A comparison with a size of which only bounds are known, where they decide it.
    fn by_size(
        &mut self,
        sides: &[Code; 2],
        values: [&Value; 2],
        compare: &dyn Fn(i64, i64) -> Value,
    ) -> Result<Option<Value>, Need> {
        let mut bounds = [(0, None); 2];
        for i in 0..2 {
            bounds[i] = match values[i].as_int() {
                Some(int) => (int, Some(int)),
                None => match self.bounds(&sides[i])? {
                    Some(bounds) => bounds,
                    None => return Ok(None),
                },
            };
        }
        // Comparisons are monotone: what holds at all corners holds between.
        let [a, b] = bounds.map(|(least, most)| [least, most.unwrap_or(i64::MAX)]);
        let first = compare(a[0], b[0]);
        let corners = [(0, 1), (1, 0), (1, 1)];
        let same = corners
            .iter()
            .all(|(i, j)| compare(a[*i], b[*j]).as_bool() == first.as_bool());
        Ok(same.then_some(first))
    }

    /// Equality of settled values.
    pub(super) fn equal(&mut self, a: &Value, b: &Value, caseless: bool) -> Judged {
        let (a, b) = (self.settled_deep(a)?, self.settled_deep(b)?);
        let value = self.settle(functions::equal(&a, &b, caseless, self.sides)?)?;
        Ok(match value.as_bool() {
            Some(b) => b.into(),
            None => Truth::Unknown(value),
        })
    }

    /// Lists with their members settled, too.
    pub(super) fn settled_deep(&self, value: &Value) -> Result<Value, Need> {
        let value = self.settle(value.clone())?;
        let Data::List(list) = &value.data else {
            return Ok(value);
        };
        let open = |v: &Value| !matches!(v.data, Data::Text(_) | Data::Number(_) | Data::Bool(_));
        if !list.items.iter().any(open) {
            return Ok(value);
        }
        let items: Result<Vec<Value>, Need> =
            list.items.iter().map(|v| self.settled_deep(v)).collect();
        let list = value::List {
            items: items?.into(),
            rest: list.rest.clone(),
        };
        Ok(Value::from(Data::List(list))
            .with_origin_of(&value)
            .sensitive(value.is_sensitive()))
    }
}

pub(super) fn is(judged: &Judged, wanted: bool) -> bool {
    match judged {
        Ok(Truth::True) => wanted,
        Ok(Truth::False) => !wanted,
        _ => false,
    }
}
