//! Each change in texts as people write them.

use super::{Change, Fix};
use crate::text::FileId;
use crate::text::Span;

fn span(text: &str, part: &str) -> Span {
    let at = text.rfind(part).unwrap();
    let end = at + part.len();
    Span::new(
        FileId(0),
        u32::try_from(at).unwrap(),
        u32::try_from(end).unwrap(),
    )
}

/// The text with `part`, where it stands last, changed.
fn changed(text: &str, part: &str, change: Change) -> Option<String> {
    let mut edits = Fix::new(span(text, part), change).edits(text)?;
    edits.sort();
    let mut new = text.to_owned();
    for edit in edits.iter().rev() {
        new.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    Some(new)
}

fn name(to: &str) -> Change {
    Change::Name {
        from: "CartApi".to_owned(),
        to: to.to_owned(),
    }
}

#[test]
fn a_name_keeps_its_quotes() {
    for (text, part, new) in [
        ("a: CartApi # x", "CartApi", "a: CartAPI # x"),
        ("a: \"CartApi\"", "\"CartApi\"", "a: \"CartAPI\""),
        ("a: 'CartApi'\r\n", "'CartApi'", "a: 'CartAPI'\r\n"),
    ] {
        assert_eq!(changed(text, part, name("CartAPI")).as_deref(), Some(new));
    }
    let quoted = changed("a: CartApi", "CartApi", name("1.20"));
    assert_eq!(quoted.as_deref(), Some("a: \"1.20\""));
    assert_eq!(
        changed("a: |\n  CartApi\n", "|\n  CartApi\n", name("B")),
        None
    );
    assert_eq!(
        changed("a: \"CartAp\\u0069\"", "\"CartAp\\u0069\"", name("B")),
        None
    );
}

#[test]
fn a_list_of_one_and_its_element_become_each_other() {
    let listed = |text, part| changed(text, part, Change::Listed);
    assert_eq!(listed("a: b # c", "b").as_deref(), Some("a: [b] # c"));
    assert_eq!(listed("a: b:c", "b:c").as_deref(), Some("a: [\"b:c\"]"));
    for several in ["b, c", "\"[b]\"", "'[b, c]'", "\"{b}\"", "b c", "\"\""] {
        let text = format!("a: {several}");
        assert_eq!(changed(&text, several, Change::Listed), None, "{several}");
    }
    let alone = |text: &str, list| changed(text, list, Change::Alone(span(text, "b")));
    assert_eq!(alone("a: [ b ] # c", "[ b ]").as_deref(), Some("a: b # c"));
    assert_eq!(alone("a:\n- b\nd: e", "- b").as_deref(), Some("a: b\nd: e"));
    assert_eq!(alone("a: [ # c\n  b]", "[ # c\n  b]"), None);
}

#[test]
fn a_key_goes_with_its_line_and_its_comment_stays() {
    let gone = |text: &str, value| changed(text, "m:", Change::Deleted(span(text, value)));
    assert_eq!(
        gone("a: b\r\nm: x\r\nc: d", "x").as_deref(),
        Some("a: b\r\nc: d")
    );
    assert_eq!(
        gone("a: b\nm: x # why\nc: d", "x").as_deref(),
        Some("a: b\n# why\nc: d")
    );
    assert_eq!(
        gone("{a: b, m: x, c: d}", "x").as_deref(),
        Some("{a: b, c: d}")
    );
    assert_eq!(gone("{a: b, m: x}", "x").as_deref(), Some("{a: b}"));
}

#[test]
fn what_stands_twice_goes_or_begins_a_document() {
    let again = |text: &str, key: &str| {
        let first = text.find(key).unwrap();
        let first = Span::new(FileId(0), u32::try_from(first).unwrap(), 0);
        changed(text, key, Change::Repeated(first))
    };
    assert_eq!(
        again("a: b\nc: d\nc: d\n", "c").as_deref(),
        Some("a: b\nc: d\n")
    );
    let begun = |text: &str, key| changed(text, key, Change::Begun);
    assert_eq!(
        begun("\u{feff}# x\r\na: b\r\n\r\n# y\r\na: c\r\n", "a: c").as_deref(),
        Some("\u{feff}# x\r\na: b\r\n\r\n---\r\n# y\r\na: c\r\n")
    );
    for text in [
        "a: b\nc: d\nc: e\n",
        "a: b\nc:\n  d: 1\nc:\n  d: 2\n",
        "{c: d, c: d}",
    ] {
        assert_eq!(again(text, "c"), None, "{text}");
    }
}

#[test]
fn typographic_quotes_are_replaced_where_there_are_no_others() {
    let text = "{\u{201c}a\u{201d}: \u{201c}b\u{201d}}";
    assert_eq!(
        changed(text, "a", Change::Straight).as_deref(),
        Some("{\"a\": \"b\"}")
    );
    assert_eq!(
        changed("{\u{201c}a\u{201d}: \"b\"}", "a", Change::Straight),
        None
    );
}

#[test]
fn a_bracket_that_begins_its_line_is_indented() {
    let text = "a:\n  b: [\n    1,\n  ]\n";
    assert_eq!(
        changed(text, "]", Change::Indented(1)).unwrap(),
        "a:\n  b: [\n    1,\n   ]\n"
    );
    assert_eq!(changed("a: [1]\n", "]", Change::Indented(1)), None);
}
