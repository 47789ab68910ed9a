//! Blueprints whose `ownership` leads to no person and no group of people: rules and approvals
//! that mean the owner mean nobody.
//!
//! In: the blueprints, and who people are and what they can be in. Out: a finding at each
//! `ownership` by which nothing is owned. Paths that lead nowhere at all are told by others.

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::codes::E0219;
use crate::model::blueprint::Ownership;
use crate::model::{Blueprint, BlueprintId, Catalog, DocumentKind};
use crate::text::{Located, Text};

/// The findings of all blueprints.
pub(super) fn nobody(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let catalog = subject.catalog;
    let people = catalog.settings.people.as_ref();
    let people = people.and_then(|it| catalog.find_blueprint(&it.blueprint.value));
    let Some((id, people)) = people else {
        return;
    };
    // What could not be read may say that people are in it.
    let is_broken = catalog.blueprints.iter().any(|it| it.broken);
    if is_broken || subject.is_half_read(DocumentKind::Blueprints) {
        return;
    }
    let mut owners = catalog.groups_above(people);
    owners.push(id);
    let of = Of {
        catalog,
        people,
        owners,
    };
    findings.extend(catalog.blueprints.iter().filter_map(|it| of.blueprint(it)));
}

/// The catalog, and what can own something in it.
struct Of<'c> {
    catalog: &'c Catalog,
    people: &'c Blueprint,
    /// The people, and what they can be in.
    owners: Vec<BlueprintId>,
}

impl<'c> Of<'c> {
    fn can_own(&self, kind: &str) -> bool {
        let found = self.catalog.find_blueprint(kind);
        found.is_some_and(|(id, _)| self.owners.contains(&id))
    }

    /// Where a path of relations ends.
    fn end(&self, blueprint: &'c Blueprint, path: &str) -> Option<&'c Blueprint> {
        path.split('.').try_fold(blueprint, |here, name| {
            let (_, relation) = here.relation(name)?;
            let target = self.catalog.find_blueprint(&relation.target.value);
            target.map(|(_, target)| target)
        })
    }

    fn blueprint(&self, blueprint: &'c Blueprint) -> Option<Finding> {
        match blueprint.ownership.as_ref()? {
            // That `team` of an entity names nothing is told at the entity.
            Ownership::Direct => None,
            Ownership::Path(path) => self.leads_past_people(blueprint, path),
            Ownership::Inherited(path) => self.inherits_nothing(blueprint, path),
        }
    }

    fn leads_past_people(
        &self,
        blueprint: &'c Blueprint,
        path: &'c Located<Text>,
    ) -> Option<Finding> {
        let end = self.end(blueprint, &path.value)?;
        let kind = end.identifier.value.as_str();
        if self.can_own(kind) {
            return None;
        }
        let person = &self.people.identifier.value;
        let help = match (&end.ownership, self.relation(blueprint)) {
            (Some(Ownership::Path(further)), _) => {
                format!("write `{}.{}`", path.value, further.value)
            }
            (Some(_), _) => format!(
                "write `{{type: Inherited, path: {}}}`: the owner is who owns the {kind}",
                path.value
            ),
            (None, Some(owner)) => format!("write `{owner}`"),
            (None, None) => format!(
                "say with `memberOf: true` which relation leads from a {person} to a {kind}"
            ),
        };
        Some(
            Finding::new(
                &E0219,
                path.span,
                format!(
                    "`{}` leads to a {kind}, which is no {person} and nothing that a {person} is in",
                    path.value
                ),
            )
            .label("owned by nobody")
            .related(end.identifier.span, "it leads here")
            .help(help),
        )
    }

    fn inherits_nothing(
        &self,
        blueprint: &'c Blueprint,
        path: &'c Located<Text>,
    ) -> Option<Finding> {
        let end = self.end(blueprint, &path.value)?;
        if end.ownership.is_some() {
            return None;
        }
        let kind = end.identifier.value.as_str();
        let help = if self.can_own(kind) {
            format!("write `ownership: {{path: {}}}`", path.value)
        } else {
            format!("say in {kind} who owns one: `ownership: {{path: ...}}`")
        };
        Some(
            Finding::new(
                &E0219,
                path.span,
                format!("`{}` leads to a {kind}, which nobody owns", path.value),
            )
            .label("no owner to inherit")
            .related(end.identifier.span, "has no `ownership`")
            .help(help),
        )
    }

    /// A relation of a blueprint that leads to somebody.
    fn relation(&self, blueprint: &'c Blueprint) -> Option<&'c str> {
        let mut relations = blueprint.relations.iter();
        let found = relations.find(|it| self.can_own(&it.target.value))?;
        Some(&found.name.value)
    }
}
