//! Guards against mass change, and the requests that lift each of them to an exact number.
//!
//! In: the drafts, the target's settings, the requests that the merge brings. Out: the guards
//! that the plan breaks. A guard is of all of the catalog, of a blueprint, or of what a team owns.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Map;

use crate::finding::Finding;
use crate::model::request::{Lifts, OVERRIDE};
use crate::model::settings::{Guards, Mass, Numbers};
use crate::model::{Catalog, EntityId, Request};
use crate::plan::decide::{Judge, Matter};
use crate::plan::diff::Side;
use crate::plan::draft::{Draft, moves_authority, new_requests};
use crate::plan::file::{Effectuation, GuardSum, Notice, Outcome, canonical};
use crate::plan::value::States;
use crate::policy::BuiltIn;
use crate::text::Text;

/// The requests that lift guards.
pub(super) fn overrides<'a>(states: &States<'a>) -> Vec<&'a Request> {
    new_requests(states)
        .into_iter()
        .filter(|request| request.action.value == OVERRIDE)
        .collect()
}

/// What the requests lift. What is wrong in one is an error of the result already, and one that
/// is not permitted to all who ask lifts nothing: what is merged against a denial stays refused
/// when it is run.
fn lifts(states: &States<'_>, judge: &Judge<'_, '_>) -> Vec<Lifts> {
    let inputs = Map::new();
    let is_permitted = |request: &&Request| {
        let path = states.after.snapshot.path(request.span.file);
        let matter = Matter::root(states, BuiltIn::Override, ("guard", path), &inputs);
        Outcome::of(&judge.decisions(states, &matter), &[]) == Outcome::Allowed
    };
    let all = overrides(states).into_iter().filter(is_permitted);
    all.map(|request| Lifts::of(request, &mut Vec::<Finding>::new()))
        .collect()
}

/// An entity on both sides.
type Subject = (Option<EntityId>, Option<EntityId>);

/// What a guard is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    All,
    Blueprint(Text),
    Team(Text),
}

/// A guard that is exceeded.
pub(super) struct Broken {
    pub(super) scope: Scope,
    pub(super) mass: Mass,
    pub(super) count: u64,
    /// Of whom, how much, and how much it may be.
    pub(super) text: String,
}

/// The guards that are exceeded, and what is lifted.
pub(super) struct Guarded {
    /// Whether or not a request lifts them.
    pub(super) exceeded: Vec<Broken>,
    pub(super) lifts: Vec<Lifts>,
}

/// Looks at the drafts, and at what the requests lift.
pub(super) fn guarded(states: &States<'_>, drafts: &[Draft<'_>], judge: &Judge<'_, '_>) -> Guarded {
    Guarded {
        exceeded: exceeded(states, drafts),
        lifts: lifts(states, judge),
    }
}

fn exceeded(states: &States<'_>, drafts: &[Draft<'_>]) -> Vec<Broken> {
    let counts = counts(states, drafts);
    counts
        .iter()
        .flat_map(|(scope, masses)| masses.iter().map(move |(mass, n)| (scope, *mass, *n)))
        .filter_map(|(scope, mass, count)| judged(states, scope, mass, count))
        .collect()
}

/// The exceeded guards that refuse the plan; an override counts for exactly its numbers.
pub(super) fn broken(guarded: &Guarded) -> Vec<Notice> {
    let is_broken = |it: &&Broken| {
        let mut lifts = guarded.lifts.iter();
        !lifts.any(|lifts| is_lifted(lifts, it))
    };
    let broken: Vec<&Broken> = guarded.exceeded.iter().filter(is_broken).collect();
    let advice = advice(&broken);
    let Some((last, first)) = broken.split_last() else {
        return Vec::new();
    };
    let last = format!("{}; {advice}", last.text);
    let texts = first.iter().map(|broken| broken.text.clone());
    texts
        .chain([last])
        .map(|text| Notice { text, place: None })
        .collect()
}

