//! Nodes and expressions to values.

use std::sync::Arc;

use super::evaluator::{Evaluator, refusal};
use super::expression::{Expr, ExprKind, Key, Step};
use super::frame::Env;
use super::functions;
use super::template::{Formula, Kind, Node};
use crate::source::Span;
use crate::value::{
    Cause, CauseKind, Data, Entry, Number, Object, Rest, Symbol, Value, index, lift, lift2, member,
};

impl Evaluator<'_> {
    /// The value of a node.
    pub(super) fn node(&self, node: &Node, env: &Env) -> Value {
        let Some(_level) = self.enter() else {
            return self.limit(node.span);
        };
        if env.loops.is_some() && !self.makes(node.span) {
            return self.unmade(node.span);
        }
        let value: Value = match &node.kind {
            Kind::Null => Value::null(),
            Kind::Bool(b) => (*b).into(),
            Kind::Number(n) => Data::Number(*n).into(),
            Kind::Text(text) => Value::from(text.clone()),
            Kind::Expression(formula) => {
                return self.formula(formula, node.span, env);
            }
            Kind::Array(elements) => {
                Value::list(elements.iter().map(|e| self.node(e, env)).collect())
            }
            Kind::Object(_) => self.object(node, env, &[]),
        };
        value.at(node.span)
    }

    /// An object without the properties named in `without` (lower case); `copy` in it makes arrays.
    pub(super) fn object(&self, node: &Node, env: &Env, without: &[&str]) -> Value {
        let mut entries = Vec::with_capacity(node.properties().len());
        let mut rest = None;
        let mut secret = false;
        for property in node.properties() {
            if without.iter().any(|w| property.key.eq_ignore_ascii_case(w)) {
                continue;
            }
            if property.key.eq_ignore_ascii_case("copy")
                && super::copy::is_property_copy(&property.value)
            {
                for element in property.value.elements() {
                    let name = self.node_or_null(element.get("name"), env);
                    secret |= name.is_sensitive();
                    let Some(key) = name.as_str() else { continue };
                    entries.push(Entry {
                        key: key.into(),
                        key_span: name.span(),
                        value: self.copied(element, env),
                    });
                }
                continue;
            }
            let value = self.node(&property.value, env);
            let key = match &property.computed {
                None => property.key.clone(),
                Some(formula) => {
                    let key = self.formula(formula, property.key_span, env);
                    secret |= key.is_sensitive();
                    match key.as_str() {
                        Some(known) => known.into(),
                        // Which entry it is depends on what is not known.
                        None => {
                            let shown = self.source(property.key_span);
                            rest = Some(Rest {
                                symbol: Symbol::derived("key", shown, &[&key]),
                                element: Some(value),
                            });
                            continue;
                        }
                    }
                }
            };
            entries.push(Entry {
                key,
                key_span: Some(property.key_span),
                value,
            });
        }
        let mut object = Object::known(entries);
        object.rest = rest.map(Arc::new);
        Value::from(object).at(node.span).sensitive(secret)
    }

    fn formula(&self, formula: &Formula, span: Span, env: &Env) -> Value {
        match &formula.expr {
            Ok(expr) => self.expr(expr, env),
            Err(problem) => {
                let problem = problem.clone();
                let why = format!("the expression is wrong: {}", problem.message);
                self.problem(problem);
                self.invalid(span, why)
            }
        }
    }

    /// The value of a node that may not be there.
    pub(super) fn node_or_null(&self, node: Option<&Node>, env: &Env) -> Value {
        node.map_or_else(Value::null, |node| self.node(node, env))
    }

    /// The value of an expression.
    pub(super) fn expr(&self, expr: &Expr, env: &Env) -> Value {
        let Some(_level) = self.enter() else {
            return self.limit(expr.span);
        };
        let (value, _) = self.apart(|| match &expr.kind {
            ExprKind::Text(text) => Value::from(text.clone()),
            ExprKind::Number(n) => Data::Number(*n).into(),
            ExprKind::Call(call) => functions::call(self, call, expr.span, env),
            ExprKind::Path { root, steps } => self.path(root, steps, env),
        });
        self.settle(value, expr.span)
    }

    fn path(&self, root: &Expr, steps: &[Step], env: &Env) -> Value {
        let (mut value, done) = match &root.kind {
            ExprKind::Call(call) => {
                match functions::reference::read(self, call, root.span, steps, env) {
                    Some(read) => read,
                    None => (self.expr(root, env), 0),
                }
            }
            _ => (self.expr(root, env), 0),
        };
        let mut safe = false;
        for step in &steps[done..] {
            safe |= step.safe;
            value = self.step(&value, step, safe, env);
        }
        value
    }

    fn step(&self, value: &Value, step: &Step, safe: bool, env: &Env) -> Value {
        match &step.key {
            Key::Name(name) => self.member(value, name, safe, step),
            Key::Index(expr) => {
                let key = self.expr(expr, env);
                self.item(value, &key, safe, step)
            }
        }
    }

    /// `value.name`. Reading what is certainly not there is an error in Resource Manager, not null.
    fn member(&self, value: &Value, name: &str, safe: bool, step: &Step) -> Value {
        let _assuming = self.assume_if(matches!(value.data, Data::Cases(_)));
        let found = lift(value, &mut |v| {
            let there = match &v.data {
                Data::Object(object) => {
                    object.rest.is_some() || object.get_caseless(name).is_some()
                }
                Data::Unknown(_) => true,
                _ => false,
            };
            if there {
                member(v, name, true)
            } else if safe {
                Value::null().with_origin_of(v)
            } else {
                self.missing(&[v, &name.into()], name, step)
            }
        });
        found.sensitive(value.is_sensitive())
    }

    /// `value[key]`.
    pub(super) fn item(&self, value: &Value, key: &Value, safe: bool, step: &Step) -> Value {
        let cases = |v: &Value| matches!(v.data, Data::Cases(_));
        let _assuming = self.assume_if(cases(value) || cases(key));
        let found = lift2(value, key, &mut |v, k| {
            let there = match (&v.data, &k.data) {
                // A secret name is not to be seen in what stands for an unknown member.
                (Data::Object(object), Data::Text(t))
                    if k.is_sensitive()
                        && t.as_known()
                            .is_none_or(|t| object.get_caseless(t).is_none()) =>
                {
                    object.rest.is_some()
                }
                (Data::Unknown(_), Data::Text(_)) if k.is_sensitive() => true,
                (Data::Object(_) | Data::Unknown(_), Data::Text(t)) if t.as_known().is_some() => {
                    return self.member(v, t.as_known().unwrap_or_default(), safe, step);
                }
                (Data::List(list), Data::Number(Number::Int(i))) => {
                    list.rest.is_some() || usize::try_from(*i).is_ok_and(|i| i < list.items.len())
                }
                (Data::Unknown(_), _) => true,
                (Data::List(_) | Data::Object(_), Data::Unknown(_) | Data::Text(_)) => true,
                _ => false,
            };
            if there && k.is_sensitive() && !matches!(v.data, Data::List(_)) {
                self.indexed(v, k, step)
            } else if there {
                let found = index(v, k, true).sensitive(v.is_sensitive());
                match (&found.data, k.as_int()) {
                    // Which member it is is not known: shown as written.
                    (Data::Unknown(_), None) => self.indexed(v, k, step),
                    _ => found,
                }
            } else if safe {
                Value::null().with_origin_of(v)
            } else {
                self.missing(&[v, k], &k.shown(), step)
            }
        });
        found.sensitive(value.is_sensitive() || key.is_sensitive())
    }

    /// The member of something by a number or name of which one is not known.
    fn indexed(&self, value: &Value, key: &Value, step: &Step) -> Value {
        let shown = match (value.as_symbol(), key.as_symbol()) {
            (Some(value), Some(key)) => format!("{}[{}]", value.shown(), key.shown()),
            _ => self.source(step.span),
        };
        let symbol = Symbol::derived("index", shown, &[value, key]).maybe_null();
        Value::from(symbol).sensitive(value.is_sensitive())
    }

    /// What stands for a member that is certainly not there. Resource Manager refuses to read it.
    fn missing(&self, of: &[&Value], what: &str, step: &Step) -> Value {
        let message = match of.first().map(|v| &v.data) {
            Some(Data::Object(object)) if object.entries.is_empty() => {
                format!("there is no `{what}`: the object is empty")
            }
            Some(Data::List(list)) => match list.items.len() {
                1 => format!("there is no member {what}: the array has one"),
                n => format!("there is no member {what}: the array has {n}"),
            },
            _ => format!("there is no `{what}` in what is read here"),
        };
        // Null may stand for an input that is not given.
        let given = of.iter().all(|v| !v.is_null() && !v.is_sensitive());
        if given && self.is_certain() {
            self.problem_with(of, refusal(step.span, message.as_str()));
        }
        let cause = match self.is_by_default() {
            true => Cause::new(CauseKind::Input, format!("{message}, with default values")),
            false => Cause::new(CauseKind::Invalid, message),
        };
        Symbol::derived("missing", self.source(step.span), of)
            .because(cause)
            .into()
    }
}

