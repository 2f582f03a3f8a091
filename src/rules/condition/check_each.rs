//! Macros: conditions on each member.

use super::ast::{Name, Node, NodeKind};
use super::check::Checker;
use super::check_call::arguments;
use super::code::{Each, Op};
use super::error::ConditionError;
use super::types::Type;

impl Checker<'_> {
    pub(super) fn each(
        &mut self,
        each: Each,
        target: &Node,
        name: &Name,
        args: &[Node],
        node: &Node,
    ) -> Result<(Op, Type), ConditionError> {
        let over = self.check(target)?;
        let Some(element) = over.ty.member() else {
            return Err(ConditionError::new(
                format!(
                    "`{}` needs a list or collection, found {}",
                    name.text,
                    over.ty.shown(self.schema)
                ),
                over.range,
            ));
        };
        let [variable, body] = arguments(name, args, node)?;
        let NodeKind::Name(variable) = &variable.kind else {
            return Err(ConditionError::new(
                "expected a name for the members",
                variable.range.clone(),
            )
            .help(format!("write `.{}(x, …)`", name.text)));
        };
        let (slot, body) = self.with_name(variable, element, |c| match each {
            Each::Map => c.check(body),
            _ => c.condition(body),
        });
        let body = body?;
        let ty = match (each, &body.ty) {
            (Each::Filter, _) => over.ty.clone(),
            (Each::Map, Type::Resource(kind)) => Type::Resources(*kind),
            (Each::Map, Type::AnyResource) => Type::AnyResources,
            (Each::Map, Type::Resources(_) | Type::AnyResources) => {
                return Err(ConditionError::new(
                    "`map` can't give a collection for each member",
                    body.range,
                )
                .help("nest `.exists(x, x.….exists(y, …))`"));
            }
            (Each::Map, Type::Null) => Type::list(Type::Any),
            (Each::Map, ty) => Type::list(ty.clone()),
            _ => Type::Bool,
        };
        let op = Op::Each {
            each,
            over: Box::new(over),
            slot,
            body: Box::new(body),
        };
        Ok((op, ty))
    }
}
