//! What stops all of a plan, and what a broken target lets through.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::Compiled;
use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::E0214;
use crate::model::request::{BREAK_GLASS, OVERRIDE};
use crate::model::{Entity, EntityId};
use crate::plan::diff::{Difference, Side};
use crate::plan::draft::{Doer, Draft, new_requests};
use crate::plan::file::{Covered, Effectuation, Notice, Step};
use crate::plan::origin;
use crate::plan::origin::Mixed;
use crate::plan::value::States;
use crate::plan::{Asked, Spent};
use crate::policy::{BuiltIn, Rules};
use crate::syntax::MergeKeys;
use crate::syntax::parse_large;
use crate::text::Span;
use crate::text::visible;

/// What is adopted, and what is not.
#[derive(Default)]
pub(super) struct Adopted {
    /// The differences that are none of it.
    pub(super) rest: Vec<Difference>,
    /// The files that it stands in: they need `define`.
    pub(super) paths: BTreeSet<String>,
    /// The entities themselves, in the result.
    pub(super) entities: Vec<EntityId>,
    /// Why the plan is stopped, where a part may be adopted and another may not.
    pub(super) refusals: Vec<Notice>,
}

/// Takes out what is adopted and fires nothing: everything where the target has no catalog, and
/// entities of files that the target could not read, which a repair brings back. An entity of
/// several files is adopted if any of them could not be read.
pub(super) fn adopt(states: &States<'_>, asked: &Asked<'_>, all: Vec<Difference>) -> Adopted {
    if !asked.has_target {
        return Adopted::default();
    }
    let before = &states.before;
    let unread: BTreeSet<&str> = before
        .catalog
        .unread
        .iter()
        .map(|file| before.snapshot.path(*file))
        .collect();
    let mut adopted = Adopted::default();
    for difference in all {
        let now = origin::paths_on(states, Side::After, &difference);
        let back: BTreeSet<&str> = now.intersection(&unread).copied().collect();
        if back.is_empty() {
            adopted.rest.push(difference);
            continue;
        }
        let known = difference.before.and_then(|id| before.catalog.entity(id));
        let was = origin::paths_on(states, Side::Before, &difference);
        let is_adopted = match known {
            None => true,
            // What could be read of it in part, in the same file, is no change by the rest.
            Some(known) if known.broken && was.is_subset(&back) => true,
            // What the target could read elsewhere is not adopted by being moved here.
            Some(_) if !was.is_subset(&now) && was.is_disjoint(&back) => false,
            // Of the parts of one entity some could be read: if these change too, what the
            // others said before is not known, and nothing that would follow is.
            Some(known) => {
                let is_same = was
                    .iter()
                    .all(|path| back.contains(path) || is_same(states, path));
                if !is_same {
                    adopted
                        .refusals
                        .push(repaired_and_changed(states, known, &back));
                }
                is_same
            }
        };
        if is_adopted {
            adopted.paths.extend(back.into_iter().map(str::to_owned));
            adopted.entities.extend(difference.after);
        } else {
            adopted.rest.push(difference);
        }
    }
    adopted
}

/// Whether no byte of a file differs.
fn is_same(states: &States<'_>, path: &str) -> bool {
    let text = |side| states.file(side, path).map(|file| &file.text);
    text(Side::Before) == text(Side::After)
}

