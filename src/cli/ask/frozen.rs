//! Whether what is asked about is frozen, as a plan made at that moment would say.
//!
//! In: one of the actions that a change is, and the entity on both sides. Out: why nobody may do
//! it now. Which freeze is of what is decided where plans decide it.

use std::collections::BTreeSet;

use crate::cli::Failure;
use crate::cli::ask::Asking;
use crate::cli::ask::claimed::Change;
use crate::cli::ask::name::What;
use crate::cli::ask::subject::Subject;
use crate::cli::plan::frozen;
use crate::plan::freeze::{self, Done};
use crate::policy::BuiltIn;
use crate::text::Text;

/// Why nobody may do something, whoever they are.
#[derive(Debug, Clone)]
pub(in crate::cli) enum Refusal {
    /// As the entity is now.
    Unmet(String),
    /// At the moment of the question.
    Frozen(String),
}

impl Refusal {
    /// In words.
    pub(in crate::cli) fn words(&self) -> &str {
        match self {
            Self::Unmet(words) | Self::Frozen(words) => words,
        }
    }
}

/// The freeze that an action is in.
///
/// Errors: there is one of such actions, and nobody said when it is.
pub(super) fn refusal(
    asking: &Asking<'_>,
    what: What<'_>,
    (subject, change): (&Subject, &Change<'_>),
) -> Result<Option<Refusal>, Failure> {
    // What is said to be true already is not done.
    if matches!(what, What::BuiltIn(BuiltIn::Record)) {
        return Ok(None);
    }
    let catalog = &asking.compiled.catalog;
    let before = match subject {
        Subject::Entity(id) => asking.derived.owner(*id),
        Subject::New(..) | Subject::Root(..) => Vec::new(),
    };
    let after = change.after.into_iter();
    let after = after.flat_map(|entity| asking.rules.would_own(entity));
    let owners: BTreeSet<Text> = before
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
    let Some(now) = asking.rules.now() else {
        frozen(freeze::named(freezes, &done), None)?;
        return Ok(None);
    };
    Ok(freeze::refused(freezes, &done, now, &asking.rules).map(Refusal::Frozen))
}
