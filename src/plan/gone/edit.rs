//! Takes entities and references out of the texts of a catalog.
//!
//! In: a compiled catalog, the entities that go, and the places of the names that do. Out: the
//! snapshot without them, or whose places are not written so that it is plain what goes. A file
//! of which nothing is left goes too; all else stays as it is, comments included.

use std::collections::{BTreeMap, BTreeSet};

use crate::compile::Compiled;
use crate::model::{Entity, EntityId};
use crate::plan::gone::reference;
use crate::source::{Snapshot, SourceFile};
use crate::syntax::{Document, MergeKeys, Node};
use crate::text::{FileId, Span, Splice, spliced};

/// Bytes of a text that go.
pub(super) type Cut = std::ops::Range<usize>;

/// What goes.
pub(super) struct Going<'g> {
    /// Whole entities.
    pub(super) entities: BTreeSet<EntityId>,
    /// Of those who stay, the places of names.
    pub(super) names: BTreeMap<EntityId, BTreeSet<Span>>,
    /// Where all of it stands.
    pub(super) within: &'g Compiled,
}

/// What goes of one file.
#[derive(Default)]
struct Part<'c> {
    entities: Vec<(EntityId, &'c Entity)>,
    users: Vec<(EntityId, &'c Entity, &'c BTreeSet<Span>)>,
}

impl Going<'_> {
    /// The files without what goes, or the entities that cannot be written.
    pub(super) fn taken_out(&self) -> Result<Snapshot, BTreeSet<EntityId>> {
        let (catalog, snapshot) = (&self.within.catalog, &self.within.snapshot);
        let mut parts: BTreeMap<FileId, Part<'_>> = BTreeMap::new();
        for id in &self.entities {
            if let Some(entity) = catalog.entity(*id) {
                let part = parts.entry(entity.span.file).or_default();
                part.entities.push((*id, entity));
            }
        }
        for (id, spans) in &self.names {
            if let Some(entity) = catalog.entity(*id) {
                let part = parts.entry(entity.span.file).or_default();
                part.users.push((*id, entity, spans));
            }
        }
        let mut unwritable = BTreeSet::new();
        let mut texts: BTreeMap<FileId, Option<String>> = BTreeMap::new();
        for (file, part) in parts {
            match self.text_of(file, &part) {
                Ok(text) => {
                    texts.insert(file, text);
                }
                Err(entities) => unwritable.extend(entities),
            }
        }
        if !unwritable.is_empty() {
            return Err(unwritable);
        }
        let files = snapshot
            .files()
            .filter_map(|(id, file)| match texts.remove(&id) {
                None => Some(file.clone()),
                Some(text) => Some(SourceFile {
                    text: Ok(text?.into()),
                    ..file.clone()
                }),
            });
        Ok(Snapshot::new(files.collect()))
    }

    /// What is left of a file, or nothing of it.
    fn text_of(&self, file: FileId, part: &Part<'_>) -> Result<Option<String>, Vec<EntityId>> {
        let all = || {
            let users = part.users.iter().map(|(id, ..)| *id);
            part.entities
                .iter()
                .map(|(id, _)| *id)
                .chain(users)
                .collect()
        };
        let snapshot = &self.within.snapshot;
        let Some(Ok(text)) = snapshot.file(file).map(|file| file.text.as_deref()) else {
            return Err(all());
        };
        let reading = self.within.catalog.files.reading(snapshot.path(file));
        if !reading.is_some_and(|reading| reading.is_native_entities()) {
            return Err(all());
        }
        let mut cuts: Vec<Cut> = Vec::new();
        let mut unwritable = Vec::new();
        if !part.entities.is_empty() {
            let spans: BTreeSet<Span> = part.entities.iter().map(|(_, it)| it.span).collect();
            match documents(file, text, &spans) {
                Some(Whole::File) => return Ok(None),
                Some(Whole::Documents(documents)) => cuts.extend(documents),
                None => unwritable.extend(part.entities.iter().map(|(id, _)| *id)),
            }
        }
        for (id, entity, spans) in &part.users {
            match reference::cuts(text, entity, spans) {
                Some(names) if entity.also.is_empty() => cuts.extend(names),
                _ => unwritable.push(*id),
            }
        }
        if !unwritable.is_empty() {
            return Err(unwritable);
        }
        let cuts = cuts
            .into_iter()
            .map(|cut| Splice::new(cut.start, cut.end, ""));
        let left = spliced(text, &cuts.collect::<Vec<_>>());
        left.map(Some).ok_or_else(all)
    }
}

