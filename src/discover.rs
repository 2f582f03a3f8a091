//! From paths to what there is to read: Terraform directories and JSON files that may be templates.
//! [`pair`] then tells templates from the rest and finds their parameter files.

mod pair;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::config::{Config, is_config};
use crate::declared::Problem;
use crate::files::{normalize, relative};
use crate::looks::looks;
use crate::settings::Settings;
use crate::source::Sources;

pub use crate::looks::JsonKind;
pub use pair::{Pairing, pair};

/// What the given paths hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovered {
    /// Directories with `.tf` or `.tf.json` files, sorted.
    pub terraform_directories: Vec<PathBuf>,
    /// Other JSON files, sorted; most of them are usually none of ours.
    pub json_files: Vec<PathBuf>,
    /// Paths that are missing, can't be read, or hold nothing of ours.
    pub problems: Vec<Problem>,
    /// Worth telling: files that azvet does not read yet.
    pub notices: Vec<Problem>,
    /// Files passed over.
    pub skipped: usize,
    /// With `--changed`: the directories of Terraform files that changed. Only roots that are, or lead to,
    /// one of these are checked; `terraform_directories` are then all of the repository's.
    pub changed: Option<BTreeSet<PathBuf>>,
    /// Files named on the command line, among `json_files`.
    named: BTreeSet<PathBuf>,
    /// Given directories that hold JSON files but no Terraform: they need a template among these.
    undecided: Vec<PathBuf>,
}

/// What a file name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Terraform,
    TerraformValues,
    Json,
    Bicep,
    Other,
}

fn sort_of(path: &Path) -> Sort {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix));
    if ends(&[".tf", ".tf.json", ".tofu", ".tofu.json"]) {
        Sort::Terraform
    } else if ends(&[".tfvars", ".tfvars.json"]) {
        Sort::TerraformValues
    } else if ends(&[".json", ".jsonc"]) {
        Sort::Json
    } else if ends(&[".bicep", ".bicepparam"]) {
        Sort::Bicep
    } else {
        Sort::Other
    }
}

/// Walks the paths of `settings` as git sees them. Files and directories that are named are taken even
/// when git ignores them.
pub fn discover(settings: &Settings, sources: &Sources) -> Discovered {
    let mut walk = Walk {
        working_directory: &settings.working_directory,
        config: &settings.config,
        terraform: BTreeSet::new(),
        json: BTreeSet::new(),
        bicep: 0,
        found: Discovered::default(),
    };
    if settings.changed {
        walk.changes(settings, sources);
        return walk.finish();
    }
    for path in &settings.paths {
        let full = settings.working_directory.join(path);
        match std::fs::metadata(&full) {
            Err(error) => walk.problem(unreadable(path, &error)),
            Ok(metadata) if settings.config.excludes(path, metadata.is_dir()) => {
                walk.excluded(path);
            }
            Ok(metadata) if metadata.is_dir() => walk.directory(path),
            Ok(_) => walk.file(path, sources),
        }
    }
    if let Some(stdin) = &settings.stdin {
        walk.file(&stdin.path, sources);
    }
    walk.finish()
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problem {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    Problem::general(format!("{} can't be read: {why}", path.display()))
}

struct Walk<'a> {
    working_directory: &'a Path,
    config: &'a Config,
    terraform: BTreeSet<PathBuf>,
    json: BTreeSet<PathBuf>,
    bicep: usize,
    found: Discovered,
}

