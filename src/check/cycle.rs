//! Relations that must not lead back to where they began: `acyclic`, and `memberOf` always,
//! for a team inside itself would leave nobody able to say who is in it.

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::codes::E0306;
use crate::graph::{Edge, shortest_cycles};
use crate::model::EntityId;

/// The shortest cycle of each knot.
pub(super) fn cycles(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let catalog = subject.catalog;
    for (n, blueprint) in catalog.blueprints.iter().enumerate() {
        for (number, relation) in blueprint.relations.iter().enumerate() {
            if !(relation.acyclic || relation.member_of)
                || relation.target.value != blueprint.identifier.value
            {
                continue;
            }
            let edges: Vec<Edge> = subject
                .graph
                .edges()
                .iter()
                .filter(|edge| usize::from(edge.relation) == number)
                .filter(|edge| {
                    catalog
                        .entity(edge.from)
                        .is_some_and(|entity| entity.blueprint.0 as usize == n)
                })
                .copied()
                .collect();
            for cycle in shortest_cycles(&edges) {
                findings.extend(finding(subject, &relation.name.value, &cycle));
            }
        }
    }
}

/// Names of a cycle that a message shows.
const SHOWN: usize = 6;

fn finding(subject: &Subject<'_>, relation: &str, cycle: &[Edge]) -> Option<Finding> {
    let name = |id: EntityId| {
        subject
            .catalog
            .entity(id)
            .map_or("", |entity| entity.identifier.value.as_str())
    };
    let (last, rest) = cycle.split_last()?;
    let mut names: Vec<&str> = cycle
        .iter()
        .take(SHOWN)
        .map(|edge| name(edge.from))
        .collect();
    if cycle.len() > SHOWN {
        names.push("...");
    }
    names.push(name(last.to));
    let finding = Finding::new(
        &E0306,
        last.span,
        format!("`{relation}` leads in a circle: {}", names.join(" -> ")),
    )
    .label("closes the circle")
    .help(format!("take one of the names out of a `{relation}`"));
    Some(rest.iter().take(SHOWN).fold(finding, |finding, edge| {
        finding.related(edge.span, "leads on")
    }))
}
