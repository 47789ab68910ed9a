//! Definitions that nothing uses: blueprints and connectors.

use std::collections::BTreeSet;

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::codes::{E0312, E0512};
use crate::model::Catalog;
use crate::source::path::resolve;
use crate::text::FileId;

/// Blueprints without entities that nothing names.
pub(super) fn blueprints(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let catalog = subject.catalog;
    // A catalog without entities is one that begins; what could not be read may name anything.
    if catalog.entities.is_empty() || !catalog.unread.is_empty() {
        return;
    }
    let named = named(catalog);
    for (id, blueprint) in catalog.kinds() {
        let name = blueprint.identifier.value.as_str();
        let has_entities = !catalog.entities_of(id).is_empty();
        // Port has kinds of its own, which begin so.
        let is_ports = name.starts_with('_');
        // What is built in cannot be deleted.
        let is_given = is_ports || blueprint.is_built_in();
        if has_entities || is_given || blueprint.broken || named.contains(name) {
            continue;
        }
        let rules = catalog.policies.iter().map(|policy| policy.file);
        let mappings = mappings(subject).into_iter();
        if rules
            .chain(mappings)
            .any(|file| subject.snapshot.text(file).contains(name))
        {
            continue;
        }
        findings.push(
            Finding::new(
                &E0312,
                blueprint.identifier.span,
                format!("no entity is of {name}, and nothing names it"),
            )
            .label("not used")
            .help("add its first entity, or delete the blueprint"),
        );
    }
}

/// The files of the mappings that the settings name.
fn mappings(subject: &Subject<'_>) -> Vec<FileId> {
    let named = subject.catalog.settings.mappings();
    named
        .filter_map(|name| resolve(subject.prefix, name))
        .filter_map(|path| subject.snapshot.find(&path))
        .collect()
}

/// The blueprints that something other than their entities names.
fn named(catalog: &Catalog) -> BTreeSet<&str> {
    let others = catalog.blueprints.iter().flat_map(|blueprint| {
        let own = blueprint.identifier.value.as_str();
        let relations = blueprint.relations.iter().map(|it| &it.target);
        let aggregations = blueprint.aggregations.iter().map(|it| &it.target);
        relations
            .chain(aggregations)
            .map(|target| target.value.as_str())
            .filter(move |target| *target != own)
    });
    let actions = catalog.actions.iter().map(|it| &it.blueprint);
    let scorecards = catalog.scorecards.iter().map(|it| &it.blueprint);
    let people = catalog.settings.people.iter().map(|it| &it.blueprint);
    let sources = &catalog.settings.sources;
    let sources = sources.iter().filter_map(|it| it.blueprint.as_ref());
    let places = actions.chain(scorecards).chain(people).chain(sources);
    others
        .chain(places.map(|name| name.value.as_str()))
        .collect()
}

/// Connectors of the catalog that no action calls.
pub(super) fn connectors(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let catalog = subject.catalog;
    if catalog.actions.is_empty() || !catalog.unread.is_empty() {
        return;
    }
    let calls = catalog.actions.iter().flat_map(|action| &action.calls);
    let called: BTreeSet<&str> = calls.map(|call| call.connector.value.as_str()).collect();
    for connector in &catalog.connectors {
        let name = &connector.identifier;
        if connector.is_built_in() || called.contains(name.value.as_str()) {
            continue;
        }
        findings.push(
            Finding::new(
                &E0512,
                name.span,
                format!("no action calls the connector `{}`", name.value),
            )
            .label("not used")
            .help("name it in a `call`, or delete it"),
        );
    }
}
