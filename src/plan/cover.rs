//! Changes that are no step: definitions, and bytes without meaning. Each is covered by a
//! decision, so that no byte of a catalog changes unasked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use crate::compile::Compiled;
use crate::model::is_document;
use crate::plan::beside::{self, Written};
use crate::plan::definition::{definitions_written, mappings};
use crate::plan::diff::{Difference, Side};
use crate::plan::draft::{new_requests, records_nothing};
use crate::plan::file::digest;
use crate::plan::obscure::Obscure;
use crate::plan::origin;
use crate::plan::value::States;
use crate::policy::BuiltIn;
use crate::text::Span;

/// A change that needs a decision of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    pub(super) built_in: BuiltIn,
    /// `blueprint`, `action`, `policy`, `baseline`, `settings`, `file`.
    pub(super) kind: &'static str,
    /// What is defined; empty for files.
    pub(super) name: String,
    /// The file.
    pub(super) path: String,
    /// In words.
    pub(super) text: String,
    /// Of a definition: the digest of what it says before and after. What moves has it where it
    /// moves to.
    pub(super) digest: Option<String>,
}

/// Folders whose files are definitions that are not compiled.
const FOLDERS: [(&str, &str); 2] = [("tests", "test"), ("mappings", "mapping")];

/// The definitions that change, and the files that change without meaning.
/// What is `adopted` has a decision already.
pub(super) fn cover(
    states: &States<'_>,
    differences: &[Difference],
    root: &str,
    adopted: &BTreeSet<String>,
) -> Vec<Change> {
    let mut changes = definitions_written(states);
    let explained: BTreeSet<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    let mappings = |compiled: &Compiled| -> Vec<String> {
        let mappings = mappings(compiled).into_iter();
        mappings.map(|(_, path)| path).collect()
    };
    let compiled = [mappings(states.before), mappings(states.after)].concat();
    let mut stepped = stepped(states, differences);
    // A request that records what does not change has no step.
    for request in new_requests(states) {
        if !records_nothing(states, request, differences) {
            let path = states.after.snapshot.path(request.span.file);
            let shown = stepped.entry(path).or_default();
            shown.side(Side::After).places.push(request.span);
        }
    }
    let obscure = Obscure::of(states);
    let mut files = Vec::new();
    for path in changed_files(states) {
        // What stands there twice is in no step and in no definition that changes.
        let doubled = obscure.doubled(&path);
        if doubled.is_none() && explained.contains(path.as_str()) {
            continue;
        }
        let unread = obscure.unread(&path).filter(|_| !adopted.contains(&path));
        let unknown = unread.or(doubled);
        let shown = stepped.get(path.as_str());
        if unknown.is_none() && shown.is_some_and(|it| !is_changed_beside(states, &path, it)) {
            continue;
        }
        let (built_in, kind, text) = match (unknown, shown) {
            (Some((kind, text)), _) => (BuiltIn::Define, kind, text),
            (None, Some(shown)) if shown.is_moved => {
                let text = how(states, &path, BuiltIn::Meta).to_owned();
                (BuiltIn::Meta, "file", text)
            }
            (None, Some(_)) => (BuiltIn::Meta, "file", "changes beside its steps".to_owned()),
            (None, None) => {
                let (built_in, kind) = file_kind(&path, root, &compiled);
                (built_in, kind, how(states, &path, built_in).to_owned())
            }
        };
        let bytes = |side| states.file(side, &path)?.text.as_deref().ok();
        let is_definition = built_in == BuiltIn::Define;
        let said = is_definition.then(|| (bytes(Side::Before), bytes(Side::After)));
        files.push(Change {
            built_in,
            kind,
            name: String::new(),
            digest: said.map(|(before, after)| digest(&json!([kind, path, before, after]))),
            path,
            text,
        });
    }
    changes.extend(files);
    changes.sort();
    changes
}

/// What decides about a changed file that nothing explains.
fn file_kind(path: &str, root: &str, compiled: &[String]) -> (BuiltIn, &'static str) {
    let below = path.strip_prefix(root).unwrap_or(path);
    let below = below.trim_start_matches('/');
    let folder = below.split_once('/').map_or("", |(folder, _)| folder);
    match FOLDERS.iter().find(|(name, _)| *name == folder) {
        // A mapping that is used and says the same was only written otherwise.
        Some((_, kind)) if !compiled.iter().any(|one| one == path) => (BuiltIn::Define, *kind),
        _ => (BuiltIn::Meta, "file"),
    }
}

