//! `azvet check`.

use std::io;
use std::path::Path;

use super::{CheckArgs, Engine, Outcome, Streams, Surroundings, config, mistake, output, own};
use crate::baseline;
use crate::declared::Problem;
use crate::files;
use crate::finding::{Report, Suppressed, Suppression};
use crate::fix::{self, Fixed, Run, Texts};
use crate::report::{self, View};
use crate::settings::{Fixing, Settings, Verbosity};
use crate::source::Sources;

pub(super) fn run(
    arguments: CheckArgs,
    surroundings: &Surroundings,
    streams: &mut Streams<'_>,
    engine: &dyn Engine,
) -> io::Result<Outcome> {
    let refuse = |refusal, streams: &mut Streams<'_>| {
        config::refuse(refusal, arguments.color, surroundings, streams)
    };
    let config = match config::of(&arguments.input, surroundings) {
        Ok(config) => config,
        Err(refusal) => return refuse(refusal, streams),
    };
    let folder = arguments.own_rules.as_deref().or(config.rules.as_deref());
    let extended = match own::engine(folder, surroundings, engine) {
        Ok(extended) => extended,
        Err(refusal) => return refuse(refusal, streams),
    };
    let engine = extended.as_deref().unwrap_or(engine);
    let rules = engine.rules();
    let slugs: Vec<&str> = rules.iter().map(|rule| rule.slug.as_str()).collect();
    if let Err(refused) = config.misspelt(&surroundings.working_directory, &slugs) {
        return refuse(refused.into(), streams);
    }
    let settings = Settings::of_check(arguments, config, surroundings, &slugs, streams.input);
    let settings = match settings {
        Ok(settings) => settings,
        Err(message) => return mistake(streams, &message),
    };
    let check = |texts: &Texts| run_once(&settings, engine, texts);
    let ran = in_pool(&settings, || {
        let first = check(&Texts::new());
        match settings.fix {
            None => Fixed::nothing(first),
            Some(fixing) => fix::rounds(first, fixing.least, &check),
        }
    });
    let mut fixed = match ran {
        Ok(fixed) => fixed,
        Err(message) => return mistake(streams, &message),
    };
    if let Some(fixing) = settings.fix {
        apply(&settings, fixing, &mut fixed, streams)?;
    }
    let Run {
        sources,
        mut report,
    } = fixed.run;

    if let Some(path) = &settings.write_baseline {
        write_baseline(&settings, path, &sources, &mut report, streams)?;
    }
    output::write(&settings, &sources, &rules, &mut report, streams)
}

/// One check of everything, with `texts` in place of files.
fn run_once(settings: &Settings, engine: &dyn Engine, texts: &Texts) -> Run {
    let sources = settings.sources(texts);
    let mut found = crate::discover::discover(settings, &sources);
    let mut report = engine.check(settings, &sources, &found);
    found.problems.append(&mut report.problems);
    report.problems = std::mem::take(&mut found.problems);
    found.notices.append(&mut report.notices);
    report.notices = std::mem::take(&mut found.notices);
    let directory = &settings.working_directory;
    let unmet = settings.config.unmet(&sources, directory, &settings.paths);
    report.notices.extend(unmet);
    let mut run = Run { sources, report };
    if settings.stdin.is_none() {
        fix::keep_within(&mut run, directory, &settings.paths);
    }
    run
}

/// Writes what fixes changed, or prints the difference.
fn apply(
    settings: &Settings,
    fixing: Fixing,
    fixed: &mut Fixed,
    streams: &mut Streams<'_>,
) -> io::Result<()> {
    if fixing.diff {
        let view = View::new(&fixed.run.sources, &fixed.run.report);
        for change in &fixed.changes {
            if let Some((old, new)) = report::without_secrets(&view, &change.path, &change.old) {
                let diff = fix::diff(&change.path, &old, &new);
                streams.out.write_all(diff.as_bytes())?;
            }
        }
        return Ok(());
    }
    let mut files = 0;
    for change in &fixed.changes {
        match fix::write(&settings.working_directory, change) {
            Ok(()) => files += 1,
            Err(reason) => {
                let problem = format!("{} was not changed: {reason}", change.path);
                fixed.run.report.problems.push(Problem::general(problem));
            }
        }
    }
    if fixed.applied > 0 && settings.verbosity != Verbosity::Quiet {
        let said = format!(
            "fixed {} in {}",
            report::count(fixed.applied, "finding"),
            report::count(files, "file")
        );
        writeln!(streams.err, "{said}")?;
    }
    Ok(())
}

/// Writes all findings into a baseline; from then on they are known.
fn write_baseline(
    settings: &Settings,
    path: &Path,
    sources: &Sources,
    report: &mut Report,
    streams: &mut Streams<'_>,
) -> io::Result<()> {
    let directory = &settings.working_directory;
    let text = baseline::written(&report.findings, sources, directory, path);
    let full = settings.working_directory.join(path);
    if let Err(why) = files::replace(&full, text.as_bytes()) {
        let message = format!("{} {why}", path.display());
        report.problems.push(Problem::general(message));
        return Ok(());
    }
    let known = std::mem::take(&mut report.findings);
    if settings.verbosity != Verbosity::Quiet {
        let findings = report::count(known.len(), "finding");
        writeln!(streams.err, "wrote {findings} to {}", path.display())?;
    }
    report
        .suppressed
        .extend(known.into_iter().map(|finding| Suppressed {
            finding,
            by: Suppression::Baseline,
        }));
    Ok(())
}

/// Runs `work` on as many threads as asked for.
pub(super) fn in_pool<T: Send>(
    settings: &Settings,
    work: impl FnOnce() -> T + Send,
) -> Result<T, String> {
    match settings.threads {
        None => Ok(work()),
        Some(threads) => rayon::ThreadPoolBuilder::new()
            .num_threads(threads.get())
            .build()
            .map(|pool| pool.install(work))
            .map_err(|error| format!("{threads} threads can't be started: {error}")),
    }
}
