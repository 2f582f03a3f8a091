//! The exact errors.

use super::*;

fn report(source: &str, error: &ConditionError) -> String {
    let range = error.range.clone();
    let pointed = source.get(range.clone()).unwrap_or("OUT OF RANGE");
    let help = error
        .help
        .as_ref()
        .map_or(String::new(), |h| format!("\n  help: {h}"));
    format!(
        "{source}\n  {range:?} «{pointed}» {}{help}\n",
        error.message
    )
}

fn errors(sources: &[&str]) -> String {
    let reports =
        sources.iter().map(
            |source| match Expr::condition(source, &server_scope(), &Kinds) {
                Ok(_) => format!("{source}\n  NO ERROR\n"),
                Err(error) => report(source, &error),
            },
        );
    reports.collect()
}

#[test]
fn syntax() {
    insta::assert_snapshot!(errors(&[
        "",
        "server.",
        "server.name = 'x'",
        "server.name == 'x' and true",
        "not true",
        "true & false",
        "(true",
        "[1, 2",
        "[1 2]",
        "true false",
        "server.name == 'abc",
        "server.name == 'a\\qc'",
        "12345678901234567890 > 1",
        "10abc > 1",
        "{'a': 1}",
        "true ? false",
        "size(server.name",
        "1 + == 2",
        "for == 1",
        "ö",
        "server.name.size(;)",
    ]));
}

#[test]
fn names_for_expressions() {
    let mut scope = server_scope();
    let mut alias = |name: &str, source: &str| match scope.alias(name, source, &Kinds) {
        Ok(()) => String::new(),
        Err(error) => report(source, &error),
    };
    let mut reports = alias("big", "server.nmae == 'x'");
    reports += &alias("big", "server.replicas > x");
    reports += &alias("a0", "server.replicas > 5");
    for i in 1..5 {
        reports += &alias(&format!("a{i}"), &format!("a{} || a{}", i - 1, i - 1));
    }
    for source in [
        "a1 && b1",
        "a0 + 1",
        "a4",
        "[1].exists(a0, a0 > 1)",
        "[1].exists(server, a0)",
    ] {
        match Expr::condition(source, &scope, &Kinds) {
            Ok(_) => reports += &format!("{source}\n  NO ERROR\n"),
            Err(error) => reports += &report(source, &error),
        }
    }
    insta::assert_snapshot!(reports);
}

#[test]
fn names() {
    insta::assert_snapshot!(errors(&[
        "sever.name == 'x'",
        "server.nmae == 'x'",
        "server.zone.lnks.exists(l, true)",
        "server.partner.subnet == null",
        "server.zone.links.network == null",
        "server.subnet.prefixes.first == null",
        "server.name.length == 1",
        "sizes(server.name) == 1",
        "startsWith(server.name, 'x')",
        "server.name.startWith('x')",
        "server.name.is_ipv4()",
        "lookup('suffix', 'x') == null",
        "kind_is(server, 'sever')",
        "spell(server.name) == 'x'",
    ]));
}

#[test]
fn types() {
    insta::assert_snapshot!(errors(&[
        "server",
        "server.name",
        "null",
        "!server.zone",
        "server.zone == 'zone'",
        "server.zone == server.subnet",
        "server.replicas == '2'",
        "server.zone.links == null",
        "server.zone.links == server.zone.links",
        "server.name.exists(x, true)",
        "server.zone.exists(x, true)",
        "server.zone.links.exists(l.name, true)",
        "server.zone.links.exists(l)",
        "server.zone.links.exists(l, l.name)",
        "server.zone.links[0] == null",
        "server.name in 'abc'",
        "1 in server.subnet.prefixes",
        "server in server.zone.links",
        "server.name < 1",
        "server.name + 1 == 'x'",
        "-server.name == 1",
        "size(server) == 1",
        "size() == 1",
        "has(server)",
        "server.subnet.prefixes.contains('x')",
        "server.name.startsWith(1)",
        "server.name.startsWith()",
        "created(server.name)",
        "lookup(server.name, 'x') == null",
        "(true ? server : 1) == null",
        "[server, 1] == null",
        "server.zone.links.map(l, server.zone.links).exists(x, true)",
    ]));
}

