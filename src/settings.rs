//! What was typed, and what the environment says, as one validated value that never changes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::cli::terminal::{line_width, wants_color};
use crate::cli::{CheckArgs, ColorWhen, InputArgs, Surroundings};
use crate::config::Config;
use crate::files::{Disk, Files, Overlay, Piped, normalize};
use crate::finding::{Applicability, Severity};
use crate::report::Format;
use crate::source::Sources;

/// The least severity that fails a run, unless something else is said.
const FAIL_ON: Severity = Severity::Warning;

/// What a run is to do.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Relative paths start here.
    pub working_directory: PathBuf,
    /// Files and directories to read, as typed but normalized, without `-`.
    pub paths: Vec<PathBuf>,
    /// Standard input, when it is to be read.
    pub stdin: Option<Stdin>,
    /// The paths are changed files, as a commit hook names them.
    pub changed: bool,
    /// Where findings go, and how.
    pub outputs: Vec<Output>,
    /// What the configuration file says.
    pub config: Config,
    /// Only these rules, whatever the configuration selects; `None` for all.
    pub only: Option<BTreeSet<String>>,
    /// Not these rules, beside those of the configuration.
    pub ignore: BTreeSet<String>,
    /// The least severity that fails the run.
    pub fail_on: Severity,
    /// Findings never fail the run.
    pub exit_zero: bool,
    /// Values of Terraform variables.
    pub inputs: Inputs,
    /// Parameter files to use with every ARM template, in place of those beside it.
    pub parameters: Vec<PathBuf>,
    /// The file of known findings.
    pub baseline: Option<PathBuf>,
    /// Where to write one.
    pub write_baseline: Option<PathBuf>,
    /// Heed the remarks in files that suppress findings.
    pub suppressions: bool,
    /// List what could not be decided.
    pub show_undecided: bool,
    /// Number of threads; `None` for the default.
    pub threads: Option<NonZeroUsize>,
    /// Colours on standard output.
    pub color_out: bool,
    /// Colours on standard error.
    pub color_err: bool,
    /// Show on standard error that long work goes on.
    pub progress: bool,
    /// Columns of text output.
    pub width: usize,
    /// Apply fixes.
    pub fix: Option<Fixing>,
    /// How long the summary is.
    pub verbosity: Verbosity,
    /// When the program started, where the summary is to say how long it took.
    pub started: Option<Instant>,
}

/// Which fixes are applied, and to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixing {
    /// The least applicability of a fix that is applied.
    pub least: Applicability,
    /// Print the difference instead of writing files.
    pub diff: bool,
}

/// Values of Terraform variables from outside the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// `--var`, in the order given.
    pub vars: Vec<(String, String)>,
    /// `--var-file`, in the order given.
    pub var_files: Vec<PathBuf>,
    /// `TF_VAR_name`, without the prefix, sorted by name.
    pub environment: Vec<(String, String)>,
}

/// Text from standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stdin {
    /// The path that it stands for, normalized.
    pub path: PathBuf,
    /// What was read.
    pub bytes: Vec<u8>,
}

/// One place that findings go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// How they are written.
    pub format: Format,
    /// The file; `None` for standard output.
    pub file: Option<PathBuf>,
}

/// How long the summary is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// No summary.
    Quiet,
    /// Some lines.
    #[default]
    Normal,
    /// More lines.
    Verbose,
}

