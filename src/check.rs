//! From discovered files to a report: evaluates each unit, builds its model, applies the rules, and
//! says once what several callers, instances or parameter files have in common.

mod called;
mod dump;
mod fingerprint;
mod join;
mod progress;
mod topology;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::cli::{Engine, RuleTests};
use crate::declared::{Declarations, Opaque, Problem};
use crate::discover::{Discovered, Pairing, pair, saved_plan};
use crate::files::normalize;
use crate::finding::{NotSeen, Report, RuleInfo, Summary};
use crate::looks::looks;
use crate::model::Model;
use crate::own_rules::Own;
use crate::report::ModelDump;
use crate::rules::{Library, check};
use crate::settings::Settings;
use crate::source::{Sources, Span};
use crate::{arm, baseline, suppress, terraform};
use join::{Checked, secrets, settle_problems};
use progress::Progress;

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
    /// A Terraform plan or state, with the root directory that it was made from.
    Plan(PathBuf, Option<PathBuf>),
}

impl Unit {
    fn shown(&self, sources: &Sources) -> String {
        let shown = |path: &Path| sources.files().shown(path);
        match self {
            Unit::Directory(path) | Unit::Template(path, None) | Unit::Plan(path, _) => shown(path),
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
    notices: Vec<Problem>,
    skipped: usize,
}

impl Gathered {
    /// Tells whether a file belongs to what is checked. With `--changed`, Terraform is read that is not.
    fn looked_at(&self, found: &Discovered) -> impl Fn(&Path) -> bool + use<> {
        let directories = found.changed.is_some().then(|| {
            let roots = self.units.iter().filter_map(|unit| match unit {
                Unit::Directory(root) | Unit::Plan(_, Some(root)) => Some(root),
                Unit::Template(..) | Unit::Plan(_, None) => None,
            });
            let directories = roots.flat_map(|root| self.configurations.directories(root));
            directories.collect::<BTreeSet<PathBuf>>()
        });
        move |path| match &directories {
            Some(directories) if path.extension().is_some_and(|e| e == "tf" || e == "tofu") => {
                let directory = normalize(path.parent().unwrap_or(Path::new("")));
                directories.contains(&directory)
            }
            _ => true,
        }
    }
}

impl Azvet<'_> {
    fn gather(settings: &Settings, sources: &Sources, found: &Discovered) -> Gathered {
        let Pairing {
            mut templates,
            plans,
            problems,
            mut notices,
            mut skipped,
        } = pair(found, settings, sources, |path| {
            let file = sources.load(path).map_err(|e| {
                let saved = saved_plan(path, sources);
                saved.unwrap_or_else(|| Problem::general(e.to_string()))
            })?;
            Ok(looks(&sources.get(file).text))
        });
        let configurations = terraform::Configurations::load(sources, &found.terraform_directories)
            .with_plans(sources, &plans);
        let mut units: Vec<Unit> = Vec::new();
        let mut planned: BTreeSet<PathBuf> = BTreeSet::new();
        for plan in plans {
            let root = configurations.of_plan(sources, &plan);
            planned.extend(root.clone());
            units.push(Unit::Plan(plan, root));
        }
        // What a plan was made from is judged by the plan, which knows more.
        let roots = configurations.roots().into_iter();
        let concerned = |root: &PathBuf| match &found.changed {
            None => true,
            Some(changed) => {
                let files = settings.inputs_of(root).var_files;
                let values = files.iter().any(|file| settings.paths.contains(file));
                values || !configurations.directories(root).is_disjoint(changed)
            }
        };
        let roots = roots.filter(|root| !planned.contains(root) && concerned(root));
        let roots: Vec<Unit> = roots.map(Unit::Directory).collect();
        units.extend(roots);
        if !templates.is_empty() {
            let rendered = configurations.rendered();
            templates.retain(|(template, _)| {
                let by_terraform = rendered.contains(&normalize(template));
                let passed_over = by_terraform && !settings.paths.contains(template);
                if passed_over {
                    skipped += 1;
                    notices.push(rendered_by_terraform(template));
                }
                !passed_over
            });
        }
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
            notices,
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
                let given = settings.inputs_of(root);
                inputs.vars = given.vars;
                inputs.var_files = given.var_files;
                inputs.environment = given.environment;
                gathered.configurations.evaluate(sources, root, &inputs)
            }
            Unit::Plan(plan, root) => match load(plan) {
                Ok(file) => {
                    let inputs = self.library.terraform_inputs();
                    let root = root.as_deref();
                    let configurations = &gathered.configurations;
                    let mut planned = configurations.evaluate_plan(sources, file, root, &inputs);
                    if settings.fix.is_some() {
                        planned.notices.push(unfixed(&sources.get(file).path));
                    }
                    planned
                }
                Err(problem) => failed(problem),
            },
            Unit::Template(template, parameters) => {
                let template = match load(template) {
                    Ok(template) => template,
                    Err(problem) => return failed(problem),
                };
                let known = &self.library.arm_known;
                match parameters.as_deref().map(load).transpose() {
                    Ok(parameters) => arm::evaluate(sources, known, template, parameters),
                    // The template is checked all the same, as if no values were given.
                    Err(problem) => {
                        let mut declarations = arm::evaluate(sources, known, template, None);
                        declarations.problems.push(problem);
                        declarations
                    }
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
            opaque: declarations.opaque.iter().map(not_seen).collect(),
            called: std::mem::take(&mut declarations.called),
            ..Checked::default()
        };
        let model = Model::new(&self.library.kinds, declarations);
        let selected = |slug: &str| settings.applies(slug);
        let decision = check(self.library, &model, sources, &selected);
        checked.findings = decision.findings;
        checked.yielded = decision.yielded;
        for finding in &mut checked.findings {
            crate::fix::spell(&model, sources, finding);
        }
        checked.undecided = decision.undecided;
        let draws = settings.outputs.iter().any(|output| output.format.draws());
        if draws && !checked.findings.is_empty() {
            checked.topology = Some(topology::topology(&model));
        }
        let ignored = |rule: &RuleInfo, span: Span| {
            let path = sources.get(span.file).path.clone();
            settings.config.ignores_at(&rule.slug, Path::new(&path))
        };
        checked
            .findings
            .retain(|f| !ignored(&f.rule, f.primary.span));
        checked.undecided.retain(|u| !ignored(&u.rule, u.span));
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
        settings: &Settings,
        sources: &Sources,
        gathered: &Gathered,
        work: impl Fn(&Unit) -> T + Sync,
    ) -> Vec<Result<T, Problem>> {
        let progress = Progress::new(settings.progress, gathered.units.len());
        gathered
            .units
            .par_iter()
            .map(|unit| {
                let worked = std::panic::AssertUnwindSafe(|| work(unit));
                let done = std::panic::catch_unwind(worked).map_err(|_| {
                    let unit = unit.shown(sources);
                    Problem::general(format!("internal error in {unit}; it was not checked"))
                        .help("please report this with the files that cause it")
                });
                progress.step();
                done
            })
            .collect()
    }
}

fn not_seen(part: &Opaque) -> NotSeen {
    NotSeen {
        address: part.address.clone(),
        cause: part.cause.clone(),
        span: part.span,
    }
}

/// A template of Terraform's, which gives JSON only when it is rendered.
fn rendered_by_terraform(template: &Path) -> Problem {
    let shown = template.display();
    Problem::general(format!(
        "{shown} is rendered by Terraform (`templatefile`); it was not checked by itself"
    ))
    .help("name the file to check it as it stands")
}

/// A plan says what it says, whatever becomes of its configuration.
fn unfixed(plan: &str) -> Problem {
    Problem::general(format!("nothing that {plan} says is fixed: it is a plan"))
        .help("fix its configuration without it, and plan again")
}

impl Engine for Azvet<'_> {
    fn rules(&self) -> Vec<Arc<RuleInfo>> {
        self.library.infos().collect()
    }

