//! Type constraints of variables, the types that values have, and conversion between them.

use std::sync::Arc;

use super::eval;
use super::syntax::ast::{Expr, Kind, Name};
use super::unify::unify;
use crate::value::{
    Collection, Data, Entry, List, Members, Number, Object, Rest, Symbol, Value, lift,
};

/// A type, or a constraint on one.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    /// Not said, or not known.
    Any,
    /// That of null, which fits every type.
    Null,
    String,
    Number,
    Bool,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Object(Vec<Field>),
    Tuple(Vec<Type>),
}

/// An attribute of an object type.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: Name,
    pub(super) ty: Type,
    optional: bool,
    default: Option<Value>,
}

impl PartialEq for Field {
    fn eq(&self, other: &Field) -> bool {
        self.name == other.name && self.ty == other.ty
    }
}

/// Why a value is no value of a type.
pub(super) const MISFIT: &str = "a value that does not fit the type it has to have";

impl Type {
    /// Reads the value of `type`. What is no type counts as `any`.
    pub(super) fn read(expr: &Expr) -> Type {
        match &expr.kind {
            Kind::Name(name) => match &**name {
                "string" => Type::String,
                "number" => Type::Number,
                "bool" => Type::Bool,
                "list" => Type::List(Box::new(Type::Any)),
                "set" => Type::Set(Box::new(Type::Any)),
                "map" => Type::Map(Box::new(Type::Any)),
                _ => Type::Any,
            },
            // `type = "string"`: old files, and JSON.
            Kind::Literal(value) => value
                .as_str()
                .and_then(|text| {
                    super::syntax::parse_expr(text, expr.span.file, 0, Some(expr.span))
                })
                .filter(|e| !matches!(e.kind, Kind::Literal(_)))
                .map_or(Type::Any, |e| Type::read(&e)),
            Kind::Call(call) => {
                let arg = call.args.first();
                let inner = || Box::new(arg.map_or(Type::Any, Type::read));
                match (&*call.name, arg.map(|a| &a.kind)) {
                    ("list", _) => Type::List(inner()),
                    ("set", _) => Type::Set(inner()),
                    ("map", _) => Type::Map(inner()),
                    ("object", Some(Kind::Object(items))) => Type::Object(
                        items
                            .iter()
                            .filter_map(|item| Some(Field::read(item.key.as_str()?, &item.value)))
                            .collect(),
                    ),
                    ("tuple", Some(Kind::List(items))) => {
                        Type::Tuple(items.iter().map(Type::read).collect())
                    }
                    _ => Type::Any,
                }
            }
            _ => Type::Any,
        }
    }

    /// The type that a value has, as far as it is known.
    pub(super) fn of(value: &Value) -> Type {
        match (&value.data, value.collection()) {
            (Data::Bool(_), _) => Type::Bool,
            (Data::Number(_), _) => Type::Number,
            (Data::Text(_), _) => Type::String,
            (Data::List(list), Collection::No) if list.rest.is_none() => {
                Type::Tuple(list.items.iter().map(Type::of).collect())
            }
            (Data::List(list), collection) => {
                let inner = Box::new(Type::of_members(value, &mut list.items.iter()));
                match collection {
                    Collection::No => Type::Any,
                    Collection::Set => Type::Set(inner),
                    _ => Type::List(inner),
                }
            }
            (Data::Object(object), Collection::Map) => {
                let mut members = object.entries.iter().map(|e| &e.value);
                Type::Map(Box::new(Type::of_members(value, &mut members)))
            }
            (Data::Object(object), _) if object.rest.is_none() => Type::Object(
                object
                    .entries
                    .iter()
                    .map(|e| Field::new(e.key.clone(), Type::of(&e.value)))
                    .collect(),
            ),
            (Data::Null, _) => Type::Null,
            (Data::Unknown(symbol), _) => Type::of_symbol(symbol).unwrap_or(Type::Any),
            // The sides of a conditional are of one type.
            (Data::Cases(cases), _) => {
                let [then, otherwise] = [&cases.then, &cases.otherwise].map(Type::of);
                match then == otherwise {
                    true => then,
                    false => Type::Any,
                }
            }
            (Data::Object(_), _) => Type::Any,
        }
    }

