//! Where new attributes and blocks go, and how they are laid out.

use std::ops::Range;

use super::super::Change;
use super::super::text::{
    indent_unit, indentation, line_ending, line_start, next_line, starts_line, step, white_before,
};
use super::scan::{Block, Item, rest};
use super::{align, is_identifier, string, whole};

/// What to add to a block.
pub(super) enum Member<'a> {
    /// Name and value.
    Attribute(&'a str, String),
    /// A nested block's text.
    Block(String),
    /// An attribute that stands alone at the end: name and value.
    Closing(&'a str, String),
}

/// Puts a nested block (from column 0, its content indented by two spaces) at the end of the block's
/// body, but before `lifecycle` and `depends_on`, with blank lines around it.
pub fn insert_block(text: &str, block: &Range<usize>, new: &str) -> Option<Vec<Change>> {
    let target = whole(text, block)?;
    let new = Member::Block(new.trim().to_owned());
    align::keep(text, block, member(text, &target, &new)?)
}

/// Adds to a block or object constructor.
pub(super) fn member(text: &str, target: &Block, new: &Member<'_>) -> Option<Vec<Change>> {
    if target.is_one_line(text) {
        return if target.is_object {
            into_one_line_object(text, target, new)
        } else {
            unfold(text, target, new)
        };
    }
    let layout = Layout::of(text, target);
    let place = match new {
        Member::Attribute(..) => attribute_place(text, target)?,
        Member::Block(_) => block_place(text, target)?,
        Member::Closing(..) => end_place(text, target)?,
    };
    let mut out = String::new();
    if place.blank_before {
        out.push_str(layout.eol);
    }
    out.push_str(&layout.lines(&new.text(target), place.comma));
    if place.blank_after {
        out.push_str(layout.eol);
    }
    let mut changes = Vec::new();
    changes.extend(place.first_comma.map(|at| Change::insert(at, ",")));
    changes.push(Change::insert(place.at, out));
    Some(changes)
}

impl Member<'_> {
    fn text(&self, target: &Block) -> String {
        match self {
            Member::Block(text) => text.clone(),
            Member::Attribute(name, value) | Member::Closing(name, value) => {
                let plain = !target.is_object || is_identifier(name);
                let name = if plain {
                    (*name).to_owned()
                } else {
                    string(name)
                };
                format!("{name} = {value}")
            }
        }
    }
}

/// A line to insert at, and what goes with it.
#[derive(Default)]
struct Place {
    at: usize,
    blank_before: bool,
    blank_after: bool,
    /// New members end in a comma.
    comma: bool,
    /// A comma that the member before needs.
    first_comma: Option<usize>,
}

fn is_blank(text: &str, line: usize) -> bool {
    text[line..next_line(text, line)].trim().is_empty()
}

/// Whether the line at `line` is the one that closes the block.
fn closes(text: &str, target: &Block, line: usize) -> bool {
    line_start(text, target.close) <= line
}

fn attribute_place(text: &str, target: &Block) -> Option<Place> {
    let last = |wanted: &dyn Fn(&Item) -> bool| {
        target
            .items
            .iter()
            .take_while(|item| matches!(item, Item::Attribute(_)))
            .filter(|item| !named(text, item, &["depends_on"]) && wanted(item))
            .last()
    };
    let one_line = |item: &Item| !text[item.range()].contains('\n');
    let meta = |item: &Item| {
        named(
            text,
            item,
            &["count", "for_each", "provider", "source", "version"],
        )
    };
    let meta = |item: &Item| !target.is_object && meta(item);
    let anchor = last(&|item| one_line(item) && !meta(item))
        .or_else(|| last(&|item| !meta(item)))
        .or_else(|| last(&|_| true));
    let anchor =
        match anchor {
            Some(anchor) => anchor,
            // Only blocks, or attributes behind them.
            None => match target.items.iter().rfind(|item| {
                matches!(item, Item::Attribute(_)) && !named(text, item, &["depends_on"])
            }) {
                Some(anchor) => anchor,
                None if target.items.is_empty() => return end_place(text, target),
                None => {
                    let at = rest(text, target.open + 1)?.next;
                    return Some(Place {
                        at,
                        blank_after: !is_blank(text, at),
                        ..Place::default()
                    });
                }
            },
        };
    let range = anchor.range();
    let at = rest(text, range.end)?.next;
    let comma = text[..range.end].ends_with(',') && target.is_object;
    let apart = meta(anchor);
    Some(Place {
        at,
        comma,
        blank_before: apart,
        blank_after: apart && !is_blank(text, at) && !closes(text, target, at),
        ..Place::default()
    })
}

fn named(text: &str, item: &Item, names: &[&str]) -> bool {
    names.contains(&&text[item.name()])
}

fn block_place(text: &str, target: &Block) -> Option<Place> {
    let closing = |item: &&Item| named(text, item, &["lifecycle", "depends_on"]);
    let trailing = target.items.iter().rev().take_while(closing).count();
    if trailing == 0 {
        return end_place(text, target);
    }
    let before = target.items.len() - trailing;
    let at = match before.checked_sub(1) {
        Some(i) => rest(text, target.items[i].range().end)?.next,
        None => rest(text, target.open + 1)?.next,
    };
    Some(Place {
        at,
        blank_before: before > 0,
        blank_after: !is_blank(text, at),
        ..Place::default()
    })
}

