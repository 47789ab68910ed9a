//! What stops all of a plan, and what a broken target lets through.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Severity;
use crate::plan::Asked;
use crate::plan::diff::{Difference, Side};
use crate::plan::draft::{Doer, Draft, new_requests};
use crate::plan::file::{Covered, Notice, Step};
use crate::plan::guard::OVERRIDE;
use crate::plan::value::States;
use crate::policy::BuiltIn;

/// Takes out what is adopted and fires nothing: everything where the target has no catalog, and
/// entities of files that the target could not read, which a repair brings back. The paths of
/// those files come with it: they need `define`.
pub(super) fn adopt(
    states: &States<'_>,
    asked: &Asked<'_>,
    all: Vec<Difference>,
) -> (Vec<Difference>, BTreeSet<String>) {
    if !asked.has_target {
        return (Vec::new(), BTreeSet::new());
    }
    let before = &states.before;
    let unread: BTreeSet<&str> = before
        .catalog
        .unread
        .iter()
        .map(|file| before.snapshot.path(*file))
        .collect();
    let mut paths = BTreeSet::new();
    let mut differences = Vec::new();
    for difference in all {
        let entity = difference
            .after
            .and_then(|id| states.after.catalog.entity(id));
        let path = entity.map(|entity| states.after.snapshot.path(entity.span.file));
        match path.filter(|path| unread.contains(path)) {
            Some(path) => {
                paths.insert(path.to_owned());
            }
            None => differences.push(difference),
        }
    }
    (differences, paths)
}

/// Actions that are fired and changed at once: their definition would be trusted unread.
pub(super) fn used_and_changed(
    states: &States<'_>,
    drafts: &[Draft<'_>],
    coverage: &[Covered],
) -> Vec<Notice> {
    let defined = |kind: &str, name: &str| {
        let text = format!("{kind} {name} ");
        coverage.iter().any(|covered| {
            covered.action == BuiltIn::Define.word() && covered.text.starts_with(&text)
        })
    };
    let is_policy = |covered: &&Covered| {
        covered.action == BuiltIn::Define.word() && covered.text.starts_with("policy ")
    };
    let policy = coverage.iter().find(is_policy);
    let mut refused = BTreeSet::new();
    for draft in drafts {
        let Doer::Action(action) = draft.doer else {
            continue;
        };
        let name = &action.identifier.value;
        let place = Some(states.place(Side::Before, action.identifier.span));
        let split = "make two pull requests of it, the definition first";
        if defined("action", name) {
            refused.insert(Notice {
                text: format!("the action {name} is used and changed at once: {split}"),
                place: place.clone(),
            });
        }
        if let Some(call) = action
            .calls
            .iter()
            .find(|call| defined("connector", &call.connector.value))
        {
            let text = format!(
                "the connector {} is used and changed at once: {split}",
                call.connector.value
            );
            refused.insert(Notice {
                text,
                place: place.clone(),
            });
        }
        if let Some(policy) = policy {
            refused.insert(Notice {
                text: format!(
                    "{name} is asked for while the policy {} changes: {split}",
                    policy.path
                ),
                place,
            });
        }
    }
    refused.into_iter().collect()
}

/// Where the target's definitions are broken, only their repair passes.
pub(super) fn broken_target(states: &States<'_>, steps: &[Step]) -> Vec<Notice> {
    const DEFINITIONS: [&str; 4] = ["E02", "E04", "E05", "E01"];
    if steps.is_empty() {
        return Vec::new();
    }
    let entities: BTreeSet<_> = states
        .before
        .catalog
        .entities
        .iter()
        .map(|entity| entity.span.file)
        .collect();
    let requests: BTreeSet<_> = states
        .before
        .catalog
        .requests
        .iter()
        .map(|request| request.span.file)
        .collect();
    let broken = states.before.findings.iter().find(|finding| {
        finding.severity == Severity::Error
            && DEFINITIONS
                .iter()
                .any(|subject| finding.code.id.starts_with(subject))
            && !entities.contains(&finding.span.file)
            && !requests.contains(&finding.span.file)
    });
    broken
        .map(|finding| Notice {
            text: format!(
                "the target's definitions are broken, only their repair may be merged: {}",
                finding.message
            ),
            place: Some(states.place(Side::Before, finding.span)),
        })
        .into_iter()
        .collect()
}

/// Requests for which the target has no action: they cannot be decided by its rules.
pub(super) fn unanswered(states: &States<'_>) -> Vec<Notice> {
    new_requests(states)
        .into_iter()
        .filter(|request| {
            let name = request.action.value.as_str();
            name != OVERRIDE
                && name != BuiltIn::Record.word()
                && states.before.catalog.find_action(name).is_none()
        })
        .map(|request| Notice {
            text: format!(
                "the action {} is not on the target yet: ask for it once it is merged",
                request.action.value
            ),
            place: Some(states.place(Side::After, request.action.span)),
        })
        .collect()
}

/// Requests that ran before: each id runs once ever, wherever its file has been since.
pub(super) fn spent(states: &States<'_>, spent: &BTreeMap<String, String>) -> Vec<Notice> {
    new_requests(states)
        .into_iter()
        .filter_map(|request| {
            let ran = spent.get(request.id.value.as_str())?;
            Some(Notice {
                text: format!("the request {} ran already as {ran}: ask again in a new file", request.id.value),
                place: Some(states.place(Side::After, request.id.span)),
            })
        })
        .collect()
}
