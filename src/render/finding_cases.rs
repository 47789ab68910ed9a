//! What the drawings of findings do not show: odd files, odd lines, odd spans.

use crate::finding::Finding;
use crate::finding::codes::{E0001, E0201, E0301, E0308};
use crate::source::memory::snapshot;
use crate::source::{Refusal, Snapshot, SourceFile};
use crate::text::{FileId, Span};

use super::story::SUMMARY;
use super::{Color, findings, findings_json};

const FIRST: FileId = FileId(0);

fn one(text: &str, from: usize, to: usize) -> String {
    let files = snapshot([("a.yaml", text)]);
    let span = Span::new(
        FIRST,
        u32::try_from(from).unwrap(),
        u32::try_from(to).unwrap(),
    );
    drawn(&files, Finding::new(&E0301, span, "m").label("here"))
}

/// The drawing of one finding, without its first line and the summary.
fn drawn(files: &Snapshot, finding: Finding) -> String {
    let text = findings(files, &[finding], Color::Off, &SUMMARY);
    let (_, rest) = text.split_once('\n').unwrap();
    rest.split_once("\n\nfound").unwrap().0.to_owned()
}

#[test]
fn lines_end_in_any_way() {
    let crlf = "a: 1\r\nb: 2\r\n";
    assert_eq!(
        one(crlf, 9, 10),
        "  a.yaml:2:4\n     2 | b: 2\n       |    ^ here"
    );
    // The line end itself is marked behind the last character.
    assert_eq!(
        one(crlf, 4, 6),
        "  a.yaml:1:5\n     1 | a: 1\n       |     ^ here"
    );
    assert_eq!(
        one("a: 1", 4, 4),
        "  a.yaml:1:5\n     1 | a: 1\n       |     ^ here"
    );
    assert_eq!(
        one("a: 1\n", 5, 5),
        "  a.yaml:2:1\n     2 |\n       | ^ here"
    );
    assert_eq!(one("", 0, 0), "  a.yaml:1:1\n     1 |\n       | ^ here");
    assert_eq!(
        one("a: 1", 900, 950),
        "  a.yaml:1:5\n     1 | a: 1\n       |     ^ here"
    );
}

#[test]
fn a_byte_order_mark_is_no_column() {
    let text = "\u{feff}a: 1";
    assert_eq!(
        one(text, 0, 0),
        "  a.yaml:1:1\n     1 | a: 1\n       | ^ here"
    );
    assert_eq!(
        one(text, 3, 4),
        "  a.yaml:1:1\n     1 | a: 1\n       | ^ here"
    );
}

#[test]
fn a_span_of_several_lines_marks_its_first() {
    let text = "a:\n  b: 1\n  c: 2\n";
    assert_eq!(
        one(text, 5, 16),
        "  a.yaml:2:3\n     2 |   b: 1\n       |   ^^^^ here"
    );
}

#[test]
fn wide_characters_and_tabs_count_as_one() {
    assert_eq!(
        one("\t\u{1f6f6}\u{fc}: x", 9, 10),
        "  a.yaml:1:6\n     1 |  \u{1f6f6}\u{fc}: x\n       |      ^ here"
    );
}

#[test]
fn a_long_line_is_no_wider_than_a_screen() {
    let text = format!("a: [{}]\n", "\u{fc}12345, ".repeat(10_000));
    for from in [4, 40_004, text.len() - 3] {
        let text = one(&text, from, from + 1);
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
        assert!(text.contains("..."), "{text}");
    }
}

#[test]
fn a_file_without_text_keeps_its_label() {
    let files = Snapshot::new(vec![SourceFile {
        path: "a.yaml".to_owned(),
        text: Err(Refusal::Link),
        merged: false,
    }]);
    let finding = Finding::new(&E0001, Span::whole_file(FIRST), "m")
        .label("a link")
        .help("h");
    assert_eq!(
        drawn(&files, finding),
        "  a.yaml:1:1\n       | a link\n  help: h"
    );
}

#[test]
fn a_merged_file_says_so_at_its_place() {
    let files = Snapshot::new(vec![SourceFile {
        path: "a.yaml".to_owned(),
        text: Ok("a: 1".into()),
        merged: true,
    }]);
    let finding = Finding::new(&E0201, Span::new(FIRST, 0, 1), "m");
    assert_eq!(
        drawn(&files, finding),
        "  a.yaml:1:1 (text merge)\n     1 | a: 1\n       | ^"
    );
}

#[test]
fn labels_of_one_line_share_it_in_the_order_of_columns() {
    let files = snapshot([("a.yaml", "a: b\n")]);
    let finding = Finding::new(&E0201, Span::new(FIRST, 3, 4), "m")
        .label("second")
        .related(Span::new(FIRST, 0, 1), "first");
    assert_eq!(
        drawn(&files, finding),
        "  a.yaml:1:4\n     1 | a: b\n       | - first\n       |    ^ second"
    );
}

#[test]
fn warnings_and_errors_are_counted_apart() {
    let files = snapshot([("a.yaml", "a: b\n")]);
    let span = Span::new(FIRST, 0, 1);
    let all = [
        Finding::new(&E0201, span, "m"),
        Finding::new(&E0201, span, "n"),
        Finding::new(&E0308, span, "o"),
    ];
    let text = findings(&files, &all, Color::Off, &SUMMARY);
    assert!(
        text.contains("\nfound 2 errors and 1 warning in 1 of 41 files\n"),
        "{text}"
    );
    assert!(text.contains("\nwarning[E0308]: o\n"), "{text}");
    let text = findings(&files, &all[2..], Color::Off, &SUMMARY);
    assert!(
        text.ends_with(
            "found 1 warning in 1 of 41 files\n\
             next: `catalogc explain E0308` gives the reason and a repaired example\n"
        ),
        "{text}"
    );
}

#[test]
fn json_has_every_place() {
    let files = snapshot([("a.yaml", "a: \u{fc}b\n"), ("b.yaml", "c: d\n")]);
    let finding = Finding::new(&E0301, Span::new(FIRST, 5, 6), "m")
        .label_see("see there", Span::new(FileId(1), 3, 4))
        .related(Span::new(FIRST, 0, 1), "r");
    let text = findings_json(&files, &[finding], &SUMMARY);
    assert_eq!(text, include_str!("../../fixtures/render/findings.json"));
}
