//! Colours, wrapping, and text that is safe to print.

use std::borrow::Cow;

use crate::finding::Severity;

/// Colours, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paint {
    color: bool,
}

impl Paint {
    /// With colours, or without.
    pub fn new(color: bool) -> Paint {
        Paint { color }
    }

    /// Without colours.
    pub fn plain() -> Paint {
        Paint::new(false)
    }

    /// Whether there are colours.
    pub fn colored(self) -> bool {
        self.color
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// Stressed.
    pub(super) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Of less weight.
    pub(super) fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// A name or place.
    pub(super) fn accent(self, text: &str) -> String {
        self.wrap("1;36", text)
    }

    /// In the colour of a severity.
    pub(super) fn severity(self, severity: Severity, text: &str) -> String {
        let code = match severity {
            Severity::Error => "1;31",
            Severity::Warning => "1;33",
            Severity::Note => "1;36",
        };
        self.wrap(code, text)
    }
}

/// Text from a template or a message, without characters that steer a terminal or hide what is there.
/// Newlines and tabs are kept.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    if text
        .chars()
        .any(|c| is_unsafe(c) && !matches!(c, '\n' | '\t'))
    {
        let safe = |c| match c {
            '\n' | '\t' => c,
            c if is_unsafe(c) => '\u{FFFD}',
            c => c,
        };
        Cow::Owned(text.chars().map(safe).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The same on one line.
pub(super) fn one_line(text: &str) -> String {
    let parts: Vec<&str> = text.split_whitespace().collect();
    printable(&parts.join(" ")).into_owned()
}

/// Control characters, and those that turn the direction of writing or take no room.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// `text` in lines of at most `width` characters, broken between words. Newlines are kept; longer
/// words stay whole, so that paths can be copied.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.trim_end().split('\n') {
        let mut line = String::new();
        let mut length = 0;
        for word in paragraph.split_whitespace() {
            let size = word.chars().count();
            if length > 0 && length + 1 + size > width {
                lines.push(std::mem::take(&mut line));
                length = 0;
            }
            if length > 0 {
                line.push(' ');
                length += 1;
            }
            line.push_str(word);
            length += size;
        }
        lines.push(line);
    }
    lines
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_not_steered() {
        assert_eq!(
            printable("a\x1b[2Jb\u{202E}c\n"),
            "a\u{FFFD}[2Jb\u{FFFD}c\n"
        );
        assert_eq!(printable("größe 数据"), "größe 数据");
        assert_eq!(one_line(" a\r\n  b\x07 "), "a b\u{FFFD}");
    }

    #[test]
    fn words_are_kept_whole() {
        assert_eq!(
            wrapped("one two three\nfour-and-more five", 9),
            ["one two", "three", "four-and-more", "five"]
        );
    }
}
