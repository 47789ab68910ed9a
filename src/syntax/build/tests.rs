//! The builder on small texts, hostile ones, and both ways of reading against each other.

use super::{parse, plain};
use crate::syntax::Document;
use crate::syntax::MergeKeys;
use crate::text::FileId;
use serde_json::json;

mod helps;
mod hostile;
mod mistakes;

fn read(text: &str) -> (Vec<Document>, Vec<String>) {
    let (documents, findings) = parse(FileId(0), text, MergeKeys::Resolved);
    let told = |f: &crate::finding::Finding| {
        let marked = &text[f.span.start as usize..f.span.end as usize];
        format!("{} {marked:?} {}", f.code.id, f.message)
    };
    (documents, findings.iter().map(told).collect())
}

#[test]
fn every_key_and_value_knows_its_bytes() {
    let text = "\u{feff}a: \"\u{fc}\"\r\nlist:\r\n  - one\r\n  - {b: 2}\r\n";
    let (documents, findings) = read(text);
    assert!(findings.is_empty(), "{findings:?}");
    let root = &documents[0].root;
    assert_eq!(
        root.to_json(),
        json!({"a": "\u{fc}", "list": ["one", {"b": 2}]})
    );
    let (node, key) = root.follow(["list", "1", "b"]).unwrap();
    assert_eq!(&text[node.span.start as usize..node.span.end as usize], "2");
    assert_eq!(&text[key.start as usize..key.end as usize], "b");
    let list = root.get("list").unwrap().span;
    assert_eq!(
        &text[list.start as usize..list.end as usize],
        "- one\r\n  - {b: 2}"
    );
}

#[test]
fn own_keys_win_over_merged_ones_wherever_they_stand() {
    let (documents, findings) = read("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\n");
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(
        documents[0].root.get("y").unwrap().to_json(),
        json!({"b": 3, "a": 1})
    );
}

#[test]
fn duplicate_keys_are_found_after_resolution() {
    for text in [
        "a: 1\n\"\\x61\": 2\n",
        "{a: 1, 'a': 2}",
        "x: &x a\ny: {*x : 1, a: 2}",
    ] {
        let (_, findings) = read(text);
        assert_eq!(findings.len(), 1, "{text} {findings:?}");
        assert!(findings[0].starts_with("E0102"), "{findings:?}");
    }
    let many: String = (0..40).map(|n| format!("k{n}: 1\n")).collect();
    assert!(read(&many).1.is_empty());
    assert_eq!(read(&format!("{many}k3: 2\nk39: 2\n")).1.len(), 2);
}

#[test]
fn what_stands_before_a_mistake_is_kept() {
    let (documents, findings) = read("identifier: A\nproperties:\n  a: [1, 2\nb: 3\n");
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(!documents[0].complete);
    assert_eq!(
        documents[0].root.get("identifier").unwrap().as_str(),
        Some("A")
    );
}

#[test]
fn constructs_that_hide_a_value_are_refused_at_their_place() {
    for (text, code) in [
        ("a: !!binary aGk=", "E0104"),
        ("1: a", "E0104"),
        ("%YAML 1.1\n---\na: 1", "E0104"),
        ("a: .inf", "E0104"),
        ("own\u{200b}er: a", "E0105"),
        (
            "\u{201c}identifier\u{201d}: a\n\u{201c}b\u{201d}: c",
            "E0104",
        ),
        ("a: &x [*x]", "E0104"),
    ] {
        let (_, findings) = read(text);
        let errors: Vec<_> = findings
            .iter()
            .filter(|f| !f.starts_with("E0107"))
            .collect();
        assert_eq!(errors.len(), 1, "{text} {findings:?}");
        assert!(errors[0].starts_with(code), "{text} {findings:?}");
    }
}

#[test]
fn bombs_end_at_the_limits() {
    let mut laughs = String::from("a0: &a0 [lol, lol]\n");
    for n in 1..30 {
        laughs += &format!("a{n}: &a{n} [*a{}, *a{}, *a{}]\n", n - 1, n - 1, n - 1);
    }
    let mut tower = String::from("a0: &a0 [1]\n");
    for n in 1..5000 {
        tower += &format!("a{n}: &a{n} [*a{}]\n", n - 1);
    }
    let documents = "---\na: 1\n".repeat(101);
    for text in [
        laughs,
        tower,
        documents,
        "[".repeat(20_000),
        "- ".repeat(20_000),
    ] {
        let (_, findings) = read(&text);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].starts_with("E0103"), "{findings:?}");
    }
}

/// Both ways through a text, where the quick one takes it.
fn is_read_alike(text: &str) -> bool {
    let Some(quick) = plain::parse(FileId(0), text) else {
        return false;
    };
    let (documents, findings) =
        super::parse_fully(FileId(0), text, MergeKeys::Resolved, super::ORDINARY);
    assert!(findings.is_empty(), "{findings:?} in\n{text}");
    assert_eq!(documents.len(), 1, "{text}");
    assert_eq!(quick.root, documents[0].root, "{text}");
    true
}

/// A file as most are, with what the quick way takes.
const PLAIN: &str = "# Component Cart\n\nblueprint: Component\nidentifier: svc-cart-000012\n\
    title: Cart service 12\nteam: team-1  # owner\nempty:\nproperties:\n  replicas: 3 # sized\n  \
    url: https://cart.example/x#y\n  tags: [a, b-c, 1.5]\n  none: []\n  text: \"a: b\"\n  \
    other: 'x # y' # z\n  limits:\n    cpu: 100m\n    memory: 1Gi\n# between\n  on: true\n  \
    low: -3\nrelations:\n  system: sys\n  resources:\n    - one\n    # two\n    - \"three\"\n\n  last: x\n";

#[test]
fn the_quick_way_gives_the_same_tree() {
    let with_url = PLAIN.replace("x#y", "xy");
    assert!(is_read_alike(&with_url), "{with_url}");
    let shipped: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/shipped.rs"));
    let taken = shipped
        .iter()
        .filter(|(_, text)| is_read_alike(text))
        .count();
    assert!(taken > 10, "{taken}");
}

/// What is put into texts to mangle them.
const BITS: &[&str] = &[
    " ", "  ", "\n", "#", " #", ":", ": ", "-", "- ", "[", "]", "{", "}", ",", "\"", "'", "a", "1",
    "~", "\t", "|", ">", "&a ", "*a", "!t ", "%", "...", "---", "?", "? ", "@", "`", "\\", ".",
    "null", "\r",
];

#[test]
fn the_quick_way_gives_the_same_tree_when_a_text_is_mangled() {
    let mut state = 412_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let mut taken = 0;
    for _ in 0..20_000 {
        let mut text = PLAIN.to_owned();
        for _ in 0..=random(3) {
            let at = random(text.len());
            match random(3) {
                0 => text.insert_str(at, BITS[random(BITS.len())]),
                1 => drop(text.remove(at)),
                _ => {
                    let end = (at + random(12)).min(text.len());
                    text.replace_range(at..end, BITS[random(BITS.len())]);
                }
            }
        }
        taken += usize::from(is_read_alike(&text));
        hostile::is_sound(&text);
    }
    assert!(taken > 4_000, "{taken}");
}
