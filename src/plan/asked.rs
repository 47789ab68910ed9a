//! Which actions a change is that somebody asks about: those that a plan would make of it.
//!
//! In: the action that was written, and what becomes of the entity. Out: the [`Part`]s, all of
//! which must be allowed. Who claims what is decided where plans decide it.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::derive::{self, Derived, Secrecy};
use crate::model::action::Operation;
use crate::model::path::claims;
use crate::model::settings::Freeze;
use crate::model::{Action, Blueprint, Catalog, Entity, EntityId};
use crate::plan::claim::{self, Changed};
use crate::plan::diff::PathChange;
use crate::plan::freeze::{self, Done};
use crate::plan::precondition;
use crate::plan::rights::made::set;
use crate::policy::{Authority, Happens};
use crate::policy::{BuiltIn, Rules, What};
use crate::text::{Text, visible};

/// An action that a change is, and the paths of it.
#[derive(Debug, Clone)]
pub struct Part<'c> {
    /// The action.
    pub what: What<'c>,
    /// The paths of the change that it is about.
    pub changed: Vec<String>,
    /// Why nobody may ask for it of this entity, whoever they are.
    pub unmet: Option<String>,
}

/// The paths with which a change is asked for: those that are told, that of a name where it is a
/// rename, and where there is none what the action is started by. Sorted, each once.
pub fn paths(what: What<'_>, told: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut paths: BTreeSet<String> = told.into_iter().collect();
    if matches!(what, What::BuiltIn(BuiltIn::Rename)) {
        paths.insert("identifier".to_owned());
    }
    if let (Some(action), true) = (what.action(), paths.is_empty()) {
        let first = action.trigger.changed.first();
        paths.extend(first.map(|path| path.value.to_string()));
    }
    paths.into_iter().collect()
}

/// What becomes of an entity.
pub struct Change<'e> {
    /// That of the entity.
    pub blueprint: &'e Blueprint,
    /// As it is; `None` where it appears.
    pub before: Option<&'e Entity>,
    /// As it becomes; `None` where it disappears.
    pub after: Option<&'e Entity>,
    /// What changes of one that stays.
    pub paths: Vec<String>,
    /// Those of them that somebody said what they become.
    pub seen: Vec<PathChange>,
    /// `{before, after}`, as conditions and `from` read it.
    pub context: Json,
    /// Which of its values are secret.
    pub secrecy: Secrecy<'e>,
}

impl Change<'_> {
    /// What happens to the entity.
    pub const fn happens(&self) -> Happens {
        match (self.before, self.after) {
            (None, _) => Happens::Appears,
            (_, None) => Happens::Disappears,
            _ => Happens::Changes,
        }
    }

    /// Why the condition of an action fails, without secrets.
    fn told(&self, action: &Action, why: String) -> String {
        claim::told(action, std::slice::from_ref(&self.secrecy), why)
    }

    /// A path of it, with what it was and becomes where that is known.
    fn at<'c>(&'c self, path: &'c str) -> Changed<'c> {
        let mut seen = self.seen.iter();
        let seen = seen.find(|change| change.path == path);
        seen.map_or(Changed::Told(path), Changed::Seen)
    }

    /// Whether a path of it is a change that an action is made for, as a plan does.
    fn fires(&self, action: &Action, path: &str) -> bool {
        claim::fires(action, self.at(path))
    }

    /// All that the change says: what changes, or everything that appears or disappears.
    fn said(&self) -> Vec<String> {
        let ((Some(whole), None) | (None, Some(whole))) = (self.before, self.after) else {
            return self.paths.clone();
        };
        let said = claim::appears(whole).into_iter();
        said.map(|change| change.path).collect()
    }
}

/// `{before, after}` of an entity that is there or new, as conditions and `from` read it; what is
/// computed is as it is now.
pub fn context(
    derived: &Derived<'_>,
    before: Option<EntityId>,
    (blueprint, edited): (&Blueprint, Option<&Entity>),
) -> Json {
    let own = edited.map_or(Json::Null, |edited| derive::whole(blueprint, edited));
    let Some(before) = before.map(|id| derived.entity(id)) else {
        return json!({"before": null, "after": own});
    };
    let Json::Object(own) = own else {
        return json!({"before": before, "after": null});
    };
    let mut after = before.clone();
    if let Json::Object(all) = &mut after {
        for (key, value) in own {
            match (all.get_mut(&key), value) {
                (Some(Json::Object(there)), Json::Object(new)) => there.extend(new),
                (_, value) => {
                    all.insert(key, value);
                }
            }
        }
    }
    json!({"before": before, "after": after})
}

