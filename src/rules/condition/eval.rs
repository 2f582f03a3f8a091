//! Evaluation under an assignment of sides. What is by case asks for a side; what is unknown stays so.

use super::code::{Ask, Code, Each, Expr, Function, Op};
use super::functions;
use super::logic::{Judged, Truth};
use super::relations::typed;
use super::types::{Datum, Members, Target, To, World};
use crate::value::{self, Assignment, Cause, CauseKind, Data, Need, Symbol, Text, Value};

/// A datum for each name of the [`super::Scope`], in the same order.
#[derive(Clone, Debug, Default)]
pub struct Env(pub Vec<Datum>);

/// Evaluates an expression under these sides.
///
/// # Errors
/// The condition to choose a side of first.
pub fn eval(expr: &Expr, env: &Env, world: &dyn World, sides: &Assignment) -> Result<Datum, Need> {
    Run::new(&expr.source, env, world, sides).datum(&expr.code)
}

/// One evaluation.
pub(super) struct Run<'a> {
    source: &'a str,
    pub(super) world: &'a dyn World,
    pub(super) sides: &'a Assignment,
    /// The environment, then the variables of the macros around.
    pub(super) slots: Vec<Datum>,
    fresh: u32,
}

/// Why a value is not known.
pub(super) fn cause_of(value: &Value) -> Cause {
    match value.first_symbol() {
        Some(symbol) => symbol.cause().clone(),
        None => Cause::new(
            CauseKind::Invalid,
            "it is not of the type that the rule needs",
        ),
    }
}

