//! What only follows from settings that could not be read as they were meant.
//!
//! In: all findings that are shown. Out: the same; where an error of the settings file says that
//! `people` or `hosts` is misspelt or no such thing, nobody is said to be a stranger for it and no
//! host to be refused. A host that several calls need is told once.

use std::collections::{BTreeMap, BTreeSet};

use super::take_out;
use crate::finding::Finding;
use crate::finding::Part;
use crate::finding::Severity;
use crate::finding::codes::{E0201, E0405, E0415, E0509};
use crate::model::Catalog;
use crate::text::Span;

/// Takes out what follows from a mistake in the settings that is told.
pub(super) fn drop_all(catalog: &Catalog, findings: &mut Vec<Finding>) {
    let lacks_people = is_wrong(catalog, "people", findings);
    let is_unknown = |finding: &Finding| *finding.code == E0405 && finding.missing.is_some();
    let no_people = lacks_people || findings.iter().any(is_strange);
    if lacks_people {
        findings.retain(|finding| !is_unknown(finding));
    }
    if no_people && who(catalog).is_none() {
        let actors = actors(catalog);
        findings.retain(|it| *it.code != E0415 || !actors.contains(&it.span));
    }
    if is_wrong(catalog, "hosts", findings) {
        findings.retain(|it| host(it).is_none());
    }
    one_of_each_host(findings);
}

/// Whether a finding says why nobody is known.
fn is_strange(finding: &Finding) -> bool {
    *finding.code == E0405 && finding.severity == Severity::Error
}

/// The blueprint of people, where there is one.
fn who(catalog: &Catalog) -> Option<()> {
    let people = catalog.settings.people.as_ref()?;
    catalog.find_blueprint(&people.blueprint.value).map(|_| ())
}

/// Whether an error is told of what the settings say under a key, or of a key that may be it.
fn is_wrong(catalog: &Catalog, key: &str, findings: &[Finding]) -> bool {
    let Some(root) = &catalog.settings.root else {
        return false;
    };
    let entry = root.entry(key);
    let is_here = |it: &Finding| {
        let is_misspelt = *it.code == E0201 && it.near.as_deref() == Some(key);
        let is_in = |outer: Span| outer.covers(it.span);
        let is_value = entry.is_some_and(|it| is_in(it.node.span) || is_in(it.key.span));
        is_in(root.span) && (is_misspelt || is_value)
    };
    let mut errors = findings.iter().filter(|it| it.severity == Severity::Error);
    errors.any(is_here)
}

/// Where rule tests name people who ask or approve.
fn actors(catalog: &Catalog) -> BTreeSet<Span> {
    let asked = catalog.trials.iter().flat_map(|it| &it.actors);
    let approved = catalog.trials.iter().filter_map(|it| it.approved.as_ref());
    let approved = approved.flat_map(|it| &it.value);
    asked.chain(approved).map(|it| it.span).collect()
}

/// The host that no setting allows.
fn host(finding: &Finding) -> Option<&str> {
    let missing = finding.missing.as_ref()?;
    let is_host = *finding.code == E0509 && missing.part == Part::Key;
    is_host.then_some(missing.name.as_str())
}

/// Leaves of the calls that need a host which no setting allows the first, which counts the others.
fn one_of_each_host(findings: &mut Vec<Finding>) {
    let mut first: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut gone = BTreeSet::new();
    for (n, finding) in findings.iter().enumerate() {
        let Some(host) = host(finding) else {
            continue;
        };
        match first.get_mut(host) {
            Some((_, others)) => {
                *others += 1;
                gone.insert(n);
            }
            None => {
                first.insert(host.to_owned(), (n, 0));
            }
        }
    }
    for (n, others) in first.into_values().filter(|(_, others)| *others > 0) {
        if let Some(finding) = findings.get_mut(n) {
            let calls = if others == 1 { "call" } else { "calls" };
            finding.label += &format!("; {others} more {calls} of it");
        }
    }
    take_out(&gone, findings);
}
