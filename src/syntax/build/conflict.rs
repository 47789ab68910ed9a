//! Conflicts of a merge that nobody has resolved: their markers are no YAML, though some of them
//! would be read as text.

use super::{Builder, Stop};
use crate::finding::Finding;
use crate::finding::codes::E0101;
use crate::text::Span;

/// What a line of a conflict begins with.
const MARKERS: [&str; 2] = ["<<<<<<<", ">>>>>>>"];

/// The first line from `from` to `end` that begins with a marker: its bytes.
pub(super) fn find(text: &str, from: usize, end: usize) -> Option<(usize, usize)> {
    let piece = text.get(from..end)?;
    let first = |marker: &str| {
        piece.match_indices(marker).map(|(at, _)| at).find(|at| {
            let before = piece.get(..*at).unwrap_or("");
            let behind = piece.get(at + marker.len()..).unwrap_or("");
            (before.is_empty() || before.ends_with(['\n', '\r']))
                && (behind.is_empty() || behind.starts_with([' ', '\n', '\r']))
        })
    };
    let at = MARKERS.into_iter().filter_map(first).min()?;
    let line = piece.get(at..)?.lines().next()?.trim_end();
    Some((from + at, from + at + line.len()))
}

impl Builder<'_> {
    /// Says that a conflict begins at `span`, where the reading ended; an error that it made is
    /// not told, from finding number `told` on.
    pub(super) fn conflict(
        &mut self,
        span: Span,
        stopped: Result<(), Stop>,
        told: usize,
    ) -> Result<(), Stop> {
        if let Err(Stop::File | Stop::At(_)) = stopped {
            return stopped;
        }
        let found = self.findings.split_off(told.min(self.findings.len()));
        let kept = found.into_iter().filter(|found| found.code != &E0101);
        self.findings.extend(kept);
        self.tell(
            Finding::new(&E0101, span, "a merge conflict is not resolved here")
                .label("written by git")
                .help(
                    "keep one side, and delete the lines that begin with `<<<<<<<`, `=======` \
                     and `>>>>>>>`",
                ),
        );
        if !self.started && self.root.is_none() {
            // What was read is a whole document for the parser, and half of one in truth.
            if let Some(document) = self.documents.last_mut() {
                document.complete = false;
            }
        }
        Err(Stop::Document)
    }
}
