//! Reads the rules of a query that ask about relations.
//!
//! In: the YAML of a rule, and which blueprint's entities are asked about. Out: the ways that it
//! asks about, or findings. Port says of neither how far they reach; what is meant here is written
//! in `docs/scorecards.md`.

use super::{Scope, beyond, depends_on_viewer, known, mapping, needed, not_a_word, wrong_type};
use crate::derive::query::Rule;
use crate::derive::query::related::Related;
use crate::derive::road::Step;
use crate::derive::route::{Direction, Route, Ways};
use crate::finding::Finding;
use crate::finding::codes::{E0207, E0209, E0212};
use crate::model::Blueprint;
use crate::model::BlueprintId;
use crate::syntax::Node;
use crate::text::{Located, Text, choose};

/// How often a relation may be followed that leads from a blueprint to itself.
const HOPS: std::ops::RangeInclusive<i64> = 1..=15;

/// `relatedTo`: over relations of any names, in one direction or in either.
pub(super) fn related_to(
    node: &Node,
    scope: Scope<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Rule> {
    let keys = ["blueprint", "direction", "operator", "required", "value"];
    let entries = node.as_mapping().unwrap_or_default();
    let is_known = known(entries, "a rule about relations", &keys, findings);
    let names = names(node, findings);
    let directions = match node.get("direction").map(|word| (word, word.as_str())) {
        None => Some([Direction::Forward, Direction::Backward].as_slice()),
        // What the named entity depends on stands upstream of it: relations lead from it here.
        Some((_, Some("upstream"))) => Some([Direction::Backward].as_slice()),
        Some((_, Some("downstream"))) => Some([Direction::Forward].as_slice()),
        Some((word, _)) => {
            findings.push(not_a_word(word, "direction", &["upstream", "downstream"]));
            None
        }
    };
    let required = match node.get("required") {
        None => None,
        Some(node) => {
            let said = node.to_json().as_bool();
            if said.is_none() {
                findings.push(wrong_type(node, "`required` must be", "true or false"));
                return None;
            }
            said
        }
    };
    let there = blueprint(
        needed(node, "a rule about relations", "blueprint", findings)?,
        scope,
        findings,
    )?;
    let route = |direction: &Direction| {
        let steps = match direction {
            Direction::Forward => scope.roads.all(scope.kind, there),
            Direction::Backward => scope.roads.all(there, scope.kind),
        };
        Route {
            here: scope.kind,
            there,
            ways: Ways::Web(steps),
            direction: *direction,
        }
    };
    let mut routes: Vec<Route> = directions?.iter().map(route).collect();
    let leads = |route: &Route| matches!(&route.ways, Ways::Web(steps) if !steps.is_empty());
    if !routes.iter().any(leads) && scope.is_whole() {
        let (from, to) = (scope.name(scope.kind), scope.name(there));
        let message = format!("no relation leads so from {from} to {to}, or back");
        let span = node.get("blueprint").map_or(node.span, |it| it.span);
        let help = "add a relation between the two, or name another blueprint or direction";
        findings.push(
            Finding::new(&E0209, span, message)
                .label("not related")
                .help(help),
        );
        return None;
    }
    for route in &mut routes {
        if let Ways::Web(steps) = &mut route.ways {
            steps.retain(|step| required.is_none_or(|it| it == scope.is_required(*step)));
        }
    }
    Some(Rule::Related(Related::new(routes, names?))).filter(|_| is_known)
}

/// `matchAny`: along exactly one written path.
pub(super) fn match_any(
    node: &Node,
    scope: Scope<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Rule> {
    let entries = node.as_mapping().unwrap_or_default();
    let keys = ["operator", "property", "value"];
    let mut is_known = known(entries, "a rule along a path", &keys, findings);
    let names = names(node, findings);
    let way = needed(node, "a rule along a path", "property", findings)?;
    let entries = mapping(way, "`property` of `matchAny` must be", findings)?;
    is_known &= known(entries, "a path", &["fromBlueprint", "path"], findings);
    let path = needed(way, "a path", "path", findings)?;
    let Some(written) = path.as_sequence().filter(|path| !path.is_empty()) else {
        findings.push(wrong_type(path, "`path` must be", "a list of relations"));
        return None;
    };
    let from = way.get("fromBlueprint").filter(|from| !from.is_null());
    let (start, direction) = match from {
        None => (scope.kind, Direction::Forward),
        Some(from) => (blueprint(from, scope, findings)?, Direction::Backward),
    };
    let (paths, end) = paths(written, start, scope, findings)?;
    if direction == Direction::Backward && end != scope.kind {
        let message = format!(
            "this path leads from {} to {}",
            scope.name(start),
            scope.name(end)
        );
        let help = format!("write relations that lead to {}", scope.name(scope.kind));
        let span = written.last().map_or(path.span, |last| last.span);
        findings.push(
            Finding::new(&E0209, span, message)
                .label("ends elsewhere")
                .help(help),
        );
        return None;
    }
    let there = match direction {
        Direction::Forward => end,
        Direction::Backward => start,
    };
    let routes = paths.into_iter().map(|steps| Route {
        here: scope.kind,
        there,
        ways: Ways::Path(steps),
        direction,
    });
    Some(Rule::Related(Related::new(routes.collect(), names?))).filter(|_| is_known)
}

/// The paths that a written one stands for, and where they end. `maxHops` lets one relation be
/// followed more than once; where the step before is of the same relation, that step is enough.
fn paths(
    written: &[Node],
    start: BlueprintId,
    scope: Scope<'_>,
    findings: &mut Vec<Finding>,
) -> Option<(Vec<Vec<Step>>, BlueprintId)> {
    let mut here = start;
    let mut paths: Vec<Vec<Step>> = vec![Vec::new()];
    let mut hopped: Option<&Node> = None;
    for node in written {
        let name = node.get("relation").unwrap_or(node);
        let (step, to) = step(name, here, scope, findings)?;
        let Some(entries) = node.as_mapping() else {
            for path in &mut paths {
                path.push(step);
            }
            here = to;
            continue;
        };
        if !known(
            entries,
            "a step of a path",
            &["maxHops", "relation"],
            findings,
        ) {
            return None;
        }
        let most = needed(node, "a step of a path", "maxHops", findings)?;
        let hops = most.to_json().as_i64().filter(|hops| HOPS.contains(hops));
        let wrong = |message: String, label: &str, help: &str| {
            Finding::new(&E0207, most.span, message)
                .label(label.to_owned())
                .help(help.to_owned())
        };
        if to != here {
            let message = format!(
                "`maxHops` is for a relation from {0} to {0}",
                scope.name(here)
            );
            let label = format!("leads to {}", scope.name(to));
            findings.push(wrong(
                message,
                &label,
                "write the name of the relation alone",
            ));
            return None;
        }
        let Some(hops) = hops else {
            let message = format!("`maxHops` is from {} to {}", HOPS.start(), HOPS.end());
            findings.push(wrong(
                message,
                "not one of them",
                "write a whole number from 1 to 15",
            ));
            return None;
        };
        if let Some(first) = hopped {
            let message = "a path has `maxHops` once".to_owned();
            let told = wrong(message, "once more", "write the name of the relation alone");
            findings.push(told.related(first.span, "here already"));
            return None;
        }
        hopped = Some(most);
        let path = paths.pop().unwrap_or_default();
        let least = i64::from(path.last() != Some(&step));
        paths = (least..=hops)
            .map(|hops| {
                let again = (0..hops).map(|_| step);
                path.iter().copied().chain(again).collect()
            })
            .collect();
    }
    Some((paths, here))
}

/// The relation of a blueprint that is named, and where it leads.
fn step(
    name: &Node,
    here: BlueprintId,
    scope: Scope<'_>,
    findings: &mut Vec<Finding>,
) -> Option<(Step, BlueprintId)> {
    let Some(word) = name.as_str() else {
        findings.push(wrong_type(
            name,
            "a step of a path must be",
            "the name of a relation",
        ));
        return None;
    };
    if let Some((steps, to)) = scope.roads.path(scope.catalog, here, [word]) {
        return steps.first().map(|step| (*step, to));
    }
    let blueprint = scope.catalog.blueprint(here)?;
    // That the target of a relation is missing is said at the relation.
    if blueprint.relation(word).is_none() && !blueprint.broken {
        let relations = blueprint.relations.iter();
        let known: Vec<&str> = relations.map(|it| it.name.value.as_str()).collect();
        let message = format!("{} has no relation `{word}`", blueprint.identifier.value);
        findings.push(
            Finding::new(&E0212, name.span, message)
                .label("leads nowhere")
                .help(choose(word, &known)),
        );
    }
    None
}

/// The blueprint that is named.
fn blueprint(node: &Node, scope: Scope<'_>, findings: &mut Vec<Finding>) -> Option<BlueprintId> {
    let word = node.as_str().unwrap_or_default();
    if let Some((id, _)) = scope.catalog.find_blueprint(word) {
        return Some(id);
    }
    let written = Located::new(Text::from(word), node.span);
    findings.push(scope.catalog.unknown_blueprint(&written));
    None
}

/// The identifiers that a rule names: one, or a list of them.
fn names(rule: &Node, findings: &mut Vec<Finding>) -> Option<Vec<Text>> {
    let value = needed(rule, "a rule about relations", "value", findings)?;
    let nodes = value.as_sequence().unwrap_or(std::slice::from_ref(value));
    if let Some(of_viewer) = nodes.iter().find(|node| depends_on_viewer(node)) {
        findings.push(beyond(of_viewer, "a value that depends on who looks"));
        return None;
    }
    let names: Option<Vec<Text>> = nodes
        .iter()
        .map(|node| node.as_str().map(Text::from))
        .collect();
    if names.is_none() {
        findings.push(wrong_type(
            value,
            "`value` must be",
            "an identifier, or a list of them",
        ));
    }
    names
}

impl Scope<'_> {
    fn name(&self, kind: BlueprintId) -> &str {
        let blueprint = self.catalog.blueprint(kind);
        blueprint.map_or("", |it| it.identifier.value.as_str())
    }

    /// Whether an entity must have a relation.
    fn is_required(&self, step: Step) -> bool {
        let blueprint = self.catalog.blueprint(step.blueprint);
        let relation = blueprint.and_then(|it| it.relations.get(usize::from(step.relation)));
        relation.is_some_and(|it| it.required)
    }

    /// Whether nothing wrong with a blueprint or a relation may take a way away.
    fn is_whole(&self) -> bool {
        let leads = |blueprint: &Blueprint| {
            let mut relations = blueprint.relations.iter();
            !blueprint.broken
                && relations.all(|it| self.catalog.find_blueprint(&it.target.value).is_some())
        };
        self.catalog.blueprints.iter().all(leads)
    }
}
