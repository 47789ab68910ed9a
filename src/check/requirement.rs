//! Kinds that require each other, so that none of them can be the first.

use crate::check::Subject;
use crate::finding::Finding;
use crate::finding::codes::E0313;
use crate::graph::{Edge, shortest_cycles};
use crate::model::EntityId;
use crate::text::article;

/// The shortest circle of required relations in each knot of blueprints.
pub(super) fn circles(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let catalog = subject.catalog;
    // Blueprints stand for entities here: both are numbers with edges between them.
    let mut edges = Vec::new();
    for (from, blueprint) in catalog.kinds() {
        for (number, relation) in (0..).zip(&blueprint.relations) {
            let target = catalog.find_blueprint(&relation.target.value);
            if let (true, Some((to, _))) = (relation.required, target) {
                edges.push(Edge {
                    from: EntityId(from.0),
                    relation: number,
                    to: EntityId(to.0),
                    span: relation.name.span,
                });
            }
        }
    }
    for circle in shortest_cycles(&edges) {
        findings.extend(finding(subject, &circle));
    }
}

fn finding(subject: &Subject<'_>, circle: &[Edge]) -> Option<Finding> {
    let name = |number: EntityId| {
        let blueprint = subject.catalog.blueprints.get(number.0 as usize);
        blueprint.map_or("", |blueprint| blueprint.identifier.value.as_str())
    };
    let (first, rest) = circle.split_first()?;
    let mut words = format!("each {} needs {}", name(first.from), one(name(first.to)));
    for edge in rest {
        words.push_str(&format!(", which needs {}", one(name(edge.to))));
    }
    let finding = Finding::new(
        &E0313,
        first.span,
        format!("no {} can be the first: {words}", name(first.from)),
    )
    .label("required");
    let finding = rest.iter().fold(finding, |finding, edge| {
        finding.related(edge.span, "required too")
    });
    Some(finding.help("take `required: true` off one of these relations"))
}

/// A kind with its article.
fn one(kind: &str) -> String {
    format!("{} {kind}", article(kind))
}