    /// The type of what is not known, where that is: ids are strings, and functions and operators of
    /// scalars always give the same.
    fn of_symbol(symbol: &Symbol) -> Option<Type> {
        if symbol.reference().is_some_and(|r| &*r.attribute == "id") {
            return Some(Type::String);
        }
        // A member of what a function gives.
        if let Some((whole, _)) = symbol
            .key()
            .strip_suffix(']')
            .and_then(|k| k.rsplit_once(")["))
        {
            let (function, _) = whole.split_once('(')?;
            return match crate::terraform::functions::result(function)? {
                Type::List(member) | Type::Set(member) => Some(*member),
                _ => None,
            };
        }
        let (function, _) = symbol.key().strip_suffix(')')?.split_once('(')?;
        match function {
            "template" => Some(Type::String),
            "+" | "-" | "*" | "/" | "%" => Some(Type::Number),
            "eq" | "==" | "<" | "<=" | ">" | ">=" | "not" => Some(Type::Bool),
            name => crate::terraform::functions::result(name),
        }
    }

    /// The type of the members of a collection: they all have the same.
    fn of_members(collection: &Value, members: &mut dyn Iterator<Item = &Value>) -> Type {
        let mut types = members.map(Type::of);
        let shown = types.find(|t| t.is_definite() && *t != Type::Null);
        shown.unwrap_or(match collection.members() {
            Members::Unsaid | Members::Open => Type::Any,
            Members::Text => Type::String,
            Members::Number => Type::Number,
            Members::Bool => Type::Bool,
        })
    }

    /// What the members of a collection of this type are of, as far as empty ones are told apart.
    pub(super) fn members(&self) -> Members {
        let members = match self {
            Type::List(t) | Type::Set(t) | Type::Map(t) => t,
            _ => return Members::Unsaid,
        };
        match **members {
            Type::String => Members::Text,
            Type::Number => Members::Number,
            Type::Bool => Members::Bool,
            _ => Members::Unsaid,
        }
    }

    /// No part of it is open.
    pub(super) fn is_definite(&self) -> bool {
        !self.holds(&Type::Any)
    }

    /// Whether it is this type, or some part of it is.
    pub(super) fn holds(&self, part: &Type) -> bool {
        match self {
            _ if self == part => true,
            Type::List(t) | Type::Set(t) | Type::Map(t) => t.holds(part),
            Type::Object(fields) => fields.iter().any(|f| f.ty.holds(part)),
            Type::Tuple(types) => types.iter().any(|t| t.holds(part)),
            _ => false,
        }
    }

    /// Whether no value can be of both types.
    pub(super) fn differs(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Any | Type::Null, _) | (_, Type::Any | Type::Null) => false,
            (Type::List(a), Type::List(b))
            | (Type::Set(a), Type::Set(b))
            | (Type::Map(a), Type::Map(b)) => a.differs(b),
            (Type::Tuple(a), Type::Tuple(b)) => {
                a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.differs(b))
            }
            (Type::Object(a), Type::Object(b)) => {
                a.len() != b.len()
                    || a.iter().any(|a| match b.iter().find(|b| b.name == a.name) {
                        Some(b) => a.ty.differs(&b.ty),
                        None => true,
                    })
            }
            _ => self != other,
        }
    }

    /// Whether a value on the command line is taken as it is and not parsed.
    pub(super) fn is_primitive(&self) -> bool {
        matches!(self, Type::String | Type::Number | Type::Bool)
    }

    /// Whether values of it have members.
    pub(super) fn holds_members(&self) -> bool {
        use Type::{List, Map, Object, Set, Tuple};
        matches!(self, List(_) | Set(_) | Map(_) | Object(_) | Tuple(_))
    }

    /// The value as this type; what can't be converted is an error value.
    pub(super) fn convert(&self, value: &Value) -> Value {
        lift(value, &mut |v| {
            if v.is_null() || v.as_symbol().is_some() || matches!(self, Type::Any | Type::Null) {
                return v.clone();
            }
            let converted = self
                .convert_one(v)
                .unwrap_or_else(|| eval::error(MISFIT))
                .with_origin_of(v)
                .marked(v.marks());
            let members = match self.members() {
                Members::Unsaid => v.members(),
                members => members,
            };
            converted.holding(members)
        })
    }

    /// Whether a value certainly does not convert, in whole or in part. What providers make of a value
    /// that is read from a resource is not known here.
    pub(super) fn refuses(&self, value: &Value) -> bool {
        !holds_error(value) && holds_error(&self.convert(value))
    }

    fn convert_one(&self, v: &Value) -> Option<Value> {
        Some(match (self, &v.data) {
            (Type::Any | Type::Null, _) => v.clone(),
            (Type::String, _) => eval::to_string(v)?,
            (Type::Number, _) => eval::to_number(v)?,
            (Type::Bool, _) => eval::to_bool(v)?,
            (Type::List(ty), Data::List(list)) => {
                let ty = common(ty, &mut list.items.iter())?;
                convert_list(&ty, list).of(Collection::List)
            }
            (Type::Set(ty), Data::List(list)) => {
                let ty = common(ty, &mut list.items.iter())?;
                crate::terraform::functions::to_set(&convert_list(&ty, list))
            }
            (Type::Tuple(types), Data::List(list)) if list.rest.is_none() => {
                if list.items.len() != types.len() {
                    return None;
                }
                let items = list.items.iter().zip(types);
                Value::list(items.map(|(v, ty)| ty.convert(v)).collect())
            }
            (Type::Tuple(_), Data::List(_)) => v.clone(),
            (Type::Map(ty), Data::Object(object)) => {
                let ty = common(ty, &mut object.entries.iter().map(|e| &e.value))?;
                let entries = object.entries.iter().map(|e| Entry {
                    value: ty.convert(&e.value),
                    ..e.clone()
                });
                Value::from(Object {
                    entries: entries.collect::<Vec<_>>().into(),
                    rest: object.rest.clone(),
                })
                .of(Collection::Map)
            }
            (Type::Object(fields), Data::Object(object)) => convert_object(fields, object, v)?,
            _ => return None,
        })
    }
}

