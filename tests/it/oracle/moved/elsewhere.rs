//! Changes for which another action is asked than the one in question.
//!
//! In: a catalog, a kind, a built-in action and the paths that change. Out: the paths with which
//! it is asked for, by what DESIGN.md says of claims and of grants.

use catalogc::model::Catalog;
use catalogc::policy::{ActionName, BuiltIn};

/// What is left to a built-in action of an entity that stays where these paths change: what no
/// action claims and is its own. Nothing where it is not asked for.
pub(super) fn left(
    catalog: &Catalog,
    kind: &str,
    name: ActionName<'_>,
    changed: &[String],
) -> Option<Vec<String>> {
    let all = changed.to_vec();
    let ActionName::BuiltIn(built_in) = name else {
        return Some(all);
    };
    let actions = || {
        catalog
            .actions
            .iter()
            .filter(|it| it.blueprint.value == kind && it.trigger.condition.is_none())
    };
    let authority = authority(catalog, kind);
    let is_claimed = |path: &String| {
        actions().any(|action| {
            let mut claims = action.trigger.changed.iter();
            claims
                .any(|it| path.as_str() == it.value || path.starts_with(&format!("{}.", it.value)))
        })
    };
    let own = |is_own: &dyn Fn(&String) -> bool| {
        let left = all.iter().filter(|path| is_own(path) && !is_claimed(path));
        let left: Vec<String> = left.cloned().collect();
        (all.is_empty() || !left.is_empty()).then_some(left)
    };
    match built_in {
        BuiltIn::Create => (!actions().any(|it| it.trigger.created.is_some())).then_some(all),
        BuiltIn::Delete => (!actions().any(|it| it.trigger.deleted.is_some())).then_some(all),
        BuiltIn::Rename if authority.iter().any(|path| path == "identifier") => None,
        BuiltIn::Grant if authority.is_empty() => None,
        BuiltIn::Grant => own(&|path| authority.contains(path)),
        BuiltIn::Update => own(&|path| !authority.contains(path)),
        _ => Some(all),
    }
}

/// The paths of a kind whose change is a grant.
fn authority(catalog: &Catalog, kind: &str) -> Vec<String> {
    let (_, blueprint) = catalog.find_blueprint(kind).unwrap();
    let relations = blueprint.relations.iter().filter(|it| it.member_of);
    let mut paths: Vec<String> = relations
        .map(|it| format!("relations.{}", it.name.value))
        .collect();
    let people = catalog.settings.people.as_ref().unwrap();
    let is_person = people.blueprint.value == kind;
    if is_person {
        let known = people.login.iter().chain(&people.id);
        paths.extend(known.map(|it| format!("properties.{}", it.value)));
    }
    let has_members = catalog.blueprints.iter().any(|other| {
        let mut relations = other.relations.iter();
        relations.any(|it| it.member_of && it.target.value == kind)
    });
    if is_person || has_members {
        paths.push("identifier".to_owned());
    }
    paths
}
