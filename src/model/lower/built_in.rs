//! Blueprints that need no file.
//!
//! In: a catalog with all that its files define, and these files. Out: the same with what is built
//! in and used.

use rustc_hash::FxHashSet;

use super::file_map::FileMap;
use crate::model::Catalog;
use crate::model::reader;
use crate::model::settings::{DocumentKind, Reader};
use crate::source::Snapshot;
use crate::text::{FileId, Text};

/// The blueprints of Backstage's kinds, where its descriptors are read. One of the catalog's own
/// stands in the place of each; where it may stand in a file that cannot be read, it is not known
/// to be missing.
pub(super) fn add(catalog: &mut Catalog, map: &FileMap, snapshot: &Snapshot) {
    let mut sources = catalog.settings.sources.iter();
    if !sources.any(|source| source.reader == Reader::Backstage) {
        return;
    }
    let holds_blueprints = |file: &FileId| {
        let kinds = map.may_hold(snapshot.path(*file));
        kinds.contains(&DocumentKind::Blueprints)
    };
    let unread = catalog.unread.iter().copied();
    let unread: Vec<FileId> = unread.filter(holds_blueprints).collect();
    let may_be_own = |name: &str| unread.iter().any(|file| may_name(*file, name, snapshot));
    let own: FxHashSet<Text> = catalog
        .blueprints
        .iter()
        .map(|blueprint| blueprint.identifier.value.clone())
        .collect();
    let built_in = reader::built_in_blueprints().into_iter();
    catalog.blueprints.extend(built_in.filter(|blueprint| {
        let name = &blueprint.identifier.value;
        !own.contains(name) && !may_be_own(name)
    }));
}

/// Whether a file that cannot be read may have something of this name: the name is a word of its
/// text, or there is none.
fn may_name(file: FileId, name: &str, snapshot: &Snapshot) -> bool {
    let has_text = snapshot.file(file).is_some_and(|file| file.text.is_ok());
    let is_inner = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = snapshot.text(file).split(|c: char| !is_inner(c));
    !has_text || words.any(|word| word == name)
}
