//! The same project as configuration and as its plan. The plans under `fixtures/` are Terraform's own, of
//! a provider that stood in for azurerm with its schema; see `fixtures/README.md`.

#[path = "support/command.rs"]
#[allow(unreachable_pub)]
mod command;
#[path = "support/plan_format.rs"]
#[allow(unreachable_pub)]
mod plan_format;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A plan, the project that it was made from, and the values of its variables.
const PLANS: [(&str, &str, &[&str]); 4] = [
    (
        "plan-orders-mysql",
        "orders-mysql",
        &["--var", "environment=prod"],
    ),
    (
        "plan-billing-postgresql",
        "billing-postgresql",
        &["--var", "private=true", "--var", "location=West Europe"],
    ),
    ("plan-shops", "plan-shops", &[]),
    ("plan-changes", "plan-changes", &[]),
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

fn copy(from: &Path, to: &Path, wanted: &dyn Fn(&str) -> bool) {
    std::fs::create_dir_all(to).expect("a directory can be made");
    for entry in std::fs::read_dir(from)
        .expect("fixtures are readable")
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        let (path, target) = (entry.path(), to.join(&name));
        if path.is_dir() {
            copy(&path, &target, wanted);
        } else if wanted(&name) {
            std::fs::copy(path, target).expect("files can be copied");
        }
    }
}

/// What azvet says of a directory: findings and undecided results, without rules about changes.
fn check(directory: &Path, arguments: &[&str]) -> Value {
    const CHANGES: &str = "fs-move-network,fs-mode-change,fs-dns-zone-change,fs-subnet-resize";
    let all = [
        &["check", "--format", "json", "--ignore", CHANGES],
        arguments,
    ]
    .concat();
    let (_, out, err) = command::azvet(directory, &all);
    serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {err}"))
}

fn some(report: &Value, list: &str, fields: &[&str]) -> BTreeSet<Vec<String>> {
    let items = report[list].as_array().expect("a list");
    let field = |item: &Value, name: &str| item[name].to_string();
    items
        .iter()
        .map(|item| fields.iter().map(|name| field(item, name)).collect())
        .collect()
}

#[test]
fn a_plan_beside_its_configuration_gives_its_findings_at_its_lines() {
    for (plan, project, variables) in PLANS {
        let [configuration, both] = [(); 2].map(|()| tempfile::tempdir().expect("a directory"));
        let is_terraform = |name: &str| name.ends_with(".tf") || name.ends_with(".tfvars");
        for to in [&configuration, &both] {
            copy(&fixtures().join(project), to.path(), &is_terraform);
        }
        let json = fixtures().join(plan).join("tfplan.json");
        std::fs::copy(json, both.path().join("tfplan.json")).expect("files can be copied");
        let fields = ["rule", "message", "resource", "location", "when"];
        let (one, two) = (
            check(configuration.path(), variables),
            check(both.path(), &[]),
        );
        assert_eq!(
            some(&one, "findings", &fields),
            some(&two, "findings", &fields),
            "{plan}"
        );
        // One unit, not two.
        assert_eq!(two["summary"]["units"], 1, "{plan}");
        let open = |report| some(report, "undecided", &["rule", "resource"]);
        assert!(
            open(&two).is_subset(&open(&one)),
            "{plan}: {:?}",
            open(&two)
        );
    }
}

/// Without the configuration's text a plan hides what locals read, and which of several values is meant.
#[test]
fn a_plan_by_itself_gives_the_same_findings_or_leaves_them_undecided() {
    for (plan, project, variables) in PLANS {
        let [configuration, alone] = [(); 2].map(|()| tempfile::tempdir().expect("a directory"));
        let is_terraform = |name: &str| name.ends_with(".tf") || name.ends_with(".tfvars");
        copy(
            &fixtures().join(project),
            configuration.path(),
            &is_terraform,
        );
        copy(&fixtures().join(plan), alone.path(), &|name| {
            name == "tfplan.json"
        });
        let (one, two) = (
            check(configuration.path(), variables),
            check(alone.path(), &[]),
        );
        let findings = |report| some(report, "findings", &["rule", "message"]);
        let (expected, found) = (findings(&one), findings(&two));
        let invented: Vec<_> = found.difference(&expected).collect();
        assert!(invented.is_empty(), "{plan}: {invented:?}");
        let open = some(&two, "undecided", &["rule"]);
        for missing in expected.difference(&found) {
            assert!(open.contains(&missing[..1]), "{plan}: {missing:?}");
        }
    }
}

