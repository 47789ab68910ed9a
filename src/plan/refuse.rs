//! What stops all of a plan, and what a broken target lets through.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::Compiled;
use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::{E0214, E0233, E0237, E0243};
use crate::model::DocumentKind;
use crate::plan::Asked;
use crate::plan::diff::{Difference, Side};
use crate::plan::draft::{Doer, Draft, new_requests};
use crate::plan::file::{Covered, Notice, Step};
use crate::plan::guard::OVERRIDE;
use crate::plan::value::States;
use crate::policy::BuiltIn;
use crate::text::Text;

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
        // What the target could read elsewhere is not adopted by being moved here. Of what it
        // could read in part, in the same file, the rest is not known: it is no change.
        let known = difference.before.and_then(|id| before.catalog.entity(id));
        let is_unknown = known.is_none_or(|known| {
            known.broken && Some(before.snapshot.path(known.span.file)) == path
        });
        match path.filter(|path| is_unknown && unread.contains(path)) {
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

/// Actions that are fired while a mapping and what it reads change at once: which of the two
/// made the change that they follow from cannot be told.
pub(super) fn mixed(drafts: &[Draft<'_>], mappings: &BTreeSet<Text>) -> Vec<Notice> {
    let Some(mapping) = mappings.first() else {
        return Vec::new();
    };
    let fired: BTreeSet<&str> = drafts
        .iter()
        .filter(|draft| draft.request.is_none())
        .filter_map(|draft| match draft.doer {
            Doer::Action(action) => Some(action.identifier.value.as_str()),
            Doer::BuiltIn(_) => None,
        })
        .collect();
    fired
        .into_iter()
        .map(|action| Notice {
            text: format!(
                "{action} is fired while the mapping {mapping} changes together with what it reads: make two pull requests of it, the mapping first"
            ),
            place: None,
        })
        .collect()
}

/// Where the target's definitions are broken, only their repair passes.
pub(super) fn broken_target(states: &States<'_>, steps: &[Step]) -> Vec<Notice> {
    let broken = broken_definition(states.before).filter(|_| !steps.is_empty());
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

/// An error in what says who may do what: a definition that is wrong, or cannot be read at all.
/// What it would have forbidden is not known.
pub fn broken_definition(compiled: &Compiled) -> Option<&Finding> {
    const RULES: [&str; 2] = ["E04", "E05"];
    const FILES: [&str; 3] = ["E00", "E01", "E02"];
    let catalog = &compiled.catalog;
    let entities = catalog.entities.iter().map(|entity| entity.span.file);
    let requests = catalog.requests.iter().map(|request| request.span.file);
    let others: BTreeSet<_> = entities.chain(requests).collect();
    let is_mixed = |file| catalog.mixed_files.contains(&file);
    compiled.findings.iter().find(|finding| {
        let is_of = |subject: &&str| finding.code.id.starts_with(*subject);
        let file = finding.span.file;
        let is_below = is_below_entities(compiled.snapshot.path(file)) && !is_mixed(file);
        let is_definition =
            FILES.iter().any(is_of) && !is_below && !catalog.entity_files.contains(&file);
        // What is wrong with a value, wherever it stands, leaves the rules as they are.
        let is_rule = RULES.iter().any(is_of) && !finding.hides;
        finding.severity == Severity::Error
            && (is_definition || is_rule)
            && *finding.code != E0214
            && (!others.contains(&file) || is_mixed(file))
    })
}

/// Whether a file that cannot be read should have been entities or requests: its first folder
/// that says what a file is.
fn is_below_entities(path: &str) -> bool {
    let words = || DocumentKind::WORDS.iter();
    let kind = path
        .split('/')
        .find_map(|part| words().find(|(word, _)| *word == part));
    kind.is_some_and(|(_, kind)| matches!(kind, DocumentKind::Entities | DocumentKind::Requests))
}

/// Entities that disappear although their file is still there, because what it says is not
/// understood any more: that is no deletion.
pub(super) fn left_out(states: &States<'_>, differences: &[Difference]) -> Vec<Notice> {
    let after = states.after;
    let passed = after.excused.iter().map(|excused| &excused.finding);
    let all = after.findings.iter().chain(&after.off).chain(passed);
    let mut reasons: BTreeMap<&str, &Finding> = BTreeMap::new();
    for finding in all.filter(|it| [&E0233, &E0237, &E0243].contains(&it.code)) {
        let path = after.snapshot.path(finding.span.file);
        reasons.entry(path).or_insert(finding);
    }
    let gone = differences.iter().filter(|it| it.after.is_none());
    gone.filter_map(|difference| {
        let catalog = &states.before.catalog;
        let entity = catalog.entity(difference.before?)?;
        let finding = reasons.get(states.before.snapshot.path(entity.span.file))?;
        Some(Notice {
            text: format!(
                "{} is not read any more, which is no deletion: {}",
                entity.identifier.value, finding.message
            ),
            place: Some(states.place(Side::After, finding.span)),
        })
    })
    .collect()
}

/// Requests for which the target has no action: they cannot be decided by its rules.
pub(super) fn unanswered(states: &States<'_>) -> Vec<Notice> {
    let is_asked_for = |name: &str| {
        let action = states.before.catalog.find_action(name);
        action.map(|action| action.trigger.request.is_some())
    };
    new_requests(states)
        .into_iter()
        .filter(|request| {
            let name = request.action.value.as_str();
            name != OVERRIDE
                && name != BuiltIn::Record.word()
                && is_asked_for(name).is_none_or(|is_asked_for| !is_asked_for)
        })
        .map(|request| Notice {
            text: match is_asked_for(&request.action.value) {
                None => format!(
                    "the action {} is not on the target yet: ask for it once it is merged",
                    request.action.value
                ),
                Some(_) => format!(
                    "the action {} is not asked for by requests on the target",
                    request.action.value
                ),
            },
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
                text: format!(
                    "the request {} ran already as {ran}: ask again in a new file",
                    request.id.value
                ),
                place: Some(states.place(Side::After, request.id.span)),
            })
        })
        .collect()
}
