//! Elements of lists.

use std::ops::Range;

use super::super::Change;
use super::super::text::{indentation, line_ending, line_start, starts_line};
use super::insert::{self, Member};
use super::scan::{self, Item};
use super::token::{Kind, token};
use super::{align, enter, find, set};

/// Adds an element (further lines indented from column 0) to the list at the end of a path, in the list's own
/// style. A missing one is created, in the block itself at its end. `None` when the value is no literal list.
pub fn add_to_list(
    text: &str,
    block: &Range<usize>,
    path: &[&str],
    item: &str,
) -> Option<Vec<Change>> {
    let mut target = scan::block(text, block)?;
    let (name, outer) = path.split_last()?;
    for step in outer {
        match find(text, &target, step)? {
            Some(inner) => target = enter(text, &inner)?,
            None => return set(text, block, path, &format!("[{item}]")),
        }
    }
    let changes = match find(text, &target, name)? {
        Some(Item::Attribute(found)) => add(text, &found.value, item)?,
        Some(Item::Block(_)) => return None,
        None if outer.is_empty() => {
            let new = Member::Closing(name, format!("[{item}]"));
            insert::member(text, &target, &new)?
        }
        None => return set(text, block, path, &format!("[{item}]")),
    };
    align::keep(text, block, changes)
}

/// Puts an element (further lines indented from column 0) behind one of a list.
pub fn insert_element_after(text: &str, element: &Range<usize>, new: &str) -> Option<Vec<Change>> {
    text.get(element.clone())?;
    let new = insert::indented(text, element.start, new);
    let gap = if starts_line(text, element.start) {
        format!("{}{}", line_ending(text), indentation(text, element.start))
    } else {
        " ".to_owned()
    };
    Some(vec![Change::insert(element.end, format!(",{gap}{new}"))])
}

fn add(text: &str, list: &Range<usize>, item: &str) -> Option<Vec<Change>> {
    let item = &insert::indented(text, list.start, item);
    let (elements, comma) = scan::list(text, list)?;
    let eol = line_ending(text);
    if elements.iter().any(|e| text[e.clone()] == *item) {
        return Some(Vec::new());
    }
    let close = list.end - 1;
    let Some(last) = elements.last() else {
        let inside = list.start + 1..close;
        if text[inside.clone()].trim().is_empty() {
            return Some(vec![Change::replace(inside, item)]);
        }
        // Comments only.
        let indent = indentation(text, text[..close].trim_end().len());
        return starts_line(text, close).then(|| {
            let at = line_start(text, close);
            vec![Change::insert(at, format!("{indent}{item},{eol}"))]
        });
    };
    let own_line = starts_line(text, last.start) && starts_line(text, close);
    if !own_line {
        return Some(vec![Change::insert(last.end, format!(", {item}"))]);
    }
    let indent = indentation(text, last.start);
    let (after, comma_text) = match comma {
        Some(comma) => (comma, ","),
        None => (last.end, ""),
    };
    let (end, commas) = end_of_line(text, after)?;
    let mut changes = Vec::new();
    if comma.is_none() {
        if commas || text[last.clone()].contains("<<") {
            return None;
        }
        changes.push(Change::insert(last.end, ","));
    }
    changes.push(Change::insert(
        end,
        format!("{eol}{indent}{item}{comma_text}"),
    ));
    Some(changes)
}

/// Where the comments behind an element end, and whether there is more than comments.
fn end_of_line(text: &str, mut at: usize) -> Option<(usize, bool)> {
    let mut end = at;
    loop {
        let next = token(text, at)?;
        at = next.range.end;
        match next.kind {
            Kind::Newline => return Some((end, false)),
            Kind::LineComment | Kind::BlockComment => end = at,
            _ => return Some((end, true)),
        }
    }
}
