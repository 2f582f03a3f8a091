//! The state of one evaluation, its limits, and what is common to all of it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::Known;
use super::frame::{Frame, FrameId};
use super::linked::Linked;
use crate::declared::{Graph, NodeId, Opaque, Problem};
use crate::source::{FileId, Source, Sources, Span};
use crate::value::{Cause, CauseKind, Data, Reads, Symbol, Value};

/// Expressions, values and deployments nested deeper than this are not followed.
const DEEPEST: u32 = 160;
/// Evaluation steps in one unit; real templates need some ten thousands.
const MOST_STEPS: u64 = 5_000_000;
/// Values that loops make in one unit; memory is the limit.
const MOST_MADE: usize = 200_000;
/// Members of one value, all levels together.
const LARGEST: usize = 200_000;
/// Characters of one text.
pub(super) const LONGEST: usize = 1 << 18;
/// Cases of one value: those of six conditions.
const MOST_CASES: usize = 64;

/// Evaluates one template with all that it deploys.
pub(super) struct Evaluator<'s> {
    pub(super) sources: &'s Sources,
    pub(super) known: &'s Known,
    frames: RefCell<Vec<Rc<Frame>>>,
    pub(super) graph: RefCell<Graph>,
    pub(super) opaque: RefCell<Vec<Opaque>>,
    /// Linked templates that are deployed.
    pub(super) called: RefCell<BTreeSet<FileId>>,
    /// Linked templates that were read.
    pub(super) read: RefCell<HashMap<FileId, Linked>>,
    problems: RefCell<Vec<Told>>,
    pub(super) notices: RefCell<Vec<Problem>>,
    /// The problems by cause and message.
    told: RefCell<HashMap<(Span, String), usize>>,
    /// What in the graph is being evaluated: it waits for what it reads.
    current: RefCell<Vec<NodeId>>,
    /// User-defined functions that are being called.
    calling: RefCell<Vec<(FrameId, Arc<str>)>>,
    depth: Cell<u32>,
    /// How many unknown conditions what is being evaluated depends on.
    assumed: Cell<u32>,
    /// Whether what is being evaluated has read a default value that a deployment may replace.
    defaulted: Cell<bool>,
    steps: Cell<u64>,
    /// Values that loops made.
    made: Cell<usize>,
    /// Resource instances so far.
    pub(super) instances: Cell<usize>,
    recent: RefCell<Option<(FileId, Arc<Source>)>>,
}

/// A problem, and where else the same cause shows.
struct Told {
    problem: Problem,
    again: Vec<Span>,
}

