//! What stands behind a key, line by line, in a text that is not YAML.
//!
//! In: a text and a key. Out: the values that seem to stand behind it, in block or flow form,
//! quoted or plain. Comments and block texts hold none. A guess, for what is silenced by a
//! mistake only: quotes and brackets that were left open end with their line.

/// The pieces of a text between lines that begin with `---`, each with where it begins.
pub fn pieces(text: &str) -> Vec<(usize, &str)> {
    let mut starts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let is_mark = line
            .strip_prefix("---")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
        if is_mark && at > 0 {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| Some((*start, text.get(*start..end)?)))
        .collect()
}

/// Whether nothing stands in a text but blanks, comments and `---`.
pub fn is_blank(text: &str) -> bool {
    text.lines().all(|line| {
        let line = line.trim_start_matches('\u{feff}').trim();
        line.is_empty() || line.starts_with('#') || line == "---"
    })
}

/// The values behind each `key:` of a text.
pub fn values(text: &str, key: &str) -> Vec<String> {
    let mut found = Vec::new();
    // The indentation of the line whose value is a block text; its lines are deeper.
    let mut block: Option<usize> = None;
    for line in text.lines() {
        let line = line.trim_start_matches('\u{feff}');
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        if content.trim().is_empty() || block.is_some_and(|outer| indent > outer) {
            continue;
        }
        block = begins_block(content).then_some(indent);
        of_line(content, key, &mut found);
    }
    found
}

/// Whether a line ends with the sign of a block text (`|` or `>`) as its value.
fn begins_block(line: &str) -> bool {
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let sign = line.rsplit([' ', '\t']).next().unwrap_or("");
    let is_sign = sign
        .strip_prefix(['|', '>'])
        .is_some_and(|rest| rest.chars().all(|c| matches!(c, '+' | '-' | '1'..='9')));
    let before = line.len() - sign.len();
    is_sign
        && line
            .get(..before)
            .is_some_and(|before| before.trim_end().ends_with([':', '-']))
}

/// The values behind `key` in one line.
fn of_line(line: &str, key: &str, found: &mut Vec<String>) {
    let mut rest = line;
    // Whether a key may begin here.
    let mut begins = true;
    let mut depth = 0_usize;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        if first == '#' && before.is_whitespace() {
            return;
        }
        if begins && let Some(value) = behind(rest, key) {
            let (value, after) = scalar(value, depth > 0);
            found.extend((!value.is_empty()).then_some(value));
            (rest, begins, before) = (after, false, 'x');
            continue;
        }
        let is_quoted = begins && matches!(first, '"' | '\'');
        let length = if is_quoted {
            closed(rest).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let is_sign = |next: &str| next.is_empty() || next.starts_with([' ', '\t']);
        let next = rest.get(length..).unwrap_or("");
        begins = match first {
            ' ' | '\t' => begins,
            '{' | '[' if begins => {
                depth += 1;
                true
            }
            ',' => depth > 0,
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                false
            }
            '-' | '?' => begins && is_sign(next),
            ':' => is_sign(next) || (depth > 0 && matches!(before, '"' | '\'')),
            _ => false,
        };
        before = if is_quoted { '"' } else { first };
        rest = next;
    }
}

/// What stands behind `key` and its colon, where the text begins with both.
fn behind<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    let rest = match quote {
        Some(quote) => text.get(1..)?.strip_prefix(key)?.strip_prefix(quote)?,
        None => text.strip_prefix(key)?,
    };
    let rest = rest.trim_start_matches([' ', '\t']).strip_prefix(':')?;
    (quote.is_some() || rest.is_empty() || rest.starts_with([' ', '\t'])).then_some(rest)
}

/// The scalar that a text begins with, and what follows it.
fn scalar(text: &str, in_flow: bool) -> (String, &str) {
    let text = text.trim_start_matches([' ', '\t']);
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let end = closed(text).unwrap_or(text.len());
        let inner = text.get(1..end).unwrap_or("");
        let inner = inner.strip_suffix(quote).unwrap_or(inner);
        let value = match quote {
            '"' => inner.replace("\\\"", "\"").replace("\\\\", "\\"),
            _ => inner.replace("''", "'"),
        };
        return (value, text.get(end..).unwrap_or(""));
    }
    if text.starts_with('#') {
        return (String::new(), "");
    }
    let comment = text.find(" #").unwrap_or(text.len());
    let flow = text.find([',', '}', ']']).filter(|_| in_flow);
    let end = flow.map_or(comment, |end| end.min(comment));
    let value = text.get(..end).unwrap_or("").trim();
    // The line may be one of a flow mapping that began above it.
    let value = value.trim_end_matches([',', '}', ']', ' ']);
    // A bracket that nothing closes may be all that is wrong.
    let value = value.trim_start_matches(['[', '{', ' ']);
    (value.to_owned(), text.get(end..).unwrap_or(""))
}

/// One past the quote that closes the text in quotes at the beginning.
fn closed(text: &str) -> Option<usize> {
    let quote = text.chars().next()?;
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, char)) = chars.next() {
        let is_twice = || {
            text.get(at + 1..)
                .is_some_and(|rest| rest.starts_with('\''))
        };
        match char {
            '\\' if quote == '"' => {
                chars.next();
            }
            '\'' if quote == '\'' && is_twice() => {
                chars.next();
            }
            char if char == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{is_blank, pieces, values};

    #[test]
    fn values_of_a_key_are_found_in_every_form() {
        for (text, found) in [
            ("identifier: One # first", &["One"][..]),
            ("{\"identifier\": \"Two\", x", &["Two"]),
            (
                "[{\"identifier\":\"a\"},{\"identifier\":\"b\"}",
                &["a", "b"],
            ),
            ("{a: 1, identifier: b, c", &["b"]),
            ("- identifier : 'T ''3'", &["T '3"]),
            ("- - identifier: x", &["x"]),
            ("  identifier: a, b", &["a, b"]),
            ("a: {\n  identifier: b,\n", &["b"]),
            ("identifier: \"a \\\" b", &["a \" b"]),
            ("identifier: \"open\nidentifier: b", &["open", "b"]),
            ("identifier: [open", &["open"]),
        ] {
            assert_eq!(values(text, "identifier"), found, "{text}");
        }
    }

    #[test]
    fn comments_texts_and_other_keys_hold_none() {
        for text in [
            "# identifier: One",
            "a: b # identifier: One",
            "identifier: # One",
            "identifier:\nidentifier",
            "identifiers: no\nmyidentifier: no\nidentifier:no",
            "a: \"x, identifier: no\"",
            "a: b identifier: no",
            "a: |\n  identifier: no\n\n  identifier: no\nb: >-\n  identifier: no",
            "- |2\n    identifier: no",
        ] {
            assert!(values(text, "identifier").is_empty(), "{text}");
        }
    }

    #[test]
    fn pieces_are_parted_by_their_marks_alone() {
        let text = "a: 1\n---\nb: 2\n----\n--- # c\nd";
        let found: Vec<&str> = pieces(text).into_iter().map(|(_, piece)| piece).collect();
        assert_eq!(found, ["a: 1\n", "---\nb: 2\n----\n", "--- # c\nd"]);
        assert!(is_blank("\u{feff}---\n\n # no\n") && !is_blank("---\nx"));
        assert!(pieces("").len() == 1 && is_blank(""));
    }
}
