//! What a plan decides beside what is asked about: whoever points at what goes, what a computed
//! value starts, and guards that let nothing of it pass.
//!
//! In: what somebody wants to know. Out: notes. Each is a thing that a rule of its own decides, so
//! that an answer about the one action is no answer about the pull request.

use std::collections::{BTreeSet, VecDeque};

use crate::cli::ask::Asking;
use crate::cli::ask::matter::Wish;
use crate::cli::ask::subject::Subject;
use crate::model::path::claims;
use crate::model::settings::Mass;
use crate::model::{Blueprint, Catalog, EntityId};
use crate::plan::asked::is_removal;
use crate::plan::gone::pointing;
use crate::plan::shut;
use crate::policy::BuiltIn;
use crate::policy::What;
use crate::text::{Text, few};

/// Names that are written out.
const NAMED: usize = 3;

/// The most computed values that are followed: a note may miss what is behind them.
const FOLLOWED: usize = 10_000;

impl Wish<'_> {
    /// What a plan decides beside it, where these paths change.
    pub(super) fn beside(&self, asking: &Asking<'_>, paths: &[String]) -> Vec<String> {
        let catalog = &asking.compiled.catalog;
        let Some(blueprint) = self.blueprint(catalog) else {
            return Vec::new();
        };
        let mut notes = Vec::new();
        if let Subject::Entity(id) = self.subject {
            let removed = is_removal(self.what);
            let nobody = BTreeSet::new();
            notes.extend(
                removed
                    .then(|| pointing(asking.compiled, id, &nobody))
                    .flatten(),
            );
            // What is read of it is gone as a whole.
            let whole = [String::new()];
            notes.extend(started(asking, id, if removed { &whole } else { paths }));
        }
        notes.extend(self.shut(asking, blueprint));
        notes
    }

    /// The guard that lets nothing of it pass.
    fn shut(&self, asking: &Asking<'_>, blueprint: &Blueprint) -> Option<String> {
        let catalog = &asking.compiled.catalog;
        let mass = match (&self.subject, self.what) {
            (Subject::Root(..), _) => return None,
            (Subject::New(..), _) => Mass::Creates,
            (_, what) if is_removal(what) => Mass::Deletes,
            (_, What::BuiltIn(BuiltIn::Grant)) => Mass::Authority,
            (_, What::Catalog(action)) if action.trigger.changed.is_empty() => return None,
            _ => Mass::Updates,
        };
        let owners = match self.subject {
            Subject::Entity(id) => named(catalog, asking.derived.owner(id)),
            Subject::New(..) | Subject::Root(..) => Vec::new(),
        };
        let guard = shut(catalog, (&blueprint.identifier.value, &owners), mass)?;
        Some(format!(
            "the guard `{guard}` lets none pass: it needs a request `override` too"
        ))
    }
}

/// The actions that a computed value may start where these paths of an entity change.
fn started(asking: &Asking<'_>, id: EntityId, paths: &[String]) -> Option<String> {
    let catalog = &asking.compiled.catalog;
    let is_gone = paths.iter().any(String::is_empty);
    let mut started: BTreeSet<(Text, EntityId)> = BTreeSet::new();
    let mut seen: BTreeSet<(EntityId, String)> = BTreeSet::new();
    let mut queue: VecDeque<(EntityId, String)> =
        paths.iter().map(|path| (id, path.clone())).collect();
    while let Some((here, path)) = queue.pop_front() {
        for (dependent, property) in asking.derived.dependents(here, &path) {
            // What goes starts nothing any more.
            if is_gone && dependent == id {
                continue;
            }
            if seen.len() > FOLLOWED || !seen.insert((dependent, property.clone())) {
                continue;
            }
            let path = format!("properties.{property}");
            let kind = catalog.entity(dependent).map(|entity| entity.blueprint);
            let kind = kind.and_then(|kind| catalog.blueprint(kind));
            let actions = catalog.actions.iter().filter(|action| {
                kind.is_some_and(|kind| kind.identifier.value == action.blueprint.value)
                    && claims(action, &path)
            });
            started.extend(actions.map(|action| (action.identifier.value.clone(), dependent)));
            queue.push_back((dependent, path));
        }
    }
    let of = |(action, entity): &(Text, EntityId)| {
        let entity = catalog.entity(*entity);
        let entity = entity.map_or("", |entity| entity.identifier.value.as_str());
        format!("{action} of {entity}")
    };
    let started: Vec<String> = started.iter().map(of).collect();
    (!started.is_empty()).then(|| {
        format!(
            "it may start {}, which is decided by itself: `catalogc plan` says",
            few(&started, NAMED)
        )
    })
}

fn named(catalog: &Catalog, ids: impl IntoIterator<Item = EntityId>) -> Vec<Text> {
    let entities = ids.into_iter().filter_map(|id| catalog.entity(id));
    entities
        .map(|entity| entity.identifier.value.clone())
        .collect()
}
