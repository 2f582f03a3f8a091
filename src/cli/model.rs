//! `azvet model`.

use std::collections::BTreeMap;
use std::io;

use super::args::{ListFormat, ModelArgs};
use super::{Engine, Outcome, Streams, Surroundings, check, config, mistake};
use crate::finding::Report;
use crate::report::{self, Paint, View};
use crate::settings::Settings;

pub(super) fn run(
    arguments: ModelArgs,
    surroundings: &Surroundings,
    streams: &mut Streams<'_>,
    engine: &dyn Engine,
) -> io::Result<Outcome> {
    let ModelArgs {
        input,
        format,
        color,
    } = arguments;
    let config = match config::of(&input, surroundings) {
        Ok(config) => config,
        Err(refusal) => return config::refuse(refusal, color, surroundings, streams),
    };
    let settings = match Settings::of_model(input, config, color, surroundings, streams.input) {
        Ok(settings) => settings,
        Err(message) => return mistake(streams, &message),
    };
    let sources = settings.sources(&BTreeMap::new());
    let mut found = crate::discover::discover(&settings, &sources);
    let mut dump = match check::in_pool(&settings, || engine.model(&settings, &sources, &found)) {
        Ok(dump) => dump,
        Err(message) => return mistake(streams, &message),
    };
    found.problems.append(&mut dump.problems);
    dump.problems = found.problems;
    found.notices.append(&mut dump.notices);
    dump.notices = found.notices;

    let report = Report::default();
    let view = View {
        paint: Paint::new(settings.color_out),
        width: settings.width,
        ..View::new(&sources, &report)
    };
    match format {
        ListFormat::Text => report::write_model_text(&view, &dump, streams.out)?,
        ListFormat::Json => report::write_model_json(&view, &dump, streams.out)?,
    }
    streams.out.flush()?;
    let view = View {
        paint: Paint::new(settings.color_err),
        ..view
    };
    report::write_notices(&view, &dump.notices, false, streams.err)?;
    report::write_problems(&view, &dump.problems, false, streams.err)?;
    Ok(if dump.problems.is_empty() {
        Outcome::Clean
    } else {
        Outcome::Incomplete
    })
}
