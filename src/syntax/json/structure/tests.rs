//! Texts that are nearly JSON, and the sign of each that is at fault.

use super::fault;

#[test]
fn the_sign_at_fault_is_the_one_without_which_the_rest_fits() {
    for (text, at, message) in [
        (
            "{\"s\": [\n  {\"n\":\"a\"}\n  }\n ],\n \"t\":1}",
            22,
            "the bracket `}` closes nothing, `[` is still open",
        ),
        ("{\"a\": [1, 2}", 11, "`[` is not closed before `}`"),
        (
            "{\"a\": [1}, \"b\": 2}",
            8,
            "the bracket `[` is closed by `}`",
        ),
        ("[1, 2}", 5, "the bracket `[` is closed by `}`"),
        (
            "{\"a\": 1\n}},\n \"b\": 2}",
            9,
            "the bracket `}` closes nothing",
        ),
        (
            "{\"a\": 1},\n \"b\": 2}",
            7,
            "the bracket `}` closes everything, and more follows",
        ),
        (
            "[{\"a\": 1}\n][{\"b\": 2}]",
            11,
            "a second value follows the first, and a file of JSON has one",
        ),
        (
            "{\"s\": \"a\n",
            8,
            "this is not JSON: the file ends before `\"` is closed",
        ),
        (
            "{\"s\": \"a\n}",
            6,
            "the quote `\"` is not closed on its line",
        ),
        (
            "{\"a\": \u{201c}x\u{201d}}",
            6,
            "`\u{201c}` opens no text: it is a typographic quote",
        ),
        (
            "{\"a\": \"x\u{201d}, \"b\": \"y\"}",
            8,
            "`\u{201d}` closes no text: it is a typographic quote",
        ),
        (
            "{\"a\": \"x\u{201d}\n}",
            8,
            "`\u{201d}` closes no text: it is a typographic quote",
        ),
        (
            "terraform/x.tf\n",
            0,
            "this is not JSON: it begins with `terraform/x.tf`",
        ),
    ] {
        let fault = fault(text).unwrap();
        assert_eq!((fault.start, &*fault.message), (at, message), "{text}");
    }
}

#[test]
fn what_other_readers_say_as_well_is_left_to_them() {
    for text in [
        "{\"a\": 1}",
        "{a: 1}",
        "{\"a\": [1, 2,]}",
        "{\"a\": \"\u{201c}x\u{201d} is said\" 1}",
        "{\"a\": 01}",
        "{\"a\": 1",
        "",
    ] {
        assert_eq!(fault(text).map(|it| it.message), None, "{text}");
    }
}
