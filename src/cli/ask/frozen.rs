//! Whether what is asked about is frozen, as a plan made at that moment would say.
//!
//! In: one of the actions that a change is, and the entity on both sides. Out: why nobody may do
//! it now. Which freeze is of what is decided where plans decide it.

use crate::cli::Failure;
use crate::cli::ask::subject::Subject;
use crate::cli::ask::{Asking, Matter};
use crate::cli::plan::frozen;
use crate::plan::asked::{self, Change};
use crate::policy::{BuiltIn, What};

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
    let owners = match subject {
        Subject::Entity(id) => asking.derived.owner(*id),
        Subject::New(..) | Subject::Root(..) => Vec::new(),
    };
    let catalog = &asking.compiled.catalog;
    match asked::frozen(catalog, &asking.rules, what, (owners, change)) {
        Ok(why) => Ok(why.map(Refusal::Frozen)),
        Err(freeze) => frozen(Some(freeze), None).map(|()| None),
    }
}

/// Logins of those who may do something that is frozen and lift the freeze too: both are asked of
/// who opens the pull request.
pub(in crate::cli) fn who_lifts(asking: &Asking<'_>, matters: &[Matter<'_>]) -> Vec<String> {
    let catalog = &asking.compiled.catalog;
    let lifting = Matter::root(What::BuiltIn(BuiltIn::Override), "guard", "");
    asking.who(|actor| {
        let mut asked = matters.iter().chain([&lifting]);
        asked.all(|matter| {
            !matches!(matter.unmet, Some(Refusal::Unmet(_)))
                && asking
                    .rules
                    .judge(&matter.question(catalog, actor))
                    .is_allowed()
        })
    })
}
