//! What a value is marked with. Marks travel with whatever is made of it.

use std::ops::{BitOr, BitOrAssign};
use std::sync::Arc;

use super::{Data, Rest, Value};

/// The marks of a value. Whatever has one may not be printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// It is a secret.
    pub sensitive: bool,
    /// It is not there beyond one run, so it may stand only where nothing keeps it.
    pub ephemeral: bool,
}

impl Marks {
    /// Both.
    const ALL: Marks = Marks {
        sensitive: true,
        ephemeral: true,
    };

    /// Whether there is any.
    pub fn any(self) -> bool {
        self != Marks::default()
    }
}

impl BitOr for Marks {
    type Output = Marks;

    fn bitor(self, other: Marks) -> Marks {
        Marks {
            sensitive: self.sensitive | other.sensitive,
            ephemeral: self.ephemeral | other.ephemeral,
        }
    }
}

impl BitOrAssign for Marks {
    fn bitor_assign(&mut self, other: Marks) {
        *self = *self | other;
    }
}

impl FromIterator<Marks> for Marks {
    fn from_iter<I: IntoIterator<Item = Marks>>(marks: I) -> Marks {
        marks.into_iter().fold(Marks::default(), Marks::bitor)
    }
}

impl Value {
    /// Its own marks, without those of what it holds.
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// With more marks.
    pub fn marked(mut self, marks: Marks) -> Value {
        self.marks |= marks;
        self
    }

    /// Marks the value as secret; nothing may print it.
    pub fn sensitive(self, sensitive: bool) -> Value {
        self.marked(Marks {
            sensitive,
            ..Marks::default()
        })
    }

    /// Marks the value as one of this run only.
    pub fn ephemeral(self, ephemeral: bool) -> Value {
        self.marked(Marks {
            ephemeral,
            ..Marks::default()
        })
    }

    /// The value without its own mark as a secret; what it holds keeps its.
    pub fn nonsensitive(mut self) -> Value {
        self.marks.sensitive = false;
        self
    }

    /// Whether nothing may print it.
    pub fn is_sensitive(&self) -> bool {
        self.marks.any()
    }

    /// Whether it, or anything inside it, may not be printed.
    pub fn hides(&self) -> bool {
        self.all_marks().any()
    }

    /// Its marks and those of all that it holds, in any case. What is too large to be looked through
    /// counts as secret.
    pub fn all_marks(&self) -> Marks {
        let mut found = Marks::default();
        gather(self, &mut found, &mut 300_000);
        found
    }
}

fn gather(value: &Value, found: &mut Marks, left: &mut u32) {
    if *found == Marks::ALL {
        return;
    }
    let Some(rest) = left.checked_sub(1) else {
        found.sensitive = true;
        return;
    };
    *left = rest;
    *found |= value.marks;
    let element = |rest: &Option<Arc<Rest>>, found: &mut Marks, left: &mut u32| {
        for element in rest.iter().filter_map(|r| r.element.as_ref()) {
            gather(element, found, left);
        }
    };
    match &value.data {
        Data::Null | Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::Unknown(_) => {}
        Data::List(list) => {
            for item in list.items.iter() {
                gather(item, found, left);
            }
            element(&list.rest, found, left);
        }
        Data::Object(object) => {
            for entry in object.entries.iter() {
                gather(&entry.value, found, left);
            }
            element(&object.rest, found, left);
        }
        Data::Cases(cases) => {
            gather(&cases.then, found, left);
            gather(&cases.otherwise, found, left);
        }
    }
}
