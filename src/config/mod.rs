//! `azvet.yaml`: found, read and validated once; then it answers what applies where.

mod file;
mod find;
mod pattern;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::declared::Problem;
use crate::files::{Disk, Files, normalize};
use crate::finding::Severity;
use crate::source::{FileId, Sources, Span};
use crate::suggest;
use crate::yaml::{self, Spanned};
use file::{ConfigFile, PathsFile};
pub use find::find;
pub(crate) use find::is_config;
use pattern::Pattern;

/// What a configuration file says. All paths are as the working directory sees them.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file; `None` when there is none.
    pub path: Option<PathBuf>,
    /// Said on the command line: this file, or none.
    pub is_chosen: bool,
    /// Only these rules; `None` for all.
    pub select: Option<BTreeSet<String>>,
    /// Not these rules.
    pub ignore: BTreeSet<String>,
    /// The least severity that fails the run.
    pub fail_on: Option<Severity>,
    /// A folder of further rules.
    pub rules: Option<PathBuf>,
    /// A file of known findings.
    pub baseline: Option<PathBuf>,
    severity: BTreeMap<String, Severity>,
    exclude: Vec<Pattern>,
    paths: Vec<ForPaths>,
    /// Rules that are named, and where, for [`Config::misspelt`].
    named: Vec<(String, Range<usize>)>,
}

/// What applies to the paths of a pattern.
#[derive(Clone, Debug)]
struct ForPaths {
    pattern: Pattern,
    ignore: BTreeSet<String>,
    variables: Vec<(String, String)>,
    var_files: Vec<PathBuf>,
    parameters: Vec<PathBuf>,
}

/// A configuration that can't be used: the mistakes in it, and the text that they point into.
pub struct Refused {
    /// Holds the file.
    pub sources: Sources,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
}

impl Config {
    /// Reads a configuration file. Whether the rules exist that it names is asked later, by
    /// [`Config::misspelt`]: it may name the folder that some of them come from.
    ///
    /// # Errors
    /// All mistakes that can be told from each other; the first, where the text is no YAML.
    pub fn load(working_directory: &Path, path: &Path) -> Result<Config, Box<Refused>> {
        let (sources, loaded) = text_of(working_directory, path);
        let refused = |sources, problems| Box::new(Refused { sources, problems });
        let id = match loaded {
            Ok(id) => id,
            Err(problem) => return Err(refused(sources, vec![problem])),
        };
        let source = sources.get(id);
        let written: ConfigFile = match yaml::parse(id, &source.text) {
            Ok(written) => written,
            Err(problem) => return Err(refused(sources, vec![problem])),
        };
        let mut reader = Reader {
            file: id,
            text: &source.text,
            base: Base::new(working_directory, path),
            named: Vec::new(),
            problems: Vec::new(),
        };
        let config = reader.config(path, written);
        if reader.problems.is_empty() {
            Ok(config)
        } else {
            let problems = reader.problems;
            Err(refused(sources, problems))
        }
    }

    /// Refuses names of rules that do not exist; `rules` are those that do.
    ///
    /// # Errors
    /// Each such name, where it stands.
    pub fn misspelt(&self, working_directory: &Path, rules: &[&str]) -> Result<(), Box<Refused>> {
        let wrong = || {
            self.named
                .iter()
                .filter(|(n, _)| !rules.contains(&n.as_str()))
        };
        let Some(path) = self.path.as_deref().filter(|_| wrong().next().is_some()) else {
            return Ok(());
        };
        let (sources, loaded) = text_of(working_directory, path);
        let problems = wrong().map(|(name, place)| {
            let message = suggest::unknown("rule", name, rules.iter().copied());
            match &loaded {
                Ok(file) => Problem::at(Span::new(*file, place.clone()), message),
                Err(problem) => problem.clone(),
            }
        });
        let problems = problems.collect();
        Err(Box::new(Refused { sources, problems }))
    }

    /// The severity that a rule is given.
    pub fn severity(&self, slug: &str) -> Option<Severity> {
        self.severity.get(slug).copied()
    }

    /// Whether a file or directory is not to be checked.
    pub fn excludes(&self, path: &Path, is_directory: bool) -> bool {
        let matching = self
            .exclude
            .iter()
            .filter(|p| p.matches(path, is_directory));
        // Each pattern that matches counts as met.
        matching.count() > 0
    }

    /// Whether a rule is left out for a file.
    pub fn ignores_at(&self, slug: &str, path: &Path) -> bool {
        self.paths
            .iter()
            .any(|entry| entry.ignore.contains(slug) && entry.pattern.matches(path, false))
    }

    /// Variables of the Terraform root in a directory: values, and files of values.
    pub fn inputs_of(&self, root: &Path) -> (Vec<(String, String)>, Vec<PathBuf>) {
        let (mut variables, mut var_files) = (Vec::new(), Vec::new());
        for entry in self.paths.iter().filter(|e| e.pattern.matches(root, true)) {
            variables.extend(entry.variables.iter().cloned());
            var_files.extend(entry.var_files.iter().cloned());
        }
        (variables, var_files)
    }

