//! Our evaluation against jaq's own, on random expressions that both allow.

use jaq_core::Compiler;
use jaq_core::Ctx;
use jaq_core::Vars;
use jaq_core::data::JustLut;
use jaq_core::load::Arena;
use jaq_core::load::File;
use jaq_core::load::Loader;
use jaq_json::Val;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;
use serde_json::json;

use super::super::Expression;

type Data = JustLut<Val>;

/// What jaq says: its one result, or nothing if it fails or gives none or several.
fn jaq(source: &str, input: &Value) -> Option<Value> {
    let definitions = jaq_core::defs()
        .chain(jaq_std::defs())
        .chain(jaq_json::defs());
    let arena = Arena::default();
    let file = File {
        code: source,
        path: (),
    };
    let modules = Loader::new(definitions).load(&arena, file).ok()?;
    let functions = jaq_core::funs::<Data>()
        .chain(jaq_std::funs())
        .chain(jaq_json::funs());
    let filter = Compiler::default().with_funs(functions).compile(modules);
    let filter = filter.expect(source);
    let value = jaq_json::read::parse_single(input.to_string().as_bytes()).unwrap();
    let context = Ctx::<Data>::new(&filter.lut, Vars::new([]));
    let mut results = filter.id.run((context, value)).map(jaq_core::unwrap_valr);
    let first = results.next()?.ok()?;
    if results.next().is_some() {
        return None;
    }
    serde_json::from_str(&first.to_string()).ok()
}

/// Without `?`, `try` and `//`: where jaq is more lenient than jq, or less, only one fails.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        ".",
        ".a",
        ".b",
        ".c",
        ".c[0]",
        ".c[-1]",
        ".a.b",
        ".s",
        ".n",
        "1",
        "2",
        "0",
        "2.5",
        "\"x\"",
        "\"x-y\"",
        "\"\"",
        "null",
        "true",
        "false",
        "[]",
        "{}",
        "[1, 2]",
        "{a: 1}",
        ".c[1:]",
        ".s[:2]",
        "\"3\"",
        "(null // .)",
        "(false // 1)",
    ]);
    let operator = prop::sample::select(vec![
        "+", "-", "/", "*", "==", "!=", "<", "<=", ">", ">=", "and", "or",
    ]);
    let function = prop::sample::select(FUNCTIONS);
    leaf.prop_map(str::to_owned)
        .prop_recursive(5, 40, 3, move |inner| {
            let two = (inner.clone(), inner.clone());
            let three = (inner.clone(), inner.clone(), inner.clone());
            prop_oneof![
                (inner.clone(), operator.clone(), inner.clone())
                    .prop_map(|(left, sign, right)| format!("({left} {sign} {right})")),
                (inner.clone(), function.clone()).prop_map(|(it, name)| format!("({it} | {name})")),
                two.clone()
                    .prop_map(|(left, right)| format!("({left} | {right})")),
                two.clone()
                    .prop_map(|(left, right)| format!("[{left}, {right}]")),
                two.prop_map(|(left, right)| format!("{{a: {left}, b: {right}}}")),
                inner.prop_map(|it| format!("\"<\\({it})>\"")),
                three.prop_map(|(when, then, rest)| format!(
                    "(if {when} then {then} else {rest} end)"
                )),
            ]
        })
}

const FUNCTIONS: &[&str] = &[
    "length",
    "not",
    "keys",
    "add",
    "any",
    "all",
    "sort",
    "unique",
    "min",
    "max",
    "reverse",
    "flatten",
    "type",
    "tostring",
    "tojson",
    "first",
    "last",
    "to_entries",
    "ascii_downcase",
    "ascii_upcase",
    "floor",
    "ceil",
    "round",
    "abs",
    "trim",
    "ltrim",
    "rtrim",
    "@uri",
    "@base64",
    "@html",
    "tonumber",
    "map(.)",
    "map(type)",
    "sort_by(.a)",
    "group_by(type)",
    "unique_by(type)",
    "min_by(.a)",
    "max_by(.a)",
    "map(select(. != null))",
    "with_entries(.)",
    "map_values(type)",
    "any(. == 1)",
    "all(. == 1)",
    "split(\"-\")",
    "split(\"\")",
    "has(\"a\")",
    "has(0)",
    "contains(\"x\")",
    "contains([1])",
    "contains({a: 1})",
    "startswith(\"x\")",
    "endswith(\"y\")",
    "ltrimstr(\"x\")",
    "rtrimstr(\"y\")",
    "test(\"^x\")",
    "[.[]]",
    "values",
    "add(.[])",
    ". as $x | [$x, .]",
];

/// A value as text, in which whole numbers have no point: where a number becomes text, jaq keeps
/// the point of a division's result and we do not.
fn as_we_write(value: &Value) -> String {
    value.to_string().replace(".0", "")
}

/// The same expressions on every run; another number tries others.
fn seed() -> RngSeed {
    let given = option_env!("CATALOGC_SEED").and_then(|seed| seed.parse().ok());
    RngSeed::Fixed(given.unwrap_or(412))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 500, failure_persistence: None, max_shrink_iters: 400, rng_seed: seed(),
        ..ProptestConfig::default()
    })]

    #[test]
    fn evaluation_agrees_with_jaq(source in expression()) {
        let input = json!({
            "a": {"b": 2}, "b": [3, null, "x"], "c": [1, 2, {"a": 1}], "s": "x-y-z", "n": null,
        });
        let Ok(expression) = Expression::parse(&source) else { return Ok(()) };
        if let (Ok(found), Some(expected)) = (expression.evaluate(&input), jaq(&source, &input)) {
            let order = crate::expression::value::compare(&found, &expected);
            prop_assert!(order.is_eq() || as_we_write(&found) == as_we_write(&expected), "{source}\n ours {found}\n jaqs {expected}");
        }
    }
}
