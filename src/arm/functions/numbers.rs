//! Whole numbers. Resource Manager knows no others in expressions.

use super::{Arguments, Function};
use crate::value::{Data, Value};

pub(super) fn find(name: &str) -> Option<Function> {
    use Function::ByCase;
    Some(match name {
        "add" => ByCase(|a| two(a, i64::checked_add)),
        "sub" => ByCase(|a| two(a, i64::checked_sub)),
        "mul" => ByCase(|a| two(a, i64::checked_mul)),
        "div" => ByCase(|a| two(a, i64::checked_div)),
        "mod" => ByCase(|a| two(a, i64::checked_rem)),
        "min" => ByCase(|a| extreme(a, |all| all.into_iter().min())),
        "max" => ByCase(|a| extreme(a, |all| all.into_iter().max())),
        "int" => ByCase(to_int),
        _ => return None,
    })
}

fn two(a: &Arguments<'_, '_>, f: fn(i64, i64) -> Option<i64>) -> Option<Value> {
    match a.values {
        [x, y] => Some(f(x.as_int()?, y.as_int()?)?.into()),
        _ => None,
    }
}

fn extreme(a: &Arguments<'_, '_>, f: fn(Vec<i64>) -> Option<i64>) -> Option<Value> {
    let items = match a.values {
        [one] if one.as_list().is_some() => {
            let list = one.as_list().filter(|l| l.rest.is_none())?;
            &list.items[..]
        }
        all => all,
    };
    let numbers: Option<Vec<i64>> = items.iter().map(Value::as_int).collect();
    Some(f(numbers?)?.into())
}

fn to_int(a: &Arguments<'_, '_>) -> Option<Value> {
    let value = a.values.first()?;
    match &value.data {
        Data::Number(_) => value.as_int().map(Value::from),
        Data::Text(text) => Some(text.as_known()?.trim().parse::<i64>().ok()?.into()),
        _ => None,
    }
}
