//! Indented heredocs (`<<-EOT`) with directives or strip markers: what Terraform takes away of their
//! lines. The parser takes away other indentation.

/// More lines are not looked through for the end of what is between `${` and `}`.
const MOST_LINES: usize = 200;

/// The text between the first line of a heredoc and its closing one, without the indentation that
/// all lines share.
pub(super) fn dedented(heredoc: &str) -> Option<String> {
    let (_, inner) = heredoc.split_once('\n')?;
    let (inner, _) = inner.rsplit_once('\n').unwrap_or(("", inner));
    let mut lines: Vec<(&str, Option<usize>)> = Vec::new();
    let mut joined = false;
    let mut rest = Some(inner);
    while let Some(open) = rest {
        let (line, strips) = line(open)?;
        rest = open.get(line.len() + 1..);
        let text = line.trim_start();
        let start = match text {
            "" => None,
            // A strip marker has joined it to the line before.
            _ if joined => None,
            // The white space before it is stripped anyway.
            _ if text.starts_with("${~") || text.starts_with("%{~") => Some(0),
            _ => Some(line.chars().count() - text.chars().count()),
        };
        lines.push((line, start));
        joined = strips;
    }
    let shared = lines.iter().filter_map(|(_, start)| *start).min();
    let mut out = String::with_capacity(inner.len());
    for (line, start) in lines {
        let from = start.and(shared).unwrap_or(0);
        out.extend(line.chars().skip(from));
        out.push('\n');
    }
    Some(out)
}

/// The first line, with those below that what is between `${` and `}` goes on to, and whether its last
/// sequence strips what follows to the line's end.
fn line(text: &str) -> Option<(&str, bool)> {
    let ends = text.match_indices('\n').map(|(i, _)| i);
    let mut ends = ends.chain([text.len()]).take(MOST_LINES);
    ends.find_map(|end| Some((&text[..end], strips_the_rest(&text[..end])?)))
}

/// Whether the last sequence in a line strips what follows it to the line's end. `None` where a sequence
/// does not end in its line.
fn strips_the_rest(line: &str) -> Option<bool> {
    let mut rest = line;
    let mut strips = false;
    while let Some(at) = rest.find(['$', '%']) {
        let sign = &rest[at..at + 1];
        let tail = &rest[at + 1..];
        if tail.starts_with(sign) && tail[1..].starts_with('{') {
            strips = false;
            rest = &tail[2..];
        } else if let Some(inside) = tail.strip_prefix('{') {
            let end = end_of(inside)?;
            strips = inside[..end].ends_with('~');
            rest = &inside[end + 1..];
        } else {
            strips = false;
            rest = tail;
        }
    }
    Some(strips && rest.trim().is_empty())
}

/// Where the brace that closes a sequence stands.
fn end_of(inside: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for (i, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' => depth += 1,
            '}' if depth == 0 && !quoted => return Some(i),
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}
