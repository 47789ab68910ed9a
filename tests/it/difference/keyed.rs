//! Lists whose elements a key tells apart.

use super::{Pair, differs, is_same};

const ENV: &str = "env: {type: array, listKey: name, items: {type: object}}";

#[test]
fn the_order_of_a_keyed_list_means_nothing() {
    is_same(
        ENV,
        "env: [{name: A, value: 1}, {name: B, value: 2}]",
        "env: [{value: 2, name: B}, {name: A, value: 1.0}]",
    );
}

#[test]
fn list_key_on_an_array_of_objects_makes_its_elements_paths() {
    differs(
        ENV,
        "env: [{name: A, value: 1}, {name: PORT, value: 80}]",
        "env: [{name: PORT, value: 81}, {name: A, value: 1}]",
        &["properties.env[name=PORT].value 80 -> 81"],
    );
}

#[test]
fn an_element_that_comes_or_goes_is_one_change() {
    let one = "env: [{name: A, value: 1}]";
    let two = "env: [{name: PORT, value: 80}, {name: A, value: 1}]";
    let port = "{\"name\":\"PORT\",\"value\":80}";
    let comes = format!("properties.env[name=PORT] nothing -> {port}");
    let goes = format!("properties.env[name=PORT] {port} -> nothing");
    differs(ENV, one, two, &[&comes]);
    differs(ENV, two, one, &[&goes]);
    // A list that comes or goes is one whose elements do.
    let a = "{\"name\":\"A\",\"value\":1}";
    let comes = format!("properties.env[name=A] nothing -> {a}");
    let goes = format!("properties.env[name=A] {a} -> nothing");
    differs(ENV, "name: x", &format!("name: x\n{one}"), &[&comes]);
    differs(ENV, one, "env: []", &[&goes]);
    differs(ENV, "env: []", "", &["properties.env [] -> nothing"]);
}

#[test]
fn keys_that_are_missing_or_doubled_compare_the_whole_list() {
    differs(
        ENV,
        "env: [{name: A}, {name: A, value: 1}]",
        "env: [{name: A, value: 1}]",
        &[
            "properties.env [{\"name\":\"A\"},{\"name\":\"A\",\"value\":1}] -> [{\"name\":\"A\",\"value\":1}]",
        ],
    );
    differs(
        ENV,
        "env: [{name: A}]",
        "env: [{value: 1}]",
        &["properties.env [{\"name\":\"A\"}] -> [{\"value\":1}]"],
    );
}

#[test]
fn keyed_lists_stand_in_one_another_and_below_references() {
    differs(
        "env:\n  type: array\n  listKey: name\n  items: {$ref: \"#/$defs/element\"}\n  $defs: {element: {properties: {name: {type: string}, ports: {type: array, listKey: port}, tags: {type: array, uniqueItems: true}}}}",
        "env: [{name: A, ports: [{port: 80, to: 1}, {port: 81}], tags: [x, y]}]",
        "env: [{name: A, ports: [{port: 81}, {port: 80, to: 2}], tags: [y, x]}]",
        &["properties.env[name=A].ports[port=80].to 1 -> 2"],
    );
}

#[test]
fn a_list_that_gets_its_key_by_the_change_has_no_order() {
    let pair = Pair::service(
        ENV,
        "env: [{name: A}, {name: B}]",
        "env: [{name: B}, {name: A}]",
    );
    let unkeyed = "identifier: Service\nschema: {properties: {env: {type: array}}}\n";
    pair.on("base", super::SERVICE, unkeyed);
    assert_eq!(pair.changes(), [""; 0]);
}

/// The action of `properties.env[name=PORT]`.
fn fired(before: &str, after: &str) -> Vec<String> {
    let pair = Pair::service(ENV, before, after);
    let action = "identifier: move_port\noperation: day-2\nblueprint: Service\ntrigger: {changed: [\"properties.env[name=PORT]\"]}\n";
    pair.both("catalog/actions/move_port.yaml", action);
    pair.steps()
}

