//! From `hcl::edit`'s tree to ours. The only file besides `parse` that knows the parser.

use hcl::edit::Span as _;
use hcl::edit::expr::{self as edit, BinaryOperator, Expression, TraversalOperator, UnaryOperator};
use hcl::edit::structure;
use std::borrow::Cow;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization as _;

use super::ast::{
    Attribute, Block, Body, Call, Expr, For, Item, Kind, Name, ObjectItem, Op, Step, StepKind,
    Traverse,
};
use super::chain::Chain;
use super::repair::Rewritten;
use super::template::directs;
use super::{heredoc, parse_text_template};
use crate::source::{FileId, Span};
use crate::value::{Cause, CauseKind, Data, Number, Symbol, Value};

/// Turns parsed text that starts at `base` of `file` into our tree.
pub(super) struct Converter<'a> {
    pub(super) file: FileId,
    pub(super) base: usize,
    /// Every place is this one: for text whose offsets are not those of the file (JSON escapes).
    pub(super) fixed: Option<Span>,
    /// The parsed text.
    pub(super) text: &'a str,
    /// What repair has rewritten in it.
    pub(super) rewritten: &'a Rewritten,
}

impl Converter<'_> {
    pub(super) fn span(&self, range: Option<Range<usize>>, within: Span) -> Span {
        match (self.fixed, range) {
            (Some(fixed), _) => fixed,
            (None, Some(range)) => {
                Span::new(self.file, range.start + self.base..range.end + self.base)
            }
            (None, None) => within,
        }
    }

    pub(super) fn body(&self, body: &structure::Body, within: Span) -> Body {
        let items = body
            .iter()
            .filter_map(|item| match item {
                structure::Structure::Attribute(a) => {
                    let at = a.key.span();
                    if let Some(at) = &at
                        && self
                            .rewritten
                            .keys
                            .get(&at.start)
                            .is_some_and(Option::is_none)
                    {
                        return None;
                    }
                    let whole = self.span(a.span(), within);
                    Some(Item::Attribute(Attribute {
                        name: a.key.as_str().into(),
                        name_span: self.span(at, whole),
                        value: self.expr(&a.value, whole),
                        json: false,
                    }))
                }
                structure::Structure::Block(b) => Some(Item::Block(self.block(b, within))),
            })
            .collect();
        Body { items }
    }

    fn block(&self, block: &structure::Block, within: Span) -> Block {
        let span = self.span(block.span(), within);
        let mut header = self.span(block.ident.span(), span);
        for label in &block.labels {
            header = header.to(self.span(label.span(), header));
        }
        Block {
            kind: block.ident.as_str().into(),
            labels: block.labels.iter().map(|l| l.as_str().into()).collect(),
            body: self.body(&block.body, span),
            header,
            span,
        }
    }

    pub(super) fn expr(&self, expr: &Expression, within: Span) -> Expr {
        let chain = match expr {
            Expression::Null(_) => self
                .rewritten
                .chains
                .get(&expr.span().unwrap_or_default().start),
            _ => None,
        };
        if let Some(chain) = chain {
            return self.chain(chain, within);
        }
        let span = self.span(expr.span(), within);
        let literal = |value: Value| Kind::Literal(value.at(span));
        let kind = match expr {
            Expression::Null(_) => literal(Value::null()),
            Expression::Bool(b) => literal((*b.value()).into()),
            // `-0`, which the parser reads as `0`; it is no other.
            Expression::Number(n) if n.as_i64() == Some(0) && length(expr.span()) == 2 => {
                let zero = Kind::Literal(Value::from(0).at(span));
                Kind::Negate(Box::new(Expr { kind: zero, span }))
            }
            Expression::Number(n) => literal(number(n.value())),
            Expression::String(s) => literal(Value::from(&*composed(s.as_str()))),
            Expression::Array(a) => Kind::List(a.iter().map(|e| self.expr(e, span)).collect()),
            Expression::Object(o) => Kind::Object(self.items(o, span)),
            Expression::StringTemplate(t) => return self.template(t, span, false),
            Expression::HeredocTemplate(h) if h.indent().is_some() && directs(&h.template) => {
                let text = expr.span().and_then(|range| self.text.get(range));
                let text = text.and_then(heredoc::dedented);
                if let Some(template) = text.and_then(|text| parse_text_template(&text, span)) {
                    return template;
                }
                let cause = Cause::new(
                    CauseKind::Unsupported,
                    "this indented heredoc is not evaluated",
                );
                let key = format!("heredoc@{}:{}", span.start, span.end);
                let symbol = Symbol::new(key, "an indented heredoc", cause).never_null();
                literal(symbol.into())
            }
            Expression::HeredocTemplate(h) => return self.template(&h.template, span, true),
            Expression::Parenthesis(p) => {
                let inner = self.expr(p.inner(), span);
                return Expr { span, ..inner };
            }
            Expression::Variable(v) => Kind::Name(v.as_str().into()),
            Expression::Conditional(c) => Kind::If(Box::new([
                self.expr(&c.cond_expr, span),
                self.expr(&c.true_expr, span),
                self.expr(&c.false_expr, span),
            ])),
            Expression::FuncCall(call) => self.call(call, span),
            Expression::Traversal(t) => {
                let root = self.expr(&t.expr, span);
                let steps: Vec<Step> = t.operators.iter().map(|op| self.step(op, span)).collect();
                let shown = describe(&root, &steps);
                Kind::Traverse(Box::new(Traverse { root, steps, shown }))
            }
            Expression::UnaryOp(op) => {
                let inner = Box::new(self.expr(&op.expr, span));
                match op.operator.value() {
                    UnaryOperator::Neg => Kind::Negate(inner),
                    UnaryOperator::Not => Kind::Not(inner),
                }
            }
            Expression::BinaryOp(op) => Kind::Binary(
                operator(*op.operator.value()),
                Box::new([self.expr(&op.lhs_expr, span), self.expr(&op.rhs_expr, span)]),
            ),
            Expression::ForExpr(f) => Kind::For(Box::new(For {
                key_var: f.intro.key_var.as_ref().map(|k| k.as_str().into()),
                value_var: f.intro.value_var.as_str().into(),
                collection: self.expr(&f.intro.collection_expr, span),
                key: f.key_expr.as_ref().map(|k| self.expr(k, span)),
                value: self.expr(&f.value_expr, span),
                grouping: f.grouping,
                cond: f.cond.as_ref().map(|c| self.expr(&c.expr, span)),
            })),
        };
        Expr { kind, span }
    }

    /// A chain that the parser did not see, by the precedence of its operators.
    fn chain(&self, chain: &Chain, within: Span) -> Expr {
        let operand = |(at, expr): &(usize, Expression)| {
            let converter = Converter {
                base: self.base + at,
                rewritten: &Rewritten::default(),
                ..*self
            };
            let span = self.span(Some(*at..*at), within);
            converter.expr(expr, span)
        };
        let mut operands: Vec<Expr> = Vec::new();
        let mut operators: Vec<Op> = Vec::new();
        let reduce = |operands: &mut Vec<Expr>, op: Op| {
            if let (Some(right), Some(left)) = (operands.pop(), operands.pop()) {
                let span = left.span.to(right.span);
                let kind = Kind::Binary(op, Box::new([left, right]));
                operands.push(Expr { kind, span });
            }
        };
        for (i, parsed) in chain.operands.iter().enumerate() {
            operands.push(operand(parsed));
            let next = chain.operators.get(i).map(|op| op.precedence());
            while let Some(op) = operators.pop_if(|op| next.is_none_or(|n| op.precedence() >= n)) {
                reduce(&mut operands, op);
            }
            operators.extend(chain.operators.get(i));
        }
        let span = self.span(Some(chain.range.clone()), within);
        operands.pop().unwrap_or(Expr {
            kind: Kind::Literal(Value::null()),
            span,
        })
    }

    fn items(&self, object: &edit::Object, within: Span) -> Vec<ObjectItem> {
        object
            .iter()
            .map(|(key, value)| {
                let at = match key {
                    edit::ObjectKey::Ident(ident) => ident.span(),
                    edit::ObjectKey::Expression(e) => e.span(),
                };
                let renamed = at
                    .as_ref()
                    .and_then(|at| self.rewritten.keys.get(&at.start));
                let span = self.span(at.clone(), within);
                let key = match (renamed, key) {
                    (Some(Some(original)), _) => Expr {
                        kind: Kind::Literal(Value::from(original.as_str()).at(span)),
                        span,
                    },
                    (_, edit::ObjectKey::Ident(ident)) => Expr {
                        kind: Kind::Literal(Value::from(ident.as_str()).at(span)),
                        span,
                    },
                    (_, edit::ObjectKey::Expression(Expression::Null(_))) => Expr {
                        kind: Kind::Literal(Value::from("null").at(span)),
                        span,
                    },
                    (_, edit::ObjectKey::Expression(e)) => self.expr(e, span),
                };
                ObjectItem {
                    key,
                    value: self.expr(value.expr(), within),
                }
            })
            .collect()
    }

    fn call(&self, call: &edit::FuncCall, span: Span) -> Kind {
        let mut name = String::new();
        for part in &call.name.namespace {
            name.push_str(part.as_str());
            name.push_str("::");
        }
        name.push_str(call.name.name.as_str());
        // `core::` names the built-in functions.
        let name: Name = name.strip_prefix("core::").unwrap_or(&name).into();
        Kind::Call(Box::new(Call {
            name,
            args: call.args.iter().map(|a| self.expr(a, span)).collect(),
            expand: call.args.expand_final(),
        }))
    }

    fn step(&self, op: &hcl::edit::Decorated<TraversalOperator>, within: Span) -> Step {
        let span = self.span(op.span(), within);
        let kind = match op.value() {
            TraversalOperator::AttrSplat(_) => StepKind::AttrSplat,
            TraversalOperator::FullSplat(_) => StepKind::Splat,
            TraversalOperator::GetAttr(name) => StepKind::Attr(name.as_str().into()),
            TraversalOperator::Index(e) => StepKind::Index(self.expr(e, span)),
            TraversalOperator::LegacyIndex(i) => StepKind::Index(Expr {
                kind: Kind::Literal(
                    Value::from(i64::try_from(*i.value()).unwrap_or(i64::MAX)).at(span),
                ),
                span,
            }),
        };
        Step { kind }
    }
}

