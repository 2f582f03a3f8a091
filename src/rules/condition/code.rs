//! Checked expressions: names resolved to slots, methods to enums, types decided.

use std::ops::Range;
use std::sync::Arc;

use super::ast::{Binary, Node, NodeKind};
use super::error::ConditionError;
use super::types::{KindId, Schema, Type};
use super::{check, parse};
use crate::value::Value;

/// The names that an expression may use, with their types; the environment has a datum for each, in
/// the same order.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub(super) bindings: Vec<(String, Type)>,
    /// Names for expressions over the bindings, which stand for them wherever they are used.
    pub(super) aliases: Vec<(String, Node)>,
}

impl Scope {
    /// No names.
    pub fn new() -> Scope {
        Scope::default()
    }

    /// With one more name.
    pub fn bind(&mut self, name: impl Into<String>, ty: Type) {
        self.bindings.push((name.into(), ty));
    }

    /// With a name for an expression over the names so far.
    ///
    /// # Errors
    /// The first thing wrong with the expression.
    pub fn alias(
        &mut self,
        name: &str,
        source: &str,
        schema: &dyn Schema,
    ) -> Result<(), ConditionError> {
        let node = parse::parse(source)?;
        check::Checker::new(self, schema).check(&node)?;
        self.aliases.push((name.to_owned(), node));
        Ok(())
    }
}

/// An expression that was parsed and checked.
#[derive(Clone, Debug)]
pub struct Expr {
    pub(super) source: Arc<str>,
    pub(super) code: Code,
}

impl Expr {
    /// Compiles an expression of any type.
    ///
    /// # Errors
    /// The first thing wrong with it.
    pub fn compile(
        source: &str,
        scope: &Scope,
        schema: &dyn Schema,
    ) -> Result<Expr, ConditionError> {
        let node = parse::parse(source)?;
        Ok(Expr {
            source: source.into(),
            code: check::Checker::new(scope, schema).check(&node)?,
        })
    }

    /// Compiles a condition: an expression that is true or false.
    ///
    /// # Errors
    /// The first thing wrong with it.
    pub fn condition(
        source: &str,
        scope: &Scope,
        schema: &dyn Schema,
    ) -> Result<Expr, ConditionError> {
        let node = parse::parse(source)?;
        Ok(Expr {
            source: source.into(),
            code: check::Checker::new(scope, schema).condition(&node)?,
        })
    }

    /// Those of the parts that `&&` joins that do with the names in `scope`.
    ///
    /// # Errors
    /// The first thing that keeps it from being read.
    pub fn parts(
        source: &str,
        scope: &Scope,
        schema: &dyn Schema,
    ) -> Result<Vec<Expr>, ConditionError> {
        let whole = parse::parse(source)?;
        let mut open = vec![&whole];
        let mut parts = Vec::new();
        while let Some(node) = open.pop() {
            if let NodeKind::Binary {
                op: Binary::And,
                left,
                right,
            } = &node.kind
            {
                open.extend([&**left, &**right]);
            } else if let Ok(code) = check::Checker::new(scope, schema).condition(node) {
                parts.push(Expr {
                    source: source.into(),
                    code,
                });
            }
        }
        Ok(parts)
    }

    /// Whether it is the name of a binding and nothing else.
    pub fn is_binding(&self) -> bool {
        matches!(self.code.op, Op::Slot(_))
    }

    /// Its type.
    pub fn ty(&self) -> &Type {
        &self.code.ty
    }

