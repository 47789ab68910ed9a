//! Blueprints of which nobody knows who owns an entity, because their `ownership` is misspelt.
//!
//! In: the catalog and all findings. Out: these blueprints, and the findings that tell why.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::finding::Severity;
use crate::finding::codes::E0212;
use crate::model::Catalog;
use crate::model::blueprint::Ownership;
use crate::text::Span;

/// The blueprints whose `ownership` leads nowhere, or through one that does, and where that is told.
pub(super) fn of<'c>(
    catalog: &'c Catalog,
    findings: &[Finding],
) -> (BTreeSet<&'c str>, BTreeSet<Span>) {
    let is_told = |span: Span| {
        let mut told = findings.iter();
        told.any(|it| *it.code == E0212 && it.severity == Severity::Error && it.span == span)
    };
    let mut found: BTreeSet<&str> = BTreeSet::new();
    let mut places = BTreeSet::new();
    loop {
        let before = found.len();
        for blueprint in &catalog.blueprints {
            let own = blueprint.identifier.value.as_str();
            let (Some(Ownership::Path(path) | Ownership::Inherited(path)), false) =
                (&blueprint.ownership, found.contains(own))
            else {
                continue;
            };
            if is_told(path.span) {
                places.insert(path.span);
                found.insert(own);
            } else if matches!(blueprint.ownership, Some(Ownership::Inherited(_))) {
                let mut here = Some(blueprint);
                for part in path.value.split('.') {
                    let target = here.and_then(|it| it.relation(part));
                    let target = target.map(|(_, it)| &it.target.value);
                    here = target.and_then(|it| Some(catalog.find_blueprint(it)?.1));
                }
                let is_lost = here.is_some_and(|it| found.contains(it.identifier.value.as_str()));
                found.extend(is_lost.then_some(own));
            }
        }
        if found.len() == before {
            return (found, places);
        }
    }
}