impl Settings {
    /// The meaning of `azvet check`; `rules` are the names there are.
    ///
    /// # Errors
    /// A message about what was typed.
    pub(crate) fn of_check(
        arguments: CheckArgs,
        config: Config,
        surroundings: &Surroundings,
        rules: &[&str],
        stdin: &mut dyn Read,
    ) -> Result<Settings, String> {
        for name in arguments.only.iter().chain(&arguments.ignore) {
            if !rules.contains(&name.as_str()) {
                return Err(crate::suggest::unknown("rule", name, rules.iter().copied()));
            }
        }
        let outputs: Vec<Output> = if arguments.formats.is_empty() {
            vec![Output {
                format: Format::Text,
                file: None,
            }]
        } else {
            let output = |(format, file)| Output { format, file };
            arguments.formats.into_iter().map(output).collect()
        };
        if outputs.iter().filter(|o| o.file.is_none()).count() > 1 {
            return Err(
                "two formats can't share standard output; give one a file: --format json=FILE"
                    .into(),
            );
        }
        let mut settings = Settings::of_model(
            arguments.input,
            config,
            arguments.color,
            surroundings,
            stdin,
        )?;
        settings.changed = arguments.changed;
        settings.outputs = outputs;
        settings.only = (!arguments.only.is_empty()).then(|| arguments.only.into_iter().collect());
        settings.ignore = arguments.ignore.into_iter().collect();
        let fail_on = arguments.fail_on.map(Severity::from);
        settings.fail_on = fail_on.or(settings.config.fail_on).unwrap_or(FAIL_ON);
        settings.exit_zero = arguments.exit_zero;
        settings.write_baseline = arguments.write_baseline;
        if settings.write_baseline.is_none() {
            let given = arguments.baseline.map(|path| normalize(&path));
            settings.baseline = given.or_else(|| settings.config.baseline.clone());
        }
        settings.suppressions = !arguments.no_suppressions;
        settings.show_undecided = arguments.show_undecided;
        settings.fix = match (arguments.unsafe_fixes, arguments.fix, arguments.diff) {
            (true, _, diff) => Some(Fixing {
                least: Applicability::Unsafe,
                diff,
            }),
            (false, true, diff) => Some(Fixing {
                least: Applicability::Safe,
                diff,
            }),
            (false, false, true) => return Err("--diff needs --fix or --unsafe-fixes".into()),
            (false, false, false) => None,
        };
        if settings.fix.is_some_and(|fixing| !fixing.diff) && settings.stdin.is_some() {
            return Err("standard input can't be changed in place; add --diff".into());
        }
        settings.progress &= !arguments.quiet;
        settings.verbosity = match (arguments.quiet, arguments.verbose) {
            (true, _) => Verbosity::Quiet,
            (_, true) => Verbosity::Verbose,
            _ => Verbosity::Normal,
        };
        Ok(settings)
    }

    /// The meaning of `azvet model`.
    ///
    /// # Errors
    /// A message about what was typed.
    pub(crate) fn of_model(
        input: InputArgs,
        config: Config,
        color: ColorWhen,
        surroundings: &Surroundings,
        stdin: &mut dyn Read,
    ) -> Result<Settings, String> {
        let (piped, paths): (Vec<PathBuf>, Vec<PathBuf>) =
            input.paths.into_iter().partition(|p| p == Path::new("-"));
        let stdin = match (piped.is_empty(), input.stdin_filename) {
            (true, None) => None,
            (true, Some(_)) => {
                return Err("--stdin-filename needs `-` among the paths".into());
            }
            (false, None) => {
                return Err("`-` needs --stdin-filename, which tells what the text is".into());
            }
            (false, Some(path)) => {
                let mut bytes = Vec::new();
                stdin
                    .read_to_end(&mut bytes)
                    .map_err(|error| format!("standard input can't be read: {error}"))?;
                let path = normalize(&path);
                Some(Stdin { path, bytes })
            }
        };
        let mut environment: Vec<(String, String)> = surroundings
            .environment
            .iter()
            .filter_map(|(name, value)| {
                Some((name.strip_prefix("TF_VAR_")?.to_owned(), value.clone()))
            })
            .collect();
        environment.sort();
        let colored = |terminal| wants_color(color, surroundings, terminal);
        Ok(Settings {
            working_directory: surroundings.working_directory.clone(),
            paths: paths.iter().map(|path| named(path)).collect(),
            stdin,
            changed: false,
            outputs: Vec::new(),
            config,
            only: None,
            ignore: BTreeSet::new(),
            fail_on: FAIL_ON,
            exit_zero: false,
            inputs: Inputs {
                vars: input.vars,
                var_files: input.var_files.iter().map(|path| normalize(path)).collect(),
                environment,
            },
            parameters: input
                .parameters
                .iter()
                .map(|path| normalize(path))
                .collect(),
            baseline: None,
            write_baseline: None,
            suppressions: true,
            show_undecided: false,
            fix: None,
            threads: input.threads,
            color_out: colored(surroundings.out_is_terminal),
            color_err: colored(surroundings.err_is_terminal),
            progress: surroundings.err_is_terminal,
            width: line_width(surroundings),
            verbosity: Verbosity::Normal,
            started: surroundings.started,
        })
    }

