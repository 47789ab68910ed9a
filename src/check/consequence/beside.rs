//! What is missing only because its name is misspelt beside it.
//!
//! In: all findings that are shown. Out: the same without those, for the misspelt name is told, and
//! what to write for it.

use std::collections::{BTreeMap, BTreeSet};

use super::take_out;
use crate::check::keys::Keys;
use crate::finding::Finding;
use crate::finding::Missing;
use crate::finding::Part;
use crate::finding::Severity;
use crate::source::Snapshot;
use crate::text::{FileId, did_you_mean};

/// The findings about names that are not known where they stand.
const UNKNOWN: [&str; 3] = ["E0201", "E0206", "E0303"];

/// Takes out what is missing only because its name is misspelt beside it: the misspelt name is
/// told, and what to write for it.
pub(super) fn misspelt(snapshot: &Snapshot, findings: &mut Vec<Finding>) {
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    let mut keys: BTreeMap<FileId, Keys> = BTreeMap::new();
    // By file and name, what is needed there: the places in their order, each with its findings.
    let mut needed: BTreeMap<(FileId, &str), BTreeMap<u32, Vec<usize>>> = BTreeMap::new();
    for (n, finding) in findings.iter().enumerate() {
        for name in needs(finding) {
            let places = needed.entry((finding.span.file, name)).or_default();
            places.entry(finding.span.start).or_default().push(n);
        }
    }
    let mut meant = Vec::new();
    for (n, finding) in findings.iter().enumerate() {
        if finding.severity != Severity::Error || !UNKNOWN.contains(&finding.code.id) {
            continue;
        }
        let written = snapshot.slice(finding.span);
        let own = finding.near.as_deref();
        let Some(name) = own.or_else(|| begun(&needed, finding, written)) else {
            continue;
        };
        if own.is_none() {
            meant.push((n, name.to_owned()));
        }
        // It is needed by the mapping that begins last before it.
        let file = finding.span.file;
        let places = needed.get(&(file, name));
        let before = places.and_then(|it| it.range(..=finding.span.start).next_back());
        if before.is_none() {
            continue;
        }
        let keys = keys.entry(file);
        let keys = keys.or_insert_with(|| Keys::of(file, snapshot.text(file)));
        if keys.has_beside(finding.span, name) {
            continue;
        }
        gone.extend(before.into_iter().flat_map(|(_, all)| all));
    }
    for (n, name) in meant {
        if let Some(finding) = findings.get_mut(n) {
            let help = did_you_mean(&name);
            (finding.help, finding.near) = (Some(help.words), help.near);
        }
    }
    take_out(&gone, findings);
}

/// The key that is needed just there and begins as the unknown one does.
fn begun<'f>(
    needed: &BTreeMap<(FileId, &'f str), BTreeMap<u32, Vec<usize>>>,
    finding: &Finding,
    written: &str,
) -> Option<&'f str> {
    const SAME: usize = 6;
    let begin = written.get(..SAME).filter(|_| finding.code.id == "E0201")?;
    let file = finding.span.file;
    let all = needed.iter().filter(|((at, name), places)| {
        let is_near = places.keys().any(|place| {
            let behind = finding.span.start.checked_sub(*place);
            behind.is_some_and(|it| it < NEAR)
        });
        *at == file && name.starts_with(begin) && is_near
    });
    let mut names = all.map(|((_, name), _)| *name);
    names.next().filter(|_| names.next().is_none())
}

/// How far behind the place of what is needed the unknown key begins at most.
const NEAR: u32 = 200;

/// The names that a finding says to be missing: that of a property, and the key that would have
/// it, which may be what is misspelt.
fn needs(finding: &Finding) -> Vec<&str> {
    let Some(Missing { part, name }) = &finding.missing else {
        return Vec::new();
    };
    let key = match part {
        Part::Key => None,
        Part::Property => Some("properties"),
        Part::Relation => Some("relations"),
        // What stands there without a value is no other name.
        Part::Target | Part::Input => return Vec::new(),
    };
    [name.as_str()].into_iter().chain(key).collect()
}
