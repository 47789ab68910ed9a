//! Requests that are merged: what they name may have gone since.
//!
//! In: a catalog, and that of the branch that it is merged into. Out: the catalog without the
//! findings that a request which stands there names nothing: it is a record, and asks no more.

use std::collections::BTreeMap;

use crate::compile::Compiled;
use crate::finding::Finding;
use crate::finding::codes::E0507;
use crate::model::Request;
use crate::text::{FileId, Span};

impl Compiled {
    /// Whether a request names an entity that is not there.
    pub fn asks_for_nothing(&self) -> bool {
        self.findings.iter().any(|it| *it.code == E0507)
    }

    /// Lets the requests be that stand in `target` and say the same there.
    pub fn let_merged_be(&mut self, target: &Self) {
        let mut findings = std::mem::take(&mut self.findings);
        self.without_merged(target, &mut findings);
        self.findings = findings;
    }

    /// Takes out of findings of this catalog those of requests that stand in `target`.
    pub fn without_merged(&self, target: &Self, findings: &mut Vec<Finding>) {
        if !findings.iter().any(|it| *it.code == E0507) {
            return;
        }
        // They are in the order of their ids.
        let theirs = &target.catalog.requests;
        let is_merged = |own: &&Request| {
            let found = theirs.binary_search_by(|it| it.id.value.cmp(&own.id.value));
            let found = found.ok().and_then(|at| theirs.get(at));
            found.is_some_and(|it| it.form() == own.form())
        };
        let merged = self.catalog.requests.iter().filter(is_merged);
        let merged: BTreeMap<(FileId, u32), u32> = merged
            .map(|it| ((it.span.file, it.span.start), it.span.end))
            .collect();
        let is_merged = |span: Span| {
            let before = merged.range(..=(span.file, span.start)).next_back();
            before.is_some_and(|((file, _), end)| *file == span.file && span.end <= *end)
        };
        findings.retain(|it| *it.code != E0507 || !is_merged(it.span));
    }
}
