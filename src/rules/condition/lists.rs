//! Lists and collections made from others: `filter` and `map`.

use std::sync::Arc;

use super::code::Code;
use super::collections::{Membership, Presence, candidates};
use super::eval::{Run, cause_of, nullable};
use super::logic::Truth;
use super::types::{Datum, Members, Target, To};
use crate::value::{Cause, Data, List, Need, Rest, Value};

impl Run<'_> {
    pub(super) fn filter(
        &mut self,
        code: &Code,
        over: &Code,
        slot: usize,
        body: &Code,
    ) -> Result<Datum, Need> {
        let value = match self.datum(over)? {
            Datum::Resources(members) => return self.filter_members(&members, slot, body),
            Datum::Value(value) => value,
            Datum::Resource(target) => target.value,
        };
        let Data::List(list) = &value.data else {
            return Ok(self.no_list(code, over, value));
        };
        let mut kept = Vec::new();
        let mut rest = list.rest.clone();
        for item in list.items.iter() {
            let item = self.settle(item.clone())?.sensitive(value.is_sensitive());
            match self.with_slot(slot, item.clone().into(), |run| run.truth(body))? {
                Truth::True => kept.push(item),
                Truth::False => {}
                Truth::Unknown(unknown) => rest = Some(self.rest(code, cause_of(&unknown))),
            }
        }
        let list = List {
            items: kept.into(),
            rest,
        };
        Ok(Value::from(Data::List(list)).with_origin_of(&value).into())
    }

    fn filter_members(
        &mut self,
        members: &Members,
        slot: usize,
        body: &Code,
    ) -> Result<Datum, Need> {
        let mut kept = Members {
            incomplete: members.incomplete.clone(),
            ..Members::default()
        };
        let mut possible = Vec::new();
        for (id, membership) in candidates(members) {
            let judged = self.with_slot(slot, id.into(), |run| run.truth(body));
            match (judged, membership) {
                (Ok(Truth::False), _) => {}
                (Ok(Truth::True), Membership::Sure) => kept.items.push(id),
                (Ok(Truth::True), Membership::When(value)) => kept.when.push((id, value.clone())),
                (_, Membership::Possible(cause)) => possible.push((id, cause.clone())),
                (Ok(Truth::Unknown(value)), _) => possible.push((id, cause_of(&value))),
                (Err(need), membership) => match self.presence(id, &membership) {
                    Ok(Presence::No) => {}
                    Ok(Presence::Maybe(cause)) => possible.push((id, cause)),
                    _ => return Err(need),
                },
            }
        }
        kept.possible = Arc::new(possible);
        Ok(kept.into())
    }

    pub(super) fn map(
        &mut self,
        code: &Code,
        over: &Code,
        slot: usize,
        body: &Code,
    ) -> Result<Datum, Need> {
        let mut results: Vec<Datum> = Vec::new();
        let mut possible: Vec<(Datum, Cause)> = Vec::new();
        let mut open: Option<Cause> = None;
        match self.datum(over)? {
            Datum::Resources(members) => {
                open.clone_from(&members.incomplete);
                for (id, membership) in candidates(&members) {
                    let maybe = match self.presence(id, &membership)? {
                        Presence::No => continue,
                        Presence::Yes => None,
                        Presence::Maybe(cause) => Some(cause),
                    };
                    let result = self.with_slot(slot, id.into(), |run| run.datum(body))?;
                    match maybe {
                        None => results.push(result),
                        Some(cause) => possible.push((result, cause)),
                    }
                }
            }
            Datum::Value(value) => {
                let Data::List(list) = &value.data else {
                    if let (true, Some(symbol)) = (code.ty.is_resources(), value.as_symbol()) {
                        return Ok(Members::unknown(symbol.cause().clone()).into());
                    }
                    return Ok(self.no_list(code, over, value));
                };
                open = list.rest.as_ref().map(|r| r.symbol.cause().clone());
                for item in list.items.iter() {
                    let item = self.settle(item.clone())?.sensitive(value.is_sensitive());
                    results.push(self.with_slot(slot, item.into(), |run| run.datum(body))?);
                }
            }
            Datum::Resource(_) => {}
        }
        if code.ty.is_resources() {
            return Ok(collected(results, possible, open).into());
        }
        let open = open.or_else(|| possible.into_iter().next().map(|(_, cause)| cause));
        let items = results.into_iter().map(|datum| match datum {
            Datum::Value(value) => value,
            _ => Value::null(),
        });
        let list = List {
            items: items.collect(),
            rest: open.map(|cause| self.rest(code, cause)),
        };
        Ok(Value::from(Data::List(list)).into())
    }

    /// Members that are not known one by one.
    fn rest(&mut self, code: &Code, cause: Cause) -> Arc<Rest> {
        let symbol = nullable(&self.unknown(code, cause));
        Arc::new(Rest {
            symbol,
            element: None,
        })
    }

    /// What filters and maps make of something that is no list.
    fn no_list(&mut self, code: &Code, over: &Code, value: Value) -> Datum {
        match &value.data {
            Data::Null if code.ty.is_resources() => Members::default().into(),
            Data::Null => Value::list(Vec::new()).with_origin_of(&value).into(),
            Data::Unknown(symbol) => {
                let cause = symbol.cause().clone();
                self.unknown(code, cause).with_origin_of(&value).into()
            }
            _ => self.invalid(over, "is no list").into(),
        }
    }
}

/// References put together: absent ones are left out.
fn collected(
    results: Vec<Datum>,
    possible: Vec<(Datum, Cause)>,
    incomplete: Option<Cause>,
) -> Members {
    let mut members = Members {
        incomplete,
        ..Members::default()
    };
    let mut perhaps = Vec::new();
    let all = results.into_iter().map(|datum| (datum, None)).chain(
        possible
            .into_iter()
            .map(|(datum, cause)| (datum, Some(cause))),
    );
    for (datum, maybe) in all {
        match (datum, maybe) {
            (Datum::Resource(Target { to, .. }), maybe) => match (to, maybe) {
                (To::Resource(id), None) => members.items.push(id),
                (To::Resource(id), Some(cause)) => perhaps.push((id, cause)),
                (To::Unknown(symbol), _) => members.incomplete = Some(symbol.cause().clone()),
                (To::Null | To::Other(_) | To::Cases(_), _) => {}
            },
            (Datum::Value(value), _) => {
                if let Some(symbol) = value.as_symbol() {
                    members.incomplete = Some(symbol.cause().clone());
                }
            }
            (Datum::Resources(_), _) => {}
        }
    }
    members.possible = Arc::new(perhaps);
    members
}
