//! Compiles catalogs for tests.
//!
//! In: a folder, with or without settings. Out: what `compile` makes of it, and where findings
//! are. Goes the way of the commands: the settings are looked for, and say which files the
//! catalog is made of.

use std::convert::Infallible;
use std::path::Path;

use catalogc::compile::{Compiled, compile};
use catalogc::model::Settings;
use catalogc::model::settings;
use catalogc::source::Selection;
use catalogc::source::SourceFile;
use catalogc::source::disk;
use catalogc::source::layout::{Layout, Place};
use catalogc::syntax::MergeKeys;
use catalogc::text::{FileId, position};

/// Compiles the catalog of a folder.
pub(crate) fn compile_folder(root: &Path) -> Compiled {
    let selection = selection(&Folder(root));
    let snapshot = disk::read(root, &selection).expect("the folder can be read");
    compile(snapshot, &selection)
}

/// Where the findings are and what they are: `catalog/entities/x.yaml:3:9 E0301`.
pub(crate) fn places(compiled: &Compiled) -> Vec<String> {
    compiled
        .findings
        .iter()
        .map(|finding| {
            let path = compiled.snapshot.path(finding.span.file);
            let at = position(
                compiled
                    .snapshot
                    .readable(finding.span.file)
                    .unwrap_or_default(),
                finding.span.start,
            );
            format!("{path}:{}:{} {}", at.line, at.column, finding.code.id)
        })
        .collect()
}

/// Which files of a place are its catalog.
pub(crate) fn selection<P: Place<Error = Infallible>>(place: &P) -> Selection {
    let Ok(layout) = Layout::find(place, "", settings::FILE);
    let layout = layout.expect("a catalog has `catalogc.yaml`, `catalog/` or `blueprints/`");
    let settings = layout
        .settings
        .as_ref()
        .and_then(|file| file.text.as_deref().ok())
        .and_then(read_settings)
        .unwrap_or_default();
    layout
        .selection(&settings.catalog, &settings.globs())
        .and_then(|selection| selection.with_large(&settings.foreign_globs()))
        .expect("the globs that were read can be used")
}

/// The settings of a text; what is wrong with them is found again by `compile`.
fn read_settings(text: &str) -> Option<Settings> {
    let (documents, _) = catalogc::syntax::parse(FileId(0), text, MergeKeys::Refused);
    Some(settings::read(documents.first()?, &mut Vec::new()))
}

/// A folder as a place.
pub(crate) struct Folder<'p>(pub(crate) &'p Path);

impl Place for Folder<'_> {
    type Error = Infallible;

    fn file(&self, path: &str) -> Result<Option<SourceFile>, Infallible> {
        Ok(disk::read_one(self.0, path))
    }

    fn has_folder(&self, path: &str) -> Result<bool, Infallible> {
        Ok(disk::has_folder(self.0, path))
    }
}
