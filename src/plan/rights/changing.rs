//! Which paths of an entity change, and what they become, where that makes a difference.
//!
//! In: an action as one catalog has it or as two have it. Out: for [`super::sample`] the paths to
//! ask with, and the values at them that rules compare with.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::plan::rights::candidate::{candidates, fits, paths};
use crate::plan::rights::sample::{AFTER, AS_IT_IS, Sampled, is_pattern};
use crate::policy::BuiltIn;

/// The paths that change one by one: of a built-in action, where rules tell paths apart or one
/// side asks for another action where the other asks for this.
pub(super) fn changing(sides: &[Sampled<'_>]) -> Option<Vec<Json>> {
    if !is_by_path(sides) {
        return None;
    }
    let own: Vec<BTreeSet<String>> = sides.iter().map(Sampled::own_paths).collect();
    let is_own = |path: &String| own.iter().any(|own| own.contains(path));
    let all = sides.iter().filter_map(|side| side.blueprint);
    let mut known = BTreeSet::new();
    // Another name of a person or a group is a grant.
    let is_name = |side: &&Sampled<'_>| matches!(side.falls, Some((BuiltIn::Grant, falls)) if falls.is_grant("identifier"));
    let name = sides.iter().find(is_name).map(|_| "identifier".to_owned());
    let all = all.flat_map(paths).filter(is_own).chain(name);
    let all = all.filter(|path| known.insert(path.clone()));
    let all: Vec<Json> = all.map(Json::from).collect();
    (!all.is_empty()).then_some(all)
}

/// Whether paths change one by one.
fn is_by_path(sides: &[Sampled<'_>]) -> bool {
    let is_built_in = sides.iter().all(|side| side.action.is_none());
    let is_told = sides.iter().any(|side| side.looks.changed);
    is_built_in && (is_told || is_elsewhere(sides))
}

/// Whether a path of both sides falls to a built-in action on one and not on the other.
pub(super) fn is_elsewhere(sides: &[Sampled<'_>]) -> bool {
    let [before, after] = sides else {
        return false;
    };
    let all = |side: &Sampled<'_>| -> BTreeSet<String> {
        side.blueprint.into_iter().flat_map(paths).collect()
    };
    let both = &all(before) & &all(after);
    both.iter()
        .any(|path| before.may_change(path) != after.may_change(path))
}

/// The values that rules compare what an entity becomes with, by the names of the paths.
pub(super) fn becoming(sides: &[Sampled<'_>]) -> BTreeMap<String, Vec<Json>> {
    let mut values: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    // Beside other paths that change, one that is compared may stay as it is.
    let is_beside = is_by_path(sides);
    for side in sides {
        for (path, constants) in &side.looks.becomes {
            if !sides.iter().any(|side| side.may_change(path)) {
                continue;
            }
            let name = path.strip_prefix("properties.");
            let property = name.and_then(|name| side.blueprint?.property(name));
            let known = match property {
                Some(property) => {
                    let mut known = candidates(&property.schema, constants, None);
                    known.retain(|it| fits(path, &property.schema, it) || is_pattern(it));
                    known
                }
                None => constants.clone(),
            };
            // Words of a list, truth values and numbers say of any value how it is decided.
            let is_listed = property.is_some_and(|it| it.schema.get("enum").is_some());
            let is_all = is_listed || known.iter().all(|it| it.is_i64() || it.is_boolean());
            let own = values.entry(format!("{AFTER}{path}"));
            let own = own.or_insert_with(|| {
                let stays = is_beside || !is_all || known.is_empty();
                stays.then(|| Json::from(AS_IT_IS)).into_iter().collect()
            });
            for value in known {
                if !own.contains(&value) {
                    own.push(value);
                }
            }
        }
    }
    values
}
