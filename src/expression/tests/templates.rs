//! Templates, filled in at once or in two steps, and shapes.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use super::super::Part;
use super::super::Partial;
use super::super::Problem;
use super::super::Shape;
use super::super::Template;
use super::super::complete;
use super::super::unknown_reads;
use super::parsed;

fn template(text: &str) -> Template {
    Template::parse(text).expect(text)
}

fn context() -> Value {
    json!({
        "entity": {"identifier": "CartService"},
        "inputs": {"replicas": 5, "reason": null, "tags": ["a"], "empty": "", "big": 1.5, "dry": true},
    })
}

/// Everything but what calls give is known when a plan is made.
fn planned(root: &str) -> bool {
    !matches!(root, "calls" | "run")
}

fn render(text: &str) -> Result<Partial, Problem> {
    template(text).render(&context(), &planned)
}

/// What remains of a template for later; nothing if all of it is known.
fn waiting_parts(text: &str) -> Vec<Part> {
    match render(text).unwrap() {
        Partial::AtApply(parts) => parts,
        Partial::Known(_) => Vec::new(),
    }
}

/// What a problem points at, and what it says.
fn at(text: &str, problem: &Problem) -> (String, String) {
    let place = &text[problem.start as usize..problem.end as usize];
    (place.to_owned(), problem.message.clone())
}

#[test]
fn a_text_that_is_one_hole_keeps_the_type_of_its_value() {
    for (text, expected) in [
        ("{{ .inputs.replicas }}", json!(5)),
        ("{{.inputs.tags}}", json!(["a"])),
        ("{{ .inputs.dry | not }}", json!(false)),
        ("{{ {a: {b: .inputs.replicas}}}}", json!({"a": {"b": 5}})),
        ("{{ .inputs.reason // null }}", Value::Null),
        ("plain }} text", json!("plain }} text")),
        ("", json!("")),
        ("{{ .inputs.replicas }} ", json!("5 ")),
        (
            "{{ .entity.identifier }}-{{ .inputs.replicas }}/{{ .inputs.dry }}/{{ .inputs.big }}",
            json!("CartService-5/true/1.5"),
        ),
        ("{{ .inputs.empty }}{{ .inputs.empty }}", json!("")),
        ("{{ \"}}\" }}{{ \"{{\" }}", json!("}}{{")),
        ("{{ \"\\(\"}}\" + (\")\"))\" }}", json!("}})")),
        ("{{ .inputs.replicas # how many }}\n }}", json!(5)),
    ] {
        assert_eq!(render(text).unwrap(), Partial::Known(expected), "{text}");
    }
}

#[test]
fn what_cannot_stand_in_a_text_is_an_error_at_its_expression() {
    for (text, place, words) in [
        (
            "region: {{ .inputs.region }}",
            ".inputs.region",
            "`.inputs.region` is null here",
        ),
        (
            "{{ .inputs.reason }}",
            ".inputs.reason",
            "`.inputs.reason` is null here",
        ),
        (
            "x {{  .inputs.tags }}",
            ".inputs.tags",
            "`.inputs.tags` is an array here",
        ),
        ("x {{ .inputs }}", ".inputs", "is an object here"),
        (
            "x {{ .inputs.tags[] , 1}}",
            ".inputs.tags[] , 1",
            "gives 2 values",
        ),
        ("{{ .entity.identifier.x }}", "x", "has no key `x`"),
    ] {
        let problem = render(text).unwrap_err();
        let (found, message) = at(text, &problem);
        assert!(message.contains(words), "{text}: {message}");
        assert_eq!(found, place, "{text}");
    }
    let problem = render("{{ .inputs.region }}").unwrap_err();
    assert_eq!(
        problem.help.unwrap().words,
        "say what to write instead: `.inputs.region // \"..\"`"
    );
}

#[test]
fn a_broken_hole_is_a_problem_at_its_place() {
    for (text, place, words) in [
        ("a {{ .b", "{{", "never closed"),
        ("a {{ \"}}\" ", "{{", "never closed"),
        ("\u{e4} {{ .b = 1 }}", "=", "changes nothing"),
        ("a {{ }} b", "{{ }}", "no expression"),
        ("{{}}", "{{}}", "no expression"),
        ("{{ env.HOME }}", "env", "not allowed"),
        (
            "x {{ . | tojson }}",
            "{{ . | tojson }}",
            "must name what it reads",
        ),
        ("{{ .[.a] }}", "{{ .[.a] }}", "must name what it reads"),
        ("{{ .a }} {{ nope }}", "nope", "no function"),
    ] {
        let problems = Template::parse(text).unwrap_err();
        let (found, message) = at(text, &problems[0]);
        assert!(message.contains(words), "{text}: {message}");
        assert_eq!(found, place, "{text}");
    }
    assert_eq!(
        Template::parse("{{ a }} {{ b }} {{ .c }}")
            .unwrap_err()
            .len(),
        2
    );
    assert!(
        Template::parse(&"{{.a}}".repeat(201)).unwrap_err()[0]
            .message
            .contains("200")
    );
}

#[test]
fn holes_and_their_reads_have_places_in_the_text() {
    let text = "s\u{fc}d {{  .inputs.zone }} and {{.calls.a.url}}";
    let template = template(text);
    let shown: Vec<(&str, &str)> = template
        .holes()
        .map(|hole| {
            let step = &hole.expression.reads()[0].path[1];
            let (start, end) = (hole.offset + step.start, hole.offset + step.end);
            (
                &text[hole.start as usize..hole.end as usize],
                &text[start as usize..end as usize],
            )
        })
        .collect();
    assert_eq!(
        shown,
        [("{{  .inputs.zone }}", "zone"), ("{{.calls.a.url}}", "a")]
    );
}

