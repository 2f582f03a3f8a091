//! What holds after any edit of any object.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::super::*;
use super::apply;

/// Values to meet; white space is put in later, at `~`.
fn values() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(
        &[
            "1",
            "null",
            "\"a\\\"}, \"",
            "\"[x('//')]\"",
            "{~}",
            "[~]",
            "true",
        ][..],
    )
    .prop_map(str::to_owned);
    leaf.prop_recursive(3, 24, 4, |inner| {
        let item = (inner, any::<bool>());
        prop::collection::vec(item, 1..4).prop_flat_map(|items| {
            let trailing = any::<bool>();
            (Just(items), any::<bool>(), trailing).prop_map(|(items, object, trailing)| {
                let count = items.len();
                let mut out = String::from(if object { "{" } else { "[" });
                for (i, (item, odd)) in items.into_iter().enumerate() {
                    let key = ["a", "B", "c", "d"][i];
                    out.push('~');
                    if object {
                        out.push_str(&format!("\"{key}\":_"));
                    }
                    out.push_str(&item);
                    if i + 1 < count || trailing {
                        out.push_str(if odd { "^," } else { "," });
                    }
                    if odd {
                        out.push('^');
                    }
                }
                out.push('~');
                out.push(if object { '}' } else { ']' });
                out
            })
        })
    })
}

/// A text in one of the ways people write JSON.
fn texts() -> impl Strategy<Value = String> {
    (values(), values(), 0..7_u8).prop_map(|(a, b, style)| {
        let text = format!("{{~\"a\":_{a},~\"r\":_{b}~}}");
        let (unit, eol) = match style {
            0 | 1 => ("", ""),
            2 => ("\t", "\n"),
            3 => ("    ", "\r\n"),
            4 => ("", "\n"),
            _ => ("  ", "\n"),
        };
        let mut out = String::new();
        let mut depth = 0;
        let mut chars = text.chars().peekable();
        let mut quoted = false;
        while let Some(c) = chars.next() {
            match c {
                '\\' => out.extend([c, chars.next().unwrap_or(c)]),
                '"' => {
                    quoted = !quoted;
                    out.push(c);
                }
                _ if quoted => out.push(c),
                '~' => {
                    let closing = chars.peek().is_some_and(|c| "}]".contains(*c));
                    out.push_str(eol);
                    out.push_str(&unit.repeat(depth - usize::from(closing)));
                    if style == 1 {
                        out.push(' ');
                    }
                }
                '_' => out.push_str(if style == 0 { "" } else { " " }),
                '^' => match style {
                    5 => out.push_str(" // \"c\": {,\n"),
                    6 => out.push_str(" /* , ] */"),
                    _ => {}
                },
                c => {
                    depth = match c {
                        '{' | '[' => depth + 1,
                        '}' | ']' => depth - 1,
                        _ => depth,
                    };
                    out.push(c);
                }
            }
        }
        out
    })
}

/// The text's value, comments and trailing commas aside.
fn meaning(text: &str) -> Json {
    fn convert(text: &str, value: &Value) -> Json {
        match &value.inside {
            None => serde_json::from_str(&text[value.range.clone()]).expect("a scalar"),
            Some(inside) if inside.is_object => Json::Object(
                inside
                    .members
                    .iter()
                    .map(|m| (m.key.clone(), convert(text, &m.value)))
                    .collect(),
            ),
            Some(inside) => Json::Array(
                inside
                    .members
                    .iter()
                    .map(|m| convert(text, &m.value))
                    .collect(),
            ),
        }
    }
    convert(text, &tree::parse(text).unwrap_or_else(|| panic!("{text}")))
}

/// How many values there are.
fn count(value: &Json) -> usize {
    1 + match value {
        Json::Array(elements) => elements.iter().map(count).sum(),
        Json::Object(members) => members.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// How many comments there are.
fn comments(text: &str) -> usize {
    text.matches("// \"c\": {,").count() + text.matches("/* , ] */").count()
}

fn find<'a>(value: &'a mut Json, path: &[&str]) -> Option<&'a mut Json> {
    path.iter().try_fold(value, |value, name| {
        value
            .as_object_mut()?
            .iter_mut()
            .find(|(k, _)| k.eq_ignore_ascii_case(name))
            .map(|(_, v)| v)
    })
}