fn how(states: &States<'_>, path: &str, built_in: BuiltIn) -> &'static str {
    let is_in = |side: Side| states.file(side, path).is_some();
    match (is_in(Side::Before), is_in(Side::After)) {
        (false, _) => "appears",
        (_, false) => "disappears",
        _ if built_in == BuiltIn::Meta => "changes without meaning",
        _ => "changes",
    }
}

/// What of a file steps are about, on the target and in the result.
#[derive(Default)]
struct Shown {
    sides: [ShownSide; 2],
    /// Whether an entity that stays has moved out of it or into it: its step says nothing of files.
    is_moved: bool,
}

/// What of a file on one side steps are about.
#[derive(Default)]
struct ShownSide {
    /// Where the entities stand.
    places: Vec<Span>,
    /// Whether all of it is the value of one.
    is_whole: bool,
}

impl Shown {
    const fn side(&mut self, side: Side) -> &mut ShownSide {
        let [before, after] = &mut self.sides;
        match side {
            Side::Before => before,
            Side::After => after,
        }
    }
}

/// The files that steps are about.
fn stepped<'s>(states: &States<'s>, differences: &[Difference]) -> BTreeMap<&'s str, Shown> {
    let mut stepped: BTreeMap<&str, Shown> = BTreeMap::new();
    for difference in differences {
        let [was, is] = stands(states, difference);
        if let (Some(was), Some(is)) = (was, is)
            && was != is
        {
            for path in [was, is] {
                stepped.entry(path).or_default().is_moved = true;
            }
        }
        for (side, id) in [
            (Side::Before, difference.before),
            (Side::After, difference.after),
        ] {
            let compiled = states.of(side);
            let Some(entity) = id.and_then(|id| compiled.catalog.entity(id)) else {
                continue;
            };
            let taken_in = || {
                let values = origin::values(entity);
                values.flat_map(|place| compiled.catalog.taken_in(place))
            };
            let parts = taken_in().filter_map(|text| text.part);
            // A mapping reads a part of what it makes an entity of, and the rest is not shown.
            let path = compiled.snapshot.path(entity.span.file);
            let reading = compiled.catalog.files.reading(path);
            let is_read_in_part = difference.before.is_some()
                && difference.after.is_some()
                && reading.is_some_and(|reading| reading.mapping().is_some());
            let whole = (!is_read_in_part).then_some(entity.span);
            let written = origin::values(entity).chain([entity.identifier.span]);
            for place in written.chain(whole).chain(parts) {
                let path = compiled.snapshot.path(place.file);
                let shown = stepped.entry(path).or_default().side(side);
                shown.places.push(place);
            }
            for text in taken_in().filter(|text| text.part.is_none()) {
                let path = compiled.snapshot.path(text.file);
                stepped.entry(path).or_default().side(side).is_whole = true;
            }
        }
    }
    stepped
}

/// The files in which an entity stands on both sides.
fn stands<'s>(states: &States<'s>, difference: &Difference) -> [Option<&'s str>; 2] {
    let sides = [
        (states.before, difference.before),
        (states.after, difference.after),
    ];
    sides.map(|(compiled, id)| {
        let entity = compiled.catalog.entity(id?)?;
        Some(compiled.snapshot.path(entity.span.file))
    })
}

/// Whether a file of which there are steps changes in more than these. What appears or disappears
/// whole is shown whole.
fn is_changed_beside(states: &States<'_>, path: &str, shown: &Shown) -> bool {
    if shown.is_moved {
        return true;
    }
    let [before, after] = &shown.sides;
    // Another file is one value: a text that a property names. The ending does not say what is
    // read as documents: a mapping reads `OWNERS` too.
    let is_read = |side: Side| states.of(side).catalog.files.reading(path).is_some();
    let is_documents = is_document(path) || is_read(Side::Before) || is_read(Side::After);
    if before.is_whole && after.is_whole || !is_documents {
        return mark(states, Side::Before, path) != mark(states, Side::After, path);
    }
    let written = |side: Side, shown: &ShownSide| {
        let snapshot = &states.of(side).snapshot;
        let file = snapshot.find(path)?;
        Some(Written {
            file,
            text: snapshot.text(file),
            shown: shown.places.clone(),
        })
    };
    let sides = (written(Side::Before, before), written(Side::After, after));
    matches!(sides, (Some(before), Some(after)) if beside::changes(&before, &after))
}

/// Whether a file begins with a mark that says its encoding, which is no part of a value.
fn mark(states: &States<'_>, side: Side, path: &str) -> bool {
    let text = states.file(side, path).map(|file| &file.text);
    text.is_some_and(|text| text.as_deref().is_ok_and(|it| it.starts_with('\u{feff}')))
}

/// The paths whose bytes differ, sorted.
pub(super) fn changed_files(states: &States<'_>) -> Vec<String> {
    let mut changed = changed_snapshots(states);
    // What is only read otherwise has no byte that changed.
    let text = |side, path: &String| states.file(side, path).map(|file| &file.text);
    changed.retain(|path| text(Side::Before, path) != text(Side::After, path));
    changed
}

/// The paths that are in one snapshot alone, or have other bytes in the other, sorted.
fn changed_snapshots(states: &States<'_>) -> Vec<String> {
    let (before, after) = (
        states.before.snapshot.as_slice(),
        states.after.snapshot.as_slice(),
    );
    let mut changed = Vec::new();
    let (mut left, mut right) = (before.iter().peekable(), after.iter().peekable());
    loop {
        match (left.peek(), right.peek()) {
            (None, None) => return changed,
            (Some(a), Some(b)) if a.path == b.path => {
                if a.text != b.text {
                    changed.push(a.path.clone());
                }
                left.next();
                right.next();
            }
            (Some(a), b) if b.is_none_or(|b| a.path < b.path) => {
                changed.push(a.path.clone());
                left.next();
            }
            (_, Some(b)) => {
                changed.push(b.path.clone());
                right.next();
            }
            (Some(_), None) => {
                left.next();
            }
        }
    }
}
