//! Questions about traffic: what the rules of a filter make of it.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::ast::{Name, Node};
use super::check::Checker;
use super::check_call::arguments;
use super::code::{Ask, Code, Op};
use super::collections::{Presence, candidates};
use super::error::ConditionError;
use super::eval::{Run, cause_of};
use super::logic::Judged;
use super::types::{Datum, ResourceId, Target, To, Type};
use crate::network::{Access, Decision, Direction, End, Ports, Protocols, Rule, Traffic, decide};
use crate::value::{self, Cause, CauseKind, Data, Need, Tri, Value};

/// The kinds that have the attributes which are read here.
const FILTER: &str = "network_security_group";
const RULE: &str = "nsg_rule";

impl Checker<'_> {
    pub(super) fn traffic(
        &mut self,
        ask: Ask,
        name: &Name,
        args: &[Node],
        node: &Node,
    ) -> Result<(Op, Type), ConditionError> {
        let [filter, direction, protocol, ports, sources, destinations] =
            arguments(name, args, node)?;
        let kinds = self.schema.kind(FILTER).zip(self.schema.kind(RULE));
        let Some((filter_kind, rule_kind)) = kinds else {
            return Err(ConditionError::new(
                format!("`{}` needs the kinds `{FILTER}` and `{RULE}`", name.text),
                name.range.clone(),
            ));
        };
        let filter = self.check(filter)?;
        self.wanted(&filter, "a `network_security_group`", |ty| {
            *ty == Type::Resource(filter_kind) || *ty == Type::Null
        })?;
        let (direction, protocol) = (self.text(direction)?, self.text(protocol)?);
        let mut ends = Vec::new();
        for node in [ports, sources, destinations] {
            let code = self.check(node)?;
            self.wanted(&code, "text or a list of text", |ty| match ty {
                Type::List(of) => matches!(**of, Type::Text { .. } | Type::Any),
                ty => matches!(ty, Type::Text { .. } | Type::Any),
            })?;
            ends.push(code);
        }
        let [ports, sources, destinations] =
            <[Code; 3]>::try_from(ends).expect("three were pushed");
        let of = Box::new([filter, direction, protocol, ports, sources, destinations]);
        let ty = match ask {
            Ask::Passes | Ask::Blocked => Type::Bool,
            Ask::Rule => Type::Resource(rule_kind),
        };
        Ok((Op::Traffic { ask, of }, ty))
    }
}

/// Traffic, and why not all of its addresses are known.
type Asked = (Traffic, Option<Cause>);

/// What the rules make of the traffic.
struct Decided {
    decision: Decision,
    rules: Vec<Read>,
    /// Why not all addresses of the traffic are known.
    open: Option<Cause>,
}

/// A rule as far as it is known, and why it is not known further.
struct Read {
    id: Option<ResourceId>,
    rule: Rule,
    cause: Option<Cause>,
    need: Option<Need>,
}

impl Read {
    fn open(key: usize, id: Option<ResourceId>, cause: Option<Cause>) -> Read {
        Read {
            id,
            rule: Rule {
                key: Some(key),
                certain: false,
                priority: None,
                access: None,
                direction: None,
                protocols: None,
                source_ports: None,
                ports: None,
                sources: vec![End::Unknown],
                destinations: vec![End::Unknown],
            },
            cause,
            need: None,
        }
    }
}

