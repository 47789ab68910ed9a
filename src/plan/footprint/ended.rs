//! What a plan of what has expired reads besides its steps, and what the removal that follows
//! its calls writes.
//!
//! In: the entities that its steps delete. Out: facts. Which entities have expired rests on the
//! end of every entity that has one; and whoever points at what goes may go with it, or lose its
//! name: both are told as if they went, which is never less.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::model::EntityId;
use crate::model::blueprint::OnDelete;
use crate::plan::diff::{Difference, Side};
use crate::plan::file::{Footprint, digest};
use crate::plan::footprint::fact::{self, Facts};
use crate::plan::footprint::{Ground, reads, shown, writes};
use crate::plan::origin::paths_on;
use crate::plan::value::States;

/// The entities that go when these do, as differences, and who may go or change with them.
pub(in crate::plan) fn gone(
    states: &States<'_>,
    ended: impl Iterator<Item = EntityId>,
) -> Vec<Difference> {
    let before = states.before;
    let mut next: Vec<EntityId> = ended.collect();
    let mut seen: BTreeSet<EntityId> = next.iter().copied().collect();
    let mut gone = Vec::new();
    while let Some(id) = next.pop() {
        let entity = before.catalog.entity(id);
        let Some(kind) = entity.and_then(|it| before.catalog.blueprint(it.blueprint)) else {
            continue;
        };
        gone.push(Difference {
            blueprint: kind.identifier.value.clone(),
            before: Some(id),
            after: None,
            changes: Vec::new(),
        });
        if kind.on_delete != OnDelete::Restrict {
            let users = before.graph.incoming(id).map(|edge| edge.from);
            next.extend(users.filter(|user| seen.insert(*user)));
        }
    }
    gone
}

impl Ground<'_, '_, '_> {
    /// The footprint of all but the steps.
    pub(super) fn of_ended(&self) -> Footprint {
        let (mut read, mut written) = (Facts::default(), Facts::default());
        reads::of_all_kinds(self, &mut read);
        let before = self.states.before;
        for (id, entity) in before.catalog.entities() {
            let Some(kind) = before.catalog.blueprint(entity.blueprint) else {
                continue;
            };
            if let Some(expiry) = &kind.expiry {
                self.part(id, &format!("properties.{}", expiry.value), &mut read);
            }
        }
        for kind in before
            .catalog
            .blueprints
            .iter()
            .filter(|it| it.expiry.is_some())
        {
            let name = kind.identifier.value.as_str();
            let found = before.catalog.find_blueprint(name);
            let count = found.map_or(0, |(id, _)| before.catalog.entities_of(id).len());
            read.add(fact::count(name), digest(&json!(count)));
            reads::blueprint(self, name, &mut read);
            reads::actions(self, name, &mut read);
        }
        for difference in &self.differences {
            writes::of_difference(self, difference, &mut written);
        }
        self.files_of_ended(&mut written);
        Footprint {
            reads: shown(read, self.secrets),
            writes: shown(written, self.secrets),
            guards: Vec::new(),
        }
    }

    /// The files that say something of what goes, and the folders in which no others are.
    fn files_of_ended(&self, facts: &mut Facts) {
        let of = |difference| paths_on(self.states, Side::Before, difference);
        let paths: BTreeSet<&str> = self.differences.iter().copied().flat_map(of).collect();
        let mut kept: BTreeSet<&str> = BTreeSet::new();
        let all = self.states.before.snapshot.as_slice().iter();
        for file in all.filter(|file| !paths.contains(file.path.as_str())) {
            kept.extend(above(&file.path));
        }
        for path in &paths {
            facts.add(fact::file(path), self.nothing());
            for folder in above(path).filter(|folder| !kept.contains(folder)) {
                facts.add(fact::folder(folder), digest(&Json::Null));
            }
        }
    }
}

/// The folders that a file is in.
fn above(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/');
    ends.filter_map(|(at, _)| path.get(..at))
}
