//! Templates and the parameter files that go with them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{Discovered, barren, parent};
use crate::declared::Problem;
use crate::files::normalize;
use crate::looks::JsonKind;
use crate::settings::Settings;
use crate::source::Sources;

/// Templates with the parameter files that go with each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// Sorted by template; each is evaluated once for every parameter file, or once without.
    pub templates: Vec<(PathBuf, Vec<PathBuf>)>,
    /// Terraform plans, and states that were named, sorted.
    pub plans: Vec<PathBuf>,
    /// Files that can't be read, named files that are no templates, directories with nothing of ours.
    pub problems: Vec<Problem>,
    /// Worth telling: states that are passed over.
    pub notices: Vec<Problem>,
    /// JSON files that hold nothing of ours.
    pub skipped: usize,
}

/// Finds the templates among the JSON files of `found`, and their parameter files: those that
/// the settings name, else those beside a template that carry its name (`X.parameters.json`,
/// `X.parameters.prod.json`, `X.prod.parameters.json` for `X.json`; `parameters.json` for `template.json`). `classify` reads a file; its
/// problems become problems of the pairing.
pub fn pair(
    found: &Discovered,
    settings: &Settings,
    sources: &Sources,
    classify: impl Fn(&Path) -> Result<JsonKind, Problem> + Sync,
) -> Pairing {
    let mut pairing = Pairing::default();
    let mut templates: BTreeSet<PathBuf> = BTreeSet::new();
    let kinds: Vec<Result<JsonKind, Problem>> = found
        .json_files
        .par_iter()
        .map(|path| classify(path))
        .collect();
    let named = |path: &Path| template_of(path, sources, &classify);
    let (mut untold, mut values): (Vec<&PathBuf>, Vec<&PathBuf>) = Default::default();
    for (path, kind) in found.json_files.iter().zip(kinds) {
        match kind {
            // A hook names whatever changed.
            Ok(
                kind @ (JsonKind::Other
                | JsonKind::Untold
                | JsonKind::Parameters
                | JsonKind::State
                | JsonKind::StateFile),
            ) if found.changed.is_some() => {
                let may_be = matches!(kind, JsonKind::Untold | JsonKind::Parameters);
                match may_be.then(|| named(path)).flatten() {
                    Some(template) => _ = templates.insert(template),
                    None => pairing.skipped += 1,
                }
            }
            Err(problem) => pairing.problems.push(problem),
            Ok(JsonKind::Template) => {
                templates.insert(path.clone());
            }
            Ok(JsonKind::Plan) => pairing.plans.push(path.clone()),
            Ok(JsonKind::State) if found.named.contains(path) => pairing.plans.push(path.clone()),
            // What is deployed is not what is about to be; it stands beside the latter often enough.
            Ok(JsonKind::State) => {
                pairing.skipped += 1;
                pairing.notices.push(
                    Problem::general(format!(
                        "{} is a Terraform state; it was not checked",
                        path.display()
                    ))
                    .help("name the file to check what is deployed"),
                );
            }
            Ok(JsonKind::StateFile) if found.named.contains(path) => {
                pairing.problems.push(state_file(path));
            }
            Ok(JsonKind::StateFile) => pairing.skipped += 1,
            Ok(JsonKind::Parameters) if found.named.contains(path) => match named(path) {
                Some(template) => {
                    templates.insert(template);
                }
                None if settings.parameters.contains(path) => {}
                None => pairing.problems.push(
                    Problem::general(format!("{} is a parameter file", path.display()))
                        .help("name its template, and this file with --parameters"),
                ),
            },
            Ok(JsonKind::Parameters) => values.push(path),
            Ok(JsonKind::Untold) if found.named.contains(path) && named(path).is_some() => {
                templates.extend(named(path));
            }
            Ok(JsonKind::Other | JsonKind::Untold) if found.named.contains(path) => {
                pairing.problems.push(broken(path, sources).unwrap_or_else(|| {
                    Problem::general(format!(
                        "{} is neither an ARM template nor a Terraform plan",
                        path.display()
                    ))
                    .help("a template has `$schema` with `deploymentTemplate.json`, and `resources`; a plan is what `terraform show -json` writes")
                }));
            }
            Ok(JsonKind::Other) => pairing.skipped += 1,
            Ok(JsonKind::Untold) => untold.push(path),
        }
    }
    for directory in &found.undecided {
        let inside = |path: &PathBuf| directory == Path::new(".") || path.starts_with(directory);
        if !templates.iter().chain(&pairing.plans).any(inside) {
            pairing.problems.push(barren(directory, 0));
        }
    }
    let mut given: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    let mut free: BTreeSet<PathBuf> = BTreeSet::new();
    for template in templates {
        match settings.parameters_of(&template) {
            named if named.is_empty() => {
                free.insert(template);
            }
            named => {
                given.insert(template, named);
            }
        }
    }
    let mut beside = parameters_beside(&free, sources, &classify, &mut pairing.problems);
    let read: BTreeSet<&PathBuf> = beside.values().chain(given.values()).flatten().collect();
    let unread = |path: &&&PathBuf| !read.contains(**path) && !settings.parameters.contains(**path);
    pairing.skipped += untold.iter().filter(unread).count();
    let unread: Vec<&PathBuf> = values.iter().filter(unread).copied().collect();
    pairing.skipped += unread.len();
    pairing.notices.extend(alone(&unread));
    given.extend(free.into_iter().map(|template| {
        let parameters = beside.remove(&template).unwrap_or_default();
        (template, parameters)
    }));
    pairing.templates = given.into_iter().collect();
    pairing
}

