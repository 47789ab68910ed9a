//! Texts before and after a change.

use serde_json::{Value as Json, json};

use super::{Change, Form, Place, Refused, Step, change};
use crate::text::{FileId, Text};

fn place(path: &str) -> Place {
    let steps = path.split('/').filter(|part| !part.is_empty()).map(|part| {
        part.parse()
            .map_or_else(|_| Step::Key(Text::from(part)), Step::Element)
    });
    Place {
        document: 0,
        steps: steps.collect(),
    }
}

fn made(form: Form, text: &str, path: &str, made: &Change) -> Result<String, Refused> {
    change(form, FileId(0), text, &place(path), made)
}

fn yaml(text: &str, path: &str, change: &Change) -> String {
    made(Form::Yaml, text, path, change).unwrap_or_else(|told| told.why)
}

fn set(text: &str, path: &str, value: Json) -> String {
    yaml(text, path, &Change::Set(value))
}

fn unset(text: &str, path: &str) -> String {
    yaml(text, path, &Change::Unset)
}

fn append(text: &str, path: &str, value: Json) -> String {
    yaml(text, path, &Change::Append(value))
}

/// All that is not as it should be, at once.
#[track_caller]
fn assert_all<'t>(all: impl IntoIterator<Item = (String, &'t str)>) {
    let wrong: Vec<String> = all
        .into_iter()
        .filter(|(found, wanted)| found != wanted)
        .map(|(found, wanted)| format!("{found:?}\nis not\n{wanted:?}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
}

#[test]
fn a_scalar_keeps_its_quotes_where_they_will_do() {
    assert_all(
        [
            ("a: x\n", json!("w"), "a: w\n"),
            ("a: 'x'\n", json!("it's"), "a: 'it''s'\n"),
            ("a: \"x\"\n", json!("y z"), "a: \"y z\"\n"),
            ("a: \"5\"\n", json!(6), "a: 6\n"),
            ("a: 5\n", json!("6"), "a: \"6\"\n"),
            ("a: x\n", json!("true"), "a: \"true\"\n"),
            ("a: x\n", json!("no"), "a: \"no\"\n"),
            ("a: x\n", json!("12:30"), "a: \"12:30\"\n"),
            ("a: 2026-11-22\n", json!("2026-11-23"), "a: 2026-11-23\n"),
            ("a: x\n", json!("# y"), "a: \"# y\"\n"),
            ("a: x\n", json!("b: c"), "a: \"b: c\"\n"),
            ("a: x\n", json!("\u{202e}"), "a: \"\\u202e\"\n"),
            ("a: x", json!("w"), "a: w"),
            (
                "\u{feff}a: x\r\nb: 1\r\n",
                json!("w"),
                "\u{feff}a: w\r\nb: 1\r\n",
            ),
            ("a: ~ # c\n", json!(1), "a: 1 # c\n"),
            ("a:\nb: 1\n", json!(1), "a: 1\nb: 1\n"),
            ("a:   # c\nb: 1\n", json!(1), "a: 1 # c\nb: 1\n"),
            ("a: 1.5\n", json!(2.0), "a: 2.0\n"),
            ("a: {b: 1} # c\n", json!("x"), "a: x # c\n"),
            ("a: # c\n  b: 1\nd: 2\n", json!("x"), "a: x # c\nd: 2\n"),
            ("a: b\n  c\n", json!("x"), "a: x\n"),
        ]
        .map(|(before, value, after)| (set(before, "a", value), after)),
    );
}

#[test]
fn a_comment_behind_a_value_keeps_its_column_where_it_has_one() {
    assert_all(
        [
            ("a: 3    # c\n", json!(12), "a: 12   # c\n"),
            ("a: 12   # c\n", json!(3), "a: 3    # c\n"),
            (
                "a: 3  # c\nb: 1  # d\n",
                json!(12),
                "a: 12 # c\nb: 1  # d\n",
            ),
            ("a: 3  # c\n", json!(12), "a: 12  # c\n"),
            ("a: 3 # c\n", json!(12), "a: 12 # c\n"),
            ("a: 3    #\tc\td\n", json!(12), "a: 12   #\tc\td\n"),
            ("a: 3\t# c\n", json!(12), "a: 12\t# c\n"),
            ("a: 3    # c\n", json!(123_456_789), "a: 123456789 # c\n"),
        ]
        .map(|(before, value, after)| (set(before, "a", value), after)),
    );
}

#[test]
fn a_block_scalar_stays_one() {
    assert_all(
        [
            (
                "a: |\n  x\n  y\nb: 1\n",
                json!("x\nz\n"),
                "a: |\n  x\n  z\nb: 1\n",
            ),
            (
                "a: | # c\n    x\nb: 1\n",
                json!("z"),
                "a: |- # c\n    z\nb: 1\n",
            ),
            (
                "a: >\n  x\n  y\nb: 1\n",
                json!("p q\n"),
                "a: >\n  p q\nb: 1\n",
            ),
            (
                "a: |+\n  x\n\nb: 1\n",
                json!("z\n\n"),
                "a: |+\n  z\n\nb: 1\n",
            ),
            ("a: x\nb: 1\n", json!("p\nq\n"), "a: |\n  p\n  q\nb: 1\n"),
            ("a: x # c\n", json!("p\nq\n"), "a: \"p\\nq\\n\" # c\n"),
            (
                "a: |\r\n  x\r\nb: 1\r\n",
                json!("p\nq\n"),
                "a: |\r\n  p\r\n  q\r\nb: 1\r\n",
            ),
            ("a: |\n  x\nb: 1\n", json!(5), "a: 5\nb: 1\n"),
        ]
        .map(|(before, value, after)| (set(before, "a", value), after)),
    );
}

#[test]
fn a_missing_key_is_added_as_its_neighbours_are() {
    assert_all(
        [
            ("a: 1\n", "b", json!(2), "a: 1\nb: 2\n"),
            ("a: 1", "b", json!(2), "a: 1\nb: 2"),
            (
                "p:\n    a: 1 # c\n\n# d\nq: 2\n",
                "p/b",
                json!(2),
                "p:\n    a: 1 # c\n    b: 2\n\n# d\nq: 2\n",
            ),
            ("p: {a: 1}\n", "p/b", json!("x"), "p: {a: 1, b: x}\n"),
            (
                "p: { a: 1 } # c\n",
                "p/b",
                json!("x, y"),
                "p: { a: 1, b: \"x, y\" } # c\n",
            ),
            (
                "p: {\n  a: 1, # c\n  }\n",
                "p/b",
                json!(2),
                "p: {\n  a: 1, # c\n  b: 2,\n  }\n",
            ),
            ("p: {}\n", "p/b", json!(2), "p: {b: 2}\n"),
            ("p:\nq: 1\n", "p/b", json!(2), "p:\n  b: 2\nq: 1\n"),
            (
                "a:\n    b: 1\n",
                "p/b",
                json!(2),
                "a:\n    b: 1\np:\n    b: 2\n",
            ),
            ("a: |\n  x\n", "b", json!(2), "a: |\n  x\nb: 2\n"),
            ("a:\n- x\n", "b", json!(2), "a:\n- x\nb: 2\n"),
            (
                "- a: 1\n  b: 2\n- a: 3\n",
                "0/c",
                json!(2),
                "- a: 1\n  b: 2\n  c: 2\n- a: 3\n",
            ),
            ("a: 1\r\n", "b", json!(["x"]), "a: 1\r\nb: [x]\r\n"),
            (
                "a: 1\n",
                "b",
                json!([{"x": 1, "w": "z"}]),
                "a: 1\nb:\n  - x: 1\n    w: z\n",
            ),
            ("a:\n- 1\n", "b", json!([{"x": 1}]), "a:\n- 1\nb:\n- x: 1\n"),
            (
                "a: 1\n---\nb: 2\n",
                "c",
                json!(3),
                "a: 1\nc: 3\n---\nb: 2\n",
            ),
            ("a: 1\n# end\n", "c", json!(3), "a: 1\nc: 3\n# end\n"),
            (
                "x: &x {k: 1}\np:\n  <<: *x\n",
                "p/k",
                json!(2),
                "x: &x {k: 1}\np:\n  <<: *x\n  k: 2\n",
            ),
            (
                "x: &x {k: 1}\np: {<<: *x}\n",
                "p/k",
                json!(2),
                "x: &x {k: 1}\np: {<<: *x, k: 2}\n",
            ),
        ]
        .map(|(before, path, value, after)| (set(before, path, value), after)),
    );
}

#[test]
fn a_key_goes_with_its_own_comment() {
    assert_all(
        [
            ("a: 1\n# b\nb: 2 # c\nd: 3\n", "b", "a: 1\nd: 3\n"),
            ("# file\na: 1\nb: 2\n", "a", "# file\nb: 2\n"),
            ("p:\n  # a\n  a: 1\n  b: 2\n", "p/a", "p:\n  b: 2\n"),
            ("a: 1\nb:\n  - x\n  - y\n\nc: 1\n", "b", "a: 1\n\nc: 1\n"),
            ("a: 1\nb: 2", "b", "a: 1"),
            ("a: 1\r\nb: 2", "b", "a: 1"),
            ("p: {a: 1, b: 2}\n", "p/a", "p: {b: 2}\n"),
            ("p: {a: 1, b: 2}\n", "p/b", "p: {a: 1}\n"),
            ("p: {a: 1}\n", "p/a", "p: {}\n"),
            ("p: # c\n  a: 1\nq: 1\n", "p/a", "p: {} # c\nq: 1\n"),
            ("- a: 1\n  b: 2\n", "0/a", "- b: 2\n"),
            (
                "p: {\n  a: 1, # c\n  b: 2 # d\n  }\n",
                "p/b",
                "p: {\n  a: 1 # c\n  }\n",
            ),
            (
                "l:\n  - a\n  # b\n  - b\n  - c\n",
                "l/1",
                "l:\n  - a\n  - c\n",
            ),
            ("l: [a, b, c]\n", "l/1", "l: [a, c]\n"),
            ("l: [a, b, c]\n", "l/2", "l: [a, b]\n"),
            ("l:\n- a: 1\n  b: |\n    x\n- c: 2\n", "l/0", "l:\n- c: 2\n"),
            ("x: &x 1\nb: *x\nc: 2\n", "b", "x: &x 1\nc: 2\n"),
        ]
        .map(|(before, path, after)| (unset(before, path), after)),
    );
}

#[test]
fn lists_grow_at_their_end_and_change_only_where_they_differ() {
    assert_all(
        [
            ("a: [x]\n", "w", "a: [x, w]\n"),
            ("a: [\"x\"]\n", "w", "a: [\"x\", \"w\"]\n"),
            (
                "a:\n  - x # c\n# d\nb: 1\n",
                "w",
                "a:\n  - x # c\n  - w\n# d\nb: 1\n",
            ),
            ("a:\n- 'x'\n", "w", "a:\n- 'x'\n- 'w'\n"),
            ("a: []\n", "w", "a: [w]\n"),
            (
                "a: [\n  x,\n  z\n  ]\n",
                "w",
                "a: [\n  x,\n  z,\n  w\n  ]\n",
            ),
            ("b: 1\n", "w", "b: 1\na: [w]\n"),
        ]
        .map(|(before, value, after)| (append(before, "a", json!(value)), after)),
    );
    let text = "a:\n  - x # 1\n  - y # 2\n  - z # 3\n";
    assert_all(
        [
            (json!(["x", "z"]), "a:\n  - x # 1\n  - z # 3\n"),
            (
                json!(["x", "w", "z"]),
                "a:\n  - x # 1\n  - w # 2\n  - z # 3\n",
            ),
            (
                json!(["x", "y", "z", "w"]),
                "a:\n  - x # 1\n  - y # 2\n  - z # 3\n  - w\n",
            ),
            (json!([]), "a: []\n"),
            (json!({"k": [1]}), "a:\n  k: [1]\n"),
        ]
        .map(|(value, after)| (set(text, "a", value), after)),
    );
}

#[test]
fn json_stays_json() {
    let text = "{\n\t\"a\": 1,\n\t\"b\": {\n\t\t\"c\": \"x\"\n\t},\n\t\"l\": [],\n\t\"m\": [\n\t\t1\n\t]\n}\n";
    let json = |path: &str, it: &Change| made(Form::Json, text, path, it).unwrap();
    let set = |path: &str, value: Json| json(path, &Change::Set(value));
    assert_eq!(set("b/c", json!("y\"")), text.replace("\"x\"", "\"y\\\"\""));
    assert_eq!(
        set("b/d", json!(2)),
        text.replace("\"x\"", "\"x\",\n\t\t\"d\": 2")
    );
    assert_eq!(
        set("n", json!({"p": [1]})),
        text.replace(
            "\t]\n}",
            "\t],\n\t\"n\": {\n\t\t\"p\": [\n\t\t\t1\n\t\t]\n\t}\n}"
        )
    );
    assert_eq!(
        json("l", &Change::Append(json!("x"))),
        text.replace("[]", "[\n\t\t\"x\"\n\t]")
    );
    assert_eq!(
        json("m", &Change::Append(json!(2))),
        text.replace("\t1\n", "\t1,\n\t\t2\n")
    );
    assert_eq!(json("a", &Change::Unset), text.replace("\t\"a\": 1,\n", ""));
    assert_eq!(
        json("m", &Change::Unset),
        text.replace(",\n\t\"m\": [\n\t\t1\n\t]", "")
    );
    let compact = "{\"a\":1,\"b\":{\"c\":2}}";
    let new = made(Form::Json, compact, "b/d", &Change::Set(json!("x"))).unwrap();
    assert_eq!(new, "{\"a\":1,\"b\":{\"c\":2,\"d\":\"x\"}}");
    let new = made(Form::Json, compact, "a", &Change::Unset).unwrap();
    assert_eq!(new, "{\"b\":{\"c\":2}}");
}

#[test]
fn what_stands_for_others_is_refused_with_its_place() {
    let at = |text: &str, path: &str, it: Change| {
        let told = made(Form::Yaml, text, path, &it).unwrap_err();
        let (start, end) = (told.at.start as usize, told.at.end as usize);
        (text[start..end].to_owned(), told.why)
    };
    let text = "a: &a {k: 1}\nb: *a\nc:\n  <<: *a\n  d: 2\n";
    for (path, marked) in [("a/k", "*a"), ("b/k", "{k: 1}")] {
        let (found, why) = at(text, path, Change::Set(json!(2)));
        assert_eq!(found, marked, "{path}: {why}");
    }
    let (found, _) = at(text, "c/k", Change::Unset);
    assert_eq!(found, "k");
    assert_eq!(
        set(text, "b", json!({"k": 2})),
        "a: &a {k: 1}\nb: {k: 2}\nc:\n  <<: *a\n  d: 2\n"
    );
    let (found, why) = at("a: 1\n", "a/b", Change::Set(json!(2)));
    assert_eq!(
        (found.as_str(), why.as_str()),
        ("1", "an integer stands here, and has no such part")
    );
    assert!(made(Form::Yaml, "a: [\n", "a", &Change::Set(json!(2))).is_err());
    assert!(made(Form::Yaml, "a: [1]\n", "a/4", &Change::Set(json!(2))).is_err());
}

#[test]
fn an_anchor_that_nothing_names_stays() {
    assert_eq!(set("a: &x 1 # c\n", "a", json!(2)), "a: &x 2 # c\n");
    assert_eq!(set("a: &x 1\nb: *x\n", "b", json!(2)), "a: &x 1\nb: 2\n");
}
