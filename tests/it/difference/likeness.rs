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