#[test]
fn nesting_is_limited_and_never_overflows() {
    for (open, close) in [("(", ")"), ("[", "]"), ("!", ""), ("-", ""), ("size(", ")")] {
        for depth in [59, 60, 5000] {
            let source = format!("{}true{}", open.repeat(depth), close.repeat(depth));
            let result = Expr::compile(&source, &server_scope(), &Kinds);
            let deep = matches!(&result, Err(e) if e.message.contains("deep"));
            assert!(depth < 5000 || deep, "{open}: {result:?}");
        }
    }
    let chain = |n: usize| vec!["true"; n].join(" && ");
    let expr = compiled(&chain(60));
    let model = Model::default();
    assert!(eval(&expr, &Env::default(), &model, &Assignment::new()).is_ok());
    let long = Expr::compile(&chain(5000), &server_scope(), &Kinds);
    assert!(matches!(long, Err(e) if e.message.contains("deep")));
    let calls = format!("'x'{}", ".lowerAscii()".repeat(58));
    assert!(
        eval(
            &compiled(&calls),
            &Env::default(),
            &model,
            &Assignment::new()
        )
        .is_ok()
    );
    let parens = format!("{}true{}", "(".repeat(58), ")".repeat(58));
    assert!(
        eval(
            &compiled(&parens),
            &Env::default(),
            &model,
            &Assignment::new()
        )
        .is_ok()
    );
    let nots = format!("{}true", "!".repeat(58));
    assert!(
        eval(
            &compiled(&nots),
            &Env::default(),
            &model,
            &Assignment::new()
        )
        .is_ok()
    );
    let mut nested = "[x98].exists(x99, true)".to_owned();
    for i in (0..55).rev() {
        nested = format!("[1].exists(x{i}, {nested})").replace("x98", "1");
    }
    assert!(
        eval(
            &compiled(&nested),
            &Env::default(),
            &model,
            &Assignment::new()
        )
        .is_ok()
    );
}

proptest::proptest! {
    /// Whatever the text, an error or an expression, no panic; ranges lie in the text.
    #[test]
    fn any_text_is_met(source in "[ -~äß\n]{0,40}") {
        for error in [
            Expr::compile(&source, &server_scope(), &Kinds).err(),
            Template::compile(&source, &server_scope(), &Kinds).err(),
        ].into_iter().flatten() {
            proptest::prop_assert!(source.get(error.range.clone()).is_some(), "{:?}", error);
        }
    }

    /// The same of texts that look more like conditions.
    #[test]
    fn any_tokens_are_met(
        tokens in proptest::collection::vec(proptest::sample::select(vec![
            "server", ".", "name", "zone", "links", "exists", "(", ")", "l", ",", "true", "&&", "||",
            "!", "==", "null", "'x'", "[", "]", "1", "+", "-", "?", ":", "in", "size", "{", "}", "<",
            "map", "filter", "spell", "has", "subnet",
        ]), 0..24),
    ) {
        let source = tokens.concat();
        let error = Template::compile(&format!("{{{source}}}"), &server_scope(), &Kinds).err();
        proptest::prop_assert!(error.is_none_or(|e| e.range.end <= source.len() + 2));
        if let Ok(expr) = Expr::compile(&source, &server_scope(), &Kinds) {
            let mut model = Model::default();
            let server = model.add(SERVER, "main", vec![("zone", Target {
                to: To::Unknown(symbol("z")), value: unknown("z"),
            }.into())]);
            _ = eval(&expr, &Env(vec![server.into()]), &model, &Assignment::new());
        }
    }
}
