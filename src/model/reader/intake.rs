//! How much text of other files the documents of one file may take in.
//!
//! One file of a mebibyte may be named by very many entities: what is taken in counts each time.
//! What all files take in together is counted where they are read, wave by wave.

use std::cell::{Cell, RefCell};

use crate::text::{FileId, Span};

/// Bytes that the documents of one file may take in together.
pub(super) const MOST: usize = 4 << 20;

/// What taking in any file counts at least, so that very many empty ones count too.
const LEAST: usize = 64;

/// What the documents of one file have taken in.
#[derive(Debug, Default)]
pub(in crate::model) struct Intake {
    used: Cell<usize>,
    texts: RefCell<Vec<TextTakenIn>>,
}

/// What stands in the place of a value and is written in another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextTakenIn {
    /// Where the file is named.
    pub place: Span,
    /// The file.
    pub file: FileId,
    /// The value in it; absent: the value is the text of the file.
    pub part: Option<Span>,
}

impl Intake {
    /// Counts the text of a file; false where it is too much, and then it does not count.
    pub(super) fn takes(&self, text: &str) -> bool {
        let used = self.used.get().saturating_add(text.len().max(LEAST));
        let is_bearable = used <= MOST;
        if is_bearable {
            self.used.set(used);
        }
        is_bearable
    }

    /// Notes what was taken in.
    pub(super) fn note(&self, taken: TextTakenIn) {
        self.texts.borrow_mut().push(taken);
    }

    /// The bytes that were taken in.
    pub(in crate::model) const fn used(&self) -> usize {
        self.used.get()
    }

    /// What was taken in, and for which values.
    pub(in crate::model) fn texts(&self) -> Vec<TextTakenIn> {
        self.texts.take()
    }
}
