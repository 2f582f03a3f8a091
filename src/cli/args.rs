//! What can be typed. The meaning is in `settings`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::styling};

use crate::finding::Severity;
use crate::report::Format;

const STYLES: styling::Styles = styling::Styles::styled()
    .header(styling::AnsiColor::Green.on_default().bold())
    .usage(styling::AnsiColor::Green.on_default().bold())
    .literal(styling::AnsiColor::Cyan.on_default().bold())
    .placeholder(styling::AnsiColor::Cyan.on_default());

/// Vets Azure database networking in Terraform and ARM templates before it is deployed.
#[derive(Debug, Parser)]
#[command(name = "azvet", version, styles = STYLES, subcommand_required = true,
    arg_required_else_help = true, disable_help_subcommand = true, infer_subcommands = false)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check Terraform directories and ARM templates
    #[command(
        after_help = "Exit codes: 0 nothing at or above --fail-on, 1 findings, \
        2 the job could not be done in full."
    )]
    Check(CheckArgs),
    /// Print what azvet understood: resources, attributes, references, origins
    Model(ModelArgs),
    /// Explain a rule
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Write a commented azvet.yaml
    Init(InitArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    #[command(hide = true)]
    Man,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// The paths are changed files, as a commit hook names them: check all that they belong to, and
    /// pass over those that are none of azvet's
    #[arg(long)]
    pub(crate) changed: bool,
    /// Output format: text, concise, json, sarif, github, gitlab, azure-pipelines, junit or markdown;
    /// with =FILE into a file; repeatable
    #[arg(short, long = "format", value_name = "FORMAT[=FILE]", value_parser = parse_output)]
    pub(crate) formats: Vec<(Format, Option<PathBuf>)>,
    /// Use the rules of this folder, too
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) own_rules: Option<PathBuf>,
    /// Check these rules only
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Leave these rules out
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// The least severity that fails the run [default: warning]
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub(crate) fail_on: Option<FailOn>,
    /// Findings don't fail the run; what could not be done still does
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// Apply safe fixes
    #[arg(long)]
    pub(crate) fix: bool,
    /// Apply safe fixes, and those that replace a resource, cut traffic or need a look
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,
    /// With --fix or --unsafe-fixes: print a unified diff of what they would change, and write nothing
    #[arg(long)]
    pub(crate) diff: bool,
    /// Leave out the findings that this file holds; only new ones count
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write a file of all findings, for --baseline
    #[arg(long, value_name = "FILE", conflicts_with_all = ["fix", "unsafe_fixes"])]
    pub(crate) write_baseline: Option<PathBuf>,
    /// Report what remarks in the files suppress, too
    #[arg(long)]
    pub(crate) no_suppressions: bool,
    /// List each result that could not be decided, and why
    #[arg(long)]
    pub(crate) show_undecided: bool,
    /// No summary
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// A longer summary
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto")]
    pub(crate) color: ColorWhen,
}

/// What to read, and with which inputs.
#[derive(Debug, Default, Args)]
pub(crate) struct InputArgs {
    /// Files and directories; `-` is standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// The path that standard input stands for
    #[arg(long, value_name = "FILE")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// Terraform: the value of a variable; repeatable
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = parse_var)]
    pub(crate) vars: Vec<(String, String)>,
    /// Terraform: a file of variable values; repeatable
    #[arg(long = "var-file", value_name = "FILE")]
    pub(crate) var_files: Vec<PathBuf>,
    /// ARM: a parameter file, in place of those beside the templates; repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) parameters: Vec<PathBuf>,
    /// The configuration file, in place of the nearest azvet.yaml upwards
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// Use no configuration file
    #[arg(long)]
    pub(crate) no_config: bool,
    /// Number of threads; as many as there are processors by default
    #[arg(short = 'j', long = "threads", value_name = "N")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,
}

#[derive(Debug, Args)]
pub(crate) struct ModelArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Output format
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub(crate) format: ListFormat,
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto")]
    pub(crate) color: ColorWhen,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The rule's name
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
    /// Use the rules of this folder, too
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) own_rules: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto")]
    pub(crate) color: ColorWhen,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RulesArgs {
    #[command(subcommand)]
    pub(crate) command: Option<RulesCommand>,
    /// Use the rules of this folder, too
    #[arg(long = "rules", value_name = "DIR")]
    pub(crate) own_rules: Option<PathBuf>,
    /// Output format
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub(crate) format: ListFormat,
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto")]
    pub(crate) color: ColorWhen,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// Read rule files and run their examples
    #[command(
        after_help = "Exit codes: 0 every example shows what it says, 1 one does not, \
        2 a file is no rule."
    )]
    Test(RulesTestArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RulesTestArgs {
    /// Rule files, and folders of them
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// When to use colours
    #[arg(long, value_name = "WHEN", value_enum, default_value = "auto")]
    pub(crate) color: ColorWhen,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// Where
    #[arg(value_name = "DIRECTORY", default_value = ".")]
    pub(crate) directory: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// Which
    #[arg(value_name = "SHELL", value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Formats of the commands that list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    Text,
    Json,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless the environment says otherwise
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// [`Severity`] as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Note,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Severity {
        match fail_on {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Note => Severity::Note,
        }
    }
}

fn parse_output(text: &str) -> Result<(Format, Option<PathBuf>), String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "")) => return Err("the name of the file is missing after `=`".into()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    match Format::named(name) {
        Some(format) => Ok((format, file)),
        None => Err(crate::suggest::unknown(
            "format",
            name,
            Format::ALL.iter().map(|format| format.name()),
        )),
    }
}

fn parse_var(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("write it as NAME=VALUE".into()),
    }
}