/// Before the closing brace.
fn end_place(text: &str, target: &Block) -> Option<Place> {
    if !starts_line(text, target.close) {
        return None;
    }
    let at = line_start(text, target.close);
    let above = line_start(text, at.checked_sub(1)?);
    let empty = text[target.open + 1..at].trim().is_empty();
    let blank_above = above > target.open && is_blank(text, above);
    Some(Place {
        at,
        blank_before: !empty && !blank_above && !target.items.is_empty(),
        ..Place::default()
    })
}

/// Opens a one-line block up, each thing on a line of its own.
fn unfold(text: &str, target: &Block, new: &Member<'_>) -> Option<Vec<Change>> {
    let layout = Layout::of(text, target);
    let Layout { eol, inner, .. } = &layout;
    let outer = indentation(text, target.open);
    let added = layout.lines(&new.text(target), false);
    let Some(item) = target.items.first() else {
        let comment = text[target.open + 1..target.close].trim();
        let comment = if comment.is_empty() {
            String::new()
        } else {
            format!("{inner}{comment}{eol}")
        };
        return Some(vec![Change::replace(
            target.open + 1..target.close,
            format!("{eol}{comment}{added}{outer}"),
        )]);
    };
    let range = item.range();
    let gap = match new {
        Member::Attribute(..) => "",
        _ => eol,
    };
    let (start, end) = (
        white_before(text, range.start),
        white_before(text, target.close),
    );
    Some(vec![
        Change::replace(start..range.start, format!("{eol}{inner}")),
        Change::replace(end..target.close, format!("{eol}{gap}{added}{outer}")),
    ])
}

fn into_one_line_object(text: &str, target: &Block, new: &Member<'_>) -> Option<Vec<Change>> {
    let new = new.text(target);
    if new.contains('\n') && target.items.is_empty() {
        let layout = Layout::of(text, target);
        let outer = indentation(text, target.open);
        let new = format!("{}{}{outer}", layout.eol, layout.lines(&new, false));
        return Some(vec![Change::replace(target.open + 1..target.close, new)]);
    }
    match target.items.last() {
        None => {
            let gap = target.open + 1..target.close;
            text[gap.clone()]
                .trim()
                .is_empty()
                .then(|| vec![Change::replace(gap, format!(" {new} "))])
        }
        Some(Item::Attribute(last)) => {
            let new = indented(text, target.open, &new);
            let (at, new) = if last.end > last.value.end {
                (last.end, format!(" {new},"))
            } else {
                (last.value.end, format!(", {new}"))
            };
            Some(vec![Change::insert(at, new)])
        }
        Some(Item::Block(_)) => None,
    }
}

/// The style of a block's inside.
struct Layout<'t> {
    eol: &'static str,
    inner: String,
    unit: &'t str,
}

impl<'t> Layout<'t> {
    fn of(text: &'t str, target: &Block) -> Layout<'t> {
        let outer = indentation(text, target.open);
        let first = target.items.iter().map(|item| item.range().start);
        let inner = first
            .filter(|at| starts_line(text, *at))
            .map(|at| indentation(text, at))
            .next();
        let unit = step(text, outer, inner.unwrap_or_default());
        Layout {
            eol: line_ending(text),
            inner: inner.map_or_else(|| format!("{outer}{unit}"), str::to_owned),
            unit,
        }
    }

    /// `new` as whole lines.
    fn lines(&self, new: &str, comma: bool) -> String {
        let new = reindent(new, &self.inner, self.unit, self.eol);
        let comma = if comma { "," } else { "" };
        format!("{}{new}{comma}{}", self.inner, self.eol)
    }
}

/// The lines after the first with `indent` in front and their own two-space steps as `unit`s. The
/// content of heredocs stays as it is, for it is a value.
fn reindent(new: &str, indent: &str, unit: &str, eol: &str) -> String {
    if new.contains("<<") {
        return with_endings(new, eol);
    }
    let mut out = String::new();
    for (i, line) in new.lines().enumerate() {
        if i > 0 {
            out.push_str(eol);
        }
        let content = line.trim_start_matches(' ');
        let steps = (line.len() - content.len()) / 2;
        if i > 0 && !content.is_empty() {
            out.push_str(indent);
            out.push_str(&unit.repeat(steps));
        }
        out.push_str(if i == 0 { line } else { content });
    }
    out
}

/// A value that starts on the line of byte `at`.
pub(super) fn indented(text: &str, at: usize, value: &str) -> String {
    reindent(
        value,
        indentation(text, at),
        indent_unit(text),
        line_ending(text),
    )
}

/// The text with its line endings as given.
pub(super) fn with_endings(new: &str, eol: &str) -> String {
    new.lines().collect::<Vec<_>>().join(eol)
}

/// Blocks within each other, the last name an attribute.
pub(super) fn nested_block(path: &[&str], value: &str) -> String {
    nest(path, value, " {")
}

/// Object constructors within each other, the last name a member.
pub(super) fn nested_object(path: &[&str], value: &str) -> String {
    format!(
        "{{\n  {}\n}}",
        nest(path, value, " = {").replace('\n', "\n  ")
    )
}

fn nest(path: &[&str], value: &str, open: &str) -> String {
    match path {
        [] => String::new(),
        [name] => format!("{name} = {value}"),
        [name, rest @ ..] => {
            let inner = nest(rest, value, open).replace('\n', "\n  ");
            format!("{name}{open}\n  {inner}\n}}")
        }
    }
}
