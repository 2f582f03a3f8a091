//! Values as templates have them: known, partly known, by case, or unknown, each with its origin.
//!
//! There is no way to turn an unknown into a `bool`: comparisons answer with a [`Value`] again, and
//! [`Tri`] has three members.

mod cases;
mod key;
mod number;
mod ops;
mod origin;
mod symbol;
mod text;

pub use cases::{Assignment, Need};
pub use key::key_of;
pub use number::Number;
pub use ops::{
    and, coalesce, eq, index, is_null, length, lift, lift2, member, not, or, select, to_text,
};
pub use origin::{Origin, Reads, Reference};
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

/// A value, where it was written, and whether it may be shown.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub data: Data,
    origin: Option<Arc<Origin>>,
    sensitive: bool,
    collection: Collection,
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

/// Known members, and perhaps more that are not known.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The known members, in order. When `rest` is set, their positions are not known.
    pub items: Arc<Vec<Value>>,
    /// Further members, of unknown number.
    pub rest: Option<Arc<Rest>>,
}

/// Known entries, and perhaps more that are not known.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// The known entries, in the order written. Keys are unique.
    pub entries: Arc<Vec<Entry>>,
    /// Further entries, of unknown keys.
    pub rest: Option<Arc<Rest>>,
}

/// One entry of an object.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key, as written.
    pub key: Arc<str>,
    /// Where the key was written.
    pub key_span: Option<Span>,
    /// The value.
    pub value: Value,
}

/// Members of a collection that are not known one by one.
#[derive(Clone, Debug)]
pub struct Rest {
    /// What decides them.
    pub symbol: Symbol,
    /// What each looks like, where that is known.
    pub element: Option<Value>,
}

impl List {
    /// All members known.
    pub fn known(items: Vec<Value>) -> List {
        List {
            items: Arc::new(items),
            rest: None,
        }
    }
}

impl Object {
    /// All entries known. Of equal keys the last wins, as in Terraform and JSON.
    pub fn known(entries: Vec<Entry>) -> Object {
        let mut unique: Vec<Entry> = Vec::with_capacity(entries.len());
        if entries.len() <= 16 {
            for entry in entries {
                match unique.iter_mut().find(|e| e.key == entry.key) {
                    Some(earlier) => *earlier = entry,
                    None => unique.push(entry),
                }
            }
        } else {
            let mut at = std::collections::HashMap::with_capacity(entries.len());
            for entry in entries {
                match at.get(&entry.key) {
                    Some(&i) => unique[i] = entry,
                    None => {
                        at.insert(entry.key.clone(), unique.len());
                        unique.push(entry);
                    }
                }
            }
        }
        Object {
            entries: Arc::new(unique),
            rest: None,
        }
    }

    /// The entry of exactly this key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| &*e.key == key)
    }

    /// The entry of this key in any letter case; an exact match wins.
    pub fn get_caseless(&self, key: &str) -> Option<&Entry> {
        self.get(key).or_else(|| {
            self.entries
                .iter()
                .find(|e| e.key.eq_ignore_ascii_case(key))
        })
    }
}

impl Entry {
    /// An entry whose key has no place of its own.
    pub fn new(key: &str, value: Value) -> Entry {
        Entry {
            key: key.into(),
            key_span: None,
            value,
        }
    }
}

impl From<Data> for Value {
    fn from(data: Data) -> Value {
        Value {
            data,
            origin: None,
            sensitive: false,
            collection: Collection::No,
        }
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Value {
        Data::Bool(b).into()
    }
}

impl From<i64> for Value {
    fn from(i: i64) -> Value {
        Data::Number(Number::Int(i)).into()
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Data::Text(Text::from(s)).into()
    }
}

impl From<Arc<str>> for Value {
    fn from(s: Arc<str>) -> Value {
        Data::Text(Text::from(s)).into()
    }
}

impl From<String> for Value {
    fn from(s: String) -> Value {
        Data::Text(Text::from(s.as_str())).into()
    }
}

impl From<Symbol> for Value {
    fn from(symbol: Symbol) -> Value {
        Data::Unknown(symbol).into()
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Data::Object(object).into()
    }
}

impl From<Text> for Value {
    /// A text of a single symbol is that symbol.
    fn from(text: Text) -> Value {
        match text.only_symbol() {
            Some(symbol) => symbol.clone().into(),
            None => Data::Text(text).into(),
        }
    }
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

    /// By case; equal to `then` alone when both sides are the same known scalar. Nested cases of the
    /// same condition are resolved.
    pub fn cases(cond: Symbol, then: Value, otherwise: Value) -> Value {
        let then = then.restrict(&cond, true);
        let otherwise = otherwise.restrict(&cond, false);
        match (&then.data, &otherwise.data) {
            (Data::Null, Data::Null) => return then.sensitive(otherwise.sensitive),
            (Data::Bool(a), Data::Bool(b)) if a == b => return then.sensitive(otherwise.sensitive),
            (Data::Number(a), Data::Number(b)) if a == b => {
                return then.sensitive(otherwise.sensitive);
            }
            (Data::Text(a), Data::Text(b))
                if a.as_known().is_some() && a.as_known() == b.as_known() =>
            {
                return then.sensitive(otherwise.sensitive);
            }
            (Data::Unknown(a), Data::Unknown(b)) if a == b => {
                return then.sensitive(otherwise.sensitive);
            }
            _ => {}
        }
        let sensitive = then.sensitive && otherwise.sensitive;
        Value {
            data: Data::Cases(Arc::new(Cases {
                cond,
                then,
                otherwise,
            })),
            origin: None,
            sensitive,
            collection: Collection::No,
        }
    }

