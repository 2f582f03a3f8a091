//! What a code frame shows: the lines that labels are on, cut to the window around them, with
//! secrets masked. Only this small text reaches the renderer, however large the file is.

use std::ops::Range;

use super::View;
use super::masks::{MASK, Masks};
use super::paint::{is_unsafe, one_line};
use crate::finding::Label;
use crate::source::{FileId, Source, Span};

/// In place of what is cut off.
const CUT: char = '…';
/// Columns shown before a label on a line that is cut.
const BEFORE: usize = 24;
/// Lines between two labels, up to which they share a frame.
const NEAR: usize = 2;
/// Columns per tab.
const TAB: usize = 4;

/// Some successive lines of a file with labels.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// `path:line:column` of the most important label.
    pub(super) place: String,
    /// Number of the first line, from 1.
    pub(super) line: usize,
    /// The prepared lines, each with `\n` at its end.
    pub(super) text: String,
    /// What to underline in `text`, in the order of place.
    pub(super) marks: Vec<Mark>,
}

/// Something to underline.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Bytes of the frame's text.
    pub(super) range: Range<usize>,
    /// What to write there; may be empty.
    pub(super) text: String,
    /// The value at fault.
    pub(super) primary: bool,
}

/// A label brought to one line.
struct Spot {
    file: FileId,
    line: usize,
    start: usize,
    end: usize,
    text: String,
    primary: bool,
    rank: usize,
}

/// The frames that show `labels`: the first is the primary one, and its frame comes first.
pub(super) fn frames(view: &View<'_>, masks: &mut Masks, labels: &[&Label]) -> Vec<Frame> {
    let mut spots: Vec<Spot> = Vec::new();
    for (rank, label) in labels.iter().enumerate() {
        add(view, &mut spots, label, rank);
    }
    let window = view.width.saturating_sub(10);
    let mut groups: Vec<Vec<Spot>> = Vec::new();
    spots.sort_by_key(|spot| (spot.file, spot.line, spot.start, spot.end));
    for spot in spots {
        let fits = groups
            .last()
            .is_some_and(|group| belongs(view, group, &spot, window));
        match groups.last_mut() {
            Some(group) if fits => group.push(spot),
            _ => groups.push(vec![spot]),
        }
    }
    groups.sort_by_key(|group| group.iter().map(|spot| spot.rank).min());
    groups
        .into_iter()
        .map(|group| frame(view, masks, &group, window))
        .collect()
}

/// Whether a label, the next in order, is near enough to be shown with those of a group.
fn belongs(view: &View<'_>, group: &[Spot], spot: &Spot, window: usize) -> bool {
    let (first, last) = (&group[0], &group[group.len() - 1]);
    if last.file != spot.file || spot.line - last.line > NEAR {
        return false;
    }
    let source = view.sources.get(spot.file);
    let whole = (last.line..=spot.line).all(|line| !is_long(&source, line, window));
    whole || (first.line == spot.line && spot.end <= first.start + window - BEFORE - 2)
}

fn add(view: &View<'_>, spots: &mut Vec<Spot>, label: &Label, rank: usize) {
    let source = view.sources.get(label.span.file);
    let (line, range) = on_one_line(&source, label.span);
    let text = one_line(&label.text);
    let same = |spot: &&mut Spot| {
        spot.file == label.span.file && spot.start == range.start && spot.end == range.end
    };
    match spots.iter_mut().find(same) {
        // Two labels at one place would be drawn one beside the other.
        Some(spot) => {
            if !text.is_empty() && !spot.text.contains(&text) {
                if !spot.text.is_empty() {
                    spot.text.push_str("; ");
                }
                spot.text.push_str(&text);
            }
        }
        None => spots.push(Spot {
            file: label.span.file,
            line,
            start: range.start,
            end: range.end,
            text,
            primary: rank == 0,
            rank,
        }),
    }
}

/// The line of a span's start, and the part of the span that is on it.
fn on_one_line(source: &Source, span: Span) -> (usize, Range<usize>) {
    let text = &source.text;
    let start = floor(text, span.range().start);
    let end = floor(text, span.range().end).max(start);
    let line = source.line_of(start as u32);
    let limits = line_range(source, line);
    let start = start.min(limits.end);
    let mut end = end.min(limits.end);
    if span.range().end > limits.end {
        end = start + text[start..end].trim_end().len();
    }
    if start == end {
        end = text[start..limits.end]
            .chars()
            .next()
            .map_or(end, |c| start + c.len_utf8());
    }
    (line, start..end)
}

/// The bytes of a line without its end.
fn line_range(source: &Source, line: usize) -> Range<usize> {
    let starts = source.line_starts();
    let start = starts[line] as usize;
    let end = starts
        .get(line + 1)
        .map_or(source.text.len(), |&next| next as usize);
    start..start + source.text[start..end].trim_end_matches(['\n', '\r']).len()
}

