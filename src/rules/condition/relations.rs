//! Resources: their attributes, whether they are the same, of which kind, and in which order they come.

use super::code::Code;
use super::eval::{Run, nullable};
use super::logic::{Judged, Truth};
use super::types::{Datum, KindId, Members, ResourceId, Target, To, Type};
use crate::model;
use crate::value::{Cause, CauseKind, Need, Symbol, Tri, Value};

impl Run<'_> {
    pub(super) fn attribute(
        &mut self,
        code: &Code,
        target: &Code,
        name: &str,
    ) -> Result<Datum, Need> {
        let target = self.target(target)?;
        match target.to {
            To::Resource(id) => match self.world.member(id, name) {
                Some(datum) => self.settle_datum(datum),
                None => {
                    let cause = self.world.cause(id).unwrap_or_else(|| {
                        Cause::new(CauseKind::Unsupported, format!("`{name}` is not read"))
                    });
                    let key = format!("resource {}.{name}", id.0);
                    let shown = format!("{}.{name}", self.world.name(id));
                    Ok(typed(&code.ty, Symbol::new(key, shown, cause)))
                }
            },
            To::Unknown(symbol) | To::Other(symbol) => {
                let key = format!("{}.{name}", symbol.key());
                let shown = format!("{}.{name}", symbol.shown());
                Ok(typed(
                    &code.ty,
                    Symbol::new(key, shown, symbol.cause().clone()),
                ))
            }
            To::Null | To::Cases(_) => Ok(absent(&code.ty, &target.value)),
        }
    }

    pub(super) fn same(&mut self, code: &Code, a: &To, b: &To) -> Judged {
        let cause = match (a, b) {
            (To::Null, To::Null) => return Ok(Truth::True),
            (To::Resource(a), To::Resource(b)) => match self.world.same(*a, *b) {
                Tri::True => return Ok(Truth::True),
                Tri::False => return Ok(Truth::False),
                Tri::Unknown => (self.world.cause(*a))
                    .or_else(|| self.world.cause(*b))
                    .unwrap_or_else(|| {
                        let (a, b) = (self.world.name(*a), self.world.name(*b));
                        let text = format!("{a} and {b} may be the same");
                        Cause::new(CauseKind::Deployment, text)
                    }),
            },
            (To::Unknown(a), To::Unknown(b)) if a == b => return Ok(Truth::True),
            (To::Other(a), To::Other(b)) if a == b => return Ok(Truth::True),
            // What is of no kind here is none of what is.
            (To::Other(_), To::Null | To::Resource(_))
            | (To::Null | To::Resource(_), To::Other(_)) => {
                return Ok(Truth::False);
            }
            (To::Unknown(symbol), To::Null) | (To::Null, To::Unknown(symbol))
                if !symbol.nullable() =>
            {
                return Ok(Truth::False);
            }
            (To::Unknown(symbol) | To::Other(symbol), _)
            | (_, To::Unknown(symbol) | To::Other(symbol)) => symbol.cause().clone(),
            _ => return Ok(Truth::False),
        };
        self.open(code, cause)
    }

    pub(super) fn kind_is(&mut self, code: &Code, target: &Target, kind: KindId) -> Judged {
        match &target.to {
            To::Resource(id) => match self.world.kind(*id) {
                Some(found) => Ok((found == kind).into()),
                None => {
                    let cause = self.outside(*id);
                    self.open(code, cause)
                }
            },
            To::Unknown(symbol) => self.open(code, symbol.cause().clone()),
            To::Null | To::Other(_) | To::Cases(_) => Ok(Truth::False),
        }
    }

    pub(super) fn outside(&self, id: ResourceId) -> Cause {
        self.world.cause(id).unwrap_or_else(|| {
            let text = format!("the kind of {} is not known", self.world.name(id));
            Cause::new(CauseKind::Outside, text)
        })
    }

    pub(super) fn as_kind(&mut self, code: &Code, of: &Code, kind: KindId) -> Result<Datum, Need> {
        let target = self.target(of)?;
        Ok(match self.kind_is(code, &target, kind)? {
            Truth::True => target.into(),
            Truth::False => Target::null(target.value).into(),
            Truth::Unknown(unknown) => {
                let value = target.value;
                let to = To::Unknown(nullable(&unknown));
                Target { to, value }.into()
            }
        })
    }

    /// The ARM type; null for no resource.
    pub(super) fn arm_type(&mut self, code: &Code, of: &Code) -> Result<Datum, Need> {
        let target = self.target(of)?;
        let cause = match &target.to {
            To::Resource(id) => match self.world.arm_type(*id) {
                Some(name) => return Ok(Value::from(name.as_str()).into()),
                None => self.outside(*id),
            },
            // Which resource it is may be open, or one that is no kind here; its id says the type.
            To::Unknown(symbol) => match model::type_in(&target.value) {
                Some(name) => return Ok(Value::from(name.as_str()).into()),
                None => symbol.cause().clone(),
            },
            // It is none of the types that rules ask for.
            To::Null | To::Other(_) | To::Cases(_) => return Ok(Value::null().into()),
        };
        Ok(self.unknown(code, cause).into())
    }

    /// The resource before the plan; null where it was not there, or there is no plan.
    pub(super) fn prior(&mut self, of: &Code) -> Result<Datum, Need> {
        let target = self.target(of)?;
        Ok(match target.to {
            To::Resource(id) => match self.world.prior(id) {
                Some(prior) => Target::resource(prior),
                None => Target::null(Value::null()),
            },
            _ => target,
        }
        .into())
    }

    /// What the plan does; null where there is none.
    pub(super) fn planned(&mut self, code: &Code, of: &Code) -> Result<Datum, Need> {
        Ok(match self.target(of)?.to {
            To::Resource(id) => self.world.planned(id).map_or_else(Value::null, Value::from),
            To::Unknown(symbol) => self.unknown(code, symbol.cause().clone()),
            To::Null | To::Other(_) | To::Cases(_) => Value::null(),
        }
        .into())
    }

    pub(super) fn waits_for(&mut self, code: &Code, sides: &[Code; 2]) -> Judged {
        let (a, b) = (self.target(&sides[0])?, self.target(&sides[1])?);
        let cause = match (a.to, b.to) {
            (To::Resource(a), To::Resource(b)) => match self.world.waits_for(a, b) {
                Tri::True => return Ok(Truth::True),
                Tri::False => return Ok(Truth::False),
                Tri::Unknown => (self.world.cause(a))
                    .or_else(|| self.world.cause(b))
                    .unwrap_or_else(|| {
                        Cause::new(CauseKind::Unsupported, "the order is not known")
                    }),
            },
            (To::Unknown(symbol) | To::Other(symbol), _)
            | (_, To::Unknown(symbol) | To::Other(symbol)) => symbol.cause().clone(),
            _ => {
                return Ok(Truth::Unknown(
                    self.invalid(code, "is about a resource that is not there"),
                ));
            }
        };
        self.open(code, cause)
    }
}

/// An unknown of a type.
pub(super) fn typed(ty: &Type, symbol: Symbol) -> Datum {
    match ty {
        Type::Resource(_) | Type::AnyResource => Target {
            value: symbol.clone().into(),
            to: To::Unknown(symbol),
        }
        .into(),
        Type::Resources(_) | Type::AnyResources => Members::unknown(symbol.cause().clone()).into(),
        _ => Value::from(symbol).into(),
    }
}

/// An attribute of nothing.
fn absent(ty: &Type, of: &Value) -> Datum {
    let null = Value::null().with_origin_of(of);
    match ty {
        Type::Resource(_) | Type::AnyResource => Target::null(null).into(),
        Type::Resources(_) | Type::AnyResources => Members::default().into(),
        _ => null.into(),
    }
}