impl Walk<'_> {
    fn problem(&mut self, problem: Problem) {
        if !self.found.problems.contains(&problem) {
            self.found.problems.push(problem);
        }
    }

    /// A path that was named, though the configuration says that it is not to be checked.
    fn excluded(&mut self, path: &Path) {
        let config = self.config.path.as_deref().unwrap_or(Path::new(""));
        let message = format!("{} is excluded by {}", path.display(), config.display());
        self.found.notices.push(Problem::general(message));
        self.found.skipped += 1;
    }

    /// A configuration file that was met and does not apply.
    fn unused(&mut self, path: &Path) {
        let message = format!(
            "{} is not used: a run has one configuration",
            path.display()
        );
        self.found.notices.push(Problem::general(message).help(
            "run azvet in its directory, or move what it says to `paths` of the configuration in use",
        ));
    }

    /// Files that changed, as a commit hook names them: those that are none of ours, or gone, are passed
    /// over. A module is judged by those who call it, so all Terraform of the repository is looked at.
    fn changes(&mut self, settings: &Settings, sources: &Sources) {
        let here = self.working_directory;
        let mut changed: BTreeSet<PathBuf> = BTreeSet::new();
        for path in &settings.paths {
            let sort = sort_of(path);
            if here.join(path).is_dir() {
                let message = format!("{} is a directory", path.display());
                let help =
                    "--changed takes the names of changed files, as a commit hook gives them";
                self.problem(Problem::general(message).help(help));
            } else if !here.join(path).is_file() || self.config.excludes(path, false) {
                self.found.skipped += 1;
            } else if matches!(sort, Sort::Terraform | Sort::TerraformValues) {
                changed.insert(normalize(&here.join(parent(path))));
            } else if sort == Sort::Json || is_of_terraform(path, sources) {
                self.found.named.insert(path.clone());
                self.json.insert(path.clone());
            } else {
                self.found.skipped += 1;
            }
        }
        let mut seen: BTreeSet<PathBuf> = BTreeSet::new();
        for root in settings.repositories() {
            // Everything as it is seen from the repository's root, so that sources of modules lead there.
            let from = relative(here, &root);
            let below = |directory: &PathBuf| Some(from.join(directory.strip_prefix(&root).ok()?));
            let known = seen.len();
            seen.extend(
                changed
                    .iter()
                    .filter_map(below)
                    .map(|path| normalize(&path)),
            );
            if seen.len() > known {
                let all = self.walk(&from, true).into_iter();
                let terraform = all.filter(|(_, sort)| *sort == Sort::Terraform);
                self.terraform
                    .extend(terraform.map(|(file, _)| parent(&file)));
            }
        }
        self.found.changed = Some(seen);
    }

    /// A file that was named, or stands for standard input.
    fn file(&mut self, path: &Path, sources: &Sources) {
        match sort_of(path) {
            Sort::Terraform | Sort::TerraformValues => {
                let directory = parent(path);
                let listed = sources.files().list(&directory);
                if listed
                    .iter()
                    .any(|n| sort_of(Path::new(n)) == Sort::Terraform)
                {
                    self.terraform.insert(directory);
                } else {
                    self.problem(
                        Problem::general(format!(
                            "no Terraform found beside {}",
                            path.display()
                        ))
                        .help("name the directory of the configuration, and this file with --var-file"),
                    );
                }
            }
            Sort::Json => {
                self.found.named.insert(path.to_owned());
                self.json.insert(path.to_owned());
            }
            Sort::Bicep => self.problem(
                Problem::general(format!("{} is Bicep, which is not read", path.display()))
                    .help("check the template that `az bicep build` makes of it"),
            ),
            // A plan or state under whatever name.
            Sort::Other if is_of_terraform(path, sources) => {
                self.found.named.insert(path.to_owned());
                self.json.insert(path.to_owned());
            }
            Sort::Other => self.problem(saved_plan(path, sources).unwrap_or_else(|| {
                Problem::general(format!(
                    "{} is neither Terraform nor an ARM template",
                    path.display()
                ))
                .help("azvet reads .tf, .tf.json and .json files")
            })),
        }
    }

    fn directory(&mut self, path: &Path) {
        let first = self.walk(path, true);
        // Named, so it is taken even where an ignore file further up speaks against all that is in it.
        let seen = if first.is_empty() {
            self.walk(path, false)
        } else {
            first
        };
        let bicep = seen.iter().filter(|(_, sort)| *sort == Sort::Bicep).count();
        let has = |wanted| seen.iter().any(|(_, sort)| *sort == wanted);
        if !has(Sort::Terraform) && has(Sort::Json) {
            self.found.undecided.push(path.to_owned());
        } else if !has(Sort::Terraform) {
            self.problem(barren(path, bicep));
        }
        self.bicep += bicep;
        for (file, sort) in seen {
            match sort {
                Sort::Terraform => {
                    self.terraform.insert(parent(&file));
                }
                Sort::Json => {
                    self.json.insert(file);
                }
                _ => {}
            }
        }
    }

    /// The files of interest below `root`.
    fn walk(&mut self, root: &Path, parents: bool) -> Vec<(PathBuf, Sort)> {
        let full = self.working_directory.join(root);
        let (config, below, start) = (self.config.clone(), root.to_owned(), full.clone());
        let entries = WalkBuilder::new(&full)
            .parents(parents)
            .git_global(false)
            .follow_links(false)
            .filter_entry(move |entry| {
                let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
                let path = entry.path().strip_prefix(&start).unwrap_or(entry.path());
                entry.depth() == 0
                    || entry.file_name() != "node_modules"
                        && !config.excludes(&below.join(path), is_directory)
            })
            .build();
        let mut seen = Vec::new();
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let text = plain(&error, self.working_directory);
                    self.problem(Problem::general(text));
                    continue;
                }
            };
            // A link that leads to a file counts as one; it is read only if it stays inside.
            let is_file = entry.file_type().is_some_and(|kind| {
                kind.is_file() || (kind.is_symlink() && entry.path().is_file())
            });
            let sort = sort_of(entry.path());
            let below = entry.path().strip_prefix(&full).unwrap_or(entry.path());
            let path = normalize(&root.join(below));
            let used = self.config.is_chosen || self.config.path.as_ref() == Some(&path);
            if is_file && is_config(&path) && !used {
                self.unused(&path);
            }
            if is_file && !matches!(sort, Sort::Other | Sort::TerraformValues) {
                seen.push((path, sort));
            }
        }
        seen
    }

    fn finish(mut self) -> Discovered {
        if self.bicep > 0 {
            let files = if self.bicep == 1 { "file" } else { "files" };
            self.found.notices.push(
                Problem::general(format!("{} Bicep {files} not read", self.bicep))
                    .help("check the templates that `az bicep build` makes of them"),
            );
            self.found.skipped += self.bicep;
        }
        self.found.terraform_directories = self.terraform.into_iter().collect();
        self.found.json_files = self.json.into_iter().collect();
        self.found
    }
}