#[test]
fn what_depends_on_a_later_value_waits_with_all_it_needs() {
    let text = "run {{ .run.key }} of {{ .entity.identifier }}: {{ .inputs.replicas + .calls.scale.count }}!";
    let parts = waiting_parts(text);
    let waiting = |source: &str, context: Value| Part::Expression {
        source: source.to_owned(),
        context,
    };
    assert_eq!(
        parts,
        [
            Part::Text("run ".to_owned()),
            waiting(".run.key", json!({})),
            Part::Text(" of CartService: ".to_owned()),
            waiting(
                ".inputs.replicas + .calls.scale.count",
                json!({"inputs": context()["inputs"]})
            ),
            Part::Text("!".to_owned()),
        ]
    );
    let later =
        json!({"run": {"key": "k1"}, "calls": {"scale": {"count": 2}}, "inputs": {"replicas": 99}});
    assert_eq!(
        complete(&parts, &later).unwrap(),
        json!("run k1 of CartService: 7!")
    );
}

#[test]
fn a_later_value_keeps_its_type_only_where_it_is_the_whole_text() {
    let later = json!({"calls": {"a": {"count": 2}}});
    let filled = |text: &str| complete(&waiting_parts(text), &later);
    assert_eq!(filled("{{ .calls.a.count }}").unwrap(), json!(2));
    assert_eq!(
        filled("{{ .inputs.empty }}{{ .calls.a.count }}").unwrap(),
        json!("2")
    );
    assert_eq!(filled("{{ .calls.a }}").unwrap(), json!({"count": 2}));
    assert_eq!(
        filled("{{ .calls.b }}").unwrap_err().message,
        "`.calls.b` is null here"
    );
    assert!(
        filled("x{{ .calls.a }}")
            .unwrap_err()
            .message
            .contains("an object")
    );
}

#[test]
fn a_mistake_in_what_is_known_is_found_while_the_rest_waits() {
    let problem = render("{{ .calls.a.url }} {{ .inputs.region }}").unwrap_err();
    assert_eq!(problem.message, "`.inputs.region` is null here");
}

fn shape() -> Shape {
    let object = |keys: Vec<(&str, Shape)>| {
        Shape::Object(
            keys.into_iter()
                .map(|(key, below)| (key.to_owned(), below))
                .collect(),
        )
    };
    object(vec![
        ("identifier", Shape::Scalar("a string")),
        (
            "properties",
            object(vec![
                ("replicas", Shape::Scalar("a number")),
                ("tier", Shape::Scalar("a string")),
                ("config", Shape::Any),
            ]),
        ),
        (
            "deps",
            Shape::Array(Box::new(object(vec![(
                "identifier",
                Shape::Scalar("a string"),
            )]))),
        ),
        ("nothing", Shape::Object(BTreeMap::new())),
    ])
}

#[test]
fn reads_that_a_shape_does_not_have_are_told_at_the_key() {
    for (source, place, message, help) in [
        (
            ".properties.replicsa > 2",
            "replicsa",
            "`properties` has no key `replicsa`",
            Some("did you mean `replicas`?"),
        ),
        (
            ".propertys.tier",
            "propertys",
            "the input has no key `propertys`",
            Some("did you mean `properties`?"),
        ),
        (
            ".identifier.name",
            "name",
            "`identifier` is a string and has no key `name`",
            Some("end the path at `identifier`, or name another key before it"),
        ),
        (
            ".identifier[]",
            "[]",
            "`identifier` is a string and has no elements",
            Some("end the path at `identifier`, or name another key before it"),
        ),
        (
            ".deps.identifier",
            "identifier",
            "`deps` is an array and has no key `identifier`",
            Some("read it from each element: `[]` before `.identifier`"),
        ),
        (
            "[.deps[].identifer]",
            "identifer",
            "an element of `deps` has no key `identifer`",
            Some("did you mean `identifier`?"),
        ),
        (
            ".deps | map(select(.zone)) | length",
            "zone",
            "an element of `deps` has no key `zone`",
            Some("write `identifier`"),
        ),
        (
            ".deps[0] as $d | $d.title",
            "title",
            "an element of `deps` has no key `title`",
            Some("write `identifier`"),
        ),
        (".nothing.x", "x", "`nothing` has no key `x`", None),
        (
            ".properties[\"tire\"]",
            "tire",
            "`properties` has no key `tire`",
            Some("did you mean `tier`?"),
        ),
    ] {
        let problems = unknown_reads(&parsed(source), &shape());
        assert_eq!(problems.len(), 1, "{source}: {problems:?}");
        let (found, said) = at(source, &problems[0]);
        assert_eq!(
            (found.as_str(), said.as_str()),
            (place, message),
            "{source}"
        );
        let said = problems[0].help.as_ref().map(|help| help.words.as_str());
        assert_eq!(said, help, "{source}");
    }
}

#[test]
fn reads_that_a_shape_has_or_cannot_tell_are_fine() {
    for source in [
        ".",
        ".properties.replicas",
        ".properties.config.a.b[0].c",
        ".deps[0].identifier",
        ".properties[.identifier]",
        ".properties[] | .anything",
        ".deps | length",
        "1",
        ".properties | keys",
    ] {
        assert_eq!(unknown_reads(&parsed(source), &shape()), [], "{source}");
    }
    assert_eq!(unknown_reads(&parsed(".x + .y + .x"), &shape()).len(), 3);
}
