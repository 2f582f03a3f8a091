//! What Terraform documents of its JSON output of plans (format 1.x), as far as azvet reads it:
//! developer.hashicorp.com/terraform/internals/json-format.

use serde_json::{Map, Value};

/// What in a plan is not as documented.
pub fn problems(text: &str) -> Vec<String> {
    let mut check = Check::default();
    match serde_json::from_str(text) {
        Ok(plan) => check.plan(&plan),
        Err(e) => check.problems.push(e.to_string()),
    }
    check.problems
}

#[derive(Default)]
struct Check {
    problems: Vec<String>,
}

/// What a member holds.
type Holds = fn(&Value) -> bool;

fn text(v: &Value) -> bool {
    v.is_string()
}
fn flag(v: &Value) -> bool {
    v.is_boolean()
}
fn object(v: &Value) -> bool {
    v.is_object()
}
fn list(v: &Value) -> bool {
    v.is_array()
}
fn number(v: &Value) -> bool {
    v.is_u64()
}
fn any(_: &Value) -> bool {
    true
}
/// An object, or null where there is none.
fn state(v: &Value) -> bool {
    v.is_object() || v.is_null()
}
/// `true` in the places of values that are so.
fn mask(v: &Value) -> bool {
    v.is_boolean()
        || v.as_object().is_some_and(|o| o.values().all(mask))
        || v.as_array().is_some_and(|a| a.iter().all(mask))
}
fn key(v: &Value) -> bool {
    v.is_string() || v.is_u64()
}
fn texts(v: &Value) -> bool {
    v.as_array().is_some_and(|a| a.iter().all(text))
}
fn mode(v: &Value) -> bool {
    matches!(v.as_str(), Some("managed" | "data"))
}
/// Every step is a name or a position.
fn paths(v: &Value) -> bool {
    let path = |p: &Value| p.as_array().is_some_and(|steps| steps.iter().all(key));
    v.as_array().is_some_and(|all| all.iter().all(path))
}
fn actions(v: &Value) -> bool {
    let known = [
        &["no-op"][..],
        &["create"],
        &["read"],
        &["update"],
        &["delete"],
        &["forget"],
        &["delete", "create"],
        &["create", "delete"],
        &["create", "forget"],
    ];
    let found: Option<Vec<&str>> = v
        .as_array()
        .map(|a| a.iter().filter_map(Value::as_str).collect());
    found.is_some_and(|found| known.contains(&&found[..]))
}

