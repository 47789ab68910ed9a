//! A request: a file that asks once for an action on an entity.

use crate::model::fields::Fields;
use crate::syntax::Document;
use crate::syntax::Entry;
use crate::text::{Located, Span, Text};

/// A wish that a pull request carries. Runs once ever, by its id.
#[derive(Debug, Clone)]
pub struct Request {
    /// Unique for ever; the file's stem unless it is written.
    pub id: Located<Text>,
    /// The action, or a built-in one: `record`, `override`.
    pub action: Located<Text>,
    /// The entity's identifier; its blueprint is the action's.
    pub entity: Option<Located<Text>>,
    /// The blueprint, where a built-in action needs to be told.
    pub blueprint: Option<Located<Text>>,
    /// The inputs as they are written.
    pub inputs: Box<[Entry]>,
    /// Where a missing input is reported.
    pub inputs_place: Span,
    /// All of the document.
    pub span: Span,
}

/// Reads a request; `stem` is the file's name without its ending.
pub(super) fn read(
    document: &Document,
    stem: &str,
    findings: &mut Vec<crate::finding::Finding>,
) -> Option<Request> {
    let root = &document.root;
    let place = root
        .as_mapping()
        .and_then(<[Entry]>::first)
        .map_or(root.span, |entry| entry.key.span);
    let mut fields = Fields::of("a request", root, place, findings)?;
    let id = fields.text("id");
    let action = fields.required_text("action");
    let entity = fields.text("entity");
    let blueprint = fields.text("blueprint");
    let inputs_place = fields.entry("inputs").map_or(place, |entry| entry.key.span);
    let inputs = fields.mapping("inputs").into();
    fields.done();
    if !document.complete {
        return None;
    }
    Some(Request {
        id: id.unwrap_or_else(|| Located::new(Text::from(stem), place)),
        action: action?,
        entity,
        blueprint,
        inputs,
        inputs_place,
        span: root.span,
    })
}
