//! Where a value was written, and through what it came.

use std::sync::Arc;

use crate::source::Span;

/// A place, what was read there, and where that came from in turn.
#[derive(Debug)]
pub struct Origin {
    /// Where the value (or the expression that reads it) stands.
    pub span: Span,
    /// What the expression at `span` reads; `None` where the value itself was written.
    pub reads: Option<Reads>,
    /// The origin of what was read.
    pub from: Option<Arc<Origin>>,
    /// What decided that it is this value and no other.
    pub decided: Option<Decision>,
}

/// Something with a name that a condition reads.
#[derive(Clone, Debug)]
pub struct Decision {
    /// As its language writes it.
    pub name: Arc<str>,
    /// Where its value was written.
    pub span: Span,
}

/// Something with a name that an expression reads.
#[derive(Clone, Debug)]
pub struct Reads {
    /// As its language writes it: `local.zone`, `parameters('zone')`.
    pub name: Arc<str>,
    /// The resource and attribute, when it reads one.
    pub reference: Option<Reference>,
}

impl Reads {
    /// A variable, local, parameter, output …
    pub fn named(name: impl Into<Arc<str>>) -> Reads {
        Reads {
            name: name.into(),
            reference: None,
        }
    }
}

/// An attribute of a declared resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The address of the resource in its unit.
    pub resource: Arc<str>,
    /// The attribute in the language of the template, `id` or `name` for instance; empty for the whole.
    pub attribute: Arc<str>,
}

/// Longer chains tell nobody anything.
const LONGEST: usize = 32;

impl Origin {
    /// The value itself stands at `span`.
    pub fn written(span: Span) -> Arc<Origin> {
        Arc::new(Origin {
            span,
            reads: None,
            from: None,
            decided: None,
        })
    }

    /// Read at `span` from something that came from `from`.
    pub fn through(span: Span, reads: Reads, from: Option<Arc<Origin>>) -> Arc<Origin> {
        let from = from.filter(|f| f.chain().count() < LONGEST);
        Arc::new(Origin {
            span,
            reads: Some(reads),
            from,
            decided: None,
        })
    }

    /// The result of the expression at `span`, of which `inner` is a part.
    pub fn within(span: Span, inner: Arc<Origin>) -> Arc<Origin> {
        let from = Some(inner).filter(|f| f.chain().count() < LONGEST);
        Arc::new(Origin {
            span,
            reads: None,
            from,
            decided: None,
        })
    }

    /// `inner` seen through the reading links of `outer`. When `outer` only says where a choice was
    /// written (it reads nothing), `inner`, the choice taken, is the better place.
    pub(super) fn prefixed(outer: &Arc<Origin>, inner: &Arc<Origin>) -> Arc<Origin> {
        match &outer.reads {
            None => inner.clone(),
            Some(reads) => {
                let from = match &outer.from {
                    Some(next) => Origin::prefixed(next, inner),
                    None => inner.clone(),
                };
                Origin::through(outer.span, reads.clone(), Some(from))
            }
        }
    }

    /// The same, with what decided that the value is this one.
    pub(super) fn decided_by(&self, by: &Origin) -> Option<Arc<Origin>> {
        let decided = Some(by.decision()?);
        Some(Arc::new(Origin {
            span: self.span,
            reads: self.reads.clone(),
            from: self.from.clone(),
            decided,
        }))
    }

    /// The last thing with a name that the value was read through, or what decided about it.
    fn decision(&self) -> Option<Decision> {
        let read = self.chain().zip(self.chain().skip(1));
        let read = read.filter_map(|(link, from)| {
            Some(Decision {
                name: link.reads.as_ref()?.name.clone(),
                span: from.span,
            })
        });
        read.last()
            .or_else(|| self.chain().find_map(|link| link.decided.clone()))
    }

    /// This link and all behind it.
    pub fn chain(&self) -> impl Iterator<Item = &Origin> {
        std::iter::successors(Some(self), |o| o.from.as_deref())
    }

    /// The last link: where the value was first written.
    pub fn written_at(&self) -> Span {
        self.chain().last().map_or(self.span, |o| o.span)
    }

    /// The resource attributes that the value came through, nearest first.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.chain()
            .filter_map(|o| o.reads.as_ref()?.reference.as_ref())
    }
}
