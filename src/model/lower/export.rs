//! Lists of documents, as exports write them: `[{...}, {...}]` is as many documents.
//!
//! In: the documents of a file. Out: the same, in which each mapping of such a list is one, at
//! its own place; an element that is no mapping is a finding.

use crate::finding::Finding;
use crate::model::fields::wrong_type;
use crate::syntax::Document;
use crate::syntax::Value;

/// The documents, of which a list of mappings is as many: so exports write them.
pub(super) fn each_document(
    documents: Vec<Document>,
    findings: &mut Vec<Finding>,
) -> Vec<Document> {
    let is_list = |document: &Document| {
        let elements = document.root.as_sequence().unwrap_or_default();
        elements.iter().any(|node| node.as_mapping().is_some())
    };
    if !documents.iter().any(is_list) {
        return documents;
    }
    let mut each = Vec::new();
    for document in documents {
        if !is_list(&document) {
            each.push(document);
            continue;
        }
        let Value::Sequence(elements) = document.root.value else {
            continue;
        };
        for root in elements.iter().cloned() {
            if root.as_mapping().is_none() {
                findings.push(wrong_type(
                    &root,
                    "a mapping",
                    "an element of a list of documents must be",
                ));
                continue;
            }
            each.push(Document {
                file: document.file,
                root,
                complete: document.complete,
                aliases: Box::default(),
            });
        }
    }
    each
}
