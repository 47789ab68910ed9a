//! What comes with a merge, is no error, and must be heard of by whoever reviews it: files that
//! nothing reads, which may have been meant as rules, secrets in plain text, characters that
//! nobody sees, names that look like others, logins that no forge gives, and rules that can never
//! hold.
//!
//! In: both sides. Out: a notice for each finding that the target does not have.

use std::collections::BTreeMap;

use crate::compile::Compiled;
use crate::finding::codes::{E0002, E0310, E0404, E0411};
use crate::finding::{Code, Finding};
use crate::plan::diff::Side;
use crate::plan::file::Notice;
use crate::plan::first::first;
use crate::plan::hide::Secrets;
use crate::plan::value::States;

/// What is found in the result and not on the target.
pub(super) fn notices(states: &States<'_>, secrets: &Secrets<'_>) -> Vec<Notice> {
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in told(states.before) {
        *known.entry(about(states.before, finding)).or_default() += 1;
    }
    let mut notices = Vec::new();
    for finding in told(states.after) {
        // A file may have one mistake twice: as many as the target has are nothing new.
        let left = known.get_mut(&about(states.after, finding));
        if let Some(left) = left.filter(|left| **left > 0) {
            *left -= 1;
            continue;
        }
        notices.push(Notice {
            text: finding.message.clone(),
            place: Some(states.place(Side::After, finding.span)),
        });
    }
    first(
        &mut notices,
        |left| format!("{left} more such warnings, `catalogc check` has all"),
        secrets,
    );
    notices
}

fn told(compiled: &Compiled) -> impl Iterator<Item = &Finding> {
    let all = compiled.findings.iter();
    let heard = |code: &Code| {
        [&E0002, &E0310, &E0404, &E0411].contains(&code) || Code::HELD.contains(&code)
    };
    all.filter(move |finding| heard(finding.code))
}

fn about<'c>(compiled: &'c Compiled, finding: &'c Finding) -> (&'c str, &'c str) {
    (compiled.snapshot.path(finding.span.file), &finding.message)
}
