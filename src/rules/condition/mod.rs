//! The condition language.

mod ast;
mod check;
mod check_call;
mod code;
mod error;
mod lex;
mod parse;
mod types;

pub use code::{Expr, Scope};
pub use error::ConditionError;
pub use types::{
    Datum, KindId, Members, ResourceId, Schema, Target, TargetCases, To, Type, World,
};
