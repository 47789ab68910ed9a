//! Names that are required and not defined, where one is defined that is nearly the same.
//!
//! In: all findings that are shown. Out: the same; of the two names the one that nothing else
//! says is told to be misspelt, and where nothing tells them apart none is written for the other.

use std::collections::BTreeSet;

use super::odd::{misspelt, uses};
use super::take_out;
use crate::finding::Finding;
use crate::finding::fix::Change;
use crate::model::{Blueprint, Catalog};
use crate::source::Snapshot;
use crate::text::{Advice, Span, Text};

/// Looks at the required names that would be repaired; gives the blueprints that lack what they
/// should have defined.
pub(super) fn name(
    catalog: &Catalog,
    snapshot: &Snapshot,
    findings: &mut Vec<Finding>,
) -> BTreeSet<Text> {
    let mut lacking = BTreeSet::new();
    let (mut gone, mut told) = (BTreeSet::new(), Vec::new());
    for (n, finding) in findings.iter_mut().enumerate() {
        let Some(Change::Name { from, to }) = finding.fix.as_ref().map(|fix| &fix.change) else {
            continue;
        };
        let (meant, defined) = (from.clone(), to.clone());
        let is_here = |it: &&Blueprint| it.required.iter().any(|it| it.span == finding.span);
        let blueprint = catalog.blueprints.iter().find(is_here);
        let place = match blueprint {
            Some(blueprint) => {
                let named = places(catalog, blueprint, &meant);
                let is_named = !places(catalog, blueprint, &defined).is_empty();
                let place = blueprint.property(&defined).map(|it| it.name.span);
                match (named.is_empty(), is_named) {
                    (true, true) => continue,
                    (false, false) => {
                        let all: Vec<Span> = [finding.span].into_iter().chain(named).collect();
                        told.extend(place.map(|it| misspelt(it, (&defined, &meant), &all)));
                        gone.extend(place.map(|_| n));
                        lacking.insert(blueprint.identifier.value.clone());
                        continue;
                    }
                    _ => place,
                }
            }
            None => {
                let Some(place) = input(catalog, finding.span, &defined) else {
                    continue;
                };
                let names = BTreeSet::from([defined.as_str()]);
                // It stands at its definition at least.
                if uses(snapshot, &names).values().any(|times| *times > 1) {
                    continue;
                }
                Some(place)
            }
        };
        finding.fix = None;
        let words = format!("did you mean `{defined}`? Or write `{meant}` where that is defined");
        let help = Advice::naming(defined, words);
        (finding.help, finding.near) = (Some(help.words), help.near);
        if let Some(place) = place {
            *finding = finding.clone().related(place, "the nearest name");
        }
    }
    take_out(&gone, findings);
    findings.extend(told);
    lacking
}

/// Where entities of a blueprint have a property.
fn places(catalog: &Catalog, blueprint: &Blueprint, name: &str) -> Vec<Span> {
    let Some((id, _)) = catalog.find_blueprint(&blueprint.identifier.value) else {
        return Vec::new();
    };
    let entities = catalog.entities_of(id).iter();
    let properties = entities.filter_map(|it| it.property(name));
    properties.map(|entry| entry.key.span).collect()
}

/// Where the input is defined that may be meant by a name which an action requires.
fn input(catalog: &Catalog, place: Span, name: &str) -> Option<Span> {
    let is_here = |it: &&crate::model::Action| {
        let mut required = it.inputs.required.iter();
        required.any(|it| it.span == place)
    };
    let action = catalog.actions.iter().find(is_here)?;
    let mut inputs = action.inputs.properties.iter();
    let found = inputs.find(|it| it.key.value == name)?;
    Some(found.key.span)
}
