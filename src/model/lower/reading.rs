//! How a file is read, as its path and the settings say it.
//!
//! In: nothing but what the map of files found. Out: something that two sides can be compared by,
//! and what follows from it.

use crate::model::settings::DocumentKind;

/// How a file is read, as far as its path says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<'m> {
    pub(super) kind: Option<DocumentKind>,
    pub(super) blueprint: Option<&'m str>,
    pub(super) language: Language<'m>,
    /// The globs of what its documents may take in.
    pub(super) files: Vec<&'m str>,
    /// Whether what it says may follow from its path too.
    pub(super) reads_its_path: bool,
}

/// The language of a file, without the place where the settings say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language<'m> {
    Native,
    Port,
    Backstage,
    /// Any, by the mapping at this path.
    Mapping(&'m str),
}

impl<'m> Reading<'m> {
    /// The mapping that it is read by.
    pub fn mapping(&self) -> Option<&'m str> {
        match self.language {
            Language::Mapping(path) => Some(path),
            _ => None,
        }
    }

    /// Whether its language has entities alone: nothing wrong in it can be a broken definition.
    pub fn has_entities_alone(&self) -> bool {
        matches!(self.language, Language::Backstage | Language::Mapping(_))
    }

    /// Whether its documents are entities as catalogs write them: what stands there can be changed.
    pub fn is_native_entities(&self) -> bool {
        self.language == Language::Native && self.kind == Some(DocumentKind::Entities)
    }

    /// Whether what it says may follow from its path too.
    pub fn reads_its_path(&self) -> bool {
        self.reads_its_path
    }

    /// Whether its documents are tests of the rules.
    pub fn is_test(&self) -> bool {
        self.kind == Some(DocumentKind::Tests)
    }

    /// Whether its language may have definitions beside entities: what is wrong may be either.
    pub fn may_have_all(&self) -> bool {
        self.language == Language::Port && self.kind != Some(DocumentKind::Entities)
    }
}
