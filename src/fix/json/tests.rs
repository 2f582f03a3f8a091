//! Tables of texts before and after, and what holds after any edit.

mod properties;

use std::ops::Range;

use super::*;
use crate::fix::text::apply;

/// The object that holds the first `"@"` of a text.
fn marked(text: &str) -> Range<usize> {
    let root = tree::parse(text).expect("the text is JSON");
    let (holder, _) = root.holder(&|m| m.key == "@").expect("a member is marked");
    holder.range.clone()
}

#[track_caller]
fn check(before: &str, after: &str, edit: impl Fn(&str) -> Option<Vec<Change>>) {
    for eol in ["\n", "\r\n"] {
        let (before, after) = (before.replace('\n', eol), after.replace('\n', eol));
        let result = edit(&before).and_then(|changes| apply(&before, &changes));
        assert_eq!(
            result.as_deref(),
            Some(&*after),
            "\n{}",
            result.as_deref().unwrap_or("none")
        );
        tree::parse(&after).expect("the result is JSON");
        if !before.contains('\n') {
            break;
        }
    }
}

#[test]
fn set_replaces_values_and_appends_members() {
    for (before, after) in [
        (
            "{\n  \"@\": 1,\n  \"AB\": 2 // c\n}\n",
            "{\n  \"@\": 1,\n  \"AB\": {\n    \"x\": []\n  } // c\n}\n",
        ),
        (
            "{\n  \"@\": 1\n}\n",
            "{\n  \"@\": 1,\n  \"ab\": {\n    \"x\": []\n  }\n}\n",
        ),
        (
            "{\n  \"@\": 1,\n}\n",
            "{\n  \"@\": 1,\n  \"ab\": {\n    \"x\": []\n  },\n}\n",
        ),
        (
            "{\n\t\"@\": 1 // it's \"{\"\n\t// \"b\": 2\n}\n",
            "{\n\t\"@\": 1, // it's \"{\"\n\t\"ab\": {\n\t\t\"x\": []\n\t}\n\t// \"b\": 2\n}\n",
        ),
        (
            "{\n  \"@\": 1 /* , */ , // d\n}\n",
            "{\n  \"@\": 1 /* , */ , // d\n  \"ab\": {\n    \"x\": []\n  },\n}\n",
        ),
        ("{\"@\":1}", "{\"@\":1,\"ab\":{\"x\":[]}}"),
        ("{ \"@\": 1 }", "{ \"@\": 1, \"ab\": { \"x\": [] } }"),
        (
            "{\n    \"r\": [{\n        \"@\": 1\n    }]\n}",
            "{\n    \"r\": [{\n        \"@\": 1,\n        \"ab\": {\n            \"x\": []\n        }\n    }]\n}",
        ),
        (
            "{\n  \"r\": { \"@\": 1, \"ab\" : { \"y\": 2 } }\n}",
            "{\n  \"r\": { \"@\": 1, \"ab\" : { \"x\": [] } }\n}",
        ),
        (
            "{\n  \"@\": 1\n  , \"b\": 2\n}",
            "{\n  \"@\": 1\n  , \"b\": 2, \"ab\": {\n    \"x\": []\n  }\n}",
        ),
    ] {
        check(before, after, |t| {
            set(t, &marked(t), &["ab"], "{\"x\": []}")
        });
    }
}

#[test]
fn set_creates_what_is_missing() {
    for (before, after) in [
        (
            "{\n  \"@\": 1,\n  \"P\": {}\n}",
            "{\n  \"@\": 1,\n  \"P\": {\n    \"q\": {\n      \"r\": \"s\"\n    }\n  }\n}",
        ),
        (
            "{\n  \"@\": 1,\n  \"p\": {\n    // none\n  }\n}",
            "{\n  \"@\": 1,\n  \"p\": {\n    // none\n    \"q\": {\n      \"r\": \"s\"\n    }\n  }\n}",
        ),
        (
            "{\n  \"@\": 1,\n  \"p\": null\n}",
            "{\n  \"@\": 1,\n  \"p\": {\n    \"q\": {\n      \"r\": \"s\"\n    }\n  }\n}",
        ),
        (
            "{\n  \"@\": 1,\n  \"p\": { \"q\": {} }\n}",
            "{\n  \"@\": 1,\n  \"p\": { \"q\": { \"r\": \"s\" } }\n}",
        ),
        (
            "{\"@\":1,\"p\":{}}",
            "{\"@\":1,\"p\":{\"q\":{\"r\":\"s\"}}}",
        ),
        (
            "{\"@\":1,\"p\":{/* c */}}",
            "{\"@\":1,\"p\":{/* c */\"q\":{\"r\":\"s\"}}}",
        ),
        (
            "{\n\"@\":1\n}",
            "{\n\"@\":1,\n\"p\":{\n  \"q\":{\n    \"r\":\"s\"\n  }\n}\n}",
        ),
    ] {
        check(before, after, |t| {
            set(t, &marked(t), &["p", "q", "r"], "\"s\"")
        });
    }
    let text = "{ \"@\": 1, \"p\": \"[x]\" }";
    assert_eq!(set(text, &marked(text), &["p", "q"], "1"), None);
}

