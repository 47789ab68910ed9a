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
        let is_fine = jsonschema::draft202012::options()
            .with_pattern_options(PatternOptions::regex())
            .build(&json!({ "pattern": pattern }))
            .is_ok();
        if is_fine {
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
