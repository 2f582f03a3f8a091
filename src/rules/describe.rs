//! From a violated check to a finding: its places, where the values came from, its texts.

use std::cell::RefCell;

use super::compile::{Check, Place, Rule};
use super::condition::{self, Datum, Env, Outcome};
use super::world::View;
use crate::declared::Language;
use crate::finding::{Finding, Label};
use crate::model::{Attr, ResourceId, Target, Targets, To};
use crate::source::{Sources, Span};
use crate::value::{Assignment, Cause, CauseKind, Origin, Value};

/// A violated check with the choice of bindings and the case in which it is.
pub(super) struct Describe<'a> {
    pub(super) check: &'a Check,
    pub(super) view: &'a View<'a>,
    pub(super) env: &'a Env,
    pub(super) sides: &'a Assignment,
    /// The resource that the finding is about.
    pub(super) about: ResourceId,
}

impl Describe<'_> {
    pub(super) fn finding(&self, rule: &Rule, number: usize, sources: &Sources) -> Option<Finding> {
        let model = self.view.model;
        let id = self.about;
        let resource = model.resource(id);
        let written = self.check.at.iter().find_map(|place| self.place(place));
        let (span, origin) = match written {
            Some((span, origin)) => (span, origin),
            None => {
                let bound = bound(self.env).find_map(|id| model.resource(id).header);
                (resource.header.or(bound)?, Vec::new())
            }
        };
        let format = |t: &condition::Template| t.format(self.env, self.view, self.sides);
        let message = format(&self.check.message);
        let is_arm = model.language(id) == Language::Arm;
        let in_hcl = is_arm
            && [".tf", ".tofu"]
                .iter()
                .any(|e| sources.get(span.file).path.ends_with(e));
        let remedy = match model.language(id) {
            Language::Azurerm => &self.check.azurerm,
            Language::Arm => &self.check.arm,
        };
        let mut related: Vec<Label> = Vec::new();
        for (place, text) in &self.check.also {
            let Some((at, origin)) = self.place(place).filter(|(at, _)| *at != span) else {
                continue;
            };
            related.push(label(at, format(text)));
            // Of a place beside the value at fault, where its value was written is enough.
            related.extend(origin.into_iter().next_back());
        }
        Some(Finding {
            rule: rule.info.clone(),
            severity: self.check.severity,
            fingerprint: String::new(),
            message,
            check: number,
            unit: "".into(),
            resource: resource.address.clone(),
            also: Vec::new(),
            primary: Label {
                span,
                text: String::new(),
            },
            origin,
            related,
            when: self.sides.shown(),
            help: format(&self.check.help),
            plan: self.check.fix.as_ref().and_then(|fix| fix.resolve(self)),
            fix: None,
            remedy: match remedy.as_ref().map(format) {
                Some(json) if in_hcl => as_hcl(&json).unwrap_or_default(),
                remedy => remedy.unwrap_or_default(),
            },
        })
    }

    /// What an expression gives in this case, when that is no resource.
    pub(super) fn value(&self, expr: &condition::Expr) -> Option<Value> {
        match condition::eval(expr, self.env, self.view, self.sides).ok()? {
            Datum::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The resource that an expression leads to in this case; of a collection the only member.
    pub(super) fn leads_to(&self, expr: &condition::Expr) -> Option<ResourceId> {
        match condition::eval(expr, self.env, self.view, self.sides).ok()? {
            Datum::Resource(Target {
                to: To::Resource(id),
                ..
            }) => Some(id),
            Datum::Resources(only) if only.when.is_empty() && only.possible.is_empty() => {
                let [id] = only.items[..] else { return None };
                Some(id)
            }
            _ => None,
        }
    }

    /// What is not claimed: that something is wrong because of what a module by itself leaves out by default, or in
    /// a case of an input without a value, while another input keeps its default. Whoever gives the one may give
    /// the other.
    pub(super) fn left_open(&self) -> Option<Outcome> {
        self.left_out().or_else(|| self.beside_open_input())
    }

    /// An absence that the check reads and that only a default makes.
    fn left_out(&self) -> Option<Outcome> {
        let left_out = &self.view.model.left_out;
        if left_out.is_empty() {
            return None;
        }
        let absent = RefCell::new(Vec::new());
        let view = View {
            absent: Some(&absent),
            ..*self.view
        };
        for condition in self.check.applies.iter().chain([&self.check.require]) {
            // What it gives was known before.
            let _ = condition::eval(condition, self.env, &view, self.sides);
        }
        let by_default = |at: Span| left_out.iter().any(|default| at.is_within(*default));
        absent.into_inner().into_iter().find_map(|value| {
            let name = value.origin()?.chain().find_map(|link| {
                let from = link.from.as_ref().map(|from| from.span);
                match (&link.reads, &link.decided) {
                    (Some(reads), _) if from.is_some_and(by_default) => Some(reads.name.clone()),
                    (_, Some(decided)) if by_default(decided.span) => Some(decided.name.clone()),
                    _ => None,
                }
            })?;
            let text = format!("`{name}` may get another value than its default");
            let cause = Cause::new(CauseKind::Input, text);
            Some(Outcome::Undecided { cause, value })
        })
    }

    fn beside_open_input(&self) -> Option<Outcome> {
        let mut conditions = self.sides.taken().iter();
        if !conditions.any(|(condition, _)| condition.cause().kind == CauseKind::Input) {
            return None;
        }
        let also = self.check.also.iter().map(|(place, _)| place);
        self.check.at.iter().chain(also).find_map(|place| {
            let Place::Written(expr) = place else {
                return None;
            };
            let value = self.written(expr)?;
            let mut chain = value.origin()?.chain().peekable();
            while let Some(link) = chain.next() {
                let defaults = &self.view.model.defaults;
                let is_default = |at: Span| defaults.iter().any(|default| at.is_within(*default));
                if let (Some(reads), Some(next)) = (&link.reads, chain.peek())
                    && is_default(next.span)
                {
                    let text = format!("`{}` may get another value than its default", reads.name);
                    let cause = Cause::new(CauseKind::Input, text);
                    let value = value.clone();
                    return Some(Outcome::Undecided { cause, value });
                }
            }
            None
        })
    }

    /// The value that stands at a place.
    fn written(&self, expr: &condition::Expr) -> Option<Value> {
        let datum = condition::eval(expr, self.env, self.view, self.sides).ok()?;
        let value = match datum {
            Datum::Value(value) => value,
            Datum::Resource(target) => target.value,
            Datum::Resources(_) => self.leading_here(expr)?,
        };
        // A list is where its first member is.
        let inner = value.as_list().and_then(|l| l.items.first()).cloned();
        let value = inner.filter(|v| v.span().is_some()).unwrap_or(value);
        // What is not there has no place, though what it would stand in has one.
        Some(value).filter(|value| !value.is_null())
    }

    /// A place, and where the value that stands there came from.
    fn place(&self, place: &Place) -> Option<(Span, Vec<Label>)> {
        match place {
            Place::Heading(expr) => {
                let id = self.leads_to(expr)?;
                Some((self.view.model.resource(id).header?, Vec::new()))
            }
            Place::Written(expr) => {
                let value = self.written(expr)?;
                let origin = value.origin()?;
                Some((origin.span, trace(origin, expr.ty().leads_to_resources())))
            }
        }
    }

    /// Of an attribute with several references, the one that leads to a resource that is bound.
    fn leading_here(&self, expr: &condition::Expr) -> Option<Value> {
        let (_, name) = expr.source().rsplit_once('.')?;
        let bound: Vec<ResourceId> = bound(self.env).collect();
        let owner = condition::place(expr, self.env, self.view, self.sides).resource;
        owner.iter().chain(&bound).find_map(|id| {
            let number = self.view.model.kind(*id).attribute_number(name)?;
            match self.view.model.attribute(*id, number) {
                Attr::Targets(targets) => self.find_target(targets, &bound),
                _ => None,
            }
        })
    }

    fn find_target(&self, targets: &Targets, bound: &[ResourceId]) -> Option<Value> {
        match targets {
            Targets::List(list, _) => list.iter().find_map(|t| self.leads(t, bound)),
            Targets::Cases(_, then, otherwise) => self
                .find_target(then, bound)
                .or_else(|| self.find_target(otherwise, bound)),
        }
    }

    fn leads(&self, target: &Target, bound: &[ResourceId]) -> Option<Value> {
        match &target.to {
            To::Resource(id) => bound.contains(id).then(|| target.value.clone()),
            To::Cases(cases) => self
                .leads(&cases.then, bound)
                .or_else(|| self.leads(&cases.otherwise, bound)),
            To::Null | To::Other(_) | To::Unknown(_) => None,
        }
    }
}

/// Where a value came from, nearest first. A value that `refers` to a resource comes from where that is referred
/// to: what its name or id is made of does not matter.
fn trace(origin: &Origin, refers: bool) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    for (link, from) in origin.chain().zip(origin.chain().skip(1)) {
        let text = match &link.reads {
            Some(reads) if refers && reads.reference.is_some() => break,
            Some(reads) => format!("`{}` comes from here", reads.name),
            None => "the value comes from here".to_owned(),
        };
        // A part of an expression that is shown already is no news.
        if from.span != origin.span && !from.span.is_within(link.span) {
            labels.push(label(from.span, text));
        }
    }
    if let Some(decided) = origin.chain().find_map(|link| link.decided.as_ref()) {
        let shown = labels.iter().any(|label| label.span == decided.span);
        if !shown && !decided.span.is_within(origin.span) {
            let text = format!("`{}` decides, and comes from here", decided.name);
            labels.push(label(decided.span, text));
        }
    }
    labels
}