/// Leaves a level of nesting, or of assumptions, when dropped.
pub(super) struct Level<'e>(&'e Cell<u32>);

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl<'s> Evaluator<'s> {
    pub(super) fn new(sources: &'s Sources, known: &'s Known) -> Evaluator<'s> {
        Evaluator {
            sources,
            known,
            frames: RefCell::default(),
            graph: RefCell::default(),
            opaque: RefCell::default(),
            called: RefCell::default(),
            read: RefCell::default(),
            problems: RefCell::default(),
            notices: RefCell::default(),
            told: RefCell::default(),
            current: RefCell::default(),
            calling: RefCell::default(),
            depth: Cell::new(0),
            assumed: Cell::new(0),
            defaulted: Cell::new(false),
            steps: Cell::new(0),
            made: Cell::new(0),
            instances: Cell::new(0),
            recent: RefCell::default(),
        }
    }

    /// All problems so far; to be called once, at the end.
    pub(super) fn take_problems(&self) -> Vec<Problem> {
        let told = self.problems.take().into_iter();
        told.map(|told| match &*told.again {
            [] => told.problem,
            again => {
                let same = format!("the same at {}", self.lines(again, told.problem.span));
                told.problem.more_help(&same)
            }
        })
        .collect()
    }

    /// Places as `line 3, line 7 and 2 more`, with their file where it is another than that of `near`.
    fn lines(&self, spans: &[Span], near: Option<Span>) -> String {
        const SHOWN: usize = 5;
        let shown = spans.iter().take(SHOWN).map(|span| {
            let file = self.file(span.file);
            let line = file.position(span.start).line;
            match near.is_some_and(|near| near.file == span.file) {
                true => format!("line {line}"),
                false => format!("{}:{line}", file.path),
            }
        });
        let mut out = shown.collect::<Vec<_>>().join(", ");
        if spans.len() > SHOWN {
            out += &format!(" and {} more", spans.len() - SHOWN);
        }
        out
    }

    pub(super) fn frame(&self, id: FrameId) -> Rc<Frame> {
        self.frames.borrow()[id].clone()
    }

    /// The number that the next frame gets.
    pub(super) fn next_frame(&self) -> FrameId {
        self.frames.borrow().len()
    }

    pub(super) fn add_frame(&self, frame: Frame) -> FrameId {
        let mut frames = self.frames.borrow_mut();
        debug_assert_eq!(frame.id, frames.len());
        frames.push(Rc::new(frame));
        frames.len() - 1
    }

    /// Goes one level deeper, unless that is too deep or there were too many steps.
    pub(super) fn enter(&self) -> Option<Level<'_>> {
        let steps = self.steps.get() + 1;
        self.steps.set(steps);
        if self.depth.get() >= DEEPEST || steps > MOST_STEPS {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        Some(Level(&self.depth))
    }

    /// What is evaluated until the result is dropped happens only under a condition that is not known.
    pub(super) fn assume(&self) -> Level<'_> {
        self.assumed.set(self.assumed.get() + 1);
        Level(&self.assumed)
    }

    /// [`Evaluator::assume`] where there is such a condition.
    pub(super) fn assume_if(&self, open: bool) -> Option<Level<'_>> {
        open.then(|| self.assume())
    }

    /// [`Evaluator::assume`] unless something exists for certain.
    pub(super) fn assume_exists(&self, exists: &Value) -> Option<Level<'_>> {
        self.assume_if(exists.as_bool() != Some(true))
    }

    /// Whether Resource Manager evaluates what is being evaluated, whatever the inputs are.
    pub(super) fn is_certain(&self) -> bool {
        self.assumed.get() == 0 && !self.defaulted.get()
    }

    /// Whether what is being evaluated is so by default, and may be otherwise.
    pub(super) fn is_by_default(&self) -> bool {
        self.defaulted.get()
    }

    /// What is being evaluated depends on a default value that a deployment may replace.
    pub(super) fn read_default(&self) {
        self.defaulted.set(true);
    }

    /// Runs `f`, which evaluates something of its own; also whether that depends on a default value
    /// that a deployment may replace. What is around it then does as well.
    pub(super) fn apart<R>(&self, f: impl FnOnce() -> R) -> (R, bool) {
        let around = self.defaulted.replace(false);
        let result = f();
        let inside = self.defaulted.get();
        self.defaulted.set(around || inside);
        (result, inside)
    }

    /// Counts work that is not nested.
    pub(super) fn work(&self, amount: usize) {
        self.steps
            .set(self.steps.get().saturating_add(amount as u64));
    }

    /// Counts one more value that a loop makes; false when there are too many, which is told once.
    pub(super) fn makes(&self, span: Span) -> bool {
        let made = self.made.get();
        self.made.set(made.saturating_add(1));
        if made == MOST_MADE {
            let message = format!("the loops of the template make more than {MOST_MADE} values");
            self.problem(
                Problem::at(span, message)
                    .help("what depends on values beyond this point is not checked"),
            );
        }
        made < MOST_MADE
    }

    /// What stands for a value that [`Evaluator::makes`] has no room for.
    pub(super) fn unmade(&self, span: Span) -> Value {
        let key = format!("unmade:{:?}:{}", span.file, span.start);
        let cause = Cause::new(
            CauseKind::Limit,
            "the loops make more values than azvet follows",
        );
        Value::from(Symbol::new(key, self.source(span), cause)).at(span)
    }

    /// Tells a problem, once per place.
    pub(super) fn problem(&self, problem: Problem) {
        match problem.span {
            Some(span) => self.problem_of(span, problem),
            None => self.push(problem),
        }
    }

    /// Tells a problem once, however many places show what is wrong at `cause`.
    pub(super) fn problem_of(&self, cause: Span, problem: Problem) {
        let mut told = self.told.borrow_mut();
        let key = (cause, problem.message.clone());
        let Some(&at) = told.get(&key) else {
            told.insert(key, self.problems.borrow().len());
            return self.push(problem);
        };
        let told = &mut self.problems.borrow_mut()[at];
        let new = problem.span.filter(|span| told.problem.span != Some(*span));
        if let Some(span) = new.filter(|span| !told.again.contains(span)) {
            told.again.push(span);
        }
    }

    fn push(&self, problem: Problem) {
        let again = Vec::new();
        self.problems.borrow_mut().push(Told { problem, again });
    }

    /// Tells what is wrong with these values at a place. Where one of them was written elsewhere, that is
    /// said and is the cause.
    pub(super) fn problem_with(&self, values: &[&Value], problem: Problem) {
        let Some(at) = problem.span else {
            return self.push(problem);
        };
        let written = values.iter().filter_map(|v| Some(v.origin()?.written_at()));
        let mut elsewhere = written.filter(|written| !written.is_within(at));
        match (elsewhere.next(), elsewhere.next()) {
            (Some(written), None) => {
                let place = self.lines(&[written], Some(at));
                let from = format!("the value comes from {place}");
                self.problem_of(written, problem.more_help(&from));
            }
            _ => self.problem(problem),
        }
    }

    /// What stands for something that the template gets wrong.
    pub(super) fn invalid(&self, span: Span, why: impl Into<Arc<str>>) -> Value {
        let shown = self.source(span);
        let key = format!("invalid:{:?}:{}", span.file, span.start);
        let cause = Cause::new(CauseKind::Invalid, why);
        Value::from(Symbol::new(key, shown, cause)).at(span)
    }

    /// What stands for something beyond the limits.
    pub(super) fn limit(&self, span: Span) -> Value {
        let why = if self.steps.get() > MOST_STEPS {
            let problem = "the template takes more steps to evaluate than azvet makes";
            if self.told_limit() {
                self.problem(
                    Problem::at(span, problem)
                        .help("what depends on values beyond this point is not checked"),
                );
            }
            problem
        } else {
            "the template nests expressions deeper than azvet follows"
        };
        let key = format!("limit:{:?}:{}", span.file, span.start);
        let cause = Cause::new(CauseKind::Limit, why);
        Value::from(Symbol::new(key, self.source(span), cause)).at(span)
    }

    /// True the first time.
    fn told_limit(&self) -> bool {
        !self
            .problems
            .borrow()
            .iter()
            .any(|told| told.problem.message.contains("more steps"))
    }

    /// The text at a place, in one line and not too long, to show what an unknown stands for.
    pub(super) fn source(&self, span: Span) -> String {
        let source = self.file(span.file);
        let text = source.text.get(span.range()).unwrap_or_default();
        let text = text
            .strip_prefix('[')
            .and_then(|t| t.strip_suffix(']'))
            .unwrap_or(text);
        let mut out = String::new();
        for word in text.split_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
            if out.len() > 100 {
                let cut = (0..=100).rev().find(|&at| out.is_char_boundary(at));
                out.truncate(cut.unwrap_or(0));
                out.push('…');
                break;
            }
        }
        out
    }

    pub(super) fn file(&self, id: FileId) -> Arc<Source> {
        let mut recent = self.recent.borrow_mut();
        match &*recent {
            Some((file, source)) if *file == id => source.clone(),
            _ => recent.insert((id, self.sources.get(id))).1.clone(),
        }
    }

    /// Gives the result of the expression at `span` its origin: what comes from elsewhere was read
    /// here, what has no place was made here, what was written inside stays.
    pub(super) fn settle(&self, value: Value, span: Span) -> Value {
        let value = if cases(&value) > MOST_CASES {
            self.too_many_cases(&value, span)
        } else {
            value
        };
        match value.span() {
            None => value.at(span),
            Some(s) if s.file == span.file && span.start <= s.start && s.end <= span.end => value,
            Some(_) => {
                let reads = Reads::named(self.source(span));
                value.through(span, reads)
            }
        }
    }

    fn too_many_cases(&self, value: &Value, span: Span) -> Value {
        let cause = Cause::new(CauseKind::Limit, "it depends on too many conditions");
        let symbol = Symbol::derived("cases", self.source(span), &[value]).because(cause);
        Value::from(symbol).sensitive(value.is_sensitive())
    }

    /// The value, unless it is too large to go on with.
    pub(super) fn bounded(&self, value: Value, span: Span) -> Value {
        let mut left = LARGEST;
        if fits(&value, &mut left) {
            self.work((LARGEST - left) / 8);
            value
        } else {
            self.work(LARGEST / 8);
            let key = format!("large:{:?}:{}", span.file, span.start);
            let cause = Cause::new(CauseKind::Limit, "the value is larger than azvet follows");
            Value::from(Symbol::new(key, self.source(span), cause)).at(span)
        }
    }

    /// Runs `f`; what it reads is waited for by `node`.
    pub(super) fn waiting<R>(&self, node: NodeId, f: impl FnOnce() -> R) -> R {
        self.current.borrow_mut().push(node);
        let result = f();
        self.current.borrow_mut().pop();
        result
    }

    /// Runs `f`, the call of a user-defined function; `None` when it is called inside itself.
    pub(super) fn calling<R>(
        &self,
        of: FrameId,
        name: &Arc<str>,
        f: impl FnOnce() -> R,
    ) -> Option<R> {
        let function = (of, name.clone());
        if self.calling.borrow().contains(&function) {
            return None;
        }
        self.calling.borrow_mut().push(function);
        let result = f();
        self.calling.borrow_mut().pop();
        Some(result)
    }

    /// Whatever is being evaluated waits for `node`.
    pub(super) fn reads(&self, node: NodeId) {
        if let Some(current) = self.current.borrow().last() {
            self.graph.borrow_mut().wait(*current, node);
        }
    }
}

