//! Which of the proposed changes can be made in the files as they are written.
//!
//! In: findings, the files that they are about, and where values stand by a guess. Out: the same findings; a change that is not
//! plain in the text, or that would change what stands elsewhere too, is no longer proposed.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::check::keys::Keys;
use crate::finding::Finding;
use crate::finding::Fix;
use crate::finding::codes::{E0102, E0201, E0206, E0303};
use crate::finding::fix::Edit;
use crate::source::Snapshot;
use crate::syntax::{MergeKeys, Node, Value};
use crate::text::{FileId, Span};

/// Drops the changes that cannot be made, or not without changing something else.
pub fn certain(snapshot: &Snapshot, guessed: &[Span], findings: &mut [Finding]) {
    let mut repeated: BTreeMap<FileId, usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| *finding.code == E0102) {
        *repeated.entry(finding.span.file).or_default() += 1;
    }
    let hidden: Vec<Span> = findings
        .iter()
        .filter(|finding| finding.hides)
        .map(|finding| finding.span)
        .collect();
    let mut shared: BTreeMap<FileId, BTreeSet<Span>> = BTreeMap::new();
    let mut keys: BTreeMap<FileId, Keys> = BTreeMap::new();
    for finding in findings {
        if let Some(right) = nearest_key(finding) {
            let file = finding.span.file;
            let keys = keys
                .entry(file)
                .or_insert_with(|| Keys::of(file, snapshot.text(file)));
            if keys.has_beside(finding.span, &right) {
                let both = format!("`{right}` stands there too: delete one of the two");
                finding.help = Some(both);
                finding.near = None;
                finding.fix = None;
                continue;
            }
        }
        let Some(fix) = finding.fix.take() else {
            continue;
        };
        // What stands there may be another value, which is the same by chance.
        if guessed.binary_search(&fix.span).is_ok() || guessed.binary_search(&finding.span).is_ok()
        {
            continue;
        }
        let file = fix.span.file;
        let Some(edits) = edits(snapshot, &fix) else {
            continue;
        };
        // Where several keys stand twice, two documents run into each other.
        let is_one_of_many = *finding.code == E0102
            && repeated.get(&file).is_some_and(|n| *n > 1)
            && edits.iter().any(|edit| edit.text.is_empty());
        let shared = shared
            .entry(file)
            .or_insert_with(|| shared_spans(file, snapshot.text(file)));
        let is_shared = |edit: &Edit| {
            shared
                .iter()
                .any(|span| edit.span.start < span.end && span.start < edit.span.end)
        };
        // What a finding hides is written nowhere else, not even in quotes.
        let is_hidden = |edit: &Edit| {
            hidden.iter().any(|span| {
                span.file == file && edit.span.start < span.end && span.start < edit.span.end
            })
        };
        let meets = |edit: &Edit| is_shared(edit) || is_hidden(edit);
        if !is_one_of_many && !edits.iter().any(meets) {
            finding.fix = Some(fix);
        }
    }
}

/// The key that is proposed for one that is not known.
fn nearest_key(finding: &Finding) -> Option<String> {
    let is_key = [&E0201, &E0206, &E0303].contains(&finding.code);
    finding.near.clone().filter(|_| is_key)
}

/// The edits of a change in a file that stands somewhere as it was read.
fn edits(snapshot: &Snapshot, fix: &Fix) -> Option<Vec<Edit>> {
    let file = snapshot.file(fix.span.file).filter(|file| !file.merged)?;
    let text = file.text.as_deref().ok()?;
    fix.edits(text).filter(|edits| !edits.is_empty())
}

/// Where values stand that an alias or `<<` repeats elsewhere in the file.
fn shared_spans(file: FileId, text: &str) -> BTreeSet<Span> {
    let mut shared = BTreeSet::new();
    if !(text.contains('&') && text.contains('*')) {
        return shared;
    }
    let (documents, _) = crate::syntax::parse(file, text, MergeKeys::Resolved);
    let (mut keys, mut values) = (BTreeSet::new(), BTreeSet::new());
    for document in &documents {
        walk(&document.root, &mut keys, &mut values, &mut shared);
    }
    shared
}

fn walk(
    node: &Node,
    keys: &mut BTreeSet<Span>,
    values: &mut BTreeSet<Span>,
    shared: &mut BTreeSet<Span>,
) {
    if !values.insert(node.span) && !node.is_null() {
        shared.insert(node.span);
    }
    match &node.value {
        Value::Sequence(nodes) => {
            for node in nodes.iter() {
                walk(node, keys, values, shared);
            }
        }
        Value::Mapping(entries) => {
            for entry in entries.iter() {
                if !keys.insert(entry.key.span) {
                    shared.insert(entry.key.span);
                }
                walk(&entry.node, keys, values, shared);
            }
        }
        _ => {}
    }
}
