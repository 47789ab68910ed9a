//! Where an entity, or a value that the catalog has, is written in its file.
//!
//! In: a compiled catalog, and an entity or a span. Out: the place in the file. Values of other
//! languages are found where their reader says that they are written; what a mapping made of
//! something else is refused.

use crate::compile::Compiled;
use crate::edit::{Place, Refused, Step, documents, node_at};
use crate::model::EntityId;
use crate::syntax::Node;
use crate::text::{FileId, Span};

/// The place of an entity that is written as catalogs write them.
///
/// Errors: why it is not changed as a whole.
pub fn of_entity(compiled: &Compiled, id: EntityId) -> Result<Place, Refused> {
    let catalog = &compiled.catalog;
    let Some(entity) = catalog.entity(id) else {
        return Err(refused(
            Span::whole_file(FileId(0)),
            "the entity is not there",
        ));
    };
    let path = compiled.snapshot.path(entity.span.file);
    let reading = catalog.files.reading(path);
    if !reading.is_some_and(|reading| reading.is_native_entities()) || !entity.also.is_empty() {
        return Err(Refused {
            why: "the entity is read from a file in another language".to_owned(),
            at: entity.identifier.span,
            help: "only values that stand there already can be changed; add others by hand"
                .to_owned(),
        });
    }
    at_span(compiled, entity.span)
}

/// The place of the value that is written at a span.
///
/// Errors: it is written nowhere in the file.
pub fn at_span(compiled: &Compiled, span: Span) -> Result<Place, Refused> {
    if compiled.catalog.guessed.binary_search(&span).is_ok() {
        return Err(Refused {
            why: "the value is made by an expression of a mapping".to_owned(),
            at: span,
            help: "change what the expression reads, by hand".to_owned(),
        });
    }
    let text = compiled.snapshot.text(span.file);
    let (documents, ..) = documents(span.file, text);
    let mut numbered = documents.iter().enumerate();
    let found = numbered.find_map(|(number, document)| {
        let mut steps = Vec::new();
        let is_found = find(&document.root, span, &mut steps);
        is_found.then_some(Place {
            document: number,
            steps,
        })
    });
    found.ok_or_else(|| refused(span, "the value is not written as it is read"))
}

fn refused(at: Span, why: &str) -> Refused {
    Refused {
        why: why.to_owned(),
        at,
        help: "change the file by hand, then run `catalogc check`".to_owned(),
    }
}

/// Looks for the value at a span, the outermost first; what stands elsewhere is passed over.
fn find(node: &Node, span: Span, steps: &mut Vec<Step>) -> bool {
    if node.span == span {
        return true;
    }
    if node.span.start > span.start || node.span.end < span.end {
        return false;
    }
    for entry in node.as_mapping().unwrap_or_default() {
        steps.push(Step::Key(entry.key.value.clone()));
        let is_own = entry.key.span.start >= node.span.start;
        if is_own && find(&entry.node, span, steps) {
            return true;
        }
        steps.pop();
    }
    for (number, item) in node.as_sequence().unwrap_or_default().iter().enumerate() {
        steps.push(Step::Element(number));
        if find(item, span, steps) {
            return true;
        }
        steps.pop();
    }
    false
}

/// The value at a place of a text.
pub fn node_of(file: FileId, text: &str, place: &Place) -> Option<Node> {
    let (documents, ..) = documents(file, text);
    let root = &documents.get(place.document)?.root;
    node_at(root, &place.steps).cloned()
}
