//! What the data tables say of service tags and of the rules that every filter has.

use std::collections::HashMap;

use super::condition::Knowledge;
use crate::network::{Access, Direction, End, Ports, Protocols, Rule, Space, Tag};
use crate::value::{Object, Value};

/// The tables of service tags and of default rules.
pub(super) fn knowledge(tables: &HashMap<String, Value>) -> Knowledge {
    let tags = tables.get("service_tags").and_then(Value::as_object);
    let tags = tags.into_iter().flat_map(|o| o.entries.iter());
    let rules = tables.get("nsg_default_rules").and_then(Value::as_list);
    let rules = rules.into_iter().flat_map(|l| l.items.iter());
    Knowledge {
        tags: tags
            .filter_map(|e| Some((e.key.to_string(), tag(e.value.as_object()?)?)))
            .collect(),
        always: rules.filter_map(|r| rule(r.as_object()?)).collect(),
    }
}

fn text<'o>(of: &'o Object, key: &str) -> Option<&'o str> {
    of.get(key)?.value.as_str()
}

fn tag(of: &Object) -> Option<Tag> {
    let space = match text(of, "space")? {
        "local" => Space::Local,
        "internet" => Space::Internet,
        "public" => Space::Public,
        "host" => Space::Host,
        "platform" => Space::Platform,
        _ => return None,
    };
    let within = of.get("within").and_then(|e| e.value.as_list());
    let within = within.into_iter().flat_map(|l| l.items.iter());
    Some(Tag {
        space,
        within: within
            .filter_map(|v| Some(v.as_str()?.to_ascii_lowercase()))
            .collect(),
        apart: of
            .get("apart")
            .is_some_and(|e| e.value.as_bool() == Some(true)),
    })
}

fn rule(of: &Object) -> Option<Rule> {
    let access = match text(of, "access")? {
        "Allow" => Access::Allow,
        "Deny" => Access::Deny,
        _ => return None,
    };
    let direction = match text(of, "direction")? {
        "Inbound" => Direction::Inbound,
        "Outbound" => Direction::Outbound,
        _ => return None,
    };
    Some(Rule {
        key: None,
        certain: true,
        priority: Some(of.get("priority")?.value.as_int()?),
        access: Some(access),
        direction: Some(direction),
        protocols: Protocols::parse("*"),
        source_ports: Some(Ports::all()),
        ports: Some(Ports::all()),
        sources: vec![End::parse(text(of, "from")?)],
        destinations: vec![End::parse(text(of, "to")?)],
    })
}
