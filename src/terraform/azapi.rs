//! azapi resources, which are Resource Manager's own: brought to the form of a template's resource.

use std::sync::Arc;

use super::eval::{Evaluator, Scope, constant};
use super::resource::inner;
use super::syntax::ast::{Block, Kind};
use super::syntax::json::parse_plain;
use crate::declared::{Declared, Language};
use crate::value::{Data, Entry, Object, Rest, Symbol, Value};

/// Resources of this type are declared in Resource Manager's terms.
pub(super) const RESOURCE: &str = "azapi_resource";

/// Types that change other resources in ways that are not looked into.
pub(super) fn changes_others(kind: &str) -> bool {
    matches!(kind, "azapi_update_resource" | "azapi_resource_action")
}

/// The arguments of a resource with its `output`: of what a map exports, id and name are known before Azure
/// answers. (What a list exports was JSON text in older versions.) `symbol` stands for the resource.
pub(super) fn with_output(kind: &str, arguments: &Value, symbol: &Symbol) -> Value {
    let Some(object) = arguments.as_object().filter(|_| kind == RESOURCE) else {
        return arguments.clone();
    };
    let exports = object.get("response_export_values");
    let Some(exports) = exports.and_then(|e| e.value.as_object()) else {
        return arguments.clone();
    };
    let known = exports.entries.iter().filter_map(|export| {
        let value = match export.value.as_str()? {
            "id" => inner(symbol, "id").into(),
            "name" => object.get("name")?.value.clone(),
            _ => return None,
        };
        Some(Entry::new(&export.key, value))
    });
    let output = Object {
        entries: known.collect::<Vec<_>>().into(),
        rest: Some(Arc::new(Rest {
            symbol: inner(symbol, "output"),
            element: None,
        })),
    };
    let output = Entry::new("output", output.into());
    let entries = object.entries.iter().cloned().chain([output]);
    Value::from(Object {
        entries: entries.collect::<Vec<_>>().into(),
        rest: object.rest.clone(),
    })
    .with_origin_of(arguments)
}

/// Brings an azapi resource to Resource Manager's terms; others stay as they are. `encoded` is the
/// structure of its body, where that is written as JSON text.
pub(super) fn in_its_terms(declared: &mut Declared, encoded: Option<Value>) {
    if &*declared.type_name != RESOURCE {
        return;
    }
    let native = native(&declared.body, encoded);
    declared.language = Language::Arm;
    declared.type_name = native.type_name.into();
    declared.version = native.version.map(Into::into);
    declared.body = native.body;
    declared.scope = native.scope;
    // All that is of interest stands in the body.
    if let Some(ignored) = &mut declared.ignored {
        ignored.all |= ignored.some.iter().any(|name| &**name == "body");
    }
    if let Some(change) = &mut declared.change {
        change.before = change
            .before
            .take()
            .map(|before| self::native(&before, None).body);
    }
}

/// A resource in Resource Manager's terms.
struct Native {
    type_name: String,
    version: Option<String>,
    body: Value,
    scope: Option<Value>,
}

/// `body = jsonencode({…})`: what is encoded, evaluated with its structure.
pub(super) fn encoded_body(ev: &Evaluator<'_>, scope: &Scope<'_>, block: &Block) -> Option<Value> {
    let expr = block.body.get("body")?;
    let Kind::Call(call) = &expr.kind else {
        return None;
    };
    match (&*call.name, &call.args[..]) {
        ("jsonencode", [inner]) => Some(ev.eval_whole(inner, scope)),
        _ => None,
    }
}

/// Brings the arguments to a template's form: `body`'s members beside `name`, `location`, `tags`.
fn native(arguments: &Value, encoded: Option<Value>) -> Native {
    let get = |name: &str| {
        arguments
            .as_object()
            .and_then(|o| o.get(name))
            .cloned()
            .filter(|e| !e.value.is_null())
    };
    let ty = get("type").map(|e| e.value);
    let full = ty
        .as_ref()
        .and_then(Value::as_text)
        .map(|t| t.shown())
        .unwrap_or_default();
    let (type_name, version) = match full.rsplit_once('@') {
        Some((name, version)) => (name.to_owned(), Some(version.to_owned())),
        None => (full, None),
    };
    let mut entries: Vec<Entry> = ["name", "location", "tags"]
        .into_iter()
        .filter_map(get)
        .collect();
    if let Some(id) = get("resource_id") {
        entries.push(Entry {
            key: "id".into(),
            ..id
        });
    }
    let mut rest = None;
    if let Some(body) = get("body") {
        let structure = encoded.unwrap_or(body.value);
        let structure = match (structure.as_str(), structure.span()) {
            // A JSON text.
            (Some(json), Some(span)) => parse_plain(span, json).map_or(structure, |e| constant(&e)),
            _ => structure,
        };
        match &structure.data {
            Data::Object(object) => {
                for entry in object.entries.iter() {
                    entries.retain(|e| !e.key.eq_ignore_ascii_case(&entry.key));
                    entries.push(entry.clone());
                }
                rest.clone_from(&object.rest);
            }
            Data::Null => {}
            _ => {
                if let Some(symbol) = structure.first_symbol() {
                    rest = Some(Arc::new(Rest {
                        symbol: symbol.clone(),
                        element: None,
                    }));
                }
            }
        }
    }
    let body = Value::from(Object {
        entries: entries.into(),
        rest,
    })
    .with_origin_of(arguments);
    Native {
        type_name,
        version,
        body,
        scope: get("parent_id").map(|e| e.value),
    }
}
