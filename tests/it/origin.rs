//! The catalog of the origin article, and the one that is shipped.

use std::path::Path;

use catalogc::check::has_errors;

use crate::support::{compile_folder, places};

#[test]
fn the_catalog_of_the_origin_article_loads_without_findings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/origin");
    let compiled = compile_folder(&root);
    assert_eq!(places(&compiled), [""; 0]);
    assert_eq!(compiled.catalog.blueprints.len(), 5);
    assert_eq!(compiled.catalog.entities.len(), 9);
}

#[test]
fn the_shipped_catalog_has_no_errors() {
    let compiled = compile_folder(Path::new(env!("CARGO_MANIFEST_DIR")));
    assert!(!has_errors(&compiled.findings), "{:?}", places(&compiled));
    assert!(compiled.catalog.actions.len() >= 14);
}
