//! Who is in which groups: by `memberOf` relations, and by entities that say so for a time.
//!
//! In: the catalog, and the moment at which rules are asked. Out: the groups above a person or
//! group, and until when. The entities are indexed once; what begins or ends holds at no moment
//! that nobody has said.

use std::collections::BinaryHeap;
use std::collections::{BTreeMap, BTreeSet};

use crate::derive;
use crate::graph::Graph;
use crate::model::blueprint::{Membership, Term};
use crate::model::{Catalog, Entity, EntityId, Moment};
use crate::policy::Rules;
use crate::text::Span;

/// An entity that makes somebody a member.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    /// The entity.
    pub(super) entity: EntityId,
    /// Of what.
    pub(super) group: EntityId,
    /// For which time.
    pub(super) term: Term,
}

/// The memberships that entities say.
#[derive(Debug, Clone, Default)]
pub(super) struct Memberships {
    by_member: BTreeMap<EntityId, Vec<Held>>,
    /// The first of the entities that begin or end.
    timed: Option<EntityId>,
}

impl Memberships {
    /// Reads what the entities of a catalog say.
    pub(super) fn of(catalog: &Catalog, graph: &Graph) -> Self {
        let mut all = Self::default();
        for blueprint in catalog.blueprints.iter().filter(|it| !it.broken) {
            let Some(membership) = &blueprint.membership else {
                continue;
            };
            let Some((kind, _)) = catalog.find_blueprint(&blueprint.identifier.value) else {
                continue;
            };
            for (id, entity) in catalog.numbered(kind) {
                // What cannot be read makes nobody a member.
                let Some(term) = membership.term(blueprint, entity) else {
                    all.timed.get_or_insert(id);
                    continue;
                };
                if !term.is_endless() {
                    all.timed.get_or_insert(id);
                }
                if let Some((member, group)) = ends(catalog, graph, membership, (id, entity)) {
                    all.by_member.entry(member).or_default().push(Held {
                        entity: id,
                        group,
                        term,
                    });
                }
            }
        }
        all
    }

    /// Those that have neither a beginning nor an end.
    pub(super) fn lasting(&self) -> Self {
        let mut lasting = self.clone();
        for held in lasting.by_member.values_mut() {
            held.retain(|held| held.term.has(None));
        }
        lasting
    }

    /// What somebody is said to be a member of, at any time.
    pub(super) fn held(&self, member: EntityId) -> &[Held] {
        self.by_member.get(&member).map_or(&[], Vec::as_slice)
    }
}

/// The member and the group; nobody where they are not one each, both on the target.
fn ends(
    catalog: &Catalog,
    graph: &Graph,
    membership: &Membership,
    (id, entity): (EntityId, &Entity),
) -> Option<(EntityId, EntityId)> {
    if entity.broken {
        return None;
    }
    let one = |relation: &str| match graph.targets(catalog, id, relation).as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    Some((
        one(&membership.member.value)?,
        one(&membership.group.value)?,
    ))
}

/// The times of the memberships that a catalog says, whatever moment it is.
pub struct Terms<'c> {
    catalog: &'c Catalog,
    graph: &'c Graph,
    memberships: Memberships,
}

impl<'c> Terms<'c> {
    /// Reads them.
    pub fn of(catalog: &'c Catalog, graph: &'c Graph) -> Self {
        Self {
            catalog,
            graph,
            memberships: Memberships::of(catalog, graph),
        }
    }

    /// Member and group of all memberships that begin or end, each with an entity that says so.
    pub fn timed(&self) -> BTreeMap<(EntityId, EntityId), EntityId> {
        let mut timed = BTreeMap::new();
        for (member, held) in &self.memberships.by_member {
            for held in held.iter().filter(|held| !held.term.is_endless()) {
                timed.entry((*member, held.group)).or_insert(held.entity);
            }
        }
        timed
    }

    /// When somebody is in a group by itself: the times, in their order, none of which meets
    /// another.
    pub fn between(&self, member: EntityId, group: EntityId) -> Vec<Term> {
        let edges = self.graph.outgoing(member).iter();
        let mut ways = edges.filter(|edge| edge.to == group);
        if ways.any(|edge| self.graph.is_membership(self.catalog, edge)) {
            return vec![Term::default()];
        }
        let held = self.memberships.held(member).iter();
        let held = held.filter(|held| held.group == group);
        Term::merged(held.map(|held| held.term).collect())
    }
}

/// How long something lasts; what has no end lasts longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lasts {
    /// Until just before this moment.
    Until(Moment),
    /// For good.
    Always,
}

