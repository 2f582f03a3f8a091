//! What is configured, but not in a plan of some targets, or in one that ends where Terraform failed.

use std::collections::{BTreeSet, HashSet};

use super::document::Document;
use super::json::Json;
use super::references::{References, Scope, Wanted, both};
use super::traversal::without_keys;
use crate::declared::Opaque;
use crate::terraform::module_of;
use crate::value::{Cause, CauseKind, Reference, Symbol, Value};

/// All of it as one part that can't be looked into, with what it refers to.
pub(super) fn left_out(document: &Document<'_>, references: &References<'_, '_>) -> Option<Opaque> {
    if document.is_complete() {
        return None;
    }
    let instances = document.instances.iter();
    let there: HashSet<String> = instances.map(|i| without_keys(i.address)).collect();
    let mut absent = document.blocks();
    absent.retain(|address, block| {
        let managed = block.get("mode").and_then(Json::text) != Some("data");
        managed && !there.contains(*address)
    });
    let (first, block) = absent.first_key_value()?;
    let cause = match absent.len() - 1 {
        0 => format!("`{first}` is not in this plan"),
        n => format!("`{first}` and {n} more of the configuration are not in this plan"),
    };
    let cause = Cause::new(CauseKind::Outside, cause);
    let told = absent
        .iter()
        .map(|(address, block)| told(document, references, address, *block));
    Some(Opaque {
        address: (*first).into(),
        inputs: Value::list(told.flatten().collect()),
        cause,
        exists: true.into(),
        span: block.span(),
    })
}

/// What a block refers to, and the texts in it, which may be names. Where that can't be told, it may be anything.
fn told<'a>(
    document: &Document<'a>,
    references: &References<'_, 'a>,
    address: &str,
    block: Json<'a>,
) -> Vec<Value> {
    let module = module_of(address);
    let mut sources = Some(BTreeSet::new());
    let mut values = Vec::new();
    let mut open: Vec<Json<'a>> = block.get("expressions").into_iter().collect();
    while let Some(part) = open.pop() {
        if let Some(constant) = part.get("constant_value") {
            values.push(constant.value());
        } else if part.get("references").is_some() {
            for wanted in [Wanted::Known, Wanted::Unknown] {
                let scope = Scope {
                    module,
                    key: "",
                    for_each: block.get("for_each_expression"),
                    wanted,
                };
                sources = both(sources, references.expression(part, scope, &[]));
            }
        } else {
            open.extend(part.members().map(|(_, inner)| inner));
            open.extend(part.items());
        }
    }
    let repeated = document.is_repeated(module);
    match sources.filter(|_| !repeated) {
        Some(sources) => values.extend(sources.into_iter().map(|(address, _)| mention(&address))),
        None => values.extend(document.instances.iter().map(|i| mention(i.address))),
    }
    values
}

/// A value that is something of a resource.
fn mention(address: &str) -> Value {
    let cause = Cause::new(CauseKind::Outside, format!("`{address}` is referred to"));
    let reference = Reference {
        resource: address.into(),
        attribute: "".into(),
    };
    Symbol::new(address, address, cause)
        .referring(reference)
        .into()
}