#[test]
fn remove_takes_the_comma() {
    for (before, after) in [
        ("{\n  \"@\": 1,\n  \"x\": 2\n}", "{\n  \"@\": 1\n}"),
        ("{\n  \"x\": 2,\n  \"@\": 1\n}", "{\n  \"@\": 1\n}"),
        (
            "{\n  \"@\": 1,\n  \"x\": {\n    \"y\": 2\n  },\n}",
            "{\n  \"@\": 1,\n}",
        ),
        ("{\"@\":1,\"x\":2}", "{\"@\":1}"),
        ("{ \"x\": 2, \"@\": 1 }", "{ \"@\": 1 }"),
        ("{ \"@\": 1, \"x\": 2, \"b\": 3 }", "{ \"@\": 1, \"b\": 3 }"),
        (
            "{\n  \"@\": 1, // one, \"x\"\n  // two\n  \"x\": 2 // three\n  // four\n}",
            "{\n  \"@\": 1 // one, \"x\"\n  // two\n  // three\n  // four\n}",
        ),
        (
            "{\n  \"x\": 2, // three\n  \"@\": 1\n}",
            "{\n  // three\n  \"@\": 1\n}",
        ),
        (
            "{\n  \"x\": 2 /* c */,\n  \"@\": 1\n}",
            "{\n   /* c */\n  \"@\": 1\n}",
        ),
        ("{\n  \"@\": 1\n  , \"x\": 2\n}", "{\n  \"@\": 1\n}"),
        (
            "{\n  \"a\": 1,\n\n  \"x\": 2,\n\n  \"@\": 1\n}",
            "{\n  \"a\": 1,\n\n  \"@\": 1\n}",
        ),
    ] {
        check(before, after, |t| remove(t, &marked(t), &["X"]));
    }
    for (before, after) in [
        (
            "{ \"@\": 1, \"o\": { \"x\": 1 } }",
            "{ \"@\": 1, \"o\": {} }",
        ),
        (
            "{\n  \"@\": 1,\n  \"o\": {\n    \"x\": 1,\n  }\n}",
            "{\n  \"@\": 1,\n  \"o\": {}\n}",
        ),
        (
            "{\n  \"@\": 1,\n  \"o\": { // c\n    \"x\": 1\n  }\n}",
            "{\n  \"@\": 1,\n  \"o\": { // c\n  }\n}",
        ),
    ] {
        check(before, after, |t| remove(t, &marked(t), &["o", "x"]));
    }
}

#[test]
fn rename_touches_the_key() {
    check(
        "{ \"@\": 1, \"Old\" : 2 }",
        "{ \"@\": 1, \"new\" : 2 }",
        |t| rename(t, &marked(t), &["old"], "new"),
    );
    let text = "{ \"@\": 1, \"a\": 2, \"B\": 3 }";
    assert_eq!(rename(text, &marked(text), &["a"], "b"), None);
    check(text, "{ \"@\": 1, \"a\": 2, \"b\": 3 }", |t| {
        rename(t, &marked(t), &["b"], "b")
    });
}

