//! Before and after, one pair per peculiarity.

use super::super::*;
use super::{edited, first_block};

/// Checks an edit of the first block of `before`, and the same with the other line ending.
#[track_caller]
fn check(before: &str, after: &str, edit: impl Fn(&str, &Range<usize>) -> Option<Vec<Change>>) {
    let result = edited(before, edit(before, &first_block(before)));
    assert_eq!(
        result.as_deref(),
        Some(after),
        "\n{}",
        result.as_deref().unwrap_or("none")
    );
    let (before, after) = (before.replace('\n', "\r\n"), after.replace('\n', "\r\n"));
    let result = edited(&before, edit(&before, &first_block(&before)));
    assert_eq!(result, Some(after), "with \\r\\n");
}

#[test]
fn set_replaces_only_the_value() {
    for (before, after) in [
        (
            "resource \"t\" \"n\" {\n  name    = \"n\"  # \"why\" {\n  enabled = true # on\n  x       = 1\n}\n",
            "resource \"t\" \"n\" {\n  name    = \"n\"   # \"why\" {\n  enabled = false # on\n  x       = 1\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  enabled=true//x\n}\n",
            "resource \"t\" \"n\" {\n  enabled=false//x\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  enabled = <<-EOT\n    }\n  EOT\n  b       = 1\n}\n",
            "resource \"t\" \"n\" {\n  enabled = false\n  b       = 1\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  enabled = { # c\n    a = \"}\"\n  } # d\n}\n",
            "resource \"t\" \"n\" {\n  enabled = false # d\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  enabled = /* a */ var.x ? [1] : [2] /* b */\n}\n",
            "resource \"t\" \"n\" {\n  enabled = /* a */ false /* b */\n}\n",
        ),
        (
            "resource \"t\" \"n\" { enabled = true }\n",
            "resource \"t\" \"n\" { enabled = false }\n",
        ),
    ] {
        check(before, after, |t, b| set(t, b, &["enabled"], "false"));
    }
}

#[test]
fn comments_in_one_column_stay_there() {
    check(
        "resource \"t\" \"n\" {\n  enabled = true      # a\n  name    = \"x\"       # b\n}\n",
        "resource \"t\" \"n\" {\n  enabled = false     # a\n  name    = \"x\"       # b\n}\n",
        |t, b| set(t, b, &["enabled"], "false"),
    );
}

#[test]
fn set_inserts_after_the_last_plain_attribute() {
    for (before, after) in [
        // A longer name moves the group.
        (
            "resource \"t\" \"n\" {\n  a  = 1\n  bb = 2 # c\n\n  x {\n  }\n}\n",
            "resource \"t\" \"n\" {\n  a       = 1\n  bb      = 2 # c\n  enabled = false\n\n  x {\n  }\n}\n",
        ),
        // A shorter one joins it.
        (
            "resource \"t\" \"n\" {\n  a             = 1\n  resource_name = 2\n}\n",
            "resource \"t\" \"n\" {\n  a             = 1\n  resource_name = 2\n  enabled       = false\n}\n",
        ),
        // A group in a column of its own.
        (
            "resource \"t\" \"n\" {\n  a                = 1\n  rn               = 2\n}\n",
            "resource \"t\" \"n\" {\n  a                = 1\n  rn               = 2\n  enabled          = false\n}\n",
        ),
        // A group that is not aligned.
        (
            "resource \"t\" \"n\" {\n  a = 1\n  longest = 2\n}\n",
            "resource \"t\" \"n\" {\n  a = 1\n  longest = 2\n  enabled = false\n}\n",
        ),
        // Only the contiguous group counts.
        (
            "resource \"t\" \"n\" {\n  count = 1\n\n  a = 1\n\n  tags = {\n    b = 1\n  }\n  depends_on = [x.y]\n}\n",
            "resource \"t\" \"n\" {\n  count = 1\n\n  a       = 1\n  enabled = false\n\n  tags = {\n    b = 1\n  }\n  depends_on = [x.y]\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  for_each = x\n\n  lifecycle {}\n}\n",
            "resource \"t\" \"n\" {\n  for_each = x\n\n  enabled = false\n\n  lifecycle {}\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  x {\n  }\n}\n",
            "resource \"t\" \"n\" {\n  enabled = false\n\n  x {\n  }\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  depends_on = [a.b]\n}\n",
            "resource \"t\" \"n\" {\n  enabled = false\n\n  depends_on = [a.b]\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  # todo {\n}\n",
            "resource \"t\" \"n\" {\n  # todo {\n  enabled = false\n}\n",
        ),
        (
            "resource \"t\" \"n\" {}\n",
            "resource \"t\" \"n\" {\n  enabled = false\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n}\n",
            "resource \"t\" \"n\" {\n  enabled = false\n}\n",
        ),
        (
            "resource \"t\" \"n\" { a = 1 }\n",
            "resource \"t\" \"n\" {\n  a       = 1\n  enabled = false\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n\ta\t= 1\n\tb = 2\n}\n",
            "resource \"t\" \"n\" {\n\ta\t= 1\n\tb = 2\n\tenabled = false\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n    a = <<EOT\n  x = \"\n}\nEOT\n}\n",
            "resource \"t\" \"n\" {\n    a       = <<EOT\n  x = \"\n}\nEOT\n    enabled = false\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  a = 1 /* x\n  y */\n  b {}\n}",
            "resource \"t\" \"n\" {\n  a       = 1 /* x\n  y */\n  enabled = false\n  b {}\n}",
        ),
    ] {
        check(before, after, |t, b| set(t, b, &["enabled"], "false"));
    }
}

