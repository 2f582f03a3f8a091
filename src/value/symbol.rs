//! What is not known: with an identity, so that equal symbols are equal values, and a cause.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::depends::Depends;
use super::key::{hash, key_of};
use super::{Data, Reference, Value};

/// An unknown. Two symbols are equal when their keys are: the same input, or the same function of
/// equal inputs.
#[derive(Clone)]
pub struct Symbol(Arc<Inner>);

struct Inner {
    key: Arc<str>,
    shown: Arc<str>,
    cause: Cause,
    nullable: bool,
    reference: Option<Reference>,
    perhaps: Arc<[Reference]>,
    /// The base symbols that it is a function of, each by the hash of its key; sorted.
    roots: Arc<[u64]>,
    equals: Option<(Arc<str>, Arc<str>)>,
    counts: Option<Value>,
}

/// Why something is not known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cause {
    /// The sort of cause, for counting.
    pub kind: CauseKind,
    /// For people: "variable `name` has no value".
    pub text: Arc<str>,
}

/// Sorts of causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CauseKind {
    /// An input without a value: a variable or parameter.
    Input,
    /// Something outside the analysed set: a data source, an existing resource, a module not there.
    Outside,
    /// Known only when deployed.
    Deployment,
    /// A function or form that azvet does not evaluate.
    Unsupported,
    /// More cases, instances or nesting than azvet follows.
    Limit,
    /// The template is wrong here; reported as an error of its own.
    Invalid,
}

impl CauseKind {
    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            CauseKind::Input => "input",
            CauseKind::Outside => "outside",
            CauseKind::Deployment => "deployment",
            CauseKind::Unsupported => "unsupported",
            CauseKind::Limit => "limit",
            CauseKind::Invalid => "invalid",
        }
    }
}

impl Cause {
    /// A cause of this kind.
    pub fn new(kind: CauseKind, text: impl Into<Arc<str>>) -> Cause {
        Cause {
            kind,
            text: text.into(),
        }
    }
}

impl Symbol {
    /// A base symbol. `key` must be unique for the thing within a unit; `shown` is how the language
    /// writes it (`var.name`). It may be null unless [`Symbol::never_null`] says otherwise.
    pub fn new(key: impl Into<Arc<str>>, shown: impl Into<Arc<str>>, cause: Cause) -> Symbol {
        let key = key.into();
        Symbol(Arc::new(Inner {
            roots: Arc::from([hash(&key)]),
            key,
            shown: shown.into(),
            cause,
            nullable: true,
            reference: None,
            perhaps: Arc::default(),
            equals: None,
            counts: None,
        }))
    }

    /// A function of values, at least one of them unknown: equal for equal arguments. Never null.
    pub fn derived(function: &str, shown: impl Into<Arc<str>>, arguments: &[&Value]) -> Symbol {
        let keys: Vec<String> = arguments.iter().map(|v| key_of(v)).collect();
        Symbol::function(function, shown.into(), arguments, &keys)
    }

    /// The same, with the arguments' keys.
    fn function(function: &str, shown: Arc<str>, arguments: &[&Value], keys: &[String]) -> Symbol {
        let mut depends = Depends::default();
        arguments.iter().for_each(|argument| depends.add(argument));
        Symbol(Arc::new(Inner {
            key: super::key::bounded(format!("{function}({})", keys.join(","))).into(),
            shown,
            roots: depends.roots(),
            cause: depends.cause.unwrap_or_else(|| {
                Cause::new(
                    CauseKind::Unsupported,
                    format!("`{function}` is not evaluated"),
                )
            }),
            nullable: false,
            reference: None,
            perhaps: Arc::default(),
            equals: None,
            counts: None,
        }))
    }

    /// The condition `value == other`, where the two can't be compared now.
    pub(super) fn equality(value: &Value, other: &Value) -> Symbol {
        let known = |v: &Value| v.first_symbol().is_none();
        let (mut sides, mut keys) = ([value, other], [key_of(value), key_of(other)]);
        let swapped = match &value.data {
            Data::Unknown(_) if known(other) => false,
            _ => known(value) || keys[0] > keys[1],
        };
        if swapped {
            sides.reverse();
            keys.reverse();
        }
        let [a, b] = sides;
        let shown = format!("{} == {}", quoted(a), quoted(b));
        let mut symbol = Symbol::function("eq", shown.into(), &sides, &keys);
        if let (Data::Unknown(subject), true) = (&a.data, known(b))
            && let Some(inner) = Arc::get_mut(&mut symbol.0)
        {
            let [_, other] = keys;
            inner.equals = Some((subject.0.key.clone(), other.into()));
        }
        symbol
    }

