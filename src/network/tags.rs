//! The ends of traffic, and how much of one another covers. What a tag stands for is data; here is
//! only what follows from the space it lies in.

use std::collections::HashMap;
use std::sync::Arc;

use ipnet::IpNet;

use super::space::{Family, is_private, parse_range};

/// Where traffic comes from or goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Anything but traffic of the platform.
    Any,
    /// The addresses of a range.
    Net(IpNet),
    /// The addresses of a service tag, in lower case.
    Tag(Arc<str>),
    /// Some of the machines in the network.
    Group,
    /// Not known.
    Unknown,
}

impl End {
    /// As rules write it: `*`, a range, or the name of a tag.
    pub fn parse(text: &str) -> End {
        let text = text.trim();
        // The range of all IPv4 addresses is taken for anything: tags are looked at as IPv4, too.
        if ["*", "any", "0.0.0.0/0"]
            .iter()
            .any(|any| text.eq_ignore_ascii_case(any))
        {
            return End::Any;
        }
        match parse_range(text) {
            Some(net) => End::Net(net),
            None if text.starts_with(|c: char| c.is_ascii_alphabetic())
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c)) =>
            {
                End::Tag(text.to_ascii_lowercase().into())
            }
            None => End::Unknown,
        }
    }
}

/// Which addresses a tag has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// The network itself and what it is connected to. It may contain default routes.
    Local,
    /// What the public internet reaches, outside the network.
    Internet,
    /// Public addresses of the cloud.
    Public,
    /// The address of the host.
    Host,
    /// Traffic that filters let pass unless they name this very tag.
    Platform,
}

/// What is known of a tag.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Its space.
    pub space: Space,
    /// Tags that contain all of it, in lower case.
    pub within: Vec<String>,
    /// It shares no address with others that have this mark.
    pub apart: bool,
}

/// All tags that are known, by name in lower case.
#[derive(Clone, Debug, Default)]
pub struct Tags(HashMap<String, Tag>);

impl FromIterator<(String, Tag)> for Tags {
    fn from_iter<I: IntoIterator<Item = (String, Tag)>>(tags: I) -> Tags {
        Tags(
            tags.into_iter()
                .map(|(name, tag)| (name.to_ascii_lowercase(), tag))
                .collect(),
        )
    }
}

/// How much of something something else covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// Nothing of it.
    None,
    /// All of it.
    All,
    /// That is not known.
    Perhaps {
        /// Something of it for certain.
        some: bool,
        /// It may be all of it.
        all: bool,
    },
}

/// Nothing is known.
pub(super) const OPEN: Cover = Cover::Perhaps {
    some: false,
    all: true,
};
/// Some of it, not all.
const PART: Cover = Cover::Perhaps {
    some: true,
    all: false,
};
/// Perhaps some, not all.
const NOT_ALL: Cover = Cover::Perhaps {
    some: false,
    all: false,
};

impl Cover {
    /// Of what both have to cover.
    pub(super) fn and(self, other: Cover) -> Cover {
        match (self, other) {
            (Cover::None, _) | (_, Cover::None) => Cover::None,
            (Cover::All, c) | (c, Cover::All) => c,
            (Cover::Perhaps { some: a, all: b }, Cover::Perhaps { some: c, all: d }) => {
                Cover::Perhaps {
                    some: a && c,
                    all: b && d,
                }
            }
        }
    }

    /// With nothing for certain but all and nothing.
    fn perhaps(self) -> Cover {
        match self {
            Cover::Perhaps { all, .. } => Cover::Perhaps { some: false, all },
            decided => decided,
        }
    }

    /// Of what either may cover. Two that do not cover all may do so together.
    fn or(self, other: Cover) -> Cover {
        match (self, other) {
            (Cover::All, _) | (_, Cover::All) => Cover::All,
            (Cover::None, c) | (c, Cover::None) => c,
            (Cover::Perhaps { some: a, .. }, Cover::Perhaps { some: b, .. }) => Cover::Perhaps {
                some: a || b,
                all: true,
            },
        }
    }
}

impl Tags {
    fn get(&self, name: &str) -> Option<&Tag> {
        self.0.get(name)
    }

    /// Whether this is the name of a tag, with a region or without.
    pub fn knows(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.get(split(&name, self).0).is_some()
    }

    /// Whether it is a tag of the network itself.
    pub(super) fn is_local(&self, end: &End) -> bool {
        matches!(end, End::Tag(tag) if self.space(tag) == Some(Space::Local))
    }

    /// How much of `piece` these ends cover together. `local`: the piece is a range of the
    /// network that the filtered machines are in. Ranges are expected to be inside or outside of the piece's.
    /// Of packets of a family, ranges of the other cover none; what anything but a range has of IPv6 is not known.
    pub(super) fn covered(
        &self,
        ends: &[End],
        piece: &End,
        local: bool,
        family: Option<Family>,
    ) -> Cover {
        ends.iter()
            .map(|end| match (end, family) {
                (End::Net(net), Some(family)) if Family::of(net) != family => Cover::None,
                (End::Tag(_), Some(Family::V6)) | (End::Net(IpNet::V6(_)), None) => {
                    self.covers(end, piece, local).perhaps()
                }
                _ => self.covers(end, piece, local),
            })
            .fold(Cover::None, Cover::or)
    }

