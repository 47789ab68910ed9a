//! What the commands share that look at entities: names, owners and values as they may be shown.
//!
//! In: a compiled catalog. Out: plain data without secrets. Decides nothing about rights: whoever
//! can read the files can look.

use serde_json::{Map, Value as Json};

use crate::cli::ask::hide::Hider;
use crate::compile::Compiled;
use crate::derive::{Derived, Source, Why};
use crate::finding::Severity;
use crate::model::{Blueprint, EntityId, Moment};
use crate::render::why::Place;
use crate::text::Span;

pub(super) mod select;

/// A catalog that is looked at.
pub(super) struct Look<'c> {
    pub(super) compiled: &'c Compiled,
    pub(super) derived: Derived<'c>,
    pub(super) hider: Hider<'c>,
}

impl<'c> Look<'c> {
    pub(super) fn of(compiled: &'c Compiled) -> Self {
        Self {
            compiled,
            derived: Derived::new(&compiled.catalog, &compiled.graph),
            hider: Hider::of(compiled),
        }
    }

    /// At a moment: some of what is derived counts from it.
    pub(super) fn at(self, now: Option<Moment>) -> Self {
        Self {
            derived: self.derived.at(now),
            ..self
        }
    }

    /// The blueprint of an entity.
    pub(super) fn blueprint(&self, id: EntityId) -> Option<&'c Blueprint> {
        let catalog = &self.compiled.catalog;
        catalog.blueprint(catalog.entity(id)?.blueprint)
    }

    /// The name of the blueprint of an entity.
    pub(super) fn kind(&self, id: EntityId) -> String {
        let blueprint = self.blueprint(id);
        blueprint.map_or_else(String::new, |it| it.identifier.value.to_string())
    }

    /// The identifier of an entity.
    pub(super) fn name(&self, id: EntityId) -> String {
        let entity = self.compiled.catalog.entity(id);
        entity.map_or_else(String::new, |it| self.hider.text(&it.identifier.value))
    }

    /// What people call an entity, where that is not its identifier.
    pub(super) fn title(&self, id: EntityId) -> Option<String> {
        let entity = self.compiled.catalog.entity(id)?;
        let title = entity.title.as_ref()?;
        let is_other = title.value != entity.identifier.value;
        is_other.then(|| self.hider.text(&title.value))
    }

    /// The identifiers of the owners, sorted.
    pub(super) fn owners(&self, id: EntityId) -> Vec<String> {
        let mut names: Vec<String> = self
            .derived
            .owner(id)
            .into_iter()
            .map(|id| self.name(id))
            .collect();
        names.sort();
        names
    }

    /// The whole entity with what is derived of it, as expressions see it, without secrets.
    pub(super) fn whole(&self, id: EntityId) -> Map<String, Json> {
        let Json::Object(mut whole) = self.derived.entity(id) else {
            return Map::new();
        };
        if self.hider.hides_nothing() {
            return whole;
        }
        let kind = self.blueprint(id).map_or("", |it| &it.identifier.value);
        for (name, value) in &mut whole {
            match value {
                Json::Object(properties) if name == "properties" => {
                    for (name, value) in properties {
                        *value = self.hider.property(kind, name, value);
                    }
                }
                other => *other = self.hider.value(other),
            }
        }
        whole
    }

    /// How a derived value is made, and why there is none where that is known; none where it
    /// is written.
    pub(super) fn made(&self, id: EntityId, name: &str) -> Option<(&'static str, Option<String>)> {
        use crate::derive::Outcome;
        let path = format!("properties.{name}");
        let origin = self.derived.why(&Source { entity: id, path })?;
        let how = match origin.why {
            Why::Written(_) => return None,
            Why::Mirror { .. } => "mirror",
            Why::Calculation { .. } => "calculation",
            Why::Formula { .. } => "formula",
            Why::Aggregation { .. } => "aggregation",
            Why::Circle(_) => "circle",
            Why::Broken(_) => "broken",
        };
        // What went wrong may repeat what was read.
        let is_marked = self.hider.marks(&self.kind(id), name);
        let problem = match origin.outcome {
            _ if is_marked => None,
            Outcome::Failed(problem) => Some(self.hider.text(&problem.message)),
            Outcome::Lost => Some("it depends on a value that could not be computed".to_owned()),
            Outcome::Value(_) | Outcome::Absent => None,
        };
        Some((how, problem))
    }

    /// Where something is written.
    pub(super) fn place(&self, span: Span) -> Place {
        Place::of(&self.compiled.snapshot, span)
    }

    /// How many errors the catalog has: what broken files say may be missing.
    pub(super) fn errors(&self) -> usize {
        let findings = self.compiled.findings.iter();
        findings
            .filter(|finding| finding.severity == Severity::Error)
            .count()
    }
}
