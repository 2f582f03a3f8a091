//! Draws code frames. The only file that names miette: the theme, the width and the colours are
//! handed to it, its hook and its detection of terminals are not used.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};

use super::frame::Frame;
use super::paint::Paint;
use crate::finding::Severity;

/// The frame as lines, each with `\n` at its end.
pub(super) fn draw(frame: &Frame, severity: Severity, paint: Paint) -> String {
    let mut theme = if paint.colored() {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    if paint.colored() {
        let main = match severity {
            Severity::Error => theme.styles.error,
            Severity::Warning => theme.styles.warning,
            Severity::Note => theme.styles.advice,
        };
        // A style for each label, in order: the severity's for the value at fault.
        let style = |primary| if primary { main.bold() } else { main.blue() };
        let styles = frame.marks.iter().map(|mark| style(mark.primary));
        theme.styles.highlights = styles.collect();
    }
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_context_lines(0)
        .with_links(false)
        .with_wrap_lines(false)
        .without_cause_chain()
        .without_primary_span_start();
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &Drawn(frame)).is_err() {
        // Writing to a string can't fail; were the renderer to refuse a frame, the place remains.
        return format!("  [{}]\n", frame.place);
    }
    // The first line is the message, which is written elsewhere and empty here.
    match drawn.split_once('\n') {
        Some((_, rest)) => rest
            .lines()
            .map(|line| format!("{}\n", line.trim_end()))
            .collect(),
        None => drawn,
    }
}

/// The prepared text of a frame, as the renderer wants it.
#[derive(Debug)]
struct Drawn<'a>(&'a Frame);

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Drawn<'_> {}

impl Diagnostic for Drawn<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = self.0.marks.iter().map(|mark| {
            let text = (!mark.text.is_empty()).then(|| mark.text.clone());
            let span = (mark.range.start, mark.range.len());
            if mark.primary {
                LabeledSpan::new_primary_with_span(text, span)
            } else {
                LabeledSpan::new_with_span(text, span)
            }
        });
        Some(Box::new(labels))
    }
}

impl SourceCode for Drawn<'_> {
    /// Always the whole frame: it holds the labelled lines and nothing else.
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.0.text.as_str();
        Ok(Box::new(MietteSpanContents::new_named(
            self.0.place.clone(),
            text.as_bytes(),
            (0, text.len()).into(),
            self.0.line - 1,
            0,
            text.lines().count(),
        )))
    }
}
