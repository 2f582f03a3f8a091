//! The remark `azvet: ignore[rule, rule] why`, wherever it stands.

use std::ops::Range;

/// What a remark starts with.
pub(super) const MARK: &str = "azvet:";

/// What a remark asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directive {
    /// The rules and where each is named.
    pub(super) rules: Vec<(String, Range<usize>)>,
    /// Between the brackets.
    pub(super) list: Range<usize>,
    /// It is meant for the whole file.
    pub(super) whole_file: bool,
    /// Why; may be empty.
    pub(super) reason: String,
}

/// Reads the remark in `content`, a part of `text`. `None` when it is none of ours.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(text: &str, content: Range<usize>) -> Option<Result<Directive, String>> {
    let inside = &text[content.clone()];
    let start = inside.len() - inside.trim_start().len();
    let rest = inside[start..].strip_prefix(MARK)?;
    let at = content.start + start + MARK.len();
    Some(parse(rest, at))
}

fn parse(rest: &str, at: usize) -> Result<Directive, String> {
    const FORM: &str =
        "write `azvet: ignore[rule, rule] why`, or `ignore-file[…]` at the top of the file";
    let word = rest.trim_start();
    let at = at + rest.len() - word.len();
    let (whole_file, name) = if word.starts_with("ignore-file") {
        (true, "ignore-file")
    } else if word.starts_with("ignore") {
        (false, "ignore")
    } else {
        return Err(format!("azvet does not know this remark; {FORM}"));
    };
    let after = &word[name.len()..];
    let list = after.trim_start();
    let Some(names) = list.strip_prefix('[') else {
        return Err(format!("the rules are missing; {FORM}"));
    };
    let open = at + word.len() - names.len();
    let Some(close) = names.find(']') else {
        return Err("the bracket is not closed".into());
    };
    let mut rules = Vec::new();
    let mut from = 0;
    for part in names[..close].split(',') {
        let name = part.trim();
        let start = open + from + part.len() - part.trim_start().len();
        from += part.len() + 1;
        if !name.is_empty() {
            rules.push((name.to_owned(), start..start + name.len()));
        }
    }
    if rules.is_empty() {
        return Err(format!("the rules are missing; {FORM}"));
    }
    let reason = names[close + 1..].trim().trim_start_matches([':', '-']);
    Ok(Directive {
        rules,
        list: open..open + close,
        whole_file,
        reason: reason.trim().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directive(text: &str) -> Option<Result<Directive, String>> {
        read(text, 0..text.len())
    }

    #[test]
    fn rules_and_reasons_are_read() {
        for (text, rules, whole_file, reason) in [
            ("azvet: ignore[a-b] old", &["a-b"][..], false, "old"),
            ("  azvet:ignore [ a , b,]", &["a", "b"], false, ""),
            (
                "azvet: ignore-file[a]: as agreed",
                &["a"],
                true,
                "as agreed",
            ),
        ] {
            let read = directive(text).unwrap().unwrap();
            let names: Vec<&str> = read.rules.iter().map(|(n, _)| n.as_str()).collect();
            assert_eq!(
                (&*names, read.whole_file, &*read.reason),
                (rules, whole_file, reason)
            );
            for (name, place) in &read.rules {
                assert_eq!(&text[place.clone()], name);
            }
        }
    }

    #[test]
    fn what_is_no_remark_is_told_from_a_wrong_one() {
        assert_eq!(directive("see azvet: ignore[a]"), None);
        for text in [
            "azvet: skip",
            "azvet: ignore",
            "azvet: ignore[]",
            "azvet: ignore[a",
        ] {
            assert!(directive(text).unwrap().is_err(), "{text}");
        }
    }
}
