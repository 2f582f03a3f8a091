//! Conversions between types.

use super::{first, unknown};
use crate::terraform::eval::{error, to_bool, to_number, to_string};
use crate::value::{Data, Value};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Value> {
    let value = first(args);
    Some(match name {
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
        "tomap" => match &value.data {
            Data::Object(_) | Data::Null | Data::Unknown(_) => value,
            _ => error("`tomap` of what is no object"),
        },
        _ => return None,
    })
}