/// The inputs of an action: those that are given, and those that the change fills, but from paths
/// of which nobody knows what they become.
///
/// Errors: which of them cannot be filled, and why.
pub fn filled(
    action: &Action,
    given: Map<String, Json>,
    unknown: &[&str],
    change: &Change<'_>,
) -> Result<Map<String, Json>, String> {
    let mut inputs = given;
    for (name, source) in &action.inputs.from {
        let name = name.value.as_str();
        let is_unknown = unknown.iter().any(|path| source.value.contains(path));
        if inputs.contains_key(name) || is_unknown {
            continue;
        }
        let value = claim::input(action, name, || change.context.clone()).map_err(|why| {
            let why = if change.secrecy.fills(action, name) {
                "its expression fails".to_owned()
            } else {
                why
            };
            format!("the input `{}` cannot be filled: {why}", visible(name))
        })?;
        if let Some((value, _)) = value.filter(|(value, _)| !value.is_null()) {
            inputs.insert(name.to_owned(), value);
        }
    }
    Ok(inputs)
}

/// Why nobody may do something at the moment at which the rules are asked: a freeze of the catalog
/// is on. `owners` are those before the change.
///
/// Errors: the freeze that is of such actions, where nobody said when it is.
pub fn frozen<'c>(
    catalog: &'c Catalog,
    rules: &Rules<'_>,
    what: What<'_>,
    (owners, change): (Vec<EntityId>, &Change<'_>),
) -> Result<Option<String>, &'c Freeze> {
    // What is said to be true already is not done.
    if matches!(what, What::BuiltIn(BuiltIn::Record)) {
        return Ok(None);
    }
    let after = change.after.into_iter();
    let after = after.flat_map(|entity| rules.would_own(entity));
    let owners: BTreeSet<Text> = owners
        .into_iter()
        .chain(after)
        .filter_map(|id| Some(catalog.entity(id)?.identifier.value.clone()))
        .collect();
    let done = Done {
        blueprint: &change.blueprint.identifier.value,
        action: what.word(),
        owners: &owners,
    };
    let freezes = &catalog.settings.freezes;
    match rules.now() {
        Some(now) => Ok(freeze::refused(freezes, &done, now, rules)),
        None => freeze::named(freezes, &done).map_or(Ok(None), Err),
    }
}

/// An entity as it becomes where nobody says who owns it then, though that changes: its owner is
/// somebody whom nobody knows, who must agree too. `None` where the owner stays or is told.
pub fn owned_by_whoever(rules: &Rules<'_>, entity: &Entity, unknown: &[&str]) -> Option<Entity> {
    let (path, _) = rules.owned_by(entity.blueprint)?;
    unknown.contains(&path.as_str()).then(|| {
        let mut owned = entity.clone();
        // No entity has an empty name.
        set(&mut owned, &path, &Json::from(""));
        owned
    })
}

/// What a change of the catalog itself is: the text of a policy is what it says, its comments too.
pub fn on_root<'c>(what: What<'c>, kind: &str) -> What<'c> {
    match what {
        What::BuiltIn(BuiltIn::Meta) if kind == "policy" => What::BuiltIn(BuiltIn::Define),
        what => what,
    }
}

/// Whether an action follows from changes; others are asked for.
fn follows(what: What<'_>) -> bool {
    match what {
        What::BuiltIn(_) => true,
        What::Catalog(action) => action.trigger.request.is_none(),
    }
}

/// What happens to an entity of the catalog.
pub const fn is_removal(what: What<'_>) -> bool {
    match what {
        What::Catalog(action) => matches!(action.operation.value, Operation::Delete),
        What::BuiltIn(built_in) => matches!(built_in, BuiltIn::Delete),
    }
}

/// The actions that a change is, whichever of them was asked about.
pub fn parts<'c>(
    catalog: &'c Catalog,
    asked: What<'c>,
    change: &Change<'_>,
) -> Result<Vec<Part<'c>>, String> {
    let as_asked = part(asked, change.paths.clone());
    let is_nothing = change.happens() == Happens::Changes && change.paths.is_empty();
    if let What::Catalog(action) = asked
        && !follows(asked)
    {
        return Ok(vec![Part {
            unmet: unmet(action, change),
            ..as_asked
        }]);
    }
    let happens = change.happens();
    let authority = Authority::of(
        catalog,
        catalog,
        &change.blueprint.identifier.value,
        happens,
    );
    // Where nothing is said to change, the rules of what was asked are all there is to tell.
    if is_nothing || is_asked_alone(asked, change)? {
        let mut part = as_asked;
        let mut granted = Vec::new();
        if let What::Catalog(action) = asked {
            part.changed.retain(|path| change.fires(action, path));
            part.unmet = refused(action, change);
            granted = beside(catalog, action, change, &authority)?;
        }
        return Ok([part].into_iter().chain(grant(granted)).collect());
    }
    if matches!(asked, What::BuiltIn(BuiltIn::Record)) {
        let granted = change.said().into_iter();
        let granted = granted.filter(|path| authority.has(path)).collect();
        return Ok([as_asked].into_iter().chain(grant(granted)).collect());
    }
    let claimed = claimed(catalog, change)?;
    let by_action = claimed.iter().map(|action| part_of(action, change));
    let mut parts: Vec<Part<'c>> = by_action.collect();
    let said = change.said();
    let paths: Vec<&str> = said.iter().map(String::as_str).collect();
    let is_claimed = |path: &str| claimed.iter().any(|action| claims(action, path));
    let by = claimed.first().copied();
    let left = claim::built_in(&authority, (happens, by), &paths, is_claimed);
    parts.extend(left.into_iter().map(|(built_in, paths)| {
        let paths = paths.into_iter().map(str::to_owned);
        part(What::BuiltIn(built_in), paths.collect())
    }));
    Ok(parts)
}

