//! What is wrong with a value that is not of a variable's type, in words.

use super::types::Type;
use crate::value::{Data, Value};

/// Why a type refuses a value: "`a.end` is missing", "`[0]` has to be a number". `None` where it does not.
pub(super) fn misfit(ty: &Type, value: &Value) -> Option<String> {
    if !ty.refuses(value) {
        return None;
    }
    let mut path = String::new();
    let why = reason(ty, value, &mut path);
    Some(match path.trim_start_matches('.') {
        "" => format!("it {why}"),
        path => format!("`{path}` {why}"),
    })
}

/// The innermost reason; `path` becomes that of the part which it is about.
fn reason(ty: &Type, value: &Value, path: &mut String) -> String {
    let part = match (ty, &value.data) {
        (Type::Object(fields), Data::Object(object)) => {
            let lacks = |name: &str| object.get(name).is_none() && object.rest.is_none();
            if let Some(missing) = fields.iter().find(|f| f.is_required() && lacks(&f.name)) {
                path.push_str(&format!(".{}", missing.name));
                return "is missing".into();
            }
            fields.iter().find_map(|field| {
                let value = &object.get(&field.name)?.value;
                let refused = field.ty.refuses(value);
                refused.then(|| (format!(".{}", field.name), &field.ty, value))
            })
        }
        (Type::Map(member), Data::Object(object)) => object.entries.iter().find_map(|entry| {
            let refused = member.refuses(&entry.value);
            refused.then(|| (format!(".{}", entry.key), &**member, &entry.value))
        }),
        (Type::List(member) | Type::Set(member), Data::List(list)) => {
            let mut items = list.items.iter().enumerate();
            items.find_map(|(i, item)| {
                let refused = member.refuses(item);
                refused.then(|| (format!("[{i}]"), &**member, item))
            })
        }
        (Type::Tuple(types), Data::List(list)) if types.len() == list.items.len() => {
            let mut items = types.iter().zip(list.items.iter()).enumerate();
            items.find_map(|(i, (ty, item))| {
                let refused = ty.refuses(item);
                refused.then(|| (format!("[{i}]"), ty, item))
            })
        }
        _ => None,
    };
    match part {
        Some((step, ty, value)) => {
            path.push_str(&step);
            reason(ty, value, path)
        }
        None => format!("has to be {}", described(ty)),
    }
}

fn described(ty: &Type) -> String {
    match ty {
        Type::Any | Type::Null => "of another type".into(),
        Type::String => "a string".into(),
        Type::Number => "a number".into(),
        Type::Bool => "true or false".into(),
        Type::List(_) => "a list".into(),
        Type::Set(_) => "a set, written as a list".into(),
        // Members of a map are of one type.
        Type::Map(member) if **member == Type::Any => "a map of values of one type".into(),
        Type::Map(_) => "a map".into(),
        Type::Object(_) => "an object".into(),
        Type::Tuple(types) => format!("a list of {}", types.len()),
    }
}
