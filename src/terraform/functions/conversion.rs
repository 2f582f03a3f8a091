//! Conversions between types.

use super::{first, unknown};
use crate::terraform::eval::{error, to_bool, to_number, to_string};
use crate::terraform::types::Type;
use crate::value::{Collection, Data, Members, Value};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    let value = first(args);
    let any = || Box::new(Type::Any);
    let converted = match name {
        "tostring" => match to_string(&value) {
            // The same symbol: as text it reads the same.
            Some(v) => v,
            None => error("`tostring` of what is no scalar"),
        },
        "tonumber" => match to_number(&value) {
            Some(v) if v.as_symbol().is_some() => unknown(name, args),
            Some(v) => v,
            None => error("`tonumber` of what is no number"),
        },
        "tobool" => match to_bool(&value) {
            Some(v) => v,
            None => error("`tobool` of what is no boolean"),
        },
        "tomap" => Type::Map(any()).convert(&value),
        "tolist" => to_list(args),
        "toset" => match value.as_symbol() {
            Some(_) => unknown(name, args),
            None => Type::Set(any()).convert(&value),
        },
        _ => return None,
    };
    // Collections of what a constructor leaves out are of no type.
    Some(
        match value.is_empty() && value.collection() == Collection::No {
            true => converted.holding(Members::Open),
            false => converted,
        },
    )
}

fn to_list(args: &[Value]) -> Value {
    let value = first(args);
    match &value.data {
        Data::List(list) => {
            // Blocks of a resource come as a set, whose order is not the one written.
            let blocks = list.items.len() > 1
                && list
                    .items
                    .iter()
                    .any(|v| v.as_object().is_some_and(|o| o.rest.is_some()));
            if blocks {
                unknown("tolist", args)
            } else {
                Type::List(Box::new(Type::Any)).convert(&value)
            }
        }
        Data::Unknown(symbol) if symbol.reference().is_none() => unknown("tolist", args),
        Data::Null | Data::Unknown(_) => value,
        _ => error("`tolist` of what is no list"),
    }
}
