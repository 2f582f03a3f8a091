//! What holds after any edit of any block.

use proptest::prelude::*;

use super::super::*;
use super::{attributes, edited, first_block};

/// Things to meet in a block, each with a name of its own where `@` stands.
const PIECES: &[&str] = &[
    "@ = 1",
    "@long = var.x # \"c\" {",
    "@ = \"a ${b[\"}\"]} $${ # no\" // }",
    "@   = [1, /* ] */ 2]",
    "@ = [\n    a, # ]\n    b,\n  ]",
    "@ = <<-EOT\n    } \" ${x}\n  EOT",
    "@ = <<EOT\n}\n # }\nEOT",
    "@ = {\n    a = 1, b : \"}\"\n    \"c\" = { d = [] }\n  }",
    "@ = jsonencode({ a = { b = 1 } })",
    "@ = f(\n    1,\n    2\n  )",
    "@ {}",
    "@ { a = 1 }",
    "@ {\n    a   = 1 # x\n    bcd = 2 # y\n\n    e {\n    }\n  }",
    "@ \"l\" {\n  }",
    "dynamic \"@\" {\n    for_each = x\n    content {\n      a = @.value\n    }\n  }",
    "# @ = { \"",
    "/* } */",
    "\n",
];

const LAST: &[&str] = &[
    "",
    "  depends_on = [a.b]\n",
    "\n  lifecycle {\n    ignore_changes = [x]\n  }\n",
    "  # end }\n",
    "  depends_on = [\n    a.b,\n    c.d\n  ]\n  lifecycle {}\n",
];

fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec((0..PIECES.len(), any::<bool>()), 0..9);
    let style = (0..4_u8, 0..3_usize, 0..LAST.len());
    (pieces, style).prop_map(|(pieces, (style, around, last))| {
        let mut body = String::new();
        for (i, (piece, gap)) in pieces.into_iter().enumerate() {
            let piece = PIECES[piece].replace('@', &format!("n{i}"));
            body.push_str(if gap { "\n  " } else { "  " });
            body.push_str(&piece);
            body.push('\n');
        }
        let (above, below) = [
            ("", ""),
            ("# a {\n", "\n\nx \"y\" {}\n"),
            ("/* \" */\n", " # }\n"),
        ][around];
        let mut text = format!(
            "{above}resource \"t\" \"n\" {{\n{body}{}}}{below}",
            LAST[last]
        );
        if style & 1 == 1 {
            text = text.replace('\n', "\r\n");
        }
        if style & 2 == 2 && !text.contains("<<") {
            text = text.replace("  ", "\t");
        }
        text
    })
}

