//! How much text of other files the documents of one file may take in.
//!
//! One file of a mebibyte may be named by very many entities: what is taken in counts each time.
//! What all files take in together is counted where they are read, wave by wave.

use std::cell::Cell;

/// Bytes that the documents of one file may take in together.
pub(super) const MOST: usize = 4 << 20;

/// What taking in any file counts at least, so that very many empty ones count too.
const LEAST: usize = 64;

/// What the documents of one file have taken in.
#[derive(Debug, Default)]
pub(in crate::model) struct Intake {
    used: Cell<usize>,
}

impl Intake {
    /// Counts a text; false where it is too much, and then it does not count.
    pub(super) fn takes(&self, text: &str) -> bool {
        let used = self.used.get().saturating_add(text.len().max(LEAST));
        let is_bearable = used <= MOST;
        if is_bearable {
            self.used.set(used);
        }
        is_bearable
    }

    /// The bytes that were taken in.
    pub(in crate::model) const fn used(&self) -> usize {
        self.used.get()
    }
}
