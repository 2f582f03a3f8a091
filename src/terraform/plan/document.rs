//! The parts of a plan or state that matter: the resource instances of the world that it leads to, what
//! happens to each, and the configuration.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::json::Json;
use super::traversal::without_keys;
use crate::declared::Problem;
use crate::terraform::ephemeral::WRITE_ONLY;
use crate::terraform::module_of;

/// A plan, or a state: `terraform show -json` of either.
pub(super) struct Document<'a> {
    pub(super) root: Json<'a>,
    /// Sorted as the document has them; addresses are unique.
    pub(super) instances: Vec<Instance<'a>>,
    by_address: HashMap<&'a str, usize>,
    /// By address without the instance's own key.
    by_block: HashMap<&'a str, Vec<usize>>,
    /// The keys of module instances, by the address of the call; only of those that hold something.
    keys: BTreeMap<String, BTreeSet<&'a str>>,
    /// The configuration of resources by address without any keys.
    configured: HashMap<String, Json<'a>>,
    pub(super) problems: Vec<Problem>,
    pub(super) notices: Vec<Problem>,
}

/// A resource instance in the world that the plan leads to.
#[derive(Clone, Copy)]
pub(super) struct Instance<'a> {
    /// `module.db[0].azurerm_subnet.db["a"]`
    pub(super) address: &'a str,
    /// The type.
    pub(super) kind: &'a str,
    /// False for data sources.
    pub(super) managed: bool,
    /// Its object in the document.
    pub(super) entry: Json<'a>,
    /// Its attributes, as far as they are known.
    pub(super) after: Option<Json<'a>>,
    /// Which are not: `true` in the places of unknown values.
    pub(super) unknown: Option<Json<'a>>,
    /// Which are secret: likewise.
    pub(super) sensitive: Option<Json<'a>>,
    /// What happens to it; `None` where the document does not say, as in a state.
    pub(super) change: Option<Json<'a>>,
}

impl Instance<'_> {
    /// The address without the instance's own key.
    pub(super) fn block(&self) -> &str {
        without_key(self.address)
    }

    /// The instance's own key: `["a"]`, `[0]`, or nothing.
    pub(super) fn key(&self) -> &str {
        &self.address[self.block().len()..]
    }

    /// Whether any part of a top-level attribute is not known.
    pub(super) fn is_unknown(&self, attribute: &str) -> bool {
        self.unknown
            .is_some_and(|unknown| unknown.is(true) || unknown.get(attribute).is_some_and(any_true))
    }

    /// Whether it was given a write-only argument: plans and states have null for those, so providers
    /// pair each with a version, and end its name with `_wo`.
    pub(super) fn is_write_only(&self, attribute: &str) -> bool {
        let version = || self.after?.get(&format!("{attribute}_version"));
        attribute.ends_with(WRITE_ONLY) && version().is_some_and(|version| !version.is_null())
    }

    /// Whether anything of it is not known.
    pub(super) fn has_unknowns(&self) -> bool {
        self.unknown.is_some_and(any_true)
    }
}

fn any_true(mask: Json<'_>) -> bool {
    mask.is(true) || mask.items().any(any_true) || mask.members().any(|(_, inner)| any_true(inner))
}

/// An address without the key at its end.
fn without_key(address: &str) -> &str {
    if !address.ends_with(']') {
        return address;
    }
    match super::traversal::parts(address).last() {
        Some(key) if key.starts_with('[') => &address[..address.len() - key.len()],
        _ => address,
    }
}

/// Whether the configuration of a call is for several instances.
pub(super) fn repeats(call: Json<'_>) -> bool {
    let names = ["count_expression", "for_each_expression"];
    names.into_iter().any(|name| call.get(name).is_some())
}

