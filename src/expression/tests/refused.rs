//! What an expression may not say, and what goes wrong with what it may.

use serde_json::Value;
use serde_json::json;

use super::super::Expression;
use super::super::Problem;
use super::parsed;
use super::result;
use super::service;

/// What each problem points at, and what it says.
pub(super) fn refusals(source: &str) -> Vec<(String, String)> {
    let at = |problem: Problem| {
        let range = problem.start as usize..problem.end as usize;
        (source[range].to_owned(), problem.message)
    };
    Expression::parse(source)
        .unwrap_err()
        .into_iter()
        .map(at)
        .collect()
}

/// The bytes and the words of what went wrong.
fn failure(source: &str, input: &Value) -> (String, String) {
    let problem = parsed(source).evaluate(input).unwrap_err();
    let range = problem.start as usize..problem.end as usize;
    (source[range].to_owned(), problem.message)
}

#[test]
fn what_is_not_allowed_is_refused_at_its_own_bytes() {
    for (source, place, words) in [
        ("..", "..", "recursion"),
        (".a | .. | .b", "..", "recursion"),
        (".a = 1", "=", "changes nothing"),
        (".a |= 1", "|=", "assignment"),
        (".a += 1", "+=", "assignment"),
        (".a //= 1", "//=", "assignment"),
        ("def f: 1; f", "f", "cannot define"),
        (
            "reduce .[] as $x (0; . + $x)",
            "reduce",
            "`reduce` is not allowed",
        ),
        ("foreach .[] as $x (0; . + $x)", "foreach", "not allowed"),
        ("label $out | .a", "$out", "labels"),
        ("env.HOME", "env", "knows nothing but its input"),
        ("$ENV.HOME", "$ENV", "there is no `$ENV`"),
        ("$__loc__", "$__loc__", "there is no"),
        ("input", "input", "knows nothing"),
        ("now", "now", "knows nothing"),
        ("range(10)", "range", "no loops"),
        ("recurse", "recurse", "no loops"),
        ("repeat(1)", "repeat", "no loops"),
        ("limit(1; .a)", "limit", "no loops"),
        ("fromjson", "fromjson", "no function `fromjson`"),
        ("mapp(.a)", "mapp", "no function `mapp`"),
        ("map", "map", "`map` takes one argument, not 0"),
        ("length(1)", "length", "takes no argument"),
        (".a as [$x] | $x", "$x", "as $name"),
        (".a | test(.b)", "b", "plain string"),
        (".a | test(\"(\")", "(", "not a regular expression"),
        (
            ".a | test(\"(a)\\\\1\")",
            "(a)\\\\1",
            "not a regular expression",
        ),
        ("@sh \"x\\(.a)\"", "@sh", "cannot be put before"),
        ("1e999", "1e999", "too large"),
        (".a * .b % 7", "%", "brackets"),
        (".a / -.b % 7", "%", "brackets"),
        (".a + .b as $x | $x", "as", "brackets"),
        ("1, .a == 2 as $x | $x", "as", "brackets"),
        ("1 + if . then 2 else 3 end as $x | $x", "as", "brackets"),
        ("{\"a\\(.b)\"}", "a\\(.b", "needs a value"),
        (".gr\u{f6}\u{df}e", "\u{f6}", "without quotes"),
        (".a &", "&", "unexpected"),
        (".a | (.b", "(", "never closed"),
        ("\"abc", "\"", "never closed"),
        (".a | ", "", "before the end"),
        (".a |", "", "before the end"),
        (".a b", "b", "expected the end, not `b`"),
        ("if .a then 1", "", "before the end"),
        ("import \"x\" as x; .", "\"x\"", "expected the end"),
        ("", "", "no expression"),
        ("  ", "  ", "no expression"),
    ] {
        let found = refusals(source);
        assert!(
            found
                .iter()
                .any(|(at, message)| at == place && message.contains(words)),
            "{source}: {found:?}"
        );
    }
}

#[test]
fn an_order_that_is_the_same_everywhere_needs_no_brackets() {
    for (source, expected) in [
        ("7 % 4 * 2", 6),
        ("2 * (7 % 4)", 6),
        ("1 * 2 + 7 % 4", 5),
        ("1 + 2 | . as $x | $x * 2", 6),
        ("(1 + 2) as $x | $x * 2", 6),
        ("if 1 + 1 == 2 then 2 else 3 end as $x | $x - 1", 1),
        ("1 + 1 | -. as $x | 4 * -$x", 8),
    ] {
        assert_eq!(result(source, &Value::Null), json!(expected), "{source}");
    }
}

#[test]
fn a_mistyped_function_is_answered_with_the_nearest_one() {
    let help = |source: &str| {
        Expression::parse(source)
            .unwrap_err()
            .remove(0)
            .help
            .unwrap()
            .words
    };
    assert_eq!(help("lenght"), "did you mean `length`?");
    assert_eq!(help("identifier"), "to read a key, write `.identifier`");
    assert!(help(".a | gsub(\"x\"; \"y\")").contains("split("));
    assert_eq!(help(".a = 1"), "to compare, write `==`");
}

#[test]
fn all_refusals_of_an_expression_come_at_once() {
    assert_eq!(refusals("env, now, .. , nope").len(), 1);
    assert_eq!(refusals("[env, now, nope]").len(), 3);
}

#[test]
fn what_goes_wrong_is_said_at_its_place() {
    let input = service();
    for (source, place, words) in [
        (
            ".identifier.name",
            "name",
            "the string `CartService` has no key `name`",
        ),
        (".title[]", "[]", "null has no elements"),
        (
            ".properties | .replicas + .tier",
            "replicas + .tier",
            "cannot be added",
        ),
        (
            "1 / (.properties.replicas - 3)",
            "1 / (.properties.replicas - 3",
            "divided by zero",
        ),
        (".identifier | floor", "floor", "not a number"),
        (".identifier | tonumber", "tonumber", "is not a number"),
        (".properties.tags | join(1)", "join(1", "not a string"),
        ("{(.title): 1}", "title", "a key must be a string, not null"),
        (".properties.tags[]", ".properties.tags[]", "gives 3 values"),
        ("empty", "empty", "gives no value"),
    ] {
        let (at, message) = failure(source, &input);
        assert!(message.contains(words), "{source}: {message}");
        assert_eq!(at, place, "{source}");
    }
    let problem = parsed(".identifier").evaluate_bool(&input).unwrap_err();
    assert_eq!(
        problem.message,
        "this is the string `CartService`, not true or false"
    );
    assert!(
        parsed(".properties.replicas > 1")
            .evaluate_bool(&input)
            .unwrap()
    );
}
