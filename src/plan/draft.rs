//! Which actions follow from the difference: those whose trigger matches, and the built-in
//! ones for what nobody claims.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::finding::codes::E0505;
use crate::model::path;
use crate::model::{Action, Entity, EntityId, Request};
use crate::plan::claim::{self, Changed};
use crate::plan::diff::{Difference, PathChange, Side};
use crate::plan::effect::{self, Effect};
use crate::plan::file::{Effectuation, Notice};
use crate::plan::value::States;
use crate::policy::BuiltIn;
use crate::policy::{Authority, Happens};
use crate::text::Text;

mod requested;

pub(super) use requested::{form, new_requests, records_nothing};

use requested::{asked_for, recorded, records};

/// Who does a step: an action of the catalog, or one that every catalog has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Doer<'a> {
    Action(&'a Action),
    BuiltIn(BuiltIn),
}

impl Doer<'_> {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Action(action) => &action.identifier.value,
            Self::BuiltIn(built_in) => built_in.word(),
        }
    }

    pub(super) const fn action(&self) -> Option<&Action> {
        match self {
            Self::Action(action) => Some(action),
            Self::BuiltIn(_) => None,
        }
    }
}

/// A step before it is decided and ordered.
#[derive(Debug, Clone)]
pub(super) struct Draft<'a> {
    pub(super) doer: Doer<'a>,
    pub(super) does: Effectuation,
    pub(super) blueprint: Text,
    pub(super) before: Option<EntityId>,
    pub(super) after: Option<EntityId>,
    pub(super) changes: Vec<PathChange>,
    /// What asked for it, in the order of their ids.
    pub(super) requests: Vec<&'a Request>,
    pub(super) because: Vec<Notice>,
    /// Why nobody may ask for it of this entity, whoever they are.
    pub(super) unmet: Option<Notice>,
    /// What caused it, where nobody changed the entity itself.
    pub(super) cause: Option<String>,
    /// What that is: an entity on the target and in the result, and a path of it.
    pub(super) caused_by: Vec<(Option<EntityId>, Option<EntityId>, String)>,
}

/// The steps of a plan before they are decided; findings are what stops it from being made.
pub(super) fn drafts<'a>(
    states: &States<'a>,
    differences: &[Difference],
    (derived, effects): (&[Difference], &[Effect]),
    findings: &mut Vec<Finding>,
) -> Vec<Draft<'a>> {
    let mut drafts = Vec::new();
    let records = records(states);
    for difference in differences {
        let requests = recorded(states, &records, difference);
        if !requests.is_empty() {
            let mut draft = draft(
                difference,
                Doer::BuiltIn(BuiltIn::Record),
                difference.changes.clone(),
            );
            draft.requests = requests;
            drafts.push(draft);
            // That somebody is a member already makes nobody one who may not be.
            let authority = authority(states, difference);
            let said = said(states, difference).into_iter();
            let memberships = said.filter(|change| authority.has(&change.path)).collect();
            drafts.extend(granted(difference, memberships));
            continue;
        }
        drafts.extend(of_difference(states, difference, findings));
    }
    // A derived value needs no permission of its own, but the actions that it fires do.
    for difference in derived {
        let (mut claimed, _) = claims(states, difference, findings);
        for draft in &mut claimed {
            let causes = effect::causes(effects, difference.after, &draft.changes);
            let words: BTreeSet<&str> = causes.iter().map(|it| it.through.as_str()).collect();
            draft.cause = Some(words.into_iter().collect::<Vec<_>>().join(", "));
            let by = causes.iter().filter_map(|cause| {
                let difference = differences.get(cause.difference)?;
                Some((difference.before, difference.after, cause.path.clone()))
            });
            draft.caused_by = by.collect();
        }
        drafts.extend(claimed);
    }
    drafts.extend(asked_for(states, findings));
    drafts
}

/// The steps that follow from one difference.
fn of_difference<'a>(
    states: &States<'a>,
    difference: &Difference,
    findings: &mut Vec<Finding>,
) -> Vec<Draft<'a>> {
    let (drafts, claimed) = claims(states, difference, findings);
    built_in(states, difference, drafts, &claimed)
}

