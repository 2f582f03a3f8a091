//! What azvet understood, so that a user sees that nothing was passed over.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::View;
use super::concise::place;
use super::json::{Location, NotSeenOut, location, not_seen, write_pretty};
use super::paint::one_line;
use super::secrets;
use crate::declared::Problem;
use crate::finding::NotSeen;
use crate::source::Span;
use crate::value::{Cases, Data, Entry, List, Number, Object, Text, Value};

/// Longer values are cut in the tree.
const LONGEST: usize = 160;

/// All that was understood.
#[derive(Debug, Default)]
pub struct ModelDump {
    /// Sorted by path.
    pub units: Vec<UnitDump>,
    /// What could not be read or understood.
    pub problems: Vec<Problem>,
    /// Worth telling, but no failure.
    pub notices: Vec<Problem>,
}

/// A Terraform directory, or a template with one parameter file.
#[derive(Debug, Default)]
pub struct UnitDump {
    /// The directory or file, and the parameter file where there is one.
    pub path: String,
    /// In the order declared.
    pub resources: Vec<ResourceDump>,
    /// What could not be looked into.
    pub opaque: Vec<NotSeen>,
}

/// A resource.
#[derive(Debug)]
pub struct ResourceDump {
    /// Its address.
    pub address: Arc<str>,
    /// The kind that the rules know it by; `None` when they know none.
    pub kind: Option<String>,
    /// Its type as written.
    pub type_name: Arc<str>,
    /// Whether it is created here, not only read.
    pub managed: bool,
    /// The condition under which it exists; `None` when it always does.
    pub exists: Option<String>,
    /// Where it is declared.
    pub location: Span,
    /// Its evaluated attributes.
    pub attributes: Vec<AttributeDump>,
}

/// An attribute.
#[derive(Debug)]
pub struct AttributeDump {
    /// Its name.
    pub name: String,
    /// Its value for people.
    pub shown: String,
    /// Its value for programs.
    pub json: Json,
    /// The address of the resource that it refers to.
    pub references: Option<Arc<str>>,
    /// Where the value stands, then where it came from.
    pub origin: Vec<Span>,
}

impl AttributeDump {
    /// An attribute with all that its value tells.
    pub fn of(name: impl Into<String>, value: &Value) -> AttributeDump {
        let name = name.into();
        let value = &redacted(&name, value);
        let read = value.origin().and_then(|origin| origin.references().next());
        let stands_for = value.as_symbol().and_then(|symbol| symbol.reference());
        AttributeDump {
            name,
            shown: value.shown(),
            json: value_json(value),
            references: stands_for
                .or(read)
                .map(|reference| reference.resource.clone()),
            origin: value
                .origin()
                .map(|origin| origin.chain().map(|link| link.span).collect())
                .unwrap_or_default(),
        }
    }
}

/// The value with strings marked as sensitive whose key, or whose own text, looks like a secret.
fn redacted(key: &str, value: &Value) -> Value {
    let again = |data: Data| {
        let same = Value::from(data).with_origin_of(value);
        same.sensitive(value.is_sensitive())
    };
    match &value.data {
        Data::Text(text) => {
            let secret = secrets::is_secret(key, &text.shown());
            value.clone().sensitive(secret)
        }
        Data::List(list) => {
            let items = list.items.iter().map(|item| redacted(key, item)).collect();
            let rest = list.rest.clone();
            again(Data::List(List { items, rest }))
        }
        Data::Object(object) => {
            let inner = |entry: &Entry| {
                let below = secrets::is_secret_name(key) && !secrets::is_harmless(&entry.key);
                let key = if below { key } else { &entry.key };
                Entry {
                    value: redacted(key, &entry.value),
                    ..entry.clone()
                }
            };
            let entries = object.entries.iter().map(inner).collect();
            let rest = object.rest.clone();
            again(Data::Object(Object { entries, rest }))
        }
        Data::Cases(cases) => {
            let then = redacted(key, &cases.then);
            let otherwise = redacted(key, &cases.otherwise);
            let cond = cases.cond.clone();
            let cases = Cases {
                cond,
                then,
                otherwise,
            };
            again(Data::Cases(Arc::new(cases)))
        }
        _ => value.clone(),
    }
}

/// A value for programs. What JSON has no word for is an object of one key with a `$`: `$unknown`,
/// `$text` (partly known), `$when` (by case), `$more` (further members), `$sensitive`.
pub fn value_json(value: &Value) -> Json {
    if value.is_sensitive() {
        return json!({ "$sensitive": true });
    }
    match &value.data {
        Data::Null => Json::Null,
        Data::Bool(b) => json!(b),
        Data::Number(Number::Int(i)) => json!(i),
        Data::Number(Number::Float(f)) => json!(f),
        Data::Text(text) => text_json(text),
        Data::List(list) => {
            let mut items: Vec<Json> = list.items.iter().map(value_json).collect();
            items.extend(
                list.rest
                    .iter()
                    .map(|rest| json!({ "$more": rest.symbol.shown() })),
            );
            Json::Array(items)
        }
        Data::Object(object) => {
            let mut entries: Map<String, Json> = object
                .entries
                .iter()
                .map(|entry| (entry.key.to_string(), value_json(&entry.value)))
                .collect();
            if let Some(rest) = &object.rest {
                entries.insert("$more".into(), json!(rest.symbol.shown()));
            }
            Json::Object(entries)
        }
        Data::Cases(cases) => json!({
            "$when": cases.cond.shown(),
            "then": value_json(&cases.then),
            "else": value_json(&cases.otherwise),
        }),
        Data::Unknown(symbol) => json!({
            "$unknown": symbol.shown(),
            "cause": &*symbol.cause().text,
        }),
    }
}

