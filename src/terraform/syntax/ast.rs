//! The tree that evaluation works on. Native and JSON syntax both end here, so nothing behind this
//! file knows which of the two was written.

use std::sync::Arc;

use crate::source::Span;
use crate::value::Value;

/// An identifier.
pub(in crate::terraform) type Name = Arc<str>;

/// An expression and where it stands.
#[derive(Clone, Debug)]
pub(in crate::terraform) struct Expr {
    pub(in crate::terraform) kind: Kind,
    pub(in crate::terraform) span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub(in crate::terraform) enum Kind {
    /// Null, boolean, number or string; carries its place already, so that reading it is one clone.
    Literal(Value),
    Template(Vec<Part>),
    List(Vec<Expr>),
    Object(Vec<ObjectItem>),
    /// A bare identifier, the root of a reference: `var`, `local`, `each`, a resource type.
    Name(Name),
    Traverse(Box<Traverse>),
    /// Condition, then, otherwise.
    If(Box<[Expr; 3]>),
    Call(Box<Call>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary(Op, Box<[Expr; 2]>),
    For(Box<For>),
}

/// One part of a template. Strip markers are already applied.
#[derive(Clone, Debug)]
pub(in crate::terraform) enum Part {
    Text(Arc<str>),
    Value(Expr),
    If(Box<Expr>, Vec<Part>, Vec<Part>),
    For(Box<TemplateFor>),
}

/// `%{ for k, v in x }…%{ endfor }`.
#[derive(Clone, Debug)]
pub(in crate::terraform) struct TemplateFor {
    pub(in crate::terraform) key: Option<Name>,
    pub(in crate::terraform) value: Name,
    pub(in crate::terraform) collection: Expr,
    pub(in crate::terraform) body: Vec<Part>,
}

/// `key = value` of an object constructor. A bare identifier as key is a literal.
#[derive(Clone, Debug)]
pub(in crate::terraform) struct ObjectItem {
    pub(in crate::terraform) key: Expr,
    pub(in crate::terraform) value: Expr,
}

/// `root.step[step]`.
#[derive(Clone, Debug)]
pub(in crate::terraform) struct Traverse {
    pub(in crate::terraform) root: Expr,
    pub(in crate::terraform) steps: Vec<Step>,
    /// As people know it: `local.zone`, `azurerm_x.y["a"].id`.
    pub(in crate::terraform) shown: Name,
}

/// One step of a traversal.
#[derive(Clone, Debug)]
pub(in crate::terraform) struct Step {
    pub(in crate::terraform) kind: StepKind,
}

/// What a step does.
#[derive(Clone, Debug)]
pub(in crate::terraform) enum StepKind {
    Attr(Name),
    Index(Expr),
    /// `[*]`: the steps that follow apply to each member.
    Splat,
    /// `.*`: the attribute steps that follow apply to each member, an index applies to the result.
    AttrSplat,
}

/// A function call.
#[derive(Clone, Debug)]
pub(in crate::terraform) struct Call {
    pub(in crate::terraform) name: Name,
    pub(in crate::terraform) args: Vec<Expr>,
    /// The last argument is followed by `...`.
    pub(in crate::terraform) expand: bool,
}

/// A for expression.
#[derive(Clone, Debug)]
pub(in crate::terraform) struct For {
    pub(in crate::terraform) key_var: Option<Name>,
    pub(in crate::terraform) value_var: Name,
    pub(in crate::terraform) collection: Expr,
    /// Set for objects.
    pub(in crate::terraform) key: Option<Expr>,
    pub(in crate::terraform) value: Expr,
    pub(in crate::terraform) grouping: bool,
    pub(in crate::terraform) cond: Option<Expr>,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::terraform) enum Op {
    Eq,
    NotEq,
    Less,
    LessEq,
    Greater,
    GreaterEq,
    Plus,
    Minus,
    Mul,
    Div,
    Mod,
    And,
    Or,
}

impl Op {
    /// How tightly it binds.
    pub(in crate::terraform) fn precedence(self) -> u8 {
        match self {
            Op::Or => 0,
            Op::And => 1,
            Op::Eq | Op::NotEq => 2,
            Op::Less | Op::LessEq | Op::Greater | Op::GreaterEq => 3,
            Op::Plus | Op::Minus => 4,
            Op::Mul | Op::Div | Op::Mod => 5,
        }
    }

    /// As written.
    pub(in crate::terraform) fn sign(self) -> &'static str {
        match self {
            Op::Eq => "==",
            Op::NotEq => "!=",
            Op::Less => "<",
            Op::LessEq => "<=",
            Op::Greater => ">",
            Op::GreaterEq => ">=",
            Op::Plus => "+",
            Op::Minus => "-",
            Op::Mul => "*",
            Op::Div => "/",
            Op::Mod => "%",
            Op::And => "&&",
            Op::Or => "||",
        }
    }
}

/// The content of a file or block.
#[derive(Clone, Debug, Default)]
pub(in crate::terraform) struct Body {
    pub(in crate::terraform) items: Vec<Item>,
}

/// An attribute or a block.
#[derive(Clone, Debug)]
pub(in crate::terraform) enum Item {
    Attribute(Attribute),
    Block(Block),
}

/// `name = value`.
#[derive(Clone, Debug)]
pub(in crate::terraform) struct Attribute {
    pub(in crate::terraform) name: Name,
    pub(in crate::terraform) name_span: Span,
    pub(in crate::terraform) value: Expr,
    /// From JSON syntax, where blocks and attributes look alike.
    pub(in crate::terraform) json: bool,
}

/// A block: `kind "label" { … }`.
#[derive(Clone, Debug)]
pub(in crate::terraform) struct Block {
    pub(in crate::terraform) kind: Name,
    pub(in crate::terraform) labels: Vec<Name>,
    pub(in crate::terraform) body: Body,
    /// Kind and labels.
    pub(in crate::terraform) header: Span,
    /// All of it.
    pub(in crate::terraform) span: Span,
}

impl Body {
    /// The value of an attribute.
    pub(in crate::terraform) fn get(&self, name: &str) -> Option<&Expr> {
        self.attributes()
            .find(|a| &*a.name == name)
            .map(|a| &a.value)
    }

