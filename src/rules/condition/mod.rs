//! The condition language: a subset of [CEL](https://cel.dev) for rules about networks.
//!
//! ```text
//! server.zone.links.exists(l, l.network == server.subnet.network)
//! ```
//!
//! # Values and types
//!
//! Every expression has a type, checked against the kinds when the rule loads: true or false, number,
//! text, list, a value of any of these (settings read as they come), a resource of a kind, a resource
//! of any kind, a collection of resources. Some attributes are text whose letter case means nothing;
//! whatever is compared with them is compared so (`==`, `!=`, `<`, `in`, `startsWith` …).
//!
//! # What can be written
//!
//! | | |
//! |---|---|
//! | literals | `null` `true` `false` `12` `0x1F` `1.5` `'text'` `"text"` `r'raw'` `[1, 2]`, escapes as in CEL, `// comment` |
//! | access | `a.b` `a[0]` `a['key']` |
//! | operators, weakest first | `c ? a : b`, `\|\|`, `&&`, `== != < <= > >= in`, `+ -`, `* / %`, `! -` |
//! | on members | `xs.exists(x, …)` `xs.all(x, …)` `xs.exists_one(x, …)` `xs.filter(x, …)` `xs.map(x, …)` `size(xs)` `x in xs` |
//! | on text | `s.startsWith(t)` `s.endsWith(t)` `s.contains(t)` `s.lowerAscii()` `s.split(t)` `size(s)` `s + t` `literal(s)` |
//! | conversions | `int(x)` `string(x)` |
//! | on address ranges, written as text | `prefix_length(r)` (null unless IPv4) `is_ipv4(r)` `contains_range(outer, inner)` `contains_range(list, inner)` `overlaps(a, b)`; an address alone is a range of one; where `outer` is a list, its ranges together count, and `first-last` is one too |
//! | on addresses, written as text | `address(t)`, an IPv4 address as a number (null for other texts, ranges too) |
//! | on numbers | `free_number(taken, near, limit)`, the free one nearest to `near` up to `limit`, of tens if possible; null when none is free |
//! | on resources | `a == b` `a != null` `has(a.b)` `created(a)` `waits_for(a, b)` `comes_before(a, b)` `kind_is(a, 'kind')` `as_kind(a, 'kind')` `all_of('kind')` `arm_type(a)` |
//! | on changes | `prior(a)` `planned(a)` `forces_replacement(a.b)`, see below |
//! | on traffic | `passes(nsg, …)` `blocked(nsg, …)` `blocking_rule(nsg, …)`, see below |
//! | on attributes | `written(a.b)` `reads(a.b)` `mentions(text, 'attribute')` `ignored(a.b)` |
//! | data | `lookup('table', key)`, null where there is no entry |
//!
//! `written(a.b)`: the author wrote the value, as against a default; not known where it stands in a state. `reads(a.b)`: the attribute that the value
//! is a reference to (`'name'` for `azurerm_x.y.name`), null when it is none. `created(a)`: the analysed set declares and manages it, so its absence elsewhere can be claimed.
//! `mentions(text, 'x')`: a reference to an attribute `x` is part of the text.
//! `ignored(a.b)`: Terraform is told to ignore changes of it (or of the children that `b` holds), so that what is there
//! once the resource is may be somebody else's.
//! `literal(s)`: the text without the parts that Azure chooses or answers when it is deployed (keys, host names).
//! `comes_before(a, b)`: `a` is declared before `b`, so that of two which are at odds one is told of the other.
//! `as_kind` gives the resource with the attributes of that kind, or null. `map` to a reference gives a
//! collection of resources, absent ones left out. `arm_type(a)` is the type as ARM calls it, whatever the language.
//! Messages may also say `{spell(a.b)}`: the attribute as the user's language writes it.
//!
//! # Changes
//!
//! A plan tells what is there before. `prior(a)` is the resource as it was, with all its attributes:
//! `prior(a).b != a.b`. It is null where the resource is new, and where the input is no plan; so a check of a change
//! starts with `where: prior(a) != null`, and applies nowhere else. `planned(a)` is what the plan does:
//! `'create'`, `'update'` (in place), `'replace'` (deleted and created anew, so that what it held is lost), `'keep'`; null without a plan.
//! `forces_replacement(a.b)`: this attribute is why the plan replaces `a`.
//!
//! # Traffic
//!
//! `passes(nsg, direction, protocol, ports, sources, destinations)`: some of this traffic gets through the
//! security group `nsg`. `blocked(…)`: some of it does not. Neither is the other's opposite: the one rule
//! may let in what another drops, and `!passes(…)` says that nothing gets through. `blocking_rule(…)` is the first
//! rule that drops some of it for certain, for messages and places; null when there is none. A group that is null lets
//! everything pass.
//!
//! `direction` is `'Inbound'` or `'Outbound'`, `protocol` as in rules (`'Tcp'`, `'*'`). The other three are text
//! or a list of text, as in rules: `'5432'`, `'10.0.0.0/24'`, `'VirtualNetwork'`, `'Storage'`, `'*'`. The ranges on the filtered
//! machines' own side (the destinations of what is inbound) are taken to be in their network.
//!
//! Rules are taken in the order of their priority, default rules last; ranges and ports are cut where rules divide
//! them. What a rule matches only perhaps (an unknown field, a rule that may not be there, a service tag whose addresses
//! only Azure knows) leaves open what it and later rules make of it. What is asked of service tags is data,
//! `rules/data/service_tags.yaml`.
//!
//! # Absence
//!
//! Omitted attributes are ordinary here, so some of what is an error in CEL is not:
//!
//! - an attribute of null, a missing entry, an index out of range: null;
//! - a null list has no members (`exists` false, `all` true, `size` 0), and nothing is `in` it;
//! - `null == x` and `null != x` are decided.
//!
//! Everything else with null has no answer: `<`, arithmetic, text functions, null as a condition. So
//! have `1 / 0`, overflow and text that is no range where one is needed. An expression without answer
//! counts as unknown with an `Invalid` cause; no rule claims anything of it. Ask `!= null` first. A flag
//! that may be absent is asked `a.flag == true`.
//!
//! # Unknowns
//!
//! No condition turns an unknown into true or false. It spreads, except where the answer is the same
//! either way: `false && x`, `true || x` in either order; `exists` with a member that passes; `all` with
//! one that does not; `c ? 1 : 1`; `x == x`; text whose known pieces decide; `size(xs) > 0` with a
//! member that is certain. A collection may have members that are only possible, or not
//! all be in sight; then `exists` is false, and `all` true, only if no such member could change it.
//!
//! A value *by case* (one of two, by a condition of the template) is no unknown: evaluation stops with
//! [`crate::value::Need`], the engine takes each side in turn, at most six deep, and joins
//! the cases that end alike. The existence of resources is such a condition. A condition in an
//! operand that turns out not to matter is not split on.
//!
//! # What CEL has and this has not
//!
//! Maps, messages, bytes, unsigned integers, timestamps, `matches`, `type`, and macros over two
//! variables. Numbers are integers where they are whole, and `/` of two integers is whole, as in CEL; a
//! whole number and a decimal may be mixed. At most 60 levels of nesting or chaining.

mod ast;
mod check;
mod check_call;
mod check_each;
mod check_ops;
mod code;
mod collections;
mod decide;
mod error;
mod eval;
mod functions;
mod lex;
mod lists;
mod logic;
mod parse;
mod ranges;
mod relations;
mod template;
mod traffic;
mod types;

pub use code::{Expr, Scope};
pub use decide::{Outcome, judge, rules_out};
pub use error::ConditionError;
pub use eval::{Env, eval};
pub use template::{Place, Template, place};
pub use types::{
    Datum, KindId, Knowledge, Members, ResourceId, Schema, Target, TargetCases, To, Type, World,
};

#[cfg(test)]
mod tests;