/// The object where the path ends, and the member's name as written there.
fn owner<'a>(
    value: &'a mut Json,
    path: &[&str],
) -> Option<(&'a mut serde_json::Map<String, Json>, String)> {
    let (last, outer) = path.split_last()?;
    let object = find(value, outer)?.as_object_mut()?;
    let key = object
        .keys()
        .find(|k| k.eq_ignore_ascii_case(last))
        .cloned();
    Some((object, key?))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn edits_mean_what_they_say(
        text in texts(),
        path in prop::collection::vec(prop::sample::select(&["a", "b", "r", "new", "other"][..]), 1..4),
        value in prop::sample::select(&["1", "{\"x\":[1,{}]}", "\"}\""][..]),
    ) {
        let root = 0..text.len();
        let done = |changes: Option<Vec<Change>>| apply(&text, &changes?);
        let new: Json = serde_json::from_str(value).expect("a value");

        if let Some(after) = done(set(&text, &root, &path, value)) {
            let mut meant = meaning(&after);
            prop_assert_eq!(find(&mut meant, &path), Some(&mut new.clone()), "{}", after);
            prop_assert_eq!(set(&after, &(0..after.len()), &path, value), Some(vec![]), "{}", after);
            prop_assert_eq!(text.contains('\n'), after.contains('\n'), "{}", after);
            // All else is as it was: removing it from both leaves the same.
            let mut before = meaning(&text);
            let mut cut = path.as_slice();
            while owner(&mut before, cut).is_none() {
                cut = &cut[..cut.len() - 1];
                if cut.is_empty() { break }
            }
            if cut.len() == path.len() {
                *find(&mut before, &path).expect("found") = new.clone();
                prop_assert_eq!(before, meaning(&after));
                // An old value goes with its comments, others stay.
            } else {
                prop_assert_eq!(comments(&text), comments(&after), "{}", after);
            }
        }
        if let Some(after) = done(remove(&text, &root, &path)) {
            let mut before = meaning(&text);
            let (object, key) = owner(&mut before, &path).expect("it was there");
            object.shift_remove(&key);
            prop_assert_eq!(before, meaning(&after), "{}", after);
        }
        if let Some(after) = done(rename(&text, &root, &path, "fresh")) {
            let mut meant = meaning(&after);
            let (object, key) = owner(&mut meant, &[&path[..path.len() - 1], &["fresh"]].concat()).expect("renamed");
            let taken = object.shift_remove(&key);
            let mut before = meaning(&text);
            let (object, key) = owner(&mut before, &path).expect("it was there");
            prop_assert_eq!(taken, object.shift_remove(&key));
            prop_assert_eq!(before, meant);
        }
        if let Some(after) = done(add_to_array(&text, &root, &path[..1], value)) {
            let mut meant = meaning(&after);
            let array = find(&mut meant, &path[..1]).and_then(|v| v.as_array().cloned());
            prop_assert!(array.is_some_and(|a| a.contains(&new)), "{}", after);
            let comments_after = comments(&after);
            prop_assert_eq!(comments(&text), comments_after);
        }
    }

    #[test]
    fn elements_come_and_go(text in texts(), which in 0..6_usize) {
        let root = tree::parse(&text).expect("JSON");
        let seen = std::cell::Cell::new(0);
        let found = root.holder(&|m| {
            seen.set(seen.get() + usize::from(m.key_range.is_empty()));
            m.key_range.is_empty() && seen.get() > which
        });
        let Some((array, at)) = found else { return Ok(()) };
        let element = array.inside.as_ref().expect("filled").members[at].value.range.clone();
        let inserted = insert_in_array_after(&text, &element, "{\"sibling\":[]}");
        let after = inserted.and_then(|changes| apply(&text, &changes)).expect("inserted");
        let there = meaning(&after).to_string().contains("\"sibling\":[]");
        prop_assert!(there);
        prop_assert_eq!(comments(&text), comments(&after), "{}", after);
        let removed = remove_element(&text, &element).and_then(|changes| apply(&text, &changes)).expect("removed");
        let gone = count(&meaning(&text[element.clone()]));
        prop_assert_eq!(count(&meaning(&text)), count(&meaning(&removed)) + gone, "{}", removed);
        let inside = comments(&text[element.clone()]);
        prop_assert_eq!(comments(&text), comments(&removed) + inside, "{}", removed);
    }

    #[test]
    fn nothing_panics(text in "[\\PC\n\"{}:/*,\\[\\]1]{0,40}", start in 0..40_usize, length in 0..40_usize) {
        for range in [start..start + length, 0..text.len()] {
            let _ = set(&text, &range, &["a"], "1");
            let _ = remove(&text, &range, &["a"]);
            let _ = remove_element(&text, &range);
            let _ = insert_member_after(&text, &range, "a", "1");
        }
    }
}
