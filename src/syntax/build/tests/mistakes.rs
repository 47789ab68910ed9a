//! The words for the commonest mistakes: what is marked, and what is said.

use crate::syntax::MergeKeys;
use crate::syntax::parse;
use crate::text::FileId;

/// A text, the characters that are marked, and the message.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("a: \"x\nb: \"y\"\n", "\"", "the quote `\"` is not closed"),
    (
        "a:\n  b: \"x\n  c: 1\n",
        "\"",
        "the quote `\"` is not closed",
    ),
    ("a: 'it's'\n", "s", "text stands behind the closing quote"),
    ("a: \"x\" y\n", "y", "text stands behind the closing quote"),
    ("a: [1, 2\n", "[", "the bracket `[` is not closed"),
    ("a: [1, 2\nb: 3\n", "[", "the bracket `[` is not closed"),
    ("a: {b: 1\nc: 2\n", "{", "the bracket `{` is not closed"),
    ("a: [1, 2}\n", "}", "the bracket `[` is closed by `}`"),
    ("a: {b: 1]\n", "]", "the bracket `{` is closed by `]`"),
    ("a: {b: [1}\n", "[", "the bracket `[` is not closed"),
    (
        "a: \"x\" \"y\"\n",
        "\"y\"",
        "a second text in quotes stands behind the first",
    ),
    (
        "{\"a\": 1\n \"b\": 2}\n",
        "\"b\"",
        "a comma is missing before this",
    ),
    ("{\"a\": 1,\n", "{", "the bracket `{` is not closed"),
    ("[1, 2,, 3]", ",", "a value is missing before this comma"),
    (
        "{\"a\": 1, // x\n\"b\": 2}",
        "//",
        "`//` and `/*` begin no comment in YAML or JSON, this is a key",
    ),
    (
        "{\n  // c\n  \"a\": 1\n}",
        "//",
        "`//` and `/*` begin no comment in YAML or JSON, this is a key",
    ),
    ("{\"a\": 1}}", "}", "the bracket `}` closes nothing"),
    ("{\"a\": [1}", "[", "the bracket `[` is not closed"),
    ("a: ]\n", "]", "the bracket `]` closes nothing"),
    (
        "a: 1\n b: 2\n",
        "b",
        "`b` is indented below `a`, which has a value on its line",
    ),
    (
        "a:\n  b: 1\n c: 2\n",
        "c",
        "this line is indented by 1, which fits no line above it",
    ),
    (
        "  a: 1\nb: 2\n",
        "b",
        "this line is indented by 0, which fits no line above it",
    ),
    (
        "a:\n  - x\n - y\n",
        "-",
        "this line is indented by 1, which fits no line above it",
    ),
    (
        "a:\n  - x\n    - y\n",
        "-",
        "this line is part of the text above it, not an element of a list",
    ),
    (
        "a: x\n  - y\n",
        "-",
        "this line is part of the text above it, not an element of a list",
    ),
    (
        "- a\nb: 1\n",
        "b",
        "a key stands among the elements of a list",
    ),
    (
        "a:\n  - {b: 1}\n    c: 2\n",
        "c",
        "a key stands below an element that ends with its brace",
    ),
    ("a: 1\n- b\n", "-", "an element of a list stands among keys"),
    ("a: - b\n", "-", "a list begins on the line of its key `a`"),
    ("a:\n\tb: 1\n", "\t", "a tab stands in the indentation"),
    (
        "a:\n  b: 1\n\tc: 2\n",
        "\t",
        "a tab stands in the indentation",
    ),
    ("- \t- a\n", "\t", "a tab stands in the indentation"),
    (
        "a:b\nc: 1\n",
        ":",
        "a blank is missing behind the colon of `a`",
    ),
    (
        "c: 1\na:b\n",
        ":",
        "a blank is missing behind the colon of `a`",
    ),
    (
        "x:\n  a:b\n  c: d\n",
        ":",
        "a blank is missing behind the colon of `a`",
    ),
    (
        "a: b: c\n",
        ":",
        "a colon and a blank stand in a text without quotes",
    ),
    (
        "a: b c: d\n",
        ":",
        "a colon and a blank stand in a text without quotes",
    ),
    (
        "- a: b: c\n",
        ":",
        "a colon and a blank stand in a text without quotes",
    ),
    ("a: %x\n", "%", "a text cannot begin with `%`"),
    ("a: @x\n", "@", "a text cannot begin with `@`"),
    ("a: `x`\n", "`", "a text cannot begin with a backtick"),
    ("@x: 1\n", "@", "a text cannot begin with `@`"),
    ("%x\n", "%", "directives (`%...`) are not read"),
    (
        "a: *x\n",
        "*x",
        "`*x` is read as an alias, and no anchor before it has its name",
    ),
    ("a: *\n", "*", "a text cannot begin with `*`"),
    (
        "a: **x**\n",
        "**x**",
        "`**x**` is read as an alias, and no anchor before it has its name",
    ),
    (
        "*.x: 1\n",
        "*.x",
        "`*.x` is read as an alias, and no anchor before it has its name",
    ),
    ("a: & b\n", "&", "a text cannot begin with `&`"),
    ("a: &\n", "&", "a text cannot begin with `&`"),
    ("a: !\n", "!", "tags (`!...`) are not read"),
    ("a: ! x\n", "!", "tags (`!...`) are not read"),
    ("a: !!x\n", "!!x", "tags (`!...`) are not read"),
    ("a: !x!y z\n", "!x!y", "tags (`!...`) are not read"),
    ("!x", "!x", "tags (`!...`) are not read"),
    (
        "a: &x *y\n",
        "*y",
        "this stands behind a value that is complete",
    ),
    (
        "a: “x: y”\n",
        "“",
        "a typographic quote is no quote in YAML",
    ),
    (
        "“a”: [“b, c”]\n",
        "“a”",
        "`“a”` is in typographic quotes, which belong to the name",
    ),
    (
        "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n",
        "<<<<<<< HEAD",
        "a merge conflict is not resolved here",
    ),
    (
        "a:\n  b: |\n    x\n<<<<<<< HEAD\n    y\n=======\n",
        "<<<<<<< HEAD",
        "a merge conflict is not resolved here",
    ),
    (
        "{\n<<<<<<< HEAD\n \"a\": 1\n=======\n}",
        "<<<<<<< HEAD",
        "a merge conflict is not resolved here",
    ),
    (
        "a: {{ x }}\n",
        "{{ x }}",
        "a template stands here without quotes",
    ),
    (
        "a: {{ x }}-y\n",
        "{{ x }}",
        "a template stands here without quotes",
    ),
    (
        "{{ x }}\n",
        "{{ x }}",
        "a template stands here without quotes",
    ),
    (
        "from: {a: .x | {b: 1}, c: 2}\n",
        ".x | {b: 1}",
        "an expression stands here without quotes, and YAML reads its brackets",
    ),
    (
        "n: [range(3)] | length\n",
        "[range(3)] | length",
        "an expression stands here without quotes, and YAML reads its brackets",
    ),
    (
        "{{- if .x }}\na: 1\n{{- end }}\n",
        "{{- if .x }}",
        "a template stands here that YAML cannot read",
    ),
    (
        "{% if x %}\na: 1\n{% endif %}\n",
        "{% if x %}",
        "a template stands here that YAML cannot read",
    ),
    (
        "a: {% x %}\n",
        "{% x %}",
        "a template stands here that YAML cannot read",
    ),
    (
        "a: [{{ x }}, b]\n",
        "{{ x }}",
        "a template stands here without quotes",
    ),
    (
        "{\"a\": 1}\n{\"b\": 2}\n",
        "{",
        "a `---` is missing before this document",
    ),
    (
        "{\"a\": 1}\n[2]\n",
        "[",
        "a `---` is missing before this document",
    ),
    ("[1]\n[2]\n", "[", "a `---` is missing before this document"),
    ("a: 1\n{b: 2}\n", "{b", "this key stands where none can be"),
    (
        "\"a\" \"b\"\n",
        "\"b\"",
        "a second text in quotes stands behind the first",
    ),
    ("a: |x\n  b\n", "|", "text stands behind `|` on its line"),
    (
        "a: |\n b\nc\n",
        "c",
        "this line is neither a key with a value nor a part of a text",
    ),
    (
        "a: >-\n    b\n  c\n",
        "c",
        "this line is indented by 2, which fits no line above it",
    ),
    ("a: \"\\x\"\n", "\\x", "`\\x` is no escape in double quotes"),
    (
        "a: \"\\u12\"\n",
        "\\u12",
        "`\\u12` is no escape in double quotes",
    ),
    (
        "a: \"C:\\dir\"\n",
        "\\d",
        "`\\d` is no escape in double quotes",
    ),
    (
        "a: \"\\ud800\"\n",
        "\\ud800",
        "`\\ud800` is no escape in double quotes",
    ),
    (
        "a: x\0y\n",
        "\0",
        "a control character stands here, `\\u{0}`",
    ),
    ("a: \0\n", "\0", "a control character stands here, `\\u{0}`"),
    (
        "x\u{1}y",
        "\u{1}",
        "a control character stands here, `\\u{1}`",
    ),
    (
        "a: \"\u{1}\"\n",
        "\u{1}",
        "a control character stands here, `\\u{1}`",
    ),
    (
        "a: \"\u{7f}\u{9b}\"",
        "\u{9b}",
        "a character stands here that cannot be seen",
    ),
    (
        "a: \"\u{7f}\u{9b}\"",
        "\u{7f}",
        "a control character stands here, `\\u{7f}`",
    ),
    (
        "a: \"x\"#y\n",
        "#",
        "a blank is missing before this comment",
    ),
    ("a: 'x'y\n", "y", "text stands behind the closing quote"),
    (
        "key with no colon\nb: 1\n",
        "key with no colon",
        "this line has no colon, and a key stands below it",
    ),
    (
        "b: 1\nkey with no colon\n",
        "key with no colon",
        "this line is neither a key with a value nor a part of a text",
    ),
    (
        "b: 1\nkey with no colon\nc: 2\n",
        "key with no colon",
        "this line is neither a key with a value nor a part of a text",
    ),
    ("a: , b\n", ",", "a text cannot begin with `,`"),
    ("a: ? b\n", "?", "a text cannot begin with `?`"),
    ("a: -\n", "-", "a list begins on the line of its key `a`"),
    ("a: [-]\n", "-", "a text cannot begin with `-`"),
    ("a: [- b]\n", "-", "a `-` stands within brackets"),
    (
        "- {a: b[c], d: e}\n",
        "[",
        "a bracket stands in a text without quotes",
    ),
    (
        "a: [b{c}, d]\n",
        "{",
        "a bracket stands in a text without quotes",
    ),
    (
        "... x\n",
        "x",
        "something stands behind `...`, which ends a document",
    ),
    (
        "a: 1\n... x\n",
        "x",
        "something stands behind `...`, which ends a document",
    ),
    (
        "--- |\n a\nb",
        "b",
        "this line is neither a key with a value nor a part of a text",
    ),
    (
        "%YAML 1.2\n---\na: 1",
        "%",
        "directives (`%...`) are not read",
    ),
    ("a: \"x\\", "\"", "this quote is not closed"),
    (
        "a:\n  -b\n  -c: 1\n",
        "-",
        "a blank is missing behind this dash",
    ),
    ("a: 'x\n", "'", "the quote `'` is not closed"),
];

#[test]
fn the_commonest_mistakes_are_told_in_plain_words_at_their_characters() {
    for (text, marked, message) in MISTAKES {
        let (_, findings) = parse(FileId(0), text, MergeKeys::Resolved);
        let told: Vec<(&str, &str)> = findings
            .iter()
            .map(|f| {
                (
                    &text[f.span.start as usize..f.span.end as usize],
                    f.message.as_str(),
                )
            })
            .collect();
        assert!(told.contains(&(*marked, *message)), "{text:?} {told:?}");
        let errors = findings.iter().filter(|f| f.code.id == "E0101").count();
        assert!(errors <= 1, "{text:?} {told:?}");
    }
}