/// What is wrong whenever the template is evaluated, and as late as that: validating it passes.
pub(super) fn refusal(span: Span, message: impl Into<String>) -> Problem {
    Problem::at(span, message).help("Resource Manager refuses the template when it evaluates this")
}

/// How many cases a value has, up to a little more than allowed.
fn cases(value: &Value) -> usize {
    fn count(value: &Value, left: &mut usize) {
        match &value.data {
            Data::Cases(cases) if *left > 0 => {
                count(&cases.then, left);
                count(&cases.otherwise, left);
            }
            _ => *left = left.saturating_sub(1),
        }
    }
    let Data::Cases(_) = value.data else { return 1 };
    let mut left = MOST_CASES + 1;
    count(value, &mut left);
    MOST_CASES + 1 - left
}

fn fits(value: &Value, left: &mut usize) -> bool {
    if *left == 0 {
        return false;
    }
    *left -= 1;
    match &value.data {
        Data::Text(text) => {
            let length = text.as_known().map_or(0, str::len);
            length <= LONGEST && text.pieces().count() <= LONGEST / 64
        }
        Data::List(list) => list.items.iter().all(|v| fits(v, left)),
        Data::Object(object) => object.entries.iter().all(|e| fits(&e.value, left)),
        Data::Cases(cases) => fits(&cases.then, left) && fits(&cases.otherwise, left),
        Data::Null | Data::Bool(_) | Data::Number(_) | Data::Unknown(_) => true,
    }
}
