//! References to what is not there: within a module, and across calls.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;

use super::module::{Module, ModuleCall, shown};
use super::refs::{Collector, Follows, Ref, Target};
use super::syntax::ast::Name;
use super::unit::Unit;
use crate::declared::Problem;
use crate::files::normalize;
use crate::source::Span;

impl Module {
    /// All references of the module's declarations.
    fn references(&self) -> impl Iterator<Item = &Ref> {
        let lists = [&self.locals, &self.outputs]
            .into_iter()
            .flatten()
            .flat_map(|n| n.refs.iter().chain(&n.waits));
        let resources = self
            .resources
            .iter()
            .flat_map(|r| r.refs.iter().chain(&r.waits));
        let calls = self.calls.iter().flat_map(|c| {
            c.refs
                .iter()
                .chain(&c.waits)
                .chain(c.inputs.values().flatten())
        });
        lists.chain(resources).chain(calls).chain(&self.other_refs)
    }

    /// Each reference to something that is not declared, once.
    pub(super) fn check_references(&mut self) {
        let mut missing: Vec<(Target, Span)> = Vec::new();
        for r in self.references() {
            let known = r.dynamic || self.find(&r.target).is_some();
            if !known && !missing.iter().any(|(t, _)| *t == r.target) {
                missing.push((r.target.clone(), r.span));
            }
        }
        for (target, span) in missing {
            self.problems.push(undeclared(&target, span));
        }
    }
}

impl Module {
    /// References to instances of what is not repeated, and past those of what is. Terraform refuses
    /// them also where nothing looks at them.
    pub(super) fn check_instances(&mut self) {
        let mut found: Vec<Problem> = Vec::new();
        for r in self.references().filter(|r| !r.dynamic) {
            let (Target::Resource(..), Some(i)) = (&r.target, self.find(&r.target)) else {
                continue;
            };
            let body = &self.resources[i].block.body;
            let repeated = body.repetition().map(|(name, _)| name).next();
            let name = shown(&r.target);
            let problem = Problem::at(
                r.span,
                match (r.follows, repeated) {
                    (Follows::Key, None) => {
                        format!(
                            "`{name}` has neither `count` nor `for_each`, so it has no instances"
                        )
                    }
                    (Follows::Attribute, Some(by)) => {
                        format!("`{name}` has `{by}`, and this names none of its instances")
                    }
                    _ => continue,
                },
            );
            let problem = problem.help(match repeated {
                None => format!("leave out the brackets behind `{name}`"),
                Some("count") => format!("write `{name}[0]`, or `{name}[*]` for all of them"),
                Some(_) => format!("write `{name}[\"KEY\"]`, or `values({name})` for all of them"),
            });
            if found.iter().all(|p| p.message != problem.message) {
                found.push(problem);
            }
        }
        self.problems.extend(found);
    }
}

/// What to say of a reference to something that is not declared.
pub(super) fn undeclared(target: &Target, span: Span) -> Problem {
    let help = match target {
        Target::Variable(name) => format!("declare it: `variable \"{name}\" {{}}`"),
        Target::Local(_) => "declare it in a `locals` block of this directory".into(),
        Target::Module(..) => "declare the module call in this directory".into(),
        Target::Resource(..) => {
            "declare it in this directory; resources of other modules are reached through outputs"
                .into()
        }
    };
    Problem::at(span, format!("`{}` is not declared", shown(target))).help(help)
}

