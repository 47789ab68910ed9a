//! Entities that do not fit any more because the pull request changes their blueprint.
//!
//! In: the target, and the result with its findings. Out: the same findings, each with the line
//! of the blueprint that is another: whoever changed that looks for it, not for the entity.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::Compiled;
use crate::finding::{Finding, Related};
use crate::model::{Blueprint, BlueprintId, Catalog};
use crate::text::{FileId, Span};

/// What is said of a value or a key that a change of its blueprint may have made wrong.
const CODES: [&str; 5] = ["E0203", "E0204", "E0205", "E0206", "E0207"];

/// Where a blueprint is another, and what that is.
type Change = (Span, &'static str);

/// Adds to findings at entities what of their blueprints is another.
pub fn explained(before: &Compiled, after: &mut Compiled) {
    let blueprints = after.catalog.blueprints.iter().zip(0..);
    let both = blueprints.filter_map(|(now, id)| {
        let (_, then) = before.catalog.find_blueprint(&now.identifier.value)?;
        Some((BlueprintId(id), then, now))
    });
    let mut properties = BTreeMap::new();
    let mut required = BTreeSet::new();
    for (id, then, now) in both {
        let changed = changed(then, now);
        if !changed.is_empty() {
            properties.insert(id, changed);
        }
        required.extend(newly_required(then, now));
    }
    if properties.is_empty() && required.is_empty() {
        return;
    }
    let values = values(&after.catalog, &properties);
    for finding in &mut after.findings {
        let new = finding.related.iter_mut();
        for related in new.filter(|related| required.contains(&related.span)) {
            "required here since this change".clone_into(&mut related.label);
        }
        if let Some((place, label)) = cause(&values, finding) {
            finding.related.retain(|related| related.span != place);
            let label = label.to_owned();
            let related = Related { span: place, label };
            finding.related.push(related);
        }
    }
}

/// The properties of a blueprint that say something else, or are no more, by name.
fn changed<'c>(then: &'c Blueprint, now: &'c Blueprint) -> BTreeMap<&'c str, Change> {
    let mut all = BTreeMap::new();
    for old in &then.properties {
        let name = old.name.value.as_str();
        match now.property(name) {
            None => all.insert(name, (now.identifier.span, "has it no more")),
            Some(new) if new.schema.to_json() != old.schema.to_json() => {
                all.insert(name, (new.name.span, "changed here"))
            }
            Some(_) => None,
        };
    }
    all
}

/// Where a blueprint asks for a property or relation that it did not ask for.
fn newly_required(then: &Blueprint, now: &Blueprint) -> Vec<Span> {
    let asked = |name: &str| then.required.iter().any(|old| old.value == name);
    let properties = now.required.iter().filter(|new| !asked(&new.value));
    let had = |name: &str| then.relation(name).is_some_and(|(_, old)| old.required);
    let relations = now.relations.iter();
    let relations = relations.filter(|new| new.required && !had(&new.name.value));
    let relations = relations.map(|new| new.name.span);
    properties.map(|new| new.span).chain(relations).collect()
}

/// The values and keys of entities that a change is about, by where they begin.
type Values = BTreeMap<(FileId, u32), (u32, Change)>;

fn values(catalog: &Catalog, changed: &BTreeMap<BlueprintId, BTreeMap<&str, Change>>) -> Values {
    let mut values = Values::new();
    for entity in &catalog.entities {
        let Some(changed) = changed.get(&entity.blueprint) else {
            continue;
        };
        for entry in &*entity.properties {
            if let Some(change) = changed.get(entry.key.value.as_str()) {
                for span in [entry.key.span, entry.node.span] {
                    values.insert((span.file, span.start), (span.end, *change));
                }
            }
        }
    }
    values
}

/// The change that a finding follows from.
fn cause(values: &Values, finding: &Finding) -> Option<Change> {
    let span = finding.span;
    let (at, (end, change)) = values.range(..=(span.file, span.start)).next_back()?;
    let is_in = at.0 == span.file && span.end <= *end && CODES.contains(&finding.code.id);
    is_in.then_some(*change)
}
