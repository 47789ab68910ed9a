//! Renames that nobody wrote down are told, with what to write.

use super::Pair;

const KINDS: &str = "identifier: Service
schema: {properties: {url: {type: string}}}
relations: {uses: {target: Service, many: true}}
";

fn told(before: &str, after: &str) -> Vec<String> {
    let pair = Pair::new(&[("catalog/blueprints/kinds.yaml", KINDS)]);
    pair.on("base", "catalog/entities/all.yaml", before).on(
        "head",
        "catalog/entities/all.yaml",
        after,
    );
    let notices = pair.plan().notices.into_iter().map(|it| it.text);
    notices.filter(|it| it.contains("movedFrom")).collect()
}

fn says(from: &str, to: &str) -> String {
    format!(
        "Service {to} looks like {from} under another name, and is planned as a deletion and a creation: to rename it, add `movedFrom: {from}`"
    )
}

#[test]
fn one_that_says_the_same_under_another_name_looks_renamed() {
    let one = |name: &str| {
        format!("{{identifier: {name}, blueprint: Service, properties: {{url: a}}}}\n")
    };
    assert_eq!(told(&one("cart"), &one("basket")), [says("cart", "basket")]);
    let moved = one("basket").replace("properties", "movedFrom: cart, properties");
    assert_eq!(told(&one("cart"), &moved), Vec::<String>::new());
}

#[test]
fn one_that_all_references_moved_to_looks_renamed() {
    let both = |name: &str, url: &str| {
        format!(
            "{{identifier: {name}, blueprint: Service, properties: {{url: {url}}}}}\n---\n{{identifier: shop, blueprint: Service, relations: {{uses: [{name}]}}}}\n"
        )
    };
    assert_eq!(
        told(&both("cart", "a"), &both("basket", "b")),
        [says("cart", "basket")]
    );
}

#[test]
fn what_is_like_several_or_says_nothing_is_not_guessed() {
    let one =
        |name: &str, more: &str| format!("---\n{{identifier: {name}, blueprint: Service{more}}}\n");
    let url = ", properties: {url: a}";
    let many = [one("x", url), one("y", url)].concat();
    assert_eq!(told(&one("cart", url), &many), Vec::<String>::new());
    assert_eq!(
        told(&one("cart", ""), &one("basket", "")),
        Vec::<String>::new()
    );
}

/// Services in a row, each using the one before it, with these names.
fn row(
    name: impl Fn(usize) -> String,
    properties: impl Fn(usize) -> String,
    many: usize,
) -> String {
    let one = |n: usize| {
        let uses = match n {
            0 => String::new(),
            n => format!(", relations: {{uses: [{}]}}", name(n - 1)),
        };
        let properties = properties(n);
        format!(
            "---\n{{identifier: {}, blueprint: Service, properties: {{url: \"{properties}\"}}{uses}}}\n",
            name(n)
        )
    };
    (0..many).map(one).collect()
}

fn renames(before: &str, after: &str) -> Vec<String> {
    let pair = Pair::new(&[("catalog/blueprints/kinds.yaml", KINDS)]);
    pair.on("base", "catalog/entities/all.yaml", before).on(
        "head",
        "catalog/entities/all.yaml",
        after,
    );
    let renames = pair.plan().renames.into_iter();
    renames
        .map(|it| format!("{} -> {}", it.from, it.to))
        .collect()
}

#[test]
fn all_of_a_set_that_points_at_itself_and_is_renamed_is_seen() {
    let values = |n: usize| format!("value-{n}");
    let before = row(|n| format!("s{n:03}"), values, 60);
    for name in [
        |n: usize| format!("s{n:03}-v2"),
        |n: usize| format!("shop-s{n:03}"),
    ] {
        let found = renames(&before, &row(name, values, 60));
        let all: Vec<String> = (0..60).map(|n| format!("s{n:03} -> {}", name(n))).collect();
        assert_eq!(found, all);
    }
}

#[test]
fn those_that_say_the_same_are_told_apart_by_what_they_point_at() {
    let old = row(|n| format!("s{n:03}"), |_| "same".to_owned(), 30);
    // Nothing but their places in the row differs, and no rule leads from name to name.
    let name = |n: usize| format!("t{:03}", (n * 7) % 30);
    let found = renames(&old, &row(name, |_| "same".to_owned(), 30));
    let all: Vec<String> = (0..30).map(|n| format!("s{n:03} -> {}", name(n))).collect();
    assert_eq!(found, all);
    // Two rows that are alike in everything are not told apart.
    let two = |a: &str, b: &str| {
        let one = |start: &str| row(|n| format!("{start}{n}"), |_| "same".to_owned(), 3);
        one(a) + &one(b)
    };
    assert_eq!(
        renames(&two("a", "b"), &two("c", "d")),
        Vec::<String>::new()
    );
}

#[test]
fn a_rule_of_names_pairs_what_says_the_same_and_what_repeats_its_name() {
    let old = row(|n| format!("s{n:03}"), |_| "same".to_owned(), 20);
    let new = row(|n| format!("s{n:03}-v2"), |_| "same".to_owned(), 20);
    assert_eq!(renames(&old, &new).len(), 20);
    let named =
        |name: fn(usize) -> String| row(name, move |n| format!("https://{}.example", name(n)), 20);
    let found = renames(
        &named(|n| format!("s{n:03}")),
        &named(|n| format!("x{n}-y")),
    );
    assert_eq!(found.len(), 20, "{found:?}");
    let other = |n: usize| format!("other-{n}");
    let changed = row(|n| format!("s{n:03}-v2"), other, 20);
    assert_eq!(renames(&old, &changed).len(), 20);
}

#[test]
fn many_are_told_in_a_line_and_the_first_of_them() {
    let values = |n: usize| format!("value-{n}");
    let (before, after) = (
        row(|n| format!("s{n:03}"), values, 60),
        row(|n| format!("s{n:03}-v2"), values, 60),
    );
    let told = told(&before, &after);
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(told[0].starts_with("60 likely renames, "), "{told:?}");
    assert_eq!(told[1], says("s000", "s000-v2"));
}
