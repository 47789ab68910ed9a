//! Names that are required and not defined, where one is defined that is nearly the same.
//!
//! In: all findings that are shown. Out: the same; of the two names the one that nothing else
//! says is told to be misspelt, and where nothing tells them apart none is written for the other.

use std::collections::BTreeSet;

use super::odd::{misspelt, uses};
use super::take_out;
use crate::finding::Finding;
use crate::finding::fix::Change;
use crate::model::{Action, Blueprint, Catalog};
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
            Some(it) => property(catalog, it, (&defined, &meant), finding.span),
            None => input(catalog, snapshot, &defined, finding.span),
        };
        let place = match place {
            Place::Certain => continue,
            Place::Misspelt(place, named) => {
                told.push(misspelt(place, (&defined, &meant), &named));
                gone.insert(n);
                lacking.extend(blueprint.map(|it| it.identifier.value.clone()));
                continue;
            }
            Place::Open(place) => place,
        };
        finding.fix = None;
        let words = format!("did you mean `{defined}`? Or write `{meant}` where that is defined");
        let help = Advice::naming(defined, words);
        (finding.help, finding.near) = (Some(help.words), help.near);
        *finding = finding.clone().related(place, "the nearest name");
    }
    take_out(&gone, findings);
    findings.extend(told);
    lacking
}

/// Where the name is defined that is nearly a required one, and which of the two is right.
enum Place {
    /// The defined one, or it is none of these.
    Certain,
    /// The required one, which stands in these places.
    Misspelt(Span, Vec<Span>),
    /// Nothing says it.
    Open(Span),
}

/// The property that a required one may be: entities have one of the two.
fn property(
    catalog: &Catalog,
    blueprint: &Blueprint,
    (defined, meant): (&str, &str),
    here: Span,
) -> Place {
    let (named, other) = (
        places(catalog, blueprint, meant),
        places(catalog, blueprint, defined),
    );
    let Some(place) = blueprint.property(defined).map(|it| it.name.span) else {
        return Place::Certain;
    };
    match (named.is_empty(), other.is_empty()) {
        (true, false) => Place::Certain,
        (false, true) => Place::Misspelt(place, [here].into_iter().chain(named).collect()),
        _ => Place::Open(place),
    }
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

/// The input that a required one may be: what else names it says that it is right.
fn input(catalog: &Catalog, snapshot: &Snapshot, defined: &str, here: Span) -> Place {
    let is_here = |it: &&Action| it.inputs.required.iter().any(|it| it.span == here);
    let action = catalog.actions.iter().find(is_here);
    let mut inputs = action.into_iter().flat_map(|it| &it.inputs.properties);
    let Some(found) = inputs.find(|it| it.key.value == defined) else {
        return Place::Certain;
    };
    // It stands at its definition at least.
    let times = uses(snapshot, &BTreeSet::from([defined]));
    if times.values().any(|times| *times > 1) {
        return Place::Certain;
    }
    Place::Open(found.key.span)
}