    /// The same symbol, known to be never null: a computed attribute, a result of a function.
    pub fn never_null(self) -> Symbol {
        self.modify(|inner| inner.nullable = false)
    }

    /// The same symbol, which may be null: a member of something unknown.
    pub fn maybe_null(self) -> Symbol {
        self.modify(|inner| inner.nullable = true)
    }

    /// The same symbol, standing for an attribute of a declared resource.
    pub fn referring(self, reference: Reference) -> Symbol {
        self.modify(|inner| inner.reference = Some(reference))
    }

    /// The same symbol, standing for one of these attributes.
    pub fn perhaps_referring(self, references: Vec<Reference>) -> Symbol {
        self.modify(|inner| inner.perhaps = references.into())
    }

    /// The same symbol with another cause.
    pub fn because(self, cause: Cause) -> Symbol {
        self.modify(|inner| inner.cause = cause)
    }

    /// The same symbol, standing for members whose number is `length`: the instances of a block that
    /// is repeated for the members of another collection. It depends on what that depends on.
    pub fn counting(self, length: Value) -> Symbol {
        self.modify(|inner| {
            let mut depends = Depends::default();
            depends.roots_of(&inner.roots);
            depends.add(&length);
            inner.roots = depends.roots();
            inner.counts = Some(length);
        })
    }

    /// The same symbol, no longer counting: for members that may coincide, or be taken apart.
    pub fn uncounted(self) -> Symbol {
        match self.0.counts {
            Some(_) => self.modify(|inner| inner.counts = None),
            None => self,
        }
    }

    fn modify(self, change: impl FnOnce(&mut Inner)) -> Symbol {
        let mut inner = Inner {
            key: self.0.key.clone(),
            shown: self.0.shown.clone(),
            cause: self.0.cause.clone(),
            nullable: self.0.nullable,
            reference: self.0.reference.clone(),
            perhaps: self.0.perhaps.clone(),
            roots: self.0.roots.clone(),
            equals: self.0.equals.clone(),
            counts: self.0.counts.clone(),
        };
        change(&mut inner);
        Symbol(Arc::new(inner))
    }

    /// The identity.
    pub fn key(&self) -> &str {
        &self.0.key
    }

    /// As the language of the template writes it.
    pub fn shown(&self) -> &str {
        &self.0.shown
    }

    /// Why it is not known.
    pub fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// Whether it may turn out to be null.
    pub fn nullable(&self) -> bool {
        self.0.nullable
    }

    /// The resource attribute it stands for.
    pub fn reference(&self) -> Option<&Reference> {
        self.0.reference.as_ref()
    }

    /// The attributes of which it is one; none where that is not known.
    pub fn may_refer(&self) -> &[Reference] {
        &self.0.perhaps
    }

    /// The base symbols that it is a function of.
    pub(super) fn roots(&self) -> &Arc<[u64]> {
        &self.0.roots
    }

    /// Whether both are functions of one base symbol.
    pub(super) fn shares_input(&self, other: &Symbol) -> bool {
        let roots = &other.0.roots;
        self.0.roots.iter().any(|r| roots.binary_search(r).is_ok())
    }

    /// The number of members that it stands for, when something else gives it.
    pub(super) fn counts(&self) -> Option<&Value> {
        self.0.counts.as_ref()
    }

    /// For an equality with something known: the subject's key and the other side's.
    pub(super) fn equals(&self) -> Option<(&str, &str)> {
        self.0.equals.as_ref().map(|(a, b)| (&**a, &**b))
    }
}

/// As part of an expression: `var.x`, `"text"`.
pub(super) fn quoted(value: &Value) -> String {
    match &value.data {
        Data::Text(text) if !value.is_sensitive() => format!("\"{}\"", text.shown()),
        Data::Unknown(symbol) => symbol.shown().to_owned(),
        _ => value.shown(),
    }
}

impl PartialEq for Symbol {
    fn eq(&self, other: &Symbol) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.key == other.0.key
    }
}

impl Eq for Symbol {}

impl Hash for Symbol {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.key.hash(state);
    }
}

impl std::fmt::Debug for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "?{}", self.0.key)
    }
}
