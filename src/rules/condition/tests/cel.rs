//! On known input, what the `cel` crate says.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn number() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        (0i64..5).prop_map(|i| i.to_string()),
        Just("n".to_owned()),
        Just("0x1F".to_owned()),
    ];
    leaf.prop_recursive(2, 8, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        let op = prop::sample::select(vec!["+", "-", "*", "/", "%"]);
        prop_oneof![
            (two.clone(), op).prop_map(|((a, b), op)| format!("({a} {op} {b})")),
            inner.clone().prop_map(|a| format!("(-{a})")),
            (two, any::<bool>()).prop_map(|((a, b), c)| format!("({c} ? {a} : {b})")),
            text().prop_map(|s| format!("size({s})")),
            numbers_of(inner).prop_map(|l| format!("size({l})")),
        ]
    })
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        "[abA]{0,3}".prop_map(|s| format!("'{s}'")),
        Just("\"a\\tb\"".to_owned()),
        Just("s".to_owned()),
        Just("r'\\a'".to_owned()),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        (inner.clone(), inner).prop_map(|(a, b)| format!("({a} + {b})"))
    })
    .boxed()
}

fn numbers_of(item: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::collection::vec(item, 0..4).prop_map(|l| format!("[{}]", l.join(", ")))
}

fn texts() -> impl Strategy<Value = String> {
    prop::collection::vec(text(), 0..4).prop_map(|l| format!("[{}]", l.join(", ")))
}

fn condition() -> BoxedStrategy<String> {
    let compare = || prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let method = prop::sample::select(vec!["startsWith", "endsWith", "contains"]);
    let numbers = || numbers_of(number());
    let leaf = prop_oneof![
        any::<bool>().prop_map(|b| b.to_string()),
        Just("b".to_owned()),
        (number(), compare(), number()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (text(), compare(), text()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (text(), method, text()).prop_map(|(a, m, b)| format!("{a}.{m}({b})")),
        (number(), numbers()).prop_map(|(a, l)| format!("{a} in {l}")),
        (text(), texts()).prop_map(|(a, l)| format!("{a} in {l}")),
        (numbers(), numbers()).prop_map(|(a, b)| format!("{a} == {b}")),
        (texts(), texts()).prop_map(|(a, b)| format!("{a} + {b} != {b} + {a}")),
        (numbers(), 0usize..4, number()).prop_map(|(l, i, n)| format!("{l}[{i}] == {n}")),
    ];
    leaf.prop_recursive(3, 16, 3, move |inner| {
        let two = (inner.clone(), inner.clone());
        let each = prop::sample::select(vec!["exists", "all", "exists_one"]);
        prop_oneof![
            inner.clone().prop_map(|a| format!("!({a})")),
            two.clone().prop_map(|(a, b)| format!("({a}) && {b}")),
            two.clone().prop_map(|(a, b)| format!("{a} || ({b})")),
            two.clone().prop_map(|(a, b)| format!("({a}) == ({b})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("(({a}) ? {b} : {c})")),
            (numbers(), each.clone(), compare(), inner.clone())
                .prop_map(|(l, e, op, a)| format!("{l}.{e}(x, x {op} n || ({a}))")),
            (texts(), each, inner.clone())
                .prop_map(|(l, e, a)| format!("{l}.{e}(x, x.startsWith(s) && ({a}))")),
            (numbers(), inner.clone())
                .prop_map(|(l, a)| format!("size({l}.filter(x, x > 1 && ({a}))) > 1")),
            (numbers(), number()).prop_map(|(l, n)| format!("{n} in {l}.map(x, x * 2)")),
        ]
    })
    .boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn cel_says_the_same(
        source in condition(), n in -3i64..4, s in "[ab]{0,2}", b in any::<bool>(),
    ) {
        let mut scope = Scope::new();
        scope.bind("n", Type::Number);
        scope.bind("s", Type::TEXT);
        scope.bind("b", Type::Bool);
        let expr = Expr::condition(&source, &scope, &Kinds)
            .map_err(|e| TestCaseError::fail(format!("{source}: {e}")))?;
        let env = Env(vec![Value::from(n).into(), Value::from(s.as_str()).into(), Value::from(b).into()]);
        let ours = match eval(&expr, &env, &Model::default(), &Assignment::new()) {
            Ok(Datum::Value(value)) => value,
            other => return Err(TestCaseError::fail(format!("{source}: {other:?}"))),
        };

        // Where CEL has an error we may know better (`[1][5]` is null) or have an unknown.
        if let Some(theirs) = cel(&source, n, s, b).map_err(TestCaseError::fail)? {
            prop_assert_eq!(ours.as_bool(), Some(theirs), "{}", source);
        }
    }
}

/// What the `cel` crate says; on a large stack, since it needs one.
fn cel(source: &str, n: i64, s: String, b: bool) -> Result<Option<bool>, String> {
    let run = || {
        let env = Arc::new(::cel::Env::stdlib());
        let program = env
            .compile(source)
            .map_err(|e| format!("cel: {source}: {e}"))?;
        let mut context = ::cel::Context::with_env(env);
        context.add_variable_from_value("n", n);
        context.add_variable_from_value("s", s);
        context.add_variable_from_value("b", b);
        Ok(match program.execute(&context) {
            Ok(::cel::Value::Bool(answer)) => Some(answer),
            _ => None,
        })
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(64 << 20);
        let thread = thread.spawn_scoped(scope, run).map_err(|e| e.to_string())?;
        thread
            .join()
            .map_err(|_| format!("cel panicked at {source}"))?
    })
}
