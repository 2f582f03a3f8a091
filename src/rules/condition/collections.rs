//! Conditions on members: of lists, of which some members may not be known, and of collections of
//! resources, some of which may not exist or may not belong.

use std::sync::Arc;

use super::code::Code;
use super::eval::{Judged, Run, Truth, cause_of, is, nullable};
use super::types::{Datum, Members, ResourceId, Target, To};
use crate::value::{Cause, Data, List, Need, Rest, Value};

/// How a resource belongs to a collection.
enum Membership<'m> {
    Sure,
    When(&'m Value),
    Possible(&'m Cause),
}

/// Whether it is a member, as far as the sides tell.
enum Presence {
    Yes,
    No,
    Maybe(Cause),
}

type Test<'t, 'a> = &'t mut dyn FnMut(&mut Run<'a>, Datum) -> Judged;

fn candidates(members: &Members) -> impl Iterator<Item = (ResourceId, Membership<'_>)> {
    let sure = members.items.iter().map(|id| (*id, Membership::Sure));
    let when = members.when.iter();
    let possible = members.possible.iter();
    sure.chain(when.map(|(id, value)| (*id, Membership::When(value))))
        .chain(possible.map(|(id, cause)| (*id, Membership::Possible(cause))))
}

/// What the members met so far leave open.
#[derive(Default)]
struct Tally {
    need: Option<Need>,
    open: Option<Cause>,
    /// A need of something that may not be a member anyway.
    minor: Option<Need>,
}

impl<'a> Run<'a> {
    /// Existence is split on, as conditions are.
    pub(super) fn exists(&self, id: ResourceId) -> Result<bool, Need> {
        let value = self.settle(self.world.exists(id))?;
        match &value.data {
            Data::Bool(exists) => Ok(*exists),
            Data::Unknown(symbol) => Err(Need(symbol.clone())),
            _ => Ok(true),
        }
    }

    fn presence(&self, id: ResourceId, membership: &Membership<'_>) -> Result<Presence, Need> {
        let belongs = match membership {
            Membership::Sure => Presence::Yes,
            Membership::Possible(cause) => Presence::Maybe((*cause).clone()),
            Membership::When(value) => match self.settle((*value).clone()) {
                Ok(value) => match value.as_bool() {
                    Some(true) => Presence::Yes,
                    Some(false) => return Ok(Presence::No),
                    None => Presence::Maybe(cause_of(&value)),
                },
                Err(need) => {
                    let gone = matches!(self.exists(id), Ok(false));
                    return if gone { Ok(Presence::No) } else { Err(need) };
                }
            },
        };
        Ok(if self.exists(id)? {
            belongs
        } else {
            Presence::No
        })
    }

    /// Whether some member passes (`find`), or all do (`!find`).
    pub(super) fn quantified(
        &mut self,
        code: &Code,
        over: &Code,
        find: bool,
        test: Test<'_, 'a>,
    ) -> Judged {
        let mut tally = Tally::default();
        let decided = match self.datum(over)? {
            Datum::Resources(members) => self.among_members(&members, find, &mut tally, test),
            Datum::Value(value) => self.among_values(over, &value, find, &mut tally, test),
            Datum::Resource(_) => false,
        };
        if decided {
            return Ok(find.into());
        }
        if let Some(need) = tally.need {
            return Err(need);
        }
        if let Some(cause) = tally.open {
            return self.open(code, cause);
        }
        match tally.minor {
            Some(need) => Err(need),
            None => Ok((!find).into()),
        }
    }

    fn among_members(
        &mut self,
        members: &Members,
        find: bool,
        tally: &mut Tally,
        test: Test<'_, 'a>,
    ) -> bool {
        for (id, membership) in candidates(members) {
            let presence = self.presence(id, &membership);
            if matches!(presence, Ok(Presence::No)) {
                continue;
            }
            let judged = test(self, id.into());
            if is(&judged, !find) {
                continue;
            }
            match (presence, judged) {
                (Ok(Presence::Yes), Ok(Truth::Unknown(value))) => {
                    tally.open.get_or_insert_with(|| cause_of(&value));
                }
                (Ok(Presence::Yes), Ok(_)) => return true,
                (Ok(Presence::Maybe(_)), Err(need)) => {
                    tally.minor.get_or_insert(need);
                }
                (Ok(Presence::Maybe(cause)), Ok(_)) => {
                    tally.open.get_or_insert(cause);
                }
                (Err(need), _) | (_, Err(need)) => {
                    tally.need.get_or_insert(need);
                }
                (Ok(Presence::No), _) => {}
            }
        }
        if let Some(cause) = &members.incomplete {
            tally.open.get_or_insert_with(|| cause.clone());
        }
        false
    }

    fn among_values(
        &mut self,
        over: &Code,
        value: &Value,
        find: bool,
        tally: &mut Tally,
        test: Test<'_, 'a>,
    ) -> bool {
        let list = match &value.data {
            Data::List(list) => list,
            Data::Null => return false,
            Data::Unknown(symbol) => {
                tally.open = Some(symbol.cause().clone());
                return false;
            }
            _ => {
                tally.open = Some(cause_of(&self.invalid(over, "is no list")));
                return false;
            }
        };
        for item in list.items.iter() {
            let judged = match self.settle(item.clone()) {
                Ok(item) => test(self, item.into()),
                Err(need) => Err(need),
            };
            match judged {
                judged if is(&judged, find) => return true,
                Err(need) => _ = tally.need.get_or_insert(need),
                Ok(Truth::Unknown(value)) => {
                    tally.open.get_or_insert_with(|| cause_of(&value));
                }
                Ok(_) => {}
            }
        }
        if let Some(rest) = &list.rest {
            let harmless = rest.element.as_ref().is_some_and(|element| {
                // A condition in the shape of an element may differ from one to the next.
                !matches!(element.data, Data::Cases(_))
                    && is(&test(self, element.clone().into()), !find)
            });
            if !harmless {
                let cause = rest.symbol.cause();
                tally.open.get_or_insert_with(|| cause.clone());
            }
        }
        false
    }