fn text_json(text: &Text) -> Json {
    match text.as_known() {
        Some(known) => json!(known),
        None => json!({ "$text": text.shown() }),
    }
}

/// Writes the model as a tree.
///
/// # Errors
/// When `out` can't be written.
pub fn write_text(view: &View<'_>, model: &ModelDump, out: &mut dyn Write) -> io::Result<()> {
    for (i, unit) in model.units.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", view.paint.bold(&one_line(&unit.path)))?;
        for resource in &unit.resources {
            write_resource(view, resource, out)?;
        }
        for opaque in &unit.opaque {
            writeln!(
                out,
                "  {}  not looked into: {}  {}",
                view.paint.accent(&one_line(&opaque.address)),
                one_line(&opaque.cause.text),
                view.paint.dim(&place(view, opaque.span)),
            )?;
        }
    }
    Ok(())
}

fn write_resource(view: &View<'_>, resource: &ResourceDump, out: &mut dyn Write) -> io::Result<()> {
    let kind = resource.kind.as_deref().unwrap_or("no kind known");
    let mut about = format!("{kind} ({})", one_line(&resource.type_name));
    if !resource.managed {
        about.push_str(", read only");
    }
    if let Some(condition) = &resource.exists {
        about.push_str(&format!(", exists when {}", one_line(condition)));
    }
    let address = view.paint.accent(&one_line(&resource.address));
    let at = view.paint.dim(&place(view, resource.location));
    writeln!(out, "  {address}  {about}  {at}")?;
    for attribute in &resource.attributes {
        let mut shown = one_line(&attribute.shown);
        if let Some((cut, _)) = shown.char_indices().nth(LONGEST) {
            shown.truncate(cut);
            shown.push('…');
        }
        write!(out, "    {} = {shown}", one_line(&attribute.name))?;
        if let Some(address) = &attribute.references {
            write!(out, " -> {}", one_line(address))?;
        }
        let origin: Vec<String> = attribute.origin.iter().map(|s| place(view, *s)).collect();
        writeln!(out, "{}", view.paint.dim(&from(&origin)))?;
    }
    Ok(())
}

/// Where the value stands, and where it was first written.
fn from(origin: &[String]) -> String {
    match origin {
        [] => String::new(),
        [place] => format!("  {place}"),
        [place, .., last] => format!("  {place} from {last}"),
    }
}

#[derive(Serialize)]
struct ModelOut<'a> {
    version: u32,
    units: Vec<UnitOut<'a>>,
}

#[derive(Serialize)]
struct UnitOut<'a> {
    path: &'a str,
    resources: Vec<ResourceOut<'a>>,
    opaque: Vec<NotSeenOut<'a>>,
}

#[derive(Serialize)]
struct ResourceOut<'a> {
    address: &'a str,
    kind: Option<&'a str>,
    r#type: &'a str,
    managed: bool,
    exists: Option<&'a str>,
    location: Location,
    attributes: Vec<AttributeOut<'a>>,
}

#[derive(Serialize)]
struct AttributeOut<'a> {
    name: &'a str,
    value: &'a Json,
    references: Option<&'a str>,
    origin: Vec<Location>,
}

fn attribute_out<'a>(view: &View<'_>, attribute: &'a AttributeDump) -> AttributeOut<'a> {
    AttributeOut {
        name: &attribute.name,
        value: &attribute.json,
        references: attribute.references.as_deref(),
        origin: attribute
            .origin
            .iter()
            .map(|span| location(view, *span))
            .collect(),
    }
}

fn resource_out<'a>(view: &View<'_>, resource: &'a ResourceDump) -> ResourceOut<'a> {
    ResourceOut {
        address: &resource.address,
        kind: resource.kind.as_deref(),
        r#type: &resource.type_name,
        managed: resource.managed,
        exists: resource.exists.as_deref(),
        location: location(view, resource.location),
        attributes: resource
            .attributes
            .iter()
            .map(|attribute| attribute_out(view, attribute))
            .collect(),
    }
}

fn unit_out<'a>(view: &View<'_>, unit: &'a UnitDump) -> UnitOut<'a> {
    UnitOut {
        path: &unit.path,
        resources: unit
            .resources
            .iter()
            .map(|resource| resource_out(view, resource))
            .collect(),
        opaque: unit
            .opaque
            .iter()
            .map(|part| not_seen(view, part))
            .collect(),
    }
}

/// Writes the model for programs.
///
/// # Errors
/// When `out` can't be written.
pub fn write_json(view: &View<'_>, model: &ModelDump, out: &mut dyn Write) -> io::Result<()> {
    let units = model
        .units
        .iter()
        .map(|unit| unit_out(view, unit))
        .collect();
    write_pretty(&ModelOut { version: 1, units }, out)
}
