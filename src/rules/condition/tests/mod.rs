//! A small world: servers in subnets of networks, zones with links.

mod cases;
mod cel;
mod driver;
mod errors;
mod known;
mod messages;
mod unknowns;

use std::collections::HashMap;

use super::*;
use crate::rules::cases::{merge, outcomes};
use crate::value::{Assignment, Cause, CauseKind, Symbol, Tri, Value};

const KINDS: &[&str] = &["server", "subnet", "network", "zone", "link"];
const SERVER: KindId = KindId(0);
const SUBNET: KindId = KindId(1);
const NETWORK: KindId = KindId(2);
const ZONE: KindId = KindId(3);
const LINK: KindId = KindId(4);

struct Kinds;

impl Schema for Kinds {
    fn kind(&self, name: &str) -> Option<KindId> {
        let at = KINDS.iter().position(|k| *k == name)?;
        Some(KindId(at as u16))
    }
    fn kind_name(&self, kind: KindId) -> &str {
        KINDS[kind.0 as usize]
    }
    fn kinds(&self) -> Vec<String> {
        KINDS.iter().map(|k| (*k).to_owned()).collect()
    }
    fn member(&self, kind: KindId, name: &str) -> Option<Type> {
        Some(match (kind, name) {
            (_, "name") => Type::TEXT,
            (SERVER, "public_access" | "sku") => Type::CASELESS,
            (SERVER, "replicas") => Type::Number,
            (SERVER, "backup") => Type::Bool,
            (SERVER, "settings") => Type::Any,
            (SERVER, "subnet") => Type::Resource(SUBNET),
            (SERVER, "zone") => Type::Resource(ZONE),
            (SERVER, "partner") => Type::AnyResource,
            (SUBNET, "network") => Type::Resource(NETWORK),
            (SUBNET, "prefixes") => Type::list(Type::TEXT),
            (SUBNET, "delegations") => Type::list(Type::CASELESS),
            (ZONE, "links") => Type::Resources(LINK),
            (LINK, "network") => Type::Resource(NETWORK),
            _ => return None,
        })
    }
    fn common_member(&self, name: &str) -> Option<Type> {
        (name == "name").then_some(Type::TEXT)
    }
    fn members(&self, kind: KindId) -> Vec<String> {
        let all = [
            "name",
            "public_access",
            "sku",
            "replicas",
            "backup",
            "settings",
            "subnet",
            "zone",
            "partner",
            "network",
            "prefixes",
            "delegations",
            "links",
        ];
        let known = all.iter().filter(|n| self.member(kind, n).is_some());
        known.map(|n| (*n).to_owned()).collect()
    }
    fn table(&self, name: &str) -> bool {
        name == "suffixes"
    }
}

#[derive(Default)]
struct Model {
    resources: Vec<Resource>,
}

struct Resource {
    kind: Option<KindId>,
    name: &'static str,
    exists: Value,
    /// Outside: what it lacks is unknown.
    outside: bool,
    members: HashMap<&'static str, Datum>,
}

