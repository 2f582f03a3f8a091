//! A word on a terminal where work takes long.

use std::sync::Once;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shorter work needs no word.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many units are done; silent unless it is wanted and the work takes long.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    shown: Once,
}

impl Progress {
    pub(super) fn new(wanted: bool, units: usize) -> Progress {
        let hidden = ProgressDrawTarget::hidden();
        let bar = wanted.then(|| ProgressBar::with_draw_target(Some(units as u64), hidden));
        Progress {
            bar,
            started: Instant::now(),
            shown: Once::new(),
        }
    }

    /// One more is done.
    pub(super) fn step(&self) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        if self.started.elapsed() > PATIENCE {
            self.shown.call_once(|| {
                if let Ok(style) =
                    ProgressStyle::with_template("checking {pos} of {len} {wide_bar}")
                {
                    bar.set_style(style);
                }
                bar.set_draw_target(ProgressDrawTarget::stderr());
            });
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
