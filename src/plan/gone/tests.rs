//! References taken out of texts as people and programs write them.

use crate::compile::compile;
use crate::plan::gone::completion;
use crate::source::Selection;
use crate::source::memory::snapshot;

const KINDS: &str = "identifier: A\nschema: {properties: {}}\nonDelete: nullify\n---\nidentifier: B\nschema: {properties: {}}\nrelations: {one: {target: A}, many: {target: A, many: true}}\n";

/// What is left of the text of a B after x, or all of `gone`, is deleted.
fn left(path: &str, text: &str, gone: &[&str]) -> Option<String> {
    let selection = Selection::new(None, "catalog", &[]).unwrap();
    let files = |gone: &[&str]| {
        let names = ["x", "y", "z"]
            .into_iter()
            .filter(|name| !gone.contains(name));
        let entities = names.map(|name| {
            (
                format!("catalog/entities/{name}.yaml"),
                format!("identifier: {name}\nblueprint: A\n"),
            )
        });
        let mut files: Vec<(String, String)> = entities.collect();
        files.push(("catalog/blueprints/all.yaml".to_owned(), KINDS.to_owned()));
        files.push((path.to_owned(), text.to_owned()));
        compile(snapshot(files), &selection)
    };
    let (before, after) = (files(&[]), files(gone));
    assert!(before.findings.is_empty(), "{:?}", before.findings);
    let done = completion(&before, &after, None);
    let whole = done.snapshot.clone()?;
    let whole = compile(whole, &selection);
    assert!(
        whole.findings.is_empty(),
        "{:?}\n{:?}",
        whole.findings,
        whole.snapshot
    );
    assert!(done.fits(&after, &whole));
    let file = whole.snapshot.find(path)?;
    Some(whole.snapshot.text(file).to_owned())
}

fn yaml(relations: &str, gone: &[&str]) -> Option<String> {
    let head = "identifier: b\nblueprint: B\n";
    let text = left(
        "catalog/entities/b.yaml",
        &format!("{head}{relations}"),
        gone,
    )?;
    Some(text.strip_prefix(head).unwrap().to_owned())
}

#[test]
fn a_reference_goes_from_every_form_of_writing_it() {
    for (before, after) in [
        ("relations: {one: x}\n", "relations: {}\n"),
        (
            "relations: {one: x, many: [y]}\n",
            "relations: {many: [y]}\n",
        ),
        (
            "relations: {many: [y], one: x}\n",
            "relations: {many: [y]}\n",
        ),
        ("relations: {many: [x, y]}\n", "relations: {many: [y]}\n"),
        (
            "relations: {many: [y, x]} # c\n",
            "relations: {many: [y]} # c\n",
        ),
        (
            "relations: {many: [y, \"x\", z]}\n",
            "relations: {many: [y, z]}\n",
        ),
        ("relations: {many: [x,]}\n", "relations: {}\n"),
        (
            "relations:\n  many: [x] # c\n  one: y\n",
            "relations:\n  # c\n  one: y\n",
        ),
        ("relations:\n  one: x\n", "relations:\n"),
        (
            "relations:\n  many:\n  - x\n  - y # c\n",
            "relations:\n  many:\n  - y # c\n",
        ),
        (
            "relations:\n  many: # all\n    - x # c\n  one: y\n",
            "relations:\n  # all\n    # c\n  one: y\n",
        ),
        (
            "relations:\r\n  one: x\r\n  many: [y]\r\n",
            "relations:\r\n  many: [y]\r\n",
        ),
        (
            "relations:\n  many: [\n    x, # c\n    y\n    ]\n",
            "relations:\n  many: [\n     # c\n    y\n    ]\n",
        ),
        (
            "relations:\n  many:\n    [x,\n    y]\n  one: x",
            "relations:\n  many:\n    [y]\n",
        ),
    ] {
        assert_eq!(yaml(before, &["x"]).as_deref(), Some(after), "{before}");
    }
    let both = yaml("relations: {many: [x, y, z], one: y}\n", &["x", "y"]);
    assert_eq!(both.as_deref(), Some("relations: {many: [z]}\n"));
}

#[test]
fn json_stays_json() {
    let path = "catalog/entities/b.json";
    let text = "{\n  \"identifier\": \"b\",\n  \"blueprint\": \"B\",\n  \"relations\": {\n    \"many\": [\n      \"y\",\n      \"x\"\n    ],\n    \"one\": \"x\"\n  }\n}\n";
    let after = "{\n  \"identifier\": \"b\",\n  \"blueprint\": \"B\",\n  \"relations\": {\n    \"many\": [\n      \"y\"\n    ]\n  }\n}\n";
    assert_eq!(left(path, text, &["x"]).as_deref(), Some(after));
}

#[test]
fn what_is_not_plain_stays() {
    for text in [
        "relations: &r\n  one: x\n",
        "relations:\n  one: &x x\n  many: [*x]\n",
        "relations: {many: [y, # c\n  x]}\n",
    ] {
        assert_eq!(yaml(text, &["x"]), None, "{text}");
    }
}

#[test]
fn what_is_said_of_the_file_stays_when_its_first_or_last_entity_goes() {
    let path = "catalog/entities/all.yaml";
    let selection = Selection::new(None, "catalog", &[]).unwrap();
    let taken = |text: &str, name: &str| {
        let kinds = ("catalog/blueprints/all.yaml", KINDS);
        let other = ("catalog/entities/o.yaml", "identifier: o\nblueprint: B\n");
        let all = compile(snapshot([kinds, other, (path, text)]), &selection);
        assert!(all.findings.is_empty(), "{:?}", all.findings);
        let (kind, _) = all.catalog.find_blueprint("A").unwrap();
        let entity = all.catalog.find_entity(kind, name).unwrap();
        let going = super::edit::Going {
            entities: [entity].into(),
            names: [].into(),
            within: &all,
        };
        let left = going.taken_out().unwrap();
        let file = left.find(path).unwrap();
        left.text(file).to_owned()
    };
    let one = |name: &str| format!("identifier: {name}\nblueprint: A\n");
    let (a, b) = (one("a"), one("b"));
    for (text, name, left) in [
        (
            format!("# licence\n\n{a}---\n{b}"),
            "a",
            format!("# licence\n\n---\n{b}"),
        ),
        (
            format!("# licence\n---\n# a\n{a}---\n{b}"),
            "a",
            format!("# licence\n---\n{b}"),
        ),
        (
            format!("\u{feff}# licence\n{a}---\n{b}"),
            "a",
            format!("\u{feff}# licence\n---\n{b}"),
        ),
        (format!("{a}---\n{b}"), "a", format!("---\n{b}")),
        (
            format!("{a}---\n{b}\n# the end\n"),
            "b",
            format!("{a}# the end\n"),
        ),
        (
            format!("{a}---\n{b} # b\n# the\n\n# end"),
            "b",
            format!("{a}# the\n\n# end"),
        ),
        (format!("{a}---\n# b\n{b}"), "b", a.clone()),
        (
            format!("{a}---\n{{identifier: b, blueprint: A, title: \"x\n# y\"}}\n"),
            "b",
            a.clone(),
        ),
    ] {
        assert_eq!(taken(&text, name), left, "{text}");
    }
}
