//! `movedFrom` that does nothing: the old name is still there, so nothing moved.

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::codes::E0308;
use crate::finding::fix::Change;

/// Entities that say they moved from a name that another entity has.
pub(super) fn inert(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let catalog = subject.catalog;
    for entity in &catalog.entities {
        let Some(from) = &entity.moved_from else {
            continue;
        };
        let old = catalog.find_entity(entity.blueprint, &from.value);
        let Some(old) = old.and_then(|id| catalog.entity(id)) else {
            continue;
        };
        let fix = entity
            .moved_from_key
            .map(|key| Fix::new(key, Change::Deleted(from.span)));
        findings.push(
            Finding::new(
                &E0308,
                from.span,
                format!("nothing moved from `{}`, which is still there", from.value),
            )
            .label("has no effect")
            .related(old.identifier.span, "the old name")
            .help("delete `movedFrom`, or the entity that has the old name")
            .maybe_fix(fix),
        );
    }
}