    /// The parameter files of a template.
    pub fn parameters_of(&self, template: &Path) -> Vec<PathBuf> {
        let matching = self
            .paths
            .iter()
            .filter(|e| e.pattern.matches(template, false));
        matching
            .flat_map(|e| e.parameters.iter().cloned())
            .collect()
    }

    /// The files that it names.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.paths
            .iter()
            .flat_map(|entry| entry.var_files.iter().chain(&entry.parameters))
    }

    /// The patterns that matched nothing in this run, which checked `paths`. Nothing is said of them
    /// unless the run looked at everything that they could match.
    pub fn unmet(
        &self,
        sources: &Sources,
        working_directory: &Path,
        paths: &[PathBuf],
    ) -> Vec<Problem> {
        let Some(path) = &self.path else {
            return Vec::new();
        };
        let absolute = |path: &Path| normalize(&working_directory.join(path));
        let home = absolute(path.parent().unwrap_or(Path::new("")));
        let all = paths.iter().any(|p| home.starts_with(absolute(p)));
        let Some(file) = all.then(|| sources.load(path).ok()).flatten() else {
            return Vec::new();
        };
        let read = sources.paths();
        let met = |pattern: &Pattern| read.iter().any(|path| pattern.matches(path, false));
        let of_paths = self.paths.iter().map(|entry| &entry.pattern);
        let of_paths = of_paths.filter(|pattern| !met(pattern));
        let unmet = self.exclude.iter().filter(|p| !p.is_met()).chain(of_paths);
        unmet
            .map(|pattern| {
                let message = format!("`{}` matches nothing that azvet reads", pattern.text());
                Problem::at(Span::new(file, pattern.place()), message)
                    .help("mend the pattern, or take it out")
            })
            .collect()
    }
}

fn text_of(working_directory: &Path, path: &Path) -> (Sources, Result<FileId, Problem>) {
    let disk: Arc<dyn Files> = Arc::new(Disk::new(working_directory, &[], &[path.to_owned()]));
    let sources = Sources::new(disk);
    let loaded = sources
        .load(path)
        .map_err(|error| Problem::general(error.to_string()));
    (sources, loaded)
}

/// Where paths in the file start.
struct Base {
    working_directory: PathBuf,
    /// The directory of the file, as the working directory sees it.
    directory: PathBuf,
}

impl Base {
    fn new(working_directory: &Path, path: &Path) -> Base {
        Base {
            working_directory: working_directory.to_owned(),
            directory: path.parent().unwrap_or(Path::new("")).to_owned(),
        }
    }

    fn path(&self, written: &Path) -> PathBuf {
        normalize(&self.directory.join(written))
    }
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
    base: Base,
    named: Vec<(String, Range<usize>)>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn config(&mut self, path: &Path, written: ConfigFile) -> Config {
        let select = written.select.as_ref().map(|names| self.rules(names));
        let ignore = self.rules(&written.ignore);
        let mut severity = BTreeMap::new();
        for (name, given) in &written.severity.0 {
            severity.extend(
                self.rules(std::slice::from_ref(name))
                    .into_iter()
                    .map(|n| (n, *given)),
            );
        }
        let exclude = written
            .exclude
            .iter()
            .filter_map(|p| self.pattern(p))
            .collect();
        let paths = written
            .paths
            .iter()
            .filter_map(|p| self.for_paths(p))
            .collect();
        Config {
            path: Some(path.to_owned()),
            is_chosen: false,
            select,
            ignore,
            fail_on: written.fail_on,
            rules: written.rules.map(|folder| self.base.path(&folder.value)),
            baseline: written.baseline.map(|file| self.base.path(&file)),
            severity,
            exclude,
            paths,
            named: std::mem::take(&mut self.named),
        }
    }

    fn for_paths(&mut self, written: &PathsFile) -> Option<ForPaths> {
        let ignore = self.rules(&written.ignore);
        let pattern = self.pattern(&written.path)?;
        let paths = |paths: &[PathBuf]| paths.iter().map(|p| self.base.path(p)).collect();
        Some(ForPaths {
            pattern,
            ignore,
            variables: written
                .variables
                .0
                .iter()
                .map(|(name, value)| (name.value.clone(), as_typed(value)))
                .collect(),
            var_files: paths(&written.var_files),
            parameters: paths(&written.parameters),
        })
    }

    fn rules(&mut self, names: &[Spanned<String>]) -> BTreeSet<String> {
        let place =
            |name: &Spanned<String>| yaml::span(self.file, self.text, name.referenced).range();
        self.named
            .extend(names.iter().map(|name| (name.value.clone(), place(name))));
        names.iter().map(|name| name.value.clone()).collect()
    }

    fn pattern(&mut self, written: &Spanned<String>) -> Option<Pattern> {
        let span = yaml::span(self.file, self.text, written.referenced);
        match Pattern::new(&written.value, span.range(), &self.base) {
            Ok(pattern) => Some(pattern),
            Err(message) => {
                self.problems.push(Problem::at(span, message));
                None
            }
        }
    }
}

/// A value as it would be typed after `--var NAME=`.
fn as_typed(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
