//! Functions, methods and macros.

use super::ast::{Name, Node, NodeKind};
use super::check::{Checked, Checker};
use super::code::{Ask, Code, Each, Function, OnChange, Op};
use super::error::ConditionError;
use super::types::{KindId, Type};
use crate::suggest::did_you_mean;

/// Functions, called `f(x)`.
const FUNCTIONS: &[&str] = &[
    "address",
    "all_of",
    "arm_type",
    "as_kind",
    "blocked",
    "blocking_rule",
    "comes_before",
    "contains_range",
    "created",
    "forces_replacement",
    "ignored",
    "free_number",
    "has",
    "int",
    "is_ipv4",
    "kind_is",
    "literal",
    "lookup",
    "mentions",
    "overlaps",
    "passes",
    "planned",
    "prefix_length",
    "prior",
    "reads",
    "size",
    "string",
    "waits_for",
    "written",
];

/// Methods, called `x.f()`.
const METHODS: &[&str] = &[
    "all",
    "contains",
    "endsWith",
    "exists",
    "exists_one",
    "filter",
    "lowerAscii",
    "map",
    "size",
    "split",
    "startsWith",
];

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        target: Option<&Node>,
        name: &Name,
        args: &[Node],
        node: &Node,
    ) -> Checked {
        let (op, ty) = match target {
            Some(target) => self.method(target, name, args, node)?,
            None => self.function(name, args, node)?,
        };
        Ok(Code {
            op,
            ty,
            range: node.range.clone(),
        })
    }

    fn method(
        &mut self,
        target: &Node,
        name: &Name,
        args: &[Node],
        node: &Node,
    ) -> Result<(Op, Type), ConditionError> {
        let text = match name.text.as_str() {
            "exists" => return self.each(Each::Exists, target, name, args, node),
            "all" => return self.each(Each::All, target, name, args, node),
            "exists_one" => return self.each(Each::ExistsOne, target, name, args, node),
            "filter" => return self.each(Each::Filter, target, name, args, node),
            "map" => return self.each(Each::Map, target, name, args, node),
            "size" => {
                count(name, args, 0, node)?;
                return self.size(target);
            }
            "startsWith" => (Function::StartsWith, 1, Type::Bool),
            "endsWith" => (Function::EndsWith, 1, Type::Bool),
            "contains" => (Function::Contains, 1, Type::Bool),
            "lowerAscii" => (Function::LowerAscii, 0, Type::TEXT),
            "split" => (Function::Split, 1, Type::list(Type::TEXT)),
            other => {
                let near = did_you_mean(other, METHODS.iter().copied());
                let error = ConditionError::new(
                    format!("unknown method `{other}`{near}"),
                    name.range.clone(),
                );
                return Err(if FUNCTIONS.contains(&other) {
                    error.help(format!("it is a function: `{other}(…)`"))
                } else {
                    error
                });
            }
        };
        let (function, wanted, ty) = text;
        let found = self.check(target)?;
        if let Type::List(_) | Type::Resources(_) | Type::AnyResources = found.ty {
            let error = ConditionError::new(
                format!(
                    "`{}` needs text, found {}",
                    name.text,
                    found.ty.shown(self.schema)
                ),
                found.range,
            );
            return Err(if function == Function::Contains {
                error.help("to look for a member, write `x in list`")
            } else {
                error.help("to ask about its members, write `.exists(x, …)`")
            });
        }
        self.wanted(&found, "text", |ty| {
            matches!(ty, Type::Text { .. } | Type::Any)
        })?;
        count(name, args, wanted, node)?;
        let mut codes = vec![found];
        for arg in args {
            codes.push(self.text(arg)?);
        }
        let caseless = codes.iter().any(|c| c.ty.caseless());
        let ty = match ty {
            Type::Text { .. } => Type::Text { caseless },
            Type::List(_) => Type::list(Type::Text {
                caseless: codes[0].ty.caseless(),
            }),
            ty => ty,
        };
        let op = Op::Call {
            function,
            args: codes,
            caseless,
        };
        Ok((op, ty))
    }

    fn function(
        &mut self,
        name: &Name,
        args: &[Node],
        node: &Node,
    ) -> Result<(Op, Type), ConditionError> {
        match name.text.as_str() {
            "size" => {
                let [of] = arguments(name, args, node)?;
                self.size(of)
            }
            "has" => {
                let [of] = arguments(name, args, node)?;
                if !matches!(of.kind, NodeKind::Member { .. }) {
                    return Err(ConditionError::new(
                        "`has` needs an attribute, such as `a.b`",
                        of.range.clone(),
                    )
                    .help("for anything else, write `!= null`"));
                }
                let of = self.check(of)?;
                Ok((self.null_test(of, true)?, Type::Bool))
            }
            "prefix_length" => self.plain(Function::PrefixLength, name, args, node, Type::Number),
            "is_ipv4" => self.plain(Function::IsIpv4, name, args, node, Type::Bool),
            "address" => self.plain(Function::Address, name, args, node, Type::Number),
            "literal" => {
                let [of] = arguments(name, args, node)?;
                let of = self.text(of)?;
                let caseless = of.ty.caseless();
                let op = Op::Call {
                    function: Function::Literal,
                    args: vec![of],
                    caseless,
                };
                Ok((op, Type::Text { caseless }))
            }
            "contains_range" => {
                let [outer, inner] = arguments(name, args, node)?;
                let outer = self.check(outer)?;
                self.wanted(&outer, "text or a list", |ty| {
                    matches!(ty, Type::Text { .. } | Type::List(_) | Type::Any)
                })?;
                let op = Op::Call {
                    function: Function::ContainsRange,
                    args: vec![outer, self.text(inner)?],
                    caseless: false,
                };
                Ok((op, Type::Bool))
            }
            "overlaps" => self.plain(Function::Overlaps, name, args, node, Type::Bool),
            "int" | "string" => {
                let [of] = arguments(name, args, node)?;
                let of = self.check(of)?;
                self.wanted(&of, "a number, text or boolean", |ty| {
                    matches!(
                        ty,
                        Type::Number | Type::Text { .. } | Type::Bool | Type::Any
                    )
                })?;
                let caseless = of.ty.caseless();
                let (function, ty) = match name.text.as_str() {
                    "int" => (Function::Int, Type::Number),
                    _ => (Function::String, Type::Text { caseless }),
                };
                let op = Op::Call {
                    function,
                    args: vec![of],
                    caseless,
                };
                Ok((op, ty))
            }
            "free_number" => {
                let [taken, near, limit] = arguments(name, args, node)?;
                let taken = self.check(taken)?;
                self.wanted(&taken, "a list", |ty| {
                    matches!(ty, Type::List(_) | Type::Any)
                })?;
                let mut args = vec![taken];
                for end in [near, limit] {
                    let end = self.check(end)?;
                    self.wanted(&end, "a number", |ty| {
                        matches!(ty, Type::Number | Type::Any)
                    })?;
                    args.push(end);
                }
                let op = Op::Call {
                    function: Function::FreeNumber,
                    args,
                    caseless: false,
                };
                Ok((op, Type::Number))
            }
            "created" => {
                let [of] = arguments(name, args, node)?;
                let of = self.resource(of)?;
                Ok((Op::Created(Box::new(of)), Type::Bool))
            }
            "written" => {
                let [of] = arguments(name, args, node)?;
                let of = self.check(of)?;
                Ok((Op::Written(Box::new(of)), Type::Bool))
            }
            "reads" => {
                let [of] = arguments(name, args, node)?;
                let of = self.check(of)?;
                Ok((Op::Reads(Box::new(of)), Type::TEXT))
            }
            "mentions" => {
                let [of, attribute] = arguments(name, args, node)?;
                let attribute = literal(attribute, "the name of an attribute")?.into();
                let of = Box::new(self.check(of)?);
                Ok((Op::Mentions { of, attribute }, Type::Bool))
            }
            "prior" => {
                let [of] = arguments(name, args, node)?;
                let of = self.resource(of)?;
                let ty = of.ty.clone();
                Ok((Op::Prior(Box::new(of)), ty))
            }
            "planned" => {
                let [of] = arguments(name, args, node)?;
                let of = self.resource(of)?;
                Ok((Op::Planned(Box::new(of)), Type::TEXT))
            }
            "forces_replacement" | "ignored" => {
                let [argument] = arguments(name, args, node)?;
                let Op::Attribute {
                    target: of,
                    name: attribute,
                } = self.check(argument)?.op
                else {
                    let text = format!(
                        "`{}` needs an attribute of a resource, such as `a.b`",
                        name.text
                    );
                    return Err(ConditionError::new(text, argument.range.clone()));
                };
                let does = match name.text.as_str() {
                    "ignored" => OnChange::Nothing,
                    _ => OnChange::Replaces,
                };
                let op = Op::OnChange {
                    does,
                    of,
                    name: attribute,
                };
                Ok((op, Type::Bool))
            }
            "waits_for" => {
                let [a, b] = arguments(name, args, node)?;
                let sides = Box::new([self.resource(a)?, self.resource(b)?]);
                Ok((Op::WaitsFor(sides), Type::Bool))
            }
            "arm_type" => {
                let [of] = arguments(name, args, node)?;
                let of = self.resource(of)?;
                Ok((Op::ArmType(Box::new(of)), Type::CASELESS))
            }
            "comes_before" => {
                let [a, b] = arguments(name, args, node)?;
                let sides = Box::new([self.resource(a)?, self.resource(b)?]);
                Ok((Op::ComesBefore(sides), Type::Bool))
            }
            "lookup" => {
                let [table, key] = arguments(name, args, node)?;
                let text = literal(table, "the name of a table")?;
                if !self.schema.table(text) {
                    return Err(ConditionError::new(
                        format!("unknown table `{text}`"),
                        table.range.clone(),
                    ));
                }
                let key = Box::new(self.text(key)?);
                let op = Op::Lookup {
                    table: text.into(),
                    key,
                };
                Ok((op, Type::Any))
            }
            "all_of" => {
                let [kind] = arguments(name, args, node)?;
                let kind = self.kind(kind)?;
                Ok((Op::AllOf(kind), Type::Resources(kind)))
            }
            "kind_is" => {
                let [of, kind] = arguments(name, args, node)?;
                let of = Box::new(self.resource(of)?);
                let kind = self.kind(kind)?;
                Ok((Op::KindIs { of, kind }, Type::Bool))
            }
            "as_kind" => {
                let [of, kind] = arguments(name, args, node)?;
                let of = Box::new(self.resource(of)?);
                let kind = self.kind(kind)?;
                Ok((Op::AsKind { of, kind }, Type::Resource(kind)))
            }
            "passes" => self.traffic(Ask::Passes, name, args, node),
            "blocked" => self.traffic(Ask::Blocked, name, args, node),
            "blocking_rule" => self.traffic(Ask::Rule, name, args, node),
            "spell" => Err(
                ConditionError::new("`spell` belongs in messages", name.range.clone()).help(
                    "write `{spell(resource.attribute)}`, and nothing else between the braces",
                ),
            ),
            other => {
                let near = did_you_mean(other, FUNCTIONS.iter().copied());
                let error = ConditionError::new(
                    format!("unknown function `{other}`{near}"),
                    name.range.clone(),
                );
                Err(if METHODS.contains(&other) {
                    error.help(format!("it is a method: `x.{other}(…)`"))
                } else {
                    error
                })
            }
        }
    }

    /// A function of texts: one for each of its arguments.
    fn plain(
        &mut self,
        function: Function,
        name: &Name,
        args: &[Node],
        node: &Node,
        ty: Type,
    ) -> Result<(Op, Type), ConditionError> {
        let wanted = match function {
            Function::Overlaps => 2,
            _ => 1,
        };
        count(name, args, wanted, node)?;
        let args = args
            .iter()
            .map(|arg| self.text(arg))
            .collect::<Result<Vec<_>, _>>()?;
        let op = Op::Call {
            function,
            args,
            caseless: false,
        };
        Ok((op, ty))
    }

    fn size(&mut self, of: &Node) -> Result<(Op, Type), ConditionError> {
        let of = self.check(of)?;
        if of.ty.is_resources() {
            return Ok((Op::Count(Box::new(of)), Type::Number));
        }
        self.wanted(&of, "a list, collection or text", |ty| {
            matches!(ty, Type::List(_) | Type::Text { .. } | Type::Any)
        })?;
        let function = match of.ty {
            Type::List(_) => Function::Members,
            _ => Function::Size,
        };
        let op = Op::Call {
            function,
            args: vec![of],
            caseless: false,
        };
        Ok((op, Type::Number))
    }

    fn kind(&self, node: &Node) -> Result<KindId, ConditionError> {
        let name = literal(node, "the name of a kind")?;
        self.schema.kind(name).ok_or_else(|| {
            let kinds = self.schema.kinds();
            let near = did_you_mean(name, kinds.iter().map(String::as_str));
            ConditionError::new(format!("unknown kind `{name}`{near}"), node.range.clone())
        })
    }
}