#[test]
fn set_walks_and_creates_blocks() {
    for (before, after) in [
        (
            "resource \"t\" \"n\" {\n  a = 1\n\n  x {\n    y {\n      zz = 1\n    }\n  }\n}\n",
            "resource \"t\" \"n\" {\n  a = 1\n\n  x {\n    y {\n      zz = 1\n      z = [\n        1,\n      ]\n    }\n  }\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  a = 1\n\n  lifecycle {}\n}\n",
            "resource \"t\" \"n\" {\n  a = 1\n\n  x {\n    y {\n      z = [\n        1,\n      ]\n    }\n  }\n\n  lifecycle {}\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n\tx {\n\t\tb = 1\n\t}\n}\n",
            "resource \"t\" \"n\" {\n\tx {\n\t\tb = 1\n\n\t\ty {\n\t\t\tz = [\n\t\t\t\t1,\n\t\t\t]\n\t\t}\n\t}\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  dynamic \"x\" {\n    for_each = v\n    content {\n      y { z = 2 }\n    }\n  }\n}\n",
            "resource \"t\" \"n\" {\n  dynamic \"x\" {\n    for_each = v\n    content {\n      y { z = [\n        1,\n      ] }\n    }\n  }\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  x = {\n    a = 1,\n    b = 2,\n  }\n}\n",
            "resource \"t\" \"n\" {\n  x = {\n    a = 1,\n    b = 2,\n    y = {\n      z = [\n        1,\n      ]\n    },\n  }\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  x = jsonencode({\n    \"y\" : { a = 1 }\n  })\n}\n",
            "resource \"t\" \"n\" {\n  x = jsonencode({\n    \"y\" : { a = 1, z = [\n      1,\n    ] }\n  })\n}\n",
        ),
    ] {
        check(before, after, |t, b| {
            set(t, b, &["x", "y", "z"], "[\n  1,\n]")
        });
    }
}

