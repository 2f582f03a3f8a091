//! From discovered files to a report: evaluates each unit, builds its model, applies the rules, and
//! says once what several callers, instances or parameter files have in common.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::cli::Engine;
use crate::declared::{Declarations, Problem};
use crate::discover::{Discovered, JsonKind, Pairing, pair};
use crate::finding::{Finding, Report, RuleInfo, Summary, Undecided};
use crate::model::{Attr, Model, Resource, ResourceId, Target, Targets, To};
use crate::report::{AttributeDump, ModelDump, OpaqueDump, ResourceDump, UnitDump};
use crate::rules::{Library, check};
use crate::settings::Settings;
use crate::source::{FileId, Sources, Span};
use crate::value::{Data, Value};
use crate::{arm, terraform};

/// The engine behind the command line: a library of rules.
pub struct Azvet<'l> {
    /// The rules that apply.
    pub library: &'l Library,
}

/// What is evaluated and checked as a whole.
enum Unit {
    /// A Terraform root directory.
    Directory(PathBuf),
    /// A template, with a parameter file.
    Template(PathBuf, Option<PathBuf>),
}

impl Unit {
    fn shown(&self, sources: &Sources) -> String {
        let shown = |path: &Path| sources.files().shown(path);
        match self {
            Unit::Directory(path) | Unit::Template(path, None) => shown(path),
            Unit::Template(path, Some(parameters)) => {
                format!("{} with {}", shown(path), shown(parameters))
            }
        }
    }
}

struct Gathered {
    configurations: terraform::Configurations,
    units: Vec<Unit>,
    problems: Vec<Problem>,
    skipped: usize,
}

impl Azvet<'_> {
    fn gather(settings: &Settings, sources: &Sources, found: &Discovered) -> Gathered {
        let configurations = terraform::Configurations::load(sources, &found.terraform_directories);
        let Pairing {
            templates,
            problems,
            skipped,
        } = pair(found, &settings.parameters, sources, |path| {
            let file = sources
                .load(path)
                .map_err(|e| Problem::general(e.to_string()))?;
            Ok(match arm::looks(&sources.get(file).text) {
                arm::Looks::Template => JsonKind::Template,
                arm::Looks::ParameterFile => JsonKind::Parameters,
                arm::Looks::No => JsonKind::Other,
                arm::Looks::Untold => JsonKind::Untold,
            })
        });
        let mut units: Vec<Unit> = configurations
            .roots()
            .into_iter()
            .map(Unit::Directory)
            .collect();
        for (template, parameters) in templates {
            if parameters.is_empty() {
                units.push(Unit::Template(template, None));
            } else {
                let with = parameters
                    .into_iter()
                    .map(|p| Unit::Template(template.clone(), Some(p)));
                units.extend(with);
            }
        }
        Gathered {
            configurations,
            units,
            problems,
            skipped,
        }
    }

    fn declarations(
        &self,
        settings: &Settings,
        sources: &Sources,
        gathered: &Gathered,
        unit: &Unit,
    ) -> Declarations {
        let load = |path: &Path| {
            sources
                .load(path)
                .map_err(|e| Problem::general(e.to_string()))
        };
        let failed = |problem| Declarations {
            problems: vec![problem],
            ..Declarations::default()
        };
        match unit {
            Unit::Directory(root) => {
                let mut inputs = self.library.terraform_inputs();
                inputs.vars.clone_from(&settings.inputs.vars);
                inputs.var_files.clone_from(&settings.inputs.var_files);
                inputs.environment.clone_from(&settings.inputs.environment);
                gathered.configurations.evaluate(sources, root, &inputs)
            }
            Unit::Template(template, parameters) => {
                let parameters = match parameters.as_deref().map(load).transpose() {
                    Ok(parameters) => parameters,
                    Err(problem) => return failed(problem),
                };
                match load(template) {
                    Ok(template) => arm::evaluate(sources, template, parameters),
                    Err(problem) => failed(problem),
                }
            }
        }
    }

    fn check_unit(
        &self,
        settings: &Settings,
        sources: &Sources,
        gathered: &Gathered,
        unit: &Unit,
    ) -> Checked {
        let mut declarations = self.declarations(settings, sources, gathered, unit);
        let mut checked = Checked {
            problems: std::mem::take(&mut declarations.problems),
            notices: std::mem::take(&mut declarations.notices),
            resources: declarations.resources.len(),
            modelled: self.modelled(&declarations),
            secrets: secrets(&declarations),
            opaque: declarations.opaque.len(),
            ..Checked::default()
        };
        let model = Model::new(&self.library.kinds, declarations);
        let selected = |slug: &str| settings.applies(slug);
        let decision = check(self.library, &model, sources, &selected);
        checked.findings = decision.findings;
        for finding in &mut checked.findings {
            crate::fix::spell(&model, sources, finding);
        }
        checked.undecided = decision.undecided;
        checked.held = decision.held;
        checked.problems.extend(decision.problems);
        checked
    }

    /// How many of the declared resources are of a kind that some rule may ask about.
    fn modelled(&self, declarations: &Declarations) -> usize {
        let kinds = &self.library.kinds;
        let known = declarations.resources.iter().filter(|d| {
            kinds.of_type(d.language, &d.type_name).is_some()
                || kinds.association(&d.type_name).is_some()
        });
        known.count()
    }

    /// Runs `work` for every unit in parallel, keeping their order; a panic becomes a problem.
    fn each_unit<T: Send>(
        sources: &Sources,
        gathered: &Gathered,
        work: impl Fn(&Unit) -> T + Sync,
    ) -> Vec<Result<T, Problem>> {
        gathered
            .units
            .par_iter()
            .map(|unit| {
                std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| work(unit))).map_err(
                    |_| {
                        Problem::general(format!(
                            "internal error in {}; it was not checked",
                            unit.shown(sources)
                        ))
                        .help("please report this with the files that cause it")
                    },
                )
            })
            .collect()
    }
}

