//! Values as templates have them: known, partly known, by case, or unknown, each with its origin.
//!
//! There is no way to turn an unknown into a `bool`: comparisons answer with a [`Value`] again, and
//! [`Tri`] has three members.

mod cases;
mod collections;
mod convert;
mod depends;
mod equality;
mod inside;
mod key;
mod logic;
mod marks;
mod members;
mod number;
mod origin;
mod shared;
mod symbol;
mod text;

pub use cases::{Assignment, Need};
pub use collections::{Entry, List, Object, Rest};
pub use convert::to_text;
pub use equality::{compare, eq, is_null};
pub use key::key_of;
pub use logic::{and, coalesce, lift, lift2, not, or, select};
pub use marks::Marks;
pub use members::{index, length, member};
pub use number::Number;
pub use origin::{Origin, Reads, Reference};
pub use shared::Shared;
pub use symbol::{Cause, CauseKind, Symbol};
pub use text::{Piece, Text};

use std::sync::Arc;

use crate::source::Span;

/// True, false, or not decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tri {
    /// Certainly true.
    True,
    /// Certainly false.
    False,
    /// Could be either.
    Unknown,
}

impl From<bool> for Tri {
    fn from(b: bool) -> Tri {
        if b { Tri::True } else { Tri::False }
    }
}

/// A value, where it was written, and what it is marked with.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub data: Data,
    origin: Option<Arc<Origin>>,
    marks: Marks,
    collection: Collection,
    members: Members,
}

/// The type of the members of a collection, which an empty one can't show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Members {
    /// Not said, or no scalar.
    #[default]
    Unsaid,
    /// Of no type: there are none, and nothing says of what they would be.
    Open,
    /// Strings.
    Text,
    /// Numbers.
    Number,
    /// Booleans.
    Bool,
}

/// What Terraform holds a list or object for. Members of a collection have one type; tuples and
/// objects, which constructors write, have one for each member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Collection {
    /// A tuple or an object, or nothing of the sort.
    #[default]
    No,
    /// A list.
    List,
    /// A set.
    Set,
    /// A map.
    Map,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Data {
    /// Null; an attribute set to null counts as omitted.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, possibly with unknown pieces.
    Text(Text),
    /// A list, tuple or set.
    List(List),
    /// An object or map.
    Object(Object),
    /// One of two values, by a condition that is not known.
    Cases(Arc<Cases>),
    /// Not known.
    Unknown(Symbol),
}

/// `then` when the condition holds, `otherwise` when it does not.
#[derive(Clone, Debug)]
pub struct Cases {
    /// A boolean symbol.
    pub cond: Symbol,
    /// The value where it is true.
    pub then: Value,
    /// The value where it is false.
    pub otherwise: Value,
}

impl Value {
    /// Null, with no place.
    pub fn null() -> Value {
        Data::Null.into()
    }

    /// A list of known members.
    pub fn list(items: Vec<Value>) -> Value {
        Data::List(List::known(items)).into()
    }

    /// An object of known entries.
    pub fn object(entries: Vec<Entry>) -> Value {
        Data::Object(Object::known(entries)).into()
    }

    /// The same value, written at `span`, when it has no origin yet.
    pub fn or_at(mut self, span: Span) -> Value {
        self.origin.get_or_insert_with(|| Origin::written(span));
        self
    }

    /// The same value, written at `span`, whatever it was before.
    pub fn at(mut self, span: Span) -> Value {
        self.origin = Some(Origin::written(span));
        self
    }

    /// The same value, read at `span` through something with a name (`local.zone`, `var.name`,
    /// `parameters('x')`, an attribute of a resource). Its former origin becomes the chain's next link.
    pub fn through(mut self, span: Span, reads: Reads) -> Value {
        self.origin = Some(Origin::through(span, reads, self.origin.take()));
        self
    }

    /// The same value as the result of the whole expression at `span`: that is its nearest place, and
    /// where it had been before is the next link.
    pub fn within(mut self, span: Span) -> Value {
        if self.span() != Some(span) {
            self.origin = Some(match self.origin.take() {
                Some(inner) => Origin::within(span, inner),
                None => Origin::written(span),
            });
        }
        self
    }

    /// Another value's origin, for results that stand for it.
    pub fn with_origin_of(mut self, other: &Value) -> Value {
        self.origin.clone_from(&other.origin);
        self
    }

    /// The same value, which is this one and no other because of what `by` is.
    pub fn decided_by(mut self, by: &Value) -> Value {
        if let (Some(origin), Some(by)) = (&self.origin, &by.origin)
            && origin.decided.is_none()
            && let Some(decided) = origin.decided_by(by)
        {
            self.origin = Some(decided);
        }
        self
    }

    /// The origin chain, nearest first.
    pub fn origin(&self) -> Option<&Arc<Origin>> {
        self.origin.as_ref()
    }

    /// The nearest place: where the attribute's value stands.
    pub fn span(&self) -> Option<Span> {
        self.origin.as_ref().map(|o| o.span)
    }

    /// The same members, as a collection of this kind.
    pub fn of(mut self, collection: Collection) -> Value {
        self.collection = collection;
        self
    }

    /// The same collection, of members of this type.
    pub fn holding(mut self, members: Members) -> Value {
        self.members = members;
        self
    }

    /// The type of its members, where that was said.
    pub fn members(&self) -> Members {
        self.members
    }

    /// Which kind of collection it is.
    pub fn collection(&self) -> Collection {
        self.collection
    }

    /// Known to be null.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// Known to be null, or to hold nothing.
    pub fn is_absent(&self) -> bool {
        self.is_null() || self.is_empty()
    }

    /// Known to be a list or object that holds nothing.
    pub fn is_empty(&self) -> bool {
        match &self.data {
            Data::List(list) => list.items.is_empty() && list.rest.is_none(),
            Data::Object(object) => object.entries.is_empty() && object.rest.is_none(),
            _ => false,
        }
    }

    /// The boolean, when known.
    pub fn as_bool(&self) -> Option<bool> {
        match self.data {
            Data::Bool(b) => Some(b),
            _ => None,
        }
    }

    /// The integer, when known.
    pub fn as_int(&self) -> Option<i64> {
        match self.data {
            Data::Number(Number::Int(i)) => Some(i),
            _ => None,
        }
    }

    /// The string, when wholly known.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => text.as_known(),
            _ => None,
        }
    }

    /// As text pieces: strings as they are, unknowns as one piece. `None` for anything else.
    pub fn as_text(&self) -> Option<Text> {
        match &self.data {
            Data::Text(text) => Some(text.clone()),
            Data::Unknown(symbol) => Some(Text::symbol(symbol.clone())),
            _ => None,
        }
    }

    /// The symbol, when wholly unknown.
    pub fn as_symbol(&self) -> Option<&Symbol> {
        match &self.data {
            Data::Unknown(symbol) => Some(symbol),
            _ => None,
        }
    }

    /// The list, when it is one.
    pub fn as_list(&self) -> Option<&List> {
        match &self.data {
            Data::List(list) => Some(list),
            _ => None,
        }
    }

    /// The object, when it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match &self.data {
            Data::Object(object) => Some(object),
            _ => None,
        }
    }
}
