//! Reads Backstage's `catalog-info.yaml`.

use super::{Foreign, Native};
use crate::finding::Finding;
use crate::syntax::Document;

/// Reads the documents of a file.
pub(super) fn read(
    _foreign: &Foreign<'_>,
    _documents: Vec<Document>,
    _findings: &mut Vec<Finding>,
) -> Vec<Native> {
    Vec::new()
}
