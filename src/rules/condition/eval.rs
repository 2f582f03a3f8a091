//! Evaluation under an assignment of sides. What is by case asks for a side; what is unknown stays so.

use super::code::{Code, Each, Expr, Op};
use super::functions;
use super::types::{Datum, KindId, Members, ResourceId, Target, To, Type, World};
use crate::value::{self, Assignment, Cause, CauseKind, Data, Need, Symbol, Tri, Value};

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

    fn settle_datum(&self, datum: Datum) -> Result<Datum, Need> {
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

    pub(super) fn members(&mut self, code: &Code) -> Result<Members, Need> {
        Ok(match self.datum(code)? {
            Datum::Resources(members) => members,
            Datum::Resource(_) => Members::default(),
            Datum::Value(value) => match value.as_symbol() {
                Some(symbol) => Members::unknown(symbol.cause().clone()),
                None => Members::default(),
            },
        })
    }

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
                let equal = self.equal(&a, &b, *caseless)?;
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
                let value = functions::order(*order, &a, &b, *caseless);
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
            Op::WaitsFor(sides) => self.waits_for(code, sides),
            _ => {
                let value = self.value(code)?;
                self.judge(code, value)
            }
        }
    }

    /// A value where true or false is needed.
    fn judge(&mut self, code: &Code, value: Value) -> Judged {
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

    fn negated(&mut self, code: &Code, truth: Truth, negated: bool) -> Truth {
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
    fn either(&mut self, code: &Code, sides: &[Code; 2], wins: bool) -> Judged {
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
                let value = value::index(&list, &key, true);
                Ok(self.settle(value)?.into())
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
                let args: Result<Vec<Value>, Need> = args.iter().map(|a| self.value(a)).collect();
                let value = functions::call(*function, &args?, *caseless);
                Ok(self.settle(value)?.into())
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
            Op::Count(over) => self.count(code, over),
            Op::AllOf(kind) => Ok(self.world.all(*kind).into()),
            Op::AsKind { of, kind } => self.as_kind(code, of, *kind),
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

    fn attribute(&mut self, code: &Code, target: &Code, name: &str) -> Result<Datum, Need> {
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
            To::Unknown(symbol) => {
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

    fn is_null(&mut self, code: &Code, of: &Code) -> Judged {
        if of.ty.is_resource() {
            return match self.target(of)?.to {
                To::Resource(_) => Ok(Truth::False),
                To::Unknown(symbol) if symbol.nullable() => self.open(code, symbol.cause().clone()),
                To::Unknown(_) => Ok(Truth::False),
                To::Null | To::Cases(_) => Ok(Truth::True),
            };
        }
        let value = self.value(of)?;
        let null = value::is_null(&value);
        self.judge(code, null)
    }

    fn same(&mut self, code: &Code, a: &To, b: &To) -> Judged {
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
            (To::Unknown(symbol), To::Null) | (To::Null, To::Unknown(symbol))
                if !symbol.nullable() =>
            {
                return Ok(Truth::False);
            }
            (To::Unknown(symbol), _) | (_, To::Unknown(symbol)) => symbol.cause().clone(),
            _ => return Ok(Truth::False),
        };
        self.open(code, cause)
    }

    fn kind_is(&mut self, code: &Code, target: &Target, kind: KindId) -> Judged {
        match &target.to {
            To::Resource(id) => match self.world.kind(*id) {
                Some(found) => Ok((found == kind).into()),
                None => {
                    let cause = self.outside(*id);
                    self.open(code, cause)
                }
            },
            To::Unknown(symbol) => self.open(code, symbol.cause().clone()),
            To::Null | To::Cases(_) => Ok(Truth::False),
        }
    }

    fn outside(&self, id: ResourceId) -> Cause {
        self.world.cause(id).unwrap_or_else(|| {
            let text = format!("the kind of {} is not known", self.world.name(id));
            Cause::new(CauseKind::Outside, text)
        })
    }

    fn as_kind(&mut self, code: &Code, of: &Code, kind: KindId) -> Result<Datum, Need> {
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

    fn waits_for(&mut self, code: &Code, sides: &[Code; 2]) -> Judged {
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
            (To::Unknown(symbol), _) | (_, To::Unknown(symbol)) => symbol.cause().clone(),
            _ => {
                return Ok(Truth::Unknown(
                    self.invalid(code, "is about a resource that is not there"),
                ));
            }
        };
        self.open(code, cause)
    }

    /// Equality of settled values.
    fn equal(&mut self, a: &Value, b: &Value, caseless: bool) -> Judged {
        let (a, b) = (self.settled_deep(a)?, self.settled_deep(b)?);
        let value = self.settle(functions::equal(&a, &b, caseless))?;
        Ok(match value.as_bool() {
            Some(b) => b.into(),
            None => Truth::Unknown(value),
        })
    }

    /// Lists with their members settled, too.
    fn settled_deep(&self, value: &Value) -> Result<Value, Need> {
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
            items: std::sync::Arc::new(items?),
            rest: list.rest.clone(),
        };
        Ok(Value::from(Data::List(list)).with_origin_of(&value))
    }

    pub(super) fn with_slot<T>(
        &mut self,
        slot: usize,
        datum: Datum,
        inner: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.slots.truncate(slot);
        self.slots.push(datum);
        let result = inner(self);
        self.slots.truncate(slot);
        result
    }
}

pub(super) fn is(judged: &Judged, wanted: bool) -> bool {
    match judged {
        Ok(Truth::True) => wanted,
        Ok(Truth::False) => !wanted,
        _ => false,
    }
}

/// The symbol of an unknown, which may be null for all we know.
pub(super) fn nullable(unknown: &Value) -> Symbol {
    match unknown.as_symbol() {
        Some(symbol) => Symbol::new(symbol.key(), symbol.shown(), symbol.cause().clone()),
        None => Symbol::new("condition", "unknown", cause_of(unknown)),
    }
}

/// An unknown of a type.
fn typed(ty: &Type, symbol: Symbol) -> Datum {
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
