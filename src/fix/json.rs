//! Edits of JSON templates, comments and trailing commas included. An object is given as the byte
//! range from its brace to its brace; a path names members in any letter case.
//!
//! New values are laid out as the file is: over lines, on one line, or minified. Every function returns `None`
//! when the text does not look as expected, and no changes at all when it already is as wanted.

mod layout;
#[cfg(test)]
mod tests;
mod tree;

use std::ops::Range;

use self::layout::{Style, append, insert_behind};
use self::tree::{Inside, Member, Value, comma, tail};
use super::Change;
use super::text::{line_start, next_line, starts_line, without_lines};

/// A string as a JSON literal.
pub fn string(value: &str) -> String {
    serde_json::Value::from(value).to_string()
}

/// Gives a member a value. An existing value is replaced, a new member goes last; missing objects on
/// the path are created.
pub fn set(
    text: &str,
    object: &Range<usize>,
    path: &[&str],
    value_json: &str,
) -> Option<Vec<Change>> {
    let root = tree::parse(text)?;
    let mut target = root.object(object)?;
    let mut left = path;
    loop {
        let (name, rest) = left.split_first()?;
        let Some(member) = target.member(name) else {
            let value = nested(rest, value_json);
            return append(text, target, Some(name), &value);
        };
        let is_object = member.value.inside.as_ref().is_some_and(|i| i.is_object);
        if rest.is_empty() || &text[member.value.range.clone()] == "null" {
            let value = nested(rest, value_json);
            let old = member.value.range.clone();
            if same(&text[old.clone()], &value) {
                return Some(Vec::new());
            }
            let new = Style::of(text, target).value(text, member, &value)?;
            return Some(vec![Change::replace(old, new)]);
        }
        if !is_object {
            return None;
        }
        target = &member.value;
        left = rest;
    }
}

/// Removes a member with its comma. Comments stay.
pub fn remove(text: &str, object: &Range<usize>, path: &[&str]) -> Option<Vec<Change>> {
    let root = tree::parse(text)?;
    let (target, member) = locate(&root, object, path)?;
    let inside = target.inside.as_ref()?;
    let at = inside
        .members
        .iter()
        .position(|m| m.range() == member.range())?;
    removal(text, target, inside, at)
}

/// Gives a member another name; `None` when that is taken.
pub fn rename(text: &str, object: &Range<usize>, path: &[&str], new: &str) -> Option<Vec<Change>> {
    let root = tree::parse(text)?;
    let (target, member) = locate(&root, object, path)?;
    if target
        .member(new)
        .is_some_and(|other| other.range() != member.range())
    {
        return None;
    }
    Some(if member.key == new {
        Vec::new()
    } else {
        vec![Change::replace(member.key_range.clone(), string(new))]
    })
}

/// Adds an element to an array unless it holds it; a missing array is created, with what it stands in.
pub fn add_to_array(
    text: &str,
    object: &Range<usize>,
    path: &[&str],
    item_json: &str,
) -> Option<Vec<Change>> {
    let root = tree::parse(text)?;
    let found = match locate(&root, object, path) {
        Some((_, found)) if &text[found.value.range.clone()] != "null" => found,
        _ => return set(text, object, path, &format!("[{item_json}]")),
    };
    let inside = found.value.inside.as_ref().filter(|i| !i.is_object)?;
    let mut elements = inside.members.iter();
    if elements.any(|e| same(&text[e.value.range.clone()], item_json)) {
        return Some(Vec::new());
    }
    append(text, &found.value, None, item_json)
}

/// Puts a new element behind one of an array, given with or without its quotes.
pub fn insert_in_array_after(
    text: &str,
    element: &Range<usize>,
    new_json: &str,
) -> Option<Vec<Change>> {
    let root = tree::parse(text)?;
    let (array, at) = element_at(&root, element)?;
    insert_behind(text, array, at, None, new_json)
}

/// Puts a new member behind one of an object, given as its value or from its key (with or without the quotes) to
/// the end of its value; `None` when the key is taken.
pub fn insert_member_after(
    text: &str,
    member: &Range<usize>,
    key: &str,
    new_json: &str,
) -> Option<Vec<Change>> {
    let root = tree::parse(text)?;
    let (object, at) = member_at(&root, member)?;
    if object.member(key).is_some() {
        return None;
    }
    insert_behind(text, object, at, Some(key), new_json)
}

