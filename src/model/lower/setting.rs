//! The settings file among the files of a catalog: read, or said to be out of order.
//!
//! In: a snapshot and what it was read with. Out: the settings. Where they stand but cannot be
//! read they are not absent: nothing that they might say is held against the catalog, and
//! nothing is open.

use crate::finding::Finding;
use crate::finding::codes::{E0001, E0003, E0302};
use crate::model::settings::NO_FOLDER;
use crate::model::settings::{self, Settings};
use crate::source::Selection;
use crate::source::Snapshot;
use crate::syntax::MergeKeys;
use crate::text::{FileId, Span};
use crate::text::{Splice, spliced};

/// The files that are the settings, and what they say.
pub(super) fn read(
    snapshot: &Snapshot,
    selection: &Selection,
    findings: &mut Vec<Finding>,
) -> (Vec<FileId>, Settings) {
    let Some(path) = selection.settings() else {
        // A catalog's folder by itself: its settings stand above it and are not known.
        let settings = Settings {
            half_read: true,
            ..Settings::default()
        };
        return (Vec::new(), settings);
    };
    let below = format!("{path}/");
    let in_the_way: Vec<FileId> = snapshot
        .files()
        .filter(|(_, file)| file.path.starts_with(&below))
        .map(|(file, _)| file)
        .collect();
    if let Some(first) = in_the_way.first() {
        findings.push(
            Finding::new(
                &E0001,
                Span::whole_file(*first),
                format!("`{path}` is a folder, and the settings are a file"),
            )
            .help(format!(
                "move the folder away, and write the settings to `{path}`"
            )),
        );
        return (in_the_way, Settings::unreadable());
    }
    let Some(file) = snapshot.find(path) else {
        return (Vec::new(), Settings::default());
    };
    if snapshot.file(file).is_none_or(|file| file.text.is_err()) {
        return (vec![file], Settings::unreadable());
    }
    let settings = of_file(file, snapshot, findings);
    folder_missing(file, &settings, snapshot, selection, findings);
    (vec![file], settings)
}

fn of_file(file: FileId, snapshot: &Snapshot, findings: &mut Vec<Finding>) -> Settings {
    let (documents, found) = crate::syntax::parse(file, snapshot.text(file), MergeKeys::Refused);
    let is_whole = found.is_empty();
    findings.extend(found);
    let mut written = documents
        .iter()
        .filter(|document| !document.root.is_null() || !document.complete);
    let Some(first) = written.next() else {
        return if is_whole {
            Settings::default()
        } else {
            Settings::unreadable()
        };
    };
    let second = written.next();
    if let Some(second) = second {
        let start = second.root.span.part(0, 0);
        findings.push(
            Finding::new(&E0302, start, "the settings are written twice")
                .label("the second document")
                .related(first.root.span.part(0, 0), "the first")
                .help("make one document of the two"),
        );
    }
    let before = findings.len();
    let mut settings = settings::read(first, findings);
    // What the others say is open.
    settings.half_read |= second.is_some();
    let found = findings.iter_mut().skip(before);
    for finding in found.filter(|finding| finding.fix.is_some()) {
        if names_other_files(finding, &settings, file, snapshot.text(file)) {
            finding.fix = None;
        }
    }
    settings
}

/// Whether what would put a finding right has other files read than those that are: nobody knows
/// what these say, so that it is not certain to put anything right.
fn names_other_files(finding: &Finding, settings: &Settings, file: FileId, text: &str) -> bool {
    let edits = finding.fix.as_ref().and_then(|fix| fix.edits(text));
    let splices = edits.unwrap_or_default().into_iter().map(|edit| Splice {
        start: edit.span.start as usize,
        end: edit.span.end as usize,
        text: edit.text,
    });
    let Some(text) = spliced(text, &splices.collect::<Vec<Splice>>()) else {
        return true;
    };
    let (documents, _) = crate::syntax::parse(file, &text, MergeKeys::Refused);
    let Some(first) = documents.iter().find(|document| !document.root.is_null()) else {
        return true;
    };
    let then = settings::read(first, &mut Vec::new());
    let files = |settings: &Settings| {
        let all = [settings.globs(), settings.foreign_globs()];
        let all = all.map(|globs| globs.join("\n"));
        (settings.catalog.clone(), all)
    };
    files(&then) != files(settings)
}

/// A folder that is named, or meant, and has no file: read as it stands, the catalog is empty.
fn folder_missing(
    file: FileId,
    settings: &Settings,
    snapshot: &Snapshot,
    selection: &Selection,
    findings: &mut Vec<Finding>,
) {
    let root = selection.root();
    let below = format!("{root}/");
    let has_files = snapshot
        .files()
        .any(|(_, file)| file.path == root || file.path.starts_with(&below));
    let named = settings.root.as_ref().and_then(|root| root.get("catalog"));
    let is_none = settings.catalog == NO_FOLDER;
    let is_needed = settings.sources.is_empty() || named.is_some() && !is_none;
    if has_files || root.is_empty() || !is_needed || settings.half_read {
        return;
    }
    findings.push(
        Finding::new(
            &E0003,
            named.map_or(Span::whole_file(file), |node| node.span),
            format!("there is no file in the catalog's folder `{root}`"),
        )
        .label("nothing is there")
        .help("write `catalog:` and the folder that has `blueprints/`, without `..`"),
    );
}