impl Model {
    fn add(
        &mut self,
        kind: KindId,
        name: &'static str,
        members: Vec<(&'static str, Datum)>,
    ) -> ResourceId {
        self.resources.push(Resource {
            kind: Some(kind),
            name,
            exists: true.into(),
            outside: false,
            members: members.into_iter().collect(),
        });
        ResourceId(self.resources.len() as u32 - 1)
    }

    fn get(&mut self, id: ResourceId) -> &mut Resource {
        &mut self.resources[id.0 as usize]
    }

    fn of(&self, id: ResourceId) -> &Resource {
        &self.resources[id.0 as usize]
    }
}

impl World for Model {
    fn member(&self, resource: ResourceId, name: &str) -> Option<Datum> {
        let resource = self.of(resource);
        if let Some(datum) = resource.members.get(name) {
            return Some(datum.clone());
        }
        if name == "name" {
            return Some(Value::from(resource.name).into());
        }
        if resource.outside {
            return None;
        }
        let ty = resource.kind.and_then(|kind| Kinds.member(kind, name));
        Some(match ty {
            Some(Type::Resource(_) | Type::AnyResource) => Target::null(Value::null()).into(),
            Some(Type::Resources(_)) => Members::default().into(),
            _ => Value::null().into(),
        })
    }
    fn exists(&self, resource: ResourceId) -> Value {
        self.of(resource).exists.clone()
    }
    fn same(&self, a: ResourceId, b: ResourceId) -> Tri {
        if a == b {
            Tri::True
        } else if self.of(a).outside && self.of(b).outside {
            Tri::Unknown
        } else {
            Tri::False
        }
    }
    fn created(&self, resource: ResourceId) -> bool {
        !self.of(resource).outside
    }
    fn waits_for(&self, a: ResourceId, b: ResourceId) -> Tri {
        if self.of(b).outside {
            Tri::Unknown
        } else {
            (a.0 > b.0).into()
        }
    }
    fn kind(&self, resource: ResourceId) -> Option<KindId> {
        self.of(resource).kind
    }
    fn arm_type(&self, resource: ResourceId) -> Option<String> {
        let kind = self.of(resource).kind?;
        Some(format!("Example/{}s", KINDS[kind.0 as usize]))
    }
    fn all(&self, kind: KindId) -> Members {
        let ids = 0..self.resources.len() as u32;
        let ids = ids.map(ResourceId);
        Members::known(ids.filter(|id| self.of(*id).kind == Some(kind)).collect())
    }
    fn name(&self, resource: ResourceId) -> String {
        self.of(resource).name.to_owned()
    }
    fn spell(&self, resource: ResourceId, member: &str) -> String {
        format!("{}_in_their_words", member) + if self.of(resource).outside { "?" } else { "" }
    }
    fn lookup(&self, table: &str, key: &str) -> Option<Value> {
        (table == "suffixes" && key == "mysql").then(|| "mysql.example".into())
    }
    fn cause(&self, resource: ResourceId) -> Option<Cause> {
        let resource = self.of(resource);
        resource
            .outside
            .then(|| Cause::new(CauseKind::Outside, format!("{} is outside", resource.name)))
    }
}

fn symbol(name: &str) -> Symbol {
    let cause = Cause::new(CauseKind::Input, format!("`{name}` has no value"));
    Symbol::new(name, name, cause)
}

fn unknown(name: &str) -> Value {
    symbol(name).into()
}

/// `then` if `cond`, else `otherwise`.
fn by_case(cond: &str, then: impl Into<Value>, otherwise: impl Into<Value>) -> Value {
    Value::cases(symbol(cond), then.into(), otherwise.into())
}

fn to_case(cond: &str, then: To, otherwise: To) -> Datum {
    let target = |to| Target {
        to,
        value: Value::null(),
    };
    target(To::Cases(Box::new(TargetCases {
        cond: symbol(cond),
        then: target(then),
        otherwise: target(otherwise),
    })))
    .into()
}

fn server_scope() -> Scope {
    let mut scope = Scope::new();
    scope.bind("server", Type::Resource(SERVER));
    scope
}

fn compiled(source: &str) -> Expr {
    match Expr::compile(source, &server_scope(), &Kinds) {
        Ok(expr) => expr,
        Err(error) => panic!("{source}: {error}"),
    }
}

/// The value of an expression about a server, as text: `null`, `true`, `${…}`, a name, `needs c`.
fn result(model: &Model, server: ResourceId, source: &str) -> String {
    let env = Env(vec![server.into()]);
    match eval(&compiled(source), &env, model, &Assignment::new()) {
        Err(need) => format!("needs {}", need.0.shown()),
        Ok(Datum::Value(value)) => match value.as_symbol() {
            Some(symbol) => format!("? {}", symbol.cause().text),
            None => value.shown(),
        },
        Ok(Datum::Resource(target)) => match target.to {
            To::Null => "null".into(),
            To::Resource(id) => model.name(id),
            To::Other(symbol) => format!("other {}", symbol.shown()),
            To::Unknown(symbol) => format!("? {}", symbol.cause().text),
            To::Cases(_) => "cases".into(),
        },
        Ok(Datum::Resources(members)) => {
            let names: Vec<String> = members.items.iter().map(|id| model.name(*id)).collect();
            format!(
                "{names:?} when {} maybe {} incomplete {}",
                members.when.len(),
                members.possible.len(),
                members.incomplete.is_some()
            )
        }
    }
}

#[track_caller]
fn check(model: &Model, server: ResourceId, expected: &[(&str, &str)]) {
    for (source, result_) in expected {
        assert_eq!(&result(model, server, source), result_, "{source}");
    }
}

/// What the driver says, as text.
fn decided(model: &Model, server: ResourceId, applies: &str, require: &str) -> Vec<String> {
    let scope = server_scope();
    let expr = |s: &str| Expr::condition(s, &scope, &Kinds).unwrap_or_else(|e| panic!("{s}: {e}"));
    let env = Env(vec![server.into()]);
    let (applies, require) = (expr(applies), expr(require));
    let cases = outcomes(&Assignment::new(), &|sides| {
        judge(Some(&applies), &require, &env, model, sides)
    });
    merge(cases)
        .into_iter()
        .map(|(sides, outcome)| {
            let outcome = match outcome {
                Outcome::NotApplicable => "not applicable".to_owned(),
                Outcome::Holds => "holds".into(),
                Outcome::Violated => "violated".into(),
                Outcome::Undecided { cause, .. } => format!("undecided: {}", cause.text),
            };
            match sides.shown() {
                Some(when) => format!("{outcome} when {when}"),
                None => outcome,
            }
        })
        .collect()
}

/// A server whose zone has these links.
fn linked(links: Members) -> impl FnOnce(&mut Model) -> ResourceId {
    move |m| {
        let zone = m.add(ZONE, "zone", vec![("links", links.into())]);
        m.add(SERVER, "main", vec![("zone", zone.into())])
    }
}
