//! What somebody may ask for: an action of a catalog, or one that every catalog has.

use crate::model::{Action, Catalog};
use crate::policy::{ActionName, BuiltIn};

/// An action that may be asked for.
#[derive(Debug, Clone, Copy)]
pub enum What<'c> {
    /// One of the catalog.
    Catalog(&'c Action),
    /// One that every catalog has.
    BuiltIn(BuiltIn),
}

impl<'c> What<'c> {
    /// The action of a name; `None` where nothing has it.
    pub fn named(catalog: &'c Catalog, name: &str) -> Option<Self> {
        if let Some(built_in) = BuiltIn::ALL.into_iter().find(|it| it.word() == name) {
            return Some(Self::BuiltIn(built_in));
        }
        catalog.find_action(name).map(Self::Catalog)
    }

    /// The names that there are.
    pub fn names(catalog: &'c Catalog) -> Vec<&'c str> {
        let own = catalog.actions.iter();
        let own = own.map(|action| action.identifier.value.as_str());
        own.chain(BuiltIn::ALL.map(BuiltIn::word)).collect()
    }

    /// As rules are asked for it.
    pub fn name(self) -> ActionName<'c> {
        match self {
            Self::Catalog(action) => ActionName::Catalog(&action.identifier.value),
            Self::BuiltIn(built_in) => ActionName::BuiltIn(built_in),
        }
    }

    /// As people write it.
    pub fn word(self) -> &'c str {
        match self {
            Self::Catalog(action) => &action.identifier.value,
            Self::BuiltIn(built_in) => built_in.word(),
        }
    }

    /// The catalog's action.
    pub const fn action(self) -> Option<&'c Action> {
        match self {
            Self::Catalog(action) => Some(action),
            Self::BuiltIn(_) => None,
        }
    }
}