    /// Whether a rule is to be checked.
    pub fn applies(&self, slug: &str) -> bool {
        let only = self.only.as_ref().or(self.config.select.as_ref());
        !self.ignore.contains(slug)
            && !self.config.ignore.contains(slug)
            && only.is_none_or(|only| only.contains(slug))
    }

    /// The values of variables for the Terraform root in a directory.
    pub fn inputs_of(&self, root: &Path) -> Inputs {
        let (mut vars, mut var_files) = self.config.inputs_of(root);
        vars.extend(self.inputs.vars.iter().cloned());
        var_files.extend(self.inputs.var_files.iter().cloned());
        Inputs {
            vars,
            var_files,
            environment: self.inputs.environment.clone(),
        }
    }

    /// The parameter files for a template, in place of those beside it; none when those apply.
    pub fn parameters_of(&self, template: &Path) -> Vec<PathBuf> {
        if self.parameters.is_empty() {
            self.config.parameters_of(template)
        } else {
            self.parameters.clone()
        }
    }

    /// Whether problems are written on one line each, as the findings on standard output are.
    pub fn brief(&self) -> bool {
        self.outputs
            .iter()
            .any(|o| o.file.is_none() && o.format == Format::Concise)
    }

    /// The files that may be read: those of the repositories that the paths are in, and those named.
    /// `texts` stand in place of files, by the path that reports show.
    pub fn sources(&self, texts: &BTreeMap<String, String>) -> Sources {
        let mut named: Vec<PathBuf> = self.inputs.var_files.clone();
        named.extend(self.parameters.iter().cloned());
        named.extend(self.config.path.iter().chain(self.config.files()).cloned());
        named.extend(self.baseline.iter().cloned());
        named.extend(self.paths.iter().cloned());
        let roots = self.repositories();
        let disk = Disk::new(&self.working_directory, &roots, &named);
        let base: Arc<dyn Files> = match &self.stdin {
            None => Arc::new(disk),
            Some(stdin) => Arc::new(Piped {
                disk,
                path: stdin.path.clone(),
                bytes: stdin.bytes.clone(),
            }),
        };
        if texts.is_empty() {
            return Sources::new(base);
        }
        let texts = texts.clone();
        Sources::new(Arc::new(Overlay { base, texts }))
    }

    /// The repositories that the paths are in, absolute.
    pub fn repositories(&self) -> Vec<PathBuf> {
        let stdin = self.stdin.iter().map(|stdin| &stdin.path);
        let paths = self.paths.iter().chain(stdin);
        let roots: BTreeSet<PathBuf> = paths.map(|path| self.repository(path)).collect();
        roots.into_iter().collect()
    }

    /// The nearest directory upwards that holds `.git`; else the path, or the directory of a file.
    fn repository(&self, path: &Path) -> PathBuf {
        let full = normalize(&self.working_directory.join(path));
        let start = if full.is_dir() {
            full.as_path()
        } else {
            full.parent().unwrap_or(&full)
        };
        start
            .ancestors()
            .find(|directory| directory.join(".git").exists())
            .unwrap_or(start)
            .to_owned()
    }
}

/// A path as typed, normalized; the working directory stays `.`.
fn named(path: &Path) -> PathBuf {
    let path = normalize(path);
    if path.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        path
    }
}