impl Module {
    /// `each`, `count` and `self` where nothing is repeated; `count` beside `for_each`; calls
    /// of functions that there are not.
    pub(super) fn check_repetition(&mut self) {
        let mut found = Vec::new();
        for named in self.locals.iter().chain(&self.outputs) {
            let mut collector = Collector::default();
            collector.expr(&named.value);
            found.extend(misplaced(&collector, &[]));
            found.extend(no_calls(&collector));
        }
        let resources = self.resources.iter().map(|r| {
            let target = Target::Resource(r.mode, r.kind.clone(), r.name.clone());
            (shown(&target), &r.block)
        });
        let calls = self.calls.iter();
        let calls = calls.map(|c| (format!("module.{}", c.name), &c.block));
        for (name, block) in resources.chain(calls) {
            let (count, for_each) = (block.body.get("count"), block.body.get("for_each"));
            if let (Some(_), Some(for_each)) = (count, for_each) {
                found.push(
                    Problem::at(
                        for_each.span,
                        format!("`{name}` has both `count` and `for_each`"),
                    )
                    .help("remove one of them"),
                );
            }
            let mut may = Vec::new();
            may.extend(count.map(|_| "count"));
            may.extend(for_each.map(|_| "each"));
            let mut collector = Collector::default();
            let apart = [
                "provisioner",
                "connection",
                "lifecycle",
                "count",
                "for_each",
            ];
            collector.body(&block.body, &apart);
            let mut repetition = Collector::default();
            count
                .iter()
                .chain(&for_each)
                .for_each(|e| repetition.expr(e));
            for (collector, may) in [(&collector, &may[..]), (&repetition, &[])] {
                found.extend(misplaced(collector, may));
                found.extend(no_calls(collector));
            }
            let lifecycle = block.body.blocks_of("lifecycle");
            for condition in lifecycle.flat_map(|b| b.body.blocks()) {
                let mut collector = Collector::default();
                collector.body(&condition.body, &[]);
                let after = &*condition.kind == "postcondition";
                let may: Vec<&str> = may.iter().copied().chain(after.then_some("self")).collect();
                found.extend(misplaced(&collector, &may));
                found.extend(no_calls(&collector));
            }
        }
        self.problems.extend(found);
    }

    /// Files that `templatefile` renders, as far as their paths are written out.
    pub(super) fn rendered(&self) -> Vec<PathBuf> {
        let mut collector = Collector::default();
        for named in self.locals.iter().chain(&self.outputs) {
            collector.expr(&named.value);
        }
        let resources = self.resources.iter().map(|r| &r.block);
        for block in resources.chain(self.calls.iter().map(|c| &c.block)) {
            collector.body(&block.body, &[]);
        }
        let paths = collector.rendered.iter();
        paths
            .map(|path| normalize(&self.directory.join(path)))
            .collect()
    }

    /// Cycles through `depends_on` and the like, which no value runs through.
    pub(super) fn check_waiting(&mut self) {
        let edges: Vec<Vec<usize>> = self
            .resources
            .iter()
            .map(|r| self.reached(r.refs.iter().chain(&r.waits)))
            .collect();
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        let mut found = Vec::new();
        for (i, resource) in self.resources.iter().enumerate() {
            for next in self.reached(resource.waits.iter()) {
                if next == i || seen.contains(&i) {
                    continue;
                }
                let Some(path) = path(&edges, next, i) else {
                    continue;
                };
                let names: Vec<String> = std::iter::once(i)
                    .chain(path.iter().copied())
                    .map(|i| {
                        let r = &self.resources[i];
                        shown(&Target::Resource(r.mode, r.kind.clone(), r.name.clone()))
                    })
                    .collect();
                seen.extend(path);
                let message = format!("a cycle of dependencies: {}", names.join(" → "));
                found.push(
                    Problem::at(resource.block.header, message)
                        .help("Terraform refuses cycles; let one of them not wait for the next"),
                );
            }
        }
        self.problems.extend(found);
    }

    /// The resources that references lead to, directly or through locals.
    fn reached<'r>(&'r self, refs: impl Iterator<Item = &'r Ref>) -> Vec<usize> {
        let mut out = Vec::new();
        let mut open: Vec<&Ref> = refs.collect();
        let mut seen = BTreeSet::new();
        while let Some(r) = open.pop() {
            let Some(index) = self.find(&r.target) else {
                continue;
            };
            match &r.target {
                Target::Resource(..) => out.push(index),
                Target::Local(_) if seen.insert(index) => open.extend(&self.locals[index].refs),
                _ => {}
            }
        }
        out
    }
}

/// The way from one node to another, both included; the shortest.
fn path(edges: &[Vec<usize>], from: usize, to: usize) -> Option<Vec<usize>> {
    let mut before: Vec<Option<usize>> = vec![None; edges.len()];
    before[from] = Some(from);
    let mut open = VecDeque::from([from]);
    while let Some(node) = open.pop_front() {
        if node == to {
            let mut way = vec![to];
            while let Some(&last) = way.last()
                && last != from
            {
                way.push(before[last]?);
            }
            way.reverse();
            return Some(way);
        }
        for &next in &edges[node] {
            if before[next].is_none() {
                before[next] = Some(node);
                open.push_back(next);
            }
        }
    }
    None
}

