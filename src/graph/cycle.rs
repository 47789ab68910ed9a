//! Cycles of relations that must not have them.

use std::collections::{BTreeMap, VecDeque};

use petgraph::algo::kosaraju_scc;
use petgraph::graphmap::DiGraphMap;

use crate::graph::Edge;
use crate::model::EntityId;

/// Entities of one knot that are tried as the start of the shortest cycle.
const STARTS: usize = 512;

/// Edges of one knot that are followed at most, however many starts there are left.
const FOLLOWED: usize = 300_000;

/// The shortest cycle of each knot of `edges`, as the edges in order; the cycle begins with its
/// smallest entity, and cycles are in order of that.
pub fn shortest_cycles(edges: &[Edge]) -> Vec<Vec<Edge>> {
    let mut graph: DiGraphMap<u32, ()> = DiGraphMap::new();
    let mut by_pair: BTreeMap<(EntityId, EntityId), Edge> = BTreeMap::new();
    for edge in edges {
        graph.add_edge(edge.from.0, edge.to.0, ());
        by_pair.entry((edge.from, edge.to)).or_insert(*edge);
    }
    let mut cycles: Vec<Vec<Edge>> = kosaraju_scc(&graph)
        .into_iter()
        .filter_map(|mut knot| {
            knot.sort_unstable();
            let inside: std::collections::BTreeSet<u32> = knot.iter().copied().collect();
            let mut shortest: Option<Vec<u32>> = None;
            let mut left = FOLLOWED;
            let within = |from: u32| graph.neighbors(from).filter(|to| inside.contains(to));
            // Where no way forks there is one cycle, wherever one starts.
            let is_ring = knot.iter().all(|from| within(*from).count() == 1);
            let starts = if is_ring { 1 } else { STARTS };
            for start in knot.iter().take(starts) {
                let found = cycle_from(*start, &graph, &inside, &mut left);
                let is_shorter = |found: &Vec<u32>| {
                    shortest
                        .as_ref()
                        .is_none_or(|shortest| found.len() < shortest.len())
                };
                shortest = found.filter(is_shorter).or(shortest);
                if left == 0 {
                    break;
                }
            }
            Some(edges_of(&shortest?, &by_pair))
        })
        .collect();
    cycles.sort_by_key(|cycle| cycle.first().map(|edge| edge.from));
    cycles
}

/// The shortest way from `start` back to itself within a knot, as its entities in order.
fn cycle_from(
    start: u32,
    graph: &DiGraphMap<u32, ()>,
    inside: &std::collections::BTreeSet<u32>,
    left: &mut usize,
) -> Option<Vec<u32>> {
    let mut came_from: BTreeMap<u32, u32> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(here) = queue.pop_front() {
        let mut next: Vec<u32> = graph
            .neighbors(here)
            .filter(|to| inside.contains(to))
            .collect();
        next.sort_unstable();
        *left = left.saturating_sub(next.len());
        for to in next {
            if to == start {
                let mut path = vec![here];
                let mut at = here;
                while let Some(before) = came_from.get(&at) {
                    path.push(*before);
                    at = *before;
                }
                path.reverse();
                return Some(path);
            }
            if let std::collections::btree_map::Entry::Vacant(e) = came_from.entry(to) {
                e.insert(here);
                queue.push_back(to);
            }
        }
    }
    None
}

/// The edges of a cycle, turned so that it begins with its smallest entity.
fn edges_of(path: &[u32], by_pair: &BTreeMap<(EntityId, EntityId), Edge>) -> Vec<Edge> {
    let smallest = path
        .iter()
        .enumerate()
        .min_by_key(|(_, entity)| **entity)
        .map_or(0, |(n, _)| n);
    let turned: Vec<u32> = path
        .iter()
        .cycle()
        .skip(smallest)
        .take(path.len())
        .copied()
        .collect();
    let nexts = turned.iter().cycle().skip(1);
    turned
        .iter()
        .zip(nexts)
        .filter_map(|(from, to)| by_pair.get(&(EntityId(*from), EntityId(*to))).copied())
        .collect()
}