impl<'a> Document<'a> {
    /// Takes a document apart.
    ///
    /// # Errors
    /// When it is of a format that is not known.
    pub(super) fn read(root: Json<'a>) -> Result<Document<'a>, Problem> {
        version(root)?;
        let mut document = Document {
            root,
            instances: Vec::new(),
            by_address: HashMap::new(),
            by_block: HashMap::new(),
            keys: BTreeMap::new(),
            configured: configured(root),
            problems: Vec::new(),
            notices: Vec::new(),
        };
        document.completeness();
        for change in root
            .get("resource_changes")
            .into_iter()
            .flat_map(Json::items)
        {
            document.change(change);
        }
        if let Some(values) = root.get("planned_values").or_else(|| root.get("values")) {
            values
                .get("root_module")
                .into_iter()
                .for_each(|m| document.module(m, true));
        }
        // What was read while planning stands in the state before; and so does what stays as it is, where a
        // plan is only of some targets, or of none.
        if let Some(module) = root.path(&["prior_state", "values", "root_module"]) {
            let unchanged = !document.is_complete() || document.by_address.is_empty();
            document.module(module, unchanged);
        }
        Ok(document)
    }

    /// Whether it tells what is there, and nothing of what is to come.
    pub(super) fn is_state(&self) -> bool {
        self.root.get("values").is_some()
    }

    /// Whether all that is configured and to be there is in it.
    pub(super) fn is_complete(&self) -> bool {
        let says = |name: &str, value: bool| self.root.get(name).is_some_and(|v| v.is(value));
        !says("complete", false) && !says("errored", true)
    }

    /// What is configured, by address without keys, in order.
    pub(super) fn blocks(&self) -> BTreeMap<&str, Json<'a>> {
        let blocks = self.configured.iter();
        blocks
            .map(|(address, block)| (&**address, *block))
            .collect()
    }

    /// What Terraform itself says is missing in the plan.
    fn completeness(&mut self) {
        if let Some(errored) = self.root.get("errored").filter(|e| e.is(true)) {
            self.problems.push(
                Problem::at(errored.span(), "this plan ends where Terraform failed; what would have come after is not in it")
                    .help("mend what `terraform plan` complains of, and make the plan again"),
            );
        } else if let Some(complete) = self.root.get("complete").filter(|c| c.is(false)) {
            self.notices.push(
                Problem::at(
                    complete.span(),
                    "this plan is one of several steps; what comes later is not in it",
                )
                .help("plans made with `-target`, and deferred changes, leave out resources"),
            );
        }
    }

    /// An entry of `resource_changes`.
    fn change(&mut self, entry: Json<'a>) {
        let Some(change) = entry.get("change") else {
            return;
        };
        let actions = || {
            change
                .get("actions")
                .into_iter()
                .flat_map(Json::items)
                .filter_map(Json::text)
        };
        let has = |wanted: &str| actions().any(|a| a == wanted);
        let replaced = has("create") && (has("delete") || has("forget"));
        // A deposed object is what is left of an earlier replacement: it goes.
        let goes =
            entry.get("deposed").is_some() || (!replaced && (has("delete") || has("forget")));
        if goes {
            // Not to be added from elsewhere.
            if entry.get("deposed").is_none()
                && let Some(address) = entry.get("address").and_then(Json::text)
            {
                self.by_address.insert(address, usize::MAX);
            }
            return;
        }
        self.add(entry, |instance| Instance {
            after: change.get("after").filter(|a| !a.is_null()),
            unknown: change.get("after_unknown"),
            sensitive: change.get("after_sensitive"),
            change: Some(change),
            ..instance
        });
    }

    /// A module of `planned_values` or of a state, with those below it.
    fn module(&mut self, module: Json<'a>, managed: bool) {
        let mut open = vec![module];
        while let Some(module) = open.pop() {
            for entry in module.get("resources").into_iter().flat_map(Json::items) {
                if !managed && entry.get("mode").and_then(Json::text) != Some("data") {
                    continue;
                }
                if entry.get("deposed_key").is_some() {
                    continue;
                }
                self.add(entry, |instance| Instance {
                    after: entry.get("values"),
                    sensitive: entry.get("sensitive_values"),
                    ..instance
                });
            }
            let inner = module.get("child_modules").into_iter();
            let inner: Vec<_> = inner.flat_map(Json::items).collect();
            open.extend(inner.into_iter().rev());
        }
    }

