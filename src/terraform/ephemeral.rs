//! Ephemeral values: they are there during one run, and Terraform refuses them wherever something keeps
//! them, a plan, a state or an address.

use super::eval::is_error;
use super::is_azurerm;
use super::module::{Named, Resource, Variable};
use super::refs::{Mode, Target};
use super::unit::{ResourceInstance, Unit};
use crate::declared::Problem;
use crate::value::{Data, Entry, Value};

/// A resource of Terraform's own. It has no write-only arguments.
const OWN: &str = "terraform_data";
/// How the names of arguments end that are sent and never kept.
pub(super) const WRITE_ONLY: &str = "_wo";

/// The part of a value that is ephemeral in some case, but for what stands under a name of these. What
/// could not be evaluated says what is wrong elsewhere.
fn part<'v>(value: &'v Value, except: &impl Fn(&str) -> bool) -> Option<&'v Value> {
    if value.marks().ephemeral {
        return (!is_error(value)).then_some(value);
    }
    match &value.data {
        Data::List(list) => list.items.iter().find_map(|item| part(item, except)),
        Data::Object(object) => {
            let mut entries = object.entries.iter().filter(|e| !except(&e.key));
            entries.find_map(|e| part(&e.value, except))
        }
        Data::Cases(cases) => part(&cases.then, except).or_else(|| part(&cases.otherwise, except)),
        _ => None,
    }
}

/// The part of a value that is ephemeral in some case.
fn any_part(value: &Value) -> Option<&Value> {
    part(value, &|_| false)
}

/// With null for each part that is ephemeral.
pub(super) fn lasting(value: &Value) -> Value {
    if value.marks().ephemeral {
        return Value::null()
            .sensitive(value.marks().sensitive)
            .with_origin_of(value);
    }
    let mut out = value.clone();
    if is_lasting(value) {
        return out;
    }
    match &mut out.data {
        Data::List(list) => list.items = list.items.iter().map(lasting).collect(),
        Data::Object(object) => {
            object.entries = object
                .entries
                .iter()
                .map(|e| Entry {
                    value: lasting(&e.value),
                    ..e.clone()
                })
                .collect();
        }
        Data::Cases(cases) => {
            let [then, otherwise] = [&cases.then, &cases.otherwise].map(lasting);
            return Value::cases(cases.cond.clone(), then, otherwise).with_origin_of(value);
        }
        _ => {}
    }
    out
}

/// Whether no part is ephemeral, in no case.
fn is_lasting(value: &Value) -> bool {
    !value.marks().ephemeral
        && match &value.data {
            Data::List(list) => list.items.iter().all(is_lasting),
            Data::Object(object) => object.entries.iter().all(|e| is_lasting(&e.value)),
            Data::Cases(cases) => is_lasting(&cases.then) && is_lasting(&cases.otherwise),
            _ => true,
        }
}

/// An ephemeral value for a variable that is not.
pub(super) fn argument(variable: &Variable, given: &Value) -> Option<Problem> {
    let part = any_part(given).filter(|_| !variable.marks.ephemeral)?;
    let message = format!(
        "variable `{}` of the module takes no ephemeral value",
        variable.name
    );
    Some(
        Problem::of(part, message)
            .help("declare it with `ephemeral = true`, or give another value"),
    )
}

/// Ephemeral values in arguments that are kept. What providers write only is known by its name, of those
/// that keep to that.
pub(super) fn arguments(declared: &Resource, instances: &[ResourceInstance]) -> Vec<Problem> {
    let write_only = match declared.mode {
        Mode::Managed if is_azurerm(&declared.kind) => |name: &str| name.ends_with(WRITE_ONLY),
        Mode::Managed if &*declared.kind == OWN => |_: &str| false,
        Mode::Data => |_: &str| false,
        _ => return Vec::new(),
    };
    let mut out: Vec<Problem> = Vec::new();
    for object in instances.iter().filter_map(|i| i.body.as_object()) {
        for entry in object.entries.iter().filter(|e| !write_only(&e.key)) {
            let Some(part) = part(&entry.value, &write_only) else {
                continue;
            };
            let message = format!(
                "`{}` of `{}` is kept in the state, so it takes no ephemeral value",
                entry.key,
                declared.local_address()
            );
            let problem = Problem::of(part, message)
                .help("use a write-only argument, or a value that is not ephemeral");
            if !out.contains(&problem) {
                out.push(problem);
            }
        }
    }
    out
}

impl Unit<'_> {
    /// Ephemeral values of outputs that are not, and ephemeral outputs that hold nothing of the sort. A
    /// directory that nobody calls here may be meant to be called, so its ephemeral outputs are just
    /// told.
    pub(super) fn check_output(&mut self, instance: usize, output: &Named, value: &Value) {
        let at = &self.instances[instance];
        if at.module.known {
            return;
        }
        let name = &output.name;
        if !output.marks.ephemeral {
            if let Some(part) = any_part(value) {
                let message = format!("output `{name}` is not ephemeral, but its value is");
                let help = match at.caller {
                    Some(_) => "declare the output with `ephemeral = true`",
                    None => {
                        "a root has no ephemeral outputs: leave it out, or wrap its value in `ephemeralasnull`"
                    }
                };
                self.tell(Problem::of(part, message).help(help), false);
            }
            return;
        }
        let root = at.caller.is_none();
        let lasting = |target: &Target| match (target, at.module.find(target)) {
            (Target::Variable(_), Some(i)) => !at.module.variables[i].marks.ephemeral,
            _ => false,
        };
        if any_part(value).is_none() && output.refs.iter().all(|r| lasting(&r.target)) {
            let message = format!("output `{name}` is ephemeral, but its value is not");
            let problem = Problem::at(output.value.span, message)
                .help("remove `ephemeral = true`: Terraform takes only ephemeral values there");
            self.tell(problem, false);
        } else if root {
            let message = format!("output `{name}` is ephemeral");
            let problem = Problem::at(output.value.span, message)
                .help("Terraform takes such outputs of modules that are called, not of a root");
            self.tell(problem, true);
        }
    }
}
