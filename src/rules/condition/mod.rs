//! The condition language.

mod ast;
mod check;
mod check_call;
mod check_each;
mod check_ops;
mod code;
mod collections;
mod decide;
mod error;
mod eval;
mod functions;
mod lex;
mod lists;
mod logic;
mod parse;
mod ranges;
mod relations;
mod template;
mod types;

pub use code::{Expr, Scope};
pub use decide::{Outcome, judge};
pub use error::ConditionError;
pub use eval::{Env, eval};
pub use template::{Place, Template, place};
pub use types::{Datum, KindId, Members, ResourceId, Schema, Target, TargetCases, To, Type, World};

#[cfg(test)]
mod tests;
