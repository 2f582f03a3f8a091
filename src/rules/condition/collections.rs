//! Conditions on members: of lists, of which some members may not be known, and of collections of
//! resources, some of which may not exist or may not belong.

use super::code::{Code, Function, Op};
use super::eval::{Run, cause_of};
use super::logic::{Judged, Truth, is};
use super::types::{Datum, Members, ResourceId};
use crate::value::{Cause, Data, Need, Value};

/// How a resource belongs to a collection.
pub(super) enum Membership<'m> {
    Sure,
    When(&'m Value),
    Possible(&'m Cause),
}

/// Whether it is a member, as far as the sides tell.
pub(super) enum Presence {
    Yes,
    No,
    Maybe(Cause),
}

type Test<'t, 'a> = &'t mut dyn FnMut(&mut Run<'a>, Datum) -> Judged;

pub(super) fn candidates(members: &Members) -> impl Iterator<Item = (ResourceId, Membership<'_>)> {
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

    pub(super) fn presence(
        &self,
        id: ResourceId,
        membership: &Membership<'_>,
    ) -> Result<Presence, Need> {
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
            // Once something is open, what may not be a member at all changes nothing. There may be
            // very many of these, of every resource.
            if matches!(membership, Membership::Possible(_)) && tally.open.is_some() {
                break;
            }
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
            // A condition in the shape of the elements may differ from one to the next: no need of it
            // is handed on.
            let harmless = rest
                .element
                .as_ref()
                .is_some_and(|element| is(&test(self, element.clone().into()), !find));
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
        let size = self.size_of(over)?;
        Ok(match size.open {
            Some(cause) => self.unknown(code, cause).into(),
            None => Value::from(size.least).into(),
        })
    }

    /// The number of members of a list or collection, as far as it is known.
    fn size_of(&mut self, over: &Code) -> Result<Size, Need> {
        let mut size = Size::default();
        match self.datum(over)? {
            Datum::Resources(members) => {
                let mut most = 0;
                for (id, membership) in candidates(&members) {
                    match self.presence(id, &membership)? {
                        Presence::Yes => size.least += 1,
                        Presence::No => continue,
                        Presence::Maybe(cause) => _ = size.open.get_or_insert(cause),
                    }
                    most += 1;
                }
                size.most = members.incomplete.is_none().then_some(most);
                size.open = size.open.or(members.incomplete);
            }
            Datum::Value(value) => match &value.data {
                Data::List(list) => {
                    size.least = list.items.len() as i64;
                    size.most = list.rest.is_none().then_some(size.least);
                    size.open = list.rest.as_ref().map(|r| r.symbol.cause().clone());
                }
                Data::Null => size.most = Some(0),
                _ => size.open = Some(cause_of(&value)),
            },
            Datum::Resource(_) => {}
        }
        Ok(size)
    }

    /// The least and most that a number can be; `None` when it is not the size of something.
    pub(super) fn bounds(&mut self, code: &Code) -> Result<Option<(i64, Option<i64>)>, Need> {
        let over = match &code.op {
            Op::Count(over) => over,
            Op::Call {
                function: Function::Members,
                args,
                ..
            } => match &args[..] {
                [over] => over,
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        let size = self.size_of(over)?;
        Ok(Some((size.least, size.most)))
    }
}

/// A number of members.
#[derive(Default)]
struct Size {
    least: i64,
    most: Option<i64>,
    /// Why there may be more than the least.
    open: Option<Cause>,
}