impl Check {
    /// An object with these members and no others; those with a star have to be there.
    fn members<'v>(
        &mut self,
        at: &str,
        value: &'v Value,
        known: &[(&str, Holds)],
    ) -> Option<&'v Map<String, Value>> {
        let Some(object) = value.as_object() else {
            self.problems.push(format!("{at}: no object"));
            return None;
        };
        let bare = |name: &str| name.trim_end_matches('*').to_owned();
        for (name, value) in object {
            match known.iter().find(|(known, _)| bare(known) == *name) {
                None => self
                    .problems
                    .push(format!("{at}: `{name}` is not documented")),
                Some((_, holds)) if !holds(value) => {
                    self.problems.push(format!("{at}.{name}: {value}"))
                }
                Some(_) => {}
            }
        }
        for (name, _) in known.iter().filter(|(name, _)| name.ends_with('*')) {
            if !object.contains_key(&bare(name)) {
                self.problems.push(format!("{at}: no `{}`", bare(name)));
            }
        }
        Some(object)
    }

    fn plan(&mut self, plan: &Value) {
        let known: [(&str, Holds); 17] = [
            ("format_version*", text),
            ("terraform_version", text),
            ("variables", object),
            ("planned_values", object),
            ("resource_drift", list),
            ("resource_changes", list),
            ("deferred_changes", list),
            ("output_changes", object),
            ("prior_state", object),
            ("configuration", object),
            ("relevant_attributes", list),
            ("checks", list),
            ("action_invocations", list),
            ("timestamp", text),
            ("applyable", flag),
            ("complete", flag),
            ("errored", flag),
        ];
        let Some(plan) = self.members("plan", plan, &known) else {
            return;
        };
        for change in plan
            .get("resource_changes")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            self.change(change);
        }
        if let Some(module) = plan
            .get("planned_values")
            .and_then(|v| v.get("root_module"))
        {
            self.module(module);
        }
        if let Some(module) = plan.get("configuration").and_then(|v| v.get("root_module")) {
            self.configuration(module);
        }
    }

    fn change(&mut self, change: &Value) {
        let known: [(&str, Holds); 12] = [
            ("address*", text),
            ("previous_address", text),
            ("module_address", text),
            ("mode*", mode),
            ("type*", text),
            ("name*", text),
            ("index", key),
            ("provider_name", text),
            ("deposed", text),
            ("action_reason", text),
            ("index_unknown", flag),
            ("change*", object),
        ];
        let at = change["address"].to_string();
        self.members(&at, change, &known);
        let known: [(&str, Holds); 9] = [
            ("actions*", actions),
            ("before*", state),
            ("after*", state),
            ("after_unknown*", mask),
            ("before_sensitive", mask),
            ("after_sensitive", mask),
            ("replace_paths", paths),
            ("importing", object),
            ("generated_config", text),
        ];
        self.members(&at, &change["change"], &known);
    }

    fn module(&mut self, module: &Value) {
        let known: [(&str, Holds); 3] = [
            ("address", text),
            ("resources", list),
            ("child_modules", list),
        ];
        let Some(module) = self.members("module", module, &known) else {
            return;
        };
        let items = |name: &str| {
            module
                .get(name)
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default()
        };
        for resource in items("resources") {
            let known: [(&str, Holds); 9] = [
                ("address*", text),
                ("mode*", mode),
                ("type*", text),
                ("name*", text),
                ("index", key),
                ("provider_name*", text),
                ("schema_version*", number),
                // Left out, though documented, where nothing is known.
                ("values", object),
                ("sensitive_values*", mask),
            ];
            self.members("planned value", &resource, &known);
        }
        items("child_modules")
            .iter()
            .for_each(|child| self.module(child));
    }

    fn configuration(&mut self, module: &Value) {
        let known: [(&str, Holds); 4] = [
            ("outputs", object),
            ("resources", list),
            ("module_calls", object),
            ("variables", object),
        ];
        let Some(module) = self.members("configuration", module, &known) else {
            return;
        };
        for resource in module
            .get("resources")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let known: [(&str, Holds); 11] = [
                ("address*", text),
                ("mode*", mode),
                ("type*", text),
                ("name*", text),
                ("provider_config_key", text),
                ("provisioners", list),
                ("expressions*", object),
                ("schema_version", number),
                ("count_expression", object),
                ("for_each_expression", object),
                ("depends_on", texts),
            ];
            self.members("configured resource", resource, &known);
            self.expressions(&resource["expressions"]);
        }
        for call in module
            .get("module_calls")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(Map::values)
        {
            let known: [(&str, Holds); 7] = [
                ("source", text),
                ("expressions", object),
                ("count_expression", object),
                ("for_each_expression", object),
                ("module", object),
                ("version_constraint", text),
                ("depends_on", texts),
            ];
            self.members("module call", call, &known);
            self.expressions(&call["expressions"]);
            self.configuration(&call["module"]);
        }
    }

    /// Expressions by argument; of blocks further ones.
    fn expressions(&mut self, expressions: &Value) {
        for (name, written) in expressions.as_object().into_iter().flatten() {
            let is_expression =
                written.get("references").is_some() || written.get("constant_value").is_some();
            if is_expression {
                let known: [(&str, Holds); 2] = [("references", texts), ("constant_value", any)];
                self.members(name, written, &known);
            }
            for block in written.as_array().into_iter().flatten() {
                self.expressions(block);
            }
        }
    }
}
