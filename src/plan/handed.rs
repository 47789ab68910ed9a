//! Entities that get another owner by a step that changes something else on the way to it.
//!
//! In: what leads to owners, and the drafts. Out: which entities each draft hands over, and the
//! approvals of both sides that it needs for that, unless its action says for itself who approves.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::EntityId;
use crate::plan::decide::Judge;
use crate::plan::diff::{Difference, Side};
use crate::plan::draft::Draft;
use crate::plan::effect::owner::{Led, is_cut, led};
use crate::plan::effect::twin;
use crate::plan::file::{ApprovalNeed, Effectuation, Notice};
use crate::plan::value::States;
use crate::policy::Rules;

/// The entities that drafts hand over.
#[derive(Debug, Default)]
pub(super) struct Handed {
    /// Those of each draft, on the target and in the result.
    by_draft: BTreeMap<usize, BTreeSet<(EntityId, EntityId)>>,
    /// All that may have another owner, and what leads there.
    pub(super) led: Led,
}

impl Handed {
    /// Finds them, but for actions that say for themselves who approves.
    pub(super) fn of(
        states: &States<'_>,
        differences: &[Difference],
        drafts: &[Draft<'_>],
        rules: &Rules<'_>,
    ) -> Self {
        let led = led(states, differences);
        let mut by: BTreeMap<(usize, &str), BTreeSet<(EntityId, EntityId)>> = BTreeMap::new();
        for (after, causes) in &led {
            let Some(before) = twin(states, Side::After, *after) else {
                continue;
            };
            for cause in causes {
                let all = by.entry((cause.difference, &cause.path)).or_default();
                all.insert((before, *after));
            }
        }
        let numbers: BTreeMap<_, usize> = (differences.iter().enumerate())
            .map(|(n, it)| ((it.before, it.after), n))
            .collect();
        let mut by_draft: BTreeMap<usize, BTreeSet<(EntityId, EntityId)>> = BTreeMap::new();
        let says = |draft: &Draft<'_>| {
            let action = draft.doer.action();
            action.is_some_and(|action| rules.says_who_approves(&action.identifier.value))
        };
        let drafts = drafts.iter().enumerate().filter(|(_, draft)| !says(draft));
        for (n, draft) in drafts {
            let Some(number) = numbers.get(&(draft.before, draft.after)).copied() else {
                continue;
            };
            let is_whole = matches!(draft.does, Effectuation::Create | Effectuation::Delete)
                && draft.changes.is_empty();
            let paths = draft.changes.iter().map(|change| change.path.as_str());
            let paths = paths.chain(is_whole.then_some(""));
            let found = paths.filter_map(|path| by.get(&(number, path)));
            let found: BTreeSet<(EntityId, EntityId)> = found.flatten().copied().collect();
            if !found.is_empty() {
                by_draft.insert(n, found);
            }
        }
        Self { by_draft, led }
    }

    /// What refuses a pull request of which nobody knows whom to ask.
    pub(super) fn refusals(&self) -> Vec<Notice> {
        if !is_cut(&self.led) {
            return Vec::new();
        }
        let text = "more entities may get another owner than are followed: \
                    make several pull requests";
        vec![Notice {
            text: text.to_owned(),
            place: None,
        }]
    }

    /// The entities that a draft may hand over, on the target and in the result.
    pub(super) fn by(&self, draft: usize) -> impl Iterator<Item = (EntityId, EntityId)> {
        self.by_draft.get(&draft).into_iter().flatten().copied()
    }

    /// The approvals that a draft needs for what it hands over, besides those that it has.
    pub(super) fn needs(
        &self,
        states: &States<'_>,
        judge: &Judge<'_, '_>,
        draft: usize,
        known: &[ApprovalNeed],
    ) -> Vec<ApprovalNeed> {
        let result = &states.after.catalog;
        let entities = self.by(draft);
        let entities = entities.filter_map(|(before, after)| Some((before, result.entity(after)?)));
        let needs = judge.rules.handed_along(result, entities).into_iter();
        let mut needs: Vec<ApprovalNeed> = needs.map(|need| judge.need(states, need)).collect();
        needs.retain(|need| {
            !known
                .iter()
                .any(|it| (&it.by, it.count) == (&need.by, need.count))
        });
        needs
    }
}
