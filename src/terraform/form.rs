//! The form of Terraform's own blocks: names, and what may and has to stand in them. Arguments and blocks
//! that came after 1.11, or are OpenTofu's, count as known.

use super::refs::{Collector, Target};
use super::syntax::ast::{Block, Body, Expr, Item, Kind, Name};
use crate::declared::Problem;

/// What a block may hold.
struct Form {
    kind: &'static str,
    arguments: &'static [&'static str],
    blocks: &'static [&'static str],
    /// Arguments that it has to have.
    required: &'static [&'static str],
}

const CONDITION: [&str; 2] = ["condition", "error_message"];

const fn condition(kind: &'static str) -> Form {
    Form {
        kind,
        arguments: &CONDITION,
        blocks: &[],
        required: &CONDITION,
    }
}

const FORMS: [Form; 12] = [
    Form {
        kind: "variable",
        arguments: &[
            "type",
            "default",
            "description",
            "sensitive",
            "nullable",
            "ephemeral",
            "deprecated",
            "const",
        ],
        blocks: &["validation"],
        required: &[],
    },
    Form {
        kind: "output",
        arguments: &[
            "value",
            "description",
            "sensitive",
            "ephemeral",
            "depends_on",
            "deprecated",
            "type",
        ],
        blocks: &["precondition"],
        // Told where outputs are read.
        required: &[],
    },
    Form {
        kind: "locals",
        arguments: &[],
        blocks: &[],
        required: &[],
    },
    Form {
        kind: "check",
        arguments: &[],
        blocks: &["assert", "data"],
        required: &[],
    },
    Form {
        kind: "moved",
        arguments: &["from", "to"],
        blocks: &[],
        required: &["from", "to"],
    },
    Form {
        kind: "removed",
        arguments: &["from"],
        blocks: &["lifecycle", "connection", "provisioner"],
        required: &["from"],
    },
    Form {
        kind: "import",
        arguments: &["to", "id", "identity", "for_each", "provider"],
        blocks: &["identity"],
        required: &["to"],
    },
    Form {
        kind: "lifecycle",
        arguments: &[
            "create_before_destroy",
            "prevent_destroy",
            "ignore_changes",
            "replace_triggered_by",
            "destroy",
            "enabled",
        ],
        blocks: &["precondition", "postcondition", "action_trigger"],
        required: &[],
    },
    condition("validation"),
    condition("precondition"),
    condition("postcondition"),
    condition("assert"),
];

/// Names of variables that mean something in a `module` block.
const RESERVED: [&str; 9] = [
    "source",
    "version",
    "providers",
    "provider",
    "count",
    "for_each",
    "lifecycle",
    "depends_on",
    "locals",
];

/// What is wrong with a block of a directory.
pub(super) fn faults(block: &Block) -> Vec<Problem> {
    let mut out = Vec::new();
    names(block, &mut out);
    inside(block, &mut out);
    conditions(block, &mut out);
    if &*block.kind == "variable" {
        out.extend(block.body.get("type").and_then(type_fault));
        if let Some(default) = block.body.get("default") {
            let mut read = Collector::default();
            read.expr(default);
            if read.reads_anything() {
                let problem = Problem::at(default.span, "a default can't refer to anything");
                out.push(problem.help("write the value itself, or use a local"));
            }
        }
    }
    out
}

fn names(block: &Block, out: &mut Vec<Problem>) {
    let expected = match &*block.kind {
        "resource" | "data" | "ephemeral" => 2,
        "variable" | "output" | "module" | "check" | "provider" => 1,
        "locals" | "terraform" | "moved" | "removed" | "import" => 0,
        _ => return,
    };
    if let Some(extra) = block.labels.get(expected) {
        let message = format!(
            "`{extra}` is one label too many for a `{}` block",
            block.kind
        );
        out.push(Problem::at(block.header, message).help("remove it"));
    }
    for label in block.labels.iter().filter(|l| !is_name(l)) {
        let message = format!("`{label}` is no name");
        out.push(Problem::at(block.header, message).help(
            "a name begins with a letter or underscore, and holds letters, digits, underscores and dashes",
        ));
    }
    let name = block.labels.first();
    if let ("variable", Some(name)) = (&*block.kind, name)
        && RESERVED.contains(&&**name)
    {
        let message = format!("a variable can't be called `{name}`");
        let help = "the word means something in `module` blocks; choose another name";
        out.push(Problem::at(block.header, message).help(help));
    }
}

/// Letters beyond ASCII are taken to be fine.
fn is_name(text: &str) -> bool {
    let fine = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    text.chars().all(fine) && !text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
}

