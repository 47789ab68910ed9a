//! The names that blueprints have in rules.
//!
//! A blueprint is an entity type of Cedar, whose names are ASCII identifiers. Every other
//! character becomes `_`; what cannot have a name of its own is a finding and has no type.

use std::collections::BTreeMap;
use std::str::FromStr;

use cedar_policy::EntityTypeName;

use crate::finding::Finding;
use crate::finding::codes::E0209;
use crate::model::Catalog;

/// `text` with `_` in place of every character that an identifier cannot have.
pub(super) fn identifier(text: &str) -> String {
    let mut name: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}

/// The types of the blueprints by their numbers; `None` where a blueprint cannot have one.
pub(super) fn types(catalog: &Catalog, findings: &mut Vec<Finding>) -> Vec<Option<EntityTypeName>> {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    let mut types = Vec::with_capacity(catalog.blueprints.len());
    for (number, blueprint) in catalog.blueprints.iter().enumerate() {
        let written = &blueprint.identifier;
        let name = identifier(&written.value);
        let refuse = |why: String| {
            Finding::new(&E0209, written.span, why)
                .label("rules need another name")
                .help("give the blueprint another identifier")
        };
        if let Some(first) = taken.get(&name).and_then(|n| catalog.blueprints.get(*n)) {
            let other = &first.identifier;
            findings.push(
                refuse(format!(
                    "`{}` and `{}` are both `{name}` in rules",
                    other.value, written.value
                ))
                .related(other.span, "the other"),
            );
            types.push(None);
            continue;
        }
        let parsed = EntityTypeName::from_str(&name).ok();
        let is_ours = ["Action", "Catalog"].contains(&name.as_str()) || name.contains("__");
        if is_ours || parsed.is_none() {
            findings.push(refuse(format!(
                "rules cannot call a blueprint `{name}`, the name is taken"
            )));
            types.push(None);
            continue;
        }
        taken.insert(name, number);
        types.push(parsed);
    }
    types
}
