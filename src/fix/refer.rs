//! References from one resource to another as their language writes them: `azurerm_subnet.db.id`,
//! `resourceId('…', 'net', 'db')`.

use crate::declared::Language;
use crate::model::{Model, ResourceId};
use crate::source::Sources;
use crate::value::{Tri, Value};

/// What a resource is called inside its own module or deployment.
pub(super) fn local_name<'m>(model: &'m Model<'_>, id: ResourceId) -> &'m str {
    let resource = model.resource(id);
    resource
        .address
        .strip_prefix(&*resource.module)
        .unwrap_or(&resource.address)
}

/// A Terraform reference from code in the module of `from` to an attribute of `to`; empty `attribute`
/// for the resource itself. `None` when there is none: another module, an instance among several.
pub(super) fn hcl(
    model: &Model<'_>,
    from: ResourceId,
    to: ResourceId,
    attribute: &str,
) -> Option<String> {
    let target = model.resource(to);
    if target.outside || model.resource(from).module != target.module {
        return None;
    }
    let name = local_name(model, to);
    // A child lifted out of its parent has no address of its own; `["a"]` is right only by chance.
    if name.matches('.').count() > 1 + usize::from(name.starts_with("data.")) || name.contains('[')
    {
        return None;
    }
    Some(if attribute.is_empty() {
        name.to_owned()
    } else {
        format!("{name}.{attribute}")
    })
}

/// The address of a resource for `depends_on`: without instance, since a dependency is on all of them. What a
/// module called here holds goes by the module.
pub(super) fn hcl_resource(model: &Model<'_>, from: ResourceId, to: ResourceId) -> Option<String> {
    let target = model.resource(to);
    let module = target.module.strip_prefix(&*model.resource(from).module)?;
    if target.outside {
        return None;
    }
    if let Some(called) = module.strip_prefix("module.") {
        let name = called.split(['.', '[']).next()?;
        let inside = format!("{}module.{name}", model.resource(from).module);
        // Something else in the module that waits for this would close a circle.
        let circle = model.iter().any(|(id, other)| {
            let rest = other.module.strip_prefix(&*inside);
            rest.is_some_and(|rest| rest.starts_with(['.', '[']))
                && model.waits_for(id, from) != Tri::False
        });
        return (!circle).then(|| format!("module.{name}"));
    }
    let name = local_name(model, to).split('[').next()?;
    (name.matches('.').count() == 1 + usize::from(name.starts_with("data.")))
        .then(|| name.to_owned())
}

/// Whether a resource of a template has a symbolic name: its address is no type and name.
pub(super) fn is_symbolic(model: &Model<'_>, id: ResourceId) -> bool {
    model.language(id) == Language::Arm && !local_name(model, id).contains('/')
}

/// The expression, without brackets, that gives a resource's id in a template.
pub(super) fn resource_id(
    model: &Model<'_>,
    sources: &Sources,
    from: ResourceId,
    to: ResourceId,
) -> Option<String> {
    if model.language(to) != Language::Arm || model.resource(to).outside {
        return None;
    }
    if model.resource(from).module != model.resource(to).module {
        return None;
    }
    let names = names(model, sources, to)?;
    let ty = &model.type_of(to).arm;
    Some(format!("resourceId('{ty}', {})", names.join(", ")))
}

/// The expressions of the names in a resource's id, outermost first.
fn names(model: &Model<'_>, sources: &Sources, id: ResourceId) -> Option<Vec<String>> {
    let resource = model.resource(id);
    let written = expression(&resource.body, &["name"], sources)?;
    let depth = model.type_of(id).arm.matches('/').count();
    if depth == 1 {
        return Some(vec![written]);
    }
    let parts = split_name(&written);
    if parts.len() == depth {
        return Some(parts);
    }
    // Written inside its parent: the parent's names come first.
    let crate::model::To::Resource(parent) = resource.parent.as_ref()?.to else {
        return None;
    };
    let mut all = names(model, sources, parent)?;
    (parts.len() == 1 && all.len() + 1 == depth).then(|| {
        all.extend(parts);
        all
    })
}

/// What a resource says for a member, as an expression: `'net'`, `parameters('net')`.
pub(super) fn expression(body: &Value, path: &[&str], sources: &Sources) -> Option<String> {
    let value = path.iter().fold(body.clone(), |value, name| {
        crate::value::member(&value, name, true)
    });
    let span = value.span()?;
    let source = sources.get(span.file);
    let text = source.text.get(span.range())?;
    Some(
        match text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
            Some(expression) if !expression.starts_with('[') => expression.to_owned(),
            _ => format!("'{}'", text.replace('\'', "''")),
        },
    )
}

/// `'a/b'` and `concat(x, '/b')` as their parts; anything else is one part.
fn split_name(expression: &str) -> Vec<String> {
    if let Some(literal) = expression
        .strip_prefix('\'')
        .and_then(|t| t.strip_suffix('\''))
    {
        return literal.split('/').map(|part| format!("'{part}'")).collect();
    }
    let inner = expression
        .strip_prefix("concat(")
        .and_then(|t| t.strip_suffix(')'));
    if let Some((first, last)) = inner.and_then(|inner| inner.rsplit_once(','))
        && let Some(tail) = last
            .trim()
            .strip_prefix("'/")
            .and_then(|t| t.strip_suffix('\''))
        && !tail.contains(['/', '\''])
        && balanced(first)
    {
        return vec![first.trim().to_owned(), format!("'{tail}'")];
    }
    vec![expression.to_owned()]
}

/// One whole argument: no comma outside parentheses, parentheses closed.
fn balanced(text: &str) -> bool {
    let mut depth = 0i32;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => return false,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(split_name("'a/b'"), ["'a'", "'b'"]);
        assert_eq!(
            split_name("concat(parameters('z'), '/link')"),
            ["parameters('z')", "'link'"]
        );
        assert_eq!(split_name("concat(a, b, '/x')"), ["concat(a, b, '/x')"]);
        assert_eq!(split_name("parameters('z')"), ["parameters('z')"]);
    }
}
