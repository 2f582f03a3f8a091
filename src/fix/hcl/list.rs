//! Elements of list attributes.

use std::ops::Range;

use super::super::Change;
use super::super::text::{indentation, line_ending, line_start, starts_line};
use super::insert::{self, Member};
use super::scan::{self, Item, Kind, token};
use super::{align, find};

/// Adds an element to a list attribute, in the list's own style. A missing attribute is created at
/// the end of the block. `None` when the value is no literal list.
pub fn add_to_list(
    text: &str,
    block: &Range<usize>,
    attribute: &str,
    item: &str,
) -> Option<Vec<Change>> {
    let target = scan::block(text, block)?;
    let changes = match find(text, &target, attribute)? {
        Some(Item::Attribute(found)) => add(text, &found.value, item)?,
        Some(Item::Block(_)) => return None,
        None => {
            let new = Member::Closing(attribute, format!("[{item}]"));
            insert::member(text, &target, &new)?
        }
    };
    align::keep(text, block, changes)
}

fn add(text: &str, list: &Range<usize>, item: &str) -> Option<Vec<Change>> {
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
