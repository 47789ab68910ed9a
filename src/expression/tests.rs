//! What expressions mean, what is refused and where, and that nothing ends the process.

use serde_json::Value;
use serde_json::json;

use super::Expression;
use super::Problem;
use super::Segment;

mod hostile;
mod oracle;

mod templates;

fn parsed(source: &str) -> Expression {
    Expression::parse(source).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
}

fn result(source: &str, input: &Value) -> Value {
    let found = parsed(source).evaluate(input);
    found.unwrap_or_else(|problem| panic!("{source}: {problem:?}"))
}

/// What each problem points at, and what it says.
fn refusals(source: &str) -> Vec<(String, String)> {
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

fn service() -> Value {
    json!({
        "identifier": "CartService",
        "title": null,
        "properties": {
            "replicas": 3, "tier": "gold", "ratio": 0.5, "tags": ["b", "a", "b"],
            "env": [{"name": "PORT", "value": "80"}, {"name": "HOST", "value": "x"}],
            "size \u{e9}": 1,
        },
        "relations": {"owner": "checkout", "deps": [{"id": "a", "up": true}, {"id": "b", "up": false}]},
    })
}

#[test]
fn expressions_mean_what_they_mean_in_jq() {
    let input = service();
    for (source, expected) in [
        (".properties.replicas * 12", json!(36)),
        (
            ".properties.replicas > 2 and .properties.tier == \"gold\"",
            json!(true),
        ),
        (
            "\"\\(.identifier)-\\(.properties.replicas + 1)\"",
            json!("CartService-4"),
        ),
        ("@uri \"/s/\\(\"a b\")\"", json!("/s/a%20b")),
        (".title // .identifier", json!("CartService")),
        (".properties[\"size \u{e9}\"]", json!(1)),
        (".properties.\"size \u{e9}\"", json!(1)),
        (".properties[\"ti\" + \"er\"]", json!("gold")),
        (".properties.tags[0]", json!("b")),
        (".properties.tags[-1:]", json!(["b"])),
        (".identifier[:4]", json!("Cart")),
        (".properties.tags | unique | join(\",\")", json!("a,b")),
        ("[.relations.deps[] | select(.up) | .id]", json!(["a"])),
        (
            "[.relations.deps[] | .id, .up]",
            json!(["a", true, "b", false]),
        ),
        (".relations.deps | map(.id) | first", json!("a")),
        (".relations.deps | any(.up), all(.up) | not", Value::Null),
        (
            ".properties.env | map({key: .name, value}) | from_entries",
            json!({"PORT": "80", "HOST": "x"}),
        ),
        (".properties.env as $env | $env | length", json!(2)),
        (
            ". as $a | .properties as $b | $a.identifier + $b.tier",
            json!("CartServicegold"),
        ),
        (
            "if .properties.replicas > 5 then \"many\" elif .title then 1 else \"few\" end",
            json!("few"),
        ),
        ("[.properties.tags[] | tonumber?]", json!([])),
        ("try (.identifier | tonumber) catch \"no\"", json!("no")),
        (
            "{identifier, (.properties.tier): [1, -2], \"n\": null}",
            json!({"identifier": "CartService", "gold": [1, -2], "n": null}),
        ),
        ("{a: (1, 2)} | .a", Value::Null),
        (
            ".properties.env | sort_by(.name) | map(.name)",
            json!(["HOST", "PORT"]),
        ),
        (".properties.env | group_by(.name) | length", json!(2)),
        (".properties | map_values(type) | .ratio", json!("number")),
        (".relations | with_entries(.key |= .)", Value::Null),
        (
            ".relations | with_entries({key: (.key + \"s\"), value: 1})",
            json!({"owners": 1, "depss": 1}),
        ),
        (
            "[.properties.tags[] | test(\"^[a-b]$\")] | all",
            json!(true),
        ),
        ("\"2\" | tonumber + 1", json!(3)),
        ("[.[]?] | length", json!(4)),
        ("(10 - 2 - 3) * 2 % 7", json!(3)),
        ("[.properties.tags[] | ascii_upcase] | add", json!("BAB")),
        ("add(.properties.tags[])", json!("bab")),
        ("[values, empty, true] | length", json!(2)),
        (
            "{a: {b: 1, c: 2}} * {a: {b: 3}}",
            json!({"a": {"b": 3, "c": 2}}),
        ),
        (
            ".identifier | ltrimstr(\"Cart\") | rtrimstr(\"ice\") | ascii_downcase",
            json!("serv"),
        ),
    ] {
        match (Expression::parse(source), expected) {
            (Err(_), Value::Null) => {}
            (Ok(expression), Value::Null) => {
                assert!(expression.evaluate(&input).is_err(), "{source}");
            }
            (_, expected) => assert_eq!(result(source, &input), expected, "{source}"),
        }
    }
}

#[test]
fn a_number_is_given_back_as_it_was_written() {
    for text in ["1", "9007199254740993", "-3", "18446744073709551615", "0.5"] {
        let input: Value = serde_json::from_str(text).unwrap();
        assert_eq!(result(".", &input).to_string(), text);
        assert_eq!(result("\"\\(.)\"", &input), json!(text));
        assert_eq!(result("[.] | first + 0", &input).to_string(), text);
    }
    assert_eq!(result("1.0", &Value::Null).to_string(), "1");
    assert_eq!(result("6 / 4 * 2", &Value::Null).to_string(), "3");
}

#[test]
fn paths_that_are_read_are_known_with_their_places() {
    let source = ".properties.replicsa > 20 and .relations.deps[0].owner == \"a\"";
    let shown: Vec<Vec<String>> = parsed(source)
        .reads()
        .iter()
        .map(|read| {
            let step = |step: &super::Step| {
                let text = &source[step.start as usize..step.end as usize];
                match &step.segment {
                    Segment::Key(key) => {
                        assert_eq!(key, text);
                        key.clone()
                    }
                    Segment::Each => "each".to_owned(),
                    Segment::Any => format!("any {text}"),
                }
            };
            read.path.iter().map(step).collect()
        })
        .collect();
    assert_eq!(
        shown,
        [
            vec!["properties", "replicsa"],
            vec!["relations", "deps", "any 0", "owner"]
        ]
    );
}

/// Every path as `.a[]`, for short.
fn reads(source: &str) -> Vec<String> {
    let step = |step: &super::Step| match &step.segment {
        Segment::Key(key) => format!(".{key}"),
        Segment::Each => "[]".to_owned(),
        Segment::Any => "[?]".to_owned(),
    };
    let path = |read: &super::Read| read.path.iter().map(step).collect();
    let mut all: Vec<String> = parsed(source).reads().iter().map(path).collect();
    all.sort();
    all
}

#[test]
fn reads_are_found_through_pipes_variables_and_functions() {
    for (source, expected) in [
        (".", vec![""]),
        ("1 + 2", vec![]),
        (".a | .b.c", vec![".a.b.c"]),
        (".a as $x | .b | $x.c + .d", vec![".a.c", ".b.d"]),
        (".a // .b | .c", vec![".a", ".a.c", ".b.c"]),
        ("if .a then .b else .c end", vec![".a", ".b", ".c"]),
        ("if .a then .b end | .c", vec![".a", ".b.c", ".c"]),
        (
            "[.deps[] | select(.up) | .id]",
            vec![".deps[].id", ".deps[].up"],
        ),
        (".deps | map(.id) | first", vec![".deps[].id"]),
        (
            ".deps | sort_by(.id) | .[0].name",
            vec![".deps[]", ".deps[].id"],
        ),
        (".a[.b]", vec![".a[?]", ".b"]),
        ("{a, b: .c, \"d\": 1}", vec![".a", ".c"]),
        ("\"\\(.a)\" + @uri \"\\(.b)\"", vec![".a", ".b"]),
        ("keys", vec![""]),
        ("{a: .x} | .a", vec![".x"]),
        (".a | has(\"b\")", vec![".a"]),
        ("try .a catch .b", vec![".a"]),
        (".a[1:.n]", vec![".a", ".n"]),
        (".a.b?", vec![".a.b"]),
    ] {
        assert_eq!(reads(source), expected, "{source}");
    }
}

#[test]
fn a_single_path_is_told_from_everything_else() {
    let keys = |source: &str| {
        let expression = parsed(source);
        expression.is_single_path().map(|steps| {
            let key = |step: &super::Step| match &step.segment {
                Segment::Key(key) => key.clone(),
                other => panic!("{other:?}"),
            };
            steps.iter().map(key).collect::<Vec<_>>()
        })
    };
    assert_eq!(keys(" .a.b[\"c d\"] ").unwrap(), ["a", "b", "c d"]);
    assert_eq!(keys(".").unwrap(), Vec::<String>::new());
    for other in [
        ".a[0]", ".a[]", ".a + 1", ".a | .b", "\"x\"", ".a[.b]", "$x", "(.a)?",
    ] {
        assert!(
            Expression::parse(other).map_or(true, |e| e.is_single_path().is_none()),
            "{other}"
        );
    }
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
            "(a)1",
            "not a regular expression",
        ),
        ("@sh \"x\\(.a)\"", "@sh", "cannot be put before"),
        ("1e999", "1e999", "too large"),
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
fn a_mistyped_function_is_answered_with_the_nearest_one() {
    let help = |source: &str| {
        Expression::parse(source)
            .unwrap_err()
            .remove(0)
            .help
            .unwrap()
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
        (".title[]", "title", "null has no elements"),
        (
            ".properties | .replicas + .tier",
            "replicas + .tier",
            "cannot be added",
        ),
        (
            "1 / (.properties.replicas - 3)",
            "1 / (.properties.replicas",
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
