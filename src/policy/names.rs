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

/// [`identifier`] for what stands behind a `__`, where a digit may come first.
pub(super) fn continued(text: &str) -> String {
    let name = identifier(text);
    match name.strip_prefix('_') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) && !text.starts_with('_') => {
            rest.to_owned()
        }
        _ => name,
    }
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
        let why = if ["Action", "Catalog"].contains(&name.as_str()) {
            Some("the name is taken")
        } else if name.contains("__") {
            Some("`__` stands between the name of a blueprint and that of its property")
        } else if parsed.is_none() {
            Some("it is a word of their language")
        } else {
            None
        };
        if let Some(why) = why {
            findings.push(refuse(format!(
                "rules cannot call a blueprint `{name}`, {why}"
            )));
            types.push(None);
            continue;
        }
        taken.insert(name, number);
        types.push(parsed);
    }
    types
}
