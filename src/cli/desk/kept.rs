//! What only a baseline lets pass, and would not under another name: an entry knows the words of its
//! finding, and of a merge the entries of the target count.

use crate::cli::desk::Desk;
use crate::compile::Compiled;
use crate::finding::{Finding, Severity};

/// What is said of what only a baseline lets pass.
pub(super) const KEPT: &str = "only the baseline lets this pass, and that of the target knows it by its present words alone: put it right first";

impl Desk<'_> {
    /// What the baseline let pass and does not any more, because it is called something else.
    pub(super) fn lost(&self, after: &Compiled) -> Vec<Finding> {
        let excused = self.before.excused.iter().map(|it| &it.finding);
        let was_excused = |finding: &Finding| {
            let path = after.snapshot.path(finding.span.file);
            excused.clone().any(|it| {
                let own = self.before.snapshot.path(it.span.file);
                it.code == finding.code && own == path && it.message != finding.message
            })
        };
        let found = after.findings.iter();
        let found = found.filter(|it| it.severity == Severity::Error && was_excused(it));
        found.cloned().collect()
    }
}
