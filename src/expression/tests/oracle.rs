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
        .chain(jaq_std::base_funs())
        .chain(jaq_json::funs());
    let names = ["escape_html", "encode_uri", "encode_base64", "matches"];
    let others = jaq_std::funs::<Data>().filter(|function| names.contains(&function.0));
    let filter = Compiler::default()
        .with_funs(functions.chain(others))
        .compile(modules);
    let filter = filter.unwrap_or_else(|errors| panic!("{source}: {errors:?}"));
    let value = jaq_json::read::parse_single(input.to_string().as_bytes()).unwrap();
    let context = Ctx::<Data>::new(&filter.lut, Vars::new([]));
    let mut results = filter.id.run((context, value)).map(jaq_core::unwrap_valr);
    let first = results.next()?.ok()?;
    if results.next().is_some() {
        return None;
    }
    serde_json::from_str(&first.to_string()).ok()
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        ".", ".a", ".b", ".c", ".c[0]", ".c[-1]", ".a.b", ".s", ".n", "1", "2", "0", "2.5",
        "\"x\"", "\"x-y\"", "\"\"", "null", "true", "false", "[]", "{}", "[1, 2]", "{a: 1}",
        ".c[1:]", ".s[:2]", "\"3\"",
    ]);
    let operator = prop::sample::select(vec![
        "+", "-", "/", "%", "*", "==", "!=", "<", "<=", ">", ">=", "and", "or", "//",
    ]);
    let function = prop::sample::select(vec![
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
        "join(\"-\")",
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
        "[.[]?]",
        "[.[]]",
        "map_values(empty)",
        "values",
        "add(.[]?)",
        ". as $x | [$x, .]",
    ]);
    leaf.prop_map(str::to_owned)
        .prop_recursive(5, 40, 3, move |inner| {
            prop_oneof![
                (inner.clone(), operator.clone(), inner.clone())
                    .prop_map(|(l, op, r)| format!("({l} {op} {r})")),
                (inner.clone(), function.clone()).prop_map(|(l, f)| format!("({l} | {f})")),
                (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l} | {r})")),
                (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("[{l}, {r}]")),
                (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("{{a: {l}, b: {r}}}")),
                (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("(try {l} catch {r})")),
                inner.clone().prop_map(|l| format!("[{l}?]")),
                inner.clone().prop_map(|l| format!("\"<\\({l})>\"")),
                (inner.clone(), inner.clone(), inner)
                    .prop_map(|(c, l, r)| format!("(if {c} then {l} else {r} end)")),
            ]
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn evaluation_agrees_with_jaq(source in expression()) {
        let input = json!({"a": {"b": 2}, "b": [3, null, "x"], "c": [1, 2, {"a": 1}], "s": "x-y-z", "n": null});
        let expected = jaq(&source, &input);
        let Ok(expression) = Expression::parse(&source) else { return Ok(()) };
        let found = expression.evaluate(&input).ok();
        let is_same = match (&found, &expected) {
            (Some(found), Some(expected)) => crate::expression::value::compare(found, expected).is_eq(),
            (None, None) => true,
            _ => false,
        };
        prop_assert!(is_same, "{source}\n ours {found:?}\n jaqs {expected:?}");
    }
}
