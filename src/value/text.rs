//! Strings of literal pieces and symbols. `"${var.name}.mysql.database.azure.com"` ends with the
//! suffix for every name; strings of the same symbols are equal.

use std::sync::Arc;

use super::{Symbol, Tri};

/// A string, wholly or partly known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(Repr);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Repr {
    Known(Arc<str>),
    /// No empty and no adjacent literals; at least one symbol.
    Mixed(Arc<[Piece]>),
}

/// A part of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Known characters; never empty in a mixed text.
    Lit(Arc<str>),
    /// Unknown characters, possibly none.
    Sym(Symbol),
}

impl From<&str> for Text {
    fn from(s: &str) -> Text {
        Text(Repr::Known(s.into()))
    }
}

impl From<Arc<str>> for Text {
    fn from(s: Arc<str>) -> Text {
        Text(Repr::Known(s))
    }
}

impl Text {
    /// A text of one symbol.
    pub fn symbol(symbol: Symbol) -> Text {
        Text(Repr::Mixed(Arc::from([Piece::Sym(symbol)])))
    }

    /// The pieces put together.
    pub fn from_pieces(pieces: impl IntoIterator<Item = Piece>) -> Text {
        let mut out: Vec<Piece> = Vec::new();
        let mut literal = String::new();
        for piece in pieces {
            match piece {
                Piece::Lit(s) => literal.push_str(&s),
                Piece::Sym(s) => {
                    if !literal.is_empty() {
                        out.push(Piece::Lit(std::mem::take(&mut literal).into()));
                    }
                    out.push(Piece::Sym(s));
                }
            }
        }
        if out.is_empty() {
            return Text(Repr::Known(literal.into()));
        }
        if !literal.is_empty() {
            out.push(Piece::Lit(literal.into()));
        }
        Text(Repr::Mixed(out.into()))
    }

    /// The texts one after the other.
    pub fn concat<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Text {
        Text::from_pieces(texts.into_iter().flat_map(Text::pieces))
    }

    /// The string, when wholly known.
    pub fn as_known(&self) -> Option<&str> {
        match &self.0 {
            Repr::Known(s) => Some(s),
            Repr::Mixed(_) => None,
        }
    }

    /// The symbol, when the text is nothing else.
    pub fn only_symbol(&self) -> Option<&Symbol> {
        match &self.0 {
            Repr::Mixed(pieces) => match &**pieces {
                [Piece::Sym(symbol)] => Some(symbol),
                _ => None,
            },
            Repr::Known(_) => None,
        }
    }