/// How much of a file goes.
enum Whole {
    /// Nothing else stands in it.
    File,
    /// These of its documents.
    Documents(Vec<Cut>),
}

/// The documents of a text at these places.
fn documents(file: FileId, text: &str, spans: &BTreeSet<Span>) -> Option<Whole> {
    let (documents, findings) = crate::syntax::parse(file, text, MergeKeys::Resolved);
    if !findings.is_empty() || documents.iter().any(|it| !it.complete) {
        return None;
    }
    let documents: Vec<&Document> = documents.iter().filter(|it| !it.root.is_null()).collect();
    let gone: Vec<bool> = documents.iter().map(|it| goes(&it.root, spans)).collect();
    let found: usize = documents
        .iter()
        .zip(&gone)
        .filter(|(_, gone)| **gone)
        .map(|(it, _)| size(&it.root))
        .sum();
    if found != spans.len() {
        // One of them is an element of a list of which others stay.
        return None;
    }
    if gone.iter().all(|gone| *gone) {
        return Some(Whole::File);
    }
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    if body.starts_with('%') {
        return None;
    }
    let mut starts: Vec<usize> = Vec::new();
    for document in &documents {
        starts.push(if starts.is_empty() {
            head(text, document.root.span.start as usize)?
        } else {
            marker_before(text, document.root.span.start as usize)?
        });
    }
    let last = documents.last().map(|it| foot(text, &it.root));
    let ends = starts.iter().skip(1).copied().chain(last);
    let places = starts.iter().copied().zip(ends);
    let cuts = places.zip(gone).filter(|(_, gone)| *gone);
    Some(Whole::Documents(
        cuts.map(|((start, end), _)| start..end).collect(),
    ))
}

/// Where the first document of a text begins, whose value begins at a byte: the comments before it
/// are about the file.
fn head(text: &str, at: usize) -> Option<usize> {
    let line = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let start = marker_before(text, at).unwrap_or(line);
    let body = text.len() - text.trim_start_matches('\u{feff}').len();
    let lines = text.get(body..start).unwrap_or_default().lines();
    // A tag or an anchor above the value is a part of it.
    let mut others = lines.filter(|line| !is_comment(line));
    Some(others.next().map_or(start.max(body), |_| body))
}

/// Where the last document of a text ends: the comments at the end are about the file.
fn foot(text: &str, root: &Node) -> usize {
    let mut foot = text.len();
    let mut at = text.len();
    for line in text.split_inclusive('\n').rev() {
        at -= line.len();
        if !is_comment(line) {
            break;
        }
        if line.starts_with('#') {
            foot = at;
        }
    }
    // What stands in quotes or brackets may begin a line with that sign too.
    let (start, end) = (root.span.start as usize, root.span.end as usize);
    let first = text.get(start..).and_then(|it| it.chars().next());
    let is_inside = matches!(first, Some('{' | '[' | '"' | '\'')) && foot < end;
    if is_inside { text.len() } else { foot }
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#') || line.trim().is_empty()
}

/// Whether a document is an entity that goes, or a list of such.
fn goes(root: &Node, spans: &BTreeSet<Span>) -> bool {
    match root.as_sequence() {
        Some(elements) => elements.iter().all(|it| spans.contains(&it.span)),
        None => spans.contains(&root.span),
    }
}

fn size(root: &Node) -> usize {
    root.as_sequence().map_or(1, <[Node]>::len)
}

/// Where the line of the last `---` before a byte begins.
fn marker_before(text: &str, at: usize) -> Option<usize> {
    let end = text
        .get(at..)?
        .find('\n')
        .map_or(text.len(), |end| at + end);
    let mut end = end;
    loop {
        let line = text
            .get(..end)?
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let rest = text.get(line..end)?.strip_prefix("---");
        if line <= at
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
        {
            return Some(line);
        }
        end = line.checked_sub(1)?;
    }
}
