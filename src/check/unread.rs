//! References that are not checked, because what they name may stand in a file that could not be
//! read to its end.
//!
//! In: the names that were found nowhere and may be right. Out: one finding for each such file,
//! so that nothing is silent without being said.

use std::collections::BTreeMap;

use crate::check::Subject;
use crate::check::{person, request};
use crate::finding::Finding;
use crate::finding::codes::E0314;
use crate::text::{FileId, Span};

/// One finding for each file whose mistake silences others.
pub(super) fn unchecked(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if subject.catalog.lost.is_empty() {
        return;
    }
    let related = subject.graph.unchecked().iter().copied();
    let people = person::unchecked(subject);
    let requested = request::unchecked(subject);
    let mut by_file: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
    for unchecked in related.chain(people).chain(requested) {
        by_file
            .entry(unchecked.file)
            .or_default()
            .push(unchecked.span);
    }
    for (file, mut spans) in by_file {
        spans.sort_unstable();
        let (count, first) = (spans.len(), spans.first().copied());
        let (references, label) = match count {
            1 => ("1 reference is".to_owned(), "not checked"),
            n => (format!("{n} references are"), "the first of them"),
        };
        let finding = Finding::new(
            &E0314,
            Span::whole_file(file),
            format!("{references} not checked: what is named may stand in this file, of which a part is left out"),
        )
        .help("mend the file: whoever names what is left out of it is not blamed");
        findings.push(match first {
            Some(first) => finding.related(first, label),
            None => finding,
        });
    }
}