/// A traversal in words, for the chain of origins.
fn describe(root: &Expr, steps: &[Step]) -> Name {
    let mut out = match &root.kind {
        Kind::Name(name) => name.to_string(),
        Kind::Call(call) => format!("{}(…)", call.name),
        _ => "(…)".to_owned(),
    };
    for step in steps {
        match &step.kind {
            StepKind::Attr(name) => {
                out.push('.');
                out.push_str(name);
            }
            StepKind::Splat => out.push_str("[*]"),
            StepKind::AttrSplat => out.push_str(".*"),
            StepKind::Index(index) => match &index.kind {
                Kind::Literal(value) => match value.as_str() {
                    Some(key) => out.push_str(&format!("[\"{key}\"]")),
                    None => out.push_str(&format!("[{}]", value.shown())),
                },
                Kind::Traverse(inner) => out.push_str(&format!("[{}]", inner.shown)),
                _ => out.push_str("[…]"),
            },
        }
    }
    out.into()
}

/// Terraform composes characters: `e` and an accent are one.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        Cow::Borrowed(text)
    } else {
        text.nfc().collect::<String>().into()
    }
}

fn length(range: Option<Range<usize>>) -> usize {
    range.map_or(0, |range| range.len())
}

fn number(n: &hcl::Number) -> Value {
    let number = match (n.as_i64(), n.as_f64()) {
        (Some(i), _) => Number::Int(i),
        (None, Some(f)) => Number::from(f),
        (None, None) => return Value::null(),
    };
    Data::Number(number).into()
}

fn operator(op: BinaryOperator) -> Op {
    match op {
        BinaryOperator::Eq => Op::Eq,
        BinaryOperator::NotEq => Op::NotEq,
        BinaryOperator::LessEq => Op::LessEq,
        BinaryOperator::GreaterEq => Op::GreaterEq,
        BinaryOperator::Less => Op::Less,
        BinaryOperator::Greater => Op::Greater,
        BinaryOperator::Plus => Op::Plus,
        BinaryOperator::Minus => Op::Minus,
        BinaryOperator::Mul => Op::Mul,
        BinaryOperator::Div => Op::Div,
        BinaryOperator::Mod => Op::Mod,
        BinaryOperator::And => Op::And,
        BinaryOperator::Or => Op::Or,
    }
}
