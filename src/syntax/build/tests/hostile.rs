//! Files that are made to take long, and texts that nobody wrote: reading ends, and what it says
//! has a place.

use crate::syntax::MergeKeys;
use crate::syntax::{limit, parse};
use crate::text::FileId;

/// Reads a text, and looks at what is said of it.
pub(super) fn is_sound(text: &str) {
    let (documents, findings) = parse(FileId(0), text, MergeKeys::Resolved);
    for finding in &findings {
        let (start, end) = (finding.span.start as usize, finding.span.end as usize);
        assert!(text.get(start..end).is_some(), "{finding:?} in {text:?}");
        assert!(!finding.message.ends_with('.'), "{finding:?}");
        assert!(
            finding.help.is_some() && !finding.label.is_empty(),
            "{finding:?}"
        );
        let help = finding.help.as_ref().map_or(0, String::len);
        assert!(help < 600, "{finding:?}");
    }
    let is_cut = documents.iter().any(|document| !document.complete);
    assert!(!is_cut || !findings.is_empty(), "{text:?}");
    assert!(documents.len() <= limit::DOCUMENTS + 1, "{text:?}");
    assert!(findings.len() <= 3 * limit::FINDINGS, "{text:?}");
}

/// Bits that make a file take long when they are repeated.
const REPEATED: &[&str] = &[
    "[",
    "{",
    "- ",
    "? ",
    "\"",
    "'",
    "a: ",
    "&a ",
    "*a ",
    "!",
    "#",
    "\n",
    "---\n",
    ": ",
    ",",
    "|\n",
    "<<<<<<< x\n",
    "\t",
    "%",
    "a: [\n---\n",
    "{}\n",
    "a: \"\\q\n---\n",
    "x\n",
    "{\"a\":",
    "[{",
    "a: 1\n",
    "identifier: a\nblueprint: b\n",
    "\u{200b}",
    "\r",
    "x",
    "a: |\n",
    "{{",
    "- \"a\n",
    "a: {b: [c, \"d\n",
    "- - x\n",
    "\u{1f468}\u{200d}",
    "...\n",
    "-\t",
    "- x\n    - y\n",
    "- &a x\n- *a\n",
    "// x\n",
    "a:b\n",
    "[1]\n",
    "a: b: c\n---\n",
    "\0",
    "- {a: 1}\n",
    "\u{feff}",
    "  ",
    "- [a, b]\n- {c: d}\n",
    "!!x ",
    "\\",
    "'' ",
    "\u{201c}a\u{201d}: b\n",
];

/// Files of `size` bytes, each of one kind.
fn files(size: usize) -> Vec<String> {
    let mut files: Vec<String> = REPEATED
        .iter()
        .map(|bit| bit.repeat(size / bit.len()))
        .collect();
    // A mistake behind much that is right.
    for bit in [
        "a: [1]\n",
        "# x\n",
        "- \"x\"\n",
        "- {a: [b, \"c\"]}\n",
        "\n",
    ] {
        for mistake in [
            "]",
            "\"x",
            " x: y: z",
            "\tb: 1",
            "{{ x",
            "a: 'b' c",
            "a: \"\\q\"",
            "*x",
        ] {
            files.push(bit.repeat(size / bit.len()) + mistake);
        }
    }
    let count = size / 16;
    files.push((0..count).map(|n| format!("k{n}: &a{n} 1\n")).collect());
    files.push((0..count).map(|n| format!("identifier{n}: 1\n")).collect());
    files.push((0..300).map(|n| " ".repeat(n) + "a:\n").collect());
    files.push("x: &x {a: 1, b: 2}\n".to_owned() + &"? {<<: *x}\n: *x\n".repeat(count));
    files
}

#[test]
fn hostile_files_end() {
    for text in files(64 << 10) {
        is_sound(&text);
    }
}

#[test]
fn texts_that_nobody_wrote_are_read_or_refused_at_a_place() {
    let mut state = 4711_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let bits: Vec<&str> = REPEATED.iter().chain(super::BITS).copied().collect();
    for _ in 0..20_000 {
        let text: String = (0..=random(24)).map(|_| bits[random(bits.len())]).collect();
        is_sound(&text);
    }
}
