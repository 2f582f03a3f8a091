//! A text with the edits made so far: each is spelt against what the earlier ones left.

use std::ops::Range;

use super::Change;

/// A text being edited. What comes out are changes of the original.
pub(super) struct Draft {
    text: String,
    /// In terms of the original; sorted and apart.
    changes: Vec<Change>,
}

impl Draft {
    /// The text before any edit.
    pub(super) fn new(text: &str) -> Draft {
        Draft {
            text: text.to_owned(),
            changes: Vec::new(),
        }
    }

    /// The text as it is now.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The changes of the original that led here.
    pub(super) fn changes(self) -> Vec<Change> {
        self.changes
    }

    /// Where a range of the original lies now, with what was put into it but not what was put before or
    /// behind it. `None` when a change goes over one of its ends.
    pub(super) fn now(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let (mut start, mut end) = (range.start, range.end);
        for Change { range: old, text } in &self.changes {
            let before = old.end <= range.start;
            let inside = old.start >= range.start && old.end <= range.end && old.start < range.end;
            if before {
                start = start + text.len() - old.len();
            }
            if before || inside {
                end = end + text.len() - old.len();
            } else if old.start < range.end {
                return None;
            }
        }
        Some(start..end)
    }

    /// Makes changes of the text as it is now; they are sorted and do not overlap.
    pub(super) fn make(&mut self, changes: Vec<Change>) {
        // From the last to the first, so that places stay where they are.
        for change in changes.into_iter().rev() {
            self.compose(&change);
            self.text.replace_range(change.range, &change.text);
        }
    }

    /// Adds one to the changes of the original, made one with those that it touches.
    fn compose(&mut self, new: &Change) {
        let mut composed = Vec::with_capacity(self.changes.len() + 1);
        let mut whole = new.range.clone();
        let mut later = Vec::new();
        // How much longer the text is before the place at hand, and before the new change.
        let mut grown = 0_isize;
        let mut grown_before = 0_isize;
        let mut touched: Option<Range<usize>> = None;
        for change in self.changes.drain(..) {
            let start = change.range.start.saturating_add_signed(grown);
            let now = start..start + change.text.len();
            let growth = change.text.len() as isize - change.range.len() as isize;
            grown += growth;
            if now.end < new.range.start {
                grown_before = grown;
                composed.push(change);
            } else if now.start > new.range.end {
                later.push(change);
            } else {
                let first = touched.map_or_else(
                    || original(new.range.start.min(now.start), grown - growth),
                    |touched| touched.start,
                );
                touched = Some(first..original(new.range.end.max(now.end), grown));
                whole = whole.start.min(now.start)..whole.end.max(now.end);
            }
        }
        let range = touched.unwrap_or_else(|| {
            original(new.range.start, grown_before)..original(new.range.end, grown_before)
        });
        let text = [
            &self.text[whole.start..new.range.start],
            &new.text,
            &self.text[new.range.end..whole.end],
        ]
        .concat();
        composed.push(Change { range, text });
        composed.extend(later);
        self.changes = composed;
    }
}

/// The place in the original of one behind which the text has grown by so much.
fn original(now: usize, grown: isize) -> usize {
    now.saturating_add_signed(-grown)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes each change in turn and compares with the original changed at once.
    fn check(original: &str, steps: &[(Range<usize>, &str)], expected: &str) {
        let mut draft = Draft::new(original);
        for (range, text) in steps {
            draft.make(vec![Change::replace(range.clone(), *text)]);
        }
        assert_eq!(draft.text(), expected);
        let mut once = original.to_owned();
        for change in draft.changes().into_iter().rev() {
            once.replace_range(change.range, &change.text);
        }
        assert_eq!(once, expected);
    }

    #[test]
    fn steps_come_to_the_same_as_their_sum() {
        check("abcdef", &[(1..2, "XYZ"), (5..6, "q")], "aXYZcqef");
        // Into what was put there before, over its ends, and around two earlier ones.
        check("abcdef", &[(1..1, "XYZ"), (2..3, "-")], "aX-Zbcdef");
        check("abcdef", &[(1..2, "XYZ"), (0..2, "")], "YZcdef");
        check("abcdef", &[(1..2, "XYZ"), (3..5, "")], "aXYdef");
        check("abcdef", &[(1..2, ""), (4..5, "XX"), (0..6, "_")], "_");
        check(
            "abcdef",
            &[(3..3, "1"), (3..3, "2"), (5..5, "3")],
            "abc213def",
        );
    }

    #[test]
    fn random_steps_come_to_the_same_as_their_sum() {
        let mut seed = 7_u64;
        let mut next = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as usize % below
        };
        for _ in 0..2_000 {
            let mut text = "0123456789abcdef".to_owned();
            let mut draft = Draft::new(&text);
            for step in 0..4 {
                let a = next(text.len() + 1);
                let b = (a + next(4)).min(text.len());
                let new = "+".repeat(next(3)) + ["", "x", "y", "z"][step];
                draft.make(vec![Change::replace(a..b, new.clone())]);
                text.replace_range(a..b, &new);
            }
            assert_eq!(draft.text(), text);
            let mut once = "0123456789abcdef".to_owned();
            for change in draft.changes().into_iter().rev() {
                once.replace_range(change.range, &change.text);
            }
            assert_eq!(once, text);
        }
    }

    #[test]
    fn ranges_move_with_the_text() {
        let mut draft = Draft::new("head body tail");
        draft.make(vec![Change::insert(0, "new "), Change::insert(7, "XX")]);
        let body = draft.now(&(5..9)).expect("the body is there");
        assert_eq!(&draft.text()[body], "boXXdy");
        draft.make(vec![Change::insert(15, " behind")]);
        let body = draft.now(&(5..9)).expect("the body is there");
        assert_eq!(&draft.text()[body], "boXXdy");
        draft.make(vec![Change::delete(7..11)]);
        assert_eq!(draft.now(&(5..9)), None);
    }
}
