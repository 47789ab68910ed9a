//! References that are not checked, for what they name does not say who it is.
//!
//! In: all findings that are shown. Out: the same, where the count of such references is told by
//! the finding that is their cause, if that is one about the identity of a whole document.

use super::take_out;
use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::E0314;
use std::collections::BTreeSet;

/// Takes out what only counts what is silent, and says it where the cause is told.
pub(super) fn fold(findings: &mut Vec<Finding>) {
    let mut gone = BTreeSet::new();
    let mut said = Vec::new();
    for (n, finding) in findings.iter().enumerate() {
        if *finding.code != E0314 {
            continue;
        }
        let file = finding.span.file;
        let here = || {
            let all = findings.iter().enumerate();
            all.filter(move |(_, it)| it.span.file == file && it.severity == Severity::Error)
        };
        // Of what is not read to its end nobody knows what else is in it.
        if here().any(|(_, it)| it.code.id.starts_with("E01")) {
            continue;
        }
        let Some((cause, _)) = here().find(|(_, it)| is_identity(it)) else {
            continue;
        };
        let count = finding.message.split(" not checked").next();
        said.push((cause, count.unwrap_or_default().to_owned()));
        gone.insert(n);
    }
    for (cause, count) in said {
        if let Some(finding) = findings.get_mut(cause) {
            let gap = if finding.label.is_empty() { "" } else { "; " };
            finding.label += &format!("{gap}{count} not checked");
        }
    }
    take_out(&gone, findings);
}

/// Whether a finding is that a document does not say who it is, or of what kind.
fn is_identity(finding: &Finding) -> bool {
    let is_key = |name: &str| ["identifier", "blueprint"].contains(&name);
    match finding.code.id {
        "E0201" => finding.near.as_deref().is_some_and(is_key),
        "E0202" => finding.missing.as_ref().is_some_and(|it| is_key(&it.name)),
        "E0203" => ["`identifier`", "`blueprint`"]
            .iter()
            .any(|key| finding.message.starts_with(key)),
        "E0208" => true,
        _ => false,
    }
}
