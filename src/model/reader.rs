//! Other languages in: documents in foreign words become documents of the catalog's own.
//!
//! In: the trees of a foreign file. Out: native trees whose keys and values point into the
//! foreign file, so that all later stages know one language only and every finding stands at
//! what its author wrote. A name that is nowhere written stands at what it follows from.

use crate::finding::Finding;
use crate::model::Blueprint;
use crate::model::lower::TakenIn;
use crate::model::settings::{DocumentKind, Reader};
use crate::source::Snapshot;
use crate::syntax::Document;
use crate::text::FileId;

mod backstage;
mod intake;
pub(super) mod mapping;
pub(super) mod natives;
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
    /// The blueprint of documents that do not name theirs.
    pub(super) blueprint: Option<&'a str>,
    /// The files whose text a document may take in.
    pub(super) files: TakenIn<'a>,
    /// All files, for those that a document takes in.
    pub(super) snapshot: &'a Snapshot,
    /// What the files of exports say about each other.
    pub(super) exports: &'a Exports,
    /// What its documents take in.
    pub(super) intake: Intake,
}

impl Foreign<'_> {
    /// Whether the file is what Port's API gave, and nothing that a person wrote: an export has
    /// the values that are computed among the properties, and no names of files.
    pub(super) fn is_export(&self) -> bool {
        let path = self.snapshot.path(self.file);
        let ending = path.rsplit_once('.').map(|(_, ending)| ending);
        *self.reader == Reader::Port && ending == Some("json")
    }
}

/// A document in the words of the catalog.
pub(super) struct Native {
    /// What it is.
    pub(super) kind: DocumentKind,
    /// Its tree.
    pub(super) document: Document,
}

pub(super) use intake::Intake;
pub use intake::TextTakenIn;
pub(super) use port::sibling::Exports;

pub(crate) use backstage::built_in::FILES as BACKSTAGE_BLUEPRINTS;

/// The blueprints that a catalog has where it reads Backstage's descriptors.
pub(super) fn built_in_blueprints() -> Vec<Blueprint> {
    backstage::built_in::blueprints()
}

/// The bytes of other files that a foreign file of this text may take in.
pub(super) fn taken_in_at_most(text: &str) -> usize {
    if backstage::may_take_in(text) || port::may_take_in(text) {
        intake::MOST
    } else {
        0
    }
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