    /// The pieces in order.
    pub fn pieces(&self) -> impl Iterator<Item = Piece> + '_ {
        let (known, mixed) = match &self.0 {
            Repr::Known(s) if s.is_empty() => (None, &[][..]),
            Repr::Known(s) => (Some(Piece::Lit(s.clone())), &[][..]),
            Repr::Mixed(pieces) => (None, &**pieces),
        };
        known.into_iter().chain(mixed.iter().cloned())
    }

    /// The symbols in order.
    pub fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        let pieces = match &self.0 {
            Repr::Known(_) => &[][..],
            Repr::Mixed(pieces) => pieces,
        };
        pieces.iter().filter_map(|p| match p {
            Piece::Sym(s) => Some(s),
            Piece::Lit(_) => None,
        })
    }

    /// For people: `${var.name}-db`.
    pub fn shown(&self) -> String {
        self.pieces()
            .map(|p| match p {
                Piece::Lit(s) => s.to_string(),
                Piece::Sym(s) => format!("${{{}}}", s.shown()),
            })
            .collect()
    }

    /// With each literal piece changed by `literal` and each symbol by `symbol`.
    pub fn map(
        &self,
        literal: impl Fn(&str) -> String,
        symbol: impl Fn(&Symbol) -> Symbol,
    ) -> Text {
        Text::from_pieces(self.pieces().map(|p| match p {
            Piece::Lit(s) => Piece::Lit(literal(&s).into()),
            Piece::Sym(s) => Piece::Sym(symbol(&s)),
        }))
    }

    /// In lower case; symbols become functions of themselves.
    pub fn lower(&self) -> Text {
        self.map(
            |s| s.chars().map(lower_char).collect(),
            |s| fold_symbol("lower", s),
        )
    }

    /// In upper case; symbols become functions of themselves.
    pub fn upper(&self) -> Text {
        self.map(
            |s| s.chars().map(upper_char).collect(),
            |s| fold_symbol("upper", s),
        )
    }

    /// Equality; letter case is ignored when `caseless`.
    pub fn equals(&self, other: &Text, caseless: bool) -> Tri {
        if let (Some(a), Some(b)) = (self.as_known(), other.as_known()) {
            return (a == b || (caseless && folded(a).eq(folded(b)))).into();
        }
        let (a, b) = (self.units(caseless), other.units(caseless));
        let prefix = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
        let (a, b) = (&a[prefix..], &b[prefix..]);
        let suffix = a
            .iter()
            .rev()
            .zip(b.iter().rev())
            .take_while(|(x, y)| x == y)
            .count();
        let (a, b) = (&a[..a.len() - suffix], &b[..b.len() - suffix]);
        let certain = |units: &[Unit<'_>]| units.iter().any(|u| matches!(u, Unit::Char(_)));
        let clash = |x: Option<&Unit<'_>>, y: Option<&Unit<'_>>| matches!((x, y), (Some(Unit::Char(x)), Some(Unit::Char(y))) if x != y);
        match (a, b) {
            ([], []) => Tri::True,
            ([], rest) | (rest, []) if certain(rest) => Tri::False,
            _ if clash(a.first(), b.first()) || clash(a.last(), b.last()) => Tri::False,
            _ => Tri::Unknown,
        }
    }

    fn units(&self, caseless: bool) -> Vec<Unit<'_>> {
        let mut out = Vec::new();
        let literal = |s: &str, out: &mut Vec<Unit<'_>>| {
            if caseless {
                out.extend(folded(s).map(Unit::Char));
            } else {
                out.extend(s.chars().map(Unit::Char));
            }
        };
        match &self.0 {
            Repr::Known(s) => literal(s, &mut out),
            Repr::Mixed(pieces) => {
                for piece in pieces.iter() {
                    match piece {
                        Piece::Lit(s) => literal(s, &mut out),
                        Piece::Sym(s) if caseless => out.push(Unit::Sym(unfolded(s.key()))),
                        Piece::Sym(s) => out.push(Unit::Sym(s.key())),
                    }
                }
            }
        }
        out
    }

    /// Whether it starts with `prefix`.
    pub fn starts_with(&self, prefix: &str, caseless: bool) -> Tri {
        let prefix = Text::from(prefix);
        edge(
            self.units(caseless).into_iter(),
            prefix.units(caseless).into_iter(),
        )
    }

    /// Whether it ends with `suffix`.
    pub fn ends_with(&self, suffix: &str, caseless: bool) -> Tri {
        let suffix = Text::from(suffix);
        edge(
            self.units(caseless).into_iter().rev(),
            suffix.units(caseless).into_iter().rev(),
        )
    }

    /// Whether `part` occurs in it.
    pub fn contains(&self, part: &str, caseless: bool) -> Tri {
        let fold = |s: &str| {
            if caseless {
                s.to_lowercase()
            } else {
                s.to_owned()
            }
        };
        let part = fold(part);
        let found = part.is_empty()
            || self
                .pieces()
                .any(|p| matches!(p, Piece::Lit(s) if fold(&s).contains(&part)));
        match (found, self.as_known()) {
            (true, _) => Tri::True,
            (false, Some(_)) => Tri::False,
            (false, None) => Tri::Unknown,
        }
    }

    /// The parts between `separator`s of the known pieces. Symbols are taken to hold none, which is
    /// right for names and ids and has to be checked by callers for anything else.
    pub fn split(&self, separator: char) -> Vec<Text> {
        self.split_by(separator.encode_utf8(&mut [0; 4]))
    }

    /// The same for a separator of several characters: none is taken to lie across a border of pieces.
    pub fn split_by(&self, separator: &str) -> Vec<Text> {
        let mut parts: Vec<Vec<Piece>> = vec![Vec::new()];
        for piece in self.pieces() {
            match piece {
                Piece::Lit(s) => {
                    for (i, part) in s.split(separator).enumerate() {
                        if i > 0 {
                            parts.push(Vec::new());
                        }
                        if let Some(last) = parts.last_mut() {
                            last.push(Piece::Lit(part.into()));
                        }
                    }
                }
                sym @ Piece::Sym(_) => {
                    if let Some(last) = parts.last_mut() {
                        last.push(sym);
                    }
                }
            }
        }
        parts.into_iter().map(Text::from_pieces).collect()
    }
}

#[derive(PartialEq)]
enum Unit<'t> {
    Char(char),
    Sym(&'t str),
}

fn folded(s: &str) -> impl Iterator<Item = char> + '_ {
    s.chars().flat_map(char::to_lowercase)
}

/// Compares known characters from one edge; a symbol in the way leaves it open.
fn edge<'t>(text: impl Iterator<Item = Unit<'t>>, affix: impl Iterator<Item = Unit<'t>>) -> Tri {
    let mut text = text;
    for wanted in affix {
        match text.next() {
            Some(unit) if unit == wanted => {}
            Some(Unit::Sym(_)) => return Tri::Unknown,
            _ => return Tri::False,
        }
    }
    Tri::True
}

/// One letter for each, as Terraform and Resource Manager have it.
fn lower_char(c: char) -> char {
    c.to_lowercase().next().unwrap_or(c)
}