/// The built-in steps of a difference that no action may claim: a definition made it.
pub(super) fn unclaimed<'a>(states: &States<'a>, difference: &Difference) -> Vec<Draft<'a>> {
    built_in(states, difference, Vec::new(), &[])
}

/// Adds the built-in steps for what is not claimed.
fn built_in<'a>(
    states: &States<'a>,
    difference: &Difference,
    mut drafts: Vec<Draft<'a>>,
    claimed: &[String],
) -> Vec<Draft<'a>> {
    let authority = authority(states, difference);
    let said = said(states, difference);
    let paths: Vec<&str> = said.iter().map(|change| change.path.as_str()).collect();
    let by = drafts.iter().find_map(|draft| draft.doer.action());
    let claimed: BTreeSet<&str> = claimed.iter().map(String::as_str).collect();
    let is_claimed = |path: &str| claimed.contains(path);
    let left = claim::built_in(&authority, (happens(difference), by), &paths, is_claimed);
    for (built_in, paths) in left {
        let paths: BTreeSet<&str> = paths.into_iter().collect();
        let own = said.iter().filter(|it| paths.contains(it.path.as_str()));
        let own = own.cloned().collect();
        drafts.push(draft(difference, Doer::BuiltIn(built_in), own));
    }
    drafts
}

/// The step that makes somebody a member, or ends it.
fn granted<'a>(difference: &Difference, authority: Vec<PathChange>) -> Option<Draft<'a>> {
    let grant = Doer::BuiltIn(BuiltIn::Grant);
    (!authority.is_empty()).then(|| draft(difference, grant, authority))
}

/// The actions that claim a difference, and the paths that they claim.
fn claims<'a>(
    states: &States<'a>,
    difference: &Difference,
    findings: &mut Vec<Finding>,
) -> (Vec<Draft<'a>>, Vec<String>) {
    let mut drafts = Vec::new();
    let mut claimed: Vec<String> = Vec::new();
    let actions = &states.before.catalog.actions;
    for action in actions
        .iter()
        .filter(|action| action.blueprint.value == difference.blueprint)
    {
        let Some((changes, why)) = matches(states, action, difference) else {
            continue;
        };
        match holding(states, action, difference.before, difference.after) {
            Ok(None | Some(true)) => {}
            Ok(Some(false)) => continue,
            Err(finding) => {
                findings.push(*finding);
                continue;
            }
        }
        // What is more than what the action claims is left to the built-in actions too.
        let paths = changes.iter().map(|change| &change.path);
        claimed.extend(paths.filter(|path| path::claims(action, path)).cloned());
        let mut draft = draft(difference, Doer::Action(action), changes);
        draft.because.push(why);
        if let Some(condition) = &action.trigger.condition {
            draft.because.push(Notice {
                text: format!("condition {} is true", condition.value),
                place: Some(states.place(Side::Before, condition.span)),
            });
        }
        drafts.push(draft);
    }
    (drafts, claimed)
}

/// Whether a difference triggers an action: the changes it claims, and what made it.
fn matches(
    states: &States<'_>,
    action: &Action,
    difference: &Difference,
) -> Option<(Vec<PathChange>, Notice)> {
    let because = |text: String, span| Notice {
        text,
        place: Some(states.place(Side::Before, span)),
    };
    let happens = happens(difference);
    let changes: Vec<Changed<'_>> = difference.changes.iter().map(Changed::Seen).collect();
    let span = claim::trigger(action, happens, &changes)?;
    let fires = |change: &&PathChange| claim::fires(action, Changed::Seen(change));
    let changes = difference.changes.iter().filter(fires).cloned().collect();
    Some(match happens {
        Happens::Appears => (Vec::new(), because("created: true".to_owned(), span)),
        Happens::Disappears => (Vec::new(), because("deleted: true".to_owned(), span)),
        Happens::Changes => {
            let names = action.trigger.changed.iter();
            let names: Vec<&str> = names.map(|claim| claim.value.as_str()).collect();
            let text = format!("changed: [{}]", names.join(", "));
            (changes, because(text, span))
        }
    })
}

