//! Resources: their instances, and the value that references to them read.

use std::sync::Arc;

use super::expand::{self, Expansion, Told};
use super::module::Resource;
use super::refs::{Mode, Target};
use super::unit::{MOST_RESOURCES, ResourceInstance, Unit, repeated};
use super::{azapi, check, ephemeral, eval, resource};
use crate::declared::Problem;
use crate::value::{Cause, CauseKind, Reference, Symbol, Value, and};

impl Unit<'_> {
    pub(super) fn resource(&mut self, instance: usize, i: usize) -> Value {
        let at = &self.instances[instance];
        let module = at.module.clone();
        let declared = &module.resources[i];
        let target = Target::Resource(declared.mode, declared.kind.clone(), declared.name.clone());
        let local_name = super::module::shown(&target);
        let prefix = at.prefix();
        let exists = at.exists.clone();
        let address = format!("{prefix}{local_name}");
        let (mut told, mut problems) = (Told::default(), Vec::new());
        let (expansion, instances) = self.with_evaluator(instance, |ev, scope| {
            let expansion = expand::expand(ev, scope, &declared.block.body, &address, &mut told);
            let instances: Vec<ResourceInstance> = expansion
                .instances
                .iter()
                .take(MOST_RESOURCES.saturating_sub(self.resource_count))
                .map(|repetition| {
                    let scope = repeated(scope, repetition);
                    let certain = repetition.exists.as_bool() == Some(true);
                    let encoded = (&*declared.kind == azapi::RESOURCE)
                        .then(|| azapi::encoded_body(ev, &scope, &declared.block))
                        .flatten();
                    ResourceInstance {
                        address: format!("{address}{}", expansion.suffix(repetition)).into(),
                        exists: and(&exists, &repetition.exists),
                        body: match certain {
                            true => resource::body(ev, &scope, &declared.block),
                            false => ev.perhaps(|| resource::body(ev, &scope, &declared.block)),
                        },
                        encoded,
                    }
                })
                .collect();
            // Others are told where the module was read; what a broken block declares is not missing.
            let mut undeclared = ev.undeclared.take();
            undeclared.retain(|(_, span)| {
                let mut refs = declared.refs.iter();
                module.whole && refs.any(|r| r.dynamic && r.span == *span)
            });
            problems.extend(
                undeclared
                    .iter()
                    .map(|(t, span)| check::undeclared(t, *span)),
            );
            (expansion, instances)
        });
        problems.extend(ephemeral::arguments(declared, &instances));
        self.resource_count += instances.len();
        if instances.len() < expansion.instances.len() {
            problems.push(
                Problem::at(
                    declared.block.header,
                    format!("this configuration expands to more than {MOST_RESOURCES} resource instances, which is as many as azvet follows"),
                )
                .help("check parts of it by themselves"),
            );
        }
        self.tell_repetition(instance, &declared.block.body, told);
        for problem in problems {
            self.tell(problem, false);
        }
        let value = assemble(declared, &expansion, &instances, &address, &local_name);
        self.instances[instance].resources[i] = instances;
        value
    }
}

/// The value that references to a resource read.
fn assemble(
    declared: &Resource,
    expansion: &Expansion,
    instances: &[ResourceInstance],
    address: &str,
    local_name: &str,
) -> Value {
    let cause = match declared.mode {
        Mode::Managed => eval::deployed(local_name),
        _ => Cause::new(
            CauseKind::Outside,
            format!("`{local_name}` is read from outside"),
        ),
    };
    let symbol = |suffix: &str, resource: &Arc<str>| {
        Symbol::new(
            format!("{address}{suffix}"),
            format!("{local_name}{suffix}"),
            cause.clone(),
        )
        .never_null()
        .referring(Reference {
            resource: resource.clone(),
            attribute: "".into(),
        })
    };
    let any = expansion
        .instances
        .iter()
        .position(|i| i.key == expand::Key::Any)
        .and_then(|i| instances.get(i))
        .map_or_else(|| address.into(), |i| i.address.clone());
    expansion.assemble(&symbol("", &any), |i| match instances.get(i) {
        Some(instance) => {
            let suffix = expansion.identity(&expansion.instances[i]);
            let symbol = symbol(&suffix, &instance.address);
            match declared.mode {
                Mode::Ephemeral => resource::open(&instance.body, &symbol).ephemeral(true),
                _ => {
                    // What is only sent can't be read.
                    let body = ephemeral::lasting(&instance.body);
                    let body = azapi::with_output(&declared.kind, &body, &symbol);
                    resource::open(&body, &symbol)
                }
            }
        }
        None => eval::limit("there are more instances than azvet follows"),
    })
}