/// The object with further entries of unknown names, at all levels: Resource Manager adds what was
/// not declared.
pub(super) fn opened(
    value: &Value,
    key: &str,
    shown: &str,
    make: &dyn Fn(&str, &str) -> Symbol,
) -> Value {
    match &value.data {
        Data::Object(object) => {
            let entries = object
                .entries
                .iter()
                .map(|e| Entry {
                    key: e.key.clone(),
                    key_span: e.key_span,
                    value: opened(
                        &e.value,
                        &format!("{key}.{}", e.key.to_lowercase()),
                        &format!("{shown}.{}", e.key),
                        make,
                    ),
                })
                .collect();
            let open: Value = Object {
                entries,
                rest: Some(Arc::new(Rest {
                    symbol: make(key, shown),
                    element: None,
                })),
            }
            .into();
            open.with_origin_of(value).sensitive(value.is_sensitive())
        }
        Data::List(list) => {
            let items = list.items.iter().enumerate();
            let items = items.map(|(i, item)| {
                opened(item, &format!("{key}[{i}]"), &format!("{shown}[{i}]"), make)
            });
            let open = crate::value::List {
                items: items.collect(),
                rest: list.rest.clone(),
            };
            Value::from(Data::List(open))
                .with_origin_of(value)
                .sensitive(value.is_sensitive())
        }
        _ => value.clone(),
    }
}