/// Removes an element of an array, given with or without its quotes, or a member of an object, given as its value,
/// with its comma. Comments stay.
pub fn remove_element(text: &str, element: &Range<usize>) -> Option<Vec<Change>> {
    let root = tree::parse(text)?;
    let (holder, at) = element_at(&root, element).or_else(|| member_at(&root, element))?;
    removal(text, holder, holder.inside.as_ref()?, at)
}

/// A member of an object, given as its value or from its key to the end of its value.
fn member_at<'v>(root: &'v Value, member: &Range<usize>) -> Option<(&'v Value, usize)> {
    root.holder(&|m| {
        let (key, all) = (&m.key_range, m.range());
        let starts = [key.start, key.start + 1].contains(&member.start);
        let ends = [all.end, all.end - 1].contains(&member.end);
        !key.is_empty() && (m.value.range == *member || starts && ends)
    })
}

fn element_at<'v>(root: &'v Value, element: &Range<usize>) -> Option<(&'v Value, usize)> {
    root.holder(&|m| {
        let all = &m.value.range;
        let quoted = all.start + 1 == element.start && all.end == element.end + 1;
        m.key_range.is_empty() && (all == element || quoted && m.value.inside.is_none())
    })
}

fn locate<'v>(
    root: &'v Value,
    object: &Range<usize>,
    path: &[&str],
) -> Option<(&'v Value, &'v Member)> {
    let mut target = root.object(object)?;
    let (last, outer) = path.split_last()?;
    for name in outer {
        target = &target.member(name)?.value;
    }
    Some((target, target.member(last)?))
}

/// Objects within each other around a value.
fn nested(path: &[&str], value: &str) -> String {
    path.iter().rev().fold(value.to_owned(), |inner, name| {
        format!("{{{}:{inner}}}", string(name))
    })
}

/// Whether two JSON texts mean the same.
fn same(a: &str, b: &str) -> bool {
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    a == b || parse(a).is_some_and(|a| Some(a) == parse(b))
}

fn removal(text: &str, holder: &Value, inside: &Inside, at: usize) -> Option<Vec<Change>> {
    let range = inside.members.get(at)?.range();
    let before = at.checked_sub(1).map(|i| inside.members[i].range());
    let white = |from: usize, to: usize| text[from..to].trim().is_empty();
    let (open, close) = (holder.range.start + 1, holder.range.end - 1);
    let own_comma = comma(text, range.end);
    let end = own_comma.unwrap_or(range.end);
    if before.is_none()
        && inside.members.len() == 1
        && white(open, range.start)
        && white(end, close)
    {
        return Some(vec![Change::delete(open..close)]);
    }
    let mut changes = Vec::new();
    if own_comma.is_none()
        && let Some(before) = &before
    {
        let comma = comma(text, before.end)?;
        let gap = &text[comma..range.start];
        if gap.trim().is_empty() && !gap.contains('\n') {
            let start = if white(before.end, comma - 1) {
                before.end
            } else {
                comma - 1
            };
            return Some(vec![Change::delete(start..range.end)]);
        }
        changes.push(Change::delete(comma - 1..comma));
    }
    let (_, line_ends) = tail(text, end);
    let (bare_end, gap) = match own_comma {
        Some(comma) => (comma, &text[range.end..comma - 1]),
        None => (range.end, ""),
    };
    if !gap.trim().is_empty() {
        // A comment between the value and its comma.
        changes.push(Change::delete(range.clone()));
        changes.push(Change::delete(bare_end - 1..bare_end));
        return Some(changes);
    }
    let nothing_behind = white(bare_end, next_line(text, bare_end)) && line_ends;
    let whole_lines = starts_line(text, range.start) && nothing_behind;
    let spaces = text[bare_end..].len() - text[bare_end..].trim_start_matches([' ', '\t']).len();
    changes.push(Change::delete(if whole_lines {
        let lines = line_start(text, range.start)..next_line(text, bare_end);
        without_lines(text, lines, false, false)
    } else if nothing_behind {
        let start = text[..range.start].trim_end_matches([' ', '\t']).len();
        start..bare_end
    } else {
        range.start..bare_end + spaces
    }));
    Some(changes)
}
