//! Before and after: blocks, lists and labels.

use super::super::*;
use super::{check, first_block};

#[test]
fn nested_blocks_go_to_the_end() {
    for (before, after) in [
        (
            "resource \"t\" \"n\" {\n  a = 1\n}\n",
            "resource \"t\" \"n\" {\n  a = 1\n\n  x \"l\" {\n    b = 1\n\n    c = 2\n  }\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n}\n",
            "resource \"t\" \"n\" {\n  x \"l\" {\n    b = 1\n\n    c = 2\n  }\n}\n",
        ),
        (
            "resource \"t\" \"n\" { a = 1 }\n",
            "resource \"t\" \"n\" {\n  a = 1\n\n  x \"l\" {\n    b = 1\n\n    c = 2\n  }\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  a = 1\n  # z\n  lifecycle {}\n\n  depends_on = [x.y]\n}\n",
            "resource \"t\" \"n\" {\n  a = 1\n\n  x \"l\" {\n    b = 1\n\n    c = 2\n  }\n\n  # z\n  lifecycle {}\n\n  depends_on = [x.y]\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  lifecycle {}\n}\n",
            "resource \"t\" \"n\" {\n  x \"l\" {\n    b = 1\n\n    c = 2\n  }\n\n  lifecycle {}\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  a = 1\n\n  # y {\n  # }\n\n}\n",
            "resource \"t\" \"n\" {\n  a = 1\n\n  # y {\n  # }\n\n  x \"l\" {\n    b = 1\n\n    c = 2\n  }\n}\n",
        ),
    ] {
        check(before, after, |t, b| {
            insert_block(t, b, "x \"l\" {\n  b = 1\n\n  c = 2\n}")
        });
    }
}

#[test]
fn whole_blocks_come_and_go() {
    for (before, after) in [
        ("a {\n}", "a {\n}\n\nnew \"x\" {\n  a = 1\n}"),
        (
            "a \"b\" {} # c\n",
            "a \"b\" {} # c\n\nnew \"x\" {\n  a = 1\n}\n",
        ),
        (
            "a \"b\" {\n}\n\nc \"d\" {}\n",
            "a \"b\" {\n}\n\nnew \"x\" {\n  a = 1\n}\n\nc \"d\" {}\n",
        ),
        (
            "a \"b\" {\n}\nc \"d\" {}\n",
            "a \"b\" {\n}\n\nnew \"x\" {\n  a = 1\n}\n\nc \"d\" {}\n",
        ),
    ] {
        check(before, after, |t, b| {
            insert_after(t, b, "new \"x\" {\n  a = 1\n}\n")
        });
    }
    for (before, after) in [
        ("a \"b\" {\n}", ""),
        ("a \"b\" {\n} # c\n\nc \"d\" {}\n", "c \"d\" {}\n"),
        (
            "# far\n\n// near\n/* x\n y */\na \"b\" {\n}\n\nc {}\n",
            "# far\n\nc {}\n",
        ),
        ("v = 1\n\n# near\na \"b\" {}\n", "v = 1\n"),
        ("v = 1\na \"b\" {}\nc {}\n", "v = 1\nc {}\n"),
        (
            "v = <<EOT\n# in\nEOT\na \"b\" {}\nc {}\n",
            "v = <<EOT\n# in\nEOT\nc {}\n",
        ),
    ] {
        check(before, after, remove_block);
    }
}

#[test]
fn lists_grow_in_their_own_style() {
    let block = |list: &str| format!("r \"t\" \"n\" {{\n  a = 1\n\n  depends_on = {list}\n}}\n");
    for (before, after) in [
        ("[]", "[x.y]"),
        ("[ ]", "[x.y]"),
        ("[a.b]", "[a.b, x.y]"),
        ("[a.b, c.d,]", "[a.b, c.d, x.y,]"),
        ("[\n    a.b\n  ]", "[\n    a.b,\n    x.y\n  ]"),
        ("[\n    a.b, # c ]\n  ]", "[\n    a.b, # c ]\n    x.y,\n  ]"),
        (
            "[\n    a.b # c\n  ] # d",
            "[\n    a.b, # c\n    x.y\n  ] # d",
        ),
        ("[\n    # none ]\n  ]", "[\n    # none ]\n    x.y,\n  ]"),
        ("[a.b,\n  c.d]", "[a.b,\n  c.d, x.y]"),
        ("[a[\"x, ]\"], b(1, 2)]", "[a[\"x, ]\"], b(1, 2), x.y]"),
        ("[a.b, x.y]", "[a.b, x.y]"),
    ] {
        check(&block(before), &block(after), |t, b| {
            add_to_list(t, b, &["depends_on"], "x.y")
        });
    }
    for (before, after) in [
        (
            "r \"t\" \"n\" {\n  a = 1\n}\n",
            "r \"t\" \"n\" {\n  a = 1\n\n  depends_on = [x.y]\n}\n",
        ),
        (
            "r \"t\" \"n\" {}\n",
            "r \"t\" \"n\" {\n  depends_on = [x.y]\n}\n",
        ),
        (
            "r \"t\" \"n\" {\n  a {\n  }\n\n}\n",
            "r \"t\" \"n\" {\n  a {\n  }\n\n  depends_on = [x.y]\n}\n",
        ),
    ] {
        check(before, after, |t, b| {
            add_to_list(t, b, &["depends_on"], "x.y")
        });
    }
    for list in [
        "toset([a.b])",
        "[for x in y : x]",
        "var.x",
        "[a] == [b]",
        "[[a], [b]][0]",
    ] {
        let text = block(list);
        let edit = add_to_list(&text, &first_block(&text), &["depends_on"], "x.y");
        assert_eq!(edit, None, "{list}");
    }
}

#[test]
fn labels_change() {
    check(
        "resource \"t\" \"n\" {}\n",
        "resource \"t\" \"m\" {}\n",
        |t, b| block_label_rename(t, b, 1, "m"),
    );
    check("resource t n {}\n", "resource u n {}\n", |t, b| {
        block_label_rename(t, b, 0, "u")
    });
    let text = "resource \"t\" \"n\" {}\n";
    assert_eq!(block_label_rename(text, &first_block(text), 2, "x"), None);
}
