//! Which version of a provider applies.

use std::cmp::Ordering;
use std::sync::Arc;

use super::syntax::{self, ast::Expr};
use crate::source::Sources;

/// The version in a lock file, by the provider's source.
pub(super) fn locked(sources: &Sources, root: &std::path::Path, source: &str) -> Option<Arc<str>> {
    let file = sources.load(&root.join(".terraform.lock.hcl")).ok()?;
    let parsed = syntax::parse(file, &sources.get(file).text);
    let block = parsed.body.blocks().find(|b| {
        &*b.kind == "provider"
            && b.labels
                .first()
                .is_some_and(|l| l.strip_prefix("registry.terraform.io/").unwrap_or(l) == source)
    })?;
    block
        .body
        .get("version")
        .and_then(Expr::as_str)
        .map(Into::into)
}

/// The newest known version that all constraints admit; when they admit none of the known, the
/// highest that they name themselves; `None` without constraints.
pub(super) fn newest<'c>(
    constraints: impl Iterator<Item = &'c str>,
    known: &[String],
) -> Option<Arc<str>> {
    let terms: Vec<Term> = constraints
        .flat_map(|c| c.split(','))
        .filter_map(Term::parse)
        .collect();
    if terms.is_empty() {
        return None;
    }
    let best = known
        .iter()
        .filter_map(|v| Some((Version::parse(v)?, v)))
        .filter(|(v, _)| terms.iter().all(|t| t.admits(v)))
        .max_by(|(a, _), (b, _)| a.compare(b))
        .map(|(_, v)| v.as_str().into());
    best.or_else(|| {
        terms
            .iter()
            .filter(|t| !matches!(t.op, "!=" | "<" | "<="))
            .max_by(|a, b| a.version.compare(&b.version))
            .map(|t| t.version.shown().into())
    })
}

/// Whether a constraint admits a version; one that can't be read admits none.
pub(super) fn admits(constraint: &str, version: &str) -> bool {
    let terms: Option<Vec<Term>> = constraint.split(',').map(Term::parse).collect();
    let version = Version::parse(version);
    version.is_some_and(|v| terms.is_some_and(|terms| terms.iter().all(|t| t.admits(&v))))
}

/// Whether it is a constraint.
pub(super) fn readable(constraint: &str) -> bool {
    constraint.split(',').all(|t| Term::parse(t).is_some())
}

/// The newest of some published versions that a constraint admits.
pub(super) fn newest_published<'v>(constraint: &str, published: &'v [String]) -> Option<&'v str> {
    published
        .iter()
        .filter(|v| admits(constraint, v))
        .filter_map(|v| Some((Version::parse(v)?, v)))
        .max_by(|(a, _), (b, _)| a.compare(b))
        .map(|(_, v)| v.as_str())
}

/// `~> 3.100`.
struct Term {
    op: &'static str,
    version: Version,
}

/// A version: numbers, and whether it is a pre-release.
struct Version {
    numbers: Vec<u64>,
    pre: Option<String>,
}

impl Version {
    fn parse(text: &str) -> Option<Version> {
        let text = text.trim().trim_start_matches('v');
        let text = text.split('+').next()?;
        let (core, pre) = match text.split_once('-') {
            Some((core, pre)) => (core, Some(pre.to_owned())),
            None => (text, None),
        };
        let numbers: Option<Vec<u64>> = core.split('.').map(|n| n.parse().ok()).collect();
        Some(Version {
            numbers: numbers?,
            pre,
        })
    }

    fn at(&self, i: usize) -> u64 {
        self.numbers.get(i).copied().unwrap_or(0)
    }

    fn compare(&self, other: &Version) -> Ordering {
        (0..self.numbers.len().max(other.numbers.len()))
            .map(|i| self.at(i).cmp(&other.at(i)))
            .find(|o| o.is_ne())
            .unwrap_or_else(|| match (&self.pre, &other.pre) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(a), Some(b)) => a.cmp(b),
            })
    }

    fn shown(&self) -> String {
        (0..self.numbers.len().max(3))
            .map(|i| self.at(i).to_string())
            .collect::<Vec<_>>()
            .join(".")
    }
}

impl Term {
    fn parse(text: &str) -> Option<Term> {
        let text = text.trim();
        let op = ["~>", ">=", "<=", "!=", "=", ">", "<"]
            .into_iter()
            .find(|op| text.starts_with(op));
        let version = Version::parse(&text[op.map_or(0, str::len)..])?;
        Some(Term {
            op: op.unwrap_or("="),
            version,
        })
    }

    fn admits(&self, v: &Version) -> bool {
        let order = v.compare(&self.version);
        // Pre-releases are chosen only when named exactly.
        if v.pre.is_some() {
            return self.op == "=" && order.is_eq();
        }
        match self.op {
            "=" => order.is_eq(),
            "!=" => order.is_ne(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            // The last number given may grow, those before it may not.
            _ => {
                let fixed = self.version.numbers.len().saturating_sub(1);
                let fixed = fixed.max(usize::from(self.version.numbers.len() == 1));
                order.is_ge() && (0..fixed).all(|i| v.at(i) == self.version.at(i))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_choose_the_newest_admitted() {
        let known: Vec<String> = [
            "2.99.0",
            "3.0.0",
            "3.100.0",
            "3.104.2",
            "3.117.1",
            "4.0.0-beta1",
            "4.1.0",
        ]
        .map(str::to_owned)
        .to_vec();
        for (constraints, expected) in [
            (vec!["~> 3.100.0"], Some("3.100.0")),
            (vec!["~> 3.100"], Some("3.117.1")),
            (vec!["~>3.0"], Some("3.117.1")),
            (vec![">= 3.0, < 4.0"], Some("3.117.1")),
            (vec![">= 3.0", "< 3.105.0"], Some("3.104.2")),
            (vec!["> 3.0, != 4.1.0"], Some("3.117.1")),
            (vec!["3.100.0"], Some("3.100.0")),
            (vec!["= 4.0.0-beta1"], Some("4.0.0-beta1")),
            (vec!["~> 2.40"], Some("2.99.0")),
            (vec!["~> 1.44"], Some("1.44.0")),
            (vec![">= 2.0"], Some("4.1.0")),
            (vec!["rubbish"], None),
            (vec![], None),
        ] {
            let newest = newest(constraints.iter().copied(), &known);
            assert_eq!(newest.as_deref(), expected, "{constraints:?}");
        }
    }
}