fn repaired_and_changed(states: &States<'_>, known: &Entity, back: &BTreeSet<&str>) -> Notice {
    let back: Vec<&str> = back.iter().copied().collect();
    Notice {
        text: format!(
            "{} changes while {}, which says a part of it, is repaired: make two pull requests of it, the repair first",
            known.identifier.value,
            visible(&back.join(", "))
        ),
        place: Some(states.place(Side::Before, known.identifier.span)),
    }
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

/// Actions that are fired by what a file and its reading may both have made: which of the two
/// it was cannot be told.
pub(super) fn mixed(drafts: &[Draft<'_>], mixed: &Mixed) -> Vec<Notice> {
    let fired: BTreeSet<(&str, &str)> = drafts
        .iter()
        .filter(|draft| draft.does != Effectuation::Run)
        .filter_map(|draft| match draft.doer {
            Doer::Action(action) => Some((
                action.identifier.value.as_str(),
                mixed.why((draft.before, draft.after))?,
            )),
            Doer::BuiltIn(_) => None,
        })
        .collect();
    fired
        .into_iter()
        .map(|(action, why)| Notice {
            text: format!("{action} is fired while {why}"),
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
    let reading = |file| catalog.files.reading(compiled.snapshot.path(file));
    let is_mixed = |file| reading(file).is_some_and(|it| it.may_have_all());
    let is_below = |file| {
        let path = compiled.snapshot.path(file);
        catalog.files.has_no_definitions(path) && !is_mixed(file)
    };
    let has_entities_alone = |file| reading(file).is_some_and(|it| it.has_entities_alone());
    compiled.findings.iter().find(|finding| {
        let is_of = |subject: &&str| finding.code.id.starts_with(*subject);
        let file = finding.span.file;
        let is_definition = FILES.iter().any(is_of) && !is_below(file) && !has_entities_alone(file);
        // What is wrong with a value, wherever it stands, leaves the rules as they are.
        let is_rule = RULES.iter().any(is_of) && !finding.hides;
        finding.severity == Severity::Error
            && (is_definition || is_rule)
            && *finding.code != E0214
            && (!others.contains(&file) || is_mixed(file))
            // A test gives no right and takes none.
            && !reading(file).is_some_and(|it| it.is_test())
    })
}

/// Entities that disappear, or lose a part, although their file is still there, because what it
/// says is not understood any more: that is no deletion.
pub(super) fn left_out(states: &States<'_>, differences: &[Difference]) -> Vec<Notice> {
    let mut places: BTreeMap<&str, Option<Span>> = BTreeMap::new();
    let mut refusal = |difference: &Difference| {
        let catalog = &states.before.catalog;
        let entity = catalog.entity(difference.before?)?;
        let [was, now] =
            [Side::Before, Side::After].map(|side| origin::paths_on(states, side, difference));
        let place = was.difference(&now).find_map(|path| {
            let place = places.entry(path);
            *place.or_insert_with(|| newly_left_out(states, path))
        })?;
        let what = match difference.after {
            None => "is not read any more, which is no deletion",
            Some(_) => "is not read whole any more, which is no change",
        };
        let name = &entity.identifier.value;
        Some(Notice {
            text: format!("{name} {what}: {}", why_left_out(states.after, place)),
            place: Some(states.place(Side::After, place)),
        })
    };
    differences.iter().filter_map(&mut refusal).collect()
}

/// The first document of a file that makes no entity and that the target does not leave out to
/// the letter: it may be the one that the entity stood in.
fn newly_left_out(states: &States<'_>, path: &str) -> Option<Span> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, text) in left_out_of(states.before, path) {
        *known.entry(text).or_default() += 1;
    }
    let mut is_new = |text: &str| match known.get_mut(text) {
        Some(left @ 1..) => {
            *left -= 1;
            false
        }
        _ => true,
    };
    let mut all = left_out_of(states.after, path).into_iter();
    all.find(|(_, text)| is_new(text)).map(|(place, _)| place)
}

/// The documents of a file that make no entity: a place in each, and what it says.
fn left_out_of<'s>(compiled: &'s Compiled, path: &str) -> Vec<(Span, &'s str)> {
    let all = &compiled.catalog.left_out;
    let Some(file) = compiled.snapshot.find(path) else {
        return Vec::new();
    };
    let from = all.partition_point(|place| place.file < file);
    let places = all.iter().skip(from);
    let places = places.take_while(|place| place.file == file);
    let places: Vec<Span> = places.copied().collect();
    if places.is_empty() {
        return Vec::new();
    }
    let text = compiled.snapshot.text(file);
    let (documents, _) = parse_large(file, text, MergeKeys::Resolved);
    let said = |place: Span| {
        let at = documents.partition_point(|document| document.root.span.end < place.end);
        let span = documents.get(at).map(|document| document.root.span);
        let span = span.filter(|span| span.start <= place.start);
        let said = span.and_then(|span| text.get(span.start as usize..span.end as usize));
        (place, said.unwrap_or(text).trim_end())
    };
    places.into_iter().map(said).collect()
}

fn why_left_out(compiled: &Compiled, place: Span) -> &str {
    let passed = compiled.excused.iter().map(|excused| &excused.finding);
    let mut all = compiled.findings.iter().chain(&compiled.off).chain(passed);
    all.find(|finding| finding.span == place)
        .map_or("what is written here is not understood", |finding| {
            &finding.message
        })
}

/// A result whose rules nobody could mend for a while, though those of the target could be.
pub(super) fn locked(states: &States<'_>, rules: &Rules<'_>) -> Vec<Notice> {
    let locked = |compiled: &Compiled| {
        let own = rules.beside(&compiled.catalog, &compiled.graph, &compiled.snapshot);
        own.locked(&compiled.snapshot)
    };
    let mut policies = states.after.catalog.policies.iter();
    let is_timed = policies.any(|it| states.after.snapshot.text(it.file).contains("now"));
    let text = is_timed.then(|| locked(states.after)).flatten();
    let text = text.filter(|_| locked(states.before).is_none());
    let notice = |text| Notice { text, place: None };
    text.map(notice).into_iter().collect()
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
                && name != BREAK_GLASS
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

/// Requests that ran before, or were merged and taken out: each id runs once ever, wherever its
/// file has been since, and what was taken back is not brought back unseen.
pub(super) fn spent(states: &States<'_>, spent: &Spent) -> Vec<Notice> {
    new_requests(states)
        .into_iter()
        .filter_map(|request| {
            let id = &request.id.value;
            let text = match (spent.ran.get(id.as_str()), spent.lost.get(id.as_str())) {
                (Some(ran), _) => format!("the request {id} ran already as {ran}: ask again in a new file"),
                (None, Some(commit)) => format!(
                    "the request {id} was merged before, and {commit} took it out: ask again in a new file with another name"
                ),
                (None, None) => return None,
            };
            Some(Notice {
                text,
                place: Some(states.place(Side::After, request.id.span)),
            })
        })
        .collect()
}
