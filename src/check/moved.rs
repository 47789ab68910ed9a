//! `movedFrom` that does nothing, because the old name is still there; and one that two entities
//! say of the same name, of which at most one can be true.

use std::collections::BTreeMap;

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::codes::{E0308, E0317};
use crate::finding::fix::Change;
use crate::model::{BlueprintId, Entity};

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

/// Entities that say they moved from a name that another one says too, and that is gone.
pub(super) fn twice(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let catalog = subject.catalog;
    let mut claims: BTreeMap<(BlueprintId, &str), Vec<&Entity>> = BTreeMap::new();
    for entity in &catalog.entities {
        let Some(from) = &entity.moved_from else {
            continue;
        };
        // What is still there became nobody.
        if catalog.find_entity(entity.blueprint, &from.value).is_none() {
            let key = (entity.blueprint, from.value.as_str());
            claims.entry(key).or_default().push(entity);
        }
    }
    for ((_, name), mut all) in claims {
        all.sort_by_key(|entity| entity.moved_from.as_ref().map(|from| from.span));
        let Some((first, others)) = all.split_first() else {
            continue;
        };
        let known = first.moved_from.as_ref().map(|from| from.span);
        let was = &first.identifier.value;
        for own in others.iter().filter_map(|other| other.moved_from.as_ref()) {
            let message =
                format!("`{name}` became one entity, and `{was}` says that it was it too");
            let finding = Finding::new(&E0317, own.span, message).label("said twice");
            let finding = match known {
                Some(first) => finding.related(first, "said here too"),
                None => finding,
            };
            findings.push(
                finding
                    .help("keep the line at the one that it is now, and delete it at the others"),
            );
        }
    }
}
