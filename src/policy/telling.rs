//! The parts of a file of policies that tell something of a value that is not to be shown.
//!
//! In: the text of the file, and whether a piece of it names such a value. Out: bytes of the
//! text, sorted and apart: the literals of each condition that names one, annotations and comments
//! about it, and the whole of what cannot be taken apart. Must not know why it is not shown.

use std::cmp::Reverse;
use std::ops::Range;

use crate::policy::tokens::{Sort, Token, parts, statements, tokens};

/// What of the text of a file of policies tells of what `names` finds in a piece of it.
pub fn telling(text: &str, names: &dyn Fn(&str) -> bool) -> Vec<Range<usize>> {
    if !names(text) {
        return Vec::new();
    }
    let is_meant = |range: &Range<usize>| text.get(range.clone()).is_none_or(names);
    let statements: Vec<(Range<usize>, bool)> = statements(text)
        .into_iter()
        .map(|range| (range.clone(), is_meant(&range)))
        .collect();
    let mut found = Vec::new();
    for (range, _) in statements.iter().filter(|(_, is_meant)| *is_meant) {
        let statement = text.get(range.clone()).unwrap_or_default();
        let literals = literals(statement, names).into_iter();
        found.extend(literals.map(|it| range.start + it.start..range.start + it.end));
    }
    for comment in comments(text) {
        let words = text.get(comment.clone()).unwrap_or_default();
        if names(words) || is_beside(&statements, &comment, words) {
            found.push(comment);
        }
    }
    found.sort_by_key(|range| (range.start, Reverse(range.end)));
    let mut done = 0;
    found.retain(|range| {
        let is_new = range.start >= done;
        done = done.max(range.end);
        is_new
    });
    found
}

/// What of a statement tells; all of it where its conditions cannot be found.
fn literals(statement: &str, names: &dyn Fn(&str) -> bool) -> Vec<Range<usize>> {
    let all = tokens(statement);
    if !is_whole(&all) {
        return std::iter::once(0..statement.len()).collect();
    }
    let conditions: Vec<Range<usize>> = parts(statement).into_iter().map(|it| it.range).collect();
    let mut found = Vec::new();
    for (n, token) in all.iter().enumerate() {
        let mut around = conditions.iter();
        let around = around.find(|it| it.start <= token.range.start && token.range.end <= it.end);
        let condition = around.and_then(|range| statement.get(range.clone()));
        let is_telling = if let Some(condition) = condition {
            is_literal(token) && names(condition)
        } else {
            // A name of an entity in the head is of no value; an annotation may be about one.
            let before = n.checked_sub(1).and_then(|n| all.get(n));
            let is_name = before.is_some_and(|before| before.is("::"));
            token.sort == Sort::String && !is_name && names(token.text)
        };
        if is_telling {
            found.push(token.range.clone());
        }
    }
    found
}

fn is_literal(token: &Token<'_>) -> bool {
    matches!(token.sort, Sort::String | Sort::Number) || token.is("true") || token.is("false")
}

/// Whether a statement has its end and every bracket its other one.
fn is_whole(all: &[Token<'_>]) -> bool {
    let mut depth = 0_usize;
    for token in all {
        if ["{", "(", "["].iter().any(|sign| token.is(sign)) {
            depth += 1;
        } else if ["}", ")", "]"].iter().any(|sign| token.is(sign)) {
            let Some(outside) = depth.checked_sub(1) else {
                return false;
            };
            depth = outside;
        }
    }
    depth == 0 && all.last().is_some_and(|last| last.is(";"))
}

/// The comments of a text.
fn comments(text: &str) -> Vec<Range<usize>> {
    let all = tokens(text);
    let starts = all.iter().map(|it| it.range.start).chain([text.len()]);
    let ends = std::iter::once(0).chain(all.iter().map(|it| it.range.end));
    let mut found = Vec::new();
    for (from, to) in ends.zip(starts) {
        let mut at = from;
        for line in text.get(from..to).unwrap_or_default().split_inclusive('\n') {
            if let Some(start) = line.find("//") {
                found.push(at + start..at + line.trim_end().len());
            }
            at += line.len();
        }
    }
    found
}

/// Whether a comment stands in a statement that is meant, or beside one and has a value.
fn is_beside(statements: &[(Range<usize>, bool)], comment: &Range<usize>, words: &str) -> bool {
    let next = statements.partition_point(|(it, _)| it.end <= comment.start);
    let is_meant = |n: Option<usize>| n.and_then(|n| statements.get(n)).is_some_and(|it| it.1);
    let is_inside = statements
        .get(next)
        .is_some_and(|(it, is_meant)| *is_meant && it.start < comment.start);
    let has_value = words.contains(|c: char| c.is_numeric() || matches!(c, '"' | '\'' | '`'));
    is_inside || has_value && (is_meant(Some(next)) || is_meant(next.checked_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::telling;

    /// The text with `*` for each part that tells of the pin.
    fn shown(text: &str) -> String {
        let mut shown = text.to_owned();
        let found = telling(text, &|piece| piece.contains("pin"));
        for range in found.into_iter().rev() {
            shown.replace_range(range, "*");
        }
        shown
    }

    #[test]
    fn the_literals_of_conditions_that_name_it_go_and_the_form_stays() {
        let cases = [
            (
                "permit (principal, action == Action::\"pin\", resource)\nwhen { resource.pin\n  == 1234 && resource.size < 9 };",
                "permit (principal, action == Action::\"pin\", resource)\nwhen { resource.pin\n  == * && resource.size < 9 };",
            ),
            (
                "forbid (principal, action, resource) unless { resource[\"pin\"] == \"a\" };",
                "forbid (principal, action, resource) unless { resource[*] == * };",
            ),
            (
                "@title(\"pin 12\")\n@id(\"7\")\npermit (principal, action, resource);",
                "@title(*)\n@id(\"7\")\npermit (principal, action, resource);",
            ),
            (
                "permit (a) when { b.size == 5 }; // 5",
                "permit (a) when { b.size == 5 }; // 5",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn a_comment_about_it_goes_and_so_does_one_with_a_value_beside_it() {
        let text = "// mostly\n// once 12\npermit (a) when { b.pin == 1 // or two\n}; // was 9\npermit (c); // 8\n// the pin\n";
        assert_eq!(
            shown(text),
            "// mostly\n*\npermit (a) when { b.pin == * *\n}; *\npermit (c); // 8\n*\n"
        );
    }

    #[test]
    fn what_cannot_be_taken_apart_goes_whole() {
        for text in [
            "permit (a) when { b.pin == 12 }",
            "permit (a) when { b.pin == 12 }};",
            "permit (a) when { (b.pin == 12 };",
            "permit (a) when { b.pin == \"12 };",
        ] {
            assert_eq!(shown(text), "*", "{text}");
        }
    }
}
