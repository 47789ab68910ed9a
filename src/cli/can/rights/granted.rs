//! The grant that it is to make or remove somebody, beside what the action is called.
//!
//! In: a person, an action, and an entity that appears or disappears. Out: whether the grant is
//! allowed, without which the action is of no use.

use crate::cli::can::rights::Asker;
use crate::model::{Blueprint, Entity, EntityId};
use crate::plan::asked::is_removal;
use crate::plan::claim;
use crate::policy::{Authority, Happens};
use crate::policy::{BuiltIn, Question, Resource, What};
use crate::render::asked::Verdict;

impl Asker<'_, '_> {
    /// What says who is who of what appears or disappears by the action; nothing where entities stay.
    pub(super) fn grants(&self, blueprint: &Blueprint) -> Authority {
        match self.happens() {
            Happens::Changes => Authority::default(),
            happens => {
                let catalog = &self.asking.compiled.catalog;
                Authority::of(catalog, catalog, &blueprint.identifier.value, happens)
            }
        }
    }

    fn happens(&self) -> Happens {
        if self.is_creation() {
            Happens::Appears
        } else if is_removal(self.what) {
            Happens::Disappears
        } else {
            Happens::Changes
        }
    }

    /// The same of an entity that is there.
    pub(super) fn granted_on(&self, grants: &Authority, id: EntityId, entity: &Entity) -> Verdict {
        self.granted(grants, Resource::Entity(id), entity)
    }

    /// Whether the grant is allowed that an action is beside what it is called.
    pub(super) fn granted(
        &self,
        grants: &Authority,
        resource: Resource<'_>,
        entity: &Entity,
    ) -> Verdict {
        let (happens, by) = (self.happens(), self.what.action());
        let said = claim::appears(entity).into_iter().map(|it| it.path);
        let changed: Vec<String> = said
            .filter(|path| grants.grants(path, happens, by))
            .collect();
        if changed.is_empty() {
            return Verdict::Allowed;
        }
        self.asking.verdict(&Question {
            actor: self.actor,
            action: What::BuiltIn(BuiltIn::Grant).name(),
            resource,
            inputs: &self.nothing,
            changed: &changed,
            after: None,
            cause: None,
        })
    }
}

/// An answer with what the grant beside it says, which is not asked for where it helps nobody.
pub(super) fn besides(own: Verdict, granted: impl FnOnce() -> Verdict) -> Verdict {
    match own {
        Verdict::Denied => Verdict::Denied,
        own => own.max(granted()),
    }
}