/// Arguments and blocks that the block does not have, or lacks; through the blocks in it that are
/// Terraform's own.
fn inside(block: &Block, out: &mut Vec<Problem>) {
    let form = FORMS.iter().find(|f| f.kind == &*block.kind);
    if let Some(form) = form {
        for item in &block.body.items {
            let (name, span, known) = match item {
                Item::Attribute(a) if a.json || form.kind == "locals" => continue,
                Item::Attribute(a) => (&a.name, a.name_span, form.arguments),
                Item::Block(b) => (&b.kind, b.header, form.blocks),
            };
            if !known.contains(&&**name) {
                let message = format!("a `{}` block has no `{name}`", block.kind);
                out.push(Problem::at(span, message).help("remove it, or mend its name"));
            }
        }
        for name in form.required.iter().filter(|n| block.body.get(n).is_none()) {
            let message = format!("this `{}` lacks `{name}`", block.kind);
            out.push(Problem::at(block.header, message).help(format!("add `{name} = …`")));
        }
    }
    let own = match &*block.kind {
        "resource" | "data" | "ephemeral" => &["lifecycle"][..],
        _ => form.map_or(&[][..], |f| f.blocks),
    };
    for inner in block.body.blocks().filter(|b| own.contains(&&*b.kind)) {
        inside(inner, out);
        let of_managed = |name: &str| {
            name.contains("destroy") || name == "ignore_changes" || name.starts_with("replace_")
        };
        if matches!(&*block.kind, "data" | "ephemeral") {
            for a in inner.body.attributes().filter(|a| of_managed(&a.name)) {
                let message = format!(
                    "`{}` is for resources, not for `{}` blocks",
                    a.name, block.kind
                );
                out.push(Problem::at(a.name_span, message).help("remove it"));
            }
        }
    }
}

/// Conditions that look at nothing, or not at what they are about.
fn conditions(block: &Block, out: &mut Vec<Problem>) {
    let inner: Vec<&Block> = match &*block.kind {
        "check" => {
            if block.body.blocks_of("assert").next().is_none() && !json(&block.body) {
                let problem = Problem::at(block.header, "this `check` asserts nothing");
                out.push(problem.help("add an `assert` block"));
            }
            block.body.blocks().collect()
        }
        "variable" | "output" => block.body.blocks().collect(),
        "resource" | "data" | "ephemeral" => {
            let lifecycle = block.body.blocks_of("lifecycle");
            lifecycle.flat_map(|b| b.body.blocks()).collect()
        }
        _ => return,
    };
    for inner in inner {
        let Some(condition) = inner.body.get("condition") else {
            continue;
        };
        let mut read = Collector::default();
        read.expr(condition);
        let own = |name: &Name| Target::Variable(name.clone());
        let (fine, help) = match (&*inner.kind, block.labels.first()) {
            ("validation", Some(name)) => (
                read.refs.iter().any(|r| r.target == own(name)),
                format!("it has to refer to `var.{name}`"),
            ),
            ("precondition" | "postcondition" | "assert", _) => (
                read.reads_anything(),
                "it has to refer to something of the configuration".to_owned(),
            ),
            _ => continue,
        };
        if !fine {
            let problem = Problem::at(condition.span, "this condition checks nothing");
            out.push(problem.help(help));
        }
    }
}

/// What is no type in the value of `type`; what is between quotes is as old files write it.
fn type_fault(expr: &Expr) -> Option<Problem> {
    let fault = |expr: &Expr| {
        let help =
            "types are string, number, bool, any, list(…), set(…), map(…), object({…}), tuple([…])";
        Some(Problem::at(expr.span, "this is no type").help(help))
    };
    match &expr.kind {
        Kind::Literal(value) if value.as_str().is_some() => None,
        Kind::Name(name) => match &**name {
            "string" | "number" | "bool" | "any" | "list" | "set" | "map" => None,
            _ => fault(expr),
        },
        Kind::Call(call) => match (&*call.name, &call.args[..]) {
            ("list" | "set" | "map", [inner]) => type_fault(inner),
            (
                "tuple",
                [
                    Expr {
                        kind: Kind::List(items),
                        ..
                    },
                ],
            ) => items.iter().find_map(type_fault),
            (
                "object",
                [
                    Expr {
                        kind: Kind::Object(items),
                        ..
                    },
                ],
            ) => items.iter().find_map(|item| match &item.value.kind {
                Kind::Call(call) if &*call.name == "optional" => match &call.args[..] {
                    [inner] | [inner, _] => type_fault(inner),
                    _ => fault(&item.value),
                },
                _ => type_fault(&item.value),
            }),
            _ => fault(expr),
        },
        _ => fault(expr),
    }
}

/// Whether it is from JSON syntax, where blocks look like arguments.
fn json(body: &Body) -> bool {
    body.attributes().any(|a| a.json)
}