impl<'a> Run<'a> {
    pub(super) fn new(
        source: &'a str,
        env: &Env,
        world: &'a dyn World,
        sides: &'a Assignment,
    ) -> Run<'a> {
        Run {
            source,
            world,
            sides,
            slots: env.0.clone(),
            fresh: 0,
        }
    }

    fn text_of(&self, code: &Code) -> &'a str {
        self.source.get(code.range.clone()).unwrap_or_default()
    }

    /// An unknown that equals nothing but itself.
    pub(super) fn unknown(&mut self, code: &Code, cause: Cause) -> Value {
        self.fresh += 1;
        let key = format!("condition#{}", self.fresh);
        let symbol = Symbol::new(key, self.text_of(code), cause);
        symbol.never_null().into()
    }

    pub(super) fn open(&mut self, code: &Code, cause: Cause) -> Judged {
        Ok(Truth::Unknown(self.unknown(code, cause)))
    }

    /// An unknown because the template has something here that the rule can't use.
    pub(super) fn invalid(&mut self, code: &Code, what: &str) -> Value {
        let text = format!("`{}` {what}", self.text_of(code));
        self.unknown(code, Cause::new(CauseKind::Invalid, text))
    }

    /// The case that the sides select.
    pub(super) fn settle(&self, value: Value) -> Result<Value, Need> {
        match value.data {
            Data::Cases(_) | Data::Unknown(_) => self.sides.resolve(&value),
            _ => Ok(value),
        }
    }

    pub(super) fn settle_target(&self, mut target: Target) -> Result<Target, Need> {
        while let To::Cases(cases) = target.to {
            let cases = *cases;
            let side = self.sides.side(&cases.cond);
            let chosen = match side {
                Some(true) => cases.then,
                Some(false) => cases.otherwise,
                None => return Err(Need(cases.cond)),
            };
            let value = if chosen.value.span().is_some() {
                chosen.value
            } else {
                chosen.value.with_origin_of(&target.value)
            };
            target = Target {
                to: chosen.to,
                value,
            };
        }
        Ok(target)
    }

    pub(super) fn settle_datum(&self, datum: Datum) -> Result<Datum, Need> {
        Ok(match datum {
            Datum::Value(value) => self.settle(value)?.into(),
            Datum::Resource(target) => self.settle_target(target)?.into(),
            members @ Datum::Resources(_) => members,
        })
    }

    /// The value of an expression of value type.
    pub(super) fn value(&mut self, code: &Code) -> Result<Value, Need> {
        match self.datum(code)? {
            Datum::Value(value) => Ok(value),
            _ => Ok(self.invalid(code, "is a resource where a value is needed")),
        }
    }

    /// The value that an expression stands for, or that leads to its resource; null for collections.
    pub(super) fn source_value(&mut self, code: &Code) -> Result<Value, Need> {
        Ok(match self.datum(code)? {
            Datum::Value(value) => value,
            Datum::Resource(target) => target.value,
            Datum::Resources(_) => Value::null(),
        })
    }

    pub(super) fn target(&mut self, code: &Code) -> Result<Target, Need> {
        let value = match self.datum(code)? {
            Datum::Resource(target) => return Ok(target),
            Datum::Value(value) if value.is_null() => return Ok(Target::null(value)),
            Datum::Value(value) => value,
            Datum::Resources(_) => Value::null(),
        };
        let unknown = match value.as_symbol() {
            Some(symbol) => symbol.clone().into(),
            None => self.invalid(code, "is no resource"),
        };
        Ok(match unknown.data {
            Data::Unknown(symbol) => Target {
                to: To::Unknown(symbol),
                value,
            },
            _ => Target::null(value),
        })
    }

    /// Any expression.
    pub(super) fn datum(&mut self, code: &Code) -> Result<Datum, Need> {
        match &code.op {
            Op::Const(value) => Ok(value.clone().into()),
            Op::Slot(slot) => match self.slots.get(*slot) {
                Some(datum) => self.settle_datum(datum.clone()),
                None => Ok(self.invalid(code, "has no value").into()),
            },
            Op::Attribute { target, name } => self.attribute(code, target, name),
            Op::Entry { target, name } => {
                let target = self.value(target)?;
                let value = value::member(&target, name, true);
                Ok(self.settle(value)?.into())
            }
            Op::Index(parts) => {
                let (list, key) = (self.value(&parts[0])?, self.value(&parts[1])?);
                let value = self.settle(value::index(&list, &key, true))?;
                let open = list.as_list().is_some_and(|l| l.rest.is_some());
                Ok(match &value.data {
                    // There may be no such member.
                    Data::Unknown(_) if open || key.first_symbol().is_some() => {
                        Value::from(nullable(&value)).with_origin_of(&value).into()
                    }
                    _ => value.into(),
                })
            }
            Op::Negate(inner) => {
                let value = functions::negate(&self.value(inner)?);
                Ok(self.settle(value)?.into())
            }
            Op::Arithmetic { op, sides } => {
                let (a, b) = (self.value(&sides[0])?, self.value(&sides[1])?);
                let value = functions::arithmetic(*op, &a, &b);
                Ok(self.settle(value)?.into())
            }
            Op::If(parts) => self.choice(code, parts),
            Op::List(items) => {
                let items: Result<Vec<Value>, Need> = items.iter().map(|i| self.value(i)).collect();
                Ok(Value::list(items?).into())
            }
            Op::ResourceList(items) => {
                let mut members = Members::default();
                for item in items {
                    match self.target(item)?.to {
                        To::Resource(id) => members.items.push(id),
                        To::Unknown(symbol) => members.incomplete = Some(symbol.cause().clone()),
                        _ => {}
                    }
                }
                Ok(members.into())
            }
            Op::Each {
                each: Each::Filter,
                over,
                slot,
                body,
            } => self.filter(code, over, *slot, body),
            Op::Each {
                each: Each::Map,
                over,
                slot,
                body,
            } => self.map(code, over, *slot, body),
            Op::Call {
                function,
                args,
                caseless,
            } => {
                let mut args = args
                    .iter()
                    .map(|a| self.value(a))
                    .collect::<Result<Vec<Value>, Need>>()?;
                if *function == Function::ContainsRange {
                    args[0] = self.settled_deep(&args[0])?;
                }
                let value = functions::call(*function, &args, *caseless);
                Ok(self.settle(value)?.into())
            }
            Op::Reads(of) => {
                let value = self.source_value(of)?;
                let chain = value.origin().map(|origin| origin.references());
                let own = value.as_symbol().and_then(Symbol::reference);
                let read = chain.into_iter().flatten().chain(own).next();
                Ok(read
                    .map_or_else(Value::null, |r| Value::from(&*r.attribute))
                    .into())
            }
            Op::Mentions { of, attribute } => {
                let value = self.source_value(of)?;
                let text = value.as_text();
                let mut read = text
                    .iter()
                    .flat_map(Text::symbols)
                    .filter_map(Symbol::reference);
                Ok(Value::from(read.any(|r| r.attribute == *attribute)).into())
            }
            Op::Lookup { table, key } => {
                let key = self.value(key)?;
                let found = match (&key.data, key.as_str()) {
                    (Data::Null, _) => Value::null(),
                    (_, Some(key)) => self.world.lookup(table, key).unwrap_or_else(Value::null),
                    _ => {
                        let shown = format!("lookup('{table}', {})", key.shown());
                        let unknown = Symbol::derived(&format!("lookup {table}"), shown, &[&key]);
                        nullable(&unknown.into()).into()
                    }
                };
                Ok(self.settle(found)?.into())
            }
            Op::ArmType(of) => self.arm_type(code, of),
            Op::Prior(of) => self.prior(of),
            Op::Planned(of) => self.planned(code, of),
            Op::Count(over) => self.count(code, over),
            Op::AllOf(kind) => Ok(self.world.all(*kind).into()),
            Op::AsKind { of, kind } => self.as_kind(code, of, *kind),
            Op::Traffic { ask: Ask::Rule, of } => self.blocking_rule(of),
            _ => Ok(Value::from(self.truth(code)?).into()),
        }
    }

    fn choice(&mut self, code: &Code, parts: &[Code; 3]) -> Result<Datum, Need> {
        let [cond, then, otherwise] = parts;
        match self.truth(cond)? {
            Truth::True => self.datum(then),
            Truth::False => self.datum(otherwise),
            Truth::Unknown(value) => {
                if code.ty.is_value() {
                    // Whichever it is, the same.
                    let (a, b) = (self.value(then)?, self.value(otherwise)?);
                    if value::eq(&a, &b).as_bool() == Some(true) {
                        return Ok(a.into());
                    }
                }
                let cause = cause_of(&value);
                let unknown = self.unknown(code, cause);
                Ok(typed(&code.ty, nullable(&unknown)))
            }
        }
    }

    pub(super) fn with_slot<T>(
        &mut self,
        slot: usize,
        datum: Datum,
        inner: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.slots.resize_with(slot, || Value::null().into());
        self.slots.push(datum);
        let result = inner(self);
        self.slots.truncate(slot);
        result
    }
}

/// The symbol of an unknown, which may be null for all we know.
pub(super) fn nullable(unknown: &Value) -> Symbol {
    match unknown.as_symbol() {
        Some(symbol) => Symbol::new(symbol.key(), symbol.shown(), symbol.cause().clone()),
        None => Symbol::new("condition", "unknown", cause_of(unknown)),
    }
}
