//! Where secrets stand in a file, so that frames don't show them: the strings whose key, or whose own
//! text, looks like a secret. A rough scanner of its own, since a file that does not parse is shown too.

use std::collections::HashMap;
use std::ops::Range;

use super::secrets::{is_harmless, is_plain, is_secret_name, tells_secret};
use crate::arm::is_function;
use crate::source::{FileId, Source, Span};

/// The secrets of the files that were shown so far.
#[derive(Debug, Default)]
pub(super) struct Masks {
    known: HashMap<FileId, Vec<Range<usize>>>,
}

impl Masks {
    /// The secrets of a file, in order: what looks like one, and the `sensitive` spans.
    pub(super) fn of(
        &mut self,
        file: FileId,
        source: &Source,
        sensitive: &[Span],
    ) -> &[Range<usize>] {
        self.known.entry(file).or_insert_with(|| {
            let mut found = secrets(&source.text, is_json(&source.path), 0);
            let own = sensitive.iter().filter(|span| span.file == file);
            found.extend(own.flat_map(|span| of_value(&source.text, span.range())));
            found.sort_by_key(|range| (range.start, range.end));
            found.dedup();
            found
        })
    }
}

/// Whether a file is JSON, by its name; HCL otherwise.
pub(super) fn is_json(path: &str) -> bool {
    let path = path.to_lowercase();
    path.ends_with(".json") || path.ends_with(".jsonc")
}

/// In place of a secret.
pub(super) const MASK: &str = "••••";

/// What to mask of a sensitive value: nothing of a reference, which only names it, and of a template's expression the
/// strings in it.
fn of_value(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let inner = inside_quotes(text, range.clone());
    let Some(written) = text.get(inner.clone()) else {
        return vec![range];
    };
    if inner == range && is_reference(written) {
        return Vec::new();
    }
    literals(written, inner.start).unwrap_or_else(|| vec![inner])
}

/// `var.password`, `local.x["a"]`: in HCL a secret is written between quotes.
fn is_reference(text: &str) -> bool {
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.contains('.')
        && text.chars().all(named)
}

/// A string without its quotes.
fn inside_quotes(text: &str, range: Range<usize>) -> Range<usize> {
    let quoted = range.len() >= 2
        && text
            .get(range.clone())
            .is_some_and(|s| s.starts_with('"') && s.ends_with('"'));
    if quoted {
        range.start + 1..range.end - 1
    } else {
        range
    }
}

/// Keys under which an input's value stands.
const VALUES: &[&str] = &["default", "defaultvalue", "value"];
/// Comments in heredocs in comments are looked into so far.
const DEEPEST: usize = 2;

/// The bytes to mask, in order.
pub(super) fn secrets(text: &str, json: bool, depth: usize) -> Vec<Range<usize>> {
    let mut scan = Scan {
        text,
        json,
        depth,
        at: 0,
        scopes: vec![Scope::default()],
        words: Vec::new(),
        key: None,
        found: Vec::new(),
    };
    scan.run();
    let mut found = scan.found;
    found.retain(|range| !range.is_empty());
    found.sort_by_key(|range| (range.start, range.end));
    found.dedup();
    found
}

/// Inside one pair of brackets.
#[derive(Debug, Default)]
struct Scope<'a> {
    /// All that stands in it is secret.
    secret: bool,
    /// Its name is a secret's, so that what `value` or `default` hold is.
    named: bool,
    /// It says itself that its value is secret.
    marked: bool,
    /// What `value` or `default` hold, in case it does.
    values: Vec<Range<usize>>,
    /// It is, or is in, what `value` or `default` hold.
    in_value: bool,
    /// A list, or the arguments of a function: it has no keys.
    list: bool,
    /// The key that leads to it.
    key: Option<&'a str>,
}

struct Scan<'a> {
    text: &'a str,
    json: bool,
    /// How many texts this one is inside of.
    depth: usize,
    at: usize,
    scopes: Vec<Scope<'a>>,
    /// Words since the last key or end of line: block type and labels.
    words: Vec<&'a str>,
    /// The key whose value comes next.
    key: Option<&'a str>,
    found: Vec<Range<usize>>,
}

