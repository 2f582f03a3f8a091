//! Override files.

use super::syntax::ast::{Block, Expr, Item};

/// Merges a block of an override file into what the other files say.
pub(super) fn merge(blocks: &mut Vec<Block>, new: Block) {
    if &*new.kind == "locals" {
        for item in new.body.items {
            if let Item::Attribute(a) = item {
                for base in blocks.iter_mut().filter(|b| &*b.kind == "locals") {
                    base.body
                        .items
                        .retain(|i| !matches!(i, Item::Attribute(old) if old.name == a.name));
                }
                if let Some(base) = blocks.iter_mut().find(|b| &*b.kind == "locals") {
                    base.body.items.push(Item::Attribute(a));
                }
            }
        }
        return;
    }
    if &*new.kind == "terraform" {
        return settings(blocks, new);
    }
    let alias = |b: &Block| {
        let alias = b.body.get("alias").and_then(Expr::as_str);
        alias.map(str::to_owned)
    };
    let Some(base) = blocks
        .iter_mut()
        .find(|b| b.kind == new.kind && b.labels == new.labels && alias(b) == alias(&new))
    else {
        blocks.push(new);
        return;
    };
    for item in &new.body.items {
        base.body.items.retain(|old| match (old, item) {
            (Item::Attribute(old), Item::Attribute(new)) => old.name != new.name,
            (Item::Block(old), Item::Block(new)) => old.kind != new.kind,
            _ => true,
        });
    }
    base.body.items.extend(new.body.items);
}

/// Settings of Terraform itself, which may stand in several blocks. Required providers are replaced one by
/// one, and a `backend` or `cloud` by either.
fn settings(blocks: &mut Vec<Block>, new: Block) {
    let place = |kind: &str| matches!(kind, "backend" | "cloud");
    for base in blocks.iter_mut().filter(|b| b.kind == new.kind) {
        for item in &new.body.items {
            base.body.items.retain_mut(|old| match (old, item) {
                (Item::Attribute(old), Item::Attribute(new)) => old.name != new.name,
                (Item::Block(old), Item::Block(new)) if old.kind != new.kind => {
                    !(place(&old.kind) && place(&new.kind))
                }
                (Item::Block(old), Item::Block(new)) if &*old.kind == "required_providers" => {
                    old.body.items.retain(|item| match item {
                        Item::Attribute(a) => new.body.get(&a.name).is_none(),
                        Item::Block(_) => true,
                    });
                    true
                }
                (Item::Block(old), Item::Block(new)) => {
                    old.labels != new.labels && !place(&old.kind)
                }
                _ => true,
            });
        }
    }
    blocks.push(new);
}
