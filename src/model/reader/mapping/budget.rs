//! How much work the rules of a mapping may make of one file.
//!
//! Every step of an expression and every value that is copied is paid for, in proportion to the
//! size of the file: whatever the rules and the file are, the work is linear in what was read.

use crate::syntax::Node;
use crate::syntax::Value;
use crate::syntax::limit;

/// Steps that every file may take.
const STEPS: u64 = 1_000_000;
/// Steps beside, for each value of the file.
const STEPS_PER_NODE: u64 = 500;

/// What is left for one file.
pub(super) struct Budget {
    /// Steps of expressions, and values looked at.
    pub(super) steps: u64,
    /// Values of native trees.
    nodes: usize,
}

impl Budget {
    /// The budget for this one of the `documents` of a file.
    pub(super) fn of(root: &Node, documents: usize) -> Self {
        let share = documents.max(1);
        Self {
            steps: STEPS / share as u64 + STEPS_PER_NODE * size(root),
            nodes: (limit::NODES / share + 8 * usize::try_from(size(root)).unwrap_or(0))
                .min(limit::LARGE_NODES),
        }
    }

    /// Pays for a step.
    pub(super) const fn step(&mut self) {
        self.steps = self.steps.saturating_sub(1);
    }

    /// Pays for a copy that is looked at and thrown away.
    pub(super) fn copied(&mut self, node: &Node) {
        self.steps = self.steps.saturating_sub(size(node));
    }

    /// Pays for a value that is kept.
    pub(super) fn kept(&mut self, node: &Node) {
        let size = usize::try_from(size(node)).unwrap_or(usize::MAX);
        self.nodes = self.nodes.saturating_sub(size);
    }

    /// What is used up, in words.
    pub(super) const fn spent(&self) -> Option<&'static str> {
        if self.steps == 0 {
            Some("take more steps than a file of its size may take")
        } else if self.nodes == 0 {
            Some("make more values than a file may have")
        } else {
            None
        }
    }
}

/// The values of a tree.
fn size(node: &Node) -> u64 {
    match &node.value {
        Value::Sequence(nodes) => 1 + nodes.iter().map(size).sum::<u64>(),
        Value::Mapping(entries) => 1 + entries.iter().map(|entry| size(&entry.node)).sum::<u64>(),
        _ => 1,
    }
}