impl<'a> Scan<'a> {
    fn run(&mut self) {
        while let Some(c) = self.text[self.at..].chars().next() {
            match c {
                '"' => self.string(),
                '#' if !self.json => self.comment("\n"),
                '/' if self.rest().starts_with("//") => self.comment("\n"),
                '/' if self.rest().starts_with("/*") => self.comment("*/"),
                '<' if !self.json && self.rest().starts_with("<<") => self.heredoc(),
                '{' | '[' | '(' => self.open(c != '{'),
                '}' | ']' | ')' => self.close(),
                '=' | ':' => {
                    self.at += 1;
                    // `==`, `=>` and `::` are no assignments.
                    if self.rest().starts_with([c, '>']) {
                        self.at += 1;
                    } else if let Some(word) = self.words.pop() {
                        self.words.clear();
                        self.key = Some(word);
                    }
                }
                ',' => {
                    self.at += 1;
                    if !self.scope().list {
                        self.end_value();
                    }
                }
                '\n' => {
                    self.at += 1;
                    if !self.json && !self.scope().list {
                        self.end_value();
                    }
                }
                c if c.is_alphanumeric() || c == '_' => self.word(),
                c => self.at += c.len_utf8(),
            }
        }
        while self.scopes.len() > 1 {
            self.close();
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn scope(&mut self) -> &mut Scope<'a> {
        if self.scopes.is_empty() {
            self.scopes.push(Scope::default());
        }
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    fn end_value(&mut self) {
        self.key = None;
        self.words.clear();
    }

    fn word(&mut self) {
        let rest = self.rest();
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
            .unwrap_or(rest.len());
        let word = &rest[..length];
        self.at += length;
        if self.key == Some("sensitive") && word == "true" {
            self.scope().marked = true;
        }
        if self.key.is_none() {
            self.words.push(word);
        }
    }

    /// A comment may hold what was commented out.
    fn comment(&mut self, end: &str) {
        let rest = self.rest();
        let length = rest.find(end).unwrap_or(rest.len());
        self.nested(self.at..self.at + length, 1);
        self.at += length;
        if end != "\n" {
            self.at = (self.at + end.len()).min(self.text.len());
        }
    }

    /// Scans a part as a text of its own, without its first `skip` bytes.
    fn nested(&mut self, range: Range<usize>, skip: usize) {
        if self.depth >= DEEPEST {
            return;
        }
        let start = (range.start + skip).min(range.end);
        let inner = self.text[start..range.end].trim_start_matches(['/', '*', '#']);
        let start = range.end - inner.len();
        let found = secrets(inner, self.json, self.depth + 1);
        self.found
            .extend(found.into_iter().map(|r| r.start + start..r.end + start));
    }

    fn string(&mut self) {
        let start = self.at + 1;
        let end = if self.json {
            json_string_end(self.text, start)
        } else {
            template_end(self.text, start)
        };
        self.at = end + usize::from(self.text[end..].starts_with('"'));
        let content = &self.text[start..end];
        let is_key = self.key.is_none() && !self.scope().list && {
            let after = self.rest().trim_start_matches([' ', '\t', '\r', '\n']);
            after.starts_with(':') || (!self.json && after.starts_with(['=', '{', '"']))
        };
        if is_key {
            self.words.push(content);
        } else {
            self.value(start..end);
        }
    }

    /// `<<EOT` to the line that holds `EOT` alone.
    fn heredoc(&mut self) {
        let rest = self.rest();
        let tag = rest[2..].trim_start_matches('-');
        let length = tag
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')))
            .unwrap_or(tag.len());
        let tag = &tag[..length];
        let Some(first) = rest.find('\n').filter(|_| !tag.is_empty()) else {
            self.at += 2;
            return;
        };
        let start = self.at + first + 1;
        let mut end = start;
        for line in self.text[start..].split_inclusive('\n') {
            if line.trim() == tag {
                break;
            }
            end += line.len();
        }
        self.at = end;
        if !self.value(start..end) {
            self.nested(start..end, 0);
        }
        let rest = self.rest();
        self.at += rest.find('\n').unwrap_or(rest.len());
    }

    /// A string in the place of a value: whether it was masked.
    fn value(&mut self, range: Range<usize>) -> bool {
        let content = &self.text[range.clone()];
        let key = self.key.unwrap_or_default();
        let lower = key.to_lowercase();
        let plain = lower.replace(['_', '-'], "");
        if plain == "type" && content.to_lowercase().starts_with("secure") {
            self.scope().marked = true;
        }
        let is_value = VALUES.contains(&plain.as_str());
        let scope = self.scope();
        let below = scope.secret && !is_harmless(key);
        let secret = below || (scope.named && is_value) || is_secret_name(key);
        if is_value || scope.in_value {
            scope.values.push(range.clone());
        }
        let masked = (secret && !is_plain(content)) || tells_secret(content);
        match literals(content, range.start).filter(|_| self.json && masked) {
            Some(inside) => self.found.extend(inside),
            None if masked => self.found.push(range),
            None => {}
        }
        masked
    }

    fn open(&mut self, list: bool) {
        self.at += 1;
        let key = self.key.take();
        let words = std::mem::take(&mut self.words);
        let plain = key.unwrap_or_default().to_lowercase().replace('_', "");
        let harmless = is_harmless(key.unwrap_or_default());
        let is_value = VALUES.contains(&plain.as_str());
        let secret_key = key.is_some_and(is_secret_name);
        let outer = self.scope();
        let scope = Scope {
            secret: (outer.secret && !harmless) || (outer.named && is_value) || secret_key,
            named: secret_key || words.iter().any(|word| is_secret_name(word)),
            in_value: is_value || (outer.in_value && !harmless),
            list,
            key,
            ..Scope::default()
        };
        self.scopes.push(scope);
    }

    fn close(&mut self) {
        self.at += 1;
        let Some(scope) = self.scopes.pop() else {
            return;
        };
        if scope.marked {
            self.found.extend(
                scope
                    .values
                    .into_iter()
                    .filter(|range| !is_plain(&self.text[range.clone()])),
            );
        } else if scope.in_value {
            self.scope().values.extend(scope.values);
        }
        self.end_value();
        if scope.list {
            self.key = scope.key;
        }
    }
}

/// The strings in an expression of a template, but for names of parameters and variables: the rest of it is code.
/// `None` for what is no call of a function that there is. `text` begins at `offset` of its file.
fn literals(text: &str, offset: usize) -> Option<Vec<Range<usize>>> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let (function, _) = inner.trim_start().split_once('(')?;
    if !is_function(function.trim_end()) {
        return None;
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(quote) = text[at..].find('\'').map(|i| at + i) {
        let start = quote + 1;
        let end = text[start..]
            .find('\'')
            .map_or(text.len() - 1, |i| start + i);
        let before = text[at..quote].trim_end().to_lowercase();
        if !before.ends_with("parameters(") && !before.ends_with("variables(") {
            found.push(offset + start..offset + end);
        }
        at = end + 1;
        if at >= text.len() {
            break;
        }
    }
    Some(found)
}

/// The end of a JSON string that starts at `start`; the end of the text when it has none.
fn json_string_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The end of an HCL string that starts at `start`, past the templates in it; the end of the line when
/// it has none.
fn template_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    // For each template that is open: its brackets; a string inside one adds `None`.
    let mut open: Vec<Option<usize>> = Vec::new();
    while at < bytes.len() {
        let in_string = matches!(open.last(), None | Some(None));
        match bytes[at] {
            b'\\' if in_string => at += 1,
            b'\n' if open.is_empty() => return at,
            b'"' => match open.last() {
                None => return at,
                Some(None) => _ = open.pop(),
                Some(Some(_)) => open.push(None),
            },
            b'$' | b'%' if in_string && bytes.get(at + 1) == Some(&b'{') => {
                open.push(Some(0));
                at += 1;
            }
            b'{' => {
                if let Some(Some(depth)) = open.last_mut() {
                    *depth += 1;
                }
            }
            b'}' => match open.last_mut() {
                Some(Some(0)) => _ = open.pop(),
                Some(Some(depth)) => *depth -= 1,
                _ => {}
            },
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests;
