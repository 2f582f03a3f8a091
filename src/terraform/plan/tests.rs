//! Against plans that Terraform itself wrote; see `tests/plans/`.

use std::path::Path;
use std::sync::Arc;

use super::super::{Configurations, Inputs};
use crate::declared::{Action, Declarations, Declared};
use crate::files::Memory;
use crate::source::Sources;
use crate::value::{Data, Value};

macro_rules! plan {
    ($path:literal) => {
        include_str!(concat!("../../../tests/plans/", $path))
    };
}

const REFERENCES: &str = plan!("references/plan.json");
const CHANGES: &str = plan!("changes/plan.json");

fn read(files: &[(&str, &str)], root: Option<&str>) -> (Sources, Declarations) {
    let sources = Sources::new(Arc::new(Memory::new(files.iter().copied())));
    let plan = Path::new(files[0].0);
    let configurations = Configurations::load(&sources, &[]).with_plans(&sources, &[plan.into()]);
    let found = configurations.of_plan(&sources, plan);
    assert_eq!(found.as_deref(), root.map(Path::new));
    let file = sources.load(plan).unwrap_or_else(|e| panic!("{e}"));
    let declarations =
        configurations.evaluate_plan(&sources, file, found.as_deref(), &Inputs::default());
    (sources, declarations)
}

fn alone(text: &str) -> Declarations {
    read(&[("plan.json", text)], None).1
}

fn resource<'d>(declarations: &'d Declarations, address: &str) -> &'d Declared {
    let found = declarations
        .resources
        .iter()
        .find(|r| &*r.address == address);
    found.unwrap_or_else(|| panic!("no {address}"))
}

fn attribute(declared: &Declared, path: &str) -> Value {
    path.split('.').fold(declared.body.clone(), |value, name| {
        match (&value.data, name.parse::<usize>()) {
            (Data::List(list), Ok(i)) => list.items[i].clone(),
            _ => crate::value::member(&value, name, false),
        }
    })
}

/// `address.attribute` that an unknown value is, or why not.
fn relation(declarations: &Declarations, address: &str, path: &str) -> String {
    let value = attribute(resource(declarations, address), path);
    match value.as_symbol() {
        Some(symbol) => match symbol.reference() {
            Some(reference) => format!("{}.{}", reference.resource, reference.attribute),
            None => "unclear".into(),
        },
        None => format!("known {}", value.shown()),
    }
}

/// A subnet in whose configuration these expressions stand, and of which this is not known.
fn subnet(expressions: &str, after: &str, unknown: &str) -> Value {
    let text = format!(
        r#"{{"format_version":"1.2","resource_changes":[{{"address":"azurerm_subnet.x","mode":"managed","type":"azurerm_subnet","name":"x","change":{{"actions":["create"],"before":null,"after":{after},"after_unknown":{unknown}}}}}],"configuration":{{"root_module":{{"resources":[{{"address":"azurerm_subnet.x","mode":"managed","type":"azurerm_subnet","name":"x","expressions":{expressions}}}]}}}}}}"#
    );
    let sources = Sources::new(Arc::new(Memory::new([("plan.json", &*text)])));
    let file = sources
        .load(Path::new("plan.json"))
        .unwrap_or_else(|e| panic!("{e}"));
    let blocks = ["delegation", "delegation.service_delegation"].map(str::to_owned);
    let inputs = Inputs {
        blocks: Arc::new([("azurerm_subnet".to_owned(), blocks.to_vec())].into()),
        ..Inputs::default()
    };
    let configurations = Configurations::load(&sources, &[]);
    let declarations = configurations.evaluate_plan(&sources, file, None, &inputs);
    resource(&declarations, "azurerm_subnet.x").body.clone()
}