/// What an expression reads of a repetition that there is not; each name once.
fn misplaced(collector: &Collector, may: &[&str]) -> Vec<Problem> {
    let mut told: Vec<&Name> = Vec::new();
    let mut out = Vec::new();
    for (name, span) in &collector.repeated {
        if may.contains(&&**name) || told.contains(&name) {
            continue;
        }
        told.push(name);
        let help = match &**name {
            "each" => "it exists in blocks with `for_each`",
            "count" => "it exists in blocks with `count`",
            _ => "it exists in provisioners, connections and postconditions of a resource",
        };
        out.push(Problem::at(*span, format!("`{name}` has no meaning here")).help(help));
    }
    out
}

/// Calls that Terraform refuses; each fault once.
fn no_calls(collector: &Collector) -> Vec<Problem> {
    let mut out: Vec<Problem> = Vec::new();
    for (message, span) in &collector.no_calls {
        if out.iter().all(|p| p.message != *message) {
            let help = "azvet knows the functions of Terraform 1.11; correct the call";
            out.push(Problem::at(*span, message).help(help));
        }
    }
    out
}

impl Unit<'_> {
    /// What does not fit between a call and the module that it leads to, whether it has instances or not.
    pub(super) fn check_calls(&mut self) {
        let instances = self.instances.iter().map(|at| (&at.module, &at.callees));
        let idle = self.idle.values().map(|idle| (&idle.module, &idle.callees));
        let mut found: Vec<Problem> = Vec::new();
        // Each directory once: its calls lead to the same modules.
        let mut seen = BTreeSet::new();
        let mut fresh = |module: &Module| !module.known && seen.insert(module.directory.clone());
        for (module, callees) in instances.chain(idle).filter(|(m, _)| fresh(m)) {
            for (call, callee) in module.calls.iter().zip(callees) {
                if let Ok(target) = callee {
                    found.extend(call_faults(module, call, target));
                }
            }
        }
        for problem in found {
            self.tell(problem, false);
        }
    }
}

/// Arguments that a called module needs or does not declare, and outputs that are read of it and not there.
fn call_faults(module: &Module, call: &ModuleCall, target: &Module) -> Vec<Problem> {
    let given = |name: &Name| call.inputs.contains_key(name);
    let needed = target.variables.iter().filter(|v| v.default.is_none());
    let mut out: Vec<Problem> = needed
        .filter(|v| !given(&v.name))
        .map(|v| {
            let (call_name, name) = (&call.name, &v.name);
            let message = format!("module `{call_name}` is called without its argument `{name}`");
            Problem::at(call.block.header, message)
                .help(format!("add `{name} = …`, or give the variable a default"))
        })
        .collect();
    // A directory with errors may lack what a broken block declares.
    if target.known || !target.whole {
        return out;
    }
    for a in call.block.body.attributes().filter(|a| given(&a.name)) {
        if !target.variables.iter().any(|v| v.name == a.name) {
            let message = format!("module `{}` has no variable `{}`", call.name, a.name);
            out.push(
                Problem::at(a.name_span, message)
                    .help("remove the argument, or declare the variable in the module"),
            );
        }
    }
    for (output, span) in reads(module, &call.name) {
        if !target.outputs.iter().any(|o| o.name == output) {
            let message = format!("module `{}` has no output `{output}`", call.name);
            out.push(
                Problem::at(span, message)
                    .help("declare the output in the module, or read another one"),
            );
        }
    }
    out
}

/// The outputs of a call that its module reads, each with the first place.
fn reads(module: &Module, call: &Name) -> Vec<(Name, Span)> {
    let mut out: Vec<(Name, Span)> = Vec::new();
    for r in module.references() {
        if let Target::Module(name, Some(output)) = &r.target
            && name == call
            && !r.may_lack
            && !out.iter().any(|(o, _)| o == output)
        {
            out.push((output.clone(), r.span));
        }
    }
    out
}
