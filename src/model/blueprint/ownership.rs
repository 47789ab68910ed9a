//! Where a blueprint says that the owners of its entities are found.
//!
//! In: the keys of a blueprint. Out: the one way to the owner. Knows no relations: whether a path
//! leads anywhere is for `check`.

use crate::finding::Finding;
use crate::finding::codes::E0209;
use crate::model::fields::Fields;
use crate::syntax::Entry;
use crate::text::{Located, Text};

/// Where the owner of an entity is found.
#[derive(Debug, Clone)]
pub enum Ownership {
    /// The entity's `team`.
    Direct,
    /// Relations that lead to the owner.
    Path(Located<Text>),
    /// The owner of the entity that these relations lead to.
    Inherited(Located<Text>),
}

/// `ownership: {path: owner}`, Port's `{type: Direct}` and `{type: Inherited, path: system}`, and
/// the legacy `teamInheritance: {path: system}`.
pub(super) fn read(fields: &mut Fields<'_, '_>) -> Option<Ownership> {
    let ownership = fields.entry("ownership");
    let legacy = fields.entry("teamInheritance");
    match (ownership, legacy) {
        (Some(ownership), Some(legacy)) => {
            fields.findings.push(
                Finding::new(
                    &E0209,
                    legacy.key.span,
                    "`teamInheritance` and `ownership` both say who owns",
                )
                .label("the older of the two")
                .related(ownership.key.span, "the newer")
                .help("delete `teamInheritance`: `ownership` is what counts"),
            );
            read_ownership(ownership, fields.findings)
        }
        (Some(ownership), None) => read_ownership(ownership, fields.findings),
        (None, Some(legacy)) => read_inheritance(legacy, fields.findings),
        (None, None) => None,
    }
}

fn read_inheritance(entry: &Entry, findings: &mut Vec<Finding>) -> Option<Ownership> {
    let what = "`teamInheritance`";
    let mut fields = Fields::of(what, &entry.node, entry.key.span, findings)?;
    let path = fields.required_text("path");
    fields.done();
    path.map(Ownership::Inherited)
}

fn read_ownership(entry: &Entry, findings: &mut Vec<Finding>) -> Option<Ownership> {
    let mut fields = Fields::of("`ownership`", &entry.node, entry.key.span, findings)?;
    let kind = fields.one_of("type", &[("Direct", true), ("Inherited", false)]);
    let path = fields.text("path");
    fields.text("title");
    let read = match (kind, path) {
        (None, Some(path)) => Some(Ownership::Path(path)),
        (Some(Located { value: true, span }), path) => {
            if let Some(path) = path {
                let message = "what is owned directly has no path to its owner";
                fields.findings.push(
                    Finding::new(&E0209, path.span, message)
                        .label("leads to nobody")
                        .related(span, "owned by its `team`")
                        .help("delete `path`, or delete `type` and the path leads to the owner"),
                );
            }
            Some(Ownership::Direct)
        }
        (Some(_), Some(path)) => Some(Ownership::Inherited(path)),
        (_, None) => {
            fields.missing("path");
            None
        }
    };
    fields.done();
    read
}
