//! What a check found, as the formats for other programs take it.

use crate::finding::{Finding, Severity, fingerprint};
use crate::source::Snapshot;
use crate::text::Span;

use super::findings::Summary;
use super::place::Places;

/// What a check found.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// The files.
    pub snapshot: &'a Snapshot,
    /// What is wrong, in its order.
    pub findings: &'a [Finding],
    /// What is wrong and passes by the baseline.
    pub baselined: &'a [Baselined<'a>],
    /// What was looked at.
    pub summary: &'a Summary,
    /// What stands before every path, so that it begins at the repository's folder: nothing, or
    /// a folder with a slash at its end.
    pub root: &'a str,
}

/// A finding that passes by the baseline.
#[derive(Debug, Clone, Copy)]
pub struct Baselined<'a> {
    /// The finding.
    pub finding: &'a Finding,
    /// Why it passes.
    pub reason: &'a str,
}

impl<'a> Checked<'a> {
    /// Lines and columns of all that is wrong.
    pub(super) fn places(&self) -> Places<'a> {
        let baselined = self.baselined.iter().map(|passed| passed.finding);
        let findings = self.findings.iter().chain(baselined);
        Places::new(self.snapshot, findings).covering(&self.summary.unshown.secrets)
    }

    /// The path of a span's file from the repository's folder.
    pub(super) fn path(&self, span: Span) -> String {
        format!("{}{}", self.root, self.snapshot.path(span.file))
    }

    /// How many findings are of a severity.
    pub(super) fn count(&self, severity: Severity) -> usize {
        let findings = self.findings.iter();
        findings.filter(|f| f.severity == severity).count()
    }

    /// A digest for each finding, and for those that pass.
    pub(super) fn fingerprints(&self) -> (Vec<String>, Vec<String>) {
        let of = |findings: &[Finding]| {
            fingerprint::fingerprints(
                findings,
                |span| self.path(span),
                |span| self.snapshot.slice(span),
            )
        };
        // Numbered together: one that passes and one that does not may be alike.
        let passed = self.baselined.iter().map(|passed| passed.finding.clone());
        let all: Vec<Finding> = self.findings.iter().cloned().chain(passed).collect();
        let mut all = of(&all);
        let passed = all.split_off(self.findings.len());
        (all, passed)
    }
}
