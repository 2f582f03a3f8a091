//! Messages with expressions in braces, and the places that findings point at.

use std::ops::Range;
use std::sync::Arc;

use super::ast::{Node, NodeKind};
use super::check::Checker;
use super::code::{Code, Expr, Op, Scope};
use super::error::ConditionError;
use super::eval::{Env, Run};
use super::parse;
use super::types::{Datum, ResourceId, Schema, Target, To, World};
use crate::source::Span;
use crate::value::{Assignment, Need, Value};

/// Conditions that a message or place looks behind.
const DEEPEST: usize = 3;

/// A message: text with expressions in braces. `{{` and `}}` stand for braces, and
/// `{spell(resource.attribute)}` for the attribute as the user's language writes it, `{address_of(resource)}` for what
/// Terraform code beside the resource at fault calls a resource, `{wait_for(resource)}` for the lines that make the
/// resource at fault wait for one.
#[derive(Clone, Debug)]
pub struct Template {
    source: Arc<str>,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Literal(String),
    Shown(Code),
    Spelt { resource: Code, member: String },
    Address(Code),
    Wait(Code),
}

impl Template {
    /// Compiles a message.
    ///
    /// # Errors
    /// The first thing wrong with it; its range is one of the whole message.
    pub fn compile(
        source: &str,
        scope: &Scope,
        schema: &dyn Schema,
    ) -> Result<Template, ConditionError> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut at = 0;
        while let Some(brace) = source[at..].find(['{', '}']).map(|i| at + i) {
            literal.push_str(&source[at..brace]);
            let rest = &source[brace..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                literal.push_str(&rest[..1]);
                at = brace + 2;
            } else if rest.starts_with('}') {
                let error = ConditionError::new("a `}` that closes nothing", brace..brace + 1);
                return Err(error.help("a brace itself is written `}}`"));
            } else {
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                let (node, end) = parse::parse_braced(source, brace + 1)?;
                parts.push(part(&node, scope, schema)?);
                at = end;
            }
        }
        literal.push_str(&source[at..]);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        Ok(Template {
            source: source.into(),
            parts,
        })
    }

    /// The message in a case. What is unknown is shown as `${…}`, what is absent as "nothing", what
    /// still depends on a condition as "a or b"; secrets are not shown.
    pub fn format(&self, env: &Env, world: &dyn World, sides: &Assignment) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => out.push_str(text),
                Part::Shown(code) => {
                    let shown = self.either(env, world, sides, DEEPEST, &|run| {
                        let datum = run.datum(code)?;
                        Ok(match &datum {
                            // What it is called may be a secret; which resource it is, is none.
                            Datum::Value(name) if name.is_sensitive() => {
                                named(run, code)?.map_or_else(|| name.shown(), |id| world.name(id))
                            }
                            _ => show(&datum, world),
                        })
                    });
                    out.push_str(&shown);
                }
                Part::Address(code) => {
                    let shown = self.either(env, world, sides, DEEPEST, &|run| {
                        Ok(only(&run.datum(code)?)
                            .map_or_else(|| NAMELESS.to_owned(), |id| world.address(id)))
                    });
                    out.push_str(&shown);
                }
                Part::Wait(code) => {
                    let shown = self.either(env, world, sides, DEEPEST, &|run| {
                        Ok(only(&run.datum(code)?)
                            .map_or_else(|| NAMELESS.to_owned(), |id| world.wait_for(id)))
                    });
                    out.push_str(&shown);
                }
                Part::Spelt { resource, member } => {
                    let shown = self.either(env, world, sides, DEEPEST, &|run| {
                        Ok(match run.target(resource)?.to {
                            To::Resource(id) => world.spell(id, member),
                            _ => member.clone(),
                        })
                    });
                    out.push_str(&shown);
                }
            }
        }
        out
    }

    /// What it is on both sides of an open condition.
    fn either(
        &self,
        env: &Env,
        world: &dyn World,
        sides: &Assignment,
        depth: usize,
        shown: &dyn Fn(&mut Run<'_>) -> Result<String, Need>,
    ) -> String {
        let Need(cond) = match shown(&mut Run::new(&self.source, env, world, sides)) {
            Ok(shown) => return shown,
            Err(need) => need,
        };
        if depth == 0 {
            return "…".into();
        }
        let side = |holds| self.either(env, world, &sides.with(&cond, holds), depth - 1, shown);
        let (then, otherwise) = (side(true), side(false));
        if then == otherwise {
            then
        } else {
            format!("{then} or {otherwise}")
        }
    }
}

fn part(node: &Node, scope: &Scope, schema: &dyn Schema) -> Result<Part, ConditionError> {
    let mut checker = Checker::new(scope, schema);
    let NodeKind::Call {
        target: None,
        name,
        args,
    } = &node.kind
    else {
        return checker.check(node).map(Part::Shown);
    };
    match &*name.text {
        "address_of" => return one(&mut checker, &name.text, args, &node.range).map(Part::Address),
        "wait_for" => return one(&mut checker, &name.text, args, &node.range).map(Part::Wait),
        _ => {}
    }
    if name.text != "spell" {
        return checker.check(node).map(Part::Shown);
    }
    let wrong = |range| {
        ConditionError::new("`spell` needs one attribute of a resource", range)
            .help("write `{spell(resource.attribute)}`")
    };
    let [argument] = &args[..] else {
        return Err(wrong(node.range.clone()));
    };
    // Checked as a whole, so that the attribute has to exist.
    match checker.check(argument)?.op {
        Op::Attribute { target, name } => Ok(Part::Spelt {
            resource: *target,
            member: name.to_string(),
        }),
        _ => Err(wrong(argument.range.clone())),
    }
}

