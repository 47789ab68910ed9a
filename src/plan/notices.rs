//! What is said above the steps: all that a reviewer must know, and what looks like a slip.
//!
//! In: both sides and what was made of them. Out: notices, in the order in which they are told.

use std::collections::BTreeSet;

use crate::plan::file::{LikelyRename, Notice, Step};
use crate::plan::hide::Secrets;
use crate::plan::order::{self, Slot};
use crate::plan::stop::Made;
use crate::plan::{
    Asked, conditioned, ends, idle, lasting, likeness, outside, unmoved, warned, withdrawn,
};
use crate::policy::{BuiltIn, Rules};

/// What a reviewer must know before anything else.
pub(super) fn loud(
    asked: &Asked<'_>,
    rules: &Rules<'_>,
    steps: &[Step],
    adopted: &BTreeSet<String>,
) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut say = |text: String| notices.push(Notice { text, place: None });
    if rules.is_open_without_rules() {
        say("open catalog: no rule exists, everyone may do everything".to_owned());
    }
    if !asked.has_target {
        say(format!(
            "{} has no catalog: everything is adopted, nothing is run",
            asked.target.name
        ));
    }
    outside::notices(asked.outside)
        .into_iter()
        .for_each(&mut say);
    for path in adopted {
        say(format!(
            "{path} could not be read on the target: its entities are adopted, nothing is run"
        ));
    }
    let records = steps
        .iter()
        .filter(|step| step.built_in && step.action == BuiltIn::Record.word())
        .count();
    match records {
        0 => {}
        1 => say("1 change is recorded as already true, nothing is run for it".to_owned()),
        _ => say(format!(
            "{records} changes are recorded as already true, nothing is run for them"
        )),
    }
    notices
}

/// Who is a member for another time, what ends at another moment, what is claimed otherwise, what the merge makes doubtful, what looks renamed and is not
/// said to be, what is said to be and is not, what records nothing, and what is done in a circle.
pub(super) fn doubts(
    made: &Made<'_, '_>,
    slots: &[Slot],
    likely: &[LikelyRename],
    secrets: &Secrets<'_>,
) -> Vec<Notice> {
    let states = made.states;
    let mut all = lasting::notices(states, secrets);
    all.extend(ends::notices(states, made.drafts, secrets));
    all.extend(conditioned::notices(states, made.differences, secrets));
    all.extend(warned::notices(states, secrets));
    all.extend(withdrawn::notices(states, secrets));
    all.extend(likeness::notices(likely));
    all.extend(unmoved::notices(states, secrets));
    all.extend(idle::notices(states, made.differences, secrets));
    all.extend(order::circles(states, made.drafts, slots));
    all
}