fn label(span: Span, text: String) -> Label {
    Label { span, text }
}

/// Members of a JSON object as HCL, for azapi. `None` for whole resources and for expressions, which
/// azapi writes in other ways.
pub(crate) fn as_hcl(json: &str) -> Option<String> {
    if json.contains("\"type\":") || json.contains("\"[") || json.contains("${") {
        return None;
    }
    let lines = json.lines().map(|line| {
        let line = line.trim_end_matches(',');
        let mut hcl = String::with_capacity(line.len());
        let mut rest = line;
        while let Some((before, after)) = rest.split_once("\": ") {
            let (head, key) = before.rsplit_once('"').unwrap_or((before, ""));
            hcl += head;
            hcl += key;
            hcl += " = ";
            rest = after;
        }
        hcl + rest
    });
    Some(aligned(lines.collect()).join("\n"))
}

/// The lines with the `=` of adjacent ones in one column, as `terraform fmt` has them.
fn aligned(mut lines: Vec<String>) -> Vec<String> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    // Where the sign stands, in a line that is one member and nothing else.
    let sign = |line: &str| {
        let whole = !line.ends_with(['{', '[']) && !line.trim_start().starts_with(['{', '[']);
        line.find(" = ").filter(|_| whole)
    };
    let mut start = 0;
    while start < lines.len() {
        let run = lines[start..]
            .iter()
            .take_while(|line| sign(line).is_some() && indent(line) == indent(&lines[start]));
        let end = start + run.count();
        let widest = lines[start..end].iter().filter_map(|line| sign(line)).max();
        for line in &mut lines[start..end] {
            if let (Some(at), Some(widest)) = (sign(line), widest) {
                line.insert_str(at, &" ".repeat(widest - at));
            }
        }
        start = end.max(start + 1);
    }
    lines
}

/// The resources that are bound.
pub(super) fn bound(env: &Env) -> impl Iterator<Item = ResourceId> {
    env.0.iter().filter_map(|datum| match datum {
        Datum::Resource(Target {
            to: To::Resource(id),
            ..
        }) => Some(*id),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::as_hcl;

    #[test]
    fn members_are_written_as_hcl() {
        let json =
            "\"delegations\": [\n  { \"name\": \"fs\", \"properties\": { \"a\": true } }\n],";
        let hcl = "delegations = [\n  { name = \"fs\", properties = { a = true } }\n]";
        assert_eq!(as_hcl(json).as_deref(), Some(hcl));
        assert_eq!(as_hcl("{ \"type\": \"x\" }"), None);
        let json = "{\n  \"name\": \"a\",\n  \"properties\": {\n    \"priority\": 100,\n    \"x\": \"b\"\n  }\n}";
        let hcl =
            "{\n  name = \"a\"\n  properties = {\n    priority = 100\n    x        = \"b\"\n  }\n}";
        assert_eq!(as_hcl(json).as_deref(), Some(hcl));
    }
}