/// In place of an address that is not known.
const NAMELESS: &str = "ADDRESS";

/// The resource in `{address_of(resource)}` and the like.
fn one(
    checker: &mut Checker<'_>,
    name: &str,
    args: &[Node],
    range: &Range<usize>,
) -> Result<Code, ConditionError> {
    let wrong = |range: &Range<usize>| {
        ConditionError::new(format!("`{name}` needs one resource"), range.clone())
            .help(format!("write `{{{name}(resource)}}`"))
    };
    let [argument] = args else {
        return Err(wrong(range));
    };
    let code = checker.check(argument)?;
    if code.ty.leads_to_resources() {
        Ok(code)
    } else {
        Err(wrong(&argument.range))
    }
}

/// The resource that it is, or the only one of several.
fn only(datum: &Datum) -> Option<ResourceId> {
    match datum {
        Datum::Resource(Target {
            to: To::Resource(id),
            ..
        }) => Some(*id),
        Datum::Resources(members) => match members.items[..] {
            [id] => Some(id),
            _ => None,
        },
        _ => None,
    }
}

/// The resource whose name is asked for.
fn named(run: &mut Run<'_>, code: &Code) -> Result<Option<ResourceId>, Need> {
    match &code.op {
        Op::Attribute { target, name } if &**name == "name" => Ok(match run.target(target)?.to {
            To::Resource(id) => Some(id),
            _ => None,
        }),
        _ => Ok(None),
    }
}

fn show(datum: &Datum, world: &dyn World) -> String {
    match datum {
        Datum::Value(value) if value.is_null() => nothing(value),
        Datum::Value(value) => listed(value),
        Datum::Resource(target) => match &target.to {
            To::Resource(id) => world.name(*id),
            To::Unknown(symbol) | To::Other(symbol) => Value::from(symbol.clone()).shown(),
            To::Null | To::Cases(_) => "nothing".into(),
        },
        Datum::Resources(members) => {
            let when = members.when.iter().map(|(id, _)| id);
            let ids = members.items.iter().chain(when);
            let mut names: Vec<String> = ids.map(|id| world.name(*id)).collect();
            if members.incomplete.is_some() || !members.possible.is_empty() {
                names.push("…".into());
            }
            if names.is_empty() {
                "nothing".into()
            } else {
                names.join(", ")
            }
        }
    }
}

/// A value as a sentence has it: the members of a list one after the other.
fn listed(value: &Value) -> String {
    match value.as_list() {
        Some(list) if !value.is_sensitive() && !list.items.is_empty() => {
            let mut members: Vec<String> = list.items.iter().map(Value::shown).collect();
            members.extend(list.rest.iter().map(|_| "…".to_owned()));
            members.join(", ")
        }
        _ => value.shown(),
    }
}

fn nothing(value: &Value) -> String {
    if value.is_sensitive() {
        value.shown()
    } else {
        "nothing".into()
    }
}

/// Where a finding points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Where the value stands, if it was written anywhere.
    pub span: Option<Span>,
    /// The last resource on the way to it: its head is the next best place.
    pub resource: Option<ResourceId>,
}

/// Where the value of an expression was written: for `server.subnet` the value of that attribute,
/// for a resource itself nothing but the resource.
pub fn place(expr: &Expr, env: &Env, world: &dyn World, sides: &Assignment) -> Place {
    let span = under_sides(env, world, sides, &expr.source, DEEPEST, &|run| {
        Ok(match run.datum(&expr.code)? {
            Datum::Value(value) => value.span(),
            Datum::Resource(target) => target.value.span(),
            Datum::Resources(_) => None,
        })
    });
    let resource = under_sides(env, world, sides, &expr.source, DEEPEST, &|run| {
        owner(run, &expr.code)
    });
    Place { span, resource }
}

/// The first answer that some side of the open conditions gives.
fn under_sides<T>(
    env: &Env,
    world: &dyn World,
    sides: &Assignment,
    source: &str,
    depth: usize,
    find: &dyn Fn(&mut Run<'_>) -> Result<Option<T>, Need>,
) -> Option<T> {
    match find(&mut Run::new(source, env, world, sides)) {
        Ok(found) => found,
        Err(_) if depth == 0 => None,
        Err(Need(cond)) => [true, false].into_iter().find_map(|holds| {
            under_sides(
                env,
                world,
                &sides.with(&cond, holds),
                source,
                depth - 1,
                find,
            )
        }),
    }
}

/// The resource whose attribute it is, or the last on the way that is there.
fn owner(run: &mut Run<'_>, code: &Code) -> Result<Option<ResourceId>, Need> {
    let target = match &code.op {
        Op::Attribute { target, .. } | Op::Entry { target, .. } => target,
        Op::Index(parts) => &parts[0],
        Op::AsKind { of, .. } => of,
        Op::Slot(_) => code,
        _ => return Ok(None),
    };
    if target.ty.is_resource()
        && let To::Resource(id) = run.target(target)?.to
    {
        return Ok(Some(id));
    }
    if matches!(code.op, Op::Slot(_)) {
        return Ok(None);
    }
    owner(run, target)
}
