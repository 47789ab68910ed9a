//! Expressions made to end the process, to hang it or to fill its memory.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::Value;
use serde_json::json;

use super::super::Expression;
use super::super::Template;
use super::refused::refusals;

/// The stack of a worker thread unless someone asks for more.
const WORKER: usize = 2 << 20;

/// Runs on a thread with a worker's stack, as every stage may.
fn on_a_worker<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(WORKER);
        builder.spawn_scoped(scope, work).unwrap().join().unwrap()
    })
}

/// Parses and, if that is allowed, evaluates; either way it comes back.
fn survives(source: &str) {
    on_a_worker(|| {
        if let Ok(expression) = Expression::parse(source) {
            for input in [
                Value::Null,
                json!(1),
                json!("abc"),
                json!([1, [2, {"a": 3}]]),
                json!({"a": {"b": [1]}}),
            ] {
                let _ = expression.evaluate(&input);
            }
        }
    });
}

#[test]
fn nothing_that_nests_or_repeats_overflows_a_workers_stack() {
    for unit in [
        ".|",
        "1-",
        "1,",
        ".//",
        "-",
        "try ",
        ".a?",
        "[",
        "(",
        "{a:",
        "{(",
        "\"\\(",
        "if ",
        "if . then ",
        ". as $x|",
        "[[",
        "((",
        ".[",
        "map(",
        "select(",
        "not|",
        "1+",
        "1==",
        ". and ",
        ".a.b[0]",
        "\"\\(1)",
        "{a:1}*",
        "if . then . elif ",
        "@uri \"\\(",
        "def f: ",
        "reduce . as $x (",
        "f(",
        "#",
        "$x",
        ".[0:",
        "]",
        "?",
    ] {
        for close in ["", ".", "1", "]", ")", "}", ")\"", "1 end"] {
            for times in [20, 31, 33, 66, 99, 130, 190, 399, 1300, 4096] {
                let times = times.min(4096 / unit.len());
                let mut source = unit.repeat(times);
                source.push('.');
                if times < 200 {
                    source.push_str(&close.repeat(times));
                }
                survives(&source);
            }
        }
    }
}

#[test]
fn the_limits_are_told_apart() {
    let message = |source: String| refusals(&source).remove(0).1;
    assert!(message(format!("\"{}\"", "a".repeat(5000))).contains("4096 bytes"));
    assert!(message(format!("{}.{}", "(".repeat(33), ")".repeat(33))).contains("deeper than 32"));
    assert!(message(format!("{}.", ".|".repeat(1300))).contains("400 words"));
    assert!(message(format!("{}1", "1-".repeat(150))).contains("64 levels"));
    assert!(Expression::parse(&format!("{}.{}", "(".repeat(32), ")".repeat(32))).is_ok());
    assert!(Expression::parse(&format!("{}.", ".|".repeat(199))).is_ok());
    // Brackets in a string are text.
    assert!(Expression::parse(&format!("\"{}\"", "(".repeat(900))).is_ok());
}

#[test]
fn what_multiplies_itself_is_refused_before_it_meets_an_input() {
    for source in [
        vec!["(.,.)"; 25].join("|"),
        vec!["[.[],.[]]"; 20].join("|"),
        vec!["\"\\(.)\\(.)\""; 25].join("|"),
        vec!["[.,.]"; 25].join("|"),
        vec!["{a:.,b:.}"; 25].join("|"),
        vec![".+."; 25].join("|"),
        ".[] as $a | .[] as $b | .[] as $c | 1".to_owned(),
    ] {
        assert!(
            refusals(&source)[0].1.contains("millions of values"),
            "{source}"
        );
    }
}

#[test]
fn the_budget_ends_what_no_bound_foresees() {
    let text = json!("x".repeat(100_000));
    let many: Value = (0..20_000).collect();
    for (source, input) in [
        ("[.[] as $a | .[] | . == $a] | length", &many),
        (
            "map(tojson) | map(split(\"\")) | tojson | split(\"\") | tojson | split(\"\") | tojson",
            &many,
        ),
        (
            "split(\"\") | join(\"0123456789012345678901234567890123456789\") | split(\"\") | tojson",
            &text,
        ),
        (". - .", &many),
        ("contains(.)", &many),
        ("[., ., ., .] | map(test(\"(a|x)*y\"))", &text),
    ] {
        let problem = Expression::parse(source)
            .unwrap()
            .evaluate(input)
            .unwrap_err();
        assert!(
            problem.message.contains("1000000 steps"),
            "{source}: {problem:?}"
        );
    }
    // Nothing catches it.
    let caught = "try ([.[] as $a | .[] | . == $a] | length) catch 0";
    assert!(Expression::parse(caught).unwrap().evaluate(&many).is_err());
}

