//! From text to tree: operators by precedence climbing, everything with its range.

use std::ops::Range;

use super::ast::{Binary, Name, Node, NodeKind};
use super::error::ConditionError;
use super::lex::{Lexer, Token};

/// Trees deeper than this are refused, so that whatever walks them needs little stack.
const DEEPEST: usize = 60;

/// Words that CEL keeps for itself.
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

type Parsed = Result<Node, ConditionError>;

/// Parses the whole text.
pub(super) fn parse(source: &str) -> Parsed {
    let mut parser = Parser::new(source, 0)?;
    let node = parser.expression()?;
    if parser.token == Token::End {
        return Ok(node);
    }
    let error = parser.unexpected("an operator or the end");
    Err(match parser.token {
        Token::Name("and") => error.help("write `&&`"),
        Token::Name("or") => error.help("write `||`"),
        _ => error,
    })
}

/// Parses an expression that ends with `}`, from byte `at`; gives the place after the brace.
pub(super) fn parse_braced(source: &str, at: usize) -> Result<(Node, usize), ConditionError> {
    let mut parser = Parser::new(source, at)?;
    let node = parser.expression()?;
    if parser.token != Token::Mark("}") {
        return Err(parser.unexpected("an operator or `}`"));
    }
    Ok((node, parser.range.end))
}

struct Parser<'s> {
    lexer: Lexer<'s>,
    token: Token<'s>,
    range: Range<usize>,
    /// Where the token before ended.
    end: usize,
    depth: usize,
}

impl<'s> Parser<'s> {
    fn new(source: &'s str, at: usize) -> Result<Parser<'s>, ConditionError> {
        let mut lexer = Lexer { source, at };
        let (token, range) = lexer.next()?;
        Ok(Parser {
            lexer,
            token,
            range,
            end: at,
            depth: 0,
        })
    }

    fn advance(&mut self) -> Result<Token<'s>, ConditionError> {
        let (token, range) = self.lexer.next()?;
        self.end = self.range.end;
        self.range = range;
        Ok(std::mem::replace(&mut self.token, token))
    }

    fn is(&self, mark: &str) -> bool {
        matches!(self.token, Token::Mark(m) if m == mark)
    }

    fn eat(&mut self, mark: &str) -> Result<bool, ConditionError> {
        let is = self.is(mark);
        if is {
            self.advance()?;
        }
        Ok(is)
    }

