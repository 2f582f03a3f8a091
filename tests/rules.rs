//! Every example of every built-in rule shows what it says.

use std::collections::{BTreeMap, BTreeSet};

use azvet::rules::file::ExampleLanguage;
use azvet::{examples, rules};
use serde::Deserialize;

#[test]
fn examples_show_what_they_say() {
    let library = rules::built_in().expect("the built-in rules compile");
    let all = rules::built_in_examples().expect("the examples are well formed");
    let mut ran = 0;
    let mut failures = String::new();
    for rule in &library.rules {
        let own = all.get(&rule.info.slug).map_or(&[][..], Vec::as_slice);
        let (count, failed) = examples::run(library, rule, own);
        assert!(
            count > 0 || !rule.has_checks(),
            "{} has no example",
            rule.info.slug
        );
        ran += count;
        for failure in failed {
            failures += &format!(
                "{}: example {}: {}\n",
                failure.rule, failure.example, failure.message
            );
        }
    }
    assert!(ran > 0, "no example ran");
    assert!(
        failures.is_empty(),
        "of {ran} examples these fail:\n{failures}"
    );
}

/// What a rule has no example of, by language, and why.
#[derive(Deserialize)]
struct Missing {
    why: String,
    #[serde(flatten)]
    sorts: BTreeMap<ExampleLanguage, BTreeSet<String>>,
}

#[test]
fn each_rule_has_examples_of_all_sorts_in_all_languages() {
    use ExampleLanguage::{Arm, Azapi, Azurerm, Symbolic};

    let library = rules::built_in().expect("the built-in rules compile");
    let all = rules::built_in_examples().expect("the examples are well formed");
    let mut reasons: BTreeMap<String, Missing> =
        serde_saphyr::from_str(include_str!("examples_missing.yaml")).expect("the list is YAML");
    for rule in library.rules.iter().filter(|rule| rule.has_checks()) {
        let slug = &rule.info.slug;
        let mut missing: BTreeMap<ExampleLanguage, BTreeSet<String>> = BTreeMap::new();
        for language in [Azurerm, Azapi, Arm, Symbolic] {
            let own = || all[slug].iter().filter(|e| e.language == language);
            let there = [
                ("bad", own().any(|e| e.bad.is_some())),
                ("good", own().any(|e| e.good.is_some())),
                ("undecided", own().any(|e| e.undecided.is_some())),
            ];
            for (sort, _) in there.into_iter().filter(|(_, there)| !there) {
                missing.entry(language).or_default().insert(sort.to_owned());
            }
        }
        let listed = reasons.remove(slug);
        assert!(listed.as_ref().is_none_or(|l| !l.why.is_empty()), "{slug}");
        let listed = listed.map(|listed| listed.sorts).unwrap_or_default();
        assert_eq!(missing, listed, "{slug} and tests/examples_missing.yaml");
    }
    let left: Vec<&String> = reasons.keys().collect();
    assert!(left.is_empty(), "no such rules: {left:?}");
}

#[test]
fn known_modules_are_whole() {
    let library = rules::built_in().expect("the built-in rules compile");
    let known = library.terraform_inputs().known_modules;
    assert!(!known.is_empty());
    for module in known.iter() {
        assert_eq!(
            module.faults(),
            Vec::<String>::new(),
            "rules/modules/{}.yaml",
            module.module
        );
    }
}
