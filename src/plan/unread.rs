//! Files that come into the catalog with a merge and that nothing reads.
//!
//! In: both sides. Out: a notice for each. No step shows them, and whoever wrote them may have
//! meant rules or settings.

use std::collections::BTreeSet;

use crate::compile::Compiled;
use crate::finding::Finding;
use crate::finding::codes::E0002;
use crate::plan::diff::Side;
use crate::plan::file::Notice;
use crate::plan::hide::Secrets;
use crate::plan::value::States;

/// How many are told.
const TOLD: usize = 10;

/// What the result does not read and the target does not have.
pub(super) fn notices(states: &States<'_>, secrets: &Secrets<'_>) -> Vec<Notice> {
    let known: BTreeSet<(&str, &str)> = unread(states.before)
        .map(|finding| about(states.before, finding))
        .collect();
    let is_new = |finding: &&Finding| !known.contains(&about(states.after, finding));
    let mut notices: Vec<Notice> = unread(states.after)
        .filter(is_new)
        .map(|finding| Notice {
            text: finding.message.clone(),
            place: Some(states.place(Side::After, finding.span)),
        })
        .collect();
    let left = notices.len().saturating_sub(TOLD);
    notices.truncate(TOLD);
    if left > 0 {
        notices.push(Notice {
            text: format!("{left} more files of the catalog are not read"),
            place: None,
        });
    }
    for notice in &mut notices {
        secrets.hide_in(&mut notice.text);
    }
    notices
}

fn unread(compiled: &Compiled) -> impl Iterator<Item = &Finding> {
    let all = compiled.findings.iter();
    all.filter(|finding| *finding.code == E0002)
}

fn about<'c>(compiled: &'c Compiled, finding: &'c Finding) -> (&'c str, &'c str) {
    (compiled.snapshot.path(finding.span.file), &finding.message)
}
