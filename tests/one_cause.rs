//! One cause, one finding: typical faults in a configuration that is right otherwise.

use azvet::rules::file::ExampleLanguage;
use azvet::{examples, rules};
use serde::Deserialize;

/// `right.tf` with texts replaced, wherever they stand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    fault: String,
    change: Vec<Change>,
    told_by: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    from: String,
    to: String,
}

const RIGHT: &str = include_str!("one_cause/right.tf");

/// What all rules find in a configuration: rule, place and message of each finding that a report prints.
fn findings(text: &str) -> Vec<String> {
    let library = rules::built_in().expect("the built-in rules compile");
    let prepared = examples::prepare(text, ExampleLanguage::Azurerm).expect("nothing is marked");
    let (_, decision, problems) = prepared.check(library, &|_| true);
    assert!(problems.is_empty(), "{problems:#?}");
    let mut places = Vec::new();
    let mut told = Vec::new();
    for finding in decision.findings {
        // Reports join what one check finds at one place.
        let place = (
            finding.rule.slug.clone(),
            finding.check,
            finding.primary.span,
        );
        if !places.contains(&place) {
            places.push(place);
            told.push(format!("{}: {}", finding.rule.slug, finding.message));
        }
    }
    told
}

#[test]
fn each_fault_is_told_once() {
    assert_eq!(findings(RIGHT), Vec::<String>::new());
    let faults: Vec<Fault> = serde_saphyr::from_str(include_str!("one_cause/faults.yaml"))
        .expect("faults.yaml is well formed");
    let mut wrong = String::new();
    for fault in &faults {
        let mut text = RIGHT.to_owned();
        for change in &fault.change {
            assert!(
                text.contains(&change.from),
                "{}: {}",
                fault.fault,
                change.from
            );
            text = text.replace(&change.from, &change.to);
        }
        let told = findings(&text);
        let once = told.len() == 1 && told[0].starts_with(&format!("{}: ", fault.told_by));
        if !once {
            wrong += &format!("{}, expected {}: {told:#?}\n", fault.fault, fault.told_by);
        }
    }
    assert!(!faults.is_empty());
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_holds_in_another_case_is_told_as_well() {
    let text = RIGHT
        .replace(
            "terraform {",
            "variable \"mysql\" { type = bool }\nterraform {",
        )
        .replace(
            r#"["sqlServer"]"#,
            r#"[var.mysql ? "mysqlServer" : "sqlServer"]"#,
        )
        .replace(
            "[azurerm_private_dns_zone.sql.id]",
            "[var.mysql ? azurerm_private_dns_zone.sql.id : azurerm_private_dns_zone.mysql.id]",
        );
    let told = findings(&text);
    let rules: Vec<&str> = told.iter().filter_map(|t| t.split(':').next()).collect();
    assert_eq!(rules, ["pe-group-id", "pe-zone-name"], "{told:#?}");
}
