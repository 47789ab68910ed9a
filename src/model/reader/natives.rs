//! All documents of a foreign catalog at once, for whoever writes them down.
//!
//! In: a snapshot in one language. Out: its documents in native words.

use std::collections::BTreeSet;

use super::{Exports, Foreign, Intake};
use crate::finding::Finding;
use crate::model::DocumentKind;
use crate::model::lower::TakenIn;
use crate::model::settings::Reader;
use crate::source::Snapshot;
use crate::syntax::Document;
use crate::syntax::MergeKeys;
use crate::text::FileId;

/// The documents of files, in the order of paths. Each may take in the text of any file.
pub fn natives(
    snapshot: &Snapshot,
    reader: &Reader,
    is_read: impl Fn(FileId) -> bool,
) -> (Vec<(DocumentKind, Document)>, Vec<Finding>) {
    let mut natives = Vec::new();
    let mut findings = Vec::new();
    let exports = Exports::of_all(snapshot, &mut findings);
    for (file, source) in snapshot.files() {
        let Ok(text) = &source.text else { continue };
        if !is_document(&source.path) || !is_read(file) {
            continue;
        }
        let (documents, found) = crate::syntax::parse_large(file, text, MergeKeys::Resolved);
        findings.extend(found);
        let foreign = Foreign {
            file,
            reader,
            kind: None,
            blueprint: None,
            files: TakenIn::everything(),
            snapshot,
            exports: &exports,
            intake: Intake::default(),
        };
        let read = super::read(&foreign, documents, &mut findings);
        natives.extend(
            read.into_iter()
                .map(|native| (native.kind, native.document)),
        );
    }
    crate::finding::sort(&mut findings);
    (natives, findings)
}

/// The files that have Backstage's descriptors: those that are called `catalog-info.yaml`, or
/// the one that is named, and what their Locations lead to.
pub fn descriptors(snapshot: &Snapshot, named: Option<&str>) -> BTreeSet<FileId> {
    super::backstage::files(snapshot, named)
}

/// The endings of files that documents are read from wherever they stand.
pub(in crate::model) const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];

/// The ending of a file's name; empty where it has none.
pub(in crate::model) fn ending(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Whether a file has one of the usual endings.
pub fn is_document(path: &str) -> bool {
    ENDINGS.contains(&ending(path))
}
