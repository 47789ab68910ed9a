//! Values: what is null, absent, equal, a list and a set.

use super::{Pair, differs, is_same};

const FREE: &str = "free: {type: object}";

#[test]
fn a_null_property_is_an_absent_one() {
    is_same("n: {type: number}", "n: null\nname: a", "name: a");
    differs(
        "n: {type: number}",
        "n: 1",
        "n: null",
        &["properties.n 1 -> nothing"],
    );
}

#[test]
fn a_nested_null_is_a_value() {
    differs(
        FREE,
        "free: {c: null, d: 1}",
        "free: {d: 1}",
        &["properties.free.c null -> nothing"],
    );
    differs(
        FREE,
        "free: {d: 1}",
        "free: {c: null, d: 1}",
        &["properties.free.c nothing -> null"],
    );
    differs(
        FREE,
        "free: {c: null}",
        "free: {c: 0}",
        &["properties.free.c null -> 0"],
    );
}

#[test]
fn a_null_and_nothing_read_and_count_as_two_things() {
    let of = |before: &str, after: &str| {
        let pair = Pair::service(FREE, before, after);
        let plan = pair.plan();
        let text = pair.run("plan", &["--actor", "lin"]).exits(0).to_owned();
        (plan.steps[0].digest.clone(), text)
    };
    let (gone, said) = of("free: {c: null, d: 1}", "free: {d: 1}");
    assert!(said.contains("c null -> none"), "{said}");
    let (nulled, said) = of("free: {c: 1, d: 1}", "free: {c: null, d: 1}");
    assert!(said.contains("c 1 -> null"), "{said}");
    let (removed, said) = of("free: {c: 1, d: 1}", "free: {d: 1}");
    assert!(said.contains("c 1 -> none"), "{said}");
    assert_ne!(gone, nulled);
    assert_ne!(nulled, removed);
}

#[test]
fn one_is_one_point_zero() {
    is_same("n: {type: number}", "n: 1", "n: 1.0");
    is_same(FREE, "free: {n: [1, 2]}", "free: {n: [1.0, 2.0]}");
}

#[test]
fn the_text_of_a_number_is_no_number() {
    differs(
        FREE,
        "free: {n: 1}",
        "free: {n: \"1\"}",
        &["properties.free.n 1 -> \"1\""],
    );
}

#[test]
fn arrays_are_ordered_and_change_as_a_whole() {
    differs(
        "list: {type: array}",
        "list: [a, b]",
        "list: [b, a]",
        &["properties.list [\"a\",\"b\"] -> [\"b\",\"a\"]"],
    );
}

#[test]
fn unique_items_are_a_set() {
    let set = "list: {type: array, uniqueItems: true}";
    is_same(set, "list: [a, b]", "list: [b, a]");
    differs(
        set,
        "list: [b, a]",
        "list: [c, a]",
        &["properties.list [\"a\",\"b\"] -> [\"a\",\"c\"]"],
    );
}

#[test]
fn comments_order_and_quoting_are_no_difference() {
    is_same(
        FREE,
        "name: cart # it is\nfree: {a: 1, b: x}",
        "free:\n  b: \"x\"\n  a: 1\nname: 'cart'",
    );
}

#[test]
fn another_type_of_a_value_is_one_change() {
    differs(
        FREE,
        "free: {a: {b: 1}}",
        "free: {a: [1]}",
        &["properties.free.a {\"b\":1} -> [1]"],
    );
}
