//! Order of work: what must come before what, in stages that can run side by side.

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;
use petgraph::graphmap::DiGraphMap;

/// Work that can run at the same time; several members of one knot stand in one stage, named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The numbers of the work, sorted.
    pub members: Vec<usize>,
    /// Members that wait for each other in a circle; empty where there is none.
    pub knots: Vec<Vec<usize>>,
}

/// The stages of work `0..count`, where each pair `(first, then)` of `edges` is an order.
///
/// Every piece stands as early as it can: one stage behind the last of those it waits for.
pub fn stages(count: usize, edges: &BTreeSet<(usize, usize)>) -> Vec<Stage> {
    let mut graph: DiGraphMap<usize, ()> = DiGraphMap::new();
    for n in 0..count {
        graph.add_node(n);
    }
    for (first, then) in edges {
        graph.add_edge(*first, *then, ());
    }
    // Components come with what they lead to first, so walked backwards all orders are known.
    let components = kosaraju_scc(&graph);
    let mut level = vec![0_usize; count];
    let mut knots: Vec<Vec<usize>> = Vec::new();
    for component in components.iter().rev() {
        let inside: BTreeSet<usize> = component.iter().copied().collect();
        let earliest = component
            .iter()
            .flat_map(|n| graph.neighbors_directed(*n, petgraph::Direction::Incoming))
            .filter(|before| !inside.contains(before))
            .filter_map(|before| level.get(before).map(|level| level + 1))
            .max()
            .unwrap_or(0);
        for n in &inside {
            if let Some(slot) = level.get_mut(*n) {
                *slot = earliest;
            }
        }
        if inside.len() > 1 {
            knots.push(inside.into_iter().collect());
        }
    }
    let last = level.iter().max().copied();
    let none = || Stage {
        members: Vec::new(),
        knots: Vec::new(),
    };
    let mut stages: Vec<Stage> = Vec::new();
    stages.resize_with(last.map_or(0, |last| last + 1), none);
    for (n, at) in level.iter().enumerate() {
        if let Some(stage) = stages.get_mut(*at) {
            stage.members.push(n);
        }
    }
    knots.sort();
    for knot in knots {
        let at = knot.first().and_then(|first| level.get(*first));
        if let Some(stage) = at.and_then(|at| stages.get_mut(*at)) {
            stage.knots.push(knot);
        }
    }
    stages
}

#[cfg(test)]
mod tests {
    use super::stages;
    use std::collections::BTreeSet;

    #[test]
    fn work_stands_as_early_as_it_can_and_knots_share_a_stage() {
        let edges = BTreeSet::from([(0, 1), (1, 2), (3, 4), (4, 3), (2, 3)]);
        let stages = stages(6, &edges);
        let members: Vec<Vec<usize>> = stages.iter().map(|stage| stage.members.clone()).collect();
        assert_eq!(members, [vec![0, 5], vec![1], vec![2], vec![3, 4]]);
        assert_eq!(stages[3].knots, [vec![3, 4]]);
    }
}
