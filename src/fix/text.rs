//! Lines, indentation and line endings of a text, and changes applied to it.

use std::ops::Range;

use super::Change;

/// The line ending that most lines of the text have; `\n` for a text of one line.
pub fn line_ending(text: &str) -> &'static str {
    let windows = text.matches("\r\n").count();
    let all = text.matches('\n').count();
    if windows * 2 > all { "\r\n" } else { "\n" }
}

/// The text with the changes made; `None` when they overlap, are unsorted or cut a character.
pub fn apply(text: &str, changes: &[Change]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for change in changes {
        out.push_str(text.get(at..change.range.start)?);
        text.get(change.range.clone())?;
        out.push_str(&change.text);
        at = change.range.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// Where the line of byte `at` starts.
pub fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |i| i + 1)
}

/// Where the line after that of byte `at` starts: the end of the text when there is none.
pub fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |i| at + i + 1)
}

/// The spaces and tabs that the line of byte `at` starts with.
pub fn indentation(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..];
    let end = line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len());
    &line[..end]
}

/// Whether only spaces and tabs stand before byte `at` on its line.
pub fn starts_line(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at]
        .bytes()
        .all(|b| b == b' ' || b == b'\t')
}

/// One step of indentation, as the file has it: a tab when more lines start with one, else two
/// spaces or four.
pub fn indent_unit(text: &str) -> &'static str {
    let (mut tabs, mut two, mut four) = (0, 0, 0);
    for line in text.lines() {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        if line.starts_with('\t') {
            tabs += 1;
        } else if spaces == 2 {
            two += 1;
        } else if spaces == 4 {
            four += 1;
        }
    }
    if tabs > two + four {
        "\t"
    } else if two == 0 && four > 0 {
        "    "
    } else {
        "  "
    }
}

/// Where spaces and tabs before byte `at` start.
pub fn space_before(text: &str, at: usize) -> usize {
    text[..at].trim_end_matches([' ', '\t']).len()
}

/// Where white space of any kind before byte `at` starts.
pub fn white_before(text: &str, at: usize) -> usize {
    text[..at].trim_end_matches([' ', '\t', '\r', '\n']).len()
}

/// The lines `lines` (from a line's start to another's) to remove, with the blank lines that would be left
/// behind doubled. `first` and `last` tell that nothing but its opening or closing stands before or after them,
/// where no blank line is wanted at all.
pub fn without_lines(text: &str, lines: Range<usize>, first: bool, last: bool) -> Range<usize> {
    let (mut start, mut end) = (lines.start, lines.end);
    let blank = |from: usize, to: usize| from < to && text[from..to].trim().is_empty();
    let above = |at: usize| line_start(text, at.saturating_sub(1));
    let blank_above = start > 0 && blank(above(start), start);
    if first || blank_above {
        while end < text.len() && blank(end, next_line(text, end)) {
            end = next_line(text, end);
        }
    }
    if last {
        while start > 0 && blank(above(start), start) {
            start = above(start);
        }
    }
    start..end
}