    fn covers(&self, end: &End, piece: &End, local: bool) -> Cover {
        match (end, piece) {
            (End::Unknown, _) | (_, End::Unknown) => OPEN,
            (End::Any, End::Tag(tag)) if self.space(tag) == Some(Space::Platform) => Cover::None,
            (End::Any, _) => Cover::All,
            (End::Net(outer), End::Net(inner)) if outer.contains(inner) => Cover::All,
            (End::Net(a), End::Net(b)) if !b.contains(a) => Cover::None,
            (End::Net(_), End::Net(_)) => PART,
            (End::Tag(tag), End::Net(net)) => self.tag_on_range(tag, net, local),
            (End::Net(net), End::Tag(tag)) => self.range_on_tag(net, tag),
            (End::Tag(a), End::Tag(b)) => self.tag_on_tag(a, b),
            (End::Group, End::Tag(tag)) => match self.space(tag) {
                Some(Space::Local) | None => OPEN,
                Some(_) => Cover::None,
            },
            (End::Tag(tag), End::Group) if self.space(tag) == Some(Space::Local) => Cover::All,
            (End::Group, End::Any) => NOT_ALL,
            (End::Group, _) | (_, End::Group) => OPEN,
            // A range of one family is not all there is; nor is what one tag stands for.
            (End::Net(net), End::Any) if net.prefix_len() == 0 => OPEN,
            (End::Net(_), End::Any) => PART,
            (End::Tag(tag), End::Any) => match self.space(tag) {
                Some(Space::Platform) => Cover::None,
                Some(_) => PART,
                None => OPEN,
            },
        }
    }

    fn space(&self, name: &str) -> Option<Space> {
        Some(self.get(split(name, self).0)?.space)
    }

    fn tag_on_range(&self, tag: &str, net: &IpNet, local: bool) -> Cover {
        match (self.space(tag), local) {
            (None, _) => OPEN,
            (Some(Space::Local), true) => Cover::All,
            (Some(_), true) => Cover::None,
            (Some(Space::Local), false) => OPEN,
            (Some(_), false) if is_private(net) => Cover::None,
            (Some(Space::Platform), false) => NOT_ALL,
            (Some(_), false) => OPEN,
        }
    }

    fn range_on_tag(&self, net: &IpNet, tag: &str) -> Cover {
        match self.space(tag) {
            None => OPEN,
            Some(Space::Platform | Space::Host) if net.prefix_len() == net.max_prefix_len() => OPEN,
            Some(Space::Platform) => Cover::None,
            Some(Space::Public | Space::Internet) if is_private(net) => Cover::None,
            Some(_) => OPEN,
        }
    }

    fn tag_on_tag(&self, name: &str, piece: &str) -> Cover {
        let ((a, a_region), (b, b_region)) = (split(name, self), split(piece, self));
        if a == b {
            return match (a_region, b_region) {
                (None, _) => Cover::All,
                (Some(x), Some(y)) if x == y => Cover::All,
                (Some(_), None) => PART,
                // A region may be spelt in two ways.
                (Some(_), Some(_)) => OPEN,
            };
        }
        let (Some(x), Some(y)) = (self.get(a), self.get(b)) else {
            return OPEN;
        };
        match (x.space, y.space) {
            (Space::Platform, _) | (_, Space::Platform) => Cover::None,
            (Space::Internet, Space::Public) => Cover::All,
            (Space::Public, Space::Internet) => PART,
            (Space::Public, Space::Public) if x.apart && y.apart => Cover::None,
            (Space::Public, Space::Public) if y.within.iter().any(|w| w == a) => {
                match (a_region, b_region) {
                    (None, _) => Cover::All,
                    (Some(_), None) => NOT_ALL,
                    (Some(_), Some(_)) => OPEN,
                }
            }
            (Space::Public, Space::Public) if x.within.iter().any(|w| w == b) => match b_region {
                None => PART,
                Some(_) => NOT_ALL,
            },
            (Space::Internet | Space::Public | Space::Host, Space::Local) => NOT_ALL,
            (Space::Host, Space::Internet | Space::Public) => Cover::None,
            (Space::Internet | Space::Public, Space::Host) => Cover::None,
            _ => OPEN,
        }
    }
}

/// The name without its region, and the region. A name with a dot that is a tag itself has none.
fn split<'n>(name: &'n str, tags: &Tags) -> (&'n str, Option<&'n str>) {
    if tags.get(name).is_some() {
        return (name, None);
    }
    match name.rsplit_once('.') {
        Some((base, region)) => (base, Some(region)),
        None => (name, None),
    }
}
