//! `copy`: how often, and what each round makes.

use std::sync::Arc;

use super::evaluator::Evaluator;
use super::frame::Env;
use super::template::Node;
use crate::declared::Problem;
use crate::value::{Cause, CauseKind, Data, List, Number, Rest, Symbol, Value, lift};

/// What Resource Manager allows, of resources, properties, variables and outputs alike.
const MOST: i64 = 800;

/// The rounds of a `copy`.
pub(super) enum Rounds {
    /// This many; each with whether it takes place, where that depends on conditions.
    Known(Vec<Value>),
    /// An unknown number. One round stands for all: its index, and whether there is any.
    Unknown { index: Symbol, any: Value },
}

/// Whether this `copy` makes array properties, as against: is a property of that name.
pub(super) fn is_property_copy(node: &Node) -> bool {
    node.is_array()
        && !node.elements().is_empty()
        && node
            .elements()
            .iter()
            .all(|e| e.get("name").is_some() && e.get("count").is_some())
}

/// Counts are often parameters of type string.
fn numeric(count: &Value) -> Value {
    lift(
        count,
        &mut |v| match v.as_str().map(|s| s.trim().parse::<i64>()) {
            Some(Ok(n)) => n.into(),
            _ => v.clone(),
        },
    )
}

impl Evaluator<'_> {
    /// The rounds of the `copy` at `node`.
    pub(super) fn rounds(&self, node: &Node, env: &Env) -> Rounds {
        let count_node = node.get("count");
        let span = count_node.map_or(node.span, |n| n.span);
        let count = numeric(&self.node_or_null(count_node, env));
        self.rounds_of(&count, node, span, env)
    }

    fn rounds_of(
        &self,
        count: &Value,
        node: &Node,
        span: crate::source::Span,
        env: &Env,
    ) -> Rounds {
        let mut most = Some(0);
        lift(count, &mut |v| {
            self.count_told(v, span);
            most = match (most, &v.data) {
                (Some(most), Data::Number(Number::Int(n))) => Some(most.max(*n)),
                _ => None,
            };
            Value::null()
        });
        let at_least = |n: i64| {
            lift(count, &mut |v| match v.as_int() {
                Some(count) => (count >= n).into(),
                None => {
                    let shown = match v.as_symbol() {
                        Some(symbol) => format!("{} > 0", symbol.shown()),
                        None => format!("{} > 0", self.source(span)),
                    };
                    // The same condition as a template's own `greater(count, 0)`.
                    Symbol::derived("greater", shown, &[v, &0.into()]).into()
                }
            })
        };
        match most {
            Some(most) if most <= MOST => {
                Rounds::Known((0..most).map(|i| at_least(i + 1)).collect())
            }
            Some(_) => {
                self.problem(
                    Problem::at(span, format!("`copy` makes more than {MOST} copies")).help(
                        "Resource Manager allows no more; azvet looks at one that stands for all",
                    ),
                );
                let cause = Cause::new(CauseKind::Limit, "`copy` makes too many copies");
                self.unknown_rounds(cause, node, env, true.into())
            }
            None => {
                let cause = match count.first_symbol() {
                    Some(symbol) => symbol.cause().clone(),
                    None => Cause::new(CauseKind::Invalid, "the `count` of `copy` is no number"),
                };
                self.unknown_rounds(cause, node, env, at_least(1))
            }
        }
    }

    /// Tells of a count that Resource Manager refuses whatever the inputs are.
    fn count_told(&self, count: &Value, span: crate::source::Span) {
        let wrong = match &count.data {
            Data::Number(Number::Int(n)) if *n < 0 => "negative",
            Data::Number(Number::Int(_)) | Data::Unknown(_) | Data::Cases(_) => return,
            Data::Text(text) if text.as_known().is_none() => return,
            Data::Number(Number::Float(_)) => "no whole number that Resource Manager takes",
            _ => "no number",
        };
        self.problem(
            Problem::at(span, format!("the `count` of `copy` is {wrong}"))
                .help("it has to be a whole number from 0 to 800"),
        );
    }

    fn unknown_rounds(&self, cause: Cause, node: &Node, env: &Env, any: Value) -> Rounds {
        let name = node.get("name").and_then(Node::as_str).unwrap_or_default();
        // One per loop, deployment and round of the loops around it.
        let mut key = format!(
            "copyIndex({:?}:{}:{}",
            node.span.file, node.span.start, env.names
        );
        let mut outer = env.loops.as_ref();
        while let Some(around) = outer {
            key.push(',');
            key.push_str(&crate::value::key_of(&around.index));
            outer = around.outer.as_ref();
        }
        let shown = match name {
            "" => "copyIndex()".to_owned(),
            name => format!("copyIndex('{name}')"),
        };
        let index = Symbol::new(key + ")", shown, cause).never_null();
        Rounds::Unknown { index, any }
    }

    /// The array that an element of a property or variable `copy` makes, or an output's.
    pub(super) fn copied(&self, element: &Node, env: &Env) -> Value {
        let name = element
            .get("name")
            .and_then(Node::as_str)
            .unwrap_or_default();
        self.copied_as(element, name, env)
    }

    pub(super) fn copied_as(&self, element: &Node, name: &str, env: &Env) -> Value {
        let round = |index: Value| {
            let env = env.in_loop(name, index, false);
            self.node_or_null(element.get("input"), &env)
        };
        let count_node = element.get("count");
        let span = count_node.map_or(element.span, |n| n.span);
        let count = numeric(&self.node_or_null(count_node, env));
        // One array per case of the count; they share their elements.
        let place = element.span;
        let mut made: Vec<Value> = Vec::new();
        let mut any_round: Option<Value> = None;
        lift(
            &count,
            &mut |count| match self.rounds_of(count, element, span, env) {
                Rounds::Known(rounds) => {
                    for (i, takes_place) in rounds.iter().enumerate().skip(made.len()) {
                        if !self.makes(place) {
                            return self.unmade(place);
                        }
                        let _assuming = self.assume_exists(takes_place);
                        made.push(round((i as i64).into()));
                    }
                    Value::list(made[..rounds.len()].to_vec()).at(place)
                }
                Rounds::Unknown { index, .. } => {
                    let shown = self.source(place);
                    let symbol = Symbol::derived("copy", shown, &[count, &index.clone().into()]);
                    // There may be none.
                    let _assuming = self.assume();
                    let element = any_round.get_or_insert_with(|| round(index.into()));
                    let list = List {
                        items: Default::default(),
                        rest: Some(Arc::new(Rest {
                            symbol,
                            element: Some(element.clone()),
                        })),
                    };
                    Value::from(Data::List(list)).at(place)
                }
            },
        )
    }
}
