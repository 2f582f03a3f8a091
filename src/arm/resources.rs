//! The resources of one deployment: every instance with its name, id, condition and address, before
//! any body is evaluated. References are looked up here.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::copy::Rounds;
use super::evaluator::Evaluator;
use super::frame::{Env, Frame, FrameId};
use super::naming::{folded, id_of, joined_names};
use super::place::{self, Place};
use super::scope::both;
use super::template::{Kind, Node};
use crate::declared::{NodeId, Problem};
use crate::value::{Text, Value, lift};

/// The one type that is part of the template language.
const DEPLOYMENTS: &str = "Microsoft.Resources/deployments";
/// Instances in one unit.
const MOST: usize = 20_000;

/// One resource, or one round of its `copy`.
pub(super) struct Instance {
    pub(super) frame: FrameId,
    pub(super) address: Arc<str>,
    /// What the address starts with: its deployment.
    pub(super) module: Arc<str>,
    pub(super) symbolic: Option<Arc<str>>,
    pub(super) type_name: Arc<str>,
    /// With the names of all parents.
    pub(super) name: Value,
    /// The id, where type and name fit together.
    pub(super) id: Option<Value>,
    pub(super) scope: Value,
    pub(super) place: Place,
    pub(super) node: Node,
    pub(super) env: Env,
    /// Its own condition and its deployment's.
    pub(super) exists: Value,
    pub(super) managed: bool,
    pub(super) parent: Option<usize>,
    /// In the dependency graph: what waits for others before it starts, and what others wait for.
    /// They differ for deployments, whose resources come in between.
    pub(super) start: NodeId,
    pub(super) done: NodeId,
    pub(super) body: OnceCell<Value>,
    pub(super) busy: Cell<bool>,
    pub(super) nested: OnceCell<Option<FrameId>>,
}

/// The instances of one deployment and the ways to name them.
#[derive(Default)]
pub(super) struct Resources {
    pub(super) list: Vec<Instance>,
    symbols: HashMap<String, Vec<usize>>,
    ids: HashMap<String, Vec<usize>>,
    /// Names, `type/name` forms, and names of loops.
    loose: HashMap<String, Vec<usize>>,
    addresses: HashMap<String, usize>,
    /// Whether something is declared that is not in the list: a loop without rounds, a resource of
    /// another system, what could not be read.
    pub(super) partial: bool,
}

impl Instance {
    /// Whether it deploys a template.
    pub(super) fn is_deployment(&self) -> bool {
        self.managed && self.type_name.eq_ignore_ascii_case(DEPLOYMENTS)
    }
}

impl Resources {
    /// By exact id.
    pub(super) fn by_id(&self, id: &Value) -> &[usize] {
        self.ids.get(&folded(id)).map_or(&[], Vec::as_slice)
    }

    /// By symbolic name, with or without the number of a copy.
    pub(super) fn by_symbol(&self, name: &Value) -> &[usize] {
        self.symbols.get(&folded(name)).map_or(&[], Vec::as_slice)
    }

    /// By name, `type/name`, or name of a `copy`.
    pub(super) fn by_name(&self, name: &Value) -> &[usize] {
        self.loose.get(&folded(name)).map_or(&[], Vec::as_slice)
    }
}

impl Evaluator<'_> {
    /// The instances of a deployment; `None` while they are being worked out, which only a template
    /// that goes in circles asks for.
    pub(super) fn resources(&self, frame: FrameId) -> Option<Rc<Resources>> {
        let frame = self.frame(frame);
        if let Some(done) = frame.resources.get() {
            return Some(done.clone());
        }
        if frame.expanding.replace(true) {
            return None;
        }
        let _assuming = self.assume_exists(&frame.exists);
        let mut build = Build {
            e: self,
            frame: &frame,
            out: Resources::default(),
        };
        build.section(frame.template.get("resources"), None, &frame.env());
        let out = Rc::new(build.out);
        frame.expanding.set(false);
        Some(frame.resources.get_or_init(|| out).clone())
    }
}

struct Build<'b, 's> {
    e: &'b Evaluator<'s>,
    frame: &'b Frame,
    out: Resources,
}

impl Build<'_, '_> {
    fn section(&mut self, section: Option<&Node>, parent: Option<usize>, env: &Env) {
        let Some(section) = section else { return };
        match &section.kind {
            Kind::Array(elements) => {
                for element in elements.iter() {
                    self.declaration(element, None, parent, env);
                }
            }
            Kind::Object(properties) => {
                for p in properties.iter() {
                    self.declaration(&p.value, Some(&p.key), parent, env);
                }
            }
            _ => self.e.problem(
                Problem::at(section.span, "`resources` is no list of resources")
                    .help("expressions can't make resources; write them out or use `copy`"),
            ),
        }
    }

