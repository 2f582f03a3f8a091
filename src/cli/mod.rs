//! The command line: what was typed, run against an [`Engine`].
//!
//! Nothing here touches the process: arguments, environment, streams and engine are handed in, so
//! tests run commands in memory.

mod args;
mod check;
mod config;
mod explain;
mod init;
mod model;
mod output;
mod own;
mod rules;
pub(crate) mod terminal;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _};

use crate::declared::Problem;
use crate::discover::Discovered;
use crate::finding::{Report, RuleInfo};
use crate::report::ModelDump;
use crate::settings::Settings;
use crate::source::Sources;

use terminal::{line_width, wants_color};

pub use args::ColorWhen;
pub(crate) use args::{CheckArgs, InputArgs};

/// What does the work behind the commands.
pub trait Engine: Sync {
    /// All rules, sorted by slug.
    fn rules(&self) -> Vec<Arc<RuleInfo>>;
    /// The examples of a rule as text to print; empty when it has none.
    fn examples(&self, slug: &str) -> String;
    /// Checks what was discovered, and counts `found.skipped` in the summary. The problems and notices
    /// of discovery are added by the caller.
    fn check(&self, settings: &Settings, sources: &Sources, found: &Discovered) -> Report;
    /// Tells what was understood of what was discovered.
    fn model(&self, settings: &Settings, sources: &Sources, found: &Discovered) -> ModelDump;
    /// An engine with the rules of a folder beside those that are built in.
    ///
    /// # Errors
    /// What is wrong with them.
    fn with_rules(&self, sources: &Sources, folder: &Path)
    -> Result<Box<dyn Engine>, Vec<Problem>>;
    /// Runs the examples of rule files and folders of them.
    fn test_rules(&self, sources: &Sources, paths: &[PathBuf]) -> RuleTests;
}

/// What the examples of rules show.
#[derive(Debug, Default)]
pub struct RuleTests {
    /// How many rules there are.
    pub rules: usize,
    /// How many texts ran.
    pub examples: usize,
    /// Those that do not show what they say.
    pub failures: Vec<Problem>,
    /// Files that hold no rule.
    pub problems: Vec<Problem>,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing at or above the threshold. Exit code 0.
    Clean,
    /// Findings at or above it. Exit code 1.
    Findings,
    /// The job could not be done in full. Exit code 2.
    Incomplete,
}

impl Outcome {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Outcome::Clean => 0,
            Outcome::Findings => 1,
            Outcome::Incomplete => 2,
        }
    }
}

/// What a command needs to know of the process it runs in.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Relative paths start here.
    pub working_directory: PathBuf,
    /// The environment; variables that are not text are left out.
    pub environment: Vec<(String, String)>,
    /// Whether findings go to a terminal.
    pub out_is_terminal: bool,
    /// Whether everything else goes to a terminal.
    pub err_is_terminal: bool,
    /// When the program started; the summary says how long it took where this is known.
    pub started: Option<Instant>,
    /// The terminal's width in columns, where there is one.
    pub width: Option<usize>,
}

impl Surroundings {
    /// Those of this process.
    ///
    /// # Errors
    /// When there is no working directory.
    pub fn of_process() -> io::Result<Surroundings> {
        Ok(Surroundings {
            working_directory: std::env::current_dir()?,
            environment: std::env::vars_os()
                .filter_map(|(name, value)| {
                    Some((name.into_string().ok()?, value.into_string().ok()?))
                })
                .collect(),
            out_is_terminal: io::stdout().is_terminal(),
            err_is_terminal: io::stderr().is_terminal(),
            started: Some(Instant::now()),
            width: terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
        })
    }

    /// A variable that is set and not empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.environment
            .iter()
            .find(|(n, value)| n == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }
}

/// The streams of a command.
pub(crate) struct Streams<'a> {
    pub(crate) input: &'a mut dyn Read,
    pub(crate) out: &'a mut dyn Write,
    pub(crate) err: &'a mut dyn Write,
}

/// Runs the command that `arguments` (the program's name first) ask for.
///
/// # Errors
/// When output can't be written.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    surroundings: &Surroundings,
    input: &mut dyn Read,
    out: &mut dyn Write,
    err: &mut dyn Write,
    engine: &dyn Engine,
) -> io::Result<Outcome> {
    let mut streams = Streams { input, out, err };
    let parsed = args::Cli::command()
        .term_width(line_width(surroundings))
        .try_get_matches_from(arguments)
        .and_then(|matches| args::Cli::from_arg_matches(&matches));
    let command = match parsed {
        Ok(cli) => cli.command,
        Err(error) => return usage(&error, surroundings, &mut streams),
    };
    match command {
        args::Command::Check(arguments) => {
            check::run(arguments, surroundings, &mut streams, engine)
        }
        args::Command::Model(arguments) => {
            model::run(arguments, surroundings, &mut streams, engine)
        }
        args::Command::Explain(arguments) => {
            explain::run(&arguments, surroundings, &mut streams, engine)
        }
        args::Command::Completions(arguments) => {
            let mut command = args::Cli::command();
            clap_complete::generate(arguments.shell, &mut command, "azvet", streams.out);
            Ok(Outcome::Clean)
        }
        args::Command::Man => {
            man(&mut streams)?;
            Ok(Outcome::Clean)
        }
        args::Command::Init(arguments) => init::run(arguments, surroundings, &mut streams),
        args::Command::Rules(arguments) => {
            rules::run(&arguments, surroundings, &mut streams, engine)
        }
    }
}

/// Prints one manual page for the program and all its commands.
fn man(streams: &mut Streams<'_>) -> io::Result<()> {
    let mut command = args::Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(streams.out)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let page = clap_mangen::Man::new(sub.clone());
        writeln!(
            streams.out,
            ".SH \"AZVET {}\"",
            sub.get_name().to_uppercase()
        )?;
        page.render_description_section(streams.out)?;
        page.render_options_section(streams.out)?;
    }
    Ok(())
}

/// Prints what clap has to say: help and version are output, anything else is a mistake.
fn usage(
    error: &clap::Error,
    surroundings: &Surroundings,
    streams: &mut Streams<'_>,
) -> io::Result<Outcome> {
    let asked = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    let terminal = if asked {
        surroundings.out_is_terminal
    } else {
        surroundings.err_is_terminal
    };
    let styled = error.render();
    let text = if wants_color(ColorWhen::Auto, surroundings, terminal) {
        styled.ansi().to_string()
    } else {
        styled.to_string()
    };
    if asked {
        streams.out.write_all(text.as_bytes())?;
        Ok(Outcome::Clean)
    } else {
        streams.err.write_all(text.as_bytes())?;
        Ok(Outcome::Incomplete)
    }
}

/// Prints a mistake in the arguments that clap can't see.
fn mistake(streams: &mut Streams<'_>, message: &str) -> io::Result<Outcome> {
    writeln!(streams.err, "error: {message}")?;
    Ok(Outcome::Incomplete)
}