/// What the steps add to the counts that guards are of, and how much each may be.
pub(super) fn sums(states: &States<'_>, drafts: &[Draft<'_>]) -> Vec<GuardSum> {
    let mut sums = Vec::new();
    for (scope, masses) in counts(states, drafts) {
        for (mass, adds) in masses {
            let Some(most) = most(states, &scope, mass) else {
                continue;
            };
            let word = mass.word();
            let what = match &scope {
                Scope::All => word.to_owned(),
                Scope::Blueprint(name) => format!("{word} of {name}"),
                Scope::Team(name) => format!("{word} of team {name}"),
            };
            sums.push(GuardSum { what, adds, most });
        }
    }
    sums.sort();
    sums
}

/// What numbers say of a scope, be they of all, of a blueprint or of a team.
fn within<'n>(
    scope: &Scope,
    all: &'n Numbers,
    (per_blueprint, per_team): (&'n BTreeMap<Text, Numbers>, &'n BTreeMap<Text, Numbers>),
    mass: Mass,
) -> Option<u64> {
    let numbers = match scope {
        Scope::All => Some(all),
        Scope::Blueprint(name) => per_blueprint.get(name),
        Scope::Team(name) => per_team.get(name),
    };
    numbers?.get(&mass).copied()
}

/// The number that the settings give for a sort.
fn given(guards: &Guards, scope: &Scope, mass: Mass) -> Option<u64> {
    let names = (&guards.per_blueprint, &guards.per_team);
    within(scope, &guards.all, names, mass)
}

/// How many entities of a blueprint there are on the target.
fn there(states: &States<'_>, kind: &Text) -> u64 {
    let catalog = &states.before.catalog;
    let found = catalog.find_blueprint(kind);
    found.map_or(0, |(id, _)| catalog.entities_of(id).len() as u64)
}

/// How many of a sort one plan may have.
fn most(states: &States<'_>, scope: &Scope, mass: Mass) -> Option<u64> {
    let guards = &states.before.catalog.settings.guards;
    let part = || match scope {
        Scope::Blueprint(kind) if mass == Mass::Deletes => {
            let part = there(states, kind).saturating_mul(guards.deletes_percent) / 100;
            // One deletion is never a mass, however small its kind is.
            Some(part.max(1))
        }
        _ => None,
    };
    given(guards, scope, mass).or_else(part)
}

/// The guard that lets nothing of a sort pass: of a blueprint, or of what these teams own.
pub fn shut(catalog: &Catalog, (kind, owners): (&Text, &[Text]), mass: Mass) -> Option<String> {
    let guards = &catalog.settings.guards;
    let scopes = [Scope::All, Scope::Blueprint(kind.clone())];
    let teams = owners.iter().cloned().map(Scope::Team);
    let mut all = scopes.into_iter().chain(teams);
    let scope = all.find(|scope| given(guards, scope, mass) == Some(0))?;
    let word = mass.word();
    Some(match scope {
        Scope::All => format!("{word}: 0"),
        Scope::Blueprint(name) | Scope::Team(name) => format!("{name}: {{{word}: 0}}"),
    })
}

/// How many entities there are of each sort, each once, however many steps it has.
fn counts(states: &States<'_>, drafts: &[Draft<'_>]) -> BTreeMap<Scope, Numbers> {
    let mut seen: BTreeSet<(Mass, &Text, Subject)> = BTreeSet::new();
    let mut counts: BTreeMap<Scope, Numbers> = BTreeMap::new();
    let old_names = old_names(drafts);
    for draft in drafts {
        let subject = (draft.before, draft.after);
        for mass in masses(states, draft) {
            if !seen.insert((mass, &draft.blueprint, subject)) {
                continue;
            }
            let teams = teams(states, draft, &old_names).into_iter();
            let scopes = [Scope::All, Scope::Blueprint(draft.blueprint.clone())];
            for scope in scopes.into_iter().chain(teams.map(Scope::Team)) {
                *counts.entry(scope).or_default().entry(mass).or_default() += 1;
            }
        }
    }
    counts
}

fn masses(states: &States<'_>, draft: &Draft<'_>) -> impl Iterator<Item = Mass> {
    let own = match draft.does {
        Effectuation::Delete => Some(Mass::Deletes),
        Effectuation::Create => Some(Mass::Creates),
        Effectuation::Change | Effectuation::Rename => Some(Mass::Updates),
        Effectuation::Run => None,
    };
    let is_authority = moves_authority(states, draft);
    own.into_iter()
        .chain(is_authority.then_some(Mass::Authority))
}

