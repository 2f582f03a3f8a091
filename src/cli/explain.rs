//! `azvet explain`.

use std::io;

use super::args::ExplainArgs;
use super::terminal::{line_width, wants_color};
use super::{Engine, Outcome, Streams, Surroundings, config, mistake, own};
use crate::report::{self, Paint};
use crate::suggest;

pub(super) fn run(
    arguments: &ExplainArgs,
    surroundings: &Surroundings,
    streams: &mut Streams<'_>,
    engine: &dyn Engine,
) -> io::Result<Outcome> {
    let extended = match own::engine(arguments.own_rules.as_deref(), surroundings, engine) {
        Ok(extended) => extended,
        Err(refusal) => return config::refuse(refusal, arguments.color, surroundings, streams),
    };
    let engine = extended.as_deref().unwrap_or(engine);
    let rules = engine.rules();
    let Some(rule) = rules.iter().find(|rule| rule.slug == arguments.rule) else {
        let slugs = rules.iter().map(|rule| rule.slug.as_str());
        let message = suggest::unknown("rule", &arguments.rule, slugs);
        return mistake(streams, &message);
    };
    let color = wants_color(arguments.color, surroundings, surroundings.out_is_terminal);
    report::write_explanation(
        rule,
        &engine.examples(&rule.slug),
        Paint::new(color),
        line_width(surroundings),
        streams.out,
    )?;
    Ok(Outcome::Clean)
}
