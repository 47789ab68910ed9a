//! What nobody may do now, whoever they are: preconditions that are not true of an entity, and
//! freezes.
//!
//! In: an action and an entity that rules let somebody touch. Out: why it is not done now, in the
//! words of a plan. What a new entity will be is not known, so that only freezes are told of it.

use std::collections::BTreeSet;

use serde_json::json;

use crate::cli::ask::Asking;
use crate::derive::Secrecy;
use crate::model::{Blueprint, EntityId};
use crate::plan::freeze::{self, Done};
use crate::plan::precondition;
use crate::policy::BuiltIn;
use crate::policy::What;
use crate::text::Text;

/// What is asked of every entity of a blueprint.
pub(super) struct Held<'h, 'c> {
    asking: &'h Asking<'c>,
    what: What<'h>,
    blueprint: &'h Blueprint,
    secrecy: [Secrecy<'h>; 1],
}

impl<'h, 'c> Held<'h, 'c> {
    pub(super) fn new(asking: &'h Asking<'c>, what: What<'h>, blueprint: &'h Blueprint) -> Self {
        Self {
            asking,
            what,
            blueprint,
            secrecy: [Secrecy::of(&asking.compiled.catalog)],
        }
    }

    /// Whether there is anything that could stop the action.
    pub(super) fn is_possible(&self) -> bool {
        let action = self.what.action();
        let asks = action.is_some_and(|action| !action.preconditions.is_empty());
        let freezes = &self.asking.compiled.catalog.settings.freezes;
        asks || !freezes.is_empty()
    }

    /// Why it is not done to an entity that is there.
    pub(super) fn on(&self, id: EntityId) -> Option<String> {
        let unmet = self.what.action().and_then(|action| {
            if action.preconditions.is_empty() {
                return None;
            }
            // What the entity becomes is not known, so it is asked as it is.
            let context = json!({"before": self.asking.derived.entity(id)});
            precondition::unmet(action, &context, &self.secrecy)
        });
        unmet
            .map(|unmet| unmet.text)
            .or_else(|| self.frozen(&self.asking.derived.owner(id)))
    }

    /// Why it is not done to what would be owned by these.
    pub(super) fn frozen(&self, owners: &[EntityId]) -> Option<String> {
        let catalog = &self.asking.compiled.catalog;
        let freezes = &catalog.settings.freezes;
        let now = self.asking.rules.now()?;
        if freezes.is_empty() || matches!(self.what, What::BuiltIn(BuiltIn::Record)) {
            return None;
        }
        let names = owners.iter().filter_map(|id| catalog.entity(*id));
        let owners: BTreeSet<Text> = names
            .map(|entity| entity.identifier.value.clone())
            .collect();
        let done = Done {
            blueprint: &self.blueprint.identifier.value,
            action: self.what.word(),
            owners: &owners,
        };
        freeze::refused(freezes, &done, now, &self.asking.rules)
    }
}
