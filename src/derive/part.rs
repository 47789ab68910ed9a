//! The parts of an entity that definitions name: a property, derived or not, or `$title`.
//!
//! In: a blueprint and a name. Out: the path of the part, or why there is none. Knows no entities.

use crate::finding::Finding;
use crate::finding::codes::{E0212, E0215};
use crate::model::Blueprint;
use crate::text::{Span, Text, choose};

/// Meta-properties that stand in the files of a catalog.
pub(super) const WRITTEN: &[&str] = &["blueprint", "icon", "identifier", "team", "title"];

/// Meta-properties that Port's database knows: who created something and when is in git and in
/// no file.
const UNWRITTEN: &[&str] = &["createdAt", "createdBy", "updatedAt", "updatedBy"];

/// The parts that a blueprint gives its entities.
#[derive(Clone, Copy)]
pub(super) struct Parts<'c>(pub(super) &'c Blueprint);

impl Parts<'_> {
    /// The path of a part.
    pub(super) fn get(self, name: &str) -> Option<Text> {
        if let Some(meta) = name.strip_prefix('$') {
            return WRITTEN.contains(&meta).then(|| Text::from(meta));
        }
        let Self(blueprint) = self;
        let is_there = blueprint.property(name).is_some()
            || blueprint.derived().any(|derived| derived.value == name);
        is_there.then(|| Text::from(format!("properties.{name}")))
    }

    /// The path of a part that is named at `span`, or the finding that there is none.
    pub(super) fn find(self, name: &str, span: Span, findings: &mut Vec<Finding>) -> Option<Text> {
        let found = self.get(name);
        if found.is_none() {
            findings.extend(self.unknown(name, span));
        }
        found
    }

    /// That a name stands for nothing; nothing where the blueprint itself is not whole.
    fn unknown(self, name: &str, span: Span) -> Option<Finding> {
        let Self(blueprint) = self;
        if is_unwritten(name) {
            return Some(unwritten(name, span));
        }
        let own = blueprint.properties.iter().map(|it| it.name.value.as_str());
        let derived = blueprint.derived().map(|name| name.value.as_str());
        let names: Vec<&str> = own
            .chain(derived)
            .chain(["$identifier", "$title", "$icon", "$team", "$blueprint"])
            .collect();
        let kind = &blueprint.identifier.value;
        (!blueprint.broken).then(|| {
            Finding::new(&E0212, span, format!("{kind} has no `{name}`"))
                .label("leads nowhere")
                .help(choose(name, &names))
        })
    }
}

/// Whether a name is one of the meta-properties that no file has.
pub fn is_unwritten(name: &str) -> bool {
    name.strip_prefix('$')
        .is_some_and(|meta| UNWRITTEN.contains(&meta))
}

/// The finding that a meta-property stands in no file.
pub fn unwritten(name: &str, span: Span) -> Finding {
    Finding::new(
        &E0215,
        span,
        format!("`{name}` stands in no file of the catalog"),
    )
    .label("not known here")
    .help("write the time or the person as a property of its own, and name that")
}
