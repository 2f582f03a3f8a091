//! Users' own rules: the files that the built-in ones are, read from folders, with every mistake at its place.
//! They use the kinds and tables that are built in and bring none of their own.

use std::path::{Path, PathBuf};

use crate::cli::RuleTests;
use crate::declared::Problem;
use crate::examples;
use crate::rules::compile::{self, Mistake};
use crate::rules::file::RuleFile;
use crate::rules::{Library, stem};
use crate::source::{FileId, Sources, Span};
use crate::yaml::{self, Spanned, Tree};

/// The built-in rules and those of some files and folders.
pub(crate) struct Own {
    /// All rules.
    pub(crate) library: Library,
    /// Files that hold no rule.
    pub(crate) problems: Vec<Problem>,
    files: Vec<File>,
}

/// A rule file that could be read.
struct File {
    id: FileId,
    slug: String,
    tree: Spanned<Tree>,
}

impl Own {
    /// Reads the rules of files, and of all `.yaml` files in folders and below them.
    ///
    /// # Errors
    /// When the built-in rules are broken.
    pub(crate) fn read(sources: &Sources, paths: &[PathBuf]) -> Result<Own, String> {
        let mut own = Own {
            library: Library::built_in()?,
            problems: Vec::new(),
            files: Vec::new(),
        };
        for path in paths {
            let mut files = Vec::new();
            if sources.files().is_dir(path) {
                collect(sources, path, &mut files);
                if files.is_empty() {
                    let message = format!("{} holds no rules", path.display());
                    let help = "rules are files whose names end in .yaml";
                    own.problems.push(Problem::general(message).help(help));
                }
            } else {
                files.push(path.clone());
            }
            for file in files {
                if let Err(problem) = own.add(sources, &file) {
                    own.problems.push(problem);
                }
            }
        }
        own.library
            .rules
            .sort_by(|a, b| a.info.slug.cmp(&b.info.slug));
        // They may yield to each other, whatever the order in which they are read.
        for file in &own.files {
            let rule = own.library.rules.iter().find(|r| r.info.slug == file.slug);
            if let Some(mistake) = rule.and_then(|rule| own.library.yields_to_none(rule)) {
                let text = &sources.get(file.id).text;
                own.problems
                    .push(problem(file.id, text, &file.tree, mistake));
            }
        }
        Ok(own)
    }

    fn add(&mut self, sources: &Sources, path: &Path) -> Result<(), Problem> {
        let id = sources
            .load(path)
            .map_err(|e| Problem::general(e.to_string()))?;
        let text = &sources.get(id).text;
        let mut file: RuleFile = yaml::parse(id, text)?;
        let tree: Spanned<Tree> = yaml::parse(id, text)?;
        let slug = file.rule.clone();
        let examples = std::mem::take(&mut file.examples);
        let named = path.to_string_lossy().replace('\\', "/");
        let name = stem(&named);
        let compiled = if slug != name {
            let message = format!("the rule is called `{slug}`, unlike its file `{name}.yaml`");
            Err(Mistake::new(&["rule"], message).help("rename one of the two"))
        } else if self.library.rules.iter().any(|r| r.info.slug == slug) {
            let message = format!("there is a rule `{slug}` already");
            let other = self.files.iter().find(|file| file.slug == slug);
            let help = match other {
                Some(other) => format!("the other one is {}", sources.get(other.id).path),
                None => {
                    format!("it is built in: `azvet explain {slug}` shows it; choose another name")
                }
            };
            Err(Mistake::new(&["rule"], message).help(help))
        } else {
            compile::rule(file, &self.library)
        };
        match compiled {
            Ok(rule) => self.library.rules.push(rule),
            Err(mistake) => return Err(problem(id, text, &tree, mistake)),
        }
        self.library.own_examples.insert(slug.clone(), examples);
        self.files.push(File { id, slug, tree });
        Ok(())
    }

    /// Runs the examples of the rules that were read.
    pub(crate) fn test(&self, sources: &Sources) -> RuleTests {
        let mut tested = RuleTests {
            rules: self.files.len(),
            ..RuleTests::default()
        };
        for file in &self.files {
            let text = &sources.get(file.id).text;
            let rule = self.library.rules.iter().find(|r| r.info.slug == file.slug);
            let written = self.library.own_examples.get(&file.slug);
            let (Some(rule), Some(written)) = (rule, written) else {
                continue;
            };
            let (count, failed) = examples::run(&self.library, rule, written);
            tested.examples += count;
            if count == 0 && rule.has_checks() {
                let mistake = Mistake::new(&["rule"], "the rule has no example");
                tested
                    .failures
                    .push(problem(file.id, text, &file.tree, mistake));
            }
            for failure in failed {
                let index = failure.index.to_string();
                let mistake = Mistake {
                    bytes: failure.at,
                    ..Mistake::new(&["examples", &index, failure.which], failure.message)
                };
                tested
                    .failures
                    .push(problem(file.id, text, &file.tree, mistake));
            }
        }
        tested
    }
}

fn collect(sources: &Sources, folder: &Path, found: &mut Vec<PathBuf>) {
    let files = sources.files();
    let rules = files
        .list(folder)
        .into_iter()
        .filter(|n| n.ends_with(".yaml"));
    found.extend(rules.map(|name| folder.join(name)));
    for name in files.directories(folder) {
        collect(sources, &folder.join(name), found);
    }
}

/// A mistake at its place in the file.
fn problem(file: FileId, text: &str, tree: &Spanned<Tree>, mistake: Mistake) -> Problem {
    let at = tree.value.find(&mistake.path).unwrap_or(tree);
    let value = yaml::span(file, text, at.referenced);
    let part = match (&at.value, &mistake.bytes) {
        (Tree::Scalar(decoded), Some(bytes)) => {
            yaml::written_range(text, value.range().start, decoded, bytes)
        }
        _ => None,
    };
    let span = match part {
        Some(range) => Span::new(file, range),
        None => first_line(text, value),
    };
    let problem = Problem::at(span, mistake.message);
    match mistake.help {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// Long texts are pointed at where they start.
fn first_line(text: &str, span: Span) -> Span {
    let range = span.range();
    let written = text.get(range.clone()).unwrap_or_default();
    let line = written.lines().next().unwrap_or_default().trim_end();
    Span::new(span.file, range.start..range.start + line.len())
}