    fn expect(&mut self, mark: &str) -> Result<(), ConditionError> {
        if self.eat(mark)? {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{mark}`")))
    }

    fn unexpected(&self, wanted: &str) -> ConditionError {
        ConditionError::new(
            format!("expected {wanted}, found {}", self.token.shown()),
            self.range.clone(),
        )
    }

    fn nested<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, ConditionError>,
    ) -> Result<T, ConditionError> {
        if self.depth >= DEEPEST {
            return Err(too_deep(self.range.clone()));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn expression(&mut self) -> Parsed {
        self.nested(|p| {
            let cond = p.binary(0)?;
            if !p.eat("?")? {
                return Ok(cond);
            }
            let then = p.binary(0)?;
            p.expect(":")?;
            let otherwise = p.expression()?;
            let range = cond.range.start..otherwise.range.end;
            node(NodeKind::If(Box::new([cond, then, otherwise])), range)
        })
    }

    fn binary(&mut self, least: u8) -> Parsed {
        let mut left = self.unary()?;
        loop {
            let op = match self.token {
                Token::Mark(mark) => Binary::of(mark),
                Token::Name("in") => Binary::of("in"),
                _ => None,
            };
            let Some((op, strength)) = op.filter(|(_, s)| *s > least) else {
                return Ok(left);
            };
            self.advance()?;
            let right = self.binary(strength)?;
            let range = left.range.start..right.range.end;
            let (left_, right) = (Box::new(left), Box::new(right));
            left = node(
                NodeKind::Binary {
                    op,
                    left: left_,
                    right,
                },
                range,
            )?;
        }
    }

    fn unary(&mut self) -> Parsed {
        let start = self.range.start;
        if self.is("!") || self.is("-") {
            let not = self.is("!");
            self.advance()?;
            let operand = self.nested(Self::unary)?;
            let range = start..operand.range.end;
            let kind = match (not, operand.kind) {
                (false, NodeKind::Int(i)) => NodeKind::Int(-i),
                (false, NodeKind::Decimal(d)) => NodeKind::Decimal(-d),
                (true, kind) => NodeKind::Not(Box::new(Node { kind, ..operand })),
                (false, kind) => NodeKind::Negate(Box::new(Node { kind, ..operand })),
            };
            return node(kind, range);
        }
        let mut target = self.primary()?;
        loop {
            if self.eat(".")? {
                let name = self.name("an attribute or method")?;
                let target_ = Box::new(target);
                let kind = if self.eat("(")? {
                    let args = self.list_until(")")?;
                    NodeKind::Call {
                        target: Some(target_),
                        name,
                        args,
                    }
                } else {
                    NodeKind::Member {
                        target: target_,
                        name,
                    }
                };
                target = node(kind, start..self.end)?;
            } else if self.eat("[")? {
                let key = Box::new(self.expression()?);
                self.expect("]")?;
                let kind = NodeKind::Index {
                    target: Box::new(target),
                    key,
                };
                target = node(kind, start..self.end)?;
            } else {
                return Ok(target);
            }
        }
    }

    fn name(&mut self, wanted: &str) -> Result<Name, ConditionError> {
        let Token::Name(text) = self.token else {
            return Err(self.unexpected(wanted));
        };
        let range = self.range.clone();
        self.advance()?;
        Ok(Name {
            text: text.to_owned(),
            range,
        })
    }

    /// Members up to the closing bracket; a comma may follow the last.
    fn list_until(&mut self, close: &str) -> Result<Vec<Node>, ConditionError> {
        let mut items = Vec::new();
        loop {
            if self.eat(close)? {
                return Ok(items);
            }
            items.push(self.expression()?);
            if !self.eat(",")? {
                if !self.is(close) {
                    return Err(self.unexpected(&format!("`,` or `{close}`")));
                }
                self.advance()?;
                return Ok(items);
            }
        }
    }

    fn primary(&mut self) -> Parsed {
        let start = self.range.start;
        let kind = match &self.token {
            Token::Int(i) => NodeKind::Int(*i),
            Token::Decimal(d) => NodeKind::Decimal(*d),
            Token::Text(_) => {
                let Token::Text(text) = self.advance()? else {
                    return Err(self.unexpected("a text"));
                };
                return node(NodeKind::Text(text), start..self.end);
            }
            Token::Name("null") => NodeKind::Null,
            Token::Name("true") => NodeKind::Bool(true),
            Token::Name("false") => NodeKind::Bool(false),
            Token::Name(word @ ("in" | "not")) | Token::Name(word) if is_reserved(word) => {
                let error = self.unexpected("a value");
                return Err(match *word {
                    "not" => error.help("write `!`"),
                    "in" => error,
                    _ => error.help("the word is reserved in CEL"),
                });
            }
            Token::Name(_) => {
                let name = self.name("a name")?;
                if self.eat("(")? {
                    let args = self.list_until(")")?;
                    let kind = NodeKind::Call {
                        target: None,
                        name,
                        args,
                    };
                    return node(kind, start..self.end);
                }
                return node(NodeKind::Name(name.text), start..self.end);
            }
            Token::Mark("(") => {
                self.advance()?;
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(Node {
                    range: start..self.end,
                    ..inner
                });
            }
            Token::Mark("[") => {
                self.advance()?;
                let items = self.list_until("]")?;
                return node(NodeKind::List(items), start..self.end);
            }
            Token::Mark("{") => {
                return Err(self
                    .unexpected("a value")
                    .help("maps are not part of this language"));
            }
            _ => return Err(self.unexpected("a value")),
        };
        self.advance()?;
        node(kind, start..self.end)
    }
}

fn is_reserved(word: &str) -> bool {
    matches!(word, "in" | "not") || RESERVED.contains(&word)
}

fn too_deep(range: Range<usize>) -> ConditionError {
    ConditionError::new(format!("nested or chained more than {DEEPEST} deep"), range)
}

/// A node of this kind, unless the tree gets too deep.
fn node(kind: NodeKind, range: Range<usize>) -> Parsed {
    let of = |nodes: &[Node]| nodes.iter().map(|n| n.depth).max().unwrap_or(0);
    let below = match &kind {
        NodeKind::Null
        | NodeKind::Bool(_)
        | NodeKind::Int(_)
        | NodeKind::Decimal(_)
        | NodeKind::Text(_)
        | NodeKind::Name(_) => 0,
        NodeKind::List(items) => of(items),
        NodeKind::Member { target, .. } => target.depth,
        NodeKind::Index { target, key } => target.depth.max(key.depth),
        NodeKind::Call { target, args, .. } => target.as_ref().map_or(0, |t| t.depth).max(of(args)),
        NodeKind::Not(inner) | NodeKind::Negate(inner) => inner.depth,
        NodeKind::Binary { left, right, .. } => left.depth.max(right.depth),
        NodeKind::If(parts) => of(&parts[..]),
    };
    if below >= DEEPEST {
        return Err(too_deep(range));
    }
    Ok(Node {
        kind,
        range,
        depth: below + 1,
    })
}
