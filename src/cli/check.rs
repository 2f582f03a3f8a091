//! `azvet check`.

use std::io::{self, Write};
use std::path::Path;

use super::{CheckArgs, Engine, Outcome, Streams, Surroundings, config, mistake};
use crate::baseline;
use crate::declared::Problem;
use crate::finding::{Report, Suppressed, Suppression};
use crate::fix::{self, Fixed, Run, Texts};
use crate::report::{self, Paint, View};
use crate::settings::{Fixing, Settings, Verbosity};
use crate::source::Sources;

pub(super) fn run(
    arguments: CheckArgs,
    surroundings: &Surroundings,
    streams: &mut Streams<'_>,
    engine: &dyn Engine,
) -> io::Result<Outcome> {
    let rules = engine.rules();
    let slugs: Vec<&str> = rules.iter().map(|rule| rule.slug.as_str()).collect();
    let config = config::of(&arguments.input, surroundings).and_then(|config| {
        config.misspelt(&surroundings.working_directory, &slugs)?;
        Ok(config)
    });
    let config = match config {
        Ok(config) => config,
        Err(refusal) => return config::refuse(refusal, arguments.color, surroundings, streams),
    };
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
    write_findings(&settings, &sources, &mut report, streams)?;
    write_rest(&settings, &sources, &report, streams.err)?;
    Ok(outcome(&settings, &report))
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
    Run { sources, report }
}

/// Writes what fixes changed, or prints the difference.
fn apply(
    settings: &Settings,
    fixing: Fixing,
    fixed: &mut Fixed,
    streams: &mut Streams<'_>,
) -> io::Result<()> {
    if fixing.diff {
        let view = View {
            sources: &fixed.run.sources,
            report: &fixed.run.report,
            paint: Paint::plain(),
            width: settings.width,
        };
        for change in &fixed.changes {
            let diff = report::without_secrets(&view, &change.path, &fix::diff(change));
            streams.out.write_all(diff.as_bytes())?;
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
        let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        let said = format!(
            "fixed {} in {}",
            plural(fixed.applied, "finding"),
            plural(files, "file")
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
    let text = baseline::written(report.findings.iter(), sources);
    let full = settings.working_directory.join(path);
    if let Err(error) = std::fs::write(&full, text) {
        let message = format!("{} can't be written: {error}", path.display());
        report.problems.push(Problem::general(message));
        return Ok(());
    }
    let known = std::mem::take(&mut report.findings);
    if settings.verbosity != Verbosity::Quiet {
        let number = known.len();
        let plural = if number == 1 { "" } else { "s" };
        let path = path.display();
        writeln!(streams.err, "wrote {number} finding{plural} to {path}")?;
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

/// To standard output and to files; a file that can't be written is one more problem.
fn write_findings(
    settings: &Settings,
    sources: &Sources,
    report: &mut Report,
    streams: &mut Streams<'_>,
) -> io::Result<()> {
    let mut unwritten = Vec::new();
    for output in settings.outputs.iter().filter(|o| o.file.is_some()) {
        let Some(file) = &output.file else { continue };
        let view = View {
            sources,
            report,
            paint: Paint::plain(),
            width: settings.width,
        };
        let mut text = Vec::new();
        output.format.write(&view, &mut text)?;
        if let Err(error) = std::fs::write(settings.working_directory.join(file), text) {
            unwritten.push(Problem::general(format!(
                "{} can't be written: {error}",
                file.display()
            )));
        }
    }
    report.problems.append(&mut unwritten);
    for output in settings.outputs.iter().filter(|o| o.file.is_none()) {
        let view = View {
            sources,
            report,
            paint: Paint::new(settings.color_out),
            width: settings.width,
        };
        output.format.write(&view, streams.out)?;
    }
    streams.out.flush()
}

/// Undecided results when asked for, notices, problems and the summary.
fn write_rest(
    settings: &Settings,
    sources: &Sources,
    report: &Report,
    err: &mut dyn Write,
) -> io::Result<()> {
    let view = View {
        sources,
        report,
        paint: Paint::new(settings.color_err),
        width: settings.width,
    };
    let brief = settings.brief();
    if settings.show_undecided {
        report::write_undecided(&view, err)?;
    }
    report::write_notices(&view, &report.notices, brief, err)?;
    report::write_problems(&view, &report.problems, brief, err)?;
    if settings.verbosity != Verbosity::Quiet {
        let verbose = settings.verbosity == Verbosity::Verbose;
        report::write_summary(&view, verbose, settings.show_undecided, err)?;
    }
    err.flush()
}

fn outcome(settings: &Settings, report: &Report) -> Outcome {
    let fails = |finding: &crate::finding::Finding| finding.severity >= settings.fail_on;
    if !report.problems.is_empty() {
        Outcome::Incomplete
    } else if !settings.exit_zero && report.findings.iter().any(fails) {
        Outcome::Findings
    } else {
        Outcome::Clean
    }
}
