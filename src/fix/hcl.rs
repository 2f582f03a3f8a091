//! Edits of Terraform's native syntax. A block is given as the byte range of all of it, from its type to
//! its closing brace; a path names nested blocks and, last, an attribute or block. A `dynamic` block is entered
//! through its `content`, an attribute through its object constructor (`body = { … }`, bare or in
//! `jsonencode`). An object constructor may also stand for the block itself.
//!
//! Every function returns `None` when the text does not look as expected, and no changes at all when
//! it already is as wanted. What `terraform fmt` had aligned stays aligned.

mod align;
mod insert;
mod list;
mod scan;
#[cfg(test)]
mod tests;
mod token;

use std::ops::Range;

use self::insert::Member;
use self::scan::{Block, Item, rest};
use super::Change;
use super::text::{line_start, next_line, space_before, starts_line, without_lines};

pub use self::insert::insert_block;
pub use self::list::{add_to_list, insert_element_after};
pub use self::scan::statement;
pub use self::token::{Kind, Token, token};

/// A string as a quoted literal: quotes, backslashes, control characters and template markers are
/// escaped.
pub fn string(value: &str) -> String {
    let mut out = String::from("\"");
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if chars.peek() == Some(&'{') => {
                out.push(c);
                out.push(c);
            }
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Gives an attribute a value, an expression as Terraform spells it (further lines indented from column 0). An
/// existing value is replaced; a new line goes after the last one-line attribute before the nested
/// blocks. Missing blocks on the path are created.
pub fn set(text: &str, block: &Range<usize>, path: &[&str], value: &str) -> Option<Vec<Change>> {
    let whole = scan::block(text, block)?;
    let (name, outer) = path.split_last()?;
    let mut target = whole;
    for (done, step) in outer.iter().enumerate() {
        match find(text, &target, step)? {
            Some(item) => target = enter(text, &item)?,
            None => {
                let rest = &path[done..];
                let new = if target.is_object {
                    Member::Attribute(rest[0], insert::nested_object(&rest[1..], value))
                } else {
                    Member::Block(insert::nested_block(rest, value))
                };
                return align::keep(text, block, insert::member(text, &target, &new)?);
            }
        }
    }
    let changes = match find(text, &target, name)? {
        Some(Item::Attribute(attribute)) => {
            let value = insert::indented(text, attribute.name.start, value);
            if text[attribute.value.clone()] == value {
                return Some(Vec::new());
            }
            vec![Change::replace(attribute.value, value)]
        }
        Some(Item::Block(_)) => return None,
        None => insert::member(text, &target, &Member::Attribute(name, value.to_owned()))?,
    };
    align::keep(text, block, changes)
}

/// Removes an attribute or nested block with its lines and the comment behind it. Comments above stay.
pub fn remove(text: &str, block: &Range<usize>, path: &[&str]) -> Option<Vec<Change>> {
    let (parent, item) = locate(text, block, path)?;
    let range = item.range();
    let Some(rest) = rest(text, range.end) else {
        return remove_inline(text, &parent, &item);
    };
    if !starts_line(text, range.start) {
        // `{ a = 1` cannot be; a comment in front can.
        let start = space_before(text, range.start);
        return Some(vec![Change::delete(start..rest.end)]);
    }
    let lines = line_start(text, range.start)..rest.next;
    let first = !text[parent.open + 1..lines.start].contains(|c: char| !c.is_whitespace());
    let last = !text[lines.end..parent.close].contains(|c: char| !c.is_whitespace());
    let change = Change::delete(without_lines(text, lines, first, last));
    align::keep(text, block, vec![change])
}

/// Removes what shares its line with the braces around it, or with its siblings.
fn remove_inline(text: &str, parent: &Block, item: &Item) -> Option<Vec<Change>> {
    let range = item.range();
    let at = parent.items.iter().position(|i| i.range() == range)?;
    let before = at.checked_sub(1).map(|i| &parent.items[i]);
    let bare = |from: usize, to: usize| text[from..to].trim_matches([' ', '\t', ',']).is_empty();
    let gap = match (before, parent.items.get(at + 1)) {
        (None, None) if bare(parent.open + 1, range.start) && bare(range.end, parent.close) => {
            parent.open + 1..parent.close
        }
        (_, Some(next)) if bare(range.end, next.range().start) => range.start..next.range().start,
        (Some(Item::Attribute(before)), None) if bare(before.value.end, range.start) => {
            before.value.end..range.end
        }
        _ => range,
    };
    Some(vec![Change::delete(gap)])
}

/// Gives an attribute or nested block another name; `None` when that is taken, or when references
/// inside a `dynamic` block go by its name.
pub fn rename(
    text: &str,
    block: &Range<usize>,
    path: &[&str],
    new_name: &str,
) -> Option<Vec<Change>> {
    let (parent, item) = locate(text, block, path)?;
    if !is_identifier(new_name) || parent.items.iter().any(|i| name(text, i) == new_name) {
        return None;
    }
    let range = match &item {
        Item::Block(found) if &text[found.name.clone()] == "dynamic" => {
            let own = |i: &Item| name(text, i) == "iterator";
            if !found.items.iter().any(own) {
                return None;
            }
            unquoted(text, found.labels.first()?)
        }
        _ => unquoted(text, &item.name()),
    };
    align::keep(text, block, vec![Change::replace(range, new_name)])
}

/// Puts a new top-level block (ending without line ending) after this one, with a blank line between.
pub fn insert_after(text: &str, block: &Range<usize>, new: &str) -> Option<Vec<Change>> {
    whole(text, block)?;
    let rest = rest(text, block.end)?;
    let eol = super::text::line_ending(text);
    let new = insert::with_endings(new.trim_end(), eol);
    let at = rest.end;
    let following = &text[rest.next..next_line(text, rest.next)];
    let gap = if following.trim().is_empty() { "" } else { eol };
    Some(vec![Change::insert(at, format!("{eol}{eol}{new}{gap}"))])
}

/// Removes a block with its lines, the comments directly above it and the blank line that parts it
/// from its neighbour.
pub fn remove_block(text: &str, block: &Range<usize>) -> Option<Vec<Change>> {
    whole(text, block)?;
    let end = rest(text, block.end)?.next;
    if !starts_line(text, block.start) {
        return None;
    }
    let mut start = line_start(text, block.start);
    while let Some(above) = comment_above(text, start) {
        start = above;
    }
    let first = text[..start].trim_end().is_empty() || text[..start].trim_end().ends_with('{');
    let after = text[end..].trim_start();
    let last = after.is_empty() || after.starts_with('}');
    let lines = without_lines(text, start..end, first, last);
    Some(vec![Change::delete(lines)])
}

/// Where a comment starts that has the lines directly above byte `at`, a line's start, to itself.
fn comment_above(text: &str, at: usize) -> Option<usize> {
    let above = line_start(text, at.checked_sub(1)?);
    let line = text[above..at].trim();
    if line.starts_with('#') || line.starts_with("//") {
        return Some(above);
    }
    if !line.ends_with("*/") {
        return None;
    }
    let start = text[..at].rfind("/*")?;
    starts_line(text, start).then(|| line_start(text, start))
}

/// Gives a label of a block other text.
pub fn block_label_rename(
    text: &str,
    block: &Range<usize>,
    label_index: usize,
    new: &str,
) -> Option<Vec<Change>> {
    let label = scan::block(text, block)?.labels.get(label_index)?.clone();
    let bare = !text[label.clone()].starts_with('"') && is_identifier(new);
    let new = if bare { new.to_owned() } else { string(new) };
    if text[label.clone()] == new {
        return Some(Vec::new());
    }
    Some(vec![Change::replace(label, new)])
}

/// A block that is no object constructor.
fn whole(text: &str, block: &Range<usize>) -> Option<Block> {
    scan::block(text, block).filter(|block| !block.is_object)
}

/// What the path leads to, and what it stands in.
fn locate(text: &str, block: &Range<usize>, path: &[&str]) -> Option<(Block, Item)> {
    let mut parent = scan::block(text, block)?;
    let (last, outer) = path.split_last()?;
    for step in outer {
        parent = enter(text, &find(text, &parent, step)??)?;
    }
    let item = find(text, &parent, last)??;
    Some((parent, item))
}

/// The item of a name, if there is one; `None` when there are several.
fn find(text: &str, block: &Block, wanted: &str) -> Option<Option<Item>> {
    let mut found = block.items.iter().filter(|i| name(text, i) == wanted);
    let first = found.next().cloned();
    found.next().is_none().then_some(first)
}

/// What an item is called; a `dynamic` block as the blocks it makes.
fn name<'t>(text: &'t str, item: &Item) -> &'t str {
    match item {
        Item::Block(block) if &text[block.name.clone()] == "dynamic" => block
            .labels
            .first()
            .map_or("", |label| &text[unquoted(text, label)]),
        _ => &text[unquoted(text, &item.name())],
    }
}

/// Where attributes of an item stand.
fn enter(text: &str, item: &Item) -> Option<Block> {
    match item {
        Item::Attribute(attribute) => scan::object(text, &attribute.value),
        Item::Block(block) if &text[block.name.clone()] == "dynamic" => {
            match find(text, block, "content")? {
                Some(Item::Block(content)) => Some(content),
                _ => None,
            }
        }
        Item::Block(block) => Some(block.clone()),
    }
}

fn unquoted(text: &str, range: &Range<usize>) -> Range<usize> {
    let quoted = range.len() > 1 && text[range.clone()].starts_with('"');
    let edge = usize::from(quoted);
    range.start + edge..range.end - edge
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
