//! Regular expressions of schemas, which must end in time that grows with the text alone.
//!
//! In: the keywords of a schema. Out: a finding for each expression that is refused, and why.

use jsonschema::PatternOptions;
use serde_json::json;

use crate::finding::Finding;
use crate::finding::codes::E0209;
use crate::syntax::Entry;
use crate::syntax::entry;

/// Regular expressions must end in time that grows with the text alone.
pub(super) fn patterns(entries: &[Entry], findings: &mut Vec<Finding>) {
    let pattern = entry(entries, "pattern")
        .and_then(|entry| Some((entry.node.as_str()?.to_owned(), entry.node.span)));
    let keys = entry(entries, "patternProperties").and_then(|entry| entry.node.as_mapping());
    let keys = keys
        .unwrap_or_default()
        .iter()
        .map(|entry| (entry.key.value.to_string(), entry.key.span));
    for (pattern, span) in pattern.into_iter().chain(keys) {
        if is_fine(&pattern) {
            continue;
        }
        let looks = ["(?=", "(?!", "(?<=", "(?<!"]
            .iter()
            .any(|sign| pattern.contains(sign));
        let refers = (1..=9).any(|n| pattern.contains(&format!("\\{n}")));
        let (what, help) = if looks {
            (
                "looks around, which may take for ever",
                "write what there may be, without `(?=`, `(?!` or `(?<`",
            )
        } else if refers {
            (
                "refers back to a group, which may take for ever",
                "write the repetition out, or check it elsewhere",
            )
        } else if is_fine(&uncounted(&pattern)) {
            (
                "is too large: its counts make it more states than are allowed",
                "write smaller counts, or bound the whole with `maxLength`",
            )
        } else {
            (
                "is no regular expression",
                "correct it; brackets and backslashes are the usual cause",
            )
        };
        findings.push(
            Finding::new(&E0209, span, format!("this pattern {what}"))
                .label("refused")
                .help(help),
        );
    }
}

fn is_fine(pattern: &str) -> bool {
    jsonschema::draft202012::options()
        .with_pattern_options(PatternOptions::regex())
        .build(&json!({ "pattern": pattern }))
        .is_ok()
}

/// A pattern without its counts: `a{2,1000}` as `a`.
fn uncounted(pattern: &str) -> String {
    let mut left = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, behind)) = rest.split_once('{') {
        left.push_str(before);
        let is_count = |it: &str| {
            it.starts_with(|c: char| c.is_ascii_digit())
                && it.chars().all(|c| c.is_ascii_digit() || c == ',')
        };
        let count = behind.split_once('}').filter(|(it, _)| is_count(it));
        if count.is_none() {
            left.push('{');
        }
        rest = count.map_or(behind, |(_, after)| after);
    }
    left.push_str(rest);
    left
}