    fn add(&mut self, entry: Json<'a>, complete: impl FnOnce(Instance<'a>) -> Instance<'a>) {
        let text = |name: &str| entry.get(name).and_then(Json::text);
        let (Some(address), Some(kind)) = (text("address"), text("type")) else {
            self.problems.push(
                Problem::at(entry.span(), "a resource without `address` or `type`")
                    .help("this is not what `terraform show -json` writes; it was not checked"),
            );
            return;
        };
        if self.by_address.contains_key(address) {
            return;
        }
        let instance = complete(Instance {
            address,
            kind,
            managed: text("mode") != Some("data"),
            entry,
            after: None,
            unknown: None,
            sensitive: None,
            change: None,
        });
        let index = self.instances.len();
        self.by_address.insert(address, index);
        self.by_block
            .entry(without_key(address))
            .or_default()
            .push(index);
        self.instances.push(instance);
        let mut module = module_of(address);
        while let Some((outer, _, key)) = super::traversal::parent(module) {
            let call = &module[..module.len() - key.len() - ".".len()];
            let known = self.keys.entry(call.to_owned()).or_default();
            if !known.insert(key) {
                break;
            }
            module = outer;
        }
    }

    /// The keys of the instances of a module, by the address of the call.
    pub(super) fn keys(&self, call: &str) -> Vec<&'a str> {
        let keys = self.keys.get(call).into_iter().flatten();
        keys.copied().collect()
    }

    /// The instance of an address.
    pub(super) fn instance(&self, address: &str) -> Option<&Instance<'a>> {
        self.instances.get(*self.by_address.get(address)?)
    }

    /// The instances of a block, by its address without their keys.
    pub(super) fn of_block(&self, address: &str) -> impl Iterator<Item = &Instance<'a>> + Clone {
        let found = self.by_block.get(address).map_or(&[][..], Vec::as_slice);
        found.iter().map(|i| &self.instances[*i])
    }

    /// The configuration of a module, by the module's address (`module.db[0].`, empty for the root).
    pub(super) fn configuration(&self, module: &str) -> Option<Json<'a>> {
        let root = self.root.path(&["configuration", "root_module"])?;
        super::traversal::calls(module).try_fold(root, |at, (name, _)| {
            at.get("module_calls")?.get(name)?.get("module")
        })
    }

    /// The configuration of a module call, by the address of an instance of the module.
    pub(super) fn call(&self, module: &str) -> Option<Json<'a>> {
        let (parent, name, _) = super::traversal::parent(module)?;
        self.configuration(parent)?.get("module_calls")?.get(name)
    }

    /// Whether a module, or one that it is in, is called for several instances.
    pub(super) fn is_repeated(&self, module: &str) -> bool {
        super::traversal::parent(module).is_some_and(|(outer, ..)| {
            self.call(module).is_none_or(repeats) || self.is_repeated(outer)
        })
    }

    /// The configuration of a resource.
    pub(super) fn block(&self, instance: &Instance<'_>) -> Option<Json<'a>> {
        let address = without_keys(instance.address);
        self.configured.get(&address).copied()
    }
}

fn configured(root: Json<'_>) -> HashMap<String, Json<'_>> {
    let mut found = HashMap::new();
    let root = root.path(&["configuration", "root_module"]);
    let mut open: Vec<_> = root.map(|root| (String::new(), root)).into_iter().collect();
    while let Some((module, configuration)) = open.pop() {
        for resource in configuration
            .get("resources")
            .into_iter()
            .flat_map(Json::items)
        {
            if let Some(address) = resource.get("address").and_then(Json::text) {
                found.insert(format!("{module}{address}"), resource);
            }
        }
        for (name, call) in configuration
            .get("module_calls")
            .into_iter()
            .flat_map(Json::members)
        {
            let inner = call.get("module");
            open.extend(inner.map(|inner| (format!("{module}module.{name}."), inner)));
        }
    }
    found
}

/// Checks the format's version.
fn version(root: Json<'_>) -> Result<(), Problem> {
    const HELP: &str = "write it with `terraform show -json FILE`, FILE being a plan or a state";
    let Some(version) = root.get("format_version") else {
        return Err(Problem::at(
            root.span(),
            "no `format_version`: this is neither a plan nor a state",
        )
        .help(HELP));
    };
    match version.text().and_then(|v| v.split('.').next()) {
        // 0.1 and 0.2 are what became 1.0, unchanged in all that is read here.
        Some("0" | "1") => Ok(()),
        _ => Err(Problem::at(
            version.span(),
            format!(
                "plan format {} is not known; azvet reads 1.x",
                version.text().unwrap_or("of no version")
            ),
        )
        .help("a newer azvet may read it")),
    }
}