/// What plans and states tell in their own way: see the remarks in `tests/plans/azurerm/main.tf`.
#[test]
fn what_is_there_gives_the_same_findings_or_leaves_them_undecided() {
    const HIDDEN: [&str; 2] = ["fs-nsg-db-port", "fs-nsg-platform-dns"];
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plans/azurerm");
    let only = |directory: &Path, names: &[&str]| {
        copy(&recorded, directory, &|name| names.contains(&name));
        check(directory, &["--var", "password=hunter2"])
    };
    let fields = ["rule", "message", "resource", "location", "when"];
    let configuration = tempfile::tempdir().expect("a directory");
    let expected = only(configuration.path(), &["main.tf"]);
    let found = |report: &Value| some(report, "findings", &["rule"]);
    assert_eq!(found(&expected).len(), 4);
    assert_eq!(some(&expected, "undecided", &["rule"]), BTreeSet::new());
    for (file, hidden) in [
        ("plan.json", &[][..]),
        ("again.json", &[]),
        ("state.json", &HIDDEN),
    ] {
        let [alone, both] = [(); 2].map(|()| tempfile::tempdir().expect("a directory"));
        only(alone.path(), &[file]);
        let report = check(alone.path(), &[file]);
        let named = |rule: &&str| vec![format!("\"{rule}\"")];
        let hidden: BTreeSet<_> = hidden.iter().map(named).collect();
        let open: BTreeSet<_> = hidden
            .iter()
            .cloned()
            .chain([named(&"pe-zone-group")])
            .collect();
        assert_eq!(some(&report, "undecided", &["rule"]), open, "{file}");
        let left: BTreeSet<_> = found(&expected).difference(&hidden).cloned().collect();
        assert_eq!(found(&report), left, "{file}");
        if file != "state.json" {
            let report = only(both.path(), &["main.tf", file]);
            let all = |report| some(report, "findings", &fields);
            assert_eq!(all(&report), all(&expected), "{file}");
            assert_eq!(some(&report, "undecided", &["rule"]), BTreeSet::new());
        }
    }
}

#[test]
fn plans_saved_by_powershell_are_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let json = fixtures().join("plan-orders-mysql/tfplan.json");
    let text = std::fs::read_to_string(json).expect("fixtures are readable");
    let bytes: Vec<u8> = std::iter::once(0xFEFF)
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    std::fs::write(directory.path().join("wide"), bytes).expect("files can be written");
    std::fs::write(directory.path().join("plan.json"), text).expect("files can be written");
    let fields = ["rule", "message", "resource"];
    let [wide, plain] = ["wide", "plan.json"].map(|name| check(directory.path(), &[name]));
    assert_eq!(
        some(&wide, "findings", &fields),
        some(&plain, "findings", &fields)
    );
    assert!(!some(&wide, "findings", &fields).is_empty());
}

#[test]
fn what_is_no_plan_in_json_is_told() {
    let directory = tempfile::tempdir().expect("a directory");
    let file = |name: &str, bytes: &[u8]| {
        std::fs::write(directory.path().join(name), bytes).expect("files can be written");
        let (outcome, _, err) = command::azvet(directory.path(), &["check", name]);
        (format!("{outcome:?}"), err)
    };
    for (name, bytes, expected) in [
        ("tfplan", &b"PK\x03\x04\x14\x00"[..], "terraform show -json tfplan > plan.json"),
        ("tfplan.json", b"PK\x03\x04\x14\x00", "terraform show -json tfplan.json > plan.json"),
        (
            "terraform.tfstate",
            br#"{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","resources":[]}"#,
            "terraform show -json terraform.tfstate > state.json",
        ),
        ("new.json", br#"{"format_version":"2.0","planned_values":{}}"#, "plan format 2.0"),
    ] {
        let (outcome, err) = file(name, bytes);
        assert_eq!(outcome, "Incomplete", "{name}: {err}");
        assert!(err.contains(expected), "{name}: {err}");
    }
}

#[test]
fn secrets_of_plans_are_in_no_output() {
    for (plan, ..) in PLANS {
        for format in ["text", "json"] {
            let arguments = ["check", "--show-undecided", "--format", format, plan];
            let (_, out, err) = command::azvet(&fixtures(), &arguments);
            assert!(!(out + &err).contains("hunter2"), "{plan}");
        }
        let (_, out, _) = command::azvet(&fixtures(), &["model", "--format", "json", plan]);
        assert!(!out.contains("hunter2"), "{plan}");
    }
}

/// The plans are what the documentation of Terraform's JSON output says, and so are those in rules.
#[test]
fn plans_are_as_documented() {
    for (plan, ..) in PLANS {
        let json = fixtures().join(plan).join("tfplan.json");
        let text = std::fs::read_to_string(json).expect("fixtures are readable");
        let problems = plan_format::problems(&text);
        assert!(problems.is_empty(), "{plan}: {problems:#?}");
    }
    let examples = azvet::rules::built_in_examples().expect("examples are read");
    let mut count = 0;
    for (rule, examples) in &examples {
        let plans = examples
            .iter()
            .filter(|e| e.language == azvet::rules::file::ExampleLanguage::Plan);
        for text in plans
            .flat_map(|e| [&e.bad, &e.good, &e.undecided])
            .flatten()
        {
            count += 1;
            let problems = plan_format::problems(&text.replace(['«', '»'], ""));
            assert!(problems.is_empty(), "{rule}: {problems:#?}\n{text}");
        }
    }
    assert!(count > 20, "{count}");
}
