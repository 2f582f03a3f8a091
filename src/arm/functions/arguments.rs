//! What a function is called with, and how it says that it can't take it.

use std::cell::{Cell, RefCell};

use super::super::evaluator::{Evaluator, refusal};
use super::super::expression::Call;
use super::super::frame::Env;
use super::deeply_sensitive;
use crate::source::Span;
use crate::value::{Cause, CauseKind, Data, Number, Symbol, Text, Value};

/// The arguments of a call, and what is needed beside them.
pub(super) struct Arguments<'c, 's> {
    pub(super) e: &'c Evaluator<'s>,
    pub(super) env: &'c Env,
    pub(super) call: &'c Call,
    pub(super) span: Span,
    pub(super) values: &'c [Value],
    /// Why Resource Manager refuses the call.
    refused: RefCell<Option<String>>,
}

impl<'c, 's> Arguments<'c, 's> {
    pub(super) fn new(
        e: &'c Evaluator<'s>,
        env: &'c Env,
        call: &'c Call,
        span: Span,
        values: &'c [Value],
    ) -> Arguments<'c, 's> {
        Arguments {
            e,
            env,
            call,
            span,
            values,
            refused: RefCell::default(),
        }
    }

    /// The function as the template spells it.
    pub(super) fn name(&self) -> String {
        self.e.source(self.call.name_span)
    }

    /// Says that Resource Manager refuses the call. Values must not be part of the message: they may
    /// be secret.
    pub(super) fn refuse<T>(&self, span: Span, message: impl Into<String>) -> Option<T> {
        let message = message.into();
        if self.e.is_certain() {
            // At an argument it is about that one alone.
            let of = self.call.arguments.iter().zip(self.values);
            let of = of.filter(|(argument, _)| span == self.span || argument.span == span);
            let values: Vec<&Value> = of.map(|(_, value)| value).collect();
            self.e
                .problem_with(&values, refusal(span, message.as_str()));
        }
        self.refused.replace(Some(message));
        None
    }

    /// Says that the argument at `at` is not of the kind that the function takes. Null, which may
    /// stand for an input that is not given, makes the result unknown without a word.
    fn refuse_kind<T>(&self, at: usize, expected: &str) -> Option<T> {
        let given = match self.values.get(at)?.data {
            Data::Bool(_) => "a boolean",
            Data::Number(_) => "a number",
            Data::Text(_) => "a string",
            Data::List(_) => "an array",
            Data::Object(_) => "an object",
            Data::Null | Data::Cases(_) | Data::Unknown(_) => return None,
        };
        let span = self.call.arguments.get(at).map_or(self.span, |a| a.span);
        let name = self.name();
        self.refuse(span, format!("`{name}` takes {expected} here, not {given}"))
    }

    /// A text, as far as it is known.
    pub(super) fn text(&self, at: usize) -> Option<Text> {
        let text = self.values.get(at)?.as_text();
        text.or_else(|| self.refuse_kind(at, "a string"))
    }

    /// A text that is wholly known.
    pub(super) fn known(&self, at: usize) -> Option<&'c str> {
        match &self.values.get(at)?.data {
            Data::Text(text) => text.as_known(),
            _ => self.refuse_kind(at, "a string"),
        }
    }

    /// A whole number.
    pub(super) fn int(&self, at: usize) -> Option<i64> {
        match self.values.get(at)?.data {
            Data::Number(Number::Int(i)) => Some(i),
            _ => self.refuse_kind(at, "a whole number"),
        }
    }

    /// The members of an array all of which are known to be there.
    pub(super) fn items(&self, at: usize) -> Option<&'c [Value]> {
        match &self.values.get(at)?.data {
            Data::List(list) => list.rest.is_none().then_some(&list.items),
            _ => self.refuse_kind(at, "an array"),
        }
    }

    /// The result for an argument that is of none of the kinds that the function takes.
    pub(super) fn neither<T>(&self, at: usize, expected: &str) -> Option<T> {
        self.refuse_kind(at, expected)
    }

    /// Whether any argument holds a secret.
    pub(super) fn secret(&self) -> bool {
        self.values.iter().any(deeply_sensitive)
    }

    /// An unknown that is the same for the same arguments, shown as the template writes it.
    pub(super) fn unknown(&self) -> Symbol {
        let all: Vec<&Value> = self.values.iter().collect();
        let symbol = Symbol::derived(&self.call.name, self.e.source(self.span), &all);
        let invalid = match &*self.refused.borrow() {
            Some(why) => why.clone(),
            None if self.values.iter().any(Value::is_null) => {
                format!("`{}` is given null", self.name())
            }
            None => return symbol,
        };
        symbol.because(Cause::new(CauseKind::Invalid, invalid))
    }

    /// The same because of something that is settled only when deployed.
    pub(super) fn deployed(&self, why: &str) -> Value {
        let symbol = self.unknown();
        if self.values.iter().any(|v| v.first_symbol().is_some()) {
            return symbol.into();
        }
        symbol
            .because(Cause::new(CauseKind::Deployment, why))
            .into()
    }
}

/// A call whose arguments are not evaluated yet.
pub(super) struct Unevaluated<'c, 's> {
    pub(super) e: &'c Evaluator<'s>,
    pub(super) env: &'c Env,
    pub(super) call: &'c Call,
    pub(super) span: Span,
    /// Whether anything that decides the result is secret.
    secret: Cell<bool>,
}

impl<'c, 's> Unevaluated<'c, 's> {
    pub(super) fn new(
        e: &'c Evaluator<'s>,
        env: &'c Env,
        call: &'c Call,
        span: Span,
    ) -> Unevaluated<'c, 's> {
        Unevaluated {
            e,
            env,
            call,
            span,
            secret: Cell::new(false),
        }
    }

    /// The value of the argument at `at`; the result is secret when any part of it is.
    pub(super) fn argument(&self, at: usize) -> Option<Value> {
        let value = self.branch(at)?;
        self.decides(&value);
        Some(value)
    }

    /// The value of an argument that is all of the result, if any of it.
    pub(super) fn branch(&self, at: usize) -> Option<Value> {
        let argument = self.call.arguments.get(at)?;
        Some(self.e.expr(argument, self.env))
    }

    /// Notes that the result says something of `value`.
    pub(super) fn decides(&self, value: &Value) {
        self.secret
            .set(self.secret.get() || deeply_sensitive(value));
    }

    /// Whether anything that decides the result is secret.
    pub(super) fn secret(&self) -> bool {
        self.secret.get()
    }
}