impl Run<'_> {
    /// `passes` and `blocked`.
    pub(super) fn traffic_truth(&mut self, code: &Code, ask: Ask, of: &[Code; 6]) -> Judged {
        let filter = match self.target(&of[0])?.to {
            To::Resource(id) => id,
            To::Null | To::Cases(_) => return Ok((ask == Ask::Passes).into()),
            To::Unknown(symbol) | To::Other(symbol) => {
                return self.open(code, symbol.cause().clone());
            }
        };
        let Decided {
            decision,
            rules,
            open,
        } = match self.decision(filter, of)? {
            Ok(decided) => decided,
            Err(cause) => return self.open(code, cause),
        };
        let answer = match ask {
            Ask::Blocked => decision.denied,
            _ => decision.allowed,
        };
        if answer != Tri::Unknown {
            return Ok((answer == Tri::True).into());
        }
        let doubts = || decision.doubts.iter().filter_map(|key| rules.get(*key));
        // Something that a side of a condition tells is worth asking for first.
        if let Some(need) = doubts().find_map(|r| r.need.clone()) {
            return Err(need);
        }
        let cause = open.or_else(|| doubts().find_map(|r| r.cause.clone()));
        let cause = cause.unwrap_or_else(|| {
            let named = doubts().find_map(|r| r.id);
            let text = match named {
                Some(id) => format!(
                    "what `{}` matches is known only in Azure",
                    self.world.name(id)
                ),
                None => "which traffic the rules match is known only in Azure".into(),
            };
            Cause::new(CauseKind::Deployment, text)
        });
        self.open(code, cause)
    }

    /// `blocking_rule`.
    pub(super) fn blocking_rule(&mut self, of: &[Code; 6]) -> Result<Datum, Need> {
        let null = Target::null(Value::null());
        let To::Resource(filter) = self.target(&of[0])?.to else {
            return Ok(null.into());
        };
        let Ok(decided) = self.decision(filter, of)? else {
            return Ok(null.into());
        };
        let mut deniers = decided.decision.deniers.iter();
        let first = deniers.find_map(|key| decided.rules.get(*key)?.id);
        Ok(first.map_or(null.into(), Datum::from))
    }

    /// What the rules make of the traffic; or why that is not known.
    fn decision(
        &mut self,
        filter: ResourceId,
        of: &[Code; 6],
    ) -> Result<Result<Decided, Cause>, Need> {
        let (traffic, open) = match self.asked(of, filter)? {
            Ok(asked) => asked,
            Err(cause) => return Ok(Err(cause)),
        };
        let world = self.world;
        let Some(knowledge) = world.traffic() else {
            let text = "nothing is known of service tags and default rules";
            return Ok(Err(Cause::new(CauseKind::Unsupported, text)));
        };
        let reads = self.rules(filter);
        let mut rules: Vec<Rule> = reads.iter().map(|r| r.rule.clone()).collect();
        rules.extend(knowledge.always.iter().cloned());
        Ok(Ok(Decided {
            decision: decide(&rules, &traffic, &knowledge.tags),
            rules: reads,
            open,
        }))
    }

    /// The traffic through `filter` that is asked about, and why not all of its addresses are known; or why
    /// nothing is.
    fn asked(&mut self, of: &[Code; 6], filter: ResourceId) -> Result<Result<Asked, Cause>, Need> {
        let mut values = Vec::new();
        for code in &of[1..] {
            let value = self.value(code)?;
            values.push(self.settled_deep(&value)?);
        }
        let known = |value: &Value| texts(value).into_iter().collect::<Option<Vec<String>>>();
        let ends = |value: &Value, own: bool| -> Option<Vec<End>> {
            let ends = texts(value).into_iter().map(|text| match text {
                Some(text) => Some(End::parse(&text)),
                // Whichever they are, the filtered machines are in the network.
                None => own.then_some(End::Group),
            });
            ends.collect()
        };
        let traffic = || {
            let direction = direction_of(values[0].as_str()?)?;
            let traffic = Traffic {
                direction,
                protocols: Protocols::parse(values[1].as_str()?)?,
                source_ports: Ports::all(),
                ports: union(&known(&values[2])?)?,
                sources: ends(&values[3], direction == Direction::Outbound)?,
                destinations: ends(&values[4], direction == Direction::Inbound)?,
                network: self.network(filter),
            };
            let unknown = values[3..].iter().find(|v| known(v).is_none());
            let some = !traffic.sources.is_empty() && !traffic.destinations.is_empty();
            some.then(|| (traffic, unknown.map(cause_of)))
        };
        Ok(traffic().ok_or_else(|| {
            let unknown = values.iter().find(|v| v.first_symbol().is_some());
            unknown.map_or_else(
                || Cause::new(CauseKind::Invalid, "it is not said which traffic is meant"),
                cause_of,
            )
        }))
    }

    /// The ranges of the network whose subnets a filter is for; none where these may be several networks.
    fn network(&self, filter: ResourceId) -> Vec<IpNet> {
        let Some(Datum::Resources(subnets)) = self.world.member(filter, "subnets") else {
            return Vec::new();
        };
        let subnets = subnets
            .items
            .iter()
            .chain(subnets.when.iter().map(|(id, _)| id));
        let of = |subnet: &ResourceId| match self.world.member(*subnet, "virtual_network") {
            Some(Datum::Resource(Target {
                to: To::Resource(network),
                ..
            })) => Some(network),
            _ => None,
        };
        let networks: Option<BTreeSet<ResourceId>> = subnets.map(of).collect();
        let mut networks = networks.unwrap_or_default().into_iter();
        let (Some(network), None) = (networks.next(), networks.next()) else {
            return Vec::new();
        };
        let Some(Datum::Value(space)) = self.world.member(network, "address_space") else {
            return Vec::new();
        };
        let space = self.settled_deep(&space);
        let ranges = space.iter().flat_map(texts).flatten();
        ranges
            .filter_map(|range| match End::parse(&range) {
                End::Net(net) => Some(net),
                _ => None,
            })
            .collect()
    }

    fn rules(&mut self, filter: ResourceId) -> Vec<Read> {
        let members = match self.world.member(filter, "rules") {
            Some(Datum::Resources(members)) => members,
            _ => return vec![Read::open(0, None, self.world.cause(filter))],
        };
        let mut reads = Vec::new();
        for (id, membership) in candidates(&members) {
            let (key, there) = (reads.len(), self.presence(id, &membership));
            match there {
                Ok(Presence::No) => {}
                Ok(Presence::Yes) => reads.push(self.rule(key, id)),
                Ok(Presence::Maybe(cause)) => {
                    let mut read = self.rule(key, id);
                    read.rule.certain = false;
                    read.cause = Some(cause);
                    // A side of something else does not tell whether it is a rule of this group.
                    read.need = None;
                    reads.push(read);
                }
                Err(need) => {
                    let mut read = self.rule(key, id);
                    read.rule.certain = false;
                    read.need = Some(need);
                    reads.push(read);
                }
            }
        }
        if let Some(cause) = members.incomplete {
            reads.push(Read::open(reads.len(), None, Some(cause)));
        }
        reads
    }

    fn rule(&self, key: usize, id: ResourceId) -> Read {
        let mut read = Read::open(key, Some(id), None);
        let mut field = |name: &str| -> Option<Value> {
            let Some(Datum::Value(value)) = self.world.member(id, name) else {
                read.cause = read.cause.take().or_else(|| self.world.cause(id));
                return None;
            };
            match self.settled_deep(&value) {
                Ok(value) => {
                    if let Some(symbol) = value.first_symbol() {
                        read.cause.get_or_insert_with(|| symbol.cause().clone());
                    }
                    Some(value)
                }
                Err(need) => {
                    read.need.get_or_insert(need);
                    None
                }
            }
        };
        let priority = field("priority").and_then(|v| scalar(&v)?.parse().ok());
        let access = field("access").and_then(|v| access_of(v.as_str()?));
        let direction = field("direction").and_then(|v| direction_of(v.as_str()?));
        let protocols = field("protocol").and_then(|v| Protocols::parse(v.as_str()?));
        let mut ports = |name| {
            field(name).and_then(|v| union(&texts(&v).into_iter().collect::<Option<Vec<_>>>()?))
        };
        let (source_ports, destination_ports) = (ports("source_ports"), ports("destination_ports"));
        let mut ends = |name| match field(name) {
            Some(value) => texts(&value)
                .into_iter()
                .map(|t| t.map_or(End::Unknown, |t| End::parse(&t)))
                .collect(),
            None => vec![End::Unknown],
        };
        let (mut sources, mut destinations) = (ends("sources"), ends("destinations"));
        for (list, groups) in [
            (&mut sources, "source_groups"),
            (&mut destinations, "destination_groups"),
        ] {
            match self.world.member(id, groups) {
                Some(Datum::Resources(m)) if m.incomplete.is_some() => list.push(End::Unknown),
                Some(Datum::Resources(m))
                    if !(m.items.is_empty() && m.when.is_empty() && m.possible.is_empty()) =>
                {
                    list.push(End::Group);
                }
                _ => {}
            }
            if list.is_empty() {
                list.push(End::Unknown);
            }
        }
        read.rule = Rule {
            key: Some(key),
            certain: true,
            priority,
            access,
            direction,
            protocols,
            source_ports,
            ports: destination_ports,
            sources,
            destinations,
        };
        read
    }
}