fn is_long(source: &Source, line: usize, window: usize) -> bool {
    let range = line_range(source, line);
    range.len() > window && (range.len() > window * 4 || columns(&source.text[range]) > window)
}

fn columns(text: &str) -> usize {
    text.chars().map(width).sum()
}

/// An estimate that never is too small for text that occurs.
fn width(c: char) -> usize {
    match c {
        '\t' => TAB,
        '\u{1100}'.. => 2,
        _ => 1,
    }
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn frame(view: &View<'_>, masks: &mut Masks, group: &[Spot], window: usize) -> Frame {
    let (first, last) = (&group[0], &group[group.len() - 1]);
    let source = view.sources.get(first.file);
    let secrets = masks.of(first.file, &source, &view.report.secrets);
    let mut frame = Frame {
        place: String::new(),
        line: first.line + 1,
        text: String::new(),
        marks: Vec::new(),
    };
    for line in first.line..=last.line {
        let range = line_range(&source, line);
        let shown = if is_long(&source, line, window) {
            around(&source.text, &range, first.start, window)
        } else {
            range.clone()
        };
        let spots = || group.iter().filter(|spot| spot.line == line);
        let edges: Vec<Edge> = spots()
            .flat_map(|spot| [Edge::Start(spot.start), Edge::End(spot.end)])
            .collect();
        let places = copy(
            &source.text,
            &range,
            &shown,
            secrets,
            &edges,
            &mut frame.text,
        );
        for (spot, place) in spots().zip(places.chunks(2)) {
            frame.marks.push(Mark {
                range: place[0]..place[1].max(place[0]),
                text: spot.text.clone(),
                primary: spot.primary,
            });
        }
        frame.text.push('\n');
    }
    if let Some(spot) = group.iter().min_by_key(|spot| spot.rank) {
        let position = source.position(spot.start as u32);
        frame.place = format!(
            "{}:{}:{}",
            one_line(&source.path),
            position.line,
            position.column
        );
    }
    frame
}

/// The part of a line to show: some columns before `start`, and what fits after.
fn around(text: &str, line: &Range<usize>, start: usize, window: usize) -> Range<usize> {
    let reach = |chars: &mut dyn Iterator<Item = char>, room: usize| {
        let mut used = 0;
        let mut bytes = 0;
        for c in chars {
            used += width(c);
            if used > room {
                break;
            }
            bytes += c.len_utf8();
        }
        bytes
    };
    let before = reach(&mut text[line.start..start].chars().rev(), BEFORE);
    let after = reach(&mut text[start..line.end].chars(), window - BEFORE - 2);
    start - before..start + after
}

/// Where a label starts or ends on a line.
#[derive(Clone, Copy)]
enum Edge {
    Start(usize),
    End(usize),
}

impl Edge {
    fn at(self) -> usize {
        match self {
            Edge::Start(at) | Edge::End(at) => at,
        }
    }
}

/// Copies the shown part of a line, with secrets masked, and tells where `edges` came to lie.
fn copy(
    text: &str,
    line: &Range<usize>,
    shown: &Range<usize>,
    secrets: &[Range<usize>],
    edges: &[Edge],
    out: &mut String,
) -> Vec<usize> {
    let line_start = out.len();
    let mut places: Vec<Option<usize>> = vec![None; edges.len()];
    let mut place = |is_here: &dyn Fn(Edge) -> bool, place: usize| {
        for (known, edge) in places.iter_mut().zip(edges) {
            if is_here(*edge) {
                known.get_or_insert(place);
            }
        }
    };
    if shown.start > line.start {
        out.push(CUT);
    }
    let mut next = secrets.partition_point(|secret| secret.end <= shown.start);
    let mut masked_to = shown.start;
    for (offset, c) in text[shown.clone()].char_indices() {
        let at = shown.start + offset;
        if at < masked_to {
            continue;
        }
        while secrets.get(next).is_some_and(|secret| secret.end <= at) {
            next += 1;
        }
        place(&|edge| edge.at() == at, out.len());
        match secrets.get(next).filter(|secret| secret.contains(&at)) {
            Some(secret) => {
                // A label that starts or ends inside covers the mask.
                masked_to = secret.end;
                place(
                    &|edge| matches!(edge, Edge::Start(x) if secret.contains(&x)),
                    out.len(),
                );
                out.push_str(MASK);
                place(
                    &|edge| matches!(edge, Edge::End(x) if secret.contains(&x)),
                    out.len(),
                );
            }
            None => push(c, columns(&out[line_start..]), out),
        }
    }
    let end = out.len();
    if shown.end < line.end {
        out.push(CUT);
    }
    places
        .into_iter()
        .map(|place| place.unwrap_or(end))
        .collect()
}

/// One character, where it can be shown.
fn push(c: char, column: usize, out: &mut String) {
    match c {
        '\t' => out.extend(std::iter::repeat_n(' ', TAB - column % TAB)),
        c if is_unsafe(c) => out.push('\u{FFFD}'),
        c => out.push(c),
    }
}