fn holds_error(value: &Value) -> bool {
    if value
        .origin()
        .is_some_and(|o| o.references().next().is_some())
    {
        return false;
    }
    match &value.data {
        Data::List(list) => list.items.iter().any(holds_error),
        Data::Object(object) => object.entries.iter().any(|e| holds_error(&e.value)),
        _ => eval::is_error(value),
    }
}

/// What members become: where the constraint leaves it open, what they have in common.
fn common(ty: &Type, members: &mut dyn Iterator<Item = &Value>) -> Option<Type> {
    match ty {
        Type::Any => unify(&members.map(Type::of).collect::<Vec<_>>()),
        ty => Some(ty.clone()),
    }
}

impl Field {
    pub(super) fn new(name: Name, ty: Type) -> Field {
        Field {
            name,
            ty,
            optional: false,
            default: None,
        }
    }

    /// Whether an object has to have it.
    pub(super) fn is_required(&self) -> bool {
        !self.optional
    }

    fn read(name: &str, expr: &Expr) -> Field {
        let (optional, ty, default) = match &expr.kind {
            Kind::Call(call) if &*call.name == "optional" => (
                true,
                call.args.first().map_or(Type::Any, Type::read),
                call.args.get(1).map(eval::constant),
            ),
            _ => (false, Type::read(expr), None),
        };
        Field {
            name: name.into(),
            default: default.map(|d| ty.convert(&d)),
            ty,
            optional,
        }
    }
}

fn convert_list(ty: &Type, list: &List) -> Value {
    Data::List(List {
        items: list
            .items
            .iter()
            .map(|v| ty.convert(v))
            .collect::<Vec<_>>()
            .into(),
        rest: list.rest.as_ref().map(|rest| {
            Arc::new(Rest {
                symbol: rest.symbol.clone(),
                element: rest.element.as_ref().map(|e| ty.convert(e)),
            })
        }),
    })
    .into()
}

/// Attributes that the type does not name are dropped, as Terraform does; optional ones are filled in.
/// `None` when one is missing.
fn convert_object(fields: &[Field], object: &Object, v: &Value) -> Option<Value> {
    let mut entries = Vec::with_capacity(fields.len());
    for field in fields {
        let (given, key_span) = match object.get(&field.name) {
            Some(e) => (Some(field.ty.convert(&e.value)), e.key_span),
            None if object.rest.is_some() => (Some(eval::get_attr(v, &field.name)), None),
            None => (None, None),
        };
        let value = match (given, &field.default) {
            (Some(value), Some(default)) => {
                crate::value::coalesce(&[value, default.clone()], false)
            }
            (Some(value), None) => value,
            (None, Some(default)) => default.clone(),
            // Where the object stands is where the attribute would have to be added.
            (None, None) if field.optional => Value::null().with_origin_of(v),
            (None, None) => return None,
        };
        entries.push(Entry {
            key: field.name.clone(),
            key_span,
            value,
        });
    }
    Some(Value::object(entries))
}

/// Known numbers of text: integers, or floats.
pub(super) fn parse_number(text: &str) -> Option<Number> {
    if let Ok(int) = text.parse::<i64>() {
        return Some(Number::Int(int));
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = digits
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    let float = text
        .parse::<f64>()
        .ok()
        .filter(|f| plain && f.is_finite())?;
    let significant = text
        .bytes()
        .take_while(|b| !b"eE".contains(b))
        .filter(u8::is_ascii_digit)
        .skip_while(|b| *b == b'0')
        .count();
    Some(match Number::from(float) {
        // More digits than a float keeps: near, and no integer that could pass for exact.
        Number::Int(_) if significant > Number::DIGITS => return None,
        number if significant > Number::DIGITS && number.is_exact() => return None,
        number => number,
    })
}
