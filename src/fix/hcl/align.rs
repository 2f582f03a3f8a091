//! Columns. `terraform fmt` aligns the `=` of attributes on adjacent lines, and the comments behind
//! them. What was aligned so stays so after an edit; what was not is left alone.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::Change;
use super::super::text::{apply, line_start, next_line};
use super::scan::{Kind, Token, token};

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Equals,
    Comment,
}

/// The white space before an `=` or a comment.
#[derive(Clone)]
struct Cell {
    gap: Range<usize>,
    /// Columns before it.
    lead: usize,
}

impl Cell {
    fn column(&self) -> usize {
        self.lead + self.gap.len()
    }
}

/// How a run of adjacent cells stood before the edit.
#[derive(Clone, Copy)]
struct Before {
    /// As `terraform fmt` has it.
    tidy: bool,
    /// The column all are in.
    column: Option<usize>,
}

/// The changes with those added that keep columns aligned in `block`.
pub(super) fn keep(text: &str, block: &Range<usize>, changes: Vec<Change>) -> Option<Vec<Change>> {
    let changes = pass(text, block, changes, What::Equals)?;
    pass(text, block, changes, What::Comment)
}

fn pass(
    text: &str,
    block: &Range<usize>,
    mut changes: Vec<Change>,
    what: What,
) -> Option<Vec<Change>> {
    if changes.is_empty() {
        return Some(changes);
    }
    let mut before = BTreeMap::new();
    for run in runs(text, block, what) {
        let state = judge(text, &run);
        before.extend(run.into_iter().map(|cell| (cell.gap.end, state)));
    }
    let new = apply(text, &changes)?;
    let map = Map::new(text, &changes);
    let grown = map.new_end(block.end)?;
    let mut wanted: Vec<(Range<usize>, usize)> = Vec::new();
    for run in runs(&new, &(block.start.min(grown)..grown), what) {
        let old: Vec<Option<Before>> = run
            .iter()
            .map(|cell| {
                map.old(cell.gap.end)
                    .and_then(|at| before.get(&at).copied())
            })
            .collect();
        let widest = run.iter().map(|cell| cell.lead).max().unwrap_or(0);
        let known = || old.iter().flatten();
        let column = known().next().and_then(|b| b.column);
        if known().all(|b| b.tidy) {
            wanted.extend(run.into_iter().map(|cell| {
                let spaces = widest - cell.lead + 1;
                (cell.gap, spaces)
            }));
        } else if let Some(column) = column
            && known().all(|b| b.column == Some(column))
        {
            for (cell, old) in run.into_iter().zip(&old) {
                if (old.is_none() || what == What::Comment) && cell.lead < column {
                    wanted.push((cell.gap.clone(), column - cell.lead));
                }
            }
        }
    }
    for (gap, spaces) in wanted.into_iter().rev() {
        if gap.len() != spaces || !new[gap.clone()].bytes().all(|b| b == b' ') {
            map.respace(&mut changes, &gap, spaces);
        }
    }
    changes.sort_by_key(|change| (change.range.start, change.range.end));
    Some(changes)
}

fn judge(text: &str, run: &[Cell]) -> Before {
    let widest = run.iter().map(|cell| cell.lead).max().unwrap_or(0);
    let column = run.first().map_or(0, Cell::column);
    let spaces = |cell: &Cell| text[cell.gap.clone()].bytes().all(|b| b == b' ');
    Before {
        tidy: run
            .iter()
            .all(|cell| cell.column() == widest + 1 && spaces(cell)),
        column: run
            .iter()
            .all(|cell| cell.column() == column && !cell.gap.is_empty() && spaces(cell))
            .then_some(column),
    }
}

/// The cells of adjacent lines, as `terraform fmt` groups them.
fn runs(text: &str, block: &Range<usize>, what: What) -> Vec<Vec<Cell>> {
    let end = next_line(text, block.end);
    let text = &text[..end];
    let mut runs = vec![Vec::new()];
    let mut line: Vec<Token> = Vec::new();
    let mut at = line_start(text, block.start);
    loop {
        let next = token(text, at);
        match next {
            Some(next) if next.kind != Kind::Newline => {
                at = next.range.end;
                line.push(next);
            }
            next => {
                match cell(text, &line, what) {
                    Some(cell) => runs
                        .last_mut()
                        .into_iter()
                        .for_each(|run| run.push(cell.clone())),
                    None => runs.push(Vec::new()),
                }
                line.clear();
                let Some(newline) = next else { break };
                at = newline.range.end;
            }
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn cell(text: &str, line: &[Token], what: What) -> Option<Cell> {
    let (last, before) = line.split_last()?;
    let commented = last.kind == Kind::LineComment && !before.is_empty();
    let at = match what {
        What::Comment => commented.then_some(before.len())?,
        What::Equals => {
            let code = if commented { before } else { line };
            let is_equals = |token: &Token| token.kind == Kind::Punct(b'=');
            let at = code.iter().skip(1).position(is_equals)? + 1;
            let open: i32 = code[at..].iter().map(|token| opens(token.kind)).sum();
            (open == 0).then_some(at)?
        }
    };
    let gap = line.get(at - 1)?.range.end..line[at].range.start;
    let lead = text[line_start(text, gap.start)..gap.start].chars().count();
    Some(Cell { gap, lead })
}

fn opens(kind: Kind) -> i32 {
    match kind {
        Kind::Punct(b'(' | b'[' | b'{') => 1,
        Kind::Punct(b')' | b']' | b'}') => -1,
        _ => 0,
    }
}

/// Between the text before and after some changes.
struct Map {
    /// Untouched stretches: where they stood, and where they stand.
    kept: Vec<(Range<usize>, usize)>,
    /// Where the text of each change stands.
    inserted: Vec<Range<usize>>,
}

impl Map {
    fn new(text: &str, changes: &[Change]) -> Map {
        let (mut kept, mut inserted) = (Vec::new(), Vec::new());
        let (mut old, mut new) = (0, 0);
        for change in changes {
            kept.push((old..change.range.start, new));
            new += change.range.start - old;
            inserted.push(new..new + change.text.len());
            new += change.text.len();
            old = change.range.end;
        }
        kept.push((old..text.len(), new));
        Map { kept, inserted }
    }

    /// Where the byte at `at` stood, unless it is new.
    fn old(&self, at: usize) -> Option<usize> {
        self.kept
            .iter()
            .find(|(old, new)| *new <= at && at < new + old.len())
            .map(|(old, new)| old.start + (at - new))
    }

    fn new_end(&self, at: usize) -> Option<usize> {
        self.kept
            .iter()
            .rev()
            .find(|(old, _)| old.start <= at)
            .map(|(old, new)| new + (at - old.start).min(old.len()))
    }

    /// Makes a gap so many spaces wide. Gaps come from back to front.
    fn respace(&self, changes: &mut Vec<Change>, gap: &Range<usize>, spaces: usize) {
        let spaces = " ".repeat(spaces);
        let within = |all: &Range<usize>| all.start <= gap.start && gap.end <= all.end;
        if let Some(i) = self.inserted.iter().position(within) {
            let start = self.inserted[i].start;
            changes[i]
                .text
                .replace_range(gap.start - start..gap.end - start, &spaces);
        } else if let Some((old, new)) = self
            .kept
            .iter()
            .find(|(old, new)| within(&(*new..new + old.len())))
        {
            let start = old.start + (gap.start - new);
            changes.push(Change::replace(start..start + gap.len(), spaces));
        }
    }
}
