//! What comes with a merge, is no error, and must be heard of by whoever reviews it: files that
//! nothing reads, which may have been meant as rules, and secrets in plain text.
//!
//! In: both sides. Out: a notice for each finding that the target does not have.

use std::collections::BTreeSet;

use crate::compile::Compiled;
use crate::finding::Finding;
use crate::finding::codes::{E0002, E0510, E0515};
use crate::plan::diff::Side;
use crate::plan::file::Notice;
use crate::plan::first::first;
use crate::plan::hide::Secrets;
use crate::plan::value::States;

/// What is found in the result and not on the target.
pub(super) fn notices(states: &States<'_>, secrets: &Secrets<'_>) -> Vec<Notice> {
    let known: BTreeSet<(&str, &str)> = told(states.before)
        .map(|finding| about(states.before, finding))
        .collect();
    let is_new = |finding: &&Finding| !known.contains(&about(states.after, finding));
    let mut notices: Vec<Notice> = told(states.after)
        .filter(is_new)
        .map(|finding| Notice {
            text: finding.message.clone(),
            place: Some(states.place(Side::After, finding.span)),
        })
        .collect();
    first(
        &mut notices,
        |left| format!("{left} more such warnings, `catalogc check` has all"),
        secrets,
    );
    notices
}

fn told(compiled: &Compiled) -> impl Iterator<Item = &Finding> {
    let all = compiled.findings.iter();
    all.filter(|finding| [&E0002, &E0510, &E0515].contains(&finding.code))
}

fn about<'c>(compiled: &'c Compiled, finding: &'c Finding) -> (&'c str, &'c str) {
    (compiled.snapshot.path(finding.span.file), &finding.message)
}
