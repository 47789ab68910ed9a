//! Budgets of one file: values, depth, documents, findings.
//!
//! In: what was read. Out: a finding where a limit is reached, and whether the reading goes on.

use super::{Builder, Stop};
use crate::finding::codes::E0103;
use crate::finding::{Finding, Severity};
use crate::syntax::limit;
use crate::text::Span;

/// How much a file may have in it.
#[derive(Clone, Copy)]
pub(super) struct Budget {
    pub(super) nodes: usize,
    pub(super) documents: usize,
}

/// Of a file in the catalog's own language.
pub(super) const ORDINARY: Budget = Budget {
    nodes: limit::NODES,
    documents: limit::DOCUMENTS,
};

impl Budget {
    /// Of a file in another language: it may have as many values as its text can have, so that
    /// aliases make no more of a small file here than elsewhere.
    pub(super) fn large(text: &str) -> Self {
        Self {
            nodes: (text.len() / 2).clamp(limit::NODES, limit::LARGE_NODES),
            documents: limit::LARGE_DOCUMENTS,
        }
    }
}

impl Builder<'_> {
    /// Tells what is wrong. Of very many in one file the last that is told says how many follow.
    pub(super) fn tell(&mut self, finding: Finding) {
        let found = match finding.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        *found += 1;
        if *found <= limit::FINDINGS {
            self.findings.push(finding);
        }
    }

    /// Says how many findings were not told.
    pub(super) fn count_untold(&mut self) {
        for (severity, found) in [
            (Severity::Error, self.errors),
            (Severity::Warning, self.warnings),
        ] {
            let untold = found.saturating_sub(limit::FINDINGS);
            let mut findings = self.findings.iter_mut().rev();
            let last = findings.find(|finding| finding.severity == severity);
            if let (Some(last), 1..) = (last, untold) {
                last.label = format!("{}; and {untold} more in this file", last.label);
            }
        }
    }

    pub(super) fn count(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        self.nodes += nodes;
        if self.nodes <= self.budget.nodes {
            return Ok(());
        }
        Err(self.too_large(
            span,
            format!(
                "the file has more than {} values, aliases counted",
                self.budget.nodes
            ),
        ))
    }

    pub(super) fn too_large(&mut self, span: Span, message: String) -> Stop {
        self.tell(
            Finding::new(&E0103, span, message)
                .label("the limit is reached here")
                .help("split the file"),
        );
        Stop::File
    }

    pub(super) fn too_deep(&mut self, span: Span) -> Stop {
        self.tell(
            Finding::new(
                &E0103,
                span,
                format!("this is nested deeper than {} levels", limit::DEPTH),
            )
            .label("the limit is reached here")
            .help("nest less: move inner parts out into values of their own"),
        );
        Stop::Document
    }
}
