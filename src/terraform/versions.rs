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
        &*b.kind == "provider" && b.labels.first().is_some_and(|l| without_host(l) == source)
    })?;
    block
        .body
        .get("version")
        .and_then(Expr::as_str)
        .map(Into::into)
}

/// The source of a provider without the registry, of which OpenTofu has its own: `hashicorp/azurerm`.
pub(super) fn without_host(source: &str) -> &str {
    match source.split_once('/') {
        Some((_, rest)) if rest.contains('/') => rest,
        _ => source,
    }
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
        .filter(|(v, _)| all_admit(&terms, v))
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
    version.is_some_and(|v| terms.is_some_and(|terms| all_admit(&terms, &v)))
}

/// Pre-releases are chosen only when one of the constraints names them exactly.
fn all_admit(terms: &[Term], version: &Version) -> bool {
    let named = |t: &Term| t.op == "=" && version.compare(&t.version).is_eq();
    (version.pre.is_none() || terms.iter().any(named)) && terms.iter().all(|t| t.admits(version))
}

/// Whether it is a constraint.
pub(super) fn readable(constraint: &str) -> bool {
    constraint.split(',').all(|t| Term::parse(t).is_some())
}

/// Whether it is a constraint on a provider: three numbers at most, and no `v` before them.
pub(super) fn readable_of_provider(constraint: &str) -> bool {
    constraint.split(',').all(|text| {
        let version = text.trim_start_matches(|c: char| "~<>=! ".contains(c));
        let term = Term::parse(text).filter(|t| t.version.numbers.len() <= 3);
        term.is_some() && !version.starts_with('v')
    })
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
                (Some(a), Some(b)) => compare_pre(a, b),
            })
    }

    fn shown(&self) -> String {
        (0..self.numbers.len().max(3))
            .map(|i| self.at(i).to_string())
            .collect::<Vec<_>>()
            .join(".")
    }
}

/// Part by part; numbers come before words, and fewer parts before more.
fn compare_pre(a: &str, b: &str) -> Ordering {
    let key = |part: &str| match part.parse::<u64>() {
        Ok(number) => (number, String::new()),
        Err(_) => (u64::MAX, part.to_owned()),
    };
    a.split('.').map(key).cmp(b.split('.').map(key))
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

    /// The answers are those of `terraform init` 1.11 with a mirror that holds these versions; where it
    /// finds none, azvet takes the highest that the constraints name.
    #[test]
    fn constraints_choose_the_newest_admitted() {
        let known: Vec<String> = [
            "1.9.0",
            "2.99.0",
            "3.0.0-beta1",
            "3.0.0",
            "3.100.0",
            "3.104.2",
            "3.105.0-rc1",
            "3.117.1",
            "4.0.0-beta1",
            "4.0.0-beta2",
            "4.0.0",
            "4.1.0",
            "4.2.0-beta1",
        ]
        .map(str::to_owned)
        .to_vec();
        for (constraints, expected) in [
            (&["~> 3"][..], Some("3.117.1")),
            (&["~> 3.100"], Some("3.117.1")),
            (&["~> 3.100.0"], Some("3.100.0")),
            (&["~>3.0"], Some("3.117.1")),
            (&[">= 3.0 , < 4"], Some("3.117.1")),
            (&["!= 4.1.0"], Some("4.0.0")),
            (&[">= 3.0, != 4.1.0, != 4.0.0"], Some("3.117.1")),
            (&["= 4.0.0-beta2"], Some("4.0.0-beta2")),
            (&["~> 4.0.0-beta1"], Some("4.0.0")),
            (&[">= 4.0.0-beta1"], Some("4.1.0")),
            (&["<= 3.104"], Some("3.100.0")),
            (&["3"], Some("3.0.0")),
            (&["> 3.0", "< 3.117"], Some("3.104.2")),
            (&["~> 3.0", "!= 3.117.1"], Some("3.104.2")),
            (&["4.0.0-beta1", ">= 3.0"], Some("4.0.0-beta1")),
            (&["4.2.0-beta1", ">= 4.0, < 5.0"], Some("4.2.0-beta1")),
            (&[">=3.0.0-beta1,<=3.0.0"], Some("3.0.0")),
            (&["~> 2.99.0, >= 1"], Some("2.99.0")),
            (&["~> 1.44"], Some("1.44.0")),
            (&["rubbish"], None),
            (&[], None),
        ] {
            let newest = newest(constraints.iter().copied(), &known);
            assert_eq!(newest.as_deref(), expected, "{constraints:?}");
        }
    }

    /// As `terraform init` reads them.
    #[test]
    fn constraints_on_providers() {
        for (constraint, read) in [
            ("~> 3.100.0", true),
            (">=3.0,<4.0", true),
            ("3.100.0+meta", true),
            ("4.0.0-dev1", true),
            ("v3.100.0", false),
            ("~> v3.0", false),
            ("~> 3.100.0.0", false),
            ("", false),
            ("3.x", false),
            (">= 3.0,", false),
            (">= 3.0 < 4", false),
            ("=> 3.0", false),
        ] {
            assert_eq!(readable_of_provider(constraint), read, "{constraint}");
        }
    }

    #[test]
    fn pre_releases_have_an_order() {
        let order = [
            "1.0.0-1",
            "1.0.0-9",
            "1.0.0-alpha",
            "1.0.0-beta.2",
            "1.0.0-beta.10",
            "1.0.0",
        ];
        for pair in order.windows(2) {
            let [a, b] = [0, 1].map(|i| Version::parse(pair[i]));
            assert!(
                a.zip(b).is_some_and(|(a, b)| a.compare(&b).is_lt()),
                "{pair:?}"
            );
        }
    }
}
