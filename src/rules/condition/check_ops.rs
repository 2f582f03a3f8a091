//! Operators.

use super::ast::{Binary, Node};
use super::check::{Checked, Checker};
use super::code::{Arithmetic, Code, Op, Order};
use super::error::ConditionError;
use super::types::Type;

impl Checker<'_> {
    pub(super) fn binary(&mut self, op: Binary, left: &Node, right: &Node, node: &Node) -> Checked {
        let range = node.range.clone();
        let code = |op, ty| Ok(Code { op, ty, range });
        match op {
            Binary::And | Binary::Or => {
                let sides = Box::new([self.condition(left)?, self.condition(right)?]);
                let op = if op == Binary::And {
                    Op::And(sides)
                } else {
                    Op::Or(sides)
                };
                code(op, Type::Bool)
            }
            Binary::Equal | Binary::NotEqual => {
                let op = self.equality(left, right, op == Binary::NotEqual)?;
                code(op, Type::Bool)
            }
            Binary::In => code(self.membership(left, right)?, Type::Bool),
            Binary::Less | Binary::LessEqual | Binary::Greater | Binary::GreaterEqual => {
                let (l, r) = (self.check(left)?, self.check(right)?);
                let fits = |ty: &Type| matches!(ty, Type::Number | Type::Text { .. } | Type::Any);
                self.wanted(&l, "a number or text", fits)?;
                self.wanted(&r, "a number or text", fits)?;
                self.same_sort(&l, &r, op)?;
                let order = match op {
                    Binary::Less => Order::Less,
                    Binary::LessEqual => Order::LessEqual,
                    Binary::Greater => Order::Greater,
                    _ => Order::GreaterEqual,
                };
                let caseless = l.ty.caseless() || r.ty.caseless();
                let op = Op::Order {
                    order,
                    sides: Box::new([l, r]),
                    caseless,
                };
                code(op, Type::Bool)
            }
            Binary::Add => {
                let (l, r) = (self.check(left)?, self.check(right)?);
                let fits = |ty: &Type| {
                    matches!(
                        ty,
                        Type::Number | Type::Text { .. } | Type::List(_) | Type::Any
                    )
                };
                self.wanted(&l, "a number, text or list", fits)?;
                self.wanted(&r, "a number, text or list", fits)?;
                if !matches!((&l.ty, &r.ty), (Type::List(_), Type::List(_))) {
                    self.same_sort(&l, &r, op)?;
                }
                let ty = l.ty.join(&r.ty).unwrap_or(Type::Any);
                let op = Op::Arithmetic {
                    op: Arithmetic::Add,
                    sides: Box::new([l, r]),
                };
                code(op, ty)
            }
            Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder => {
                let sides = Box::new([self.number(left)?, self.number(right)?]);
                let op = match op {
                    Binary::Subtract => Arithmetic::Subtract,
                    Binary::Multiply => Arithmetic::Multiply,
                    Binary::Divide => Arithmetic::Divide,
                    _ => Arithmetic::Remainder,
                };
                code(Op::Arithmetic { op, sides }, Type::Number)
            }
        }
    }

    fn same_sort(&self, left: &Code, right: &Code, op: Binary) -> Result<(), ConditionError> {
        if left.ty.comparable(&right.ty) {
            return Ok(());
        }
        let (l, r) = (left.ty.shown(self.schema), right.ty.shown(self.schema));
        Err(ConditionError::new(
            format!("`{}` can't combine {l} and {r}", op.mark()),
            left.range.start..right.range.end,
        ))
    }

    fn equality(&mut self, left: &Node, right: &Node, negated: bool) -> Result<Op, ConditionError> {
        if left.kind.is_null() || right.kind.is_null() {
            let other = if right.kind.is_null() { left } else { right };
            let of = self.check(other)?;
            return self.null_test(of, negated);
        }
        let (l, r) = (self.check(left)?, self.check(right)?);
        if !l.ty.comparable(&r.ty) {
            let (ls, rs) = (l.ty.shown(self.schema), r.ty.shown(self.schema));
            let collection = l.ty.is_resources() || r.ty.is_resources();
            let message = if collection {
                "collections of resources can't be compared".to_owned()
            } else {
                format!("{ls} is never equal to {rs}")
            };
            let error = ConditionError::new(message, l.range.start..r.range.end);
            let resource = l.ty.is_resource() != r.ty.is_resource();
            let text = [&l, &r].iter().any(|c| matches!(c.ty, Type::Text { .. }));
            return Err(if collection {
                error.help("compare their members: `.all(x, x in …)`")
            } else if resource && text {
                error.help("compare with an attribute of the resource, such as its name")
            } else {
                error
            });
        }
        if l.ty.is_resource() || r.ty.is_resource() {
            return Ok(Op::Same {
                sides: Box::new([l, r]),
                negated,
            });
        }
        let caseless = l.ty.caseless() || r.ty.caseless();
        Ok(Op::Equal {
            sides: Box::new([l, r]),
            caseless,
            negated,
        })
    }

    pub(super) fn null_test(&self, of: Code, negated: bool) -> Result<Op, ConditionError> {
        if of.ty.is_resources() {
            return Err(
                ConditionError::new("a collection of resources is never null", of.range)
                    .help("to ask whether it has members, write `size(…) > 0`"),
            );
        }
        Ok(Op::IsNull {
            of: Box::new(of),
            negated,
        })
    }

    fn membership(&mut self, left: &Node, right: &Node) -> Result<Op, ConditionError> {
        let (l, r) = (self.check(left)?, self.check(right)?);
        let Some(member) = r.ty.member() else {
            return Err(ConditionError::new(
                format!(
                    "`in` needs a list on its right, found {}",
                    r.ty.shown(self.schema)
                ),
                r.range,
            ));
        };
        if !l.ty.comparable(&member) {
            let (ls, rs) = (l.ty.shown(self.schema), r.ty.shown(self.schema));
            return Err(ConditionError::new(
                format!("{ls} is never in {rs}"),
                l.range.start..r.range.end,
            ));
        }
        if r.ty.is_resources() {
            return Ok(Op::InResources(Box::new([l, r])));
        }
        let caseless = l.ty.caseless() || r.ty.caseless();
        Ok(Op::In {
            sides: Box::new([l, r]),
            caseless,
        })
    }
}
