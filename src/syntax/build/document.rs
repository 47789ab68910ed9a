//! The ends of documents, whole or where the reading stopped.
//!
//! In: what is open. Out: documents, of which those that end in a mistake are not complete.

use super::{Builder, offset};
use crate::syntax::{Document, Node, Value};
use crate::text::Span;

impl Builder<'_> {
    /// Ends every open list and mapping where the reading stopped.
    pub(super) fn salvage(&mut self, is_cut: bool) {
        let end = offset(self.piece_end);
        while let Some(open) = self.open.pop() {
            let span = Span::new(self.file, open.start, self.trimmed_end(open.start, end));
            let node = self.close(open.inside, span);
            self.place(node, false);
        }
        if self.started || self.root.is_some() {
            self.end_document(!is_cut);
        }
    }

    pub(super) fn end_document(&mut self, complete: bool) {
        self.started = false;
        let aliases = std::mem::take(&mut self.aliases).into_boxed_slice();
        let root = self.root.take();
        if root.is_none() && complete {
            return;
        }
        let root = root.unwrap_or(Node {
            span: Span::whole_file(self.file),
            value: Value::Null,
        });
        let complete = complete && !self.typographic && !self.is_cut;
        let first = Document {
            file: self.file,
            root,
            complete,
            aliases,
        };
        self.documents.push(first);
        for root in std::mem::take(&mut self.next_roots) {
            self.documents.push(Document {
                file: self.file,
                root,
                complete,
                aliases: Box::default(),
            });
        }
    }

    /// The end of a block without the blanks and line ends behind it.
    pub(super) fn trimmed_end(&self, start: u32, end: u32) -> u32 {
        let text = self.text.get(start as usize..end as usize).unwrap_or("");
        start + offset(text.trim_end().len())
    }
}
