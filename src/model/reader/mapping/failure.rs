//! What goes wrong with an expression on one element of a file.
//!
//! A finding stands at the element, and names the expression. One mistake in an expression may
//! meet every element: after some of them the rest is counted.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::finding::codes::E0241;
use crate::text::Span;

/// Elements of a file for which the failure of one expression is told in full.
const TOLD: usize = 10;

/// The failures of one file.
#[derive(Default)]
pub(super) struct Failures {
    /// By expression: how often, and where the first stands that is not told.
    counts: BTreeMap<Span, (usize, Option<Span>)>,
    findings: Vec<Finding>,
}

impl Failures {
    /// An expression, written at `expression`, is of no use for the element at `place`.
    pub(super) fn add(
        &mut self,
        place: Span,
        expression: Span,
        message: String,
        help: Option<String>,
    ) {
        let (count, first_untold) = self.counts.entry(expression).or_default();
        *count += 1;
        if *count > TOLD {
            first_untold.get_or_insert(place);
            return;
        }
        self.findings.push(
            Finding::new(&E0241, place, message)
                .label("for this element")
                .related(expression, "the expression")
                .maybe_help(help),
        );
    }

    /// How many there were.
    pub(super) fn count(&self) -> usize {
        self.counts.values().map(|(count, _)| count).sum()
    }

    /// All that is told.
    pub(super) fn finish(self) -> Vec<Finding> {
        let mut findings = self.findings;
        for (expression, (count, first_untold)) in self.counts {
            let Some(place) = first_untold else { continue };
            let more = count - TOLD;
            findings.push(
                Finding::new(
                    &E0241,
                    place,
                    format!("the expression fails for {more} more elements of this file"),
                )
                .label("the first of them")
                .related(expression, "the expression")
                .help("repair the expression; the first failures say what it meets"),
            );
        }
        findings
    }
}
