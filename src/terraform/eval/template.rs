//! Templates to strings.

use super::each::Cursor;
use super::operators::{to_bool, to_string};
use super::{Evaluator, Scope, error, is_error, limit};
use crate::terraform::syntax::ast::Part;
use crate::value::{Data, Symbol, Text, Value, lift, lift2, select};

/// Longer strings are given up: repeated doubling would exhaust memory.
const LONGEST: usize = 1 << 20;

impl Evaluator<'_> {
    pub(super) fn template(&self, parts: &[Part], scope: &Scope<'_>) -> Value {
        let mut out = Value::from("");
        let mut literal = Vec::new();
        for part in parts {
            match part {
                Part::Text(text) => literal.push(crate::value::Piece::Lit(text.clone())),
                Part::Value(e) => {
                    let value = lift(&self.eval(e, scope), &mut |v| {
                        to_string(v)
                            .filter(|t| !t.is_null())
                            .unwrap_or_else(|| error("a template of what is no string"))
                    });
                    // Plain pieces are gathered: joining them one by one would be quadratic.
                    match (value.as_text(), is_error(&value) || value.is_sensitive()) {
                        (Some(text), false) => literal.extend(text.pieces()),
                        _ => {
                            out = join(&out, &flush(&mut literal));
                            out = join(&out, &value);
                        }
                    }
                }
                Part::If(cond, then, otherwise) => {
                    out = join(&out, &flush(&mut literal));
                    out = join(&out, &self.directive(cond, then, otherwise, scope));
                }
                Part::For(f) => {
                    out = join(&out, &flush(&mut literal));
                    let collection = self.eval(&f.collection, scope);
                    let text = lift(&collection, &mut |c| {
                        let cursor = Cursor::over(c);
                        if is_error(c) {
                            return c.clone();
                        }
                        if cursor.invalid {
                            return error("a loop over what is no collection");
                        }
                        if cursor.open() {
                            return Symbol::derived("template", "a template loop", &[c]).into();
                        }
                        let mut text = Value::from("");
                        for (k, v) in cursor.known {
                            let body =
                                super::each::bind(scope, f.key.as_ref(), &f.value, k, v, |s| {
                                    self.template(&f.body, s)
                                });
                            text = join(&text, &body);
                            if is_error(&text) {
                                break;
                            }
                        }
                        text
                    })
                    .marked(collection.marks());
                    out = join(&out, &text);
                }
            }
        }
        let tail = flush(&mut literal);
        let marks = out.marks();
        let whole = match &out.data {
            Data::Text(text) if text.as_known() == Some("") => tail,
            _ => join(&out, &tail),
        };
        whole.marked(marks)
    }

    fn directive(
        &self,
        cond: &crate::terraform::syntax::ast::Expr,
        then: &[Part],
        otherwise: &[Part],
        scope: &Scope<'_>,
    ) -> Value {
        let cond = lift(&self.eval(cond, scope), &mut |c| {
            to_bool(c)
                .filter(|b| !b.is_null())
                .unwrap_or_else(|| error("a condition that is no boolean"))
        });
        let marks = cond.all_marks();
        match cond.as_bool() {
            _ if is_error(&cond) => cond,
            Some(true) => self.template(then, scope),
            Some(false) => self.template(otherwise, scope),
            None => select(
                &cond,
                &self.template(then, scope),
                &self.template(otherwise, scope),
            ),
        }
        .marked(marks)
    }
}

fn flush(literal: &mut Vec<crate::value::Piece>) -> Value {
    // A template of one symbol is a string of that symbol, not the symbol: it can't be null.
    let size: usize = literal
        .iter()
        .map(|p| match p {
            crate::value::Piece::Lit(s) => s.len(),
            crate::value::Piece::Sym(_) => 100,
        })
        .sum();
    if size > LONGEST {
        literal.clear();
        return limit("it is longer than azvet follows");
    }
    Data::Text(Text::from_pieces(literal.drain(..))).into()
}

fn join(a: &Value, b: &Value) -> Value {
    lift2(a, b, &mut |a, b| {
        if is_error(a) {
            return a.clone();
        }
        if is_error(b) {
            return b.clone();
        }
        match (a.as_text(), b.as_text()) {
            (Some(x), Some(y)) => {
                let joined = Text::concat([&x, &y]);
                let length: usize = joined.as_known().map_or(0, str::len);
                if length > LONGEST || joined.symbols().count() > LONGEST / 100 {
                    return limit("it is longer than azvet follows");
                }
                Value::from(Data::Text(joined))
            }
            _ => error("a template of what is no string"),
        }
        .marked(a.marks() | b.marks())
    })
    .marked(a.marks() | b.marks())
}
