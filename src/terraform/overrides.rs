//! Override files.

use super::syntax::ast::{Block, Item};

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
    let Some(base) = blocks
        .iter_mut()
        .find(|b| b.kind == new.kind && b.labels == new.labels)
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
