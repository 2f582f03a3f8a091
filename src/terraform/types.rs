//! Type constraints of variables, and conversion to them.

use super::eval;
use super::syntax::ast::{Expr, Kind, Name};
use crate::value::{Data, Entry, List, Number, Object, Rest, Value, lift};

/// A type constraint.
#[derive(Debug)]
pub(super) enum Type {
    Any,
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
#[derive(Debug)]
pub(super) struct Field {
    name: Name,
    ty: Type,
    optional: bool,
    default: Option<Value>,
}

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

    /// Whether a value on the command line is taken as it is and not parsed.
    pub(super) fn is_primitive(&self) -> bool {
        matches!(self, Type::String | Type::Number | Type::Bool)
    }

    /// The value as this type; what can't be converted is an error value.
    pub(super) fn convert(&self, value: &Value) -> Value {
        lift(value, &mut |v| {
            if v.is_null() || v.as_symbol().is_some() {
                return v.clone();
            }
            self.convert_one(v)
                .unwrap_or_else(|| {
                    eval::error("a value that does not fit the type of its variable")
                })
                .with_origin_of(v)
                .sensitive(v.is_sensitive())
        })
    }

    fn convert_one(&self, v: &Value) -> Option<Value> {
        Some(match (self, &v.data) {
            (Type::Any, _) => v.clone(),
            (Type::String, _) => eval::to_string(v)?,
            (Type::Number, _) => eval::to_number(v)?,
            (Type::Bool, _) => eval::to_bool(v)?,
            (Type::List(ty), Data::List(list)) => convert_list(ty, list),
            (Type::Set(ty), Data::List(list)) => {
                crate::terraform::functions::to_set(&convert_list(ty, list))
            }
            (Type::Tuple(types), Data::List(list)) => Value::list(
                list.items
                    .iter()
                    .zip(types)
                    .map(|(v, ty)| ty.convert(v))
                    .collect(),
            ),
            (Type::Map(ty), Data::Object(object)) => Data::Object(Object {
                entries: object
                    .entries
                    .iter()
                    .map(|e| Entry {
                        value: ty.convert(&e.value),
                        ..e.clone()
                    })
                    .collect::<Vec<_>>()
                    .into(),
                rest: object.rest.clone(),
            })
            .into(),
            (Type::Object(fields), Data::Object(object)) => convert_object(fields, object, v),
            _ => return None,
        })
    }
}

impl Field {
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
            std::sync::Arc::new(Rest {
                symbol: rest.symbol.clone(),
                element: rest.element.as_ref().map(|e| ty.convert(e)),
            })
        }),
    })
    .into()
}

/// Attributes that the type does not name are dropped, as Terraform does; optional ones are filled in.
fn convert_object(fields: &[Field], object: &Object, v: &Value) -> Value {
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
            (None, None) => continue,
        };
        entries.push(Entry {
            key: field.name.clone(),
            key_span,
            value,
        });
    }
    Value::object(entries)
}

/// Known numbers of text: exact integers, or floats.
pub(super) fn parse_number(text: &str) -> Option<Number> {
    let text = text.trim();
    text.parse::<i64>().map(Number::Int).ok().or_else(|| {
        let plain = text
            .bytes()
            .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
        let float = text.parse::<f64>().ok()?;
        (plain && float.is_finite()).then(|| Number::from(float))
    })
}
