//! Who and what is on both sides: the same person by login, the same kind by name, the same
//! entity by name or, where it is renamed, by the name that it had.
//!
//! In: the rules of the target and of the result, and how their entities differ. Out: [`Pairs`].

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::model::{BlueprintId, EntityId};
use crate::plan::diff::{Difference, Side};
use crate::policy::{Principal, Rules};
use crate::text::Text;

/// Something of the target, and the same of the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Both<T> {
    pub(super) before: T,
    pub(super) after: T,
}

impl<T> Both<T> {
    /// The two, each made from the same of two others.
    pub(super) fn of<U>(from: &Both<U>, mut make: impl FnMut(&U) -> T) -> Self {
        Self {
            before: make(&from.before),
            after: make(&from.after),
        }
    }

    /// That of a side.
    pub(super) const fn on(&self, side: Side) -> &T {
        match side {
            Side::Before => &self.before,
            Side::After => &self.after,
        }
    }

    /// That of a side, to be changed.
    pub(super) const fn on_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Before => &mut self.before,
            Side::After => &mut self.after,
        }
    }
}

/// A kind, and its entities that are on the target and in the result.
#[derive(Debug)]
pub(super) struct KindPair {
    pub(super) name: String,
    pub(super) id: Both<BlueprintId>,
    pub(super) entities: Vec<Both<EntityId>>,
}

/// Somebody, as both sides know them.
#[derive(Debug)]
pub(super) struct PersonPair {
    /// The login; empty for anybody who is nobody in the catalog.
    pub(super) login: String,
    pub(super) who: Both<Principal>,
}

impl PersonPair {
    /// Whether they are nobody in particular.
    pub(super) const fn is_stranger(&self) -> bool {
        self.login.is_empty()
    }

    /// The entity on a side.
    pub(super) const fn on(&self, side: Side) -> Option<EntityId> {
        match self.who.on(side) {
            Principal::Person(id) => Some(*id),
            _ => None,
        }
    }
}

/// All that is on both sides.
#[derive(Debug)]
pub(super) struct Pairs {
    /// By name.
    pub(super) kinds: Vec<KindPair>,
    /// By login; the last is anybody who is nobody.
    pub(super) people: Vec<PersonPair>,
    /// What an entity of the result is on the target.
    twins: FxHashMap<EntityId, EntityId>,
}

impl Pairs {
    /// Finds them. `actors` are among the people whether or not they are known.
    pub(super) fn new(
        rules: &Both<&Rules<'_>>,
        differences: &[Difference],
        actors: &[String],
    ) -> Self {
        let renamed: FxHashMap<EntityId, EntityId> = differences
            .iter()
            .filter(|difference| difference.is_rename())
            .filter_map(|difference| Some((difference.after?, difference.before?)))
            .collect();
        let catalogs = Both::of(rules, |rules| rules.catalog());
        let mut kinds = Vec::new();
        let mut twins = FxHashMap::default();
        for (after, blueprint) in catalogs.after.kinds() {
            let name = &blueprint.identifier.value;
            let Some((before, _)) = catalogs.before.find_blueprint(name) else {
                continue;
            };
            let id = Both { before, after };
            let pair = |(after, entity): (EntityId, &crate::model::Entity)| {
                let moved = renamed.get(&after).copied();
                let find = || {
                    let name = &entity.identifier.value;
                    catalogs.before.find_entity(before, name)
                };
                let before = moved.or_else(find)?;
                Some(Both { before, after })
            };
            let entities: Vec<Both<EntityId>> =
                catalogs.after.numbered(id.after).filter_map(pair).collect();
            twins.extend(entities.iter().map(|pair| (pair.after, pair.before)));
            kinds.push(KindPair {
                name: name.to_string(),
                id,
                entities,
            });
        }
        kinds.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            kinds,
            people: people(rules, actors),
            twins,
        }
    }

    /// What an entity of the result is on the target; itself where it is new there.
    pub(super) fn twin(&self, after: EntityId) -> Result<EntityId, EntityId> {
        self.twins.get(&after).copied().ok_or(after)
    }
}

fn people(rules: &Both<&Rules<'_>>, actors: &[String]) -> Vec<PersonPair> {
    let mut logins: BTreeMap<String, String> = BTreeMap::new();
    let known = [rules.before.people(), rules.after.people()];
    let known = known.iter().flatten().map(|(login, _)| login.to_string());
    for login in known.chain(actors.iter().cloned()) {
        logins.entry(login.to_ascii_lowercase()).or_insert(login);
    }
    let known = logins.into_values().map(|login| PersonPair {
        who: Both::of(rules, |rules| rules.person(&login, None)),
        login,
    });
    let nobody = || Principal::Unknown(Text::default());
    let stranger = PersonPair {
        login: String::new(),
        who: Both {
            before: nobody(),
            after: nobody(),
        },
    };
    known.chain([stranger]).collect()
}