/// Tells of parameter files that no template was checked with.
fn alone(files: &[&PathBuf]) -> Option<Problem> {
    let first = files.first()?.display();
    let message = match files.len() {
        1 => format!("{first} is a parameter file and fits no template beside it; it was not read"),
        n => format!(
            "{n} parameter files, {first} the first, fit no template beside them; they were not read"
        ),
    };
    let help = "check a template with --parameters FILE, or call the file like its template: `main.parameters.json` for `main.json`";
    Some(Problem::general(message).help(help))
}

/// What is wrong with the syntax of a file, if anything is.
fn broken(path: &Path, sources: &Sources) -> Option<Problem> {
    let file = sources.load(path).ok()?;
    crate::arm::json::parse(file, &sources.get(file).text).err()
}

fn state_file(path: &Path) -> Problem {
    let path = path.display();
    Problem::general(format!(
        "{path} is a state as Terraform keeps it, which azvet does not read"
    ))
    .help(format!(
        "check what `terraform show -json {path} > state.json` writes"
    ))
}

/// The template beside a parameter file that was named without it.
fn template_of(
    parameters: &Path,
    sources: &Sources,
    classify: &impl Fn(&Path) -> Result<JsonKind, Problem>,
) -> Option<PathBuf> {
    let directory = parent(parameters);
    let name = parameters.file_name()?.to_str()?;
    let listed = sources.files().list(&directory);
    let stem = listed
        .iter()
        .filter_map(|file| stem_of(file))
        .filter(|stem| goes_with(stem, name))
        .max_by_key(|stem| stem.len())?;
    let template = normalize(&directory.join(format!("{stem}.json")));
    (classify(&template) == Ok(JsonKind::Template)).then_some(template)
}

/// The parameter files beside each template; each goes to the template with the longest fitting name.
fn parameters_beside(
    templates: &BTreeSet<PathBuf>,
    sources: &Sources,
    classify: &impl Fn(&Path) -> Result<JsonKind, Problem>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<PathBuf, Vec<PathBuf>> {
    let mut directories: BTreeMap<PathBuf, Vec<&Path>> = BTreeMap::new();
    for template in templates {
        directories
            .entry(parent(template))
            .or_default()
            .push(template);
    }
    let mut beside: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for (directory, templates) in directories {
        for name in sources.files().list(&directory) {
            let fitting = templates
                .iter()
                .filter_map(|path| Some((stem_of(path.file_name()?.to_str()?)?, *path)))
                .filter(|(stem, _)| goes_with(stem, &name))
                .max_by_key(|(stem, _)| stem.len());
            let path = normalize(&directory.join(&name));
            let Some((_, template)) = fitting else {
                continue;
            };
            match classify(&path) {
                // What is not told by what is in the file is told by its name: evaluation says what is
                // wrong with it.
                Ok(JsonKind::Parameters | JsonKind::Untold) => {
                    beside.entry(template.to_owned()).or_default().push(path);
                }
                Ok(_) => {}
                Err(problem) if !problems.contains(&problem) => problems.push(problem),
                Err(_) => {}
            }
        }
    }
    beside
}

/// The name of a JSON file without its extension.
fn stem_of(name: &str) -> Option<&str> {
    name.strip_suffix(".json")
        .or_else(|| name.strip_suffix(".jsonc"))
}

/// Whether a file of this name holds parameters of the template `stem`: `stem.parameters…`,
/// `stem.….parameters`, or `parameters` beside `template`, in any letter case.
fn goes_with(stem: &str, name: &str) -> bool {
    let (stem, name) = (stem.to_lowercase(), name.to_lowercase());
    // The pair that the Azure portal exports.
    if stem == "template" && matches!(stem_of(&name), Some("parameters" | "parameter")) {
        return true;
    }
    let rest = stem_of(&name).and_then(|name| name.strip_prefix(&stem)?.strip_prefix('.'));
    rest.is_some_and(|rest| rest.starts_with("parameters") || rest.ends_with(".parameters"))
}
