//! Expressions to values. What Terraform would refuse becomes an *error value*: a symbol that `try`
//! and `can` recognise and that every other operation hands on.

mod access;
mod each;
mod errors;
pub(super) mod numbers;
mod operators;
mod template;
mod traverse;

pub(super) use access::{get_attr, get_index, short};
pub(super) use each::elements;
pub(super) use errors::{error, is_error, limit, missing_file, no_member, quiet_error, reason};
pub(super) use operators::{alike, equal, greater_than_zero, to_bool, to_number, to_string};

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::sync::Arc;

use super::functions;
use super::refs::Target;
use super::syntax::ast::{Expr, Kind, Name};
use super::syntax::parse_text_template;
use super::types::Type;
use super::unify::unify;
use crate::files::Files;
use crate::source::Span;
use crate::value::{
    Cause, CauseKind, Data, Entry, Marks, Object, Reads, Rest, Symbol, Value, lift, select,
};

/// Evaluation steps of one unit; far beyond any real configuration.
pub(super) const FUEL: u64 = 20_000_000;
/// Nesting of expressions. The parser allows less, but JSON more.
const DEEPEST: u32 = 150;

/// Gives references their values.
pub(super) trait World {
    /// The value of something declared in the module instance that is being evaluated.
    fn lookup(&self, instance: usize, target: &Target) -> Option<Value>;
    /// `path.module` and the like, `terraform.workspace`.
    fn ambient(&self, instance: usize, root: &str, name: &str) -> Option<Value>;
    /// Files, for functions that read them, and the directory that their paths are relative to.
    fn files(&self) -> Option<(&dyn Files, &Path)>;
    /// A template that was read as text at `span`; `None` when it is none.
    fn template(&self, text: &str, span: Span) -> Option<Arc<Expr>> {
        parse_text_template(text, span).map(Arc::new)
    }
}

/// Nothing declared: for defaults and `.tfvars` files.
struct Empty;

impl World for Empty {
    fn lookup(&self, _: usize, _: &Target) -> Option<Value> {
        None
    }
    fn ambient(&self, _: usize, _: &str, _: &str) -> Option<Value> {
        None
    }
    fn files(&self) -> Option<(&dyn Files, &Path)> {
        None
    }
}

/// What names mean at a place.
#[derive(Clone, Copy, Default)]
pub(super) struct Scope<'s> {
    pub(super) instance: usize,
    /// `each.key` and `each.value`.
    pub(super) each: Option<(&'s Value, &'s Value)>,
    /// `count.index`.
    pub(super) count: Option<&'s Value>,
    names: Option<&'s Frame<'s>>,
}

/// A name bound by a loop.
struct Frame<'s> {
    name: &'s str,
    value: Value,
    outer: Option<&'s Frame<'s>>,
}

impl<'s> Scope<'s> {
    /// Nothing bound yet.
    pub(super) fn of(instance: usize) -> Scope<'s> {
        Scope {
            instance,
            ..Scope::default()
        }
    }

    /// Inside one instance of a repeated block.
    pub(super) fn repeated<'t>(
        &self,
        each: Option<(&'t Value, &'t Value)>,
        count: Option<&'t Value>,
    ) -> Scope<'t>
    where
        's: 't,
    {
        Scope {
            instance: self.instance,
            each,
            count,
            names: self.names,
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        std::iter::successors(self.names, |f| f.outer)
            .find(|f| f.name == name)
            .map(|f| &f.value)
    }

    /// Evaluates with one more name.
    pub(super) fn with<R>(&self, name: &str, value: Value, run: impl FnOnce(&Scope<'_>) -> R) -> R {
        let frame = Frame {
            name,
            value,
            outer: self.names,
        };
        run(&Scope {
            names: Some(&frame),
            ..*self
        })
    }
}

/// Evaluates expressions within limits.
pub(super) struct Evaluator<'w> {
    pub(super) world: &'w dyn World,
    fuel: &'w Cell<u64>,
    depth: Cell<u32>,
    /// Inside of `try` or `can`.
    attempting: Cell<bool>,
    /// Loops that are open, and the rounds of the outermost one.
    loops: Cell<(u32, usize)>,
    /// Outermost loops that were given up.
    pub(super) endless: RefCell<Vec<Span>>,
    /// References to what is not declared.
    pub(super) undeclared: RefCell<Vec<(Target, Span)>>,
}

/// Evaluates an expression that can refer to nothing.
pub(super) fn constant(expr: &Expr) -> Value {
    let fuel = Cell::new(100_000);
    Evaluator::new(&Empty, &fuel).eval(expr, &Scope::default())
}

/// Why something is not known that comes with the deployment; `shown` is how it is written.
pub(super) fn deployed(shown: &str) -> Cause {
    let text = format!("`{shown}` is known only when deployed");
    Cause::new(CauseKind::Deployment, text)
}