fn literal<'n>(node: &'n Node, what: &str) -> Result<&'n str, ConditionError> {
    match &node.kind {
        NodeKind::Text(text) => Ok(text),
        _ => Err(ConditionError::new(
            format!("expected {what} in quotes"),
            node.range.clone(),
        )),
    }
}

pub(super) fn arguments<'n, const N: usize>(
    name: &Name,
    args: &'n [Node],
    node: &Node,
) -> Result<[&'n Node; N], ConditionError> {
    count(name, args, N, node)?;
    let refs: Vec<&Node> = args.iter().collect();
    refs.try_into().map_err(|_| miscounted(name, args, N, node))
}

pub(super) fn count(
    name: &Name,
    args: &[Node],
    wanted: usize,
    node: &Node,
) -> Result<(), ConditionError> {
    if args.len() == wanted {
        return Ok(());
    }
    Err(miscounted(name, args, wanted, node))
}

pub(super) fn miscounted(name: &Name, args: &[Node], wanted: usize, node: &Node) -> ConditionError {
    let plural = |n: usize| match n {
        0 => "no argument".to_owned(),
        1 => "1 argument".to_owned(),
        n => format!("{n} arguments"),
    };
    ConditionError::new(
        format!(
            "`{}` takes {}, found {}",
            name.text,
            plural(wanted),
            if args.is_empty() {
                "none".to_owned()
            } else {
                args.len().to_string()
            }
        ),
        name.range.start..node.range.end,
    )
}
