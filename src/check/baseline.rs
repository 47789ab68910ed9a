//! Which findings the baseline of a catalog lets pass.
//!
//! In: findings and entries. Out: the findings that are left, and those that pass, each with its
//! entry. An entry lets one finding pass, and a day is not known here.

use std::collections::HashMap;

use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::E0006;
use crate::finding::fingerprint::of_marked;
use crate::model::Baseline;
use crate::model::baseline::{Excuse, is_excusable};
use crate::source::Snapshot;

/// A finding that the baseline lets pass.
#[derive(Debug, Clone)]
pub struct Excused {
    /// The finding.
    pub finding: Finding,
    /// Why it passes.
    pub entry: Excuse,
}

/// What an entry and a finding have in common.
type Key = (&'static str, String, String, Option<String>);

/// Takes out of `findings` what `baseline` lets pass. `prefix` stands before every path of an
/// entry. Entries that fit nothing are given back, in their order.
pub fn excuse<'b>(
    baseline: &'b Baseline,
    snapshot: &Snapshot,
    prefix: &str,
    findings: &mut Vec<Finding>,
) -> (Vec<Excused>, Vec<&'b Excuse>) {
    let mut waiting: HashMap<Key, Vec<usize>> = HashMap::new();
    for (n, entry) in baseline.entries.iter().enumerate().rev() {
        let key = (
            entry.code.id,
            entry.path.to_string(),
            entry.message.to_string(),
            entry.fingerprint.as_ref().map(ToString::to_string),
        );
        waiting.entry(key).or_default().push(n);
    }
    let mut excused = Vec::new();
    let mut used = vec![false; baseline.entries.len()];
    let mut kept = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        // One that stands for others lets what nobody has seen pass with it.
        let entry = if is_excusable(finding.code) && finding.untold == 0 {
            let path = snapshot.path(finding.span.file);
            let path = path.strip_prefix(prefix).unwrap_or(path);
            let (id, message) = (finding.code.id, finding.message.clone());
            let marked = of_marked(&finding, snapshot.slice(finding.span));
            let mut key = (id, path.to_owned(), message, Some(marked));
            let exact = waiting.get_mut(&key).and_then(Vec::pop);
            key.3 = None;
            exact.or_else(|| waiting.get_mut(&key).and_then(Vec::pop))
        } else {
            None
        };
        match entry.and_then(|n| Some((n, baseline.entries.get(n)?))) {
            Some((n, entry)) => {
                if let Some(used) = used.get_mut(n) {
                    *used = true;
                }
                excused.push(Excused {
                    finding,
                    entry: entry.clone(),
                });
            }
            None => kept.push(finding),
        }
    }
    *findings = kept;
    let unused = baseline.entries.iter().zip(used);
    let unused = unused.filter(|(_, is_used)| !is_used);
    (excused, unused.map(|(entry, _)| entry).collect())
}

/// The findings that entries fit nothing. Where a file or a definition could not be read, what
/// is found in a whole catalog is not known, and nobody is told to delete anything.
pub(super) fn unused(entries: &[&Excuse], findings: &[Finding]) -> Vec<Finding> {
    let hides = |finding: &Finding| finding.code.fixed && finding.severity == Severity::Error;
    if findings.iter().any(hides) {
        return Vec::new();
    }
    entries
        .iter()
        .map(|entry| {
            let what = format!("{} in `{}`", entry.code.id, entry.path);
            Finding::new(
                &E0006,
                entry.span,
                format!("no finding fits this entry: {what}"),
            )
            .label("not needed any more")
            .help("delete the entry; `catalogc check --write-baseline` deletes all such")
        })
        .collect()
}
