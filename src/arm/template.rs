//! A template as a tree with spans. JSON and Bicep are both brought to this form; nothing below it
//! knows which of the two a node came from.

use std::sync::Arc;

use crate::arm::expression::Expr;
use crate::declared::Problem;
use crate::source::Span;
use crate::value::Number;

/// One value of a template. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands; of a string what is between the quotes.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string that is no expression; `[[` is unescaped.
    Text(Arc<str>),
    /// A string in brackets.
    Expression(Arc<Formula>),
    /// An array.
    Array(Arc<[Node]>),
    /// An object, with duplicate keys as written.
    Object(Arc<[Property]>),
}

/// An expression, or what is wrong with it: only one that is evaluated may be complained of.
#[derive(Debug)]
pub struct Formula {
    /// The string with its brackets, for places where Resource Manager evaluates nothing.
    pub text: Arc<str>,
    /// What it means.
    pub expr: Result<Expr, Problem>,
}

/// One property of an object.
#[derive(Clone, Debug)]
pub struct Property {
    /// The key as written.
    pub key: Arc<str>,
    /// The key when it is an expression.
    pub computed: Option<Arc<Formula>>,
    /// Where the key stands, without quotes.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The properties of an object; none of anything else.
    pub fn properties(&self) -> &[Property] {
        match &self.kind {
            Kind::Object(properties) => properties,
            _ => &[],
        }
    }

    /// The elements of an array; none of anything else.
    pub fn elements(&self) -> &[Node] {
        match &self.kind {
            Kind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The property of this name in any letter case; of several the last, as Resource Manager has it.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties()
            .iter()
            .rev()
            .find(|p| p.key.eq_ignore_ascii_case(name))
    }

    /// The value of the property of this name in any letter case, unless it is `null`.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.property(name)
            .map(|p| &p.value)
            .filter(|node| !matches!(node.kind, Kind::Null))
    }

    /// The value at the end of a path of property names.
    pub fn at_path(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, name| node.get(name))
    }

    /// The string, when it is no expression.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(b) => Some(b),
            _ => None,
        }
    }

    /// The whole number.
    pub fn as_int(&self) -> Option<i64> {
        match self.kind {
            Kind::Number(Number::Int(i)) => Some(i),
            _ => None,
        }
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.kind, Kind::Object(_))
    }

    /// Whether it is an array.
    pub fn is_array(&self) -> bool {
        matches!(self.kind, Kind::Array(_))
    }
}
