//! `azvet init`.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use super::args::InitArgs;
use super::{ColorWhen, InputArgs, Outcome, Streams, Surroundings, mistake};
use crate::config::{Config, find};
use crate::discover::discover;
use crate::files::normalize;
use crate::settings::Settings;

const NAME: &str = "azvet.yaml";

pub(super) fn run(
    arguments: InitArgs,
    surroundings: &Surroundings,
    streams: &mut Streams<'_>,
) -> io::Result<Outcome> {
    let directory = arguments.directory;
    let here = surroundings.working_directory.join(&directory);
    let path = normalize(&directory.join(NAME));
    match find(&here, &[]) {
        Ok(Some(known)) if known.parent() == Some(Path::new("")) => {
            let known = normalize(&directory.join(known));
            let message = format!("{} is there already", known.display());
            return mistake(streams, &message);
        }
        Ok(_) => {}
        Err(message) => return mistake(streams, &message),
    }
    let text = match values(&here, surroundings) {
        Ok(values) => written(&values),
        Err(message) => return mistake(streams, &message),
    };
    if let Err(error) = std::fs::write(here.join(NAME), text) {
        let message = format!("{} can't be written: {error}", path.display());
        return mistake(streams, &message);
    }
    writeln!(streams.err, "wrote {}", path.display())?;
    Ok(Outcome::Clean)
}

/// Files of variable values that Terraform does not read by itself, by directory.
type Values = Vec<(PathBuf, Vec<String>)>;

fn values(directory: &Path, surroundings: &Surroundings) -> Result<Values, String> {
    let input = InputArgs {
        paths: vec![".".into()],
        ..InputArgs::default()
    };
    let surroundings = Surroundings {
        working_directory: directory.to_owned(),
        ..surroundings.clone()
    };
    let nothing = &mut io::empty();
    let color = ColorWhen::Never;
    let settings = Settings::of_model(input, Config::default(), color, &surroundings, nothing)?;
    let sources = settings.sources(&Default::default());
    let found = discover(&settings, &sources);
    let of = |directory: PathBuf| {
        let names = sources.files().list(&directory);
        let is_named = |name: &String| {
            let name = name.strip_suffix(".json").unwrap_or(name);
            name.ends_with(".tfvars")
                && !name.ends_with(".auto.tfvars")
                && name != "terraform.tfvars"
        };
        let files: Vec<String> = names.into_iter().filter(is_named).collect();
        (!files.is_empty()).then_some((directory, files))
    };
    Ok(found
        .terraform_directories
        .into_iter()
        .filter_map(of)
        .collect())
}

fn written(values: &Values) -> String {
    let mut text = String::from(HEAD);
    if values.is_empty() {
        text += "#paths:\n#  - path: examples/\n#    ignore: [fw-open-world]\n";
        return text;
    }
    text += "paths:\n";
    for (directory, files) in values {
        let shown = directory.to_string_lossy().replace('\\', "/");
        _ = writeln!(text, "  - path: {}", quoted(&shown));
        // Several sets of values are several deployments; which one a run judges is not ours to say.
        let off = if files.len() == 1 { "" } else { "#" };
        for file in files {
            let path = directory.join(file);
            let path = path.strip_prefix(".").unwrap_or(&path);
            let path = quoted(&path.to_string_lossy().replace('\\', "/"));
            _ = writeln!(text, "    {off}var-files: [{path}]");
        }
    }
    text
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

const HEAD: &str = "\
# Configuration of azvet. All of it is optional; what the command line says comes first.
# Paths are relative to this file, patterns are those of .gitignore.

# The least severity that fails the run: error, warning or note.
fail-on: warning

# Rules to leave out, everywhere; `azvet rules` lists them. `select` names the only ones to check.
ignore: []

# Severities of rules, in place of their own.
#severity:
#  fw-allow-azure-services: note

# What is not checked.
exclude: []

# Findings that were there when azvet came; `azvet check --write-baseline FILE` writes the file.
#baseline: azvet-baseline.json

# What applies to some paths only: `ignore`, and the inputs of a deployment: `variables` and
# `var-files` of Terraform, `parameters` of templates. Without them, what depends on them is unknown.
";
