//! The one type that values of several types can be converted to: of the sides of a conditional, the
//! members of a list.

use super::types::{Field, Type};

/// The type that all of these convert to; `None` when there is none. `Any` where one of them is open.
pub(super) fn unify<'t>(types: impl IntoIterator<Item = &'t Type>) -> Option<Type> {
    all_of(&Vec::from_iter(types))
}

fn all_of(types: &[&Type]) -> Option<Type> {
    let Some((first, rest)) = types.split_first() else {
        return Some(Type::Any);
    };
    if types.contains(&&Type::Null) {
        // It takes the type of the others.
        return unify(without(types, &Type::Null));
    }
    if rest.iter().all(|t| t == first) {
        return Some((*first).clone());
    }
    if types.contains(&&Type::Any) {
        // Open, unless those that are known exclude each other.
        return unify(without(types, &Type::Any)).map(|_| Type::Any);
    }
    let all = |is: fn(&Type) -> bool| types.iter().all(|t| is(t));
    if all(|t| matches!(t, Type::String | Type::Number | Type::Bool)) {
        return types.contains(&&Type::String).then_some(Type::String);
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
    if all(|t| matches!(t, Type::List(_))) {
        return members(types).map(|t| Type::List(Box::new(t)));
    }
    if all(|t| matches!(t, Type::List(_) | Type::Set(_))) {
        // Lists come before sets, whatever they hold.
        let list = types.iter().find(|t| matches!(t, Type::List(_)));
        return list.map(|t| (*t).clone());
    }
    if all(|t| matches!(t, Type::Tuple(_) | Type::List(_) | Type::Set(_))) {
        return members(types).map(|t| Type::List(Box::new(t)));
    }
    None
}

fn without<'t>(types: &[&'t Type], one: &Type) -> impl Iterator<Item = &'t Type> {
    types.iter().copied().filter(move |t| *t != one)
}

/// Tuples beside sets become sets, as in `c ? toset(x) : []`: what sets hold decides, and what tuples hold
/// has to convert to it.
fn set_of_tuples(types: &[&Type]) -> Option<Type> {
    let is_set = |t: &&Type| matches!(t, Type::Set(_));
    let held = members(&Vec::from_iter(types.iter().copied().filter(is_set)))?;
    let mut tuples = types.iter().filter(|t| !is_set(t));
    let converts = |t: &&Type| match t {
        Type::Tuple(inner) => inner.iter().all(|t| unify([&held, t]).is_some()),
        _ => false,
    };
    tuples.all(converts).then(|| Type::Set(Box::new(held)))
}

/// The type of the members of all of these.
fn members(types: &[&Type]) -> Option<Type> {
    let mut inner = Vec::new();
    for t in types {
        match t {
            Type::List(t) | Type::Set(t) | Type::Map(t) => inner.push(&**t),
            Type::Tuple(types) => inner.extend(types),
            Type::Object(fields) => inner.extend(fields.iter().map(|f| &f.ty)),
            _ => {}
        }
    }
    all_of(&inner)
}

/// Objects of the same attributes stay objects; others become maps.
fn objects(types: &[&Type]) -> Option<Type> {
    fn fields(t: &Type) -> &[Field] {
        match t {
            Type::Object(fields) => fields,
            _ => &[],
        }
    }
    let [first, others @ ..] = types else {
        return None;
    };
    let first = fields(first);
    let alike = others.iter().map(|t| fields(t)).all(|other| {
        other.len() == first.len() && first.iter().all(|f| other.iter().any(|o| o.name == f.name))
    });
    if !alike {
        return members(types).map(|t| Type::Map(Box::new(t)));
    }
    let unified = first.iter().map(|f| {
        let of_all = types.iter().flat_map(|t| fields(t));
        let named = of_all.filter(|o| o.name == f.name).map(|o| &o.ty);
        Some(Field::new(f.name.clone(), unify(named)?))
    });
    unified.collect::<Option<Vec<Field>>>().map(Type::Object)
}

/// Tuples of the same length stay tuples; others become lists.
fn tuples(types: &[&Type]) -> Option<Type> {
    fn items(t: &Type) -> &[Type] {
        match t {
            Type::Tuple(items) => items,
            _ => &[],
        }
    }
    let length = items(types.first()?).len();
    if types.iter().any(|t| items(t).len() != length) {
        return members(types).map(|t| Type::List(Box::new(t)));
    }
    let unified = (0..length).map(|i| unify(types.iter().map(|t| &items(t)[i])));
    unified.collect::<Option<Vec<Type>>>().map(Type::Tuple)
}