    fn examples(&self, slug: &str) -> String {
        let examples = crate::rules::built_in_examples().unwrap_or_default();
        let own = &self.library.own_examples;
        let all = own.get(slug).or_else(|| examples.get(slug));
        let all = all.map_or(&[][..], Vec::as_slice);
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
        let checked = Self::each_unit(settings, sources, &gathered, |unit| {
            self.check_unit(settings, sources, &gathered, unit)
        });
        let rules = self
            .library
            .rules
            .iter()
            .filter(|r| settings.applies(&r.info.slug));
        let looked_at = gathered.looked_at(found);
        let mut report = Report {
            summary: Summary {
                skipped: found.skipped + gathered.skipped,
                units: gathered.units.len(),
                rules: rules.count(),
                ..Summary::default()
            },
            problems: gathered.problems,
            notices: gathered.notices,
            ..Report::default()
        };
        let parts: Vec<_> = checked
            .iter()
            .map(|c| c.as_ref().ok().map(|c| &c.called))
            .collect();
        let parts = called::called(&gathered.units, &parts, sources);
        report.summary.units -= parts.iter().filter(|part| **part).count();
        let whole = gathered.units.iter().zip(checked).zip(parts);
        for ((unit, checked), _) in whole.filter(|(_, part)| !part) {
            match checked {
                Ok(checked) => report.add(checked, &unit.shown(sources)),
                Err(problem) => report.problems.push(problem),
            }
        }
        report.summary.files = sources.count();
        report.settle(sources);
        let applies = |slug: &str, path: &str| {
            let path = Path::new(path);
            let ignored = settings.config.ignores_at(slug, path);
            settings.applies(slug) && !ignored && looked_at(path)
        };
        if settings.suppressions {
            suppress::apply(&mut report, sources, &self.rules(), &applies);
        }
        report.sort(sources);
        fingerprint::assign(&mut report, sources, settings);
        if let Some(path) = &settings.baseline {
            let directory = &settings.working_directory;
            baseline::apply(&mut report, sources, directory, path, &applies);
        }
        for finding in &mut report.findings {
            if let Some(severity) = settings.config.severity(&finding.rule.slug) {
                finding.severity = severity;
            }
        }
        report
    }