    /// What remains of by-case values of this condition when it is known.
    pub fn restrict(&self, cond: &Symbol, holds: bool) -> Value {
        match &self.data {
            Data::Cases(cases) => {
                if cases.cond == *cond {
                    let side = if holds { &cases.then } else { &cases.otherwise };
                    return self.carry(side.restrict(cond, holds));
                }
                let then = cases.then.restrict(cond, holds);
                let otherwise = cases.otherwise.restrict(cond, holds);
                self.carry(
                    Data::Cases(Arc::new(Cases {
                        cond: cases.cond.clone(),
                        then,
                        otherwise,
                    }))
                    .into(),
                )
            }
            Data::Unknown(symbol) if symbol == cond => self.carry(holds.into()),
            _ => self.clone(),
        }
    }

    /// A case of `self`: it keeps its own origin, or takes this one's when it has none, and the
    /// longer chain when this value read it through something.
    fn carry(&self, mut case: Value) -> Value {
        case.sensitive |= self.sensitive;
        if let Some(outer) = &self.origin {
            case.origin = Some(match &case.origin {
                Some(inner) => Origin::prefixed(outer, inner),
                None => outer.clone(),
            });
        }
        case
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

    /// Which kind of collection it is.
    pub fn collection(&self) -> Collection {
        self.collection
    }

    /// Marks the value as secret; nothing may print it.
    pub fn sensitive(mut self, sensitive: bool) -> Value {
        self.sensitive |= sensitive;
        self
    }

    /// Whether nothing may print it.
    pub fn is_sensitive(&self) -> bool {
        self.sensitive
    }

    /// Whether it, or anything inside it, may not be printed. What is too large to be looked through
    /// may not.
    pub fn hides(&self) -> bool {
        fn within(value: &Value, left: &mut u32) -> bool {
            let Some(rest) = left.checked_sub(1) else {
                return true;
            };
            *left = rest;
            if value.sensitive {
                return true;
            }
            let any = |rest: &Option<Arc<Rest>>, left: &mut u32| {
                rest.iter()
                    .filter_map(|r| r.element.as_ref())
                    .any(|v| within(v, left))
            };
            match &value.data {
                Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::Unknown(_) => {
                    false
                }
                Data::List(list) => {
                    list.items.iter().any(|v| within(v, left)) || any(&list.rest, left)
                }
                Data::Object(object) => {
                    object.entries.iter().any(|e| within(&e.value, left)) || any(&object.rest, left)
                }
                Data::Cases(cases) => within(&cases.then, left) || within(&cases.otherwise, left),
            }
        }
        within(self, &mut 300_000)
    }

    /// Known to be null.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
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

    /// No part of it is unknown or by case.
    pub fn is_fully_known(&self) -> bool {
        match &self.data {
            Data::Null | Data::Bool(_) | Data::Number(_) => true,
            Data::Text(text) => text.as_known().is_some(),
            Data::List(list) => list.rest.is_none() && list.items.iter().all(Value::is_fully_known),
            Data::Object(object) => {
                object.rest.is_none() && object.entries.iter().all(|e| e.value.is_fully_known())
            }
            Data::Cases(_) | Data::Unknown(_) => false,
        }
    }

    /// The unknown inside that tells best why something was not decided: the first whose cause is not
    /// just that it comes with the deployment, which parts of most ids do.
    pub fn first_symbol(&self) -> Option<&Symbol> {
        self.find_symbol(&|symbol| symbol.cause().kind != CauseKind::Deployment)
            .or_else(|| self.find_symbol(&|_| true))
    }

    fn find_symbol(&self, wanted: &impl Fn(&Symbol) -> bool) -> Option<&Symbol> {
        match &self.data {
            Data::Null | Data::Bool(_) | Data::Number(_) => None,
            Data::Text(text) => text.symbols().find(|s| wanted(s)),
            Data::List(list) => {
                let mut items = list.items.iter();
                items.find_map(|item| item.find_symbol(wanted)).or_else(|| {
                    list.rest
                        .as_ref()
                        .map(|rest| &rest.symbol)
                        .filter(|s| wanted(s))
                })
            }
            Data::Object(object) => {
                let mut entries = object.entries.iter();
                entries
                    .find_map(|entry| entry.value.find_symbol(wanted))
                    .or_else(|| {
                        object
                            .rest
                            .as_ref()
                            .map(|rest| &rest.symbol)
                            .filter(|s| wanted(s))
                    })
            }
            Data::Cases(cases) => Some(&cases.cond).filter(|s| wanted(s)),
            Data::Unknown(symbol) => Some(symbol).filter(|s| wanted(s)),
        }
    }

    /// For people: `"text"`, `${var.x}-db`, `[a, b]`; secrets are not shown.
    pub fn shown(&self) -> String {
        if self.sensitive {
            return "(sensitive)".into();
        }
        match &self.data {
            Data::Null => "null".into(),
            Data::Bool(b) => b.to_string(),
            Data::Number(n) => n.to_string(),
            Data::Text(text) => text.shown(),
            Data::List(list) => {
                let mut parts: Vec<String> = list.items.iter().map(Value::shown).collect();
                parts.extend(list.rest.iter().map(|_| "…".to_owned()));
                format!("[{}]", parts.join(", "))
            }
            Data::Object(object) => {
                let mut parts: Vec<String> = object
                    .entries
                    .iter()
                    .map(|e| format!("{}: {}", e.key, e.value.shown()))
                    .collect();
                parts.extend(object.rest.iter().map(|_| "…".to_owned()));
                format!("{{{}}}", parts.join(", "))
            }
            Data::Cases(cases) => format!("{} or {}", cases.then.shown(), cases.otherwise.shown()),
            Data::Unknown(symbol) => format!("${{{}}}", symbol.shown()),
        }
    }
}