    fn declaration(
        &mut self,
        node: &Node,
        symbolic: Option<&Arc<str>>,
        parent: Option<usize>,
        env: &Env,
    ) {
        let Some(_level) = self.e.enter() else {
            self.e.limit(node.span);
            return;
        };
        if !node.is_object() {
            self.out.partial = true;
            self.e
                .problem(Problem::at(node.span, "a resource has to be an object"));
            return;
        }
        let Some(copy) = node.get("copy").filter(|c| c.is_object()) else {
            self.instance(node, symbolic, parent, env, None);
            return;
        };
        let name = copy.get("name").and_then(Node::as_str).unwrap_or_default();
        let first = self.out.list.len();
        match self.e.rounds(copy, env) {
            Rounds::Known(rounds) => {
                for (i, takes_place) in rounds.iter().enumerate() {
                    let index = Value::from(i as i64);
                    let env = env.in_loop(name, index.clone(), true);
                    let round = Some((index, takes_place));
                    self.instance(node, symbolic, parent, &env, round);
                }
            }
            Rounds::Unknown { index, any } => {
                let index = Value::from(index);
                let env = env.in_loop(name, index.clone(), true);
                self.instance(node, symbolic, parent, &env, Some((index, &any)));
            }
        }
        self.out.partial |= self.out.list.len() == first;
        let of_loop: Vec<usize> = (first..self.out.list.len())
            .filter(|&i| self.out.list[i].parent == parent)
            .collect();
        self.serial(copy, &of_loop, env);
        if !name.is_empty() {
            let places = self.out.loose.entry(folded(&name.into())).or_default();
            places.extend(of_loop);
            places.sort_unstable();
            places.dedup();
        }
    }

    /// In a serial loop each batch waits for the one before.
    fn serial(&self, copy: &Node, rounds: &[usize], env: &Env) {
        let mode = self.e.node_or_null(copy.get("mode"), env);
        if !mode
            .as_str()
            .is_some_and(|m| m.eq_ignore_ascii_case("serial"))
        {
            return;
        }
        let batch = self.e.node_or_null(copy.get("batchSize"), env);
        let batch = batch.as_int().and_then(|b| usize::try_from(b).ok());
        let batch = batch.unwrap_or(1).max(1);
        let mut graph = self.e.graph.borrow_mut();
        for (i, later) in rounds.iter().enumerate().skip(batch) {
            let start = self.out.list[*later].start;
            // Of the batch before, each round waits for all before it as far as is needed.
            let from = (i / batch - 1) * batch;
            for earlier in &rounds[from..from + batch] {
                graph.wait(start, self.out.list[*earlier].done);
            }
        }
    }

