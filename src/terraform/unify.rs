//! The one type that values of several types can be converted to: of the sides of a conditional, the
//! members of a list.

use super::types::{Field, Type};

/// The type that all of these convert to; `None` when there is none. `Any` where one of them is open.
pub(super) fn unify(types: &[Type]) -> Option<Type> {
    let Some((first, rest)) = types.split_first() else {
        return Some(Type::Any);
    };
    if types.contains(&Type::Null) {
        // It takes the type of the others.
        let others: Vec<Type> = types
            .iter()
            .filter(|t| **t != Type::Null)
            .cloned()
            .collect();
        return unify(&others);
    }
    if rest.iter().all(|t| t == first) {
        return Some(first.clone());
    }
    if types.contains(&Type::Any) {
        // Open, unless those that are known exclude each other.
        let known: Vec<Type> = types.iter().filter(|t| **t != Type::Any).cloned().collect();
        return unify(&known).map(|_| Type::Any);
    }
    let all = |is: fn(&Type) -> bool| types.iter().all(is);
    if all(|t| matches!(t, Type::String | Type::Number | Type::Bool)) {
        return types.contains(&Type::String).then_some(Type::String);
    }
    if all(|t| matches!(t, Type::Object(_))) {
        return objects(types);
    }
    if all(|t| matches!(t, Type::Object(_) | Type::Map(_))) {
        return members(types).map(|t| Type::Map(Box::new(t)));
    }
    if all(|t| matches!(t, Type::Tuple(_))) {
        return tuples(types);
    }
    if all(|t| matches!(t, Type::Set(_))) {
        return members(types).map(|t| Type::Set(Box::new(t)));
    }
    if all(|t| matches!(t, Type::Tuple(_) | Type::Set(_))) {
        return set_of_tuples(types);
    }
    if all(|t| matches!(t, Type::Tuple(_) | Type::List(_) | Type::Set(_))) {
        return members(types).map(|t| Type::List(Box::new(t)));
    }
    None
}

/// Tuples beside sets become sets, as in `c ? toset(x) : []`: what sets hold decides, and what tuples hold
/// has to convert to it.
fn set_of_tuples(types: &[Type]) -> Option<Type> {
    let is_set = |t: &&Type| matches!(t, Type::Set(_));
    let sets: Vec<Type> = types.iter().filter(is_set).cloned().collect();
    let held = members(&sets)?;
    let tuples = types.iter().filter(|t| !is_set(t));
    let converts = |t: &Type| match t {
        Type::Tuple(inner) => inner
            .iter()
            .all(|t| unify(&[held.clone(), t.clone()]).is_some()),
        _ => false,
    };
    let all = tuples.into_iter().all(converts);
    all.then(|| Type::Set(Box::new(held)))
}

/// The type of the members of all of these.
fn members(types: &[Type]) -> Option<Type> {
    let inner: Vec<Type> = types
        .iter()
        .flat_map(|t| match t {
            Type::List(t) | Type::Set(t) | Type::Map(t) => vec![(**t).clone()],
            Type::Tuple(types) => types.clone(),
            Type::Object(fields) => fields.iter().map(|f| f.ty.clone()).collect(),
            _ => Vec::new(),
        })
        .collect();
    unify(&inner)
}

/// Objects of the same attributes stay objects; others become maps.
fn objects(types: &[Type]) -> Option<Type> {
    let fields = |t: &Type| match t {
        Type::Object(fields) => fields.clone(),
        _ => Vec::new(),
    };
    let first = fields(&types[0]);
    let alike = types[1..].iter().map(fields).all(|other| {
        other.len() == first.len() && first.iter().all(|f| other.iter().any(|o| o.name == f.name))
    });
    if !alike {
        return members(types).map(|t| Type::Map(Box::new(t)));
    }
    let unified = first.iter().map(|f| {
        let each: Vec<Type> = types
            .iter()
            .flat_map(fields)
            .filter(|o| o.name == f.name)
            .map(|o| o.ty)
            .collect();
        Some(Field::new(f.name.clone(), unify(&each)?))
    });
    unified.collect::<Option<Vec<Field>>>().map(Type::Object)
}

/// Tuples of the same length stay tuples; others become lists.
fn tuples(types: &[Type]) -> Option<Type> {
    let items = |t: &Type| match t {
        Type::Tuple(items) => items.clone(),
        _ => Vec::new(),
    };
    let length = items(&types[0]).len();
    if types[1..].iter().any(|t| items(t).len() != length) {
        return members(types).map(|t| Type::List(Box::new(t)));
    }
    let columns: Vec<Vec<Type>> = types.iter().map(items).collect();
    let unified =
        (0..length).map(|i| unify(&columns.iter().map(|c| c[i].clone()).collect::<Vec<_>>()));
    unified.collect::<Option<Vec<Type>>>().map(Type::Tuple)
}
