//! `azvet rules`.

use std::io;

use super::args::{ListFormat, RulesArgs};
use super::{Engine, Outcome, Streams, Surroundings};
use crate::report::{self, Paint};
use crate::settings::wants_color;

pub(super) fn run(
    arguments: &RulesArgs,
    surroundings: &Surroundings,
    streams: &mut Streams<'_>,
    engine: &dyn Engine,
) -> io::Result<Outcome> {
    let rules = engine.rules();
    match arguments.format {
        ListFormat::Text => {
            let color = wants_color(arguments.color, surroundings, surroundings.out_is_terminal);
            report::write_rules_text(&rules, Paint::new(color), streams.out)?;
        }
        ListFormat::Json => report::write_rules_json(&rules, streams.out)?,
    }
    Ok(Outcome::Clean)
}
