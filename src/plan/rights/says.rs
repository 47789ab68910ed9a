//! What the definitions of a catalog say, in a form that two sides can be compared by.
//!
//! In: blueprints. Out: what each attribute is, which relations make somebody a member, and how
//! owners are found.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::model::blueprint::Ownership;
use crate::model::{Blueprint, Catalog};

/// What a blueprint says of each attribute, without what people read.
pub(super) fn attributes(blueprint: &Blueprint) -> BTreeMap<&str, Json> {
    let schema = |property: &crate::model::blueprint::Property| {
        let mut schema = property.schema.to_json();
        if let Some(schema) = schema.as_object_mut() {
            for name in ["title", "description", "icon", "enumColors"] {
                schema.remove(name);
            }
        }
        schema
    };
    let properties = blueprint.properties.iter();
    let properties = properties.map(|it| (it.name.value.as_str(), schema(it)));
    let relations = blueprint.relations.iter().map(|it| {
        let says = serde_json::json!([it.target.value.as_str(), it.many, it.ignore_case]);
        (it.name.value.as_str(), says)
    });
    properties.chain(relations).collect()
}

/// The names of the relations that make somebody a member.
pub(super) fn memberships(catalog: &Catalog) -> BTreeSet<&str> {
    memberships_by_kind(catalog)
        .into_iter()
        .map(|(_, name)| name)
        .collect()
}

pub(super) fn memberships_by_kind(catalog: &Catalog) -> BTreeSet<(&str, &str)> {
    let kinds = catalog.blueprints.iter().flat_map(|blueprint| {
        let members = blueprint.relations.iter().filter(|it| it.member_of);
        let own = members.map(|it| &it.name.value);
        let given = blueprint.membership.iter().flat_map(|it| {
            let times = it.from.iter().chain(&it.until);
            let names = [&it.member, &it.group].into_iter().chain(times);
            names.map(|name| &name.value)
        });
        let kind = blueprint.identifier.value.as_str();
        own.chain(given).map(move |name| (kind, name.as_str()))
    });
    kinds.collect()
}

/// How owners are found, by kind.
pub(super) fn owner_paths(catalog: &Catalog) -> BTreeMap<&str, String> {
    let path = |ownership: &Ownership| match ownership {
        Ownership::Direct => "team".to_owned(),
        Ownership::Path(path) => path.value.to_string(),
        // A slash is no part of a name, so no path is mistaken for it.
        Ownership::Inherited(path) => format!("{}./", path.value),
    };
    let kinds = catalog.blueprints.iter().filter_map(|blueprint| {
        let ownership = blueprint.ownership.as_ref()?;
        Some((blueprint.identifier.value.as_str(), path(ownership)))
    });
    kinds.collect()
}
