//! Names and types: what passes here can be evaluated.

use super::ast::{Node, NodeKind};
use super::code::{Code, Op, Scope};
use super::error::ConditionError;
use super::types::{Schema, Type};
use crate::suggest::did_you_mean;
use crate::value::{Number, Value};

/// Uses of aliases in one expression, those inside aliases included.
const MOST_ALIASES: usize = 500;

/// Aliases within aliases.
const DEEPEST_ALIASES: usize = 4;

pub(super) type Checked = Result<Code, ConditionError>;

pub(super) struct Checker<'a> {
    pub(super) schema: &'a dyn Schema,
    scope: &'a Scope,
    /// The bindings, then the variables of the macros around.
    names: Vec<(String, Type)>,
    /// Uses of aliases so far, and how deep this is in aliases.
    aliases_used: usize,
    aliases_around: usize,
}

impl<'a> Checker<'a> {
    pub(super) fn new(scope: &'a Scope, schema: &'a dyn Schema) -> Checker<'a> {
        Checker {
            schema,
            scope,
            names: scope.bindings.clone(),
            aliases_used: 0,
            aliases_around: 0,
        }
    }

    /// `inner` with one more name; gives its slot, too.
    pub(super) fn with_name<T>(
        &mut self,
        name: &str,
        ty: Type,
        inner: impl FnOnce(&mut Self) -> T,
    ) -> (usize, T) {
        let slot = self.names.len();
        self.names.push((name.to_owned(), ty));
        let result = inner(self);
        self.names.truncate(slot);
        (slot, result)
    }

    pub(super) fn condition(&mut self, node: &Node) -> Checked {
        let code = self.check(node)?;
        self.wanted(&code, "true or false", |ty| {
            matches!(ty, Type::Bool | Type::Any)
        })?;
        Ok(code)
    }

    pub(super) fn number(&mut self, node: &Node) -> Checked {
        let code = self.check(node)?;
        self.wanted(&code, "a number", |ty| {
            matches!(ty, Type::Number | Type::Any)
        })?;
        Ok(code)
    }

    pub(super) fn text(&mut self, node: &Node) -> Checked {
        let code = self.check(node)?;
        self.wanted(&code, "text", |ty| {
            matches!(ty, Type::Text { .. } | Type::Any)
        })?;
        Ok(code)
    }

    pub(super) fn resource(&mut self, node: &Node) -> Checked {
        let code = self.check(node)?;
        self.wanted(&code, "a resource", Type::is_resource)?;
        Ok(code)
    }

    pub(super) fn wanted(
        &self,
        code: &Code,
        wanted: &str,
        fits: impl Fn(&Type) -> bool,
    ) -> Result<(), ConditionError> {
        if fits(&code.ty) {
            return Ok(());
        }
        let found = code.ty.shown(self.schema);
        let error = ConditionError::new(
            format!("expected {wanted}, found {found}"),
            code.range.clone(),
        );
        Err(if wanted == "true or false" && code.ty.is_resource() {
            error.help("to ask whether it is there, write `!= null`")
        } else {
            error
        })
    }

    pub(super) fn check(&mut self, node: &Node) -> Checked {
        let code = |op, ty| {
            Ok(Code {
                op,
                ty,
                range: node.range.clone(),
            })
        };
        match &node.kind {
            NodeKind::Null => code(Op::Const(Value::null()), Type::Null),
            NodeKind::Bool(b) => code(Op::Const((*b).into()), Type::Bool),
            NodeKind::Int(i) => code(Op::Const((*i).into()), Type::Number),
            NodeKind::Decimal(d) => code(
                Op::Const(crate::value::Data::Number(Number::from(*d)).into()),
                Type::Number,
            ),
            NodeKind::Text(s) => code(Op::Const(s.as_str().into()), Type::TEXT),
            NodeKind::Name(name) => match self.alias(name) {
                Some(meant) => self.meant(meant, node),
                None => {
                    let (slot, ty) = self.slot(name, node)?;
                    code(Op::Slot(slot), ty)
                }
            },
            NodeKind::List(items) => self.list(items, node),
            NodeKind::Member { target, name } => {
                let target = self.check(target)?;
                self.member(target, &name.text, node, name.range.clone())
            }
            NodeKind::Index { target, key } => self.index(target, key, node),
            NodeKind::Call { target, name, args } => self.call(target.as_deref(), name, args, node),
            NodeKind::Not(inner) => {
                let inner = self.condition(inner)?;
                code(Op::Not(Box::new(inner)), Type::Bool)
            }
            NodeKind::Negate(inner) => {
                let inner = self.number(inner)?;
                code(Op::Negate(Box::new(inner)), Type::Number)
            }
            NodeKind::Binary { op, left, right } => self.binary(*op, left, right, node),
            NodeKind::If(parts) => {
                let [cond, then, otherwise] = &**parts;
                let cond = self.condition(cond)?;
                let then = self.check(then)?;
                let otherwise = self.check(otherwise)?;
                let Some(ty) = then.ty.join(&otherwise.ty) else {
                    return Err(ConditionError::new(
                        format!(
                            "the two sides don't fit: {} and {}",
                            then.ty.shown(self.schema),
                            otherwise.ty.shown(self.schema)
                        ),
                        then.range.start..otherwise.range.end,
                    ));
                };
                code(Op::If(Box::new([cond, then, otherwise])), ty)
            }
        }
    }

    /// The expression that a name stands for, unless a macro's variable is called so.
    fn alias(&self, name: &str) -> Option<&'a Node> {
        let variables = &self.names[self.scope.bindings.len()..];
        if variables.iter().any(|(variable, _)| variable == name) {
            return None;
        }
        let mut aliases = self.scope.aliases.iter();
        aliases.find(|(n, _)| n == name).map(|(_, meant)| meant)
    }

    /// An alias's expression in the place of its name. It knows the bindings, and no variables of macros.
    fn meant(&mut self, meant: &Node, name: &Node) -> Checked {
        self.aliases_used += 1;
        if self.aliases_used > MOST_ALIASES || self.aliases_around == DEEPEST_ALIASES {
            let message = format!(
                "names in `let` can be used {MOST_ALIASES} times, and {DEEPEST_ALIASES} deep in each other"
            );
            return Err(ConditionError::new(message, name.range.clone()));
        }
        let variables = self.scope.bindings.len()..;
        let hidden: Vec<String> = self.names[variables.clone()]
            .iter_mut()
            .map(|(variable, _)| std::mem::take(variable))
            .collect();
        self.aliases_around += 1;
        let checked = self.check(&meant.clone().placed(&name.range));
        self.aliases_around -= 1;
        for ((variable, _), shown) in self.names[variables].iter_mut().zip(hidden) {
            *variable = shown;
        }
        checked
    }

    fn slot(&self, name: &str, node: &Node) -> Result<(usize, Type), ConditionError> {
        if let Some(slot) = self.names.iter().rposition(|(n, _)| n == name) {
            return Ok((slot, self.names[slot].1.clone()));
        }
        let aliases = self.scope.aliases.iter().map(|(n, _)| n.as_str());
        let names = self.names.iter().map(|(n, _)| n.as_str());
        let names = names.chain(aliases).filter(|n| !n.is_empty());
        let near = did_you_mean(name, names.clone());
        let error = ConditionError::new(format!("unknown name `{name}`{near}"), node.range.clone());
        let known: Vec<String> = names.map(|n| format!("`{n}`")).collect();
        Err(if known.is_empty() {
            error
        } else {
            error.help(format!("known here: {}", known.join(", ")))
        })
    }

    fn list(&mut self, items: &[Node], node: &Node) -> Checked {
        let mut codes = Vec::with_capacity(items.len());
        let mut ty: Option<Type> = None;
        for item in items {
            let code = self.check(item)?;
            let joined = match &ty {
                None => Some(code.ty.clone()),
                Some(ty) => ty.join(&code.ty),
            };
            ty = Some(joined.filter(|ty| !ty.is_resources()).ok_or_else(|| {
                ConditionError::new(
                    format!("{} does not fit into this list", code.ty.shown(self.schema)),
                    code.range.clone(),
                )
            })?);
            codes.push(code);
        }
        let (op, ty) = match ty {
            Some(Type::Resource(kind)) => (Op::ResourceList(codes), Type::Resources(kind)),
            Some(Type::AnyResource) => (Op::ResourceList(codes), Type::AnyResources),
            Some(Type::Null) | None => (Op::List(codes), Type::list(Type::Any)),
            Some(ty) => (Op::List(codes), Type::list(ty)),
        };
        Ok(Code {
            op,
            ty,
            range: node.range.clone(),
        })
    }

    fn member(
        &self,
        target: Code,
        name: &str,
        node: &Node,
        range: std::ops::Range<usize>,
    ) -> Checked {
        let (ty, owner, near) = match &target.ty {
            Type::Any => {
                let op = Op::Entry {
                    target: Box::new(target),
                    name: name.into(),
                };
                return Ok(Code {
                    op,
                    ty: Type::Any,
                    range: node.range.clone(),
                });
            }
            Type::Resource(kind) => {
                let ty = self
                    .schema
                    .member(*kind, name)
                    .or_else(|| self.schema.common_member(name));
                // Suggestions cost more than everything else here: they wait for a mistake.
                if ty.is_some() {
                    (ty, String::new(), String::new())
                } else {
                    let names = self.schema.members(*kind);
                    let near = did_you_mean(name, names.iter().map(String::as_str));
                    (ty, format!("`{}`", self.schema.kind_name(*kind)), near)
                }
            }
            Type::AnyResource => {
                let ty = self.schema.common_member(name);
                (ty, "a resource of any kind".into(), String::new())
            }
            other => (None, other.shown(self.schema), String::new()),
        };
        let Some(ty) = ty else {
            let error =
                ConditionError::new(format!("{owner} has no attribute `{name}`{near}"), range);
            return Err(match &target.ty {
                Type::AnyResource => {
                    error.help("`as_kind(resource, 'kind')` gives it as one of that kind, or null")
                }
                ty if ty.is_resources() => {
                    error.help("ask about its members: `.exists(x, …)`, `.all(x, …)`")
                }
                Type::List(_) => error.help("ask about its members: `.exists(x, …)`, or `[0]`"),
                _ => error,
            });
        };
        let op = Op::Attribute {
            target: Box::new(target),
            name: name.into(),
        };
        Ok(Code {
            op,
            ty,
            range: node.range.clone(),
        })
    }

    fn index(&mut self, target: &Node, key: &Node, node: &Node) -> Checked {
        let target = self.check(target)?;
        let (key, ty) = match &target.ty {
            Type::List(of) => (self.number(key)?, (**of).clone()),
            Type::Any => {
                let key = self.check(key)?;
                self.wanted(&key, "a number or text", |ty| {
                    matches!(ty, Type::Number | Type::Text { .. } | Type::Any)
                })?;
                (key, Type::Any)
            }
            ty => {
                let found = ty.shown(self.schema);
                let error = ConditionError::new(
                    format!("`[…]` needs a list, found {found}"),
                    target.range.clone(),
                );
                return Err(if ty.is_resources() {
                    error.help("collections of resources have no order; use `.exists(x, …)`")
                } else {
                    error
                });
            }
        };
        Ok(Code {
            op: Op::Index(Box::new([target, key])),
            ty,
            range: node.range.clone(),
        })
    }
}
