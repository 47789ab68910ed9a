//! What expressions mean, what is refused and where, and that nothing ends the process.

use serde_json::Value;
use serde_json::json;

use super::Expression;
use super::Segment;

mod hostile;
mod oracle;
mod refused;
mod results;
mod templates;

fn parsed(source: &str) -> Expression {
    Expression::parse(source).expect(source)
}

fn result(source: &str, input: &Value) -> Value {
    parsed(source).evaluate(input).expect(source)
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
fn paths_and_operators_mean_what_they_mean_in_jq() {
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
    ] {
        assert_eq!(result(source, &input), expected, "{source}");
    }
}

#[test]
fn functions_do_what_they_do_in_jq() {
    let input = service();
    for (source, expected) in [
        (
            "[.relations.deps | any(.up), all(.up) | not]",
            json!([false, true]),
        ),
        ("[{a: (1, 2)} | .a]", json!([1, 2])),
        (".properties.tags | unique | join(\",\")", json!("a,b")),
        ("[.relations.deps[] | select(.up) | .id]", json!(["a"])),
        (
            "[.relations.deps[] | .id, .up]",
            json!(["a", true, "b", false]),
        ),
        (".relations.deps | map(.id) | first", json!("a")),
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
        (
            ".properties.env | sort_by(.name) | map(.name)",
            json!(["HOST", "PORT"]),
        ),
        (".properties.env | group_by(.name) | length", json!(2)),
        (".properties | map_values(type) | .ratio", json!("number")),
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
        ("((10 - 2 - 3) * 2) % 7", json!(3)),
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
        assert_eq!(result(source, &input), expected, "{source}");
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
fn brackets_have_the_place_where_they_are_written() {
    let source = "[] + [.a[0][ ], .b | .[]]";
    let each = |read: &super::Read| {
        let step = read
            .path
            .iter()
            .find(|step| step.segment == Segment::Each)?;
        Some((step.start, step.end))
    };
    let places: Vec<(u32, u32)> = parsed(source).reads().iter().filter_map(each).collect();
    assert_eq!(places, [(11, 14), (22, 24)]);
}

#[test]
fn expressions_and_templates_can_be_shared_between_threads() {
    fn is_shared<T: Clone + Send + Sync>() {}
    is_shared::<Expression>();
    is_shared::<super::Template>();
}

#[test]
fn a_single_path_is_told_from_everything_else() {
    let keys = |source: &str| {
        let expression = parsed(source);
        expression.is_single_path().map(|steps| {
            let key = |step: &super::Step| match &step.segment {
                Segment::Key(key) => key.clone(),
                Segment::Each | Segment::Any => "?".to_owned(),
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
