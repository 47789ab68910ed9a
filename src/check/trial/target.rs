//! What a patch of a test is about: a file, or the document of an entity.

use crate::check::Subject;
use crate::check::trial::change::{edited, nothing_there};
use crate::check::trial::name;
use crate::finding::Finding;
use crate::model::Entity;
use crate::model::trial::{Change, Edit, Patch};
use crate::policy::{BuiltIn, What};
use crate::text::Span;

/// Where a patch changes a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Anywhere: the file has one document, or the edit names an entity.
    File,
    /// In the document of an entity.
    Document(Span),
}

/// A change of one file.
#[derive(Debug)]
pub struct Patched<'c> {
    /// The file, which may be new.
    pub path: String,
    /// Where in it.
    pub place: Place,
    /// What.
    pub change: &'c Change,
    /// Where the test says it.
    pub span: Span,
}

/// What files of a catalog end in; an entity's name hardly does.
const ENDINGS: [&str; 4] = ["cedar", "json", "yaml", "yml"];

/// Finds what a patch is about.
pub(super) fn read<'c>(
    subject: &Subject<'c>,
    written: &'c Patch,
    findings: &mut Vec<Finding>,
) -> Option<Patched<'c>> {
    let target = &written.target;
    let name = target.value.as_str();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let patched = |path: &str, place| Patched {
        path: path.to_owned(),
        place,
        change: &written.change,
        span: target.span,
    };
    if subject.snapshot.find(name).is_some() {
        return Some(patched(name, Place::File));
    }
    if ENDINGS.contains(&ending) {
        if let Change::Text(_) = written.change {
            return Some(patched(name, Place::File));
        }
        let files = subject.snapshot.as_slice().iter();
        let names: Vec<&str> = files.map(|file| file.path.as_str()).collect();
        findings.push(nothing_there(target, "file", &names));
        return None;
    }
    match name::entity(subject.catalog, None, target) {
        Ok(found) => {
            let entity = subject.catalog.entity(found)?;
            let path = subject.snapshot.path(entity.span.file);
            Some(patched(path, Place::Document(entity.span)))
        }
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

/// Whether the entities that a patch changes can have what it writes. Where it also changes a
/// file by its text, this may define more than the catalog does now, and nothing is said.
pub(super) fn fit(subject: &Subject<'_>, all: &[Patched<'_>], findings: &mut Vec<Finding>) {
    let is_edit = |it: &Patched<'_>| !matches!(it.change, Change::Text(_));
    if !all.iter().all(is_edit) {
        return;
    }
    let entities = &subject.catalog.entities;
    let here = |patched: &Patched<'_>, edit: &Edit| -> Option<&Entity> {
        let is_in = |it: &&Entity| subject.snapshot.path(it.span.file) == patched.path;
        match (&edit.entity, patched.place) {
            (Some(name), _) => {
                let name = name.value.rsplit('/').next().unwrap_or_default();
                let mut there = entities.iter().filter(is_in);
                there.find(|it| it.identifier.value == name)
            }
            (None, Place::Document(span)) => entities.iter().find(|it| it.span == span),
            (None, Place::File) => entities.iter().find(is_in),
        }
    };
    // What a patch says of blueprints may add what its other edits write.
    let is_of_entity = |it: &Patched<'_>| match it.change {
        Change::Edits(edits) => edits.iter().all(|edit| here(it, edit).is_some()),
        _ => true,
    };
    if !all.iter().all(is_of_entity) {
        return;
    }
    let update = What::BuiltIn(BuiltIn::Update);
    for patched in all {
        let Change::Edits(edits) = patched.change else {
            continue;
        };
        for edit in edits {
            let Some(entity) = here(patched, edit) else {
                continue;
            };
            // Of what is within a value, only the whole is looked at when the plan is made.
            let deep = edit.path.value.split('.').count() > 2;
            let is_own = [
                "icon",
                "movedFrom",
                "identifier",
                "blueprint",
                "properties",
                "relations",
            ]
            .contains(&edit.path.value.as_str());
            if !deep && !is_own {
                edited(
                    subject,
                    (entity, update),
                    std::slice::from_ref(edit),
                    findings,
                );
            }
        }
    }
}