#[test]
fn an_input_of_the_largest_file_can_still_be_selected_from() {
    let item = |n: u32| json!({"name": format!("item-{n}"), "kind": if n.is_multiple_of(100) { "a" } else { "b" }});
    let input = json!({"items": (0..40_000).map(item).collect::<Vec<_>>()});
    let source = "[.items[] | select(.kind == \"a\") | .name] | length";
    assert_eq!(
        Expression::parse(source).unwrap().evaluate(&input).unwrap(),
        json!(400)
    );
}

#[test]
fn a_large_pattern_is_refused_and_ordinary_ones_are_not() {
    assert!(
        refusals("test(\"((a{99}){99}){99}\")")[0]
            .1
            .contains("regular expression")
    );
    assert!(
        refusals("test(\"(?=a)b\")")[0]
            .1
            .contains("regular expression")
    );
    for pattern in [
        "^[A-Za-z0-9_-]{1,64}$",
        "\\\\d+\\\\.\\\\d+",
        "^(\\\\w+)@example\\\\.com$",
        "(?i)prod|stage",
    ] {
        assert!(
            Expression::parse(&format!("test(\"{pattern}\")")).is_ok(),
            "{pattern}"
        );
    }
    let groups = Expression::parse("test(\"(?:(b)|(a))*\")").unwrap();
    assert_eq!(groups.evaluate(&json!("ab")).unwrap(), json!(true));
}

/// Words and signs that mean something, and some that do not.
const WORDS: &[&str] = &[
    ".",
    "..",
    ".a",
    ".b",
    ".[",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "|",
    ",",
    ":",
    ";",
    "?",
    "//",
    "+",
    "-",
    "*",
    "/",
    "%",
    "==",
    "!=",
    "<",
    ">=",
    "=",
    "|=",
    "and",
    "or",
    "not",
    "if",
    "then",
    "elif",
    "else",
    "end",
    "try",
    "catch",
    "as",
    "$x",
    "$y",
    "as $x |",
    "1",
    "0",
    "-1",
    "1.5",
    "1e400",
    "\"a\"",
    "\"",
    "\\(",
    "\"\\(.)\"",
    "@uri",
    "@base64",
    "@csv",
    "map(.)",
    "map(",
    "select(",
    "add",
    "length",
    "keys",
    "sort_by(.a)",
    "group_by(",
    "with_entries(.)",
    "to_entries",
    "from_entries",
    "test(\"a\")",
    "split(\"\")",
    "join(\",\")",
    "tostring",
    "tojson",
    "tonumber",
    "first",
    "last",
    "flatten",
    "unique",
    "min",
    "max_by(.)",
    "map_values(.)",
    "reduce",
    "foreach",
    "def",
    "label",
    "env",
    "input",
    "#",
    "\n",
    " ",
    "\u{fc}",
    "\u{1f4a3}",
    "{{",
    "}}",
    "\\",
    "[]",
    "[0]",
    "[1:]",
    "[-1:2]",
    "null",
    "true",
    "empty",
];

fn soup() -> impl Strategy<Value = String> {
    let word = prop::sample::select(WORDS);
    prop::collection::vec(word, 0..40).prop_map(|words| {
        words.iter().fold(String::new(), |mut text, word| {
            let gap = if word.len() % 3 == 0 { "" } else { " " };
            write!(text, "{gap}{word}").unwrap();
            text
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1500, failure_persistence: None, rng_seed: RngSeed::Fixed(412),
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_soup_of_words_panics_and_all_places_are_within_it(source in soup()) {
        let inputs = [Value::Null, json!({"a": [1, "x", {"a": null}], "b": {"b": 2.5}}), json!([[], "s", 3])];
        match Expression::parse(&source) {
            Ok(expression) => for input in &inputs {
                if let Err(problem) = expression.evaluate(input) {
                    prop_assert!(source.get(problem.start as usize..problem.end as usize).is_some(), "{problem:?}");
                }
            },
            Err(problems) => for problem in problems {
                prop_assert!(source.get(problem.start as usize..problem.end as usize).is_some(), "{problem:?}");
            },
        }
        let text = format!("a {{{{ {source} }}}} b");
        match Template::parse(&text) {
            Ok(template) => for input in &inputs {
                let _ = template.render(input, &|root| root == "a");
            },
            Err(problems) => for problem in problems {
                prop_assert!(text.get(problem.start as usize..problem.end as usize).is_some(), "{problem:?}");
            },
        }
    }
}