/// Whether the condition of an action holds; an expression that fails stops the plan.
pub(super) fn holding(
    states: &States<'_>,
    action: &Action,
    before: Option<EntityId>,
    after: Option<EntityId>,
) -> Result<Option<bool>, Box<Finding>> {
    holds(states, action, before, after).map_err(|message| {
        let entity = states.entity(before, after);
        let written = action.trigger.condition.as_ref();
        let at = entity.map(|entity| entity.identifier.span);
        let at = at.or_else(|| written.map(|written| written.span));
        Box::new(
            Finding::new(
                &E0505,
                at.unwrap_or(action.identifier.span),
                format!(
                    "the condition of `{}` fails for this entity: {message}",
                    action.identifier.value
                ),
            )
            .label("cannot be decided")
            .help("let the condition give true or false for every entity of the blueprint"),
        )
    })
}

/// Whether the condition of an action is true of an entity; `None` where it has none, an error
/// where it cannot be evaluated.
fn holds(
    states: &States<'_>,
    action: &Action,
    before: Option<EntityId>,
    after: Option<EntityId>,
) -> Result<Option<bool>, String> {
    let held = claim::condition(action, || states.context(before, after));
    held.map_err(|why| claim::told(action, states.secrecy(), why))
}

const fn happens(difference: &Difference) -> Happens {
    match (difference.before, difference.after) {
        (None, _) => Happens::Appears,
        (_, None) => Happens::Disappears,
        _ => Happens::Changes,
    }
}

/// The paths of a difference that say who is what.
fn authority(states: &States<'_>, difference: &Difference) -> Authority {
    let (before, after) = (&states.before.catalog, &states.after.catalog);
    Authority::of(before, after, &difference.blueprint, happens(difference))
}

/// Whether a step changes who is a member of what, or who is taken for whom, whoever does it.
pub(super) fn moves_authority(states: &States<'_>, draft: &Draft<'_>) -> bool {
    let (target, result) = (&states.before.catalog, &states.after.catalog);
    let of = |happens| Authority::of(target, result, &draft.blueprint, happens);
    let (happens, all) = match draft.does {
        Effectuation::Run => return false,
        Effectuation::Change | Effectuation::Rename => (Happens::Changes, None),
        Effectuation::Create => {
            let entity = draft.after.and_then(|id| result.entity(id));
            (Happens::Appears, entity.map(claim::appears))
        }
        Effectuation::Delete => {
            let entity = draft.before.and_then(|id| target.entity(id));
            (Happens::Disappears, entity.map(claim::appears))
        }
    };
    let authority = of(happens);
    let mut changes = all.as_ref().unwrap_or(&draft.changes).iter();
    changes.any(|change| authority.has(&change.path))
}

/// All that a difference says: what changes, or everything that appears or disappears.
fn said(states: &States<'_>, difference: &Difference) -> Vec<PathChange> {
    let all = match (difference.before, difference.after) {
        (None, Some(id)) => states.after.catalog.entity(id).map(claim::appears),
        (Some(id), None) => states.before.catalog.entity(id).map(disappears),
        _ => Some(difference.changes.clone()),
    };
    all.unwrap_or_default()
}

/// Everything that an entity said that disappears, its name too.
fn disappears(entity: &Entity) -> Vec<PathChange> {
    swapped(claim::appears(entity))
}

/// Everything that an entity said that disappears, but for its name.
pub(super) fn lost(entity: &Entity) -> Vec<PathChange> {
    swapped(crate::plan::diff::created(entity))
}

/// What appears, as what disappears.
fn swapped(changes: Vec<PathChange>) -> Vec<PathChange> {
    let swap = |change: PathChange| PathChange {
        before: change.after,
        after: change.before,
        place: (Side::Before, change.place.1),
        ..change
    };
    changes.into_iter().map(swap).collect()
}

fn draft<'a>(difference: &Difference, doer: Doer<'a>, changes: Vec<PathChange>) -> Draft<'a> {
    let effect = match (difference.before, difference.after) {
        (None, _) => Effectuation::Create,
        (_, None) => Effectuation::Delete,
        _ if changes.iter().any(|change| change.path == "identifier") => Effectuation::Rename,
        _ => Effectuation::Change,
    };
    Draft {
        doer,
        does: effect,
        blueprint: difference.blueprint.clone(),
        before: difference.before,
        after: difference.after,
        changes,
        requests: Vec::new(),
        because: Vec::new(),
        unmet: None,
        cause: None,
        caused_by: Vec::new(),
    }
}
