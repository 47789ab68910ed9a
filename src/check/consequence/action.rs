//! What only follows from a misspelt key of an action.
//!
//! In: all findings that are shown. Out: the same without those that miss the inputs, the
//! permissions or the arguments that a misspelt key would have given.

use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::E0201;
use crate::model::{Action, Catalog};
use crate::source::Snapshot;
use crate::text::{Located, Span, Text};

/// Takes out what follows from a misspelt key of an action that is told.
pub(super) fn drop_all(catalog: &Catalog, snapshot: &Snapshot, findings: &mut Vec<Finding>) {
    let is_told = |it: &&Finding| *it.code == E0201 && it.severity == Severity::Error;
    let misspelt = findings.iter().filter(is_told).filter_map(|finding| {
        let mut actions = catalog.actions.iter();
        let action = actions.find(|it| it.root.span.covers(finding.span))?;
        Some((action, finding.near.clone()?))
    });
    for (action, key) in misspelt.collect::<Vec<_>>() {
        match key.as_str() {
            "inputs" => {
                let places = places(catalog, action);
                findings.retain(|it| !misses_input(it, &places));
            }
            "permissions" | "execute" => {
                let file = snapshot.path(action.root.span.file);
                let name = file.rsplit('/').next().unwrap_or(file);
                let rules = rules(catalog)
                    .filter(|by| by.value.starts_with(name) || by.value.starts_with(file));
                let rules: Vec<Span> = rules.map(|by| by.span).collect();
                findings.retain(|it| {
                    !(matches!(it.code.id, "E0414" | "E0416") && rules.contains(&it.span))
                });
            }
            "with" => findings.retain(|it| {
                let is_argument = it.code.id == "E0509" && it.missing.is_some();
                !(is_argument && action.root.span.covers(it.span))
            }),
            _ => {}
        }
    }
}

/// Where inputs of an action are named: in itself, and where it is asked for.
fn places(catalog: &Catalog, action: &Action) -> Vec<Span> {
    let is_it = |name: &Text| *name == action.identifier.value;
    let requests = catalog.requests.iter().filter(|it| is_it(&it.action.value));
    let is_asked = |it: &Option<Located<Text>>| it.as_ref().is_some_and(|it| is_it(&it.value));
    let trials = catalog.trials.iter().filter(|it| is_asked(&it.action));
    let asked = requests.map(|it| it.span).chain(trials.map(|it| it.span));
    [action.root.span].into_iter().chain(asked).collect()
}

/// Whether a finding is that there is no input of a name.
fn misses_input(finding: &Finding, places: &[Span]) -> bool {
    matches!(finding.code.id, "E0402" | "E0502")
        && finding.missing.is_none()
        && places.iter().any(|place| place.covers(finding.span))
}

/// The rules that tests name.
fn rules(catalog: &Catalog) -> impl Iterator<Item = &Located<Text>> {
    let steps = catalog.trials.iter().filter_map(|it| it.steps.as_ref());
    let steps = steps.flat_map(|steps| &steps.value);
    let own = catalog.trials.iter().filter_map(|it| it.by.as_ref());
    steps.filter_map(|step| step.by.as_ref()).chain(own)
}
