//! Applying fixes: in rounds, each checked again, until nothing changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Applicability, Category, Finding, Fix, Replacement, Report};
use crate::source::Sources;

/// Texts in place of files, by the path that reports show.
pub type Texts = BTreeMap<String, String>;

/// A check, with the files it read.
pub struct Run {
    /// The files.
    pub sources: Sources,
    /// What it says.
    pub report: Report,
}

/// What fixing led to.
pub struct Fixed {
    /// The last check, after all fixes.
    pub run: Run,
    /// The files that changed, sorted by path.
    pub changes: Vec<Changed>,
    /// Findings that are gone.
    pub applied: usize,
}

/// A file before and after.
pub struct Changed {
    /// The path that reports show.
    pub path: String,
    /// What was read.
    pub old: String,
    /// What fixes made of it.
    pub new: String,
}

impl Fixed {
    /// Nothing was fixed.
    pub fn nothing(run: Run) -> Fixed {
        Fixed {
            run,
            changes: Vec::new(),
            applied: 0,
        }
    }
}

/// More rounds than any set of fixes needs that ends at all.
const MOST_ROUNDS: usize = 24;

/// Applies the fixes of at least this applicability. One is kept only if its finding is gone and no
/// new finding or problem came, in any caller of what it changes.
pub fn rounds(first: Run, least: Applicability, check: &dyn Fn(&Texts) -> Run) -> Fixed {
    let mut texts = Texts::new();
    let mut originals = Texts::new();
    let mut refused: BTreeSet<Key> = BTreeSet::new();
    let mut run = first;
    let mut applied = 0;
    for _ in 0..MOST_ROUNDS {
        let candidates: Vec<(Key, Fix)> = run
            .report
            .findings
            .iter()
            .filter_map(|f| Some((key(f), f.fix.clone()?)))
            .filter(|(key, fix)| fix.applicability >= least && !refused.contains(key))
            .collect();
        if candidates.is_empty() {
            break;
        }
        let batch = apart(&candidates);
        if let Some((next, changed)) = attempt(&run, &texts, &batch, check) {
            accept(&run, &mut originals, &changed);
            applied += batch.len();
            (run, texts) = (next, changed);
            continue;
        }
        // Together they don't do; one that does alone starts the next round.
        let alone = batch.iter().find_map(|one| {
            let tried = attempt(&run, &texts, std::slice::from_ref(one), check);
            if tried.is_none() {
                refused.insert(one.0.clone());
            }
            tried
        });
        if let Some((next, changed)) = alone {
            accept(&run, &mut originals, &changed);
            applied += 1;
            (run, texts) = (next, changed);
        }
    }
    let changes = texts
        .into_iter()
        .filter_map(|(path, new)| {
            let old = originals.get(&path)?.clone();
            (old != new).then_some(Changed { path, old, new })
        })
        .collect();
    Fixed {
        run,
        changes,
        applied,
    }
}

/// What makes a finding the same one after an edit elsewhere.
type Key = (String, usize, String, String);

fn key(finding: &Finding) -> Key {
    (
        finding.rule.slug.clone(),
        finding.check,
        finding.unit.to_string(),
        finding.resource.to_string(),
    )
}

/// The first fixes whose replacements don't touch each other.
fn apart(candidates: &[(Key, Fix)]) -> Vec<(Key, Fix)> {
    let mut chosen: Vec<(Key, Fix)> = Vec::new();
    for (key, fix) in candidates {
        let touches = chosen
            .iter()
            .flat_map(|(_, other)| &other.replacements)
            .any(|other| {
                fix.replacements.iter().any(|own| {
                    own.span.file == other.span.file
                        && own.span.start <= other.span.end
                        && other.span.start <= own.span.end
                })
            });
        if !touches {
            chosen.push((key.clone(), fix.clone()));
        }
    }
    chosen
}

fn attempt(
    before: &Run,
    texts: &Texts,
    batch: &[(Key, Fix)],
    check: &dyn Fn(&Texts) -> Run,
) -> Option<(Run, Texts)> {
    let changed = applied(before, texts, batch)?;
    let after = check(&changed);
    // What was told by what is mended comes to light: it was there before.
    let known = before.report.findings.iter().chain(&before.report.yielded);
    let known: BTreeSet<Key> = known.map(key).collect();
    let mended: BTreeSet<&Key> = batch.iter().map(|(key, _)| key).collect();
    let clean = after.report.findings.iter().all(|finding| {
        let key = key(finding);
        // What is mended may leave a remark behind that suppresses nothing more.
        let follows = finding.rule.category == Category::Upkeep;
        (known.contains(&key) || follows) && !mended.contains(&key)
    });
    let problems = |run: &Run| -> Vec<String> {
        run.report
            .problems
            .iter()
            .map(|p| p.message.clone())
            .collect()
    };
    let known = problems(before);
    let quiet = problems(&after)
        .iter()
        .all(|problem| known.contains(problem));
    (clean && quiet).then_some((after, changed))
}

/// The texts with the replacements of all fixes made.
fn applied(run: &Run, texts: &Texts, batch: &[(Key, Fix)]) -> Option<Texts> {
    let mut by_file: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for replacement in batch.iter().flat_map(|(_, fix)| &fix.replacements) {
        by_file
            .entry(replacement.span.file)
            .or_default()
            .push(replacement);
    }
    let mut changed = texts.clone();
    for (file, replacements) in by_file {
        let source = run.sources.get(file);
        let text = Replacement::apply(&source.text, &replacements)?;
        changed.insert(source.path.clone(), text);
    }
    Some(changed)
}

/// Remembers what the changed files held before the first change.
fn accept(before: &Run, originals: &mut Texts, changed: &Texts) {
    for path in changed.keys() {
        if !originals.contains_key(path)
            && let Ok(file) = before.sources.load(std::path::Path::new(path))
        {
            originals.insert(path.clone(), before.sources.get(file).text.clone());
        }
    }
}