#[test]
fn a_claim_covers_its_element_and_everything_below_it() {
    let a = "{name: A, value: 1}";
    for after in [
        format!("env: [{{name: PORT, value: 81}}, {a}]"),
        format!("env: [{{name: PORT, value: 80, open: true}}, {a}]"),
        format!("env: [{a}]"),
    ] {
        let steps = fired(&format!("env: [{a}, {{name: PORT, value: 80}}]"), &after);
        assert_eq!(steps, ["move_port cart"], "{after}");
    }
    let others = fired(
        "env: [{name: PORT, value: 80}, {name: PORTS, value: 1}]",
        "env: [{name: PORTS, value: 2}, {name: PORT, value: 80}]",
    );
    assert_eq!(others, ["update cart"]);
}

/// What changes is decided by those who decide of it, however it is written.
#[test]
fn a_list_whose_elements_cannot_be_told_apart_fires_what_claims_an_element_that_changes() {
    let one = "env: [{name: PORT, value: 80}, {name: LOG}]";
    let doubled = "env: [{name: PORT, value: 80}, {name: PORT, value: 81}, {name: LOG}]";
    assert_eq!(fired(one, doubled), ["move_port cart", "update cart"]);
    let other = "env: [{name: PORT, value: 80}, {name: LOG}, {name: LOG}]";
    assert_eq!(fired(one, other), ["update cart"]);
}

#[test]
fn an_element_that_comes_fires_what_claims_a_part_of_it() {
    let pair = Pair::service(ENV, "env: []", "env: [{name: PORT, value: 1}]");
    let action = |id: &str, path: &str| {
        let text = format!(
            "identifier: {id}\noperation: day-2\nblueprint: Service\ntrigger: {{changed: [\"{path}\"]}}\n"
        );
        pair.both(&format!("catalog/actions/{id}.yaml"), &text);
    };
    action("a", "properties.env[name=PORT].value");
    action("b", "properties.env[name=PORT].open");
    assert_eq!(pair.steps(), ["a cart", "update cart"]);
}

#[test]
fn what_is_computed_of_a_list_does_not_follow_its_order() {
    let schema = format!("{ENV}\ntags: {{type: array, uniqueItems: true}}");
    let pair = Pair::service(
        &schema,
        "env: [{name: A, value: 80}, {name: B, value: 2}]\ntags: [{a: 1, b: 2}, x, 1.0]",
        "env: [{value: 2, name: B}, {name: A, value: 80}]\ntags: [x, 1, {b: 2, a: 1}]",
    );
    for side in ["base", "head"] {
        let path = pair.folder.path().join(side).join(super::SERVICE);
        let text = std::fs::read_to_string(path).unwrap()
            + "calculationProperties:\n  first: {calculation: \".properties.env[0].value\", type: number}\n  \
               tag: {calculation: \".properties.tags[1]\", type: string}\n";
        pair.on(side, super::SERVICE, &text);
        let folder = pair.folder.path().join(side);
        crate::program::run(&folder, &["why", "cart", "first"])
            .says("80")
            .exits(0);
        crate::program::run(&folder, &["why", "cart", "tag"])
            .says("x")
            .exits(0);
    }
    assert_eq!(pair.json()["steps"], serde_json::json!([]));
}

#[test]
fn an_element_is_claimed_however_its_number_is_written() {
    let numbered = ENV.replace("name", "port");
    let [before, after] = [
        "env: [{port: 1.0, to: 1}]",
        "env: [{port: 1.0, to: 2}, {port: 1.0}]",
    ];
    let pair = Pair::service(&numbered, before, after);
    let action = "identifier: move_port\noperation: day-2\nblueprint: Service\ntrigger: {changed: [\"properties.env[port=1]\"]}\n";
    pair.both("catalog/actions/move_port.yaml", action);
    assert_eq!(pair.steps(), ["move_port cart", "update cart"]);
}