/// What entities of the result were on the target, where a step says it.
pub(super) fn old_names(drafts: &[Draft<'_>]) -> BTreeMap<EntityId, EntityId> {
    let pairs = drafts.iter();
    pairs
        .filter_map(|draft| Some((draft.after?, draft.before?)))
        .collect()
}

/// The owners of an entity on both sides, by the names that they have on the target.
pub(super) fn teams(
    states: &States<'_>,
    draft: &Draft<'_>,
    old_names: &BTreeMap<EntityId, EntityId>,
) -> BTreeSet<Text> {
    let owners = |side: Side, id: Option<EntityId>| {
        let owners = id.map(|id| states.derived(side).owner(id));
        owners.unwrap_or_default().into_iter()
    };
    let name = |side: Side, id: EntityId| {
        let entity = states.of(side).catalog.entity(id)?;
        Some(entity.identifier.value.clone())
    };
    let before = owners(Side::Before, draft.before).filter_map(|id| name(Side::Before, id));
    let after = owners(Side::After, draft.after).filter_map(|id| match old_names.get(&id) {
        Some(old) => name(Side::Before, *old),
        None => name(Side::After, id),
    });
    before.chain(after).collect()
}

fn is_lifted(lifts: &Lifts, broken: &Broken) -> bool {
    let names = (&lifts.per_blueprint, &lifts.per_team);
    within(&broken.scope, &lifts.all, names, broken.mass) == Some(broken.count)
}

/// The guard that so many of a sort break, if they do.
fn judged(states: &States<'_>, scope: &Scope, mass: Mass, count: u64) -> Option<Broken> {
    if count <= most(states, scope, mass)? {
        return None;
    }
    let guards = &states.before.catalog.settings.guards;
    let guard = match given(guards, scope, mass) {
        Some(number) => number.to_string(),
        None => format!("{} percent", guards.deletes_percent),
    };
    let (entities, is) = match count {
        1 => ("entity", "is"),
        _ => ("entities", "are"),
    };
    let done = match mass {
        Mass::Deletes => "deleted",
        Mass::Creates => "created",
        Mass::Updates => "changed",
        Mass::Authority => "let in, let out, or given another login",
    };
    let who = match scope {
        Scope::All => entities.to_owned(),
        Scope::Team(name) => format!("{entities} of {name}"),
        Scope::Blueprint(kind) => format!("of {} {kind}", there(states, kind)),
    };
    Some(Broken {
        scope: scope.clone(),
        mass,
        count,
        text: format!("{count} {who} {is} {done}, the guard is {guard}"),
    })
}

/// How all of it is asked for, in one request.
fn advice(broken: &[&Broken]) -> String {
    let mut scopes: BTreeMap<&Scope, Vec<String>> = BTreeMap::new();
    for one in broken {
        let number = format!("{}: {}", one.mass.word(), one.count);
        scopes.entry(&one.scope).or_default().push(number);
    }
    let mut all = Vec::new();
    let (mut blueprints, mut teams) = (Vec::new(), Vec::new());
    for (scope, numbers) in scopes {
        let numbers = numbers.join(", ");
        match scope {
            Scope::All => all.push(numbers),
            Scope::Blueprint(name) => blueprints.push(format!("{}: {{{numbers}}}", key(name))),
            Scope::Team(name) => teams.push(format!("{}: {{{numbers}}}", key(name))),
        }
    }
    for (word, names) in [("per_blueprint", blueprints), ("per_team", teams)] {
        if !names.is_empty() {
            all.push(format!("{word}: {{{}}}", names.join(", ")));
        }
    }
    format!(
        "ask for it with a request `action: {OVERRIDE}`, `inputs: {{{}}}`",
        all.join(", ")
    )
}

/// A name as a key in a line of YAML.
pub(super) fn key(name: &Text) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let starts = name.starts_with(|c: char| c.is_alphabetic());
    if starts && name.chars().all(is_plain) {
        name.to_string()
    } else {
        canonical(&serde_json::Value::from(name.as_str()))
    }
}