/// The texts of a list or of one value; `None` for what is not known. What is empty is not there.
fn texts(value: &Value) -> Vec<Option<String>> {
    let mut found = Vec::new();
    match &value.data {
        Data::Null => {}
        Data::List(list) => {
            found.extend(list.items.iter().filter(|v| !v.is_null()).map(scalar));
            if list.rest.is_some() {
                found.push(None);
            }
        }
        _ => found.push(scalar(value)),
    }
    found.retain(|t| t.as_deref() != Some(""));
    found
}

fn scalar(value: &Value) -> Option<String> {
    Some(value::to_text(value)?.as_known()?.to_owned())
}

/// Ports of several texts; `None` when one of them is none, or there are none.
fn union(texts: &[String]) -> Option<Ports> {
    let mut all = Ports::none();
    for text in texts {
        all = all.union(&Ports::parse(text)?);
    }
    (!texts.is_empty()).then_some(all)
}

fn access_of(text: &str) -> Option<Access> {
    match text.to_ascii_lowercase().as_str() {
        "allow" => Some(Access::Allow),
        "deny" => Some(Access::Deny),
        _ => None,
    }
}

fn direction_of(text: &str) -> Option<Direction> {
    match text.to_ascii_lowercase().as_str() {
        "inbound" => Some(Direction::Inbound),
        "outbound" => Some(Direction::Outbound),
        _ => None,
    }
}
