//! Very many findings about one thing: the first are told, the rest are counted.
//!
//! In: findings as they are raised. Out: a hundred of them, of which the last says how many more
//! there are. What is wrong a million times over in one entity would else cost a run its memory,
//! and nobody reads it.

use super::Finding;

/// Findings about one thing that are told one by one.
const TOLD: usize = 100;

/// Counts what is found about one thing.
pub struct Many {
    before: usize,
    untold: usize,
}

impl Many {
    /// From here on, what is raised is about one thing.
    pub fn new(findings: &[Finding]) -> Self {
        Self {
            before: findings.len(),
            untold: 0,
        }
    }

    /// Whether one more is told; else it is counted.
    pub fn tells(&mut self, findings: &[Finding]) -> bool {
        let tells = findings.len() < self.before + TOLD;
        self.untold += usize::from(!tells);
        tells
    }

    /// Takes back what is beyond the number.
    pub fn cut(&mut self, findings: &mut Vec<Finding>) {
        let most = self.before + TOLD;
        self.untold += findings.len().saturating_sub(most);
        findings.truncate(most);
    }

    /// Says at the last one how many more there are `in this entity`.
    pub fn end(mut self, findings: &mut Vec<Finding>, place: &str) {
        self.cut(findings);
        if let (Some(last), 1..) = (findings.last_mut(), self.untold) {
            let gap = if last.label.is_empty() { "" } else { "; and " };
            last.label = format!("{}{gap}{} more {place}", last.label, self.untold);
        }
    }
}
