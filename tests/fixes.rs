//! Fixes: of every bad example, what its fix makes of it. The result is kept in a snapshot per rule; it
//! parses, the finding is gone, and there is nothing more to fix.

use std::fmt::Write as _;

use azvet::finding::{Fix, Replacement};
use azvet::rules::file::ExampleLanguage;
use azvet::source::Sources;
use azvet::{examples, rules};

/// The text with the replacements made.
fn applied(text: &str, fix: &Fix) -> String {
    let replacements: Vec<_> = fix.replacements.iter().collect();
    Replacement::apply(text, &replacements).expect("replacements lie in the text")
}

/// The lines that differ.
fn difference(old: &str, new: &str) -> String {
    similar::TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(1)
        .to_string()
}

#[test]
fn each_fix_mends_its_example_and_leaves_nothing_to_fix() {
    let library = rules::built_in().expect("the built-in rules compile");
    let all = rules::built_in_examples().expect("the examples are well formed");
    let mut fixable = 0;
    let mut unfixed = Vec::new();
    for rule in &library.rules {
        if !rule.has_fix() {
            continue;
        }
        let mut shown = String::new();
        for (i, example) in all[&rule.info.slug].iter().enumerate() {
            let Some(bad) = &example.bad else { continue };
            let slug = &rule.info.slug;
            let name = format!("{slug}, example {}, {:?}", i + 1, example.language);
            let prepared =
                examples::prepare(bad, example.language).expect("examples are marked well");
            let (_, decision, _): (Sources, _, _) = prepared.check(library, &|other| other == slug);
            let fix = decision.findings.iter().find_map(|f| f.fix.as_ref());
            let Some(fix) = fix else {
                // A plan without its configuration has no place to change.
                if rule.is_always_fixable() && example.language != ExampleLanguage::Plan {
                    unfixed.push(name);
                }
                writeln!(shown, "## {} {:?}\n(no fix)\n", i + 1, example.language)
                    .expect("strings can be written");
                continue;
            };
            fixable += 1;
            let fixed = applied(&prepared.text, fix);
            let (_, after, problems) = prepared
                .with(fixed.clone())
                .check(library, &|other| other == slug);
            assert!(problems.is_empty(), "{name}: {problems:?}\n{fixed}");
            assert!(
                after.findings.is_empty(),
                "{name}: {}\n{fixed}",
                after.findings[0].message
            );
            let difference = difference(&prepared.text, &fixed);
            writeln!(
                shown,
                "## {} {:?}, {}\n{difference}",
                i + 1,
                example.language,
                fix.applicability.name()
            )
            .expect("strings can be written");
        }
        insta::assert_snapshot!(rule.info.slug.clone(), shown);
    }
    assert!(fixable > 0);
    assert!(
        unfixed.is_empty(),
        "always fixable, and not fixed: {unfixed:#?}"
    );
}
