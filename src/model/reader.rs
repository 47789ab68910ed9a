//! Other languages in: documents in foreign words become documents of the catalog's own.
//!
//! In: the trees of a foreign file. Out: native trees whose keys and values point into the
//! foreign file, so that all later stages know one language only and every finding stands at
//! what its author wrote. A name that is nowhere written stands at what it follows from.

use crate::finding::Finding;
use crate::model::settings::{DocumentKind, Reader};
use crate::source::Snapshot;
use crate::syntax::Document;
use crate::text::FileId;

mod backstage;
pub(super) mod mapping;
mod port;
mod tree;

/// A foreign file, beside its trees.
pub(super) struct Foreign<'a> {
    /// The file.
    pub(super) file: FileId,
    /// Its language.
    pub(super) reader: &'a Reader,
    /// What its documents are, where the settings say it.
    pub(super) kind: Option<DocumentKind>,
    /// All files, for those that a document takes in.
    pub(super) snapshot: &'a Snapshot,
}

/// A document in the words of the catalog.
pub(super) struct Native {
    /// What it is.
    pub(super) kind: DocumentKind,
    /// Its tree.
    pub(super) document: Document,
}

/// Reads a foreign file's documents.
pub(super) fn read(
    foreign: &Foreign<'_>,
    documents: Vec<Document>,
    findings: &mut Vec<Finding>,
) -> Vec<Native> {
    match foreign.reader {
        // A mapping needs its rules, which stand in a file of their own.
        Reader::Native | Reader::Mapping(_) => Vec::new(),
        Reader::Port => port::read(foreign, documents, findings),
        Reader::Backstage => backstage::read(foreign, documents, findings),
    }
}
