//! Rules: the condition language they are written in.

pub mod condition;
