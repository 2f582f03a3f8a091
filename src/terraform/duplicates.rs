//! Blocks of which a directory, or a block, has one at most.

use std::collections::BTreeSet;

use super::syntax::ast::{Block, Body, Expr, Kind};
use crate::declared::Problem;
use crate::source::Span;

/// What is seen for the first time, and what again.
#[derive(Default)]
struct Once {
    seen: BTreeSet<String>,
    found: Vec<Problem>,
}

impl Once {
    fn see(&mut self, what: String, at: Span) {
        if self.seen.contains(&what) {
            let problem = Problem::at(at, format!("{what} is there twice"));
            self.found.push(
                problem.help("Terraform takes one in all files together; remove one of them"),
            );
        }
        self.seen.insert(what);
    }
}

/// Of the blocks of a directory, override files aside. What has a name for references is looked at when
/// it is declared.
pub(super) fn of_directory(blocks: &[Block]) -> Vec<Problem> {
    let mut once = Once::default();
    for block in blocks {
        let label = block.labels.first();
        match (&*block.kind, label) {
            ("provider", Some(name)) => {
                let alias = block.body.get("alias").and_then(Expr::as_str);
                let alias = alias.map_or(String::new(), |alias| format!(".{alias}"));
                once.see(format!("provider `{name}{alias}`"), block.header);
            }
            ("check", Some(name)) => once.see(format!("check `{name}`"), block.header),
            ("import", _) if block.body.get("for_each").is_none() => {
                if let Some(Kind::Traverse(to)) = block.body.get("to").map(|to| &to.kind) {
                    once.see(format!("the import of `{}`", to.shown), block.header);
                }
            }
            ("terraform", _) => {
                for inner in block.body.blocks() {
                    let what = match (&*inner.kind, inner.labels.first()) {
                        ("backend" | "cloud", _) => "the `backend` or `cloud`".to_owned(),
                        ("required_providers", _) => "`required_providers`".to_owned(),
                        ("provider_meta", Some(name)) => format!("`provider_meta` of `{name}`"),
                        _ => continue,
                    };
                    once.see(what, inner.header);
                }
            }
            _ => {}
        }
        once.found.extend(of_block(block));
    }
    once.found
}

/// Of the blocks in a block.
fn of_block(block: &Block) -> Vec<Problem> {
    let single: &[&str] = match &*block.kind {
        "resource" | "data" | "ephemeral" => &["lifecycle", "connection"],
        "provisioner" => &["connection"],
        "check" => &["data"],
        _ => return Vec::new(),
    };
    let mut once = Once::default();
    for inner in inner(&block.body, single) {
        once.see(format!("`{}` of one block", inner.kind), inner.header);
    }
    for provisioner in inner(&block.body, &["provisioner"]) {
        once.found.extend(of_block(provisioner));
    }
    once.found
}

fn inner<'b>(body: &'b Body, kinds: &'b [&str]) -> impl Iterator<Item = &'b Block> {
    body.blocks().filter(|b| kinds.contains(&&*b.kind))
}