#[test]
fn blocks_that_a_plan_does_not_know_are_written() {
    // Nothing but a `dynamic` block gives this; the provider computes the other.
    let body = subnet("{}", "{}", r#"{"delegation":true,"computed":true}"#);
    assert!(
        crate::value::member(&body, "delegation", false)
            .as_symbol()
            .is_some()
    );
    assert!(crate::value::member(&body, "computed", false).is_null());
    // Within a block that is written.
    let body = subnet(
        r#"{"delegation":[{"name":{"constant_value":"d"}}]}"#,
        r#"{"delegation":[{"name":"d"}]}"#,
        r#"{"delegation":[{"service_delegation":true,"computed":true}]}"#,
    );
    let delegation = crate::value::member(&body, "delegation", false);
    let first = &delegation.as_list().expect("a list").items[0];
    assert!(
        crate::value::member(first, "service_delegation", false)
            .as_symbol()
            .is_some()
    );
    assert!(crate::value::member(first, "computed", false).is_null());
    // What is not there is not there.
    let body = subnet("{}", r#"{"delegation":[]}"#, r#"{"delegation":[]}"#);
    assert_eq!(
        crate::value::member(&body, "delegation", false).shown(),
        "[]"
    );
}

#[test]
fn unknown_values_are_followed_to_the_one_thing_that_they_can_be() {
    let plan = alone(REFERENCES);
    assert_eq!(plan.problems, []);
    for (address, path, expected) in [
        (r#"terraform_data.each["a"]"#, "input.k", "known a"),
        (
            r#"terraform_data.each["a"]"#,
            "input.id",
            "terraform_data.one.id",
        ),
        (
            r#"terraform_data.ref["b"]"#,
            "input",
            r#"terraform_data.each["b"].id"#,
        ),
        (
            "terraform_data.cnt[1]",
            "input",
            r#"terraform_data.each["a"].id"#,
        ),
        (
            "terraform_data.cnt2[1]",
            "input",
            "terraform_data.cnt[1].id",
        ),
        // A local reads what the plan does not show.
        ("terraform_data.cnt2[1]", "triggers_replace.0", "unclear"),
        ("terraform_data.splat", "input.0", "unclear"),
        ("terraform_data.cond", "input", "unclear"),
        // Through inputs and outputs of a module, by instance.
        (
            r#"module.m["b"].terraform_data.in"#,
            "input",
            r#"terraform_data.each["b"].id"#,
        ),
        (
            r#"module.m["a"].terraform_data.l"#,
            "input",
            "terraform_data.one.id",
        ),
        (r#"module.m["a"].terraform_data.o"#, "input", "unclear"),
        (
            "terraform_data.out",
            "input",
            r#"module.m["a"].terraform_data.in.id"#,
        ),
        (
            r#"terraform_data.out2["b"]"#,
            "input",
            r#"module.m["b"].terraform_data.in.id"#,
        ),
        (
            "terraform_data.outmap",
            "input",
            r#"module.m["a"].terraform_data.in.id"#,
        ),
        ("terraform_data.rs", "input.a", "known v"),
        // Through an argument of another resource.
        (
            "terraform_data.through",
            "input",
            r#"terraform_data.each["a"].id"#,
        ),
        // Members of maps by their keys, also where the map is one or another, or made of modules.
        (
            r#"terraform_data.maybe["b"]"#,
            "input",
            r#"terraform_data.each["b"].id"#,
        ),
        (
            r#"module.n.terraform_data.each["b"]"#,
            "input",
            r#"module.m["b"].terraform_data.in.id"#,
        ),
        // The key is the number of an instance.
        (
            r#"terraform_data.number["1"]"#,
            "input",
            "terraform_data.cnt[1].id",
        ),
    ] {
        assert_eq!(relation(&plan, address, path), expected, "{address}.{path}");
    }
    // Of several things it may be any.
    let several = |address: &str, path: &str| {
        let value = attribute(resource(&plan, address), path);
        let symbol = value.as_symbol().cloned();
        let may: Vec<String> = symbol
            .iter()
            .flat_map(|s| s.may_refer())
            .map(|r| format!("{}.{}", r.resource, r.attribute))
            .collect();
        may.join(" ")
    };
    for (address, path, expected) in [
        (
            "terraform_data.cond",
            "input",
            r#"terraform_data.each["b"].id terraform_data.one.id"#,
        ),
        (
            "terraform_data.splat",
            "input.0",
            "terraform_data.cnt[0].id terraform_data.cnt[1].id",
        ),
        (
            r#"module.m["a"].terraform_data.o"#,
            "input",
            r#"terraform_data.each["a"].id terraform_data.one.id"#,
        ),
        ("terraform_data.cnt2[1]", "triggers_replace.0", ""),
    ] {
        assert_eq!(several(address, path), expected, "{address}.{path}");
    }
    // What is made of one thing is not that thing: no two values of that kind are equal.
    let text = attribute(resource(&plan, "terraform_data.str"), "input");
    let id = attribute(
        resource(&plan, r#"module.m["a"].terraform_data.l"#),
        "input",
    );
    assert_eq!(crate::value::eq(&text, &id).as_bool(), None);
    // The data source was read while planning.
    assert!(!resource(&plan, "data.terraform_remote_state.r").managed);
}

#[test]
fn the_configuration_beside_a_plan_lends_places_and_locals() {
    let (sources, plan) = read(
        &[
            ("in/plan.json", REFERENCES),
            ("in/main.tf", plan!("references/main.tf")),
            ("in/m/main.tf", plan!("references/m/main.tf")),
        ],
        Some("in"),
    );
    assert_eq!(plan.problems, []);
    for (address, path, expected) in [
        (
            "terraform_data.cnt2[1]",
            "triggers_replace.0",
            "terraform_data.one.id",
        ),
        (
            r#"module.m["a"].terraform_data.o"#,
            "input",
            "terraform_data.one.id",
        ),
        (
            r#"module.m["b"].terraform_data.in"#,
            "input",
            r#"terraform_data.each["b"].id"#,
        ),
    ] {
        assert_eq!(relation(&plan, address, path), expected, "{address}.{path}");
    }
    let text_at = |span: crate::source::Span| sources.get(span.file).text[span.range()].to_owned();
    let known = attribute(resource(&plan, r#"terraform_data.each["a"]"#), "input.k");
    assert_eq!(known.span().map(text_at).as_deref(), Some("each.key"));
    let inner = resource(&plan, r#"module.m["b"].terraform_data.in"#);
    assert_eq!(sources.get(inner.header.file).path, "in/m/main.tf");
    let waits = |a: &str, b: &str| {
        plan.graph
            .waits_for(resource(&plan, a).node, resource(&plan, b).node)
    };
    assert_eq!(
        waits("terraform_data.cnt2[0]", "terraform_data.one"),
        crate::value::Tri::True
    );
    assert_eq!(
        waits("terraform_data.one", "terraform_data.cnt2[0]"),
        crate::value::Tri::False
    );
}

#[test]
fn another_configuration_lends_nothing() {
    let other = ("main.tf", "resource \"terraform_data\" \"other\" {}");
    let (_, plan) = read(&[("plan.json", REFERENCES), other], None);
    assert!(plan.resources.len() > 20);
}

#[test]
fn order_follows_references_and_stops_at_locals() {
    use crate::value::Tri;
    let plan = alone(REFERENCES);
    let waits = |a: &str, b: &str| {
        plan.graph
            .waits_for(resource(&plan, a).node, resource(&plan, b).node)
    };
    for (a, b, expected) in [
        ("terraform_data.out", "terraform_data.one", Tri::True),
        (
            r#"terraform_data.out2["a"]"#,
            r#"module.m["a"].terraform_data.l"#,
            Tri::True,
        ),
        (
            r#"module.m["a"].terraform_data.o"#,
            r#"terraform_data.each["a"]"#,
            Tri::True,
        ),
        ("terraform_data.one", "terraform_data.out", Tri::False),
        ("terraform_data.cnt2[0]", "terraform_data.str", Tri::Unknown),
    ] {
        assert_eq!(waits(a, b), expected, "{a} waits for {b}");
    }
}

#[test]
fn the_world_is_what_the_plan_leads_to() {
    let plan = alone(CHANGES);
    let actions: Vec<(&str, Option<Action>)> = plan
        .resources
        .iter()
        .map(|r| (&*r.address, r.change.as_ref().map(|c| c.action)))
        .collect();
    assert_eq!(
        actions,
        [
            ("terraform_data.counted[0]", Some(Action::Keep)),
            ("terraform_data.counted[1]", Some(Action::Keep)),
            ("terraform_data.kept", Some(Action::Keep)),
            ("terraform_data.moved_to", Some(Action::Keep)),
            ("terraform_data.replaced", Some(Action::Replace)),
            ("terraform_data.secret", Some(Action::Update)),
            ("terraform_data.updated", Some(Action::Update)),
            ("module.m.terraform_data.new", Some(Action::Create)),
        ]
    );
    let change = |address: &str| {
        resource(&plan, address)
            .change
            .clone()
            .unwrap_or_else(|| panic!("{address}"))
    };
    let replaced = change("terraform_data.replaced");
    assert_eq!(replaced.forced_by, [["triggers_replace".into()]]);
    let before = replaced.before.unwrap_or_else(Value::null);
    assert_eq!(crate::value::member(&before, "input", false).shown(), "1");
    assert!(change("module.m.terraform_data.new").before.is_none());
}

#[test]
fn secrets_stay_secret() {
    let plan = alone(CHANGES);
    let secret = resource(&plan, "terraform_data.secret");
    assert!(attribute(secret, "input.secret").is_sensitive());
    assert!(!attribute(secret, "input.plain").is_sensitive());
    let before = secret
        .change
        .as_ref()
        .and_then(|c| c.before.clone())
        .unwrap_or_else(Value::null);
    assert!(before.hides());
}

#[test]
fn a_state_is_a_set_of_resources() {
    let state = alone(plan!("changes/state.json"));
    assert_eq!(state.problems, []);
    assert_eq!(state.resources.len(), 10);
    assert!(
        state
            .resources
            .iter()
            .all(|r| r.managed && r.change.is_none())
    );
}

#[test]
fn what_is_not_understood_is_told() {
    for (text, expected) in [
        (
            r#"{"format_version":"2.0","planned_values":{}}"#,
            "plan format 2.0 is not known",
        ),
        (
            r#"{"format_version":1,"planned_values":{}}"#,
            "plan format of no version is not known",
        ),
        (r#"{"planned_values":{}}"#, "no `format_version`"),
        (
            r#"{"format_version":"1.2","planned_values":{"#,
            "not valid JSON",
        ),
        ("", "empty"),
        (
            r#"{"format_version":"1.2","errored":true}"#,
            "ends where Terraform failed",
        ),
        (
            r#"{"format_version":"1.2","resource_changes":[{"change":{"actions":["create"]}}]}"#,
            "without `address`",
        ),
    ] {
        let plan = alone(text);
        let [problem] = &plan.problems[..] else {
            panic!("{text}: {:?}", plan.problems);
        };
        assert!(problem.message.contains(expected), "{}", problem.message);
    }
    let partial = alone(r#"{"format_version":"1.2","complete":false,"planned_values":{}}"#);
    assert!(partial.problems.is_empty() && partial.notices.len() == 1);
}

/// Whatever a document looks like, it is read to the end.
#[test]
fn odd_documents_do_no_harm() {
    let cut = |text: &str| {
        for at in (0..text.len())
            .step_by(997)
            .filter(|at| text.is_char_boundary(*at))
        {
            alone(&text[..at]);
        }
    };
    cut(REFERENCES);
    for text in [
        r#"{"format_version":"1.2","resource_changes":{},"planned_values":[1],"configuration":3,"prior_state":null}"#,
        r#"{"format_version":"1.2","resource_changes":[null,1,{"address":"","type":"","change":{"actions":7,"after":[],"after_unknown":true,"replace_paths":[[1,[]],2]}}]}"#,
        r#"{"format_version":"1.2","configuration":{"root_module":{"module_calls":{"m":{"expressions":{"x":{"references":["var.x","module.m.x","module.m"]}},"module":{"outputs":{"x":{"expression":{"references":["var.x"]}}}}}},"resources":[{"address":"t.n","expressions":{"a":{"references":["module.m.x","module.m","local","[","t.n[","..",""]}}}]}},"resource_changes":[{"address":"t.n","type":"t","change":{"actions":["create"],"after":{},"after_unknown":{"a":true}}}]}"#,
    ] {
        alone(text);
    }
}

#[test]
fn known_values_tell_what_they_were_read_of() {
    let resource = |kind: &str, name: &str, after: &str| {
        format!(
            r#"{{"address":"{kind}.{name}","mode":"managed","type":"{kind}","name":"{name}","change":{{"actions":["no-op"],"before":{after},"after":{after},"after_unknown":{{}}}}}}"#
        )
    };
    let written = |kind: &str, name: &str, expressions: &str| {
        format!(
            r#"{{"address":"{kind}.{name}","mode":"managed","type":"{kind}","name":"{name}","expressions":{expressions}}}"#
        )
    };
    let read = |references: &str| {
        let text = format!(
            r#"{{"format_version":"1.2","resource_changes":[{}],"configuration":{{"root_module":{{"resources":[{}]}}}}}}"#,
            [
                resource("network", "a", r#"{"name":"n"}"#),
                resource("network", "b", r#"{"name":"n"}"#),
                resource("peering", "p", r#"{"network":"n"}"#),
                resource("subnet", "s", r#"{"network":"n"}"#),
            ]
            .join(","),
            [
                written("network", "a", r#"{"name":{"constant_value":"n"}}"#),
                written("network", "b", r#"{"name":{"constant_value":"n"}}"#),
                written(
                    "peering",
                    "p",
                    r#"{"network":{"references":["network.b.name","network.b"]}}"#
                ),
                written(
                    "subnet",
                    "s",
                    &format!(r#"{{"network":{{"references":{references}}}}}"#)
                ),
            ]
            .join(",")
        );
        let plan = alone(&text);
        let value = attribute(self::resource(&plan, "subnet.s"), "network");
        assert_eq!(value.shown(), "n");
        let origin = value.origin().expect("it stands somewhere").clone();
        let reference = origin.references().next();
        reference.map(|r| format!("{}.{}", r.resource, r.attribute))
    };
    let only = |name: &str| Some(format!("network.{name}.name"));
    assert_eq!(read(r#"["network.a.name","network.a"]"#), only("a"));
    // Through an argument of something else.
    assert_eq!(read(r#"["peering.p.network","peering.p"]"#), only("b"));
    // Which of the two can't be told.
    assert_eq!(
        read(r#"["network.a.name","network.a","network.b.name","network.b"]"#),
        None
    );
    // It has another value.
    assert_eq!(read(r#"["network.a.id","network.a"]"#), None);
}

#[test]
fn what_a_plan_leaves_out_is_there_or_not_looked_into() {
    let addresses = |plan: &Declarations| -> Vec<String> {
        plan.resources
            .iter()
            .map(|r| r.address.to_string())
            .collect()
    };
    // Nothing is there yet.
    let target = alone(plan!("parts/target.json"));
    assert_eq!(
        addresses(&target),
        ["terraform_data.one", "terraform_data.two"]
    );
    let [left] = &target.opaque[..] else {
        panic!("{:?}", target.opaque);
    };
    assert_eq!(
        &*left.cause.text,
        "`terraform_data.three` is not in this plan"
    );
    let inputs = left.inputs.as_list().expect("a list");
    let told = inputs.items.iter().filter_map(Value::as_symbol);
    let told: Vec<_> = told
        .filter_map(|s| s.reference())
        .map(|r| &*r.resource)
        .collect();
    assert_eq!(told, ["terraform_data.two"]);
    // What stays is known from the state.
    for (text, kept) in [
        (plan!("parts/again.json"), 2),
        (plan!("parts/refresh.json"), 3),
    ] {
        let plan = alone(text);
        let mut all = addresses(&plan);
        all.sort();
        assert_eq!(
            all,
            [
                "terraform_data.one",
                "terraform_data.three",
                "terraform_data.two"
            ]
        );
        assert_eq!(plan.opaque.len(), 0);
        assert!(!plan.deployed);
        let unchanged = plan.resources.iter().filter(|r| r.change.is_none());
        assert_eq!(unchanged.count(), kept);
    }
}
