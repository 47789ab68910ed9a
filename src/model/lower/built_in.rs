//! Blueprints that need no file.
//!
//! In: a catalog with all that its files define. Out: the same with what is built in and used.

use rustc_hash::FxHashSet;

use crate::model::Catalog;
use crate::model::reader;
use crate::model::settings::{DocumentKind, Reader};
use crate::text::Text;

/// The blueprints of Backstage's kinds, where its descriptors are read. One of the catalog's own
/// stands in the place of each; where its file cannot be read none is known to be missing.
pub(super) fn add(catalog: &mut Catalog) {
    let mut sources = catalog.settings.sources.iter();
    let is_needed = sources.any(|source| source.reader == Reader::Backstage);
    if !is_needed || catalog.is_half_read(DocumentKind::Blueprints) {
        return;
    }
    let own: FxHashSet<Text> = catalog
        .blueprints
        .iter()
        .map(|blueprint| blueprint.identifier.value.clone())
        .collect();
    let built_in = reader::built_in_blueprints().into_iter();
    catalog
        .blueprints
        .extend(built_in.filter(|blueprint| !own.contains(&blueprint.identifier.value)));
}