#[derive(Clone, Debug)]
enum Edit {
    Set(Vec<String>, &'static str),
    Remove(Vec<String>),
    Rename(Vec<String>, &'static str),
    InsertBlock,
    InsertAfter,
    RemoveBlock,
    AddToList(String),
    Label(usize),
}

fn edits() -> impl Strategy<Value = Edit> {
    let step = prop_oneof![
        4 => (0..9).prop_map(|i| format!("n{i}")),
        2 => prop::sample::select(&["a", "b", "e", "bcd", "new", "quite_a_long_name"][..]).prop_map(str::to_owned),
    ];
    let path = prop::collection::vec(step.clone(), 1..4);
    let value =
        prop::sample::select(&["1", "\"${x} # }\"", "{\n  a = 1\n}", "[\n  1,\n]", "null"][..]);
    prop_oneof![
        4 => (path.clone(), value).prop_map(|(path, value)| Edit::Set(path, value)),
        2 => path.clone().prop_map(Edit::Remove),
        2 => (path, prop::sample::select(&["z", "quite_a_long_name"][..])).prop_map(|(p, n)| Edit::Rename(p, n)),
        1 => Just(Edit::InsertBlock),
        1 => Just(Edit::InsertAfter),
        1 => Just(Edit::RemoveBlock),
        2 => prop_oneof![step, Just("depends_on".to_owned())].prop_map(Edit::AddToList),
        1 => (0..2_usize).prop_map(Edit::Label),
    ]
}

fn perform(text: &str, edit: &Edit) -> Option<Vec<Change>> {
    let block = &first_block(text);
    fn path(path: &[String]) -> Vec<&str> {
        path.iter().map(String::as_str).collect()
    }
    match edit {
        Edit::Set(p, value) => set(text, block, &path(p), value),
        Edit::Remove(p) => remove(text, block, &path(p)),
        Edit::Rename(p, name) => rename(text, block, &path(p), name),
        Edit::InsertBlock => insert_block(text, block, "added {\n  x = 1\n}"),
        Edit::InsertAfter => insert_after(text, block, "added \"x\" {\n  x = 1\n}"),
        Edit::RemoveBlock => remove_block(text, block),
        Edit::AddToList(name) => add_to_list(text, block, &[name], "added.x"),
        Edit::Label(index) => block_label_rename(text, block, *index, "added"),
    }
}

/// What may be gone, and what may be there: by the end of the path.
fn concerns(edit: &Edit, path: &str) -> bool {
    let within = |p: &[String]| {
        let steps: Vec<&str> = path
            .split('/')
            .filter(|s| *s != "dynamic" && *s != "content")
            .collect();
        // An attribute on the way is an object constructor that is edited.
        p.starts_with(&[steps.get(2).copied().unwrap_or_default().to_owned()])
    };
    match edit {
        Edit::Set(p, _) | Edit::Remove(p) | Edit::Rename(p, _) => {
            within(p)
                || path.contains("/dynamic/")
                || path
                    .split('/')
                    .any(|s| s == "z" || s == "quite_a_long_name")
        }
        Edit::AddToList(name) => path.ends_with(&format!("/{name}")),
        Edit::InsertBlock | Edit::InsertAfter => path.contains("/added/"),
        Edit::RemoveBlock => path.starts_with("/resource/"),
        Edit::Label(_) => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn an_edit_touches_nothing_else(text in texts(), edit in edits()) {
        let Some(after) = edited(&text, perform(&text, &edit)) else { return Ok(()) };
        let rest = |text: &str| -> Vec<_> {
            attributes(text).into_iter().filter(|(path, _)| !concerns(&edit, path)).collect()
        };
        prop_assert_eq!(rest(&text), rest(&after), "{}", after);
        // No mixed line endings, no blank lines in a row where none were.
        prop_assert!(text.contains("\r\n") || !after.contains("\r\n"));
        prop_assert!(!text.contains("\r\n") || after.matches('\n').count() == after.matches("\r\n").count());
        let doubled = |text: &str| text.replace('\r', "").matches("\n\n\n").count();
        prop_assert!(doubled(&after) <= doubled(&text), "{}", after);
        if matches!(edit, Edit::Set(..) | Edit::AddToList(..) | Edit::Label(..)) {
            prop_assert_eq!(perform(&after, &edit), Some(Vec::new()), "{}", after);
        }
    }

    #[test]
    fn the_scanner_agrees_with_the_parser(text in texts()) {
        let parsed = super::parse(&text);
        let block = parsed.blocks().next().expect("a block");
        let found = scan::block(&text, &first_block(&text)).expect("scanned");
        super::compare(&text, block, &found);
    }

    #[test]
    fn nothing_panics(text in "[\\PC\n\"{}#/*=<$%,\\[\\]]{0,60}", start in 0..60_usize, length in 0..60_usize) {
        let range = start..start + length;
        for text in [text.clone(), format!("a \"b\" {{\n{text}\n}}")] {
            for range in [&range, &(0..text.len())] {
                let _ = set(&text, range, &["a", "b"], "1");
                let _ = remove(&text, range, &["a"]);
                let _ = add_to_list(&text, range, &["a"], "1");
                let _ = insert_block(&text, range, "a {}");
                let _ = remove_block(&text, range);
                let _ = insert_after(&text, range, "a {}");
            }
        }
    }
}