/// What one unit has to say.
#[derive(Default)]
struct Checked {
    findings: Vec<Finding>,
    undecided: Vec<Undecided>,
    problems: Vec<Problem>,
    notices: Vec<Problem>,
    secrets: Vec<Span>,
    resources: usize,
    modelled: usize,
    opaque: usize,
    held: usize,
}

impl Engine for Azvet<'_> {
    fn rules(&self) -> Vec<Arc<RuleInfo>> {
        self.library.infos().collect()
    }

    fn examples(&self, slug: &str) -> String {
        let examples = crate::rules::built_in_examples().unwrap_or_default();
        let all = examples.get(slug).map_or(&[][..], Vec::as_slice);
        let Some(example) = all.iter().find(|e| e.bad.is_some()) else {
            return String::new();
        };
        let mut text = String::new();
        for (heading, code) in [
            ("wrong, between « and »", &example.bad),
            ("right", &example.good),
        ] {
            if let Some(code) = code {
                text += &format!("# {heading}\n{}\n\n", code.trim_end());
            }
        }
        text.trim_end().to_owned()
    }

    fn check(&self, settings: &Settings, sources: &Sources, found: &Discovered) -> Report {
        let gathered = Self::gather(settings, sources, found);
        let checked = Self::each_unit(sources, &gathered, |unit| {
            self.check_unit(settings, sources, &gathered, unit)
        });
        let rules = self
            .library
            .rules
            .iter()
            .filter(|r| settings.applies(&r.info.slug));
        let mut report = Report {
            summary: Summary {
                skipped: found.skipped + gathered.skipped,
                units: gathered.units.len(),
                rules: rules.count(),
                ..Summary::default()
            },
            problems: gathered.problems,
            ..Report::default()
        };
        for (unit, checked) in gathered.units.iter().zip(checked) {
            match checked {
                Ok(checked) => report.add(checked, &unit.shown(sources)),
                Err(problem) => report.problems.push(problem),
            }
        }
        report.summary.files = sources.count();
        report.settle(sources);
        report
    }

    fn model(&self, settings: &Settings, sources: &Sources, found: &Discovered) -> ModelDump {
        let gathered = Self::gather(settings, sources, found);
        let units = Self::each_unit(sources, &gathered, |unit| {
            let mut declarations = self.declarations(settings, sources, &gathered, unit);
            let problems = std::mem::take(&mut declarations.problems);
            let notices = std::mem::take(&mut declarations.notices);
            (
                self.dump(declarations, unit.shown(sources)),
                problems,
                notices,
            )
        });
        let mut dump = ModelDump {
            problems: gathered.problems.clone(),
            ..ModelDump::default()
        };
        for unit in units {
            match unit {
                Ok((unit, problems, notices)) => {
                    dump.units.push(unit);
                    dump.problems.extend(problems);
                    dump.notices.extend(notices);
                }
                Err(problem) => dump.problems.push(problem),
            }
        }
        settle_problems(&mut dump.problems, sources);
        settle_problems(&mut dump.notices, sources);
        dump
    }
}