    fn instance(
        &mut self,
        node: &Node,
        symbolic: Option<&Arc<str>>,
        parent: Option<usize>,
        env: &Env,
        round: Option<(Value, &Value)>,
    ) {
        let e = self.e;
        e.instances.set(e.instances.get() + 1);
        if e.instances.get() > MOST {
            self.out.partial = true;
            // Said once, where the first too many is.
            if e.instances.get() == MOST + 1 {
                let message = format!("the template deploys more than {MOST} resources");
                e.problem(
                    Problem::at(node.span, message).help("azvet does not look at the others"),
                );
            }
            return;
        }
        // Extensions of 2.0 templates have resources of other systems.
        if let Some(extension) = node.get("extension").or_else(|| node.get("import")) {
            self.out.partial = true;
            let name = e.source(extension.span);
            let message = format!("resources of extension `{name}` are not looked at");
            e.notices
                .borrow_mut()
                .push(Problem::at(extension.span, message));
            return;
        }
        let Some(type_node) = node.get("type") else {
            self.out.partial = true;
            e.problem(Problem::at(node.span, "the resource has no `type`"));
            return;
        };
        let mut exists = self.frame.exists.clone();
        if let Some((_, takes_place)) = &round {
            exists = both(&exists, takes_place);
        }
        if let Some(condition) = node.property("condition") {
            let _assuming = e.assume_exists(&exists);
            exists = both(&exists, &e.condition(&e.node(&condition.value, env)));
        }
        let _assuming = e.assume_exists(&exists);
        let own_type = e.node(type_node, env);
        let own_name = e.node_or_null(node.get("name"), env);
        let above = parent.map(|i| &self.out.list[i]);
        let (type_name, name) = match above {
            None => (own_type.clone(), own_name),
            Some(above) => joined_names(&above.type_name, &above.name, &own_type, &own_name),
        };
        let place = e.resource_place(node, env, &self.frame.place);
        let scope = e.resource_scope(node, env, &place);
        let type_text = type_name.as_text().unwrap_or_else(|| Text::from(""));
        let id = id_of(&scope, &type_text, &name);
        e.check_segments(node, &type_text, &name, &exists);
        let type_shown: Arc<str> = type_text.shown().into();
        let managed = node.get("existing").and_then(Node::as_bool) != Some(true);
        let deploys = managed && type_shown.eq_ignore_ascii_case(DEPLOYMENTS);
        let base = match symbolic {
            Some(name) => name.to_string(),
            None if deploys => name.shown(),
            None => format!("{type_shown}/{}", name.shown()),
        };
        let index = round.map(|(index, _)| index);
        let address = self.address(&base, index.as_ref());
        let (start, done) = {
            let mut graph = e.graph.borrow_mut();
            let start = graph.add();
            let done = if deploys { graph.add() } else { start };
            graph.wait(done, start);
            (start, done)
        };
        let at = self.out.list.len();
        self.register(at, symbolic, index.as_ref(), &type_text, &name, id.as_ref());
        self.out.list.push(Instance {
            frame: self.frame.id,
            address,
            module: self.frame.prefix.as_str().into(),
            symbolic: symbolic.cloned(),
            type_name: type_shown,
            name,
            id,
            scope,
            place,
            node: node.clone(),
            env: env.clone(),
            exists,
            managed,
            parent,
            start,
            done,
            body: OnceCell::new(),
            busy: Cell::new(false),
            nested: OnceCell::new(),
        });
        self.section(node.get("resources"), Some(at), env);
    }

    fn address(&mut self, base: &str, index: Option<&Value>) -> Arc<str> {
        let index = index.map(|i| match i.as_int() {
            Some(i) => format!("[{i}]"),
            None => "[*]".to_owned(),
        });
        let address = format!("{}{base}{}", self.frame.prefix, index.unwrap_or_default());
        let count = self
            .out
            .addresses
            .entry(address.to_lowercase())
            .or_default();
        *count += 1;
        match *count {
            1 => address.into(),
            n => format!("{address}#{n}").into(),
        }
    }

    fn register(
        &mut self,
        at: usize,
        symbolic: Option<&Arc<str>>,
        index: Option<&Value>,
        type_name: &Text,
        name: &Value,
        id: Option<&Value>,
    ) {
        fn add(table: &mut HashMap<String, Vec<usize>>, key: &Value, at: usize) {
            let places = table.entry(folded(key)).or_default();
            // Instances are added in order, so one that is there already is the last.
            if places.last() != Some(&at) {
                places.push(at);
            }
        }
        let out = &mut self.out;
        if let Some(symbolic) = symbolic {
            add(&mut out.symbols, &(&**symbolic).into(), at);
            if let Some(index) = index {
                let open = place::joined(&format!("{symbolic}["), &index_text(index));
                add(&mut out.symbols, &place::join(&open, &"]".into()), at);
            }
        }
        // What the ids, names and types are in each case.
        each(id, &mut |id| add(&mut out.ids, id, at));
        let segments = type_name.split('/');
        each(Some(name), &mut |name| {
            add(&mut out.loose, name, at);
            let Some(text) = name.as_text() else { return };
            let type_value = Value::from(type_name.clone());
            add(
                &mut out.loose,
                &place::join(&place::join(&type_value, &"/".into()), name),
                at,
            );
            let names = text.split('/');
            if names.len() > 1 {
                add(
                    &mut out.loose,
                    &place::relative_id(&segments, &names).into(),
                    at,
                );
                if let Some(last) = names.last() {
                    add(&mut out.loose, &last.clone().into(), at);
                }
            }
        });
    }
}

fn index_text(index: &Value) -> Value {
    match index.as_int() {
        Some(i) => i.to_string().into(),
        None => index.clone(),
    }
}

/// Each case of a value.
fn each(value: Option<&Value>, f: &mut dyn FnMut(&Value)) {
    if let Some(value) = value {
        lift(value, &mut |v| {
            f(v);
            Value::null()
        });
    }
}
