//! Where the parts of a block stand. A scanner, not a parser: it takes whatever Terraform takes (also
//! what `hcl::edit` refuses), never looks into expressions and keeps track of comments.

use std::ops::Range;

use super::token::{Kind, Token, token};

/// Blocks are not nested deeper in life.
const DEEPEST: usize = 64;

/// A block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) range: Range<usize>,
    pub(super) name: Range<usize>,
    pub(super) labels: Vec<Range<usize>>,
    /// The opening brace.
    pub(super) open: usize,
    /// The closing brace.
    pub(super) close: usize,
    pub(super) items: Vec<Item>,
    /// Not a block at all but an object constructor, the value of an attribute.
    pub(super) is_object: bool,
}

/// What stands in a block.
#[derive(Clone, Debug)]
pub(super) enum Item {
    Attribute(Attribute),
    Block(Block),
}

/// `name = value`.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    /// With quotes, if it has them.
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
    /// After the value, and in an object constructor after its comma.
    pub(super) end: usize,
}

impl Item {
    pub(super) fn name(&self) -> Range<usize> {
        match self {
            Item::Attribute(a) => a.name.clone(),
            Item::Block(b) => b.name.clone(),
        }
    }

    pub(super) fn range(&self) -> Range<usize> {
        match self {
            Item::Attribute(a) => a.name.start..a.end,
            Item::Block(b) => b.range.clone(),
        }
    }
}

impl Block {
    /// Whether it opens and closes on one line.
    pub(super) fn is_one_line(&self, text: &str) -> bool {
        !text[self.open..self.close].contains('\n')
    }
}

/// The block, or the object constructor, that is exactly `range`.
pub(super) fn block(text: &str, range: &Range<usize>) -> Option<Block> {
    if text.get(range.clone())?.starts_with('{') {
        return object(text, range);
    }
    match item(text.get(..range.end)?, range.start, 0)? {
        Item::Block(block) if block.range == *range => Some(block),
        _ => None,
    }
}

/// The attribute or block that starts at a byte.
pub fn statement(text: &str, at: usize) -> Option<Range<usize>> {
    item(text, at, 0).map(|item| item.range())
}

fn item(text: &str, at: usize, depth: usize) -> Option<Item> {
    let name = token(text, at)?;
    if name.kind != Kind::Word || depth > DEEPEST {
        return None;
    }
    let name = name.range;
    let mut labels = Vec::new();
    let mut next = token(text, name.end)?;
    if next.kind == Kind::Punct(b'=') {
        let value = expression(text, next.range.end, false)?;
        let end = value.end;
        return Some(Item::Attribute(Attribute { name, value, end }));
    }
    while matches!(next.kind, Kind::Quoted | Kind::Word) {
        labels.push(next.range.clone());
        next = token(text, next.range.end)?;
    }
    if next.kind != Kind::Punct(b'{') {
        return None;
    }
    let open = next.range.start;
    let (items, close) = items(text, open + 1, depth)?;
    Some(Item::Block(Block {
        range: name.start..close + 1,
        name,
        labels,
        open,
        close,
        items,
        is_object: false,
    }))
}

/// The object constructor that is `value`, bare or as the argument of `jsonencode`.
pub(super) fn object(text: &str, value: &Range<usize>) -> Option<Block> {
    let text = text.get(..value.end)?;
    let mut first = token(text, value.start)?;
    let mut encoded = false;
    if first.kind == Kind::Word && &text[first.range.clone()] == "jsonencode" {
        let paren = token(text, first.range.end).filter(|t| t.kind == Kind::Punct(b'('))?;
        first = token(text, paren.range.end)?;
        encoded = true;
    }
    if first.kind != Kind::Punct(b'{') {
        return None;
    }
    let open = first.range.start;
    let (items, close) = members(text, open + 1)?;
    let after = text[close + 1..].trim();
    (after == if encoded { ")" } else { "" }).then_some(Block {
        range: open..close + 1,
        name: open..open,
        labels: Vec::new(),
        open,
        close,
        items,
        is_object: true,
    })
}

fn members(text: &str, mut at: usize) -> Option<(Vec<Item>, usize)> {
    let mut items = Vec::new();
    loop {
        let next = token(text, at)?;
        at = next.range.end;
        match next.kind {
            Kind::Punct(b'}') => return Some((items, next.range.start)),
            Kind::Newline | Kind::LineComment | Kind::BlockComment => {}
            Kind::Word | Kind::Quoted | Kind::Punct(b'(') => {
                if next.kind == Kind::Word && &text[next.range.clone()] == "for" {
                    return None;
                }
                let name = key(text, next)?;
                let sign = token(text, name.end)?;
                if !matches!(sign.kind, Kind::Punct(b'=' | b':')) {
                    return None;
                }
                let value = expression(text, sign.range.end, true)?;
                at = match token(text, value.end)? {
                    comma if comma.kind == Kind::Punct(b',') => comma.range.end,
                    _ => value.end,
                };
                items.push(Item::Attribute(Attribute {
                    name,
                    value,
                    end: at,
                }));
            }
            _ => return None,
        }
    }
}

