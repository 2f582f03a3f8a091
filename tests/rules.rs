//! Every example of every built-in rule shows what it says.

use azvet::{examples, rules};

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