impl Rules<'_> {
    /// The first entity that begins or ends a membership: who may do what then depends on when
    /// it is asked.
    pub(super) fn timed_membership(&self) -> Option<EntityId> {
        self.memberships.timed
    }

    /// Why nobody can answer without knowing which moment it is, in words: a rule reads it, or a
    /// membership begins or ends.
    pub fn needs_now(&self) -> Option<String> {
        if let Some(rule) = self.reads_now() {
            return Some(format!(
                "the rule at {rule} reads `context.now`, the moment of the question"
            ));
        }
        let is_computed = self.derived.is_some();
        if let Some(name) = is_computed
            .then(|| derive::reads_now(self.catalog))
            .flatten()
        {
            return Some(format!(
                "`{name}`, which rules may read, counts from the moment of the question"
            ));
        }
        let entity = self.catalog.entity(self.timed_membership()?)?;
        let kind = self.catalog.blueprint(entity.blueprint)?;
        Some(format!(
            "{} `{}` makes somebody a member for a time, so it matters when it is asked",
            kind.identifier.value, entity.identifier.value
        ))
    }

    /// The entities that make somebody a member now.
    fn held_now(&self, member: EntityId) -> impl Iterator<Item = &Held> {
        let held = self.memberships.held(member).iter();
        held.filter(|held| held.term.has(self.now))
    }

    /// The groups directly above a person or group now, how long it is in each, and where the
    /// catalog says so.
    pub(super) fn groups_above(
        &self,
        member: EntityId,
    ) -> impl Iterator<Item = (EntityId, Lasts, Option<Span>)> {
        let edges = self.graph.outgoing(member).iter();
        let relations = edges.filter(|edge| self.graph.is_membership(self.catalog, edge));
        let held = self.held_now(member).map(|held| {
            let lasts = held.term.until.map_or(Lasts::Always, Lasts::Until);
            let entity = self.catalog.entity(held.entity);
            (held.group, lasts, entity.map(|it| it.identifier.span))
        });
        let relations = relations.map(|edge| (edge.to, Lasts::Always, Some(edge.span)));
        relations.chain(held)
    }

    /// All groups that a person or group is in now, through others too, and how long at most.
    pub(super) fn reach(&self, member: EntityId) -> BTreeMap<EntityId, Lasts> {
        let mut found: BTreeMap<EntityId, Lasts> = BTreeMap::new();
        let mut next = BinaryHeap::from([(Lasts::Always, member)]);
        // The longest way to each comes first.
        while let Some((lasts, here)) = next.pop() {
            if here != member {
                if found.contains_key(&here) {
                    continue;
                }
                found.insert(here, lasts);
            }
            for (group, other, _) in self.groups_above(here) {
                if group != member && !found.contains_key(&group) {
                    next.push((lasts.min(other), group));
                }
            }
        }
        found
    }

    /// All groups that a person or group is in now; sorted, without itself.
    pub(super) fn ancestors(&self, member: EntityId) -> Vec<EntityId> {
        if self.memberships.by_member.is_empty() {
            return self.graph.ancestors(self.catalog, member);
        }
        self.reach(member).into_keys().collect()
    }

    /// Whether somebody is one of some entities, or in one of them, at any time.
    pub(super) fn is_ever_in(&self, member: EntityId, groups: &BTreeSet<EntityId>) -> bool {
        let mut seen = BTreeSet::from([member]);
        let mut open = vec![member];
        while let Some(id) = open.pop() {
            if groups.contains(&id) {
                return true;
            }
            let always = self.graph.ancestors(self.catalog, id);
            let held = self.memberships.held(id).iter().map(|held| held.group);
            open.extend(always.into_iter().chain(held).filter(|id| seen.insert(*id)));
        }
        false
    }

    /// ` until 2026-11-23 08:00 UTC`, where that is how long a person is in a group at most.
    pub(super) fn until_words(&self, person: EntityId, group: EntityId) -> String {
        if self.memberships.by_member.is_empty() {
            return String::new();
        }
        match self.reach(person).get(&group) {
            Some(Lasts::Until(end)) => format!(" until {}", end.words()),
            Some(Lasts::Always) | None => String::new(),
        }
    }

    /// What a person was or will be a member of by itself, in words, of groups that are named:
    /// `lin was in oncall until 2026-11-23 08:00 UTC`.
    pub(super) fn at_another_time(&self, person: EntityId, names: &[&str]) -> Option<String> {
        let now = self.now?;
        let login = self.login_of(person);
        let mut held = self.memberships.held(person).iter();
        held.find_map(|held| {
            let name = self.name_of(held.group);
            if !names.contains(&name) {
                return None;
            }
            match held.term {
                Term {
                    until: Some(end), ..
                } if end <= now => Some(format!("{login} was in {name} until {}", end.words())),
                Term {
                    from: Some(begin), ..
                } if now < begin => {
                    Some(format!("{login} is in {name} only from {}", begin.words()))
                }
                _ => None,
            }
        })
    }
}