/// The value without the cases in which it is an error, unless it is one in all of them.
fn possible_cases(value: Value) -> Value {
    fn fails(value: &Value) -> bool {
        match &value.data {
            Data::Cases(cases) => fails(&cases.then) || fails(&cases.otherwise),
            _ => is_error(value),
        }
    }
    let Data::Cases(cases) = &value.data else {
        return value;
    };
    if !fails(&value) {
        return value;
    }
    let side = |holds| possible_cases(value.restrict(&cases.cond, holds));
    let (then, otherwise) = (side(true), side(false));
    match (is_error(&then), is_error(&otherwise)) {
        (true, false) => otherwise,
        (false, true) => then,
        _ => Value::cases(cases.cond.clone(), then, otherwise).with_origin_of(&value),
    }
}

impl<'w> Evaluator<'w> {
    pub(super) fn new(world: &'w dyn World, fuel: &'w Cell<u64>) -> Evaluator<'w> {
        Evaluator {
            world,
            fuel,
            depth: Cell::new(0),
            attempting: Cell::new(false),
            loops: Cell::new((0, 0)),
            endless: RefCell::default(),
            undeclared: RefCell::default(),
        }
    }

    /// Evaluates what Terraform may not look at: what it refers to need not be declared.
    pub(super) fn perhaps<R>(&self, run: impl FnOnce() -> R) -> R {
        let before = self.undeclared.borrow().len();
        let out = run();
        self.undeclared.borrow_mut().truncate(before);
        out
    }

    /// Evaluates what may fail as a whole: `try` and `can` see errors inside, too.
    pub(super) fn attempt(&self, expr: &Expr, scope: &Scope<'_>) -> Value {
        let outside = self.attempting.replace(true);
        let value = self.eval(expr, scope);
        self.attempting.set(outside);
        value
    }

    /// The error among the members of something, where that fails as a whole.
    fn failed<'v>(&self, mut members: impl Iterator<Item = &'v Value>) -> Option<Value> {
        let attempting = self.attempting.get();
        members.find(|v| attempting && is_error(v)).cloned()
    }

    /// The value of an expression, with the expression's whole place as its nearest one. Cases that
    /// Terraform refuses are none, where nothing around it looks at errors.
    pub(super) fn eval_whole(&self, expr: &Expr, scope: &Scope<'_>) -> Value {
        let value = self.eval(expr, scope);
        let value = match self.attempting.get() {
            true => value,
            false => possible_cases(value),
        };
        value.within(expr.span)
    }

    /// The value of an expression.
    pub(super) fn eval(&self, expr: &Expr, scope: &Scope<'_>) -> Value {
        // Literals first: most of a file, and free.
        if let Kind::Literal(value) = &expr.kind {
            return value.clone();
        }
        if !self.spend(1) {
            return limit("evaluating it takes more steps than azvet follows").at(expr.span);
        }
        if self.depth.get() >= DEEPEST {
            return limit("it is nested deeper than azvet follows").at(expr.span);
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.dispatch(expr, scope);
        self.depth.set(self.depth.get() - 1);
        value
    }

    /// Takes steps from the budget; false when it is used up.
    pub(super) fn spend(&self, steps: u64) -> bool {
        match self.fuel.get().checked_sub(steps) {
            Some(left) => {
                self.fuel.set(left);
                true
            }
            None => {
                self.fuel.set(0);
                false
            }
        }
    }

    fn dispatch(&self, expr: &Expr, scope: &Scope<'_>) -> Value {
        let span = expr.span;
        match &expr.kind {
            Kind::Literal(value) => value.clone(),
            Kind::Template(parts) => self.template(parts, scope).or_at(span),
            Kind::List(items) => {
                let items: Vec<Value> = items.iter().map(|e| self.eval_whole(e, scope)).collect();
                match self.failed(items.iter()) {
                    Some(error) => error,
                    None => Value::list(items).at(span),
                }
            }
            Kind::Object(items) => self.object(items, scope).at(span),
            Kind::Name(name) => match scope.get(name) {
                Some(value) => value.clone().through(span, Reads::named(name.clone())),
                None => error(&format!("`{name}` stands for nothing")).at(span),
            },
            Kind::Traverse(t) => self.traverse(t, expr, scope),
            Kind::If(parts) => self.conditional(parts, scope).or_at(span),
            Kind::Call(call) => functions::call(self, call, span, scope).or_at(span),
            Kind::Not(e) => {
                let value = self.eval(e, scope);
                let marks = value.all_marks();
                let not = operators::not(&value).marked(marks).or_at(span);
                not.decided_by(&value)
            }
            Kind::Negate(e) => {
                let value = self.eval(e, scope);
                let marks = value.all_marks();
                operators::negate(&value).marked(marks).or_at(span)
            }
            Kind::Binary(op, sides) => self.binary(*op, sides, scope).or_at(span),
            Kind::For(f) => {
                let (open, rounds) = self.loops.get();
                self.loops
                    .set((open + 1, if open == 0 { 0 } else { rounds }));
                let value = self.for_expr(f, scope);
                let (_, rounds) = self.loops.get();
                self.loops.set((open, rounds));
                if open == 0 && rounds > each::MOST_ROUNDS {
                    self.endless.borrow_mut().push(span);
                    return limit("the loop is longer than azvet follows").at(span);
                }
                value.or_at(span)
            }
        }
    }

    fn conditional(&self, [cond, then, otherwise]: &[Expr; 3], scope: &Scope<'_>) -> Value {
        let cond = self.eval(cond, scope);
        let cond = lift(&cond, &mut |c| {
            if is_error(c) {
                return c.clone();
            }
            to_bool(c)
                .filter(|b| !b.is_null())
                .unwrap_or_else(|| error("a condition that is no boolean"))
        });
        if is_error(&cond) {
            return cond;
        }
        // Both sides have a say in the type of the result, also the one that is not taken; its errors
        // do not count.
        let written = [then, otherwise];
        let sides = written.map(|side| self.eval(side, scope));
        let types = [0, 1].map(|i| side_type(written[i], &sides[i]));
        let Some(ty) = unify(&types) else {
            let reason = "a conditional with sides of different types";
            // Beside a null of no type, which is not told from others here, Terraform takes more.
            let open = |t: &Type| t.holds(&Type::Any) || t.holds(&Type::Null);
            if !types.iter().any(open) {
                return error(reason);
            }
            let [then, otherwise] = &sides;
            let symbol = Symbol::derived("conditional", reason, &[&cond, then, otherwise]);
            let marks = cond.all_marks() | then.all_marks() | otherwise.all_marks();
            return Value::from(symbol.maybe_null()).marked(marks);
        };
        let [then, otherwise] = sides;
        // Terraform marks what comes out like both sides, also the one that is not taken.
        let marks = then.marks() | otherwise.marks();
        let value = match cond.as_bool() {
            Some(true) => ty.convert(&then).decided_by(&cond).marked(marks),
            Some(false) => ty.convert(&otherwise).decided_by(&cond).marked(marks),
            None => select(&cond, &ty.convert(&then), &ty.convert(&otherwise)),
        };
        // Which side it is tells of the condition.
        value.marked(cond.all_marks())
    }

    fn object(&self, items: &[super::syntax::ast::ObjectItem], scope: &Scope<'_>) -> Value {
        let mut entries = Vec::with_capacity(items.len());
        let mut uncertain: Vec<Value> = Vec::new();
        let mut marks = Marks::default();
        for item in items {
            let key = self.eval(&item.key, scope);
            marks |= key.all_marks();
            let value = self.eval_whole(&item.value, scope);
            let key_span = Some(item.key.span);
            match to_string(&key)
                .filter(|k| !k.is_null())
                .map(|k| (k.as_str().map(Name::from), k))
            {
                Some((Some(key), _)) => entries.push(Entry {
                    key,
                    key_span,
                    value,
                }),
                Some((None, key)) => {
                    entries.push(Entry {
                        key: key.shown().into(),
                        key_span,
                        value,
                    });
                    uncertain.push(key);
                }
                None => return error("a key that is no string"),
            }
        }
        if let Some(error) = self.failed(entries.iter().map(|e| &e.value)) {
            return error;
        }
        keyed(entries, &uncertain).marked(marks)
    }
}