/// What makes somebody a member is a grant beside whatever action does it; of what stays, where no
/// action claims it.
fn beside(
    catalog: &Catalog,
    action: &Action,
    change: &Change<'_>,
    authority: &Authority,
) -> Result<Vec<String>, String> {
    let happens = change.happens();
    let mut granted = change.said();
    if happens != Happens::Changes || authority.is_empty() {
        granted.retain(|path| authority.grants(path, happens, Some(action)));
        return Ok(granted);
    }
    let claimed = claimed(catalog, change)?;
    let is_claimed = |path: &str| {
        let mut all = claimed.iter().copied().chain([action]);
        all.any(|action| claims(action, path))
    };
    granted.retain(|path| {
        authority.built_in(path) == BuiltIn::Grant && (authority.is_whole() || !is_claimed(path))
    });
    Ok(granted)
}

/// Why nobody may ask for an action of an entity: its condition is not true of it.
fn unmet(action: &Action, change: &Change<'_>) -> Option<String> {
    let name = &action.identifier.value;
    match claim::condition(action, || change.context.clone()) {
        Ok(None | Some(true)) => refused(action, change),
        Ok(Some(false)) => Some(format!("the condition of `{name}` is not true of it")),
        Err(why) => {
            let why = change.told(action, why);
            Some(format!("the condition of `{name}` fails: {why}"))
        }
    }
}

/// Why an action may not be done to an entity, whoever asks: a precondition is not true of it.
fn refused(action: &Action, change: &Change<'_>) -> Option<String> {
    let secrecy = std::slice::from_ref(&change.secrecy);
    precondition::unmet(action, &change.context, secrecy).map(|unmet| unmet.text)
}

/// An action that claims a change, and what of the change it claims.
fn part_of<'c>(action: &'c Action, change: &Change<'_>) -> Part<'c> {
    let own = change.paths.iter();
    let own = own.filter(|path| change.fires(action, path));
    Part {
        unmet: refused(action, change),
        ..part(What::Catalog(action), own.cloned().collect())
    }
}

/// Whether a change is what was asked about, an action of the catalog: what else it may be was
/// not asked.
fn is_asked_alone(asked: What<'_>, change: &Change<'_>) -> Result<bool, String> {
    match asked {
        What::Catalog(action) => {
            let is_other = action.trigger.expired.is_some() && !is_triggered(action, change);
            // What is more than what it claims is one change with it, which others make too.
            let mut paths = change.paths.iter();
            let is_alone = paths.all(|path| claims(action, path));
            Ok(is_other || (is_alone && is_claimed(action, change)?))
        }
        What::BuiltIn(_) => Ok(false),
    }
}

fn is_triggered(action: &Action, change: &Change<'_>) -> bool {
    let paths: Vec<Changed<'_>> = change.paths.iter().map(|path| change.at(path)).collect();
    claim::trigger(action, change.happens(), &paths).is_some()
}

/// Whether an action claims a change: it is triggered and its condition is true.
fn is_claimed(action: &Action, change: &Change<'_>) -> Result<bool, String> {
    if !is_triggered(action, change) {
        return Ok(false);
    }
    let holds = claim::condition(action, || change.context.clone()).map_err(|why| {
        let name = visible(&action.identifier.value).into_owned();
        let why = change.told(action, why);
        format!("the condition of `{name}` fails here: {why}")
    })?;
    Ok(holds.unwrap_or(true))
}

/// An action that may be asked for, and its paths.
const fn part(what: What<'_>, changed: Vec<String>) -> Part<'_> {
    Part {
        what,
        changed,
        unmet: None,
    }
}

/// The actions that claim a change.
fn claimed<'c>(catalog: &'c Catalog, change: &Change<'_>) -> Result<Vec<&'c Action>, String> {
    let mut found = Vec::new();
    for action in &catalog.actions {
        let is_of = action.blueprint.value == change.blueprint.identifier.value;
        if is_of && is_claimed(action, change)? {
            found.push(action);
        }
    }
    Ok(found)
}

/// What makes somebody a member, or ends it.
fn grant<'c>(changed: Vec<String>) -> Option<Part<'c>> {
    (!changed.is_empty()).then(|| part(What::BuiltIn(BuiltIn::Grant), changed))
}
