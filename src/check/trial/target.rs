//! What a patch of a test is about: a file, or the document of an entity.

use crate::check::Subject;
use crate::check::trial::change::nothing_there;
use crate::check::trial::name;
use crate::finding::Finding;
use crate::model::trial::{Change, Patch};
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
