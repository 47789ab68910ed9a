//! Secrets in files that nothing reads: the catalog's folder may be another's of the same name.
//!
//! In: the findings about secrets. Out: the same, which also say how such a folder is left alone.

use super::HELP;
use crate::check::Subject;
use crate::finding::Finding;

/// Adds it to the help of those in files that nothing reads.
pub(super) fn name_way_out(subject: &Subject<'_>, findings: &mut [Finding]) {
    for finding in findings {
        let path = subject.snapshot.path(finding.span.file);
        if let Some(way_out) = subject.catalog.files.way_out(path) {
            finding.help = Some(format!("{HELP}; {way_out}"));
        }
    }
}
