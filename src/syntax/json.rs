//! Files that say they are JSON: what a program that reads JSON would refuse in them.
//!
//! In: a text that is YAML, as most of what is nearly JSON is. Out: the first place where it is
//! no JSON. A comma too many hides nothing here, but whoever else reads the file stops at it.

use serde::de::IgnoredAny;

use crate::finding::Finding;
use crate::finding::codes::E0101;
use crate::text::{FileId, Span};

mod structure;

/// That a text is no JSON.
#[derive(Debug, PartialEq)]
pub struct JsonFault {
    /// The first place where it is none.
    pub finding: Finding,
    /// Whether it is a comment, a bracket, a quote or the end of the file, which reads as something
    /// else in YAML.
    pub is_plain: bool,
    /// Whether the documents behind the first are none.
    pub is_one: bool,
}

/// Quotes that word processors write in place of `"`.
const TYPOGRAPHIC: [char; 4] = ['\u{201c}', '\u{201d}', '\u{201e}', '\u{201f}'];

/// A sign at fault, in words.
struct Fault {
    start: usize,
    len: usize,
    message: String,
    label: String,
    help: String,
    /// Another sign that belongs to it: its place and what it is.
    opened: Option<(usize, &'static str)>,
}

impl Fault {
    fn told(self, file: FileId) -> JsonFault {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let span = |at: usize, len: usize| Span::new(file, place(at), place(at + len));
        let finding = Finding::new(&E0101, span(self.start, self.len), self.message)
            .label(self.label)
            .help(self.help);
        JsonFault {
            finding: match self.opened {
                Some((at, label)) => finding.related(span(at, 1), label),
                None => finding,
            },
            is_plain: true,
            is_one: true,
        }
    }
}

/// Whether and why a text is no JSON.
pub fn json_fault(file: FileId, text: &str) -> Option<JsonFault> {
    let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let body = text.get(start..).unwrap_or_default();
    let error = serde_json::from_str::<IgnoredAny>(body).err()?;
    if let Some(fault) = structure::fault(text) {
        return Some(fault.told(file));
    }
    let at = start + offset(body, error.line(), error.column());
    let here = text.get(at..).and_then(|rest| rest.chars().next());
    let len = here.filter(|c| *c != '\n' && *c != '\r');
    let end = at + len.map_or(0, char::len_utf8);
    let told = error.to_string();
    let told = told.split(" at line ").next().unwrap_or_default();
    if !body.trim().is_empty() && error.is_eof() {
        return Some(JsonFault {
            finding: ends(file, text),
            is_plain: true,
            is_one: false,
        });
    }
    let rest = text.get(at..).unwrap_or_default();
    let is_comment = ["//", "/*", "#"].iter().any(|it| rest.starts_with(it));
    let (why, help) = if is_comment {
        (
            "it has no comments",
            "delete the comment: programs that read JSON refuse the file with it",
        )
    } else if body.trim().is_empty() {
        (
            "the file is empty",
            "write `{}` or `[]`, or delete the file",
        )
    } else if matches!(here, Some('}' | ']'))
        && matches!(told, "key must be a string" | "expected value")
    {
        words("trailing comma")
    } else {
        words(told)
    };
    // The comma is what is wrong, and the parser stops behind it.
    let before = text.get(..at).unwrap_or_default().trim_end();
    let is_comma = why == words("trailing comma").0 && before.ends_with(',');
    let (at, end) = if is_comma {
        (before.len() - 1, before.len())
    } else {
        (at, end)
    };
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let finding = Finding::new(
        &E0101,
        Span::new(file, place(at), place(end)),
        format!("this is not JSON: {why}"),
    );
    let label = if is_comment {
        "a comment"
    } else {
        "cannot be read from here"
    };
    Some(JsonFault {
        finding: finding.label(label).help(help),
        is_plain: is_comment,
        is_one: false,
    })
}

/// The finding that a text ends before what it began.
fn ends(file: FileId, text: &str) -> Finding {
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let end = place(text.trim_end().len());
    let Some((at, opened)) = open(text) else {
        return Finding::new(
            &E0101,
            Span::new(file, end, end),
            "this is not JSON: the file ends before the value does",
        )
        .label("the file ends here")
        .help("write the rest of the value");
    };
    let close = match opened {
        '{' => '}',
        '[' => ']',
        other => other,
    };
    Finding::new(
        &E0101,
        Span::new(file, end, end),
        format!("this is not JSON: the file ends before `{opened}` is closed"),
    )
    .label("the file ends here")
    .related(Span::new(file, place(at), place(at + 1)), "opened here")
    .help(format!(
        "write what is missing, and `{close}`; the file may have been cut off"
    ))
}

/// The last quote or bracket of a text that is not closed.
fn open(text: &str) -> Option<(usize, char)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let is_text = open.last().is_some_and(|(_, opened)| *opened == '"');
        match c {
            '\\' if is_text => {
                chars.next();
            }
            '"' if is_text => {
                open.pop();
            }
            '"' | '{' | '[' if !is_text => open.push((at, c)),
            '}' | ']' if !is_text => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

/// Where a line and a column of bytes are, both counted from one.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let mut at = (before + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What the parser says, and what to do about it.
fn words(told: &str) -> (&str, &'static str) {
    match told {
        "trailing comma" => (
            "a comma stands before the closing bracket",
            "delete the comma",
        ),
        "key must be a string" => (
            "a key has no double quotes",
            "put the key in double quotes: `\"key\"`",
        ),
        "expected value" | "expected ident" => (
            "there is no value",
            "write a value: texts stand in double quotes, and JSON has no comments",
        ),
        "expected `:`" => (
            "a colon is missing",
            "write `:` between the key and its value",
        ),
        "expected `,` or `}`" | "expected `,` or `]`" => (
            "a comma or the closing bracket is missing",
            "put a comma between the elements, or close the bracket",
        ),
        "trailing characters" => (
            "something follows the value",
            "make one value of the file: a list of all, or delete what follows",
        ),
        "invalid number" | "number out of range" => (
            "a number is not written as JSON has it",
            "write it without `+`, without zeros before it, or in quotes",
        ),
        other => (other, "write it as JSON has it"),
    }
}

#[cfg(test)]
mod tests {
    use super::json_fault;
    use crate::text::FileId;

    #[test]
    fn what_is_yaml_and_no_json_is_found_at_its_characters() {
        for (text, marked, why) in [
            (
                "{\"a\": {},}",
                ",",
                "a comma stands before the closing bracket",
            ),
            (
                "{\"a\": [1, 2,]}",
                ",",
                "a comma stands before the closing bracket",
            ),
            ("{a: 1}", "a", "a key has no double quotes"),
            ("{\"a\": 'x'}", "'", "there is no value"),
            ("{\"a\"}", "}", "a colon is missing"),
            ("{\"a\": 1} # no", "#", "it has no comments"),
            ("{\n  // no\n  \"a\": 1}", "/", "it has no comments"),
            ("{\"a\": [1, ", "", "the file ends before `[` is closed"),
            (
                "{\"a\": \"x\\\" [",
                "",
                "the file ends before `\"` is closed",
            ),
            ("{\"a\": NaN}", "N", "there is no value"),
            ("{\"a\": 01}", "1", "a number is not written as JSON has it"),
            ("a: 1\n", "a: 1", "it begins with `a: 1`"),
            ("", "", "the file is empty"),
            (
                "\u{feff}{\"a\": 1,}",
                ",",
                "a comma stands before the closing bracket",
            ),
            (
                "{\"\u{fc}\": 1,\n \"b\": 2,\n}",
                ",",
                "a comma stands before the closing bracket",
            ),
        ] {
            let finding = json_fault(FileId(0), text).unwrap().finding;
            let place = finding.span.start as usize..finding.span.end as usize;
            assert_eq!(&text[place], marked, "{text} {finding:?}");
            assert!(finding.message.ends_with(why), "{text} {finding:?}");
        }
        for text in ["{}", "[]", "\u{feff}[1.5e3, \"x\", null]\r\n", "3"] {
            assert_eq!(json_fault(FileId(0), text), None, "{text}");
        }
    }
}
