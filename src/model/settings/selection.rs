//! Which files a catalog has, by its settings.
//!
//! In: where a catalog was found, with the text of its settings. Out: the selection of its files.
//! What is wrong with the settings is found again, with its place, when all is read.

use super::{Settings, read};
use crate::source::layout::Layout;
use crate::source::{Selection, SourceFile};
use crate::syntax::{MergeKeys, parse};
use crate::text::FileId;

/// The files to read of a place.
///
/// Errors: the glob that cannot be read, with the reason.
pub fn selection(layout: &Layout) -> Result<Selection, String> {
    let settings = match &layout.settings {
        Some(SourceFile { text: Ok(text), .. }) => {
            let (documents, _) = parse(FileId(0), text, MergeKeys::Refused);
            let document = documents
                .iter()
                .find(|document| !document.root.is_null() || !document.complete);
            document
                .map(|document| read(document, &mut Vec::new()))
                .unwrap_or_default()
        }
        _ => Settings::default(),
    };
    layout
        .selection(&settings.catalog, &settings.globs())
        .and_then(|selection| selection.with_large(&settings.foreign_globs()))
}
