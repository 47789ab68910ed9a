//! Changes for which another action is asked than the one in question.
//!
//! In: a catalog, a kind and a built-in action. Out: whether it is ever asked for, by what
//! DESIGN.md says of claims and of grants.

use catalogc::model::{Action, Catalog};
use catalogc::policy::{ActionName, BuiltIn};

/// Whether a built-in action is not what is asked for where these paths change.
pub(super) fn is_elsewhere(
    catalog: &Catalog,
    kind: &str,
    name: ActionName<'_>,
    changed: &[String],
) -> bool {
    let ActionName::BuiltIn(built_in) = name else {
        return false;
    };
    let actions = || {
        catalog
            .actions
            .iter()
            .filter(|it| it.blueprint.value == kind && it.trigger.condition.is_none())
    };
    let authority = authority(catalog, kind);
    let mut changed = changed.iter();
    match built_in {
        BuiltIn::Create => actions().any(|it| it.trigger.created.is_some()),
        BuiltIn::Delete => actions().any(|it| it.trigger.deleted.is_some()),
        BuiltIn::Rename => authority.iter().any(|path| path == "identifier"),
        BuiltIn::Grant => authority.is_empty() || changed.any(|path| !authority.contains(path)),
        BuiltIn::Update => changed.any(|path| {
            let claims = |action: &Action| {
                let mut claims = action.trigger.changed.iter();
                claims.any(|it| {
                    path.as_str() == it.value || path.starts_with(&format!("{}.", it.value))
                })
            };
            authority.contains(path) || actions().any(claims)
        }),
        _ => false,
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
