//! What an expression chooses of its input, and where that stands.

use serde_json::Value;
use serde_json::json;

use super::Origin;
use crate::expression::Expression;
use crate::expression::Turn;

/// `a.b[0]`, `key a.b`, `[..]`, `{k: ..}` or `-`.
fn drawn(origin: &Origin) -> String {
    let way = |way: &[Turn]| {
        let turns = way.iter().map(|turn| match turn {
            Turn::Key(key) => format!(".{key}"),
            Turn::Index(at) => format!("[{at}]"),
        });
        turns.collect::<String>()
    };
    match origin {
        Origin::Value(turns) => way(turns),
        Origin::Key(turns) => format!("key {}", way(turns)),
        Origin::List(all) => {
            let all: Vec<String> = all.iter().map(drawn).collect();
            format!("[{}]", all.join(", "))
        }
        Origin::Fields(all) => {
            let all = all.iter().map(|(key, it)| format!("{key}: {}", drawn(it)));
            format!("{{{}}}", all.collect::<Vec<_>>().join(", "))
        }
        Origin::Alike(origin) => format!("~{}", drawn(origin)),
        Origin::Made => "-".to_owned(),
    }
}

fn origin(source: &str, input: &Value) -> String {
    let expression = Expression::parse(source).unwrap();
    let result = expression.evaluate(input).unwrap();
    drawn(&expression.origin(input, &result, &mut 10_000))
}

#[test]
fn what_an_expression_chooses_keeps_its_place() {
    let input = json!({
        "owners": [{"name": "x"}, {"name": "y"}],
        "names": ["b", "a"],
        "repos": {"r": "write", "q": "read"},
        "one": "o",
    });
    for (source, drawing) in [
        ("[.owners[].name]", "[.owners[0].name, .owners[1].name]"),
        (".list // []", "[]"),
        (".list // .names", ".names"),
        (".names | map(.)", "[.names[0], .names[1]]"),
        ("[.names[] | select(. != \"b\")]", "[.names[1]]"),
        ("if .one then .one else .list end", ".one"),
        ("[.one]", "[.one]"),
        (".names[-1]", ".names[1]"),
        (".names[1:]", "[.names[1]]"),
        (".names[:1]", "[.names[0]]"),
        (".names[-5:9]", "[.names[0], .names[1]]"),
        ("[.owners[1:][].name]", "[.owners[1].name]"),
        (".one[1:]", "-"),
        (".repos | keys", "[~key .repos.q, ~key .repos.r]"),
        (".names | sort", "[~.names[1], ~.names[0]]"),
        (
            "[.owners[] | .name] | unique",
            "[~.owners[0].name, ~.owners[1].name]",
        ),
        (
            "[.repos | to_entries[] | select(.value == \"read\") | .key]",
            "[~key .repos.q]",
        ),
        ("{a: .one}", "{a: .one}"),
        ("[{a: .names[]}]", "[{a: ~.names[0]}, {a: ~.names[1]}]"),
        (".one as $x | $x", ".one"),
        (
            "[.names[] as $x | .one as $y | $x, $y]",
            "[.names[0], .one, .names[1], .one]",
        ),
        ("0 as $at | .names[$at]", ".names[0]"),
        (
            ".owners as $all | [.names[] | $all[0].name]",
            "[.owners[0].name, .owners[0].name]",
        ),
        ("[.names, [.one]] | add", "[~.names[0], ~.names[1], ~.one]"),
        (".one + \"!\"", "-"),
        ("\"o\"", "-"),
        (".one | ascii_upcase", "-"),
        (
            "[.owners[]?.name, (.one.x? // .one)]",
            "[.owners[0].name, .owners[1].name, .one]",
        ),
    ] {
        assert_eq!(origin(source, &input), drawing, "{source}");
    }
}

#[test]
fn of_two_equal_texts_the_one_that_as_binds_is_found() {
    let input = json!({"title": "lin", "owner": "lin", "owners": ["lin", "lin"]});
    for (source, drawing) in [
        (".owner as $x | {owner: $x}", "{owner: .owner}"),
        (".owner as $x | [.title, $x]", "[.title, .owner]"),
        (
            ".owners[1] as $x | .title as $y | [$x, $y]",
            "[.owners[1], .title]",
        ),
        (
            "[.owners[] as $x | {name: $x}]",
            "[{name: .owners[0]}, {name: .owners[1]}]",
        ),
        (".title as $x | .owner as $x | $x", ".owner"),
    ] {
        assert_eq!(origin(source, &input), drawing, "{source}");
    }
}

#[test]
fn a_spent_budget_says_nothing_instead_of_something_wrong() {
    let expression = Expression::parse("[.a[]]").unwrap();
    let input = json!({"a": [1, 2, 3]});
    let mut budget = 3;
    let found = expression.origin(&input, &json!([1, 2, 3]), &mut budget);
    assert_eq!((found, budget), (Origin::Made, 0));
    let found = expression.origin(&input, &json!([1, 2]), &mut 1000);
    assert_eq!(found, Origin::Made);
}