#[test]
fn arrays_grow() {
    for (before, after) in [
        (
            "{\n  \"@\": 1\n}",
            "{\n  \"@\": 1,\n  \"d\": [\n    \"x\"\n  ]\n}",
        ),
        ("{\"@\":1}", "{\"@\":1,\"d\":[\"x\"]}"),
        (
            "{\n  \"@\": 1,\n  \"d\": []\n}",
            "{\n  \"@\": 1,\n  \"d\": [\n    \"x\"\n  ]\n}",
        ),
        (
            "{\n  \"@\": 1,\n  \"d\": null\n}",
            "{\n  \"@\": 1,\n  \"d\": [\n    \"x\"\n  ]\n}",
        ),
        (
            "{\n  \"@\": 1,\n  \"D\": [ \"a\" ]\n}",
            "{\n  \"@\": 1,\n  \"D\": [ \"a\", \"x\" ]\n}",
        ),
        (
            "{\n  \"@\": 1,\n  \"d\": [\n    \"a\"\n  ]\n}",
            "{\n  \"@\": 1,\n  \"d\": [\n    \"a\",\n    \"x\"\n  ]\n}",
        ),
        (
            "{ \"@\": 1, \"d\": [\"x\"] }",
            "{ \"@\": 1, \"d\": [\"x\"] }",
        ),
    ] {
        check(before, after, |t| {
            add_to_array(t, &marked(t), &["d"], "\"x\"")
        });
    }
    let text = "{ \"@\": 1, \"d\": \"[x]\" }";
    assert_eq!(add_to_array(text, &marked(text), &["d"], "1"), None);
}

#[test]
fn siblings_come_and_go() {
    for (before, after) in [
        (
            "[\n  {\n    \"@\": 1\n  }\n]",
            "[\n  {\n    \"@\": 1\n  },\n  {\n    \"n\": 1\n  }\n]",
        ),
        (
            "[\n  {\n    \"@\": 1\n  }, // c\n  2\n]",
            "[\n  {\n    \"@\": 1\n  }, // c\n  {\n    \"n\": 1\n  },\n  2\n]",
        ),
        (
            "[{\n  \"@\": 1\n}, {\n  \"b\": 1\n}]",
            "[{\n  \"@\": 1\n}, {\n  \"n\": 1\n}, {\n  \"b\": 1\n}]",
        ),
        ("[{\"@\":1},2]", "[{\"@\":1},{\"n\":1},2]"),
    ] {
        check(before, after, |t| {
            insert_in_array_after(t, &marked(t), "{ \"n\": 1 }")
        });
        if before.contains("// c") {
            continue;
        }
        check(after, before, |t| {
            let at = t.find("\"n\"")?;
            let (start, end) = (t[..at].rfind('{')?, at + t[at..].find('}')? + 1);
            remove_element(t, &(start..end))
        });
    }
    for quotes in [0, 1] {
        check("[\"a\", \"b\"]", "[\"b\"]", |t| {
            remove_element(t, &(1 + quotes..4 - quotes))
        });
        check("[\"a\", \"b\"]", "[\"a\", 1, \"b\"]", |t| {
            insert_in_array_after(t, &(1 + quotes..4 - quotes), "1")
        });
        check(
            "{ \"a\": 1, \"b\": 2 }",
            "{ \"a\": 1, \"n\": { \"c\": 3 }, \"b\": 2 }",
            |t| insert_member_after(t, &(2 + quotes..8), "n", "{\"c\": 3}"),
        );
    }
    let text = "{ \"a\": 1, \"b\": 2 }";
    assert_eq!(insert_member_after(text, &(2..8), "B", "1"), None);
}

#[test]
fn what_is_not_as_expected_is_left_alone() {
    for text in ["", "{", "{\"a\":", "[1]", "{\"é\":1}", "{} {}"] {
        for start in 0..=text.len() + 1 {
            for end in start..=text.len() + 1 {
                let range = start..end;
                let whole = text == "{\"é\":1}" && range == (0..text.len());
                let edit = set(text, &range, &["a"], "1");
                assert_eq!(edit.is_some(), whole, "{text} {range:?}");
                assert_eq!(set(text, &range, &[], "1"), None);
                assert_eq!(remove(text, &range, &["b"]), None);
                assert_eq!(insert_member_after(text, &range, "é", "1"), None);
            }
        }
    }
    assert_eq!(set("{}", &(0..2), &["a"], "no json"), None);
    assert_eq!(string("a\"b\\\n"), r#""a\"b\\\n""#);
}