    /// The attributes in order.
    pub(in crate::terraform) fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.items.iter().filter_map(|item| match item {
            Item::Attribute(a) => Some(a),
            Item::Block(_) => None,
        })
    }

    /// The blocks in order.
    pub(in crate::terraform) fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.items.iter().filter_map(|item| match item {
            Item::Block(b) => Some(b),
            Item::Attribute(_) => None,
        })
    }

    /// The blocks of a kind in order.
    pub(in crate::terraform) fn blocks_of(&self, kind: &str) -> impl Iterator<Item = &Block> {
        self.blocks().filter(move |b| &*b.kind == kind)
    }

    /// What it is repeated by, `count` or `for_each`, with its name.
    pub(in crate::terraform) fn repetition(&self) -> impl Iterator<Item = (&'static str, &Expr)> {
        let names = ["count", "for_each"].into_iter();
        names.filter_map(|name| Some((name, self.get(name)?)))
    }
}

impl Expr {
    /// The string, when it is a plain one.
    pub(in crate::terraform) fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Literal(value) => value.as_str(),
            _ => None,
        }
    }

    /// The boolean, when it is a literal one (`"true"` counts, as in old files).
    pub(in crate::terraform) fn as_bool(&self) -> Option<bool> {
        match &self.kind {
            Kind::Literal(value) => value.as_bool().or_else(|| match value.as_str() {
                Some("true") => Some(true),
                Some("false") => Some(false),
                _ => None,
            }),
            _ => None,
        }
    }
}
