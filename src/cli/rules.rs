//! `azvet rules`.

use std::io;

use super::args::{ListFormat, RulesArgs, RulesCommand};
use super::terminal::wants_color;
use super::{Engine, Outcome, Streams, Surroundings, config, own};
use crate::report::{self, Paint};

pub(super) fn run(
    arguments: &RulesArgs,
    surroundings: &Surroundings,
    streams: &mut Streams<'_>,
    engine: &dyn Engine,
) -> io::Result<Outcome> {
    if let Some(RulesCommand::Test(arguments)) = &arguments.command {
        return own::test(arguments, surroundings, streams, engine);
    }
    let extended = match own::engine(arguments.own_rules.as_deref(), surroundings, engine) {
        Ok(extended) => extended,
        Err(refusal) => return config::refuse(refusal, arguments.color, surroundings, streams),
    };
    let rules = extended.as_deref().unwrap_or(engine).rules();
    match arguments.format {
        ListFormat::Text => {
            let color = wants_color(arguments.color, surroundings, surroundings.out_is_terminal);
            report::write_rules_text(&rules, Paint::new(color), streams.out)?;
        }
        ListFormat::Json => report::write_rules_json(&rules, streams.out)?,
    }
    Ok(Outcome::Clean)
}