    fn with_rules(
        &self,
        sources: &Sources,
        folder: &Path,
    ) -> Result<Box<dyn Engine>, Vec<Problem>> {
        let own = Own::read(sources, &[folder.to_owned()]);
        let own = own.map_err(|message| vec![Problem::general(message)])?;
        if !own.problems.is_empty() {
            return Err(own.problems);
        }
        // It is used until the program ends, as the built-in one is.
        let library = Box::leak(Box::new(own.library));
        Ok(Box::new(Azvet { library }))
    }

    fn test_rules(&self, sources: &Sources, paths: &[PathBuf]) -> RuleTests {
        match Own::read(sources, paths) {
            Ok(own) => RuleTests {
                problems: own.problems.clone(),
                ..own.test(sources)
            },
            Err(message) => RuleTests {
                problems: vec![Problem::general(message)],
                ..RuleTests::default()
            },
        }
    }

    fn model(&self, settings: &Settings, sources: &Sources, found: &Discovered) -> ModelDump {
        let gathered = Self::gather(settings, sources, found);
        let units = Self::each_unit(settings, sources, &gathered, |unit| {
            let mut declarations = self.declarations(settings, sources, &gathered, unit);
            let problems = std::mem::take(&mut declarations.problems);
            let notices = std::mem::take(&mut declarations.notices);
            let called = std::mem::take(&mut declarations.called);
            let dump = self.dump(declarations, unit.shown(sources));
            (dump, problems, notices, called)
        });
        let parts: Vec<_> = units
            .iter()
            .map(|u| u.as_ref().ok().map(|(_, _, _, called)| called))
            .collect();
        let parts = called::called(&gathered.units, &parts, sources);
        let mut dump = ModelDump {
            problems: gathered.problems.clone(),
            notices: gathered.notices.clone(),
            ..ModelDump::default()
        };
        for (unit, _) in units.into_iter().zip(parts).filter(|(_, part)| !part) {
            match unit {
                Ok((unit, problems, notices, _)) => {
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
