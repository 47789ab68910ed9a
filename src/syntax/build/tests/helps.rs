//! The helps for the commonest mistakes: they can be followed as they stand.

use crate::syntax::MergeKeys;
use crate::syntax::parse;
use crate::text::FileId;

#[test]
fn helps_repeat_what_was_written_and_can_be_followed() {
    for (text, help) in [
        ("a: b: c # d\n", "put the text in quotes: `a: \"b: c\"`"),
        (
            "a: say \"x\": y\n",
            "put the text in quotes: `a: 'say \"x\": y'`",
        ),
        ("a:b\nc: 1\n", "write `a: b`"),
        (
            "a:\n    b: 1\n  c: 2\n",
            "indent it by 4 like `b`, or by 0 like `a`",
        ),
        (
            "a: *.example.com\n",
            "put the text in quotes: `\"*.example.com\"`",
        ),
        (
            "a: {{ x }}/y\n",
            "put the whole value in quotes: `\"{{ x }}/y\"`",
        ),
        (
            "a: 9007199254740993\n",
            "put it in quotes if it is meant as text: `\"9007199254740993\"`",
        ),
        ("8080: a\n", "put it in quotes: `\"8080\"`"),
        ("- {a: b[c], d: e}\n", "put the text in quotes: `\"b[c]\"`"),
        ("- {a: b[c]}\n", "put the text in quotes: `\"b[c]\"`"),
        (
            "a: [b c[0] d, e]\n",
            "put the text in quotes: `\"b c[0] d\"`",
        ),
        ("a: [b\"q\"[0]]\n", "put the text in quotes"),
    ] {
        let (_, findings) = parse(FileId(0), text, MergeKeys::Resolved);
        let helps: Vec<&str> = findings.iter().filter_map(|f| f.help.as_deref()).collect();
        assert_eq!(helps, [help], "{text:?}");
    }
}