/// All of the key that starts with a token.
fn key(text: &str, first: Token) -> Option<Range<usize>> {
    let mut range = first.range;
    let mut depth = nesting(0, first.kind)?;
    loop {
        let next = token(text, range.end)?;
        if depth == 0
            && !matches!(next.kind, Kind::Punct(b'.'))
            && text.as_bytes()[range.end - 1] != b'.'
        {
            return Some(range);
        }
        depth = nesting(depth, next.kind)?;
        range.end = next.range.end;
    }
}

fn items(text: &str, mut at: usize, depth: usize) -> Option<(Vec<Item>, usize)> {
    let mut items = Vec::new();
    let mut may_follow = true;
    loop {
        let next = token(text, at)?;
        match next.kind {
            Kind::Punct(b'}') => return Some((items, next.range.start)),
            Kind::Newline => may_follow = true,
            Kind::LineComment | Kind::BlockComment => {}
            Kind::Word if may_follow => {
                let found = item(text, next.range.start, depth + 1)?;
                at = found.range().end;
                items.push(found);
                may_follow = false;
                continue;
            }
            _ => return None,
        }
        at = next.range.end;
    }
}

/// The expression after byte `at`, up to the end of its line, or to a comma `in_object`.
fn expression(text: &str, mut at: usize, in_object: bool) -> Option<Range<usize>> {
    let mut found: Option<Range<usize>> = None;
    let mut depth = 0_usize;
    while let Some(next) = token(text, at) {
        match next.kind {
            Kind::Newline | Kind::LineComment | Kind::Punct(b'}') if depth == 0 => break,
            Kind::Punct(b',') if depth == 0 && in_object => break,
            Kind::Newline | Kind::LineComment | Kind::BlockComment => {}
            _ => {
                depth = nesting(depth, next.kind)?;
                let start = found.map_or(next.range.start, |f| f.start);
                found = Some(start..next.range.end);
            }
        }
        at = next.range.end;
    }
    found.filter(|_| depth == 0)
}

fn nesting(depth: usize, kind: Kind) -> Option<usize> {
    match kind {
        Kind::Punct(b'(' | b'[' | b'{') => Some(depth + 1),
        Kind::Punct(b')' | b']' | b'}') => depth.checked_sub(1),
        _ => Some(depth),
    }
}

/// The elements of the list that is exactly `range`, each without comments around it, and the place
/// after its last comma if that comma trails; `None` when it is no literal list.
pub(super) fn list(text: &str, range: &Range<usize>) -> Option<(Vec<Range<usize>>, Option<usize>)> {
    let text = text.get(..range.end)?;
    if !text[range.start..].starts_with('[') || range.len() < 2 {
        return None;
    }
    let (mut at, end) = (range.start + 1, range.end - 1);
    let (mut elements, mut comma) = (Vec::new(), None);
    let mut open: Option<Range<usize>> = None;
    let mut depth = 0_usize;
    loop {
        let next = token(text, at)?;
        at = next.range.end;
        match next.kind {
            Kind::Punct(b']') if depth == 0 => {
                elements.extend(open);
                return (next.range.start == end).then_some((elements, comma));
            }
            Kind::Punct(b',') if depth == 0 => {
                elements.push(open.take()?);
                comma = Some(at);
            }
            Kind::Newline | Kind::LineComment | Kind::BlockComment => {}
            kind => {
                depth = nesting(depth, kind)?;
                if open.is_none() && kind == Kind::Word && &text[next.range.clone()] == "for" {
                    return None;
                }
                let start = open.map_or(next.range.start, |o: Range<usize>| o.start);
                open = Some(start..at);
                comma = None;
            }
        }
    }
}

/// The rest of an item's line.
pub(super) struct Rest {
    /// Where code and comments of the line end.
    pub(super) end: usize,
    /// Where the next line starts.
    pub(super) next: usize,
}

/// What follows byte `at`, where an item ends: comments and a line ending. `None` when there is more.
pub(super) fn rest(text: &str, mut at: usize) -> Option<Rest> {
    let mut end = at;
    loop {
        let Some(next) = token(text, at) else {
            // A file that ends without a line ending, or in something that is none of ours.
            let done = text[at..].trim().is_empty();
            return done.then_some(Rest {
                end,
                next: text.len(),
            });
        };
        at = next.range.end;
        match next.kind {
            Kind::Newline => return Some(Rest { end, next: at }),
            Kind::LineComment | Kind::BlockComment => end = at,
            _ => return None,
        }
    }
}