/// The type that a side of a conditional has for Terraform, which does not count its errors, and says
/// nothing of what `try` gives before all of that is known.
fn side_type(side: &Expr, value: &Value) -> Type {
    match &side.kind {
        Kind::Template(_) => Type::String,
        _ if functions::has_error(value) => Type::Any,
        Kind::Call(call) if &*call.name == "try" && !value.is_fully_known() => Type::Any,
        Kind::If(parts) if parts[1..].iter().any(|p| side_type(p, value) == Type::Any) => Type::Any,
        _ => Type::of(value),
    }
}

/// An object of entries, of which some have keys that are not wholly known (they are shown in their
/// place). Then nothing can be said of keys that are not there.
pub(super) fn keyed(entries: Vec<Entry>, uncertain: &[Value]) -> Value {
    let mut object = Object::known(entries);
    if !uncertain.is_empty() {
        let keys: Vec<&Value> = uncertain.iter().collect();
        object.rest = Some(std::sync::Arc::new(Rest {
            symbol: Symbol::derived("keys", "keys that are not known", &keys),
            element: None,
        }));
    }
    Data::Object(object).into()
}

/// Whether the entries are all there are, and only their keys are uncertain.
pub(super) fn only_keys(rest: &Rest) -> bool {
    rest.symbol.key().starts_with("keys(")
}