    pub(super) fn exactly_one(
        &mut self,
        code: &Code,
        over: &Code,
        slot: usize,
        body: &Code,
    ) -> Judged {
        // As many as are certain; then, what is open.
        let mut certain = 0;
        let mut test = |run: &mut Run<'a>, member: Datum| {
            let judged = run.with_slot(slot, member, |run| run.truth(body));
            certain += usize::from(is(&judged, true));
            judged
        };
        let mut tally = Tally::default();
        match self.datum(over)? {
            Datum::Resources(members) => {
                let mut sure = 0;
                for (id, membership) in candidates(&members) {
                    let presence = self.presence(id, &membership);
                    if matches!(presence, Ok(Presence::No)) {
                        continue;
                    }
                    let judged = test(self, id.into());
                    match (presence, judged) {
                        (_, Ok(Truth::False)) => {}
                        (Ok(Presence::Yes), Ok(Truth::True)) => sure += 1,
                        (Err(need), _) | (_, Err(need)) => _ = tally.need.get_or_insert(need),
                        (Ok(Presence::Maybe(cause)), _) => _ = tally.open.get_or_insert(cause),
                        (_, Ok(Truth::Unknown(value))) => {
                            tally.open.get_or_insert_with(|| cause_of(&value));
                        }
                        (Ok(Presence::No), _) => {}
                    }
                }
                if let Some(cause) = members.incomplete {
                    tally.open.get_or_insert(cause);
                }
                certain = sure;
            }
            Datum::Value(value) => {
                // Nothing ends the search early: what is found counts, and the search goes on.
                self.among_values(
                    over,
                    &value,
                    true,
                    &mut tally,
                    &mut |run, member| match test(run, member) {
                        Ok(Truth::True) => Ok(Truth::False),
                        other => other,
                    },
                );
                if let Some(rest) = value.as_list().and_then(|list| list.rest.as_ref()) {
                    tally
                        .open
                        .get_or_insert_with(|| rest.symbol.cause().clone());
                }
            }
            Datum::Resource(_) => {}
        }
        if certain > 1 {
            return Ok(Truth::False);
        }
        if let Some(need) = tally.need {
            return Err(need);
        }
        match tally.open {
            Some(cause) => self.open(code, cause),
            None => Ok((certain == 1).into()),
        }
    }

    pub(super) fn count(&mut self, code: &Code, over: &Code) -> Result<Datum, Need> {
        let members = self.members(over)?;
        let mut count: i64 = 0;
        let mut open = members.incomplete.clone();
        for (id, membership) in candidates(&members) {
            match self.presence(id, &membership)? {
                Presence::Yes => count += 1,
                Presence::No => {}
                Presence::Maybe(cause) => _ = open.get_or_insert(cause),
            }
        }
        Ok(match open {
            Some(cause) => self.unknown(code, cause).into(),
            None => Value::from(count).into(),
        })
    }

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
            let item = self.settle(item.clone())?;
            match self.with_slot(slot, item.clone().into(), |run| run.truth(body))? {
                Truth::True => kept.push(item),
                Truth::False => {}
                Truth::Unknown(unknown) => rest = Some(self.rest(code, cause_of(&unknown))),
            }
        }
        let list = List {
            items: Arc::new(kept),
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
        for (id, membership) in candidates(members) {
            let judged = self.with_slot(slot, id.into(), |run| run.truth(body));
            match (judged, membership) {
                (Ok(Truth::False), _) => {}
                (Ok(Truth::True), Membership::Sure) => kept.items.push(id),
                (Ok(Truth::True), Membership::When(value)) => kept.when.push((id, value.clone())),
                (_, Membership::Possible(cause)) => kept.possible.push((id, cause.clone())),
                (Ok(Truth::Unknown(value)), _) => kept.possible.push((id, cause_of(&value))),
                (Err(need), membership) => match self.presence(id, &membership) {
                    Ok(Presence::No) => {}
                    Ok(Presence::Maybe(cause)) => kept.possible.push((id, cause)),
                    _ => return Err(need),
                },
            }
        }
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
                    let item = self.settle(item.clone())?;
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
            items: Arc::new(items.collect()),
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
    let all = results.into_iter().map(|datum| (datum, None)).chain(
        possible
            .into_iter()
            .map(|(datum, cause)| (datum, Some(cause))),
    );
    for (datum, maybe) in all {
        match (datum, maybe) {
            (Datum::Resource(Target { to, .. }), maybe) => match (to, maybe) {
                (To::Resource(id), None) => members.items.push(id),
                (To::Resource(id), Some(cause)) => members.possible.push((id, cause)),
                (To::Unknown(symbol), _) => members.incomplete = Some(symbol.cause().clone()),
                (To::Null | To::Cases(_), _) => {}
            },
            (Datum::Value(value), _) => {
                if let Some(symbol) = value.as_symbol() {
                    members.incomplete = Some(symbol.cause().clone());
                }
            }
            (Datum::Resources(_), _) => {}
        }
    }
    members
}