impl Report {
    fn add(&mut self, checked: Checked, unit: &str) {
        self.summary.resources += checked.resources;
        self.summary.modelled += checked.modelled;
        self.summary.opaque += checked.opaque;
        self.summary.held += checked.held;
        self.problems.extend(checked.problems);
        self.notices.extend(checked.notices);
        self.secrets.extend(checked.secrets);
        self.undecided.extend(checked.undecided);
        for mut finding in checked.findings {
            finding.unit = unit.into();
            self.findings.push(finding);
        }
    }

    /// Joins what is one fault or one problem, and sorts.
    fn settle(&mut self, sources: &Sources) {
        let mut joined: Vec<Finding> = Vec::new();
        let mut seen: HashMap<(String, Span, usize), usize> = HashMap::new();
        for finding in std::mem::take(&mut self.findings) {
            let key = (
                finding.rule.slug.clone(),
                finding.primary.span,
                finding.check,
            );
            match seen.get(&key) {
                Some(&i) => joined[i].absorb(finding),
                None => {
                    seen.insert(key, joined.len());
                    joined.push(finding);
                }
            }
        }
        joined.sort_by_cached_key(|f| {
            (
                sources.order(f.primary.span),
                f.rule.slug.clone(),
                f.check,
                f.resource.clone(),
            )
        });
        self.findings = joined;
        let mut undecided: BTreeMap<_, Undecided> = BTreeMap::new();
        for open in std::mem::take(&mut self.undecided) {
            let key = (
                sources.order(open.span),
                open.rule.slug.clone(),
                open.resource.clone(),
                open.cause.clone(),
            );
            undecided.entry(key).or_insert(open);
        }
        self.undecided = undecided.into_values().collect();
        self.secrets.sort_unstable();
        self.secrets.dedup();
        settle_problems(&mut self.problems, sources);
        settle_problems(&mut self.notices, sources);
    }
}

/// Where sensitive values were written.
fn secrets(declarations: &Declarations) -> Vec<Span> {
    let mut found = Vec::new();
    for resource in &declarations.resources {
        collect_secrets(&resource.body, &mut found);
    }
    for part in &declarations.opaque {
        collect_secrets(&part.inputs, &mut found);
    }
    found
}

fn collect_secrets(value: &Value, found: &mut Vec<Span>) {
    if value.is_sensitive() {
        found.extend(value.origin().map(|origin| origin.written_at()));
    }
    match &value.data {
        Data::List(list) => list.items.iter().for_each(|v| collect_secrets(v, found)),
        Data::Object(object) => object
            .entries
            .iter()
            .for_each(|e| collect_secrets(&e.value, found)),
        Data::Cases(cases) => {
            collect_secrets(&cases.then, found);
            collect_secrets(&cases.otherwise, found);
        }
        _ => {}
    }
}

fn settle_problems(problems: &mut Vec<Problem>, sources: &Sources) {
    problems.sort_by_cached_key(|p| (p.span.map(|s| sources.order(s)), p.message.clone()));
    problems.dedup();
    few_alike(problems, sources);
}

/// Problems of one message in one file that are told.
const MOST_ALIKE: usize = 20;

/// Of many problems of one message in one file tells the first, and how many more there are.
fn few_alike(problems: &mut Vec<Problem>, sources: &Sources) {
    let mut counts: HashMap<(FileId, String), usize> = HashMap::new();
    for problem in problems.iter() {
        if let Some(span) = problem.span {
            *counts
                .entry((span.file, problem.message.clone()))
                .or_default() += 1;
        }
    }
    counts.retain(|_, count| *count > MOST_ALIKE);
    if counts.is_empty() {
        return;
    }
    let mut told: HashMap<(FileId, String), usize> = HashMap::new();
    problems.retain_mut(|problem| {
        let Some(span) = problem.span else {
            return true;
        };
        let key = (span.file, problem.message.clone());
        let Some(count) = counts.get(&key) else {
            return true;
        };
        let so_far = told.entry(key).or_default();
        *so_far += 1;
        if *so_far == MOST_ALIKE {
            let path = &sources.get(span.file).path;
            let more = format!("and {} more like it in {path}", count - MOST_ALIKE);
            problem.help = Some(match problem.help.take() {
                Some(help) => format!("{help}; {more}"),
                None => more,
            });
        }
        *so_far <= MOST_ALIKE
    });
}

