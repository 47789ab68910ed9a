//! What a rule reads and may not be there, with the test that asks for it first.
//!
//! In: the place of a name and the expression that it ends. Out: a finding; what is below something
//! that may be absent is told with it.

use std::ops::Range;

use cedar_policy::Effect;

use crate::finding::Finding;
use crate::finding::codes::E0403;
use crate::policy::rule::{Origin, Rule};
use crate::policy::tokens::parts;

/// The finding of an attribute that is read without looking whether it is there.
pub(super) fn optional(rule: &Rule, place: &Range<usize>, range: &Range<usize>) -> Finding {
    let text = rule.text.as_str();
    let name = text.get(place.clone()).unwrap_or_default();
    let message = format!("`{name}` may be absent where the rule reads it");
    let base = text.get(range.start..place.start).unwrap_or_default();
    let base = base.trim_end_matches(['.', '[']);
    let mut help = format!("test it first: `{base} has {name} && ...`");
    let is_unless = parts(text)
        .iter()
        .any(|part| part.unless && part.range.start <= place.start && place.end <= part.range.end);
    // A test that fails takes back what forbids, and what a permit leaves out.
    if matches!(rule.origin, Origin::Approval { .. }) {
        help.push_str(&format!(
            "; this asks nobody where there is none, `if {base} has {name} then ... else true` does"
        ));
    } else if (rule.effect == Effect::Forbid) != is_unless {
        help.push_str(&format!(
            "; this lets pass what has none, `if {base} has {name} then ... else true` does not"
        ));
    }
    Finding::new(&E0403, rule.map.span(place), message)
        .label(ABSENT)
        .help(help)
}

/// The label of what is read and may not be there.
const ABSENT: &str = "not always there";

/// Takes a finding about a part of what another says may be absent into that: one test asks for
/// both, `context has after.replicas`. Gives whether it was one.
pub(super) fn is_taken_in(part: &Finding, whole: &mut Finding) -> bool {
    let is_absent = |it: &Finding| *it.code == E0403 && it.label == ABSENT;
    let is_next = part.span.file == whole.span.file && part.span.start == whole.span.end + 1;
    if !(is_absent(part) && is_absent(whole) && is_next) {
        return false;
    }
    let name = part.message.split('`').nth(1).unwrap_or_default();
    let help = whole.help.take();
    whole.help = help.map(|help| {
        let help = help.replace(" && ...", &format!(".{name} && ..."));
        help.replace(" then ... else", &format!(".{name} then ... else"))
    });
    true
}
