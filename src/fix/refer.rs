//! References from one resource to another as their language writes them: `azurerm_subnet.db.id`,
//! `resourceId('…', 'net', 'db')`.

use crate::declared::Language;
use crate::model::{Model, ResourceId};
use crate::source::Sources;
use crate::value::Value;

/// The module that an address is in: `module.db[0].` of `module.db[0].azurerm_subnet.x`; empty for the
/// root. In templates: the deployment's path.
pub(super) fn module_of(address: &str) -> &str {
    let mut end = 0;
    while let Some(rest) = address[end..].strip_prefix("module.") {
        let Some(dot) = rest.find('.') else { break };
        end += "module.".len() + dot + 1;
    }
    &address[..end]
}

/// What a resource is called inside its own module.
pub(super) fn local_name(address: &str) -> &str {
    &address[module_of(address).len()..]
}

/// A Terraform reference from code in the module of `from` to an attribute of `to`; empty `attribute`
/// for the resource itself. `None` when there is none: another module, an instance among several.
pub(super) fn hcl(model: &Model<'_>, from: ResourceId, to: ResourceId, attribute: &str) -> Option<String> {
    let (from, target) = (&model.resource(from).address, model.resource(to));
    if target.outside || module_of(from) != module_of(&target.address) {
        return None;
    }
    let name = local_name(&target.address);
    // A child lifted out of its parent has no address of its own; `["a"]` is right only by chance.
    if name.matches('.').count() > 1 + usize::from(name.starts_with("data.")) || name.contains('[') {
        return None;
    }
    Some(if attribute.is_empty() { name.to_owned() } else { format!("{name}.{attribute}") })
}

/// The expression, without brackets, that gives a resource's id in a template.
pub(super) fn resource_id(model: &Model<'_>, sources: &Sources, from: ResourceId, to: ResourceId) -> Option<String> {
    if model.language(to) != Language::Arm || model.resource(to).outside {
        return None;
    }
    let scope = |id: ResourceId| model.resource(id).address.rsplit_once("::").map(|(scope, _)| scope.to_owned());
    if scope(from) != scope(to) {
        return None;
    }
    let names: Option<Vec<String>> = names(model, sources, to)?.into_iter().map(Some).collect();
    let ty = &model.type_of(to).arm;
    Some(format!("resourceId('{ty}', {})", names?.join(", ")))
}

/// The expressions of the names in a resource's id, outermost first.
fn names(model: &Model<'_>, sources: &Sources, id: ResourceId) -> Option<Vec<String>> {
    let resource = model.resource(id);
    let written = name_expression(&resource.body, sources)?;
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

/// The name as an expression: `'net'`, `parameters('net')`.
pub(super) fn name_expression(body: &Value, sources: &Sources) -> Option<String> {
    let name = crate::value::member(body, "name", true);
    let span = name.span()?;
    let source = sources.get(span.file);
    let text = source.text.get(span.range())?;
    Some(match text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) {
        Some(expression) if !expression.starts_with('[') => expression.to_owned(),
        _ => format!("'{}'", text.replace('\'', "''")),
    })
}

/// `'a/b'` and `concat(x, '/b')` as their parts; anything else is one part.
fn split_name(expression: &str) -> Vec<String> {
    if let Some(literal) = expression.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')) {
        return literal.split('/').map(|part| format!("'{part}'")).collect();
    }
    let inner = expression.strip_prefix("concat(").and_then(|t| t.strip_suffix(')'));
    if let Some((first, last)) = inner.and_then(|inner| inner.rsplit_once(','))
        && let Some(tail) = last.trim().strip_prefix("'/").and_then(|t| t.strip_suffix('\''))
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
    fn addresses_are_taken_apart() {
        assert_eq!(module_of("module.a[0].module.b.azurerm_x.y"), "module.a[0].module.b.");
        assert_eq!(local_name("azurerm_x.y"), "azurerm_x.y");
        assert_eq!(local_name("module.a.azurerm_x.y[0]"), "azurerm_x.y[0]");
    }

    #[test]
    fn names_are_taken_apart() {
        assert_eq!(split_name("'a/b'"), ["'a'", "'b'"]);
        assert_eq!(split_name("concat(parameters('z'), '/link')"), ["parameters('z')", "'link'"]);
        assert_eq!(split_name("concat(a, b, '/x')"), ["concat(a, b, '/x')"]);
        assert_eq!(split_name("parameters('z')"), ["parameters('z')"]);
    }
}