fn upper_char(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

fn fold_symbol(function: &str, symbol: &Symbol) -> Symbol {
    let value = symbol.clone().into();
    Symbol::derived(
        function,
        format!("{function}({})", symbol.shown()),
        &[&value],
    )
}

/// The key without `lower(…)` and `upper(…)` around it: they change nothing where case is ignored.
fn unfolded(key: &str) -> &str {
    ["lower(", "upper("]
        .iter()
        .find_map(|f| key.strip_prefix(f)?.strip_suffix(')'))
        .map_or(key, unfolded)
}

#[cfg(test)]
mod tests {
    use super::super::{Cause, CauseKind};
    use super::*;
    use proptest::prelude::*;

    fn sym(name: &str) -> Piece {
        Piece::Sym(Symbol::new(
            name,
            name,
            Cause::new(CauseKind::Input, "no value"),
        ))
    }

    fn text(pieces: &[&str]) -> Text {
        Text::from_pieces(pieces.iter().map(|p| match p.strip_prefix('$') {
            Some(name) => sym(name),
            None => Piece::Lit((*p).into()),
        }))
    }

    #[test]
    fn partly_known_strings_are_compared() {
        let cases = [
            (vec!["$a", "-db"], vec!["$a", "-db"], Tri::True),
            (vec!["$a", "-db"], vec!["$b", "-app"], Tri::False),
            (vec!["$a", "-db"], vec!["$b", "-db"], Tri::Unknown),
            (vec!["x", "$a"], vec!["y", "$b"], Tri::False),
            (vec!["$a"], vec!["$a", ".zone"], Tri::False),
            (vec!["$a"], vec!["$a", "$b"], Tri::Unknown),
            (vec!["$a", "b"], vec![""], Tri::False),
            (vec!["$a"], vec![""], Tri::Unknown),
        ];
        for (a, b, expected) in cases {
            assert_eq!(text(&a).equals(&text(&b), false), expected, "{a:?} {b:?}");
            assert_eq!(text(&b).equals(&text(&a), false), expected, "{b:?} {a:?}");
        }
        assert_eq!(
            text(&["$a", "-DB"]).equals(&text(&["$a", "-db"]), true),
            Tri::True
        );
        assert_eq!(
            text(&["$a", "-DB"])
                .lower()
                .equals(&text(&["$a", "-db"]), true),
            Tri::True
        );
    }

    #[test]
    fn affixes_are_decided_where_they_can_be() {
        let zone = text(&["$name", ".mysql.database.azure.com"]);
        assert_eq!(zone.ends_with("mysql.database.azure.com", false), Tri::True);
        assert_eq!(
            zone.ends_with("postgres.database.azure.com", false),
            Tri::False
        );
        assert_eq!(
            zone.ends_with("x.mysql.database.azure.com", false),
            Tri::Unknown
        );
        assert_eq!(zone.starts_with("privatelink.", false), Tri::Unknown);
        assert_eq!(text(&["ab", "$x"]).starts_with("ac", false), Tri::False);
        assert_eq!(text(&["ab"]).starts_with("abc", false), Tri::False);
    }

    #[test]
    fn splitting_keeps_symbols_whole() {
        let id = text(&["/a/", "$x", "-y/b"]);
        let parts: Vec<String> = id.split('/').iter().map(Text::shown).collect();
        assert_eq!(parts, ["", "a", "${x}-y", "b"]);
    }

    fn any_pieces() -> impl Strategy<Value = Vec<&'static str>> {
        prop::collection::vec(prop::sample::select(vec!["$p", "$q", "a", "b", "ab"]), 0..5)
    }

    proptest! {
        /// Whatever the symbols stand for, a decided comparison agrees with the strings that result.
        #[test]
        fn decided_comparisons_hold_for_every_value(
            a in any_pieces(), b in any_pieces(),
            p in "[ab]{0,3}", q in "[ab]{0,3}",
        ) {
            let fill = |pieces: &[&str]| -> String {
                pieces.iter().map(|x| match *x { "$p" => &*p, "$q" => &*q, lit => lit }).collect()
            };
            let (ta, tb) = (text(&a), text(&b));
            let (fa, fb) = (fill(&a), fill(&b));
            let agrees = |tri: Tri, real: bool| tri == Tri::Unknown || tri == Tri::from(real);
            prop_assert!(agrees(ta.equals(&tb, false), fa == fb));
            prop_assert!(agrees(ta.starts_with(&fb, false), fa.starts_with(&fb)));
            prop_assert!(agrees(ta.ends_with(&fb, false), fa.ends_with(&fb)));
            prop_assert!(agrees(ta.contains(&fb, false), fa.contains(&fb)));
            if a.iter().all(|x| !x.starts_with('$')) {
                prop_assert_eq!(ta.as_known(), Some(&*fa));
            }
        }
    }
}
