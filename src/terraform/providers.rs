//! Providers of a module: the versions that it requires, and the configurations beside the default ones.

use super::module::Module;
use super::syntax::ast::{Block, Expr, Kind, Name, StepKind};
use super::versions;
use crate::declared::Problem;
use crate::source::Span;

impl Module {
    /// A `provider` block.
    pub(super) fn provider(&mut self, name: &Name, block: &Block) {
        if let Some(alias) = block.body.get("alias").and_then(Expr::as_str) {
            self.aliases.insert(format!("{name}.{alias}"));
        }
        if let Some(version) = block.body.get("version") {
            self.constrain(&format!("hashicorp/{name}"), version);
        }
    }

    /// A `terraform` block.
    pub(super) fn required(&mut self, block: &Block) {
        if let Some(version) = block.body.get("required_version") {
            self.readable(version, versions::readable);
        }
        for providers in block
            .body
            .blocks()
            .filter(|b| &*b.kind == "required_providers")
        {
            for a in providers.body.attributes() {
                let mut source = format!("hashicorp/{}", a.name);
                let mut version = a.value.as_str().map(|_| &a.value);
                if let Kind::Object(items) = &a.value.kind {
                    for item in items {
                        match (item.key.as_str(), &item.value) {
                            (Some("source"), value) => {
                                let s = value.as_str().unwrap_or_default().to_lowercase();
                                source = versions::without_host(&s).to_owned();
                            }
                            (Some("version"), value) => version = Some(value),
                            (Some("configuration_aliases"), value) => {
                                if let Kind::List(names) = &value.kind {
                                    self.aliases.extend(names.iter().filter_map(alias));
                                }
                            }
                            _ => {}
                        }
                    }
                }
                if let Some(version) = version {
                    self.constrain(&source, version);
                }
            }
        }
    }

    fn constrain(&mut self, source: &str, version: &Expr) {
        if let Some(text) = version.as_str() {
            self.constraints.push((source.to_owned(), text.to_owned()));
            self.readable(version, versions::readable_of_provider);
        }
    }

    /// Tells of a constraint on versions that can't be read.
    fn readable(&mut self, version: &Expr, readable: fn(&str) -> bool) {
        if version.as_str().is_some_and(|v| !readable(v)) {
            self.problems.push(
                Problem::at(version.span, "this is no constraint on versions")
                    .help("write it like `>= 1.5, < 2.0` or `~> 4.0`"),
            );
        }
    }

    /// Configurations of providers that are chosen and not there.
    pub(super) fn check_providers(&mut self) {
        let resources = self.resources.iter().map(|r| &r.block.body);
        let chosen = resources.filter_map(|body| body.get("provider"));
        let calls = self.calls.iter().map(|c| &c.block.body);
        let handed = calls.filter_map(|body| match &body.get("providers")?.kind {
            Kind::Object(items) => Some(items.iter().map(|item| &item.value)),
            _ => None,
        });
        let mut found: Vec<(String, Span)> = Vec::new();
        for expr in chosen.chain(handed.flatten()) {
            let Some(alias) = alias(expr).filter(|a| !self.aliases.contains(a)) else {
                continue;
            };
            if !found.iter().any(|(told, _)| *told == alias) {
                found.push((alias, expr.span));
            }
        }
        self.problems.extend(found.into_iter().map(|(alias, span)| {
            let (provider, name) = alias.split_once('.').unwrap_or((&alias, ""));
            Problem::at(span, format!("provider `{alias}` is not configured here")).help(format!(
                "declare it: `provider \"{provider}\" {{ alias = \"{name}\" }}`, or in a module \
                 that gets it from its caller under `configuration_aliases`"
            ))
        }));
    }
}

/// The provider configuration that an expression names, if not a default one: `azurerm.hub`.
fn alias(expr: &Expr) -> Option<String> {
    match &expr.kind {
        // JSON, and old files, quote it.
        Kind::Literal(value) => value
            .as_str()
            .filter(|s| s.contains('.'))
            .map(str::to_owned),
        Kind::Traverse(t) => match (&t.root.kind, t.steps.first().map(|s| &s.kind)) {
            (Kind::Name(provider), Some(StepKind::Attr(alias))) => {
                Some(format!("{provider}.{alias}"))
            }
            _ => None,
        },
        _ => None,
    }
}