fn is_of_terraform(path: &Path, sources: &Sources) -> bool {
    let kind = sources
        .load(path)
        .map(|file| looks(&sources.get(file).text));
    matches!(
        kind,
        Ok(JsonKind::Plan | JsonKind::State | JsonKind::StateFile)
    )
}

/// What to say of a file that `terraform plan -out` wrote, which is an archive.
pub fn saved_plan(path: &Path, sources: &Sources) -> Option<Problem> {
    let bytes = sources.files().read(path).ok()?;
    bytes.starts_with(b"PK\x03\x04").then(|| {
        let shown = path.display();
        Problem::general(format!("{shown} is an archive, as saved plans of Terraform are"))
            .help(format!("run `terraform show -json {shown} > plan.json` where the plan was made, and check plan.json"))
    })
}

/// The directory of a file; `.` when it is the working directory.
fn parent(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn barren(path: &Path, bicep: usize) -> Problem {
    let problem = Problem::general(format!(
        "no Terraform or ARM templates found in {}",
        path.display()
    ));
    if bicep > 0 {
        problem.help("Bicep is not read: check the templates that `az bicep build` makes")
    } else {
        problem
    }
}

/// The walker's errors with relative paths and without codes.
fn plain(error: &ignore::Error, working_directory: &Path) -> String {
    match error {
        ignore::Error::WithPath { path, err } => {
            let shown = path.strip_prefix(working_directory).unwrap_or(path);
            match err.io_error() {
                Some(io) => unreadable(shown, io).message,
                None => format!("{} can't be read: {err}", shown.display()),
            }
        }
        ignore::Error::WithDepth { err, .. } => plain(err, working_directory),
        ignore::Error::Partial(errors) => errors
            .iter()
            .map(|error| plain(error, working_directory))
            .collect::<Vec<_>>()
            .join("; "),
        other => other.to_string(),
    }
}
