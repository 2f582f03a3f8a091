use super::*;
use crate::source::FileId;

fn parsed(text: &str) -> Result<Expr, String> {
    let sources = crate::source::Sources::new(std::sync::Arc::new(crate::files::Memory::default()));
    let file: FileId = sources.add("t", text.to_owned());
    let span = Span::new(file, 0..text.len());
    parse(text, span, &Offsets::plain(0)).map_err(|p| {
        let at = p
            .span
            .map(|s| text.get(s.range()).unwrap_or_default().to_owned());
        format!("{} at `{}`", p.message, at.unwrap_or_default())
    })
}

fn shape(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Text(text) => format!("'{text}'"),
        ExprKind::Number(n) => n.to_string(),
        ExprKind::Call(call) => {
            let arguments: Vec<String> = call.arguments.iter().map(shape).collect();
            format!("{}({})", call.name, arguments.join(" "))
        }
        ExprKind::Path { root, steps } => steps.iter().fold(shape(root), |out, step| {
            let safe = if step.safe { "?" } else { "" };
            match &step.key {
                Key::Name(name) => format!("{out}.{safe}{name}"),
                Key::Index(index) => format!("{out}[{safe}{}]", shape(index)),
            }
        }),
    }
}

#[test]
fn expressions_are_parsed() {
    for (text, expected) in [
        ("[concat('it''s', 1, -2)]", "concat('it's' 1 -2)"),
        ("[ Parameters( 'a' ) . b [ 0 ] ]", "parameters('a').b[0]"),
        ("[a().?b[?'c'].d]", "a().?b[?'c'].d"),
        ("[my.func(a())]", "my.func(a())"),
        ("[sys.concat()]", "concat()"),
        ("[a(1,\u{a0}2)]", "a(1 2)"),
        ("[1.5]", "1.5"),
        ("['']", "''"),
    ] {
        assert_eq!(
            parsed(text).as_ref().map(shape).as_deref(),
            Ok(expected),
            "{text}"
        );
    }
}

#[test]
fn errors_are_exact() {
    for (text, expected) in [
        ("[concat('a' 'b')]", "expected `,` or `)` at `'`"),
        ("[concat('a]", "the text has no closing quote at `'a`"),
        ("[concat('a'", "the text has no closing quote at `'a`"),
        (
            "[variables]",
            "expected `(` after `variables` at `variables`",
        ),
        ("[a()[0]", "expected `]` at `]`"),
        ("[a() b()]", "unexpected text after the expression at `b`"),
        ("[]", "expected an expression at `]`"),
        ("[a().]", "expected a property name at `]`"),
        (
            "[99999999999999999999]",
            "`99999999999999999999` is no number at `99999999999999999999`",
        ),
    ] {
        assert_eq!(
            parsed(text).map(|e| shape(&e)),
            Err(expected.to_owned()),
            "{text}"
        );
    }
}
