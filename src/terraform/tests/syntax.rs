//! What the parser refuses and Terraform reads. The answers are Terraform's.

use super::*;

/// The value of `it` in a file with these lines.
fn value(text: &str) -> String {
    let case = Case::new(&[("main.tf", text)]);
    assert!(case.problems().is_empty(), "{text}: {:?}", case.problems());
    case.output("it").shown()
}

fn output(expression: &str) -> String {
    value(&format!("output \"it\" {{\n  value = {expression}\n}}\n"))
}

fn chain(operand: &str, operator: &str, n: usize) -> String {
    vec![operand; n].join(operator)
}

#[test]
fn chains_of_operators_may_be_long() {
    for (expression, expected) in [
        (chain("1", " + ", 200), "200"),
        (chain("1", "+", 200), "200"),
        (format!("{} || true", chain("false", " || ", 200)), "true"),
        (format!("1000 - {}", chain("1", " - ", 200)), "800"),
        // By precedence, and from the left.
        (chain("2 * 3", " + ", 100), "600"),
        (format!("{} - 1 + 1", chain("1", " + ", 200)), "200"),
        (chain("1 == 1 && 2 > 1", " && ", 70), "true"),
        (
            format!("{} ? \"a\" : \"b\"", chain("false", " || ", 150)),
            "b",
        ),
        (format!("length([{}, 2])", chain("1", " + ", 150)), "2"),
        (
            format!("{{ a = {}, b = 2 }}.a", chain("1", " + ", 150)),
            "150",
        ),
        (
            format!("[for x in [1] : {}]", chain("x", " + ", 150)),
            "[150]",
        ),
        (
            format!("[for x in [1, 2] : x if {}]", chain("x > 1", " || ", 150)),
            "[2]",
        ),
        (format!("\"n${{{}}}\"", chain("1", " + ", 150)), "n150"),
        (format!("-{}", chain("1", " + ", 150)), "148"),
        (chain("!true", " || ", 150), "false"),
        (
            chain("length(\"a?:\\\"b\") - max(1, 2 + 1)", " + ", 140),
            "280",
        ),
        (chain("local.a-b[0].c", " + ", 140), "420"),
        (format!("({})", chain("1 # one\n", " +\n", 150)), "150"),
        (format!("({})", chain("1 /* + */", " + ", 150)), "150"),
        // Two of them, one inside the other.
        (
            format!("{} + ({})", chain("1", " + ", 100), chain("1", " + ", 100)),
            "200",
        ),
        (
            format!(
                "[{}, {}][1]",
                chain("1", " + ", 140),
                chain("2", " + ", 140)
            ),
            "280",
        ),
    ] {
        let text = format!(
            "locals {{\n  a-b = [{{ c = 3 }}]\n}}\noutput \"it\" {{\n  value = {expression}\n}}\n"
        );
        assert_eq!(value(&text), expected, "{expression}");
    }
}

#[test]
fn chains_beyond_all_measure_are_told_and_the_rest_is_read() {
    let text = format!(
        "output \"long\" {{\n  value = {}\n}}\noutput \"it\" {{\n  value = 1\n}}\n",
        chain("1", " + ", 5_000)
    );
    let case = Case::new(&[("main.tf", &text)]);
    assert_eq!(
        case.problems(),
        ["more operators in one expression than azvet follows"]
    );
    assert_eq!(case.output("it").shown(), "1");
}

#[test]
fn the_places_in_a_long_chain_are_those_of_the_file() {
    let text = format!(
        "output \"it\" {{\n  value = {} + local.missing\n}}\n",
        chain("1", " + ", 150)
    );
    let case = Case::new(&[("main.tf", &text)]);
    let [problem] = &case.declarations.problems[..] else {
        panic!("{:?}", case.problems());
    };
    let place = problem.span.map(|s| case.text(s));
    assert_eq!(place.as_deref(), Some("local.missing"));
}

#[test]
fn of_equal_keys_the_last_counts() {
    assert_eq!(output("{ a = 1, b = 2, a = 3 }.a"), "3");
    assert_eq!(output("{ \"a\" = 1, \"a\" = 2 }.a"), "2");
    assert_eq!(output("{ \"${1}\" = 1, \"${1}\" = 2 }"), "{1: 2}");
    assert_eq!(
        output("{\n    aaa = 1\n    bbb = 2\n    aaa = 3\n  }"),
        "{aaa: 3, bbb: 2}"
    );
}

#[test]
fn lines_may_break_in_for_expressions() {
    let broken = "{\n    for k, v in { a = 1 } :\n    k =>\n    v + 1\n    if\n    v > 0\n  }";
    assert_eq!(output(broken), "{a: 2}");
    assert_eq!(
        output("{\n    for k in [\"a\"] : # a remark\n    k => 1\n  }"),
        "{a: 1}"
    );
}
