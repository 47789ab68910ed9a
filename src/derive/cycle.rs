//! Derived properties that are computed from themselves.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::VecDeque;

use crate::derive::scheme::Definition;
use crate::derive::scheme::DefinitionId;
use crate::derive::scheme::Scheme;
use crate::finding::Finding;
use crate::finding::codes::E0209;
use crate::model::Catalog;

/// Names of a circle that a message shows.
const SHOWN: usize = 6;

/// What is wrong with aggregations, and a finding for each knot of definitions that need
/// themselves, where its first says what it is computed from. Which entities there are does not matter: a definition is
/// right for all of them or for none.
pub fn check(catalog: &Catalog) -> Vec<Finding> {
    let scheme = Scheme::of(catalog);
    let circles = scheme.circles().iter().filter_map(|circle| {
        let circle: Vec<&Definition<'_>> = circle.iter().filter_map(|id| scheme.get(*id)).collect();
        finding(catalog, &circle)
    });
    scheme.findings().iter().cloned().chain(circles).collect()
}

fn finding(catalog: &Catalog, circle: &[&Definition<'_>]) -> Option<Finding> {
    let (first, rest) = circle.split_first()?;
    let blueprints = circle
        .iter()
        .filter_map(|it| catalog.blueprint(it.blueprint));
    if blueprints.into_iter().any(|blueprint| blueprint.cut) {
        // The last expression before a mistake may be a part of what was meant.
        return None;
    }
    let name = |definition: &Definition<'_>| {
        let blueprint = catalog.blueprint(definition.blueprint);
        let blueprint = blueprint.map_or("", |blueprint| blueprint.identifier.value.as_str());
        format!("{blueprint}.{}", definition.name.value)
    };
    let mut names: Vec<String> = circle.iter().take(SHOWN).map(|it| name(it)).collect();
    if circle.len() > SHOWN {
        names.push("...".to_owned());
    }
    names.push(name(first));
    let message = format!(
        "`{}` is computed from itself: {}",
        first.name.value,
        names.join(" -> ")
    );
    let finding = Finding::new(&E0209, first.place, message)
        .label("needs its own value")
        .help("let one of them read what is not derived from it");
    Some(rest.iter().take(SHOWN).fold(finding, |finding, it| {
        finding.related(it.place, "is on the way")
    }))
}

/// The knots of definitions that need each other or themselves; sorted. Definitions may be
/// chained deeper than the thread's stack is, so it goes over stacks of its own (Kosaraju).
pub(super) fn knots(needs: &[Vec<DefinitionId>]) -> Vec<Vec<DefinitionId>> {
    let mut needed_by = vec![Vec::new(); needs.len()];
    for (n, needs) in (0..).zip(needs) {
        for need in needs {
            if let Some(needed_by) = needed_by.get_mut(need.0 as usize) {
                needed_by.push(DefinitionId(n));
            }
        }
    }
    let all = || (0..).take(needs.len()).map(DefinitionId);
    let mut seen = vec![false; needs.len()];
    let mut finished = Vec::with_capacity(needs.len());
    for start in all() {
        finished.extend(explore(start, needs, &mut seen));
    }
    let mut seen = vec![false; needs.len()];
    let mut knots = Vec::new();
    for start in finished.into_iter().rev() {
        let mut knot = explore(start, &needed_by, &mut seen);
        let needs_itself = || {
            needs
                .get(start.0 as usize)
                .is_some_and(|needs| needs.contains(&start))
        };
        if knot.len() > 1 || (knot.len() == 1 && needs_itself()) {
            knot.sort_unstable();
            knots.push(knot);
        }
    }
    knots.sort_unstable();
    knots
}

/// What `start` leads to and was not seen, in the order in which nothing more is found behind it.
fn explore(
    start: DefinitionId,
    next: &[Vec<DefinitionId>],
    seen: &mut [bool],
) -> Vec<DefinitionId> {
    let mut see = |id: DefinitionId| {
        seen.get_mut(id.0 as usize)
            .is_some_and(|seen| !std::mem::replace(seen, true))
    };
    let leads = |id: DefinitionId| next.get(id.0 as usize).map_or(&[][..], Vec::as_slice);
    let mut finished = Vec::new();
    let mut open = Vec::new();
    if see(start) {
        open.push((start, leads(start).iter()));
    }
    while let Some((here, rest)) = open.last_mut() {
        let here = *here;
        if let Some(other) = rest.next() {
            if see(*other) {
                open.push((*other, leads(*other).iter()));
            }
        } else {
            finished.push(here);
            open.pop();
        }
    }
    finished
}

/// The shortest circle through the first definition of a knot, in the order of needing.
pub(super) fn shortest(knot: &[DefinitionId], needs: &[Vec<DefinitionId>]) -> Vec<DefinitionId> {
    let Some(first) = knot.first().copied() else {
        return Vec::new();
    };
    let inside: BTreeSet<DefinitionId> = knot.iter().copied().collect();
    let mut came_from: BTreeMap<DefinitionId, DefinitionId> = BTreeMap::new();
    let mut open = VecDeque::from([first]);
    while let Some(here) = open.pop_front() {
        let needs = needs.get(here.0 as usize).map_or(&[][..], Vec::as_slice);
        for other in needs.iter().filter(|other| inside.contains(other)) {
            if *other == first {
                let mut circle = vec![here];
                let mut at = here;
                while let Some(before) = came_from.get(&at) {
                    circle.push(*before);
                    at = *before;
                }
                circle.reverse();
                return circle;
            }
            if !came_from.contains_key(other) {
                came_from.insert(*other, here);
                open.push_back(*other);
            }
        }
    }
    Vec::new()
}
