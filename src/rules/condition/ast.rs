//! What the parser understood, before names and types are looked at.

use std::ops::Range;

/// A part of a condition.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    pub(super) range: Range<usize>,
    /// How deep the tree below it is.
    pub(super) depth: usize,
}

impl Node {
    /// The same, as if all of it stood in that place.
    pub(super) fn placed(mut self, range: &Range<usize>) -> Node {
        let each = |nodes: Vec<Node>| nodes.into_iter().map(|n| n.placed(range)).collect();
        let one = |node: Box<Node>| Box::new(node.placed(range));
        let word = |name: Name| Name {
            range: range.clone(),
            ..name
        };
        self.range = range.clone();
        self.kind = match self.kind {
            NodeKind::List(items) => NodeKind::List(each(items)),
            NodeKind::Member { target, name } => NodeKind::Member {
                target: one(target),
                name: word(name),
            },
            NodeKind::Index { target, key } => NodeKind::Index {
                target: one(target),
                key: one(key),
            },
            NodeKind::Call { target, name, args } => NodeKind::Call {
                target: target.map(one),
                name: word(name),
                args: each(args),
            },
            NodeKind::Not(inner) => NodeKind::Not(one(inner)),
            NodeKind::Negate(inner) => NodeKind::Negate(one(inner)),
            NodeKind::Binary { op, left, right } => NodeKind::Binary {
                op,
                left: one(left),
                right: one(right),
            },
            NodeKind::If(parts) => NodeKind::If(Box::new(parts.map(|n| n.placed(range)))),
            simple => simple,
        };
        self
    }
}

#[derive(Clone, Debug)]
pub(super) enum NodeKind {
    Null,
    Bool(bool),
    Int(i64),
    Decimal(f64),
    Text(String),
    List(Vec<Node>),
    Name(String),
    Member {
        target: Box<Node>,
        name: Name,
    },
    Index {
        target: Box<Node>,
        key: Box<Node>,
    },
    Call {
        target: Option<Box<Node>>,
        name: Name,
        args: Vec<Node>,
    },
    Not(Box<Node>),
    Negate(Box<Node>),
    Binary {
        op: Binary,
        left: Box<Node>,
        right: Box<Node>,
    },
    If(Box<[Node; 3]>),
}

/// A name and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Binary {
    /// The operator of this mark or word, and how strongly it binds.
    pub(super) fn of(mark: &str) -> Option<(Binary, u8)> {
        Some(match mark {
            "||" => (Binary::Or, 1),
            "&&" => (Binary::And, 2),
            "==" => (Binary::Equal, 3),
            "!=" => (Binary::NotEqual, 3),
            "<" => (Binary::Less, 3),
            "<=" => (Binary::LessEqual, 3),
            ">" => (Binary::Greater, 3),
            ">=" => (Binary::GreaterEqual, 3),
            "in" => (Binary::In, 3),
            "+" => (Binary::Add, 4),
            "-" => (Binary::Subtract, 4),
            "*" => (Binary::Multiply, 5),
            "/" => (Binary::Divide, 5),
            "%" => (Binary::Remainder, 5),
            _ => return None,
        })
    }

    /// As it is written.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Binary::Or => "||",
            Binary::And => "&&",
            Binary::Equal => "==",
            Binary::NotEqual => "!=",
            Binary::Less => "<",
            Binary::LessEqual => "<=",
            Binary::Greater => ">",
            Binary::GreaterEqual => ">=",
            Binary::In => "in",
            Binary::Add => "+",
            Binary::Subtract => "-",
            Binary::Multiply => "*",
            Binary::Divide => "/",
            Binary::Remainder => "%",
        }
    }
}

impl NodeKind {
    pub(super) fn is_null(&self) -> bool {
        matches!(self, NodeKind::Null)
    }
}