    /// As it was written.
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// A checked part of an expression.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) op: Op,
    pub(super) ty: Type,
    pub(super) range: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum Op {
    Const(Value),
    Slot(usize),
    /// An attribute of a resource.
    Attribute {
        target: Box<Code>,
        name: Arc<str>,
    },
    /// An entry of an object.
    Entry {
        target: Box<Code>,
        name: Arc<str>,
    },
    Index(Box<[Code; 2]>),
    Not(Box<Code>),
    Negate(Box<Code>),
    And(Box<[Code; 2]>),
    Or(Box<[Code; 2]>),
    If(Box<[Code; 3]>),
    /// Equality of values.
    Equal {
        sides: Box<[Code; 2]>,
        caseless: bool,
        negated: bool,
    },
    /// Equality of resources.
    Same {
        sides: Box<[Code; 2]>,
        negated: bool,
    },
    IsNull {
        of: Box<Code>,
        negated: bool,
    },
    Order {
        order: Order,
        sides: Box<[Code; 2]>,
        caseless: bool,
    },
    Arithmetic {
        op: Arithmetic,
        sides: Box<[Code; 2]>,
    },
    /// The first in the second, a list.
    In {
        sides: Box<[Code; 2]>,
        caseless: bool,
    },
    /// The first, a resource, in the second, a collection.
    InResources(Box<[Code; 2]>),
    List(Vec<Code>),
    ResourceList(Vec<Code>),
    /// A condition on each member, bound to `slot`.
    Each {
        each: Each,
        over: Box<Code>,
        slot: usize,
        body: Box<Code>,
    },
    /// A function of values.
    Call {
        function: Function,
        args: Vec<Code>,
        caseless: bool,
    },
    /// A table look-up.
    Lookup {
        table: Arc<str>,
        key: Box<Code>,
    },
    /// The number of members of a collection of resources.
    Count(Box<Code>),
    AllOf(KindId),
    KindIs {
        of: Box<Code>,
        kind: KindId,
    },
    AsKind {
        of: Box<Code>,
        kind: KindId,
    },
    Created(Box<Code>),
    /// Whether the author wrote the value, as against a default.
    Written(Box<Code>),
    /// The resource attribute that the value is a reference to.
    Reads(Box<Code>),
    /// Whether a reference to this attribute is part of a text.
    Mentions {
        of: Box<Code>,
        attribute: Arc<str>,
    },
    /// The resource as it was before the plan.
    Prior(Box<Code>),
    /// What the plan does to the resource.
    Planned(Box<Code>),
    /// Whether a change of an attribute does this.
    OnChange {
        does: OnChange,
        of: Box<Code>,
        name: Arc<str>,
    },
    WaitsFor(Box<[Code; 2]>),
    /// Whether the first is declared before the second.
    ComesBefore(Box<[Code; 2]>),
    /// The ARM type of a resource.
    ArmType(Box<Code>),
    /// What a filter makes of some traffic.
    Traffic {
        ask: Ask,
        of: Box<[Code; 6]>,
    },
}

/// What a change of an attribute does to its resource.
#[derive(Clone, Copy, Debug)]
pub(super) enum OnChange {
    /// The plan replaces it, as the attribute can't be changed in place.
    Replaces,
    /// It is left as it is.
    Nothing,
}

/// What is asked about traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    /// Whether some of it passes.
    Passes,
    /// Whether some of it is dropped.
    Blocked,
    /// The first rule that drops some of it.
    Rule,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Each {
    Exists,
    All,
    ExistsOne,
    Filter,
    Map,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    /// Of a list; null has no members.
    Members,
    /// Of a text.
    Size,
    StartsWith,
    EndsWith,
    Contains,
    LowerAscii,
    Split,
    PrefixLength,
    IsIpv4,
    Address,
    Literal,
    ContainsRange,
    Overlaps,
    FreeNumber,
    Int,
    String,
}

impl Function {
    /// As rules write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Function::Size | Function::Members => "size",
            Function::StartsWith => "startsWith",
            Function::EndsWith => "endsWith",
            Function::Contains => "contains",
            Function::LowerAscii => "lowerAscii",
            Function::Split => "split",
            Function::PrefixLength => "prefix_length",
            Function::IsIpv4 => "is_ipv4",
            Function::Address => "address",
            Function::Literal => "literal",
            Function::ContainsRange => "contains_range",
            Function::Overlaps => "overlaps",
            Function::FreeNumber => "free_number",
            Function::Int => "int",
            Function::String => "string",
        }
    }
}