impl Finding {
    /// Takes in the same fault of another instance, or seen through another caller.
    fn absorb(&mut self, other: Finding) {
        // What holds always is more than what holds in a case.
        if other.when.is_none() {
            self.when = None;
        }
        let address = if other.unit == self.unit {
            if other.resource == self.resource {
                return;
            }
            other.resource
        } else {
            format!("{}: {}", other.unit, other.resource).into()
        };
        if !self.also.contains(&address) {
            self.also.push(address);
        }
    }
}

impl Azvet<'_> {
    fn dump(&self, declarations: Declarations, path: String) -> UnitDump {
        let unknown_kind = declarations
            .resources
            .iter()
            .filter(|d| {
                self.library
                    .kinds
                    .of_type(d.language, &d.type_name)
                    .is_none()
            })
            .map(|d| ResourceDump {
                address: d.address.clone(),
                kind: None,
                type_name: d.type_name.clone(),
                managed: d.managed,
                exists: condition(&d.exists),
                location: d.header,
                attributes: Vec::new(),
            })
            .collect::<Vec<_>>();
        let model = Model::new(&self.library.kinds, declarations);
        let known = model.iter().filter(|(_, r)| !r.outside);
        let mut resources: Vec<ResourceDump> = known
            .filter_map(|(id, r)| resource_dump(&model, id, r))
            .collect();
        resources.extend(unknown_kind);
        let opaque = model.opaque.iter().map(|o| OpaqueDump {
            address: o.address.clone(),
            cause: o.cause.text.to_string(),
            location: o.span,
        });
        UnitDump {
            path,
            resources,
            opaque: opaque.collect(),
        }
    }
}

fn condition(exists: &Value) -> Option<String> {
    match exists.as_bool() {
        Some(true) => None,
        Some(false) => Some("never".into()),
        None => Some(
            exists
                .first_symbol()
                .map_or_else(|| exists.shown(), |s| s.shown().to_owned()),
        ),
    }
}

fn resource_dump(model: &Model<'_>, id: ResourceId, resource: &Resource) -> Option<ResourceDump> {
    let kind = model.kind(id);
    let mut attributes = Vec::new();
    for (number, attribute) in kind.attributes.iter().enumerate() {
        match model.attribute(id, number) {
            Attr::Value(value) if value.is_null() => {}
            Attr::Value(value)
                if value
                    .as_list()
                    .is_some_and(|l| l.items.is_empty() && l.rest.is_none()) => {}
            Attr::Value(value) => attributes.push(AttributeDump::of(&*attribute.name, value)),
            Attr::Target(target) => attributes.extend(target_dump(model, &attribute.name, target)),
            Attr::Targets(Targets::List(list, _)) => {
                let each = list
                    .iter()
                    .filter_map(|t| target_dump(model, &attribute.name, t));
                attributes.extend(each);
            }
            Attr::Targets(Targets::Cases(..)) => {}
        }
    }
    Some(ResourceDump {
        address: resource.address.clone(),
        kind: Some(kind.name.clone()),
        type_name: model.type_of(id).name.as_str().into(),
        managed: resource.managed,
        exists: condition(&resource.exists),
        location: resource.header?,
        attributes,
    })
}

fn target_dump(model: &Model<'_>, name: &str, target: &Target) -> Option<AttributeDump> {
    let mut dump = AttributeDump::of(name, &target.value);
    match &target.to {
        To::Null => return None,
        To::Resource(id) => dump.references = Some(model.resource(*id).address.clone()),
        To::Cases(_) | To::Unknown(_) => {}
    }
    Some(dump)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Memory;

    #[test]
    fn many_problems_alike_are_told_twenty_times() {
        let sources = Sources::new(Arc::new(Memory::new([("a.json", "{}")])));
        let file = sources
            .load(Path::new("a.json"))
            .unwrap_or_else(|e| panic!("{e}"));
        let at = |i: usize, message: &str| Problem::at(Span::new(file, i..i), message);
        let mut problems: Vec<Problem> = (0..500).map(|i| at(i, "wrong").help("mend it")).collect();
        problems.push(at(600, "other"));
        settle_problems(&mut problems, &sources);
        assert_eq!(problems.len(), 21);
        assert_eq!(problems[18].help.as_deref(), Some("mend it"));
        assert_eq!(
            problems[19].help.as_deref(),
            Some("mend it; and 480 more like it in a.json")
        );
        assert_eq!(problems[20].help, None);
    }
}