#[test]
fn remove_takes_the_lines() {
    for (before, after) in [
        (
            "resource \"t\" \"n\" {\n  a = 1\n  # about gone\n  gone = 2 # x\n  b = 3\n}\n",
            "resource \"t\" \"n\" {\n  a = 1\n  # about gone\n  b = 3\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  a    = 1\n  gone = 2\n\n  x {}\n}\n",
            "resource \"t\" \"n\" {\n  a = 1\n\n  x {}\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  a = 1\n\n  gone {\n    x = <<EOT\n}\nEOT\n  } # x\n\n  b = 3\n}\n",
            "resource \"t\" \"n\" {\n  a = 1\n\n  b = 3\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  gone = 1\n\n  b = 3\n}\n",
            "resource \"t\" \"n\" {\n  b = 3\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  b = 3\n\n  dynamic \"gone\" {\n    for_each = []\n    content {}\n  }\n}\n",
            "resource \"t\" \"n\" {\n  b = 3\n}\n",
        ),
        (
            "resource \"t\" \"n\" { gone = 1 }\n",
            "resource \"t\" \"n\" {}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  /* c */ gone = 1 // d\n}\n",
            "resource \"t\" \"n\" {\n  /* c */\n}\n",
        ),
    ] {
        check(before, after, |t, b| remove(t, b, &["gone"]));
    }
    for (before, after) in [
        (
            "resource \"t\" \"n\" {\n  o = { gone = 1, b = 2 }\n}\n",
            "resource \"t\" \"n\" {\n  o = { b = 2 }\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  o = { a = 1, gone = { x = 1 } }\n}\n",
            "resource \"t\" \"n\" {\n  o = { a = 1 }\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  o {\n    gone = 1\n  }\n}\n",
            "resource \"t\" \"n\" {\n  o {\n  }\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  o = { gone = 1 }\n}\n",
            "resource \"t\" \"n\" {\n  o = {}\n}\n",
        ),
    ] {
        check(before, after, |t, b| remove(t, b, &["o", "gone"]));
    }
}

#[test]
fn rename_keeps_columns() {
    for (before, after) in [
        (
            "resource \"t\" \"n\" {\n  a   = 1 # x\n  old = 2 # y\n}\n",
            "resource \"t\" \"n\" {\n  a       = 1 # x\n  brand_x = 2 # y\n}\n",
        ),
        (
            "resource \"t\" \"n\" {\n  a = 1\n\n  old {\n  }\n}\n",
            "resource \"t\" \"n\" {\n  a = 1\n\n  brand_x {\n  }\n}\n",
        ),
    ] {
        check(before, after, |t, b| rename(t, b, &["old"], "brand_x"));
    }
    let text = "resource \"t\" \"n\" {\n  old     = 1\n  brand_x = 2\n}\n";
    assert_eq!(rename(text, &first_block(text), &["old"], "brand_x"), None);
    let text = "resource \"t\" \"n\" {\n  dynamic \"old\" {\n    for_each = x\n    content {\n      a = old.value\n    }\n  }\n}\n";
    assert_eq!(rename(text, &first_block(text), &["old"], "brand_x"), None);
}

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
            add_to_list(t, b, "depends_on", "x.y")
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
        check(before, after, |t, b| add_to_list(t, b, "depends_on", "x.y"));
    }
    for list in [
        "toset([a.b])",
        "[for x in y : x]",
        "var.x",
        "[a] == [b]",
        "[[a], [b]][0]",
    ] {
        let text = block(list);
        let edit = add_to_list(&text, &first_block(&text), "depends_on", "x.y");
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

#[test]
fn strings_are_escaped() {
    for (value, quoted) in [
        ("a", r#""a""#),
        ("a\"b\\", r#""a\"b\\""#),
        ("${x} %{y} $ {$", r#""$${x} %%{y} $ {$""#),
        ("$${x}", r#""$$${x}""#),
        ("1\n2\t", r#""1\n2\t""#),
    ] {
        assert_eq!(string(value), quoted);
    }
}

#[test]
fn what_is_not_as_expected_is_left_alone() {
    for text in [
        "r \"t\" {\n  a = \n}\n",
        "r \"t\" {\n  a = \"x\n}\n",
        "r \"t\" {\n  a = 1\n",
        "r \"t\" {\n  a = (\n}\n",
        "r \"t\" {\n  x {}\n  x {}\n}\n",
        "r \"t\" {\n  x = var.y\n}\n",
        "r \"é\" {\n  é",
        "",
    ] {
        let whole = 0..text.trim_end().len();
        assert_eq!(set(text, &whole, &["x", "y"], "1"), None, "{text}");
        assert_eq!(set(text, &(0..text.len() + 5), &["x"], "1"), None);
        assert_eq!(set(text, &whole, &[], "1"), None);
        for start in 0..text.len() {
            let range = start..text.len() - 1;
            assert_eq!(set(text, &range, &["x", "y"], "1"), None, "{range:?}");
        }
    }
}
